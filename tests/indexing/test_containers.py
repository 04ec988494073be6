"""Builds of corpora with mailboxes, tables and archives: members are documents of their own."""

import base64
import csv
import io
import os
import re
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path

import pytest

from container_files import found_in, mailbox_of, message, tar_of, zip_of
from excerpt.catalog import Catalog
from excerpt.errors import ExcerptError
from excerpt.indexing import plan_runner
from excerpt.indexing.pipeline import Report, build
from excerpt.indexing.report import Progress
from excerpt.ingest.containers.entry import ContainerHints
from excerpt.ingest.containers.kinds import find_container
from excerpt.search.coverage import FileOutcome, read_coverage
from excerpt.search.index import Index

ROWS = {
    "title": ["Barges", "Mill"],
    "body": ["The barges arrived this morning with coal.", "The mill ground the corn all night."],
    "year": ["1801", "c. 1802"],
}


def table_of(columns: Mapping[str, list[str]]) -> bytes:
    """Return a CSV file with these columns."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return stream.getvalue().encode()


def letters(*names: str) -> bytes:
    """Return a mailbox with a message of each name."""
    return mailbox_of(
        message(f"{name}@example.org", f"Letter {name}", f"The ferry {name} sails at night.")
        for name in names
    )


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus with a mailbox, a table, an archive and a text."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "box.mbox").write_bytes(letters("alpha", "beta", "gamma"))
    (folder / "table.csv").write_bytes(table_of(ROWS))
    (folder / "a.txt").write_text("A text about a lighthouse.")
    members = {"notes/x.txt": b"The harbour froze.", "photo.jpg": b"\xff\xd8\xff", ".hidden": b"x"}
    (folder / "old.zip").write_bytes(zip_of({**members, "in.mbox": letters("delta")}))
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """The folder of the index."""
    return tmp_path / "index"


def counts(report: Report) -> dict[str, int]:
    """Return the numbers of a report that are not 0."""
    names = ("new", "changed", "moved", "removed", "copies", "unchanged")
    return {name: n for name in names if (n := getattr(report, name))}


def paths(index: Path, query: str) -> list[str]:
    """Return the paths of the documents that match a query."""
    with Index(index) as opened:
        opened.verify()
        return list(opened.paths(query))


def test_each_member_is_a_document(corpus: Path, index: Path) -> None:
    """Members have their own paths, dates, authors and titles."""
    report = build(corpus, index)
    assert counts(report) == {"new": 8}
    assert [each.path for each in report.excluded] == ["old.zip/.hidden", "old.zip/photo.jpg"]
    assert paths(index, "ferry") == [
        "box.mbox/alpha@example.org",
        "box.mbox/beta@example.org",
        "box.mbox/gamma@example.org",
        "old.zip/in.mbox/delta@example.org",
    ]
    with Index(index) as opened:
        (hit,) = opened.search("corn").hits
        assert (hit.path, hit.member, hit.file) == ("table.csv/3", "3", "table.csv")
        assert (hit.title.text, hit.date, hit.format) == ("Mill", "c. 1802", "table")
        assert hit.cited_path == "table.csv row 3"
        (hit,) = opened.search("beta").hits
        assert (hit.title.text, hit.date) == ("Letter beta", "1998-05-03")
        assert dict(hit.metadata)["author"] == "Ann <ann@example.org>"
        assert opened.search("path:old.zip").total == 2
        assert opened.search("path:*.mbox").total == 4
        counted = opened.status().counts
        assert (counted.files, counted.containers, counted.members) == (4, 3, 7)


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("table.csv row 3", "table.csv/3"),
        ("table.csv/3", "table.csv/3"),
        ("box.mbox/beta@example.org", "box.mbox/beta@example.org"),
        ("box.mbox/<beta@example.org>", "box.mbox/beta@example.org"),
        ("box.mbox/beta@example.org, 3 May 1998", "box.mbox/beta@example.org"),
        ("old.zip/notes/x.txt:1", "old.zip/notes/x.txt"),
    ],
)
def test_a_location_leads_to_its_member(
    corpus: Path, index: Path, location: str, path: str
) -> None:
    """The locations that hits show can be given to `show`."""
    build(corpus, index)
    with Index(index) as opened:
        shown = opened.show(location)
        assert {stored.document.files[0].path for stored in shown} == {path}
        with pytest.raises(ExcerptError, match="it holds 3 documents"):
            opened.show("box.mbox")


def test_a_location_without_a_document_says_why(tmp_path: Path, index: Path) -> None:
    """A document that was left out has a reason, and a table names a row as hits do."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "table.csv").write_text("id,text\n1,Good and well\n2,too,many\n3,Fine as well\n")
    (folder / "bad.txt").write_bytes(bytes(range(1, 9)) * 99)
    (folder / "a.djvu").write_bytes(b"x")
    build(folder, index)
    errors = {
        "table.csv": "it holds 2 documents.*such as 'table.csv row 2'",
        "table.csv row 3": "it is not in the index: it has more cells",
        "table.csv row 9": "table.csv/9: the file holds no such document",
        "bad.txt": "bad.txt: it is not in the index: it looks binary",
        "a.djvu": "a.djvu: it is not in the index: DjVu scan",
    }
    with Index(index) as opened:
        for location, error in errors.items():
            with pytest.raises(ExcerptError) as raised:
                opened.show(location)
            assert re.search(error, str(raised.value), re.DOTALL), str(raised.value)


def test_an_unchanged_container_is_not_opened(
    corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither is one that was only touched: its bytes are compared as a whole."""
    monkeypatch.setattr("excerpt.indexing.changes.CLOCK_GRAIN_NS", 0)
    build(corpus, index)

    def refuse(*_: object) -> None:
        raise AssertionError("a container was opened")

    monkeypatch.setattr("excerpt.indexing.members.expand", refuse)
    assert counts(build(corpus, index)) == {"unchanged": 8}
    for path in corpus.iterdir():
        os.utime(path, (1, 1))
    report = build(corpus, index)
    assert counts(report) == {"unchanged": 8}
    assert [each.path for each in report.excluded] == ["old.zip/.hidden", "old.zip/photo.jpg"]
    assert len(paths(index, "ferry")) == 4


def change_mailbox(corpus: Path, names: Iterable[str]) -> None:
    """Replace the mailbox by one with messages of these names."""
    (corpus / "box.mbox").write_bytes(letters(*names))


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("alpha beta gamma epsilon", {"new": 1, "unchanged": 8}),
        ("alpha gamma", {"removed": 1, "unchanged": 7}),
        ("gamma beta alpha", {"unchanged": 8}),
        ("zeta", {"new": 1, "removed": 3, "unchanged": 5}),
    ],
)
def test_only_changed_messages_are_read_again(
    corpus: Path, index: Path, names: str, expected: dict[str, int]
) -> None:
    """A mailbox grows, shrinks or is sorted: only new messages are read."""
    build(corpus, index)
    change_mailbox(corpus, names.split())
    report = build(corpus, index)
    assert counts(report) == expected
    assert report.n_bytes < 300
    assert len(paths(index, "ferry path:box.mbox")) == len(names.split())


def test_rows_that_move_are_not_read_again(corpus: Path, index: Path) -> None:
    """A new first row gives all others other numbers; only it is read."""
    build(corpus, index)
    rows = {name: [f"A new {name} of the town by the sea", *cells] for name, cells in ROWS.items()}
    (corpus / "table.csv").write_bytes(table_of(rows))
    assert counts(build(corpus, index)) == {"changed": 1, "moved": 2, "unchanged": 6}
    assert paths(index, "corn") == ["table.csv/4"]
    assert paths(index, "barges") == ["table.csv/3"]
    rows["body"][1] += " Or coke."
    (corpus / "table.csv").write_bytes(table_of(rows))
    assert counts(build(corpus, index)) == {"changed": 1, "unchanged": 8}


def test_a_member_that_becomes_a_file_is_moved(corpus: Path, index: Path) -> None:
    """A text that is unpacked keeps its passages; so does one that is packed."""
    build(corpus, index)
    with Index(index) as opened:
        (hit,) = opened.search("harbour").hits
    (corpus / "old.zip").unlink()
    (corpus / "x.txt").write_text("The harbour froze.")
    (corpus / "in.mbox").write_bytes(letters("delta"))
    assert counts(build(corpus, index)) == {"moved": 2, "unchanged": 6}
    with Index(index) as opened:
        assert [hit.passage.id] == [each.passage.id for each in opened.search("harbour").hits]
    with Catalog.open(index) as catalog:
        assert sorted(catalog.containers()) == ["box.mbox", "in.mbox", "table.csv"]


def test_a_file_may_become_a_container_and_the_reverse(corpus: Path, index: Path) -> None:
    """The content decides at each build."""
    build(corpus, index)
    (corpus / "a.txt").write_bytes(table_of(ROWS))
    (corpus / "box.mbox").write_text("A letter without headers about a lighthouse.")
    build(corpus, index)
    assert paths(index, "lighthouse") == ["box.mbox"]
    assert paths(index, "corn") == ["a.txt/3", "table.csv/3"]
    (corpus / "a.txt").unlink()
    (corpus / "a.txt").mkdir()
    (corpus / "a.txt" / "3").write_text("The corn was sold.")
    build(corpus, index)
    assert paths(index, "corn") == ["a.txt/3", "table.csv/3"]


WHOLE = zip_of({"a.txt": b"The saltpetre was sold.", "b.txt": b"No more."})


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("x.json", b'[{"id": 1}]', b'[{"text": "The saltpetre was sold."}]'),
        ("x.zip", WHOLE[:-40], WHOLE),
    ],
)
def test_a_container_that_can_be_read_again_is_no_problem_any_more(
    corpus: Path, index: Path, name: str, before: bytes, after: bytes
) -> None:
    """The former problem of the file is forgotten; while it lasts, a touched file keeps it."""

    def problems() -> set[str]:
        report = build(corpus, index)
        return {each.path for each in (*report.unreadable, *report.unsupported)}

    (corpus / name).write_bytes(before)
    for mtime in (1, 2, 3):
        os.utime(corpus / name, (mtime, mtime))
        assert name in problems()
    (corpus / name).write_bytes(after)
    assert name not in problems()
    assert len(paths(index, "saltpetre")) == 1
    with Catalog.open(index) as catalog:
        outcomes = {file.path: file.outcome for file in read_coverage(catalog).files}
    assert outcomes[name] is FileOutcome.INDEXED


def test_coverage_accounts_for_every_member(corpus: Path, index: Path) -> None:
    """Members are indexed, copies, excluded or unreadable; files are counted without them."""
    stream = zip_of(
        {"a.txt": b"A text about a lighthouse.", "b.doc": b"x", "c.txt": b"\0\1\2" * 99}
    )
    (corpus / "new.zip").write_bytes(stream)
    build(corpus, index)
    with Catalog.open(index) as catalog:
        coverage = read_coverage(catalog)
    assert coverage.counts["indexed"] == len(coverage.files) == 5
    outcomes = {file.path: file.outcome for file in coverage.members}
    assert len(outcomes) == 12
    assert {path: outcome for path, outcome in outcomes.items() if path.startswith("new")} == {
        "new.zip/a.txt": FileOutcome.COPY,
        "new.zip/b.doc": FileOutcome.EXCLUDED,
        "new.zip/c.txt": FileOutcome.UNREADABLE,
    }
    assert counts(build(corpus, index)) == {"unchanged": 9}
    with Catalog.open(index) as catalog:
        assert read_coverage(catalog) == coverage
    change_mailbox(corpus, ["alpha"])
    with Catalog.open(index) as catalog:
        stale = read_coverage(catalog).stale
    assert [file.path for file in stale] == ["box.mbox"]


def test_problems_of_members_disappear_with_them(corpus: Path, index: Path) -> None:
    """A member that could not be read is forgotten if it, or its container, is gone."""
    for members in ({"bad.txt": b"\0\1" * 99, "a.txt": b"x"}, {"a.txt": b"x"}):
        (corpus / "new.zip").write_bytes(zip_of(members))
        report = build(corpus, index)
        found = [each.path for each in report.unreadable]
        assert found == (["new.zip/bad.txt"] if "bad.txt" in members else [])
    (corpus / "new.tar").write_bytes(tar_of({"bad.txt": b"\0\1" * 99}))
    assert [each.path for each in build(corpus, index).unreadable] == ["new.tar/bad.txt"]
    assert [each.path for each in build(corpus, index).unreadable] == ["new.tar/bad.txt"]
    (corpus / "new.tar").unlink()
    assert build(corpus, index).unreadable == ()


def test_stale_hits_are_found(corpus: Path, index: Path) -> None:
    """A hit in a container is stale when the container has changed."""
    build(corpus, index)
    with Index(index) as opened:
        assert opened.search("alpha").hits[0].is_stale is False
        change_mailbox(corpus, ["alpha", "beta"])
        assert opened.search("alpha").hits[0].is_stale is True
        assert opened.search("corn").hits[0].is_stale is False


def test_metadata_and_rules_apply_to_members(corpus: Path, index: Path) -> None:
    """A metadata.csv and the rules name members, or containers for all of their members."""
    build(corpus, index)
    (corpus / "metadata.csv").write_text(
        "path,archive,date\nold.zip,City,\nold.zip/notes/x.txt,,1777\nbox.mbox/no,x,\n"
    )
    (corpus / ".excerpt.toml").write_text("[[table]]\nfiles = '*.csv'\ntext = 'title'\n")
    report = build(corpus, index)
    assert counts(report) == {"changed": 2, "unchanged": 6}
    with Index(index) as opened:
        (hit,) = opened.search("harbour archive:city").hits
        assert hit.date == "1777"
        assert opened.search("delta archive:city").total == 1
        assert [hit.path for hit in opened.search("mill").hits] == ["table.csv/3"]
        assert opened.search("corn").total == 0


def test_patterns_exclude_members(corpus: Path, index: Path) -> None:
    """`.excerptignore` and --exclude name members as if containers were folders."""
    build(corpus, index)
    (corpus / ".excerptignore").write_text("old.zip/notes/\n")
    build(corpus, index)
    assert paths(index, "harbour") == []
    (corpus / ".excerptignore").unlink()
    build(corpus, index)
    assert paths(index, "harbour") == ["old.zip/notes/x.txt"]
    build(corpus, index, exclude=["*.txt"])
    assert paths(index, "harbour OR lighthouse") == []


def test_workers_read_members_of_large_containers(tmp_path: Path, index: Path) -> None:
    """Several processes read one container, each a part of it, whatever its kind."""
    texts = {f"{n:03}.txt": f"Text {n} of the harbour. ".encode() * 100 for n in range(200)}
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.tar.xz").write_bytes(tar_of(texts, "w:xz"))
    (folder / "b.zip").write_bytes(zip_of({"c.zip": zip_of(texts)}))
    (folder / "d.csv").write_bytes(
        table_of({"text": [f"Row {n} about the mill by the sea. " * 60 for n in range(300)]})
    )
    (folder / "e.mbox").write_bytes(
        mailbox_of(message(f"{n}@b", f"Number {n}", "A ferry at sea. " * 99) for n in range(300))
    )
    report = build(folder, index, processes=2)
    assert report.unreadable == ()
    assert counts(report) == {"new": 800, "copies": 200}
    alone = tmp_path / "alone"
    build(folder, alone, processes=1)
    for word in ("harbour", "mill", "ferry"):
        assert paths(index, word) == paths(alone, word)
    assert counts(build(folder, index, checksum=True)) == {"unchanged": 1000}


def test_an_interrupted_build_continues_within_a_container(
    tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Members that were committed stay, are intact, and are not read again."""
    monkeypatch.setattr(plan_runner, "COMMIT_SECONDS", -1.0)
    monkeypatch.setattr(plan_runner, "BATCH_BYTES", 2_000)
    monkeypatch.setattr(plan_runner, "SMALL_BYTES", 0)
    monkeypatch.setattr(plan_runner, "WORKER_BYTES", 1)
    folder = tmp_path / "corpus"
    folder.mkdir()
    names = [f"n{number}" for number in range(100)]
    (folder / "box.mbox").write_bytes(letters(*names))

    def interrupt(progress: Progress) -> None:
        assert progress.n_files <= progress.total_files
        if progress.n_files == 80:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(folder, index, processes=2, progress=interrupt)
    n_found = len(paths(index, "ferry"))
    assert 0 < n_found < 100
    with Index(index) as opened:
        assert opened.unfinished is not None
        assert opened.search("ferry").hits[0].is_stale is False
    assert counts(build(folder, index, processes=1)) == {"new": 100 - n_found, "unchanged": n_found}
    assert len(paths(index, "ferry")) == 100
    assert counts(build(folder, index)) == {"unchanged": 100}


@pytest.mark.parametrize(
    "header",
    [
        "Content-Disposition: attachment; filename=plans.txt",
        'Content-Disposition: attachment; FILENAME = "plans.txt"',
        "Content-Disposition: attachment;\n filename*=utf-8''plans.txt",
        "Content-Disposition: attachment; filename*0=plans; filename*1=.txt",
        "Content-Disposition: attachment\nContent-Type: text/plain; name=plans.txt",
    ],
)
def test_an_attachment_may_be_named_in_any_notation(header: str) -> None:
    """Programs name it in either of two headers, whole or in parts, and perhaps encoded."""
    text = (
        "From: a@b\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
        f"--x\n\nSee the plans.\n--x\n{header}\n\nA lock at each end.\n--x--\n"
    )
    assert [each.path for each in found_in("a.eml", text.encode())] == ["a.eml", "a.eml/plans.txt"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("header", "suffix"),
    [
        ("Content-Disposition: attachment", "txt"),
        ("Content-Disposition:\n attachment\nContent-Type: text/html", "html"),
        ("CONTENT-TYPE: application/pdf", "pdf"),
        ("Content-Type: text/csv; charset=utf-8", "csv"),
        ("Content-Type: image/png", ""),
        ("Content-Type: text/plain", ""),
    ],
)
def test_an_attachment_without_a_name_gets_one(header: str, suffix: str, line_end: str) -> None:
    """The number among all attachments makes it, and the type its suffix."""
    text = (
        "From: a@b\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
        "--x\n\nSee the plans.\n--x\nContent-Type: image/gif\n\nx\n"
        f"--x\n{header}\n\nA lock at each end.\n--x--\n"
    )
    data = text.replace("\n", line_end).encode()
    if suffix:
        paths = ["a.eml", f"a.eml/attachment-2.{suffix}"]
        assert [each.path for each in found_in("a.eml", data)] == paths
    else:
        assert find_container("a.eml", BytesIO(data), ContainerHints()) is None


@pytest.mark.parametrize("n_bytes", [149, 150, 151, 1000])
@pytest.mark.parametrize("encoding", ["7bit", "base64"])
def test_an_attachment_in_base64_is_decoded(encoding: str, n_bytes: int) -> None:
    """A program may have declared nothing; lines of other letters stay as they are."""
    content = b"%PDF-1.4" + bytes(n % 256 for n in range(n_bytes - 8))
    for data, found in (
        (base64.encodebytes(content), content),
        (b"ACGT" * 15 + b"\n" + b"ACGT" * 50, b""),
    ):
        part = (
            f"Content-Type: application/pdf; name=x.pdf\nContent-Transfer-Encoding: {encoding}\n\n"
        )
        text = (
            "From: a@b\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
            f"--x\n{part}{data.decode()}\n--x--\n"
        )
        (member,) = [each for each in found_in("a.eml", text.encode()) if each.path != "a.eml"]
        if found or encoding == "7bit":
            assert member.data.strip() == (found or data).strip()


def with_attachments(id_: str) -> str:
    """Return a message with a text, a table and a picture attached."""
    headers = f"Message-ID: <{id_}>\nFrom: Ann <ann@example.org>\nSubject: Plans\n"
    parts = [
        "Content-Type: text/plain\n\nThe plans of the canal are attached.",
        "Content-Disposition: attachment; filename=plans.txt\n\nA lock at each end.",
        'Content-Disposition: attachment; filename="rows.csv"\n\nid,text\n1,A weir in between',
        "Content-Type: image/png; name=map.png\n\nx",
    ]
    body = "".join(f"--b\n{part}\n" for part in parts)
    return f"{headers}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n{body}--b--\n"


def test_attachments_are_documents(tmp_path: Path, index: Path) -> None:
    """Attachments in formats that are read are members of their message, in files and mailboxes."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.eml").write_text(with_attachments("a@b"))
    (folder / "plain.eml").write_text(message("c@d", "Canal", "No attachment."))
    (folder / "box.mbox").write_bytes(
        mailbox_of([message("e@f", "One", "x"), with_attachments("g@h")])
    )
    (folder / "z.zip").write_bytes(zip_of({"m.eml": with_attachments("i@j").encode()}))
    report = build(folder, index, processes=1)
    assert report.unreadable == ()
    assert paths(index, "lock") == [
        "a.eml/plans.txt",
        "box.mbox/g@h/plans.txt",
        "z.zip/m.eml/plans.txt",
    ]
    assert paths(index, "weir") == [
        "a.eml/rows.csv/2",
        "box.mbox/g@h/rows.csv/2",
        "z.zip/m.eml/rows.csv/2",
    ]
    assert paths(index, "canal") == ["a.eml", "box.mbox/g@h", "z.zip/m.eml"]
    with Index(index) as opened:
        (hit,) = opened.search("attached path:a.eml").hits
        assert (hit.file, hit.member, hit.anchor) == ("a.eml", "", "a@b")
        (hit,) = opened.search("attached path:box.mbox").hits
        assert (hit.file, hit.member, hit.anchor) == ("box.mbox", "g@h", "")
        document = next(each for each in opened.documents() if each.files[0].path == "a.eml")
        assert document.warnings == ("not read: attachments: map.png",)
        assert opened.status().counts.files == 4
    assert build(folder, index).unchanged == 11
    (folder / "a.eml").write_text(message("a@b", "Plans", "Without attachments, about the canal."))
    report = build(folder, index)
    assert (report.changed, report.removed, report.unchanged) == (1, 2, 8)
    assert paths(index, "canal path:a.eml") == ["a.eml"]
