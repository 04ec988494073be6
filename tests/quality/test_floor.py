"""The ranking on the sample corpus does not get worse unnoticed.

`queries.jsonl` holds queries as people type them, in three languages; `qrels.tsv` what a reader of the corpus judged to
answer them (2: this is it, 1: of use), by place: `path:line`, or `path#anchor` for web pages. A hit counts for the best
place it covers that no hit before it has counted for. `floor.json` is changed by hand alone, by who knows why.
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
"""A floor that lies lower than this below the ranking would let it sink as far unnoticed."""

Places = dict[str, int]
"""The grade of each judged place."""


def judged() -> Iterator[tuple[str, Places]]:
    """Each query with its judgements."""
    grades: dict[str, Places] = {}
    for line in (HERE / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        query, place, grade = line.split("\t")
        grades.setdefault(query, {})[place] = int(grade)
    for line in (HERE / "queries.jsonl").read_text(encoding="utf-8").splitlines():
        query = json.loads(line)
        yield query["text"], grades[query["_id"]]


def path_of(place: str) -> str:
    """The path of a judged place."""
    return place.partition("#")[0] if "#" in place else place.rpartition(":")[0]


def covers(passage: Passage, place: str) -> bool:
    """Whether the judged `place` is in `passage` of the document at its path."""
    if "#" in place:
        return passage.anchor == place.partition("#")[2]
    line = int(place.rpartition(":")[2])
    return passage.lines is not None and passage.lines[0] <= line <= passage.lines[1]


def gains(index: Index, query: str, places: Places) -> list[int]:
    """The grades of the hits of `query`, best hit first."""
    left = dict(places)
    found = []
    for hit in index.search(query, any_word=True, literal=True, limit=DEPTH):
        covered = [
            place for place in left if path_of(place) == hit.path and covers(hit.passage, place)
        ]
        best = max(covered, key=left.__getitem__, default="")
        found.append(left.pop(best, 0))
    return found


def dcg(grades: list[int]) -> float:
    """Discounted cumulated gain of the first ten."""
    return sum(grade / log2(rank + 1) for rank, grade in enumerate(grades[:10], start=1))


def reciprocal_rank(grades: list[int]) -> float:
    """One by the rank of the first hit that counts; 0 if none does."""
    return next((1 / rank for rank, grade in enumerate(grades, start=1) if grade), 0.0)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """The index of the sample corpus."""
    folder = tmp_path_factory.mktemp("floor")
    excerpt.build_index(CORPUS, folder)
    with excerpt.open(folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def measured(index: Index) -> dict[str, float]:
    """The figures of the ranking as it is."""
    ranked = [
        (gains(index, query, places), sorted(places.values(), reverse=True))
        for query, places in judged()
    ]
    return {
        "nDCG@10": fmean(dcg(found) / dcg(ideal) for found, ideal in ranked),
        "MRR": fmean(reciprocal_rank(found) for found, _ in ranked),
    }


def test_every_judged_place_is_a_passage(index: Index) -> None:
    """The judgements are of places that the corpus has."""
    places = {place for _, grades in judged() for place in grades}
    nowhere = [
        place
        for place in sorted(places)
        if not any(covers(stored.passage, place) for stored in index.show(path_of(place)))
    ]
    assert nowhere == []


@pytest.mark.parametrize("metric", ["nDCG@10", "MRR"])
def test_the_ranking_stays_above_its_floor(measured: dict[str, float], metric: str) -> None:
    """The figures are those of floor.json, or better; who makes them worse says so there."""
    floor = json.loads((HERE / "floor.json").read_text(encoding="utf-8"))
    assert round(measured[metric], 3) >= floor[metric]


@pytest.mark.parametrize("metric", ["nDCG@10", "MRR"])
def test_the_floor_follows_the_ranking(measured: dict[str, float], metric: str) -> None:
    """Once the ranking is better, the floor is raised, so that what was won is not lost again."""
    floor = json.loads((HERE / "floor.json").read_text(encoding="utf-8"))
    assert measured[metric] <= floor[metric] + SLACK
