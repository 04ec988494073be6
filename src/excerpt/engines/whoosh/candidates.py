"""A node → the documents in which it can match, found by Whoosh's terms alone.

The result contains all documents in which the node matches, and possibly others: order, distance,
sentences and passages are left to `query.semantics`. Documents are identified by their rank.
"""

from collections.abc import Collection, Iterable
from typing import Final

from excerpt.engines.whoosh.fields import (
    STREAMS,
    form_field,
    join_parts,
    joined_field,
    stem_field,
    term_field,
)
from excerpt.engines.whoosh.index_reader import WhooshIndexReader, WhooshVocabulary
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
from excerpt.query.semantics import matching_passages
from excerpt.query.spellings import separate_spellings
from excerpt.query.term_matching import term_matcher
from excerpt.query.word_forms import WordForms
from excerpt.text.normalizer import fold
from excerpt.text.stemmer import has_stemmer, stems

__all__ = ["Candidates"]

_MAX_LOOKUPS: Final = 1000
"""Terms of one operand whose documents are looked up. With more, all documents are candidates."""


class Candidates:
    """A finder of the documents in which nodes can match."""

    def __init__(self, reader: WhooshIndexReader, vocabulary: WhooshVocabulary) -> None:
        self._reader = reader
        self._vocabulary = vocabulary
        self._all_ranks = frozenset(range(len(reader.documents)))
        self._of_unknown_language = frozenset(
            rank for rank, document in enumerate(reader.documents) if not document.language
        )

    def of(self, node: Node) -> Collection[int]:
        """Return the documents in which `node` can match or contribute to a score.

        A word contributes to the score from titles and headings too.
        """
        if has_only_fields(node) and not isinstance(node, MatchAll):
            return self._with_fields(node)
        return self._of(node)

    def _of(self, node: Node) -> Collection[int]:
        match node:
            case AllWords(words):
                return self._in_all(map(self._with_word, words))
            case And(nodes):
                return self._in_all(map(self._of, nodes))
            case Or(nodes):
                return _in_any(map(self._of, nodes))
            case FirstPassage(below) | Scope(_, below):
                return self._of(below)
            case Word():
                return self._with_word(node)
            case InTitle(operand):
                return self._with_operand(operand, "title")
            case InHeading(operand):
                return self._with_operand(operand, "heading")
            case MatchNone():
                return frozenset()
            case Field() | DateRange() if has_only_fields(node):
                return self._with_fields(node)
            case Not() | MatchAll() | Field() | DateRange():
                return self._all_ranks
            case _:
                return self._with_operand(node, "text")

    def _with_fields(self, node: Node) -> Collection[int]:
        """Return exactly the documents that match a node of fields only."""
        documents = ((rank, self._reader.document(rank).view) for rank in self._all_ranks)
        return {rank for rank, view in documents if matching_passages(node, view, self._vocabulary)}

    def _with_word(self, word: Word) -> Collection[int]:
        """Return the documents with `word` in the text, the title or a heading."""
        return _in_any(self._with_operand(word, stream) for stream in STREAMS)

    def _with_operand(self, operand: Operand, stream: str) -> Collection[int]:
        """Return the documents with the words of `operand` in `stream`, or its other spellings."""
        found = self._with_spelling(operand, stream)
        if not isinstance(operand, Word | Term | Form | Wildcard):
            return found
        spellings = separate_spellings(operand, self._joined_terms(stream))
        return _in_any([found, *(self._with_parts(each.parts, stream) for each in spellings)])

    def _joined_terms(self, stream: str) -> frozenset[str]:
        return frozenset(self._reader.terms(joined_field(stream)))

    def _with_parts(self, parts: tuple[Operand, ...], stream: str) -> Collection[int]:
        """Return the documents with all parts of a spelling."""
        return self._in_all(self._with_spelling(part, stream) for part in parts)

    def _with_spelling(self, operand: Operand, stream: str) -> Collection[int]:
        """Return the documents with the words of `operand` in `stream`."""
        match operand:
            case Wildcard("*"):
                return self._all_ranks
            case Joined(below) | AsTyped(below):
                return self._with_spelling(below, stream)
            case Alternatives(operands):
                return _in_any(self._with_operand(each, stream) for each in operands)
            case Phrase(parts):
                return self._in_all(self._with_operand(part, stream) for part in parts)
            case Near(left, right):
                return self._in_all(self._with_operand(side, stream) for side in (left, right))
            case NotNear(below):
                return self._with_operand(below, stream)
            case Word():
                word = self._vocabulary.word_forms(operand)
                of_stems = [
                    self._reader.ranks(stem_field(stream), join_parts(*pair)) for pair in word.stems
                ]
                of_terms = [self._reader.ranks(term_field(stream), term) for term in word.terms]
                return _in_any([*of_stems, *of_terms, self._taken_for_main(word, stream)])
            case Term(term, _, variants):
                field, terms = term_field(stream), [term, *(each for _, each in variants)]
            case Form(form, _, ignores_accents):
                field, terms = form_field(stream), [form]
                if ignores_accents:
                    field, terms = term_field(stream), [fold(form)]
            case _:
                field, terms = term_field(stream), list(self._expand(operand, stream))
        if len(terms) > _MAX_LOOKUPS:
            return self._all_ranks
        return _in_any(self._reader.ranks(field, term) for term in terms)

    def _taken_for_main(self, word: WordForms, stream: str) -> Collection[int]:
        """Return the documents of unknown language with a stem of `word` in the main language.

        Their stored stems are of no language, since the main language can change.
        """
        wanted = {stem for language, stem in word.stems if not language}
        if not wanted or not self._of_unknown_language or not has_stemmer(word.main_language):
            return frozenset()
        field = form_field(stream)
        forms = list(self._reader.terms(field))
        of_forms = zip(forms, stems(word.main_language, forms), strict=True)
        found = dict.fromkeys(form for form, stem in of_forms if stem in wanted)
        ranks = _in_any(self._reader.ranks(field, form) for form in found)
        return self._of_unknown_language.intersection(ranks)

    def _expand(self, operand: Operand, stream: str) -> Collection[str]:
        """Return the terms in `stream` that a Wildcard, Fuzzy or Pattern stands for."""
        assert isinstance(operand, Wildcard | Fuzzy | Pattern)
        if stream == "text":
            return self._vocabulary.expand(operand)
        return set(filter(term_matcher(operand), self._reader.terms(term_field(stream))))

    def _in_all(self, sets: Iterable[Collection[int]]) -> Collection[int]:
        """Return the intersection of `sets`; all documents if there are none."""
        return self._all_ranks.intersection(*sets)


def _in_any(sets: Iterable[Collection[int]]) -> Collection[int]:
    """Return the union of `sets`."""
    return set[int]().union(*sets)
