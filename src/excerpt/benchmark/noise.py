"""A size → generated texts like those of a bad scan: one word in ten is misread.

Such texts are the hardest case for memory, because most word forms occur once. Words are misread in
ever new ways; each megabyte adds about ten thousand. Word frequencies follow Zipf's law, as in
natural languages. The same size gives the same texts.
"""

import random
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Final

__all__ = ["write_noise"]

_MEGA: Final = 1_000_000
_N_WORDS: Final = 40_000
_FILES_PER_MEGABYTE: Final = 4
_MISREAD_ONE_IN: Final = 10
"""One word in ten is misread: most of them in two letters, some in one."""
_ONSETS: Final = (
    *("b", "br", "c", "ch", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "l", "m", "n", "p"),
    *("pr", "qu", "r", "s", "sh", "sl", "st", "t", "th", "tr", "v", "w", "z"),
)
_VOWELS: Final = ("a", "e", "i", "o", "u", "ai", "ea", "ee", "ie", "oa", "ou")
_ENDINGS: Final = ("", "", "n", "r", "s", "t", "l", "nd", "st", "ng")
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_MEAN_WORDS: Final = 18
"""Words of a sentence, about."""
_MEAN_SENTENCES: Final = 7
"""Sentences of a paragraph, about."""


def write_noise(megabytes: int, folder: Path) -> None:
    """Write `megabytes` of text into the new folder `folder`."""
    folder.mkdir(parents=True)
    chance = random.Random(megabytes)  # noqa: S311 - generated texts, no secret
    words = _vocabulary(chance)
    # Zipf's law with Mandelbrot's offset.
    weights = list(accumulate(1 / (rank + 2.7) for rank in range(len(words))))
    for number in range(megabytes * _FILES_PER_MEGABYTE):
        (folder / f"{number:06}.txt").write_text(_text(words, weights, chance), encoding="utf-8")


def _vocabulary(chance: random.Random) -> list[str]:
    """Return generated words, short ones first, as the frequent words of a language are short."""
    words: dict[str, None] = {}
    while len(words) < _N_WORDS:
        longest = min(3, 1 + len(words) // 300)
        n_syllables = chance.randint(max(1, longest - 1), longest)
        syllables = (chance.choice(_ONSETS) + chance.choice(_VOWELS) for _ in range(n_syllables))
        words["".join(syllables) + chance.choice(_ENDINGS)] = None
    return list(words)


def _text(words: list[str], weights: list[float], chance: random.Random) -> str:
    """Return the text of one file."""
    paragraphs: list[str] = []
    size = 0
    while size < _MEGA // _FILES_PER_MEGABYTE:
        paragraphs.append(" ".join(_sentences(words, weights, chance)))
        size += len(paragraphs[-1].encode()) + 2
    return "\n\n".join(paragraphs) + "\n"


def _sentences(words: list[str], weights: list[float], chance: random.Random) -> Iterator[str]:
    for _ in range(chance.randint(1, 2 * _MEAN_SENTENCES)):
        sampled = chance.choices(words, cum_weights=weights, k=chance.randint(5, 2 * _MEAN_WORDS))
        read = [
            _misread(word, chance) if chance.random() * _MISREAD_ONE_IN < 1 else word
            for word in sampled
        ]
        yield f"{' '.join(read).capitalize()}."


def _misread(word: str, chance: random.Random) -> str:
    """Return `word` with one or two changes; each replaces a letter or inserts one."""
    for _ in range(chance.choice((1, 2, 2))):
        index = chance.randrange(len(word))
        letter = chance.choice(_LETTERS)
        word = word[:index] + letter + word[index + chance.randrange(2) :]
    return word
