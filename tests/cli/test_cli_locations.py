"""`excerpt show` opens every location that a hit displays, or names similar ones."""

import pytest

from packages import epub
from shell import Shell

PAGE = (
    "<title>The ferry</title><h1>The ferry</h1><p id=p1>The ferry ran every day.</p>"
    "<h2>Winter</h2><p id=p2>In winter the"
    '<a id="ice"></a> ice stopped it <span class="pagenum">[25]</span> for weeks.</p>'
)
TEXT = "The log\n\nFirst entry of the log.\n\n## Page 12\n\nSecond entry.\n\n## Page 13\n\nThird.\n"


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Return a shell in a folder with an index of web pages, a text and an e-book."""
    shell = Shell(tmp_path_factory.mktemp("locations"))
    chapters = {"one.xhtml": "<p>First.</p>", "two.xhtml": "<p>Then</p><p id='p2'>the end.</p>"}
    shell.write({"a/ferry.html": PAGE, "log.txt": TEXT, "book.epub": epub(chapters)})
    shell.write({"b#1.html": "<p id='c'>A number sign.</p>"})
    assert shell.run("build").code == 0
    return shell


@pytest.mark.parametrize(
    ("location", "text"),
    [
        ("a/ferry.html#p1", "The ferry ran every day."),
        ("a/ferry.html#ice", "ice stopped it"),
        ("a/ferry.html#ice  p. 25", "ice stopped it"),
        ("a/ferry.html p. 25", "ice stopped it"),
        ("b#1.html#c", "A number sign."),
        ("book.epub#two.xhtml#p2", "Then the end."),
        ("book.epub#one.xhtml", "First."),
        ("log.txt:7", "Second entry."),
        ("log.txt:7  p. 12", "Second entry."),
        ("log.txt, p. 12", "Second entry."),
    ],
)
def test_a_location_as_displayed_is_shown(shell: Shell, location: str, text: str) -> None:
    """Whatever a hit shows as its location can be pasted."""
    result = shell.run("show", location)
    assert (result.code, text in " ".join(result.out.split())) == (0, True)


def test_the_id_of_a_hit_is_shown_on_request(shell: Shell) -> None:
    """The option adds it to the location, and `show` accepts it."""
    plain, with_id = shell.run("search", "winter"), shell.run("search", "winter", "--ids")
    id_ = with_id.out.split("\n")[1].split()[-1]
    assert id_ not in plain.out
    assert "ice stopped it" in " ".join(shell.run("show", id_).out.split())


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("a/ferry.html#nowhere", "there is no anchor 'nowhere'"),
        ("log.txt p. 99", "there is no page 99"),
        ("fery.html", "Did you mean a/ferry.html?"),
        ("lgo.txt:3", "Did you mean log.txt?"),
        ("zzzz", "neither the path of an indexed document nor the id of a passage"),
    ],
)
def test_an_unknown_location_has_a_remedy(shell: Shell, location: str, message: str) -> None:
    """The message names the missing part, or a similar path."""
    result = shell.run("show", location)
    assert result.code == 2
    assert message in " ".join(result.err.split())


@pytest.mark.parametrize(
    ("name", "command"), [("index", "build"), ("grep", "search"), ("cat", "show"), ("sho", "show")]
)
def test_an_unknown_command_suggests_one(shell: Shell, name: str, command: str) -> None:
    """Names of commands in other programs lead to the command here."""
    result = shell.run(name, "x")
    assert result.code == 2
    assert f"Did you mean '{command}'?" in result.err


def test_a_table_has_the_matches_and_a_byte_order_mark_on_request(shell: Shell) -> None:
    """The column `match` has the highlighted texts."""
    result = shell.run("search", "entry", "--csv", "--bom")
    assert result.out.startswith("\ufeffrank,")
    header, row = result.out.removeprefix("\ufeff").splitlines()[:2]
    assert "match" in header.split(",")
    assert ",entry" in row
    assert not shell.run("search", "entry", "--csv").out.startswith("\ufeff")


def test_a_document_shows_each_heading_once(shell: Shell) -> None:
    """A heading in the text of a passage is not repeated above it, nor is a path that is known."""
    shell.write({"book.md": "# Book\n\nA.\n\n## One\n\nB.\n\n## Two\n\nC.\n"})
    assert shell.run("build").code == 0
    shown = shell.run("show", "book.md").out
    for heading in ("One", "Two"):
        assert shown.count(heading) == 1
