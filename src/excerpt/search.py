"""The search path: query → tree → ranked keys → passages → marked snippets.

An `Index` reads one committed state: catalog and engine come from the same transaction. Searches while somebody
builds go on with that state; `Index.build` and opening again bring the next one.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Self

from excerpt.catalog import Problem, Record, Stored, Unfinished
from excerpt.engines import Page, Statistics
from excerpt.errors import ExcerptError
from excerpt.model import Hit, Key
from excerpt.present import highlight
from excerpt.query import tree as nodes
from excerpt.query.parse import parse
from excerpt.query.tree import Node, Query
from excerpt.snapshot import open_snapshot, verify

if TYPE_CHECKING:
    from excerpt.build import Report
    from excerpt.present.concordance import Concordance, Keyed, Sort

__all__ = ["Explanation", "Index", "Results", "Status", "phrase_of"]

_WITHOUT_QUOTES = dict.fromkeys(map(ord, '"“”„‟«»'), " ")
_BATCH = 256
"""Passages whose text is held in memory at once while all are gone through."""


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found: some of the hits, best first, and how many passages match in all.

    `partial` holds the best passages with some of the words, when no passage has all of several plain words.
    `notices` say what the author of the query should know. `elapsed` is in seconds. `explanations` has for each hit
    the parts of its score, if they were asked for.
    """

    query: Query
    hits: tuple[Hit, ...]
    total: int
    partial: tuple[Hit, ...] = ()
    notices: tuple[str, ...] = ()
    elapsed: float = 0.0
    explanations: tuple[tuple[tuple[str, float], ...], ...] = ()

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)


@dataclass(frozen=True, slots=True)
class Status:
    """What an index holds: where it is, its live counts, and the files that could not be read, with the reason.

    `skipped` are the files and folders that a rule leaves out, which the reason names.

    `counts` are of documents, places, passages, characters, problems, skipped files, and documents that were
    repaired: something of them was guessed, replaced or cut when they were read.
    """

    index: Path
    corpus: Path
    statistics: Statistics
    counts: dict[str, int]
    formats: dict[str, int]
    languages: dict[str, int]
    problems: tuple[Problem, ...]
    skipped: tuple[Problem, ...] = ()
    unfinished: Unfinished | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a query was understood: in words with its brackets, and what each of its leaves stands for in the index.

    `parts` add up to the score of the passage that was asked about.
    """

    query: Query
    description: str
    expansions: tuple[tuple[str, tuple[str, ...]], ...]
    notices: tuple[str, ...]
    parts: tuple[tuple[str, float], ...] = ()


class Index:
    """An index, open for reading; a context manager.

    Raises:
        IndexMissing, IndexDamaged, IndexOutdated: by `Index(folder)`.
    """

    def __init__(self, folder: Path | str, corpus: Path | str | None = None) -> None:
        self.folder = Path(folder)
        self._corpus = Path(corpus) if corpus is not None else None
        self._catalog, self._engine = open_snapshot(self.folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files."""
        self._engine.close()
        self._catalog.close()

    @property
    def corpus(self) -> Path:
        """The corpus this index is built from."""
        return self._corpus or self._catalog.corpus

    @property
    def unfinished(self) -> Unfinished | None:
        """How far the last build came, if it did not finish: then only a part of the corpus is searched."""
        return self._catalog.unfinished

    def build(self, **wishes: Any) -> "Report":
        """Bring the index up to date with the corpus (see `excerpt.build.build`), and read its new state."""
        from excerpt.build import build

        report = build(self.corpus, self.folder, **wishes)
        self.close()
        self._catalog, self._engine = open_snapshot(self.folder)
        return report

    def search(
        self,
        query: str | Node,
        *,
        any_word: bool = False,
        exact: bool = False,
        literal: bool = False,
        limit: int | None = 10,
        offset: int = 0,
        per_document: int | None = None,
        context: int = 0,
        explain: bool = False,
    ) -> Results:
        """The passages that match `query`, a string or a tree, best first, from `offset` on and at most `limit` (None: all).

        `any_word`: any of the words instead of all; `exact`: no inflected forms; `literal`: no operators. `per_document`
        limits the hits of one document, `context` asks for so many passages before and after each.

        Raises:
            QueryError: if the query cannot be understood.
        """
        started = perf_counter()
        asked = self.parse(query, any_word=any_word, exact=exact, literal=literal)
        tree = asked.tree
        page = self._page(tree, limit, offset, per_document)
        partial: tuple[Hit, ...] = ()
        if not page.total and isinstance(tree, nodes.All) and len(tree.words) > 1:
            some = nodes.Or(tree.words)
            partial = self._hits(some, self._page(some, limit, offset, per_document), offset, context)
        parts = tuple(tuple(self._engine.explain(tree, key)) for key, _ in page.hits) if explain else ()
        return Results(
            asked,
            self._hits(tree, page, offset, context),
            page.total,
            partial,
            self._notices(asked, page.total),
            perf_counter() - started,
            parts,
        )

    def parse(
        self, query: str | Node, *, any_word: bool = False, exact: bool = False, literal: bool = False
    ) -> Query:
        """`query` as this index understands it: its documents may have fields of their own.

        Raises:
            QueryError: if it cannot be understood.
        """
        if not isinstance(query, str):
            from excerpt.query.describe import describe

            return Query(describe(query), query)
        names = self._catalog.metadata_names()
        return parse(query, any_word=any_word, exact=exact, literal=literal, fields=names).checked()

    def count(self, query: str | Node, **ways: bool) -> int:
        """How many passages match `query`."""
        return self._engine.search(self.parse(query, **ways).tree, 0).total

    def passages(self, query: str | Node, **ways: bool) -> Iterator[Stored]:
        """All passages that match `query`, by path and place."""
        keys = self._engine.passages(self.parse(query, **ways).tree)
        while batch := list(islice(keys, _BATCH)):
            yield from self._catalog.passages(batch)

    def paths(self, query: str | Node, **ways: bool) -> Iterator[str]:
        """The paths of all documents with a passage that matches `query`, in order; copies have one each."""
        keys = self._engine.passages(self.parse(query, **ways).tree)
        for document, _ in groupby(keys, key=lambda key: key.document):
            yield from (place.path for place in self._catalog.document(document).places)

    def phrase(self, words: str, *, around: int = 10, sort: "Sort" = "place") -> "Concordance":
        """Every place where `words` stand in a row, as written, in its context (see `occurrences`)."""
        return self.occurrences(phrase_of(words), around=around, sort=sort)

    def occurrences(
        self, query: str | Node, *, around: int = 10, sort: "Sort" = "place", **ways: bool
    ) -> "Concordance":
        """Every match of `query` with `around` words on each side: its lines, and how many there are.

        They come by path and place, or sorted by the words before or after ("left", "right", the nearest first), or by
        the date of their documents ("date", those without one last); what is alike so, by path and place again.
        """
        from excerpt.present.concordance import Concordance

        return Concordance(self._keyed_lines(self.parse(query, **ways).tree, around, sort), sort)

    def _keyed_lines(self, tree: Node, around: int, sort: "Sort") -> "Iterator[Keyed]":
        from excerpt.present.concordance import keyed_lines

        found = self._engine.matches(tree)
        while batch := list(islice(found, _BATCH)):
            passages = self._catalog.passages([key for key, _ in batch])
            for stored, (_, matches) in zip(passages, batch, strict=True):
                following, text_of = self._following(stored), self._text_of(stored.document)
                yield from keyed_lines(stored, matches, following, text_of, around=around, sort=sort)

    def count_occurrences(self, query: str | Node, **ways: bool) -> int:
        """How many lines `occurrences` has, for less than making them."""
        found = self._engine.matches(self.parse(query, **ways).tree)
        return sum(
            len({(match.marks[0].start, max(mark.end for mark in match.marks)) for match in matches})
            for _, matches in found
        )

    def notices(self, query: str | Node, **ways: bool) -> tuple[str, ...]:
        """What the author of `query` should know: that a word stands nowhere, or was perhaps meant as an operator."""
        asked = self.parse(query, **ways)
        return self._notices(asked, self._engine.search(asked.tree, 0).total)

    def show(self, what: str, *, context: int = 0) -> tuple[Stored, ...]:
        """The passages of the document at a path; or the passage at "path:line", or with an id (or its beginning),
        with `context` passages before and after.

        Raises:
            ExcerptError: if there is no such document or passage, or if more than one id begins so.
        """
        record = self._catalog.document_at(what)
        if record is not None:
            return tuple(
                self._catalog.passages([Key(record.id, ordinal) for ordinal in range(record.n_passages)])
            )
        (stored,) = self._catalog.passages([self._key_at(what) or self._key(what)])
        before, after = _around(stored, context)
        return tuple(self._catalog.passages([*before, stored.key, *after]))

    def status(self) -> Status:
        """What the index holds."""
        return Status(
            self.folder,
            self.corpus,
            self._engine.statistics(),
            self._catalog.counts(),
            self._catalog.formats(),
            self._catalog.languages(),
            tuple(self._catalog.problems()),
            tuple(self._catalog.skipped()),
            self.unfinished,
        )

    def verify(self) -> None:
        """Read everything and check it.

        Raises:
            IndexDamaged: naming the first file that is not what was written.
        """
        verify(self._catalog, self._engine)

    def explain(self, query: str | Node, *, passage: str | None = None, **ways: bool) -> Explanation:
        """How `query` is understood, and how the score of a passage (by its id) comes about."""
        from excerpt.advice import expansions, notices
        from excerpt.query.describe import describe

        asked = self.parse(query, **ways)
        total = self._engine.search(asked.tree, 0).total
        parts = self._engine.explain(asked.tree, self._key(passage)) if passage else []
        return Explanation(
            asked,
            describe(asked.tree),
            tuple(expansions(asked.tree, self._engine.vocabulary)),
            notices(asked, total, self._engine),
            tuple(parts),
        )

    def _notices(self, asked: Query, total: int) -> tuple[str, ...]:
        if total and not asked.problems and not isinstance(asked.tree, nodes.Or):
            return ()
        from excerpt.advice import notices

        return notices(asked, total, self._engine)

    def _page(self, tree: Node, limit: int | None, offset: int, per_document: int | None) -> Page:
        """The ranking from `offset` on; with `per_document`, so much of it is fetched as the limit needs."""
        if (limit or 0) < 0 or offset < 0 or (per_document is not None and per_document < 1):
            raise ValueError("limit and offset count from 0, per_document from 1")
        if per_document is None:
            return self._engine.search(tree, limit, offset)
        wanted = fetched = None if limit is None else offset + limit
        while True:
            page = self._engine.search(tree, fetched)
            kept = _first_of_each(page.hits, per_document)
            if wanted is None or fetched is None or len(kept) >= wanted or fetched >= page.total:
                return Page(page.total, tuple(kept[offset:wanted]))
            fetched *= 4

    def _hits(self, tree: Node, page: Page, offset: int, context: int) -> tuple[Hit, ...]:
        keys = [key for key, _ in page.hits]
        matches = dict(self._engine.matches(tree, among=keys))
        beside = highlight.Beside(tree, self._engine.vocabulary)
        hits = []
        for rank, (stored, (key, score)) in enumerate(
            zip(self._catalog.passages(keys), page.hits, strict=True), start=offset + 1
        ):
            record = stored.document
            snippet = highlight.snippet_of(
                stored, matches.get(key, ()), self._following(stored), self._text_of(record)
            )
            before, after = _around(stored, context)
            hits.append(
                Hit(
                    rank,
                    score,
                    record.places[0].path,
                    beside.title(record.title, record.language),
                    tuple(beside.heading(text, record.language) for text in stored.passage.headings),
                    stored.passage,
                    snippet,
                    self._catalog.is_stale(record.places[0]),
                    tuple(place.path for place in record.places),
                    tuple(neighbour.text for neighbour in self._catalog.passages(before)),
                    tuple(neighbour.text for neighbour in self._catalog.passages(after)),
                )
            )
        return tuple(hits)

    def _following(self, stored: Stored) -> highlight.Following:
        record = stored.document

        def following(ordinal: int) -> Stored | None:
            if ordinal >= record.n_passages:
                return None
            return self._catalog.passages([Key(record.id, ordinal)])[0]

        return following

    def _text_of(self, record: Record) -> highlight.TextOf:
        return lambda span: self._catalog.text(record.id, span)

    def _key_at(self, place: str) -> Key | None:
        """The passage at "path:line": the last that begins at or before that line."""
        path, _, line = place.rpartition(":")
        record = self._catalog.document_at(path) if line.isdecimal() else None
        if record is None:
            return None
        passages = self._catalog.passages_of(record.id)
        starts = [passage.lines[0] if passage.lines else 0 for passage in passages]
        last = self._catalog.text(record.id).count("\n") + 1
        if not starts or not record.has_lines or not 0 < int(line) <= last:
            raise ExcerptError(
                f"{place}: there is no such line.",
                f"{path} has {last:,} lines." if record.has_lines else f"Lines of {path} are not known.",
            )
        return Key(record.id, max(0, bisect_right(starts, int(line)) - 1))

    def _key(self, passage: str) -> Key:
        """The passage whose id begins with `passage`.

        Raises:
            ExcerptError: if there is none, or more than one.
        """
        found = list(self._catalog.find(passage))
        if not found:
            raise ExcerptError(
                f"{passage!r} is neither a path in the corpus nor the id of a passage.",
                "Paths and ids stand in the output of excerpt search --json.",
            )
        if len(found) > 1:
            raise ExcerptError(
                f"More than one passage has an id that begins with {passage!r}.", "Give more of it."
            )
        return found[0]


def phrase_of(words: str) -> str:
    """The query for `words` in a row, as written; quotes around or among them mean nothing.

    >>> phrase_of("the “united front”")
    '"the  united front "'
    """
    return f'"{words.translate(_WITHOUT_QUOTES)}"'


def _first_of_each(ranked: Iterable[tuple[Key, float]], most: int) -> list[tuple[Key, float]]:
    """`ranked` without what comes after the first `most` hits of a document."""
    seen: dict[int, int] = {}
    kept = []
    for key, score in ranked:
        seen[key.document] = seen.get(key.document, 0) + 1
        if seen[key.document] <= most:
            kept.append((key, score))
    return kept


def _around(stored: Stored, context: int) -> tuple[list[Key], list[Key]]:
    """The keys of up to `context` passages before and after."""
    document, at = stored.key.document, stored.key.ordinal
    last = min(stored.document.n_passages, at + 1 + context)
    return (
        [Key(document, ordinal) for ordinal in range(max(0, at - context), at)],
        [Key(document, ordinal) for ordinal in range(at + 1, last)],
    )
