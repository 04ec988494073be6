"""The engines under test, each as a store: something to write to, commit, and open.

A new engine takes a class like these and a line in `STORES`; every test of this folder then runs on it.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest

from excerpt.engines import Engine, EngineWriter, Manifest, read_manifest, sweep
from excerpt.engines.memory import MemoryEngine, MemoryWriter
from excerpt.engines.whoosh.engine import WhooshEngine
from excerpt.engines.whoosh.writer import WhooshWriter
from excerpt.index.engine import ColumnarEngine
from excerpt.index.write.index_writer import ColumnarWriter
from excerpt.model import Block, BlockKind, Document, Passage, Span


class Store(Protocol):
    """An index of one engine in a folder of its own."""

    def writer(self) -> EngineWriter:
        """What the next state is written with, until `commit`."""

    def commit(self) -> Engine:
        """The engine of the state that was written."""

    def reopen(self) -> Engine:
        """The engine of the last committed state, opened again."""


class MemoryStore:
    """The memory engine, which has no state but its writer's."""

    def __init__(self, folder: Path) -> None:
        self._writer = MemoryWriter()
        self._engine = MemoryEngine([])

    def writer(self) -> MemoryWriter:
        """One writer goes on for ever."""
        return self._writer

    def commit(self) -> MemoryEngine:
        """The engine of what was written so far."""
        self._writer.prepare()
        self._engine = self._writer.engine()
        return self._engine

    def reopen(self) -> MemoryEngine:
        """The engine of the last commit."""
        return self._engine


class FolderStore:
    """An engine that writes into a folder; it merges early and often, so that small corpora meet merges."""

    engine: Callable[[Path, Any], Engine]
    maker: Callable[[Path, Any, int], EngineWriter]
    merge_at = 3

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._manifest: Manifest | None = None
        self._writer: EngineWriter | None = None

    def writer(self) -> EngineWriter:
        if self._writer is None:
            self._writer = type(self).maker(self._folder, self._manifest, self.merge_at)
        return self._writer

    def commit(self) -> Engine:
        writer = self.writer()
        self._manifest = read_manifest(json.loads(json.dumps(writer.prepare().to_json())))
        sweep(self._folder, self._manifest)
        writer.close()
        self._writer = None
        return self.reopen()

    def reopen(self) -> Engine:
        if self._manifest is None:
            return self.commit()
        engine = type(self).engine(self._folder, self._manifest)
        engine.verify()
        return engine


class ColumnarStore(FolderStore):
    """The default engine."""

    engine = ColumnarEngine
    maker = ColumnarWriter


class WhooshStore(FolderStore):
    """Whoosh's own format."""

    engine = WhooshEngine
    maker = WhooshWriter


STORES: dict[str, Callable[[Path], Store]] = {
    "memory": MemoryStore,
    "columnar": ColumnarStore,
    "frequent": ColumnarStore,
    "whoosh": WhooshStore,
}
"""Where every word is frequent (see `conftest.py`), the default engine goes other ways."""
each_store = pytest.mark.parametrize("make_store", STORES.values(), ids=STORES.keys())


def filled(store: Store, corpus: Iterable[tuple[Document, Sequence[Passage]]]) -> Engine:
    """The engine of `corpus`, committed to `store` at once."""
    writer = store.writer()
    for document, passages in corpus:
        writer.replace(document, passages)
    return store.commit()


def oracle(corpus: Iterable[tuple[Document, Sequence[Passage]]]) -> MemoryEngine:
    """What every engine must equal on `corpus`."""
    writer = MemoryWriter()
    for document, passages in corpus:
        writer.replace(document, passages)
    return writer.engine()


def small_corpus(*texts: str) -> list[tuple[Document, list[Passage]]]:
    """A document of one passage for each of `texts`, in English."""
    corpus = []
    for number, text in enumerate(texts, 1):
        block = Block(Span(0, len(text)), BlockKind.PARAGRAPH)
        document = Document(
            text,
            (block,),
            "text",
            title="The war",
            language="en",
            id=number,
            paths=(f"{number}.txt",),
        )
        corpus.append((document, [Passage(0, block.span, (block,))]))
    return corpus
