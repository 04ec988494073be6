"""Lines that are not UTF-8, and the lines around them that are → the encoding of the former.

A few lines are too short for a guess from their bytes alone, but they are nearly always in the
language of the text around them. Every encoding is therefore tried, and the one is chosen in which
the lines have the letters, and the pairs of letters, of that text.
"""

import re
from typing import Final

from excerpt.ingest.encoding_guess import guess_encoding, odd_places

__all__ = ["guess_line_encoding"]

SAMPLE: Final = 1 << 16
"""Characters of the text around the lines that are examined."""
JUDGED_BYTES: Final = 1 << 12
"""Bytes of the lines that are decoded with each candidate."""
MIN_SCORE: Final = 0.5
"""Plausibility that an encoding must have: below, the lines are in another language."""
PAIR_WEIGHT: Final = 2.0
"""Advantage of an encoding that gives the lines only pairs of letters of the text around."""
ODD_COST: Final = 2.0
"""Disadvantage of an encoding in which all characters beyond ASCII are in odd places."""
PRIOR: Final = 0.05
"""Advantage of an encoding over the next one in the list."""
GUESS_PRIOR: Final = 0.2
"""Advantage of the encoding that the bytes suggest."""

_NAMES = """
    cp1252 cp1251 cp1250 gb18030 cp950 cp932 cp949 cp1253 cp1254 cp1255 cp1256 cp1257 cp874
    koi8-r koi8-u iso8859-2 euc_jp iso8859-5 iso8859-7 cp866 mac-roman cp850 cp852 cp437
    mac-cyrillic mac-latin2 cp855 cp737 cp1258 iso8859-3 iso8859-4 iso8859-6 iso8859-15
    iso8859-16 cp857 cp775 cp862 cp869 mac-greek mac-croatian mac-romanian mac-turkish
    big5hkscs
"""
_CANDIDATES: Final = tuple(_NAMES.split())
"""The most common come first: of those that are equally plausible, the first is chosen."""
_OF_JAPANESE: Final = ("cp932", "euc_jp")
_KANA = re.compile("[ぁ-ヿ]")
_OTHER = re.compile("[^\x00-\x7f]")
_PAIR = re.compile("(?=([^\x00-\x7f][^\\W\\d_]|[^\\W\\d_][^\x00-\x7f]))")
_QUOTES: Final = frozenset("\xa0«»“”„‘’–—…§°£€")
_ALPHABETS = (
    "A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ",
    "Ͱ-Ͽἀ-῿",
    "Ѐ-ӿ",
    "֐-׿",
    "؀-ۿ",
    "ก-๛",
    "\u3000-〿぀-ヿ一-鿿\uff01-\uff5e",
    "가-힣",
)

_NOTHING: Final = r"(?!)"
"""A pattern without matches."""


def guess_line_encoding(lines: bytes, around: str) -> str:
    """Return the codec of `lines`, which are not UTF-8, in a text with the lines `around`.

    It is "" if nothing suggests one.
    """
    guess = guess_encoding(lines)
    alone = guess.codec if guess else ""
    sample = around[:SAMPLE]
    own = set(_OTHER.findall(sample))
    if not own:
        return alone
    pairs = set(_PAIR.findall(sample))
    main = "".join(each for each in _ALPHABETS if _is_main(each, sample))
    alphabet = re.compile(f"[{main}]" if main else _NOTHING)
    judged = _cut(lines)
    first = _OF_JAPANESE if _KANA.search(sample) else ()
    best, best_score = alone, MIN_SCORE
    for codec in (*first, *_CANDIDATES):
        score = _score(judged, codec, own, pairs, alphabet) + GUESS_PRIOR * (codec == alone)
        if score > best_score + PRIOR * (best in _CANDIDATES and best_score > MIN_SCORE):
            best, best_score = codec, score
    return best


def _is_main(alphabet: str, text: str) -> bool:
    """Return whether a considerable part of `text` is in `alphabet`."""
    return len(re.findall(f"[{alphabet}]", text)) * 5 > len(text)


def _cut(lines: bytes) -> bytes:
    """Return the first of `lines`, entirely unless they are too long."""
    if len(lines) <= JUDGED_BYTES:
        return lines
    end = lines.rfind(b"\n", 0, JUDGED_BYTES) + 1
    return lines[: end or JUDGED_BYTES]


def _score(
    lines: bytes, codec: str, own: set[str], pairs: set[str], alphabet: re.Pattern[str]
) -> float:
    """Return how well `lines` fit the text around them if `codec` reads them.

    `own` are the characters beyond ASCII of that text, and `pairs` the pairs of letters with one.
    """
    text = lines.decode(codec, "replace")
    others = _OTHER.findall(text)
    if not others:
        return -1.0
    found = _PAIR.findall(text)
    worth = sum(_worth(character, own, alphabet) for character in others) / len(others)
    shared = sum(pair in pairs for pair in found) / max(1, len(found))
    return worth + PAIR_WEIGHT * shared - ODD_COST * min(1, odd_places(text) / len(others))


def _worth(character: str, own: set[str], alphabet: re.Pattern[str]) -> float:
    if character in own:
        return 1.0
    if character in _QUOTES or alphabet.match(character):
        return 0.4
    return -1.0
