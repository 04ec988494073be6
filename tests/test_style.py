"""The language of the project: docstrings, comments, messages and documents are plain English."""

import ast
import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
THIS = "tests/test_style.py"
SOURCES = sorted(
    path
    for folder in ("src", "tests")
    for path in (ROOT / folder).rglob("*.py")
    if path.relative_to(ROOT).as_posix() != THIS
)
DOCUMENTS = sorted(
    path
    for pattern in ("*.md", ".github/**/*.md", "src/**/*.md", "tests/*.md")
    for path in ROOT.glob(pattern)
)
OTHER_CODE = sorted(
    path
    for pattern in ("src/**/*.pyi", "src/**/*.[ch]", ".ci/run", "tests/**/*.java")
    for path in ROOT.glob(pattern)
)
"""Files in other languages, whose lines are short, too."""
MAX_COLUMNS = 100
CLASS_VERBS = re.compile(
    r"(?:Adds|Binds|Builds|Checks|Collects|Compresses|Converts|Counts|Decides|Decompresses"
    r"|Evaluates|Finds|Gives|Highlights|Holds|Indexes|Judges|Keeps|Looks|Makes|Reads|Reports"
    r"|Returns|Sorts|Tags|Takes|Tokenizes|Writes|Yields)\b"
)
"""Openings of a class's docstring, which begins with a noun phrase."""


def words(text: str) -> frozenset[str]:
    """Return the words of `text`, a list that is easier to read without quotation marks."""
    return frozenset(text.split())


ODD_OPENINGS = words(
    """
    what whether how where which who whose when that those these it its so as if of than
    """
)
"""First words of a description that make a clause its subject or leave out its verb."""
NOT_A_VERB = ODD_OPENINGS | words(
    """
    the a an each every one some all any both by for from in on at to not no with without only
    other others several two none nothing everything same
    """
)
"""First words with which the docstring of a function does not begin: it says what to do."""
PHRASES = (
    r"what is",
    r"of which",
    r"(?:is|are|be|been) told",
    r"tells? of",
    r"so many",
    r"that says",
    r"what stands",
    r"stands? (?:in a row|once|there|somewhere|nowhere|beside|below)",
    r"in silence",
    r"to the letter",
    r"found out",
    r"let(?:s|ting)? go of",
    r"(?:is|was|are|were) asked(?: for)?",
    r"anew",
    r"there is no way",
    r"how much (?:it|they|there)",
    r"how-many",
    r"mend(?:s|ed|ing)?",
    r"nothing but",
    r"no more than",
    r"besides?",
    r"aside",
    r"twins?",
    r"wordings?",
    r"wish(?:es|ed)?",
    r"rosters?",
    r"enrol(?:s|led)?",
    r"heap",
    r"leaf",
    r"litter",
    r"becomes? of",
    r"came of",
    r"comes? about",
    r"(?:gives?|gave|given) back",
    r"takes? in",
    r"the very (?:words?|same)",
    r"to be (?:seen|told|had|met)",
    r"in plain words",
    r"in vain",
    r"spots",
    r"tally",
    r"lexicon",
    r"misfit",
    r"culprit",
    r"how they hang together",
    r"as it is meant",
    r"is so(?=[.,;:])",
    r"whoever",
    r"somebody",
    r"had better",
    r"at hand",
    r"soonest",
    r"whence",
    r"thereby",
    r"therein",
)
NOT_PROSE = {
    "src/excerpt/ingest/formats/html/roles.py": "aside",
    "src/excerpt/ingest/formats/markup/tags.py": "aside",
}
"""Banned phrases that a module needs as data: an element of HTML."""
ODD = re.compile(rf"(?<![\w-])(?:{'|'.join(PHRASES)})(?![\w-])", re.IGNORECASE)
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
RETIRED = words(
    """
    spots Spots Leaves tally Counts roster Roster enrol any_of likely least Listed importance
    narrow Narrow wording wordings twins Twin Wish wish misfit Misfit advice heap seal
    News hear culprit bury lexicon Lexicon shelf Shelf
    """
)
"""Names that were replaced by the field's terms."""


class Prose(NamedTuple):
    """A piece of prose in a Python file: its first line and its text."""

    line: int
    text: str
    kind: str


def name_of(path: Path) -> str:
    """Return the path below the project's root."""
    return path.relative_to(ROOT).as_posix()


def prose_of(source: str) -> Iterator[Prose]:
    """Yield the docstrings, comments and messages of a Python file."""
    tree = ast.parse(source)
    docstrings = set()
    for constant in attribute_docstrings(tree):
        docstrings.add(constant)
        yield Prose(constant.lineno, str(constant.value), "attribute")
    for node in ast.walk(tree):
        if isinstance(node, FUNCTIONS | ast.ClassDef | ast.Module) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                docstrings.add(first.value)
                yield Prose(first.lineno, str(first.value.value), kind_of(node))
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and node not in docstrings
            and isinstance(node.value, str)
        ):
            yield Prose(node.lineno, node.value, "string")
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield Prose(token.start[0], token.string.lstrip("# "), "comment")


def attribute_docstrings(tree: ast.AST) -> Iterator[ast.Constant]:
    """Yield the strings below assignments, which describe the names assigned."""
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        for before, after in pairwise(body if isinstance(body, list) else []):
            is_string = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            if isinstance(before, ast.Assign | ast.AnnAssign) and is_string:
                yield after.value


def kind_of(node: ast.AST) -> str:
    """Return which rule of openings applies to the docstring of `node`."""
    if not isinstance(node, FUNCTIONS):
        return "class" if isinstance(node, ast.ClassDef) else "module"
    names = {ast.unparse(decorator).rpartition(".")[2] for decorator in node.decorator_list}
    return "property" if names & {"property", "cached_property", "setter"} else "function"


def first_word(text: str) -> str:
    """Return the first word of `text`, in lower case and without punctuation."""
    return re.sub(r"\W+$", "", text.split(maxsplit=1)[0]).lower() if text.strip() else ""


def one_line(text: str) -> str:
    """Return `text` with each stretch of white space as one space."""
    return " ".join(text.split())


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_the_prose_of_a_module_is_plain(path: Path) -> None:
    """Docstrings, comments and messages contain no banned phrase and no odd opening."""
    is_test = path.is_relative_to(ROOT / "tests")
    found = []
    for line, text, kind in prose_of(path.read_text(encoding="utf-8")):
        if is_test and kind == "string":
            continue  # the data of tests may say anything
        found += [
            f"{line}: {match.group()!r}"
            for match in ODD.finditer(one_line(text))
            if kind != "string" or match.group() != NOT_PROSE.get(name_of(path))
        ]
        is_command = kind == "function" and not is_test
        banned = NOT_A_VERB if is_command else ODD_OPENINGS
        if kind not in {"string", "comment"} and first_word(text) in banned:
            found.append(f"{line}: opens with {first_word(text)!r}")
        if kind == "class" and not is_test and CLASS_VERBS.match(text):
            found.append(f"{line}: opens with a verb")
        if kind == "function" and not is_test and re.match(r"[A-Z][a-z]+[A-Z]", text):
            found.append(f"{line}: opens with a name")
    assert found == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_the_prose_of_a_document_is_plain(path: Path) -> None:
    """README, changelog and documentation contain no banned phrase outside their examples."""
    text = re.sub(
        r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    assert [match.group() for match in ODD.finditer(one_line(text))] == []


@pytest.mark.parametrize("path", [*SOURCES, *DOCUMENTS, *OTHER_CODE], ids=name_of)
def test_lines_are_short(path: Path) -> None:
    """No line has more than 100 columns, unless it is one long link."""
    long = [
        number
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > MAX_COLUMNS and not re.search(r"https?://[\w./-]{30}", line)
    ]
    assert long == []


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_retired_name_is_used(path: Path) -> None:
    """Names that standard terms have replaced do not come back."""
    source = io.StringIO(path.read_text(encoding="utf-8"))
    names = {token.string for token in tokenize.generate_tokens(source.readline) if token.type == 1}
    assert names & RETIRED == set()


def test_no_type_has_two_homes() -> None:
    """Each class and each alias of a type has a name of its own, private ones included."""
    homes = defaultdict(set)
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if name := defined_type(node):
                homes[name].add(name_of(path))
    assert {name: found for name, found in homes.items() if len(found) > 1} == {}


def defined_type(node: ast.stmt) -> str:
    """Return the name of the class or alias that a statement defines, without underscores."""
    if isinstance(node, ast.ClassDef):
        return node.name.lstrip("_")
    match node:
        case ast.Assign([ast.Name(name)], ast.Subscript() | ast.Name() | ast.BinOp()):
            name = name.lstrip("_")
            return name if name[:1].isupper() and not name.isupper() else ""
    return ""


def test_the_check_sees_what_it_bans() -> None:
    """A banned phrase, an odd opening and a retired name are found where they occur."""
    source = '"""What it is."""\ndef f():\n    """The very words of a leaf."""\n'
    found = list(prose_of(source))
    assert [(prose.kind, first_word(prose.text)) for prose in found] == [
        ("module", "what"),
        ("function", "the"),
    ]
    assert [match.group() for match in ODD.finditer(found[1].text)] == ["The very words", "leaf"]
