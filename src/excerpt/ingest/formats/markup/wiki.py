"""Wiki markup as saved from encyclopedias → Document.

Headings are written `== Heading ==`. A page with other markup of MediaWiki is read by its rules; in
any other, the rest is read as plain text is. The markup remains in the text as it was typed, as
marks; only entities are replaced. A box of `- Key: value` lines at the top is metadata and remains
part of the text. Templates are not expanded.
"""

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder
from excerpt.ingest.formats.markup.heading_anchors import add_heading_anchors, mediawiki_anchor
from excerpt.ingest.formats.markup.wiki_blocks import find_wiki_blocks, has_wiki_markup
from excerpt.ingest.formats.plain.plain_text import read_decoded
from excerpt.ingest.formats.source import Source
from excerpt.model import Document

__all__ = ["read"]


def read(source: Source) -> Document:
    """Return the document in `source`.

    Raises:
        Unreadable: if it is not text.
    """
    decoded = source.decoded
    find = find_wiki_blocks if has_wiki_markup(decoded.text) else None
    document = read_decoded(decoded, find_marked_up=find, add_anchors=_add_anchors)
    return document._replace(format="wiki")


def _add_anchors(builder: BlockBuilder) -> None:
    add_heading_anchors(builder, mediawiki_anchor, first=2, sign="_")
