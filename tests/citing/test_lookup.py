"""Locations in an index and their citations: the facts, and whether they can be checked."""

import gzip
import json
import subprocess
from hashlib import blake2b
from pathlib import Path
from shutil import which

import pytest

import excerpt
from excerpt.citing.check_line import CheckLine, find_check_lines
from excerpt.errors import ExcerptError
from excerpt.search.index import Index

TEXT = """# The mill

The mill stood by the river, and the mill-
owner lived above it.

# The strike

“No wages, no work,” they said. The *strike* lasted nine weeks.

And then it ended.
"""
PAGES = "<html><title>A page</title><body><p id=one>First words.<p id=two>Second words.</body>"


@pytest.fixture
def index(tmp_path: Path) -> Index:
    """Return the index of a small corpus."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "mill.md").write_text(TEXT, encoding="utf-8")
    (corpus / "page.html").write_text(PAGES, encoding="utf-8")
    (corpus / "packed.txt.gz").write_bytes(gzip.compress(b"Packed words in a file.\n"))
    (corpus / "metadata.csv").write_text(
        'path,author,date,title\nmill.md,"Kell, Hugh",c. 1911,The Mill\n', encoding="utf-8"
    )
    excerpt.build_index(corpus, tmp_path / "index")
    return excerpt.open(tmp_path / "index")


def locations(index: Index) -> list[str]:
    """Return locations of every form that `show` accepts."""
    ids = [hit.passage.id for hit in index.search("words OR mill", limit=None)]
    return ["mill.md", "mill.md:3", "page.html#two", "packed.txt.gz", *ids, ids[0][:8]]


def test_every_location_that_is_shown_can_be_cited(index: Index) -> None:
    """A path, path:line, path#anchor, an id and its beginning lead to the passage of `show`."""
    for location in locations(index):
        citation = index.citation(location)
        shown = index.show(location)
        assert citation.path == shown[0].document.files[0].path
        assert citation.check.passage in {"", shown[0].passage.id}
        for format_ in ("chicago", "bibtex", "ris", "csl", "html"):
            assert str(citation.check) in index.cite(location, format=format_)


@pytest.mark.parametrize(
    "name",
    ["Smith, p. 12.txt", "Letter p. 4.html", "p. 3 (4).md", "a 3 May 1848.txt", "x row 2.md"],
)
def test_names_that_look_like_a_location_are_found(tmp_path: Path, name: str) -> None:
    """A name may end like a page, a day or a row: its lines and anchors are found all the same."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / name).write_text("<p id=one>First words.\n" if name.endswith("html") else "Words.\n")
    excerpt.build_index(corpus, tmp_path / "index")
    with excerpt.open(tmp_path / "index") as index:
        (hit,) = index.search("words")
        place = f"{name}#one" if name.endswith("html") else f"{name}:1"
        for location in (name, place):
            assert index.show(location)[0].passage.id == hit.passage.id
            assert index.citation(location).path == name


def test_the_digest_is_that_of_the_file(index: Index) -> None:
    """The digest in the check line is what `b2sum -l 128` prints, for compressed files too."""
    for path in ("mill.md", "page.html", "packed.txt.gz"):
        (check,) = find_check_lines(index.cite(path))
        file = index.corpus / path
        assert check.digest == blake2b(file.read_bytes(), digest_size=16).hexdigest()
        if which("b2sum"):
            done = subprocess.run(["b2sum", "-l", "128", file], capture_output=True, check=True)
            assert done.stdout.decode().split()[0] == check.digest


def test_a_hit_is_cited_like_its_passage(index: Index) -> None:
    """`hit.cite()` and `index.cite(id)` agree in every format."""
    for hit in index.search("words OR mill OR strike", limit=None):
        for format_ in ("chicago", "bibtex", "ris", "csl", "html"):
            assert hit.cite(format_) == index.cite(hit.passage.id, format=format_)


def test_a_quotation_has_its_own_lines(index: Index) -> None:
    """Quoted words are those of the source, without its marks, wherever they are."""
    for location in ("mill.md", "mill.md:8", "mill.md:6"):
        citation = index.citation(location, quote="no WORK they said the strike")
        assert citation.lines == (8, 8)
        assert citation.paragraphs == ("no work,” they said. The strike",)
    broken = index.citation("mill.md", quote="the mill-owner lived")
    assert broken.lines == (3, 4)
    across = index.citation("mill.md:8", quote="nine weeks and then it ended")
    assert across.lines == (8, 10)
    assert across.paragraphs == ("nine weeks.", "And then it ended")


@pytest.mark.parametrize(
    ("location", "quote"),
    [
        ("mill.md:3", "nine weeks ended"),
        ("mill.md", "weeks nine"),
        ("mill.md", "—"),
        ("page.html", "mill"),
    ],
)
def test_words_that_are_not_there_are_an_error(index: Index, location: str, quote: str) -> None:
    """The error names the location; no citation claims words that the source does not have."""
    with pytest.raises(ExcerptError, match="these words do not occur there"):
        index.cite(location, quote=quote)


def test_a_changed_file_is_cited_as_stale(index: Index) -> None:
    """The check line says so and has the day of the build; the digest is that of the old file."""
    path = index.corpus / "mill.md"
    before = index.citation("mill.md:3").check
    path.write_text(TEXT + "\nMore.\n", encoding="utf-8")
    after = index.citation("mill.md:3").check
    assert after == before._replace(is_stale=True)
    assert str(after).endswith("; changed since")
    (hit,) = index.search("river")
    assert str(after) in hit.cite()
    path.unlink()
    assert index.citation("mill.md").check.is_stale


def test_without_the_corpus_the_day_is_that_of_the_build(index: Index) -> None:
    """Without the files, nothing is claimed about today."""
    index.corpus.rename(index.corpus.with_name("elsewhere"))
    check = index.citation("mill.md:3").check
    assert not check.is_stale
    assert check.read == index.citation("mill.md").check.read


def test_a_check_line_is_found_in_any_text() -> None:
    """Line breaks between its words do not matter; a damaged one is none."""
    line = CheckLine("94f7126523ab01cd", "ab" * 16, "2026-11-27")
    text = f"See {line}.\nAnd {str(line).replace(' ', chr(10))}, {str(line)[:-4]}"
    assert list(find_check_lines(text)) == [line, line]
    whole = CheckLine("", "ab" * 16, "2026-11-27", is_stale=True)
    assert list(find_check_lines(str(whole))) == [whole]


MEMBERS = {
    "letters.csv": "title,text,author,year\n,The ferry sails.,Ann,1850\nTwo,The weir is old.,,\n",
    "notes.jsonl": '{"text": "A lock at each end."}\n',
    "mail.mbox": (
        "From a Sun May  3 10:00:00 1998\nFrom: Ann Mill <ann@example.org>\n"
        'To: "Voss, Eva" <eva@example.org>, list@example.org\nSubject: The dam\n'
        "Date: Sun, 3 May 1998 10:00:00 +0000\nMessage-ID: <a@b>\n\nThe dam broke.\n"
    ),
    "film.srt": "1\n00:24:49,000 --> 00:24:55,000\nNobody important came.\n",
}


@pytest.mark.parametrize(
    ("words", "note", "place"),
    [
        ("ferry", "Ann, “letters.csv,” 1850, letters.csv, row 2.", "letters.csv"),
        ("weir", "“Two,” n.d., letters.csv, row 3.", "letters.csv"),
        ("lock", "“notes.jsonl,” n.d., notes.jsonl, row 1.", "notes.jsonl"),
        (
            "dam",
            (
                "Ann Mill, “The dam,” email to Eva Voss and list@example.org, May 3, 1998,"
                " mail.mbox/a@b."
            ),
            "mail.mbox/a@b",
        ),
        ("important", "“film.srt,” n.d., film.srt, at 00:24:49.", "film.srt"),
    ],
)
def test_documents_in_files_are_cited_as_scholars_do(
    tmp_path: Path, words: str, note: str, place: str
) -> None:
    """A row has a number, a message its sender and recipients, and a film a time."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name, text in MEMBERS.items():
        (corpus / name).write_text(text, encoding="utf-8")
    excerpt.build_index(corpus, tmp_path / "index")
    with excerpt.open(tmp_path / "index") as opened:
        (hit,) = opened.search(words)
        assert hit.cite().splitlines()[0] == note
        assert opened.cite(hit.passage.id).splitlines()[0] == note
        assert json.loads(hit.cite("csl"))[0]["archive_location"] == place
        assert f"AV  - {place}\r\n" in hit.cite("ris")
        assert f"howpublished = {{{place}}}" in hit.cite("bibtex")
        assert "row 2" in hit.cite("bibtex") or words != "ferry"


def test_the_file_that_is_named_is_cited(index: Index) -> None:
    """A location chooses one of identical files, with its metadata."""
    (index.corpus / "a-copy.md").write_text(TEXT, encoding="utf-8")
    folder = index.corpus.parent / "index"
    excerpt.build_index(index.corpus, folder)
    with excerpt.open(folder) as copied:
        for path, author in (("mill.md", ["Hugh Kell"]), ("a-copy.md", [])):
            for location in (path, f"{path}:3", str(index.corpus / path)):
                for quote in (None, "lived above it"):
                    citation = copied.citation(location, quote=quote)
                    assert citation.path == path
                    assert [*map(str, citation.authors)] == author


def test_a_quotation_has_no_words_divided_at_line_ends(index: Index) -> None:
    """A word that two lines of the source share is whole, in every format."""
    for format_ in ("chicago", "bibtex", "ris", "csl", "html"):
        cited = index.cite("mill.md:3", format=format_, quote="and the millowner lived")
        assert "and the millowner lived" in cited


def test_a_paragraph_is_cited_by_its_number_if_nothing_else_says_where(tmp_path: Path) -> None:
    """The number is that which the reader shows; lines, pages and anchors are better."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    words = [f"Paragraph {name} of the page {'and on ' * 60}" for name in ("one", "two", "three")]
    body = "".join(f"<p>{text}<p>Short {number}." for number, text in enumerate(words))
    (corpus / "page.html").write_text(
        f"<title>T</title><nav><a href=x>Home</a></nav><h1>Heading</h1>{body}", encoding="utf-8"
    )
    excerpt.build_index(corpus, tmp_path / "index")
    with excerpt.open(tmp_path / "index") as opened:
        shown = [block for block in opened.read("page.html").blocks if block.number]
        assert [block.number for block in shown] == list(range(1, 7))
        for block in shown:
            quote = " ".join("".join(piece.text for piece in block.pieces).split()[:3])
            assert f", para. {block.number}.\n" in opened.cite("page.html", quote=quote)
        across = opened.citation("page.html", quote="Short 0. Paragraph two")
        assert across.numbers == (2, 3)
        assert "paras. 2–3" in opened.cite("page.html", quote="Short 0. Paragraph two")
