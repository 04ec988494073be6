"""The next state of an index in the making: catalog and engine, kept in step.

Each commit is one transaction of the catalog that names what the engine has written before. In every committed state
each document is complete and found somewhere, and the engine holds the documents of the catalog and no other. A state
that is not yet the whole corpus says so.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from excerpt.catalog import FileProblem
from excerpt.catalog.document_codec import DocumentRows
from excerpt.catalog.records import FileStat, MetadataPairs, UnfinishedBuild, stat_of
from excerpt.catalog.writer import CatalogWriter
from excerpt.engines import EngineWriter, Manifest, sweep
from excerpt.indexing.changes import Job, Known
from excerpt.indexing.worker import Lost, News, Outcome, Rows
from excerpt.ingest.metadata import metadata_of_path
from excerpt.model import SourceFile

__all__ = ["IndexCommitter"]

_NO_STAT = FileStat(-1, 0, 0, 0)
"""Equal to the stat of no file: it is tried again by the next build."""


class IndexCommitter:
    """What is to be committed next.

    `given` is the metadata of `metadata.csv` by path, `warnings` say what is wrong with it.
    """

    def __init__(
        self,
        catalog: CatalogWriter,
        engine: EngineWriter,
        known: Known,
        given: Mapping[str, MetadataPairs],
        engine_name: str,
        *,
        warnings: list[str],
    ) -> None:
        self.folder = catalog.folder
        self.engine_name = engine_name
        self._catalog = catalog
        self._engine = engine
        self.dictionary = catalog.dictionary
        """What texts are compressed with, b"" for none."""
        self._known = known
        self._given = given
        self._warnings = warnings
        self._manifest: Manifest | None = None if known.is_nothing else catalog.manifest
        self._awaited: dict[int, list[SourceFile]] = {}
        """The files of documents that are being read."""
        self._failed: dict[int, str] = {}
        """Why documents could not be read."""
        self._instead: dict[int, int] = {}
        """For documents that turned out to be others, these."""
        self._n_files = 0
        """The files of the corpus that this build is done with."""
        self.is_unfinished = catalog.settings.unfinished is not None
        """Whether the last commit was not the last of its build."""
        self._moved: set[int] = set()
        """Documents whose files or metadata are others than the engine was told."""

    def compress_with(self, dictionary: bytes) -> None:
        """Let texts be compressed with `dictionary` from now on."""
        self.dictionary = dictionary
        self._catalog.set_dictionary(dictionary)

    def settle(self, file: SourceFile) -> None:
        """Take a file that was not looked at as it is, but for what `metadata.csv` says of it."""
        self._n_files += 1
        known = self._known.files.get(file.path)
        if known is not None and known.table_metadata != self._given.get(file.path, ()):
            self._place(file, known.document)

    def keep(self, file: SourceFile, document: int) -> None:
        """Say that `document`, known or awaited, is found at `file`."""
        if document in self._awaited:
            self._awaited[document].append(file)
            return
        self._n_files += 1
        if document in self._failed:
            self._blame(file, self._failed[document], stat_of(file))
            return
        document = self._instead.get(document, document)
        known = self._known.files.get(file.path)
        stat, given = stat_of(file), self._given.get(file.path, ())
        if known != (document, stat, given):
            is_touched = known is not None and known[0] == document and known[2] == given
            self._place(file, document, is_news=not is_touched)

    def _place(self, file: SourceFile, document: int, *, is_news: bool = True) -> None:
        given = self._given.get(file.path, ())
        self._catalog.put_file(
            file.path, stat_of(file), document, metadata_of_path(file.path), given
        )
        if is_news:
            self._moved.add(document)
            self._leave(file.path)

    def _leave(self, path: str) -> None:
        """Remember to tell the engine that the document which was at `path` may be there no more."""
        known = self._known.files.get(path)
        if known is not None:
            self._moved.add(known.document)

    def _blame(self, file: SourceFile, reason: str, stat: FileStat) -> None:
        self._catalog.put_problem(FileProblem(file.path, reason), stat)
        self._leave(file.path)

    def reject(self, file: SourceFile, reason: str) -> None:
        """Say that `file` could not be read; the next build tries again."""
        self._n_files += 1
        known = self._known.problems.get(file.path)
        if known is None or known != (reason, _NO_STAT):
            self._blame(file, reason, _NO_STAT)

    def forget(self, path: str) -> None:
        """Say that there is nothing at `path` any more."""
        self._catalog.remove_path(path)
        self._leave(path)

    def leave_out(self, skipped: list[FileProblem], failures: list[FileProblem]) -> None:
        """Say what of the corpus was not walked: by a rule, or because it could not be read."""
        if self._catalog.skipped() != skipped:
            self._catalog.replace_skipped(skipped)
        for failure in failures:
            known = self._known.problems.get(failure.path)
            if known is None or known.reason != failure.reason:
                self._catalog.put_problem(failure, _NO_STAT)

    def expect(self, job: Job) -> None:
        """Await the document of `job`; other files may turn out to hold it too."""
        self._awaited[job.document] = [job.file]

    def hear(self, news: News) -> None:
        """Take in what is told of awaited documents."""
        match news:
            case Rows():
                self._catalog.add_rows(news.texts, news.passages)
            case Lost():
                self._catalog.remove_rows(news.documents)
            case Outcome():
                self.take(news)

    def take(self, outcome: Outcome) -> None:
        """Take in what became of awaited documents, whose rows have come before."""
        for segment in outcome.segments:
            self._engine.adopt(segment)
            self._manifest = None
        for document, reason in outcome.failures:
            self._failed[document] = reason
            files = self._awaited.pop(document)
            self._n_files += len(files)
            for file in files:
                self._blame(file, reason, stat_of(file))
        for entry in outcome.entries:
            self._take(entry)

    def _take(self, entry: DocumentRows) -> None:
        document = self._catalog.document_with(entry.digest, entry.format)
        if document is None:
            document = entry.id
            self._catalog.add_document(entry)
        else:  # the same bytes under a name that let another format be expected
            self._engine.delete(entry.id)
            self._catalog.remove_rows([entry.id])
            self._instead[entry.id] = document
        paths = self._awaited.pop(entry.id)
        self._n_files += len(paths)
        for file in paths:
            self._place(file, document)
        if document == entry.id and len(paths) == 1:
            self._moved.discard(document)  # the engine knows its one place already

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to commit."""
        is_told = list(self._catalog.settings.warnings) == self._warnings
        return self._catalog.has_changes or self._manifest is None or not is_told

    def commit(self, root: Path, walked_ns: int, next_document: int, total_files: int = 0) -> None:
        """Make all that was taken in visible: the index of the corpus `root` as it was walked at `walked_ns`.

        `total_files`: how many files the corpus has, if more is to come; 0 with the last commit.
        """
        dropped = self._catalog.remove_orphans() if self._catalog.has_changes else []
        for document in dropped:
            self._engine.delete(document)
        self._moved.difference_update(dropped)
        for document in sorted(self._moved):
            self._engine.describe(document, *self._catalog.paths_and_metadata(document))
        if dropped or self._moved or self._manifest is None:
            self._manifest = self._engine.prepare()
            self._moved.clear()
        unfinished = UnfinishedBuild(self._n_files, total_files) if total_files else None
        self._catalog.commit(
            self._catalog.settings._replace(
                manifest=self._manifest,
                corpus=str(root),
                corpus_from_index=os.path.relpath(root, os.path.realpath(self.folder)),
                walked_ns=walked_ns,
                next_document=next_document,
                warnings=tuple(self._warnings),
                unfinished=unfinished,
            )
        )
        self.is_unfinished = bool(total_files)

    def tidy(self) -> None:
        """Remove what the last commit does not need any more, and what a build that died has left: files of another
        engine too, if the index had one."""
        if self._manifest is not None:
            sweep(self.folder, self._manifest)
        self._catalog.checkpoint()
