"""A judged collection → how well excerpt ranks it.

The documents are indexed in a temporary folder, as if each were a plain-text file of a corpus. Each
query is run for any of its words, with the ranking of every search, and a document ranks by its
best passage. The queries are then shortened to their rarest words, since most people type few
words.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import Final

from excerpt.benchmark.judged_collection import (
    JudgedCollection,
    JudgedDocument,
    read_collection,
)
from excerpt.benchmark.metrics import (
    METRICS,
    evaluate,
    import_ir_measures,
    randomisation_test,
)
from excerpt.benchmark.run_files import DEPTH, TrecRun
from excerpt.engines import Engine, open_engine, open_writer
from excerpt.errors import ExcerptError, Instruction
from excerpt.ingest.decode import Decoded
from excerpt.ingest.formats.plain.plain_text import read_decoded
from excerpt.ingest.language import detect_language
from excerpt.ingest.passages import cut_passages
from excerpt.model import Document, Key, Passage
from excerpt.query.ast import Node, Word
from excerpt.query.parser import parse
from excerpt.search.expansion import N_PASSAGES, Sample, add_words, choose_words
from excerpt.text import tokenize

__all__ = ["MetricComparison", "QUERY_LENGTHS", "QualityResult", "measure_quality"]

QUERY_LENGTHS: Final = {"whole queries": 0, "three rarest words": 3, "two rarest words": 2}
"""Number of words that a query is shortened to (0: not shortened)."""
_WHOLE: Final = "whole queries"
_LINE_END: Final = re.compile("\r\n?|\n")


@dataclass(frozen=True, slots=True)
class MetricComparison:
    """A metric of the earlier run, its difference to the new one, and the p-value of that."""

    before: float
    difference: float
    p_value: float


@dataclass(frozen=True, slots=True)
class QualityResult:
    """The quality of the ranking on a collection.

    metrics      for each of `QUERY_LENGTHS`, each metric as a mean over the queries
    answered     share of queries whose first passage contains an answer (None: no answers known)
    comparisons  comparison of each metric with an earlier run, for whole queries
    run          rankings of the whole queries
    """

    collection: str
    n_documents: int
    n_passages: int
    n_queries: int
    n_left_out: int
    n_absent: int
    metrics: dict[str, dict[str, float]]
    answered: float | None
    comparisons: dict[str, MetricComparison]
    run: TrecRun


def measure_quality(
    folder: Path, against: TrecRun | None = None, *, expand: bool = False
) -> QualityResult:
    """Measure the ranking on the judged collection in `folder`.

    `against` is an earlier run to compare with. With `expand`, words from its first passages are
    added to each query.

    Raises:
        ExcerptError: if the collection cannot be read, the earlier run belongs to another one, or
            ir-measures is not installed.
    """
    import_ir_measures()
    collection = read_collection(folder)
    if against is not None and not against.keys() & collection.queries.keys():
        raise ExcerptError(
            "the earlier run has none of the queries of this collection.",
            Instruction("Compare with a run of the same collection."),
            where=folder,
        )
    with TemporaryDirectory(prefix="excerpt-quality-") as name:
        indexed = _IndexedCollection.build(collection, Path(name), expand=expand)
        with closing(indexed.engine):
            return _evaluate_runs(indexed, against)


def _evaluate_runs(indexed: "_IndexedCollection", against: TrecRun | None) -> QualityResult:
    collection = indexed.collection
    runs = {name: indexed.run(n_words) for name, n_words in QUERY_LENGTHS.items()}
    values = {name: evaluate(run, collection.judgements) for name, run in runs.items()}
    comparisons = {}
    if against is not None:
        before = evaluate(against, collection.judgements)
        comparisons = {name: _compare(before[name], values[_WHOLE][name]) for name in METRICS}
    return QualityResult(
        collection=collection.name,
        n_documents=len(collection.documents),
        n_passages=indexed.engine.statistics().n_passages,
        n_queries=len(collection.queries),
        n_left_out=collection.n_left_out,
        n_absent=collection.n_absent,
        metrics={
            name: {metric: fmean(of_query.values()) for metric, of_query in of_metric.items()}
            for name, of_metric in values.items()
        },
        answered=indexed.share_answered(),
        comparisons=comparisons,
        run=runs[_WHOLE],
    )


def _compare(before: Mapping[str, float], after: Mapping[str, float]) -> MetricComparison:
    differences = [after[query] - before[query] for query in after]
    mean = fmean(before.values())
    return MetricComparison(mean, fmean(after.values()) - mean, randomisation_test(differences))


def _read_documents(judged: Sequence[JudgedDocument]) -> Iterator[Document]:
    """Yield the documents of a collection as an index takes them, numbered from 1.

    A document whose language cannot be detected has the most frequent one.
    """
    extracted = [
        read_decoded(Decoded("\n".join(_LINE_END.split(each.text)), "utf-8")) for each in judged
    ]
    languages = [document.language or detect_language(document.text) for document in extracted]
    detected = [language for language in languages if language]
    default = max(sorted(set(detected)), key=detected.count, default="en")
    for number, (document, each, language) in enumerate(
        zip(extracted, judged, languages, strict=True), 1
    ):
        yield document._replace(
            id=number,
            title=each.title or document.title,
            language=language or default,
            paths=(f"{number:09}",),
        )


@dataclass(frozen=True, slots=True)
class _IndexedCollection:
    """A collection with an index of it.

    texts    folded text of each passage between spaces; empty if there are no answers to look for
    samples  passages that words are added from (None: queries are not expanded)
    """

    collection: JudgedCollection
    engine: Engine
    texts: dict[Key, str]
    samples: dict[Key, Sample] | None = None

    @classmethod
    def build(
        cls, collection: JudgedCollection, folder: Path, *, expand: bool = False
    ) -> "_IndexedCollection":
        """Index `collection` in the new folder `folder`."""
        texts: dict[Key, str] = {}
        samples: dict[Key, Sample] = {}
        with closing(open_writer(folder, None)) as writer:
            for document in _read_documents(collection.documents):
                passages = cut_passages(document, document.paths[0])
                writer.replace(document, passages)
                if collection.answers:
                    for passage in passages:
                        key = Key(document.id, passage.ordinal)
                        texts[key] = _fold(passage.span.of(document.text))
                if expand:
                    samples |= _samples(document, passages)
            manifest = writer.prepare()
        return cls(collection, open_engine(folder, manifest), texts, samples if expand else None)

    def run(self, n_words: int) -> TrecRun:
        """Return the ranking of every query, shortened to its `n_words` rarest words (0: not)."""
        queries = self.collection.queries
        return {id_: self._ranking(self._tree(text, n_words)) for id_, text in queries.items()}

    def _tree(self, text: str, n_words: int) -> Node:
        return self._expand(_parse(self._rarest(text, n_words) if n_words else text))

    def _expand(self, tree: Node) -> Node:
        """Return `tree` with words from its first passages, or unchanged without `samples`."""
        if self.samples is None:
            return tree
        first = self.engine.execute(tree).top(N_PASSAGES)
        samples = [replace(self.samples[key], score=score) for key, score in first]
        return add_words(tree, choose_words(tree, samples, self.engine), is_open=True)

    def _rarest(self, text: str, n: int) -> str:
        """Return the `n` words of `text` that occur in the fewest passages, in their order.

        Words that occur in no passage are left out; of words with the same stems, the first counts.
        """
        distinct: dict[frozenset[tuple[str, str]], str] = {}
        for token in tokenize(text):
            stems = self.engine.vocabulary.word_forms(Word(token.term)).stems
            distinct.setdefault(stems, token.term)
        frequencies = {term: self.engine.count(Word(term)) for term in distinct.values()}
        known = [term for term, frequency in frequencies.items() if frequency]
        rarest = sorted(known, key=frequencies.__getitem__)[:n]
        return " ".join(term for term in known if term in rarest)

    def _ranking(self, tree: Node) -> list[tuple[str, float]]:
        """Return the best documents, each with the score of its best passage."""
        matches, n_fetched = self.engine.execute(tree), DEPTH
        while True:
            hits = matches.top(n_fetched)
            best: dict[int, float] = {}
            for key, score in hits:
                best.setdefault(key.document, score)
            if len(best) >= DEPTH or len(hits) == matches.total:
                documents = self.collection.documents
                ranked = list(best.items())[:DEPTH]
                return [(documents[number - 1].id, score) for number, score in ranked]
            # Documents with many passages hide others: fetch more passages.
            n_fetched *= 4

    def share_answered(self) -> float | None:
        """Return the share of queries whose first passage contains an answer, word for word."""
        answers = self.collection.answers
        queries = {id_: text for id_, text in self.collection.queries.items() if id_ in answers}
        if not queries:
            return None
        n_answered = 0
        for id_, text in queries.items():
            hits = self.engine.execute(self._expand(_parse(text))).top(1)
            first = self.texts[hits[0][0]] if hits else ""
            n_answered += any(_fold(answer) in first for answer in answers[id_])
        return n_answered / len(queries)


def _samples(document: Document, passages: Sequence[Passage]) -> dict[Key, Sample]:
    """Return the passages of a document as samples without a score."""
    return {
        Key(document.id, passage.ordinal): Sample(
            0.0, passage.span.of(document.text), document.language, document.hyphenated
        )
        for passage in passages
    }


def _parse(text: str) -> Node:
    """Return the query for any of the words in `text`."""
    return parse(text, any_word=True, literal=True).tree


def _fold(text: str) -> str:
    """Return the folded words of `text`, with a space before and after each."""
    return f" {' '.join(token.term for token in tokenize(text))} "
