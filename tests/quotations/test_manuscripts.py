"""Whole manuscripts: in the corpus itself, with several block quotations, and unreadable ones."""

from pathlib import Path

import pytest

import excerpt
from excerpt.errors import ExcerptError
from excerpt.quotations import Verdict
from excerpt.search.index import Index

SOURCE = "The ferry was late by nineteen minutes.\n\nNobody on the pier had seen the captain.\n"
LINED = (
    "THE ROPE WALK\n-------------\nTwelve men of the parish walked back-\nwards in 1914-\n1918.\n"
)
OTHER = "A heron stood on the weir until the sluice was opened.\n"
MADE_UP = "“the ferry was painted green by the harbour master's aunt”"
MANUSCRIPT = f"He wrote: “The ferry was late by nineteen minutes.” And: {MADE_UP}.\n"


def build(folder: Path, manuscript: str = MANUSCRIPT) -> Index:
    """Return an index of two sources and a manuscript that lies among them."""
    corpus = folder / "corpus"
    corpus.mkdir()
    for name, text in (("a.txt", SOURCE), ("b.txt", OTHER), ("essay.md", manuscript)):
        (corpus / name).write_text(text, encoding="utf-8")
    excerpt.build_index(corpus, folder / "index")
    return excerpt.open(folder / "index")


@pytest.mark.parametrize("added", ["", "\nOne more line, which is not indexed.\n"])
def test_a_manuscript_is_no_source_of_itself(tmp_path: Path, added: str) -> None:
    """The text of a manuscript makes none of its quotations right, even if it has changed."""
    with build(tmp_path) as index:
        file = tmp_path / "corpus" / "essay.md"
        file.write_text(MANUSCRIPT + added, encoding="utf-8")
        exact, made_up = index.verify_quotes(file)
        assert exact.verdict is Verdict.EXACT
        assert [location.path for location in exact.locations] == ["a.txt"]
        assert made_up.verdict is Verdict.NOT_FOUND
        assert "essay.md" not in {location.path for location in made_up.locations}


def test_a_copy_of_the_manuscript_is_no_source(tmp_path: Path) -> None:
    """Contents that are given, or lie elsewhere, are recognised by their digest."""
    with build(tmp_path) as index:
        report = index.verify_quotes("essay.md", MANUSCRIPT.encode())
        assert [each.verdict for each in report] == [Verdict.EXACT, Verdict.NOT_FOUND]
        assert index.verify_quote(MADE_UP).verdict is Verdict.EXACT


def test_block_quotations_from_several_sources_are_checked_one_by_one(tmp_path: Path) -> None:
    """Blocks that follow each other are one quotation only if one source has them all."""
    first, second = SOURCE.strip().split("\n\n")
    with build(tmp_path, "Nothing.\n") as index:
        for blocks, expected in (
            ([first, second], [("exact", "a.txt")]),
            ([first, OTHER.strip()], [("exact", "a.txt"), ("exact", "b.txt")]),
            (
                [first, second, "A heron lay on the weir until the sluice was opened."],
                [("exact", "a.txt"), ("exact", "a.txt"), ("differs", "b.txt")],
            ),
            (["Words that no source has.", "Nor does it have these ones."], [("not found", "")]),
        ):
            text = "\n\n".join(f"> {block}" for block in blocks)
            checked = list(index.verify_quotes("m.md", text.encode()))
            found = [
                (str(each.verdict), each.locations[0].path if each.verdict != "not found" else "")
                for each in checked
            ]
            assert found == expected


def test_an_unreadable_manuscript_is_one_sentence_and_its_remedy(tmp_path: Path) -> None:
    """The remedy is not a part of the sentence, which ends with one period."""
    with build(tmp_path) as index:
        (tmp_path / "broken.docx").write_bytes(b"PK\x03\x04 and so on")
        with pytest.raises(ExcerptError) as caught:
            index.verify_quotes(tmp_path / "broken.docx")
    assert ".." not in str(caught.value)
    assert caught.value.what.startswith("it cannot be read: ")
    assert caught.value.remedies


def test_the_nearest_passage_is_shown_without_decoration(tmp_path: Path) -> None:
    """Lines under headings are no words of it, and its words are not divided."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "rope.txt").write_text(LINED, encoding="utf-8")
    excerpt.build_index(tmp_path / "corpus", tmp_path / "index")
    with excerpt.open(tmp_path / "index") as index:
        checked = index.verify_quote("twelve parish clerks never drank any water in church")
    assert checked.verdict is Verdict.NOT_FOUND
    shown = "Twelve men of the parish walked backwards in 1914-1918."
    assert checked.locations[0].text.endswith(shown)
    assert "--" not in checked.locations[0].text
