"""One committed state of an index, open for reading: its documents, passages and sources.

`Index` adds the queries.
"""

from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar, cast

from excerpt.catalog import Catalog, IndexedFile, StoredPassage, UnfinishedBuild
from excerpt.engines import Engine
from excerpt.model import Key
from excerpt.search.lookup import find_document, find_location, neighbours, shown_passages
from excerpt.search.options import check_not_negative
from excerpt.search.snapshot import Snapshot

if TYPE_CHECKING:
    from excerpt.catalog import StoredDocument
    from excerpt.citing import Citation, CitationFormat
    from excerpt.indexing.pipeline import Report
    from excerpt.quotations.checking import CheckedQuotation
    from excerpt.quotations.report import QuotationReport
    from excerpt.search.coverage import Coverage
    from excerpt.search.status import Status

__all__ = ["OpenIndex", "one_at_a_time"]

T = TypeVar("T")
Method = TypeVar("Method", bound=Callable[..., Any])

_MAX_SAME_ID: Final = 256
"""Passages that are compared with an id: those whose ids begin with it."""


def one_at_a_time(method: Method) -> Method:
    """Let calls of a method of an index wait while another thread uses the index."""

    @wraps(method)
    def call(self: "OpenIndex", *arguments: Any, **named: Any) -> Any:
        with self._lock:
            return method(self, *arguments, **named)

    return cast("Method", call)


class OpenIndex:
    """The documents of an index that is open for reading; see `Index`."""

    def __init__(self, folder: Path | str, corpus: Path | str | None = None) -> None:
        self._lock = RLock()
        self.folder = Path(folder)
        self._moved_corpus = Path(corpus) if corpus is not None else None
        self._snapshot = Snapshot(self.folder, self._moved_corpus)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @one_at_a_time
    def close(self) -> None:
        """Close the files of the index. Later calls of other methods raise ExcerptError."""
        self._snapshot.close()

    @property
    def _catalog(self) -> Catalog:
        return self._snapshot.catalog

    @property
    def _engine(self) -> Engine:
        return self._snapshot.engine

    @property
    def corpus(self) -> Path:
        """The folder of the source files. It can be set if it has moved since the last build."""
        return self._catalog.corpus

    @corpus.setter
    def corpus(self, folder: Path) -> None:
        self._catalog.corpus = self._moved_corpus = folder

    @property
    def has_corpus(self) -> bool:
        """True if the folder of the source files exists; without it, an index can be searched."""
        return self._catalog.has_corpus

    def is_own_corpus(self, folder: Path | str) -> bool:
        """Return whether `folder` is the corpus, or holds most of its files unchanged."""
        return self._catalog.is_own_corpus(Path(folder))

    @property
    def unfinished(self) -> UnfinishedBuild | None:
        """The progress of the last build if it was interrupted, otherwise None.

        An index whose build was interrupted contains only a part of the corpus.
        """
        return self._catalog.unfinished

    @one_at_a_time
    def build(self, **options: Any) -> "Report":
        """Update the index from its corpus, continue with the new state, and return a report.

        The keyword arguments are those of `excerpt.build_index`, except the folders.

        Raises:
            ExcerptError: if the index cannot be built; it keeps its state.
        """
        from excerpt.indexing.pipeline import build

        report = build(self.corpus, self.folder, **options)
        self.close()
        self._snapshot = Snapshot(self.folder, self._moved_corpus)
        return report

    def __repr__(self) -> str:
        return f"<Index {str(self.folder)!r}>"

    def _iterate(self, items: Iterator[T]) -> Iterator[T]:
        return self._snapshot.iterate(items, self._lock)

    # Documents and passages

    def documents(self) -> "Iterator[StoredDocument]":
        """Return an iterator over all documents, by path.

        A document has its `files`, `title`, `language`, `format`, `metadata`, `warnings` and more.
        """
        return self._iterate(self._catalog.documents())

    @one_at_a_time
    def show(self, location: str, *, context: int = 0) -> tuple[StoredPassage, ...]:
        """Return the passages at a location.

        Arguments:
            location: the path of a document, for all its passages; a location as a hit shows it,
                "path:line", "path#anchor" or "path p. 12", for the passage there; or the id of a
                passage, or the beginning of it.
            context: the number of neighbouring passages to return before and after; it has no
                effect for a whole document.

        Raises:
            ExcerptError: if there is no such location, or several passages have such an id.
            ValueError: if `context` is negative.
        """
        check_not_negative(context=context)
        document = find_document(self._catalog, location)
        wanted: Key | None = None
        if document is not None:
            passages = shown_passages(self._catalog.passages_of(document.id))
            keys = [Key(document.id, passage.ordinal) for passage in passages]
        else:
            wanted = find_location(self._catalog, location)
            (stored,) = self._catalog.passages([wanted])
            before, after = neighbours(stored, context)
            keys = [*before, wanted, *after]
        return tuple(
            stored
            for stored in self._catalog.passages(keys)
            if stored.key == wanted
            or not stored.passage.is_set_apart
            or any(map(str.isalnum, stored.text))
        )

    @one_at_a_time
    def document(self, path_or_id: str | int) -> "StoredDocument | None":
        """Return the document at an indexed path, or with this id; None if there is none."""
        if isinstance(path_or_id, str):
            return self._catalog.document_at(path_or_id)
        is_there = self._catalog.has_document(path_or_id)
        return self._catalog.document(path_or_id) if is_there else None

    @one_at_a_time
    def passage(self, id: str) -> StoredPassage | None:  # noqa: A002 - the word that the model uses
        """Return the passage with this id, None if there is none."""
        keys = self._catalog.find_passages(id) if id.isascii() else []
        for stored in self._catalog.passages(keys[:_MAX_SAME_ID]):
            if stored.passage.id == id:
                return stored
        return None

    # Citations and quotations

    @one_at_a_time
    def cite(
        self,
        location: str,
        *,
        format: "CitationFormat" = "chicago",  # noqa: A002 - the name of the option
        quote: str | None = None,
    ) -> str:
        """Return a citation of a passage or a document, as text.

        Its check line has the digest of the source file, by which anyone can check it later (see
        `excerpt help citations`).

        Arguments:
            location: as for `show`.
            format: "chicago" for a note, "bibtex", "ris", "csl" for CSL-JSON, or "html".
            quote: words to quote. The citation then contains them as the source has them, and
                their own pages and lines.

        Raises:
            ExcerptError: if there is no such location, or the words are not there.
            ValueError: if the format is unknown.
        """
        from excerpt.citing import format_citations

        return format_citations([self.citation(location, quote=quote)], format)

    @one_at_a_time
    def citation(self, location: str, *, quote: str | None = None) -> "Citation":
        """Return the facts of a citation; see `cite`.

        Raises:
            ExcerptError: if there is no such location, or the words are not there.
        """
        from excerpt.citing.lookup import cite_location

        return cite_location(self._catalog, self._engine, location, quote)

    def verify_quotes(self, file: Path | str, data: bytes | None = None) -> "QuotationReport":
        """Check the quotations of a manuscript against the index; see `excerpt help citations`.

        Arguments:
            file: the manuscript, in a format that the index can read, such as Markdown, DOCX, HTML
                or plain text.
            data: its contents, if they are not to be read from the file; the name then only tells
                the format.

        Raises:
            ExcerptError: if the file cannot be read.
        """
        from excerpt.quotations.report import QuotationReport, read_contents, read_manuscript

        contents = read_contents(Path(file)) if data is None else data
        quotations = read_manuscript(Path(file), contents)
        with self._lock:
            own_path = self._path_in_corpus(Path(file)) if data is None else ""
            checker = self._snapshot.quotation_checker().without_manuscript(own_path, contents)
            checked = list(checker.check_all(quotations))
        return QuotationReport(Path(file), checked)

    @one_at_a_time
    def verify_quote(self, quote: str, *, note: str = "") -> "CheckedQuotation":
        """Check one quotation, without its marks; `note` is the text that names its source."""
        from excerpt.quotations.manuscript import quotation_of

        return self._snapshot.quotation_checker().check(quotation_of(quote, note))

    def _path_in_corpus(self, file: Path) -> str:
        """Return the path of a file relative to the corpus, "" if it is not in there."""
        corpus, resolved = self.corpus.resolve(), file.resolve()
        return str(resolved.relative_to(corpus)) if resolved.is_relative_to(corpus) else ""

    # The state of the index

    @one_at_a_time
    def coverage(self) -> "Coverage":
        """Return the outcome of every file below the corpus; see `excerpt coverage`."""
        from excerpt.search.coverage import read_coverage

        return read_coverage(self._catalog)

    @property
    def state(self) -> str:
        """An identifier of the committed state that this index has opened: 16 characters."""
        return self._snapshot.state

    @one_at_a_time
    def is_stale(self, item: StoredPassage | IndexedFile) -> bool | None:
        """Return whether a file has changed or is gone since it was indexed.

        For a passage, this concerns the first file of its document. If the whole corpus is not
        there, the answer is None.
        """
        file = item if isinstance(item, IndexedFile) else item.document.files[0]
        return self._catalog.is_stale(file)

    @one_at_a_time
    def status(self) -> "Status":
        """Return the contents of the index in numbers, and the problems of its last build."""
        from excerpt.search.status import Status

        return Status(
            self.folder,
            self.corpus,
            self._engine.statistics(),
            self._catalog.counts(),
            self._catalog.formats(),
            self._catalog.languages(),
            tuple(self._catalog.unreadable()),
            tuple(self._catalog.excluded()),
            self.unfinished,
            self._catalog.manifest.engine,
            self._catalog.warnings,
            self._catalog.packages(),
            self._catalog.manifest.main_language,
        )

    @one_at_a_time
    def verify(self) -> None:
        """Read the whole index and compare it with its checksums.

        Raises:
            IndexDamaged: naming the first damaged file.
        """
        self._snapshot.verify()
