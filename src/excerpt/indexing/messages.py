"""Messages of a worker to the build: what happened to the files of its batches.

They cross a pipe between two processes of this program, for which `multiprocessing` pickles them.
Nothing that is read from a file is ever unpickled.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from excerpt.catalog.document_codec import DocumentRow
from excerpt.engines import BuiltSegment
from excerpt.text_store.manifest import TextFileInfo

__all__ = ["BatchEnd", "ReadFailure", "SegmentResult", "WorkerMessage"]


class ReadFailure(NamedTuple):
    """A file that could not be read, by the id of the document it was to become."""

    document: int
    reason: str


class BatchEnd(NamedTuple):
    """The news that a worker has read the files of a batch, and can be given another."""


@dataclass(slots=True)
class SegmentResult:
    """The outcome of all files since the last result.

    documents     the documents that were read
    segment       the segment that holds their words; None if there are none
    texts         the file that holds their texts and passages; likewise
    failures      the files that could not be read
    is_requested  True if the build asked for the result, False if the segment was full
    """

    documents: list[DocumentRow] = field(default_factory=list)
    segment: BuiltSegment | None = None
    texts: TextFileInfo | None = None
    failures: list[ReadFailure] = field(default_factory=list)
    is_requested: bool = False

    @property
    def document_ids(self) -> list[int]:
        """The ids of all documents that this result is about, failures included."""
        return [rows.id for rows in self.documents] + [each.document for each in self.failures]


WorkerMessage = BatchEnd | SegmentResult
