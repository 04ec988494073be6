"""Full-text search over a folder of source texts: ranked passages with exact highlights.

    import excerpt

    excerpt.build_index("corpus", "index")
    with excerpt.open("index") as index:
        for hit in index.search('"united front" NOT war'):
            print(hit.path, hit.lines, hit.snippet.text)

The package consists of two paths that share one vocabulary (`model`, `errors`, `dates`):

    indexing   ingest (walk, decode, formats, passages) → text → engines → text_store, catalog
    search     query (parser) → engines → text_store, catalog → present

`engines` offers the default engine, `index`, and others.

`cli` offers both as the command `excerpt`, `serve` as a web page; `citing`, `quotations` and
`counting` build on searches, and `benchmark` measures. Below all are `storage` and `files` (all
that is written), `memory` (caches), `native` (loops in C), `arrays` (types), `startup` and
`_version`. `excerpt help architecture` describes the packages and follows a file and a query
through them.

Importing this package loads none of them: each public name is imported when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from excerpt._version import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from excerpt.errors import ExcerptError, QueryError
    from excerpt.indexing.pipeline import build as build_index
    from excerpt.indexing.report import Report
    from excerpt.model import Duplicate, Hit, Passage, Snippet, Span
    from excerpt.present.concordance import ConcordanceLine
    from excerpt.search.explain import Explanation
    from excerpt.search.index import Index
    from excerpt.search.results import Results
    from excerpt.search.status import Status

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

_MODULES = {
    "ConcordanceLine": "present.concordance",
    "Duplicate": "model",
    "ExcerptError": "errors",
    "Explanation": "search.explain",
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


def open(  # noqa: A001 - `excerpt.open` reads like `zipfile.open`
    index: "Path | str | None" = None,
    corpus: "Path | str | None" = None,
    *,
    url: str = "",
    name: str = "",
) -> "Index":
    """Open the index in the folder `index` (by default, "index") for reading.

    `corpus` is the folder of its sources, if they have moved since the index was built. With a
    `name`, the index of that name in an OpenSearch cluster is copied to the folder (by default, in
    the user's cache), as far as needed. `url` is the address of the cluster, in place of the one in
    the environment.

    Raises:
        IndexMissing: if the folder holds no index.
        ClusterError: if the cluster does not answer.
        IndexDamaged: if a file of the index is damaged.
        IndexOutdated: if another version of excerpt built the index.
    """
    from pathlib import Path

    from excerpt.search.index import Index

    if name:
        from excerpt.search.cluster_copy import copy_index

        index = copy_index(name, url, Path(index) if index is not None else None)
    return Index("index" if index is None else index, corpus)


def __getattr__(name: str) -> Any:
    if name == "build_index":
        value = import_module("excerpt.indexing.pipeline").build
    elif name in _MODULES:
        value = getattr(import_module(f"excerpt.{_MODULES[name]}"), name)
    else:
        raise AttributeError(f"module 'excerpt' has no attribute {name!r}")
    globals()[name] = value
    return value
