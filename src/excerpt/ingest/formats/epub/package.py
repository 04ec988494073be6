"""The package of an e-book → its metadata, and its chapters in their order."""

from posixpath import dirname, join, normpath
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from excerpt.errors import Instruction, Unreadable
from excerpt.ingest.formats.dublin_core import properties_in
from excerpt.ingest.formats.xml_tree import attribute, parse_xml, text_of
from excerpt.ingest.formats.zip_package import ZipPackage

__all__ = ["Item", "Publication", "properties_of", "resolve"]

_CONTAINER: Final = "META-INF/container.xml"
_ENCRYPTION: Final = "META-INF/encryption.xml"
_ROLE: Final = "{http://www.idpf.org/2007/opf}role"
_ROLES: Final = {"aut": "creator", "trl": "translator", "edt": "editor"}
"""Properties by the codes of roles (MARC relators)."""
_OBFUSCATIONS: Final = frozenset(
    {"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"}
)
"""Algorithms that only make fonts unusable outside of the book."""
_DOWNLOAD: Final = Instruction("Download it again.")


class Item(NamedTuple):
    """A file of a book.

    path        in the zip file
    media_type  as declared
    properties  names of roles, such as "nav"
    """

    path: str
    media_type: str
    properties: frozenset[str]

    @property
    def name(self) -> str:
        """The name of the file without its folders."""
        return self.path.rpartition("/")[2]


class Publication:
    """A book in `package`.

    Raises:
        Unreadable: if the description of its contents is missing or damaged.
    """

    def __init__(self, package: ZipPackage) -> None:
        self.package = package
        self._folder = ""
        root = self._read_description()
        self.metadata = _first(root, "metadata")
        """The element with the properties of the book, or None."""
        if self.metadata is not None and _first(self.metadata, "dc-metadata") is not None:
            self.metadata = _first(self.metadata, "dc-metadata")
        self.items, fallbacks = self._read_manifest(root)
        """The files of the book by their ids."""
        ids = [attribute(each, "idref") for each in root.iterfind("{*}spine/{*}itemref")]
        chapters = [
            self._readable(id_, fallbacks) for id_ in dict.fromkeys(ids) if id_ in self.items
        ]
        self.spine = list({item.path: item for item in chapters}.values())
        """The chapters in their order, each once."""
        self.encrypted = self._find_encrypted()
        """Paths of encrypted files, except fonts."""

    def _read_description(self) -> Any:
        """Return the root element of the description of the book."""
        container = self.package.read(_CONTAINER)
        rootfiles = parse_xml(container, _CONTAINER).root.iter("{*}rootfile") if container else ()
        paths = [normpath(attribute(each, "full-path")) for each in rootfiles]
        paths += [name for name in self.package.names if name.endswith(".opf")]
        for path in paths:
            data = self.package.read(path)
            if data is not None:
                self._folder = dirname(path)
                return parse_xml(data, path).root
        raise Unreadable("there is no description of an e-book in it", _DOWNLOAD)

    def _read_manifest(self, root: Any) -> tuple[dict[str, Item], dict[str, str]]:
        """Return the files of the book by id, and the ids of those that can replace them."""
        items: dict[str, Item] = {}
        fallbacks: dict[str, str] = {}
        for element in root.iterfind("{*}manifest/{*}item"):
            id_ = attribute(element, "id")
            path = resolve(self._folder, attribute(element, "href"))[0]
            properties = frozenset(attribute(element, "properties").split())
            items[id_] = Item(path, attribute(element, "media-type").lower(), properties)
            fallbacks[id_] = attribute(element, "fallback")
        return items, fallbacks

    def _readable(self, id_: str, fallbacks: dict[str, str]) -> Item:
        """Return a chapter, or its fallback if the chapter is not a text and the fallback is."""
        other = self.items.get(fallbacks[id_])
        is_text = "html" in self.items[id_].media_type
        return other if other and not is_text and "html" in other.media_type else self.items[id_]

    def _find_encrypted(self) -> frozenset[str]:
        data = self.package.read(_ENCRYPTION)
        found: set[str] = set()
        for element in parse_xml(data, _ENCRYPTION).root.iter("{*}EncryptedData") if data else ():
            method = next(element.iter("{*}EncryptionMethod"), None)
            reference = next(element.iter("{*}CipherReference"), None)
            algorithm = attribute(method, "Algorithm") if method is not None else ""
            if reference is not None and algorithm not in _OBFUSCATIONS:
                found.add(resolve("", attribute(reference, "URI"))[0])
        return frozenset(found)


def properties_of(metadata: Any) -> list[tuple[str, str]]:
    """Return the name and text of each property of a book; people are named by their role.

    `metadata` is the element with them, or None. A role is an attribute in EPUB 2, and an element
    that refines the person in EPUB 3.
    """
    children = list(metadata) if metadata is not None else []
    refined = {
        attribute(child, "refines").removeprefix("#"): text_of(child)
        for child in children
        if attribute(child, "property") == "role"
    }

    def name_of(child: Any, name: str) -> str:
        role = (
            attribute(child, _ROLE)
            or attribute(child, "role")
            or refined.get(attribute(child, "id"), "")
        )
        is_person = name in {"creator", "contributor"}
        return _ROLES.get(role.lower(), "contributor") if is_person and role else name

    pairs = zip(children, properties_in(metadata), strict=True)
    return [(name_of(child, name), text) for child, (name, text) in pairs]


def _first(element: Any, name: str) -> Any:
    return next(element.iter(f"{{*}}{name}"), None)


def resolve(folder: str, address: str) -> tuple[str, str]:
    """Return the path in the zip file and the fragment of an address in a file in `folder`."""
    path, _, fragment = address.partition("#")
    return (normpath(join(folder, unquote(path))) if path else ""), unquote(fragment)
