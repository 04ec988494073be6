"""Mailboxes, tables and archives for tests, and the members that are found in them."""

import io
import tarfile
import zipfile
from collections.abc import Iterable, Mapping
from functools import partial
from io import BytesIO

from excerpt.ingest.containers.entry import ContainerHints
from excerpt.ingest.containers.expansion import FoundMember, expand
from excerpt.ingest.containers.kinds import find_container
from excerpt.ingest.rules import IgnoreRules, reason_for_member


def zip_of(members: Mapping[str, bytes] | Iterable[tuple[str, bytes]]) -> bytes:
    """Return a zip file with these members."""
    pairs = members.items() if isinstance(members, Mapping) else members
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in pairs:
            info = zipfile.ZipInfo(name, (1998, 5, 3, 0, 0, 0))
            opened.writestr(info, data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def tar_of(members: Mapping[str, bytes], mode: str = "w") -> bytes:
    """Return a tar file with these members; `mode` is as in `tarfile.open`."""
    stream = BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as opened:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            opened.addfile(info, io.BytesIO(data))
    return stream.getvalue()


def message(id_: str, subject: str, text: str, date: str = "Sun, 3 May 1998 10:00:00 +0000") -> str:
    """Return a message as in an .eml file."""
    headers = [f"Message-ID: <{id_}>"] if id_ else []
    headers += ["From: Ann <ann@example.org>", f"Subject: {subject}"]
    return "\n".join([*headers, f"Date: {date}", "", text, ""])


def mailbox_of(messages: Iterable[str]) -> bytes:
    """Return a mailbox with these messages."""
    parts = []
    for each in messages:
        body = "\n".join(
            f">{line}" if line.lstrip(">").startswith("From ") else line
            for line in each.split("\n")
        )
        parts.append(f"From ann@example.org Sun May  3 10:00:00 1998\n{body}\n")
    return "".join(parts).encode()


def found_in(name: str, data: bytes, hints: ContainerHints | None = None) -> list[FoundMember]:
    """Return all members of a container, in their order."""
    hints = hints or ContainerHints()
    container = find_container(name, BytesIO(data), hints)
    assert container is not None
    leave_out = partial(reason_for_member, name, rules=IgnoreRules())
    return list(expand(name, container.entries, hints, leave_out))


def contents_of(name: str, data: bytes) -> dict[str, bytes]:
    """Return the bytes of all members of a container by their names."""
    return {
        each.path.removeprefix(f"{name}/"): each.data
        for each in found_in(name, data)
        if not each.reason
    }


def problems_of(name: str, data: bytes) -> dict[str, str]:
    """Return why members of a container are not read, by path."""
    return {each.path: each.reason for each in found_in(name, data) if each.reason}
