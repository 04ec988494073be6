"""The next state of an index: catalog and engine, changed in step.

A commit is one transaction of the catalog, which names the files that the engine has written
before. In every committed state, each document is complete and has a path, and engine and catalog
hold the same documents. A state that does not cover the whole corpus yet is marked as unfinished.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from excerpt.catalog import IndexedContainer, UnindexedFile
from excerpt.catalog.document_codec import DocumentRow
from excerpt.catalog.records import FileStat, UnfinishedBuild, stat_of
from excerpt.catalog.writer import CatalogWriter, FileRecord, UnreadableRecord
from excerpt.engines import EngineWriter, Manifest, sweep
from excerpt.indexing.changes import IndexedCorpus, Job
from excerpt.indexing.corpus_metadata import CorpusMetadata
from excerpt.indexing.format_changes import FormatChanges
from excerpt.indexing.main_language import main_language
from excerpt.indexing.messages import SegmentResult
from excerpt.indexing.publishing import publish_state
from excerpt.ingest.path_dates import metadata_of_path
from excerpt.model import SourceFile
from excerpt.text_store.compression import Dictionary
from excerpt.text_store.writer import StoreWriter
from excerpt.text_store.writer import sweep as sweep_texts

__all__ = ["IndexCommitter"]

_NO_STAT: Final = FileStat(-1, 0, 0, 0)
"""The stat of no file: with it, the next build tries an unreadable file again."""


class IndexCommitter:
    """A collector of changes to an index, which commits them.

    `metadata` is what the user says about files; `warnings` are problems with
    it. `rules` is the file with the rules of the collection, `formats` are the changes of the
    formats.

    folder         the folder of the index
    engine_name    the name of its engine
    is_unfinished  True if the last commit was not the last of its build
    """

    def __init__(
        self,
        catalog: CatalogWriter,
        engine: EngineWriter,
        indexed: IndexedCorpus,
        metadata: CorpusMetadata,
        engine_name: str,
        *,
        warnings: list[str],
        rules: str = "",
        formats: FormatChanges,
    ) -> None:
        self.folder = catalog.folder
        self.engine_name = engine_name
        self.is_unfinished = catalog.settings.unfinished is not None
        self._catalog = catalog
        self._engine = engine
        self._store = StoreWriter(catalog.folder, catalog.settings.store)
        self._indexed = indexed
        self._rejected: set[str] = set()
        self._metadata = metadata
        self._warnings = tuple(warnings)
        self._rules = rules
        self._formats = formats
        self._manifest: Manifest | None = None if indexed.is_empty else catalog.manifest
        """The engine's committed state; None if it has changed since."""
        self._pending: dict[int, list[SourceFile]] = {}
        """The files of each document that is being read."""
        self._failed: dict[int, str] = {}
        """Why documents could not be read."""
        self._same_as: dict[int, int] = {}
        """For each document that turned out to equal another, the id of that other document."""
        self._n_files = 0
        """The number of files of the corpus that this build has dealt with."""
        self._redescribed: set[int] = set()
        """Documents with other paths or metadata than the engine has."""

    @property
    def dictionary(self) -> Dictionary:
        """The dictionary that compresses texts."""
        return self._store.dictionary

    def set_dictionary(self, dictionary: bytes) -> None:
        """Compress texts with `dictionary` from now on."""
        self._store.set_dictionary(dictionary)

    # Decisions

    def keep_unchanged(self, file: SourceFile) -> None:
        """Keep a file that was not looked at; only its metadata in a metadata.csv may differ."""
        self._n_files += 1
        former = self._indexed.files.get(file.path)
        if former is not None and former.table_metadata != self._metadata.of_file(file):
            self._put_file(file, former.document)

    def keep(self, file: SourceFile, document: int) -> None:
        """Record that `file` holds `document`, which is in the index or being read."""
        if document in self._pending:
            self._pending[document].append(file)
            return
        self._n_files += 1
        if document in self._failed:
            self._put_problem(file, self._failed[document], stat_of(file))
            return
        document = self._same_as.get(document, document)
        former = self._indexed.files.get(file.path)
        metadata = self._metadata.of_file(file)
        record = FileRecord(document, stat_of(file), metadata, file.container)
        if former != record:
            is_touched = former is not None and former._replace(stat=record.stat) == record
            # The engine stores no times, so it need not know that a file was only touched.
            self._put_file(file, document, is_redescribed=not is_touched)

    def reject(self, file: SourceFile, reason: str) -> None:
        """Record that `file` could not be read; the next build tries again."""
        self._n_files += 1
        self._rejected.add(file.path)
        known = self._indexed.unreadable.get(file.path)
        # Those of containers that are looked at were removed before.
        if file.container or known != UnreadableRecord(reason, _NO_STAT):
            self._put_problem(file, reason, _NO_STAT)

    def remove(self, path: str) -> None:
        """Record that there is no file at `path` any more."""
        self._catalog.remove_path(path)
        self._redescribe_former(path)

    def record_excluded(self, excluded: list[UnindexedFile]) -> None:
        """Record which files, folders and members rules exclude."""
        if self._catalog.excluded() != excluded:
            self._catalog.replace_excluded(excluded)

    def record_containers(
        self, containers: Mapping[str, IndexedContainer], *, is_complete: bool = True
    ) -> None:
        """Record the files that hold members.

        Before the last commit, only new ones are recorded: an index must know the container of
        each member, and until all members were read, the former state of one shows that it has
        changed.
        """
        for path, container in containers.items():
            known = self._indexed.containers.get(path)
            if is_complete and path in self._indexed.unreadable and path not in self._rejected:
                self._catalog.remove_path(path)  # it can be read now
            if is_complete and container != known:
                self._catalog.put_container(path, container)
            elif not is_complete and known is None:
                self._catalog.put_container(path, container._replace(is_complete=False))

    def remove_container(self, path: str) -> None:
        """Record that the file at `path` holds no members any more."""
        self._catalog.remove_container(path)

    def record_failures(self, failures: list[UnindexedFile]) -> None:
        """Record what the walk could not read."""
        for failure in failures:
            known = self._indexed.unreadable.get(failure.path)
            if known is None or known.reason != failure.reason:
                self._catalog.put_unreadable(failure, _NO_STAT)

    def expect(self, job: Job) -> None:
        """Expect the document of `job`; more files may turn out to hold it."""
        self._pending[job.document] = [job.file]

    def _put_file(self, file: SourceFile, document: int, *, is_redescribed: bool = True) -> None:
        self._catalog.put_file(
            file.path,
            stat_of(file),
            document,
            metadata_of_path(file.dated),
            self._metadata.of_file(file),
            container=file.container,
        )
        if is_redescribed:
            self._redescribed.add(document)
            self._redescribe_former(file.path)

    def _put_problem(self, file: SourceFile, reason: str, stat: FileStat) -> None:
        self._catalog.put_unreadable(UnindexedFile(file.path, reason, file.container), stat)
        self._redescribe_former(file.path)

    def _redescribe_former(self, path: str) -> None:
        """Describe the document that was at `path` to the engine again, as it may be elsewhere."""
        former = self._indexed.files.get(path)
        if former is not None:
            self._redescribed.add(former.document)

    # Documents

    def add_segment(self, result: SegmentResult) -> None:
        """Add the documents and the files of `result`, and record its failures."""
        if result.segment is not None:
            self._engine.adopt(result.segment)
            self._manifest = None
        if result.texts is not None:
            self._store.adopt(result.texts)
        for document, reason in result.failures:
            self._failed[document] = reason
            files = self._pending.pop(document)
            self._n_files += len(files)
            for file in files:
                self._put_problem(file, reason, stat_of(file))
        for row in result.documents:
            self._add_document(row)

    def _add_document(self, row: DocumentRow) -> None:
        document = self._catalog.document_with(row.digest, row.format, row.reading)
        if document is None:
            document = row.id
            self._catalog.add_document(row)
        else:  # the same bytes under another suffix, which might have meant another format
            self._engine.delete(row.id)
            self._same_as[row.id] = document
        files = self._pending.pop(row.id)
        self._n_files += len(files)
        for file in files:
            self._put_file(file, document)
        if document == row.id and len(files) == 1:
            self._redescribed.discard(document)  # its segment holds its only path already

    # Commits

    def has_changes(self, root: Path) -> bool:
        """Return whether there is anything to commit for the corpus `root`."""
        settings = self._catalog.settings
        return (
            (settings.corpus, settings.corpus_from_index) != self._locations(root)
            or self._catalog.has_changes
            or self._manifest is None
            or settings.warnings != self._warnings
            or settings.rules != self._rules
            or self._formats.is_any
            or settings.added_formats != self._formats.added
        )

    def _locations(self, root: Path) -> tuple[str, str]:
        """Return the paths by which an index finds its corpus: absolute, and from its folder."""
        return str(root), os.path.relpath(root, os.path.realpath(self.folder))

    def commit(self, root: Path, walked_ns: int, next_document: int, total_files: int = 0) -> None:
        """Make all changes visible: the index of the corpus `root` as of the walk at `walked_ns`.

        `total_files` is the number of files in the corpus if more commits follow, else 0.
        """
        orphans = self._catalog.remove_orphans() if self._catalog.has_changes else []
        for document in orphans:
            self._engine.delete(document)
        self._redescribed.difference_update(orphans)
        for document in sorted(self._redescribed):
            self._engine.describe(document, *self._catalog.paths_and_metadata(document))
        store = self._catalog.settings.store
        if orphans or self._manifest is None:
            store = self._store.prepare(self._catalog.document_ids())
        if orphans or self._redescribed or self._manifest is None:
            self._manifest = self._engine.prepare(main_language(self._catalog.sizes_by_language()))
            self._redescribed.clear()
        corpus, corpus_from_index = self._locations(root)
        unfinished = UnfinishedBuild(self._n_files, total_files) if total_files else None
        settings = self._catalog.settings
        if unfinished is None:  # until then, files may be left that must be read by a new reader
            settings = settings.replace(
                added_formats=self._formats.added, readers=self._formats.readers
            )
        self._catalog.commit(
            settings.replace(
                manifest=self._manifest,
                store=store,
                corpus=corpus,
                corpus_from_index=corpus_from_index,
                walked_ns=walked_ns,
                next_document=next_document,
                warnings=self._warnings,
                rules=self._rules,
                unfinished=unfinished,
            )
        )
        self.is_unfinished = unfinished is not None

    def clean_up(self) -> None:
        """Publish the last commit to readers elsewhere, and remove the files that it does not need.

        These are files of former states, of builds that died, and of another engine, if the index
        had one. Readers of former states keep the files that they have open.
        """
        if self._manifest is not None:
            publish_state(self._catalog, self._catalog.settings)
            sweep(self.folder, self._manifest)
            sweep_texts(self.folder, self._catalog.settings.store)
        self._catalog.checkpoint()
