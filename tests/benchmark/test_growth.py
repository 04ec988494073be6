"""Growth: what is measured at several sizes, all asked the same, is the ten best and the total alone."""

import json
import random
from itertools import product
from pathlib import Path

import pytest

from excerpt.benchmark.growth import Growth, measure_growth
from excerpt.benchmark.growth_report import json_of, lines_of
from excerpt.benchmark.speed import Wishes
from excerpt.errors import ExcerptError

WORDS = [
    f"{stem}{end}"
    for stem, end in product(("stone", "river", "cloud", "forest"), "abcdefghijklmnopq")
]
KINDS = ("one word", "title")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten texts of two paragraphs."""
    folder = tmp_path_factory.mktemp("growth") / "texts"
    folder.mkdir()
    for number in range(10):
        words = random.Random(number).choices(WORDS, k=120)
        (folder / f"{number}.txt").write_text(
            f"{' '.join(words[:60])}.\n\n{' '.join(words[60:])}.\n"
        )
    return folder


@pytest.fixture(scope="module")
def growth(corpus: Path) -> Growth:
    """A measurement at two sizes."""
    return measure_growth(corpus, (1, 3), Wishes(kinds=KINDS, n_questions=3, rounds=2, processes=1))


def test_every_size_is_built_and_asked(corpus: Path, growth: Growth) -> None:
    """Each question at each; what finds nothing is left out."""
    assert [size.times for size in growth.sizes] == [1, 3]
    one, three = growth.sizes
    assert one.n_bytes * 2.8 <= three.n_bytes < one.n_bytes * 3.2
    assert min(one.built.size, one.built.seconds) > 0
    for kinds in (growth.kinds, growth.totals):
        assert list(kinds) == ["one word"]
        assert [figures.n for figures in kinds["one word"].figures] == [3, 3]
        assert kinds["one word"].ratio > 0
    assert corpus.name == growth.corpus


def test_the_table_has_a_column_for_each_size(growth: Growth) -> None:
    """And a row for each kind of question: for the ten best, and for the total."""
    lines = list(lines_of(growth))
    heads = [line for line in lines if "median ms" in line]
    assert [head.split(",")[0] for head in heads] == ["ten best", "total"]
    assert all(head.split("  ")[-3:] == ["1 times", "3 times", "3 to 1"] for head in heads)
    rows = [line for line in lines if line.startswith("one word")]
    assert [len(row.split()) for row in rows] == [6, 6]


def test_json_has_the_figures_in_the_order_of_sizes(growth: Growth) -> None:
    """With what they depend on."""
    record = json.loads(json_of(growth))
    assert [size["times"] for size in record["sizes"]] == [1, 3]
    assert len(record["kinds"]["one word"]["median_ms"]) == 2
    assert len(record["totals"]["one word"]["median_ms"]) == 2
    assert record["settings"] == {"rounds": 2, "processes": 1, "seed": 1, "ranking": "default"}
    assert {"python", "processors"} <= record["machine"].keys()


def test_questions_that_find_nothing_are_an_error(corpus: Path) -> None:
    """There is nothing to measure."""
    with pytest.raises(ExcerptError, match="none of the queries"):
        measure_growth(corpus, (1,), Wishes(kinds=("title",), n_questions=2, rounds=1, processes=1))


def test_the_plot_names_every_kind_and_size(growth: Growth) -> None:
    """An SVG that is the same for the same figures."""
    pytest.importorskip("matplotlib", reason="the plot needs the extra bench")
    from excerpt.benchmark.plot import growth_svg_of

    svg = growth_svg_of(growth)
    assert svg == growth_svg_of(growth)
    for name in ("one word", "1", "3"):
        assert f">{name}<".encode() in svg
