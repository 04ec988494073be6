"""The zip package of a Word document → its parts, which refer to each other by relationships."""

from posixpath import join, normpath
from typing import Any, Final

from excerpt.ingest.formats.xml_tree import parse_xml
from excerpt.ingest.formats.zip_package import ZipPackage

__all__ = ["OfficeParts"]

_STRICT: Final = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/",
        b"http://schemas.openxmlformats.org/officeDocument/2006/",
    ),
    (
        b"http://purl.oclc.org/ooxml/drawingml/",
        b"http://schemas.openxmlformats.org/drawingml/2006/",
    ),
)
"""Namespaces of the strict form of the format, and of the usual one."""


class OfficeParts:
    """The parts of a package, by their relationships."""

    def __init__(self, package: ZipPackage) -> None:
        self._package = package
        self.warnings: list[str] = []
        """Sentences on what was guessed or replaced in the parts that were read."""
        self._relations: dict[str, dict[str, tuple[str, str]]] = {}

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return the type and the target of each relationship of `part`, "" for the package."""
        if part not in self._relations:
            folder, _, name = part.rpartition("/")
            data = self._package.read(join(folder, "_rels", f"{name}.rels"))
            found: dict[str, tuple[str, str]] = {}
            for element in (
                parse_xml(data, f"{name}.rels").root.iter("{*}Relationship") if data else ()
            ):
                target = element.get("Target") or ""
                if element.get("TargetMode") != "External" and target:
                    path = target if target.startswith("/") else join(folder, target)
                    type_ = (element.get("Type") or "").rpartition("/")[2]
                    found[element.get("Id") or ""] = (type_, normpath(path).lstrip("/"))
            self._relations[part] = found
        return self._relations[part]

    def names_of(self, part: str, type_: str) -> list[str]:
        """Return the names of the parts to which `part` has a relationship of this type."""
        return [name for found, name in self.relations(part).values() if found == type_]

    def part_of(self, part: str, type_: str) -> Any:
        """Return the root element of the first such part, or None if there is none."""
        names = self.names_of(part, type_)
        return self.tree(names[0]) if names else None

    def bytes_of(self, name: str) -> bytes | None:
        """Return the content of a part, or None if it is missing."""
        return self._package.read(name)

    def tree(self, name: str) -> Any:
        """Return the root element of a part, or None if it is missing."""
        data = self._package.read(name)
        if data is None:
            return None
        if b"purl.oclc.org/ooxml" in data[: 1 << 16]:
            for strict, usual in _STRICT:
                data = data.replace(strict, usual)
        tree = parse_xml(data, name)
        self.warnings += tree.warnings
        return tree.root
