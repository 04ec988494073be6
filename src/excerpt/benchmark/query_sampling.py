"""A passage → words or a query drawn from it at random, in a way for each kind of question.

Words are drawn where every engine cuts and folds alike: runs of plain words with nothing but white space between them.
What needs the query language is drawn as a query; it mostly finds the passage it was drawn from.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from excerpt.text.tokenizer import tokenize

__all__ = [
    "DISTANCE",
    "Draw",
    "Drawn",
    "Passage",
    "any_words",
    "dated",
    "fuzzy_query",
    "misspelt",
    "near",
    "ordinary",
    "pair_query",
    "passage_of",
    "prefix",
    "regular",
    "row",
    "runs_of",
    "suffix",
    "wild_phrase",
    "word_query",
    "words_query",
]

DISTANCE: Final = 5
"""Other words between the operands of NEAR, at most."""
_SHORTEST: Final = 3
_LONG: Final = 6
_YEARS: Final = range(1800, 2021)

Drawn = tuple[str, ...] | None
Draw = Callable[[random.Random, "Passage"], Drawn]


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage as its runs of words, and all words of these that are not very frequent."""

    runs: tuple[tuple[str, ...], ...]
    ordinary: tuple[str, ...]
    frequent: frozenset[str]

    @property
    def words(self) -> list[str]:
        """All words, as often as they stand there."""
        return [word for run in self.runs for word in run]


def ordinary(n: int, chance: random.Random, passage: Passage) -> Drawn:
    """`n` different words that are not very frequent."""
    words = sorted(set(passage.ordinary))
    return tuple(chance.sample(words, n)) if len(words) >= n else None


def any_words(n: int, chance: random.Random, passage: Passage) -> Drawn:
    """Words as often drawn as they stand there: very frequent ones among them."""
    words = passage.words
    chance.shuffle(words)
    drawn = tuple(dict.fromkeys(words))[:n]
    return drawn if len(drawn) == n else None


def row(n: int, n_frequent: range, chance: random.Random, passage: Passage) -> Drawn:
    """`n` words in a row with so many very frequent ones among them."""
    rows = [run[at : at + n] for run in passage.runs for at in range(len(run) - n + 1)]
    fit = [row for row in rows if sum(word in passage.frequent for word in row) in n_frequent]
    return chance.choice(fit) if fit else None


def near(is_frequent: bool, chance: random.Random, passage: Passage) -> Drawn:
    """Two ordinary or very frequent words with one other between, or as many as `DISTANCE`."""
    gap = chance.randint(2, DISTANCE + 1)
    fit = passage.frequent if is_frequent else set(passage.ordinary)
    pairs = [
        (run[at], run[at + gap])
        for run in passage.runs
        for at in range(len(run) - gap)
        if run[at] != run[at + gap] and {run[at], run[at + gap]} <= fit
    ]
    return chance.choice(pairs) if pairs else None


def prefix(chance: random.Random, passage: Passage) -> Drawn:
    """How a word begins."""
    word = _long(chance, passage)
    return (word[:-3],) if word else None


def misspelt(chance: random.Random, passage: Passage) -> Drawn:
    """A word with another letter in it."""
    words = [word for word in passage.ordinary if len(word) > 5]
    if not words:
        return None
    word = chance.choice(words)
    at = chance.randrange(1, len(word))
    return (word[:at] + chance.choice("abcdefghijklmnopqrstuvwxyz") + word[at + 1 :],)


def pair_query(pattern: str, chance: random.Random, passage: Passage) -> Drawn:
    """A query for two ordinary words of one run that is like `pattern`: in their order, few others between."""
    found = near(False, chance, passage)
    return (pattern.format(*found),) if found else None


def word_query(pattern: str, chance: random.Random, passage: Passage) -> Drawn:
    """A query for one ordinary word that is like `pattern`."""
    found = ordinary(1, chance, passage)
    return (pattern.format(*found),) if found else None


def words_query(pattern: str, chance: random.Random, passage: Passage) -> Drawn:
    """A query for two ordinary words of the passage that is like `pattern`."""
    found = ordinary(2, chance, passage)
    return (pattern.format(*found),) if found else None


def suffix(chance: random.Random, passage: Passage) -> Drawn:
    """A word that begins with anything."""
    word = _long(chance, passage)
    return (f"*{word[3:]}",) if word else None


def wild_phrase(chance: random.Random, passage: Passage) -> Drawn:
    """Two words in a row, of the first only how it begins."""
    found = row(2, range(1), chance, passage)
    return (f'"{found[0][:4]}* {found[1]}"',) if found else None


def fuzzy_query(chance: random.Random, passage: Passage) -> Drawn:
    """A misspelt word, with two letters changed at most."""
    found = misspelt(chance, passage)
    return (f"{found[0]}~2",) if found else None


def regular(chance: random.Random, passage: Passage) -> Drawn:
    """A regular expression for a word, by how it begins and ends."""
    word = _long(chance, passage)
    return (rf"/{word[:3]}\w*{word[-2:]}/",) if word else None


def dated(chance: random.Random, passage: Passage) -> Drawn:
    """A word in a few decades."""
    found = ordinary(1, chance, passage)
    first = chance.choice(_YEARS)
    return (f"{found[0]} year:{first}..{first + chance.randint(1, 50)}",) if found else None


def _long(chance: random.Random, passage: Passage) -> str:
    """A word long enough to leave some of it out."""
    words = [word for word in passage.ordinary if len(word) > _LONG]
    return chance.choice(words) if words else ""


def passage_of(runs: tuple[tuple[str, ...], ...], frequent: frozenset[str]) -> Passage:
    """What can be drawn from."""
    words = [
        word for run in runs for word in run if len(word) >= _SHORTEST and word not in frequent
    ]
    return Passage(runs, tuple(words), frequent)


def runs_of(text: str) -> tuple[tuple[str, ...], ...]:
    """The longest rows of plain words of `text` with nothing but white space between them."""
    runs: list[tuple[str, ...]] = []
    run: list[str] = []
    end = 0
    for word in tokenize(text):
        is_plain = word.term.isalpha() and word.term == word.span.of(text).lower()
        if (
            not is_plain
            or not (between := text[end : word.span.start]).isspace()
            or between.count("\n") > 1
        ):
            runs.append(tuple(run))
            run = []
        if is_plain:
            run.append(word.term)
        end = word.span.end
    runs.append(tuple(run))
    return tuple(filter(None, runs))
