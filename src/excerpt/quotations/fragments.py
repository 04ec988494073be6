"""The words of a quotation → fragments that must occur in the source, in this order.

An omission (`…`, `[...]`, `. . .`) and text in brackets, which is the quoting author's, divide a
quotation. `[sic]` is removed. Letters in brackets within a word, as in `[T]he`, are part of it, but
may differ from the source.
"""

import re
from typing import Final, NamedTuple

from excerpt.model import Token
from excerpt.text import tokenize

__all__ = ["Fragment", "split_fragments"]

_SIC = re.compile(r"\s*[\[(]\s*sic\s*[!.]?\s*[\])]", re.IGNORECASE)
_DOTS: Final = r"(?:…|\.\s?\.\s?\.(?:\s?\.)*)"
_DIVISION = re.compile(rf"[\[(]\s*{_DOTS}\s*[\])]|{_DOTS}|\[[^\[\]]*\]|\[\s*(?:—|–|-{{1,3}})\s*\]")
_IN_WORD = re.compile(r"\[([^\W\d_]{1,3})\](?=[^\W\d_])")
"""Letters that replace others, at the start of a word or within it."""
_AT_END = re.compile(r"(?<=[^\W\d_])\[[^\W\d_]{1,4}\](?![^\W\d_])")
"""Letters that the quoting author adds to a word."""
_TO_FIND: Final = str.maketrans("*?", "  ")


class Fragment(NamedTuple):
    """A part of a quotation that is in the source without an omission.

    text        as the quotation has it, without the brackets around single letters
    tokens      its words, with offsets in `text`
    is_altered  True if letters of the quotation are in brackets, so that its case may differ
    """

    text: str
    tokens: tuple[Token, ...]
    is_altered: bool = False

    @property
    def query(self) -> str:
        """The text as a phrase, in which nothing is a wildcard."""
        return self.text.translate(_TO_FIND)


def split_fragments(text: str) -> tuple[Fragment, ...]:
    """Return the fragments of a quotation; those without a word are left out.

    >>> [each.text for each in split_fragments("[T]he mill . . . stood [here] by the [sic] river")]
    ['The mill', 'stood', 'by the river']
    """
    # Long white space, which blanked marks leave, would make the patterns slow.
    spaced = re.sub(r"(?: ?\n ?)+", "\n", re.sub(r"[^\S\n]+", " ", text))
    plain, n_added = _AT_END.subn("", _SIC.sub("", spaced))
    plain, n_replaced = _IN_WORD.subn(r"\1", plain)
    pieces = (piece.strip() for piece in _DIVISION.split(plain))
    fragments = (
        Fragment(piece, tuple(tokenize(piece)), n_added + n_replaced > 0) for piece in pieces
    )
    return tuple(fragment for fragment in fragments if fragment.tokens)
