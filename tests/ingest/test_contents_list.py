"""Tables of contents are set apart in every format, and nothing else is."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from excerpt.ingest.formats import read_document
from excerpt.model import BlockKind, Document, Reason

MARKDOWN = """\
# History

## Contents

1. [The wages question](#w)
2. [Hours of work](#h)
   - [Strikes](#s)

## The wages question

Wages were low.

## Hours of work

Hours were long.

## Strikes

Strikes followed.
"""
PLAIN = """\
CONTENTS

I. The Wages Question ........ 3
II. Hours of Work ............ 9
III. Strikes ................. xii


I. THE WAGES QUESTION

Wages were low that year, and the men were not pleased with them.

II. HOURS OF WORK

Hours were long in the mill, and the children slept at the looms.

III. STRIKES

Strikes followed in the autumn, when bread was dear again.
"""
HTML = (
    "<h1>History</h1><table><tr><td>The wages question</td><td>3</td></tr>"
    "<tr><td>Hours of work</td><td>9</td></tr><tr><td>Strikes</td><td>12</td></tr></table>"
    "<h2>The wages question</h2><p>Wages were low.</p><h2>Hours of work</h2>"
    "<p>Hours were long.</p><h2>Strikes</h2><p>Strikes followed.</p>"
)
WIKI = """\
* [[#The wages question|The wages question]]
* [[#Hours of work|Hours of work]]
* [[#Strikes|Strikes]]

== The wages question ==
Wages were low.

== Hours of work ==
Hours were long.

== Strikes ==
Strikes followed.
"""


def contents_of(document: Document) -> str:
    """Return the text that is set apart as a table of contents."""
    return "\n".join(
        document.text[block.span.start : block.span.end]
        for block in document.blocks
        if block.kind is BlockKind.BOILERPLATE and block.level == Reason.CONTENTS
    )


@pytest.mark.parametrize(
    ("name", "text"), [("a.md", MARKDOWN), ("a.txt", PLAIN), ("a.html", HTML), ("a.wiki", WIKI)]
)
def test_entries_that_repeat_later_headings_are_set_apart(name: str, text: str) -> None:
    """Whatever numbers, dots and links are around them; the text below the headings is kept."""
    document = read_document(name, text.encode())
    contents = contents_of(document)
    for entry in ("ages ", "ours of ", "trikes"):
        assert entry in contents
    for sentence in ("low", "long", "followed"):
        assert sentence not in contents
    outside = [mark.span for mark in document.marks]
    assert all(first.end <= second.start for first, second in pairwise(outside))


@pytest.mark.parametrize(
    "beginning",
    [
        "We treat wages, hours and strikes.",
        "- Wages\n- Hours",
        "- Wages\n- Hours\n- Wages",
        "- Wages\n- Hours\n- Strikes, and how they were lost",
        "- Wages\n\nThis is a plan.\n\n- Hours\n- Strikes",
    ],
)
def test_sentences_and_short_lists_are_not(beginning: str) -> None:
    """At least three different headings, one after the other, and nothing else."""
    text = f"# Plan\n\n{beginning}\n\n## Wages\n\nx\n\n## Hours\n\ny\n\n## Strikes\n\nz\n"
    assert contents_of(read_document("a.md", text.encode())) == ""


def test_a_list_after_its_headings_is_none() -> None:
    """A summary at the end repeats headings, but leads to none."""
    text = "## Wages\n\nx\n\n## Hours\n\ny\n\n## Strikes\n\nz\n\n- Wages\n- Hours\n- Strikes\n"
    assert contents_of(read_document("a.md", text.encode())) == ""


LINES = ["# A b", "# c", "# D", "- A b", "A b. 3", "- c", "* D", "x", "", "- [A b](#a)"]


@given(st.lists(st.sampled_from(LINES)))
@example(["- [A b](#a)", "- c", "* D", "# A b", "# c", "# D"])
def test_blocks_keep_their_text(lines: list[str]) -> None:
    """Every character stays in the block it was in, and marks stay within blocks of the text."""
    document = read_document("a.md", "\n".join(lines).encode())
    covered = "".join(document.text[b.span.start : b.span.end] for b in document.blocks)
    assert "".join(covered.split()) == "".join(document.text.split())
    apart = [
        block.span
        for block in document.blocks
        if block.kind is BlockKind.BOILERPLATE and block.level == Reason.CONTENTS
    ]
    assert not any(
        span.start < mark.span.end and mark.span.start < span.end
        for span in apart
        for mark in document.marks
    )


def test_numbers_are_no_headings() -> None:
    """In the output of OCR, lines of numbers look like headings, and recur."""
    numbers = "- 10\n- 20\n- 30\n\n# 10\n\nx\n\n# 20\n\ny\n\n# 30\n\nz\n"
    assert contents_of(read_document("a.md", numbers.encode())) == ""


@pytest.mark.parametrize(
    ("entry", "heading"),
    [
        ("{name}", "{number}. {name}"),
        ("{name}", "Chapter {number}. {name}"),
        ("{name}", "CHAPTER {roman}. {name}"),
        ("{name}", "{number}.{number} {name}"),
        ("Chapter {roman}: {name}", "{name}"),
        ("{roman}. {name} ..... {number}", "Kapitel {number}: {name}"),
        ("Chapter {number} {name}", "{name}"),
    ],
)
def test_numbers_of_chapters_may_be_left_out(entry: str, heading: str) -> None:
    """An entry names a heading with or without the number, and the word before it."""
    names = {"Wages": "I", "Civil Peace": "II", "Bread": "III", "Of Work": "IV"}
    values = [
        {"name": name, "roman": roman, "number": number}
        for number, (name, roman) in enumerate(names.items(), 1)
    ]
    contents = "\n".join(f"- {entry.format(**each)}" for each in values)
    chapters = "\n\n".join(f"## {heading.format(**each)}\n\nSome text of it." for each in values)
    text = f"# A book\n\n{contents}\n\n{chapters}\n"
    found = contents_of(read_document("a.md", text.encode()))
    assert all(entry.format(**each) in found for each in values)
    assert "Some text" not in found
