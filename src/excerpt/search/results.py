"""The result of a search: a value that can be rendered without the index."""

from collections.abc import Iterator
from typing import Any, overload

from excerpt.model import Hit
from excerpt.query.ast import Query
from excerpt.startup import FrozenValue

__all__ = ["Results"]


# Every search loads this module: `FrozenValue` saves 0.5 ms, compared to a dataclass. A named tuple
# would iterate over its fields instead of the hits.
class Results(FrozenValue):
    """The result of a search. Iteration and `len()` refer to its hits.

    query         the query as it was understood
    hits          the hits, in the requested order; at most `limit`
    total         the number of all matching passages
    partial       if no passage has all of several plain words: the best passages with some of them
    notices       notices about the query, for its author
    elapsed       the duration of the search, in seconds
    explanations  for each hit the parts of its score, if the search was made with `explain`
    added         the words that `expand` has added to the query, with their weights
    """

    query: Query
    hits: tuple[Hit, ...]
    total: int
    partial: tuple[Hit, ...] = ()
    notices: tuple[str, ...] = ()
    elapsed: float = 0.0
    explanations: tuple[tuple[tuple[str, float], ...], ...] = ()
    added: tuple[tuple[str, float], ...] = ()

    def __repr__(self) -> str:
        return f"<Results of {self.query.source!r}: {len(self.hits):,} of {self.total:,} hits>"

    def _repr_html_(self) -> str:
        """Return the notices and the hits as HTML, for notebooks."""
        from html import escape

        shown = [f"<p>{len(self.hits):,} of {self.total:,} hits</p>"]
        shown += [f"<p><em>{escape(notice)}</em></p>" for notice in self.notices]
        shown += [hit._repr_html_() for hit in self.hits]
        if self.partial:
            shown.append("<p>The best passages with some of the words:</p>")
            shown += [hit._repr_html_() for hit in self.partial]
        return "".join(shown)

    @overload
    def __getitem__(self, index: int) -> Hit: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Hit, ...]: ...

    def __getitem__(self, index: int | slice) -> Hit | tuple[Hit, ...]:
        return self.hits[index]

    def to_records(self) -> list[dict[str, Any]]:
        """Return a flat dictionary for each hit, for data frames: `pandas.DataFrame(records)`.

        Each metadata field of a document is a column of its own, `metadata.NAME`; see `excerpt help
        python` for the others.
        """
        from excerpt.present.records import flat_record

        return [flat_record(hit) for hit in self.hits]

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)
