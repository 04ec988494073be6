"""What was measured → a plot as SVG: the median of each kind of question, one bar for each peer.

Times reach from microseconds to seconds, so the scale is logarithmic. The same figures give the same bytes.
"""

from io import BytesIO
from typing import Any, Final

from excerpt.errors import ExcerptError
from excerpt.measure.bench import Bench

__all__ = ["matplotlib", "svg_of"]

_COLOURS: Final = ("#c1272d", "#0072b2", "#009e73", "#e69f00", "#56b4e9", "#999999")
"""That of excerpt, and those of others, which also the colour-blind can tell apart."""
_INCHES: Final = 8.0
_INCHES_A_BAR: Final = 0.13
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
        kinds, peers = list(bench.peers[0].kinds), bench.peers
        n_bars = len(kinds) * (len(peers) + 1)
        figure = library.figure.Figure(figsize=(_INCHES, 1.2 + _INCHES_A_BAR * n_bars), layout="constrained")
        axes = figure.subplots()
        for number, (peer, colour) in enumerate(zip(peers, _COLOURS, strict=False)):
            bars = [
                (place * (len(peers) + 1) + number, peer.kinds[kind].figures.median_ms)
                for place, kind in enumerate(kinds)
                if kind in peer.kinds
            ]
            axes.barh([at for at, _ in bars], [value for _, value in bars], color=colour, label=peer.name)
        centre = (len(peers) - 1) / 2
        axes.set_yticks([place * (len(peers) + 1) + centre for place in range(len(kinds))], kinds)
        axes.invert_yaxis()
        axes.set_xscale("log")
        axes.set_xlabel("median in milliseconds: the ten best passages with their texts")
        axes.set_title(f"{bench.corpus}: {bench.n_bytes / 1e6:,.0f} MB in {bench.n_passages:,} passages")
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False)
        out = BytesIO()
        figure.savefig(out, format="svg", metadata={"Date": None})
    return out.getvalue()
