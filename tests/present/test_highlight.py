"""Matches counted in words become marks counted in code points."""

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from excerpt.catalog import IndexedFile, StoredDocument, StoredPassage
from excerpt.engines import Occurrence
from excerpt.engines.memory import MemoryWriter
from excerpt.model import Block, BlockKind, Document, Key, Passage, Snippet, Span
from excerpt.present.highlight import FieldHighlighter, make_snippet, merge_spans
from excerpt.query.ast import InHeading, InTitle, Node, Not, Or, Phrase, Term, Wildcard, Word
from excerpt.text import fold, tokenize


class IndexedText:
    """One document of paragraphs with an empty line between, `per_passage` of them in each passage."""

    def __init__(self, paragraphs: Sequence[str], per_passage: int = 1) -> None:
        self.text = "\n\n".join(paragraphs)
        blocks, at = [], 0
        for paragraph in paragraphs:
            blocks.append(Block(Span(at, at + len(paragraph)), BlockKind.PARAGRAPH))
            at += len(paragraph) + 2
        groups = [tuple(blocks[n : n + per_passage]) for n in range(0, len(blocks), per_passage)]
        self.passages = [
            Passage(n, Span(group[0].span.start, group[-1].span.end), group)
            for n, group in enumerate(groups)
        ]
        document = Document(self.text, tuple(blocks), "text", id=1, language="en", paths=("a.txt",))
        writer = MemoryWriter()
        writer.replace(document, self.passages)
        self.engine = writer.engine()
        self.record = StoredDocument(
            1,
            "a.txt",
            "text",
            "en",
            "",
            "utf-8",
            (),
            (IndexedFile("a.txt", 0, 0, 0, 0, ""),),
            len(self.passages),
            len(self.text),
            True,
            frozenset(),
            (),
            (),
            "",
        )

    def stored(self, ordinal: int) -> StoredPassage | None:
        """The passage with this ordinal."""
        if ordinal >= len(self.passages):
            return None
        passage = self.passages[ordinal]
        return StoredPassage(Key(1, ordinal), passage, passage.span.of(self.text), self.record)

    def snippets(self, tree: Node) -> list[Snippet]:
        """The snippet of each passage that matches `tree`."""
        found = self.engine.execute(tree).occurrences()
        return [self.snippet(key.ordinal, occurrences) for key, occurrences in found]

    def snippet(self, ordinal: int, occurrences: Sequence[Occurrence]) -> Snippet:
        """The passage with this ordinal with `occurrences` highlighted."""
        stored = self.stored(ordinal)
        assert stored is not None
        spans = [(span.start, span.end) for each in occurrences for span in each.spans]
        return make_snippet(stored, spans, self.stored, lambda span: span.of(self.text))


def marked_texts(snippet: Snippet) -> list[str]:
    """What is marked in `snippet`."""
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
def test_a_highlight_folds_to_the_word_that_was_asked_for(
    texts: list[str], per_passage: int, term: str
) -> None:
    """Each mark covers one word of the text whose term is the leaf's, and no such word is left unmarked."""
    indexed = IndexedText(texts, per_passage)
    snippets = indexed.snippets(Term(term))
    for snippet in snippets:
        for found in marked_texts(snippet):
            assert [word.term for word in tokenize(found)] == [term]
        assert "".join(piece for piece, _ in snippet.parts()) == snippet.text
        assert snippet.text in indexed.text
    n_words = sum(word.term == term for text in texts for word in tokenize(text))
    assert sum(len(snippet.highlights) for snippet in snippets) == n_words


@given(TEXTS, st.integers(1, 3), st.sampled_from(WORDS), st.sampled_from(WORDS))
def test_a_phrase_is_one_mark_whatever_stands_between_its_words(
    texts: list[str], per_passage: int, first: str, second: str
) -> None:
    """Each mark of a phrase, cut again, is the words of the phrase; it may run on over ends of passages."""
    terms = [word.term for word in tokenize(first) + tokenize(second)]
    indexed = IndexedText(texts, per_passage)
    for snippet in indexed.snippets(Phrase(tuple(map(Term, terms)))):
        assert snippet.text in indexed.text
        if not set(terms[1:]) & {terms[0]}:  # overlapping matches are made one mark
            for found in marked_texts(snippet):
                assert [word.term for word in tokenize(found)] == terms


def test_a_match_that_runs_on_extends_the_text_to_its_end() -> None:
    """The snippet holds the passage, the gap and the next passage up to the last word of the match."""
    indexed = IndexedText(["They called for a united", "front of all. And more."])
    (snippet,) = indexed.snippets(Phrase((Term("united"), Term("front"))))
    assert snippet.text == "They called for a united\n\nfront"
    assert marked_texts(snippet) == ["united\n\nfront"]


def test_a_match_may_run_on_over_several_passages() -> None:
    """As many following passages are read as the match needs."""
    indexed = IndexedText(["one", "two", "three", "four"])
    (snippet,) = indexed.snippets(Phrase((Term("one"), Term("two"), Term("three"))))
    assert marked_texts(snippet) == ["one\n\ntwo\n\nthree"]


def test_overlapping_matches_are_one_mark() -> None:
    """Two matches that share words are marked as one stretch; a word inside a phrase adds nothing."""
    indexed = IndexedText(["all power to all power to all"])
    (snippet,) = indexed.snippets(
        Or((Phrase(tuple(map(Term, ["all", "power", "to", "all"]))), Term("power")))
    )
    assert marked_texts(snippet) == ["all power to all power to all"]


def test_stems_are_marked_in_every_inflected_form() -> None:
    """A plain word marks its inflected forms, each to the letter."""
    (snippet,) = IndexedText(["Strikes! The strikers were striking; a STRIKE."]).snippets(
        Word("strike")
    )
    assert marked_texts(snippet) == ["Strikes", "striking", "STRIKE"]


def test_a_mark_outside_the_document_is_left_out() -> None:
    """Marks beyond the last word of the document, of an index that fits no more, mark nothing."""
    indexed = IndexedText(["only three words"])
    snippet = indexed.snippet(0, [Occurrence(0, (Span(1, 2),)), Occurrence(0, (Span(7, 8),))])
    assert marked_texts(snippet) == ["three"]


SPANS = st.builds(
    lambda start, size: Span(start, start + size), st.integers(0, 40), st.integers(1, 9)
)


@given(st.lists(SPANS))
def test_merged_spans_are_disjoint_and_cover_the_same(spans: list[Span]) -> None:
    """Merging keeps exactly the positions covered, in order; spans that only touch stay apart."""
    found = merge_spans((span.start, span.end) for span in spans)
    assert {at for span in found for at in range(span.start, span.end)} == {
        at for span in spans for at in range(span.start, span.end)
    }
    assert all(one.end <= two.start for one, two in pairwise(found))


def beside(tree: Node, texts: Sequence[str] = ("strike wages",)) -> FieldHighlighter:
    """The marker of titles and headings for `tree` over a small index."""
    return FieldHighlighter(tree, IndexedText(texts).engine.vocabulary)


def test_words_of_the_query_are_marked_in_titles() -> None:
    """A title has marks of its own, in every inflected form."""
    title = beside(Or((Word("strike"), Word("wages")))).title("On Strikes and Wages", "en")
    assert marked_texts(title) == ["Strikes", "Wages"]
    assert title.text == "On Strikes and Wages"


def test_title_and_heading_fields_are_marked_where_they_are_asked_for() -> None:
    """title: marks the title alone, heading: the headings alone."""
    titles = beside(InTitle(Word("strike")))
    headings = beside(InHeading(Word("strike")))
    assert marked_texts(titles.title("The strike", "en")) == ["strike"]
    assert not titles.heading("The strike", "en").highlights
    assert marked_texts(headings.heading("The strike", "en")) == ["strike"]
    assert not headings.title("The strike", "en").highlights


def test_what_a_query_leaves_out_is_not_marked() -> None:
    """Below a NOT nothing is marked."""
    assert not beside(Not(InTitle(Word("strike")))).title("The strike", "en").highlights


def test_a_wildcard_is_marked_in_a_title_whose_words_stand_nowhere_else() -> None:
    """What a wildcard stands for in a title is asked of the title's own words."""
    title = beside(Wildcard("syndic*"), ["nothing of the kind"]).title("Syndicates", "en")
    assert marked_texts(title) == ["Syndicates"]
    assert fold("Syndicates") == "syndicates"
