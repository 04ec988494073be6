"""A document with a title but without text → the same document with its title as the text.

A page that shows only pictures is then found by the words of its title, like any other. The title
may be in the file or in the metadata of the corpus. It is added at the end of the last line, so
that offsets stay as they are and its line is one of the file.
"""

from excerpt.model import SET_APART, Block, BlockKind, Document, Span

__all__ = ["with_title_as_text"]


def with_title_as_text(document: Document) -> Document:
    """Return `document` with its title as a heading, if it has no running text."""
    title = " ".join(document.title.split())
    if not title or any(block.kind not in SET_APART for block in document.blocks):
        return document
    before = f"{document.text.rstrip()} " if document.text.strip() else ""
    heading = Block(Span(len(before), len(before) + len(title)), BlockKind.HEADING, 1)
    return document._replace(text=before + title, blocks=(*document.blocks, heading))
