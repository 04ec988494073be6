"""TEI corpora (teiCorpus) → the texts in them, each as a document of its own."""

from functools import partial
from typing import Any, BinaryIO, Final

from lxml import etree

from excerpt.errors import Unreadable
from excerpt.ingest.containers.entry import MAX_MEMBER_BYTES, SPLIT, Entries, Entry
from excerpt.ingest.formats.xml_tree import local_name, parse_xml

__all__ = ["CORPORA", "read_corpus"]

CORPORA: Final = frozenset({"teiCorpus", "teiCorpus.2"})
_TEXTS: Final = frozenset({"TEI", "TEI.2"})
_ID: Final = "{http://www.w3.org/XML/1998/namespace}id"


def read_corpus(stream: BinaryIO) -> Entries:
    """Yield the texts of a corpus, named by their ids, or else by their numbers.

    Raises:
        Unreadable: if it is not well-formed, or too large.
    """
    if stream.seek(0, 2) > MAX_MEMBER_BYTES:
        raise Unreadable(f"it is larger than {MAX_MEMBER_BYTES >> 20} MiB", SPLIT)
    stream.seek(0)
    root = parse_xml(stream.read()).root
    texts = [each for each in root.iter(etree.Element) if local_name(each) in _TEXTS]
    for number, text in enumerate(texts, 1):
        name = text.get(_ID) or text.get("id") or f"TEI {number}"
        yield Entry(name, 0, partial(_serialized, text), "tei")


def _serialized(text: Any) -> bytes:
    data: bytes = etree.tostring(text, encoding="utf-8", with_tail=False)
    return data
