"""PDF on the command line: locations with pages, and files whose text cannot be read."""

import csv
import json
from pathlib import Path

import pytest

from pdf_writer import ENCRYPTED, SCAN, PdfFile, Text, column, encrypted_pdf
from shell import Shell

PAGES = [
    column(f"The looms of the town stood still.\nNobody wrote down why, in word{n}.")
    for n in range(4)
]


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """Return a shell in a folder with an index of PDF files."""
    shell = Shell(tmp_path_factory.mktemp("pdf"))
    body = column("The merchants came back.", top=700)
    printed = [[*body, Text(f"ledger{n}", y=600), Text(str(n), y=30)] for n in range(9, 13)]
    encrypted = PdfFile(PAGES, trailer=f"/Encrypt {ENCRYPTED}/ID[<41><41>]")
    shell.write(
        {
            "labels.pdf": PdfFile(PAGES, labels="0<</S/r>>2<</S/D>>").to_bytes(),
            "printed.pdf": PdfFile([PAGES[0], *printed]).to_bytes(),
            "scan.pdf": PdfFile([[SCAN], [SCAN], PAGES[0]]).to_bytes(),
            "secret.pdf": encrypted.to_bytes(),
        }
    )
    return shell


def test_a_build_names_files_that_are_encrypted(shell: Shell) -> None:
    """The reason says what to do; the other files are indexed by a process of its own."""
    done = shell.run("build")
    assert done.code == 0
    assert "3 new, 1 unreadable" in done.out
    assert "secret.pdf: the file is encrypted. Save it without a password, or build" in done.err


@pytest.mark.parametrize(
    ("word", "location"),
    [
        ("word1", "labels.pdf  p. ii (2)"),
        ("word3", "labels.pdf  p. 2 (4)"),
        ("ledger9", "printed.pdf  p. 9 (2)"),
        ("word0 path:printed.pdf", "printed.pdf  p. (1)"),
        ("word0 path:scan.pdf", "scan.pdf  p. 3"),
    ],
)
def test_a_hit_is_cited_with_its_page(shell: Shell, word: str, location: str) -> None:
    """The label is followed by the number in the file if that differs; `show` accepts both."""
    done = shell.run("search", word)
    assert location in done.out
    shown = shell.run("show", location)
    assert word.split(maxsplit=1)[0] in shown.out
    record = json.loads(shell.run("search", word, "--jsonl").out)
    label = location.split(" p. ")[1].split(" ", maxsplit=1)[0]
    assert record["page"] == ("" if label.startswith("(") else label)
    assert record["page_number"] == int(location.rsplit(maxsplit=1)[-1].strip("()"))


def test_a_concordance_shows_pages(shell: Shell) -> None:
    """Label and number follow the path, and fill two columns of CSV."""
    assert "labels.pdf p. i (1)" in shell.run("phrase", "in", "word0").out
    rows = list(csv.DictReader(shell.run("phrase", "in", "word0", "--csv").lines))
    assert [(row["page"], row["page_number"]) for row in rows] == [
        ("i", "1"),
        ("", "1"),
        ("3", "3"),
    ]


def test_coverage_reports_scans(shell: Shell) -> None:
    """Pages without text are listed with the command that adds one."""
    out = shell.run("coverage").out
    assert "scan.pdf: 2 of 3 pages are images without text: 1–2. Add a text layer with" in out
    assert "ocrmypdf --skip-text" in out


def test_a_page_that_does_not_exist_is_an_error(shell: Shell) -> None:
    """Label and number must belong together."""
    for location in ("labels.pdf p. 9", "labels.pdf p. i (2)", "labels.pdf p. (77)"):
        done = shell.run("show", location)
        assert done.code == 2
        assert "there is no page" in done.err


def test_pdf_is_a_format(shell: Shell, tmp_path: Path) -> None:
    """A query may be limited to it, and other readers do not see these files."""
    assert "match" in shell.run("search", "format:pdf", "looms", "path:labels.pdf").err
    assert shell.run("search", "format:text", "looms").code == 1
    assert not list(tmp_path.iterdir())


def test_passwords_open_files_that_could_not_be_read(tmp_path: Path) -> None:
    """A build with passwords tries encrypted files again; later builds keep what was read."""
    shell = Shell(tmp_path).write(
        {"a.pdf": encrypted_pdf("The weavers came.", b"loom"), "b.txt": "x"}
    )
    (tmp_path / "passwords").write_text("wrong\n\nloom\n", encoding="utf-8")
    done = shell.run("build")
    assert "a.pdf: the file is encrypted. Save it without a password, or build with" in done.err
    assert shell.run("build", "--passwords", str(tmp_path / "passwords")).out.startswith("1 new")
    assert shell.run("build").out.startswith("2 unchanged")
    assert "The weavers came." in shell.run("search", "weavers").out
    failed = shell.run("build", "--passwords", str(tmp_path / "none"))
    assert (failed.code, "none cannot be read: no such file" in failed.err) == (2, True)


def test_commands_that_recognise_images_are_written(tmp_path: Path) -> None:
    """`coverage --images` writes a command for each file, with the main language."""
    text = "The looms of the town stood still, and nobody knew why. " * 9
    scans = {"a scan.pdf": PdfFile([[SCAN], [SCAN]]).to_bytes()}
    scans["b.pdf"] = PdfFile([[SCAN]]).to_bytes()
    shell = Shell(tmp_path).write({**scans, "c.txt": text})
    shell.run("build")
    first, second = tmp_path / "corpus/a scan.pdf", tmp_path / "corpus/b.pdf"
    assert shell.run("coverage", "--images").out.splitlines() == [
        f"ocrmypdf --skip-text -l eng '{first}' '{first}'",
        f"ocrmypdf --skip-text -l eng {second} {second}",
    ]
