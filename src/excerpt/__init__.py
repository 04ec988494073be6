"""excerpt: full-text search over a folder of source texts, with ranked passages and exact highlights.

    import excerpt

    excerpt.build_index("corpus", "index")
    with excerpt.open("index") as index:
        for hit in index.search('"united front" NOT war'):
            print(hit.path, hit.lines, hit.snippet.text)

Two paths over one vocabulary (`model`, `errors`): build turns source files into passages and passages into an index,
search turns a query into ranked passages with their matches marked.

    build     ingest (scan, decode, extract, passages) → analysis → engines; catalog
    search    query (parse) → engines, ranking → catalog → present (highlight, concordance, render, export)
    cli       the command `excerpt`, over both
    measure   how fast it is, and how well it ranks

Importing this module loads none of them: each name is fetched when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from excerpt._version import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from excerpt.account import Explanation, Status
    from excerpt.build import Report
    from excerpt.build import build as build_index
    from excerpt.errors import ExcerptError, QueryError
    from excerpt.model import Hit, Passage, Snippet, Span, Twin
    from excerpt.present.concordance import Line
    from excerpt.results import Results
    from excerpt.search import Index

__all__ = [
    "ExcerptError",
    "Explanation",
    "Hit",
    "Index",
    "Line",
    "Passage",
    "QueryError",
    "Report",
    "Results",
    "Snippet",
    "Span",
    "Status",
    "Twin",
    "__version__",
    "build_index",
    "open",
]

_HOMES = {
    "ExcerptError": "errors",
    "Explanation": "account",
    "Hit": "model",
    "Index": "search",
    "Line": "present.concordance",
    "Passage": "model",
    "QueryError": "errors",
    "Report": "build",
    "Results": "results",
    "Snippet": "model",
    "Span": "model",
    "Status": "account",
    "Twin": "model",
}


def open(index: "Path | str" = "index", corpus: "Path | str | None" = None) -> "Index":  # noqa: A001
    """The index in the folder `index`, for reading; `corpus` names its sources where they have moved.

    Raises:
        IndexMissing, IndexDamaged, IndexOutdated: if it cannot be read.
    """
    from excerpt.search import Index

    return Index(index, corpus)


def __getattr__(name: str) -> Any:
    if name == "build_index":  # not `build`: that is the module
        value = import_module("excerpt.build").build
    elif name in _HOMES:
        value = getattr(import_module(f"excerpt.{_HOMES[name]}"), name)
    else:
        raise AttributeError(f"module 'excerpt' has no attribute {name!r}")
    globals()[name] = value
    return value
