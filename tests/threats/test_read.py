"""Threats in input: query bombs, document bombs, and code in data."""

import ast
import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

import excerpt
from excerpt.errors import QueryError
from excerpt.indexing.pipeline import build
from excerpt.search.index import Index
from shell import Shell

SOURCE = Path(excerpt.__file__).parent


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
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Return an index with words that invite backtracking."""
    folder = tmp_path_factory.mktemp("index")
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
def test_a_query_bomb_is_answered_or_refused(index: Index, name: str) -> None:
    """Length, nesting, clauses, expansions and patterns end in an answer or a plain error.

    Nothing recurses and nothing backtracks.
    """
    refusals = []
    try:
        results = index.search(BOMBS[name], limit=3)
    except QueryError as error:
        refusals.append(error)
    else:
        assert results.total >= len(results.hits)
    assert all(refusal.message and refusal.remedies for refusal in refusals)


def test_a_page_reads_no_other_file(tmp_path: Path) -> None:
    """Entities are not expanded, and nothing that a page names is opened or fetched."""
    secret = tmp_path / "secret.txt"
    secret.write_text("xyzzy")
    page = (
        '<!DOCTYPE html [<!ENTITY a "boom"><!ENTITY b "&a;&a;&a;&a;">'
        f'<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
        f'<base href="{tmp_path.as_uri()}/"><link rel=stylesheet href="secret.txt">'
        '<script src="secret.txt"></script><p>The harbour &b; &x;</p>'
        '<iframe src="secret.txt"></iframe><object data="secret.txt"></object>'
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="secret.txt" parse="text"/>'
    )
    shell = Shell(tmp_path).write({"a.html": page, "a.xhtml": f'<?xml version="1.0"?>{page}'})
    assert shell.run("build").code == 0
    assert shell.run("search", "harbour", "-c").lines == ["2"]
    assert shell.run("search", "xyzzy").code == 1
    assert "boomboom" not in shell.run("show", "a.html").out


def test_a_small_file_does_not_become_a_large_one(tmp_path: Path) -> None:
    """A file that decompresses to hundreds of times its size is a problem with a reason.

    A file that is compressed twice is decompressed once.
    """
    bomb = gzip.compress(bytes(40 << 20), mtime=0)
    twice = gzip.compress(gzip.compress(b"The harbour.\n" * 9, mtime=0), mtime=0)
    shell = Shell(tmp_path).write(
        {"bomb.txt.gz": bomb, "twice.txt.gz": twice, "good.txt": "The harbour.\n"}
    )
    done = shell.run("build", "--processes", "1")
    assert done.code == 0
    assert "bomb.txt.gz: it decompresses to more than" in done.err
    assert shell.run("search", "harbour", "-l").lines == ["good.txt"]


FORBIDDEN = {"pickle", "cPickle", "dill", "marshal", "shelve", "yaml", "jinja2", "code", "codeop"}
ALLOWED = {
    "engines/whoosh/checked_storage.py": {"pickle"},
    "ingest/formats/plain/front_matter.py": {"yaml"},
    "serve/rendering.py": {"jinja2"},
}
"""Whoosh's format contains pickles; this module reads them with all classes refused. YAML is parsed
into nodes of strings, from which no object is constructed. The templates of the web page are files
of the package; texts are only values in them, and escaped."""
CALLS = {"eval", "exec", "compile", "__import__", "literal_eval"}


def test_no_module_executes_what_it_reads() -> None:
    """No module unpickles or evaluates what it reads, or renders it as a template."""
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert set(_dangers(node)) <= ALLOWED.get(name, set()), (
                name,
                getattr(node, "lineno", 0),
            )


def _dangers(node: ast.AST) -> Iterator[str]:
    """Yield the parts of a program that may execute what it reads."""
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
def test_code_that_executes_data_is_detected(program: str) -> None:
    """The test above can fail."""
    assert [danger for node in ast.walk(ast.parse(program)) for danger in _dangers(node)]
