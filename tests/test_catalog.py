"""What the catalog takes in is what it gives back."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from excerpt.catalog import Catalog, CatalogWriter
from excerpt.catalog.records import Stat
from excerpt.catalog.rows import PIECE, entry_of
from excerpt.model import Block, BlockKind, Document, Key, Passage, Span

STAT = Stat(1, 2, 3, 4)


def document_of(text: str, id_: int = 1, origin: str = "a.txt") -> tuple[Document, tuple[Passage, ...]]:
    """A document whose passages are the lines of `text`."""
    passages: list[Passage] = []
    at = 0
    for line in text.splitlines(keepends=True):
        span = Span(at, at + len(line.rstrip("\n")))
        block = Block(span, BlockKind.QUOTE, 3, "here", continues=True)
        n = len(passages)
        passages.append(
            Passage(n, span, (block,), ("Part", "Chaptér"), (n + 1, n + 1), "iv", "here", f"{id_:02}{n:04x}")
        )
        at += len(line)
    document = Document(
        text, tuple(p.blocks[0] for p in passages), "text", id=id_, origin=origin, title="A title",
        metadata=(("author", "Ann"), ("date", "1848")), apart=frozenset({"self-help"}), warnings=("cut",),
        language="en", encoding="utf-8", places=(origin,),
    )  # fmt: skip
    return document, tuple(passages)


def write(folder: Path, texts: Sequence[str]) -> None:
    """A catalog of `texts` at 1.txt, 2.txt …"""
    with CatalogWriter.open(folder) as writer:
        for id_, text in enumerate(texts, 1):
            document, passages = document_of(text, id_, f"{id_}.txt")
            writer.add(entry_of(document, f"d{id_}", passages))
            writer.place(f"{id_}.txt", STAT, id_, given=(("author", "Bea"),))
        writer.commit({"segments": []}, corpus=str(folder))


@pytest.mark.parametrize("length", [1, 100, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_passages_come_back_as_they_were(tmp_path: Path, length: int) -> None:
    """Every passage and its text come back to the letter, wherever the text is cut into pieces."""
    text = "\n".join(["ä" * length, "second", "x" * length, "", "\U0001f600 fourth"])
    write(tmp_path, [text])
    _, passages = document_of(text)
    with Catalog.open(tmp_path) as catalog:
        stored = catalog.passages([Key(1, p.ordinal) for p in reversed(passages)])
        assert catalog.text(1) == text
    assert [each.text for each in stored] == [p.span.of(text) for p in reversed(passages)]
    assert tuple(each.passage.span for each in reversed(stored)) == tuple(p.span for p in passages)
    assert stored[-1].passage.blocks == passages[0].blocks
