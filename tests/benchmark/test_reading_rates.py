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
        *("docx", "epub", "html", "mail", "mailbox", "pdf", "table", "tei")
    }


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
