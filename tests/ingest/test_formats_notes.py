"""Tests of note references and notes in plain text."""

import pytest

from excerpt.ingest.formats import read_document
from excerpt.model import BlockKind, Document
from extracted import check_blocks, check_passages


def read(source: str) -> Document:
    """Return the document in `source`, after checking it."""
    document = read_document("a.txt", source.encode())
    check_blocks(document)
    check_passages(document)
    return document


def references(source: str) -> list[str]:
    """Return the note references in `source`."""
    document = read(source)
    found = [mark.span for mark in document.marks if mark.kind is BlockKind.REFERENCE]
    return [span.of(source) for span in found]


def notes(source: str) -> list[str]:
    """Return the notes in `source`."""
    document = read(source)
    return [b.span.of(source) for b in document.blocks if b.kind is BlockKind.NOTE]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("The treaty² was signed.³ It held.", ["²", "³"]),
        ("The “treaty”¹² was signed,¹ and held.", ["¹²", "¹"]),
        ("Der Vertrag¹,² wurde 1848 geschlossen.", ["¹,²"]),
        ("A field of 12 km² and 10² m, x² and 5 acres² of mc².", []),
        ("The miller was old.[1] His wife[12] was not.[*]", ["[1]", "[12]", "[*]"]),
        ("In 1848[3] it was sold.", ["[3]"]),
        ("The array a[1] and the employee[s] of x[i] in [1] and 1848 [sic].", []),
        ("He was born (1) in the mill and (2) in May.", []),
        ("A star* and a dagger†, 2 * 3.", []),
        ("Let a²,³ and x²³ and 5²³ be. The treaty²,³ held.", ["²,³"]),
    ],
)
def test_references_without_notes(source: str, expected: list[str]) -> None:
    """Superscripts and numbers in brackets after a word refer to notes; powers do not."""
    assert references(source) == expected


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
@pytest.mark.parametrize("above", ["---\ntitle: The Mill\n---\n", "The mill.\n\n---\n"])
@pytest.mark.parametrize("line", ["**Q:** Where were you born?", "*Kelly:* In Cork.", "**Cork**"])
def test_emphasis_below_a_rule_is_no_note(name: str, above: str, line: str) -> None:
    """Asterisks around words emphasise them, below front matter and below a rule."""
    document = read_document(name, f"{above}\n{line}\n\nIt rained.\n".encode())
    assert BlockKind.NOTE not in {block.kind for block in document.blocks}


@pytest.mark.parametrize("end", [".", ""])
def test_capital_letters_refer_to_notes(end: str) -> None:
    """Letters in brackets are references if they follow a word, as Project Gutenberg has them."""
    source = f"The flood{end}[A] came, and[B] went.\n\n[A] In 1841.\n\n[B] In June.\n"
    assert references(source) == ["[A]", "[B]"]
    assert notes(source) == ["[A] In 1841.", "[B] In June."]


def test_more_references_than_words_are_data() -> None:
    """A thousand signs as close to each other as words refer to nothing."""
    assert references("mill[12] of² " * 500) == ["[12]", "²"] * 500
    assert references("mill[12] of² " * 600) == []
    assert (
        len(references("mill[12] of the miller, his wife and their son who was old² " * 600))
        == 1_200
    )


def test_notes_are_recognised_by_their_references() -> None:
    """A paragraph that begins with the label of a reference before it is a note."""
    source = (
        "The miller was old.[1] His wife was not. [2]\n\n    [1] Born at Ripon.\n\n"
        "    [2] Of the Hales of York.\n\n[Footnote 3: He died\nin 1803.\n\nShe did too.]\n\nText."
    )
    assert references(source) == ["[1]", "[2]"]
    assert notes(source) == [
        "[1] Born at Ripon.", "[2] Of the Hales of York.", "[Footnote 3: He died\nin 1803.",
        "She did too.]",
    ]  # fmt: skip


@pytest.mark.parametrize("rule", ["----------", "__________"])
def test_notes_below_a_rule(rule: str) -> None:
    """Below a rule, numbers in parentheses and asterisks begin notes as well."""
    source = (
        "The lamp (1) was lit by the keeper*, who had (3) no wife(2).\n\n"
        f"{rule}\n\n(1) A brass one.\n\n(2) She died.\n\n* A Mr. Vane.\n\nThe next day came."
    )
    assert references(source) == ["(1)", "*", "(2)"]
    assert notes(source) == ["(1) A brass one.", "(2) She died.", "* A Mr. Vane."]


def test_notes_below_a_heading() -> None:
    """Notes in a section of their own give meaning to numbers in parentheses."""
    source = "It was old (1) and grey (9).\n\n== Notes ==\n\n(1) Very old.\n\n(2) Unused."
    assert references(source) == ["(1)"]
    assert notes(source) == ["(1) Very old.", "(2) Unused."]


def test_numbered_paragraphs_are_no_notes() -> None:
    """Paragraphs with numbers in brackets remain text if few are referred to."""
    source = "\n\n".join(
        f"[{n}] The court has heard the miller, as said above." + " See also [2]." * (n == 1)
        for n in range(1, 9)
    )
    assert (references(source), notes(source)) == ([], [])


@pytest.mark.parametrize("labels", [("(1)", "(2)"), ("*", "†"), ("(a)", "(b)"), ("(*)", "(†)")])
@pytest.mark.parametrize("page_break", ["\f", "[Page 7]\n\n"])
def test_notes_at_the_foot_of_a_page(labels: tuple[str, str], page_break: str) -> None:
    """They are notes if the page refers to them, and the sentence above them continues below."""
    first, second = labels
    top = f"It rained.\n\nThe Hales came{first} long ago, and the house{second} was sold to"
    feet = [f"{first} Of the parish see Leland.", f"{second} Of the Hales nothing is known."]
    rest = "the miller, who had it pulled down."
    source = f"{top}\n\n{feet[0]}\n\n{feet[1]}\n\n{page_break}{rest}\n"
    document = read(source)
    found = [mark.span.of(source) for mark in document.marks if mark.kind is BlockKind.NOTE]
    assert found == feet
    assert references(source) == [first, second]
    paragraphs = source.strip().split("\n\n", 1)
    assert [block.span.of(source) for block in document.blocks] == paragraphs


def test_items_at_the_foot_of_a_page_are_no_notes() -> None:
    """A list at the end of a page to which nothing refers is a list."""
    assert notes("They saw\n\n(1) the mill,\n(2) the tower.\n\n\fThe next day it rained.\n") == []
    assert notes("They saw the tower (2).\n\n(1) It rains.\n(2) It is old.\n") == []
