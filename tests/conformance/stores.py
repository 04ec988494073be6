"""The engines under test, each as a store that can be written to, committed and opened.

A new engine needs a class like these and a line in `STORES`; all tests of this folder then run on
it. Properties of generated corpora are tested with `ask_each_store`: drawing a corpus and asking
the oracle takes as long as most engines take, so that all engines get the same corpora.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol, TypeVar

import pytest

from excerpt import native
from excerpt.engines import Engine, EngineWriter, Manifest, read_manifest, sweep
from excerpt.engines.memory import MemoryEngine, MemoryWriter
from excerpt.engines.whoosh.engine import WhooshEngine
from excerpt.engines.whoosh.writer import WhooshWriter
from excerpt.index.engine import ColumnarEngine
from excerpt.index.search import (
    nested,
    proximity,
    segment_terms,
    term_frequencies,
    term_postings,
    visible_tokens,
)
from excerpt.index.write import posting_lists
from excerpt.index.write.index_writer import ColumnarWriter
from excerpt.indexing.main_language import main_language
from excerpt.model import Block, BlockKind, Document, Passage, Span

T = TypeVar("T")


class Store(Protocol):
    """An index of one engine in a folder of its own."""

    def writer(self) -> EngineWriter:
        """Return the writer of the next state."""

    def commit(self, main_language: str = "") -> Engine:
        """Commit the next state, with a main language, and return an engine over it."""

    def reopen(self) -> Engine:
        """Open the last committed state again and return the engine."""


class MemoryStore:
    """The memory engine, whose only state is that of its writer."""

    def __init__(self, folder: Path) -> None:
        self._writer = MemoryWriter()
        self._engine = MemoryEngine([])

    def writer(self) -> MemoryWriter:
        """Return the writer, which is the same for all states."""
        return self._writer

    def commit(self, main_language: str = "") -> MemoryEngine:
        """Return an engine over everything that was written so far."""
        self._writer.prepare(main_language)
        self._engine = self._writer.engine()
        return self._engine

    def reopen(self) -> MemoryEngine:
        """Return the engine of the last commit."""
        return self._engine


class FolderStore:
    """An engine with files in a folder. It merges early, so that small corpora have merges too."""

    engine_class: Callable[[Path, Any], Engine]
    writer_class: Callable[[Path, Any, int], EngineWriter]
    merge_factor = 3

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._manifest: Manifest | None = None
        self._writer: EngineWriter | None = None

    def writer(self) -> EngineWriter:
        if self._writer is None:
            self._writer = type(self).writer_class(self._folder, self._manifest, self.merge_factor)
        return self._writer

    def commit(self, main_language: str = "") -> Engine:
        writer = self.writer()
        prepared = writer.prepare(main_language).to_json()
        self._manifest = read_manifest(json.loads(json.dumps(prepared)))
        sweep(self._folder, self._manifest)
        writer.close()
        self._writer = None
        return self.reopen()

    def reopen(self) -> Engine:
        if self._manifest is None:
            return self.commit()
        engine = type(self).engine_class(self._folder, self._manifest)
        engine.verify()
        return engine


class ColumnarStore(FolderStore):
    """The default engine."""

    engine_class = ColumnarEngine
    writer_class = ColumnarWriter


class WhooshStore(FolderStore):
    """Whoosh's own format."""

    engine_class = WhooshEngine
    writer_class = WhooshWriter


STORES: dict[str, Callable[[Path], Store]] = {
    "memory": MemoryStore,
    "columnar": ColumnarStore,
    "frequent": ColumnarStore,
    "NumPy": ColumnarStore,
    "frequent, NumPy": ColumnarStore,
    "whoosh": WhooshStore,
}
"""The default engine takes other code paths if all words are frequent, and without the kernel (see
`code_paths`)."""
each_store = pytest.mark.parametrize("make_store", STORES.values(), ids=STORES.keys())


def main_language_of(corpus: Iterable[tuple[Document, Sequence[Passage]]]) -> str:
    """Return the main language that a commit of `corpus` has."""
    sizes: Counter[str] = Counter()
    for document, _ in corpus:
        sizes[document.language] += len(document.text)
    return main_language(sizes)


def fill_store(
    store: Store,
    corpus: Collection[tuple[Document, Sequence[Passage]]],
    main_language: str | None = None,
) -> Engine:
    """Commit `corpus` to `store` and return the engine.

    Without a `main_language`, it has that of its documents.
    """
    writer = store.writer()
    for document, passages in corpus:
        writer.replace(document, passages)
    return store.commit(main_language_of(corpus) if main_language is None else main_language)


@contextmanager
def code_paths(store: str) -> Iterator[None]:
    """Treat every word as frequent, and do without the kernel, during the block, as `store` says.

    Where words are frequent, every word has dense postings, every pair of words has a list, and no
    stem has one. Only there, words are too frequent to search around the occurrences of one for the
    other, and streams are read in chunks of one section.
    """
    are_frequent = store.startswith("frequent")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proximity, "LOOK_COST", 1 << 30 if are_frequent else 0)
        patch.setattr(segment_terms, "FEW", 1 << 30 if are_frequent else 0)
        patch.setattr(nested, "RARER", 1 << 30 if are_frequent else 0)
        patch.setattr(nested, "SPARSE", 1 << 30 if are_frequent else 0)
        if store.endswith("NumPy"):
            patch.setattr(native, "kernel", None)
        if are_frequent:
            patch.setattr(visible_tokens, "CHUNK", 1)
            patch.setattr(term_postings, "MIN_DENSE", 0)
            patch.setattr(term_postings, "DENSE_SHARE", 1 << 30)
            patch.setattr(term_frequencies, "MAX_LISTS", 1)
            patch.setattr(posting_lists, "PAIR_MIN_TOKENS", 1)
            patch.setattr(posting_lists, "STEM_SHARE", 0)
        yield


def ask_each_store(
    corpus: Collection[tuple[Document, Sequence[Passage]]],
    ask: Callable[[Engine], T],
    main_language: str | None = None,
) -> dict[str, T]:
    """Return the answer of an engine over `corpus` from each store, by the name of the store.

    An error carries the name of its store as a note.
    """
    answers = {}
    for name, make_store in STORES.items():
        with code_paths(name), TemporaryDirectory() as folder:
            engine = fill_store(make_store(Path(folder)), corpus, main_language)
            try:
                answers[name] = ask(engine)
            except BaseException as error:
                error.add_note(f"store: {name}")
                raise
            finally:
                engine.close()
    return answers


def oracle(corpus: Collection[tuple[Document, Sequence[Passage]]]) -> MemoryEngine:
    """Return the memory engine over `corpus`, which every engine must equal."""
    writer = MemoryWriter()
    for document, passages in corpus:
        writer.replace(document, passages)
    writer.prepare(main_language_of(corpus))
    return writer.engine()


def small_corpus(*texts: str, title: str = "The war") -> list[tuple[Document, list[Passage]]]:
    """Return an English document of one passage for each of `texts`."""
    corpus = []
    for number, text in enumerate(texts, 1):
        block = Block(Span(0, len(text)), BlockKind.PARAGRAPH)
        document = Document(
            text,
            (block,),
            "text",
            title=title,
            language="en",
            id=number,
            paths=(f"{number}.txt",),
        )
        corpus.append((document, [Passage(0, block.span, (block,))]))
    return corpus
