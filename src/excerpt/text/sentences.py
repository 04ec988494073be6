"""Text → the offsets at which its sentences begin.

A full stop, question mark or exclamation mark is a candidate if white space and something that can
begin a sentence follow. The word before a full stop decides whether it ends a sentence. After
abbreviations that may stand at an end (U.S., etc., p.m.), the next word decides: a sentence begins
if that word is capitalised and begins no names.

No word crosses the start of a sentence, so a text can be divided there before it is tokenized.
Sentences of languages that write no full stop are not found. A text is one paragraph: it begins
with a sentence, whatever its first word is.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache

import numpy as np

from excerpt.model import Block
from excerpt.text.arrays import TextOffsets
from excerpt.text.full_stops import TAIL, FullStopFinder

__all__ = ["sentence_starts", "starts_in_blocks", "starts_in_paragraphs"]

_QUOTES = "\"'“”„‟‘’‚«»‹›"
_AFTER = rf"""(?:[{_QUOTES})\]」』）]|[^\S\n]»(?=\s))*(?:\[\d{{1,4}}\])?
    (?:\s+(?:[-–—]\s*)?(?=[{_QUOTES}(\[¿¡]*(?P<first>[^\W_a-z]))
      |(?:(?<=[。！？｡])|(?<=[。！？｡][」』”’）]))\s*(?=\S))"""
_MARKS = "!?…؟۔։।॥።。！？｡"
# A candidate begins with the first mark of a row: a row of n marks would be read n times otherwise.
_CANDIDATE = re.compile(
    rf"[.{_MARKS}](?<![.{_MARKS}]{{2}})(?P<more>[.{_MARKS}]*){_AFTER}", re.VERBOSE
)
_FULL_STOP = re.compile(rf"\.(?<!\.{{2}})(?P<more>\.*){_AFTER}", re.VERBOSE)
"""`_CANDIDATE` for texts without other marks, twice as fast."""
_NEXT_WORD = re.compile(rf"[{_QUOTES}(\[¿¡]*(\d+|\w\w+|\w(?!\.))")
_LABEL = re.compile(
    r"[(\[]?(?:\d{1,3}\\?|[^\W\d_]|[IVXLC]{1,7}|[ivxlc]{1,5}|\d{1,2}(?:\.\d{1,2}){1,3})"
)
"""A number or letter that labels a sentence instead of being one: 1. The mill."""
_ROMAN = re.compile(r"[IVXLCDM]{2,}|[VX]")
_MAX_ABBREVIATION = 6
"""Letters of the longest abbreviation without full stops inside."""
_MAX_ELLIPSIS = 6
"""Full stops in a row that may be an ellipsis."""
_CONTEXT = 24
"""Characters before a full stop that are examined, more than those of any label."""
_MAX_NEXT = 48
"""Characters after a full stop that are examined."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NEVER_LAST = _words(
    """
    mr mrs ms mx messrs mme mmes mlle mm dr drs prof rev revd hon lt sgt capt cpt cmdr comdr maj
    adm brig amb insp supt fr br bro st ste sta mt ft eg ie cf vgl viz vs ca approx sr sra srta
    sres dn dña ud uds sig sigg dott avv ing hr hrn frl geb bzw hrsg dipl rer nat th wm geo chas
    jas jos edw robt alex benj гр тов им ул проф акад ген
    """
)
"""Abbreviations that never end a sentence."""
_BEFORE_NUMBERS = _words(
    """
    no nos nr nrn n° num núm pp pg pgs pág págs vol vols art arts bd bde ch chap cap fig figs
    tab tabl sec sect secs par para paras abs ziff anm aufl kap fol fols ff res doc docs ser ed
    eds bk cl pt pts § №
    """
)
"""Abbreviations that end no sentence if a number follows; otherwise they are taken for words."""
_MAYBE_LAST = _words(
    """
    etc usw gen col gov sen rep pres al jr jun sen co cos inc ltd corp bros dept univ assn assoc
    ave blvd rd est esq jan feb febr mar apr jul aug sep sept oct okt nov dec dez mon tue tues
    wed thu thur thurs fri sat ala ariz ark calif colo conn del fla ga ill ind kan ky mass md
    mich minn miss mo mont neb nev okla ore pa penn tenn tex va vt wash wis wyo govt natl intl
    min max resp evtl ggf sog inkl exkl einschl gest jh jhdt jhd гг др
    """
)
"""Abbreviations that may end a sentence: the next word decides."""
_SENTENCE_OPENERS = _words(
    """
    A An The This That These Those There Then They Their We Our It Its He His She Her I If When
    While Where Who What Why How But And Or Nor Yet So For From With Without As At On In By Of
    You Your My Not Now After Before Since Because Although Though However Moreover Nevertheless
    Thus Therefore Hence Here Let All Any Some Such Each Every Both Neither Either Many Most
    Much Is Are Was Were Does Did Has Have Had Can Could Should Would Shall Must Upon Under
    During Through Between Among Against Until Unless Having Being Once Only Perhaps Indeed
    Finally First Second Today Mr Mrs Ms Der Die Das Den Dem Ein Eine Einen Einem Einer Es Er
    Sie Wir Ich Und Aber Oder Doch Denn Wenn Als Wie Was Wer Wo Da Dann Hier Im Am Auf Aus Bei
    Mit Nach Seit Vom Zum Zur Für Über Unter Vor Durch Gegen Ohne Um Auch Nur Noch Nun Nicht
    Kein Keine Diese Dieser Dieses Dies Jeder Jede Jedes Alle Man Sein Seine Unser Unsere Ihre
    Dort Damit Dabei Il Elle Ils Elles Nous Vous Je Et Mais Où Si Quand Dans Pour Par Sur Avec
    Sans Après Avant Depuis En Au Aux Qui Que Ce Cette Ces Cet Une On Los Las Una Por Para Con
    Sin Pero Esta Este Esto Como Cuando Desde Hasta В На И Но А По С Он Она Они Мы Это Как Что
    Если Для При Все Не У К За Из О От До
    """
)
"""Words that begin sentences, but no names; particles of names (La, Von, El) are left out."""
_BEFORE_ORDINALS = _words(
    """
    am im vom zum zur beim der die das dem den des bis und oder ein eine einen einem einer seit
    ab jeder jeden seinem
    """
)
_AFTER_ORDINALS = _words(
    """
    Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember
    Jahrhundert Jahrhunderts
    """
)
"""Words that mark a number with a full stop as an ordinal, as German writes it: am 5. September."""


_TAILS = frozenset(
    word[-4:]
    for word in _NEVER_LAST
    | _BEFORE_NUMBERS
    | _MAYBE_LAST
    | _words("ii iii iv vi vii viii ix xi xii xiii xiv xv xvi xvii xxii xxiv xxvi")
)
"""The last four letters, or all, of small words after which a full stop may end no sentence."""


def sentence_starts(text: str) -> Iterator[int]:
    """Yield the offsets at which sentences of `text` begin, ascending, without the first, 0.

    Before each offset is white space, or a full stop of a script without spaces.

    >>> text = "Mr. Smith left the U.S. Senate in 1914. He returned (p. 12) to No. 7. Why? No idea."
    >>> [text[start:].split()[0] for start in sentence_starts(text)]
    ['He', 'Why?', 'No']
    """
    begin = 0
    pattern = _CANDIDATE if any(mark in text for mark in _MARKS) else _FULL_STOP
    is_ascii = text.isascii()
    for candidate in pattern.finditer(text):
        more, first = candidate.groups()
        stop, end = candidate.span()
        if first:  # otherwise it is a full stop of a script without spaces
            if not is_ascii and first.islower():
                continue
            is_clear = stop >= TAIL and _is_clear_end(text[stop - TAIL : stop])
            if not (is_clear or _is_end(text, begin, stop, more, end)):
                continue
        begin = end
        yield begin


def starts_in_blocks(text: str, blocks: Iterable[Block]) -> Iterator[list[int]]:
    """Yield, for each of `blocks` in order, the offsets in `text` at which its sentences begin.

    A sentence continues in the next block only if that block continues the paragraph, so where a
    paragraph is divided into blocks makes no difference.
    """
    for paragraph in _paragraphs(blocks):
        yield from _starts_in_paragraph(text, paragraph)


def starts_in_paragraphs(text: str, begins: Sequence[int], ends: Sequence[int]) -> TextOffsets:
    """Return the offsets at which sentences begin in many paragraphs, with array operations.

    Each paragraph reaches from one of `begins` to its end in `ends`. They are disjoint, in order
    and not empty, and white space, a zero byte or the end of `text` follows each. The result is
    that of `starts_in_blocks` if a zero byte stands for whatever is between two blocks of a
    paragraph, unless that is white space.
    """
    starts, doubtful, skipped = _finder().find(text, begins, ends)
    first, last = np.array(begins, np.int64), np.array(ends, np.int64)
    paragraph = np.searchsorted(first, doubtful, side="right") - 1
    before = starts[np.searchsorted(starts, doubtful, side="right") - 1]
    stops = zip(
        doubtful.tolist(),
        before.tolist(),
        first[paragraph].tolist(),
        last[paragraph].tolist(),
        strict=True,
    )
    more = list(_starts_after_doubtful(text, stops))
    for number in skipped:
        begin = begins[number]
        own = text[begin : ends[number]].replace("\0", " ")
        more += [begin + start for start in sentence_starts(own)]
    return np.sort(np.concatenate((starts, np.array(more, np.int64))))


def _starts_after_doubtful(text: str, stops: Iterable[tuple[int, int, int, int]]) -> Iterator[int]:
    """Yield the offsets of the sentences that begin after some doubtful full stops.

    Each of `stops` consists of the offset of the full stop, that of the last sentence which
    certainly begins before it, and the start and end of its paragraph.
    """
    last = 0
    for stop, before, begin, end in stops:
        candidate = _FULL_STOP.match(text, stop)
        if candidate is None or (following := candidate.end()) >= end:
            continue
        more, first = candidate.groups()
        if not "0" <= text[following] <= "Z" and first.islower():
            continue
        is_clear = stop >= begin + TAIL and _is_clear_end(text[stop - TAIL : stop])
        begun = max(last, before)
        if is_clear or _is_end(text, begun, stop, more, following):
            last = following
            yield last


@cache
def _finder() -> FullStopFinder:
    spaces = "".join(filter(str.isspace, map(chr, range(128))))
    return FullStopFinder(_TAILS, f".[]){_QUOTES}{spaces}", f"{_MARKS}\0")


def _paragraphs(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """Yield each block together with those that continue it."""
    paragraph: list[Block] = []
    for block in blocks:
        if paragraph and not block.is_continuation:
            yield paragraph
            paragraph = []
        paragraph.append(block)
    if paragraph:
        yield paragraph


def _starts_in_paragraph(text: str, blocks: Sequence[Block]) -> Iterator[list[int]]:
    """Yield, for each block of one paragraph, the offsets at which its sentences begin."""
    span = blocks[0].span
    if len(blocks) == 1:
        begin = span.start
        yield [begin, *[begin + start for start in sentence_starts(text[begin : span.end])]]
        return
    # The blocks are joined by the white space between them, or by a space if there is more.
    parts: list[str] = []
    length = 0
    shifts: list[int] = []  # for each block, the difference of its offsets in `text` and `parts`
    end = span.start
    for block in blocks:
        gap = text[end : block.span.start]
        parts += ((" " if gap.strip() else gap), block.span.of(text))
        length += len(parts[-2])
        shifts.append(block.span.start - length)
        length += len(parts[-1])
        end = block.span.end
    starts = iter([0, *sentence_starts("".join(parts)), length])
    start = next(starts)
    for block, shift in zip(blocks, shifts, strict=True):
        inside = []
        while start + shift < block.span.end and start < length:
            inside.append(start + shift)
            start = next(starts)
        yield inside


# A cache in C, because this is called for every full stop; its keys of four characters take at
# most 4 MB.
@lru_cache(maxsize=1 << 14)
def _is_clear_end(tail: str) -> bool:
    """Return whether the four characters `tail` end a word that may be followed by a sentence.

    Abbreviations, numbers and initials are no such words.
    """
    word = tail[tail.rfind(" ") + 1 :]
    return len(word) > 1 and word.isalpha() and word.islower() and word not in _TAILS


def _is_end(text: str, begin: int, at: int, more: str, end: int) -> bool:
    """Return whether a candidate ends the sentence that began at `begin`.

    It is at `at`, with `more` marks behind the first, and reaches to `end`.
    """
    first = at - _CONTEXT
    before = text[max(first, begin) : at]
    stop = text[at] + more[:_MAX_ELLIPSIS] if more else text[at]
    return _is_end_between(before, text[at - 1] if at else "", stop, text[end : end + _MAX_NEXT])


# A cache in C, because the words around full stops recur. Its keys have less than a
# hundred characters; it takes 9 MB at most.
@lru_cache(maxsize=1 << 14)
def _is_end_between(before: str, last: str, stop: str, after: str) -> bool:
    """Return whether a sentence ends with some marks.

    before  the sentence up to there, or its last characters
    last    the character before the stop, "" at the start of the text
    stop    the marks that may end it
    after   the beginning of the next sentence, if there is one
    """
    if stop == ".":
        words = before.split()
        if words and not last.isspace():
            return _is_end_after(words, before, after)
    elif "!" in stop or "?" in stop:
        return last not in {"(", "["}
    elif stop[0] not in ".…":
        return True
    elif len(stop) > _MAX_ELLIPSIS:
        return False  # dot leaders, as in a table of contents
    follows_word = last != "" and not last.isspace()
    return follows_word or _next_word(after) in _SENTENCE_OPENERS


def _is_end_after(words: list[str], before: str, after: str) -> bool:
    """Return whether a full stop after `words`, those of `before`, ends the sentence."""
    word = words[-1]
    if len(word) > _MAX_ABBREVIATION and "." not in word:
        return True
    if len(words) == 1 and _LABEL.fullmatch(before):
        return False
    word = word.lstrip(f"{_QUOTES}([—–-")
    if word.isdigit():
        return len(word) > 2 or not _is_ordinal(words, _next_word(after))
    folded = word.casefold()
    if folded in _NEVER_LAST:
        return False
    if folded in _BEFORE_NUMBERS or (folded in {"p", "s"} and word.islower()):
        following = _next_word(after)
        return not (following[:1].isdigit() or _ROMAN.fullmatch(following))
    if len(word) == 1 or folded in _MAYBE_LAST or _is_dotted(word):
        return _next_word(after) in _SENTENCE_OPENERS
    return True


def _is_dotted(word: str) -> bool:
    """Return whether `word`, before a full stop, is of initials or the like: U.S, a.m, Ph.D."""
    return "." in word and all(part.isalpha() and len(part) < 4 for part in word.split("."))


def _is_ordinal(words: list[str], following: str) -> bool:
    """Return whether the number at the end of `words` is an ordinal, given the next word."""
    before = words[-2] if len(words) > 1 else ""
    return following in _AFTER_ORDINALS or (
        before in _BEFORE_ORDINALS and following not in _SENTENCE_OPENERS
    )


def _next_word(after: str) -> str:
    """Return the first word of `after`, or "" if it begins with an initial."""
    following = _NEXT_WORD.match(after)
    return following[1] if following else ""
