"""Hits → HTML for notebooks: rank, title, location and highlighted paragraphs."""

from html import escape

from excerpt.model import Hit, Snippet, page_citation
from excerpt.present.render import shown_blocks
from excerpt.present.wrap import reflow

__all__ = ["hit_html"]


def hit_html(hit: Hit) -> str:
    """Return a hit as HTML. Each block is a paragraph."""
    title = f"<b>{escape(hit.title.text)}</b> " if hit.title.text else ""
    page = escape(page_citation(hit.page, hit.page_number))
    cited = f" {page}" if page else ""
    head = f"<p>{hit.rank}. {title}<code>{escape(hit.location)}</code>{cited}</p>"
    return f"{head}<blockquote><p>{_text(hit)}</p></blockquote>"


def _text(hit: Hit) -> str:
    """Return the highlighted text of a hit, with elements between its blocks."""
    blocks = (reflow(block) for _, block in shown_blocks(hit.snippet, hit.passage))
    return "</p><p>".join(_marked(block) for block in blocks if block.text)


def _marked(block: Snippet) -> str:
    return "".join(
        f"<mark>{escape(text)}</mark>" if is_highlighted else escape(text)
        for text, is_highlighted in block.parts()
    )
