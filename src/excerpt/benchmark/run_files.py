"""Rankings of documents ⇄ TREC run files, which other tools evaluate.

A later measurement can be compared with such a file. A line is `query Q0 document rank score tag`.
A run that is read back is sorted by rank, so that ties keep their order.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from excerpt import files
from excerpt._version import __version__
from excerpt.errors import ExcerptError, Instruction, UseOption

__all__ = ["DEPTH", "TrecRun", "read_run", "refuse_existing", "write_run"]

DEPTH: Final = 100
"""Documents ranked for a query, at most."""
TrecRun = dict[str, Sequence[tuple[str, float]]]
"""For each query its documents, best first, with their scores."""


def refuse_existing(file: Path) -> None:
    """Raise an ExcerptError if `file` exists, so that no run is overwritten by mistake."""
    if file.exists():
        raise ExcerptError(
            "this file already exists.",
            UseOption("Remove it first, or choose another file", "--run"),
            where=file,
        )


def write_run(file: Path, run: TrecRun) -> None:
    """Write `run` to the new file `file`.

    Raises:
        ExcerptError: if it exists or cannot be written.
    """
    refuse_existing(file)
    lines = [
        f"{query} Q0 {document} {rank} {score!r} excerpt-{__version__}\n"
        for query, ranking in run.items()
        for rank, (document, score) in enumerate(ranking, start=1)
    ]
    files.write_new(file, ["".join(lines).encode()])


def read_run(file: Path) -> TrecRun:
    """Return the run in `file`, with the documents of each query sorted by rank.

    Raises:
        ExcerptError: if a line is malformed.
    """
    rows: dict[str, list[tuple[int, str, float]]] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            query, _, document, rank, score, _ = line.split()
            rows.setdefault(query, []).append((int(rank), document, float(score)))
        except ValueError as error:
            raise ExcerptError(
                f"this is not a line of a TREC run: {line}",
                Instruction(
                    "Write lines like: query Q0 document rank score tag."
                    " excerpt quality --run FILE writes such a file."
                ),
                where=f"{file}:{number}",
            ) from error
    return {
        query: [(document, score) for _, document, score in sorted(ranked)[:DEPTH]]
        for query, ranked in rows.items()
    }
