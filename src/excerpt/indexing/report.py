"""What a build tells: how far it is, and what it has done."""

from dataclasses import dataclass

from excerpt.catalog.records import FileProblem
from excerpt.catalog.writer import REQUESTED
from excerpt.ingest.formats.table import UNSUPPORTED

__all__ = ["REQUESTED", "Progress", "Report"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is: the files and bytes taken up for reading, of those that must be read."""

    n_files: int
    total_files: int
    n_bytes: int
    total_bytes: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did, or with `dry_run` would do.

    new           files that were not in the index before
    changed       files with other bytes than before
    removed       files that are no more
    moved         files that are found at another path now
    unchanged     files that are as they were
    duplicates    files with the bytes of another
    unreadable    all files and folders that could not be read, also those not tried again, each with the reason
    skipped       what a rule leaves out, which the reason names
    warnings      what is wrong with the metadata, in words
    rebuild_reason  why nothing of the former index was kept, "" if it was
    n_bytes       what was read and indexed
    elapsed       in seconds
    n_repaired    documents in the index of which something was guessed, replaced or cut when they were read;
                  `coverage` tells what
    n_empty       documents in the index without any text to be found
    """

    new: int
    changed: int
    removed: int
    moved: int
    unchanged: int
    duplicates: int
    unreadable: tuple[FileProblem, ...]
    skipped: tuple[FileProblem, ...]
    warnings: tuple[str, ...]
    rebuild_reason: str
    n_bytes: int
    elapsed: float
    n_repaired: int = 0
    n_empty: int = 0

    @property
    def unsupported(self) -> tuple[FileProblem, ...]:
        """What of `skipped` is in a format that cannot be read yet."""
        reasons = {format_.reason for format_ in UNSUPPORTED}
        return tuple(each for each in self.skipped if each.reason in reasons)

    def counted(self) -> str:
        """The files of each fate, in words."""
        counts = [
            (self.new, "new"),
            (self.changed, "changed"),
            (self.moved, "moved"),
            (self.removed, "removed"),
            (self.duplicates, "duplicate" if self.duplicates == 1 else "duplicates"),
            (self.unchanged, "unchanged"),
            (len(self.unreadable), "unreadable"),
            (len(self.unsupported), "not supported"),
        ]
        return ", ".join(f"{n:,} {what}" for n, what in counts if n) or "nothing"

    def summary(self) -> str:
        """The report in one line."""
        return f"{self.counted()}; {self.n_bytes / 1e6:,.1f} MB in {self.elapsed:.1f} s"
