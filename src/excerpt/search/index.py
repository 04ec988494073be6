"""The search path: query → tree → ranked keys → passages → marked snippets.

An `Index` reads one committed state: catalog and engine come from the same transaction. Searches while somebody
builds go on with that state; `Index.build` and opening again bring the next one.
"""

from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypeVar, cast

from excerpt.catalog import IndexedFile, StoredPassage, UnfinishedBuild
from excerpt.engines import Matches
from excerpt.errors import Advice, ExcerptError
from excerpt.model import Hit, Key
from excerpt.query import ast as nodes
from excerpt.query.ast import Query
from excerpt.query.parser import parse
from excerpt.search.hits import hits_of
from excerpt.search.lookup import document_at, following_of, key_at, key_of, neighbours, text_of
from excerpt.search.results import Results
from excerpt.search.snapshot import open_snapshot, verify
from excerpt.search.top_hits import SearchOptions, TopHits, documents, select

if TYPE_CHECKING:
    from excerpt.dates import DayRange
    from excerpt.indexing.pipeline import Report
    from excerpt.present.concordance import Concordance, KeyedLine, Sort
    from excerpt.query.ast import Node
    from excerpt.search.status import Explanation, Status
    from excerpt.search.top_hits import Order

__all__ = ["Index", "Results", "phrase_of"]

T = TypeVar("T")

_WITHOUT_QUOTES = dict.fromkeys(map(ord, '"“”„‟«»'), " ")
_BATCH = 256
"""Passages whose text is held in memory at once while all are gone through."""


class _Closed:
    """Stands for catalog and engine of an index that is closed: who asks them for anything is told so."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __getattr__(self, _: str) -> NoReturn:
        raise ExcerptError(
            "this index is closed.", Advice("Open it again, or close it later."), where=self._folder
        )


class Index:
    """An index, open for reading; a context manager. It may be used by one thread at a time.

    A query is a string or a tree. `ways`, where they are taken, are `any_word`, `exact` and `literal` of `search`; what
    counts or lists passages takes `expand` too.

    Raises:
        IndexMissing, IndexDamaged, IndexOutdated: by `Index(folder)`.
    """

    def __init__(self, folder: Path | str, corpus: Path | str | None = None) -> None:
        self.folder = Path(folder)
        self._corpus = Path(corpus) if corpus is not None else None
        self._open()

    def _open(self) -> None:
        self._catalog, self._engine = open_snapshot(self.folder)
        if self._corpus is not None:
            self._catalog.corpus = self._corpus

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files; what is asked of the index then is an error."""
        if not isinstance(self._catalog, _Closed):
            self._engine.close()
            self._catalog.close()
            self._engine = self._catalog = cast("Any", _Closed(self.folder))

    @property
    def corpus(self) -> Path:
        """The corpus this index is built from."""
        return self._catalog.corpus

    @property
    def unfinished(self) -> UnfinishedBuild | None:
        """How far the last build came, if it did not finish: then only a part of the corpus is searched."""
        return self._catalog.unfinished

    def build(self, **wishes: Any) -> "Report":
        """Bring the index up to date with the corpus (see `excerpt.indexing.pipeline.build`), and read its new state."""
        from excerpt.indexing.pipeline import build

        report = build(self.corpus, self.folder, **wishes)
        self.close()
        self._open()
        return report

    def search(
        self,
        query: "str | Node",
        *,
        any_word: bool = False,
        exact: bool = False,
        literal: bool = False,
        limit: int | None = 10,
        offset: int = 0,
        per_document: int | None = None,
        sort: "Order" = "score",
        group_duplicates: bool = True,
        expand: bool = False,
        context: int = 0,
        highlight: bool = True,
        explain: bool = False,
    ) -> Results:
        """The passages that match `query`, a string or a tree, best first, from `offset` on and at most `limit` (None: all).

        `any_word`: any of the words instead of all; `exact`: no inflected forms; `literal`: no operators. `per_document`
        takes only the best so many of each document, `context` asks for so many passages before and after each. `sort`
        orders by the date or the path of their documents instead ("-date" and "-path" backwards, undated ones last).

        `group_duplicates`: of passages with the same folded words the first is shown, and names the others. `expand` adds words from
        the first passages to the query: they weigh in the ranking, and with `any_word` they are alternatives as well;
        what is marked is what was asked for. Without `highlight` nothing is marked, and the answer takes half the time.

        Raises:
            QueryError: if the query cannot be understood.
        """
        _count_from_0(context=context)
        started = perf_counter()
        options = SearchOptions(limit, offset, per_document, sort, group_duplicates)
        asked = self.parse(query, any_word=any_word, exact=exact, literal=literal)
        matches = self._engine.execute(asked.tree)
        ranked, added = (
            self._expanded(matches, any_word=any_word, exact=exact) if expand else (matches, ())
        )
        top_hits = self._select(ranked, options)
        make_hits = partial(
            hits_of,
            self._catalog,
            self._engine.vocabulary,
            offset=offset,
            context=context,
            is_marked=highlight,
        )
        some_words: tuple[Hit, ...] = ()
        if (
            not ranked.total
            and isinstance(asked.tree, nodes.AllWords)
            and len(asked.tree.words) > 1
        ):
            some = self._engine.execute(nodes.Or(asked.tree.words))
            some_words = make_hits(some, self._select(some, options))
        explained = top_hits.hits if explain else ()
        return Results(
            asked,
            make_hits(matches, top_hits),
            ranked.total,
            some_words,
            self._notices(asked, ranked),
            perf_counter() - started,
            tuple(tuple(ranked.explain(key)) for key, _ in explained),
            added,
        )

    def parse(
        self,
        query: "str | Node",
        *,
        any_word: bool = False,
        exact: bool = False,
        literal: bool = False,
    ) -> Query:
        """`query` as this index understands it: its documents may have fields of their own.

        Raises:
            QueryError: if it cannot be understood.
        """
        if not isinstance(query, str):
            from excerpt.query.formatting import format_query

            return Query(format_query(query), query)
        names = self._catalog.metadata_names()
        return parse(query, any_word=any_word, exact=exact, literal=literal, fields=names).checked()

    def count(self, query: "str | Node", **ways: bool) -> int:
        """How many passages match `query`, those with the same words among them."""
        return self._engine.count(self._tree(query, **ways))

    def passages(self, query: "str | Node", **ways: bool) -> Iterator[StoredPassage]:
        """All passages that match `query`, by path and place."""
        return self._of_one_state(self._passages(self._tree(query, **ways)))

    def _passages(self, tree: "Node") -> Iterator[StoredPassage]:
        keys = iter(self._engine.execute(tree))
        while batch := list(islice(keys, _BATCH)):
            yield from self._catalog.passages(batch)

    def _of_one_state(self, found: Iterator[T]) -> Iterator[T]:
        """What is `found` step by step, unless the index is built or closed before it ends: then an error."""
        return self._while_it_is(self._catalog, found)

    def _while_it_is(self, state: object, found: Iterator[T]) -> Iterator[T]:
        while True:
            if self._catalog is not state:
                raise ExcerptError(
                    "the index was rebuilt or closed during iteration.",
                    Advice("Search again."),
                    where=self.folder,
                )
            try:
                one = next(found)
            except StopIteration:
                return
            yield one

    def paths(self, query: "str | Node", *, sort: "Order" = "path", **ways: bool) -> Iterator[str]:
        """The paths of all documents with a passage that matches `query`, in the order of `sort`; copies have one each."""
        return (file.path for file in self.files(query, sort=sort, **ways))

    def files(
        self, query: "str | Node", *, sort: "Order" = "path", **ways: bool
    ) -> Iterator[IndexedFile]:
        """As `paths`, with what each file was like when it was read; `is_stale` says whether that is so still."""
        matches = self._engine.execute(self._tree(query, **ways))
        found = documents(matches, sort, self._days_of)
        return self._of_one_state(
            file for id_ in found for file in self._catalog.document(id_).files
        )

    def phrase(self, words: str, *, around: int = 10, sort: "Sort" = "path") -> "Concordance":
        """Every place where `words` stand in a row, as written, in its context (see `occurrences`)."""
        return self.occurrences(phrase_of(words), around=around, sort=sort)

    def occurrences(
        self, query: "str | Node", *, around: int = 10, sort: "Sort" = "path", **ways: bool
    ) -> "Concordance":
        """Every match of `query` with `around` words on each side: its lines, and how many there are.

        They come by path and place, or sorted by the words before or after ("left", "right", the nearest first), or by
        the date of their documents ("date", those without one last); what is alike so, by path and place again.
        """
        from excerpt.present.concordance import Concordance

        _count_from_0(around=around)
        lines = self._keyed_lines(self.parse(query, **ways).tree, around, sort)
        return Concordance(self._of_one_state(lines), sort)

    def _keyed_lines(self, tree: "Node", around: int, sort: "Sort") -> "Iterator[KeyedLine]":
        from excerpt.present.concordance import keyed_lines

        found = self._engine.execute(tree).occurrences()
        document, is_stale = -1, False
        while batch := list(islice(found, _BATCH)):
            passages = self._catalog.passages([key for key, _ in batch])
            for stored, (_, occurrences) in zip(passages, batch, strict=True):
                following, text = (
                    following_of(self._catalog, stored),
                    text_of(self._catalog, stored),
                )
                if stored.key.document != document:
                    document, is_stale = stored.key.document, self.is_stale(stored)
                yield from keyed_lines(
                    stored,
                    occurrences,
                    following,
                    text,
                    around=around,
                    sort=sort,
                    is_stale=is_stale,
                )

    def count_occurrences(self, query: "str | Node", **ways: bool) -> int:
        """How many lines `occurrences` has, for less than making them."""
        matches = self._engine.execute(self.parse(query, **ways).tree)
        return sum(
            len({(each.spans[0].start, max(span.end for span in each.spans)) for each in found})
            for _, found in matches.occurrences()
        )

    def notices(self, query: "str | Node", **ways: bool) -> tuple[str, ...]:
        """What the author of `query` should know: that a word stands nowhere, or was perhaps meant as an operator."""
        asked = self.parse(query, **ways)
        return self._notices(asked, self._engine.execute(asked.tree))

    def show(self, what: str, *, context: int = 0) -> tuple[StoredPassage, ...]:
        """The passages of the document at a path; or the passage at "path:line", or with an id (or its beginning),
        with `context` passages before and after.

        Raises:
            ExcerptError: if there is no such document or passage, or if more than one id begins so.
        """
        _count_from_0(context=context)
        record = document_at(self._catalog, what)
        if record is not None:
            return tuple(
                self._catalog.passages(
                    [Key(record.id, ordinal) for ordinal in range(record.n_passages)]
                )
            )
        (stored,) = self._catalog.passages(
            [key_at(self._catalog, what) or key_of(self._catalog, what)]
        )
        before, after = neighbours(stored, context)
        return tuple(self._catalog.passages([*before, stored.key, *after]))

    def is_stale(self, where: StoredPassage | IndexedFile) -> bool:
        """Whether a file, or the first file of a passage, has changed or gone since it was indexed."""
        return self._catalog.is_stale(
            where if isinstance(where, IndexedFile) else where.document.files[0]
        )

    def status(self) -> "Status":
        """What the index holds."""
        from excerpt.search.status import Status

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
            self._catalog.manifest.engine,
            self._catalog.warnings,
        )

    def verify(self) -> None:
        """Read everything and check it.

        Raises:
            IndexDamaged: naming the first file that is not what was written.
        """
        verify(self._catalog, self._engine)

    def explain(
        self, query: "str | Node", *, passage: str | None = None, expand: bool = False, **ways: bool
    ) -> "Explanation":
        """How `query` is understood, what `expand` would add to it, and how the score of a passage (by its id) comes
        about, or what the passage lacks to match."""
        from excerpt.query.formatting import format_query
        from excerpt.search.status import Explanation
        from excerpt.search.suggest import expansions, notices

        asked = self.parse(query, **ways)
        matches = self._engine.execute(asked.tree)
        ranked, added = self._expanded(matches, **ways) if expand else (matches, ())
        key = key_of(self._catalog, passage) if passage is not None else None
        return Explanation(
            asked,
            format_query(asked.tree),
            tuple(expansions(asked.tree, self._engine.vocabulary)),
            notices(asked, matches.total, self._engine),
            tuple(ranked.explain(key)) if key else (),
            added,
            *(self._verdict(ranked.tree, asked.tree, key) if key else ()),
        )

    def _verdict(
        self, tree: "Node", asked: "Node", key: Key
    ) -> tuple[bool, tuple[str, ...], tuple[str, ...]]:
        from excerpt.search.explain import verdict

        return verdict(
            tree, asked, key, self._catalog.document(key.document).files[0].path, self._engine
        )

    def _notices(self, asked: Query, matches: Matches) -> tuple[str, ...]:
        if matches.total and not asked.problems and not matches.absent:
            return ()
        from excerpt.search.suggest import notices

        return notices(asked, matches.total, self._engine)

    def _select(self, matches: Matches, options: SearchOptions) -> TopHits:
        return select(matches, options, self._days_of)

    def _days_of(self, document: int) -> "DayRange | None":
        from excerpt.dates import date_from_metadata  # late: few searches are by date

        return date_from_metadata(self._catalog.document(document).metadata)

    def _tree(self, query: "str | Node", *, expand: bool = False, **ways: bool) -> "Node":
        """What `query` means, with the words that `expand` adds to it."""
        tree = self.parse(query, **ways).tree
        return self._expanded(self._engine.execute(tree), **ways)[0].tree if expand else tree

    def _expanded(
        self, matches: Matches, *, any_word: bool = False, exact: bool = False, **_: bool
    ) -> tuple[Matches, tuple[tuple[str, float], ...]]:
        """Return the matches of a query with words from its top hits added; and these words with their weights."""
        from excerpt.search import expansion

        first = self._select(matches, SearchOptions(expansion.PASSAGES)).hits
        samples = [
            expansion.Sample(
                score, stored.text, stored.document.language, stored.document.hyphenated
            )
            for stored, (_, score) in zip(
                self._catalog.passages([key for key, _ in first]), first, strict=True
            )
        ]
        added = expansion.added_to(matches.tree, samples, self._engine, is_exact=exact)
        told = tuple((word.term, word.weight) for word in added)
        tree = expansion.expanded(matches.tree, added, is_open=any_word)
        return self._engine.execute(tree), told


def _count_from_0(**numbers: int) -> None:
    for name, number in numbers.items():
        if number < 0:
            raise ValueError(f"{name} counts from 0")


def phrase_of(words: str) -> str:
    """The query for `words` in a row, as written; quotes around or among them mean nothing.

    >>> phrase_of("the “united front”")
    '"the  united front "'
    """
    return f'"{words.translate(_WITHOUT_QUOTES)}"'
