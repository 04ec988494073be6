"""Results as lines of text, JSON and CSV."""

import csv
import io
import json
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.model import Block, BlockKind, Duplicate, Hit, Passage, Snippet, Span
from excerpt.present.csv_text import csv_rows
from excerpt.present.json_text import dump
from excerpt.present.records import hit_record, hit_row
from excerpt.present.render import render_hits
from excerpt.present.terminal import (
    PLAIN,
    Style,
    choose_style,
    clean,
    display_width,
    format_location,
    printable_path,
    terminal_width,
    text_width,
)
from excerpt.present.wrap import (
    paint_snippet,
    reflow,
    remove,
    split_snippet,
    strip_heading_signs,
    wrap,
)

HARMFUL = "\x00\x07\x08\x1b\x7f\x80\x9b\u061c\u200e\u202e\u2066\u2028\udcff\U000e0041"
TEXTS = st.text(st.one_of(st.characters(), st.sampled_from("ab \n\t" + HARMFUL)))


def is_harmful(character: str) -> bool:
    """Return True if `character` might control a terminal."""
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or (
        unicodedata.bidirectional(character)
        in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    )


@st.composite
def snippets(draw: st.DrawFn) -> Snippet:
    """Draw snippets whose highlights begin and end with a visible character, as matches do."""
    pieces = draw(st.lists(st.tuples(TEXTS, st.booleans()), max_size=6))
    text, highlights = "", []
    for piece, is_highlighted in pieces:
        if is_highlighted:
            highlights.append(Span(len(text), len(text) + len(piece) + 2))
            text += f"<{piece}>"
        else:
            text += piece
    return Snippet(text, tuple(highlights))


def hit_of(text: str, *highlights: Span, path: str = "a.txt", title: str = "") -> Hit:
    """Return a hit whose passage is one paragraph on the lines 3 to 5."""
    passage = Passage(
        0,
        Span(10, 10 + len(text)),
        (Block(Span(10, 10 + len(text)), BlockKind.PARAGRAPH),),
        (),
        (3, 5),
        id="f00",
    )
    return Hit(1, 1.5, path, Snippet(title), (), passage, Snippet(text, highlights), paths=(path,))


@given(TEXTS)
def test_clean_text_cannot_control_a_terminal(text: str) -> None:
    """Each harmful character becomes one visible character; all others stay."""
    shown = clean(text)
    assert not any(map(is_harmful, shown))
    assert len(shown) == len(text)
    assert all(
        old == new or is_harmful(old) or old in HARMFUL or old >= "\U000e0000"
        for old, new in zip(text, shown, strict=True)
    )


@given(snippets(), st.integers(1, 30))
def test_rendered_hits_hold_no_control_character(snippet: Snippet, width: int) -> None:
    """Whatever text, title, heading or path contain, the rendered lines are harmless."""
    hit = hit_of(snippet.text, *snippet.highlights, path=snippet.text, title=snippet.text)._replace(
        headings=(snippet,),
        before=(snippet.text,),
        passages_before=(passage_of([(BlockKind.ITEM, snippet.text)])[1],),
        is_stale=True,
    )
    for line in render_hits([hit], width, has_scores=True):
        assert not any(map(is_harmful, line))


@given(snippets())
def test_reflowing_keeps_highlights_on_their_words(snippet: Snippet) -> None:
    """Only white space and unsafe characters change, inside and outside of highlights."""
    flowed = reflow(snippet)
    assert clean("".join(snippet.text.split())) == "".join(flowed.text.split())
    marked = ["".join(span.of(snippet.text).split()) for span in snippet.highlights]
    assert ["".join(span.of(flowed.text).split()) for span in flowed.highlights] == list(
        map(clean, marked)
    )
    assert "  " not in flowed.text


@given(snippets(), st.integers(2, 30))
def test_wrapped_lines_fit_and_lose_nothing(snippet: Snippet, width: int) -> None:
    """No line is wider than the width, and only spaces between lines are lost."""
    flowed = reflow(snippet)
    lines = list(wrap(flowed, width))
    assert "".join(line.text for line in lines).replace(" ", "") == flowed.text.replace(" ", "")
    assert all(display_width(line.text) <= width for line in lines)
    marked = "".join(span.of(line.text) for line in lines for span in line.highlights).replace(
        " ", ""
    )
    assert marked == "".join(span.of(flowed.text) for span in flowed.highlights).replace(" ", "")


def test_lines_are_as_full_as_they_can_be() -> None:
    """A word moves to the next line only if it does not fit on this one."""
    assert [line.text for line in wrap(Snippet("aa bb cc dddd e"), 5)] == [
        "aa bb",
        "cc",
        "dddd",
        "e",
    ]
    assert [line.text for line in wrap(Snippet("aa abcdefgh ij"), 5)] == [
        "aa",
        "abcde",
        "fgh",
        "ij",
    ]
    assert [line.text for line in wrap(Snippet("中国中国"), 5)] == ["中国", "中国"]


@given(st.text("ab —é", max_size=60), st.integers(2, 12))
def test_narrow_text_is_wrapped_like_any_other(text: str, width: int) -> None:
    """The fast path for narrow characters breaks lines at the same offsets."""
    flowed = reflow(Snippet(text))
    lines = list(wrap(flowed, width))
    wide = list(wrap(Snippet(f"{flowed.text} 中".lstrip()), width))
    assert wide[: len(lines) - 1] == lines[:-1]


def test_a_highlight_over_two_lines_is_painted_on_both() -> None:
    """Colour ends with the line and begins again on the next."""
    lines = wrap(Snippet("a united front b", (Span(2, 14),)), 9)
    assert [paint_snippet(line, "1") for line in lines] == [
        "a \x1b[1munited\x1b[0m",
        "\x1b[1mfront\x1b[0m b",
    ]


def test_a_split_highlight_remains_in_both_pieces() -> None:
    """A highlight over a boundary is in both pieces."""
    pieces = list(split_snippet(Snippet("abcdef", (Span(1, 5),)), [3]))
    assert pieces == [Snippet("abc", (Span(1, 3),)), Snippet("def", (Span(0, 2),))]


def test_a_hit_as_text() -> None:
    """Rank, title, location and heading path precede the wrapped paragraphs."""
    text = "A hard-\nwrapped   line.\n\nAnother paragraph."
    passage = Passage(
        0,
        Span(0, len(text)),
        (Block(Span(0, 23), BlockKind.PARAGRAPH), Block(Span(25, len(text)), BlockKind.PARAGRAPH)),
        ("Part I", "On Lines"),
        (7, 10),
        page="12",
    )
    hit = Hit(
        2,
        3.25,
        "a/b.txt",
        Snippet("A Title"),
        (Snippet("Part I"), Snippet("On Lines")),
        passage,
        Snippet(text),
    )
    assert list(render_hits([hit], 60, has_scores=True)) == [
        "  2 A Title",
        "    a/b.txt:7  p. 12  score 3.250",
        "    Part I › On Lines",
        "    A hard-wrapped line.",
        "      Another paragraph.",
        "",
    ]


@pytest.mark.parametrize("title", ["Title", "Title.", "“Title”"])
def test_no_heading_is_displayed_twice(title: str) -> None:
    """The heading path leaves out the title and the heading that begins the passage."""
    heading, text = Block(Span(0, 5), BlockKind.HEADING, 2), Block(Span(6, 10), BlockKind.PARAGRAPH)
    passage = Passage(0, Span(0, 10), (heading, text), ("Title", "Part", "Wages"))
    headings = tuple(map(Snippet, passage.headings))
    hit = Hit(1, 1.0, "a.txt", Snippet(title), headings, passage, Snippet("Wages\nfell"))
    assert list(render_hits([hit], 60)) == [
        f"  1 {title}",
        "    a.txt",
        "    Part",
        "    # Wages",
        "      fell",
        "",
    ]


def test_notes_name_stale_hits_and_identical_files() -> None:
    """The location line notes changed files and other files with the same content."""
    hit = hit_of("text")._replace(is_stale=True, paths=("a.txt", "b.txt"))
    (location,) = (line for line in render_hits([hit], 80) if "a.txt:3" in line)
    assert "+1 identical file" in location
    assert "changed or disappeared" in location


def test_notes_without_room_follow_below_the_location() -> None:
    """The location itself is never broken."""
    hit = hit_of("text")._replace(is_stale=True)
    shown = list(render_hits([hit], 40, has_ids=True))
    assert shown[0].split() == ["1", "a.txt:3"]
    assert all(len(line) <= 40 for line in shown)
    assert "changed" in shown[1]


@pytest.mark.parametrize(
    ("line", "anchor", "shown"),
    [(4, "", "p.html:4"), (None, "s2", "p.html#s2"), (None, "", "p.html")],
)
def test_a_location_has_a_line_or_an_anchor(line: int | None, anchor: str, shown: str) -> None:
    """Text formats have lines, HTML has anchors."""
    assert format_location("p.html", line, anchor) == shown


def test_undecodable_paths_are_escaped() -> None:
    """Bytes that are not UTF-8 are written as numbers, and controls become visible."""
    assert printable_path("a\udcff\x1b.txt") == "a\\xff␛.txt"


def test_display_width_of_wide_and_combining_characters() -> None:
    """A Chinese character takes two columns, a combining mark none."""
    assert [
        display_width("abc"),
        display_width("中国"),
        display_width("e\u0301"),
        display_width("“x”—…"),
    ] == [3, 4, 1, 5]


class Terminal(io.StringIO):
    """A stream that claims to be a terminal."""

    def isatty(self) -> bool:
        """Return True."""
        return True


def test_colour_is_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Auto mode colours terminals and obeys NO_COLOR and FORCE_COLOR; always and never win."""
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert choose_style(io.StringIO()) == PLAIN != choose_style(Terminal())
    assert choose_style(Terminal(), "never") == PLAIN != choose_style(io.StringIO(), "always")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert choose_style(io.StringIO()) != PLAIN
    monkeypatch.setenv("NO_COLOR", "1")
    assert choose_style(Terminal()) == PLAIN


def test_blocks_are_visibly_apart() -> None:
    """Headings follow an empty line, items hang below a bullet, later paragraphs are indented."""
    text = "First one.\n\nWages\n\nof all the trades\n\n1. carters"
    kinds = (BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.ITEM, BlockKind.ITEM)
    blocks, start = [], 0
    for part, kind in zip(text.split("\n\n"), kinds, strict=True):
        blocks.append(Block(Span(start, start + len(part)), kind))
        start += len(part) + 2
    passage = Passage(0, Span(0, len(text)), tuple(blocks))
    hit = Hit(1, 1.0, "a.txt", Snippet(""), (), passage, Snippet(text))
    assert list(render_hits([hit], 18))[1:] == [
        "    First one.",
        "",
        "    # Wages",
        "    • of all the",
        "      trades",
        "    1. carters",
        "",
    ]
    assert "    \x1b[1mWages\x1b[0m" in list(render_hits([hit], 18, Style(title="1")))


def test_text_for_another_program_is_not_wrapped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal, only COLUMNS sets a width."""
    monkeypatch.delenv("COLUMNS", raising=False)
    assert text_width(io.StringIO(), 100) > 1_000_000
    monkeypatch.setenv("COLUMNS", "60")
    assert text_width(io.StringIO(), 100) == 60


def test_width_is_the_terminals_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """COLUMNS is obeyed; without a terminal, the limit is the width."""
    monkeypatch.delenv("COLUMNS", raising=False)
    assert terminal_width(io.StringIO(), 100) == 100
    monkeypatch.setenv("COLUMNS", "60")
    assert terminal_width(io.StringIO(), 100) == 60
    assert terminal_width(io.StringIO(), 40) == 40


@given(TEXTS)
def test_json_keeps_texts_and_is_harmless(text: str) -> None:
    """Loading a dumped value returns it unchanged, and the JSON is harmless."""
    written = dump({"text": text})
    assert json.loads(written)["text"] == text
    assert not any(map(is_harmful, written))


def test_a_hit_in_json() -> None:
    """The record of a hit has location, text and highlights."""
    record = hit_record(hit_of("a united front", Span(2, 14), path="d/\udcff.txt", title="T"))
    assert record == {
        "rank": 1,
        "path": "d/\\xff.txt",
        "paths": ["d/\\xff.txt"],
        "member": "",
        "format": "",
        "title": "T",
        "headings": [],
        "first_line": 3,
        "last_line": 5,
        "anchor": "",
        "page": "",
        "page_number": None,
        "kinds": ["paragraph"],
        "passage": "f00",
        "location": "d/\\xff.txt:3",
        "date": "",
        "language": "",
        "metadata": {},
        "score": 1.5,
        "text": "a united front",
        "highlights": [[2, 14]],
        "stale": False,
        "duplicates": [],
    }


def test_duplicates_of_a_hit() -> None:
    """Text shows their number, JSON their records, a table their locations."""
    duplicates = (
        Duplicate("b.txt", (7, 9), "", "f01"),
        Duplicate("d/\udcff.html", None, "top", "f02"),
    )
    hit = hit_of("text")._replace(duplicates=duplicates)
    (location,) = (line for line in render_hits([hit], 80) if "a.txt:3" in line)
    assert location.endswith("+2 duplicates")
    assert hit_record(hit)["duplicates"] == [
        {"path": "b.txt", "first_line": 7, "last_line": 9, "anchor": "", "passage": "f01"},
        {
            "path": "d/\\xff.html",
            "first_line": None,
            "last_line": None,
            "anchor": "top",
            "passage": "f02",
        },
    ]
    record = hit_row(hit)
    assert record["duplicates"] == ["b.txt:7", "d/\\xff.html#top"]
    assert (record["first_line"], record["last_line"]) == (3, 5)


@given(st.lists(TEXTS, min_size=1, max_size=3))
def test_csv_cells_are_no_formulas(texts: list[str]) -> None:
    """No cell begins with a sign from which spreadsheets compute."""
    written = "".join(csv_rows([{"cells": text} for text in texts], ["cells"]))
    rows = list(csv.reader(io.StringIO(written, newline="")))
    assert len(rows) == len(texts) + 1
    for (cell,) in rows[1:]:
        assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
        assert not any(is_harmful(character) for character in cell if character != "\n")


def test_csv_keeps_harmless_texts() -> None:
    """Commas, quotes and line ends survive; lists are joined; None is an empty cell."""
    (head, row) = csv_rows([{"a": 'x, "y"\nz', "b": ["I", "II"], "c": None, "d": False}], "abcd")
    assert head == "a,b,c,d\r\n"
    assert next(csv.reader(io.StringIO(row, newline=""))) == ['x, "y"\nz', "I › II", "", "false"]
    (_, row) = csv_rows([{"a": "Year\tPlace\n\tBolton\t"}], "a")
    assert next(csv.reader(io.StringIO(row, newline=""))) == ["Year | Place\n Bolton | "]


def test_a_word_broken_at_a_line_end_is_joined() -> None:
    """The line end after a hyphen in a word is removed; other hyphens stay."""
    assert (
        reflow(Snippet("Interna-\n  tional 1917-\n18 - \na")).text == "Interna-tional 1917- 18 - a"
    )


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("== Positions ==", "Positions"),
        ("# Object", "Object"),
        ("Front\n-----", "Front"),
        ("***", "***"),
    ],
)
def test_headings_lose_their_markup_signs(source: str, shown: str) -> None:
    """Markup is removed unless nothing else would remain."""
    assert strip_heading_signs(Snippet(source)).text == shown


def test_highlights_move_with_a_stripped_heading() -> None:
    """The highlights of a heading still cover the same words."""
    assert strip_heading_signs(Snippet("== Free Love ==", (Span(3, 7),))) == Snippet(
        "Free Love", (Span(0, 4),)
    )


def test_an_extended_snippet_ends_with_an_ellipsis() -> None:
    """A match that continues in the next passage extends text and lines."""
    hit = hit_of("one two", Span(4, 13))
    hit = hit._replace(snippet=Snippet("one two\nthree", (Span(4, 13),)))
    assert hit.is_extended
    assert hit.lines == (3, 6)
    assert "    one two three …" in list(render_hits([hit], 60))
    assert hit_record(hit)["last_line"] == 6


@pytest.mark.parametrize("source", ["# Head *one*", "*Two* three"])
def test_emphasis_in_a_heading_is_kept(source: str) -> None:
    """Emphasis is part of the text of a heading, not of its markup."""
    assert strip_heading_signs(Snippet(source)).text == source.removeprefix("# ")


# Tables, quotations and neighbours


Parts = list[tuple[BlockKind, str]]
"""The blocks of a passage, each with the separator after it."""


def passage_of(parts: Parts) -> tuple[str, Passage]:
    """Return a text of these blocks, and its passage."""
    text, blocks = "", []
    for kind, part in parts:
        span = Span(len(text), len(text) + len(part.rstrip()))
        blocks.append(Block(span, kind))
        text += part
    return text, Passage(0, Span(0, len(text)), tuple(blocks))


def lines_of(parts: Parts, *, before: Parts | None = None) -> list[str]:
    """Return the lines of a hit with these blocks, after a passage with the blocks `before`."""
    text, passage = passage_of(parts)
    hit = hit_of(text, path="a.md").replace(passage=passage)
    if before:
        text, passage = passage_of(before)
        hit = hit.replace(before=(text,), passages_before=(passage,))
    return [line.removeprefix("    ") for line in render_hits([hit], 50)][1:-1]


def test_the_cells_of_a_row_are_on_one_line() -> None:
    """The signs around a row and the rule below the head are left out; long rows hang."""
    cell = BlockKind.CELL
    parts = [
        (cell, "| Year "),
        (cell, "| Place |\n|------|:-----|\n"),
        (cell, "| 1842 "),
        (cell, "| the north of England, above all Lancashire and Cheshire |\n\n"),
        (BlockKind.PARAGRAPH, "After it."),
    ]
    assert lines_of(parts) == [
        "  Year | Place",
        "  1842 | the north of England, above all",
        "    Lancashire and Cheshire",
        "  After it.",
    ]
    assert lines_of([(cell, "Year\n"), (cell, "Place\n")]) == ["  Year", "  Place"]
    parts = [(cell, "Year\t"), (cell, "two\twords\t\t"), (cell, "Place\n"), (cell, "1842")]
    assert lines_of(parts) == ["  Year | two words | Place", "  1842"]


def test_signs_of_quotation_do_not_remain_within_a_line() -> None:
    """Only the first line of a quotation keeps its sign."""
    assert lines_of([(BlockKind.QUOTE, "> One\n> two > three\n>\n> four")]) == [
        "> One two > three four"
    ]


def test_the_blocks_of_a_neighbour_remain_apart() -> None:
    """Headings, items and rows of a neighbouring passage have lines of their own."""
    item, cell = BlockKind.ITEM, BlockKind.CELL
    before = [
        (BlockKind.HEADING, "Head\n\n"),
        (BlockKind.PARAGRAPH, "One\ntwo.\n\n"),
        *((item, "1. first\n"), (item, "second\n\n")),
        *((cell, "| a "), (cell, "| b |\n|---|---|\n"), (cell, "| c "), (cell, "| d |\n\n")),
        (BlockKind.QUOTE, "> Three\n> four"),
    ]
    assert lines_of([(BlockKind.PARAGRAPH, "The hit.")], before=before) == [
        "# Head",
        "  One two.",
        "1. first",
        "• second",
        "  a | b",
        "  c | d",
        "  > Three four",
        "The hit.",
    ]


def test_the_text_of_a_neighbour_is_faint() -> None:
    """A heading in it is bold, as in the hit."""
    text, passage = passage_of([(BlockKind.HEADING, "Head\n\n"), (BlockKind.ITEM, "One")])
    hit = hit_of("Two", path="a.md").replace(after=(text,), passages_after=(passage,))
    assert list(render_hits([hit], 50, choose_style(sys.stdout, "always")))[-3:-1] == [
        "    \x1b[1mHead\x1b[0m",
        "    • \x1b[2mOne\x1b[0m",
    ]


@given(snippet=snippets(), sign=st.sampled_from(["a", "[<>]", r"\s+"]))
def test_removing_signs_keeps_the_highlights(snippet: Snippet, sign: str) -> None:
    """The highlighted texts are the same, and the rest has no match left."""
    shorter = remove(snippet, sign)
    assert [text for text, is_highlighted in shorter.parts() if is_highlighted] == [
        text for text, is_highlighted in snippet.parts() if is_highlighted
    ]
    assert len(shorter.text) <= len(snippet.text)


@pytest.mark.parametrize("width", [20, 40, 80])
def test_a_long_title_is_wrapped_below_itself(width: int) -> None:
    """No line but that of the location is wider than the terminal, and all are indented."""
    title = "A Short History of a Long Argument on General Strikes in Many Countries"
    text = "Wages."
    passage = Passage(0, Span(0, len(text)), (Block(Span(0, len(text)), BlockKind.PARAGRAPH),))
    hit = Hit(1, 1.0, "a.txt", Snippet(title), (), passage, Snippet(text))
    lines = list(render_hits([hit], width))
    shown = lines[: lines.index("    a.txt")]
    assert " ".join(line[4:] for line in shown) == title
    assert all(len(line) <= width for line in shown)
    assert all(line.startswith("    ") for line in shown[1:])


def test_a_heading_in_the_context_is_not_repeated() -> None:
    """The passage before a hit may begin with the heading that both are below."""
    passage = Passage(1, Span(0, 6), (Block(Span(0, 6), BlockKind.PARAGRAPH),), ("Part", "Wages"))
    headings = (Snippet("Part"), Snippet("Wages"))
    for before, shown in (("Wages\n\nThey fell.", 1), ("They fell.", 1), ("", 1)):
        hit = Hit(1, 1.0, "a.txt", Snippet(""), headings, passage, Snippet("Again."))
        if before:
            paragraph = passage_of([(BlockKind.PARAGRAPH, before)])[1]
            hit = hit.replace(before=(before,), passages_before=(paragraph,))
        text = "\n".join(render_hits([hit], 80))
        assert text.count("Wages") == shown
        assert "Part" in text


def test_a_single_no_break_space_is_kept() -> None:
    """No line ends before a French sign, or within a number."""
    snippet = Snippet("des\u00a0\u00a0\n ouvriers\u00a0; 10\u202f000 \u00a0francs\u00a0")
    assert reflow(snippet).text == "des ouvriers\u00a0; 10\u202f000 francs"
    assert [line.text for line in wrap(reflow(snippet), 13)] == [
        "des",
        "ouvriers\u00a0;",
        "10\u202f000 francs",
    ]
