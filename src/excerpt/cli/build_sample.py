"""`excerpt build --dry-run --sample N`: the effect of the rules of a collection on some files."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from excerpt.model import BlockKind
from excerpt.present.terminal import clean, printable_path, shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from excerpt.indexing.sampling import Effect, FileSummary

__all__ = ["lines_of_effects"]

_NAMES: Final = {
    BlockKind.PAGE: "page numbers",
    BlockKind.REFERENCE: "note references",
    BlockKind.NOTE: "notes",
    BlockKind.BOILERPLATE: "boilerplate",
}
_WIDTH: Final = max(map(len, _NAMES.values())) + 2
_MAX_LENGTH: Final = 60
"""Characters shown of a value or an example."""


def lines_of_effects(effects: "Sequence[Effect]", n_affected: int) -> Iterator[str]:
    """Yield the lines that show `effects`, a sample of `n_affected`."""
    if not n_affected:
        yield "Every file would be read as before."
        return
    files = "1 file" if n_affected == 1 else f"{n_affected:,} files"
    yield f"Effect of rules and metadata on {len(effects):,} of {files}:"
    for effect in effects:
        yield ""
        yield printable_path(effect.path)
        yield from (f"  {line}" for line in _lines_of_effect(effect))


def _lines_of_effect(effect: "Effect") -> Iterator[str]:
    before, after = effect.before, effect.after
    if before.problem or after.problem:
        yield _row("problem", before.problem or "none", after.problem or "none")
    for name in ("title", "author", "date", "language", "encoding"):
        old, new = before.facts.get(name, ""), after.facts.get(name, "")
        if old or new:
            yield _row(name, old or "none", new or "none")
    if before.labels or after.labels:
        yield _row("pages", _pages(before), _pages(after))
    for kind, name in _NAMES.items():
        old_count, new_count = (len(each.lines.get(kind, ())) for each in (before, after))
        if old_count or new_count:
            row = _row(name, f"{old_count:,}", f"{new_count:,}")
            yield f"{row}   {shorten(effect.example(kind), _MAX_LENGTH)!r}"


def _pages(summary: "FileSummary") -> str:
    labels = summary.labels
    if not labels:
        return "none"
    return f"{len(labels):,} ({clean(labels[0])}–{clean(labels[-1])})"


def _row(name: str, before: str, after: str) -> str:
    """Return a line with a value, or with both if they differ."""
    old, new = shorten(before, _MAX_LENGTH), shorten(after, _MAX_LENGTH)
    return f"{name:<{_WIDTH}}{new}" if before == after else f"{name:<{_WIDTH}}{old} → {new}"
