"""The rates at which formats are read."""

from pathlib import Path

from excerpt.benchmark.reading_rates import ReadingRate, measure_reading_rates, report_lines

CORPUS = Path(__file__).parents[2] / "corpus"


def test_every_format_is_measured_on_all_its_files() -> None:
    """The sizes are those of the files that can be read; formats with a library are compared."""
    rates = {each.name: each for each in measure_reading_rates(CORPUS, seconds=0, rounds=1)}
    assert {"docx", "epub", "html", "mail", "markdown", "pdf", "rtf", "tei", "text", "wiki"} <= (
        rates.keys()
    )
    minutes = CORPUS / "minutes"
    assert rates["docx"].n_bytes == (minutes / "allotment-society.docx").stat().st_size
    assert rates["markdown"].n_files == len(list(CORPUS.rglob("*.md")))
    assert rates["pdf"].n_pages > 1
    assert {name for name, each in rates.items() if each.alone is not None} == {
        *("alto", "docx", "epub", "html", "mail", "mailbox", "odt", "pdf", "table", "tei", "zip")
    }


def test_files_that_the_library_alone_cannot_parse_are_left_out(tmp_path: Path) -> None:
    """A format without any others has no rate to compare."""
    good, bad = '{"text": "A boat on the river."}\n', '{"text": "A boat."}\n' + "[" * 100_000
    (tmp_path / "a.jsonl").write_text(good * 3)
    (tmp_path / "b.jsonl").write_text(bad)
    (rate,) = measure_reading_rates(tmp_path, seconds=0, rounds=1)
    assert (rate.n_files, rate.n_bytes) == (1, 3 * len(good))
    assert rate.alone is not None
    (tmp_path / "a.jsonl").unlink()
    (rate,) = measure_reading_rates(tmp_path, seconds=0, rounds=1)
    assert (rate.n_files, rate.alone) == (1, None)


def test_the_report_gives_rates_per_second() -> None:
    """Megabytes, millions of characters, and pages of PDF."""
    rates = [
        ReadingRate("pdf", 2, 4_000_000, 1_000_000, 300, 2.0, 0.5),
        ReadingRate("rtf", 1, 4_000_000, 1_000_000, 0, 2.0, None),
    ]
    assert list(report_lines(rates))[2:] == [
        "| pdf | 2 | 4.0 | 2.0, 150 pages/s | 0.5 | 600 pages/s |",
        "| rtf | 1 | 4.0 | 2.0 | 0.5 | – |",
    ]
