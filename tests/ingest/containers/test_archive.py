"""Zip and tar files, intact and hostile, and the members found in them."""

import io
import random
import struct
import tarfile
import zipfile
from collections.abc import Callable
from functools import partial
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from container_files import contents_of, found_in, problems_of, tar_of, zip_of
from excerpt.ingest.containers import archive
from excerpt.ingest.containers.entry import ContainerHints
from excerpt.ingest.containers.kinds import find_container
from excerpt.ingest.formats.zip_package import OLE

NAMES = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters="/\\:~#"),
    min_size=1,
    max_size=9,
).map(lambda name: f"x{name}.txt")
MODES = {"a.tar": "w", "a.tar.gz": "w:gz", "a.tgz": "w:gz", "a.tbz": "w:bz2", "a.tar.xz": "w:xz"}


@given(st.dictionaries(NAMES, st.binary(max_size=200), max_size=6))
def test_the_members_of_archives_are_found(members: dict[str, bytes]) -> None:
    """Members of zip and tar files are found under their names, with their bytes."""
    members = {f"letters/{name}": b"." + data for name, data in members.items()}
    assert contents_of("a.zip", zip_of(members)) == members
    if members:
        for name, mode in MODES.items():
            assert contents_of(name, tar_of(members, mode)) == members


def test_archives_in_archives_are_opened_to_a_depth() -> None:
    """Archives may be nested three deep, and hold tables and mailboxes at each depth."""
    data = zip_of({"t.csv": b"id,text\n1,A ferry at night\n", "a.txt": b"deep"})
    for _ in range(2):
        data = zip_of({"b.zip": data})
    assert contents_of("a.zip", data)["b.zip/b.zip/a.txt"] == b"deep"
    assert "b.zip/b.zip/t.csv/2" in contents_of("a.zip", data)
    data = zip_of({"b.zip": data})
    assert problems_of("a.zip", data) == {
        "a.zip/b.zip/b.zip/b.zip": "archives are nested more than 3 deep. Unpack it."
    }


def test_names_that_lead_out_of_the_archive_are_reported() -> None:
    """Absolute names and those with two dots are not read; the others are."""
    members = [
        ("../../out.txt", b"1"),
        ("/abs.txt", b"2"),
        ("C:\\x.txt", b"3"),
        ("in\\w.txt", b"4"),
    ]
    data = zip_of(members)
    assert contents_of("a.zip", data) == {"in/w.txt": b"4"}
    assert problems_of("a.zip", data) == {
        "a.zip/out.txt": "its name leads out of the archive: '../../out.txt'",
        "a.zip/abs.txt": "its name leads out of the archive: '/abs.txt'",
        "a.zip/C:/x.txt": "its name leads out of the archive: 'C:/x.txt'",
    }


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_with_the_same_name_are_numbered() -> None:
    """All of them are read; the suffix remains."""
    data = zip_of([("a.txt", b"1"), ("a.txt", b"2"), ("a (2).txt", b"3"), ("./a.txt", b"4")])
    assert contents_of("a.zip", data) == {
        "a.txt": b"1",
        "a (2).txt": b"2",
        "a (2) (2).txt": b"3",
        "a (3).txt": b"4",
    }


def test_links_and_devices_in_tar_files_are_reported() -> None:
    """Files alone are read from a tar file."""
    stream = BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as opened:
        for name, kind in (("s", tarfile.SYMTYPE), ("h", tarfile.LNKTYPE), ("d", tarfile.CHRTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            opened.addfile(info)
        info = tarfile.TarInfo("folder")
        info.type = tarfile.DIRTYPE
        opened.addfile(info)
        info = tarfile.TarInfo("a.txt")
        info.size = 1
        opened.addfile(info, io.BytesIO(b"a"))
    data = stream.getvalue()
    assert contents_of("a.tar", data) == {"a.txt": b"a"}
    assert problems_of("a.tar", data) == {
        "a.tar/s": "it is a link",
        "a.tar/h": "it is a link",
        "a.tar/d": "it is a pipe or a device, not a file",
    }


@pytest.mark.parametrize("pack", [zip_of, tar_of, partial(tar_of, mode="w:gz")])
def test_members_in_formats_that_are_not_supported_are_reported_by_name(
    pack: Callable[[dict[str, bytes]], bytes],
) -> None:
    """They are reported as files are, and read if only their names say so."""
    found = {
        each.path.rpartition("/")[2]: each
        for each in found_in(
            "a.zip",
            pack({"a.doc": OLE, "b.msg": OLE, "c.JPG": b"\xff\xd8\xff", "d.doc": b"{\\rtf1 One}"}),
        )
    }
    assert "soffice" in found["a.doc"].reason
    assert "msgconvert" in found["b.msg"].reason
    assert "tesseract" in found["c.JPG"].reason
    assert all(each.is_excluded for name, each in found.items() if name != "d.doc")
    assert (found["d.doc"].reason, found["d.doc"].data) == ("", b"{\\rtf1 One}")


def test_links_and_encrypted_members_of_zip_files_are_reported() -> None:
    """The other members are read."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as opened:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        opened.writestr(link, "/etc/passwd")
        opened.writestr("locked.txt", "secret")
        opened.writestr("a.txt", "open")
    data = bytearray(stream.getvalue())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = data.index(mark, data.index(mark) + 1)
        data[position + offset] |= 1
    assert contents_of("a.zip", bytes(data)) == {"a.txt": b"open"}
    assert problems_of("a.zip", bytes(data)) == {
        "a.zip/link": "it is a link",
        "a.zip/locked.txt": "it is encrypted. Pack it again without a password.",
    }


def test_a_damaged_member_is_reported_and_the_others_are_read() -> None:
    """A changed byte in a member of a zip file costs this member."""
    text = b"The ferry sails at six. " * 40
    data = bytearray(zip_of({"a.txt": b"first", "b.txt": text, "c.txt": b"last"}))
    data[data.index(b"b.txt") + 10] ^= 255
    assert contents_of("a.zip", bytes(data)) == {"a.txt": b"first", "c.txt": b"last"}
    (reason,) = problems_of("a.zip", bytes(data)).values()
    assert reason.startswith("it is damaged: ")


@pytest.mark.parametrize("name", MODES)
def test_the_end_of_a_truncated_tar_file_is_reported(name: str) -> None:
    """The members before the cut are read."""
    # A block of bzip2 has 900 kB, and is lost as a whole.
    members = {f"{n}.txt": random.Random(n).randbytes(200_000) for n in range(9)}
    data = tar_of(members, MODES[name])
    data = data[: len(data) * 2 // 3]
    found = contents_of(name, data)
    assert found.items() <= members.items()
    assert any("damaged" in reason for reason in problems_of(name, data).values())


def test_members_that_decompress_to_too_much_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A ratio that no text reaches is reported without decompressing the member."""
    monkeypatch.setattr("excerpt.ingest.containers.entry.FREE_BYTES", 1 << 16)
    monkeypatch.setattr(archive, "FREE_BYTES", 1 << 16)
    zeros = b"0" * (1 << 20)
    data = zip_of({"bomb.txt": zeros, "a.txt": b"a"})
    assert contents_of("a.zip", data) == {"a.txt": b"a"}
    assert "1 MiB" in problems_of("a.zip", data)["a.zip/bomb.txt"]
    for name, mode in MODES.items():
        if mode != "w":
            reasons = problems_of(name, tar_of({"bomb.txt": zeros, "a.txt": b"a"}, mode))
            assert any("decompresses to more than" in reason for reason in reasons.values())


def test_the_number_of_members_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """A zip file with more members is refused; of a tar file, the first ones are read."""
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    members = {f"{number}.txt": b"x" for number in range(5)}
    (reason,) = problems_of("a.zip", zip_of(members)).values()
    assert "5 members" in reason
    assert len(contents_of("a.tar", tar_of(members))) == 3
    assert problems_of("a.tar", tar_of(members)) == {
        "a.tar": "members after the first 3 were not read. Split it into parts."
    }


def test_a_huge_directory_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of the members of a zip file takes memory: its size is looked at before."""
    monkeypatch.setattr(archive, "MAX_DIRECTORY_BYTES", 100)
    (reason,) = problems_of("a.zip", zip_of({f"{n}.txt": b"" for n in range(9)})).values()
    assert reason.startswith("it has more members than are read")


@pytest.mark.parametrize("encoding", ["cp437", "utf-8", "cp866", "shift_jis"])
def test_names_in_old_encodings_are_read(encoding: str) -> None:
    """Names without the flag of UTF-8 are decoded as UTF-8, or in a guessed encoding."""
    name = {
        "cp437": "Grüße an Käthe.txt",
        "utf-8": "Łódź.txt",
        "cp866": "Письмо из деревни о здоровье.txt",
        "shift_jis": "東京からの手紙と日記.txt",
    }[encoding]
    raw = name.encode(encoding)
    data = zip_of({"N" * len(raw): b"text"}).replace(b"N" * len(raw), raw)
    assert contents_of("a.zip", data) == {name: b"text"}


@pytest.mark.parametrize("name", ["[Content_Types].xml", "META-INF/container.xml", "mimetype"])
def test_documents_in_packages_are_no_archives(name: str) -> None:
    """A Word file or an e-book is one document, whatever its suffix."""
    assert find_container("a.zip", BytesIO(zip_of({name: b"x"})), ContainerHints()) is None


def test_a_damaged_zip_file_is_reported() -> None:
    """The problem is reported under its own path."""
    (problem,) = problems_of("a.zip", zip_of({"a.txt": b"a"})[:40]).items()
    assert problem[0] == "a.zip"
    assert problem[1].startswith("it is damaged")


def test_a_directory_that_lies_about_its_size_is_reported() -> None:
    """The end record of a zip file may state anything."""
    data = bytearray(zip_of({"a.txt": b"a"}))
    end = data.rindex(b"PK\x05\x06")
    data[end + 12 : end + 16] = struct.pack("<I", 1 << 31)
    (reason,) = problems_of("a.zip", bytes(data)).values()
    assert "damaged" in reason or "more members" in reason


@pytest.mark.parametrize("suffix", ["docx", "odt", "epub", "zip"])
def test_an_archive_with_the_name_of_a_document_is_opened(suffix: str) -> None:
    """The members decide, unless they are parts of a document."""
    members = {"a.txt": b"one", "b.txt": b"two"}
    assert contents_of(f"a.{suffix}", zip_of(members)) == members


@pytest.mark.parametrize("member", ["word/document.xml", "OEBPS/book.opf"])
def test_a_damaged_document_is_no_archive(member: str) -> None:
    """The reader of the format reports the damage."""
    stream = BytesIO(zip_of({member: b"<x/>", "a.txt": b"one"}))
    assert find_container("a.docx", stream, ContainerHints()) is None


def test_an_archive_that_unpacks_itself_is_opened() -> None:
    """Such a file begins with a program."""
    program = b"#!/bin/sh\nexit 1\n" + bytes(500)
    assert contents_of("a.zip", program + zip_of({"a.txt": b"one"})) == {"a.txt": b"one"}


def test_an_unknown_method_of_compression_is_no_damage() -> None:
    """Old archives have methods that the standard library lacks."""
    data = bytearray(zip_of({"a.txt": b"one"}))
    for start in (data.index(b"PK\x03\x04") + 8, data.index(b"PK\x01\x02") + 10):
        data[start : start + 2] = struct.pack("<H", 6)
    (reason,) = problems_of("a.zip", bytes(data)).values()
    assert reason == "it is compressed by a method that is not supported. Unpack it."
