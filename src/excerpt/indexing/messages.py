"""Messages of a worker to the build: what happened to the files of its batches.

They cross a pipe between two processes of this program, for which `multiprocessing` pickles them.
Nothing that is read from a file is ever unpickled.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from excerpt.catalog.column_codec import Row
from excerpt.catalog.document_codec import DocumentRows
from excerpt.engines import BuiltSegment

__all__ = ["CatalogRows", "LostDocuments", "ReadFailure", "SegmentResult", "WorkerMessage"]


class ReadFailure(NamedTuple):
    """A file that could not be read, by the id of the document it was to become."""

    document: int
    reason: str


@dataclass(slots=True)
class CatalogRows:
    """Texts and passages of documents whose segment is not finished yet.

    They are sent ahead, so that the worker need not hold them until then.

    ends_batch  True if the worker has finished a batch with these rows
    """

    texts: list[Row] = field(default_factory=list)
    passages: list[Row] = field(default_factory=list)
    ends_batch: bool = False


@dataclass(slots=True)
class SegmentResult:
    """The outcome of all files since the last result.

    documents     the documents that were read; their texts and passages were sent ahead
    segment       the segment that holds their words; None if there are none
    failures      the files that could not be read
    is_requested  True if the build asked for the result, False if the segment was full
    """

    documents: list[DocumentRows] = field(default_factory=list)
    segment: BuiltSegment | None = None
    failures: list[ReadFailure] = field(default_factory=list)
    is_requested: bool = False

    @property
    def document_ids(self) -> list[int]:
        """The ids of all documents that this result is about, failures included."""
        return [rows.id for rows in self.documents] + [each.document for each in self.failures]


class LostDocuments(NamedTuple):
    """Documents of a worker that died: rows of theirs may have been sent ahead."""

    documents: list[int]


WorkerMessage = CatalogRows | SegmentResult | LostDocuments
