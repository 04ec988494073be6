"""Templates → HTML. Everything that is inserted is escaped, and its control characters shown."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import blake2b
from os import fsencode
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from excerpt.model import Snippet
from excerpt.present.terminal import clean
from excerpt.search.reading import Piece
from excerpt.serve.page_state import PageState
from excerpt.text import tokenize
from excerpt.text.language_names import LANGUAGE_NAMES

__all__ = ["STATIC", "coloured", "marked", "path_url", "render"]

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=_visible,
    )
    environment.filters |= {
        "marked": marked,
        "pieces": _pieces,
        "lines": _lines,
        "suggested": _suggested,
        "number": lambda number: f"{number:,}",
        "language": lambda code: LANGUAGE_NAMES.get(code, code),
    }
    environment.globals |= {"path_url": path_url, "asset": asset}
    return environment


def _visible(value: object) -> object:
    """Return a value with control characters and controls of writing direction made visible."""
    return clean(value) if type(value) is str else value


def render(template: str, **values: Any) -> str:
    """Return a template filled in with `values`."""
    return _environment().get_template(template).render(values)


def marked(snippet: Snippet) -> Markup:
    """Return a snippet with its highlights as `mark` elements."""
    # Each part is escaped. Formatting `Markup` takes five times as long, and a page may have twenty
    # thousand matches.
    return Markup(  # noqa: S704
        "".join(
            f"<mark>{escape(clean(part))}</mark>" if is_highlighted else escape(clean(part))
            for part, is_highlighted in snippet.parts()
        )
    )


def _lines(text: str) -> Markup:
    """Return a text of several lines, each of them clean."""
    return Markup("\n").join(escape(clean(line)) for line in re.split("\r?\n", text))


_SUGGESTION: Final = re.compile(r"('(.+)' was not found\. Did you mean )(.+)\?", re.DOTALL)


def _suggested(notice: str, state: PageState) -> Markup:
    """Return a notice; words that it suggests are links to the query with them."""
    match = _SUGGESTION.fullmatch(notice)
    if match is None:
        return escape(clean(notice))
    before, unknown, words = match.groups()
    typed = re.compile(rf"(?<!\w){re.escape(unknown)}(?!\w)", re.IGNORECASE)
    linked = []
    for part in re.split(r"(, | or )", words):
        query = typed.sub(lambda _, part=part: part, state.q)  # type: ignore[misc]
        is_word = part not in {", ", " or "} and query != state.q
        link = Markup('<a href="{}">{}</a>').format(state.url(q=query), clean(part))
        linked.append(link if is_word else escape(clean(part)))
    return Markup("{}{}?").format(clean(before), Markup("").join(linked))


def _pieces(pieces: Iterable[Piece], current: int, seen: set[int]) -> Markup:
    """Return a block of a document; the first piece of each match has an id.

    `seen` are the numbers of the matches that have one already.
    """
    # As in `marked`, each part is escaped.
    return Markup("".join(_piece(piece, current, seen) for piece in pieces))  # noqa: S704


def _piece(piece: Piece, current: int, seen: set[int]) -> str:
    text = escape(piece.text)
    if piece.match:
        id_ = "" if piece.match in seen else f' id="m{piece.match}"'
        seen.add(piece.match)
        look = ' class="cur"' if piece.match == current else ""
        return f"<mark{id_}{look}>{text}</mark>"
    if piece.kind:
        if piece.kind == "reference":
            return f'<sup class="apart">{text}</sup>'
        return f'<span class="{"page" if piece.kind == "page" else "apart"}">{text}</span>'
    return str(text)


SORT_WORDS: Final = 3
"""Words by which lines are sorted that are coloured; further ones seldom decide."""


def coloured(text: str, *, from_end: bool = False) -> Markup:
    """Return one side of a concordance line with the words nearest to the match coloured."""
    tokens = tokenize(text)
    nearest = tokens[: -SORT_WORDS - 1 : -1] if from_end else tokens[:SORT_WORDS]
    numbers = {token.span: number for number, token in enumerate(nearest, 1)}
    parts, end = [], 0
    for span in sorted(numbers):
        parts.append(escape(clean(text[end : span.start])))
        word = clean(span.of(text))
        parts.append(Markup('<b class="w{}">{}</b>').format(numbers[span], word))
        end = span.end
    return Markup("").join([*parts, escape(clean(text[end:]))])


def path_url(
    base: str, path: str, pairs: Mapping[str, str] | Iterable[tuple[str, str]] = ()
) -> str:
    """Return the address of a page about the file at `path`, whatever bytes its name has."""
    query = urlencode(list(pairs.items() if isinstance(pairs, Mapping) else pairs))
    return f"{base}{quote(fsencode(path))}{'?' if query else ''}{query}"


@cache
def asset(name: str) -> str:
    """Return the address of a static file, which changes with its contents."""
    digest = blake2b((STATIC / name).read_bytes(), digest_size=6).hexdigest()
    return f"/static/{name}?v={digest}"
