"""`excerpt coverage`: what became of every file below the corpus."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from excerpt.catalog import Catalog
from excerpt.cli.options import place_options, refuse_other, write
from excerpt.present import export
from excerpt.present.terminal import clean, printable_path
from excerpt.search.coverage import Coverage, FileOutcome, read_coverage

__all__ = ["command"]

_MOST_LISTED = 20


@click.command("coverage")
@click.option("--all", "is_all", is_flag=True, help="List every file, not only some of each kind.")
@click.option(
    "--json", "is_json", is_flag=True, help="Write one JSON object with the file of every file."
)
@place_options
def command(corpus: Path, index: Path, *, is_all: bool, is_json: bool) -> int:
    """Say what became of every file of the corpus: indexed, a duplicate, excluded and by which rule, or a problem.

    Where the encoding was guessed, or bytes were replaced or cut, that is listed with the place. Nothing is built.
    """
    with Catalog.open(index) as catalog:
        refuse_other(corpus, catalog.corpus, index)
        found = read_coverage(catalog)
    if is_json:
        write([export.coverage_json(found) + "\n"], is_data=True)
    else:
        write(_lines(found, None if is_all else _MOST_LISTED))
    return 0


def _lines(found: "Coverage", most: int | None) -> Iterator[str]:
    counts = found.counts
    yield f"files       {len(found.files):,} below {printable_path(str(found.corpus))}"
    names = {FileOutcome.DUPLICATE: "duplicates", FileOutcome.PROBLEM: "problems"}
    for outcome in FileOutcome:
        if counts[outcome] or outcome is not FileOutcome.UNSEEN:
            yield f"{names.get(outcome, outcome.value):<11} {counts[outcome]:,}"
    rules = Counter(file.reason for file in found.of(FileOutcome.EXCLUDED))
    yield from _listed(
        "Excluded:", [f"{n:,} × {clean(rule)}" for rule, n in rules.most_common()], most
    )
    root = str(found.corpus)  # the one path that is empty below it
    problems = [
        f"{printable_path(file.path or root)}: {clean(file.reason)}"
        for file in found.of(FileOutcome.PROBLEM)
    ]
    yield from _listed("Could not be read:", problems, most)
    repaired = [
        f"{printable_path(file.path)} ({file.encoding}): {clean(warning)}"
        for file in found.repaired
        for warning in file.warnings
    ]
    yield from _listed("Read with guesses or repairs:", repaired, most)
    yield from _listed(
        "Without any text:", [printable_path(file.path) for file in found.empty], most
    )
    unseen = [printable_path(file.path) for file in found.of(FileOutcome.UNSEEN)]
    yield from _listed("Not there at the last build:", unseen, most)
    yield from _listed(
        "Changed since the last build:", [printable_path(file.path) for file in found.stale], most
    )
    yield from _listed(
        "Gone since the last build:", [printable_path(path) for path in found.gone], most
    )


def _listed(title: str, lines: Sequence[str], most: int | None) -> Iterator[str]:
    if not lines:
        return
    yield ""
    yield title
    for line in lines[:most]:
        yield f"  {line}"
    if most is not None and len(lines) > most:
        yield f"  and {len(lines) - most:,} more; --all lists them."
