"""A passage → the words of a query sampled from it, with one sampler for each kind of query.

Words come from token sequences that every engine splits and folds alike: plain words with only
white space between them. Queries that need excerpt's query language are sampled as strings in it;
most of them match the passage that they were sampled from.

Every sampler returns None if the passage has no suitable words.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from excerpt.text.tokenizer import tokenize

__all__ = [
    "NEAR_DISTANCE",
    "SampledPassage",
    "Sampler",
    "Words",
    "any_words",
    "dated_query",
    "fuzzy_query",
    "leading_wildcard",
    "misspelt_word",
    "near_pair",
    "near_pair_query",
    "one_word_query",
    "ordinary_words",
    "passage_of",
    "phrase",
    "prefix",
    "regular_expression",
    "two_word_query",
    "wildcard_phrase",
    "word_sequences",
]

NEAR_DISTANCE: Final = 5
"""Words between the operands of NEAR, at most."""
_MIN_LETTERS: Final = 3
"""Letters of an ordinary word, at least."""
_LONG: Final = 6
"""Words with more letters can lose some of them to a wildcard."""
_YEARS: Final = range(1800, 2021)

Words = tuple[str, ...] | None
Sampler = Callable[[random.Random, "SampledPassage"], Words]


@dataclass(frozen=True, slots=True)
class SampledPassage:
    """A passage to sample from: its token sequences, and its words that are not very frequent."""

    sequences: tuple[tuple[str, ...], ...]
    ordinary: tuple[str, ...]
    frequent: frozenset[str]

    @property
    def words(self) -> list[str]:
        """All words, repeated ones included."""
        return [word for sequence in self.sequences for word in sequence]


def ordinary_words(n: int, chance: random.Random, passage: SampledPassage) -> Words:
    """Return `n` different words that are not very frequent."""
    words = sorted(set(passage.ordinary))
    return tuple(chance.sample(words, n)) if len(words) >= n else None


def any_words(n: int, chance: random.Random, passage: SampledPassage) -> Words:
    """Return `n` different words, each as likely as it is frequent in the passage."""
    words = passage.words
    chance.shuffle(words)
    sampled = tuple(dict.fromkeys(words))[:n]
    return sampled if len(sampled) == n else None


def phrase(n: int, n_frequent: range, chance: random.Random, passage: SampledPassage) -> Words:
    """Return `n` consecutive words; the number of very frequent ones is in `n_frequent`."""
    phrases = [
        sequence[start : start + n]
        for sequence in passage.sequences
        for start in range(len(sequence) - n + 1)
    ]
    suitable = [
        words for words in phrases if sum(word in passage.frequent for word in words) in n_frequent
    ]
    return chance.choice(suitable) if suitable else None


def near_pair(is_frequent: bool, chance: random.Random, passage: SampledPassage) -> Words:
    """Return two ordinary or two very frequent words with 1 to `NEAR_DISTANCE` words between."""
    gap = chance.randint(2, NEAR_DISTANCE + 1)
    suitable = passage.frequent if is_frequent else set(passage.ordinary)
    pairs = [
        (left, right)
        for sequence in passage.sequences
        for left, right in zip(sequence, sequence[gap:], strict=False)
        if left != right and {left, right} <= suitable
    ]
    return chance.choice(pairs) if pairs else None


def prefix(chance: random.Random, passage: SampledPassage) -> Words:
    """Return a word without its last three letters."""
    word = _long_word(chance, passage)
    return (word[:-3],) if word else None


def misspelt_word(chance: random.Random, passage: SampledPassage) -> Words:
    """Return a word with one letter replaced, which is not the first."""
    words = [word for word in passage.ordinary if len(word) > 5]
    if not words:
        return None
    word = chance.choice(words)
    index = chance.randrange(1, len(word))
    return (word[:index] + chance.choice("abcdefghijklmnopqrstuvwxyz") + word[index + 1 :],)


def near_pair_query(pattern: str, chance: random.Random, passage: SampledPassage) -> Words:
    """Return `pattern` filled with a near pair of ordinary words, in their order."""
    words = near_pair(False, chance, passage)
    return (pattern.format(*words),) if words else None


def one_word_query(pattern: str, chance: random.Random, passage: SampledPassage) -> Words:
    """Return `pattern` filled with an ordinary word."""
    words = ordinary_words(1, chance, passage)
    return (pattern.format(*words),) if words else None


def two_word_query(pattern: str, chance: random.Random, passage: SampledPassage) -> Words:
    """Return `pattern` filled with two ordinary words of the passage."""
    words = ordinary_words(2, chance, passage)
    return (pattern.format(*words),) if words else None


def leading_wildcard(chance: random.Random, passage: SampledPassage) -> Words:
    """Return a word whose first three letters are replaced by a wildcard."""
    word = _long_word(chance, passage)
    return (f"*{word[3:]}",) if word else None


def wildcard_phrase(chance: random.Random, passage: SampledPassage) -> Words:
    """Return a phrase of two words; a wildcard follows the first four letters of the first."""
    words = phrase(2, range(1), chance, passage)
    return (f'"{words[0][:4]}* {words[1]}"',) if words else None


def fuzzy_query(chance: random.Random, passage: SampledPassage) -> Words:
    """Return a misspelt word that matches up to two letters away."""
    words = misspelt_word(chance, passage)
    return (f"{words[0]}~2",) if words else None


def regular_expression(chance: random.Random, passage: SampledPassage) -> Words:
    """Return a regular expression made of the beginning and the end of a word."""
    word = _long_word(chance, passage)
    return (rf"/{word[:3]}\w*{word[-2:]}/",) if word else None


def dated_query(chance: random.Random, passage: SampledPassage) -> Words:
    """Return a word limited to a period of up to fifty years."""
    words = ordinary_words(1, chance, passage)
    first = chance.choice(_YEARS)
    return (f"{words[0]} year:{first}..{first + chance.randint(1, 50)}",) if words else None


def _long_word(chance: random.Random, passage: SampledPassage) -> str:
    """Return a word with more than `_LONG` letters, or "" if there is none."""
    words = [word for word in passage.ordinary if len(word) > _LONG]
    return chance.choice(words) if words else ""


def passage_of(sequences: tuple[tuple[str, ...], ...], frequent: frozenset[str]) -> SampledPassage:
    """Return a passage to sample from, given its token sequences and the very frequent words."""
    ordinary = [
        word
        for sequence in sequences
        for word in sequence
        if len(word) >= _MIN_LETTERS and word not in frequent
    ]
    return SampledPassage(sequences, tuple(ordinary), frequent)


def word_sequences(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the longest sequences of plain words in `text` with only white space between them.

    A plain word is letters alone, and folding changes nothing in it but its case. A blank line ends
    a sequence.
    """
    sequences: list[tuple[str, ...]] = []
    sequence: list[str] = []
    end = 0
    for token in tokenize(text):
        is_plain = token.term.isalpha() and token.term == token.span.of(text).lower()
        between = text[end : token.span.start]
        if not is_plain or not between.isspace() or between.count("\n") > 1:
            sequences.append(tuple(sequence))
            sequence = []
        if is_plain:
            sequence.append(token.term)
        end = token.span.end
    sequences.append(tuple(sequence))
    return tuple(filter(None, sequences))
