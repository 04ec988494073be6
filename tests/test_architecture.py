"""The layers, the home of each dependency, and the modules that a search must not load."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import excerpt
from excerpt import native
from excerpt.indexing.pipeline import build

SOURCE = Path(excerpt.__file__).parent
LAYERS = (
    {"cli", "serve", "benchmark", "__main__"},
    {"indexing", "search", "counting", "citing", "quotations", "present"},
    {"ingest", "catalog", "text_store", "engines", "index", "formats"},
    {"query"},
    {"text"},
    {"storage"},
    {"arrays", "files", "memory", "dates", "model", "errors", "startup", "native", "_version"},
)
"""The layers from the top down: a package imports its own layer and those below."""
HOMES = {
    "bs4": ["ingest.formats.html.tree", "benchmark.html_rate", "benchmark.reading_rates"],
    "click": ["cli"],
    "zstandard": ["text_store.compression"],
    "sqlite3": ["catalog", "benchmark.peers.fts5"],
    "whoosh": ["query", "engines.whoosh", "benchmark.peers.whoosh"],
    "numpy": [
        "arrays",
        "text",
        "storage",
        "text_store",
        "index",
        "counting",
        "engines",
        "quotations.alignment",
        "benchmark",
    ],
    "re2": ["query.patterns", "ingest.formats.rule_patterns"],
    "yaml": ["ingest.formats.plain.front_matter"],
    "pypdfium2": [
        "benchmark.reading_rates",
        "ingest.formats.pdf.characters",
        "ingest.formats.pdf.library",
        "ingest.formats.pdf.objects",
        "ingest.formats.pdf.page",
    ],
    "urllib3": ["engines.opensearch.connection"],
    "rich": ["cli"],
    "watchfiles": ["indexing.watch"],
    "starlette": ["serve"],
    "uvicorn": ["serve.server"],
    "jinja2": ["serve.rendering"],
    "markupsafe": ["serve"],
    "docx": ["serve.exports"],
    "markdown_it": ["ingest.formats", "serve.help_pages"],
}
"""The only modules that may import each dependency."""
HEAVY = (
    "bs4 lxml pypdfium2 re2 rich watchfiles starlette uvicorn jinja2 asyncio importlib.metadata "
    "chardet py3langid markdown_it yaml urllib3"
)
UNASKED = (
    "excerpt.search.status excerpt.search.suggest excerpt.search.explain excerpt.search.coverage "
    "excerpt.indexing excerpt.catalog.writer excerpt.dates excerpt.ingest excerpt.citing "
    "excerpt.quotations"
)
"""Modules that only some queries or other commands need."""
PLAIN = (
    f"{HEAVY} {UNASKED} whoosh wcwidth hashlib shlex numpy.ma numpy.typing dataclasses heapq "
    "numpy.linalg numpy._typing numpy._core._add_newdocs pickle urllib.parse ipaddress "
    "excerpt.query.patterns excerpt.query.document_view excerpt.index.search.reconstruction "
    "excerpt.text.interner excerpt.text.document_tokens"
)
"""Modules that a search for plain words or a phrase does not need either."""
MAX_MODULES = 129 if native.kernel else 138
"""The modules of the package that such a search may load; each takes 0.1 to 0.3 ms. Without the
kernel, it also loads those that count and rank in NumPy."""


@cache
def imports_by_module() -> dict[str, list[str]]:
    """Return the imports of each module, by its name relative to the package."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        name = ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
        found[name] = list(imports(ast.parse(path.read_text(encoding="utf-8"))))
    return found


def imports(tree: ast.AST) -> Iterator[str]:
    """Yield the modules that `tree` imports, at its top or within functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            if node.module == "excerpt":
                yield from (f"excerpt.{alias.name}" for alias in node.names)


def own_imports() -> Iterator[tuple[str, str]]:
    """Yield pairs of modules of the package: the importing and the imported one."""
    for name, others in imports_by_module().items():
        for other in others:
            if other.startswith("excerpt."):
                yield name, other.removeprefix("excerpt.")


def layer_of(name: str) -> int:
    """Return the number of the layer of the module `name`, from the top."""
    (number,) = (n for n, layer in enumerate(LAYERS) if name.partition(".")[0] in layer)
    return number


def test_every_module_has_a_layer() -> None:
    """Every package is assigned to a layer."""
    names = {name.partition(".")[0] for name in imports_by_module()} - {"__init__"}
    assert names <= set().union(*LAYERS)


@pytest.mark.parametrize(
    "package", sorted(str(path.parent.relative_to(SOURCE)) for path in SOURCE.rglob("__init__.py"))
)
def test_the_map_of_a_package_names_all_its_modules(package: str) -> None:
    """The docstring of a package names each module and package in it."""
    folder = SOURCE / package
    tree = ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))
    named = set(re.findall(r"\w+", ast.get_docstring(tree) or ""))
    modules = {path.stem for path in folder.glob("*.py")}
    packages = {path.parent.name for path in folder.glob("*/__init__.py")}
    assert (modules - {"__init__", "__main__"} | packages) - named == set()


def test_layers_import_downwards_only() -> None:
    """No module imports one of a higher layer."""
    upwards = [
        (name, other)
        for name, other in own_imports()
        if name != "__init__" and layer_of(other) < layer_of(name)
    ]
    assert upwards == []


def test_ingest_and_engines_know_neither_each_other_nor_the_catalog() -> None:
    """Ingest and engines meet only in indexing."""
    strangers = {
        "ingest": ("engines", "index", "catalog", "text_store"),
        "engines": ("ingest", "catalog", "text_store"),
        "index": ("ingest", "catalog", "text_store"),
        "text_store": ("ingest", "catalog", "engines", "index"),
    }
    met = [
        (name, other)
        for name, other in own_imports()
        if other.partition(".")[0] in strangers.get(name.partition(".")[0], ())
    ]
    assert met == []


def test_nothing_but_open_engine_names_an_engine() -> None:
    """Outside the engines only `engines/__init__.py` names an engine."""
    named = [
        (name, other)
        for name, other in own_imports()
        if other.startswith(("engines.", "index."))
        and name.partition(".")[0] not in {"engines", "index", "benchmark"}
    ]
    assert named == []


@pytest.mark.parametrize("library", sorted(HOMES))
def test_each_dependency_has_one_home(library: str) -> None:
    """A library is imported only by the modules listed for it."""
    elsewhere = [
        name
        for name, others in imports_by_module().items()
        if any(other.partition(".")[0] == library for other in others)
        and not any(f"{name}.".startswith(f"{home}.") for home in HOMES[library])
    ]
    assert elsewhere == []


def loaded_by(code: str, folder: Path) -> set[str]:
    """Return the modules that a new process in `folder` has loaded after running `code`."""
    script = f"import sys\n{code}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    return set(done.stdout.splitlines()[-1].split())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a corpus of one text and its index."""
    folder = tmp_path_factory.mktemp("loaded")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "a.txt").write_text("The wages of the strikers rose.\n", encoding="utf-8")
    build(folder / "corpus", folder / "index")
    return folder


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["search", "wages"], f"{PLAIN} excerpt.present.records"),
        (["search", '"the wages"'], f"{PLAIN} excerpt.present.records"),
        (["search", "wages", "moneyless", "--json"], f"{HEAVY} whoosh wcwidth hashlib"),
        (["search", '"wages" AND NOT strike'], f"{HEAVY} {UNASKED}"),
        (["phrase", "the", "wages"], HEAVY),
    ],
)
def test_a_search_loads_only_what_it_needs(arguments: list[str], absent: str, folder: Path) -> None:
    """A search loads no readers of formats and no progress bar, and for plain words no grammar."""
    loaded = loaded_by(f"from excerpt.cli import main\nmain({arguments!r})", folder)
    assert loaded & set(absent.split()) == set()
    assert "excerpt.search.index" in loaded


@pytest.mark.parametrize("query", ["wages", '"the wages"'])
def test_a_search_loads_few_modules(query: str, folder: Path) -> None:
    """A search for plain words or a phrase loads no more modules of the package than it did."""
    loaded = loaded_by(f"from excerpt.cli import main\nmain(['search', {query!r}])", folder)
    assert len([name for name in loaded if name.startswith("excerpt")]) <= MAX_MODULES


def test_importing_excerpt_is_light(tmp_path: Path) -> None:
    """`import excerpt` loads only the version."""
    loaded = loaded_by("import excerpt", tmp_path)
    assert {name for name in loaded if name.startswith("excerpt")} == {
        "excerpt",
        "excerpt._version",
    }
    assert "numpy" not in loaded
