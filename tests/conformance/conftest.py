"""What makes small corpora go the ways of large ones."""

import pytest

from excerpt.engines.columnar import evaluate, near, pairs, stem_lists, tally


@pytest.fixture(autouse=True)
def _frequent(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """For the store "frequent" every word has a column, every pair of words a list, and no stem has one; only there are
    two words too frequent to look around one of them for the other."""
    monkeypatch.setattr(near, "LOOK", 1 << 30 if "frequent" in request.node.name else 0)
    if "frequent" in request.node.name:
        monkeypatch.setattr(evaluate, "LARGE", 0)
        monkeypatch.setattr(evaluate, "MANY", 1 << 30)
        monkeypatch.setattr(tally, "MANY_LISTS", 1)
        monkeypatch.setattr(pairs, "LEAST", 1)
        monkeypatch.setattr(stem_lists, "RARE", 0)
