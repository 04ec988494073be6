"""Queries in many languages, row by row, through every engine."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from conformance.stores import STORES, fill_store, small_corpus
from excerpt.engines import Engine
from excerpt.query.parser import parse
from query.language_rows import ROWS


def rows_of(language: str) -> list[tuple[bool, str, str]]:
    """Return the rows of a language: whether it is found, the query, the text."""
    rows = []
    for line in filter(None, map(str.strip, ROWS[language].splitlines())):
        query, _, text = line[1:].partition("|")
        rows.append((line[0] == "+", query.strip(), text.strip()))
    return rows


def failures(engine: Engine, language: str, texts: list[str]) -> list[str]:
    """Return the rows that do not hold."""
    failed = []
    for is_found, query, text in rows_of(language):
        number = texts.index(text) + 1
        hits = {key.document for key in engine.execute(parse(query).checked().tree)}
        if (number in hits) is not is_found:
            failed.append(f"{'+' if is_found else '-'} {query} | {text}")
    return failed


@pytest.mark.parametrize("language", ROWS)
def test_the_rows_of_a_language_hold(language: str) -> None:
    """Each query finds or does not find its text, in every engine."""
    texts = list(dict.fromkeys(text for _, _, text in rows_of(language)))
    corpus = [
        (document._replace(language=language), passages)
        for document, passages in small_corpus(*texts, title="")
    ]
    assert len(rows_of(language)) >= 10
    for name in ("memory", "columnar", "whoosh"):
        with TemporaryDirectory() as folder:
            engine = fill_store(STORES[name](Path(folder)), corpus)
            assert failures(engine, language, texts) == [], name
            engine.close()


def test_the_languages_are_many() -> None:
    """There are rows for at least 25 languages."""
    assert len(ROWS) >= 25
