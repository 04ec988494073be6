"""`excerpt search` as a command: output formats, notes and exit codes."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from shell import Shell

CORPUS: dict[str, str | bytes] = {
    "letters/anna.txt": (
        "Dear Karl,\n\nThe strike goes on. They called for a united\nfront   of all the\nstrikers."
        "\n\nYours, Anna\n"
    ),
    "letters/karl.txt": "Dear Anna,\n\nNo strike can last without bread, and the bread is dear.\n",
    "copy/karl.txt": "Dear Anna,\n\nNo strike can last without bread, and the bread is dear.\n",
    "page.html": (
        "<html><head><title>On Bread</title></head><body><h1 id='b'>Bread and Roses</h1>"
        "<p>We want bread, &amp; roses too.</p></body></html>"
    ),
    "harm.txt": "A \x1b[31m harmful\x1b[0m \x9b31m text \u202eabout geese."
    + " It is long enough for a text." * 9
    + "\n",
    "sums.txt": "=SUM(A1) is what the geese wrote.\n",
}


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Return a small corpus with its index."""
    made = Shell(tmp_path_factory.mktemp("search")).write(CORPUS)
    assert made.run("build").code == 0
    return made


def hits(shell: Shell, *arguments: str) -> list[dict[str, object]]:
    """Return the JSON records of the hits of a search."""
    found: list[dict[str, object]] = json.loads(shell.run("search", *arguments, "--json").out)[
        "hits"
    ]
    return found


def test_the_exit_code_is_0_for_a_hit_and_1_for_none(shell: Shell) -> None:
    """The exit code is the same in every output format."""
    for mode in ([], ["--json"], ["--jsonl"], ["--csv"], ["-l"], ["-c"], ["-l", "-0"]):
        assert shell.run("search", "bread", *mode).code == 0
        assert shell.run("search", "hovercraft", *mode).code == 1


def test_text_output_has_location_passage_and_summary(shell: Shell) -> None:
    """Hard-wrapped text is reflowed; the summary goes to standard error."""
    done = shell.run("search", '"united front"')
    assert "letters/anna.txt:" in done.out
    assert "They called for a united front of all the strikers." in done.out
    assert done.err == "1 passage matches.\n"


def test_arguments_are_joined_to_one_query(shell: Shell) -> None:
    """Arguments are joined with spaces; quotes of the query are quoted for the shell."""
    assert shell.run("search", "-c", "strike", "bread").lines == ["1"]
    assert (
        shell.run("search", "-c", '"bread', 'and roses"').out
        == shell.run("search", "-c", '"bread and roses"').out
    )


def test_exactly_the_match_is_coloured(shell: Shell) -> None:
    """A phrase has one highlight, from its first to its last letter."""
    plain = shell.run("search", '"united front"').out
    coloured = shell.run("search", '"united front"', "--color", "always").out
    assert "\x1b" not in plain
    assert "for a \x1b[1;31munited front\x1b[0m of all" in coloured
    assert shell.run("search", '"united front"', FORCE_COLOR="1").out == coloured
    assert shell.run("search", '"united front"', NO_COLOR="1", FORCE_COLOR="1").out == plain


def test_json_has_the_exact_text_and_its_highlights(shell: Shell) -> None:
    """The object has schema, query and total, each hit its lines, text and highlights."""
    whole = json.loads(shell.run("search", '"united front"', "--json").out)
    (hit,) = whole.pop("hits")
    assert whole == {
        "schema": 2,
        "query": '"united front"',
        "total": 1,
        "partial": [],
        "notices": [],
    }
    assert hit["path"] == "letters/anna.txt"
    ((start, end),) = hit["highlights"]
    assert hit["text"][start:end] == "united\nfront"
    assert hit["text"] in str(CORPUS["letters/anna.txt"])
    first, last = hit["first_line"], hit["last_line"]
    lines = str(CORPUS["letters/anna.txt"]).splitlines()[first - 1 : last]
    assert "\n".join(lines).strip() == hit["text"].strip()
    assert hit["stale"] is False


def test_html_hits_have_anchors_and_no_lines(shell: Shell) -> None:
    """Hits in HTML have an anchor instead of lines; entities are decoded."""
    (hit,) = hits(shell, "roses too")
    assert (hit["path"], hit["first_line"], hit["anchor"]) == ("page.html", None, "b")
    assert "bread, & roses" in str(hit["text"])
    assert hit["title"] == "On Bread"


def test_jsonl_has_one_record_per_line(shell: Shell) -> None:
    """Each record has the schema; records are in order of rank and equal those of --json."""
    records = [json.loads(line) for line in shell.run("search", "bread", "--jsonl").lines]
    assert [record["rank"] for record in records] == list(range(1, len(records) + 1))
    assert {record["schema"] for record in records} == {2}
    assert [{**hit, "schema": 2} for hit in hits(shell, "bread")] == records


def test_csv_is_a_table_without_formulas(shell: Shell) -> None:
    """A cell that a spreadsheet would compute gets an apostrophe in front."""
    rows = list(
        csv.DictReader(io.StringIO(shell.run("search", "sum", "geese", "--csv").out, newline=""))
    )
    assert [row["path"] for row in rows] == ["sums.txt"]
    assert rows[0]["text"].startswith("'=SUM(A1)")
    assert rows[0]["first_line"] == "1"


def test_l_lists_all_files_that_match(shell: Shell) -> None:
    """Copies are listed too, whatever the limit; with -0, paths end with a null byte."""
    done = shell.run("search", "bread", "strike", "-l", "-n", "1")
    assert sorted(done.lines) == ["copy/karl.txt", "letters/karl.txt"]
    assert shell.run("search", "bread", "strike", "-l0").out.split("\0")[:-1] == done.lines


def test_a_document_with_copies_is_one_hit(shell: Shell) -> None:
    """The hit of a document with copies has all paths."""
    (hit,) = hits(shell, "strike", "last")
    assert hit["paths"] == ["copy/karl.txt", "letters/karl.txt"]


def test_no_document_can_control_the_terminal(shell: Shell) -> None:
    """Control characters become visible, even in a pipe; JSON escapes them."""
    for mode in ([], ["--json"], ["--csv"], ["--jsonl"]):
        out = shell.run("search", "harmful", *mode).out
        assert "harmful" in out
        assert not set("\x1b\x9b\u202e") & set(out)
    (hit,) = hits(shell, "harmful")
    assert "\u202e" in str(hit["text"])


def test_limit_and_offset_select_a_page(shell: Shell) -> None:
    """Pages together are the whole ranking; the total stays the same."""
    everything = hits(shell, "bread", "--any", "-n", "0")
    pages = [
        hits(shell, "bread", "--any", "-n", "1", "--offset", str(n))[0]
        for n in range(len(everything))
    ]
    assert pages == everything
    assert json.loads(shell.run("search", "bread", "-n", "1", "--json").out)["total"] == len(
        everything
    )


def test_context_adds_neighbouring_passages(shell: Shell) -> None:
    """With --context, JSON has the keys before and after."""
    (hit,) = hits(shell, "roses too", "--context", "1")
    assert set(hit) >= {"before", "after"}


def test_partial_matches_are_marked_as_such(shell: Shell) -> None:
    """Without a full match the exit code is 1, and partial matches are shown separately."""
    done = shell.run("search", "bread", "geese")
    assert done.code == 1
    assert done.lines[0] == "No passage has all of these words. The best with some of them:"
    assert "bread" in done.out
    whole = json.loads(shell.run("search", "bread", "geese", "--json").out)
    assert (whole["total"], whole["hits"]) == (0, [])
    assert whole["partial"]
    assert shell.run("search", "bread", "geese", "-l").out == ""
    assert shell.run("search", "bread", "geese", "-c").out == "0\n"


def test_an_unknown_word_is_noted(shell: Shell) -> None:
    """The note suggests similar words of the index."""
    done = shell.run("search", "brexd")
    assert done.code == 1
    assert "'brexd' was not found. Did you mean bread?" in done.err


@pytest.mark.parametrize("output", [[], ["-l"], ["-l0"], ["-c"], ["--json"]])
def test_conditions_without_a_match_are_noted(output: list[str], shell: Shell) -> None:
    """Words, fields and titles without a match are noted, in every output format."""
    done = shell.run(
        "search", "xylophone OR (format:docx AND title:geese AND format:html)", *output
    )
    assert done.code == 1
    assert "'xylophone' was not found." in done.err
    assert "No passage matches format:docx." in done.err
    assert "No passage matches title:geese." in done.err
    assert "format:html" not in done.err


def test_a_changed_file_is_stale(tmp_path: Path) -> None:
    """Text notes a changed or removed file; records have `stale`."""
    shell = Shell(tmp_path).write({"a.txt": "The geese are here.\n", "b.txt": "No geese there.\n"})
    shell.run("build")
    (tmp_path / "corpus" / "a.txt").write_text("The ducks are here.\n")
    (tmp_path / "corpus" / "b.txt").unlink()
    found = json.loads(shell.run("search", "geese", "--json").out)["hits"]
    assert [hit["stale"] for hit in found] == [True, True]
    assert (
        shell.run("search", "geese").out.count("changed or disappeared since it was indexed") == 2
    )
    assert shell.run("search", "geese", "--csv").out.count(",true,") == 2
    assert [
        json.loads(line)["stale"] for line in shell.run("search", "geese", "--jsonl").lines
    ] == [
        True,
        True,
    ]


@pytest.mark.parametrize("option", ["-l", "-l0"])
def test_stale_files_in_a_list_are_noted(option: str, tmp_path: Path) -> None:
    """A note counts stale files and names the command that lists them."""
    shell = Shell(tmp_path).write(
        dict.fromkeys(("a.txt", "b.txt", "c.txt"), "The geese are here.\n")
    )
    shell.run("build")
    before = shell.run("search", "geese", option)
    assert before.err == ""
    (tmp_path / "corpus" / "b.txt").write_text("The ducks are here.\n")
    after = shell.run("search", "geese", option)
    assert (after.code, after.out) == (0, before.out)
    assert after.err == (
        "1 of these files has changed or disappeared since it was indexed; "
        "excerpt coverage lists it.\n"
    )
    (tmp_path / "corpus" / "c.txt").unlink()
    assert shell.run("search", "geese", option).err.startswith(
        "2 of these files have changed or disappeared since they were indexed; "
    )


def test_literal_ignores_operators(shell: Shell) -> None:
    """A query with a syntax error is plain words with --literal."""
    assert shell.run("search", '"bread').code == 2
    assert shell.run("search", "--literal", '"bread').code == 0


def test_scores_are_shown_on_request(shell: Shell) -> None:
    """--scores adds the score to the location."""
    assert "score" not in shell.run("search", "bread").out
    assert "  score " in shell.run("search", "bread", "--scores").out


def test_a_search_builds_a_missing_index(tmp_path: Path) -> None:
    """The first search builds the index and notes that it does."""
    shell = Shell(tmp_path).write({"a.txt": "The geese are here.\n"})
    first, second = shell.run("search", "geese", "-c"), shell.run("search", "geese", "-c")
    assert (first.code, first.out) == (second.code, second.out) == (0, "1\n")
    assert "There is no index at index yet. Building it from corpus." in first.err
    assert second.err == ""


def test_the_first_search_notes_problems_of_its_build(tmp_path: Path) -> None:
    """Unreadable, repaired and missing files are noted as by a build."""
    files: dict[str, str | bytes] = {
        "a.txt": "The geese.\n",
        "b.djvu": b"AT&T",
        "c.txt": bytes(range(32)) * 99,
        "d.txt": b"M\xfcller " * 9,
        "metadata.csv": "path\nnowhere.txt\n",
    }
    done = Shell(tmp_path).write(files).run("search", "geese", "-c")
    assert done.out == "1\n"
    for note in (
        "b.djvu: DjVu scan",
        "c.txt: ",
        "1 document was read with warnings",
        "nowhere.txt",
    ):
        assert note in done.err


def test_folders_come_from_options_or_the_environment(shell: Shell, tmp_path: Path) -> None:
    """--index overrides EXCERPT_INDEX."""
    index = str(shell.folder / "index")
    elsewhere = Shell(tmp_path)
    assert elsewhere.run("search", "bread", "-c", EXCERPT_INDEX=index).code == 0
    assert (
        elsewhere.run("search", "bread", "-c", "--index", index, EXCERPT_INDEX="nowhere").code == 0
    )


@pytest.mark.skipif(sys.platform == "win32", reason="names of files are bytes on POSIX")
def test_a_path_that_is_not_utf8_is_escaped(tmp_path: Path) -> None:
    """Such a path is displayed escaped; -0 writes its exact bytes."""
    shell = Shell(tmp_path).write({"a.txt": "Nothing.\n"})
    name = b"\xffgeese\x1b\n.txt"
    Path(os.fsdecode(os.fsencode(tmp_path / "corpus") + b"/" + name)).write_text(
        "The geese are here.\n"
    )
    shell.run("build")
    assert shell.run("search", "geese", "-l").out == "\\xffgeese␛␊.txt\n"
    assert (
        json.loads(shell.run("search", "geese", "--json").out)["hits"][0]["path"]
        == "\\xffgeese\x1b\n.txt"
    )
    done = subprocess.run(
        [sys.executable, "-m", "excerpt", "search", "geese", "-l0"],
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert done.stdout == name + b"\0"


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Return an index of a text in four editions, one of them undated, and another text."""
    files: dict[str, str | bytes] = {
        "a.md": "The strike goes ON.\n",
        "b/1848.md": "---\ndate: 1848-03\n---\nThe strike goes on.\n",
        "c.md": "---\ndate: 1912\n---\nThe strike\ngoes on!\n",
        "d.md": "---\ndate: 1848\n---\nThe »strike« goes on.\n",
        "e.md": "---\ndate: 1900\n---\nStrike, strike, strike: the strike of the miners.\n",
    }
    made = Shell(tmp_path_factory.mktemp("editions")).write(files)
    assert made.run("build").code == 0
    return made


def paths_of(shell: Shell, *arguments: str) -> list[str]:
    """Return the paths of the hits of a search, which all output formats agree on."""
    found = [str(hit["path"]) for hit in hits(shell, *arguments)]
    lines = shell.run("search", *arguments, "--jsonl").lines
    assert [json.loads(line)["path"] for line in lines] == found
    rows = csv.DictReader(io.StringIO(shell.run("search", *arguments, "--csv").out, newline=""))
    assert [row["path"] for row in rows] == found
    shown = [
        line.split(":")[0].split()[-1]
        for line in shell.run("search", *arguments).lines
        if ".md:" in line
    ]
    assert shown == found
    return found


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("score", ["e.md", "a.md", "b/1848.md", "c.md", "d.md"]),
        ("path", ["a.md", "b/1848.md", "c.md", "d.md", "e.md"]),
        ("-path", ["e.md", "d.md", "c.md", "b/1848.md", "a.md"]),
        ("date", ["d.md", "b/1848.md", "e.md", "c.md", "a.md"]),
        ("-date", ["c.md", "e.md", "b/1848.md", "d.md", "a.md"]),
    ],
)
def test_hits_and_paths_are_sorted(sort: str, expected: list[str], editions: Shell) -> None:
    """All output formats obey --sort, and --limit and --offset select from that order."""
    assert paths_of(editions, "strike", "--all", "--sort", sort) == expected
    assert (
        paths_of(editions, "strike", "--all", "--sort", sort, "-n2", "--offset", "1")
        == expected[1:3]
    )
    assert editions.run("search", "strike", "-l", "--sort", sort).lines == expected
    assert editions.run("search", "strike", "-l").lines == sorted(expected)


def test_duplicates_are_grouped(editions: Shell) -> None:
    """Only the first of a group is shown, with its duplicates; totals count all."""
    done = editions.run("search", "strike", "--sort", "date")
    assert "  1 d.md:4  +3 duplicates" in done.lines
    assert done.err == (
        "1 of 5 matching documents has no date: it comes last.\n"
        "5 passages match. Shown: 1–2. 3 duplicates hidden; --all shows them.\n"
    )
    whole = json.loads(editions.run("search", "strike", "--sort", "date", "--json").out)
    assert whole["total"] == 5
    first, second = whole["hits"]
    assert [record["path"] for record in first["duplicates"]] == ["a.md", "b/1848.md", "c.md"]
    assert first["duplicates"][2]["last_line"] == 5
    assert second["duplicates"] == []
    shown = editions.run("show", first["duplicates"][0]["passage"])
    assert "a.md:1" in shown.out
    rows = list(
        csv.DictReader(io.StringIO(editions.run("search", "strike", "--csv").out, newline=""))
    )
    assert [row["duplicates"] for row in rows] == ["", "b/1848.md:4 › c.md:4 › d.md:4"]
    assert editions.run("search", "strike", "-c").out == "5\n"
    assert len(editions.run("search", "strike", "-l").lines) == 5
    assert editions.run("search", "strike", "--all").err == "5 passages match.\n"


def test_added_words_are_noted(shell: Shell) -> None:
    """Added words are noted, are in JSON, and are explained with their weights."""
    done = shell.run("search", "geese", "--expand")
    assert done.err.startswith("Added to the query: ")
    whole = json.loads(shell.run("search", "geese", "--expand", "--json").out)
    assert whole["total"] == json.loads(shell.run("search", "geese", "--json").out)["total"]
    weights = [added["weight"] for added in whole["added"]]
    assert weights == sorted(weights, reverse=True)
    assert weights
    explained = shell.run("explain", "geese", "--expand")
    for added in whole["added"]:
        assert f"{added['weight']:9.4f}  {added['word']}" in explained.lines
    assert (
        json.loads(shell.run("explain", "geese", "--expand", "--json").out)["added"]
        == whole["added"]
    )
    assert "Added" not in shell.run("explain", "geese").out


def test_added_words_match_only_with_any(shell: Shell) -> None:
    """With --any, added words match more passages; without it, none."""
    plain, wider = ("search", "roses", "--any"), ("search", "roses", "--any", "--expand")
    assert int(shell.run(*wider, "-c").out) > int(shell.run(*plain, "-c").out)
    assert set(shell.run(*wider, "-l").lines) > set(shell.run(*plain, "-l").lines)
    assert (
        shell.run("search", "roses", "--expand", "-c").out == shell.run("search", "roses", "-c").out
    )


@pytest.mark.parametrize("options", [(), ("--expand",), ("--any", "--expand"), ("--exact",)])
@pytest.mark.parametrize(
    "query", ["bread", "bread AND (roses OR strike)", '"bread and roses"', "kind:paragraph"]
)
def test_the_parts_of_a_score_add_up(query: str, options: tuple[str, ...], shell: Shell) -> None:
    """The displayed parts add up to the score of the hit."""
    hit = hits(shell, query, *options)[0]
    passage = str(hit["passage"])
    explained = shell.run("explain", query, *options, "--passage", passage)
    *parts, score = explained.out.rpartition("\n\n")[2].splitlines()
    assert score.split() == [f"{hit['score']:.4f}", "score"]
    assert sum(float(part.split()[0]) for part in parts) == pytest.approx(
        float(score.split()[0]), abs=0.002
    )


@pytest.mark.parametrize(
    ("query", "meets", "fails"),
    [
        ("bread strike", ["bread"], ["strike"]),
        ("bread AND -strike AND format:wiki", ["bread", "NOT strike"], ["format:wiki"]),
        ('"roses, bread" OR geese', [], ['"roses bread" OR geese']),
        ("(bread OR zebra) strike", ["bread OR zebra"], ["strike"]),
        ("sentence(bread geese)", [], ["sentence(bread geese)"]),
    ],
)
def test_a_passage_that_does_not_match_is_explained(
    query: str, meets: list[str], fails: list[str], shell: Shell
) -> None:
    """The explanation lists the conditions that the passage meets and those it fails."""
    (hit,) = hits(shell, "bread roses")
    explained = shell.run("explain", query, "--passage", str(hit["passage"]))
    assert "The passage does not match the query" in explained.out
    conditions = [
        line.split(maxsplit=1)
        for line in explained.lines
        if line.startswith(("  meets ", "  fails "))
    ]
    assert conditions == [["meets", each] for each in meets] + [["fails", each] for each in fails]
    whole = json.loads(shell.run("explain", query, "--passage", str(hit["passage"]), "--json").out)
    assert (whole["match"], whole["meets"], whole["fails"]) == (False, meets, fails)


def test_a_passage_that_matches_is_explained(shell: Shell) -> None:
    """The explanation as text has only the score; without a passage, `match` is null."""
    (hit,) = hits(shell, "bread roses")
    assert "match" not in shell.run("explain", "bread roses", "--passage", str(hit["passage"])).out
    found = shell.run("explain", "bread roses", "--passage", str(hit["passage"]), "--json")
    assert json.loads(found.out)["match"] is True
    assert json.loads(shell.run("explain", "bread roses", "--json").out)["match"] is None


def test_a_closed_pipe_is_quiet(shell: Shell) -> None:
    """A reader that stops early causes no error message."""
    process = subprocess.Popen(
        [sys.executable, "-m", "excerpt", "concordance", "the OR a OR bread"],
        cwd=shell.folder,
        env=shell.environment({"PYTHONUNBUFFERED": "1"}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    process.stderr.close()
    process.wait(timeout=60)
    assert err == b""
    assert process.returncode == 0
