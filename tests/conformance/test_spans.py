"""Highlights cover exactly the matched text: spans of words become the right spans of characters.

The texts contain combining marks, ligatures, right-to-left words, emoji, and letters beyond the
Basic Multilingual Plane.
"""

from hypothesis import given

from conformance.stores import STORES, ask_each_store, oracle
from excerpt.catalog import IndexedFile, StoredDocument, StoredPassage
from excerpt.engines import Engine
from excerpt.model import Block, BlockKind, Document, Key, Passage, Span
from excerpt.present.highlight import PassageAt, make_snippet, match_spans
from excerpt.query.ast import Operand, Term
from excerpt.query.document_view import view_document
from excerpt.query.semantics import find_matches
from excerpt.text import tokenize
from excerpt.text.document_tokens import tokenize_document
from excerpt.text.running_text import running_text
from strategies import operands, split_documents, texts

Split = tuple[Document, list[Passage]]


def stored_passages(document: Document, passages: list[Passage]) -> PassageAt:
    """Return a function that returns the passages of `document` as the catalog does."""
    places = tuple(IndexedFile(path, 0, 0, 0, 0, "") for path in document.paths)
    record = StoredDocument(
        *(
            document.id,
            "",
            document.format,
            document.language,
            document.title,
            "",
            (),
            places,
            len(passages),
            sum(not passage.is_set_apart for passage in passages),
        ),
        *(
            len(document.text),
            document.has_lines,
            document.hyphenated,
            document.metadata,
            "",
        ),
    )

    def stored(ordinal: int) -> StoredPassage | None:
        if ordinal >= len(passages):
            return None
        passage = passages[ordinal]
        return StoredPassage(
            Key(document.id, ordinal), passage, passage.span.of(document.text), record
        )

    return stored


def spans_of_engine(engine: Engine, stored: PassageAt, operand: Operand) -> set[tuple[Span, ...]]:
    """Return the matches of `operand` as spans of characters, by the engine and the highlighter."""
    found = set()
    for key, occurrences_in in engine.everything.execute(operand).occurrences():
        passage = stored(key.ordinal)
        assert passage is not None
        found.update(match_spans(passage, [each.spans for each in occurrences_in], stored))
    return found


def spans_of_semantics(
    document: Document, passages: list[Passage], operand: Operand
) -> set[tuple[Span, ...]]:
    """Return the matches of `operand` as spans of characters, by `query.semantics` alone."""
    reading = tokenize_document(document, passages)
    text = view_document(reading).text
    found = find_matches(operand, text, oracle([(document, passages)]).vocabulary)
    return {
        tuple(
            Span(reading.tokens[mark.start].span.start, reading.tokens[mark.end - 1].span.end)
            for mark in marks
        )
        for marks in found
    }


@given(pair=split_documents(), operand=operands())
def test_spans_are_those_of_the_semantics(pair: Split, operand: Operand) -> None:
    """Both agree in characters, wherever the document is split into passages."""
    stored, expected = stored_passages(*pair), spans_of_semantics(*pair, operand)
    found = ask_each_store([pair], lambda engine: spans_of_engine(engine, stored, operand))
    assert found == dict.fromkeys(STORES, expected)


@given(pair=split_documents(), operand=operands())
def test_a_snippet_is_text_of_the_source(pair: Split, operand: Operand) -> None:
    """The parts of a snippet are the passage, extended to the end of its last match."""
    document, passages = pair
    stored = stored_passages(document, passages)
    engine = oracle([pair]).everything
    matches = engine.execute(operand)
    keys = list(matches)
    for key, spans in zip(keys, matches.spans(keys), strict=True):
        passage = stored(key.ordinal)
        assert passage is not None
        snippet = make_snippet(passage, spans, stored, lambda span: span.of(document.text))
        start = passages[key.ordinal].span.start
        assert "".join(piece for piece, _ in snippet.parts()) == snippet.text
        assert snippet.text == document.text[start : start + len(snippet.text)]
        assert len(snippet.text) >= len(passages[key.ordinal].span)


@given(pair=split_documents(), text=texts(most=1))
def test_a_span_of_a_word_is_exactly_the_word(pair: Split, text: str) -> None:
    """The span includes its combining marks, but no emoji or control characters around it.

    Where the text has an inline mark in the word, the span includes that, too.
    """
    for word in tokenize(text):
        for start, end in (
            (span.start, span.end)
            for (span,) in spans_of_engine(oracle([pair]), stored_passages(*pair), Term(word.term))
        ):
            texts = (pair[0].text, running_text(pair[0].text, pair[0].marks))
            found = [tokenize(text[start:end]) for text in texts]
            assert [(word.term, Span(0, end - start))] in [
                [(token.term, token.span) for token in tokens] for tokens in found
            ]


def test_the_comparison_fails_for_a_span_that_is_one_too_short() -> None:
    """Characters are compared: a span without the combining accent is different."""
    pairs = []
    for text in ("wa\u0301r 👩🏽\u200d🚀", "war 👩🏽\u200d🚀"):
        block = Block(Span(0, len(text)), BlockKind.PARAGRAPH)
        pairs.append(
            (
                Document(text, (block,), "text", id=1, paths=("a",)),
                [Passage(0, block.span, (block,))],
            )
        )
    marked, bare = pairs
    found = spans_of_engine(oracle([marked]), stored_passages(*marked), Term("war"))
    assert found == spans_of_semantics(*marked, Term("war")) == {(Span(0, 4),)}
    assert found != spans_of_semantics(*bare, Term("war"))
