"""Every verdict, in an index of a few texts."""

from pathlib import Path

import pytest

import excerpt
from excerpt.citing import format_citations
from excerpt.quotations import CheckedQuotation, Verdict
from excerpt.quotations.differences import DifferenceKind
from excerpt.search.index import Index

FILLER = " ".join(f"Filler number {n} of the story goes on and on here." for n in range(60))
TEXTS = {
    "mill.txt": (
        "The mill stood by the river, and the mill-\nowner lived above it. In 1848 there were not"
        " fewer\nthan ninety hands. Anna Voss said that nobody would\nreturn before the wages rose,"
        " and the Company knew it.\n"
    ),
    "strike.md": (
        "# The strike of the weavers\n\nThe weavers met at night.[^1] They swore *never* to give"
        " way.\n\n## Second day\n\nOn the second day the gates were shut; the children cried.\n\n"
        "[^1]: In the old chapel, as the clerk wrote down.\n\n" + FILLER + "\n\n"
        "At last the gates of the great yard were opened once more for all.\n"
    ),
    "copy.txt": "The weavers met at night, and many of them had come a long way on foot.\n",
    "copy-two.txt": "All the same, the weavers met at night, and then they went home again.\n",
    "alt.txt": "Es war ein ſchöner Tag, und niemand hätte gedacht, dass Österreich fällt.\n",
    "paged.txt": (
        "## Page 1\n\nThe first page of the ledger has few words.\n\n## Page 2\n\nThe second page"
        " tells of a great flood in the valley.\n\n## Page 3\n\nAnd a third page.\n"
    ),
}


@pytest.fixture(scope="module", params=["columnar", "whoosh"])
def index(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Index:
    """Return an index of the texts, with either engine."""
    folder = tmp_path_factory.mktemp("quotations")
    for name, text in TEXTS.items():
        path = folder / "corpus" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "corpus" / "metadata.csv").write_text(
        "path,title,language\nmill.txt,A History of the Mill,en\nalt.txt,,de\n", encoding="utf-8"
    )
    excerpt.build_index(folder / "corpus", folder / "index", engine=request.param)
    return excerpt.open(folder / "index")


def changes(checked: CheckedQuotation) -> list[tuple[str, str, str]]:
    """Return the differences as plain values."""
    return [(str(each.kind), each.source, each.quote) for each in checked.differences]


@pytest.mark.parametrize(
    "quote",
    [
        "The mill stood by the river, and the mill-owner lived above it.",
        "and the millowner lived above it",
        "there were not fewer than ninety hands",
        "The  mill\nstood by the ri-\nver, and",
        "They swore never to give way.",
        "The weavers met at night. They swore never to give way. On the second day",
        "They swore never to give way. Second day On the second day the gates were shut",
        "The mill stood … Anna Voss said that nobody would return",
        "[T]he wages rose, and the Company knew it",
        "Anna Voss [a weaver] said that nobody [sic] would return",
        "the gates were shut; the children cried. […] At last the gates of the great yard",
        "In the old chapel, as the clerk wrote down.",
        "…lived above it. In 1848 there were…",
    ],
)
def test_exact(index: Index, quote: str) -> None:
    """White space, hyphens at line ends, omissions and brackets make no difference."""
    checked = index.verify_quote(quote)
    assert (checked.verdict, checked.differences) == (Verdict.EXACT, ())
    assert checked.locations[0].path in {"mill.txt", "strike.md"}


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        (
            "The Mill stood by the river and the mill-owner",
            [("spelling", "mill", "Mill"), ("punctuation", ",", "")],
        ),
        ("Es war ein schöner Tag, und niemand", [("spelling", "ſchöner", "schöner")]),
        (
            "niemand hatte gedacht, dass Osterreich",
            [("spelling", "hätte", "hatte"), ("spelling", "Österreich", "Osterreich")],
        ),
        ("On the second day the gates were shut, the", [("punctuation", ";", ",")]),
        ("the gates were shut; the children cried!", [("punctuation", ".", "!")]),
    ],
)
def test_same_words(index: Index, quote: str, expected: list[tuple[str, str, str]]) -> None:
    """Case, accents, long s and signs are shown, and the words count as the same."""
    checked = index.verify_quote(quote)
    assert checked.verdict is Verdict.SAME_WORDS
    assert changes(checked) == expected
    assert checked.warnings == ()


@pytest.mark.parametrize(
    ("quote", "expected", "warnings"),
    [
        (
            "The mill stood by the old river, and the mill-owner lived above",
            [("added", "", "old")],
            [],
        ),
        (
            "there were fewer than ninety hands. Anna Voss said that nobody",
            [("omitted", "not", "")],
            ["A negation is left out: not."],
        ),
        (
            "In 1849 there were not fewer than eighty hands. Anna Marx said that nobody would",
            [
                ("replaced", "1848", "1849"),
                ("replaced", "ninety", "eighty"),
                ("replaced", "Voss", "Marx"),
            ],
            [
                "A number is changed: 1848 → 1849.",
                "A number is changed: ninety → eighty.",
                "A name is changed: Voss → Marx.",
            ],
        ),
        (
            "They swore to give way. On the second day the gates were shut",
            [("omitted", "never", "")],
            ["A negation is left out: never."],
        ),
        (
            "war ein ſchöner Tag, und jemand hätte nicht gedacht, dass",
            [("replaced", "niemand", "jemand"), ("added", "", "nicht")],
            ["A negation is left out: niemand.", "A negation is added: nicht."],
        ),
        (
            "stood by the river, and the the mill-owner lived above … said that somebody would",
            [("added", "", "the"), ("replaced", "nobody", "somebody")],
            ["A negation is left out: nobody."],
        ),
    ],
)
def test_differs(
    index: Index, quote: str, expected: list[tuple[str, str, str]], warnings: list[str]
) -> None:
    """Changed words are shown, with a warning for negations, numbers and names."""
    checked = index.verify_quote(quote)
    assert checked.verdict is Verdict.DIFFERS
    assert [each for each in changes(checked) if DifferenceKind(each[0]).is_of_words] == expected
    assert list(checked.warnings) == warnings


@pytest.mark.parametrize(
    ("note", "verdict"),
    [
        ("mill.txt", Verdict.EXACT),
        ("mill.txt:3", Verdict.EXACT),
        ("see mill.txt, line 3", Verdict.EXACT),
        ("A History of the Mill", Verdict.EXACT),
        ("strike.md", Verdict.ELSEWHERE),
        ("see “The strike of the weavers”, p. 3", Verdict.ELSEWHERE),
        ("missing.pdf, p. 3", Verdict.UNCHECKED),
        ("https://example.org/mill.html", Verdict.EXACT),
        ("Marx, Werke, S. 23", Verdict.EXACT),
        ("", Verdict.EXACT),
    ],
)
def test_elsewhere(index: Index, note: str, verdict: Verdict) -> None:
    """A note that names another document, page or passage is reported; one without a source not."""
    checked = index.verify_quote("there were not fewer than ninety hands", note=note)
    assert checked.verdict is verdict
    assert checked.locations[0].path == "mill.txt"
    assert bool(checked.reasons) == (verdict is not Verdict.EXACT)


@pytest.mark.parametrize(
    ("note", "verdict"),
    [
        ("paged.txt, p. 2", Verdict.EXACT),
        ("paged.txt, S. 1-3", Verdict.EXACT),
        ("paged.txt, pp. 2–3", Verdict.EXACT),
        ("paged.txt, p. 1", Verdict.ELSEWHERE),
        ("paged.txt, pages 7–9", Verdict.ELSEWHERE),
        ("paged.txt, line 300", Verdict.ELSEWHERE),
    ],
)
def test_the_page_counts(index: Index, note: str, verdict: Verdict) -> None:
    """The words must be on a page and a line that the note names."""
    checked = index.verify_quote("tells of a great flood in the valley", note=note)
    assert checked.verdict is verdict
    assert checked.locations[0].page == "2"


def test_a_check_line_names_the_passage(index: Index) -> None:
    """A citation by excerpt is understood in every format, and holds it to its location."""
    quote = "there were not fewer than ninety hands"
    for format_ in ("chicago", "bibtex", "ris", "csl", "html"):
        right = format_citations([index.citation("mill.txt", quote=quote)], format_)
        assert index.verify_quote(quote, note=right).verdict is Verdict.EXACT
        wrong = format_citations([index.citation("copy.txt:1")], format_)
        assert index.verify_quote(quote, note=wrong).verdict is Verdict.ELSEWHERE
    unknown = f"excerpt {'0' * 16}; blake2b-128 {'0' * 32}; read 2020-01-01"
    assert index.verify_quote(quote, note=unknown).verdict is Verdict.UNCHECKED
    line = str(index.citation("mill.txt", quote=quote).check)
    changed = line.replace(index.citation("mill.txt").check.digest, "0" * 32)
    checked = index.verify_quote(quote, note=changed)
    assert checked.verdict is Verdict.EXACT
    assert "has changed since it was cited" in checked.reasons[0]


def test_several(index: Index) -> None:
    """Words in several documents are listed, and a note chooses one of them."""
    checked = index.verify_quote("the weavers met at night")
    assert checked.verdict is Verdict.SEVERAL
    assert {location.path for location in checked.locations} == {
        "strike.md",
        "copy.txt",
        "copy-two.txt",
    }
    assert checked.n_locations == 3
    chosen = index.verify_quote("the weavers met at night", note="copy-two.txt")
    assert chosen.verdict is Verdict.EXACT
    assert [location.path for location in chosen.locations] == ["copy-two.txt"]


def test_the_named_place_is_found_among_many(tmp_path: Path) -> None:
    """A note may name any of sixty documents with the same words, changed or not."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number in range(60):
        text = "The members of the council rose and sang the old song again.\n"
        (corpus / f"{number:03}.txt").write_text(f"{text} {number}\n", encoding="utf-8")
    excerpt.build_index(corpus, tmp_path / "index")
    quote = "the members of the council rose and sang the old song"
    with excerpt.open(tmp_path / "index") as index:
        for note in ("059.txt", "030.txt"):
            for changed in (quote, quote.replace("old", "new"), quote.replace("rose", "…")):
                checked = index.verify_quote(changed, note=note)
                assert checked.verdict in {Verdict.SAME_WORDS, Verdict.DIFFERS}
                assert [location.path for location in checked.locations] == [note]
                assert not checked.reasons
        several = index.verify_quote(quote)
        assert (several.verdict, several.n_locations) == (Verdict.SEVERAL, 60)
        assert len(several.locations) == 20


@pytest.mark.parametrize(
    "quote",
    [
        "Nothing of this kind was ever printed anywhere by anyone.",
        "hands fewer ninety than not were there in the river mill",
        "The mill was torn down in the year of the great fire by soldiers",
        "zebra quagga okapi tapir",
    ],
)
def test_not_found(index: Index, quote: str) -> None:
    """Words that are in no source, or in another order, are not found; the nearest is named."""
    checked = index.verify_quote(quote)
    assert checked.verdict is Verdict.NOT_FOUND
    assert (not checked.locations) == (quote.startswith("zebra"))


@pytest.mark.parametrize(
    ("quote", "note", "reason"),
    [
        ("the mill stood", "", "It has fewer than four words."),
        ("words that are nowhere at all", "lost/box-3.pdf", "The note names lost/box-3.pdf, which"),
        ("[…]", "", "It has fewer than four words."),
    ],
)
def test_cannot_be_checked(index: Index, quote: str, note: str, reason: str) -> None:
    """Short quotations and those from a file that was not read are never counted as not found."""
    checked = index.verify_quote(quote, note=note)
    assert checked.verdict is Verdict.UNCHECKED
    assert not checked.verdict.is_wrong
    assert checked.reasons[0].startswith(reason)


def test_a_long_quotation_is_found_across_passages(index: Index) -> None:
    """A quotation of several passages is exact, and one changed word of it is shown."""
    words = FILLER.split()[20:400]
    checked = index.verify_quote(" ".join(words))
    assert checked.verdict is Verdict.EXACT
    words[200:201] = ["Zeppelin"]
    changed = index.verify_quote(" ".join(words))
    assert changed.verdict is Verdict.DIFFERS
    assert [each.quote for each in changed.differences] == ["Zeppelin"]


def test_page_numbers_between_words_make_no_difference(tmp_path: Path) -> None:
    """Neither they nor running headers are signs of the source, nor words of a citation."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text(
        "No government could refuse it, he said.\n\n[Page 17]\n\nThe second speaker, Anna Voss,"
        " held that it was a fraud.\n\n[Page 18]\n\nAnd nobody answered her.\n",
        encoding="utf-8",
    )
    excerpt.build_index(corpus, tmp_path / "index")
    quote = "refuse it, he said. The second speaker, Anna Voss, held that it was a fraud"
    with excerpt.open(tmp_path / "index") as opened:
        checked = opened.verify_quote(quote)
        assert (checked.verdict, checked.differences) == (Verdict.EXACT, ())
        checked = opened.verify_quote("The second speaker, Anna Voss, held that it was a fraud!")
        assert changes(checked) == [("punctuation", ".", "!")]
        citation = opened.citation("a.txt", quote=quote)
        assert citation.lines == (1, 5)
        assert " ".join(citation.paragraphs) == quote


def test_a_place_has_line_page_and_text(index: Index) -> None:
    """The location of a quotation is that of its words, not of the passage."""
    (location,) = index.verify_quote("Anna Voss said that nobody would").locations
    assert (location.path, location.lines, location.text) == (
        "mill.txt",
        (3, 3),
        "Anna Voss said that nobody would",
    )
    assert index.show(location.passage)[0].passage.id == location.passage


def test_a_changed_file_is_reported(tmp_path: Path) -> None:
    """The verdict is about the indexed text, and a reason says that the file has changed."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("The wages of the strikers rose.\n", encoding="utf-8")
    excerpt.build_index(corpus, tmp_path / "index")
    (corpus / "a.txt").write_text("Other words.\n", encoding="utf-8")
    with excerpt.open(tmp_path / "index") as index:
        checked = index.verify_quote("The wages of the strikers rose")
    assert checked.verdict is Verdict.EXACT
    assert checked.reasons == ("a.txt has changed since it was indexed.",)
