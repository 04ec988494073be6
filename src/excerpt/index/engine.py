"""The default engine: a committed state of the columnar index, open for searching."""

from collections.abc import Sequence
from copy import copy
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Self

from excerpt.engines.protocol import Statistics
from excerpt.index.format.document_table import DocumentTable
from excerpt.index.format.manifest import ColumnarManifest
from excerpt.index.read.index_reader import IndexReader
from excerpt.index.read.live_segment import LiveSegment
from excerpt.index.read.segment import Segment
from excerpt.index.read.segment_caches import SegmentCaches
from excerpt.index.read.vocabulary import IndexVocabulary
from excerpt.index.search.accumulators import Accumulators
from excerpt.index.search.evaluation import Evaluation
from excerpt.index.search.index_terms import IndexTerms
from excerpt.index.search.matches import ColumnarMatches
from excerpt.index.search.postings_cache import PostingsCache
from excerpt.query.ast import Fuzzy, Node, Operand, Pattern, Phrase, Wildcard, walk

__all__ = ["ColumnarEngine"]


class ColumnarEngine:
    """The index in `folder` in the state that `manifest` names.

    See `excerpt.engines.protocol.Engine`. In addition to the open files, it holds the caches that
    all queries share: of postings (`PostingsCache`), of expansions and stems (`IndexVocabulary`),
    and of what words stand for in each segment (`SegmentCaches`). They speed up later queries and
    never change an answer. So do the `Accumulators`, which are memory that queries reuse.
    """

    def __init__(self, folder: Path, manifest: ColumnarManifest) -> None:
        self._documents = DocumentTable(folder, manifest.document_table)
        segments = [Segment(folder, info) for info in manifest.segments]
        # What the caches of segments hold does not depend on which passages are live.
        live = partial(_live_segments, segments, self._documents, SegmentCaches())
        self._everything = live(has_everything=True)
        languages = self._documents.known_languages
        self._vocabulary = IndexVocabulary(self._everything, languages, manifest.main_language)
        self._has_everything = not any(segment.has_set_apart for segment in segments)
        self._reader: IndexReader
        self._postings: PostingsCache
        self._accumulators: Accumulators
        vars(self).update(
            _view(self._everything if self._has_everything else live(has_everything=False))
        )

    @cached_property
    def everything(self) -> Self:
        """The same state, with the passages that are set apart."""
        if self._has_everything:
            return self
        engine = copy(self)
        vars(engine).update(_view(self._everything), _has_everything=True)
        return engine

    @property
    def vocabulary(self) -> IndexVocabulary:
        """The words of the index."""
        return self._vocabulary

    @property
    def document_fields(self) -> DocumentTable:
        """The fields of all documents."""
        return self._documents

    def execute(self, tree: Node) -> ColumnarMatches:
        """Return the matches of `tree`.

        Raises:
            QueryError: if a wildcard, fuzzy word or pattern stands for too many terms.
        """
        self._check_expansions(tree)
        terms = IndexTerms(self._reader, self._vocabulary, self._postings)
        evaluation = Evaluation(terms, self._reader, self._vocabulary, self._documents)
        return ColumnarMatches(tree, evaluation, self._reader, self._accumulators)

    def separate_spellings(self, operand: Operand) -> tuple[Phrase, ...]:
        """Return the spellings in parts of a word, term, form or wildcard that may occur."""
        return self._vocabulary.spellings(operand)

    def count(self, tree: Node) -> int:
        """Return the number of passages that match `tree`, without scoring them."""
        return self.execute(tree).total

    def statistics(self) -> Statistics:
        """Return the size of the index."""
        return Statistics(
            self._documents.n,
            self._reader.n_live,
            self._reader.n_words,
            self._vocabulary.count(),
        )

    def verify(self) -> None:
        """Read all files of the index and compare them with their checksums.

        Raises:
            IndexDamaged: naming the first file that differs.
        """
        self._documents.verify()
        for live in self._everything:
            live.segment.verify()

    def close(self) -> None:
        """Drop the open files. A file is unmapped with the last array that is a view of it."""
        self._everything, self._reader = [], IndexReader(())
        vars(self).pop("everything", None)

    def _check_expansions(self, tree: Node) -> None:
        """Expand each wildcard, fuzzy word and pattern, to refuse large ones wherever they are."""
        for node in walk(tree):
            if isinstance(node, Wildcard | Fuzzy | Pattern):
                self._vocabulary.expand(node)


def _live_segments(
    segments: Sequence[Segment],
    documents: DocumentTable,
    caches: SegmentCaches,
    *,
    has_everything: bool,
) -> list[LiveSegment]:
    return [
        LiveSegment(segment, number, documents, caches, has_everything=has_everything)
        for number, segment in enumerate(segments)
    ]


def _view(segments: Sequence[LiveSegment]) -> dict[str, Any]:
    """Return the attributes that differ between the running text and everything."""
    reader = IndexReader(segments)
    return {
        "_reader": reader,
        "_postings": PostingsCache(),
        "_accumulators": Accumulators(reader.n),
    }
