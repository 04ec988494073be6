"""Documents to passages: where they begin and end, and what they are called."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from excerpt.ingest import word_counter
from excerpt.ingest.formats import read_document
from excerpt.ingest.passages import cut_passages, passage_id
from excerpt.ingest.word_counter import WordCounter
from excerpt.model import Document, Passage
from excerpt.text import tokenize
from excerpt.text.whitespace import Whitespace
from extracted import check_blocks, check_passages


def text_document(text: str) -> Document:
    """The document that a plain text is, checked."""
    document = read_document("a.txt", text.encode())
    check_blocks(document)
    return document


def pieces(document: Document) -> list[str]:
    """The texts of the passages of `document`, which are checked."""
    return [passage.span.of(document.text) for passage in check_passages(document)]


def words(passage: Passage, document: Document) -> int:
    """How many words stand in `passage`."""
    return len(passage.span.of(document.text).split())


def test_short_paragraphs_are_joined() -> None:
    """Paragraphs of forty words share a passage up to about a hundred and fifty."""
    document = text_document("\n\n".join(f"Number {n} " + "word " * 37 + "end." for n in range(9)))
    assert [words(passage, document) for passage in check_passages(document)] == [120, 120, 120]


def test_a_heading_starts_a_passage_with_what_follows() -> None:
    """A heading, or a run of them, goes with the text below it, and the path names all that are in force."""
    document = text_document(
        "= A =\n\n== B ==\n\nText of b.\n\n== C ==\n\nText of c.\n\n= D =\n\nText of d."
    )
    found = check_passages(document)
    assert [passage.headings for passage in found] == [("A", "B"), ("A", "C"), ("D",)]
    assert pieces(document)[0] == "= A =\n\n== B ==\n\nText of b."


def test_a_long_paragraph_is_cut_at_sentence_ends() -> None:
    """Pieces of a long paragraph have 70 to 200 words and end with a sentence, and all but the first continue."""
    sentence = "This sentence of Mr. Smith from the U.S.S.R. has ten words. "
    document = text_document(sentence * 60)
    found = check_passages(document)
    assert all(70 <= words(passage, document) <= 200 for passage in found)
    assert all(piece.endswith("ten words.") for piece in pieces(document))
    assert [passage.blocks[0].is_continuation for passage in found] == [False] + [True] * (
        len(found) - 1
    )


def test_a_text_without_sentence_ends_is_cut_all_the_same() -> None:
    """A line of five thousand words without a full stop is cut between words."""
    document = text_document("word " * 5000)
    assert all(words(passage, document) <= 200 for passage in check_passages(document))


def test_a_text_without_white_space_is_cut_between_its_words() -> None:
    """What only commas separate, and scripts that write no spaces, are cut into passages too."""
    for text in ("ab12," * 5000, "社会主義の歴史" * 500, "社会主義。" * 500):
        assert len(check_passages(text_document(text))) > 5


def test_one_word_is_never_cut() -> None:
    """A word is one word, however long: it stays in one passage."""
    assert pieces(text_document("a" * 50_000)) == ["a" * 50_000]
    assert pieces(text_document("a-\n" * 5_000 + "a")) == ["a-\n" * 5_000 + "a"]


@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    "word ",
                    "U.S.S.R. ",
                    "revolu-\n",
                    "tion ",
                    "end. ",
                    "No. 5 ",
                    "社会",
                    "。",
                    ", ",
                    "e\u0301a",
                ),
                "a\u00ad",
            ]
        ),
        max_size=12,
    ),
    st.integers(1, 90),
)
@example(["社", "e\u0301a", "word "], 80)
def test_no_cut_falls_inside_a_word(parts: list[str], times: int) -> None:
    """The words of the passages, taken one by one, are the words of the document."""
    document = text_document("".join(parts) * times)
    whole = [
        word.span
        for block in document.blocks
        for word in tokenize(block.span.of(document.text), block.span.start)
    ]
    parted = [
        word.span
        for passage in check_passages(document)
        for block in passage.blocks
        for word in tokenize(block.span.of(document.text), block.span.start)
    ]
    assert parted == whole


def test_notes_and_tables_stand_apart() -> None:
    """Notes and the cells of a table make passages of their own, and the text around them others."""
    source = "<p>Text.<table><caption>C<tr><td>a<td>b<tr><td>c<td>d</table><p>More.<p class=footnote>Note.<p>End."
    document = read_document("a.html", source.encode())
    check_blocks(document)
    assert pieces(document) == ["Text.", "C\n\na\n\nb\n\nc\n\nd", "More.", "Note.", "End."]


def test_a_passage_knows_its_lines_and_its_page() -> None:
    """Lines are counted from 1 in the source; the page is the one in force where the passage begins."""
    document = text_document("First.\n\n[p. 7]\n\n== H ==\r\nSecond\nline.\n\n== I ==\n\n\fThird.")
    found = check_passages(document)
    assert [(passage.lines, passage.page) for passage in found] == [
        ((1, 1), ""),
        ((5, 7), "7"),
        ((9, 11), "7"),
    ]


def test_html_has_anchors_in_place_of_lines() -> None:
    """A passage of a page names the nearest anchor at or before it."""
    document = read_document(
        "a.html", b'<p>One<h2 id=b>B</h2><p>Two<h2>C</h2><p><a name="c"></a>Three'
    )
    assert [(passage.anchor, passage.lines) for passage in check_passages(document)] == [
        ("", None),
        ("b", None),
        ("b", None),
    ]


def test_ids_stay_when_other_passages_change() -> None:
    """A passage keeps its id when the text around it changes; equal passages are told apart by their number."""
    before = cut_passages(
        text_document("== A ==\n\nSame.\n\n== B ==\n\nOld.\n\n== A ==\n\nSame."), "x"
    )
    after = cut_passages(text_document("New.\n\n== A ==\n\nSame.\n\n== A ==\n\nSame."), "x")
    assert [p.id for p in after[1:]] == [before[0].id, before[2].id]
    assert before[0].id != before[2].id
    assert before[0].id == passage_id("x", "== A ==\n\nSame.", 0)
    assert cut_passages(text_document("New."), "y")[0].id != after[0].id


def test_boilerplate_is_in_no_passage() -> None:
    """A document of rules and page marks alone has no passages."""
    assert check_passages(text_document("-----\n\n[p. 3]\n\n*****")) == ()


@given(
    st.text("ab \n-é“ก社\U00020000\ud800", max_size=60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60))),
)
def test_words_are_counted_together_as_one_by_one(text: str, places: list[tuple[int, int]]) -> None:
    """Words and lines of many parts of a text are as many as those of each by itself, whatever is in it."""
    spans = sorted(
        (min(low, high, len(text)), min(max(low, high), len(text))) for low, high in places
    )
    counter = WordCounter(text)
    found = counter.count_all([low for low, _ in spans], [high for _, high in spans])
    assert list(found) == [counter.count(low, high) for low, high in spans]
    ends = sorted(high for _, high in spans)
    assert counter.n_lines(ends) == [text.count("\n", 0, end) for end in ends]
    is_spaced = not any(character in "ก社\U00020000" for character in text)
    assert Whitespace(text).is_spaced == is_spaced
    assert Whitespace(text).n_spaces == text.count(" ")
    assert Whitespace(text).n_double == sum(pair == (" ", " ") for pair in pairwise(text))


def test_passages_of_very_large_texts_are_those_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts that are too large for arrays of places are cut and counted alike."""
    text = "\n\n".join(
        f"Word number {n} of many.  It goes on " * (n % 9 * 5 + 1) for n in range(40)
    )
    document = read_document("a.txt", text.encode())
    expected = cut_passages(document, "a.txt")
    monkeypatch.setattr(word_counter, "MAX_LENGTH", 10)
    assert cut_passages(document, "a.txt") == expected
