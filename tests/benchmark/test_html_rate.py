"""The build rate on HTML is measured on the HTML files of a corpus alone."""

from pathlib import Path

import pytest

from benchmark_texts import text_of
from excerpt.benchmark.html_rate import measure_html_rate

pytestmark = pytest.mark.benchmark


def test_html_is_built_and_parsed(tmp_path: Path) -> None:
    """A few pages are copied twenty times, and the share is that of the two times."""
    pages = tmp_path / "texts" / "pages"
    pages.mkdir(parents=True)
    for number in range(3):
        page = f"<html><body><p>{text_of(number)}</p></body></html>"
        (pages / f"{number}.HTML").write_text(page)
    (tmp_path / "texts" / "notes.txt").write_text(text_of(9))
    rate = measure_html_rate(tmp_path / "texts", tmp_path / "work", 1, 1)
    assert rate is not None
    size = sum(path.stat().st_size for path in pages.iterdir())
    assert rate.n_documents == 60
    assert 20 * size < rate.n_bytes < 21 * size + 60 * 20
    assert min(rate.build, rate.parse) > 0
    assert rate.share == pytest.approx(rate.parse / rate.build)


def test_a_corpus_without_html_has_no_rate(corpus: Path, tmp_path: Path) -> None:
    """There are no files to measure."""
    assert measure_html_rate(corpus, tmp_path / "work", 1, 1) is None
