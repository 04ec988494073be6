"""The catalog and the corpus on disk → the outcome for every file below the corpus.

Every file is accounted for: it is indexed, a copy of an indexed file, excluded by a rule, or
unreadable for a reason; or it appeared after the last build. So is every member of a container,
such as a mailbox or an archive, as of the last build. The disk is walked without applying
any rules, so the numbers can be checked against an independent count. A rule or reason that
concerns a folder holds for every file below it. Nothing is written; a source file is read only if
its size or times have changed, to see whether its contents have.
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from excerpt.catalog import Catalog, IndexedFile
from excerpt.catalog.records import container_of
from excerpt.model import BlockKind, Reason

__all__ = ["Coverage", "CoveredFile", "FileOutcome", "TextSetApart", "read_coverage"]


_MARKS = {
    BlockKind.PAGE: "page number",
    BlockKind.REFERENCE: "note reference",
    BlockKind.GLOSS: "gloss",
    BlockKind.LINK: "target of a link",
    BlockKind.MARKUP: "markup",
}


class FileOutcome(StrEnum):
    """The outcomes for a file."""

    INDEXED = "indexed"
    COPY = "copy"
    EXCLUDED = "excluded"
    UNREADABLE = "unreadable"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class CoveredFile:
    """The outcome for one file.

    path      relative to the corpus
    outcome   what became of it
    reason    the rule that excludes it, why it is unreadable, or the path that it copies
    encoding  the encoding it was decoded from
    warnings  what was guessed, replaced or cut when it was read, and where
    is_stale  True if it has changed since it was indexed
    is_empty  True if it has no text
    container  the file that holds it if it is a member, else ""
    language  its language, "" if that is unknown; None if it is not indexed, or has members
    """

    path: str
    outcome: FileOutcome
    reason: str = ""
    encoding: str = ""
    warnings: tuple[str, ...] = ()
    is_stale: bool = False
    is_empty: bool = False
    container: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class TextSetApart:
    """A text that is set apart from the running text, wherever it occurs in the corpus.

    text           the text, with white space collapsed
    reason         why it is set apart: the kind of mark, or the reason for which it is boilerplate
    n_occurrences  how often it occurs
    path           the first path of a document in which it occurs
    """

    text: str
    reason: str
    n_occurrences: int
    path: str

    @property
    def is_mark(self) -> bool:
        """True if it is a page number, a note reference, markup or the like."""
        return self.reason in _MARKS.values()


@dataclass(frozen=True, slots=True)
class Coverage:
    """The outcomes for all files below the corpus.

    corpus     the folder of the source files
    files      the outcomes, by path
    gone       the paths of indexed files that are no longer on disk
    set_apart  the texts that are set apart, the most frequent first
    members    the outcomes for the members of containers, by path
    main_language  the language that texts of unknown language are taken for when stemmed, or ""
    """

    corpus: Path
    files: tuple[CoveredFile, ...]
    gone: tuple[str, ...]
    set_apart: tuple[TextSetApart, ...] = ()
    members: tuple[CoveredFile, ...] = ()
    main_language: str = ""

    def __repr__(self) -> str:
        return f"<Coverage of {str(self.corpus)!r}: {len(self.files):,} files>"

    @property
    def counts(self) -> dict[str, int]:
        """The number of files with each outcome; together, all files."""
        return _counts(self.files)

    @property
    def member_counts(self) -> dict[str, int]:
        """The number of members with each outcome; together, all members."""
        return _counts(self.members)

    def of(self, outcome: FileOutcome) -> tuple[CoveredFile, ...]:
        """Return the files and members with this outcome."""
        return tuple(file for file in (*self.files, *self.members) if file.outcome is outcome)

    @property
    def with_warnings(self) -> tuple[CoveredFile, ...]:
        """The indexed files and members in which something was guessed, replaced or cut."""
        return tuple(file for file in self.of(FileOutcome.INDEXED) if file.warnings)

    @property
    def empty(self) -> tuple[CoveredFile, ...]:
        """The indexed files and members without text."""
        return tuple(file for file in self.of(FileOutcome.INDEXED) if file.is_empty)

    @property
    def unknown(self) -> tuple[CoveredFile, ...]:
        """The indexed files and members with a text in an unknown language."""
        indexed = self.of(FileOutcome.INDEXED)
        return tuple(file for file in indexed if file.language == "" and not file.is_empty)

    @property
    def stale(self) -> tuple[CoveredFile, ...]:
        """The files that have changed since they were indexed."""
        return tuple(file for file in self.files if file.is_stale)


def _counts(files: Iterable[CoveredFile]) -> dict[str, int]:
    counts = Counter(file.outcome for file in files)
    return {outcome.value: counts[outcome] for outcome in FileOutcome}


def read_coverage(catalog: Catalog, corpus: Path | None = None) -> Coverage:
    """Return the coverage of the files below `corpus` (None: the corpus of the catalog).

    Raises:
        IndexDamaged: if the catalog is damaged.
    """
    root = corpus or catalog.corpus
    outcomes = list(_known_outcomes(catalog))
    known = {file.path: file for file in outcomes if not file.container}
    files = tuple(sorted(_walk(root, known), key=lambda file: file.path))
    paths = {file.path for file in files}
    indexed = {FileOutcome.INDEXED, FileOutcome.COPY}
    gone = (path for path, file in known.items() if file.outcome in indexed and path not in paths)
    members = sorted((file for file in outcomes if file.container), key=lambda file: file.path)
    return Coverage(
        root,
        files,
        tuple(sorted(gone)),
        tuple(_texts_set_apart(catalog)),
        tuple(members),
        catalog.manifest.main_language,
    )


def _texts_set_apart(catalog: Catalog) -> list[TextSetApart]:
    counts: Counter[tuple[str, str]] = Counter()
    paths: dict[tuple[str, str], str] = {}
    for stored in catalog.passages_set_apart():
        first = stored.passage.span.start
        for block in stored.passage.blocks:
            text = stored.text[block.span.start - first : block.span.end - first]
            is_boilerplate = block.kind is BlockKind.BOILERPLATE
            reason = Reason(block.level).label if is_boilerplate else _MARKS[block.kind]
            key = (" ".join(text.split()), reason)
            counts[key] += 1
            paths.setdefault(key, stored.document.files[0].path)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [TextSetApart(text, reason, n, paths[text, reason]) for (text, reason), n in ordered]


def _known_outcomes(catalog: Catalog) -> Iterator[CoveredFile]:
    """Yield the outcomes in the catalog for files, folders (with a / at the end) and members."""
    containers = catalog.containers()
    stale = {}
    for path, container in containers.items():
        stale[path] = bool(catalog.is_stale(IndexedFile(path, *container.stat, container.digest)))
        yield CoveredFile(path, FileOutcome.INDEXED, is_stale=stale[path])
    for outcome, entries in (
        (FileOutcome.EXCLUDED, catalog.excluded()),
        (FileOutcome.UNREADABLE, catalog.unreadable()),
    ):
        for entry in entries:
            container_path = container_of(entry.path, containers)
            yield CoveredFile(entry.path, outcome, entry.reason, container=container_path)
    for document in catalog.documents():
        first = document.files[0]
        for file in document.files:
            yield CoveredFile(
                file.path,
                FileOutcome.INDEXED if file is first else FileOutcome.COPY,
                "" if file is first else first.path,
                document.encoding,
                document.warnings,
                stale[file.container] if file.container else bool(catalog.is_stale(file)),
                not document.n_passages,
                file.container,
                document.language,
            )


def _walk(root: Path, known: Mapping[str, CoveredFile]) -> Iterator[CoveredFile]:
    """Yield an outcome for each file below `root`.

    An unreadable folder has a single outcome: that of the rule that excludes it, or unreadable.
    """
    folders = [("", _outcome("", known, CoveredFile("", FileOutcome.NEW)))]
    while folders:
        folder, inherited = folders.pop()
        try:
            with os.scandir(root / folder) as scanned:
                entries = list(scanned)
        except OSError as error:
            reason = (error.strerror or "").lower()
            yield (
                inherited
                if inherited.reason
                else CoveredFile(folder, FileOutcome.UNREADABLE, reason)
            )
            continue
        for entry in entries:
            path = folder + entry.name
            if entry.is_dir(follow_symlinks=False):
                folders.append((path + "/", _outcome(path + "/", known, inherited)))
            else:
                yield _outcome(path, known, inherited)


def _outcome(path: str, known: Mapping[str, CoveredFile], inherited: CoveredFile) -> CoveredFile:
    """Return the known outcome for `path`, or else that of the folder around it."""
    return known.get(path) or CoveredFile(path, inherited.outcome, inherited.reason)
