"""The text of an author field → the names of people and bodies.

A field may name several, separated by semicolons, or by commas if they have e-mail addresses.
"Family, Given" has both parts, "Family, Given, Jr." a suffix too. Any other name is taken as it is,
since nothing tells the name of a person from that of a society.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

__all__ = ["CitedName", "read_names"]

_HIDDEN_ADDRESS = re.compile(r"\S+ at \S+ \(([^()]+)\)")
"""An address as archives of mailing lists publish it, and a name."""


_SUFFIXES: Final = frozenset(
    {
        *("jr", "sr", "jnr", "snr", "junior", "senior", "ii", "iii", "iv", "fils", "père"),
        *("esq", "m.a", "m.d", "d.d", "ph.d", "phd", "md", "k.c", "q.c", "m.p", "s.j", "o.p"),
        *("ltd", "inc", "co", "llc", "gmbh", "ag", "s.a", "d. ä", "d. j", "d.ä", "d.j"),
    }
)
"""Parts of names, without a last period, that are not given names: "Jr.", "Esq.", "Ltd."."""


class CitedName(NamedTuple):
    """The name of a person or a body.

    family   the family name, or the whole name if its parts are unknown
    given    the given names, "" if the parts are unknown
    suffix   "Jr." and the like
    """

    family: str
    given: str = ""
    suffix: str = ""

    @property
    def is_literal(self) -> bool:
        """True if the parts of the name are unknown."""
        return not self.given

    def __str__(self) -> str:
        return ", ".join(filter(None, [f"{self.given} {self.family}".strip(), self.suffix]))


def read_names(fields: Iterable[str]) -> tuple[CitedName, ...]:
    """Return the names in the values of a field, each once.

    >>> [*map(str, read_names(["Luxemburg, Rosa; The Allotment Society"]))]
    ['Rosa Luxemburg', 'The Allotment Society']
    >>> [*map(str, read_names(['Ann <ann@example.org>, "Voss, Anna" <a@example.org>']))]
    ['Ann', 'Anna Voss']
    >>> [*map(str, read_names(["ann at example.org (Ann Mill)"]))]
    ['Ann Mill']
    """
    names = [" ".join(name.split()) for field in fields for name in _split_names(field)]
    return tuple(dict.fromkeys(_read_name(name) for name in names if name.strip(" ,")))


def _split_names(field: str) -> list[str]:
    """Return the names in a field; of e-mail addresses, their names, or else the addresses."""
    if hidden := _HIDDEN_ADDRESS.fullmatch(field.strip()):
        return [hidden[1]]
    if "@" in field:
        from email.utils import getaddresses  # takes long to import

        addresses = getaddresses([field])
        if all("@" in address for _, address in addresses):
            return [name or address for name, address in addresses]
    return field.split(";")


def _read_name(name: str) -> CitedName:
    """Return a name; only a known suffix makes one of the second or of three parts.

    >>> _read_name("Harper & Brothers, Ltd."), _read_name("King, Martin, Jr.")
    (CitedName(family='Harper & Brothers, Ltd.', given='', suffix=''), CitedName(family='King', \
given='Martin', suffix='Jr.'))
    """
    parts = [part.strip() for part in name.split(",")]
    has_suffix = parts[-1].rstrip(".").casefold() in _SUFFIXES
    if all(parts) and len(parts) == 2 + has_suffix:
        return CitedName(*parts)
    return CitedName(name.strip(" ,") if "" in parts else name)
