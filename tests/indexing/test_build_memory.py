"""What a build holds at once, in counted bytes: for each word, form and document of a segment, and for each document of all."""

import random
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from excerpt.engines.protocol import StoredFile
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

PASSAGE = 100
"""Words."""


def peak_of(made: Callable[[], object]) -> int:
    """The most bytes that were allocated at once while something was made, beyond those there were before."""
    tracemalloc.start()
    try:
        made()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def growth_of(made: Callable[[], object]) -> int:
    """The bytes that are kept of what was made."""
    tracemalloc.start()
    try:
        kept = made()
        return tracemalloc.get_traced_memory()[0] if kept is not None else 0
    finally:
        tracemalloc.stop()


def draft_of(n_words: int, forms: list[str]) -> SegmentWriter:
    """One document of so many words, which stand there as often as in any language (Zipf's law)."""
    weights = 1 / (np.arange(1, len(forms)) + 2.7)
    places = np.cumsum(weights / weights.sum())
    chance = np.random.default_rng(5).random(n_words)
    numbers = np.minimum(1 + places.searchsorted(chance), len(forms) - 1).astype(np.uint32)
    starts = np.arange(0, n_words, PASSAGE)
    return SegmentWriter(
        languages=[""] + ["en"] * (len(forms) - 1),
        forms=forms,
        streams={
            "body": TokenStreamWriter(
                [numbers[at : at + 1000].copy() for at in range(0, n_words, 1000)], starts
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


def made_up_words(n: int) -> list[str]:
    """As many words, all different, after the empty one."""
    chance = random.Random(3)
    return [
        "",
        *dict.fromkeys(
            "".join(chance.choices("abcdefghiklmnoprstu", k=chance.randint(4, 12)))
            for _ in range(n)
        ),
    ]


def test_a_segment_is_written_in_a_few_bytes_for_each_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside the four in which its number waits: for the words, their passages, some of their positions, and the columns
    that are not yet written."""
    n_words = 1_500_000
    monkeypatch.setattr(inverter, "_TOKENS_PER_PASS", n_words // 3)
    monkeypatch.setattr(inverter, "_BATCH", 1 << 15)
    monkeypatch.setattr(inverter, "_TOKENS_AT_ONCE", 1 << 13)
    monkeypatch.setattr(form_ids, "_BATCH", 1 << 15)
    monkeypatch.setattr(fingerprints, "_TOKENS", 1 << 13)
    draft = draft_of(n_words, made_up_words(3000))
    assert peak_of(lambda: draft.write(tmp_path)) < 11 * n_words


def test_a_lexicon_is_arranged_in_a_few_bytes_for_each_form() -> None:
    """Beside the forms themselves: most are their own terms and stems, and no other objects."""
    forms = made_up_words(100_000)
    counts = np.ones(len(forms), np.int64)
    languages = [""] * len(forms)
    assert peak_of(lambda: TermDictionaryBuilder(languages, forms, counts)) < 180 * len(forms)


def test_a_segment_is_full_by_its_documents_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is said of each is held until its segment is written."""
    monkeypatch.setattr("excerpt.index.write.segment_builder._MAX_DOCUMENTS", 3)
    from excerpt.ingest.formats import read_document

    made = ColumnarSegmentBuilder(tmp_path)
    for number in (1, 2, 3):
        assert not made.is_full
        made.add(read_document("a.txt", b"peace")._replace(id=number), [])
    assert made.is_full


def files_named(n: int) -> list[SourceFile]:
    """As many files of a corpus."""
    return [
        SourceFile(f"letters/{number:06}.txt", 1000, number, number, number) for number in range(n)
    ]


def test_a_first_build_keeps_little_of_each_file_it_has_decided_about() -> None:
    """No more than what tells whether another file is the same."""
    n = 3000
    files = files_named(n)

    def decided() -> Changes:
        changes = Changes(IndexedCorpus({}, {}, {}, {}), {})
        for number, file in enumerate(files):
            assert isinstance(changes.decide(FileDigest(file, f"{number:032}")), Job)
        return changes

    assert growth_of(decided) < 300 * n


def test_a_writer_keeps_little_of_each_document(tmp_path: Path) -> None:
    """Where it is, and what is said of it."""
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
