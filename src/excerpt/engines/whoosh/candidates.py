"""A node → the documents in which it may hold, found by Whoosh's terms alone: all in which it does, and some others.

Order, distance, sentences and passages are left to `query/match.py`, which is asked of these documents. Documents are
told by their rank in the shelf.
"""

from collections.abc import Callable, Collection, Iterable

from excerpt.engines.whoosh.fields import STREAMS, form_field, stem_field, term_field, token
from excerpt.engines.whoosh.segment_reader import WhooshReader, WhooshVocabulary
from excerpt.query.ast import (
    AllWords,
    Alternatives,
    And,
    DateRange,
    Field,
    FirstPassage,
    Form,
    Fuzzy,
    InHeading,
    InTitle,
    MatchAll,
    MatchNone,
    Near,
    Node,
    Not,
    Operand,
    Or,
    Pattern,
    Phrase,
    Scope,
    Term,
    Wildcard,
    Word,
    children,
)
from excerpt.query.semantics import matching_passages
from excerpt.query.term_matching import term_matcher

__all__ = ["Candidates"]

_MOST_LOOKED_UP = 1000
"""Terms of one expansion whose documents are looked up; where there are more, any document may hold one."""


def _is_wordless(node: Node) -> bool:
    """Whether `node` asks for nothing but fields that stand in the roster."""
    match node:
        case And() | Or() | Not() | FirstPassage():
            return all(map(_is_wordless, children(node)))
        case Field(name):
            return name != "kind"
        case DateRange() | MatchAll() | MatchNone():
            return True
        case _:
            return False


class Candidates:
    """Finds documents of a shelf."""

    def __init__(self, reader: WhooshReader, vocabulary: WhooshVocabulary) -> None:
        self._reader = reader
        self._vocabulary = vocabulary
        self._everything = frozenset(range(len(reader.entries)))

    def of(self, node: Node) -> Collection[int]:
        """The documents in which `node` may hold, or which it may score: a word also counts in titles and headings."""
        if _is_wordless(node) and not isinstance(node, MatchAll):
            return self._by_fields(node)
        return self._of(node)

    def _of(self, node: Node) -> Collection[int]:
        match node:
            case AllWords(words):
                return _all(map(self._beside, words), self._everything)
            case And(nodes):
                return _all(map(self._of, nodes), self._everything)
            case Or(nodes):
                return _any(map(self._of, nodes))
            case FirstPassage(below) | Scope(_, below):
                return self._of(below)
            case Word():
                return self._beside(node)
            case InTitle(operand):
                return self._holding(operand, "title")
            case InHeading(operand):
                return self._holding(operand, "heading")
            case MatchNone():
                return frozenset()
            case Field() | DateRange() if _is_wordless(node):
                return self._by_fields(node)
            case Not() | MatchAll() | Field() | DateRange():
                return self._everything
            case _:
                return self._holding(node, "text")

    def _by_fields(self, node: Node) -> Collection[int]:
        """The documents in which a node holds that asks for fields alone: exactly these."""
        return {
            rank
            for rank in self._everything
            if matching_passages(node, self._reader.document(rank).subject, self._vocabulary)
        }

    def _beside(self, word: Word) -> Collection[int]:
        return _any(self._holding(word, stream) for stream in STREAMS)

    def _holding(self, operand: Operand, stream: str) -> Collection[int]:
        """The documents in which the words of `operand` stand in `stream`."""
        match operand:
            case Alternatives(operands):
                return _any(self._holding(one, stream) for one in operands)
            case Phrase(parts):
                return _all((self._holding(part, stream) for part in parts), self._everything)
            case Near(left, right):
                return _all(
                    (self._holding(side, stream) for side in (left, right)), self._everything
                )
            case Word(term):
                field, wanted = (
                    stem_field(stream),
                    [token(*pair) for pair in self._vocabulary.stems(term)],
                )
            case Term(term):
                field, wanted = term_field(stream), [term]
            case Form(form):
                field, wanted = form_field(stream), [form]
            case _:
                field, wanted = term_field(stream), list(self._expanded(operand, stream))
        if len(wanted) > _MOST_LOOKED_UP:
            return self._everything
        return _any(self._reader.ranks(field, text) for text in wanted)

    def _expanded(self, operand: Operand, stream: str) -> Collection[str]:
        """What a Wildcard, Fuzzy or Pattern stands for: in titles and headings, words of these."""
        if stream == "text":
            return self._vocabulary.expand(operand)
        assert isinstance(operand, Wildcard | Fuzzy | Pattern)
        fits: Callable[[str], bool] = term_matcher(operand)
        return set(filter(fits, self._reader.terms(term_field(stream))))


def _all(found: Iterable[Collection[int]], everything: Collection[int]) -> Collection[int]:
    return set(everything).intersection(*found)


def _any(found: Iterable[Collection[int]]) -> Collection[int]:
    return set[int]().union(*found)
