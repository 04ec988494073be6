"""A committed state in Whoosh's format, open for searching: Whoosh says where to look, `query/match.py` what is there."""

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from excerpt import files
from excerpt.engines import Manifest, Statistics
from excerpt.engines.memory import Holding, MatchingEngine
from excerpt.engines.whoosh_.candidates import Candidates, is_wordless
from excerpt.engines.whoosh_.roster import FOLDER
from excerpt.engines.whoosh_.shelf import Shelf, WhooshVocabulary
from excerpt.model import Key
from excerpt.query.tree import Node

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
        n_passages, n_words = sum(each.n_passages for each in entries), sum(each.n_words for each in entries)
        super().__init__(self._words, n_passages, n_words)

    def _candidates(self, node: Node, wanted: Collection[int] | None = None) -> Iterator[Holding]:
        ranks = self._found.of(node)
        if wanted is not None:
            ranks = {rank for id_ in wanted if (rank := self._shelf.rank_of.get(id_, -1)) in ranks}
        read = self._shelf.bare if is_wordless(node) else self._shelf.holding
        return map(read, sorted(ranks))

    def wordings(self, keys: Sequence[Key]) -> list[int]:
        """For each passage the number that all with the same folded words share; 0 if it has none.

        It is a digest of the words: two of ten million passages that differ share one once in 400,000 indexes.
        """
        return [_wording(self._shelf.holding(self._shelf.rank_of[key.document]), key.ordinal) for key in keys]

    def worded(self, tree: Node, wordings: Collection[int]) -> Iterator[tuple[int, Key]]:
        """All passages that match `tree` and have one of `wordings`, with it; by path and place."""
        for key in self.passages(tree):
            (wording,) = self.wordings([key])
            if wording in wordings:
                yield wording, key

    def statistics(self) -> Statistics:
        """How much there is."""
        return Statistics(len(self._shelf.entries), self._n_passages, self._n_words, len(self._words))

    def verify(self) -> None:
        """Read everything and check it.

        Raises:
            IndexDamaged: naming the first file that is not what was written.
        """
        self._shelf.verify()

    def close(self) -> None:
        """Let go of the files."""
        self._shelf.close()


def _wording(holding: Holding, ordinal: int) -> int:
    run, n_words = holding.subject.run, holding.lengths[ordinal]
    first = bisect_left(run.passage_of, ordinal)
    words = " ".join(run.terms[first : first + n_words])
    return (int(files.digest_of([words.encode()])[:16], 16) or 1) if n_words else 0
