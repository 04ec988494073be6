"""`excerpt quality`: how well excerpt ranks a judged collection, alone or against an earlier run."""

from pathlib import Path

import click

from excerpt.benchmark.quality import measure
from excerpt.benchmark.quality_report import json_of, lines_of
from excerpt.benchmark.run_files import read_run, refuse_existing, write_run
from excerpt.cli.options import write

__all__ = ["command"]

_EPILOG = """\b
Examples:
  excerpt quality cranfield
  excerpt quality cranfield --run before.run
  excerpt quality cranfield --against before.run --json
\b
DIRECTORY holds
  corpus.jsonl    a document a line: {"_id": ..., "title": ..., "text": ...}
  queries.jsonl   a query a line: {"_id": ..., "text": ...}
  qrels.tsv       query, document and grade (0: irrelevant), tabs between, no header
  answers.jsonl   if there are any: {"_id": ..., "answers": [...]}
\b
The metrics come with: pip install "excerpt[quality]"
"""


@click.command("quality", epilog=_EPILOG)
@click.argument("directory", type=click.Path(path_type=Path))
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Compare with an earlier run, and say what is more than chance.",
)
@click.option("--expand", is_flag=True, help="Add words from the first passages to each query.")
@click.option("--json", "is_json", is_flag=True, help="Write one JSON object.")
@click.option(
    "--run",
    "run_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the rankings to a new file, as a TREC run.",
)
def command(
    directory: Path, *, against: Path | None, expand: bool, is_json: bool, run_file: Path | None
) -> int:
    """Measure how well excerpt ranks the judged collection in DIRECTORY.

    Every query is asked for any of its words, whole and cut to its three and two rarest words, and a document ranks
    by its best passage. The index is made in a temporary folder (TMPDIR says where).
    """
    if run_file is not None:
        refuse_existing(run_file)
    quality = measure(directory, read_run(against) if against is not None else None, expand=expand)
    if run_file is not None:
        write_run(run_file, quality.run)
    if is_json:
        write([json_of(quality) + "\n"], is_data=True)
    else:
        write(lines_of(quality))
    return 0
