"""Notes that name members of containers, files with spaces, and files that are not there."""

import zipfile

import pytest

import excerpt
from excerpt.quotations import Verdict
from excerpt.quotations.source_locations import location_label
from excerpt.search.index import Index

ROW_6 = "The clerk of row five counted the swans"
DEEP = "everything in the cellar was damp and mouldy"
MESSAGE = "the committee met on the upper floor at noon"
MINUTES = "the minutes of the first evening were burned"
IRREGULAR = {
    "R&D.txt": "the engines were tested in the old barn",
    "a,b.txt": "the river rose by three feet that night",
    "D.txt": "the harbour was closed to all foreign ships",
    "b.txt": "the bakers asked for a lower tax on salt",
    "(draft) no. 7!.txt": "the seventh draft was read by nobody at all",
    "plans/R&D, new/plain.txt": "the new plan was written on a single sheet",
    "Year 1/plain.txt": "the first year was spent in the northern towns",
}
MAILBOX = "".join(
    f"From ann@x.example Tue Mar  {n} 10:00:00 2005\nFrom: Ann <ann@x.example>\n"
    f"Subject: Lunch {n}\nDate: Tue, {n} Mar 2005 10:00:00 +0000\n{id_}\n{text}\n\n"
    for n, id_, text in (
        (1, "Message-ID: <m1@box.example>\n", "Nothing was decided before dinner."),
        (2, "", f"They say that {MESSAGE}."),
    )
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Return an index of a table, an archive with a table in it, a mailbox and plain files."""
    folder = tmp_path_factory.mktemp("cited")
    corpus = folder / "corpus"
    (corpus / "Year 1").mkdir(parents=True)
    names = ("one", "two", "three", "four", "five", "six")
    rows = "".join(f"{name},The clerk of row {name} counted the swans.\n" for name in names)
    (corpus / "letters.csv").write_text("name,text\n" + rows, encoding="utf-8")
    with zipfile.ZipFile(corpus / "old box.zip", "w") as archive:
        archive.writestr("folder 1/deep.txt", f"We saw that {DEEP}.\n")
        archive.writestr("folder 1/other.txt", "Another page about nothing at all.\n")
        archive.writestr("lists/t.csv", "name,text\na,The first swan of the list was white.\n")
    (corpus / "mail.mbox").write_text(MAILBOX, encoding="utf-8")
    (corpus / "Year 1" / "minutes 1.txt").write_text(f"Alas, {MINUTES}.\n", encoding="utf-8")
    (corpus / "Year 1" / "minutes 12.txt").write_text("Twelve pages of sums.\n", encoding="utf-8")
    (corpus / "plans" / "R&D, new").mkdir(parents=True)
    for name, text in IRREGULAR.items():
        (corpus / name).write_text(f"We hold that {text}.\n", encoding="utf-8")
    excerpt.build_index(corpus, folder / "index")
    return excerpt.open(folder / "index")


@pytest.mark.parametrize(
    ("quote", "note", "verdict"),
    [
        (ROW_6, "letters.csv row 6", Verdict.EXACT),
        (ROW_6, "see letters.csv, row 6.", Verdict.EXACT),
        (ROW_6, "letters.csv/6", Verdict.EXACT),
        (ROW_6, "letters.csv", Verdict.EXACT),
        (ROW_6, "letters.csv row 5", Verdict.ELSEWHERE),
        (ROW_6, "letters.csv row 99", Verdict.UNCHECKED),
        (ROW_6, "mail.mbox", Verdict.ELSEWHERE),
        (DEEP, "old box.zip", Verdict.EXACT),
        (DEEP, "box.zip", Verdict.UNCHECKED),
        (DEEP, "old box.zip/folder 1/deep.txt:1", Verdict.EXACT),
        (DEEP, "deep.txt", Verdict.EXACT),
        (DEEP, "old box.zip/folder 1/other.txt", Verdict.ELSEWHERE),
        (DEEP, "new.zip", Verdict.UNCHECKED),
        (DEEP, "letters.mbox", Verdict.UNCHECKED),
        (
            "The first swan of the list was white",
            "old box.zip/lists/t.csv row 2",
            Verdict.EXACT,
        ),
        ("The first swan of the list was white", "lists/t.csv row 2", Verdict.EXACT),
        (MESSAGE, "mail.mbox/message 2, 2 March 2005", Verdict.EXACT),
        (MESSAGE, "mail.mbox/m1@box.example, 1 March 2005", Verdict.ELSEWHERE),
        (MESSAGE, "his message 20 of that year", Verdict.EXACT),
        ("Nothing was decided before dinner", "a message 2 days later", Verdict.EXACT),
        (MINUTES, "Year 1/minutes 1.txt", Verdict.EXACT),
        (MINUTES, "minutes 12.txt", Verdict.ELSEWHERE),
    ],
)
def test_a_note_names_its_source_as_a_hit_shows_it(
    index: Index, quote: str, note: str, verdict: Verdict
) -> None:
    """A location of a member names this member; the path of a container, any of its members."""
    assert index.verify_quote(quote, note=note).verdict is verdict


def test_the_digest_of_an_unknown_file_is_reported(index: Index) -> None:
    """A check line of a whole document whose file is not there names no document of the index."""
    line = f"excerpt; blake2b-128 {'0' * 32}; read 2020-01-01"
    checked = index.verify_quote(DEEP, note=line)
    assert checked.verdict is Verdict.UNCHECKED
    assert checked.reasons == (
        f"The note names a file with the digest {'0' * 32}, which is not in the index.",
    )
    changed = index.verify_quote(DEEP, note=f"deep.txt\n{line}")
    assert changed.verdict is Verdict.EXACT
    assert "has changed since it was cited" in changed.reasons[0]


def test_a_row_is_shown_as_in_a_search(index: Index) -> None:
    """The location of a quotation can be given to `show` and `cite`, and to a note."""
    (location,) = index.verify_quote(ROW_6).locations
    assert location_label(location) == "letters.csv row 6"
    wrong = index.verify_quote(DEEP, note="letters.csv row 6")
    assert wrong.reasons == ("The note names letters.csv row 6, which does not have these words.",)


@pytest.mark.parametrize("name", IRREGULAR)
@pytest.mark.parametrize("note", ["{}", "({})", "see {}, p. 3", "From {}.", "„{}“", "in {}:1"])
def test_a_name_is_known_whatever_its_characters(index: Index, name: str, note: str) -> None:
    """A falsified quotation is found, and so is one that another file has."""
    text = IRREGULAR[name]
    note = note.format(name)
    assert index.verify_quote(text, note=note).verdict is Verdict.EXACT
    assert index.verify_quote(f"{text} never", note=note).verdict is not Verdict.UNCHECKED
    falsified = text.replace("the ", "no ", 1)
    assert index.verify_quote(falsified, note=note).verdict is Verdict.DIFFERS
    other = next(each for each in IRREGULAR if each != name)
    assert index.verify_quote(IRREGULAR[other], note=note).verdict is Verdict.ELSEWHERE


def test_the_end_of_a_path_is_known(index: Index) -> None:
    """The folders before it may be left out, whatever their characters."""
    text = IRREGULAR["plans/R&D, new/plain.txt"]
    for note in ("R&D, new/plain.txt", "PLANS/r&d, NEW/plain.txt", "plain.txt"):
        assert index.verify_quote(text, note=note).verdict is Verdict.EXACT
    assert index.verify_quote(text, note="Year 1/plain.txt").verdict is Verdict.ELSEWHERE
    assert index.verify_quote(text, note="R&D, old/plain.txt").verdict is Verdict.UNCHECKED
