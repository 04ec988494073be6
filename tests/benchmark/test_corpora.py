"""The corpus of a benchmark: a copy of a folder, with changed copies of its texts, or noise."""

import random
import re
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.benchmark.copies import change_text, write_copies
from excerpt.benchmark.corpora import prepare_corpus
from excerpt.benchmark.noise import write_noise
from excerpt.benchmark.passage_file import read_passages, split_corpus
from excerpt.errors import ExcerptError
from excerpt.indexing.pipeline import build
from excerpt.search.index import Index

WORDS = [
    f"{stem}{end}"
    for stem, end in product(("stone", "river", "cloud", "forest"), "abcdefghijklmnopq")
]


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """Ten texts of two paragraphs, and a very short one."""
    folder = tmp_path / "texts"
    folder.mkdir()
    for number in range(10):
        words = random.Random(number).choices(WORDS, k=120)
        (folder / f"{number}.txt").write_text(
            f"{' '.join(words[:60])}.\n\n{' '.join(words[60:])}.\n"
        )
    (folder / "short.txt").write_text("I am he.\n")
    return folder


def ignore(_: str) -> None:
    """Report a step to nobody."""


@given(st.text(), st.integers(1, 1000))
def test_a_copy_of_a_text_with_letters_differs(text: str, copy: int) -> None:
    """Words get endings; copy 0 is the text itself."""
    has_letters = re.search(r"[^\W\d_]", change_text(text, copy)) is not None
    assert (change_text(text, copy) != text) >= has_letters
    assert change_text(text, 0) == text


@given(st.lists(st.sampled_from([*WORDS, "of", "a"]), min_size=1), st.integers(1, 1000))
def test_a_copy_keeps_words_and_their_order(words: list[str], copy: int) -> None:
    """Up to a tenth of the words, consecutive ones, are missing; some have endings."""
    changed = change_text(" ".join(words), copy).split(" ")
    n_missing = len(words) - len(changed)
    assert 0 <= n_missing <= len(words) / 10
    assert any(
        all(
            new.startswith(old)
            for new, old in zip(changed, words[:start] + words[start + n_missing :], strict=True)
        )
        for start in range(len(changed) + 1)
    )


def test_copies_differ_in_some_words() -> None:
    """About one word form in ten differs, the same in all its occurrences."""
    text = " ".join(WORDS + WORDS)
    copies = [change_text(text, copy).split() for copy in range(1, 5)]
    for copy in copies:
        unknown = set(copy) - set(WORDS)
        assert 0 < len(unknown) < len(WORDS) / 3
        assert not {word.rpartition("q")[0] for word in unknown} & set(copy)
    assert len({" ".join(copy) for copy in copies}) == 4


def test_copies_multiply_the_corpus(texts: Path, tmp_path: Path) -> None:
    """The passages recur in each copy; in the first they are unchanged."""
    passages = split_corpus(texts, tmp_path / "passages")
    n_bytes = write_copies(passages, 3, tmp_path / "copies")
    files = [path for path in (tmp_path / "copies").rglob("*") if path.is_file()]
    assert len(files) == 3 * passages.n_documents
    assert n_bytes == sum(path.stat().st_size for path in files)
    original = [each.text for each in read_passages(passages.file) if each.document == "1"]
    assert (tmp_path / "copies" / "0" / "1.txt").read_text() == "\n\n".join(original) + "\n"


def test_copies_are_no_duplicates(texts: Path, tmp_path: Path) -> None:
    """A search, which groups duplicates, shows all copies of even the shortest passage."""
    passages = split_corpus(texts, tmp_path / "passages")
    write_copies(passages, 4, tmp_path / "copies")
    build(tmp_path / "copies", tmp_path / "index", processes=1)
    with Index(tmp_path / "index") as index:
        for query in ("stonea", "am OR amqb OR amqc OR amqd"):
            results = index.search(query, limit=None)
            assert results.total > 3
            assert [hit for hit in results if hit.duplicates] == []


def test_queries_come_from_the_corpus_without_copies(texts: Path, tmp_path: Path) -> None:
    """The index has all copies, and the corpus itself is unchanged."""
    before = sorted(path.name for path in texts.iterdir())
    corpus = prepare_corpus(texts, 3, 1, tmp_path / "work", ignore)
    assert corpus.passages.n_documents == 3 * corpus.original.n_documents == 33
    assert len(list((tmp_path / "work" / "corpus").rglob("*.txt"))) == 33
    assert corpus.name == "texts, 3 times, with changed copies"
    assert sorted(path.name for path in texts.iterdir()) == before


def test_a_corpus_without_copies_keeps_its_names(texts: Path, tmp_path: Path) -> None:
    """Queries are sampled from all of it."""
    corpus = prepare_corpus(texts, 1, 1, tmp_path / "work", ignore)
    assert corpus.passages is corpus.original
    assert (tmp_path / "work" / "corpus" / "short.txt").read_text() == "I am he.\n"


def test_every_copy_and_engine_needs_disk_space(
    texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Space for two copies and one engine suffices neither for ten copies nor for nine engines."""
    size = sum(path.stat().st_size for path in texts.iterdir())
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 9 * size}))
    assert prepare_corpus(texts, 2, 1, tmp_path / "small", ignore).passages.n_documents == 22
    for copies, n_engines in ((1, 9), (10, 1)):
        with pytest.raises(ExcerptError, match="TMPDIR"):
            prepare_corpus(texts, copies, n_engines, tmp_path / f"{copies}", ignore)


def test_noise_has_ten_thousand_forms_per_megabyte(tmp_path: Path) -> None:
    """Many forms occur once, a few are frequent; the same size gives the same text."""
    texts = []
    for name in ("one", "two"):
        write_noise(1, tmp_path / name)
        files = sorted((tmp_path / name).iterdir())
        texts.append("".join(path.read_text() for path in files))
    assert texts[0] == texts[1]
    assert 1e6 <= len(texts[0].encode()) < 1.05e6
    words = texts[0].lower().replace(".", "").split()
    counts = {word: words.count(word) for word in set(words[:2000])}
    assert 10_000 < len(set(words)) < 40_000
    assert max(counts.values()) > len(words) / 100
    assert sum(count == 1 for count in counts.values()) > len(counts) / 20
