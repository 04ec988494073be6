"""The progress of a build, and its outcome."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from excerpt.catalog.records import UnindexedFile
from excerpt.catalog.writer import REQUESTED
from excerpt.ingest.formats.registry import UNSUPPORTED

if TYPE_CHECKING:
    from excerpt.indexing.sampling import Effect

__all__ = ["REQUESTED", "Progress", "Report"]


@dataclass(frozen=True, slots=True)
class Progress:
    """The number and size of the files that were started, and of all that must be read."""

    n_files: int
    total_files: int
    n_bytes: int
    total_bytes: int


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a build, or what a dry run would do.

    new               files that were not in the index before
    changed           files with other bytes than before
    removed           files that no longer exist
    moved             files that are at another path now
    unchanged         files that are as they were
    copies            files with the same bytes as another file
    unreadable        files and folders that could not be read, each with the reason; those that
                      were not tried again are included
    excluded          files and folders that a rule excludes, each with the rule
    warnings          problems with the metadata, and with formats of other packages
    rebuild_reason    why the whole index was rebuilt; "" if it was updated
    n_bytes           size of the files that were indexed
    elapsed           duration in seconds
    n_with_warnings   documents in the index with a guessed encoding, replaced bytes or a cut;
                      `excerpt coverage` gives the details
    n_empty           documents in the index without any text that can be found
    former_corpus     where the corpus was in the last build, None if it was the same folder
    missing           paths of documents that are gone but stay in the index until their removal is
                      confirmed; only `watch` postpones removals
    effects           the effect of rules and metadata on some files, if a dry run was requested it
    n_affected        number of files that rules and metadata concern, likewise
    """

    new: int
    changed: int
    removed: int
    moved: int
    unchanged: int
    copies: int
    unreadable: tuple[UnindexedFile, ...]
    excluded: tuple[UnindexedFile, ...]
    warnings: tuple[str, ...]
    rebuild_reason: str
    n_bytes: int
    elapsed: float
    n_with_warnings: int = 0
    n_empty: int = 0
    former_corpus: Path | None = None
    missing: tuple[str, ...] = ()
    effects: "tuple[Effect, ...]" = ()
    n_affected: int = 0

    @property
    def unsupported(self) -> tuple[UnindexedFile, ...]:
        """The excluded files in formats that cannot be read yet."""
        reasons = {format_.reason for format_ in UNSUPPORTED}
        return tuple(each for each in self.excluded if each.reason in reasons)

    def counted(self) -> str:
        """Return the numbers of files as a phrase: "3 new, 1 unreadable"."""
        counts = [
            (self.new, "new"),
            (self.changed, "changed"),
            (self.moved, "moved"),
            (self.removed, "removed"),
            (self.copies, "copy" if self.copies == 1 else "copies"),
            (self.unchanged, "unchanged"),
            (len(self.missing), "missing"),
            (len(self.unreadable), "unreadable"),
            (len(self.unsupported), "not supported"),
        ]
        return ", ".join(f"{n:,} {what}" for n, what in counts if n) or "nothing"

    def summary(self) -> str:
        """Return the report in one line."""
        return f"{self.counted()}; {self.n_bytes / 1e6:,.1f} MB in {self.elapsed:.1f} s"
