"""A name or path in a corpus → the reason for leaving it out, or "" if it is to be read.

Some names are always left out: hidden files, backups, files in unsupported formats. The owner of a
corpus adds patterns, with --exclude and in `.excerptignore` files. Their syntax and precedence are
those of .gitignore: the last matching pattern decides, and a file deeper in the corpus takes
precedence over one nearer to the root.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from excerpt.errors import CorpusError, Instruction
from excerpt.ingest.formats.compressed import without_compressed_suffix
from excerpt.ingest.formats.identification import unsupported_by_name

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec  # loaded only if there are patterns

__all__ = [
    "IgnoreRules",
    "comparable",
    "reason_for_file",
    "reason_for_folder",
    "reason_for_member",
]

_FOLDERS = {
    ".git": "a version control repository",
    ".hg": "a version control repository",
    ".svn": "a version control repository",
    "node_modules": "installed packages",
    "__pycache__": "compiled programs",
    "__MACOSX": "created by a file manager",
}
_FILES = {
    "metadata.csv": "metadata of other files, not a document",
    ".excerptignore": "rules for leaving files out, not a document",
    ".excerpt.toml": "rules for reading files, not a document",
    "Thumbs.db": "created by a file manager",
    "desktop.ini": "created by a file manager",
}
_HIDDEN = "hidden: its name starts with a dot"

_SUBSTITUTES = {0xDC00 + byte: 0x10FF00 + byte for byte in range(128, 256)}
"""Private-use characters in place of lone surrogates, which the matcher does not accept.

The surrogates stand for bytes of a file name that are not UTF-8 (PEP 383).
"""


def comparable(text: str) -> str:
    """Return a pattern or a path composed (NFC), without lone surrogates."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text.translate(_SUBSTITUTES))


def reason_for_folder(name: str) -> str:
    """Return why a folder with this name is not entered, or "" if it is."""
    if name in _FOLDERS:
        return _FOLDERS[name]
    return _HIDDEN if name.startswith(".") else ""


def reason_for_file(name: str, wanted: Container[str] = ()) -> str:
    """Return why a file with this name is not read, or "" if it is.

    Suffixes that are `wanted` are not unsupported.
    """
    if name in _FILES:
        return _FILES[name]
    if name.startswith("."):
        return _HIDDEN
    if name.endswith(("~", ".bak", ".swp")) or (name.startswith("#") and name.endswith("#")):
        return "a backup made by an editor"
    if without_compressed_suffix(name.lower()).rpartition(".")[2] in wanted:
        return ""
    unsupported = unsupported_by_name(name)
    return unsupported.reason if unsupported else ""


class _PatternList(NamedTuple):
    """The patterns of one file or option.

    base      path of the folder that they are relative to, "" or ending with "/"
    spec      the patterns, compiled
    patterns  as written
    origin    the file or option
    """

    base: str
    spec: GitIgnoreSpec
    patterns: tuple[str, ...]
    origin: str


def reason_for_member(
    container: str, path: str, wanted: Container[str] = (), *, rules: IgnoreRules
) -> str:
    """Return why a member of a container is not read, or "" if it is.

    It is left out as a file would be that is in a folder at the path of the container. Suffixes
    that are `wanted` are not unsupported. `rules` are those that apply to the container.
    """
    folder = container
    *folders, name = path[len(container) + 1 :].split("/")
    for part in folders:
        folder += f"/{part}"
        reason = reason_for_folder(part) or (rules.reason(f"{folder}/") if rules.lists else "")
        if reason:
            return reason
    return reason_for_file(name, wanted) or (rules.reason(path) if rules.lists else "")


@dataclass(frozen=True, slots=True)
class IgnoreRules:
    """The patterns that apply in a folder; later lists take precedence."""

    lists: tuple[_PatternList, ...] = ()

    @classmethod
    def from_patterns(cls, patterns: Sequence[str]) -> IgnoreRules:
        """Return the rules given on a command line.

        Raises:
            CorpusError: if a pattern is not valid.
        """
        none = cls()
        return none.with_patterns("", tuple(patterns), "--exclude") if patterns else none

    def with_file(self, folder: str, path: str) -> IgnoreRules:
        """Return these rules and those in the `.excerptignore` of `folder`.

        `path` is the path of the folder below the root of the corpus, "" or ending with "/".

        Raises:
            CorpusError: if a pattern is not valid.
            OSError: if the file cannot be read.
        """
        text = (Path(folder) / ".excerptignore").read_bytes().decode("utf-8-sig", "surrogateescape")
        return self.with_patterns(path, tuple(text.splitlines()), f"{path}.excerptignore")

    def with_patterns(self, base: str, patterns: tuple[str, ...], origin: str) -> IgnoreRules:
        """Return these rules and `patterns` relative to the folder `base`, which take precedence.

        `origin` names the file or option that they come from.

        Raises:
            CorpusError: if a pattern is not valid.
        """
        from pathspec import GitIgnoreSpec

        try:
            spec = GitIgnoreSpec.from_lines(map(comparable, patterns))
        except ValueError as error:
            raise CorpusError(
                f"a pattern is not valid: {error}.",
                Instruction("Write patterns as in a .gitignore file."),
                where=origin,
            ) from error
        return IgnoreRules((*self.lists, _PatternList(base, spec, patterns, origin)))

    @property
    def key(self) -> str:
        """A key that changes with the patterns."""
        return repr([(each.base, each.patterns) for each in self.lists]) if self.lists else ""

    def reason(self, path: str) -> str:
        """Return why `path` is excluded, or "" if it is not; a folder's path ends with "/"."""
        for base, spec, patterns, origin in reversed(self.lists):
            match = spec.check_file(comparable(path[len(base) :]))
            if match.include is not None and match.index is not None:
                return f"excluded by {patterns[match.index]!r} in {origin}" if match.include else ""
        return ""
