"""The passages to show → hits: paths and texts with highlights at once, all else on demand.

To load all fields of ten hits takes almost four times as long as their texts and paths alone.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from threading import RLock
from typing import Any, Final
from weakref import ref

from excerpt.catalog import Catalog, StoredDocument, StoredPassage
from excerpt.engines import Matches, Vocabulary
from excerpt.model import Duplicate, Hit, Key, Metadata, Snippet
from excerpt.present import highlight
from excerpt.search.lookup import neighbours, passage_reader, shared_number, text_reader
from excerpt.search.snapshot import Snapshot
from excerpt.search.top_hits import TopHits

__all__ = [
    "SnapshotSource",
    "common_form",
    "first_occurrence",
    "make_hits",
    "written_occurrences",
]

_BATCH: Final = 256
"""Passages that are tokenized in one go; their tokens are in memory together."""


def make_hits(
    top_hits: TopHits,
    matches: Matches,
    vocabulary: Vocabulary,
    snapshot: Snapshot,
    lock: RLock,
    *,
    offset: int = 0,
    context: int = 0,
    has_highlights: bool = True,
) -> tuple[Hit, ...]:
    """Return the hits for `top_hits`, with ranks from `offset` + 1 on.

    The words of the query of `matches` are highlighted. Without highlights, snippets also end with
    their passages. `context` is the number of neighbouring passages on each side. The hits load
    some of their fields later from `snapshot`, while they hold `lock`.
    """
    if not top_hits.hits:
        return ()
    catalog = snapshot.catalog
    keys = [key for key, _ in top_hits.hits]
    texts: Iterator[dict[str, Any]]
    if has_highlights:
        fields = highlight.FieldHighlighter(matches.tree, vocabulary)
        texts = _highlighted(keys, matches, catalog)
    else:
        fields = None
        texts = ({"snippet": Snippet(catalog.store.passage_text(key))} for key in keys)
    source = SnapshotSource(
        snapshot, lock, keys, duplicates=top_hits.duplicates, fields=fields, context=context
    )
    walked_ns = catalog.settings.walked_ns
    hits = tuple(
        Hit.lazy(
            source,
            key,
            {"rank": rank, "score": score, "path": path, "walked_ns": walked_ns, **text},
        )
        for rank, ((key, score), path, text) in enumerate(
            zip(top_hits.hits, matches.first_paths(keys), texts, strict=True), start=offset + 1
        )
    )
    source.serve(hits)
    return hits


_N_LISTED: Final = 2_000
"""Passages whose words are listed."""
_N_VOTES: Final = 8
"""Passages that decide how a word is written."""


def first_occurrence(matches: Matches, catalog: Catalog) -> str:
    """Return the first words that a query matches, as the best passage writes them; "" if none.

    White space between them is one space.
    """
    keys = [key for key, _ in matches.top(1)]
    snippets = (fields["snippet"] for fields in _highlighted(keys, matches, catalog))
    found = next((text.highlights[0].of(text.text) for text in snippets if text.highlights), "")
    return " ".join(found.split())


def common_form(matches: Matches, catalog: Catalog) -> str:
    """Return the words that a query matches as most of its best passages write them; "" if none.

    Lower case comes first: capitals are often those of sentences and titles.
    """
    keys = [key for key, _ in matches.top(_N_VOTES)]
    snippets = (fields["snippet"] for fields in _highlighted(keys, matches, catalog))
    found = Counter(
        " ".join(span.of(text.text).split()) for text in snippets for span in text.highlights
    )
    in_lower_case = Counter({form: n for form, n in found.items() if form.islower()})
    common = (in_lower_case or found).most_common(1)
    return common[0][0] if common else ""


def written_occurrences(matches: Matches, catalog: Catalog) -> list[str]:
    """Return the different words that a query matches, as the first passages write them, sorted.

    Of spellings that only differ in case, the first is returned.
    """
    keys = list(islice(matches, _N_LISTED))
    texts = (fields["snippet"] for fields in _highlighted(keys, matches, catalog))
    found: dict[str, str] = {}
    for text in texts:
        for span in text.highlights:
            words = " ".join(span.of(text.text).split())
            found.setdefault(words.casefold(), words)
    return sorted(found.values())


def _highlighted(
    keys: Sequence[Key], matches: Matches, catalog: Catalog
) -> Iterator[dict[str, Any]]:
    """Yield the snippet and the passage of each of `keys`. They are read in batches."""
    spans_of = dict(zip(keys, matches.spans(keys), strict=True))
    for first in range(0, len(keys), _BATCH):
        batch = catalog.passage_texts(keys[first : first + _BATCH])
        for found, offsets in zip(batch, highlight.token_offsets(batch), strict=True):
            document = found.key.document
            snippet = highlight.make_snippet(
                found,
                spans_of[found.key],
                passage_reader(catalog, document),
                text_reader(catalog, document),
                offsets,
            )
            yield {"snippet": snippet, "passage": found.passage}


class SnapshotSource:
    """The state of an index to which some hits belong; see `model.HitSource`.

    The documents of all hits are read together, when the first of them is needed. The snapshot has
    the hits completed before it is closed.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        lock: RLock,
        keys: Sequence[Key],
        *,
        duplicates: dict[Key, tuple[Key, ...]],
        fields: highlight.FieldHighlighter | None,
        context: int,
    ) -> None:
        """Make a source for the hits `keys`, which have these `duplicates` among the matches.

        `fields` highlights titles and headings, `context` is the number of neighbours to return.
        `lock` is held while anything is loaded.
        """
        self._snapshot = snapshot
        self._lock = lock
        self._keys = keys
        self._duplicates = duplicates
        self._fields = fields
        self._context = context
        self._hits: list[ref[Hit]] = []

    def serve(self, hits: Sequence[Hit]) -> None:
        """Load fields of `hits` from now on, until the snapshot is closed."""
        self._hits = list(map(ref, hits))
        self._snapshot.sources.add(self)

    def complete(self) -> None:
        """Load all fields of all hits that are still in use."""
        for reference in self._hits:
            hit = reference()
            if hit is not None:
                hit.complete()

    def _hit(self, key: Key) -> Hit:
        """Return the hit that loads a field."""
        found = (hit for each in self._hits if (hit := each()) and hit.key == key)
        return next(found)

    @cached_property
    def _documents(self) -> dict[int, StoredDocument]:
        ids = dict.fromkeys(key.document for key in self._keys)
        return self._snapshot.catalog.documents_with(ids)

    def load(self, key: Key, name: str) -> dict[str, Any]:
        """Return the field `name` of the hit `key`, perhaps with others."""
        with self._lock:
            match name:
                case "passage":
                    return {"passage": self._snapshot.catalog.store.passage(key)}
                case "title" | "headings":
                    return self._titles(key)
                case "is_stale":
                    file = self._documents[key.document].files[0]
                    return {"is_stale": self._snapshot.catalog.is_stale(file)}
                case "before" | "after":
                    return self._neighbours(key)
                case "number":
                    return {"number": self._number(key, self._hit(key).anchor)}
                case "duplicates":
                    return {"duplicates": self._duplicates_of(key)}
                case _:
                    return _document_fields(self._documents[key.document])

    def _titles(self, key: Key) -> dict[str, Any]:
        document = self._documents[key.document]
        headings = self._snapshot.catalog.store.passage(key).headings
        fields, language = self._fields, document.language
        if fields is None:
            return {"title": Snippet(document.title), "headings": tuple(map(Snippet, headings))}
        return {
            "title": fields.title(document.title, language),
            "headings": tuple(fields.heading(heading, language) for heading in headings),
        }

    def _neighbours(self, key: Key) -> dict[str, Any]:
        if not self._context:
            return {"before": (), "after": ()}
        store = self._snapshot.catalog.store
        stored = StoredPassage(key, store.passage(key), "", self._documents[key.document])
        before, after = (
            tuple(map(store.passage_text, keys)) for keys in neighbours(stored, self._context)
        )
        return {"before": before, "after": after}

    def _number(self, key: Key, anchor: str) -> int:
        store = self._snapshot.catalog.store
        passage = store.passage(key)
        line = passage.lines[0] if passage.lines else None
        return shared_number(store, key.document, passage, line, anchor)

    def _duplicates_of(self, key: Key) -> tuple[Duplicate, ...]:
        keys = self._duplicates.get(key)
        found = self._snapshot.catalog.passages(keys) if keys else ()
        return tuple(map(_duplicate, found))


def _document_fields(document: StoredDocument) -> dict[str, Any]:
    return {
        "paths": tuple(file.path for file in document.files),
        "language": document.language,
        "metadata": Metadata(document.metadata),
        "digest": document.digest,
        "format": document.format,
        "member": document.files[0].member,
    }


def _duplicate(stored: StoredPassage) -> Duplicate:
    passage = stored.passage
    return Duplicate(stored.document.files[0].path, passage.lines, passage.anchor, passage.id)
