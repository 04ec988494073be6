"""The protocol of index engines: how an index is read and written, whatever its format.

An engine stores the words of passages and answers query trees with keys, scores and spans of words.
The texts themselves are in the text store. Reading goes through `Engine.execute`, which returns the
`Matches` of one query. An engine keeps no state between calls that a caller must know about:
several `Matches` can be used alternately, in any order of calls.

Writing goes through an `EngineWriter`, which prepares the next state of the index. A `Manifest`
names the files of a committed state; the catalog stores it as JSON. Worker processes write segments
with `SegmentBuilder`s and hand them to the writer as `BuiltSegment`s.

An engine never returns a wrong set. It raises `UnsupportedQuery` for a node that it cannot answer
exactly.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from excerpt.model import Document, Key, Passage, Span
from excerpt.query.ast import Node, Operand, Phrase
from excerpt.query.token_sequence import Vocabulary
from excerpt.startup import FrozenValue

if TYPE_CHECKING:
    from pathlib import Path

    from excerpt.arrays import Int64Array

__all__ = [
    "BuiltSegment",
    "DocumentFields",
    "Engine",
    "EngineWriter",
    "Lines",
    "Manifest",
    "Matches",
    "MissingBytes",
    "Occurrence",
    "ScoredKey",
    "SegmentBuilder",
    "Statistics",
    "TokenSpan",
    "Vocabulary",
]

ScoredKey = tuple[Key, float]
"""A passage and its score. A plain tuple: rankings of a million passages are made of them."""
TokenSpan = tuple[int, int]
"""The first word and the end (exclusive) of a span, counted from the first word of its passage."""


class Occurrence(NamedTuple):
    """One occurrence of a query term. It belongs to the passage in which its first span begins.

    term   the index of the term in `query_terms(tree)`
    spans  the spans of words that it covers, ascending: a phrase has one, NEAR one per operand.
           They are counted from the passage's first word and may run on into the next passages
    """

    term: int
    spans: tuple[Span, ...]


class Statistics(FrozenValue):
    """The size of an index, deleted documents excluded.

    n_documents  documents
    n_passages   passages
    n_words      tokens in all passages
    n_terms      distinct terms (folded forms)
    """

    n_documents: int
    n_passages: int
    n_words: int
    n_terms: int


class DocumentFields(Protocol):
    """The fields of all documents, in the order of their ranks.

    A rank is a document's number in the order of first path, then id. All sequences have an element
    for each document. They are read when they are first needed.
    """

    @property
    def document_ids(self) -> "Int64Array":
        """The ids in the catalog."""

    @property
    def first_days(self) -> "Int64Array":
        """The first day of each date (see `excerpt.dates`).

        The first day of an undated document is after its last.
        """

    @property
    def last_days(self) -> "Int64Array":
        """The last day of each date."""

    @property
    def paths(self) -> Sequence[tuple[str, ...]]:
        """All paths of each document, sorted."""

    @property
    def formats(self) -> Sequence[str]:
        """The names of the formats."""

    @property
    def languages(self) -> Sequence[str]:
        """The languages, "" where they are not known."""

    @property
    def metadata(self) -> Sequence[Sequence[tuple[str, str]]]:
        """The pairs of name and value of each document."""


class Lines(Protocol):
    """The lines of a query's concordance as numbers, without their texts.

    A line is a stretch of words, from the first word of an occurrence to its last. Occurrences with
    the same first and last word are one line. Lines are numbered from 0 by path, then by their
    first and their last word. The arrays that methods accept are int64, with numbers of lines.
    """

    def __len__(self) -> int:
        """Return the number of lines."""

    @property
    def documents(self) -> "Int64Array":
        """The rank of the document of each line (see `DocumentFields`), ascending."""

    def by_document(self) -> "Int64Array":
        """Return the number of lines in each document of the index, by its rank."""

    @property
    def n_passages(self) -> int:
        """The number of passages in which a line begins."""

    @property
    def n_documents(self) -> int:
        """The number of documents with a line."""

    def spans(self, numbers: "Int64Array") -> list[tuple[Key, TokenSpan]]:
        """Return, for each of these lines, the passage in which it begins and its span of words.

        The span is counted from the first word of the passage.
        """

    def word_numbers(self, numbers: "Int64Array", distance: int) -> "Int64Array":
        """Return the word at a distance from each of these lines, as a number from 1.

        Distance 1 is the first word after the line, -1 the last word before it. Words are counted
        across passages, up to the ends of the document; beyond these, there is word 0. Several
        numbers may stand for the same word.
        """

    def sorted_words(self, words: "Int64Array") -> Iterator[list[int]]:
        """Yield the distinct `words` by their folded terms, those with the same term together.

        Terms are looked up as far as this is read. Word 0 is not among the words.
        """


class Matches(Protocol):
    """The passages of one index that match one query tree.

    Results are computed when they are first needed and kept, so that the ranking, the total and the
    highlights of a search share their work. The `keys` that methods accept name passages of the
    index.
    """

    @property
    def tree(self) -> Node:
        """The query tree."""

    @property
    def total(self) -> int:
        """The number of matching passages."""

    @property
    def absent(self) -> tuple[int, ...]:
        """The indexes (in `query_terms(tree)`) of the terms that occur in no passage."""

    @property
    def notice(self) -> str:
        """A notice on how the engine finds the matches; "" if there is nothing to say."""

    def top(self, k: int | None) -> tuple[ScoredKey, ...]:
        """Return the `k` best passages (None: all), best first; ties by path, then offset."""

    def __iter__(self) -> Iterator[Key]:
        """Yield all matching passages by path, then offset."""

    def in_documents(self, ranks: "Int64Array") -> Iterator[Key]:
        """Yield the matching passages of documents, given by rank in any order, by offset."""

    def scores(self, keys: Sequence[Key]) -> list[float]:
        """Return the scores of the passages `keys`."""

    def occurrences(self) -> Iterator[tuple[Key, tuple[Occurrence, ...]]]:
        """Yield all matching passages with their occurrences of terms, by path and offset.

        The occurrences are sorted by their spans, then by term. A passage that matches without a
        word of its own (by a field or a NOT) has none.
        """

    def lines(self) -> Lines:
        """Return the lines of the concordance of the matching passages."""

    def highlights_in(self, document: int) -> "tuple[Int64Array, Int64Array]":
        """Return which passages of a document have highlights, and how many.

        These are the ordinals, ascending, of the matching passages that have spans (see `spans`) in
        the document with this id, and the number of spans in each; overlapping ones count as one.
        """

    def passages_by_document(self) -> "Int64Array":
        """Return the number of matching passages of each document, by its rank."""

    def spans(self, keys: Sequence[Key]) -> list[list[TokenSpan]]:
        """Return the distinct spans of words, ascending, that the query's terms cover in `keys`."""

    def explain(self, key: Key) -> list[tuple[str, float]]:
        """Return each term of the query with what it contributes to the score of a passage."""

    def fingerprints(self, keys: Sequence[Key]) -> list[int]:
        """Return a hash of the folded words of each of the passages; 0 if it has none.

        Passages with the same folded words have the same fingerprint, others have different ones.
        Fingerprints are comparable within one state of an index.
        """

    def duplicates(self, keys: Sequence[Key]) -> Iterator[tuple[Key, Key]]:
        """Yield (key, duplicate) for each matching passage with the same fingerprint as a key.

        The `keys` must have different fingerprints. The pairs are sorted by the duplicate's path
        and offset. Passages without words have no duplicates.
        """


class Engine(Protocol):
    """A committed state of an index, open for reading."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the index."""

    @property
    def everything(self) -> "Engine":
        """The same state, including passages that are set apart (see `model.SET_APART`).

        Without them, it answers as if they did not exist; only the vocabulary is of everything.
        """

    @property
    def document_fields(self) -> DocumentFields:
        """The fields of all documents."""

    def execute(self, tree: Node) -> Matches:
        """Return the matches of `tree`.

        Raises:
            QueryError: if a wildcard, fuzzy word or pattern stands for too many terms. The methods
                of the matches may raise it too, for a node that cannot be answered exactly.
        """

    def separate_spellings(self, operand: Operand) -> tuple[Phrase, ...]:
        """Return the spellings in parts of a word, term, form or wildcard that may occur."""

    def count(self, tree: Node) -> int:
        """Return the number of passages that match `tree`, without scoring them.

        Raises:
            QueryError: as `execute`.
        """

    def statistics(self) -> Statistics:
        """Return the size of the index."""

    def verify(self) -> None:
        """Read all files of the index and compare them with their checksums.

        Raises:
            IndexDamaged: naming the first file that differs.
        """

    def close(self) -> None:
        """Close the files. Matches must not be used afterwards."""


class Manifest(Protocol):
    """The files of a committed state of an index. Each engine has its own class."""

    @property
    def engine(self) -> str:
        """The name of the engine that wrote the files: one of `ENGINES`."""

    @property
    def main_language(self) -> str:
        """The language that texts of unknown language are taken for when stemmed, or ""."""

    def to_json(self) -> dict[str, Any]:
        """Return the manifest as JSON values, from which `read_manifest` restores it."""


class BuiltSegment:
    """A segment that a `SegmentBuilder` has finished, for the writer of the same engine.

    Each engine has its own subclass. It is pickled on its way from a worker process to the writer.
    """


class EngineWriter(Protocol):
    """The next state of an index. Readers see none of it until the catalog stores its manifest."""

    def replace(self, document: Document, passages: Sequence[Passage]) -> None:
        """Add `document`, or replace the document with the same id."""

    def delete(self, document: int) -> None:
        """Delete the document with this id, if there is one."""

    def describe(
        self, document: int, paths: Sequence[str], metadata: Sequence[tuple[str, str]]
    ) -> None:
        """Change the paths and the metadata of a document without indexing its text again."""

    def adopt(self, segment: BuiltSegment) -> None:
        """Add the documents of a segment, or replace those with the same ids."""

    def prepare(self, main_language: str = "") -> Manifest:
        """Write and sync all files of the next state and return its manifest, to be committed.

        Texts of unknown language are taken for texts in `main_language` when stemmed, unless it
        is "".
        """

    def close(self) -> None:
        """Discard everything that was not prepared."""


class MissingBytes(Protocol):
    """The bytes of files of texts that a copy of an index does not have yet."""

    def fetch(self, path: "Path", start: int, end: int) -> None:
        """Write the bytes from `start` to `end` into the file `path` of the copy.

        Raises:
            ClusterError: if they cannot be fetched.
        """

    def close(self) -> None:
        """Close the connection."""


class SegmentBuilder(Protocol):
    """A builder of one segment, in a worker process."""

    @property
    def is_full(self) -> bool:
        """True if the segment is so large that it must be finished, to save memory."""

    def add(self, document: Document, passages: Sequence[Passage]) -> None:
        """Add a document."""

    def finish(self) -> BuiltSegment:
        """Write and sync the segment's files and return the segment."""
