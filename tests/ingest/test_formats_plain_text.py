"""Tests of plain text and wiki markup: the look of lines decides what they are."""

import base64
import random
import re
import tracemalloc
from bisect import bisect_right

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from excerpt.ingest.formats import read_document
from excerpt.ingest.formats.blocks.hyphens import find_hyphenated
from excerpt.model import SET_APART, BlockKind, Document, Page, Reason
from excerpt.text import hyphenated_compounds
from excerpt.text.document_tokens import tokenize_document
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


def marks(document: Document) -> list[tuple[str, str]]:
    """Return the kind and the text of each mark of `document`."""
    return [(mark.kind.value, mark.span.of(document.text)) for mark in document.marks]


def set_apart(document: Document) -> list[str]:
    """Return the blocks and marks of `document` that are no running text."""
    pieces = [(block.span, block.kind) for block in document.blocks] + list(document.marks)
    return [span.of(document.text) for span, kind in sorted(pieces) if kind in SET_APART]


@pytest.mark.parametrize(
    "mark", ["[p. 12]", "## Page 12", "--- Page 12 ---", "[Page 12]", "== Page 12 ==", "{p. 12}"]
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_paragraph_continues_after_a_page_mark(mark: str, gap: str) -> None:
    """A page mark is set apart within its paragraph and names the page that begins."""
    source = f"The sentence that runs{gap}{mark}{gap}over the page goes on."
    document = read(source)
    assert kinds_and_texts(document) == [("paragraph", source)]
    assert marks(document) == [("page", mark)]
    assert document.pages == (Page(source.index(mark), "12"),)
    assert len(check_passages(document)) == 1


@pytest.mark.parametrize("number", ["10", "- 10 -", "[10]", "xiv", "[Page 13]", "[page xi]"])
@pytest.mark.parametrize("end", ["the revolu-", "of the"])
@pytest.mark.parametrize("n_times", [1, 4])
def test_a_sentence_continues_after_a_page_number(number: str, end: str, n_times: int) -> None:
    """A number between the parts of a sentence is a page number, even if it is the only one."""
    paragraph = f"Talk {end}\n\n{number}\n\ntionary talk."
    document = read("\n\n".join([paragraph] * n_times))
    assert kinds_and_texts(document) == [("paragraph", paragraph)] * n_times
    assert marks(document) == [("page", number)] * n_times


@pytest.mark.parametrize(
    "source",
    [
        "They met in\n1848\nand in the year after.",
        "It ended.\n\n10\n\nmen were there.",
        "They were\n\n10\n\nMen were there.",
        "They were\n\ncivil\n\nto him.",
        "They are 2^{10} or \\sqrt{12} or {{12}} in all.",
        "The set {2} has one member, and {3} has one too.",
        "It was built in 1848 (p. 12), and burned (p. 7) long before (S. 30) it was sold (p. 2).",
        "They read [p. 12] and [p. 4], then [p. 90] and [p. 11] of the book.",
        "The rule is on\npage 3\nof the book.",
    ],
)
def test_numbers_that_are_not_page_numbers(source: str) -> None:
    """Numbers in wrapped lines, between sentences or in citations are text, like words."""
    document = read(source)
    assert (set_apart(document), document.pages) == ([], ())
    assert len(document.blocks) == len(source.split("\n\n"))


@pytest.mark.parametrize(
    "mark",
    [
        *("[p. 12]", "[Page 12]", "[PAGE 12]", "[p.12]", "{p. 12}", "[S. 12]", "[fol. 12r]"),
        *("[Pg 12]", "[Image 12]", "[begin page 12]", '<pb n="12"/>', "<pb n='12' facs='a.jpg'>"),
    ],
)
def test_a_page_mark_may_be_in_any_case(mark: str) -> None:
    """Page marks are recognised in lower and upper case, within a line or on one of their own."""
    for source in (f"The sentence {mark} goes on.", f"The sentence\n\n{mark}\n\ngoes on."):
        document = read(source)
        assert kinds_and_texts(document) == [("paragraph", source)]
        assert marks(document) == [("page", mark)]
        (label,) = re.findall(r"\d+r?", mark)
        assert document.pages == (Page(source.index(mark), label),)


@pytest.mark.parametrize("mark", ["[p.\n12]", "[fol.\n12r]", "[Begin\nPage 12]"])
def test_a_line_may_end_within_a_page_mark(mark: str) -> None:
    """A mark that was wrapped with the text around it is the mark that it was."""
    document = read(f"The sentence {mark} goes on.")
    assert marks(document) == [("page", mark)]
    assert [page.label[:2] for page in document.pages] == ["12"]


@pytest.mark.parametrize("form", ["{{{}}}", "(p. {})", "(S. {})", "|{}|"])
def test_marks_that_may_be_citations_are_believed_in_a_sequence(form: str) -> None:
    """Numbers in braces, and references in parentheses, number pages if they are in order."""
    source = "".join(f"A part of the sentence {form.format(n)} goes on, " for n in range(9, 13))
    document = read(source + "and it ends.")
    assert [page.label for page in document.pages] == ["9", "10", "11", "12"]
    assert set_apart(document) == [form.format(n) for n in range(9, 13)]
    assert set_apart(read(source.split("goes on, ")[0])) == []


def test_a_word_continues_across_a_page_mark() -> None:
    """A mark within a word, or after a hyphen, leaves the word whole."""
    document = read("Jeru[p. 25]salem and com-\n\n26\n\nmon sense, then revolu-[Page 27]tion.")
    (passage, *apart) = check_passages(document)
    tokens = tokenize_document(document, (passage, *apart)).tokens
    assert [token.term for token in tokens][:6] == [
        "jerusalem", "and", "common", "sense", "then", "revolution",
    ]  # fmt: skip
    assert marks(document) == [("page", "[p. 25]"), ("page", "26"), ("page", "[Page 27]")]


def test_form_feeds_begin_pages() -> None:
    """Pages between form feeds are numbered from 1; a form feed does not end a sentence."""
    document = read("A page that runs\n\n\fon to the next.\n\fThe third.\f")
    assert document.pages == (Page(0, "1"), Page(19, "2"), Page(36, "3"))
    assert len(document.blocks) == 1


PAGES = [
    "The keeper must light the lamp before the evening bell, and trim the",
    "wick with a clean hand, since any stain of the oil will darken the",
    "glass. He must then wait for the ships, which come in from the",
    "sea with the tide, and write their names into the book of the",
]
"""The texts of four pages, each but the last in the middle of a sentence."""


def labels_of_pages(source: str) -> list[str]:
    """Return the label of the page of each of `PAGES` in `source`."""
    document = read(source)
    starts = [page.start for page in document.pages]
    labels = ["", *(page.label for page in document.pages)]
    ends = [source.index(text) + len(text) - 1 for text in PAGES if text in source]
    return [labels[bisect_right(starts, end)] for end in ends]


SIGNED_NUMBERS = [
    *("[Pg {}]", "<{}>", "=== {} ===", "| {}", "|{}|", "{} |", "*{}*", "**{}**", "~ {} ~", "_{}_"),
    *("...{}...", ". {} .", "• {} •", "{}/60", "{} of 60", "-- {} of 60 --", "Page: {}"),
    *(
        "－{}－",
        "－ {} －",
        "― {} ―",
        "{{pb {}}}",
        '<pb n="{}"/>',
        "[[{}]]",
        "[Image {}]",
        "[Begin Page {}]",
    ),
]
"""Forms of a number that stands alone at the head or foot of a page."""


@pytest.mark.parametrize(
    "form",
    [
        *("- {} -", "[Page {}]", "{}", "Page {} of 60", "[p. {}]", "S. {}", "fol. {}r", "{{{}}}"),
        *SIGNED_NUMBERS,
    ],
)
@pytest.mark.parametrize("feed", ["", "\f"])
def test_a_number_at_the_foot_belongs_to_the_page_before_it(form: str, feed: str) -> None:
    """Text before the first number, but not after the last one, shows that."""
    source = "".join(
        f"{text}\n\n          {form.format(number)}\n{feed}"
        for number, text in enumerate(PAGES, 44)
    )
    leaf = "r" if form.endswith("r") else ""
    assert labels_of_pages(source) == [f"{number}{leaf}" for number in range(44, 48)]
    assert len(set_apart(read(source))) == 4


@pytest.mark.parametrize(
    "form",
    [
        *("- {} -", "[Page {}]", "{}", "Page {} of 60", "[p. {}]", "## Page {}", "{{{}}}"),
        *SIGNED_NUMBERS,
    ],
)
@pytest.mark.parametrize("feed", ["", "\f"])
def test_a_number_at_the_head_belongs_to_the_page_after_it(form: str, feed: str) -> None:
    """Text after the last number, but not before the first one, shows that."""
    source = "".join(
        f"{feed}{form.format(number)}\n\n{text}\n\n" for number, text in enumerate(PAGES, 44)
    )
    assert labels_of_pages(source) == ["44", "45", "46", "47"]


def test_roman_numbers_precede_arabic_ones() -> None:
    """The first pages of a book may have Roman numbers; 1 follows the last of them."""
    labels = ["ix", "x", "1", "2"]
    source = "".join(f"{text}\n\n[{label}]\n" for label, text in zip(labels, PAGES, strict=True))
    assert labels_of_pages(source.replace("[", "[p. ")) == labels


@pytest.mark.parametrize("letter", ["ı", "İ"])
def test_turkish_letters_are_no_numbers(letter: str) -> None:
    """They match I when case is ignored, but are no Roman numerals: the next mark counts."""
    labels = ["i", letter, "iii", "iv"]
    source = "".join(f"{text}\n\n[p. {n}]\n" for n, text in zip(labels, PAGES, strict=True))
    assert labels_of_pages(source) == ["i", "iii", "iii", "iv"]


@pytest.mark.parametrize("is_at_foot", [False, True])
def test_a_number_may_be_on_either_side_of_a_form_feed(is_at_foot: bool) -> None:
    """The order of marks and texts, not that of mark and form feed, shows which page is meant."""
    pages = [
        f"{text}\n\nVane    [Page {n}]\n\f" if is_at_foot else f"[Page {n}]\n\f{text}\n\n"
        for n, text in enumerate(PAGES, 1)
    ]
    assert labels_of_pages("".join(pages)) == ["1", "2", "3", "4"]


def test_a_page_without_a_number_lies_between_its_neighbours() -> None:
    """Form feeds show that one page lies between two numbers, or after the last one."""
    numbers = ["[Page 44]", "", "[Page 46]", ""]
    source = "".join(f"{text}\n\n{n}\n\f" for text, n in zip(PAGES, numbers, strict=True))
    assert labels_of_pages(source) == ["44", "45", "46", "47"]
    assert labels_of_pages(source.replace("46", "60")) == ["44", "", "60", "61"]


@pytest.mark.parametrize("is_at_foot", [False, True])
def test_a_label_ends_when_the_next_one_is_missing(is_at_foot: bool) -> None:
    """A page is not longer than others because the number of the next one is missing."""
    rest = "It rained on the harbour all day, and nobody came.\n\n" * 10_000
    parts = [f"[Page {n}]\n\n{rest[:600]}" for n in range(718, 723)]
    if is_at_foot:
        source = rest + "".join(f"{rest[:600]}[Page {n}]\n\n" for n in range(718, 723))
        first, *others = read(source).pages
        assert first.label == "718"
        assert source.index("[Page 718]") - first.start < 1_000
        assert [page.label for page in others] == ["719", "720", "721", "722", ""][: len(others)]
        return
    *pages, last, end = read("".join(parts) + rest).pages
    assert [page.label for page in (*pages, last)] == ["718", "719", "720", "721", "722"]
    assert end.label == ""
    assert 600 < end.start - last.start < 2_000


def test_years_and_chapters_are_no_pages() -> None:
    """Numbers that ascend between whole sentences are headings of some kind."""
    for first in (1, 1848):
        source = "\n\n".join(f"{first + n}\n\n{PAGES[n]}." for n in range(4))
        document = read(source.replace("..", "."))
        assert (document.pages, set_apart(document)) == ((), [])


def pages_with_header(header: str, mark: str = "") -> str:
    """Return four pages of a text that a header, and a page mark, interrupt."""
    body = "and so the sentence goes on over the page with many words that are of no importance"
    return "\n\n".join(f"{body}\n{body}\n\n{mark}{header.format(n=n)}\n\n{body}" for n in range(4))


@pytest.mark.parametrize("header", ["The Mill {n}", "- {n} -", "{n} OF BREAD"])
def test_numbered_running_headers_are_set_apart(header: str) -> None:
    """A line that recurs in the middle of sentences, with ascending numbers, is no text."""
    document = read(pages_with_header(header))
    assert set_apart(document) == [header.format(n=n) for n in range(4)]
    assert {kind for kind, _ in kinds_and_texts(document)} == {"paragraph"}


def test_running_headers_need_evidence_of_pages() -> None:
    """A line that recurs is a running header next to form feeds or page marks only."""
    header = "THE HISTORY OF THE MILL"
    assert set_apart(read(pages_with_header(header))) == []
    assert set_apart(read(pages_with_header(header, "\f"))) == [header] * 4
    document = read(pages_with_header(f"[p. {{n}}]\n\n{header}"))
    assert set_apart(document).count(header) == 4


def test_a_header_may_have_no_blank_line_below_it() -> None:
    """A running header after a form feed is a line of its own; other lines are not cut off."""
    header, text = "THE HISTORY OF THE MILL", "He had lived for years in the old vil-"
    source = "".join(f"{header}\nlage. {text}\n{number}\n\f" for number in range(12, 16))
    document = read(source)
    assert set_apart(document).count(header) == 3  # the first one is the title
    assert [text for text in set_apart(document) if text != header] == ["12", "13", "14", "15"]
    source = "".join(
        f"The {word} of the mill\nlay by the {text}\n\f" for word in ("story", "name", "end")
    )
    assert (len(read(source).blocks), set_apart(read(source))) == (1, [])


def test_headers_and_footers_at_form_feeds() -> None:
    """The first and last lines of pages are set apart, with the page mark in them."""
    header, footer = "RFC 9999      The Lamp Protocol      May 1990", "Vane      [Page {}]"
    source = "".join(
        f"{header}\n\n\n   {text}\n\n\n{footer.format(number)}\n\f\n"
        for number, text in enumerate(PAGES, 1)
    )
    document = read(source)
    assert [text for text in set_apart(document) if text != header] == [
        footer.format(number) for number in range(1, 5)
    ]
    assert set_apart(document).count(header) == 4
    assert labels_of_pages(source) == ["1", "2", "3", "4"]


@pytest.mark.parametrize("sign", ["* ", "12. ", "> ", ""])
def test_a_header_follows_an_item_at_the_end_of_a_page(sign: str) -> None:
    """Whatever a page ends with, the line after the form feed is not part of it."""
    end = f"\n\n{sign}the last words of the page,\nwhich are two lines."
    pages = [f"THE HISTORY OF THE MILL   {n}\n\n{text}{end}" for n, text in enumerate(PAGES, 44)]
    document = read("\n\f".join(pages))
    assert [page.label for page in document.pages] == ["44", "45", "46", "47"]
    assert set_apart(document) == [page.partition("\n")[0] for page in pages]
    items = [b.span.of(document.text) for b in document.blocks if str(b.kind) != "paragraph"]
    assert len([item for item in items if item.endswith("two lines.")]) == (4 if sign else 0)


@pytest.mark.parametrize(
    "note", ["1 Ibid., p. {}.", "* See Smith, p. {}.", "Ibid., p. {}.", "¹ Smith, pp. {}-9."]
)
@pytest.mark.parametrize("feed", ["\n\n", "\n\f"])
def test_notes_that_cite_a_book_are_no_running_headers(note: str, feed: str) -> None:
    """They recur at the foot of pages, with other numbers, in the middle of a sentence."""
    lines = [note.format(3 * n) for n in range(12, 20)]
    source = feed.join(
        f"{n} THE HISTORY OF THE MILL\n\n{PAGES[0]} and the\n\n{line}"
        for n, line in enumerate(lines, 12)
    )
    document = read(source)
    apart = set_apart(document)
    assert len([text for text in apart if "HISTORY" in text]) == 8 * ("\f" in feed)
    assert not [text for text in apart if "p." in text]


def test_a_speaker_is_no_title() -> None:
    """The first line is not the title of a text in which it recurs."""
    speech = "The miller was heard, and the river rose again in the night.\n\n"
    assert read(f"MR. SMITH\n\n{speech}THE CHAIR\n\n{speech}" * 3).title == ""
    assert read(f"MR. SMITH\n\n{speech}").title == "MR. SMITH"


def test_white_space_shows_to_which_page_a_number_belongs() -> None:
    """A number is nearer to the text of its own page."""
    at_foot = "".join(f"{text}\n{n}\n\n\n" for n, text in enumerate(PAGES, 23))
    assert labels_of_pages(at_foot + PAGES[0].swapcase()) == ["23", "24", "25", "26"]
    at_head = "".join(f"{n}\n{text}\n\n\n" for n, text in enumerate(PAGES, 23))
    assert labels_of_pages(f"{PAGES[0].swapcase()}\n\n\n{at_head}") == ["23", "24", "25", "26"]


def test_marks_of_several_forms_may_number_one_text() -> None:
    """Marks in braces and in brackets are one sequence if their numbers are."""
    forms = ["{{{}}}", "[Page {}]", "## Page {}", "[p. {}]"]
    source = "\n\n".join(
        f"{form.format(n)}\n\n{text}"
        for n, (form, text) in enumerate(zip(forms, PAGES, strict=True))
    )
    assert labels_of_pages(source) == ["0", "1", "2", "3"]


@pytest.mark.parametrize("line", ["(Applause.)", "THE CHAIRMAN", "Article {n}", "Ay, ay, said he."])
@pytest.mark.parametrize("gap", ["\n\n", "\n\n[p. 7]\n\n"])
def test_lines_that_recur_between_sentences_are_text(line: str, gap: str) -> None:
    """Refrains, speakers, applause and numbered articles remain text, even at a page break."""
    source = "\n\n".join(
        f"A sentence of the speech ends here.{gap}{line.format(n=n)}\n\nThe next." for n in range(5)
    )
    assert set(set_apart(read(source))) <= {"[p. 7]"}


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("and so the sentence goes on over the page with many words that are", "{}"),
        ("הטוחן סגר את הסכר והלך הביתה כי הלילה ירד על הנהר והגשם לא פסק", "- {} -"),
        (
            "磨坊主在夜里关上了水闸然后回家因为雨一直下个不停而且河水已经涨到了桥下的石头上",
            "[Page {}]",
        ),
        ("[Applause]", "[p. {}]"),
    ],
)
def test_lines_that_recur_at_page_marks_are_text(line: str, mark: str) -> None:
    """A line of prose that recurs at page breaks is no running header, in any script."""
    pages = [f"{line}\n\n{mark.format(number)}" for number in range(5, 9)]
    document = read("\n\n".join((*pages, line)))
    assert set_apart(document) == [mark.format(number) for number in range(5, 9)]
    assert [page.label for page in document.pages][:4] == ["5", "6", "7", "8"]


def test_lines_that_recur_within_sentences_are_text() -> None:
    """Applause that interrupts a speech is text, and so is a line that OCR sets off."""
    lines = [
        "we have built the bridge, and we have paid for it",
        "(Applause.)",
        "and we shall not give it up to any company",
        "(Applause.)",
        "or to the sea, whatever they may bring to this hall",
        "(Applause.)",
        "with the seal of a court that none of us has seen",
    ]
    assert set_apart(read("\n\n".join(lines))) == []
    assert set_apart(read("\n\n".join(["the lamp was lit again", *lines[::2]] * 4))) == []


def test_a_text_with_blank_lines_between_all_lines_has_paragraphs() -> None:
    """Lines that OCR sets off form the paragraphs and words that they were printed in."""
    lines = [
        "The keeper lit the lamp before the evening bell, and",
        "trimmed the wick with a clean hand. Any stain of oil would dark-",
        "en the glass, and the ships that came in from the sea",
        "would not have seen it.",
        "The book was found after the war.",
        "IN THE TOWER HE HAD KEPT A LIST OF ALL THE NAMES OF THE SHIPS",
        "that came by, and of their masters.",
    ]
    document = read("\n\n".join(lines))
    assert [text.count("\n\n") for _, text in kinds_and_texts(document)] == [3, 0, 1]
    assert {kind for kind, _ in kinds_and_texts(document)} == {"paragraph"}
    tokens = tokenize_document(document, check_passages(document))
    assert "darken" in {token.term for token in tokens.tokens}
    assert set(tokens.section_of) == {0}


@pytest.mark.parametrize("debris", ["=3=", "= 83 =", "==-CONT===", "=-=", "===-==:=11722=", "=D="])
def test_debris_of_signs_is_no_heading(debris: str) -> None:
    """Signs that OCR reads into rules and stamps make neither a heading nor wiki markup."""
    document = read(f"# Box 7\n\n## Page 1\n\nText of one.\n\n{debris}\n\n## Page 2\n\nText.")
    assert (document.format, [page.label for page in document.pages]) == ("text", ["1", "2"])
    assert [text for kind, text in kinds_and_texts(document) if kind == "heading"] == ["# Box 7"]


def test_a_long_text_in_double_spacing_has_pages() -> None:
    """Blank lines between all lines are no fragments, however many they are."""
    page = "\n\n".join(["and the keeper lit the lamp"] * 120)
    document = read("\n\n".join(f"## Page {number}\n\n{page}" for number in range(1, 101)))
    assert [page.label for page in document.pages] == [str(number) for number in range(1, 101)]


def test_hyphenated_compounds_are_collected() -> None:
    """The document has the compounds that are two words where a line end breaks them."""
    source = "The Secretary-\nGeneral of self-\ngovernment and self-government, revolu-\ntion."
    assert (
        read(source).hyphenated
        == hyphenated_compounds(source)
        == find_hyphenated(source)
        == {"self-government"}
    )


@given(st.text("ab- \n\u2010=\u00ad\u0301A1\u200b", max_size=30))
@example("a-\nb a\u200b-b ab-b a-\u0301b")
@example("b-\na b-a")
def test_compounds_are_those_of_the_whole_text(source: str) -> None:
    """The words with hyphens contain all compounds, and most texts need not be searched for any."""
    assert find_hyphenated(source) == hyphenated_compounds(source)


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


SENTENCES = [
    "In {} there were several indications that the keepers",
    "On January 11, {}, the master of the mill",
    "{}, he was given the key of the tower by the",
    "It was not before May 3, {}",
]
"""Lines of prose with a year in them."""


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("years", [(1964, 1966, 1967), (1966, 1966, 1966), (12, 13, 14)])
def test_prose_with_a_number_is_no_running_header(sentence: str, years: tuple[int, ...]) -> None:
    """A number within a sentence is no page number, even if the sentence recurs."""
    body = "and so the sentence goes on over the page with many words that are of no importance"
    source = "\n\n".join(f"{body}\n\n{sentence.format(year)}\n\n{body}" for year in years)
    document = read(source)
    assert (set_apart(document), document.pages) == ([], ())


EXPLICIT_FORMS = ["## Page {}", "== Page {} ==", "[Page {}]", "--- Page {} ---"]


@pytest.mark.parametrize("form", EXPLICIT_FORMS)
@pytest.mark.parametrize("printed", ["{}", "- {} -", "THE MILL {}"])
def test_explicit_marks_alone_decide_the_pages(form: str, printed: str) -> None:
    """However many numbers and years are printed too, the marks number the pages."""
    source = ""
    for n in range(1, 6):
        lines = [f"{PAGES[0]}\n\n{printed.format(1900 + 5 * n + k)}\n\n" for k in range(5)]
        source += f"{form.format(n)}\n\n{''.join(lines)}{PAGES[2]}\n\n"
    pages = [Page(source.index(form.format(n)), str(n)) for n in range(1, 6)]
    assert read(source).pages == tuple(pages)


@pytest.mark.parametrize("form", EXPLICIT_FORMS[:2])
def test_an_explicit_page_lasts_until_the_next_one(form: str) -> None:
    """Pages that are missing or very long do not end a page that a mark like a heading begins."""
    rest = "It rained on the harbour all day, and nobody came.\n\n" * 1_000
    numbers = [1, 2, 3, 4, 5, 9, 30]
    source = "".join(f"{form.format(n)}\n\n{rest if n == 9 else rest[:624]}" for n in numbers)
    assert [page.label for page in read(source).pages] == [str(n) for n in numbers]


@pytest.mark.parametrize("form", EXPLICIT_FORMS[:2])
def test_explicit_marks_may_end_their_pages(form: str) -> None:
    """They do if a page is before the first one, and nothing after the last one."""
    source = "".join(f"{text}\n\n{form.format(n)}\n\n" for n, text in enumerate(PAGES, 1))
    assert labels_of_pages(source) == ["1", "2", "3", "4"]
    assert labels_of_pages(source + PAGES[0].swapcase()) == ["", "1", "2", "3"]


def test_a_page_mark_in_bars_may_begin_a_line() -> None:
    """A number in bars before a line of text is no row of a table."""
    pages = [f"|{n}| The river rose in part {n} and" for n in range(4, 8)]
    document = read("\n".join(pages) + " fell.")
    assert [page.label for page in document.pages] == ["4", "5", "6", "7"]
    assert {str(block.kind) for block in document.blocks} == {"paragraph"}
    rows = read("|1| a | b |\n|2| c | d |\n")
    assert "paragraph" not in {str(block.kind) for block in rows.blocks}


TIMES = ["0:01", "0:04", "0:59", "1:03", "62:03"]


@pytest.mark.parametrize("form", ["[{}]", "(0:{})", "[{}.250]"])
def test_a_sentence_continues_across_time_stamps(form: str) -> None:
    """Times that ascend are marks, whatever line they are on; fewer, or others, are text."""
    stamps = [form.format(time) for time in TIMES]
    parts = ["the river rose", "in the night", "and nobody", "came to", "the mill."]
    for gap in (" ", "\n"):
        lines = [f"{stamp}{gap}{part}" for stamp, part in zip(stamps, parts, strict=True)]
        document = read(gap.join(lines))
        assert marks(document) == [("markup", stamp) for stamp in stamps]
        tokens = tokenize_document(document, check_passages(document))
        assert set(tokens.section_of) == {0}
        assert set_apart(read(gap.join(lines[:3]))) == []
        assert set_apart(read(gap.join(reversed(lines)))) == []


def test_time_stamps_may_have_lines_of_their_own() -> None:
    """Subtitles that were saved as text have a line for each time; other times are text."""
    document = read("".join(f"{time}\nthe river rose\n" for time in TIMES))
    assert set_apart(document) == TIMES
    assert set_apart(read("".join(f"At {time} the river rose.\n\n" for time in TIMES))) == []
    assert set_apart(read("".join(f"He said ({time}) it.\n\n" for time in TIMES))) == []
    assert set_apart(read("".join(f"{time}\n\nThe river rose.\n\n" for time in TIMES))) == TIMES


def test_columns_side_by_side_are_reported() -> None:
    """Lines that run across two columns break phrases, which nobody would notice."""
    line = "The river rose in the {}      and nobody came to the mill\n"
    assert "across two columns" in read(line.format("night") * 30).warnings[0]
    assert read(line.format("night") * 10).warnings == ()
    assert read("1848      Leith      the mill\n" * 30).warnings == ()
    assert read(f"{line.format('day').replace('      ', ' ')}\n" * 30).warnings == ()


@pytest.mark.parametrize("form", EXPLICIT_FORMS)
def test_tiny_lines_keep_their_explicit_pages(form: str) -> None:
    """A text in tiny lines is read without headings, but with the pages that it names."""
    source = "".join(f"{form.format(n)}\n\n" + "ab\ncde\n\n" * 6_000 for n in range(3, 7))
    document = read(source)
    pages = [Page(source.index(form.format(n)), str(n)) for n in range(3, 7)]
    assert document.pages == tuple(pages)
    assert set_apart(document) == [form.format(n) for n in range(3, 7)]
    assert len(document.warnings) == 1


def test_tiny_pages_are_fragments() -> None:
    """Thousands of form feeds among a few letters separate no pages, unlike fewer."""
    assert len(read("ab c\f" * 4_900).pages) == 4_900
    document = read("ab c\f" * 5_100)
    assert (document.pages, len(document.warnings)) == ((), 1)


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
@pytest.mark.parametrize("sign", ["#", "##"])
def test_tiny_sections_are_fragments(name: str, sign: str) -> None:
    """Thousands of headings with a few words below each are read as lines, and reported."""
    source = "".join(f"{sign} Mill {n}\n\nthe river rose\n\n" for n in range(5_100))
    document = read_document(name, source.encode())
    assert {str(block.kind) for block in document.blocks} == {"paragraph"}
    assert any("very short" in warning for warning in document.warnings)
    check_passages(document)


@pytest.mark.parametrize("form", ["Page {}", "## Page {}", "[Page {}]", "- {} -"])
def test_lines_as_close_as_sentences_number_no_pages(form: str) -> None:
    """More than a thousand lines number pages only if there is some text on these."""
    long = "and the keeper lit the lamp, and nobody came to the mill before noon"
    texts = {
        line: "".join(f"{form.format(n)}\n\n{line}\n\n" for n in range(1, 1_201))
        for line in (long, "and the river rose")
    }
    assert len(read(texts[long]).pages) == 1_200
    assert read(texts["and the river rose"]).pages == ()


def test_superscripts_as_close_as_words_are_no_references() -> None:
    """More than a thousand superscripts refer to notes only if there is some text between them."""
    assert len(read("The keeper lit the lamp of the mill². " * 1_100).marks) == 1_100
    assert read("mill² " * 1_100).marks == ()


def test_page_marks_as_close_as_words_are_references() -> None:
    """More than a thousand marks number pages only if there is some text on these."""
    text = "It rained on the harbour all day. {} And nobody came at all. "
    pages = [f"[p. {number}]" for number in range(1, 1_201)]
    assert len(read("".join(map(text.format, pages))).pages) == 1_200
    assert read("The mill, ".join(pages)).pages == ()
    assert len(read("The mill, ".join(pages[:900])).pages) == 900


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("Some text.\n\n== 3 ==\n\nMore text.", ["paragraph", "heading", "paragraph"]),
        ("| a |\n| 3 |\n| 4 |\n| 5 |", ["cell"] * 4),
        ("| 3\n| 4\n| 5", ["cell"] * 3),
        ("* 3\n* 4\n* 5", ["item"] * 3),
        ("He paid\n3/4\nof a pound, and\n1/2\nof it in silver.", ["paragraph"]),
    ],
)
def test_signed_numbers_that_number_no_pages(source: str, kinds: list[str]) -> None:
    """Chapters, cells, items and fractions are no page numbers."""
    found = [kind for kind, _ in kinds_and_texts(read(source)) if kind != "boilerplate"]
    assert found == kinds
    assert read(source).pages == ()


def test_capital_roman_numbers_at_form_feeds_are_pages() -> None:
    """They are the numbers of chapters if they stand at few of the form feeds."""
    numbers = ["I", "II", "III", "IV", "V", "VI"]
    body = f"{PAGES[1]}.\n\n{PAGES[2]}.\n\n"
    source = "\f".join(f"                    {n}\n\n{body}" for n in numbers)
    document = read(source)
    assert [page.label for page in document.pages] == numbers
    assert set_apart(document) == numbers
    chapters = "\f".join(f"                    {n}\n\n{body}\f{body}\f{body}" for n in numbers)
    assert set_apart(read(chapters)) == []


@pytest.mark.parametrize("before", ["", "runs on\n\n12\n\nand on\n\n13\n\nfor years. "])
@pytest.mark.parametrize("number", ["1848", "(1848)"])
def test_a_year_between_the_parts_of_a_sentence_is_text(before: str, number: str) -> None:
    """A number of four digits that belongs to no sequence is no page number."""
    document = read(f"The tale {before}The year was\n\n{number}\n\nwhen the king fell.")
    assert number not in set_apart(document)
    assert [page.label for page in document.pages if page.label] == []


def test_lines_with_names_at_the_top_describe_a_text() -> None:
    """Two lines with usual names before a blank line give title, author and date, and stay text."""
    header = "Title: The Flood\nAuthor: Jane Hale\nDate: 4 May 1911\nShelf mark: B 7"
    document = read_document("a.txt", f"{header}\n\nIt rained all night.\n".encode())
    assert document.title == "The Flood"
    assert document.metadata == (
        ("author", "Jane Hale"),
        ("date", "4 May 1911"),
        ("shelf mark", "B 7"),
    )
    assert "Author: Jane Hale" in document.text


@pytest.mark.parametrize(
    "text",
    [
        "Title: The Flood\n\nIt rained.\n",
        "Title: The Flood\nAuthor: Jane Hale\nIt rained all night.\n\nThen it stopped.\n",
        "Anna: Who is there?\nBert: Nobody.\n\nAnna: Then come in.\n",
        "Title: The Flood\nAuthor: Jane Hale",
    ],
)
def test_other_lines_with_colons_describe_nothing(text: str) -> None:
    """One line, lines of prose, or a dialogue is no header."""
    assert read_document("a.txt", text.encode()).metadata == ()


def verses(margin: str, step: int) -> str:
    """Return lines of verse, with the number of every `step`-th one after `margin`."""
    lines = [
        f"the keeper waits upon the wall{margin}{n}" if n % step == 0 else "and all the ships go by"
        for n in range(1, 41)
    ]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("step", [5, 10])
@pytest.mark.parametrize("margin", ["            ", "\t", "\n", "\n                     "])
def test_numbers_of_lines_of_verse_are_marks(margin: str, step: int) -> None:
    """Every fifth or tenth line may have its number in the margin or below it."""
    document = read(verses(margin, step))
    assert set_apart(document) == [str(n) for n in range(step, 41, step)]
    assert {mark.kind for mark in document.marks} == {BlockKind.REFERENCE}
    assert document.pages == ()


def test_numbers_at_line_ends_are_text() -> None:
    """Numbers that do not count the lines between them are text."""
    for source in ("Mill      5\nTower     10\nBridge    15\n", verses(" ", 5)):
        assert set_apart(read(source)) == []


def base64_of(n_bytes: int) -> str:
    """Return a file of random bytes in Base64."""
    return base64.encodebytes(random.Random(n_bytes).randbytes(n_bytes)).decode()


UUENCODED = "begin 644 cat.txt\n#0V%T\n`\nend\n"


@pytest.mark.parametrize("coded", [base64_of(900), base64_of(5_000), UUENCODED])
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_encoded_files_are_set_apart(name: str, coded: str) -> None:
    """They are not found as words, and reported."""
    document = read_document(name, f"The quay.\n\n{coded}\nThe mill.\n".encode())
    kinds = [(block.kind, block.level) for block in document.blocks]
    assert set(kinds[1:-1]) == {(BlockKind.BOILERPLATE, Reason.ENCODED)}
    apart = document.text[document.blocks[1].span.start : document.blocks[-2].span.end]
    assert "".join(apart.split()) == "".join(coded.split())
    assert document.warnings == ("set apart: an encoded file within the text",)


def test_long_lines_without_spaces_are_words() -> None:
    """A list of long words in small letters is no Base64."""
    document = read_document("a.txt", "\n".join(["a" * 64] * 9).encode())
    assert not document.warnings
    assert BlockKind.BOILERPLATE not in {block.kind for block in document.blocks}
