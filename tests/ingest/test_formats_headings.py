"""Tests of headings in plain text that only their look suggests."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.ingest.formats import read_document
from excerpt.ingest.formats.blocks.heading_words import (
    division_rank,
    is_titled_part,
    may_begin_part,
)
from excerpt.model import BlockKind, Document
from excerpt.text.document_tokens import tokenize_document
from extracted import check_blocks, check_passages

TEXT = "The river rose in the night, and nobody saw the boat."


def read(*parts: str) -> Document:
    """Return the document of `parts` with blank lines between them, after checking it."""
    document = read_document("a.txt", "\n\n".join(parts).encode())
    check_blocks(document)
    return document


def headings(document: Document) -> list[str]:
    """Return the headings of `document`."""
    return [
        block.span.of(document.text) for block in document.blocks if block.kind is BlockKind.HEADING
    ]


@pytest.mark.parametrize(
    "line",
    [
        "CHAPTER VI. Pig and Pepper",
        "Chapter 3",
        "Chapter the Second",
        "Chapter Twenty-One",
        "CHAPTER THE TWENTY-FIRST. The Sea",
        "SCENE I.--A Street in Bath.",
        "Scene 2—Another Street",
        "Art. 12. Duties of the owner of a mine.",
        "BOOK II: The Sea",
        "PART",
        "PART ONE",
        "ACT I. SCENE II",
        "Act I, Scene 2",
        "LETTER XII",
        "CANTO III.",
        "§ 4",
        "§ 12. Of the weir",
        "Article 5",
        "Kapitel 3",
        "Drittes Kapitel",
        "Zweiter Teil. Die See",
        "Erster Aufzug",
        "Chapitre premier",
        "CHAPITRE IV - La crue",
        "Acte II, scène 3",
        "Capítulo II",
        "Capitolo primo",
        "Hoofdstuk 4",
        "Глава первая",
        "Часть II. Море",
        "ДЕЙСТВИЕ ТРЕТЬЕ",
        "Rozdział 2",
        "Kapitola první",
        "III. fejezet",
        "Κεφάλαιο 2",
        "第三章 洪水",
        "第一回",
        "제3장 홍수",
        "الفصل الأول",
        "פרק ג",
        "Preface",
        "VORWORT",
        "Introduction.",
    ],
)
def test_numbered_parts_are_headings(line: str) -> None:
    """Parts are headings in any typography and many languages, and no barrier to phrases."""
    document = read(TEXT, TEXT, line, TEXT, TEXT)
    assert headings(document) == [line]
    (heading,) = [block for block in document.blocks if block.kind is BlockKind.HEADING]
    assert (heading.is_guess, heading.is_barrier) == (True, False)
    tokens = tokenize_document(document, check_passages(document))
    assert set(tokens.section_of) == {0}


@pytest.mark.parametrize(
    "line",
    [
        "Chapter 3 of the book tells of the boat.",
        "Part of the way",
        "Act now",
        "Civil war",
        "Letter writing",
        "Section 3 provides that no boat may pass.",
        "Chapter 3 .......... 45",
        "Article 5 everyone",
        "הוא עבד אצל IBM במשך שנים רבות",
        "他在 IBM 工作了很多年",
        "عمل في NATO لسنوات عديدة",
        "เขาทำงานที่ NATO หลายปี",
        "CHAPTER VI,",
        "(CHAPTER VI)",
        "§ 4. Any person who offends against this Act shall forfeit five pounds.",
    ],
)
def test_lines_that_begin_like_a_part_are_text(line: str) -> None:
    """Sentences, entries of a table of contents and acronyms make no heading."""
    assert headings(read(TEXT, TEXT, line, TEXT, TEXT)) == []


def test_articles_of_one_sentence_are_text() -> None:
    """A law whose articles are sentences has no headings, unless text follows below them."""
    articles = ["Art. 1. The owner shall keep a register.", "§ 2. He shall show it on demand."]
    assert headings(read(TEXT, *articles)) == []
    assert headings(read(TEXT, articles[0], TEXT, articles[1], TEXT)) == articles


def test_a_sentence_that_mentions_a_part_is_text() -> None:
    """A part whose number a sentence continues is no heading."""
    assert headings(read(TEXT, "It is told in", "Chapter 3", "of the book.", TEXT)) == []


def test_parts_are_nested_by_their_rank() -> None:
    """A chapter is below its book, and lines in capitals are below the chapter."""
    document = read(
        "THE MILL", "BOOK I", "CHAPTER I. The Flood", TEXT, "CHORUS", TEXT, "CHAPTER II", TEXT,
        "BOOK II", TEXT,
    )  # fmt: skip
    assert [passage.headings for passage in check_passages(document)] == [
        ("THE MILL", "BOOK I", "CHAPTER I. The Flood"),
        ("THE MILL", "BOOK I", "CHAPTER I. The Flood", "CHORUS"),
        ("THE MILL", "BOOK I", "CHAPTER II"),
        ("THE MILL", "BOOK II"),
    ]


def test_a_part_may_have_its_title_or_text_in_the_next_line() -> None:
    """A title without a full stop belongs to the heading, and other text does not."""
    assert headings(read(TEXT, "CHAPTER VI\nPig and Pepper", TEXT)) == [
        "CHAPTER VI\nPig and Pepper"
    ]
    assert headings(read(TEXT, "CHAPTER VI", "      Pig and Pepper", TEXT)) == [
        "CHAPTER VI\n\n      Pig and Pepper"
    ]
    assert headings(read(TEXT, "CHAPTER VI", "Nobody saw the boat", TEXT)) == ["CHAPTER VI"]
    assert headings(read(TEXT, f"CHAPTER VI\n{TEXT}\n{TEXT}\n{TEXT}")) == ["CHAPTER VI"]
    assert headings(read(TEXT, f"CHAPTER VI\nprovides that {TEXT}\n{TEXT}\n{TEXT}")) == []


def test_a_table_of_contents_has_no_headings() -> None:
    """Parts that follow each other without text between them are entries of a table."""
    contents = [f"Chapter {number}" for number in (1, 2, 3, 4)]
    body = [part for entry in contents for part in (entry, TEXT)]
    assert headings(read(TEXT, *contents, TEXT, *body)) == contents
    assert headings(read(TEXT, "\n".join(contents), TEXT)) == []


def test_capitals_are_no_evidence_in_a_text_in_capitals() -> None:
    """In a cable, lines in capitals are text; numbered parts are still headings."""
    lines = ["REPORT FROM THE WEIR", "WATER RISING AND NO BOATS", "SEND ROPE", "AND MEN"]
    cable = [part for line in lines for part in (line, f"{line} AS BEFORE.\n{line} TODAY.")]
    assert headings(read(TEXT, *cable, "CHAPTER II", TEXT)) == ["CHAPTER II"]


def test_lines_in_capitals_that_recur_are_speakers() -> None:
    """The names of speakers are no headings, but each chapter may have its notes."""
    speech = ["THE MILLER", TEXT, "THE WIDOW", TEXT] * 3
    assert headings(read(TEXT, TEXT, *speech)) == []
    assert headings(read(*[TEXT, TEXT, "NOTES", TEXT] * 3)) == ["NOTES"] * 3


def test_marked_headings_are_barriers() -> None:
    """No phrase crosses a heading that the source marks or underlines."""
    for heading in ("== Of the mill ==", "## Of the mill", "Of the mill\n==========="):
        document = read(TEXT, heading, TEXT)
        tokens = tokenize_document(document, check_passages(document))
        assert set(tokens.section_of) >= {0, 1, 2}


@pytest.mark.parametrize(
    "stanza",
    [
        (
            "When I do count the lamps by the quay,\n  And see the harbour sunk in the night;\n"
            "When I behold the gulls that fly to sea,\n  And ropes all silvered over with white,"
        ),
        (
            "HAM. To be a miller, that is the question:\n    Whether the wheel will turn for him\n"
            "    Or not."
        ),
        "KEEPER.\n  He.",
        "THE MILLER\n  Who opened the sluice?\n  Who let the water in?",
        (
            "Vane, R. The lamps of the coast, with an account of\n   their keepers. London.\n"
            "Hale, J. The weir and its\n   history. York."
        ),
    ],
)
def test_indented_lines_of_verse_are_no_paragraphs(stanza: str) -> None:
    """Lines of a stanza, a speech or an entry are one block, however they are indented."""
    document = read(TEXT, stanza, TEXT)
    assert stanza in [block.span.of(document.text) for block in document.blocks]


def test_indents_after_whole_sentences_begin_paragraphs() -> None:
    """In prose, the line before an indent ends a sentence."""
    source = "\n".join(f"    It was so.\nThe {word} was lit,\nand it burned." for word in "abcd")
    assert len(read(source).blocks) == 4


@pytest.mark.parametrize("line", ["", "§", "PART", "第", "CHAPTER " * 9, "1" * 99, "A. " * 40])
def test_any_line_has_a_rank_or_none(line: str) -> None:
    """Lines that are almost those of a part raise no error."""
    rank = division_rank(line)
    assert rank is None or 0 <= rank[0] <= 3


@pytest.mark.parametrize("line", ["NOES: 0.", "ABSENT: 1", "AYES: SMITH, JONES.", "TOTAL: 1,200"])
def test_a_name_and_its_value_in_capitals_are_no_heading(line: str) -> None:
    """A line of the numbers of votes is text."""
    body = "The council met at nine in the morning, and the motion was read to all its members."
    document = read_document("a.txt", f"{body}\n\n{line}\n\n{body}\n".encode())
    assert [block.kind.value for block in document.blocks] == ["paragraph"] * 3


@pytest.mark.parametrize(
    "date",
    ["{} May", "May {}", "{}. Mai 1848", "Monday, {} May 1848", "May {}th, 1848", "1848-05-{}"],
)
def test_the_first_date_of_a_diary_is_not_its_title(date: str) -> None:
    """A date is the title of a text only if no other entries follow."""
    entries = [f"{date.format(day)}\n\nIt rained all day.\n\n" for day in range(11, 15)]
    assert read_document("a.txt", "".join(entries).encode()).title == ""
    assert read_document("a.txt", b"11 May\n\nIt rained all day.\n").title == "11 May"


BEGINNINGS = (
    "CHAPTER Part the 2. IV Erster Akt § §4 PREFACE - 第三章 Band mill [2] No. פרק 1 second"
)


@given(
    st.lists(st.sampled_from(BEGINNINGS.split(" ")), min_size=1, max_size=4),
    st.sampled_from(" \xa0\n"),
)
def test_the_first_word_shows_whether_a_part_may_begin(words: list[str], space: str) -> None:
    """No numbered or titled part is overlooked because of its first word."""
    line = space.join(words)
    if (division_rank(line) is not None) or is_titled_part(line):
        assert may_begin_part(line)
