"""Settings of the owner of a corpus for a file → a key that changes when it must be read again.

Apart from its bytes and its format, four things determine the document: its title and its language
in a metadata.csv, the rules of the collection, and the version of the reader. A document is stored
with the key of those that applied.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from excerpt.files import digest_of
from excerpt.ingest.formats.identification import format_named
from excerpt.ingest.formats.reading_rules import NO_RULES, FileRules, FormatRules
from excerpt.ingest.language import declared_language

__all__ = ["OwnerSettings"]

_NO_FORMAT_RULES = FormatRules()
_VERSION: Final = "@"
"""Between the digest of the settings and the version of the reader."""


class OwnerSettings(NamedTuple):
    """The settings for one file.

    title     its title, "" to take that of the text
    language  its language, "" to take that of the text
    rules     the rules of the collection for it
    """

    title: str = ""
    language: str = ""
    rules: FileRules = NO_RULES

    @classmethod
    def of(cls, metadata: Iterable[tuple[str, str]], rules: FileRules) -> "OwnerSettings":
        """Return the settings in the `metadata` of a file, and in its `rules`."""
        if not metadata:
            return _DEFAULT if rules is NO_RULES else cls(rules=rules)
        return cls(dict(metadata).get("title", ""), declared_language(metadata), rules)

    def key(self, format_: str) -> str:
        """Return the key for a file in this format; "" for the first reader without settings."""
        known = format_named(format_)
        version = f"{_VERSION}{known.version}" if known and known.version != 1 else ""
        return self._settings_key(format_) + version

    def would_reproduce(self, format_: str, key: str) -> bool:
        """Return whether these settings and the present reader give a document with this `key`.

        If the reader is not installed, its version is ignored: the file cannot be read again.
        """
        if format_named(format_) is None:
            return key.partition(_VERSION)[0] == self._settings_key(format_)
        return key == self.key(format_)

    def _settings_key(self, format_: str) -> str:
        if self is _DEFAULT:
            return ""
        rules = self.rules.for_format(format_)
        settings = (self.title, self.language, self.rules.encoding, rules)
        if not any(settings[:3]) and rules == _NO_FORMAT_RULES:
            return ""
        return _digest(settings)

    @property
    def full_key(self) -> str:
        """The key for a file whose format is not known yet."""
        return "" if self is _DEFAULT else _digest(self)


def _digest(settings: tuple[object, ...]) -> str:
    return digest_of([repr(settings).encode()])


_DEFAULT = OwnerSettings()
