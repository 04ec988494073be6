"""Decisions of the owner of a corpus about a file → a key that changes when it must be read again.

Apart from its bytes and its format, three things determine the document: its title and its
language in a metadata.csv, and the rules of the collection. A document is stored with the key of
those that applied.
"""

from collections.abc import Iterable
from typing import NamedTuple

from excerpt.files import digest_of
from excerpt.ingest.formats.reading_rules import NO_RULES, FileRules, FormatRules
from excerpt.ingest.language import declared_language

__all__ = ["Reading"]

_NO_FORMAT_RULES = FormatRules()


class Reading(NamedTuple):
    """The decisions about one file.

    title     its title, "" to take that of the text
    language  its language, "" to take that of the text
    rules     the rules of the collection for it
    """

    title: str = ""
    language: str = ""
    rules: FileRules = NO_RULES

    @classmethod
    def of(cls, metadata: Iterable[tuple[str, str]], rules: FileRules) -> "Reading":
        """Return the decisions in the `metadata` of a file, and in its `rules`."""
        if not metadata:
            return _DEFAULT if rules is NO_RULES else cls(rules=rules)
        return cls(dict(metadata).get("title", ""), declared_language(metadata), rules)

    def key(self, format_: str) -> str:
        """Return the key for a file in this format; "" if nothing was decided."""
        if self is _DEFAULT:
            return ""
        rules = self.rules.for_format(format_)
        decisions = (self.title, self.language, self.rules.encoding, rules)
        if not any(decisions[:3]) and rules == _NO_FORMAT_RULES:
            return ""
        return _digest(decisions)

    @property
    def full_key(self) -> str:
        """The key for a file whose format is not known yet."""
        return "" if self is _DEFAULT else _digest(self)


def _digest(decisions: tuple[object, ...]) -> str:
    return digest_of([repr(decisions).encode()])


_DEFAULT = Reading()
