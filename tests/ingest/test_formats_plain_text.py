"""Tests of plain text and wiki markup: the look of lines decides what they are."""

import tracemalloc

import pytest

from excerpt.ingest.formats import read_document
from excerpt.ingest.formats.hyphens import find_hyphenated
from excerpt.model import BlockKind, Document, Page
from excerpt.text import hyphenated_compounds
from extracted import check_blocks, check_passages, kinds_and_texts


def read(source: str, name: str = "a.txt") -> Document:
    """Return the document in `source`, after checking it."""
    document = read_document(name, source.encode())
    check_blocks(document)
    check_passages(document)
    assert document.text == source
    return document


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    """Lines form one paragraph until a blank line ends it."""
    document = read("The members met in\nthe room above the\nshop.\n\nThey read the\nminutes.")
    assert [block.kind for block in document.blocks] == [BlockKind.PARAGRAPH] * 2


def test_long_lines_are_paragraphs() -> None:
    """Unwrapped lines are paragraphs, unless a word or sentence continues in the next line."""
    line = "The members met in the room above the shop, as they did on every Thursday. " * 4
    source = (
        f"{line}\n{line}and so on and so\nforth until the end. {line}\n{line}revolu-\ntion. {line}"
    )
    assert len(read(source).blocks) == 3


def test_a_short_line_ends_a_paragraph() -> None:
    """In wrapped text, a sentence that ends on a short line ends the paragraph."""
    full = "These lines are as long as all the other lines are here"
    source = (
        f"{full}\n{full}\nthe end.\nA new paragraph begins on this line, which is full too\n{full}"
    )
    assert [text[-8:] for _, text in kinds_and_texts(read(source))] == ["the end.", "are here"]


@pytest.mark.parametrize(
    ("source", "level", "heading"),
    [
        ("== Of the mill ==\nText.", 2, "Of the mill"),
        ("### Of the mill ###\nText.", 3, "Of the mill"),
        ("Of the mill\n===========\n\nText.", 1, "Of the mill"),
        ("Of the mill\n-----------\n\nText.", 2, "Of the mill"),
        ("Text here.\n\nOF THE MILL\n\nText.", 2, "OF THE MILL"),
        ("Text here.\n\nIV.\n\nText.", 2, "IV."),
        ("Text here.\n\n2. Of the mill\n\nText.", 2, "2. Of the mill"),
        ("Of the mill\n\nText of more words.", 1, "Of the mill"),
    ],
)
def test_headings(source: str, level: int, heading: str) -> None:
    """Headings are marked, underlined, in capitals, numbered, or a first line on its own."""
    document = read(source)
    (found,) = [block for block in document.blocks if block.kind is BlockKind.HEADING]
    assert found.level == level
    assert check_passages(document)[-1].headings == (heading,)


@pytest.mark.parametrize(
    "source",
    [
        "Text here.\n\nTHE SPEAKER:\nText.",
        "President: A. Name\n\nText.",
        "It was the end.\n\nText.",
        "it begins\n\nBREAD\n\nPEACE\n\nLAND\n\nWORK",
        "a = b\n\nText",
        "A sentence.\n\n(APPLAUSE)\n\nText.",
        "A sentence.\n\nA. NAME",
        "#hashtag and text",
    ],
)
def test_lines_that_are_not_headings(source: str) -> None:
    """Sentences, names with a colon, and capitals in a text of capitals are not headings."""
    assert BlockKind.HEADING not in {block.kind for block in read(source).blocks}


def test_lists() -> None:
    """Bullets and numbers begin items, whose level is their depth; indented lines continue them."""
    document = read(
        "We want:\n  • bread\n  • peace,\n    and land\n    ◦ now\n  • rest\n\n1. first\n2) second"
    )
    assert [(block.kind.value, block.level) for block in document.blocks] == [
        ("paragraph", 0),
        *[("item", level) for level in (1, 1, 2, 1, 1, 1)],
    ]


def test_stars_count_the_depth() -> None:
    """Each further star of wiki markup is one level more."""
    assert [block.level for block in read("* a\n** b\n*** c\n** d\n* e", "a.wiki").blocks] == [
        1,
        2,
        3,
        2,
        1,
    ]


def test_a_number_in_a_wrapped_line_is_not_an_item() -> None:
    """A paragraph continues if a wrapped line happens to begin with a number."""
    full = "The congress met in the great hall of the town on the day of May"
    assert (
        len(
            read(
                f"{full}\n1. It then went on and on for as long as a congress can go\n{full}"
            ).blocks
        )
        == 1
    )


def test_tables_and_quotes() -> None:
    """Each cell of a row is a block, rules are boilerplate, and quoted lines are one quote."""
    assert kinds_and_texts(read("| Year | Place |\n|---|---|\n| 1848 | Paris\n\n> one\n> two")) == [
        ("cell", "| Year"),
        ("cell", "| Place"),
        ("boilerplate", "|"),
        ("boilerplate", "|---|---|"),
        ("cell", "| 1848"),
        ("cell", "| Paris"),
        ("quote", "> one\n> two"),
    ]


def test_an_indent_begins_a_paragraph() -> None:
    """Paragraphs may be separated only by the indent of their first lines."""
    assert (
        len(read("    One begins here and\ngoes on.\n    Two begins here and\ngoes on.").blocks)
        == 2
    )


def test_a_box_is_metadata_and_text() -> None:
    """`- Key: value` lines at the top are metadata, and also items of the text."""
    document = read("= Mill =\n\n- Author: Ann Bo\n- Date: c. 1848\n- Language: en\n\nText.")
    assert document.metadata == (("author", "Ann Bo"), ("date", "c. 1848"), ("language", "en"))
    assert (document.title, document.language, document.format) == ("Mill", "en", "wiki")
    assert [kind for kind, _ in kinds_and_texts(document)].count("item") == 3


def test_text_under_a_notes_heading_is_notes() -> None:
    """Notes extend to the next heading of the same level."""
    document = read(
        "== A ==\n\nText.\n\n== Notes ==\n\n1. One.\n\n=== Of B ===\n\n2. Two.\n\n== B ==\n\nText."
    )
    assert [kind for kind, _ in kinds_and_texts(document) if kind != "heading"] == [
        "paragraph",
        "note",
        "note",
        "paragraph",
    ]


@pytest.mark.parametrize(
    "mark", ["[p. 12]", "## Page 12", "--- Page 12 ---", "[Page 12]", "== Page 12 =="]
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_paragraph_continues_after_a_page_mark(mark: str, gap: str) -> None:
    """A page mark is boilerplate and names the page that begins."""
    document = read(f"The sentence that runs{gap}{mark}{gap}over the page goes on.")
    assert [kind for kind, _ in kinds_and_texts(document)] == [
        "paragraph",
        "boilerplate",
        "paragraph",
    ]
    assert document.blocks[2].is_continuation
    assert [page.label for page in document.pages] == ["12"]
    assert document.pages[0].start <= document.blocks[2].span.start
    assert len(check_passages(document)) == 1


@pytest.mark.parametrize("number", ["10", "- 10 -", "[10]", "xiv", "[Page 13]", "[page xi]"])
@pytest.mark.parametrize("end", ["the revolu-", "of the"])
@pytest.mark.parametrize("n_times", [1, 4])
def test_a_sentence_continues_after_a_page_number(number: str, end: str, n_times: int) -> None:
    """A number between the parts of a sentence is a page number, even if it is the only one."""
    document = read("\n\n".join([f"Talk {end}\n\n{number}\n\ntionary talk."] * n_times))
    assert kinds_and_texts(document) == n_times * [
        ("paragraph", f"Talk {end}"),
        ("boilerplate", number),
        ("paragraph", "tionary talk."),
    ]
    assert [block.is_continuation for block in document.blocks] == [False, False, True] * n_times


@pytest.mark.parametrize(
    "source",
    [
        "They met in\n1848\nand in the year after.",
        "It ended.\n\n10\n\nmen were there.",
        "They were\n\n10\n\nMen were there.",
        "They were\n\ncivil\n\nto him.",
        "They are 2^{10} or \\sqrt{12} or {{12}} in all.",
    ],
)
def test_numbers_that_are_not_page_numbers(source: str) -> None:
    """Numbers in wrapped lines or between sentences are text, and so are words like civil."""
    assert "boilerplate" not in {kind for kind, _ in kinds_and_texts(read(source))}


@pytest.mark.parametrize(
    "mark", ["[p. 12]", "[Page 12]", "[PAGE 12]", "[p.12]", "{12}", "{p. 12}", "(S. 12)"]
)
def test_a_page_mark_may_be_in_any_case(mark: str) -> None:
    """Page marks are recognised in lower and upper case, within a line or on one of their own."""
    for source in (f"The sentence {mark} goes on.", f"The sentence\n\n{mark}\n\ngoes on."):
        document = read(source)
        assert [kind for kind, _ in kinds_and_texts(document)] == [
            "paragraph",
            "boilerplate",
            "paragraph",
        ]
        assert document.blocks[2].is_continuation
        assert [page.label for page in document.pages] == ["12"]


def test_a_page_mark_within_a_line_is_boilerplate() -> None:
    """The sentence around a page mark continues after it."""
    document = read("The sentence [p. 12] goes on.")
    assert kinds_and_texts(document) == [
        ("paragraph", "The sentence"),
        ("boilerplate", "[p. 12]"),
        ("paragraph", "goes on."),
    ]
    assert document.blocks[2].is_continuation


def test_form_feeds_begin_pages() -> None:
    """Pages between form feeds are numbered from 1; a form feed does not end a sentence."""
    document = read("A page that runs\n\n\fon to the next.\n\fThe third.\f")
    assert document.pages == (Page(0, "1"), Page(19, "2"), Page(36, "3"))
    assert [block.is_continuation for block in document.blocks] == [False, True]


def pages_with_header(header: str) -> str:
    """Return four pages of a text that a header and a page number interrupt."""
    body = "and so the sentence goes on over the page with many words that are of no importance"
    return "\n\n".join(f"{body} {n}\n\n{header.format(n=n)}\n\n{body}" for n in range(4))


@pytest.mark.parametrize(
    "header", ["THE HISTORY OF THE MILL", "The Mill {n}", "- {n} -", "{n} OF BREAD"]
)
def test_running_headers_are_boilerplate(header: str) -> None:
    """A line that recurs in the middle of sentences is not text, and paragraphs continue."""
    document = read(pages_with_header(header))
    marks = [text for kind, text in kinds_and_texts(document) if kind == "boilerplate"]
    assert marks == [header.format(n=n) for n in range(4)]
    assert sum(block.is_continuation for block in document.blocks) == 4


def test_lines_that_recur_between_sentences_are_text() -> None:
    """Refrains, speakers and numbered articles remain text."""
    for line in ("(Applause.)", "THE CHAIRMAN", "Article {n}"):
        source = "\n\n".join(
            f"A sentence of the speech ends here.\n\n{line.format(n=n)}\n\nThe next."
            for n in range(5)
        )
        assert "boilerplate" not in {kind for kind, _ in kinds_and_texts(read(source))}


def test_hyphenated_compounds_are_collected() -> None:
    """The document has the compounds that are two words where a line end breaks them."""
    source = "The Secretary-\nGeneral of self-\ngovernment and self-government, revolu-\ntion."
    assert (
        read(source).hyphenated
        == hyphenated_compounds(source)
        == find_hyphenated(source)
        == {"self-government"}
    )


@pytest.mark.parametrize("unit", ["-", "- ", "—", "* ", " ", "=", "= ", "#", "|", "1", "("])
def test_a_very_long_line_takes_little_memory(unit: str) -> None:
    """Memory is proportional to the length of a line that repeats one sign."""
    data = (unit * 300_000 + "x\n").encode()
    for source in (data, data[:-2]):
        tracemalloc.start()
        read_document("a.txt", source)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 40 * 300_000


def test_the_text_is_not_normalised() -> None:
    """Ligatures, combining marks, long s and soft hyphens are kept."""
    source = "Re\u0301forme, ﬁrſt, co\u00adoperation."
    assert read(source).text == source
