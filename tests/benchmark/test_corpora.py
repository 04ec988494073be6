"""What is measured: a copy of a corpus, changed copies of it, or noise like that of a bad scan."""

import random
import re
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.benchmark.copies import changed, write_copies
from excerpt.benchmark.corpora import prepared
from excerpt.benchmark.noise import write_noise
from excerpt.benchmark.passages import cut_corpus, read_rows
from excerpt.errors import ExcerptError
from excerpt.indexing.pipeline import build
from excerpt.search.index import Index

WORDS = [
    f"{stem}{end}"
    for stem, end in product(("stone", "river", "cloud", "forest"), "abcdefghijklmnopq")
]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Ten texts of two paragraphs, one of them very short."""
    folder = tmp_path / "texts"
    folder.mkdir()
    for number in range(10):
        words = random.Random(number).choices(WORDS, k=120)
        (folder / f"{number}.txt").write_text(
            f"{' '.join(words[:60])}.\n\n{' '.join(words[60:])}.\n"
        )
    (folder / "short.txt").write_text("I am he.\n")
    return folder


def quietly(_: str) -> None:
    """Nobody is told what is done."""


@given(st.text(), st.integers(1, 1000))
def test_a_copy_differs_wherever_there_are_letters(text: str, copy: int) -> None:
    """In letters that are added to words, not only in signs; the first copy is the text itself."""
    has_letters = re.search(r"[^\W\d_]", changed(text, copy)) is not None
    assert (changed(text, copy) != text) >= has_letters
    assert changed(text, 0) == text


@given(st.lists(st.sampled_from([*WORDS, "of", "a"]), min_size=1), st.integers(1, 1000))
def test_a_copy_has_the_words_in_their_order(words: list[str], copy: int) -> None:
    """All but a tenth that stood in a row, some with letters at their end."""
    made = changed(" ".join(words), copy).split(" ")
    n_gone = len(words) - len(made)
    assert 0 <= n_gone <= len(words) / 10
    starts = [
        at
        for at in range(len(made) + 1)
        if all(
            new.startswith(old)
            for new, old in zip(made, words[:at] + words[at + n_gone :], strict=True)
        )
    ]
    assert starts


def test_copies_differ_from_each_other_in_some_words() -> None:
    """In about one form of ten, the same wherever it stands, and not in length alone."""
    text = " ".join(WORDS + WORDS)
    copies = [changed(text, copy).split() for copy in range(1, 5)]
    for copy in copies:
        unknown = set(copy) - set(WORDS)
        assert 0 < len(unknown) < len(WORDS) / 3
        assert not {word.rpartition("q")[0] for word in unknown} & set(copy)
    assert len({" ".join(copy) for copy in copies}) == 4


def test_a_corpus_is_as_many_times_as_large(corpus: Path, tmp_path: Path) -> None:
    """Its passages come again in each copy, and the first copy has them as they are."""
    cut = cut_corpus(corpus, tmp_path / "passages")
    n_bytes = write_copies(cut, 3, tmp_path / "copies")
    files = [path for path in (tmp_path / "copies").rglob("*") if path.is_file()]
    assert len(files) == 3 * cut.n_documents
    assert n_bytes == sum(path.stat().st_size for path in files)
    first = (tmp_path / "copies" / "0" / "1.txt").read_text()
    assert (
        first == "\n\n".join(row.text for row in read_rows(cut.file) if row.document == "1") + "\n"
    )


def test_no_copy_is_taken_for_the_same_as_another(corpus: Path, tmp_path: Path) -> None:
    """A search that shows the same words once shows all copies, even of the shortest passage."""
    cut = cut_corpus(corpus, tmp_path / "passages")
    write_copies(cut, 4, tmp_path / "copies")
    build(tmp_path / "copies", tmp_path / "index", processes=1)
    with Index(tmp_path / "index") as index:
        for query in ("stonea", "am OR amqb OR amqc OR amqd"):
            found = index.search(query, limit=None)
            assert found.total > 3
            assert [hit for hit in found if hit.duplicates] == []


def test_questions_are_drawn_from_the_corpus_without_its_copies(
    corpus: Path, tmp_path: Path
) -> None:
    """What is built holds them all, and neither writes into the corpus."""
    before = sorted(path.name for path in corpus.iterdir())
    made = prepared(corpus, 3, 1, tmp_path / "place", quietly)
    assert made.cut.n_documents == 3 * made.source.n_documents == 33
    assert len(list((tmp_path / "place" / "corpus").rglob("*.txt"))) == 33
    assert made.name == "texts, 3 times: changed copies"
    assert sorted(path.name for path in corpus.iterdir()) == before


def test_the_corpus_itself_is_copied_with_its_names(corpus: Path, tmp_path: Path) -> None:
    """And questions are drawn from all of it."""
    made = prepared(corpus, 1, 1, tmp_path / "place", quietly)
    assert made.cut is made.source
    assert (tmp_path / "place" / "corpus" / "short.txt").read_text() == "I am he.\n"


def test_room_is_needed_for_every_copy_and_engine(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What suffices for one does not for nine of ten times the size."""
    size = sum(path.stat().st_size for path in corpus.iterdir())
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 9 * size}))
    prepared(corpus, 2, 1, tmp_path / "little", quietly)
    for copies, n_engines in ((1, 9), (10, 1)):
        with pytest.raises(ExcerptError, match="TMPDIR"):
            prepared(corpus, copies, n_engines, tmp_path / f"{copies}", quietly)


def test_noise_has_ten_thousand_forms_in_each_megabyte(tmp_path: Path) -> None:
    """Most of which occur once, among frequent ones; the same for the same size."""
    texts = []
    for name in ("one", "two"):
        write_noise(1, tmp_path / name)
        files = sorted((tmp_path / name).iterdir())
        texts.append("".join(path.read_text() for path in files))
    assert texts[0] == texts[1]
    assert 1e6 <= len(texts[0].encode()) < 1.05e6
    words = texts[0].lower().replace(".", "").split()
    forms = {word: words.count(word) for word in set(words[:2000])}
    assert 10_000 < len(set(words)) < 40_000
    assert max(forms.values()) > len(words) / 100
    assert sum(count == 1 for count in forms.values()) > len(forms) / 20
