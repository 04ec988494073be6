"""Reports on a manuscript: text, JSON, HTML and exit codes."""

import json
import re
from pathlib import Path

import pytest

import excerpt
from excerpt.quotations import Verdict, report_record
from excerpt.quotations.differences import DifferenceKind
from shell import Shell

SOURCES = {
    "mill.txt": "In 1848 the mill had ninety hands, and nobody knew the <owner> of it.\n",
    "a<b>.txt": "These words are in a file with a strange name.\n",
}
MANUSCRIPT = """# Draft

“In 1849 the mill had ninety hands, and nobody knew” (mill.txt).

“These words are in a file with a strange name.”

“nobody knew the <owner> of it” (strange.txt)

“Of this there is no trace in any source” and “too short”.
"""


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """Return a shell with an index and a manuscript."""
    shell = Shell(tmp_path).write(SOURCES)
    assert shell.run("build").code == 0
    (tmp_path / "draft.md").write_text(MANUSCRIPT, encoding="utf-8")
    return shell


def test_the_text_shows_what_needs_a_look(shell: Shell) -> None:
    """Exact and short quotations are only counted; the exit code is 1 if something is wrong."""
    checked = shell.run("verify-quotes", "draft.md")
    assert (checked.code, checked.err) == (1, "")
    assert checked.lines == [
        "line 3: differs",
        "  “In 1849 the mill had ninety hands, and nobody knew”",
        "  mill.txt:1",
        "  replaced: the source has 1848, the quotation 1849",
        "  ! A number is changed: 1848 → 1849.",
        "",
        "line 7: cannot be checked",
        "  “nobody knew the <owner> of it”",
        "  mill.txt:1",
        "  The note names strange.txt, which is not in the index.",
        "",
        "line 9: not found",
        "  “Of this there is no trace in any source”",
        "  nearest passage: mill.txt:1",
        "",
        "5 quotations: 1 exact, 1 differs, 1 not found, 2 cannot be checked.",
    ]


def test_json_has_every_quotation(shell: Shell) -> None:
    """The record of a quotation has the keys of the documentation."""
    whole = json.loads(shell.run("verify-quotes", "draft.md", "--json").out)
    assert whole["counts"] == {
        **dict.fromkeys(map(str, Verdict), 0),
        "exact": 1,
        "differs": 1,
        "not found": 1,
        "cannot be checked": 2,
    }
    first = whole["quotes"][0]
    assert first == {
        "quote": "In 1849 the mill had ninety hands, and nobody knew",
        "location": {"line": 3, "paragraph": 2},
        "verdict": "differs",
        "source": {
            "path": "mill.txt",
            "title": "",
            "first_line": 1,
            "last_line": 1,
            "page": "",
            "page_number": None,
            "anchor": "",
            "passage": first["source"]["passage"],
            "text": "In 1848 the mill had ninety hands, and nobody knew",
        },
        "locations": [],
        "n_locations": 1,
        "differences": [{"op": "replaced", "source": "1848", "quote": "1849"}],
        "warnings": ["A number is changed: 1848 → 1849."],
        "reasons": [],
    }


def test_the_page_shows_differences_and_is_harmless(shell: Shell) -> None:
    """Nothing of a text can be markup, and the page asks for no other file."""
    (shell.folder / "draft.md").write_text(
        MANUSCRIPT.replace("<owner>", "`<img src=x onerror=alert(1)>`"), encoding="utf-8"
    )
    page = shell.run("verify-quotes", "draft.md", "--html").out
    assert '<mark class="added">1849</mark>' in page
    assert '<mark class="removed">1848</mark>' in page
    body = page.partition("<body>")[2]
    elements = {
        *("main", "h1", "h2", "p", "ul", "li", "b", "article", "span", "dl", "dt", "dd"),
        *("mark", "details", "summary", "body", "html"),
    }
    assert set(re.findall(r"</?([a-z][a-z0-9]*)", body)) <= elements
    assert "&lt;img src=x" in body
    assert "a&lt;b&gt;.txt" in body
    assert not re.search(r"<script|<link|<img|url\(|@import|src=\"|href=", page)
    assert "prefers-color-scheme: dark" in page


def test_a_right_manuscript_has_exit_code_0(shell: Shell) -> None:
    """Nothing is wrong with exact quotations, nor with a text that has none."""
    draft = shell.folder / "draft.md"
    draft.write_text("“These words are in a file with a strange name.”", encoding="utf-8")
    checked = shell.run("verify-quotes", "draft.md")
    assert (checked.code, checked.lines) == (0, ["1 quotation: 1 exact."])
    draft.write_text("No marks.\n", encoding="utf-8")
    checked = shell.run("verify-quotes", "draft.md")
    assert (checked.code, checked.lines) == (0, ["draft.md has no quotations."])


def test_titles_are_no_quotations_and_quotations_within_others_are_checked(shell: Shell) -> None:
    """A title in a note is not looked up; if a quotation is not found, those within it are."""
    (shell.folder / "draft.md").write_text(
        "# Draft\n\nShe asked: “Who said that ‘nobody knew the owner of it’ in those days?”[^1]\n\n"
        "[^1]: Hugh Kell, “The Owner of the Mill at Night,” Past 3 (1988): 4.\n",
        encoding="utf-8",
    )
    quotes = json.loads(shell.run("verify-quotes", "draft.md", "--json").out)["quotes"]
    assert [(each["verdict"], each["quote"].split()[0]) for each in quotes] == [
        ("not found", "Who"),
        ("same words", "nobody"),
        ("cannot be checked", "The"),
    ]
    assert quotes[2]["reasons"] == ["It looks like the title of a work."]


def test_the_title_of_a_source_is_no_quotation(tmp_path: Path) -> None:
    """A citation by excerpt contains the title of its source in quotation marks."""
    text = "The mill stood there.\n"
    table = "path,title\na.txt,A Short History of Mills\n"
    shell = Shell(tmp_path).write({"a.txt": text, "metadata.csv": table})
    assert shell.run("build").code == 0
    cited = shell.run("cite", "a.txt", "--quote", "the mill stood there").out
    (tmp_path / "draft.md").write_text(cited, encoding="utf-8")
    checked = json.loads(shell.run("verify-quotes", "draft.md", "--json").out)["quotes"]
    assert [each["verdict"] for each in checked] == ["exact", "cannot be checked"]
    assert checked[1]["reasons"] == ["It is the title of a.txt."]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.md"], "missing.md: No such file or directory."),
        (["corpus"], "corpus: Is a directory."),
        (["broken.docx"], "broken.docx: it cannot be read: "),
        (["draft.md", "--json", "--html"], "cannot be combined"),
    ],
)
def test_errors_are_one_message(shell: Shell, arguments: list[str], message: str) -> None:
    """Exit code 2, nothing on standard output, and no traceback."""
    (shell.folder / "broken.docx").write_bytes(b"PK\x03\x04 broken")
    failed = shell.run("verify-quotes", *arguments)
    assert (failed.code, failed.out) == (2, "")
    assert message in failed.err
    assert "Traceback" not in failed.err


def test_python_has_the_same_report(shell: Shell) -> None:
    """`index.verify_quotes` returns what the command writes."""
    with excerpt.open(shell.folder / "index") as index:
        report = index.verify_quotes(shell.folder / "draft.md")
        assert [str(each.verdict) for each in report] == [
            *("differs", "exact", "cannot be checked", "not found", "cannot be checked")
        ]
        assert (len(report), report.is_right) == (5, False)
        assert report_record(report)["quotes"][0]["verdict"] == "differs"
        assert len(index.verify_quotes("pasted.md", MANUSCRIPT.encode())) == 5
        assert report.to_html().startswith("<!DOCTYPE html>")
        assert repr(report).endswith("1 exact, 1 differs, 1 not found, 2 cannot be checked>")


def test_both_sides_contain_all_words(shell: Shell) -> None:
    """The parts of a side, put together, are its text; only the changed ones are marked."""
    quote = "In 1849 the mill had […] hands, AND nobody really knew"
    with excerpt.open(shell.folder / "index") as index:
        checked = index.verify_quote(quote)
    mine, theirs = checked.quote_side, checked.source_side
    assert "".join(part.text for part in mine) == quote
    assert "".join(part.text for part in theirs) == (
        "In 1848 the mill had […] hands, and nobody knew"
    )
    assert [(part.text, part.kind) for part in mine if part.kind] == [
        ("1849", DifferenceKind.REPLACED),
        ("AND", DifferenceKind.SPELLING),
        ("really", DifferenceKind.ADDED),
    ]
