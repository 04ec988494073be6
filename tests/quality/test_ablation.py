"""The table of ingredients measures what it says: each of them is in the ranking, and can be taken away."""

import json
from pathlib import Path

import pytest
from ablation import INGREDIENTS, changes

from excerpt.benchmark import quality
from excerpt.benchmark.metrics import METRICS
from excerpt.benchmark.run_files import Run

FILES = {
    "corpus.jsonl": [
        {
            "_id": "d1",
            "title": "A strike",
            "text": "# Strikes\n\nStrike! The strikers strike, and strike again.",
        },
        {
            "_id": "d2",
            "title": "",
            "text": "The self-help of the workers, " + "and many other things " * 20,
        },
        {"_id": "d3", "title": "", "text": "# A strike\n\nHelp."},
    ],
    "queries.jsonl": [{"_id": "q", "text": "the strike for self-help and the striking"}],
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A judged collection in which every ingredient matters, measured without the library of the metrics."""
    monkeypatch.setattr(quality, "library", lambda: None)
    monkeypatch.setattr(quality, "values_of", lambda *_: {name: {"q": 0.0} for name in METRICS})
    for name, records in FILES.items():
        (tmp_path / name).write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text("q\td1\t1", encoding="utf-8")
    return tmp_path


def run_of(folder: Path) -> Run:
    """The rankings, with their scores."""
    return quality.measure(folder).run


@pytest.mark.parametrize("name", INGREDIENTS)
def test_each_ingredient_can_be_taken_away(folder: Path, name: str) -> None:
    """Without it some score is another one, and afterwards it is back."""
    before = run_of(folder)
    with pytest.MonkeyPatch.context() as patch:
        INGREDIENTS[name](patch)
        assert run_of(folder) != before
    assert run_of(folder) == before


def test_a_change_is_marked_where_it_is_more_than_chance() -> None:
    """A gain of every query is; one of a single query is not; where nothing changes, nothing is said."""
    before = {
        "all": dict.fromkeys("abcdefgh", 0.5),
        "one": {"a": 0.1, "b": 0.2},
        "none": {"a": 0.3},
    }
    after = {"all": dict.fromkeys("abcdefgh", 0.6), "one": {"a": 0.1, "b": 0.1}, "none": {"a": 0.3}}
    assert changes(before, after) == ["+0.100*", "-0.050", ""]
