"""A text → where its sentences begin.

Every full stop, question or exclamation mark before white space and something that can begin a sentence is a candidate;
what stands before a full stop decides whether it ends one. After abbreviations that may or may not end a sentence (U.S.,
etc., p.m.) the next word decides: a sentence begins where a word stands in capitals that no name begins with.

No word runs over the beginning of a sentence, so a text may be cut there before its words are. Sentences of languages
that write no full stop are not found. A text is one paragraph: it begins with a sentence, whatever stands there.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np

from excerpt.model import Block
from excerpt.text.full_stops import TAIL, FullStopFinder

__all__ = ["starts_in_blocks", "starts_in_paragraphs", "sentence_starts"]

Array = np.ndarray[Any, np.dtype[np.int64]]

_QUOTES = "\"'“”„‟‘’‚«»‹›"
_AFTER = rf"""(?:[{_QUOTES})\]」』）]|[^\S\n]»(?=\s))*(?:\[\d{{1,4}}\])?
    (?:\s+(?:[-–—]\s*)?(?=[{_QUOTES}(\[¿¡]*(?P<first>[^\W_a-z]))
      |(?:(?<=[。！？｡])|(?<=[。！？｡][」』”’）]))\s*(?=\S))"""
_MARKS = "!?…؟۔։।॥።。！？｡"
_CANDIDATE = re.compile(rf"[.{_MARKS}](?P<more>[.{_MARKS}]*){_AFTER}", re.VERBOSE)
_FULL_STOP = re.compile(rf"\.(?P<more>\.*){_AFTER}", re.VERBOSE)
"""The same for a text without other marks, and twice as fast."""
_NEXT_WORD = re.compile(rf"[{_QUOTES}(\[¿¡]*(\d+|\w\w+|\w(?!\.))")
_LABEL = re.compile(
    r"[(\[]?(?:\d{1,3}\\?|[^\W\d_]|[IVXLC]{1,7}|[ivxlc]{1,5}|\d{1,2}(?:\.\d{1,2}){1,3})"
)
"""What numbers a sentence rather than being one: 1. The mill."""
_ROMAN = re.compile(r"[IVXLCDM]{2,}|[VX]")
_LONGEST = 6
"""Letters of an abbreviation without full stops inside."""
_FARTHEST = 24
"""Characters before a full stop that are looked at."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_OPEN = _words(
    "mr mrs ms mx messrs mme mmes mlle mm dr drs prof rev revd hon lt sgt capt cpt cmdr comdr maj adm brig "
    "amb insp supt fr br bro st ste sta mt ft eg ie cf vgl viz vs ca approx sr sra srta sres dn dña ud "
    "uds sig sigg dott avv ing hr hrn frl geb bzw hrsg dipl rer nat th wm geo chas jas jos edw robt alex benj "
    "гр тов им ул проф акад ген"
)
"""Abbreviations that always go on."""
_NUMBERED = _words(
    "no nos nr nrn n° num núm pp pg pgs pág págs vol vols art arts bd bde ch chap cap fig figs tab tabl sec sect secs "
    "par para paras abs ziff anm aufl kap fol fols ff res doc docs ser ed eds bk cl pt pts § №"
)
"""Abbreviations that go on if a number follows, and are words or ends if none does."""
_DOUBTFUL = _words(
    "etc usw gen col gov sen rep pres al jr jun sen co cos inc ltd corp bros dept univ assn assoc ave blvd rd est esq jan feb febr mar apr "
    "jul aug sep sept oct okt nov dec dez mon tue tues wed thu thur thurs fri sat ala ariz ark calif colo conn del fla "
    "ga ill ind kan ky mass md mich minn miss mo mont neb nev okla ore pa penn tenn tex va vt wash wis wyo govt natl "
    "intl min max resp evtl ggf sog inkl exkl einschl gest jh jhdt jhd гг др"
)
"""Abbreviations after which the next word decides."""
_BEGINNERS = _words(
    "A An The This That These Those There Then They Their We Our It Its He His She Her I If When While Where Who What Why How "
    "But And Or Nor Yet So For From With Without As At On In By Of You Your My Not Now After Before Since Because "
    "Although Though However Moreover Nevertheless Thus Therefore Hence Here Let All Any Some Such Each Every Both "
    "Neither Either Many Most Much Is Are Was Were Does Did Has Have Had Can Could Should Would Shall Must Upon Under "
    "During Through Between Among Against Until Unless Having Being Once Only Perhaps Indeed Finally First Second Today Mr Mrs Ms "
    "Der Die Das Den Dem Ein Eine Einen Einem Einer Es Er Sie Wir Ich Und Aber Oder Doch Denn Wenn Als Wie Was Wer Wo Da "
    "Dann Hier Im Am Auf Aus Bei Mit Nach Seit Vom Zum Zur Für Über Unter Vor Durch Gegen Ohne Um Auch Nur Noch Nun "
    "Nicht Kein Keine Diese Dieser Dieses Dies Jeder Jede Jedes Alle Man Sein Seine Unser Unsere Ihre Dort Damit Dabei "
    "Il Elle Ils Elles Nous Vous Je Et Mais Où Si Quand Dans Pour Par Sur Avec Sans Après Avant Depuis En Au Aux Qui Que "
    "Ce Cette Ces Cet Une On Los Las Una Por Para Con Sin Pero Esta Este Esto Como Cuando Desde Hasta "
    "В На И Но А По С Он Она Они Мы Это Как Что Если Для При Все Не У К За Из О От До"
)
"""Words that begin sentences and no names; a name's particles (La, Von, El) are none of them."""
_BEFORE_ORDINALS = _words(
    "am im vom zum zur beim der die das dem den des bis und oder ein eine einen einem einer seit ab jeder jeden seinem"
)
_AFTER_ORDINALS = _words(
    "Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember Jahrhundert Jahrhunderts"
)
"""What shows that a number with a full stop is an ordinal, as German writes them: am 5. September."""


_TAILS = frozenset(
    word[-4:]
    for word in _OPEN
    | _NUMBERED
    | _DOUBTFUL
    | _words("ii iii iv vi vii viii ix xi xii xiii xiv xv xvi xvii xxii xxiv xxvi")
)
"""The last four letters, or all, of small words that may be no end: what ends in others is one without another look."""


def starts_in_blocks(text: str, blocks: Iterable[Block]) -> Iterator[list[int]]:
    """For each of `blocks`, which are in order, where in `text` a sentence begins in it.

    A sentence never runs from one block into the next, unless this continues it: where a paragraph is cut into blocks
    changes nothing.
    """
    for paragraph in _paragraphs(blocks):
        yield from _of_paragraph(text, paragraph)


def starts_in_paragraphs(text: str, begins: Sequence[int], ends: Sequence[int]) -> Array:
    """Where sentences begin in the paragraphs that stand between each of `begins` and the end that goes with it (int64):
    what `starts_in_blocks` says of them, with a zero byte in the place of what stands between two blocks and is no white space.

    They are disjoint and in order, none is empty, and behind each is white space, a zero byte or the end of `text`.
    """
    begun, doubtful, others = _finder().find(text, begins, ends)
    first, last = np.array(begins, np.int64), np.array(ends, np.int64)
    of = np.searchsorted(first, doubtful, side="right") - 1
    before = begun[np.searchsorted(begun, doubtful, side="right") - 1]
    more = list(_judged(text, *(each.tolist() for each in (doubtful, before, first[of], last[of]))))
    for number in others:
        start = begins[number]
        more += [
            start + begin
            for begin in sentence_starts(text[start : ends[number]].replace("\0", " "))
        ]
    return np.sort(np.concatenate((begun, np.array(more, np.int64))))


def _judged(
    text: str,
    doubtful: Iterable[int],
    before: Iterable[int],
    begins: Iterable[int],
    ends: Iterable[int],
) -> Iterator[int]:
    """Where sentences begin after some of the `doubtful` full stops. Each comes with the last sentence that plainly begins
    `before` it, and with what its paragraph `begins` and `ends` at."""
    last = 0
    for at, begin, start, end in zip(doubtful, before, begins, ends, strict=True):
        found = _FULL_STOP.match(text, at)
        if found is None or (following := found.end()) >= end:
            continue
        if not "0" <= text[following] <= "Z" and found["first"].islower():
            continue
        is_plain = at >= start + TAIL and _is_plain(text[at - TAIL : at])
        if is_plain or _is_end(text, max(begin, last), found):
            last = following
            yield last


@cache
def _finder() -> FullStopFinder:
    spaces = "".join(filter(str.isspace, map(chr, range(128))))
    return FullStopFinder(_TAILS, f".[]){_QUOTES}{spaces}", f"{_MARKS}\0")


def _paragraphs(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """Each block with those that continue it."""
    paragraph: list[Block] = []
    for block in blocks:
        if paragraph and not block.is_continuation:
            yield paragraph
            paragraph = []
        paragraph.append(block)
    if paragraph:
        yield paragraph


def _of_paragraph(text: str, blocks: Sequence[Block]) -> Iterator[list[int]]:
    """The same for a paragraph by itself."""
    span = blocks[0].span
    if len(blocks) == 1:
        at = span.start
        yield [at, *[at + start for start in sentence_starts(text[at : span.end])]]
        return
    parts: list[str] = []
    size = 0
    shifts: list[int] = []  # what a place in the joined text is short of that in `text`
    end = span.start
    for block in blocks:
        gap = text[end : block.span.start]
        parts += ((" " if gap.strip() else gap), block.span.of(text))
        size += len(parts[-2])
        shifts.append(block.span.start - size)
        size += len(parts[-1])
        end = block.span.end
    found = iter([0, *sentence_starts("".join(parts)), size])
    start = next(found)
    for block, shift in zip(blocks, shifts, strict=True):
        inside = []
        while start + shift < block.span.end and start < size:
            inside.append(start + shift)
            start = next(found)
        yield inside


def sentence_starts(text: str) -> Iterator[int]:
    """Where the sentences of `text` begin, in code points and ascending; the first, at 0, is left out.

    What stands before each start is white space, or a full stop of a script without spaces.

    >>> text = "Mr. Smith left the U.S. Senate in 1914. He came back (see p. 12) to No. 7. Why? Nobody knows."
    >>> [text[start:].split()[0] for start in sentence_starts(text)]
    ['He', 'Why?', 'Nobody']
    """
    begin = 0
    pattern = _FULL_STOP
    for mark in _MARKS:
        if mark in text:
            pattern = _CANDIDATE
    is_ascii = text.isascii()
    for found in pattern.finditer(text):
        if not is_ascii and (found["first"] or "A").islower():
            continue
        at = found.start()
        if (at >= TAIL and _is_plain(text[at - TAIL : at])) or _is_end(text, begin, found):
            begin = found.end()
            yield begin


# In C, since it is called for every full stop; keys of four characters take 4 MB at most.
@lru_cache(maxsize=1 << 14)
def _is_plain(tail: str) -> bool:
    """Whether the four characters `tail` end a word that is no abbreviation, number or initial."""
    word = tail[tail.rfind(" ") + 1 :]
    return len(word) > 1 and word.isalpha() and word.islower() and word not in _TAILS


def _is_end(text: str, begin: int, found: re.Match[str]) -> bool:
    """Whether the candidate `found` ends the sentence that began at `begin`."""
    if not found["first"]:
        return True
    at = found.start()
    stop = text[at] + found["more"]
    if stop == ".":
        piece = text[max(begin, at - _FARTHEST) : at].split()
        if piece and not text[at - 1].isspace():
            return _ends_after(piece, text, begin, found)
    elif "!" in stop or "?" in stop:
        return at == 0 or text[at - 1] not in "(["
    elif stop[0] not in ".…":
        return True
    elif len(stop) > _LONGEST:
        return False  # leaders
    return (at > 0 and not text[at - 1].isspace()) or _next_word(text, found) in _BEGINNERS


def _ends_after(piece: list[str], text: str, begin: int, found: re.Match[str]) -> bool:
    """Whether the full stop after the words `piece` ends the sentence."""
    word = piece[-1]
    if len(word) > _LONGEST and "." not in word:
        return True
    if len(piece) == 1 and _LABEL.fullmatch(text, begin, found.start()):
        return False
    word = word.lstrip(f"{_QUOTES}([—–-")
    if word.isdigit():
        return len(word) > 2 or not _is_ordinal(piece, _next_word(text, found))
    known = word.casefold()
    if known in _OPEN:
        return False
    if known in _NUMBERED or (known in {"p", "s"} and word.islower()):
        following = _next_word(text, found)
        return not (following[:1].isdigit() or _ROMAN.fullmatch(following))
    if len(word) == 1 or known in _DOUBTFUL or _is_dotted(word):
        return _next_word(text, found) in _BEGINNERS
    return True


def _is_dotted(word: str) -> bool:
    """Whether `word`, which a full stop follows, is initials or the like: U.S, a.m, Ph.D."""
    return "." in word and all(part.isalpha() and len(part) < 4 for part in word.split("."))


def _is_ordinal(piece: list[str], following: str) -> bool:
    before = piece[-2] if len(piece) > 1 else ""
    return following in _AFTER_ORDINALS or (
        before in _BEFORE_ORDINALS and following not in _BEGINNERS
    )


def _next_word(text: str, found: re.Match[str]) -> str:
    """The word after a candidate, "" if it is an initial."""
    following = _NEXT_WORD.match(text, found.end())
    return following[1] if following else ""
