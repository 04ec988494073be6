"""The ranking of the sample corpus stays above a floor.

`queries.jsonl` holds queries as people type them, in three languages. `qrels.tsv` holds what a
reader of the corpus judged to answer them (2: exactly this; 1: useful). Each judgement names a
location: `path:line`, or `path#anchor` for web pages. A hit counts for the best location in its
passage that no earlier hit has counted for. `floor.json` is only changed by hand, for a stated
reason.
"""

import json
from collections.abc import Iterator
from math import log2
from pathlib import Path
from statistics import fmean

import pytest

import excerpt
from excerpt import Index
from excerpt.model import Passage

HERE = Path(__file__).parent
CORPUS = HERE.parent.parent / "corpus"
DEPTH = 50
SLACK = 0.02
"""The floor lies at most this far below the ranking, so that no larger loss goes unnoticed."""

Grades = dict[str, int]
"""The grade of each judged location."""


def judged_queries() -> Iterator[tuple[str, Grades]]:
    """Yield each query with its judgements."""
    grades: dict[str, Grades] = {}
    for line in (HERE / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        query, location, grade = line.split("\t")
        grades.setdefault(query, {})[location] = int(grade)
    for line in (HERE / "queries.jsonl").read_text(encoding="utf-8").splitlines():
        query = json.loads(line)
        yield query["text"], grades[query["_id"]]


def path_of(location: str) -> str:
    """Return the path of a judged location."""
    return location.partition("#")[0] if "#" in location else location.rpartition(":")[0]


def contains(passage: Passage, location: str) -> bool:
    """Return whether `passage`, of the document at the path of `location`, contains it."""
    if "#" in location:
        return passage.anchor == location.partition("#")[2]
    line = int(location.rpartition(":")[2])
    return passage.lines is not None and passage.lines[0] <= line <= passage.lines[1]


def gains(index: Index, query: str, grades: Grades) -> list[int]:
    """Return the grades of the hits of `query`, best hit first."""
    remaining = dict(grades)
    found = []
    for hit in index.search(query, any_word=True, literal=True, limit=DEPTH):
        in_passage = [
            location
            for location in remaining
            if path_of(location) == hit.path and contains(hit.passage, location)
        ]
        best = max(in_passage, key=remaining.__getitem__, default="")
        found.append(remaining.pop(best, 0))
    return found


def dcg(grades: list[int]) -> float:
    """Return the discounted cumulated gain of the first ten."""
    return sum(grade / log2(rank + 1) for rank, grade in enumerate(grades[:10], start=1))


def reciprocal_rank(grades: list[int]) -> float:
    """Return one divided by the rank of the first hit with a grade; 0 if there is none."""
    return next((1 / rank for rank, grade in enumerate(grades, start=1) if grade), 0.0)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """The index of the sample corpus."""
    folder = tmp_path_factory.mktemp("floor")
    excerpt.build_index(CORPUS, folder)
    with excerpt.open(folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def metrics(index: Index) -> dict[str, float]:
    """The metrics of the ranking."""
    ranked = [
        (gains(index, query, grades), sorted(grades.values(), reverse=True))
        for query, grades in judged_queries()
    ]
    return {
        "nDCG@10": fmean(dcg(found) / dcg(ideal) for found, ideal in ranked),
        "MRR": fmean(reciprocal_rank(found) for found, _ in ranked),
    }


def test_every_judged_location_is_in_a_passage(index: Index) -> None:
    """The judgements refer to the present corpus."""
    locations = {location for _, grades in judged_queries() for location in grades}
    missing = [
        location
        for location in sorted(locations)
        if not any(contains(stored.passage, location) for stored in index.show(path_of(location)))
    ]
    assert missing == []


@pytest.mark.parametrize("metric", ["nDCG@10", "MRR"])
def test_the_ranking_stays_above_its_floor(metrics: dict[str, float], metric: str) -> None:
    """A change that lowers a metric on purpose also lowers floor.json."""
    floor = json.loads((HERE / "floor.json").read_text(encoding="utf-8"))
    assert round(metrics[metric], 3) >= floor[metric]


@pytest.mark.parametrize("metric", ["nDCG@10", "MRR"])
def test_the_floor_follows_the_ranking(metrics: dict[str, float], metric: str) -> None:
    """After an improvement, the floor is raised."""
    floor = json.loads((HERE / "floor.json").read_text(encoding="utf-8"))
    assert metrics[metric] <= floor[metric] + SLACK
