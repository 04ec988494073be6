"""excerpt: full-text search over a folder of source texts, with ranked passages and exact highlights.

    import excerpt

    excerpt.build_index("corpus", "index")
    with excerpt.open("index") as index:
        for hit in index.search('"united front" NOT war'):
            print(hit.path, hit.lines, hit.snippet.text)

Two paths over one vocabulary (`model`, `errors`): build turns source files into passages and passages into an index,
search turns a query into ranked passages with their matches marked.

    build     ingest (walk, decode, read, passages) → analysis → engines; catalog
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

    from excerpt.errors import ExcerptError, QueryError
    from excerpt.indexing.pipeline import Report
    from excerpt.indexing.pipeline import build as build_index
    from excerpt.model import Duplicate, Hit, Passage, Snippet, Span
    from excerpt.present.concordance import ConcordanceLine
    from excerpt.search.index import Index
    from excerpt.search.results import Results
    from excerpt.search.status import Explanation, Status

__all__ = [
    "ConcordanceLine",
    "Duplicate",
    "ExcerptError",
    "Explanation",
    "Hit",
    "Index",
    "Passage",
    "QueryError",
    "Report",
    "Results",
    "Snippet",
    "Span",
    "Status",
    "__version__",
    "build_index",
    "open",
]

_HOMES = {
    "ConcordanceLine": "present.concordance",
    "Duplicate": "model",
    "ExcerptError": "errors",
    "Explanation": "search.status",
    "Hit": "model",
    "Index": "search.index",
    "Passage": "model",
    "QueryError": "errors",
    "Report": "indexing.report",
    "Results": "search.results",
    "Snippet": "model",
    "Span": "model",
    "Status": "search.status",
}


def open(index: "Path | str" = "index", corpus: "Path | str | None" = None) -> "Index":  # noqa: A001
    """The index in the folder `index`, for reading; `corpus` names its sources where they have moved.

    Raises:
        IndexMissing, IndexDamaged, IndexOutdated: if it cannot be read.
    """
    from excerpt.search.index import Index

    return Index(index, corpus)


def __getattr__(name: str) -> Any:
    if name == "build_index":
        value = import_module("excerpt.indexing.pipeline").build
    elif name in _HOMES:
        value = getattr(import_module(f"excerpt.{_HOMES[name]}"), name)
    else:
        raise AttributeError(f"module 'excerpt' has no attribute {name!r}")
    globals()[name] = value
    return value
