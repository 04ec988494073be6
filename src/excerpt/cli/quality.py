"""`excerpt quality`: measure how well excerpt ranks a judged collection, or compare with a run."""

from pathlib import Path

import click

from excerpt.benchmark.quality import measure_quality
from excerpt.benchmark.quality_report import json_report, table_lines
from excerpt.benchmark.run_files import read_run, refuse_existing, write_run
from excerpt.cli.output import write

__all__ = ["command"]

_EPILOG = """\b
Examples:
  excerpt quality cranfield
  excerpt quality cranfield --run before.run
  excerpt quality cranfield --against before.run --json
\b
DIRECTORY contains
  corpus.jsonl    a document a line: {"_id": ..., "title": ..., "text": ...}
  queries.jsonl   a query a line: {"_id": ..., "text": ...}
  qrels.tsv       query, document and grade (0: irrelevant), separated by tabs, no header
  answers.jsonl   optional: {"_id": ..., "answers": [...]}
\b
The metrics need: pip install "excerpt[quality]"
excerpt help ranking explains the ranking and shows its metrics.
"""


@click.command("quality", epilog=_EPILOG)
@click.argument("directory", type=click.Path(path_type=Path))
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Compare with an earlier run and test the differences for significance.",
)
@click.option("--expand", is_flag=True, help="Add words from the first passages to each query.")
@click.option("--json", "is_json", is_flag=True, help="Write one JSON object.")
@click.option(
    "--run",
    "run_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the rankings to a new TREC run file.",
)
def command(
    directory: Path, *, against: Path | None, expand: bool, is_json: bool, run_file: Path | None
) -> int:
    """Measure how well excerpt ranks the judged collection in DIRECTORY.

    Each query is run for any of its words, first whole, then shortened to its three and its two
    rarest words. A document ranks by its best passage. The index is built in a temporary folder
    (set TMPDIR to move it).
    """
    if run_file is not None:
        refuse_existing(run_file)  # fail now, not after the measurement
    earlier = read_run(against) if against is not None else None
    result = measure_quality(directory, earlier, expand=expand)
    if run_file is not None:
        write_run(run_file, result.run)
    if is_json:
        write([json_report(result) + "\n"], is_data=True)
    else:
        write(table_lines(result))
    return 0
