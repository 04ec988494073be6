"""The bytes of a zip file → its members, within limits: Word files and e-books are zip files.

Nothing is written to disk, and no member is read before it is needed. A small file can decompress
to terabytes, so the size of a member, its compression ratio and the size of all members that are
read are limited.
"""

import zlib
from io import BytesIO
from typing import Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from excerpt.errors import Instruction, Unreadable

__all__ = ["OLE", "ZIP", "ZipPackage", "package_type"]

ZIP: Final = b"PK\x03\x04"
"""First bytes of a zip file."""
OLE: Final = b"\xd0\xcf\x11\xe0"
"""First bytes of an old office document, and of an encrypted new one."""
MAX_MEMBERS: Final = 100_000
MAX_MEMBER_BYTES: Final = 256 << 20
"""Largest member that is read."""
MAX_BYTES: Final = 512 << 20
"""Largest size of all members that are read together."""
MAX_RATIO: Final = 200
"""Largest ratio of content to file, checked above `FREE_BYTES`: no text is compressed that well."""
FREE_BYTES: Final = 16 << 20
_ERRORS: Final = (BadZipFile, EOFError, ValueError, OSError, NotImplementedError)
_REPLACE: Final = Instruction("Replace it with an intact copy.")
_SPLIT: Final = Instruction("Split it into parts.")


class ZipPackage:
    """The members of a zip file.

    Raises:
        Unreadable: if it is damaged or has too many members.
    """

    def __init__(self, data: bytes) -> None:
        self._n_read = 0
        try:
            self._zip = ZipFile(BytesIO(data))
        except _ERRORS as error:
            raise Unreadable(f"it is damaged: {_reason(error)}", _REPLACE) from error
        members = self._zip.infolist()
        if len(members) > MAX_MEMBERS:
            raise Unreadable(f"it has {len(members):,} members, more than are read", _SPLIT)
        self.names = [member.filename for member in members]
        """Names of the members, in the order of the file."""
        self._members: dict[str, ZipInfo] = {}
        for member in members:
            self._members.setdefault(_fold(member.filename), member)
        self._members |= {member.filename: member for member in members}

    def __contains__(self, name: str) -> bool:
        return self._find(name) is not None

    def _find(self, name: str) -> ZipInfo | None:
        """Return the member with this name; some programs write other cases or backslashes."""
        return self._members.get(name) or self._members.get(_fold(name))

    def read(self, name: str) -> bytes | None:
        """Return the content of a member, or None if there is no member with this name.

        Raises:
            Unreadable: if it is damaged, encrypted or too large.
        """
        member = self._find(name)
        if member is None:
            return None
        self._check(member)
        try:
            with self._zip.open(member) as stream:
                data = stream.read(MAX_MEMBER_BYTES + 1)
        except RuntimeError as error:  # the module's way to ask for a password
            raise Unreadable(
                f"its member {name} is encrypted", Instruction("Save it without a password.")
            ) from error
        except (*_ERRORS, zlib.error) as error:
            raise Unreadable(
                f"it is damaged: its member {name} cannot be read ({_reason(error)})", _REPLACE
            ) from error
        self._n_read += len(data)
        return data

    def _check(self, member: ZipInfo) -> None:
        """Raise Unreadable if a member is too large."""
        size = member.file_size
        ratio = size / max(1, member.compress_size)
        if size > MAX_MEMBER_BYTES or (size > FREE_BYTES and ratio > MAX_RATIO):
            raise Unreadable(
                f"its member {member.filename} decompresses to {size >> 20:,} MiB,"
                f" {ratio:,.0f} times its size in the file",
                _SPLIT,
            )
        if self._n_read + size > MAX_BYTES:
            raise Unreadable(f"it decompresses to more than {MAX_BYTES >> 20} MiB", _SPLIT)


def _fold(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()


def _reason(error: Exception) -> str:
    reason = str(error) or "the compressed data is truncated"
    return reason[0].lower() + reason[1:]


_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_TYPES: Final = {
    **dict.fromkeys(("docx", "docm", "dotx", "dotm"), "docx"),
    **dict.fromkeys(("odt", "ott", "odm"), "odt"),
    "epub": "epub",
}
"""Types of packages by suffix, for those that are too damaged to show it."""


def package_type(data: bytes, suffix: str) -> str:
    """Return the format of a package by its members: "docx", "epub" or "odt".

    A file that is cut is in the format of its suffix. Another zip file, or none, gives "".
    """
    if data.startswith(OLE):
        return "docx" if _ENCRYPTED in data else ""
    if not data.startswith(ZIP):
        return ""
    try:
        package = ZipPackage(data)
    except Unreadable:
        return _TYPES.get(suffix, "")
    media_type = _media_type(package)
    if media_type.startswith(b"application/vnd.oasis.opendocument.text"):
        return "odt"
    if media_type == b"application/epub+zip" or "META-INF/container.xml" in package:
        return "epub"
    if "[Content_Types].xml" in package:
        folders = {name.partition("/")[0] for name in package.names}
        is_other = not folders.isdisjoint({"ppt", "xl", "visio"})
        return "docx" if "word" in folders or (not is_other and _TYPES.get(suffix)) else ""
    return ""


def _media_type(package: ZipPackage) -> bytes:
    """Return the content of the member that names the type of the package."""
    try:
        return (package.read("mimetype") or b"").strip()
    except Unreadable:
        return b""
