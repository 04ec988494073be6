"""A node → the query of the cluster that matches exactly its passages.

Words become conditions on terms and forms. Phrases and NEAR of single words become rules on
positions: a match begins with a word of the passage itself and may run on into the look-ahead.
Everything else raises `Inexact`.
"""

from typing import Any, Final

from excerpt.engines.opensearch.candidates import ALL, NONE, in_all, in_any
from excerpt.engines.opensearch.index_reader import OpenSearchIndexReader
from excerpt.engines.opensearch.rules import (
    expand_spellings,
    near_rule,
    phrase_rule,
    prefix_of,
    rule_query,
)
from excerpt.engines.opensearch.word_tokens import Inexact, TokenLookup, WordTokens
from excerpt.query.ast import (
    AllWords,
    And,
    DateRange,
    Field,
    FirstPassage,
    InHeading,
    InTitle,
    MatchAll,
    MatchNone,
    Near,
    Node,
    Not,
    Operand,
    Or,
    Phrase,
    Word,
    has_only_fields,
)

__all__ = ["Translation", "with_word"]

_MAX_TOKENS: Final = 50_000
"""Tokens of a word as a condition; a cluster accepts 65,536."""


class Translation:
    """Translates nodes for one state of an index."""

    def __init__(
        self, reader: OpenSearchIndexReader, lookup: TokenLookup, *, has_everything: bool
    ) -> None:
        self.lookup = lookup
        self._reader = reader
        self._has_everything = has_everything

    def of(self, node: Node) -> dict[str, Any]:
        """Return the query for exactly the passages that match `node`.

        Raises:
            Inexact: if there is none.
        """
        passages: dict[str, Any] = {"range": {"ordinal": {"gte": 0}}}
        view = passages if self._has_everything else {"term": {"apart": False}}
        return in_all([view, self._of(node)])

    def _of(self, node: Node) -> dict[str, Any]:
        match node:
            case MatchAll():
                return ALL
            case MatchNone():
                return NONE
            case And(nodes):
                return in_all(map(self._of, nodes))
            case Or(nodes):
                return in_any(map(self._of, nodes))
            case Not(below):
                query = self._of(below)
                return {"bool": {"must_not": [query], "filter": [ALL]}}
            case AllWords(words):
                return self._with_all(words)
            case Field("kind", value, False):
                return {"term": {"kind": value.casefold()}}
            case InTitle(operand):
                return self.with_operand(operand, "title")
            case InHeading(operand):
                return self.with_operand(operand, "heading")
            case FirstPassage(below) if has_only_fields(below):
                fields = self._reader.with_fields(below, self.lookup.vocabulary)
                return in_all([fields, {"term": {"ordinal": 0}}])
            case Field() | DateRange() if has_only_fields(node):
                return self._reader.with_fields(node, self.lookup.vocabulary)
            case _ if isinstance(node, Operand):
                return self.with_operand(node, "text")
            case _:
                raise Inexact

    def _with_all(self, words: tuple[Word, ...]) -> dict[str, Any]:
        """Return the query for passages with all words, at least one of them in the text."""
        in_text = [self.with_operand(word, "text") for word in words]
        anywhere = [
            in_any([found, *(self.with_operand(word, stream) for stream in ("title", "heading"))])
            for word, found in zip(words, in_text, strict=True)
        ]
        return in_all([*anywhere, in_any(in_text)])

    def with_operand(self, operand: Operand, stream: str) -> dict[str, Any]:
        """Return the query for passages in which `operand` occurs in `stream`."""
        match operand:
            case Phrase((part,)):
                return self.with_operand(part, stream)
            case Phrase(parts, 0):
                words = [self.lookup.of(part, stream) for part in parts]
                phrases = expand_spellings(words)
                return in_any(rule_query(phrase_rule(each, stream), stream) for each in phrases)
            case Phrase((left, right), gap):
                return self._near(left, right, gap, stream, is_ordered=True)
            case Near(left, right, distance, is_ordered):
                return self._near(left, right, distance, stream, is_ordered=is_ordered)
            case _:
                return with_word(self.lookup.of(operand, stream), stream)

    def _near(
        self, left: Operand, right: Operand, distance: int, stream: str, *, is_ordered: bool
    ) -> dict[str, Any]:
        one, other = (self.lookup.of(each, stream) for each in (left, right))
        if not ((one.n and other.n) or one.spellings or other.spellings):
            return NONE
        return rule_query(near_rule(one, other, distance, stream, is_ordered=is_ordered), stream)


def with_word(word: WordTokens, stream: str) -> dict[str, Any]:
    """Return the query for passages with a word of `word`."""
    if word.n > _MAX_TOKENS:
        raise Inexact
    prefix = prefix_of(stream)
    found = [
        {"terms": {f"{prefix}{field}": list(tokens)}}
        for field, tokens in (("t", word.terms), ("f", word.forms))
        if tokens
    ]
    found += [rule_query(phrase_rule(each, stream), stream) for each in word.spellings]
    return in_any(found)
