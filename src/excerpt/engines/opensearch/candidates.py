"""A node → the documents in which it can match, found by the cluster from their words alone.

The result contains all documents in which the node matches, and possibly others: order, distance,
sentences and passages are left to `query.semantics`.
"""

from collections.abc import Collection, Iterable
from typing import Any, Final

from excerpt.engines.opensearch.index_reader import OpenSearchIndexReader
from excerpt.engines.opensearch.schema import STREAMS, ClusterValues, encode_word, join_parts
from excerpt.engines.opensearch.vocabulary import OpenSearchVocabulary
from excerpt.memory import BoundedCache
from excerpt.query.ast import (
    AllWords,
    Alternatives,
    And,
    AsTyped,
    DateRange,
    Field,
    FirstPassage,
    Form,
    Fuzzy,
    InHeading,
    InTitle,
    Joined,
    MatchAll,
    MatchNone,
    Near,
    Node,
    Not,
    NotNear,
    Operand,
    Or,
    Pattern,
    Phrase,
    Scope,
    Term,
    Wildcard,
    Word,
    has_only_fields,
)
from excerpt.query.spellings import separate_spellings
from excerpt.query.term_matching import term_matcher
from excerpt.text.normalizer import fold
from excerpt.text.stemmer import has_stemmer

__all__ = ["CandidateQueries"]

ALL: Final[dict[str, Any]] = {"match_all": {}}
NONE: Final[dict[str, Any]] = {"match_none": {}}
_CACHE_BYTES: Final = 16_000_000


class CandidateQueries:
    """A finder of the documents in which nodes can match."""

    def __init__(self, reader: OpenSearchIndexReader, vocabulary: OpenSearchVocabulary) -> None:
        self._reader = reader
        self._vocabulary = vocabulary
        self._found: BoundedCache[Node, list[int]] = BoundedCache(_CACHE_BYTES)
        """The candidates of nodes: one search asks for those of a node several times."""

    def of(self, node: Node, ids: Collection[int] | None) -> list[int]:
        """Return the ranks of the documents in which `node` can match or contribute to a score.

        A word contributes to the score from titles and headings too. With `ids`, only these
        documents are considered.
        """
        if ids is None:
            return self._all(node)
        if not ids:
            return []
        rank_of = self._reader.rank_of
        some = {rank_of[id_] for id_ in ids if id_ in rank_of}
        found = self._found.get(node)
        if found is None and (query := self._of(node)) not in (ALL, NONE):
            filters = [query, self._reader.with_ids(some)]
            return self._reader.ranks({"bool": {"filter": filters}})
        return sorted(some.intersection(self._all(node)))

    def _all(self, node: Node) -> list[int]:
        found = self._found.get(node)
        if found is None:
            query = self._of(node)
            if query == ALL:
                found = list(range(len(self._reader.documents)))
            else:
                found = [] if query == NONE else self._reader.ranks(query)
            self._found.put(node, found, 40 * len(found) + 1_000)
        return found

    def _of(self, node: Node) -> ClusterValues:
        match node:
            case MatchAll():
                return ALL
            case MatchNone():
                return NONE
            case _ if has_only_fields(node):
                return self._reader.with_fields(node, self._vocabulary)
            case AllWords(words):
                return in_all(map(self._with_word, words))
            case And(nodes):
                return in_all(map(self._of, nodes))
            case Or(nodes):
                return in_any(map(self._of, nodes))
            case FirstPassage(below) | Scope(_, below):
                return self._of(below)
            case Word():
                return self._with_word(node)
            case InTitle(operand):
                return self._with_operand(operand, "title")
            case InHeading(operand):
                return self._with_operand(operand, "heading")
            case Not() | Field() | DateRange():
                return ALL
            case _:
                return self._with_operand(node, "text")

    def _with_word(self, word: Word) -> ClusterValues:
        """Return the documents with `word` in the text, the title or a heading."""
        return in_any(self._with_operand(word, stream) for stream in STREAMS)

    def _with_operand(self, operand: Operand, stream: str) -> ClusterValues:
        """Return the documents with the words of `operand` in `stream`, or its other spellings."""
        found = self._with_spelling(operand, stream)
        if not isinstance(operand, Word | Term | Form | Wildcard):
            return found
        spellings = separate_spellings(operand, self._vocabulary.joined_terms(stream))
        with_parts = (
            in_all(self._with_spelling(part, stream) for part in spelling.parts)
            for spelling in spellings
        )
        return in_any([found, *with_parts])

    def _with_spelling(self, operand: Operand, stream: str) -> ClusterValues:
        """Return the documents with the words of `operand` in `stream`."""
        match operand:
            case Wildcard("*"):
                return ALL
            case Joined(below) | AsTyped(below):
                return self._with_spelling(below, stream)
            case Alternatives(operands):
                return in_any(self._with_operand(each, stream) for each in operands)
            case Phrase(parts):
                return in_all(self._with_operand(part, stream) for part in parts)
            case Near(left, right):
                return in_all(self._with_operand(side, stream) for side in (left, right))
            case NotNear(below):
                return self._with_operand(below, stream)
            case Word():
                return self._with_forms(operand, stream)
            case Term(term, _, variants):
                return _terms(f"{stream}_term", [term, *(each for _, each in variants)])
            case Form(form, _, True):
                return _terms(f"{stream}_term", [fold(form)])
            case Form(form):
                return _terms(f"{stream}_form", [form])
            case _:
                return _terms(f"{stream}_term", self._expand(operand, stream))

    def _with_forms(self, word: Word, stream: str) -> ClusterValues:
        """Return the documents with a stem of `word`.

        Stems in texts of unknown language are those of the main language, which can change. So
        these documents are all candidates.
        """
        forms = self._vocabulary.word_forms(word)
        found = [
            {"terms": {f"{stream}_stem": sorted(join_parts(*pair) for pair in forms.stems)}},
            _terms(f"{stream}_term", forms.terms),
        ]
        is_taken_for_main = any(not language for language, _ in forms.stems)
        if is_taken_for_main and has_stemmer(forms.main_language):
            found.append({"term": {"language": ""}})
        return in_any(found)

    def _expand(self, operand: Operand, stream: str) -> Collection[str]:
        """Return the terms in `stream` that a Wildcard, Fuzzy or Pattern stands for."""
        assert isinstance(operand, Wildcard | Fuzzy | Pattern)
        if stream == "text":
            return self._vocabulary.expand(operand)
        return set(filter(term_matcher(operand), self._vocabulary.terms(f"{stream}_term")))


def _terms(field: str, words: Iterable[str]) -> ClusterValues:
    return {"terms": {field: sorted(map(encode_word, words))}}


def in_all(queries: Iterable[ClusterValues]) -> ClusterValues:
    """Return what matches all of `queries`; everything if there are none."""
    needed = [query for query in queries if query != ALL]
    if NONE in needed:
        return NONE
    return {"bool": {"filter": needed}} if len(needed) > 1 else needed[0] if needed else ALL


def in_any(queries: Iterable[ClusterValues]) -> ClusterValues:
    """Return what matches any of `queries`; nothing if there are none."""
    possible = [query for query in queries if query != NONE]
    if ALL in possible:
        return ALL
    if len(possible) <= 1:
        return possible[0] if possible else NONE
    return {"bool": {"should": possible, "minimum_should_match": 1}}
