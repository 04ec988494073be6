"""The measurement of the quotation checker, on some quotations of the sample corpus."""

from pathlib import Path

import pytest

import excerpt
from excerpt.benchmark.quotation_checks import (
    QuotationFigures,
    figure_lines,
    main,
    measure_quotations,
)
from excerpt.benchmark.quotation_samples import CHANGES

CORPUS = Path(__file__).parent.parent.parent / "corpus"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index of the sample corpus."""
    folder = tmp_path_factory.mktemp("measured") / "index"
    excerpt.build_index(CORPUS, folder)
    return folder


@pytest.fixture(scope="module")
def figures(index: Path) -> QuotationFigures:
    """Return the figures for ten quotations of each change, and 40 controls."""
    return measure_quotations(index, 10 * len(CHANGES), 40, seed=2)


def test_changed_quotations_are_found_and_controls_are_not(figures: QuotationFigures) -> None:
    """The figures stay above a floor, which is below those in the documentation."""
    assert set(figures.n) == set(CHANGES)
    assert figures.recall >= 0.98
    assert figures.precision >= 0.98
    assert figures.verdicts.total() >= 0.97 * figures.n.total()


@pytest.mark.parametrize("change", ["negation", "number", "name"])
def test_changes_of_meaning_are_warned_about(figures: QuotationFigures, change: str) -> None:
    """Nearly every changed negation, number and name gets its warning."""
    assert figures.warned[change] >= 9


def test_the_figures_are_a_table(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The script prints one line for each change, and the totals."""
    main(["--index", str(index), "--samples", "13", "--controls", "2", "--show", "1"])
    written = capsys.readouterr().out
    assert all(f"| {name} | 1 |" in written for name in CHANGES)
    assert "Controls: 2, of these 0 taken for quotations." in written
    assert "precision" in written


def test_the_samples_depend_only_on_the_seed(index: Path) -> None:
    """The same seed draws the same quotations."""
    first, second = (measure_quotations(index, 13, 2, seed=5) for _ in range(2))
    assert [*figure_lines(first)][:-1] == [*figure_lines(second)][:-1]
