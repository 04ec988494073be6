"""Spellings that stand for each other → the words that are spellings of a word.

A rule says that two strings stand for each other: th and t in German. A word is a spelling of
another if the two can be divided into parts such that each part of one equals that of the other, or
a rule connects them. "^" and "$" in a rule are the beginning and the end of the word.

`SpellingRules.pattern` is a regular expression that all spellings match, by which they are found
among the words of an index. It also matches others; `n_changes` decides.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple

__all__ = ["SpellingRule", "SpellingRules"]

_MAX_ALTERNATIVES: Final = 200
"""Spellings of one part of a word that a pattern lists; for more, it is less exact."""
_MAX_LENGTH: Final = 40
"""Letters of a word that has other spellings."""


class SpellingRule(NamedTuple):
    """Two strings that stand for each other.

    first, second  the strings; their order does not matter
    min_letters    the length in letters that both words must have
    cost           1 if it counts as a change, otherwise 0
    """

    first: str
    second: str
    min_letters: int = 0
    cost: int = 1


class SpellingRules:
    """A set of rules.

    max_changes  pairs of a length, and the changes that a word of this length or more may have
    stem_ending  the number of letters at the end of a stem that its spellings share
    """

    def __init__(
        self,
        rules: Iterable[SpellingRule],
        max_changes: Sequence[tuple[int, int]] = (),
        stem_ending: int = 0,
    ) -> None:
        self.rules = tuple(dict.fromkeys(rules))
        self._max_changes = max_changes
        self._stem_ending = stem_ending

    @cached_property
    def _others(self) -> dict[str, dict[str, SpellingRule]]:
        """For each string, the strings that stand for it, with their rules."""
        others: dict[str, dict[str, SpellingRule]] = {}
        # Of several rules for the same strings, that for the shortest words remains.
        for rule in sorted(self.rules, key=lambda each: -each.min_letters):
            others.setdefault(rule.first, {})[rule.second] = rule
            others.setdefault(rule.second, {})[rule.first] = rule
        return others

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._others), default=1)

    def max_changes(self, word: str) -> int:
        """Return the number of changes that the spellings of `word` may have."""
        allowed = [n for min_letters, n in self._max_changes if len(word) >= min_letters]
        return allowed[-1] if allowed else _MAX_LENGTH

    def pattern(self, stem: str, *, is_whole: bool = True) -> str:
        """Return a regular expression for the spellings of `stem`.

        If it `is_whole`, rules for the end of a word apply.
        """
        word = f"^{stem}$" if is_whole else f"^{stem}"
        if len(stem) > _MAX_LENGTH:
            return stem
        pieces = (self._part_pattern(word[start:end]) for start, end in self._clusters(word))
        return "".join(pieces).replace("^", "").replace("$", "")

    def _clusters(self, word: str) -> list[tuple[int, int]]:
        """Return the bounds of the parts of `word` that no rule overlaps."""
        inside: set[int] = set()
        for start in range(len(word)):
            for end in range(start + 1, min(start + self._longest, len(word)) + 1):
                if word[start:end] in self._others:
                    inside.update(range(start + 1, end))
        return list(pairwise([n for n in range(len(word) + 1) if n not in inside]))

    def _part_pattern(self, part: str) -> str:
        """Return a regular expression for the spellings of a part of a word.

        If there are too many, it matches anything of the same letters and lengths.
        """
        found: list[set[str]] = [{""}, *(set() for _ in part)]
        for start in range(len(part)):
            for end, option in self._options(part, start):
                found[end] |= {head + option for head in found[start]}
            if any(len(each) > _MAX_ALTERNATIVES for each in found):
                return self._rough_pattern(part)
        spellings = sorted(found[-1])
        return spellings[0] if len(spellings) == 1 else f"(?:{'|'.join(spellings)})"

    def _rough_pattern(self, part: str) -> str:
        shortest, longest = [0], [0]
        letters = set(part)
        for end in range(1, len(part) + 1):
            steps = [
                (start, len(option))
                for start in range(max(0, end - self._longest), end)
                for stop, option in self._options(part, start)
                if stop == end
            ]
            shortest.append(min(shortest[start] + length for start, length in steps))
            longest.append(max(longest[start] + length for start, length in steps))
            for start in range(max(0, end - self._longest), end):
                letters.update(*self._others.get(part[start:end], ()))
        # Beginning and end are not letters, but count in the lengths.
        return (
            f"[{''.join(sorted(letters - {'^', '$'}))}]{{{max(shortest[-1] - 2, 0)},{longest[-1]}}}"
        )

    def _options(self, part: str, start: int) -> Iterator[tuple[int, str]]:
        """Yield (end, string) for each string that can replace the part from `start` to `end`."""
        yield start + 1, part[start]
        for end in range(start + 1, min(start + self._longest, len(part)) + 1):
            for other in self._others.get(part[start:end], ()):
                yield end, other

    def n_changes(self, word: str, other: str, *, is_whole: bool = True) -> int | None:
        """Return the least number of changes that make `word` into `other`.

        None if the rules do not connect the two. If they are not whole words, rules for the end of
        a word do not apply.
        """
        if not is_whole and self._stem_ending:
            endings = (each[-self._stem_ending :] for each in (word, other))
            if len(set(endings)) > 1:
                return None
        end = "$" if is_whole else ""
        first, second = f"^{word}{end}", f"^{other}{end}"
        shorter = min(len(word), len(other))
        reached = {(0, 0): 0}
        best: int | None = None
        while reached:
            # In the order of positions in `first`, and then in `second`, all ways lead forward.
            reached_pair = min(reached)
            n = reached.pop(reached_pair)
            if reached_pair == (len(first), len(second)):
                best = n
                continue
            for step, cost in self._steps(first, second, reached_pair, shorter):
                reached[step] = min(reached.get(step, n + cost), n + cost)
        return best

    def _steps(
        self, first: str, second: str, reached_pair: tuple[int, int], shorter: int
    ) -> Iterable[tuple[tuple[int, int], int]]:
        """Yield the pairs of offsets that one part of both words leads to, with the cost."""
        i, j = reached_pair
        if first[i : i + 1] == second[j : j + 1] and i < len(first):
            yield (i + 1, j + 1), 0
        for length in range(1, self._longest + 1):
            part = first[i : i + length]
            if len(part) < length:
                return
            for other, rule in self._others.get(part, {}).items():
                if rule.min_letters <= shorter and second.startswith(other, j):
                    yield (i + length, j + len(other)), rule.cost
