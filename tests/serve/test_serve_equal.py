"""The page, the interface and the command agree: equal totals, order and highlights."""

import json
import shlex
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

import excerpt
from excerpt.present.json_text import dump
from excerpt.present.records import hit_record
from excerpt.present.terminal import clean
from excerpt.serve import api, pages
from excerpt.serve.answers import Request
from excerpt.serve.desk import Desk

WORDS = st.sampled_from(
    ["war", "peace", "wages", "vvar", "vvages", "strikers", "der", "Krieg", "the", "zzz", "marks"]
)
PLAIN = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
QUERIES = st.one_of(
    PLAIN,
    PLAIN.map(lambda words: f'"{words}"'),
    st.tuples(WORDS, WORDS).map(" OR ".join),
    st.tuples(WORDS, WORDS).map(" NOT ".join),
    st.tuples(WORDS, WORDS).map(lambda pair: f"{pair[0]} NEAR/5 {pair[1]}"),
    WORDS.map(lambda word: f"{word[:2]}*"),
    WORDS.map(lambda word: f"title:{word} OR {word}"),
)
PARAMETERS = st.fixed_dictionaries(
    {"q": QUERIES},
    optional={
        "any": st.just("1"),
        "exact": st.just("1"),
        "everything": st.just("1"),
        "old_spelling": st.just("1"),
        "ocr": st.just("1"),
        "sort": st.sampled_from(["date", "-date", "path", "-path"]),
        "page": st.sampled_from(["1", "2"]),
    },
)


@pytest.fixture(scope="module")
def desk(index: Path) -> Desk:
    """Return a desk for the index."""
    return Desk(index)


def texts_of(page: str) -> list[tuple[str, list[str]]]:
    """Return the place of each hit of a page, and its highlighted texts."""
    found = []
    for hit in BeautifulSoup(page, "lxml").select(".hit"):
        (place,) = hit.select(".path")
        marks = hit.select(".whole .text mark") or hit.select(".text mark")
        found.append((place.text, [mark.text for mark in marks]))
    return found


@settings(max_examples=40)
@given(parameters=PARAMETERS)
def test_page_interface_and_library_agree(parameters: dict[str, str], desk: Desk) -> None:
    """Whatever the query and the options, all show the same passages in the same order."""
    request = Request(parameters)
    found = json.loads(api.search(desk, request).body)
    page = pages.search(desk, request).body.decode()
    number = int(parameters.get("page", "1"))
    with excerpt.open(desk.index.folder) as opened:
        results = opened.search(
            parameters["q"],
            any_word="any" in parameters,
            exact="exact" in parameters,
            everything="everything" in parameters,
            old_spelling="old_spelling" in parameters,
            ocr="ocr" in parameters,
            sort=parameters.get("sort", "score"),  # type: ignore[arg-type]
            offset=10 * (number - 1),
        )
    records = [json.loads(dump(hit_record(hit))) for hit in results]
    assert (found["total"], found["hits"]) == (results.total, records)
    (count,) = BeautifulSoup(page, "lxml").select("#count b")
    assert count.text == f"{results.total:,}"
    shown = results.hits or results.partial
    assert texts_of(page) == [
        (
            f"{hit.path}:{hit.lines[0]}" if hit.lines else hit.path,
            [
                " ".join(clean(" ".join(span.of(hit.text).split())).split())
                for span in hit.snippet.highlights
            ],
        )
        for hit in shown
    ]


@settings(max_examples=40)
@given(parameters=PARAMETERS)
def test_lines_agree_with_the_library(parameters: dict[str, str], desk: Desk) -> None:
    """The view of lines counts what the concordance of the library counts."""
    state = {name: value for name, value in parameters.items() if name not in {"sort", "page"}}
    found = json.loads(api.lines(desk, Request(state | {"view": "lines"})).body)
    with excerpt.open(desk.index.folder) as opened:
        concordance = opened.concordance(
            parameters["q"],
            any_word="any" in parameters,
            exact="exact" in parameters,
            everything="everything" in parameters,
            old_spelling="old_spelling" in parameters,
            ocr="ocr" in parameters,
        )
        lines = list(concordance)
    assert found["occurrences"] == len(lines)
    page = BeautifulSoup(pages.search(desk, Request(state | {"view": "lines"})).body, "lxml")
    assert [mark.text for mark in page.select(".kwic mark")] == [
        " ".join(line.match.split()) for line in lines[:50]
    ]


def test_the_command_agrees_too(desk: Desk, index: Path) -> None:
    """The same words on the command line give the same record."""
    from shell import Shell

    shell = Shell(index.parent)
    for query in ("wages", '"the war" NOT peace', "str* NEAR/9 marks", "wages moneyless"):
        ran = shell.run("search", *shlex.split(f"--json {shlex.quote(query)}"))
        record = json.loads(ran.out)
        found = json.loads(api.search(desk, Request({"q": query})).body)
        for key in ("total", "hits", "partial"):
            assert found[key] == record[key], (query, key)
