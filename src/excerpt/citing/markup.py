"""Citations → HTML: a quotation with its source, ready to be pasted into a page.

Everything from a corpus is escaped. The attribute `cite` holds the address of the source, or the
path of its file.
"""

from collections.abc import Iterator, Sequence
from html import escape
from urllib.parse import quote

from excerpt.citing.chicago import note_of
from excerpt.citing.citation import Citation
from excerpt.present.terminal import clean

__all__ = ["write"]


def write(citations: Sequence[Citation]) -> str:
    """Return each citation as a block of HTML."""
    return "".join(f"{line}\n" for citation in citations for line in _lines(citation))


def _lines(citation: Citation) -> Iterator[str]:
    if citation.paragraphs:
        language = f' lang="{escape(citation.language)}"' if citation.language else ""
        yield f'<blockquote cite="{escape(_address(citation))}"{language}>'
        yield from (f"<p>{escape(clean(words))}</p>" for words in citation.paragraphs)
        yield "</blockquote>"
    note = "".join(
        f"<cite>{escape(clean(text))}</cite>" if is_italic else escape(clean(text))
        for text, is_italic in note_of(citation)
        if text
    )
    yield f"<p>{note}<br>"
    yield f"<small>{escape(str(citation.check))}</small></p>"


def _address(citation: Citation) -> str:
    """Return the address of a source: on the web, or relative to the corpus."""
    if citation.url:
        return citation.url
    path = quote(citation.file.encode("utf-8", "surrogateescape"))
    return f"{path}#{quote(citation.anchor)}" if citation.anchor else path
