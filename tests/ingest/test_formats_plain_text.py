"""Plain text and wiki markup: what the look of a line makes of it."""

import tracemalloc

import pytest

from excerpt.ingest.formats import read_document
from excerpt.ingest.formats.hyphens import find_hyphenated
from excerpt.model import BlockKind, Document, Page
from excerpt.text import hyphenated_compounds
from extracted import check_blocks, check_passages, kinds_and_texts


def read(source: str, name: str = "a.txt") -> Document:
    """The document in `source`, checked."""
    document = read_document(name, source.encode())
    check_blocks(document)
    check_passages(document)
    assert document.text == source
    return document


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    """Lines follow each other in a paragraph until a blank line ends it."""
    document = read("The members met in\nthe room above the\nshop.\n\nThey read the\nminutes.")
    assert [block.kind for block in document.blocks] == [BlockKind.PARAGRAPH] * 2


def test_long_lines_are_paragraphs() -> None:
    """Where nobody wrapped the lines, each is a paragraph, unless a word or a sentence goes on in the next."""
    line = "The members met in the room above the shop, as they did on every Thursday. " * 4
    source = (
        f"{line}\n{line}and so on and so\nforth until the end. {line}\n{line}revolu-\ntion. {line}"
    )
    assert len(read(source).blocks) == 3


def test_a_short_line_ends_a_paragraph() -> None:
    """In wrapped text without blank lines, a sentence that ends on a short line ends the paragraph."""
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
    """Headings between signs, underlined, in capitals, numbered, or a first line alone."""
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
def test_what_is_no_heading(source: str) -> None:
    """Sentences, names with a colon, and capitals that are the rule of a text make no headings."""
    assert BlockKind.HEADING not in {block.kind for block in read(source).blocks}


def test_lists() -> None:
    """Bullets and numbers begin items, by depth; lines under an item belong to it."""
    document = read(
        "We want:\n  • bread\n  • peace,\n    and land\n    ◦ now\n  • rest\n\n1. first\n2) second"
    )
    assert [(block.kind.value, block.level) for block in document.blocks] == [
        ("paragraph", 0),
        *[("item", level) for level in (1, 1, 2, 1, 1, 1)],
    ]


def test_stars_deepen_a_list() -> None:
    """Each further star of wiki markup is a level more."""
    assert [block.level for block in read("* a\n** b\n*** c\n** d\n* e", "a.wiki").blocks] == [
        1,
        2,
        3,
        2,
        1,
    ]


def test_a_number_in_a_wrapped_line_is_no_item() -> None:
    """A full line that happens to begin with a number or a dash goes on with its paragraph."""
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
    """Each cell of a row is a block, rules are none of the text, quoted lines are one quote."""
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
    """Paragraphs told apart by their first line alone are paragraphs."""
    assert (
        len(read("    One begins here and\ngoes on.\n    Two begins here and\ngoes on.").blocks)
        == 2
    )


def test_a_box_is_metadata_and_text() -> None:
    """`- Key: value` lines at the top say what the text is, and are found as items all the same."""
    document = read("= Mill =\n\n- Author: Ann Bo\n- Date: c. 1848\n- Language: en\n\nText.")
    assert document.metadata == (("author", "Ann Bo"), ("date", "c. 1848"), ("language", "en"))
    assert (document.title, document.language, document.format) == ("Mill", "en", "wiki")
    assert [kind for kind, _ in kinds_and_texts(document)].count("item") == 3


def test_notes_under_a_heading_are_notes() -> None:
    """What stands under a heading `Notes` is the editor's, up to the next heading of its level."""
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
def test_a_paragraph_goes_on_over_a_page_mark(mark: str, gap: str) -> None:
    """A page mark is boilerplate, names the page of what follows, and does not end a paragraph."""
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
def test_a_sentence_goes_on_over_a_page_number(number: str, end: str, n_times: int) -> None:
    """A number between a sentence without an end and its rest is a page's, be there one of them or many."""
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
def test_what_is_no_page_number(source: str) -> None:
    """Figures in a wrapped line, between sentences, and words of the letters of Roman numbers are text."""
    assert "boilerplate" not in {kind for kind, _ in kinds_and_texts(read(source))}


@pytest.mark.parametrize(
    "mark", ["[p. 12]", "[Page 12]", "[PAGE 12]", "[p.12]", "{12}", "{p. 12}", "(S. 12)"]
)
def test_a_page_mark_is_known_in_any_case(mark: str) -> None:
    """The marks of pages are told in small letters and capitals, in a line and on a line of their own."""
    for source in (f"The sentence {mark} goes on.", f"The sentence\n\n{mark}\n\ngoes on."):
        document = read(source)
        assert [kind for kind, _ in kinds_and_texts(document)] == [
            "paragraph",
            "boilerplate",
            "paragraph",
        ]
        assert document.blocks[2].is_continuation
        assert [page.label for page in document.pages] == ["12"]


def test_a_page_mark_in_a_line_is_cut_out() -> None:
    """A mark in the middle of a sentence is boilerplate, and the sentence goes on behind it."""
    document = read("The sentence [p. 12] goes on.")
    assert kinds_and_texts(document) == [
        ("paragraph", "The sentence"),
        ("boilerplate", "[p. 12]"),
        ("paragraph", "goes on."),
    ]
    assert document.blocks[2].is_continuation


def test_form_feeds_begin_pages() -> None:
    """Form feeds number the pages from 1, and do not end a sentence."""
    document = read("A page that runs\n\n\fon to the next.\n\fThe third.\f")
    assert document.pages == (Page(0, "1"), Page(19, "2"), Page(36, "3"))
    assert [block.is_continuation for block in document.blocks] == [False, True]


def running(head: str) -> str:
    """Four pages of a text that is interrupted by `head` and a page number."""
    body = "and so the sentence goes on over the page with many words that are of no importance"
    return "\n\n".join(f"{body} {n}\n\n{head.format(n=n)}\n\n{body}" for n in range(4))


@pytest.mark.parametrize(
    "head", ["THE HISTORY OF THE MILL", "The Mill {n}", "- {n} -", "{n} OF BREAD"]
)
def test_running_heads_are_boilerplate(head: str) -> None:
    """A line that comes again and again in the middle of sentences is no text, and the paragraphs go on."""
    document = read(running(head))
    marks = [text for kind, text in kinds_and_texts(document) if kind == "boilerplate"]
    assert marks == [head.format(n=n) for n in range(4)]
    assert sum(block.is_continuation for block in document.blocks) == 4


def test_what_recurs_between_sentences_is_text() -> None:
    """Refrains, speakers and numbered articles come again and again, and stay."""
    for line in ("(Applause.)", "THE CHAIRMAN", "Article {n}"):
        source = "\n\n".join(
            f"A sentence of the speech ends here.\n\n{line.format(n=n)}\n\nThe next."
            for n in range(5)
        )
        assert "boilerplate" not in {kind for kind, _ in kinds_and_texts(read(source))}


def test_compounds_that_the_text_breaks_are_known() -> None:
    """The document carries the compounds that are two words where they are broken at a line end."""
    source = "The Secretary-\nGeneral of self-\ngovernment and self-government, revolu-\ntion."
    assert (
        read(source).hyphenated
        == hyphenated_compounds(source)
        == find_hyphenated(source)
        == {"self-government"}
    )


@pytest.mark.parametrize("unit", ["-", "- ", "—", "* ", " ", "=", "= ", "#", "|", "1", "("])
def test_a_line_without_end_takes_little_memory(unit: str) -> None:
    """A line of nothing but one sign is read in memory in proportion to it, whatever it looks like."""
    data = (unit * 300_000 + "x\n").encode()
    for source in (data, data[:-2]):
        tracemalloc.start()
        read_document("a.txt", source)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 40 * 300_000


def test_the_text_is_never_normalised() -> None:
    """Ligatures, combining marks, long s and soft hyphens are kept as they are."""
    read("Re\u0301forme, ﬁrſt, co\u00adoperation.")
