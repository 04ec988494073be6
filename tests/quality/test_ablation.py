"""Every ablation removes a part that the ranking has, and leaves no trace."""

import json
from pathlib import Path

import pytest
from ablation import ABLATIONS, changes, row

from excerpt.benchmark import quality
from excerpt.benchmark.metrics import METRICS
from excerpt.benchmark.run_files import TrecRun

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
    """A judged collection in which every part of the ranking matters; metrics are not computed."""
    monkeypatch.setattr(quality, "import_ir_measures", lambda: None)
    monkeypatch.setattr(quality, "evaluate", lambda *_: {name: {"q": 0.0} for name in METRICS})
    for name, records in FILES.items():
        (tmp_path / name).write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text("q\td1\t1", encoding="utf-8")
    return tmp_path


def run_of(folder: Path) -> TrecRun:
    """Return the rankings with their scores."""
    return quality.measure_quality(folder).run


@pytest.mark.parametrize("name", ABLATIONS)
def test_an_ablation_changes_the_scores(folder: Path, name: str) -> None:
    """After it, the scores are the same as before."""
    before = run_of(folder)
    with pytest.MonkeyPatch.context() as patch:
        ABLATIONS[name](patch)
        assert run_of(folder) != before
    assert run_of(folder) == before


def test_significant_changes_are_marked() -> None:
    """A gain of all queries is significant, that of one query is not; no change leaves a blank."""
    before = {
        "all": dict.fromkeys("abcdefgh", 0.5),
        "one": {"a": 0.1, "b": 0.2},
        "none": {"a": 0.3},
    }
    after = {"all": dict.fromkeys("abcdefgh", 0.6), "one": {"a": 0.1, "b": 0.1}, "none": {"a": 0.3}}
    assert changes(before, after) == ["+0.100*", "-0.050", ""]
    assert row("stems", changes(before, after)) == "| stems | +0.100* | -0.050 |  |\n"
