"""Mailboxes and the messages found in them."""

import mailbox
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from container_files import contents_of, mailbox_of, message, problems_of
from excerpt.ingest.containers import mailbox as reader
from excerpt.ingest.formats import read_document

LINES = st.sampled_from(["", "From here to there", ">From a quotation", "a line", "> quoted", "\t"])
TEXTS = st.lists(LINES, min_size=1, max_size=6).map(lambda lines: "\n".join([*lines, "the end"]))


@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_messages_are_found_as_they_were_put_in(texts: list[str]) -> None:
    """Each message is found under its id, with its bytes; escaped lines lose the escape."""
    ids = [f"{number}@example.org" for number in range(len(texts))]
    messages = {id_: message(id_, "A b", text) for id_, text in zip(ids, texts, strict=True)}
    found = contents_of("a.mbox", mailbox_of(messages.values()))
    assert found == {id_: f"{each.rstrip()}\n".encode() for id_, each in messages.items()}


@given(st.lists(TEXTS, min_size=1, max_size=4), st.integers(1, 300))
def test_the_size_of_the_parts_that_are_read_does_not_matter(texts: list[str], size: int) -> None:
    """A separator may begin at the end of one part and end in the next."""
    data = mailbox_of(message(f"{n}@example.org", "A b", text) for n, text in enumerate(texts))
    expected = contents_of("a.mbox", data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "_PART", size)
        assert contents_of("a.mbox", data) == expected


def test_messages_without_an_id_are_numbered() -> None:
    """An id that occurs twice is numbered too."""
    messages = [message("", "One", "a"), message("x@y", "Two", "b"), message("x@y", "Three", "c")]
    assert list(contents_of("a.mbox", mailbox_of(messages))) == ["message 1", "x@y", "x@y (2)"]


def test_a_sentence_that_begins_with_from_is_no_separator() -> None:
    """A separator has a time, or an address and a header after it."""
    for after in ("Yours, B.", "From: the harbour", "Note: it rained."):
        text = f"Dear Ann,\n\nFrom Oslo we went to Rome.\n\nFrom there we went home.\n{after}"
        data = mailbox_of([message("a@b", "Trip", "x")]).replace(b"x\n", text.encode())
        assert list(contents_of("a.mbox", data)) == ["a@b"]


@pytest.mark.parametrize("sender", ["ann@example.org", "MAILER-DAEMON", "ann at home 1998"])
def test_a_separator_may_lack_the_time(sender: str) -> None:
    """Then it is an address, a name or a year, and a header follows."""
    header = f"From {sender}\nMessage-ID: <{{}}@b>\nSubject: s\n\ntext\n"
    data = "\n".join(header.format(n) for n in range(3)).encode()
    assert list(contents_of("a.mbox", data)) == ["0@b", "1@b", "2@b"]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_an_empty_line_between_messages_may_be_missing(end: bytes) -> None:
    """A day, a time and a header are no sentence."""
    texts = ["Dear Ann,\nFrom Monday, at 10:00, the ferry sails.\nNote: bring a coat.", "second"]
    data = mailbox_of(message(f"{n}@b", "One", text) for n, text in enumerate(texts))
    joined = data.replace(b"\n\nFrom ann", b"\nFrom ann").replace(b">From", b"From")
    assert b"\n\nFrom ann" not in joined
    assert list(contents_of("a.mbox", joined.replace(b"\n", end))) == ["0@b", "1@b"]


@pytest.mark.parametrize("end", [b"\r\n", b"\r"])
def test_line_ends_of_other_systems_are_read(end: bytes) -> None:
    """Mailboxes of Windows and of old Macs are divided too."""
    data = mailbox_of([message("a@b", "One", "first"), message("c@d", "Two", "second")])
    found = contents_of("a.mbox", data.replace(b"\n", end))
    assert list(found) == ["a@b", "c@d"]
    document = read_document("text", found["c@d"], format_name="mail")
    assert (document.title, dict(document.metadata)["date"]) == ("Two", "1998-05-03")


def test_a_message_that_is_too_large_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are read, and it is not held in memory as a whole."""
    monkeypatch.setattr(reader, "MAX_MEMBER_BYTES", 50_000)
    monkeypatch.setattr(reader, "_PART", 10_000)
    messages = [message("a@b", "One", "a"), message("c@d", "Two", "long line\n" * 40_000)]
    data = mailbox_of([*messages, message("e@f", "Three", "c")])
    assert list(contents_of("a.mbox", data)) == ["a@b", "e@f"]
    (reason,) = problems_of("a.mbox", data).values()
    assert reason.startswith("it is larger than")


def test_the_number_of_messages_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest of a mailbox is reported."""
    monkeypatch.setattr(reader, "MAX_ROWS", 2)
    data = mailbox_of(message(f"{n}@b", "One", "a") for n in range(4))
    assert list(contents_of("a.mbox", data)) == ["0@b", "1@b"]
    assert problems_of("a.mbox", data) == {
        "a.mbox": "messages after the first 2 were not read. Split it into parts."
    }


def test_what_the_standard_library_writes_is_read(tmp_path: Path) -> None:
    """The module `mailbox` escapes lines that begin with From, and adds an envelope."""
    texts = ["From here\nto there", "a\n\nFrom there\n", "b\n"]
    written = mailbox.mbox(tmp_path / "a.mbox")
    for number, text in enumerate(texts):
        written.add(message(f"{number}@b", "One", text).encode())
    written.close()
    found = contents_of("a.mbox", (tmp_path / "a.mbox").read_bytes())
    assert list(found) == ["0@b", "1@b", "2@b"]
    for text, data in zip(texts, found.values(), strict=True):
        assert data.decode().endswith(f"\n\n{text.rstrip()}\n")
