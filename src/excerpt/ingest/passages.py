"""A Document → its Passages."""

from hashlib import blake2b

from excerpt.model import Document, Passage

__all__ = ["passage_id", "passages"]


def passage_id(origin: str, text: str, nth: int) -> str:
    """The id of the `nth` passage (from 0) with this `text` in the document met first at `origin`."""
    named = f"{origin}\0{nth}\0{text}".encode("utf-8", "surrogatepass")
    return blake2b(named, digest_size=6).hexdigest()


def passages(document: Document, origin: str) -> tuple[Passage, ...]:
    """Cut `document`, met first at the path `origin`, into passages: disjoint, in order, all but boilerplate."""
    raise NotImplementedError
