"""What makes small corpora go the ways of large ones."""

import pytest

from excerpt.index.search import index_terms, proximity, term_frequencies
from excerpt.index.write import posting_lists


@pytest.fixture(autouse=True)
def _frequent(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """For the store "frequent" every word has a column, every pair of words a list, and no stem has one; only there are
    two words too frequent to look around one of them for the other."""
    monkeypatch.setattr(proximity, "LOOK_COST", 1 << 30 if "frequent" in request.node.name else 0)
    if "frequent" in request.node.name:
        monkeypatch.setattr(index_terms, "MIN_DENSE", 0)
        monkeypatch.setattr(index_terms, "DENSE_SHARE", 1 << 30)
        monkeypatch.setattr(term_frequencies, "MAX_LISTS", 1)
        monkeypatch.setattr(posting_lists, "PAIR_MIN_TOKENS", 1)
        monkeypatch.setattr(posting_lists, "STEM_SHARE", 0)
