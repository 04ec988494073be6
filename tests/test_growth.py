"""Growth: what is measured at several sizes is the corpus and changed copies of it, all sizes asked the same."""

import json
import random
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.errors import ExcerptError
from excerpt.measure.bench import Wishes
from excerpt.measure.growth import Growth, changed, measure_growth, write_copies
from excerpt.measure.growth_report import json_of, lines_of
from excerpt.measure.passages import cut_corpus, read_rows

WORDS = [f"{stem}{end}" for stem, end in product(("stone", "river", "cloud", "forest"), "abcdefghijklmnopq")]
KINDS = ("one word", "title")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten texts of two paragraphs."""
    folder = tmp_path_factory.mktemp("growth") / "texts"
    folder.mkdir()
    for number in range(10):
        words = random.Random(number).choices(WORDS, k=120)
        (folder / f"{number}.txt").write_text(f"{' '.join(words[:60])}.\n\n{' '.join(words[60:])}.\n")
    return folder


@pytest.fixture(scope="module")
def growth(corpus: Path) -> Growth:
    """A measurement at two sizes."""
    return measure_growth(corpus, (1, 3), Wishes(kinds=KINDS, n_questions=3, rounds=2, processes=1))


@given(st.text(), st.integers(1, 1000))
def test_a_change_only_adds_letters_to_words(text: str, copy: int) -> None:
    """The number of words and all between them stay as they are; the first copy is the text itself."""
    made = changed(text, copy)
    assert made.split(" ")[0].startswith(text.split(" ", maxsplit=1)[0][:3])
    assert len(made.split()) == len(text.split())
    assert changed(text, 0) == text


def test_copies_differ_from_each_other_in_some_words() -> None:
    """In about one form of ten, the same wherever it stands."""
    text = " ".join(WORDS + WORDS)
    copies = [changed(text, copy).split() for copy in range(1, 5)]
    for copy in copies:
        assert copy[: len(WORDS)] == copy[len(WORDS) :]
        assert 0 < sum(a != b for a, b in zip(copy, text.split(), strict=True)) < len(copy) / 3
    assert len({" ".join(copy) for copy in copies}) == 4


def test_a_corpus_is_as_many_times_as_large(corpus: Path, tmp_path: Path) -> None:
    """Its passages come again in each copy, and the first copy has them as they are."""
    cut = cut_corpus(corpus, tmp_path / "passages")
    n_bytes = write_copies(cut, 3, tmp_path / "copies")
    files = [path for path in (tmp_path / "copies").rglob("*") if path.is_file()]
    assert len(files) == 3 * cut.n_documents
    assert n_bytes == sum(path.stat().st_size for path in files)
    first = (tmp_path / "copies" / "0" / "1.txt").read_text()
    assert first == "\n\n".join(row.text for row in read_rows(cut.file) if row.document == "1") + "\n"


def test_every_size_is_built_and_asked(corpus: Path, growth: Growth) -> None:
    """Each question at each; what finds nothing is left out."""
    assert [size.times for size in growth.sizes] == [1, 3]
    one, three = growth.sizes
    assert one.n_bytes * 3 <= three.n_bytes < one.n_bytes * 3.2
    assert min(one.built.size, one.built.seconds) > 0
    assert list(growth.kinds) == ["one word"]
    assert [figures.n for figures in growth.kinds["one word"].figures] == [3, 3]
    assert growth.kinds["one word"].ratio > 0
    assert corpus.name == growth.corpus


def test_the_table_has_a_column_for_each_size(growth: Growth) -> None:
    """And a row for each kind of question."""
    lines = list(lines_of(growth))
    head = next(line for line in lines if line.startswith("median ms"))
    assert head.split("  ")[-3:] == ["1 times", "3 times", "3 to 1"]
    (row,) = (line for line in lines if line.startswith("one word"))
    assert len(row.split()) == 6


def test_json_has_the_figures_in_the_order_of_sizes(growth: Growth) -> None:
    """With what they depend on."""
    record = json.loads(json_of(growth))
    assert [size["times"] for size in record["sizes"]] == [1, 3]
    assert len(record["kinds"]["one word"]["median_ms"]) == 2
    assert record["settings"] == {"rounds": 2, "processes": 1, "seed": 1, "ranking": "default"}
    assert {"python", "processors"} <= record["machine"].keys()


def test_questions_that_find_nothing_are_an_error(corpus: Path) -> None:
    """There is nothing to measure."""
    with pytest.raises(ExcerptError, match="none of the questions"):
        measure_growth(corpus, (1,), Wishes(kinds=("title",), n_questions=2, rounds=1, processes=1))


def test_the_plot_names_every_kind_and_size(growth: Growth) -> None:
    """An SVG that is the same for the same figures."""
    pytest.importorskip("matplotlib", reason="the plot needs the extra bench")
    from excerpt.measure.plot import growth_svg_of

    svg = growth_svg_of(growth)
    assert svg == growth_svg_of(growth)
    for name in ("one word", "1", "3"):
        assert f">{name}<".encode() in svg
