"""Tests of passages: where they begin and end, and their ids."""

import re
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from excerpt.ingest import splitter, word_counter
from excerpt.ingest.formats import read_document
from excerpt.ingest.passages import cut_passages, passage_id
from excerpt.ingest.word_counter import WordCounter, count_line_ends
from excerpt.model import Block, BlockKind, Document, Mark, Passage, Span
from excerpt.text import tokenize
from excerpt.text.document_tokens import tokenize_document
from excerpt.text.sentences import sentence_starts
from excerpt.text.whitespace import Whitespace, WordStarts
from extracted import check_blocks, check_passages


def text_document(text: str) -> Document:
    """Return the document in a plain text, after checking it."""
    document = read_document("a.txt", text.encode())
    check_blocks(document)
    return document


def passage_texts(document: Document) -> list[str]:
    """Return the texts of the passages of `document`, after checking them."""
    return [passage.span.of(document.text) for passage in check_passages(document)]


def count_words(passage: Passage, document: Document) -> int:
    """Return the number of count_words in `passage`."""
    return len(passage.span.of(document.text).split())


def test_short_paragraphs_are_joined() -> None:
    """Paragraphs of forty count_words share passages of about 150 count_words."""
    document = text_document("\n\n".join(f"Number {n} " + "word " * 37 + "end." for n in range(9)))
    assert [count_words(passage, document) for passage in check_passages(document)] == [
        120,
        120,
        120,
    ]


def test_a_heading_starts_a_passage_with_its_text() -> None:
    """Successive headings go with the text below them; the path lists all of them."""
    document = text_document(
        "= A =\n\n== B ==\n\nText of b.\n\n== C ==\n\nText of c.\n\n= D =\n\nText of d."
    )
    found = check_passages(document)
    assert [passage.headings for passage in found] == [("A", "B"), ("A", "C"), ("D",)]
    assert passage_texts(document)[0] == "= A =\n\n== B ==\n\nText of b."


def test_a_long_paragraph_is_split_at_sentence_ends() -> None:
    """The parts have 70 to 200 count_words, and all except the first continue the paragraph."""
    sentence = "This sentence of Mr. Smith from the U.S.S.R. has ten count_words. "
    document = text_document(sentence * 60)
    found = check_passages(document)
    assert all(70 <= count_words(passage, document) <= 200 for passage in found)
    assert all(piece.endswith("ten count_words.") for piece in passage_texts(document))
    assert [passage.blocks[0].is_continuation for passage in found] == [False] + [True] * (
        len(found) - 1
    )


def test_a_text_without_sentence_ends_is_split() -> None:
    """Five thousand count_words without a full stop are split between count_words."""
    document = text_document("word " * 5000)
    assert all(count_words(passage, document) <= 200 for passage in check_passages(document))


def test_a_text_without_white_space_is_split() -> None:
    """Commas and scripts without spaces give word ends too."""
    for text in ("ab12," * 5000, "社会主義の歴史" * 500, "社会主義。" * 500):
        assert len(check_passages(text_document(text))) > 5


def test_a_word_is_never_split() -> None:
    """A word remains in one passage, however long it is."""
    assert passage_texts(text_document("a" * 50_000)) == ["a" * 50_000]
    assert passage_texts(text_document("a-\n" * 5_000 + "a")) == ["a-\n" * 5_000 + "a"]


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
def test_passages_have_the_words_of_the_document(parts: list[str], times: int) -> None:
    """No passage begins or ends inside a word."""
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


def test_notes_and_tables_have_passages_of_their_own() -> None:
    """The text around notes and tables is in other passages."""
    source = (
        "<p>Text.<table><caption>C<tr><td>a<td>b<tr><td>c<td>d</table>"
        "<p>More.<p class=footnote>Note.<p>End."
    )
    document = read_document("a.html", source.encode())
    check_blocks(document)
    assert passage_texts(document) == ["Text.", "C\n\na\tb\nc\td", "More.", "Note.", "End."]


def test_a_passage_has_lines_and_a_page() -> None:
    """Lines are counted from 1; the page is that on which the passage begins."""
    document = text_document("First.\n\n[p. 7]\n\n== H ==\r\nSecond\nline.\n\n== I ==\n\n\fThird.")
    found = check_passages(document)
    assert [(passage.lines, passage.page) for passage in found] == [
        ((1, 1), ""),
        ((5, 7), "7"),
        ((9, 11), "7"),
    ]


def test_html_has_anchors_instead_of_lines() -> None:
    """A passage of a web page has the nearest anchor at or before it."""
    document = read_document(
        "a.html", b'<p>One<h2 id=b>B</h2><p>Two<h2>C</h2><p><a name="c"></a>Three'
    )
    assert [(passage.anchor, passage.lines) for passage in check_passages(document)] == [
        ("", None),
        ("b", None),
        ("b", None),
    ]


def test_ids_stay_when_other_passages_change() -> None:
    """An id depends only on the text of its passage and the number of equal ones before it."""
    before = cut_passages(
        text_document("== A ==\n\nSame.\n\n== B ==\n\nOld.\n\n== A ==\n\nSame."), "x"
    )
    after = cut_passages(text_document("New.\n\n== A ==\n\nSame.\n\n== A ==\n\nSame."), "x")
    assert [p.id for p in after[1:3]] == [before[0].id, before[2].id]
    assert before[0].id != before[2].id
    assert before[0].id == passage_id("x", "== A ==\n\nSame.", 0)
    assert cut_passages(text_document("New."), "y")[0].id != after[0].id


def test_an_id_has_64_bits() -> None:
    """An id consists of 16 hexadecimal digits, which depend on origin, text and ordinal."""
    ids = {
        passage_id(origin, text, nth)
        for origin in ("x", "y", "M\udcfcller.txt")
        for text in ("Same.", "Other.")
        for nth in range(3)
    }
    assert len(ids) == 18
    assert all(re.fullmatch("[0-9a-f]{16}", id_) for id_ in ids)


def test_boilerplate_is_in_no_passage_of_the_running_text() -> None:
    """A document that consists of rules and page marks has only passages that are set apart."""
    document = text_document("-----\n\n[p. 3]\n\n*****")
    assert check_passages(document) == ()
    assert [passage.is_set_apart for passage in cut_passages(document, "x")] == [True]


@given(
    st.text("ab \n-é“ก社\U00020000\ud800", max_size=60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60))),
)
def test_counting_all_parts_equals_counting_each(text: str, places: list[tuple[int, int]]) -> None:
    """Counting many parts at once gives the words and lines of each."""
    spans = sorted(
        (min(low, high, len(text)), min(max(low, high), len(text))) for low, high in places
    )
    counter, is_even = WordCounter(text), "  " not in text
    found = counter.count_all([low for low, _ in spans], [high for _, high in spans])
    assert list(found) == [counter.count(low, high) for low, high in spans]
    for (low, high), n_words in zip(spans, found, strict=True):
        n_unspaced = sum(character in "ก社\U00020000" for character in text[low:high])
        n_found = len(text[low:high].split()) + n_unspaced
        assert WordStarts(text).n_between([low], [high]) == [n_found]
        assert n_words == max(n_found, (high - low) // 20) or (is_even and not n_unspaced)
    ends = [end for span in spans for end in reversed(span)]
    n_lines = [text.count("\n", 0, end) for end in ends]
    assert counter.n_lines(ends) == count_line_ends(text, ends) == n_lines
    is_spaced = not any(character in "ก社\U00020000" for character in text)
    assert Whitespace(text).is_spaced == is_spaced
    assert Whitespace(text).n_spaces == text.count(" ")
    assert Whitespace(text).n_double == sum(pair == (" ", " ") for pair in pairwise(text))


@given(
    st.lists(
        st.sampled_from(["word ", "a\n", "x-\n", "longer;  ", "y" * 25, "社", "(1) "]), max_size=900
    )
)
def test_cuts_are_those_of_words_counted_one_by_one(parts: list[str]) -> None:
    """All ends of words that are found at once are those found for each number of words."""
    text = "".join(parts)
    counter = WordCounter(text)
    for start in range(0, len(text), 700):
        ends = splitter._word_ends(text, start, len(text), 120, counter)
        for n_words in (splitter.MIN_WORDS, 120) if ends else ():
            assert ends[n_words - 1] == splitter._skip_words(text, start, len(text), n_words)
        if ends:
            first, n_more = ends[splitter.MIN_WORDS - 1], splitter.MAX_WORDS - splitter.MIN_WORDS
            assert ends[-1] == splitter._skip_words(text, first, len(text), n_more)


@given(
    st.text(
        st.sampled_from("ab1 \n\t-\u00ad\u00ac汉。，ไあ、.,\u3000\u2029\U00020001_"), min_size=1
    ),
    st.integers(0, 60),
    st.integers(1, 5),
)
def test_word_ends_are_those_of_the_expression(text: str, start: int, n_words: int) -> None:
    """The array of word ends has what the regular expression finds from any offset on."""
    expected = [found.end() for found in splitter._WORD_END.finditer(text, start)]
    limit = len(text.rstrip()) + 1
    found = WordCounter(text).word_ends(text, start, limit, n_words)
    inner = [end for end in expected if end < limit]
    assert found == (inner[:n_words] if len(inner) >= n_words else None)
    assert WordCounter(text).word_ends(f"{text}.", start, limit, n_words) is None


@given(st.lists(st.sampled_from(["Mr. ", "A. ", "It is so. ", "Why? ", "x\0y. ", "\n\n", "one "])))
def test_sentences_of_long_paragraphs_are_found_together(parts: list[str]) -> None:
    """They are those of each paragraph alone, or left out."""
    text = "".join(parts) * 3
    spans = [Span(*found.span()) for found in re.finditer(r"\S(?:.*\S)?", text)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(splitter, "_MANY", 1)
        patch.setattr(splitter, "_DENSE", len(text))  # one full stop is enough
        found = splitter.find_sentences(text, spans)
    for span in spans:
        alone = [span.start + offset for offset in sentence_starts(span.of(text))]
        assert found.get(span.start, alone) == alone
        is_dense = any(mark in text for mark in ".?")
        assert (span.start in found) == (is_dense and "\0" not in span.of(text))


def test_very_large_texts_have_the_same_passages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts too large for arrays of offsets are split and counted alike."""
    text = "\n\n".join(
        f"Word number {n} of many.  It goes on " * (n % 9 * 5 + 1) for n in range(40)
    )
    document = read_document("a.txt", text.encode())
    expected = cut_passages(document, "a.txt")
    monkeypatch.setattr(word_counter, "MAX_LENGTH", 10)
    assert cut_passages(document, "a.txt") == expected


def test_notes_and_captions_within_a_sentence() -> None:
    """They follow the running text in passages of their own, without the marks in them."""
    text = "A company<ref>The ''Annual'' Report.</ref> bought [[F|The quay]] it. Then it was sold."
    note, caption = "The ''Annual'' Report.", "The quay"
    marks = [
        _mark(text, "<ref>", BlockKind.MARKUP),
        _mark(text, note, BlockKind.NOTE),
        Mark(Span(text.index("''"), text.index("''") + 2), BlockKind.MARKUP),
        Mark(Span(text.index("'' R"), text.index("'' R") + 2), BlockKind.MARKUP),
        _mark(text, "</ref>", BlockKind.MARKUP),
        _mark(text, "[[F|", BlockKind.LINK),
        _mark(text, caption, BlockKind.CAPTION),
        _mark(text, "]]", BlockKind.MARKUP),
    ]
    block = Block(Span(0, len(text)), BlockKind.PARAGRAPH)
    document = Document(text, (block,), "wiki", marks=tuple(sorted(marks)))
    check_blocks(document)
    assert len(check_passages(document)) == 1
    passages = cut_passages(document, "a")
    texts = [passage.span.of(text) for passage in passages]
    assert texts == [text, note, caption, text]
    assert [passage.is_set_apart for passage in passages] == [False, False, False, True]
    tokens = tokenize_document(document, passages)
    words = [token.form for token in tokens.tokens]
    assert words[:8] == ["A", "company", "bought", "it", "Then", "it", "was", "sold"]
    assert words[8:13] == ["The", "Annual", "Report", "The", "quay"]
    assert words[13:] == ["ref", "ref", "F"]
    assert tokens.section_of[:10] == (0,) * 8 + (1, 1)
    assert tokens.sentence_of[:8] == (0, 0, 0, 0, 1, 1, 1, 1)


def test_a_long_note_within_a_sentence_is_split() -> None:
    """A note that is too long for one passage gets several."""
    note = "It was so. " * 100
    text = f"A company<ref>{note.strip()}</ref> bought it."
    start = len("A company<ref>")
    span = Span(start, start + len(note.strip()))
    document = Document(
        text,
        (Block(Span(0, len(text)), BlockKind.PARAGRAPH),),
        "wiki",
        marks=(Mark(span, BlockKind.NOTE),),
    )
    assert len(check_passages(document)) == 1
    passages = cut_passages(document, "a")
    assert len(passages) > 2
    tokens = tokenize_document(document, passages)
    assert [token.form for token in tokens.tokens[-3:]] == ["It", "was", "so"]
    assert len(tokens.tokens) == 6 + 300


def _mark(text: str, piece: str, kind: BlockKind) -> Mark:
    start = text.index(piece)
    return Mark(Span(start, start + len(piece)), kind)
