"""Results → a plot as SVG, with a dot for each kind and engine, or a line over corpus sizes.

Times range from microseconds to seconds, so the scale is logarithmic; bars would suggest a zero
that such a scale does not have. The same results give the same bytes.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from itertools import cycle, product
from typing import Any, Final

from excerpt.benchmark.growth import GrowthResult, GrowthSeries
from excerpt.benchmark.speed import SpeedResult
from excerpt.errors import ExcerptError, Instruction

__all__ = ["growth_plot", "import_matplotlib", "speed_plot"]

_MARKERS: Final = (
    ("o", "#c1272d"),
    ("s", "#0072b2"),
    ("^", "#009e73"),
    ("D", "#e69f00"),
    ("v", "#56b4e9"),
    ("P", "#777777"),
)
"""Shape and colour of each engine's dots, excerpt first; the colour-blind can tell them apart."""
_WIDTH: Final = 7.5
"""Inches."""
_ROW_HEIGHT: Final = 0.27
_MIN_GROWTH_HEIGHT: Final = 5
_SETTINGS: Final = {"svg.hashsalt": "excerpt", "svg.fonttype": "none", "font.size": 9}
"""A fixed salt makes the ids of the SVG reproducible; text stays text."""


def import_matplotlib() -> Any:
    """Return the module matplotlib.

    Raises:
        ExcerptError: if it is not installed.
    """
    try:
        import matplotlib.figure
        import matplotlib.ticker
    except ImportError as error:
        raise ExcerptError(
            "Plots need matplotlib, which is not installed.",
            Instruction('Install it: pip install "excerpt[bench]"'),
        ) from error
    return matplotlib


def speed_plot(result: SpeedResult) -> bytes:
    """Return an SVG with the uncached medians of each engine.

    Raises:
        ExcerptError: if matplotlib is not installed.
    """
    kinds = list(result.peers[0].kinds)
    with _figure(1.1 + _ROW_HEIGHT * len(kinds)) as (figure, out):
        axes = figure.subplots()
        # Drawn in reverse, so that excerpt's dots are on top.
        for peer, (marker, colour) in reversed(list(zip(result.peers, _MARKERS, strict=False))):
            medians = [kind.uncached.stats.median_ms for kind in peer.kinds.values()]
            rows = [kinds.index(kind) for kind in peer.kinds]
            axes.plot(medians, rows, marker, color=colour, label=peer.name)
        axes.set_yticks(range(len(kinds)), kinds)
        axes.invert_yaxis()
        axes.set_xscale("log")
        _label_plainly(axes.xaxis)
        axes.set_xlabel(
            f"median milliseconds, uncached; {result.corpus}, {result.n_bytes / 1e6:,.0f} MB in"
            f" {result.n_passages:,} passages"
        )
        _remove_frame(axes)
        figure.legend(
            loc="outside upper center", ncols=len(result.peers), frameon=False, reverse=True
        )
    return out.getvalue()


def growth_plot(result: GrowthResult) -> bytes:
    """Return an SVG of times against corpus sizes, with a line for each kind of query.

    Raises:
        ExcerptError: if matplotlib is not installed.
    """
    height = max(_MIN_GROWTH_HEIGHT, _ROW_HEIGHT * len(result.kinds))
    with _figure(height) as (figure, out):
        left, right = figure.subplots(1, 2, sharey=True)
        _draw_growth(left, result, result.kinds)
        _draw_growth(right, result, result.totals)
        left.set_title("ten best with their texts", fontsize="medium")
        right.set_title("total alone", fontsize="medium")
        left.set_ylabel("median milliseconds, uncached")
        figure.supxlabel(
            f"times the {result.n_passages:,} passages of {result.corpus}", fontsize="medium"
        )
        figure.legend(*left.get_legend_handles_labels(), loc="outside right upper", frameon=False)
    return out.getvalue()


def _draw_growth(axes: Any, result: GrowthResult, kinds: Mapping[str, GrowthSeries]) -> None:
    sizes = [size.times for size in result.sizes]
    styles = product(("-", "--", ":"), _MARKERS)
    for (name, series), (line, (marker, colour)) in zip(kinds.items(), cycle(styles), strict=False):
        medians = [stats.median_ms for stats in series.stats]
        axes.plot(sizes, medians, marker + line, color=colour, label=name)
    axes.set_xscale("log")
    axes.set_yscale("log")
    _label_plainly(axes.yaxis)
    axes.set_xticks(sizes, [f"{size}" for size in sizes], minor=False)
    axes.set_xticks([], minor=True)
    _remove_frame(axes)


@contextmanager
def _figure(height: float) -> Iterator[tuple[Any, BytesIO]]:
    """Yield a figure of this height in inches and a buffer; write the SVG to it at the end."""
    library = import_matplotlib()
    with library.rc_context(_SETTINGS):
        figure = library.figure.Figure(figsize=(_WIDTH, height), layout="constrained")
        out = BytesIO()
        yield figure, out
        figure.savefig(out, format="svg", metadata={"Date": None})


def _label_plainly(axis: Any) -> None:
    """Label a logarithmic axis with 1, 2, 5, 10 and so on instead of powers."""
    ticker = import_matplotlib().ticker
    axis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter(ticker.StrMethodFormatter("{x:g}"))
    axis.set_minor_locator(ticker.NullLocator())


def _remove_frame(axes: Any) -> None:
    axes.grid(alpha=0.3)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
