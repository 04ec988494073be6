"""The formats of the last build against those of now → what must be read again, and what cannot be.

The index records the formats that other packages added. If such a package is removed or broken, the
documents that it read stay as they are; its changed and new files are reported, not read as
something else.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Self

from excerpt.catalog.records import AddedFormat
from excerpt.catalog.settings import IndexSettings
from excerpt.files import digest_of
from excerpt.ingest.formats.identification import all_formats, format_named
from excerpt.ingest.formats.third_party import added_formats

__all__ = ["FormatChanges"]


class FormatChanges:
    """The changes of the formats since the last build.

    `former` are the formats of other packages by name, `readers` is the digest of all formats, and
    `counts` the number of documents of each, all as they were.
    """

    def __init__(
        self,
        former: Mapping[str, AddedFormat],
        readers: str = "",
        counts: Mapping[str, int] | None = None,
    ) -> None:
        self._former = former
        self._former_readers = readers
        self._counts = counts or {}

    @classmethod
    def since(cls, settings: IndexSettings) -> Self:
        """Return the changes since the commit with these settings."""
        return cls(settings.added_formats, settings.readers, settings.formats)

    @cached_property
    def readers(self) -> str:
        """The digest of the names, versions and packages of all formats."""
        described = [(each.name, each.version, each.package) for each in all_formats()]
        return digest_of([repr(described).encode()])

    @property
    def is_any(self) -> bool:
        """True if a format was added, removed or changed: unreadable files are then tried again."""
        return self.readers != self._former_readers

    @cached_property
    def added(self) -> dict[str, AddedFormat]:
        """The formats of other packages to record: those in use, and those that are missing."""
        usable = {
            each.name: AddedFormat(each.package, tuple(sorted(each.suffixes)))
            for each in added_formats().usable
        }
        return {name: self._former[name] for name in self._missing} | usable

    @cached_property
    def _missing(self) -> list[str]:
        return [name for name in self._former if format_named(name) is None]

    @cached_property
    def missing_suffixes(self) -> frozenset[str]:
        """The suffixes of files that only a missing format would read."""
        supported = {suffix for each in all_formats() for suffix in each.suffixes}
        return frozenset(self._reason_by_suffix).difference(supported)

    @cached_property
    def _reason_by_suffix(self) -> dict[str, str]:
        return {
            suffix: self._reasons[name]
            for name in self._missing
            for suffix in self._former[name].suffixes
        }

    @cached_property
    def _reasons(self) -> dict[str, str]:
        """Why the files of each missing format cannot be read."""
        causes = {each.name: each.reason for each in added_formats().unusable}
        return {
            name: f"its format, {name}, is read by {self._former[name].package}: "
            + causes.get(name, "this package is not installed")
            for name in self._missing
        }

    def reason_unreadable(self, suffix: str, format_: str, former_reason: str = "") -> str:
        """Return why a file cannot be read, "" if it can be tried.

        `format_` is that of the document that was at its path, `former_reason` is why it could not
        be read before; "" for none.
        """
        if format_ in self._reasons:
            return self._reasons[format_]
        if former_reason in self._reasons.values():  # its suffix may say nothing
            return former_reason
        return self._reason_by_suffix[suffix] if suffix in self.missing_suffixes else ""

    def is_newly_claimed(self, suffix: str, format_: str) -> bool:
        """Return whether a file in `format_` has a suffix that another package's format has now."""
        return format_ != self._new_suffixes.get(suffix, format_)

    @cached_property
    def _new_suffixes(self) -> dict[str, str]:
        former = {(name, suffix) for name, each in self._former.items() for suffix in each.suffixes}
        now = {(name, suffix) for name, each in self.added.items() for suffix in each.suffixes}
        return {suffix: name for name, suffix in now - former}

    def warnings(self) -> Iterable[str]:
        """Yield a sentence on each format that cannot be used."""
        for each in added_formats().unusable:
            if each.name not in self._missing:
                yield f"the format {each.name} of {each.package} cannot be used: {each.reason}"
        for name in self._missing:
            if n := self._counts.get(name, 0):
                documents = "1 document stays" if n == 1 else f"{n:,} documents stay"
                causes = {each.name: each.reason for each in added_formats().unusable}
                reason = causes.get(name, "the package is not installed")
                yield (
                    f"the format {name} of {self._former[name].package} cannot be used: {reason}. "
                    f"{documents} as indexed; install it again to read new and changed files"
                )
