"""The matches of a query → counts of passages and documents by author, folder, year and the like.

All facets are fields of documents. So the query is evaluated once, without any filter, and gives a
number of passages for each document; everything else is arithmetic on arrays with an element for
each document. `FacetColumns` keeps what does not depend on the query.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from excerpt import dates
from excerpt.arrays import Int64Array, Mask
from excerpt.counting.filters import FOLDER, YEAR, Filters, check_names, filter_trees
from excerpt.engines import DocumentFields
from excerpt.memory import BoundedCache
from excerpt.query.ast import DateRange, Node, Or
from excerpt.query.field_values import field_values, folders_of

__all__ = ["FACETS", "FacetColumns", "Facets", "PeriodCount", "ValueCount", "count_facets"]

FACETS: Final = ("author", FOLDER, "lang", "format")
"""The facets that are counted by default. Years always are."""
_CACHE_BYTES: Final = 32_000_000
"""Bound of the cache of facet columns: some four million values of documents."""
_FIRST_YEAR, _LAST_YEAR = -9999, 9999
"""The years that a query can name; earlier and later ones are not counted."""
_FIRST_DAY, _LAST_DAY = dates.day_range("-9999-01-01", "9999-12-31")
_DAY_ONE = np.datetime64("0001-01-01", "D")


@dataclass(frozen=True, slots=True)
class ValueCount:
    """A value of a facet, with the numbers of matching passages and documents that have it.

    The value "" stands for documents without a value. `occurrences` are those of the query's terms,
    as lines of a concordance; None if they were not counted.
    """

    value: str
    passages: int
    documents: int
    occurrences: int | None = None


@dataclass(frozen=True, slots=True)
class PeriodCount:
    """The years from `first` to `last`, with the same numbers as a `ValueCount`."""

    first: int
    last: int
    passages: int
    documents: int
    occurrences: int | None = None

    @property
    def value(self) -> str:
        """The period as a value of the filter "year"."""
        first, last = (_format_year(year) for year in (self.first, self.last))
        return first if first == last else f"{first}..{last}"


@dataclass(frozen=True, slots=True)
class Facets:
    """The counts of a query.

    passages     matching passages in the documents that meet all filters
    documents    documents with one
    values       by facet, the values with most passages, then by value. The filter of the facet
                 itself does not count
    n_values     by facet, the number of all values
    periods      the periods with a passage, ascending. The filter "year" does not count
    undated      the documents without a date, likewise
    occurrences  occurrences in all these passages; None if they were not counted
    """

    passages: int
    documents: int
    values: Mapping[str, tuple[ValueCount, ...]]
    n_values: Mapping[str, int]
    periods: tuple[PeriodCount, ...]
    undated: ValueCount
    occurrences: int | None = None

    def __repr__(self) -> str:
        passages, documents = f"{self.passages:,} passages", f"{self.documents:,} documents"
        return f"<Facets of {passages} in {documents}: {', '.join(self.values)}>"


DocumentCounts = Sequence[Int64Array]
"""By document: its number of passages, 1 if there are any, and its occurrences if counted."""


@dataclass(frozen=True, slots=True)
class _FacetColumn:
    """The values of a facet in all documents, as pairs of a document and one of its values.

    values     the distinct values, sorted
    documents  the rank of the document of each pair
    codes      the index in `values` of each pair
    """

    values: list[str]
    documents: Int64Array
    codes: Int64Array

    def count(self, weights: Int64Array) -> Int64Array:
        """Return the sum of the `weights` of the documents with each value."""
        sums = np.bincount(self.codes, weights[self.documents], len(self.values))
        return sums.astype(np.int64)

    def documents_with(self, values: Sequence[str], n_documents: int) -> Mask:
        """Return for each document whether it has one of `values`."""
        wanted = set(values)
        is_wanted = np.fromiter((value in wanted for value in self.values), np.bool_)
        found = np.zeros(n_documents, np.bool_)
        found[self.documents[is_wanted[self.codes]]] = True
        return found


class FacetColumns:
    """The values of facets in the documents of one state of an index, made when needed."""

    def __init__(self, fields: DocumentFields) -> None:
        self.fields = fields
        self.n_documents = len(fields.document_ids)
        self._columns: BoundedCache[str, _FacetColumn] = BoundedCache(_CACHE_BYTES)

    def column(self, name: str) -> _FacetColumn:
        """Return the values of the facet `name`."""
        column = self._columns.get(name)
        if column is None:
            column = _make_column(self._values(name))
            n_bytes = column.documents.nbytes + column.codes.nbytes
            n_bytes += sum(100 + len(value) for value in column.values)
            self._columns.put(name, column, n_bytes)
        return column

    def _values(self, name: str) -> Iterator[Sequence[str]]:
        """Yield the values of each document."""
        fields = self.fields
        match name:
            case "folder":
                yield from map(folders_of, fields.paths)
            case "lang":
                yield from ((language,) for language in fields.languages)
            case "format":
                yield from ((format_,) for format_ in fields.formats)
            case _:
                yield from (field_values(name, pairs) for pairs in fields.metadata)

    def mask(self, name: str, values: Sequence[str], tree: Node) -> Mask:
        """Return for each document whether it meets a filter; `tree` is the tree of the filter."""
        if name != YEAR:
            return self.column(name).documents_with(values, self.n_documents)
        first, last = self.fields.first_days, self.fields.last_days
        found = np.zeros(self.n_documents, np.bool_)
        for node in tree.nodes if isinstance(tree, Or) else (tree,):
            if isinstance(node, DateRange):
                start, end = dates.day_range(node.first, node.last)
                found |= (first <= end) & (last >= start)
            else:
                found |= first > last
        return found


def _make_column(values_of_documents: Iterator[Sequence[str]]) -> _FacetColumn:
    code_of: dict[str, int] = {}
    codes: list[int] = []
    sizes: list[int] = []
    for values in values_of_documents:
        distinct = dict.fromkeys(values or ("",))
        codes += [code_of.setdefault(value, len(code_of)) for value in distinct]
        sizes.append(len(distinct))
    documents = np.repeat(np.arange(len(sizes)), sizes)
    values = sorted(code_of)
    new_codes = np.empty(len(values), np.int64)
    new_codes[[code_of[value] for value in values]] = np.arange(len(values))
    return _FacetColumn(values, documents, new_codes[np.array(codes, np.int64)])


def count_facets(
    passages: Int64Array,
    columns: FacetColumns,
    *,
    occurrences: Int64Array | None = None,
    names: Sequence[str] = FACETS,
    filters: Filters | None = None,
    limit: int | None = None,
    step: int = 1,
) -> Facets:
    """Return the counts of a query that matches this number of `passages` of each document.

    Arguments:
        passages: by the rank of the document, without any filter.
        columns: the values of the facets.
        occurrences: by the rank of the document; None if they need not be counted.
        names: the facets to count (see `Filters`); the years are always counted.
        filters: the values that documents must have.
        limit: the maximum number of values of each facet; None for all.
        step: the number of years of a period. Periods begin with years that it divides.

    Raises:
        QueryError: if a value of the filter "year" is not a date.
        ValueError: if a name is not that of a facet, or a number is too small.
    """
    check_names(names)
    if step < 1 or (limit is not None and limit < 0):
        raise ValueError("limit counts from 0, and step from 1")
    filters = filters or {}
    masks = {
        name: columns.mask(name, tuple(filters[name]), tree)
        for name, tree in filter_trees(filters).items()
    }
    of_documents = [passages, np.sign(passages), *([] if occurrences is None else [occurrences])]

    def filtered(without: str = "") -> DocumentCounts:
        """Return the counts of documents that meet all filters but one, and 0 for the others."""
        others = [mask for name, mask in masks.items() if name != without]
        is_left = np.logical_and.reduce(others) if others else np.True_
        return [np.where(is_left, each, 0) for each in of_documents]

    values, n_values = {}, {}
    for name in (each for each in names if each != YEAR):
        counts = _count_values(columns.column(name), filtered(name))
        n_values[name] = len(counts)
        values[name] = tuple(counts[:limit])
    fields, of_years = columns.fields, filtered(YEAR)
    is_undated = fields.first_days > fields.last_days
    n_passages, n_documents, *n_occurrences = (int(each.sum()) for each in filtered())
    return Facets(
        n_passages,
        n_documents,
        values,
        n_values,
        tuple(_count_periods(fields, of_years, step)),
        ValueCount("", *(int(each[is_undated].sum()) for each in of_years)),
        *n_occurrences,
    )


def _count_values(column: _FacetColumn, of_documents: DocumentCounts) -> list[ValueCount]:
    """Return the values with a passage, by falling number of passages, then by value."""
    counts = [column.count(each) for each in of_documents]
    order = np.argsort(-counts[0], kind="stable")
    order = order[counts[0][order] > 0]
    rows = zip(*(each[order].tolist() for each in counts), strict=True)
    return [
        ValueCount(column.values[code], *row)
        for code, row in zip(order.tolist(), rows, strict=True)
    ]


def _count_periods(
    fields: DocumentFields, of_documents: DocumentCounts, step: int
) -> Iterator[PeriodCount]:
    """Yield the periods of `step` years with a passage.

    A vague date, such as 1848 to 1851, counts in each period that it overlaps. So each number is
    that of the passages that a condition on the period leaves. An open end reaches as far as the
    years in which other dates begin or end.
    """
    is_dated = (fields.first_days <= fields.last_days) & (of_documents[0] > 0)
    is_dated &= (fields.last_days >= _FIRST_DAY) & (fields.first_days <= _LAST_DAY)
    ends = [np.asarray(days)[is_dated] for days in (fields.first_days, fields.last_days)]
    is_known = [np.abs(days) < dates.FOREVER for days in ends]
    years = [np.clip(_years(days), _FIRST_YEAR, _LAST_YEAR) for days in ends]
    known = np.concatenate([side[mask] for side, mask in zip(years, is_known, strict=True)])
    if not known.size:
        return
    lowest, highest = int(known.min()) // step, int(known.max()) // step
    first, last = (np.clip(side // step, lowest, highest) - lowest for side in years)
    n_periods = highest - lowest + 1
    counts = []
    for each in of_documents:
        begun = np.bincount(first, each[is_dated], n_periods + 1)
        ended = np.bincount(last + 1, each[is_dated], n_periods + 1)
        counts.append(np.cumsum(begun - ended)[:n_periods].astype(np.int64))
    for period in np.flatnonzero(counts[0]).tolist():
        year = (period + lowest) * step
        yield PeriodCount(year, year + step - 1, *(int(each[period]) for each in counts))


def _format_year(year: int) -> str:
    """Return a year in ISO 8601, if need be the nearest that a query can name."""
    year = min(max(year, _FIRST_YEAR), _LAST_YEAR)
    return f"{year:05}" if year < 0 else f"{year:04}"


def _years(days: Int64Array) -> Int64Array:
    """Return the year of each day (see `excerpt.dates`)."""
    since_1970 = (_DAY_ONE + (days - 1)).astype("datetime64[Y]").astype(np.int64)
    return np.asarray(since_1970 + 1970)
