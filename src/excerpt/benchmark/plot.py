"""What was measured → a plot as SVG: the median of each kind of question, a dot for each peer; or a line over sizes.

Times reach from microseconds to seconds, so the scale is logarithmic, and bars would lie. The same figures give the same bytes.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from itertools import cycle, product
from typing import Any, Final

from excerpt.benchmark.growth import Growing, Growth
from excerpt.benchmark.speed import Bench
from excerpt.errors import Advice, ExcerptError

__all__ = ["growth_svg_of", "matplotlib", "svg_of"]

_DOTS: Final = (
    ("o", "#c1272d"),
    ("s", "#0072b2"),
    ("^", "#009e73"),
    ("D", "#e69f00"),
    ("v", "#56b4e9"),
    ("P", "#777777"),
)
"""The form and colour of excerpt's dots and of those of others, which the colour-blind can tell apart."""
_INCHES: Final = 7.5
_INCHES_A_ROW: Final = 0.27
_INCHES_OF_GROWTH: Final = 5
_SETTINGS: Final = {"svg.hashsalt": "excerpt", "svg.fonttype": "none", "font.size": 9}


def matplotlib() -> Any:
    """The library.

    Raises:
        ExcerptError: if it is not installed.
    """
    try:
        import matplotlib.figure
        import matplotlib.ticker
    except ImportError as error:
        raise ExcerptError(
            "A plot needs the library matplotlib, which is not installed.",
            Advice('Install it: pip install "excerpt[bench]"'),
        ) from error
    return matplotlib


def svg_of(bench: Bench) -> bytes:
    """The plot.

    Raises:
        ExcerptError: if matplotlib is not installed.
    """
    kinds = list(bench.peers[0].kinds)
    with _figure(1.1 + _INCHES_A_ROW * len(kinds)) as (figure, out):
        axes = figure.subplots()
        for peer, (form, colour) in reversed(list(zip(bench.peers, _DOTS, strict=False))):
            medians = [kind.warm.figures.median_ms for kind in peer.kinds.values()]
            places = [kinds.index(kind) for kind in peer.kinds]
            axes.plot(medians, places, form, color=colour, label=peer.name)
        axes.set_yticks(range(len(kinds)), kinds)
        axes.invert_yaxis()
        axes.set_xscale("log")
        _number(axes.xaxis)
        axes.set_xlabel(
            f"median milliseconds, warm; {bench.corpus}, {bench.n_bytes / 1e6:,.0f} MB in"
            f" {bench.n_passages:,} passages"
        )
        _quieten(axes)
        figure.legend(
            loc="outside upper center", ncols=len(bench.peers), frameon=False, reverse=True
        )
    return out.getvalue()


def growth_svg_of(growth: Growth) -> bytes:
    """The plot of times against sizes: a line for each kind of question, which rises as steeply as times grow.

    Raises:
        ExcerptError: if matplotlib is not installed.
    """
    with _figure(max(_INCHES_OF_GROWTH, _INCHES_A_ROW * len(growth.kinds))) as (figure, out):
        left, right = figure.subplots(1, 2, sharey=True)
        _draw_growth(left, growth, growth.kinds)
        _draw_growth(right, growth, growth.totals)
        left.set_title("ten best with their texts", fontsize="medium")
        right.set_title("total alone", fontsize="medium")
        left.set_ylabel("median milliseconds")
        figure.supxlabel(
            f"times the {growth.n_passages:,} passages of {growth.corpus}", fontsize="medium"
        )
        figure.legend(*left.get_legend_handles_labels(), loc="outside right upper", frameon=False)
    return out.getvalue()


def _draw_growth(axes: Any, growth: Growth, kinds: Mapping[str, Growing]) -> None:
    sizes = [size.times for size in growth.sizes]
    styles = product(("-", "--", ":"), _DOTS)
    for (name, kind), (line, (form, colour)) in zip(kinds.items(), cycle(styles), strict=False):
        medians = [figures.median_ms for figures in kind.figures]
        axes.plot(sizes, medians, form + line, color=colour, label=name)
    axes.set_xscale("log")
    axes.set_yscale("log")
    _number(axes.yaxis)
    axes.set_xticks(sizes, [f"{size}" for size in sizes], minor=False)
    axes.set_xticks([], minor=True)
    _quieten(axes)


@contextmanager
def _figure(height: float) -> Iterator[tuple[Any, BytesIO]]:
    """A figure of this height in inches to draw on, and where it is written to in the end."""
    library = matplotlib()
    with library.rc_context(_SETTINGS):
        figure = library.figure.Figure(figsize=(_INCHES, height), layout="constrained")
        out = BytesIO()
        yield figure, out
        figure.savefig(out, format="svg", metadata={"Date": None})


def _number(axis: Any) -> None:
    """Write 1, 2, 5, 10 and so on beside a logarithmic axis, not powers."""
    ticker = matplotlib().ticker
    axis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter(ticker.StrMethodFormatter("{x:g}"))
    axis.set_minor_locator(ticker.NullLocator())


def _quieten(axes: Any) -> None:
    axes.grid(alpha=0.3)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
