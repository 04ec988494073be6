"""Rankings of documents ⇄ TREC run files: what other tools evaluate, and what a later measurement is compared with.

A line is `query Q0 document rank score tag`. Read again, documents stand by rank, so that ties stay as they were.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from excerpt import files
from excerpt._version import __version__
from excerpt.errors import Advice, ExcerptError, UseOption

__all__ = ["DEPTH", "Run", "read_run", "refuse_existing", "write_run"]

DEPTH: Final = 100
"""Documents that are ranked for a query, at most."""
Run = dict[str, Sequence[tuple[str, float]]]
"""For each query the documents it finds, best first, with their scores."""


def refuse_existing(file: Path) -> None:
    """Raise an ExcerptError if there is a `file` already: a run is not measured again by chance."""
    if file.exists():
        raise ExcerptError(
            "this file exists already.",
            UseOption("Remove it first, or name another", "--run"),
            where=file,
        )


def write_run(file: Path, run: Run) -> None:
    """Write `run` to the new file `file`.

    Raises:
        ExcerptError: if it is there already, or cannot be written.
    """
    refuse_existing(file)
    lines = [
        f"{query} Q0 {document} {rank} {score!r} excerpt-{__version__}\n"
        for query, ranking in run.items()
        for rank, (document, score) in enumerate(ranking, start=1)
    ]
    files.write_new(file, ["".join(lines).encode()])


def read_run(file: Path) -> Run:
    """The run in `file`, each query's documents by their rank.

    Raises:
        ExcerptError: if it cannot be read.
    """
    found: dict[str, list[tuple[int, str, float]]] = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            query, _, document, rank, score, _ = line.split()
            found.setdefault(query, []).append((int(rank), document, float(score)))
        except ValueError as error:
            raise ExcerptError(
                f"this is not a line of a run: {line}",
                Advice(
                    "A line is: query Q0 document rank score tag. excerpt quality --run FILE writes"
                    " such a file."
                ),
                where=f"{file}:{number}",
            ) from error
    return {
        query: [(document, score) for _, document, score in sorted(rows)[:DEPTH]]
        for query, rows in found.items()
    }
