"""Coverage: every file of a corpus is indexed, a duplicate, excluded by a rule, or a problem."""

import gzip
import json
import os
from pathlib import Path

import pytest

from excerpt.catalog import Catalog
from excerpt.indexing.pipeline import build
from excerpt.search.coverage import Coverage, CoveredFile, FileOutcome, read_coverage
from shell import Shell

PAGE = "<html><head><title>Zürich</title></head><body><p>A letter from Zürich.</p></body></html>"
NO_UNICODE = os.fsdecode(b"caf\xe9.txt")
INDEXED: dict[str, bytes] = {
    "plain.txt": b"A letter.\n",
    "empty.txt": b"",
    "with spaces (and) brackets.txt": b"Another letter.\n",
    "back\\slash.txt": b"A third letter.\n",
    NO_UNICODE: b"A fourth letter.\n",
    "latin.txt": "Grüße aus Zürich, schöne Tage und süße Äpfel\n".encode("latin-1"),
    "declares-utf8.htm": PAGE.replace("<title>", "<meta charset=utf-8><title>").encode("cp1252"),
    "wide.txt": "A wide letter.\n".encode("utf-16"),
    "wide-unmarked.txt": ("A wide letter without a mark. " * 9).encode("utf-16-le"),
    "nul.txt": b"A letter \0 with a gap.\n" + b"And more of it, which is long enough. " * 9,
    "slips.txt": ("Ünïcödé in every wörd, näturally. " * 9).encode() + b"caf\xe9\n",
    "cr-only.txt": b"One line.\rAnother line.\r",
    "twin.htm": PAGE.encode(),
    "twin.htm.gz": gzip.compress(PAGE.encode(), mtime=0),
    "long-line.txt": b"word " * 20_000,
    "deep.html": b"<div>" * 3000 + b"A deep letter." + b"</div>" * 3000,
    "no-end.html": b"<p>Before.</p><!-- and then nothing but " + b"words " * 50,
    "a/b/c/d/e/f.md": b"# A heading\n\nA paragraph.\n",
}
EXCLUDED: dict[str, tuple[bytes, str]] = {
    ".hidden.txt": (b"x", "hidden"),
    ".git/objects/ab/cd": (b"x", "version control"),
    ".git/config": (b"x", "version control"),
    "node_modules/m/readme.md": (b"x", "installed packages"),
    "paper.djvu": (b"AT&T", "not supported"),
    "notes.txt~": (b"x", "backup"),
    "metadata.csv": (b"path,author\nplain.txt,Ann\n", "metadata"),
    ".excerptignore": (b"*.tmp\ndrafts/\n", "rules"),
    "left.tmp": (b"x", "'*.tmp' in .excerptignore"),
    "drafts/one.txt": (b"x", "'drafts/' in .excerptignore"),
    "drafts/below/two.txt": (b"x", "'drafts/' in .excerptignore"),
    "secret/three.txt": (b"x", "'secret/' in --exclude"),
    "an index/catalog.sqlite": (b"x", "an index of excerpt"),
    "an index/text.txt": (b"x", "an index of excerpt"),
}
PROBLEMS: dict[str, tuple[bytes, str]] = {
    "junk.txt": (bytes(range(32)) * 99, "binary"),
    "picture.txt": (b"\x89PNG\r\n\x1a\n" + b"x" * 99, "image"),
    "broken.htm.gz": (gzip.compress(PAGE.encode(), mtime=0)[:-12], "damaged"),
    "bomb.txt.gz": (gzip.compress(bytes(40 << 20), mtime=0), "decompresses to more than"),
}


def write(corpus: Path, files: dict[str, bytes]) -> None:
    """Write files into the corpus."""
    for name, content in files.items():
        path = corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Return a folder with all the difficulties that were found in real collections."""
    folder = tmp_path / "corpus"
    write(folder, INDEXED)
    write(folder, {name: content for name, (content, _) in (EXCLUDED | PROBLEMS).items()})
    write(folder, {"copy.txt": INDEXED["plain.txt"], "z/copy.txt": INDEXED["plain.txt"]})
    (folder / "ring").symlink_to(folder)
    (folder / "nothing.txt").symlink_to(folder / "missing.txt")
    (folder / "outside.txt").symlink_to("/etc/hostname")
    (folder / "inside.txt").symlink_to("twin.htm")
    os.mkfifo(folder / "pipe.txt")
    return folder


def coverage_of(index: Path) -> Coverage:
    """Return the coverage of the corpus of an index."""
    with Catalog.open(index) as catalog:
        return read_coverage(catalog)


def n_files(corpus: Path) -> int:
    """Return the number of entries below the corpus that are not folders."""
    return sum(len(names) for _, _, names in os.walk(corpus)) + sum(
        (Path(folder) / name).is_symlink() for folder, names, _ in os.walk(corpus) for name in names
    )


def test_every_file_is_accounted_for(corpus: Path, tmp_path: Path) -> None:
    """Each file has the expected outcome and reason, and the numbers add up."""
    build(corpus, tmp_path / "index", exclude=["secret/"])
    found = coverage_of(tmp_path / "index")
    by_path = {file.path: file for file in found.files}
    assert len(found.files) == len(by_path) == sum(found.counts.values()) == n_files(corpus)
    links = {"ring", "nothing.txt", "outside.txt", "pipe.txt"}
    assert {file.path for file in found.of(FileOutcome.EXCLUDED)} == EXCLUDED.keys() | links
    assert {file.path for file in found.of(FileOutcome.UNREADABLE)} == PROBLEMS.keys()
    assert [(file.path, file.reason) for file in found.of(FileOutcome.COPY)] == [
        ("plain.txt", "copy.txt"),
        ("twin.htm", "inside.txt"),
        ("z/copy.txt", "copy.txt"),
    ]
    indexed = (INDEXED.keys() | {"inside.txt", "copy.txt"}) - {"plain.txt", "twin.htm"}
    assert {file.path for file in found.of(FileOutcome.INDEXED)} == indexed
    assert (found.of(FileOutcome.NEW), found.stale, found.gone) == ((), (), ())
    for path, (_, reason) in (EXCLUDED | PROBLEMS).items():
        assert reason in by_path[path].reason, path


def test_repairs_are_reported_with_their_offsets(corpus: Path, tmp_path: Path) -> None:
    """For files with damaged bytes: the encoding, the number of repairs and the first offset."""
    build(corpus, tmp_path / "index")
    repaired = {file.path: file for file in coverage_of(tmp_path / "index").with_warnings}
    at = INDEXED["slips.txt"].index(b"\xe9\n")
    guessed = {"declares-utf8.htm", "latin.txt", "wide-unmarked.txt"}
    assert repaired.keys() == {"nul.txt", "slips.txt", "no-end.html"} | guessed
    assert all("read as" in repaired[path].warnings[0] for path in guessed)
    expected = "1 byte sequence is not valid UTF-8 and was read as windows-1252 or replaced"
    assert (repaired["slips.txt"].encoding, repaired["slips.txt"].warnings) == (
        "utf-8",
        (f"{expected} (at byte {at})",),
    )
    assert repaired["nul.txt"].warnings == ("1 NUL character was replaced (at character 9)",)
    assert "a comment that is never closed" in repaired["no-end.html"].warnings[0]


def test_changes_since_the_build_are_reported(tmp_path: Path) -> None:
    """New, changed and missing files are reported; a file with only another time is unchanged."""
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    write(
        corpus, {"a.txt": b"One.\n", "b.txt": b"Two.\n", "c.txt": b"Three.\n", "d.txt": b"Four.\n"}
    )
    build(corpus, index)
    write(corpus, {"new.txt": b"Five.\n", "a.txt": b"Six.\n"})
    (corpus / "b.txt").unlink()
    os.utime(corpus / "c.txt", (1, 1))
    found = coverage_of(index)
    assert found.of(FileOutcome.NEW) == (CoveredFile("new.txt", FileOutcome.NEW),)
    assert [file.path for file in found.stale] == ["a.txt"]
    assert found.gone == ("b.txt",)
    assert sum(found.counts.values()) == n_files(corpus) == 4


def test_a_corrected_file_is_indexed_by_the_next_build(tmp_path: Path) -> None:
    """The next build reads the file and forgets the reason why it could not be read."""
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    write(corpus, {"a.txt": b"One.\n", "b.txt": bytes(range(32)) * 9})
    build(corpus, index)
    assert coverage_of(index).counts["unreadable"] == 1
    write(corpus, {"b.txt": b"Two.\n"})
    build(corpus, index)
    assert coverage_of(index).counts == {
        "indexed": 2,
        "copy": 0,
        "excluded": 0,
        "unreadable": 0,
        "new": 0,
    }


def test_the_command_reports_numbers_and_reasons(tmp_path: Path) -> None:
    """The text groups files by rule and lists some of each outcome; JSON lists every file."""
    shell = Shell(tmp_path).write(
        {
            "a.txt": "One.\n",
            "b.txt": "One.\n",
            "junk.txt": bytes(range(32)) * 9,
            "slip.txt": ("Grüße aus Zürich. " * 9).encode() + b"\xe9\n",
            **{f".hidden{number:02}": "x" for number in range(30)},
        }
    )
    assert shell.run("build").code == 0
    done = shell.run("coverage")
    assert done.code == 0
    assert [line.split()[:2] for line in done.lines[:5]] == [
        ["files", "34"],
        ["indexed", "2"],
        ["copies", "1"],
        ["excluded", "30"],
        ["unreadable", "1"],
    ]
    assert "  30 × hidden: its name starts with a dot" in done.lines
    assert (
        "  junk.txt: it looks binary, not text: many of its bytes are control characters"
        in done.lines
    )
    assert "  slip.txt (utf-8): 1 byte sequence is not valid UTF-8" in done.out
    assert "Copies:\n  b.txt: of a.txt\n" in done.out
    whole = json.loads(shell.run("coverage", "--json").out)
    assert (whole["schema"], whole["counts"]["files"], len(whole["files"])) == (2, 34, 34)
    assert [each["reason"] for each in whole["files"] if each["outcome"] == "copy"] == ["a.txt"]


def test_coverage_builds_no_index(tmp_path: Path) -> None:
    """Without an index, the command fails."""
    assert Shell(tmp_path).write({"a.txt": "One.\n"}).run("coverage").code == 2
    assert not (tmp_path / "index").exists()


UNUSUAL: dict[str, bytes] = {
    "bom.html": b"\xef\xbb\xbf" + PAGE.encode(),
    "bom-late.txt": b"A letter.\n\xef\xbb\xbfAnd more.\n",
    "sjis.txt": ("吾輩は猫である。名前はまだ無い。" * 30).encode("shift_jis"),
    "gb.txt": ("全世界无产者，联合起来！" * 30).encode("gb2312"),
    "koi8.txt": ("Пролетарии всех стран, соединяйтесь! " * 30).encode("koi8-r"),
    "latin2.txt": ("Zażółć gęślą jaźń, proletariusze wszystkich krajów. " * 30).encode("iso8859-2"),
    "lies.htm": b'<meta charset="iso-8859-1"><p>\x93Quoted\x94 \x96 and more.',
    "big5-lie.htm": b'<meta charset="big5"><p>Na\xefve caf\xe9 \x80.',
    "replaced.txt": "It was \ufffd already.\n".encode(),
    "surrogates.txt": b"One \xed\xa0\x80 half.\n" + b"And more of it, which is long enough. " * 9,
    "mojibake.txt": "It wasâ€™nt so.\n".encode(),
    "crlf.txt": b"One line.\r\nAnother.\r\n\r\nA paragraph.\r\n",
    "pages.txt": b"One page.\f\nAnother page.\n",
    "nfd.txt": "Zu\u0308rich and Ko\u0308ln.\n".encode(),
    "ligatures.txt": "The ﬁrst oﬃce.\n".encode(),
    "soft.txt": "A com\u00admu\u00adni\u00adty.\n".encode(),
    "long-s.txt": "The ſame perſon.\n".encode(),
    "lines.html": b"<p>" + b"word " * 13_000 + b"</p>\n" + b"<p>Short.</p>",
    "note.wiki": b"== Heading ==\n\nText<ref>A note</ref>.\n",
    "no-suffix": b"A letter without a suffix.\n",
    "loud.TXT": b"A loud letter.\n",
}


def test_unusual_files_are_accounted_for(tmp_path: Path) -> None:
    """Texts in many encodings, damaged or with rare characters, are indexed with warnings.

    A file and a folder without read permission are unreadable.
    """
    folder = tmp_path / "corpus"
    write(folder, UNUSUAL | {"forbidden.txt": b"x", "closed/in.txt": b"x"})
    (folder / "forbidden.txt").chmod(0)
    (folder / "closed").chmod(0)
    try:
        build(folder, tmp_path / "index")
        found = coverage_of(tmp_path / "index")
    finally:
        (folder / "closed").chmod(0o755)
    is_root = os.geteuid() == 0
    assert {file.path for file in found.of(FileOutcome.INDEXED)} >= UNUSUAL.keys()
    assert sum(found.counts.values()) == len(found.files) == len(UNUSUAL) + 2
    assert found.counts["unreadable"] == (0 if is_root else 2)
    repaired = {file.path for file in found.with_warnings}
    assert repaired >= {"sjis.txt", "gb.txt", "koi8.txt", "latin2.txt", "surrogates.txt"}
    assert not repaired & {
        "bom.html",
        "crlf.txt",
        "pages.txt",
        "nfd.txt",
        "ligatures.txt",
        "soft.txt",
        "loud.TXT",
    }


def test_text_set_apart_is_listed_by_frequency(tmp_path: Path) -> None:
    """Each text has its number, the reason for which it is set apart, and a file with it."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name in ("a", "b"):
        page = f"<nav><a href='/'>Home</a></nav><p>The ferry of {name} was late again.</p>"
        (corpus / f"{name}.html").write_text(page, encoding="utf-8")
    build(corpus, tmp_path / "index")
    with Catalog.open(tmp_path / "index") as catalog:
        (home,) = read_coverage(catalog).set_apart
    assert (home.text, home.n_occurrences, home.path) == ("Home", 2, "a.html")
    assert home.reason
