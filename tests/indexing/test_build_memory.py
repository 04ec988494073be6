"""Tests of the memory that a build needs for each word, form and document, in counted bytes."""

import random
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from excerpt.index.format import fingerprints, form_ids
from excerpt.index.format.manifest import SegmentInfo
from excerpt.index.write import inverter
from excerpt.index.write.index_writer import ColumnarWriter
from excerpt.index.write.segment_builder import (
    ColumnarSegment,
    ColumnarSegmentBuilder,
    DocumentInfo,
)
from excerpt.index.write.segment_writer import SegmentWriter, TokenStreamWriter
from excerpt.index.write.term_dictionary_builder import TermDictionaryBuilder
from excerpt.indexing.changes import Changes, FileDigest, IndexedCorpus, Job
from excerpt.model import SourceFile
from excerpt.storage import StoredFile

PASSAGE = 100
"""Length of a passage in words."""


def peak_of(run: Callable[[], object]) -> int:
    """Return the most bytes that were allocated at once while `run` ran."""
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def growth_of(run: Callable[[], object]) -> int:
    """Return the bytes that remain allocated for the result of `run`."""
    tracemalloc.start()
    try:
        result = run()
        return tracemalloc.get_traced_memory()[0] if result is not None else 0
    finally:
        tracemalloc.stop()


def segment_of(n_words: int, forms: list[str]) -> SegmentWriter:
    """Return a segment with one document of `n_words` words.

    The words occur as often as in natural languages (Zipf's law).
    """
    weights = 1 / (np.arange(1, len(forms)) + 2.7)
    cumulated = np.cumsum(weights / weights.sum())
    draws = np.random.default_rng(5).random(n_words)
    ids = np.minimum(1 + cumulated.searchsorted(draws), len(forms) - 1).astype(np.uint32)
    starts = np.arange(0, n_words, PASSAGE)
    return SegmentWriter(
        languages=[""] + ["en"] * (len(forms) - 1),
        forms=forms,
        streams={
            "body": TokenStreamWriter(
                [ids[first : first + 1000].copy() for first in range(0, n_words, 1000)], starts
            ),
            "heading": TokenStreamWriter([], np.zeros(starts.size, np.int64)),
            "title": TokenStreamWriter([], np.zeros(1, np.int64)),
        },
        document_ids=np.array([1]),
        document_languages=["en"],
        first_passage=np.array([0, starts.size]),
        block_kinds=np.ones(starts.size, np.uint16),
        paragraphs=starts,
        sentences=starts,
    )


def random_words(n: int) -> list[str]:
    """Return the empty word and about `n` different random words."""
    chance = random.Random(3)
    return [
        "",
        *dict.fromkeys(
            "".join(chance.choices("abcdefghiklmnoprstu", k=chance.randint(4, 12)))
            for _ in range(n)
        ),
    ]


def test_a_segment_is_written_in_few_bytes_per_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The peak is 11 bytes for each word, in addition to the 4 of its form id.

    They hold words, passages and some positions, and the columns that are not written yet.
    """
    n_words = 1_500_000
    monkeypatch.setattr(inverter, "_TOKENS_PER_PASS", n_words // 3)
    monkeypatch.setattr(inverter, "_BATCH", 1 << 15)
    monkeypatch.setattr(inverter, "_TOKENS_AT_ONCE", 1 << 13)
    monkeypatch.setattr(form_ids, "_BATCH", 1 << 15)
    monkeypatch.setattr(fingerprints, "_TOKENS", 1 << 13)
    segment = segment_of(n_words, random_words(3000))
    assert peak_of(lambda: segment.write(tmp_path)) < 11 * n_words


def test_a_term_dictionary_is_built_in_few_bytes_per_form() -> None:
    """Most forms are their own terms and stems, and are not stored again."""
    forms = random_words(100_000)
    counts = np.ones(len(forms), np.int64)
    languages = [""] * len(forms)
    assert peak_of(lambda: TermDictionaryBuilder(languages, forms, counts)) < 210 * len(forms)


def test_many_documents_fill_a_segment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The metadata of documents is held until their segment is written, so it is bounded."""
    monkeypatch.setattr("excerpt.index.write.segment_builder._MAX_DOCUMENTS", 3)
    from excerpt.ingest.formats import read_document

    builder = ColumnarSegmentBuilder(tmp_path)
    for number in (1, 2, 3):
        assert not builder.is_full
        builder.add(read_document("a.txt", b"peace")._replace(id=number), [])
    assert builder.is_full


def files_of(n: int) -> list[SourceFile]:
    """Return `n` files of a corpus."""
    return [
        SourceFile(f"letters/{number:06}.txt", 1000, number, number, number) for number in range(n)
    ]


def test_a_decision_keeps_few_bytes_per_file() -> None:
    """A first build keeps only what identifies copies."""
    n = 3000
    files = files_of(n)

    def decided() -> Changes:
        changes = Changes(IndexedCorpus({}, {}, {}, {}))
        for number, file in enumerate(files):
            assert isinstance(changes.decide(FileDigest(file, f"{number:032}")), Job)
        return changes

    assert growth_of(decided) < 300 * n


def test_a_writer_keeps_few_bytes_per_document(tmp_path: Path) -> None:
    """The writer keeps the segment and the metadata of each document."""
    n = 3000

    def adopted() -> ColumnarWriter:
        writer = ColumnarWriter(tmp_path, None)
        documents = [
            DocumentInfo(number, (f"{number:06}.txt",), "text", "en", ())
            for number in range(1000, 1000 + n)
        ]
        info = SegmentInfo(StoredFile("a", 0, ""), n, n, n)
        writer.adopt(ColumnarSegment(info, tuple(documents)))
        return writer

    assert growth_of(adopted) < 350 * n
