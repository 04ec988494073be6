"""A fixture that lets small corpora take the code paths of large ones."""

import pytest

from excerpt.index.search import index_terms, proximity, term_frequencies
from excerpt.index.write import posting_lists


@pytest.fixture(autouse=True)
def _frequent(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat every word as frequent in tests of the store "frequent".

    There, every word has dense postings, every pair of words has a list, and no stem has one. Only
    there, words are too frequent to search around the occurrences of one for the other.
    """
    monkeypatch.setattr(proximity, "LOOK_COST", 1 << 30 if "frequent" in request.node.name else 0)
    if "frequent" in request.node.name:
        monkeypatch.setattr(index_terms, "MIN_DENSE", 0)
        monkeypatch.setattr(index_terms, "DENSE_SHARE", 1 << 30)
        monkeypatch.setattr(term_frequencies, "MAX_LISTS", 1)
        monkeypatch.setattr(posting_lists, "PAIR_MIN_TOKENS", 1)
        monkeypatch.setattr(posting_lists, "STEM_SHARE", 0)
