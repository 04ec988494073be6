"""What was measured → a plot as SVG: the median of each kind of question, a dot for each peer.

Times reach from microseconds to seconds, so the scale is logarithmic, and bars would lie. The same figures give the same bytes.
"""

from io import BytesIO
from typing import Any, Final

from excerpt.errors import ExcerptError
from excerpt.measure.bench import Bench

__all__ = ["matplotlib", "svg_of"]

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
_SETTINGS: Final = {"svg.hashsalt": "excerpt", "svg.fonttype": "none", "font.size": 9}


def matplotlib() -> Any:
    """The library.

    Raises:
        ExcerptError: if it is not installed.
    """
    try:
        import matplotlib.figure
    except ImportError as error:
        raise ExcerptError(
            "A plot is drawn by matplotlib, which is not installed.",
            'Install it: pip install "excerpt[bench]"',
        ) from error
    return matplotlib


def svg_of(bench: Bench) -> bytes:
    """The plot.

    Raises:
        ExcerptError: if matplotlib is not installed.
    """
    library = matplotlib()
    with library.rc_context(_SETTINGS):
        kinds = list(bench.peers[0].kinds)
        figure = library.figure.Figure(
            figsize=(_INCHES, 1.1 + _INCHES_A_ROW * len(kinds)), layout="constrained"
        )
        axes = figure.subplots()
        for peer, (form, colour) in reversed(list(zip(bench.peers, _DOTS, strict=False))):
            medians = [kind.figures.median_ms for kind in peer.kinds.values()]
            places = [kinds.index(kind) for kind in peer.kinds]
            axes.plot(medians, places, form, color=colour, label=peer.name)
        axes.set_yticks(range(len(kinds)), kinds)
        axes.invert_yaxis()
        axes.set_xscale("log")
        axes.set_xlabel(
            f"median milliseconds for the ten best passages with their texts;"
            f" {bench.corpus}, {bench.n_bytes / 1e6:,.0f} MB in {bench.n_passages:,} passages"
        )
        axes.grid(alpha=0.3)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        figure.legend(loc="outside upper center", ncols=len(bench.peers), frameon=False, reverse=True)
        out = BytesIO()
        figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()
