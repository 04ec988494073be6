"""Formats of other packages: installed, changed, broken and removed."""

import base64
import gzip
import hashlib
import importlib.metadata
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

import excerpt
from excerpt.cli.help import DOCS
from excerpt.errors import Unreadable
from excerpt.indexing import plan_runner
from excerpt.ingest.formats import identification, read_document, third_party
from excerpt.ingest.formats.registry import Format
from excerpt.model import Anchor, Block, BlockKind, Document, Mark, Page, Span
from packages import zip_members
from shell import Shell

INTERVIEW = "%transcript\n@00:12 Ann\nWe walked to the mill.\n@01:30 Ben\nThe mill was {}.\n"
METADATA = "Metadata-Version: 2.1\nName: excerpt-transcript\nVersion: {}\n"
ENTRY_POINTS = "[excerpt.formats]\ntranscript = excerpt_transcript:FORMAT\n"


def documented_module() -> str:
    """Return the module of the example in the documentation, without its trial."""
    text = (DOCS / "python.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(from excerpt\.formats.*?)```", text, re.DOTALL)
    return re.sub(r"^print.*\n", "", str(example), flags=re.MULTILINE)


def install(module: str, folder: Path, version: str) -> None:
    """Build a wheel with `module` and install it into `folder`."""
    info = f"excerpt_transcript-{version}.dist-info"
    members = {
        "excerpt_transcript.py": module,
        f"{info}/METADATA": METADATA.format(version),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": ENTRY_POINTS,
    }
    record = [
        f"{name},sha256={_digest(content)},{len(content)}\n" for name, content in members.items()
    ]
    members[f"{info}/RECORD"] = "".join(record) + f"{info}/RECORD,,\n"
    wheel = folder.parent / f"excerpt_transcript-{version}-py3-none-any.whl"
    wheel.write_bytes(zip_members(members.items()))
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*pip, "--upgrade", "--target", str(folder), str(wheel)], check=True)


def _digest(content: str) -> str:
    digest = hashlib.sha256(content.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def test_a_package_adds_a_format(tmp_path: Path) -> None:
    """Files in it are indexed, searched and shown; a new version reads them again, no others."""
    folder = tmp_path / "site"
    module = documented_module()
    shell = Shell(tmp_path).write({"a.transcript": INTERVIEW.format("loud"), "b.txt": "The mill."})

    def run(*arguments: str) -> str:
        done = shell.run(*arguments, PYTHONPATH=str(folder))
        return done.out + done.err

    install(module, folder, "1.0")
    assert "2 new" in run("build")
    assert "a.transcript#00:12" in run("search", "mill was loud", "format:transcript")
    assert "Ben: The mill was loud." in run("show", "a.transcript#01:30")
    assert "genre:interview" not in run("search", "walked genre:interview", "--count")
    assert "transcript from excerpt-transcript 1.0" in run("status")
    assert "2 unchanged" in run("build")

    changed = module.replace("version=1", "version=2").replace('f" {line}"', 'f" {line.upper()}"')
    install(changed, folder, "1.1")
    assert "1 changed, 1 unchanged" in run("build")
    assert "MILL WAS LOUD" in run("search", "loud")
    assert "transcript from excerpt-transcript 1.1" in run("status")

    shell.write({"c.transcript": INTERVIEW.format("quiet")})
    (folder / "excerpt_transcript.py").write_text("import the_moon\n", encoding="utf-8")
    report = run("build")
    assert "the format transcript of excerpt-transcript 1.1 cannot be used" in report
    assert "ModuleNotFoundError: No module named 'the_moon'" in report
    assert "1 document stays as indexed" in report
    assert "c.transcript: its format, transcript, is read by excerpt-transcript 1.1" in report
    assert "MILL WAS LOUD" in run("search", "loud")

    install(changed, folder, "1.2")
    assert "1 new, 2 unchanged" in run("build")
    assert "MILL WAS QUIET" in run("search", "quiet")

    shell.write({"c.transcript": INTERVIEW.format("still")})
    without = shell.run("build", PYTHONPATH="")
    assert "this package is not installed" in without.out + without.err
    assert "MILL WAS LOUD" in shell.run("search", "loud", PYTHONPATH="").out
    assert "c.transcript" in shell.run("status", PYTHONPATH="").out
    assert "1 new, 2 unchanged" in run("build")
    assert "MILL WAS STILL" in run("search", "still")


@pytest.mark.parametrize(
    ("deed", "reason"),
    [
        ("import os; os._exit(0)", "its reader crashed (exit code 0)"),
        ("import ctypes; ctypes.string_at(0)", "its reader crashed (SIGSEGV)"),
        ("import sys; sys.exit('no')", "failed to read it: SystemExit: no"),
    ],
)
@pytest.mark.parametrize("options", [(), ("--processes", "1")])
def test_a_reader_that_ends_its_process_costs_the_file(
    tmp_path: Path, deed: str, reason: str, options: tuple[str, ...]
) -> None:
    """The file is reported, and all others are read."""
    folder = tmp_path / "site"
    at = "def read(source: Source) -> Document:\n"
    module = documented_module()
    assert at in module
    install(
        module.replace(at, f"{at}    if b'loud' in source.data:\n        {deed}\n"), folder, "1"
    )
    files = {f"{word}.transcript": INTERVIEW.format(word) for word in ("quiet", "loud", "still")}
    shell = Shell(tmp_path).write({**files, "b.txt": "The mill."})
    done = shell.run("build", *options, PYTHONPATH=str(folder))
    assert "3 new" in done.out + done.err
    assert "loud.transcript" in done.out + done.err
    assert reason in done.out + done.err
    assert shell.run("search", "mill", "-c", PYTHONPATH="").out.strip() == "3"


class Entry(SimpleNamespace):
    """An entry point, with the object that it loads or the exception that it raises."""

    def load(self) -> Any:
        """Return the object, or raise the exception."""
        if isinstance(self.found, BaseException):
            raise self.found
        return self.found


Packages = Any


@pytest.fixture
def packages(monkeypatch: pytest.MonkeyPatch) -> Iterator[Packages]:
    """A function that replaces the formats of installed packages: objects by name."""

    def forget() -> None:
        third_party.added_formats.cache_clear()
        identification._registry.cache_clear()

    def install_all(**found: Any) -> None:
        entries = [
            Entry(name=name, value="x:y", module="x", found=each, dist=SimpleNamespace(**PACKAGE))
            for name, each in found.items()
        ]
        monkeypatch.setattr(importlib.metadata, "entry_points", lambda *, group: entries)
        # Worker processes would not know of these packages.
        monkeypatch.setattr(plan_runner, "_has_added_readers", lambda: False)
        forget()

    yield install_all
    monkeypatch.undo()
    forget()


PACKAGE = {"name": "decks", "version": "3"}
DOCUMENT = Document(text="A deck.", blocks=(Block(Span(0, 7), BlockKind.PARAGRAPH),), format="deck")


def altered(**changes: Any) -> Document:
    """Return the document with changes, valid or not."""
    return DOCUMENT._replace(**changes)


returned: list[Any] = [DOCUMENT]


def read(source: Any) -> Any:
    """Return what the test wants the reader of decks to return."""
    if isinstance(returned[0], Exception):
        raise returned[0]
    return returned[0]


def deck(**changes: Any) -> Format:
    """Return the format of decks."""
    suffixes = frozenset({"deck", "lit"})
    format_ = Format("deck", suffixes, lambda source: b"DECK" in source.data, f"{__name__}:read")
    return format_._replace(**changes)


@pytest.mark.parametrize(
    ("name", "found", "reason"),
    [
        ("deck", ImportError("no"), "it cannot be loaded: ImportError: no"),
        ("deck", "deck", "x:y is not an excerpt.formats.Format"),
        ("pdf", deck(name="pdf"), "another reader of this format is used"),
        ("deck", deck(name="other"), "the format calls itself other"),
        ("deck", deck(suffixes="deck"), "its suffixes must be a set of strings"),
        ("deck", deck(needs=("the_moon", "json")), "it needs the_moon, which is not installed"),
        ("deck", deck(needs=("the_moon.x",)), "it needs the_moon.x, which is not installed"),
    ],
)
def test_a_format_that_cannot_be_used_is_named(
    packages: Packages, tmp_path: Path, name: str, found: Any, reason: str
) -> None:
    """The build warns of it and reads everything else."""
    packages(**{name: found})
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus/a.txt").write_text("The mill.")
    report = excerpt.build_index(tmp_path / "corpus", tmp_path / "index")
    assert report.warnings == (f"the format {name} of decks 3 cannot be used: {reason}",)
    with excerpt.open(tmp_path / "index") as index:
        assert index.count("mill") == 1
        assert index.status().warnings == report.warnings


def test_suffix_and_content_lead_to_a_format_of_a_package(packages: Packages) -> None:
    """Certain formats of excerpt come first; a failing recogniser is reported, and harms nobody."""
    packages(deck=deck(suffixes=frozenset({".DECK", "pdf", "html"})))
    for name, data in (("a.deck", b"x"), ("a.txt", b"DECK"), ("a.deck.gz", gzip.compress(b"x"))):
        assert read_document(name, data).format == "deck"
    assert read_document("a.html", b"<p>x").format == "html"
    assert read_document("a.deck", b"{\\rtf1 DECK}").format == "rtf"
    packages(deck=deck(sniff=lambda source: 1 / 0))
    document = read_document("a.txt", b"DECK")
    assert document.format == "text"
    assert document.warnings == (
        "decks 3 failed to tell whether this is deck: ZeroDivisionError: division by zero",
    )


PARAGRAPH = BlockKind.PARAGRAPH


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (KeyError("x"), "decks 3 failed to read it: KeyError: 'x'"),
        ("text", "it is a str"),
        (altered(blocks=()), "no block covers the text from 0 on"),
        (altered(blocks=(Block(Span(2, 7), PARAGRAPH),)), "no block covers the text fro"),
        (altered(blocks=(Block(Span(0, 9), PARAGRAPH),)), "a block has the span"),
        (altered(blocks=(Block(Span(0, 7), cast("Any", "verse")),)), "'verse' is not a valid"),
        (altered(pages=(Page(5, "2"), Page(3, "1"))), "its pages are not in ascending"),
        (altered(anchors=(Anchor(8, "a"),)), "its anchors are not in ascending"),
        (altered(marks=(Mark(Span(0, 7), PARAGRAPH),)), "a mark has the span"),
        (altered(marks=(Mark(Span(0, 2), BlockKind.PAGE),)), "a mark has the span"),
        (altered(marks=(Mark(Span(2, 6), BlockKind.PAGE),) * 2), "overlaps another"),
        (altered(text="A\ud800deck."), "carriage returns or surrogates"),
        (altered(title=3), "are not all strings"),
        (altered(metadata=(("a", "b", "c"),)), "are not pairs"),
        (altered(blocks=None), "must have the types that Document names"),
    ],
)
def test_a_failing_reader_costs_the_file(packages: Packages, made: Any, reason: str) -> None:
    """An exception, and a document that the index could not hold, make the file unreadable."""
    packages(deck=deck())
    returned[0] = made
    try:
        with pytest.raises(Unreadable, match=re.escape(reason)):
            read_document("a.deck", b"x")
    finally:
        returned[0] = DOCUMENT


def test_a_valid_document_is_accepted(packages: Packages) -> None:
    """Marks, notes with marks in them, pages and anchors may be at any place in the text."""
    packages(deck=deck())
    returned[0] = altered(
        format="other",
        marks=(Mark(Span(0, 6), BlockKind.NOTE), Mark(Span(2, 6), BlockKind.PAGE)),
        pages=(Page(0, "1"), Page(7, "2")),
        anchors=(Anchor(3, "a"),),
    )
    try:
        assert read_document("a.deck", b"x") == returned[0]._replace(format="deck")
    finally:
        returned[0] = DOCUMENT


def test_documents_survive_the_loss_of_their_package(packages: Packages, tmp_path: Path) -> None:
    """They stay even if their suffix is one that is otherwise left out, until a full rebuild."""
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "a.lit").write_bytes(b"a deck")
    (corpus / "b").write_bytes(b"DECK")
    (corpus / "c.txt").write_text("The mill.")
    packages(deck=deck(version=4))
    assert excerpt.build_index(corpus, index).new == 3

    packages()
    report = excerpt.build_index(corpus, index)
    assert (report.unchanged, report.removed, report.unreadable) == (3, 0, ())
    (warning,) = report.warnings
    assert warning == (
        "the format deck of decks 3 cannot be used: the package is not installed. "
        "2 documents stay as indexed; install it again to read new and changed files"
    )
    reason = "its format, deck, is read by decks 3: this package is not installed"
    for content in (b"other", b"another"):
        for name in ("a.lit", "b", "new.lit"):
            (corpus / name).write_bytes(content)
        report = excerpt.build_index(corpus, index, allow_removals=True)
        assert [each.path for each in report.unreadable] == ["a.lit", "b", "new.lit"]
        assert {each.reason for each in report.unreadable} == {reason}

    packages(deck=deck(version=4))
    report = excerpt.build_index(corpus, index)
    assert report.unreadable == ()
    packages()
    report = excerpt.build_index(corpus, index, from_scratch=True)
    assert [each.path for each in report.excluded] == ["a.lit", "new.lit"]


def test_a_new_format_takes_over_files_with_its_suffix(packages: Packages, tmp_path: Path) -> None:
    """They were read as plain text, left out, or unreadable; nothing else is read again."""
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "a.deck").write_bytes(b"some text")
    (corpus / "b.lit").write_bytes(b"some other text")
    (corpus / "c.deck").write_bytes(bytes(range(256)))
    (corpus / "d.txt").write_bytes(b"some text as well")
    packages()
    report = excerpt.build_index(corpus, index)
    assert (report.new, len(report.unreadable), len(report.excluded)) == (2, 1, 1)
    packages(deck=deck())
    report = excerpt.build_index(corpus, index)
    assert (report.changed, report.unchanged, report.unreadable) == (1, 1, ())
    with excerpt.open(index) as opened:
        assert opened.status().formats == {"deck": 3, "text": 1}
        assert opened.status().packages == {"deck": "decks 3"}
    report = excerpt.build_index(corpus, index)
    assert (report.changed, report.unchanged) == (0, 4)
