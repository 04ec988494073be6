"""A size → texts as a bad scan gives them: made-up words of which one in ten is misread, each time in another way.

Such texts are the hardest on memory, for most forms occur once: about ten thousand new ones in each megabyte. Word
frequencies fall as in any language (Zipf's law). The same size gives the same texts.
"""

import random
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Final

__all__ = ["write_noise"]

_MEGA: Final = 1_000_000
_N_WORDS: Final = 40_000
_FILES_A_MEGABYTE: Final = 4
_MISREAD: Final = 10
"""One word in so many is misread, most of them in one letter, some in two."""
_ONSETS: Final = tuple(
    "b br c ch d dr f fl g gr h j k l m n p pr qu r s sh sl st t th tr v w z".split()  # noqa: SIM905 - shorter so
)
_VOWELS: Final = ("a", "e", "i", "o", "u", "ai", "ea", "ee", "ie", "oa", "ou")
_ENDS: Final = ("", "", "n", "r", "s", "t", "l", "nd", "st", "ng")
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_SENTENCE: Final = 18
_PARAGRAPH: Final = 7


def write_noise(megabytes: int, folder: Path) -> None:
    """Write so many megabytes of text into the new folder `folder`."""
    folder.mkdir(parents=True)
    chance = random.Random(megabytes)  # noqa: S311 - made-up texts, no secret
    words = _words(chance)
    weights = list(accumulate(1 / (rank + 2.7) for rank in range(len(words))))
    for number in range(megabytes * _FILES_A_MEGABYTE):
        (folder / f"{number:06}.txt").write_text(_text(words, weights, chance), encoding="utf-8")


def _words(chance: random.Random) -> list[str]:
    """Made-up words, the short ones first, as the frequent ones of a language are."""
    found: dict[str, None] = {}
    while len(found) < _N_WORDS:
        longest = min(3, 1 + len(found) // 300)
        n_syllables = chance.randint(max(1, longest - 1), longest)
        syllables = (chance.choice(_ONSETS) + chance.choice(_VOWELS) for _ in range(n_syllables))
        found["".join(syllables) + chance.choice(_ENDS)] = None
    return list(found)


def _text(words: list[str], weights: list[float], chance: random.Random) -> str:
    """One text of the size of a file."""
    paragraphs: list[str] = []
    size = 0
    while size < _MEGA // _FILES_A_MEGABYTE:
        paragraphs.append(" ".join(_sentences(words, weights, chance)))
        size += len(paragraphs[-1].encode()) + 2
    return "\n\n".join(paragraphs) + "\n"


def _sentences(words: list[str], weights: list[float], chance: random.Random) -> Iterator[str]:
    for _ in range(chance.randint(1, 2 * _PARAGRAPH)):
        drawn = chance.choices(words, cum_weights=weights, k=chance.randint(5, 2 * _SENTENCE))
        read = [
            _misread(word, chance) if chance.random() * _MISREAD < 1 else word for word in drawn
        ]
        yield f"{' '.join(read).capitalize()}."


def _misread(word: str, chance: random.Random) -> str:
    """`word` with another letter in one place, or in two, or with one more."""
    for _ in range(chance.choice((1, 2, 2))):
        at = chance.randrange(len(word))
        word = word[:at] + chance.choice(_LETTERS) + word[at + chance.randrange(2) :]
    return word
