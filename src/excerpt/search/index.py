"""The public class `Index`: query → tree → matches → top hits → hits with highlights.

An `Index` reads one committed state of its folder, even if a build commits another meanwhile.
`Index.build`, or opening the index again, shows the new state.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from excerpt.catalog import Catalog, IndexedFile, StoredPassage
from excerpt.engines import Engine, Matches
from excerpt.memory import size_of
from excerpt.model import Hit, Key
from excerpt.query.ast import (
    FirstPassage,
    InHeading,
    InTitle,
    Operand,
    Or,
    Query,
    asks_for_set_apart,
    excluded_words,
    has_period,
)
from excerpt.query.combination import any_word_of
from excerpt.query.parser import parse
from excerpt.search.hits import make_hits
from excerpt.search.lookup import find_document, find_location, find_passage
from excerpt.search.open_index import OpenIndex, one_at_a_time
from excerpt.search.options import SearchOptions, check_not_negative
from excerpt.search.results import Results
from excerpt.search.top_hits import TopHits, ordered_documents, select_hits

if TYPE_CHECKING:
    from excerpt.catalog import StoredDocument
    from excerpt.counting.facets import Facets
    from excerpt.counting.filters import Filters
    from excerpt.counting.order import Sort
    from excerpt.present.concordance import Concordance
    from excerpt.query.ast import Node
    from excerpt.search.explain import Explanation
    from excerpt.search.options import Order
    from excerpt.search.reading import ReadingWindow

__all__ = ["Index"]

_SPELLINGS: Final = ("old_spelling", "ocr", "han_variants")
"""The options that add other spellings of words."""
_BATCH: Final = 256
"""Passages whose texts are in memory at once while all passages are listed."""


class Index(OpenIndex):
    """An index, open for reading.

    Use it as a context manager, or call `close()`. Threads may share an index: its methods, and the
    iterators that they return, wait for each other. Threads that must not wait open their own.

    A query is a string in the query language (see `excerpt help query`) or a tree of nodes. Methods
    with `**options` accept the keyword arguments `any_word`, `exact`, `literal`, `everything`,
    `filters`, `old_spelling`, `ocr` and `han_variants` of `search`.
    `count`, `passages`, `paths` and `files` accept `expand` too.

    Arguments:
        folder: the folder of the index.
        corpus: the folder of the source files, if it has moved since the index was built.

    Raises:
        IndexMissing: if there is no index in the folder.
        IndexDamaged: if a file of the index is missing or damaged.
        IndexOutdated: if another version of excerpt built the index.
    """

    # Searching

    @one_at_a_time
    def search(
        self,
        query: "str | Node",
        *,
        any_word: bool = False,
        exact: bool = False,
        literal: bool = False,
        everything: bool = False,
        filters: "Filters | None" = None,
        old_spelling: bool = False,
        ocr: bool = False,
        han_variants: bool = False,
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
        """Return the passages that match a query, best first.

        Arguments:
            query: a string in the query language, or a tree of nodes.
            any_word: match passages with any of the words instead of all.
            exact: match words as typed, not their inflected forms.
            literal: take operators and punctuation of the query as ordinary text.
            everything: search text that is set apart, too: boilerplate, page numbers, note
                references and the like (see `excerpt help query`).
            filters: values that documents must have, by the name of the facet, as `facets` returns
                them: {"author": ["Rosa Luxemburg"], "year": ["1900..1909"]}. Documents must have
                one of the values of each facet; "" stands for documents without a value.
            old_spelling: also find the words in the spellings of older print.
            ocr: also find the words as character recognition misreads them.
            han_variants: also find traditional, simplified and Japanese forms of characters.
            limit: the maximum number of hits; None for all.
            offset: the number of hits to skip.
            per_document: the maximum number of hits from one document.
            sort: "score", or by document: "date" or "path", descending: "-date" or "-path".
                Documents without a date come last in both directions.
            group_duplicates: of passages with the same words, show only the first as a hit;
                the others are its `duplicates`.
            expand: add words from the best passages to the query. They contribute to the scores;
                with `any_word`, passages with one of them match too. They are not highlighted.
            context: the number of neighbouring passages to return before and after each hit.
            highlight: mark the matches in titles, headings and texts. Without highlights, a query
                is answered faster.
            explain: return the parts of each score, as `Results.explanations`.

        If no passage contains all of several plain words, `Results.partial` has the best passages
        with some of them.

        Raises:
            QueryError: if the query is malformed, or matches too many terms.
            ValueError: if a number or the order is not allowed.
        """
        started = perf_counter()
        check_not_negative(context=context)
        options = SearchOptions(limit, offset, per_document, sort, group_duplicates)
        typed = self.parse(query, any_word=any_word, exact=exact, literal=literal, filters=filters)
        engine = self._view(typed.tree, everything=everything)
        named = {"old_spelling": old_spelling, "ocr": ocr, "han_variants": han_variants}
        parsed = _understand(typed, engine, [name for name in named if named[name]])
        matches = engine.execute(parsed.tree)
        ranked, added = (
            self._expand(matches, engine, any_word=any_word, exact=exact)
            if expand
            else (matches, ())
        )

        def hits_of(top_hits: TopHits, highlighted: Matches) -> tuple[Hit, ...]:
            return make_hits(
                top_hits,
                highlighted,
                engine.vocabulary,
                self._snapshot,
                self._lock,
                offset=offset,
                context=context,
                has_highlights=highlight,
            )

        top_hits = self._select(ranked, options, engine)
        hits = hits_of(top_hits, matches)
        partial: tuple[Hit, ...] = ()
        any_of_words = None if ranked.total else any_word_of(typed.tree)
        if any_of_words:
            some = engine.execute(any_of_words)
            partial = hits_of(self._select(some, options, engine), some)
        return Results(
            parsed,
            hits,
            ranked.total,
            partial,
            self._notices(parsed, ranked, engine, sort),
            perf_counter() - started,
            tuple(tuple(ranked.explain(key)) for key, _ in top_hits.scored_keys) if explain else (),
            added,
        )

    @one_at_a_time
    def parse(
        self,
        query: "str | Node",
        *,
        any_word: bool = False,
        exact: bool = False,
        literal: bool = False,
        filters: "Filters | None" = None,
    ) -> Query:
        """Return the parsed query. It may use the metadata of this index as fields.

        Its tree includes the `filters`, its source does not.

        Raises:
            QueryError: if the query is malformed, or a year of the filters.
            ValueError: if a filter is named "kind" or "path", which are not facets.
        """
        if isinstance(query, str):
            names = self._catalog.metadata_names()
            options = {"any_word": any_word, "exact": exact, "literal": literal}
            parsed = parse(query, fields=names, **options).checked()
        else:
            from excerpt.query.formatting import format_query

            parsed = Query(format_query(query), query)
        if not filters:
            return parsed
        from excerpt.counting.filters import with_filters

        return parsed.replace(tree=with_filters(parsed.tree, filters))

    @one_at_a_time
    def count(self, query: "str | Node", **options: Any) -> int:
        """Return the number of passages that match a query, duplicates included.

        Raises:
            QueryError: if the query is malformed, or matches too many terms.
        """
        _, tree, engine = self._resolve(query, **options)
        return engine.count(tree)

    @one_at_a_time
    def count_documents(self, query: "str | Node", **options: Any) -> int:
        """Return the number of documents with a passage that matches a query.

        Raises:
            QueryError: if the query is malformed, or matches too many terms.
        """
        _, tree, engine = self._resolve(query, **options)
        return engine.count(tree if isinstance(tree, FirstPassage) else FirstPassage(tree))

    @one_at_a_time
    def facets(
        self,
        query: "str | Node",
        *,
        names: Sequence[str] = ("author", "folder", "lang", "format"),
        filters: "Filters | None" = None,
        limit: int | None = 20,
        step: int = 1,
        occurrences: bool = False,
        **options: Any,
    ) -> "Facets":
        """Return how many matching passages and documents there are by author, folder, year etc.

        Arguments:
            query: a string in the query language, or a tree of nodes.
            names: the facets: "folder", "lang", "format" or metadata fields. Years are always
                counted.
            filters: values that documents must have, as for `search`. A filter does not affect the
                counts of its own facet.
            limit: the maximum number of values of each facet; None for all.
            step: the number of years that are counted together: 10 for decades.
            occurrences: count the occurrences of the query's terms, too, as lines of a concordance.
            **options: `any_word`, `exact`, `literal` and `everything`, as for `search`.

        Raises:
            QueryError: if the query is malformed, matches too many terms, or a year of the filters
                is malformed.
            ValueError: if a name is not that of a facet, or a number is too small.
        """
        from excerpt.counting.facets import count_facets

        _, tree, engine = self._resolve(query, **options)
        matches = engine.execute(tree)
        return count_facets(
            matches.passages_by_document(),
            self._snapshot.facet_columns(),
            occurrences=matches.lines().by_document() if occurrences else None,
            names=names,
            filters=filters,
            limit=limit,
            step=step,
        )

    @one_at_a_time
    def notices(
        self, query: "str | Node", *, sort: str = "score", **options: Any
    ) -> tuple[str, ...]:
        """Return notices about a query for the user, such as unknown words with suggestions.

        Sorted by date, the matching documents without a date are counted.

        Raises:
            QueryError: if the query is malformed, or matches too many terms.
        """
        parsed, tree, engine = self._resolve(query, **options)
        return self._notices(parsed, engine.execute(tree), engine, sort)

    @one_at_a_time
    def explain(
        self,
        query: "str | Node",
        *,
        passage: str | None = None,
        expand: bool = False,
        **options: Any,
    ) -> "Explanation":
        """Return how a query is understood and what its words stand for in this index.

        Arguments:
            query: a string in the query language, or a tree of nodes.
            passage: the id of a passage, or the beginning of it. The explanation then contains the
                parts of its score, and the conditions that it lacks if it does not match.
            expand: include the words that the option `expand` adds to the query.
            **options: `any_word`, `exact`, `literal`, `everything` and `filters`, as for `search`.

        Raises:
            QueryError: if the query is malformed, or matches too many terms.
            ExcerptError: if there is no such passage.
        """
        from excerpt.query.formatting import format_query
        from excerpt.search.explain import Conditions, Explanation, check_conditions, expand_terms
        from excerpt.search.suggest import notices

        parsed, tree, engine = self._resolve(query, **options)
        matches = engine.execute(tree)
        ranked, added = self._expand(matches, engine, **options) if expand else (matches, ())
        parts: list[tuple[str, float]] = []
        conditions = Conditions()
        if passage is not None:
            key = find_passage(self._catalog, passage)
            path = self._catalog.document(key.document).files[0].path
            parts = ranked.explain(key)
            conditions = check_conditions(ranked.tree, tree, key, path, engine)
        return Explanation(
            parsed,
            format_query(tree),
            tuple(expand_terms(tree, engine, self._catalog)),
            (*filter(None, [ranked.notice]), *notices(parsed, matches, engine, self._catalog)),
            tuple(parts),
            added,
            *conditions,
            spellings=parsed.spellings,
        )

    # Listing all matches

    @one_at_a_time
    def passages(self, query: "str | Node", **options: Any) -> Iterator[StoredPassage]:
        """Return an iterator over all passages that match a query, by path and offset.

        Raises:
            QueryError: if the query is malformed, or matches too many terms.
        """
        _, tree, engine = self._resolve(query, **options)
        keys = iter(engine.execute(tree))
        return self._iterate(_read_passages(keys, self._catalog))

    @one_at_a_time
    def hits(
        self, query: "str | Node", *, sort: "Order" = "score", **options: Any
    ) -> Iterator[Hit]:
        """Return an iterator over all hits of `search`, which are read in batches.

        Duplicates are hits of their own.

        Raises:
            QueryError: if the query is malformed, or matches too many terms.
            ValueError: if the order is unknown.
        """
        _, tree, engine = self._resolve(query, **options)
        matches = engine.execute(tree)
        every = SearchOptions(limit=None, sort=sort, group_duplicates=False)
        keys = self._select(matches, every, engine).scored_keys
        return self._iterate(
            hit
            for first in range(0, len(keys), _BATCH)
            for hit in make_hits(
                TopHits(keys[first : first + _BATCH], {}),
                matches,
                engine.vocabulary,
                self._snapshot,
                self._lock,
                offset=first,
            )
        )

    def paths(
        self, query: "str | Node", *, sort: "Order" = "path", **options: Any
    ) -> Iterator[str]:
        """Return an iterator over the paths of all documents with a match, in the order of `sort`.

        A document with several paths appears with all of them.

        Raises:
            QueryError: if the query is malformed, or matches too many terms.
            ValueError: if the order is unknown.
        """
        return (file.path for file in self.files(query, sort=sort, **options))

    @one_at_a_time
    def files(
        self, query: "str | Node", *, sort: "Order" = "path", **options: Any
    ) -> Iterator[IndexedFile]:
        """Return an iterator over the files of all documents with a match, in the order of `sort`.

        These are the `paths` with the state of each file when it was indexed. `is_stale` tells
        whether a file has changed since.

        Raises:
            QueryError: if the query is malformed, or matches too many terms.
            ValueError: if the order is unknown.
        """
        catalog = self._catalog
        _, tree, engine = self._resolve(query, **options)
        matches = engine.execute(tree)
        ids = ordered_documents(matches, sort, self._engine)
        return self._iterate(file for id_ in ids for file in catalog.document(id_).files)

    @one_at_a_time
    def concordance(
        self,
        query: "str | Node",
        *,
        around: int = 10,
        sort: "Sort" = "path",
        limit: int | None = None,
        offset: int = 0,
        **options: Any,
    ) -> "Concordance":
        """Return a concordance: the occurrences of a query's terms, with the words around them.

        Its lines are read while they are iterated over. Their order and their number are computed
        without reading texts.

        Arguments:
            query: a string in the query language, or a tree of nodes.
            around: the number of words on each side.
            sort: "path"; "left" or "right" by the words before or after the occurrence, the nearest
                first; or "date" of the document, those without a date last. Ties are broken by
                path, then offset.
            limit: the maximum number of lines; None for all.
            offset: the number of lines to skip.
            **options: `any_word`, `exact`, `literal`, `everything` and `filters`, as for `search`.

        Raises:
            QueryError: if the query is malformed, or matches too many terms.
            ValueError: if a number is negative or the order is unknown.
        """
        from excerpt.counting.order import ordered_lines
        from excerpt.present.concordance import Concordance
        from excerpt.search.concordance_lines import read_lines

        check_not_negative(around=around, limit=limit or 0, offset=offset)
        parsed, tree, engine = self._resolve(query, **options)
        matches = engine.execute(tree)
        lines = matches.lines()
        numbers = ordered_lines(lines, sort, engine.document_fields, skip=offset)
        found = read_lines(lines, numbers, self._catalog, around=around, limit=limit)
        notices = partial(self._notices_of_lines, parsed, matches, engine, sort, len(lines))
        return Concordance(
            self._iterate(found), len(lines), lines.n_passages, lines.n_documents, notices
        )

    def phrase(
        self,
        words: str,
        *,
        around: int = 10,
        sort: "Sort" = "path",
        limit: int | None = None,
        offset: int = 0,
    ) -> "Concordance":
        """Return a concordance of `words` as a phrase, as typed; see `concordance`."""
        from excerpt.query.formatting import quote_phrase

        query = quote_phrase(words)
        return self.concordance(query, around=around, sort=sort, limit=limit, offset=offset)

    @one_at_a_time
    def count_occurrences(self, query: "str | Node", **options: Any) -> int:
        """Return the number of lines of the `concordance`, in less time.

        Raises:
            QueryError: if the query is malformed, or matches too many terms.
        """
        _, tree, engine = self._resolve(query, **options)
        return len(engine.execute(tree).lines())

    # Reading

    @one_at_a_time
    def read(
        self,
        location: "str | StoredDocument",
        query: "str | Node | None" = None,
        *,
        passage: str = "",
        match: int = 0,
        first: int | None = None,
        **options: bool,
    ) -> "ReadingWindow":
        """Return a window of a document, with the matches of a query highlighted and numbered.

        Arguments:
            location: a document, its path, or a location as for `show`; then the window contains
                the passage there.
            query: a string in the query language, or a tree of nodes; None for no highlights.
            passage: the id of a passage of the document that the window must contain.
            match: the number of a match in the document that the window must contain.
            first: the number of the passage, from 0, with which the window begins.
            **options: `any_word`, `exact`, `literal`, `everything` and the spellings, as for
                `search`.

        Raises:
            QueryError: if the query is malformed, or matches too many terms.
            ExcerptError: if there is no such location.
        """
        from excerpt.counting.document_columns import matches_in, outline_of
        from excerpt.search.reading import read_window

        if isinstance(location, str):
            document = find_document(self._catalog, location)
            if document is None:
                key = find_location(self._catalog, location)
                (stored,) = self._catalog.passages([key])
                document, passage = stored.document, stored.passage.id
        else:
            document = location
        caches = self._snapshot
        outline = caches.outlines.get(document.id)
        if outline is None:
            outline = outline_of(self._catalog, document.id)
            caches.outlines.put(document.id, outline)
        matches, found = None, None
        if query is not None:
            _, tree, engine = self._resolve(query, **options)
            matches = engine.execute(tree)
            asked = (tree, document.id, engine is self._engine)
            found = caches.matches_in_documents.get(asked)
            if found is None:
                found = matches_in(matches, document, outline)
                caches.matches_in_documents.put(asked, found, 2_000 + size_of(found))
        return read_window(
            self._catalog,
            document,
            outline,
            matches,
            found,
            passage=passage,
            match=match,
            first=first,
        )

    def _view(self, tree: "Node", *, everything: bool) -> Engine:
        """Return the engine of the running text, or of everything if this or `tree` asks for it."""
        return self._engine.everything if everything or asks_for_set_apart(tree) else self._engine

    def _resolve(
        self,
        query: "str | Node",
        *,
        everything: bool = False,
        expand: bool = False,
        **options: Any,
    ) -> "tuple[Query, Node, Engine]":
        """Return a query as parsed, its tree, and the engine to execute it with.

        With `expand`, the tree includes the added words.
        """
        kinds = [name for name in _SPELLINGS if options.pop(name, False)]
        typed = self.parse(query, **options)
        engine = self._view(typed.tree, everything=everything)
        parsed = _understand(typed, engine, kinds)
        if not expand:
            return parsed, parsed.tree, engine
        matches, _ = self._expand(engine.execute(parsed.tree), engine, **options)
        return parsed, matches.tree, engine

    def _expand(
        self,
        matches: Matches,
        engine: Engine,
        *,
        any_word: bool = False,
        exact: bool = False,
        **_: Any,
    ) -> tuple[Matches, tuple[tuple[str, float], ...]]:
        """Return the matches of the query with words of its best passages, and these words."""
        from excerpt.search import expansion

        best = self._select(matches, SearchOptions(expansion.N_PASSAGES), engine).scored_keys
        samples = expansion.read_samples(best, self._catalog)
        words = expansion.choose_words(matches.tree, samples, engine, is_exact=exact)
        if not words:
            return matches, ()  # whose results are known already
        tree = expansion.add_words(matches.tree, words, is_open=any_word)
        return engine.execute(tree), tuple((word.term, word.weight) for word in words)

    def _select(self, matches: Matches, options: SearchOptions, engine: Engine) -> TopHits:
        """Return the passages of `matches`, in the view `engine`, that `options` ask for."""
        orders, is_everything = self._snapshot.hit_orders, engine is not self._engine
        return select_hits(matches, options, self._engine, orders, is_everything=is_everything)

    @one_at_a_time
    def _notices_of_lines(
        self, query: Query, matches: Matches, engine: Engine, sort: str, n_lines: int
    ) -> tuple[str, ...]:
        """Return the notices about a query whose concordance has `n_lines`."""
        # A term that is found alone need not be counted: this takes longer than finding it.
        is_found = n_lines > 0 and isinstance(matches.tree, Operand)
        return self._notices(query, matches, engine, sort, is_found=is_found)

    def _notices(
        self,
        query: Query,
        matches: Matches,
        engine: Engine,
        sort: str,
        *,
        is_found: bool = False,
    ) -> tuple[str, ...]:
        is_by_date = sort.endswith("date")
        is_found = is_found or (matches.total > 0 and not matches.absent)
        is_plain = is_found and not query.problems
        has_conditions = has_period(query.tree) or any(
            engine.count(Or((InTitle(word), InHeading(word))))
            for word in excluded_words(query.tree)
        )
        if is_plain and not is_by_date and not has_conditions:
            return ()
        from excerpt.search.suggest import notices

        return notices(query, matches, engine, self._catalog, is_by_date=is_by_date)


def _understand(typed: Query, engine: Engine, kinds: Sequence[str] = ()) -> Query:
    """Return a query as the index understands it.

    Words get other spellings of these `kinds`. Words in scripts without spaces that do not occur
    are represented by their pairs of characters.
    """
    if typed.source.isascii() and not kinds:
        return typed
    from excerpt.search.understanding import add_spellings, split_unspaced_words

    spelled = add_spellings(typed, engine, kinds) if kinds else typed
    return spelled if typed.source.isascii() else split_unspaced_words(spelled, engine)


def _read_passages(keys: Iterator[Key], catalog: Catalog) -> Iterator[StoredPassage]:
    """Yield the passages with these `keys`, read in batches."""
    while batch := list(islice(keys, _BATCH)):
        yield from catalog.passages(batch)
