"""Hits → HTML for notebooks: rank, title, location and highlighted paragraphs."""

import re
from html import escape

from excerpt.model import Hit, page_citation

__all__ = ["hit_html"]

_PARAGRAPH_END = r"\n[ \t]*\n\s*"


def hit_html(hit: Hit) -> str:
    """Return a hit as HTML. Paragraphs, items and cells begin on a line of their own."""
    title = f"<b>{escape(hit.title.text)}</b> " if hit.title.text else ""
    page = escape(page_citation(hit.page, hit.page_number))
    cited = f" {page}" if page else ""
    head = f"<p>{hit.rank}. {title}<code>{escape(hit.location)}</code>{cited}</p>"
    return f"{head}<blockquote><p>{_text(hit)}</p></blockquote>"


def _text(hit: Hit) -> str:
    """Return the highlighted text of a hit, with elements between its blocks."""
    start = hit.passage.span.start
    begins = {block.span.start - start for block in hit.passage.blocks[1:]}
    parts: list[str] = []
    offset = 0
    for text, is_highlighted in hit.snippet.parts():
        cuts = [0, *sorted(each - offset for each in begins if 0 <= each - offset < len(text))]
        pieces = [text[a:b] for a, b in zip(cuts, [*cuts[1:], len(text)], strict=True)]
        for number, piece in enumerate(pieces):
            marked = f"<mark>{escape(piece)}</mark>" if is_highlighted and piece else escape(piece)
            parts.append(f"<br>{marked}" if number else marked)
        offset += len(text)
    joined = re.sub(_PARAGRAPH_END, "</p><p>", "".join(parts))
    return re.sub(r"</p><p>((?:<mark>)?)<br>", r"</p><p>\1", joined)
