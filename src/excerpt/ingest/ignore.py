"""Patterns of what not to read (--exclude and `.excerptignore`) → whether a path is left out, and by which one.

The syntax and its precedence are those of .gitignore: the last pattern that fits decides, and a file deeper in the
corpus wins over one nearer to the root.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from excerpt.errors import Advice, CorpusError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Ignore"]

_STAND_INS = {0xDC00 + byte: 0x10FF00 + byte for byte in range(128, 256)}
"""For bytes of a name that are not UTF-8 (PEP 383): the matcher wants characters that are."""


@dataclass(frozen=True, slots=True)
class Ignore:
    """The rules in force in a folder: each the path it counts from, a pathspec, its patterns and their origin."""

    rules: tuple[tuple[str, Any, tuple[str, ...], str], ...] = ()

    @classmethod
    def from_patterns(cls, patterns: Sequence[str]) -> Ignore:
        """The rules of a command line.

        Raises:
            CorpusError: if a pattern is not understood.
        """
        none = cls()
        return none.with_patterns("", tuple(patterns), "--exclude") if patterns else none

    def with_file(self, folder: str, path: str) -> Ignore:
        """These rules and those in the `.excerptignore` of `folder`, which is found at `path` below the root.

        Raises:
            CorpusError: if a pattern is not understood.
            OSError: if the file cannot be read.
        """
        text = (Path(folder) / ".excerptignore").read_bytes().decode("utf-8-sig", "surrogateescape")
        return self.with_patterns(path, tuple(text.splitlines()), f"{path}.excerptignore")

    def with_patterns(self, base: str, patterns: tuple[str, ...], origin: str) -> Ignore:
        """These rules and, before them, `patterns` that count from the folder `base` and come from `origin`.

        Raises:
            CorpusError: if a pattern is not understood.
        """
        from pathspec import GitIgnoreSpec

        try:
            spec = GitIgnoreSpec.from_lines(pattern.translate(_STAND_INS) for pattern in patterns)
        except ValueError as error:
            raise CorpusError(
                f"a pattern is not valid: {error}.",
                Advice("Write patterns as in a .gitignore file."),
                where=origin,
            ) from error
        return Ignore((*self.rules, (base, spec, patterns, origin)))

    def reason(self, path: str) -> str:
        """Why `path` (a folder's ends with "/") is left out, "" if it is not."""
        for base, spec, patterns, origin in reversed(self.rules):
            found = spec.check_file(path[len(base) :].translate(_STAND_INS))
            if found.include is not None:
                return f"left out by {patterns[found.index]!r} in {origin}" if found.include else ""
        return ""
