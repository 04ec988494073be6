"""The word before a full stop → whether the stop ends a sentence, and what decides if it may.

Most words before a full stop end a sentence, and some abbreviations never do. After the others, the
next word decides, or the one before.
"""

import re
from typing import Final

__all__ = [
    "CONTEXT",
    "CONTINUES",
    "ENDS",
    "IS_MONTH",
    "IS_NUMBER",
    "MAX_ELLIPSIS",
    "MAX_NEXT",
    "NAMES",
    "NUMBERS",
    "OPENS",
    "ORDINALS",
    "QUOTES",
    "TAIL",
    "TAILS",
    "ends_after",
    "is_article",
    "is_label",
    "stop_kind",
    "traits_of_next",
]

QUOTES: Final = "\"'“”„‟‘’‚«»‹›"
ENDS, CONTINUES, NAMES, NUMBERS, ORDINALS = range(5)
"""Kinds of words: a full stop after one ends a sentence, or ends none; or it ends a sentence if a
word follows that opens sentences and no names, if no number follows, if it is not an ordinal."""
OPENS, IS_NUMBER, IS_MONTH = 1, 2, 4
"""Traits of the word after a full stop as bits: it opens sentences and no names; it is a number; an
ordinal may be before it."""
CONTEXT: Final = 24
"""Characters before a full stop that are examined, more than those of any label."""
MAX_NEXT: Final = 48
"""Characters after a full stop that are examined."""
MAX_ELLIPSIS: Final = 6
"""Full stops in a row that may be an ellipsis."""
TAIL: Final = 4
"""Characters before a full stop that show whether it clearly ends a sentence."""

_NEXT_WORD = re.compile(rf"[{QUOTES}(\[¿¡]*(\d+|\w\w+|\w(?!\.))")
_LABEL = re.compile(
    r"[(\[]?(?:\d{1,3}\\?|[^\W\d_]|[IVXLC]{1,7}|[ivxlc]{1,5}|\d{1,2}(?:\.\d{1,2}){1,3})"
)
"""A number or letter that labels a sentence instead of being one: 1. The mill."""
_ROMAN = re.compile(r"[IVXLCDM]{2,}|[VX]")
_MAX_ABBREVIATION = 6
"""Letters of the longest abbreviation without full stops inside."""


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


TAILS = frozenset(
    word[-4:]
    for word in _NEVER_LAST
    | _BEFORE_NUMBERS
    | _MAYBE_LAST
    | _words("ii iii iv vi vii viii ix xi xii xiii xiv xv xvi xvii xxii xxiv xxvi")
)
"""The last four letters, or all, of small words after which a full stop may end no sentence."""


def stop_kind(word: str) -> int:
    """Return the kind of the `word` before a full stop: all characters since the last space."""
    if _is_long(word):
        return ENDS
    word = word.lstrip(f"{QUOTES}([—–-")
    if word.isdigit():
        return ENDS if len(word) > 2 else ORDINALS
    folded = word.casefold()
    if folded in _NEVER_LAST:
        return CONTINUES
    if folded in _BEFORE_NUMBERS or (folded in {"p", "s"} and word.islower()):
        return NUMBERS
    return NAMES if len(word) == 1 or folded in _MAYBE_LAST or _is_dotted(word) else ENDS


def is_label(word: str) -> bool:
    """Return whether `word`, alone before a full stop, labels a sentence instead of being one."""
    return not _is_long(word) and _LABEL.fullmatch(word) is not None


def is_article(word: str) -> bool:
    """Return whether an ordinal may follow `word`."""
    return word in _BEFORE_ORDINALS


def traits_of_next(after: str) -> int:
    """Return the traits of the first word of `after`, 0 if it begins with an initial."""
    found = _NEXT_WORD.match(after)
    if found is None:
        return 0
    word = found[1]
    is_number = word[:1].isdigit() or _ROMAN.fullmatch(word)
    return (
        OPENS * (word in _SENTENCE_OPENERS)
        | (IS_NUMBER if is_number else 0)
        | IS_MONTH * (word in _AFTER_ORDINALS)
    )


def ends_after(kind: int, traits: int, *, is_after_article: bool) -> bool:
    """Return whether a full stop after a word of this `kind` ends a sentence.

    `traits` are those of the next word, and the word before may be an article.
    """
    if kind == NAMES:
        return bool(traits & OPENS)
    if kind == NUMBERS:
        return not traits & IS_NUMBER
    if kind == ORDINALS:
        return not (traits & IS_MONTH or (is_after_article and not traits & OPENS))
    return kind == ENDS


def _is_long(word: str) -> bool:
    """Return whether `word` is longer than any abbreviation."""
    return len(word) > _MAX_ABBREVIATION and "." not in word


def _is_dotted(word: str) -> bool:
    """Return whether `word`, before a full stop, is of initials or the like: U.S, a.m, Ph.D."""
    return "." in word and all(part.isalpha() and len(part) < 4 for part in word.split("."))
