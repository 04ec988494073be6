"""The documentation → pages."""

import re
from functools import cache
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt
from markupsafe import Markup

__all__ = ["render_topic", "topics"]

DOCS: Final = Path(__file__).parent.parent / "docs"
FIRST: Final = "query"
"""The topic that explains what can be typed into the search field."""


@cache
def topics() -> dict[str, str]:
    """Return the title of each topic, that on queries first."""
    names = sorted((path.stem for path in DOCS.glob("*.md")), key=lambda name: name != FIRST)
    return {name: _text(name).partition("\n")[0].lstrip("# ") for name in names}


@cache
def render_topic(name: str) -> Markup:
    """Return a topic as HTML. Its links to other topics lead to their pages."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    html = str(markdown.render(_text(name)))
    for other in topics():
        html = html.replace(f'href="{other}.md', f'href="/help/{other}')
    # Our policy allows no styles within a page, which aligned columns of a table would be.
    html = re.sub(r' style="text-align:(\w+)"', r' class="\1"', html)
    # Pictures and other files of the repository are not installed.
    html = re.sub(r'<img src="[^"]*" alt="([^"]*)" />', r"(\1)", html)
    html = re.sub(r'<a href="(?!/|#|https://)[^"]*">(.*?)</a>', r"\1", html)
    # Blocks that are wider than a small screen can be scrolled, with the keyboard, too.
    html = html.replace("<pre>", '<pre tabindex="0" role="group" aria-label="Example">')
    return Markup(html)  # noqa: S704 - our own documentation, without raw HTML


def _text(name: str) -> str:
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")
