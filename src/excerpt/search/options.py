"""The limits and orders of a search."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

__all__ = ["ORDERS", "Order", "SearchOptions", "check_not_negative"]

Order = Literal["score", "date", "-date", "path", "-path"]
ORDERS: Final[tuple[Order, ...]] = get_args(Order)
"""By descending score; by date, earliest or (-) latest first; by path, ascending or (-) descending.
Ties are broken by path, then offset."""


@dataclass(frozen=True)
class SearchOptions:
    """The passages to show among the matches of a query, and their order.

    limit             the maximum number of hits; None for all
    offset            the number of hits to skip
    per_document      the maximum number of hits from one document; None for any number
    sort              the order
    group_duplicates  True if only the first of several passages with the same folded words is shown

    Raises:
        ValueError: if a number is too small or the order is unknown.
    """

    limit: int | None = 10
    offset: int = 0
    per_document: int | None = None
    sort: Order = "score"
    group_duplicates: bool = True

    def __post_init__(self) -> None:
        check_not_negative(limit=self.limit or 0, offset=self.offset)
        if self.per_document is not None and self.per_document < 1:
            raise ValueError("per_document counts from 1")
        if self.sort not in ORDERS:
            raise ValueError(f"sort is one of {', '.join(ORDERS)}")

    @property
    def end(self) -> int | None:
        """The rank of the last hit to show; None if all are shown."""
        return None if self.limit is None else self.offset + self.limit


def check_not_negative(**numbers: int) -> None:
    """Raise ValueError if one of the `numbers`, given by their names, is negative."""
    for name, number in numbers.items():
        if number < 0:
            raise ValueError(f"{name} counts from 0")
