"""Counts by facet → lists of links, and a histogram of periods whose bars are links."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

from excerpt.serve.page_state import FACETS, UNKNOWN, PageState

if TYPE_CHECKING:
    from excerpt.counting.facets import Facets, PeriodCount, ValueCount

__all__ = ["Bar", "FacetView", "Histogram", "choose_step", "view_facets", "view_periods"]

MAX_FIRST: Final = 8
"""Values of a facet that are always shown; the others can be unfolded."""
_NAMES: Final = {"author": "Author", "folder": "Folder", "lang": "Language", "format": "Format"}
_STEPS: Final = (1, 10, 50, 100, 500, 1_000)
MAX_BARS: Final = 45
"""Bars that are wide enough for a pointer."""
WIDTH: Final = 248
HEIGHT: Final = 52


class FacetItem(NamedTuple):
    """A value of a facet: its number of passages, and the address that chooses or drops it.

    label  the value as it is shown: a folder without what all folders begin with
    """

    value: str
    label: str
    n: int
    url: str
    is_chosen: bool


class FacetView(NamedTuple):
    """A facet: its name, its first values, the others, and the number of those not listed."""

    name: str
    title: str
    first: tuple[FacetItem, ...]
    others: tuple[FacetItem, ...]
    n_hidden: int


class Bar(NamedTuple):
    """A bar of a histogram, in units of its view box."""

    label: str
    n: int
    url: str
    is_chosen: bool
    x: float
    y: float
    width: float
    height: float


class Histogram(NamedTuple):
    """The passages by period: the bars, and labels below the first, the middle and the last."""

    bars: tuple[Bar, ...]
    labels: tuple[str, str, str]


def view_facets(facets: "Facets", state: PageState) -> Iterator[FacetView]:
    """Yield the facets that can narrow the results: those with two values, or a chosen one."""
    for name in FACETS:
        all_values, chosen = facets.values[name], getattr(state, name)
        values = _telling_folders(all_values, chosen) if name == "folder" else all_values
        if len(values) < 2 and not chosen:
            continue
        items = tuple(_items(values, name, chosen, state))
        yield FacetView(
            name,
            _NAMES[name],
            items[:MAX_FIRST],
            items[MAX_FIRST:],
            facets.n_values[name] - len(all_values),
        )


def _items(
    values: Iterable["ValueCount"], name: str, chosen: str, state: PageState
) -> Iterator[FacetItem]:
    found = [(each.value or UNKNOWN, each.passages) for each in values]
    if chosen and chosen not in {value for value, _ in found}:
        found.insert(0, (chosen, 0))
    n_common = _common_length([value for value, _ in found]) if name == "folder" else 0
    for value, n in found:
        is_chosen = value == chosen
        label = value if value == UNKNOWN else value[n_common:]
        url = state.url(**{name: "" if is_chosen else value})
        yield FacetItem(value, label, n, url, is_chosen)


def _telling_folders(values: Sequence["ValueCount"], chosen: str) -> Sequence["ValueCount"]:
    """Return the folders that narrow the results, each to another number of passages.

    Folders that contain all passages, or as many as one of their subfolders, are omitted.
    """
    total = sum(each.passages for each in values if "/" not in each.value)
    n_below: dict[str, int] = {}
    for each in values:
        parts = each.value.split("/")
        for depth in range(1, len(parts)):
            above = "/".join(parts[:depth])
            n_below[above] = max(n_below.get(above, 0), each.passages)
    return [
        each
        for each in values
        if each.value == chosen
        or (each.passages < total and each.passages != n_below.get(each.value))
    ]


def _common_length(folders: Iterable[str]) -> int:
    """Return the length of the longest path, with a slash at its end, above all `folders`."""
    parents = [folder.split("/")[:-1] for folder in folders if folder != UNKNOWN]
    shared = takewhile(lambda names: len(set(names)) == 1, zip(*parents, strict=False))
    return sum(len(names[0]) + 1 for names in shared)


def choose_step(periods: Sequence["PeriodCount"]) -> int:
    """Return the years of a bar: decades, unless they would be too few or too many."""
    if not periods:
        return 10
    years = periods[-1].last - periods[0].first + 1
    if years <= 30:
        return 1
    return next((step for step in _STEPS[1:] if years / step <= MAX_BARS), _STEPS[-1])


def view_periods(periods: Sequence["PeriodCount"], state: PageState) -> Histogram | None:
    """Return the histogram of `periods`, which are equally long; None if there are fewer than two.

    A chosen period is always shown, so that it can be dropped.
    """
    if len(periods) < 2 and not (state.start or state.end):
        return None
    if not periods:
        return None
    step = periods[0].last - periods[0].first + 1
    first, last = periods[0].first, periods[-1].last
    n_bars = (last - first + 1) // step
    width = WIDTH / n_bars
    most = max(each.passages for each in periods) or 1
    low = int(state.start) if state.start else -10_000
    high = int(state.end) if state.end else 10_000
    has_choice = bool(state.start or state.end)
    bars = []
    for each in periods:
        height = max(1.5, HEIGHT * each.passages / most)
        gap = min(1.5, width / 4)
        bars.append(
            Bar(
                _label(each.first, each.last),
                each.passages,
                state.url(start=str(each.first), end=str(each.last)),
                has_choice and each.first <= high and each.last >= low,
                width * ((each.first - first) // step) + gap / 2,
                HEIGHT - height,
                width - gap,
                height,
            )
        )
    middle = first + (n_bars // 2) * step
    return Histogram(tuple(bars), (str(first), str(middle), str(last)))


def _label(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"
