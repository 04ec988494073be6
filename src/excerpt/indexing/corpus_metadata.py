"""All metadata.csv of a corpus, and its rules for paths → metadata by path, and problems."""

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from excerpt.catalog.metadata import overlay
from excerpt.catalog.records import MetadataPairs, container_of
from excerpt.errors import Unreadable
from excerpt.ingest import source
from excerpt.ingest.collection_rules import RULES_FILE, CollectionRules
from excerpt.ingest.metadata_table import read_metadata
from excerpt.ingest.walk import Walk
from excerpt.model import SourceFile

__all__ = ["CorpusMetadata", "read_corpus_metadata"]

_FILE_NAME: Final = "metadata.csv"
_MAX_NAMED: Final = 5
"""The most missing files that are named for each metadata.csv."""


@dataclass(frozen=True, slots=True)
class CorpusMetadata:
    """The metadata that the owner of a corpus gives to each file and member.

    A member has its own, and for all names that this lacks, that of its container, except the
    title.

    by_path  that of files, and that of members in a metadata.csv, by path
    rules    the rules of the collection
    """

    by_path: Mapping[str, MetadataPairs] = field(default_factory=dict)
    rules: CollectionRules = field(default_factory=CollectionRules)

    def of(self, path: str, container: str = "") -> MetadataPairs:
        """Return the metadata of the file at `path`, perhaps a member of a container."""
        if not container:
            return self.by_path.get(path, ())
        own = self.by_path.get(_composed(path), ()) if self.by_path else ()
        if self.rules.tables:
            own = overlay(own, self.rules.metadata_of(path))
        general = self.by_path.get(container, ())
        return overlay(own, tuple(pair for pair in general if pair[0] != "title"))

    def of_file(self, file: SourceFile) -> MetadataPairs:
        """Return the metadata of `file`."""
        return self.of(file.path, file.container)


def read_corpus_metadata(
    root: Path, walk: Walk, rules: CollectionRules
) -> tuple[CorpusMetadata, list[str]]:
    """Return the metadata that the owner of a corpus gives to each file, and problems with it.

    It is in a metadata.csv in a folder around the file, or in the rules of the collection for
    paths. If several tables name a file, the last one in the order of paths counts, and a table
    takes precedence over the rules. The problems are sentences.
    """
    by_path, problems = _read_tables(root, walk)
    paths = [file.path for file in walk.files]
    if rules.tables:
        for path in paths:
            if pairs := rules.metadata_of(path):
                by_path[path] = overlay(by_path.get(path, ()), pairs)
        problems += rules.unused(paths)
    problems += _misplaced_rules(walk)
    return CorpusMetadata(by_path, rules), problems


def _misplaced_rules(walk: Walk) -> Iterator[str]:
    """Yield a sentence about each file of rules in a folder of the corpus."""
    for path in (each.path for each in walk.skipped):
        if path.endswith(f"/{RULES_FILE}"):
            yield f"{path} was not read: only the top folder of a corpus has a {RULES_FILE}"


def _read_tables(root: Path, walk: Walk) -> tuple[dict[str, MetadataPairs], list[str]]:
    """Return the metadata in all metadata.csv by path, and problems."""
    by_path: dict[str, MetadataPairs] = {}
    problems: list[str] = []
    # The disk may have a name in another form than the one that was typed.
    existing: dict[str, list[str]] = {}
    for file in walk.files:
        existing.setdefault(_composed(file.path), []).append(file.path)
    for path in (each.path for each in walk.skipped):
        if path.rpartition("/")[2] != _FILE_NAME:
            continue
        folder = _composed(path.removesuffix(_FILE_NAME))
        try:
            table = read_metadata(source.read(root, SourceFile(path, 0, 0, 0, 0)))
        except Unreadable as error:
            problems.append(f"{path}: {error.reason}")
            continue
        names = []
        for name, pairs in table.by_path.items():
            if container_of(folder + name, existing):
                by_path[folder + name] = pairs
                continue
            names.append(name)
            for existing_path in existing.get(folder + name, ()):
                by_path[existing_path] = pairs
        missing = _describe_missing(folder, names, existing)
        problems += [f"{path}: {problem}" for problem in (*missing, *table.problems)]
    return by_path, problems


def _composed(path: str) -> str:
    return path if path.isascii() else unicodedata.normalize("NFC", path)


def _describe_missing(
    folder: str, names: Iterable[str], existing: Collection[str]
) -> Iterator[str]:
    """Yield a sentence about the `names` in a metadata.csv in `folder` that are not files."""
    missing = [name for name in names if folder + name not in existing]
    if not missing:
        return
    near: dict[str, str] = {}
    for path in existing:
        if path.startswith(folder):
            near.setdefault(_simplified(path[len(folder) :]), path[len(folder) :])
    named = ", ".join(_with_near(name, near) for name in missing[:_MAX_NAMED])
    if len(missing) > _MAX_NAMED:
        named += f" and {len(missing) - _MAX_NAMED:,} more"
    if len(missing) == 1:
        yield f"1 row matches no indexed file: {named}"
    else:
        yield f"{len(missing):,} rows match no indexed file: {named}"


def _simplified(path: str) -> str:
    """Return `path` without what people get wrong: capitals, separators and where it begins."""
    return path.casefold().replace("\\", "/").removeprefix("./").strip("/ ")


def _with_near(name: str, near: Mapping[str, str]) -> str:
    """Return a path that is not a file, with the file that may be meant."""
    found = near.get(_simplified(name))
    return f"{name!r} (did you mean {found!r}?)" if found else repr(name)
