"""The passages to show → hits: texts with highlights at once, all else on demand.

Loading all fields of ten hits takes almost four times as long as their texts and paths alone.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from threading import RLock
from typing import Any
from weakref import ref

from excerpt.catalog import StoredDocument, StoredPassage
from excerpt.engines import Matches, Vocabulary
from excerpt.model import Duplicate, Hit, Key, Snippet
from excerpt.present import highlight
from excerpt.search.lookup import neighbours, shared_number
from excerpt.search.snapshot import Snapshot
from excerpt.search.snippets import highlighted_texts
from excerpt.search.top_hits import TopHits

__all__ = ["SnapshotSource", "make_hits"]


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
    if not top_hits.scored_keys:
        return ()
    catalog = snapshot.catalog
    scored_keys = top_hits.scored_keys
    keys = [key for key, _ in scored_keys]
    texts: Iterator[dict[str, Any]]
    if has_highlights:
        fields = highlight.FieldHighlighter(matches.tree, vocabulary)
        texts = highlighted_texts(keys, matches, catalog)
    else:
        fields = None
        texts = ({"snippet": Snippet(text)} for text in catalog.store.passage_texts(keys))
    source = SnapshotSource(
        snapshot, lock, keys, duplicates=top_hits.duplicates, fields=fields, context=context
    )
    hits = tuple(
        Hit.lazy(source, key, {"rank": rank, "score": score, **text})
        for rank, ((key, score), text) in enumerate(
            zip(scored_keys, texts, strict=True), start=offset + 1
        )
    )
    source.serve(hits)
    return hits


class SnapshotSource:
    """The state of an index to which some hits belong; see `model.HitSource`.

    The documents of all hits are read together, when the first of them is needed, and so are their
    paths. The snapshot has the hits completed before it is closed.
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

    @cached_property
    def _paths(self) -> dict[int, tuple[str, ...]]:
        if "_documents" in vars(self):
            documents = self._documents.items()
            return {id_: tuple(file.path for file in each.files) for id_, each in documents}
        return self._snapshot.catalog.paths_with(dict.fromkeys(key.document for key in self._keys))

    def load(self, key: Key, name: str) -> dict[str, Any]:
        """Return fields of the hit `key` by name: `name`, and others that are read with it."""
        with self._lock:
            match name:
                case "passage":
                    return {"passage": self._snapshot.catalog.store.passage(key)}
                case "path" | "paths":
                    paths = self._paths[key.document]
                    return {"path": paths[0], "paths": paths}
                case "title" | "headings":
                    return self._titles(key)
                case "is_stale":
                    file = self._documents[key.document].files[0]
                    return {"is_stale": self._snapshot.catalog.is_stale(file)}
                case "before" | "after" | "passages_before" | "passages_after":
                    return self._neighbours(key)
                case "number":
                    return {"number": self._number(key, self._hit(key).anchor)}
                case "walked_ns":
                    return {"walked_ns": self._snapshot.catalog.settings.walked_ns}
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
            return {"before": (), "after": (), "passages_before": (), "passages_after": ()}
        store = self._snapshot.catalog.store
        stored = StoredPassage(key, store.passage(key), "", self._documents[key.document])
        before, after = neighbours(stored, self._context)
        return {
            "before": tuple(map(store.passage_text, before)),
            "after": tuple(map(store.passage_text, after)),
            "passages_before": tuple(map(store.passage, before)),
            "passages_after": tuple(map(store.passage, after)),
        }

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
        "language": document.language,
        "metadata": document.metadata,
        "digest": document.digest,
        "format": document.format,
        "member": document.files[0].member,
    }


def _duplicate(stored: StoredPassage) -> Duplicate:
    passage = stored.passage
    return Duplicate(stored.document.files[0].path, passage.lines, passage.anchor, passage.id)
