"""The threats that excerpt is made against, a few tests for each row of the table; the row is named in the docstring.

Rows: controls (in what is shown), formulas and markup (in what is exported), query bombs, document bombs, code in data,
paths (that lead elsewhere), file system (names, loops, clocks, rights).
"""

import ast
import csv
import gzip
import io
import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

import excerpt
from excerpt.build import build
from excerpt.catalog import Catalog, rows
from excerpt.errors import ExcerptError, IndexDamaged, QueryError
from excerpt.files import exclusive
from excerpt.search import Index
from shell import Done, Shell

SOURCE = Path(excerpt.__file__).parent
HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)
"""What may steer a terminal or turn the order of what is shown."""
EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnp.exe\u2066\x7f\r\x08"
"""A title for the window, a cleared screen, colours, reversed letters, and what overwrites."""


# controls


@pytest.fixture
def evil(tmp_path: Path) -> Shell:
    """A corpus that tries to steer the terminal with all it has, in an index."""
    name = EVIL.replace("\r", "") + "é.txt"
    shell = Shell(tmp_path).write(
        {
            name: f"THE {EVIL} HARBOUR\n\nThe harbour {EVIL} froze.\n",
            "page.html": f"<title>Harbour {EVIL}</title><h1 id='{EVIL}'>Ice {EVIL}</h1><p>The harbour {EVIL}.",
            f"{EVIL[1:9]}.pdf": b"%PDF-1.4",
            "bad.txt": b"\xff\xfe\x00 harbour \x00\x01\x02" * 100,
            "junk.txt": b"\x01\x02" * 300,
            ".excerptignore": f"*{EVIL[:4]}no\n",
            f"{EVIL[:4]}no": "left out",
            "metadata.csv": f"path,author\npage.html,Bea {EVIL[:8]}\nnowhere{EVIL[:4]},x\n",
        }
    )
    with open(os.fsencode(tmp_path) + b"/corpus/\xff\x9b\xe9.txt", "wb") as file:  # noqa: PTH123 - not UTF-8
        file.write(b"The harbour again.\n")
    built = shell.run("build", "--all-unreadable")
    assert built.code == 0, built.err
    check_harmless(built)
    return shell


def check_harmless(done: Done) -> None:
    """See that nothing that was written can steer a terminal, and that no traceback was."""
    assert not HARMFUL.search(done.out), ascii(done.out)
    assert not HARMFUL.search(done.err), ascii(done.err)
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("search", "harbour"),
        ("search", "harbour", "--color", "never", "--scores", "--context", "1"),
        ("search", "harbour", "-l"),
        ("search", "harbour", "--json"),
        ("search", "harbour", "--jsonl"),
        ("phrase", "the harbour"),
        ("concordance", "harbour"),
        ("explain", f"harbour {EVIL}"),
        ("search", f'"{EVIL}'),
        ("search", f"title:({EVIL}"),
        ("show", "page.html"),
        ("show", f"{EVIL}.txt"),
        ("status", "--all"),
        ("status", "--json"),
        ("coverage", "--all"),
        ("coverage", "--json"),
        ("verify",),
        ("build", "--dry-run", "--exclude", f"[{EVIL}"),
        ("build", "--corpus", f"{EVIL}nowhere"),
        ("search", "--index", f"{EVIL}nowhere", "harbour"),
        (f"{EVIL}",),
        ("search", f"--{EVIL}"),
    ],
    ids=lambda arguments: ascii(" ".join(arguments))[:40],
)
def test_controls_do_not_reach_the_terminal(evil: Shell, arguments: tuple[str, ...]) -> None:
    """Row controls: no escape, control or change of direction in a text, title, heading, anchor, name, rule, metadata,
    query, option or message is written as it is, to a pipe either."""
    check_harmless(evil.run(*(argument.replace("\0", "") for argument in arguments)))


def test_colours_are_the_only_escapes(evil: Shell) -> None:
    """Row controls: with colours, what is left without them is harmless."""
    done = evil.run("search", "harbour", "--color", "always")
    assert "\x1b[" in done.out
    check_harmless(Done(done.code, re.sub(r"\x1b\[[0-9;]*m", "", done.out), done.err))


# formulas and markup


def test_cells_are_no_formulas(tmp_path: Path) -> None:
    """Row formulas: no cell of a table begins as a formula does, whatever texts, titles and names begin with."""
    shell = Shell(tmp_path).write(
        {
            f"{sign}cmd{number}.txt": f"{sign}HYPERLINK harbour {number}\n"
            for number, sign in enumerate("=+-@")
        }
    )
    assert shell.run("build").code == 0
    done = shell.run("search", "harbour", "--csv")
    table = list(csv.reader(io.StringIO(done.out)))
    assert len(table) == 5
    assert not [cell for row in table for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


# query bombs

BOMBS = {
    "long": "word " * 40_000,
    "nested": "(" * 5_000 + "a" + ")" * 5_000,
    "brackets alone": "(" * 1_900,
    "minus signs": "-" * 1_900 + "a",
    "not": "NOT " * 400 + "a",
    "near": " NEAR/5 ".join("abc"[number % 3] for number in range(200)),
    "fields": "title:" * 300 + "a",
    "clauses": '"a b" ' * 330,
    "wildcards": " ".join(["*"] * 600),
    "everything": "*",
    "expressions": "/(a+)+(a|aa)*b?(.*)*$/",
    "alternatives": "/" + "|".join(f"w{number}" for number in range(300)) + "/",
    "repeats": "/(((a{1,200}){1,200}){1,200})/",
    "fuzzy": " ".join(f"harb{number}ur~2" for number in range(150)),
    "quotes": '"' * 1_999,
    "weights": "a^999999999999999999999",
    "distances": "a NEAR/999999999999999999999 b",
    "years": "year:99999999999999999999..1",
}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index with words that invite backtracking."""
    folder = tmp_path_factory.mktemp("asked")
    (folder / "corpus").mkdir()
    for number in range(30):
        text = f"harbour {'a' * (60 + number)} {number} " + " ".join(
            f"w{each}" for each in range(number * 20)
        )
        (folder / "corpus" / f"{number}.txt").write_text(text)
    build(folder / "corpus", folder / "index", processes=1)
    with Index(folder / "index") as index:
        yield index


@pytest.mark.parametrize("name", BOMBS)
def test_a_query_bomb_is_answered_or_refused(asked: Index, name: str) -> None:
    """Row query bombs: length, nesting, clauses, expansions and expressions end in an answer or a plain refusal, without
    recursion and without backtracking."""
    refusals = []
    try:
        results = asked.search(BOMBS[name], limit=3)
    except QueryError as error:
        refusals.append(error)
    else:
        assert results.total >= len(results.hits)
    assert all(refusal.message and refusal.remedy for refusal in refusals)


# document bombs


def test_a_page_reads_no_other_file(tmp_path: Path) -> None:
    """Row document bombs: entities are not expanded, and nothing that a page names is read or fetched."""
    secret = tmp_path / "secret.txt"
    secret.write_text("xyzzy")
    page = (
        f'<!DOCTYPE html [<!ENTITY a "boom"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY x SYSTEM "{secret.as_uri()}">]>'
        f'<base href="{tmp_path.as_uri()}/"><link rel=stylesheet href="secret.txt"><script src="secret.txt"></script>'
        '<p>The harbour &b; &x;</p><iframe src="secret.txt"></iframe><object data="secret.txt"></object>'
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="secret.txt" parse="text"/>'
    )
    shell = Shell(tmp_path).write({"a.html": page, "a.xhtml": f'<?xml version="1.0"?>{page}'})
    assert shell.run("build").code == 0
    assert shell.run("search", "harbour", "-c").lines == ["2"]
    assert shell.run("search", "xyzzy").code == 1
    assert "boomboom" not in shell.run("show", "a.html").out


def test_a_small_file_does_not_become_a_large_one(tmp_path: Path) -> None:
    """Row document bombs: what unpacks to hundreds of times its size is a problem with its reason; what is packed twice
    is unpacked once."""
    bomb = gzip.compress(bytes(40 << 20), mtime=0)
    twice = gzip.compress(gzip.compress(b"The harbour.\n" * 9, mtime=0), mtime=0)
    shell = Shell(tmp_path).write({"bomb.txt.gz": bomb, "twice.txt.gz": twice, "good.txt": "The harbour.\n"})
    done = shell.run("build", "--processes", "1")
    assert done.code == 0
    assert "bomb.txt.gz: it unpacks to more than" in done.err
    assert shell.run("search", "harbour", "-l").lines == ["good.txt"]


# code in data

FORBIDDEN = {"pickle", "cPickle", "dill", "marshal", "shelve", "yaml", "jinja2", "code", "codeop"}
ALLOWED = {"engines/whoosh_/sealed.py": {"pickle"}}
"""Whoosh's own format has pickles in it; there they are read by what refuses every name."""
CALLS = {"eval", "exec", "compile", "__import__", "literal_eval"}


def test_nothing_that_is_read_is_run() -> None:
    """Row code in data: no module unpickles, evaluates or renders as a template what it reads."""
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert set(_dangers(node)) <= ALLOWED.get(name, set()), (name, getattr(node, "lineno", 0))


def _dangers(node: ast.AST) -> Iterator[str]:
    """What a piece of program does that may run what it reads."""
    if isinstance(node, ast.Import):
        yield from {each.name.partition(".")[0] for each in node.names} & FORBIDDEN
    if isinstance(node, ast.ImportFrom):
        yield from {(node.module or "").partition(".")[0]} & FORBIDDEN
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id in CALLS:
            yield node.func.id
        for option in node.keywords:
            is_off = isinstance(option.value, ast.Constant) and option.value.value is False
            if option.arg in {"shell", "allow_pickle"} and not is_off:
                yield str(option.arg)


@pytest.mark.parametrize(
    "program", ["import pickle", "from yaml import load", "eval(x)", "run(x, shell=True)"]
)
def test_what_would_run_data_is_noticed(program: str) -> None:
    """Row code in data: the test above can fail."""
    assert [danger for node in ast.walk(ast.parse(program)) for danger in _dangers(node)]


# paths


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """A small index, to be given to a stranger and taken back."""
    shell = Shell(tmp_path).write({"a.txt": "The harbour.\n", "b.txt": "The queen.\n"})
    build(tmp_path / "corpus", shell.folder / "index", processes=1)
    return tmp_path / "index"


def forge(index: Path, table: str, column: str, value: object) -> None:
    """Change a column of all rows of a catalog, with seals that fit, as only somebody on purpose would."""
    connection = sqlite3.connect(index / "catalog.sqlite")
    names = [each[1] for each in connection.execute(f"PRAGMA table_info({table})")]
    at, last = names.index(column), names.index("seal")
    found = connection.execute(
        f"SELECT rowid, * FROM {table}" if table != "places" else "SELECT path, * FROM places"
    )
    for key, *row in found.fetchall():
        row[at] = value if not callable(value) else value(row)
        row[last] = rows.seal(*row[:last])
        where = "path" if table == "places" else "rowid"
        settings = ", ".join(f"{name} = ?" for name in names)
        connection.execute(f"UPDATE {table} SET {settings} WHERE {where} = ?", (*row, key))
        if table == "places":
            break
    connection.commit()
    connection.close()


@pytest.mark.parametrize("path", [b"../secret.txt", b"/etc/passwd", b"d/../../secret.txt", b".."])
def test_a_forged_path_leads_nowhere(index: Path, path: bytes) -> None:
    """Row paths: a place outside of the corpus in somebody else's index is damage, and the file there is not looked at."""
    (index.parent / "secret.txt").write_text("xyzzy")
    forge(index, "places", "path", path)
    with Index(index) as opened, pytest.raises(IndexDamaged):
        opened.search("harbour OR queen")
    with pytest.raises(IndexDamaged):
        build(index.parent / "corpus", index)


def test_a_forged_manifest_names_no_other_file(index: Path) -> None:
    """Row paths: a file of the engine is one in its folder, or damage."""
    with Catalog.open(index) as catalog:
        manifest = json.dumps(catalog.manifest)
    name = json.loads(manifest)["roster"]["name"]
    shutil.copy(index / "segments" / name, index.parent / name)

    def forged(row: list[str]) -> str:
        return manifest.replace(name, f"../../{name}") if row[0] == "manifest" else row[1]

    forge(index, "settings", "value", forged)
    with pytest.raises(IndexDamaged, match="leads elsewhere"):
        Index(index)


def test_links_in_an_index_harm_no_other_file(index: Path, tmp_path: Path) -> None:
    """Row paths: an index whose lock or folder of segments is a link changes and removes nothing where it leads."""
    own = tmp_path / "own"
    own.mkdir()
    (own / "letter.txt").write_text("Dear Bea")
    (index / "lock").unlink()
    (index / "lock").symlink_to(own / "letter.txt")
    with pytest.raises(ExcerptError, match="lock"):
        build(None, index)
    (index / "lock").unlink()
    shutil.copytree(index / "segments", own, dirs_exist_ok=True)
    shutil.rmtree(index / "segments")
    (index / "segments").symlink_to(own)
    (tmp_path / "corpus" / "new.txt").write_text("The queen again.\n")
    build(None, index)
    assert (own / "letter.txt").read_text() == "Dear Bea"


def test_another_programs_database_stays_as_it_is(tmp_path: Path) -> None:
    """Row paths: a database of somebody else in the place of a catalog is refused without a byte changed."""
    Shell(tmp_path).write({"a.txt": "The harbour.\n"})
    (tmp_path / "index").mkdir()
    path = tmp_path / "index" / "catalog.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript("CREATE TABLE letters (text); INSERT INTO letters VALUES ('Dear Bea')")
    connection.close()
    before = path.read_bytes()
    for from_scratch in (False, True):
        with pytest.raises(IndexDamaged):
            build(tmp_path / "corpus", tmp_path / "index", from_scratch=from_scratch)
    assert path.read_bytes() == before
    assert {each.name for each in path.parent.iterdir()} <= {"catalog.sqlite", "lock"}


@pytest.mark.parametrize(
    "path", ["../secret.txt", "/etc/hostname", "d/../../secret.txt", "a.txt/../../secret.txt"]
)
def test_no_argument_and_no_table_leads_out_of_the_corpus(index: Path, path: str) -> None:
    """Row paths: `show` knows the documents of the index alone, and metadata.csv speaks of files beside it alone."""
    shell = Shell(index.parent)
    (index.parent / "secret.txt").write_text("xyzzy")
    shell.write({"metadata.csv": f"path,author\n{path},Bea\n"})
    assert shell.run("build").code == 0
    shown = shell.run("show", path)
    assert (shown.code, shown.out) == (2, "")
    assert shell.run("search", "author:bea").code != 0


@pytest.mark.parametrize("name", ["a.txt", ".excerptignore", "metadata.csv", "x.html.gz"])
def test_pipes_are_never_waited_for(tmp_path: Path, name: str) -> None:
    """Row paths: a pipe in the place of a source, of rules or of metadata holds up nothing."""
    shell = Shell(tmp_path).write({"good.txt": "The harbour.\n"})
    os.mkfifo(tmp_path / "corpus" / name)
    assert shell.run("build").code == 0
    assert shell.run("coverage").code == 0
    assert shell.run("search", "harbour", "-c").lines == ["1"]


@pytest.mark.parametrize("name", ["lock", "catalog.sqlite", "segments"])
def test_pipes_in_an_index_are_never_waited_for(index: Path, name: str) -> None:
    """Row paths: nor in the place of any file of an index."""
    place = index / name
    if place.is_dir():
        (place,) = place.glob("*.segment")
    place.unlink()
    os.mkfifo(place)
    shell = Shell(index.parent)
    assert shell.run("search", "harbour").code in ({0} if name == "lock" else {2})
    done = shell.run("build")
    assert "Traceback" not in done.err


# file system


def test_names_that_differ_in_case_only_are_two(tmp_path: Path) -> None:
    """Row file system: where the system tells them apart; a change of case alone is a move."""
    shell = Shell(tmp_path).write({"Letter.txt": "The harbour.\n", "letter.txt": "The queen.\n"})
    if len(list((tmp_path / "corpus").iterdir())) < 2:
        pytest.skip("this file system does not tell case apart")
    build(tmp_path / "corpus", tmp_path / "index")
    assert shell.run("search", "harbour", "-l").lines == ["Letter.txt"]
    (tmp_path / "corpus" / "letter.txt").rename(tmp_path / "corpus" / "LETTER.txt")
    assert build(None, tmp_path / "index").moved == 1
    assert shell.run("search", "queen", "-l").lines == ["LETTER.txt"]


@pytest.mark.parametrize("ahead", [-40 * 365 * 86_400, 40 * 365 * 86_400])
def test_a_clock_that_is_wrong_hides_nothing(
    tmp_path: Path, ahead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row file system: whatever the clock said at a build, and whatever times a file has, an edit is seen."""
    import time

    real = time.time_ns
    path = tmp_path / "corpus" / "a.txt"
    Shell(tmp_path).write({"a.txt": "The harbour.\n"})
    with monkeypatch.context() as patch:
        patch.setattr(time, "time_ns", lambda: real() + ahead * 10**9)
        build(tmp_path / "corpus", tmp_path / "index")
    before = path.stat()
    path.write_text("The miners..\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert build(None, tmp_path / "index").changed == 1


def test_a_folder_that_goes_during_the_walk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Row file system: a folder that is removed between being listed and being read is a failure with its reason."""
    from excerpt.ingest import scan as scanning

    Shell(tmp_path).write({"a.txt": "The harbour.\n", "d/b.txt": "The queen.\n"})
    build(tmp_path / "corpus", tmp_path / "index")
    real = scanning._read_folder

    def read(walk: scanning._Walk, folder: scanning._Folder) -> list[scanning._Folder]:
        if folder.path == "d/":
            shutil.rmtree(folder.place)
        return real(walk, folder)

    monkeypatch.setattr(scanning, "_read_folder", read)
    report = build(tmp_path / "corpus", tmp_path / "index")
    (problem,) = report.unreadable
    assert (problem.path, "no such file" in problem.reason) == ("d/", True)
    assert (report.unchanged, report.removed) == (1, 1)


def test_many_files_in_one_folder_are_read(tmp_path: Path, is_full: bool) -> None:
    """Row file system: 3,000 files side by side (100,000 in full); a build that has nothing to do looks at each once."""
    n_files = 100_000 if is_full else 3_000
    (tmp_path / "corpus").mkdir()
    for number in range(n_files):
        (tmp_path / "corpus" / f"{number}.txt").write_text(f"Harbour {number}.")
    assert build(tmp_path / "corpus", tmp_path / "index").new == n_files
    assert build(None, tmp_path / "index").unchanged == n_files
    with Index(tmp_path / "index") as index:
        assert index.search("harbour").total == n_files


def test_an_index_that_may_only_be_read_is_searched(index: Path) -> None:
    """Row file system: on read-only media, or where it is another user's, an index is searched and verified; a build is
    refused with a remedy. The one who looks is nobody, if the tests run as root."""
    for path in (index, *index.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    for path in index.parents:
        if path != Path("/tmp") and os.access(path, os.W_OK) and path.is_relative_to(Path("/tmp")):
            path.chmod(0o755)
    told = as_nobody(index)
    for path in (index, *index.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert told == "1 sound; refused with a remedy"


def as_nobody(index: Path) -> str:
    """What another user, in a process of its own, finds out about an index."""
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        try:
            if os.geteuid() == 0:
                os.setgid(65534)
                os.setuid(65534)
            os.write(theirs, _found_out(index).encode())
        finally:
            os._exit(0)
    os.close(theirs)
    with os.fdopen(ours) as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return told


def _found_out(index: Path) -> str:
    try:
        with Index(index) as opened:
            opened.verify()
            total = opened.search("harbour").total
    except ExcerptError as error:
        return str(error)
    try:
        build(None, index)
    except ExcerptError as error:
        return f"{total} sound; refused with {'a remedy' if error.remedy else 'none'}"
    return f"{total} sound; built"


def test_a_lock_of_a_dead_process_is_not_in_the_way(index: Path) -> None:
    """Row file system: whatever stands in the file, it is the system that holds the lock, and only for the living."""
    (index / "lock").write_text(str(os.getpid()))
    with exclusive(index / "lock"):
        pass
    assert build(None, index).unchanged == 2
