"""A judged collection → how well excerpt ranks it.

The documents are indexed in a temporary folder, extracted and cut like plain texts of a corpus. Each query is asked as it
stands, for any of its words, with the ranking of every search; a document ranks by its best passage. The same is asked
with the rarest words of each query alone, since most people type few words.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from excerpt.benchmark.judged import Collection, Source, read_collection
from excerpt.benchmark.metrics import METRICS, chance_of, library, mean, values_of
from excerpt.benchmark.run_files import DEPTH, Run
from excerpt.engines import Engine, open_engine, open_writer
from excerpt.errors import Advice, ExcerptError
from excerpt.ingest.decode import Decoded
from excerpt.ingest.formats.plain_text import read_decoded
from excerpt.ingest.language import detect_language
from excerpt.ingest.passages import passages
from excerpt.model import Document, Key, Passage
from excerpt.query.ast import Node, Word
from excerpt.query.parser import parse
from excerpt.search.expansion import PASSAGES, Sample, added_to, expanded
from excerpt.text import tokenize

__all__ = ["FORMS", "Comparison", "Quality", "measure"]

FORMS: Final = {"whole queries": 0, "three rarest words": 3, "two rarest words": 2}
"""How queries are asked, and how many words are kept (0: all)."""
_WHOLE: Final = "whole queries"
_LINE_END: Final = re.compile("\r\n?|\n")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A metric in the earlier run, what it has gained since, and how probable as much is by chance alone."""

    before: float
    difference: float
    chance: float


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured.

    `figures` holds the metrics of each of `FORMS`. `answered` is the share of questions whose first passage holds an
    answer (None: the collection has no answers). `comparisons` are of whole queries, metric by metric. `run` has the
    rankings of whole queries.
    """

    collection: str
    n_documents: int
    n_passages: int
    n_queries: int
    n_left_out: int
    n_absent: int
    figures: dict[str, dict[str, float]]
    answered: float | None
    comparisons: dict[str, Comparison]
    run: Run


def measure(folder: Path, against: Run | None = None, *, expand: bool = False) -> Quality:
    """Measure the ranking on the judged collection in `folder`, and compare it with the earlier run `against`.

    `expand`: with words added to each query from its first passages.

    Raises:
        ExcerptError: if the collection cannot be read, the earlier run is of another one, or the library of the metrics
            is not installed.
    """
    library()
    collection = read_collection(folder)
    if against is not None and not against.keys() & collection.queries.keys():
        raise ExcerptError(
            "the earlier run has none of the queries of this collection.",
            Advice("Compare with a run of the same collection."),
            where=folder,
        )
    with TemporaryDirectory(prefix="excerpt-quality-") as place:
        judged = _Judged.of(collection, Path(place), expand=expand)
        with closing(judged.engine):
            return _measured(judged, against)


def _measured(judged: "_Judged", against: Run | None) -> Quality:
    collection = judged.collection
    runs = {form: judged.run(n_words) for form, n_words in FORMS.items()}
    values = {form: values_of(run, collection.judgements) for form, run in runs.items()}
    comparisons = {}
    if against is not None:
        before = values_of(against, collection.judgements)
        comparisons = {name: _compared(before[name], values[_WHOLE][name]) for name in METRICS}
    return Quality(
        collection.name,
        len(collection.sources),
        judged.engine.statistics().n_passages,
        len(collection.queries),
        collection.n_left_out,
        collection.n_absent,
        {
            form: {name: mean(each) for name, each in found.items()}
            for form, found in values.items()
        },
        judged.answered(),
        comparisons,
        runs[_WHOLE],
    )


def _compared(before: Mapping[str, float], after: Mapping[str, float]) -> Comparison:
    differences = [after[query] - before[query] for query in after]
    return Comparison(mean(before), mean(after) - mean(before), chance_of(differences))


def _documents(sources: tuple[Source, ...]) -> Iterator[Document]:
    """The sources as documents, numbered from 1; one whose language is not sure has that of most."""
    found = [
        read_decoded(Decoded("\n".join(_LINE_END.split(source.text)), "utf-8"))
        for source in sources
    ]
    languages = [document.language or detect_language(document.text) for document in found]
    sure = [language for language in languages if language]
    most = max(sorted(set(sure)), key=sure.count, default="en")
    for number, (document, source, language) in enumerate(
        zip(found, sources, languages, strict=True), 1
    ):
        yield document._replace(
            id=number,
            title=source.title or document.title,
            language=language or most,
            paths=(f"{number:09}",),
        )


@dataclass(frozen=True, slots=True)
class _Judged:
    """A collection with an index of it, and the folded text of each of its passages, between spaces. `samples` are the
    passages that words are added from, None if none are."""

    collection: Collection
    engine: Engine
    texts: dict[Key, str]
    samples: dict[Key, Sample] | None = None

    @classmethod
    def of(cls, collection: Collection, folder: Path, *, expand: bool = False) -> "_Judged":
        """Index `collection` in the new folder `folder`."""
        texts: dict[Key, str] = {}
        samples: dict[Key, Sample] = {}
        with closing(open_writer(folder, None)) as writer:
            for document in _documents(collection.sources):
                found = passages(document, document.paths[0])
                writer.replace(document, found)
                if collection.answers:
                    for one in found:
                        texts[Key(document.id, one.ordinal)] = _folded(one.span.of(document.text))
                if expand:
                    samples |= _samples(document, found)
            manifest = writer.prepare()
        return cls(collection, open_engine(folder, manifest), texts, samples if expand else None)

    def run(self, n_words: int) -> Run:
        """The ranking of every query, cut to its `n_words` rarest words (0: not cut)."""
        asked = self.collection.queries
        return {query: self._ranking(self._tree(text, n_words)) for query, text in asked.items()}

    def _tree(self, text: str, n_words: int) -> Node:
        return self._expanded(_any_word(self._rarest(text, n_words) if n_words else text))

    def _expanded(self, tree: Node) -> Node:
        """`tree` with words from its first passages, if that is wished."""
        if self.samples is None:
            return tree
        first = self.engine.search(tree, PASSAGES).hits
        samples = [replace(self.samples[key], score=score) for key, score in first]
        return expanded(tree, added_to(tree, samples, self.engine), is_open=True)

    def _rarest(self, text: str, n: int) -> str:
        """The `n` words of `text` that stand in the fewest passages, but in some, in the order of the text."""
        distinct: dict[frozenset[tuple[str, str]], str] = {}
        for word in tokenize(text):
            distinct.setdefault(self.engine.vocabulary.stems(word.term), word.term)
        holding = {term: self.engine.search(Word(term), 0).total for term in distinct.values()}
        known = [term for term, n_passages in holding.items() if n_passages]
        kept = sorted(known, key=holding.__getitem__)[:n]
        return " ".join(term for term in known if term in kept)

    def _ranking(self, tree: Node) -> list[tuple[str, float]]:
        """The best documents, each with the score of its best passage."""
        n_fetched = DEPTH
        while True:
            page = self.engine.search(tree, n_fetched)
            best: dict[int, float] = {}
            for key, score in page.hits:
                best.setdefault(key.document, score)
            if len(best) >= DEPTH or len(page.hits) == page.total:
                sources = self.collection.sources
                return [
                    (sources[number - 1].id, score) for number, score in list(best.items())[:DEPTH]
                ]
            n_fetched *= 4

    def answered(self) -> float | None:
        """The share of questions whose first passage holds an answer, as words in a row."""
        questions = {
            q: text for q, text in self.collection.queries.items() if q in self.collection.answers
        }
        if not questions:
            return None
        n_answered = 0
        for query, text in questions.items():
            hits = self.engine.search(self._expanded(_any_word(text)), 1).hits
            first = self.texts[hits[0][0]] if hits else ""
            n_answered += any(_folded(answer) in first for answer in self.collection.answers[query])
        return n_answered / len(questions)


def _samples(document: Document, found: Sequence[Passage]) -> dict[Key, Sample]:
    """The passages of a document, each without a score."""
    return {
        Key(document.id, one.ordinal): Sample(
            0.0, one.span.of(document.text), document.language, document.hyphenated
        )
        for one in found
    }


def _any_word(text: str) -> Node:
    return parse(text, any_word=True, literal=True).tree


def _folded(text: str) -> str:
    return f" {' '.join(word.term for word in tokenize(text))} "
