"""A writer of small PDF files, with the parts that the reader of PDF reads."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["ENCRYPTED", "SCAN", "PdfFile", "Text", "column", "encrypted_pdf"]

WIDTH, HEIGHT = 595, 842
SCAN = f"q {WIDTH} 0 0 {HEIGHT} 0 0 cm /Scan Do Q"
"""Operators that show an image over the whole page."""
ENCRYPTED = f"<</Filter/Standard/V 1/R 2/P -4/O<{'41' * 32}>/U<{'42' * 32}>>>"
"""An encryption dictionary for which no password is known."""


class Text(NamedTuple):
    """A line of text at a place.

    font  "R" is regular, "B" bold, "U" one whose characters stand for others
    mode  0 is visible, 3 invisible
    tag   the name of its structure element, "" if it has none
    """

    text: str
    x: float = 60
    y: float = 740
    size: float = 10
    font: str = "R"
    mode: int = 0
    tag: str = ""


def column(
    text: str, x: float = 60, top: float = 740, size: float = 10, leading: float = 13
) -> list[Text]:
    """Return the lines of `text` below each other."""
    return [Text(line, x, top - leading * n, size) for n, line in enumerate(text.splitlines())]


@dataclass
class PdfFile:
    """A file to be written.

    pages        of each page, its lines and other operators
    labels       a number tree of page labels, as it is written
    info         the information dictionary
    outline      titles and the indices of their pages
    annotations  of each page, dictionaries as they are written
    attachments  names of attached files
    trailer      more entries of the trailer
    language     the language of the document
    mapping      the texts that characters of the font "U" stand for
    rotate       the degrees by which pages are shown turned clockwise
    """

    pages: Sequence[Sequence[Text | str]]
    labels: str = ""
    info: dict[str, str] = field(default_factory=dict)
    outline: Sequence[tuple[str, int]] = ()
    annotations: dict[int, Sequence[str]] = field(default_factory=dict)
    attachments: Sequence[str] = ()
    trailer: str = ""
    language: str = ""
    mapping: dict[str, str] = field(default_factory=dict)
    rotate: int = 0

    def __post_init__(self) -> None:
        self._objects: list[bytes] = []

    def _add(self, text: str | bytes) -> int:
        """Add an object and return its number."""
        self._objects.append(text if isinstance(text, bytes) else text.encode("latin-1"))
        return len(self._objects)

    def to_bytes(self) -> bytes:
        """Return the file."""
        self._objects = [b"", b""]  # the catalog and the tree of pages
        regular, bold = (
            self._add(f"<</Type/Font/Subtype/Type1/BaseFont/{name}/Encoding/WinAnsiEncoding>>")
            for name in ("Helvetica", "Helvetica-Bold")
        )
        image = self._add(
            "<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray"
            "/BitsPerComponent 8/Length 1>>\nstream\nx\nendstream"
        )
        fonts = f"/R {regular} 0 R/B {bold} 0 R"
        if self.mapping:
            unicode = self._add(_to_unicode(self.mapping))
            mapped = self._add(
                f"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode {unicode} 0 R>>"
            )
            fonts += f"/U {mapped} 0 R"
        resources = f"<</Font<<{fonts}>>/XObject<</Scan {image} 0 R>>>>"
        pages = [self._page(index, resources) for index in range(len(self.pages))]
        kids = " ".join(f"{number} 0 R" for number in pages)
        self._objects[1] = f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode()
        self._objects[0] = f"<</Type/Catalog/Pages 2 0 R{self._catalog(pages)}>>".encode("latin-1")
        return self._file()

    def _page(self, index: int, resources: str) -> int:
        operators: list[str] = []
        tags: list[str] = []
        for piece in self.pages[index]:
            if isinstance(piece, str):
                operators.append(piece)
                continue
            escaped = piece.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            shown = (
                f"BT /{piece.font} {piece.size} Tf {piece.mode} Tr"
                f" {piece.x} {piece.y} Td ({escaped}) Tj ET"
            )
            if piece.tag:
                shown = f"/{piece.tag} <</MCID {len(tags)}>> BDC {shown} EMC"
                tags.append(piece.tag)
            operators.append(shown)
        content = "\n".join(operators).encode("cp1252")
        stream = self._add(b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content))
        annotations = "".join(self.annotations.get(index, ()))
        number = self._add(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {WIDTH} {HEIGHT}]/Resources{resources}"
            f"/Contents {stream} 0 R/StructParents {index}/Annots[{annotations}]"
            f"{f'/Rotate {self.rotate}' if self.rotate else ''}>>"
        )
        self._tags = getattr(self, "_tags", []) if index else []
        self._tags += [(tag, number, mcid) for mcid, tag in enumerate(tags)]
        return number

    def _catalog(self, pages: Sequence[int]) -> str:
        """Return the entries of the catalog, after adding the objects that they refer to."""
        entries = f"/Lang({self.language})" if self.language else ""
        entries += f"/PageLabels<</Nums[{self.labels}]>>" if self.labels else ""
        if self.outline:
            entries += f"/Outlines {self._outline(pages)} 0 R"
        if self._tags:
            entries += f"/MarkInfo<</Marked true>>/StructTreeRoot {self._structure()} 0 R"
        if self.attachments:
            files = [
                f"({name})<</Type/Filespec/F({name})/UF({name})>>" for name in self.attachments
            ]
            entries += f"/Names<</EmbeddedFiles<</Names[{''.join(files)}]>>>>"
        fields = [each for own in self.annotations.values() for each in own if "/FT" in each]
        entries += f"/AcroForm<</Fields[{''.join(fields)}]>>" if fields else ""
        return entries

    def _outline(self, pages: Sequence[int]) -> int:
        root = len(self._objects) + len(self.outline) + 1
        first = len(self._objects) + 1
        for n, (title, page) in enumerate(self.outline):
            following = f"/Next {first + n + 1} 0 R" if n + 1 < len(self.outline) else ""
            self._add(
                f"<</Title({title})/Parent {root} 0 R/Dest[{pages[page]} 0 R/Fit]{following}>>"
            )
        last = len(self._objects)
        return self._add(f"<</Type/Outlines/First {first} 0 R/Last {last} 0 R/Count {last}>>")

    def _structure(self) -> int:
        root = len(self._objects) + 2 * len(self._tags) + 1
        elements: list[int] = []
        parents: dict[int, list[int]] = {}
        for tag, page, mcid in self._tags:
            self._add("null")
            element = self._add(f"<</Type/StructElem/S/{tag}/P {root} 0 R/Pg {page} 0 R/K {mcid}>>")
            elements.append(element)
            parents.setdefault(page, []).append(element)
        kids = " ".join(f"{number} 0 R" for number in elements)
        nums = " ".join(
            f"{index} [{' '.join(f'{each} 0 R' for each in own)}]"
            for index, own in enumerate(parents.values())
        )
        return self._add(f"<</Type/StructTreeRoot/K[{kids}]/ParentTree<</Nums[{nums}]>>>>")

    def _file(self) -> bytes:
        info = "".join(f"/{name}({value})" for name, value in self.info.items())
        number = self._add(f"<<{info}>>")
        written = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        offsets = []
        for n, content in enumerate(self._objects, 1):
            offsets.append(len(written))
            written += b"%d 0 obj\n%s\nendobj\n" % (n, content)
        start = len(written)
        written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1)
        written += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
        trailer = f"<</Size {len(offsets) + 1}/Root 1 0 R/Info {number} 0 R{self.trailer}>>"
        written += f"trailer\n{trailer}\nstartxref\n{start}\n%%EOF\n".encode()
        return bytes(written)


def _to_unicode(mapping: dict[str, str]) -> bytes:
    """Return the stream that gives the text of each character of a font."""
    lines = [
        f"<{ord(character):02x}> <{text.encode('utf-16-be').hex()}>"
        for character, text in mapping.items()
    ]
    content = "\n".join(
        [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "1 begincodespacerange <00> <ff> endcodespacerange",
            *(f"1 beginbfchar {line} endbfchar" for line in lines),
            "endcmap end end",
        ]
    )
    return f"<</Length {len(content)}>>\nstream\n{content}\nendstream".encode()


_PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


def _rc4(key: bytes, data: bytes) -> bytes:
    """Return `data`, encrypted or decrypted."""
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    i = j = 0
    result = bytearray()
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        result.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(result)


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def encrypted_pdf(text: str, password: bytes) -> bytes:
    """Return a file with a line of text that opens with `password` (the first kind, of 40 bits)."""
    padded = (password + _PADDING)[:32]
    owner = _rc4(_md5(padded)[:5], padded)
    key = _md5(padded + owner + (0xFFFFFFFC).to_bytes(4, "little") + b"A")[:5]
    stream = _rc4(_md5(key + b"\4\0\0\0\0")[:10], f"BT /R 12 Tf 72 700 Td ({text}) Tj ET".encode())
    resources = b"<</Font<</R<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources %b>>"
        % resources,
        b"<</Length %d>>\nstream\n%b\nendstream" % (len(stream), stream),
        b"<</Filter/Standard/V 1/R 2/O<%b>/U<%b>/P -4>>"
        % (owner.hex().encode(), _rc4(key, _PADDING).hex().encode()),
    ]
    parts, offsets = [b"%PDF-1.4\n"], []
    for number, each in enumerate(objects, 1):
        offsets.append(sum(map(len, parts)))
        parts.append(b"%d 0 obj\n%b\nendobj\n" % (number, each))
    start = sum(map(len, parts))
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer<</Size 6/Root 1 0 R/Encrypt 5 0 R/ID[<41><41>]>>"
    parts.append(b"xref\n0 6\n0000000000 65535 f \n%b%b\n" % (rows, trailer))
    return b"".join([*parts, b"startxref\n%d\n%%%%EOF\n" % start])
