"""A plan → the effect of the rules of a collection on some of the files that they concern.

A dry run shows it before anything is indexed: each file is read twice, as it was when it was
indexed and as it would be now.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from excerpt.catalog.metadata import merge_metadata
from excerpt.catalog.records import MetadataPairs
from excerpt.errors import CorpusError, Unreadable
from excerpt.indexing.changes import format_suffix
from excerpt.indexing.owner_settings import OwnerSettings
from excerpt.indexing.plan import Plan
from excerpt.ingest import source
from excerpt.ingest.collection_rules import CollectionRules
from excerpt.ingest.formats import read_document
from excerpt.ingest.path_dates import metadata_of_path
from excerpt.ingest.rules_file import parse_rules
from excerpt.model import BlockKind, Document, SourceFile

__all__ = ["COUNTED", "Effect", "FileSummary", "sample_effects"]

COUNTED: Final = (
    BlockKind.PAGE,
    BlockKind.REFERENCE,
    BlockKind.NOTE,
    BlockKind.BOILERPLATE,
)
"""Kinds of text that rules can find."""


class FileSummary(NamedTuple):
    """A file as it is read.

    facts     title, author, date, language and encoding, by name
    labels    of its pages
    lines     the lines of each kind that rules can find
    problem   why it cannot be read, "" if it can
    """

    facts: Mapping[str, str]
    labels: tuple[str, ...]
    lines: Mapping[BlockKind, Sequence[str]]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect of the rules on one file: its path, and the file as it was and would be read."""

    path: str
    before: FileSummary
    after: FileSummary

    def example(self, kind: BlockKind) -> str:
        """Return a line of this kind, if possible one that is of this kind only now."""
        before, after = self.before.lines.get(kind, ()), self.after.lines.get(kind, ())
        known = set(before)
        return next((line for line in after if line not in known), (*after, *before, "")[0])


def sample_effects(plan: Plan, n: int) -> tuple[tuple[Effect, ...], int]:
    """Return the effects on at most `n` files from all over the corpus, and the number of files.

    The files are those to which a rule applies or has applied, or to which the user gives another
    title or other metadata than before; those that would be read as they were are left out.
    """
    containers = plan.finder.containers.keys() | plan.changes.kept_containers
    affected = [
        file
        for file in plan.walk.files
        if file.path not in containers and _is_affected(plan, file.path)
    ]
    chosen = affected[:: max(1, -(-len(affected) // max(1, n)))][:n]
    former = _former_rules(plan)
    return tuple(_effect(plan, former, file) for file in chosen), len(affected)


def _former_rules(plan: Plan) -> CollectionRules:
    """Return the rules with which the index was built."""
    try:
        return parse_rules(plan.indexed.rules.encode())
    except CorpusError:  # another version accepted them
        return CollectionRules()


def _is_affected(plan: Plan, path: str) -> bool:
    """Return whether a file would be read in another way, or get other metadata."""
    former = plan.indexed.files.get(path)
    settings = plan.changes.settings_of(path)
    metadata = plan.metadata.of(path)
    if former is None:
        is_tried = path not in plan.indexed.unreadable or (
            plan.indexed.rules != plan.changes.rules.source
        )
        return is_tried and bool(settings.full_key or metadata)
    is_read_alike = plan.changes.has_reading(former.document, path)
    return not is_read_alike or former.table_metadata != metadata


def _effect(plan: Plan, former_rules: CollectionRules, file: SourceFile) -> Effect:
    former = plan.indexed.files.get(file.path)
    before: MetadataPairs = former.table_metadata if former else ()
    rules = former_rules.for_file(file.path) if former else CollectionRules().for_file(file.path)
    after = plan.metadata.of(file.path)
    return Effect(
        file.path,
        _summary(plan, file, before, OwnerSettings.of(before, rules)),
        _summary(plan, file, after, plan.changes.settings_of(file.path)),
    )


def _summary(
    plan: Plan, file: SourceFile, metadata: MetadataPairs, settings: OwnerSettings
) -> FileSummary:
    """Return the summary of a file that is read with these decisions."""
    try:
        data = source.read(plan.root, file)
        document = read_document(f"text{format_suffix(file.path)}", data, settings.rules)
    except Unreadable as error:
        return FileSummary({}, (), {}, error.reason)
    merged = dict(merge_metadata(document.metadata, metadata_of_path(file.path), metadata))
    facts = {
        "title": settings.title or document.title,
        "author": merged.get("author", ""),
        "date": merged.get("date", "") or merged.get("year", ""),
        "language": settings.language or document.language,
        "encoding": document.encoding,
    }
    lines: dict[BlockKind, list[str]] = {}
    for kind, text in _lines(document):
        lines.setdefault(kind, []).append(text)
    labels = tuple(page.label for page in document.pages if page.label)
    return FileSummary(facts, labels, lines)


def _lines(document: Document) -> Iterator[tuple[BlockKind, str]]:
    """Yield each line of the kinds that rules can find."""
    for span, kind in sorted(
        [(block.span, block.kind) for block in document.blocks if block.kind in COUNTED]
        + [(mark.span, mark.kind) for mark in document.marks if mark.kind in COUNTED]
    ):
        for line in span.of(document.text).splitlines():
            if line.strip():
                yield kind, line.strip()
