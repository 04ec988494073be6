"""Chosen values of facets → the tree of a query that leaves only the documents with them.

Filters are trees, never text that is added to a query: a value may hold any signs, it stands for
itself and not for all values that contain it, and errors in the query are reported where the user
typed them.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from excerpt.errors import Instruction, QueryError
from excerpt.model import Span
from excerpt.query.ast import And, DateRange, Field, Node, Not, Or, QuerySyntaxError

__all__ = ["FOLDER", "YEAR", "Filters", "check_names", "filter_trees", "with_filters"]

Filters = Mapping[str, Collection[str]]
"""The names of facets, each with a value or several. A document must have one of those of each.

A name is "folder", "lang", "format", "year" or that of a metadata field. "" stands for documents
without a value. The values of "year" are written as in a query: 1848, 1840..1849."""
FOLDER: Final = "folder"
YEAR: Final = "year"
_NO_FACETS: Final = ("kind", "path")
"""Fields of a query that are not facets: the kind belongs to passages, and "folder" is a facet."""
_EVER: Final = DateRange("date", "", "")


def with_filters(tree: Node, filters: Filters) -> Node:
    """Return a tree that matches the passages of `tree` in documents that meet all `filters`.

    Raises:
        QueryError: if a value of "year" is not a date.
    """
    trees = tuple(filter_trees(filters).values())
    return And((tree, *trees)) if trees else tree


def filter_trees(filters: Filters) -> dict[str, Node]:
    """Return a tree for each of `filters`; those without values are left out.

    Raises:
        QueryError: if a value of "year" is not a date.
        ValueError: if a name is not that of a facet.
    """
    check_names(filters)
    return {
        name: nodes[0] if len(nodes) == 1 else Or(nodes)
        for name, values in filters.items()
        if (nodes := tuple(_nodes(name, [values] if isinstance(values, str) else values)))
    }


def check_names(names: Iterable[str]) -> None:
    """Raise ValueError if one of `names` is not that of a facet."""
    for name in names:
        if name in _NO_FACETS:
            raise ValueError(
                f"{name} is not a facet: use folder, lang, format, year or a metadata field"
            )


def _nodes(name: str, values: Collection[str]) -> Iterator[Node]:
    """Yield a condition for each of the `values` of a facet."""
    for value in dict.fromkeys(values):
        if name != YEAR:
            yield Field("path" if name == FOLDER else name, value, is_exact=True)
        elif value:
            yield _period(value)
        else:
            yield Not(_EVER)


def _period(value: str) -> DateRange:
    from excerpt.query.date_ranges import parse_date_range

    try:
        return DateRange("date", *parse_date_range(value))
    except QuerySyntaxError as error:
        span = Span(0, len(value))
        raise QueryError(error.message, value, span, Instruction(error.remedy)) from error
