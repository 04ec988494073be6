"""Zip packages that tests make: of the members in a folder, or of strings."""

import zipfile
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from types import MappingProxyType

__all__ = ["W", "docx", "epub", "odt", "read_members", "zip_folder", "zip_members"]

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
ODF = (
    " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "table", "style", "meta")
    )
    + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def zip_members(members: Iterable[tuple[str, str | bytes]]) -> bytes:
    """Return a zip file with these names and contents."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members:
            package.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def read_members(data: bytes) -> dict[str, bytes]:
    """Return the contents of the members of a zip file by their names."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def zip_folder(folder: Path) -> bytes:
    """Return a zip file with the files in `folder`; the one that names the type comes first."""
    files = sorted(
        (path for path in folder.rglob("*") if path.is_file()),
        key=lambda path: (path.name != "mimetype", path),
    )
    return zip_members((path.relative_to(folder).as_posix(), path.read_bytes()) for path in files)


def docx(body: str, parts: Iterable[tuple[str, str, str]] = (), head: str = "") -> bytes:
    """Return a Word document with the elements in `body`.

    `parts` gives the type, name and content of other parts; `head` precedes the root element.
    """
    parts = list(parts)
    relations = "".join(
        f'<Relationship Id="r{number}" Type="{OFFICE}/{type_}" Target="{name}"/>'
        for number, (type_, name, _) in enumerate(parts)
    )
    main = f'<Relationship Id="r" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
    return zip_members(
        [
            ("[Content_Types].xml", "<Types/>"),
            ("_rels/.rels", f'<Relationships xmlns="{RELATIONS}">{main}</Relationships>'),
            ("word/document.xml", f"{head}<w:document {W}><w:body>{body}</w:body></w:document>"),
            (
                "word/_rels/document.xml.rels",
                f'<Relationships xmlns="{RELATIONS}">{relations}</Relationships>',
            ),
            *((f"word/{name}", content) for _, name, content in parts),
        ]
    )


def epub(
    chapters: Mapping[str, str | bytes],
    others: Mapping[str, str | bytes] = MappingProxyType({}),
    metadata: str = "",
    manifest: str = "",
) -> bytes:
    """Return an e-book with these chapters, by name; a string is the body of a web page.

    `others` are files by path; those in `manifest` must be declared there.
    """
    items = "".join(
        f'<item id="i{number}" href="{name}" media-type="application/xhtml+xml"/>'
        for number, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="i{number}"/>' for number in range(len(chapters)))
    description = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc='
        f'"http://purl.org/dc/elements/1.1/">{metadata}</metadata>'
        f"<manifest>{items}{manifest}</manifest><spine>{spine}</spine></package>"
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/p.opf"/></rootfiles></container>'
    )
    pages = {
        f"OEBPS/{name}": f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{body}</body></html>'
        if isinstance(body, str)
        else body
        for name, body in chapters.items()
        if body
    }
    return zip_members(
        [
            ("mimetype", "application/epub+zip"),
            ("META-INF/container.xml", container),
            ("OEBPS/p.opf", description),
            *pages.items(),
            *others.items(),
        ]
    )


def odt(body: str, others: Mapping[str, str] = MappingProxyType({})) -> bytes:
    """Return an OpenDocument text with the elements in `body`; `others` are further members."""
    content = f"<office:body><office:text>{body}</office:text></office:body>"
    return zip_members(
        [
            ("mimetype", "application/vnd.oasis.opendocument.text"),
            ("content.xml", f"<office:document-content {ODF}>{content}</office:document-content>"),
            *others.items(),
        ]
    )
