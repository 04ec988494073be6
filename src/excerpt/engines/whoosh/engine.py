"""A committed state in Whoosh's format, open for searching: Whoosh says where to look, `query/match.py` what is there."""

from collections.abc import Collection, Iterator
from pathlib import Path

from excerpt.engines import Manifest, Statistics
from excerpt.engines.memory import Holding, MatchingEngine
from excerpt.engines.whoosh.candidates import Candidates
from excerpt.engines.whoosh.document_table import FOLDER
from excerpt.engines.whoosh.segment_reader import Shelf, WhooshVocabulary
from excerpt.query.ast import Node

__all__ = ["WhooshEngine"]


class WhooshEngine(MatchingEngine):
    """The engine of the index in `folder` in the state that `manifest` names."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        """Check and open its files.

        Raises:
            IndexDamaged: if any is not what was written.
        """
        self._shelf = Shelf(folder / FOLDER, manifest)
        self._words = WhooshVocabulary(self._shelf)
        self._found = Candidates(self._shelf, self._words)
        entries = self._shelf.entries
        n_passages, n_words = (
            sum(each.n_passages for each in entries),
            sum(each.n_words for each in entries),
        )
        super().__init__(self._words, n_passages, n_words)

    def _candidates(self, node: Node, wanted: Collection[int] | None = None) -> Iterator[Holding]:
        ranks = self._found.of(node)
        if wanted is not None:
            ranks = {rank for id_ in wanted if (rank := self._shelf.rank_of.get(id_, -1)) in ranks}
        return map(self._shelf.holding, sorted(ranks))

    def statistics(self) -> Statistics:
        """How much there is."""
        return Statistics(
            len(self._shelf.entries), self._n_passages, self._n_words, len(self._words)
        )

    def verify(self) -> None:
        """Read everything and check it.

        Raises:
            IndexDamaged: naming the first file that is not what was written.
        """
        self._shelf.verify()

    def close(self) -> None:
        """Let go of the files."""
        self._shelf.close()
