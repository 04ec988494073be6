"""Words → rules on positions, as the cluster evaluates them.

A rule matches intervals of positions. Words of the passage itself are written as they are, those of
the look-ahead with a sign before them.
"""

from collections.abc import Iterable, Sequence
from itertools import permutations
from typing import Any, Final

from excerpt.engines.opensearch.schema import AHEAD, LATER, LOOK_AHEAD
from excerpt.engines.opensearch.word_tokens import Inexact, WordTokens
from excerpt.text.compounds import MARKS

__all__ = [
    "IntervalRule",
    "expand_spellings",
    "near_rule",
    "phrase_rule",
    "prefix_of",
    "rule_query",
    "word_rule",
]

_MAX_RULES: Final = 400
"""Tokens of a query in rules on positions; a cluster accepts 1,024 clauses."""
IntervalRule = dict[str, Any]


def prefix_of(stream: str) -> str:
    """Return the beginning of the names of the fields of positions of a stream."""
    return "" if stream == "text" else f"{stream}_"


def rule_query(rule: IntervalRule, stream: str) -> dict[str, Any]:
    """Return the query for the passages in which `rule` matches."""
    return {"intervals": {f"{prefix_of(stream)}f": rule}}


def phrase_rule(words: Sequence[WordTokens], stream: str) -> IntervalRule:
    """Return the rule for words one after the other, beginning in the passage itself.

    Raises:
        Inexact: if it would be too large.
    """
    _check_size(words)
    if len(words) > LOOK_AHEAD:
        raise Inexact
    rules = [word_rule(word, stream, is_own=not n) for n, word in enumerate(words)]
    return {"all_of": {"intervals": rules, "max_gaps": 0, "ordered": True}}


def expand_spellings(words: Sequence[WordTokens]) -> list[tuple[WordTokens, ...]]:
    """Return the phrases that `words` stand for; one word may be written in several parts.

    None of them can lie within another and begin later, since the parts of a word are other words.

    Raises:
        Inexact: if several words may be written in parts.
    """
    plain = tuple(word._replace(spellings=()) for word in words)
    found = [plain]
    for n, word in enumerate(words):
        if word.spellings and len(found) > 1:
            raise Inexact
        found += [(*plain[:n], *spelling, *plain[n + 1 :]) for spelling in word.spellings]
    return [phrase for phrase in found if all(word.n for word in phrase)]


def near_rule(
    left: WordTokens, right: WordTokens, distance: int, stream: str, *, is_ordered: bool
) -> IntervalRule:
    """Return the rule for two words at most `distance` other words apart.

    Raises:
        Inexact: if it would be too large.
    """
    _check_size((left, right))
    if distance + 2 > LOOK_AHEAD:
        raise Inexact
    pair = tuple(word_rule(each, stream, is_own=False) for each in (left, right))
    # Both orders are written out, since one word may be both operands of an unordered rule.
    rules = [
        {"all_of": {"intervals": list(each), "max_gaps": distance, "ordered": True}}
        for each in ([pair] if is_ordered else permutations(pair))
    ]
    rule: IntervalRule = {"any_of": {"intervals": rules}}
    if stream == "text":
        # Not within the look-ahead. A disjunction as the reference would be evaluated wrongly.
        bounds = [_token_rule(AHEAD, sign) for sign in "AZ"]
        later = {"all_of": {"intervals": bounds, "ordered": True}}
        rule["any_of"]["filter"] = {"not_contained_by": later}
    return rule


def word_rule(word: WordTokens, stream: str, *, is_own: bool) -> IntervalRule:
    """Return the rule for one word, which is of the passage itself if it `is_own`.

    Raises:
        Inexact: if it may be written in several parts.
    """
    if word.spellings:
        raise Inexact
    prefix = prefix_of(stream)
    signs = ("",) if is_own or prefix else ("", LATER)
    rules = [
        _token_rule(f"{prefix}{field}", f"{sign}{token}")
        for field, tokens in (("t", word.terms), ("f", word.forms))
        for token in tokens
        for sign in signs
    ]
    rule: IntervalRule = {"any_of": {"intervals": rules}}
    return rule if word.marks is None else _with_marks(rule, word.marks, f"{prefix}j")


def _with_marks(rule: IntervalRule, marks: frozenset[str], field: str) -> IntervalRule:
    """Return the rule for what `rule` matches where a word has one of `marks`."""
    if "" not in marks:
        wanted = [_token_rule(field, mark) for mark in sorted(marks)]
        contained = {"contained_by": {"any_of": {"intervals": wanted}}}
        return {"any_of": {"intervals": [rule], "filter": contained}}
    for mark in sorted(MARKS - marks):  # words without a mark have no token to be compared with
        other = {"not_contained_by": _token_rule(field, mark)}
        rule = {"any_of": {"intervals": [rule], "filter": other}}
    return rule


def _check_size(words: Iterable[WordTokens]) -> None:
    if 2 * sum(word.n for word in words) > _MAX_RULES:
        raise Inexact


def _token_rule(field: str, token: str) -> IntervalRule:
    return {"match": {"query": token, "use_field": field}}
