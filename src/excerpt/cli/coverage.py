"""`excerpt coverage`: the outcome of every file of the corpus."""

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from excerpt.catalog import Catalog
from excerpt.cli.options import choose_corpus, index_options
from excerpt.cli.output import plural, write
from excerpt.ingest.formats.ocr_commands import command_in
from excerpt.present.json_text import dump_report
from excerpt.present.reports import coverage_record
from excerpt.present.terminal import clean, printable_path, shorten
from excerpt.search.coverage import Coverage, FileOutcome, read_coverage

__all__ = ["command"]

_MAX_LISTED = 20
_LISTED_LANGUAGES = (
    "ar:ara bg:bul ca:cat cs:ces da:dan de:deu el:ell en:eng es:spa et:est fi:fin fr:fra he:heb"
    " hr:hrv hu:hun it:ita la:lat lt:lit lv:lav nl:nld no:nor pl:pol pt:por ro:ron ru:rus sk:slk"
    " sl:slv sr:srp sv:swe tr:tur uk:ukr"
)
_OCR_LANGUAGES = dict(pair.split(":") for pair in _LISTED_LANGUAGES.split())
"""The codes of languages in Tesseract, by those of ISO 639-1."""
_MAX_SHOWN = 50
"""Characters shown of a text that is set apart; its line then fits into 80 columns."""


@click.command("coverage")
@click.option(
    "--all",
    "is_all",
    is_flag=True,
    help="List every problem and warning, not only some of each kind.",
)
@click.option(
    "--images",
    "is_images",
    is_flag=True,
    help="Write the commands that recognise the text of PDF pages that are images.",
)
@click.option("--json", "is_json", is_flag=True, help="Write one JSON object with every file.")
@index_options
def command(corpus: Path, index: Path, *, is_all: bool, is_images: bool, is_json: bool) -> int:
    """Account for every file of the corpus.

    Each file is indexed, a copy, excluded by a rule, unreadable, or new since the last build.
    Guessed encodings, replaced bytes and cuts are listed with their offsets. --json lists every
    file.
    """
    with Catalog.open(index) as catalog:
        choose_corpus(catalog, corpus, index)
        coverage = read_coverage(catalog)
    if is_images:
        write(_commands(coverage), is_data=True)
    elif is_json:
        write([dump_report(coverage_record(coverage))], is_data=True)
    else:
        write(_lines(coverage, None if is_all else _MAX_LISTED))
    return 0


def _commands(coverage: Coverage) -> Iterator[str]:
    """Yield the command for each file on disk whose warnings name one.

    It replaces the file, so that the next build finds the text.
    """
    for file in coverage.with_warnings:
        for ocr in filter(None, map(command_in, file.warnings)):
            if not file.container:
                path = shlex.quote(str(coverage.corpus / file.path))
                code = file.language or coverage.main_language
                language = _OCR_LANGUAGES.get(code, "LANGUAGE")
                yield f"{ocr} -l {language} {path} {path}\n"


def _lines(coverage: Coverage, limit: int | None) -> Iterator[str]:
    counts = coverage.counts
    yield f"files       {len(coverage.files):,} below {printable_path(str(coverage.corpus))}"
    names = {FileOutcome.COPY: "copies"}
    for outcome in FileOutcome:
        if counts[outcome] or outcome is not FileOutcome.NEW:
            yield f"{names.get(outcome, outcome.value):<11} {counts[outcome]:,}"
    if coverage.members:
        n_containers = len({file.container for file in coverage.members})
        outcomes = ", ".join(
            f"{n:,} {names.get(FileOutcome(outcome), outcome)}"
            for outcome, n in coverage.member_counts.items()
            if n
        )
        in_files = plural(n_containers, "file")
        yield f"members     {len(coverage.members):,} in {in_files}: {outcomes}"
    rules = Counter(file.reason for file in coverage.of(FileOutcome.EXCLUDED))
    excluded = [f"{n:,} × {clean(rule)}" for rule, n in rules.most_common()]
    yield from _listed("Excluded:", excluded, limit)
    root = str(coverage.corpus)  # the corpus itself has an empty path
    unreadable = [
        f"{printable_path(file.path or root)}: {clean(file.reason)}"
        for file in coverage.of(FileOutcome.UNREADABLE)
    ]
    yield from _listed("Could not be read:", unreadable, limit)
    copies = [
        f"{printable_path(file.path)}: of {printable_path(file.reason)}"
        for file in coverage.of(FileOutcome.COPY)
    ]
    yield from _listed("Copies:", copies, limit)
    with_warnings = [
        f"{printable_path(file.path)}{f' ({file.encoding})' if file.encoding else ''}:"
        f" {clean(warning)}"
        for file in coverage.with_warnings
        for warning in file.warnings
    ]
    yield from _listed("Read with warnings:", with_warnings, limit)
    yield from _set_apart(coverage, limit)
    taken_for = f", searched as {coverage.main_language}" if coverage.main_language else ""
    for title, paths in (
        (f"In an unknown language{taken_for}:", [file.path for file in coverage.unknown]),
        ("Without any text:", [file.path for file in coverage.empty]),
        ("New since the last build:", [file.path for file in coverage.of(FileOutcome.NEW)]),
        ("Changed since the last build:", [file.path for file in coverage.stale]),
        ("Gone since the last build:", coverage.gone),
    ):
        yield from _listed(title, [printable_path(path) for path in paths], limit)


def _set_apart(coverage: Coverage, limit: int | None) -> Iterator[str]:
    """Yield the numbers of texts set apart by reason, then the texts, the most frequent first."""
    totals: Counter[str] = Counter()
    for each in coverage.set_apart:
        totals[each.reason] += each.n_occurrences
    reasons = [f"{n:,} × {reason}" for reason, n in totals.most_common()]
    yield from _listed("Set apart from the running text (excerpt help query):", reasons, None)
    texts = [
        f"{each.n_occurrences:,} × {shorten(each.text, _MAX_SHOWN)}  ({each.reason})"
        for each in coverage.set_apart
        if not each.is_mark and any(map(str.isalpha, each.text))
    ]
    yield from _listed("The most frequent of these texts:", texts, limit)


def _listed(title: str, lines: Sequence[str], limit: int | None) -> Iterator[str]:
    if not lines:
        return
    yield ""
    yield title
    for line in lines[:limit]:
        yield f"  {line}"
    if limit is not None and len(lines) > limit:
        yield f"  and {len(lines) - limit:,} more; --all lists them."
