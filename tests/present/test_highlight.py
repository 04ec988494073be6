"""Matches in tokens become highlights in code points."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import excerpt
from excerpt.catalog import IndexedFile, StoredDocument, StoredPassage
from excerpt.engines import Occurrence
from excerpt.engines.memory import MemoryWriter
from excerpt.model import Block, BlockKind, Document, Key, Passage, Snippet, Span
from excerpt.present.highlight import FieldHighlighter, make_snippet, merge_spans
from excerpt.query.ast import InHeading, InTitle, Node, Not, Or, Phrase, Term, Wildcard, Word
from excerpt.text import fold, tokenize


class IndexedText:
    """A document with `per_passage` paragraphs in each passage, separated by empty lines."""

    def __init__(self, paragraphs: Sequence[str], per_passage: int = 1) -> None:
        self.text = "\n\n".join(paragraphs)
        blocks, start = [], 0
        for paragraph in paragraphs:
            blocks.append(Block(Span(start, start + len(paragraph)), BlockKind.PARAGRAPH))
            start += len(paragraph) + 2
        groups = [tuple(blocks[n : n + per_passage]) for n in range(0, len(blocks), per_passage)]
        self.passages = [
            Passage(n, Span(group[0].span.start, group[-1].span.end), group)
            for n, group in enumerate(groups)
        ]
        document = Document(self.text, tuple(blocks), "text", id=1, language="en", paths=("a.txt",))
        writer = MemoryWriter()
        writer.replace(document, self.passages)
        self.engine = writer.engine()
        self.stored_document = StoredDocument(
            1,
            "a.txt",
            "text",
            "en",
            "",
            "utf-8",
            (),
            (IndexedFile("a.txt", 0, 0, 0, 0, ""),),
            len(self.passages),
            len(self.passages),
            len(self.text),
            True,
            frozenset(),
            (),
            "",
        )

    def stored(self, ordinal: int) -> StoredPassage | None:
        """Return the passage with this ordinal, None if there is none."""
        if ordinal >= len(self.passages):
            return None
        passage = self.passages[ordinal]
        return StoredPassage(
            Key(1, ordinal), passage, passage.span.of(self.text), self.stored_document
        )

    def snippets(self, tree: Node) -> list[Snippet]:
        """Return the snippet of each passage that matches `tree`."""
        found = self.engine.execute(tree).occurrences()
        return [self.snippet(key.ordinal, occurrences) for key, occurrences in found]

    def snippet(self, ordinal: int, occurrences: Sequence[Occurrence]) -> Snippet:
        """Return the passage with this ordinal and `occurrences` as highlights."""
        stored = self.stored(ordinal)
        assert stored is not None
        spans = [(span.start, span.end) for each in occurrences for span in each.spans]
        return make_snippet(stored, spans, self.stored, lambda span: span.of(self.text))


def highlighted_texts(snippet: Snippet) -> list[str]:
    """Return the highlighted parts of `snippet`."""
    return [mark.of(snippet.text) for mark in snippet.highlights]


WORDS = [
    "union",
    "Union",
    "UNION,",
    "unity",
    "(front)",
    "revolu-\ntion",
    "é",
    "e\u0301",
    "U.S.S.R.",
    "«war»",
    "中国",
]
TEXTS = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join), min_size=1, max_size=5
)


@given(
    TEXTS,
    st.integers(1, 3),
    st.sampled_from(["union", "front", "revolution", "e", "ussr", "war", "中"]),
)
def test_highlights_of_a_term_are_all_its_tokens(
    texts: list[str], per_passage: int, term: str
) -> None:
    """Each highlight covers one token with the term, and every such token is highlighted."""
    indexed = IndexedText(texts, per_passage)
    snippets = indexed.snippets(Term(term))
    for snippet in snippets:
        for found in highlighted_texts(snippet):
            assert [word.term for word in tokenize(found)] == [term]
        assert "".join(piece for piece, _ in snippet.parts()) == snippet.text
        assert snippet.text in indexed.text
    n_words = sum(word.term == term for text in texts for word in tokenize(text))
    assert sum(len(snippet.highlights) for snippet in snippets) == n_words


@given(TEXTS, st.integers(1, 3), st.sampled_from(WORDS), st.sampled_from(WORDS))
def test_a_phrase_has_one_highlight(
    texts: list[str], per_passage: int, first: str, second: str
) -> None:
    """The tokens of a phrase's highlight are those of the phrase, also across passages."""
    terms = [word.term for word in tokenize(first) + tokenize(second)]
    indexed = IndexedText(texts, per_passage)
    for snippet in indexed.snippets(Phrase(tuple(map(Term, terms)))):
        assert snippet.text in indexed.text
        if not set(terms[1:]) & {terms[0]}:  # overlapping matches share a highlight
            for found in highlighted_texts(snippet):
                assert [word.term for word in tokenize(found)] == terms


def test_a_match_that_continues_extends_the_snippet() -> None:
    """The snippet holds the passage, the gap and the next passage to the end of the match."""
    indexed = IndexedText(["They called for a united", "front of all. And more."])
    (snippet,) = indexed.snippets(Phrase((Term("united"), Term("front"))))
    assert snippet.text == "They called for a united\n\nfront"
    assert highlighted_texts(snippet) == ["united\n\nfront"]


def test_a_match_may_cross_several_passages() -> None:
    """The snippet extends over as many passages as the match needs."""
    indexed = IndexedText(["one", "two", "three", "four"])
    (snippet,) = indexed.snippets(Phrase((Term("one"), Term("two"), Term("three"))))
    assert highlighted_texts(snippet) == ["one\n\ntwo\n\nthree"]


def test_overlapping_matches_have_one_highlight() -> None:
    """Matches with common words share one highlight; a word inside a phrase adds nothing."""
    indexed = IndexedText(["all power to all power to all"])
    (snippet,) = indexed.snippets(
        Or((Phrase(tuple(map(Term, ["all", "power", "to", "all"]))), Term("power")))
    )
    assert highlighted_texts(snippet) == ["all power to all power to all"]


def test_a_word_is_highlighted_in_every_inflected_form() -> None:
    """A plain word highlights its inflected forms, exactly as written."""
    (snippet,) = IndexedText(["Strikes! The strikers were striking; a STRIKE."]).snippets(
        Word("strike")
    )
    assert highlighted_texts(snippet) == ["Strikes", "striking", "STRIKE"]


def test_a_span_beyond_the_document_is_ignored() -> None:
    """A span beyond the last token, from an index that is out of step, highlights nothing."""
    indexed = IndexedText(["only three words"])
    snippet = indexed.snippet(0, [Occurrence(0, (Span(1, 2),)), Occurrence(0, (Span(7, 8),))])
    assert highlighted_texts(snippet) == ["three"]


SPANS = st.builds(
    lambda start, size: Span(start, start + size), st.integers(0, 40), st.integers(1, 9)
)


@given(st.lists(SPANS))
def test_merged_spans_are_disjoint_and_cover_the_same(spans: list[Span]) -> None:
    """Merging covers exactly the same offsets, in order; spans that only touch stay separate."""
    found = merge_spans((span.start, span.end) for span in spans)
    assert {offset for span in found for offset in range(span.start, span.end)} == {
        offset for span in spans for offset in range(span.start, span.end)
    }
    assert all(one.end <= two.start for one, two in pairwise(found))


def highlighter(tree: Node, texts: Sequence[str] = ("strike wages",)) -> FieldHighlighter:
    """Return the highlighter of titles and headings for `tree` over a small index."""
    return FieldHighlighter(tree, IndexedText(texts).engine.vocabulary)


def test_words_of_a_query_are_highlighted_in_titles() -> None:
    """Plain words are highlighted in a title, too, in every inflected form."""
    title = highlighter(Or((Word("strike"), Word("wages")))).title("On Strikes and Wages", "en")
    assert highlighted_texts(title) == ["Strikes", "Wages"]
    assert title.text == "On Strikes and Wages"


def test_field_queries_are_highlighted_in_their_field_only() -> None:
    """`title:` highlights titles only, `heading:` headings only."""
    titles = highlighter(InTitle(Word("strike")))
    headings = highlighter(InHeading(Word("strike")))
    assert highlighted_texts(titles.title("The strike", "en")) == ["strike"]
    assert not titles.heading("The strike", "en").highlights
    assert highlighted_texts(headings.heading("The strike", "en")) == ["strike"]
    assert not headings.title("The strike", "en").highlights


def test_excluded_words_are_not_highlighted() -> None:
    """Nothing below a NOT is highlighted."""
    assert not highlighter(Not(InTitle(Word("strike")))).title("The strike", "en").highlights


def test_a_wildcard_is_expanded_to_the_words_of_the_title() -> None:
    """A wildcard also highlights words of the title that occur in no text of the index."""
    title = highlighter(Wildcard("syndic*"), ["nothing of the kind"]).title("Syndicates", "en")
    assert highlighted_texts(title) == ["Syndicates"]
    assert fold("Syndicates") == "syndicates"


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("The S.N.C.F. strikes.", "sncf", "S.N.C.F."),
        ("In the U.S.", "U.S.", "U.S."),
        ("A Ph.D. of Prague", "phd", "Ph.D."),
        ("By J. S. Bach", '"j s"', "J. S."),
        ("Dear comrade(s), come", "comrade(s)", "comrade(s)"),
        ("See §12(3)(a).", "12(3)(a)", "12(3)(a)"),
        ("a com[rade] (comrade)", '"com rade"', "com[rade]"),
        ("(The comrade)", "comrade", "comrade"),
        ("(The comrade)", '"the comrade"', "The comrade"),
        ("Mr. X. came", '"mr x"', "Mr. X"),
        ("It costs 3.5. Yes", '"3 5"', "3.5"),
        ("We said so.", "so", "so"),
    ],
)
def test_a_highlight_ends_with_the_sign_that_closes_its_word(
    tmp_path: Path, text: str, query: str, expected: str
) -> None:
    """In the text, the title and the lines of a concordance."""
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (tmp_path / "metadata.csv").write_text(f'path,title\na.txt,"{text}"\n', encoding="utf-8")
    excerpt.build_index(tmp_path, tmp_path / "index")
    with excerpt.open(tmp_path / "index") as index:
        (hit,) = index.search(query)
        (line,) = index.concordance(query)
    for snippet in (hit.snippet, hit.title):
        assert [span.of(snippet.text) for span in snippet.highlights] == [expected]
    assert line.match == expected
