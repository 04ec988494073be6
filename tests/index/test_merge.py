"""`index.write.merge`: a merged segment equals one that is built of the same documents at once."""

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.errors import IndexDamaged
from excerpt.index.format.file_names import FOLDER
from excerpt.index.format.manifest import SegmentInfo
from excerpt.index.read.segment import Segment
from excerpt.index.write import merge, posting_lists
from excerpt.index.write.document_table_writer import DocumentEntry
from excerpt.index.write.merge import choose_segments, merge_segments
from excerpt.index.write.segment_builder import ColumnarSegmentBuilder
from excerpt.storage import StoredFile
from strategies import Corpus, corpora


def built(folder: Path, corpus: Corpus) -> SegmentInfo:
    """Build a segment of `corpus`."""
    builder = ColumnarSegmentBuilder(folder)
    for document, passages in corpus:
        builder.add(document, passages)
    return builder.finish().info


def columns_of(folder: Path, info: SegmentInfo) -> dict[str, tuple[str, list[int]]]:
    """Return the dtype and the elements of each column of a segment."""
    columns = Segment(folder, info).columns
    return {
        name: (columns.read(name).dtype.str, columns.read(name).tolist()) for name in columns.names
    }


def contents_of(folder: Path, info: SegmentInfo) -> list[object]:
    """Return what a segment says of its documents, with forms in place of ids."""
    segment = Segment(folder, info)
    dictionary = segment.dictionary
    forms = [("", ""), *((form, "") for form in dictionary.marked_forms())]
    groups = dictionary.groups_of(np.arange(len(forms))).tolist()
    for form_id, (form, _) in enumerate(forms[1:], 1):
        forms[form_id] = form, dictionary.stem_of_group(groups[form_id])[0]
    found: list[object] = [
        segment.document_ids.tolist(),
        segment.languages,
        segment.first_passage.tolist(),
        segment.columns.read("passages.block_kinds").tolist(),
        segment.columns.read("passages.fingerprint").tolist(),
        *(starts.tolist() for starts in segment.scope_starts.values()),
    ]
    for stream in (segment.body, segment.heading, segment.title):
        ids = stream.form_ids(0, stream.n_positions).tolist()
        found += [
            [forms[form_id] for form_id in ids],
            stream.unit_offsets.tolist(),
            stream.barriers.tolist(),
            [stream.positions(groups[form_id]).tolist() for form_id in ids if form_id],
        ]
    return found


def cut_up(corpus: Corpus, data: st.DataObject) -> list[Corpus]:
    """Cut a corpus into the documents of several segments."""
    cuts = sorted(data.draw(st.lists(st.integers(1, len(corpus)), max_size=3, unique=True)))
    parts = [corpus[start:end] for start, end in pairwise([0, *cuts, len(corpus)])]
    return [part for part in parts if part]


@given(corpora(most=6), st.data())
def test_a_merge_equals_a_segment_built_at_once(corpus: Corpus, data: st.DataObject) -> None:
    """All columns are the same, however the documents are distributed over segments."""
    parts = cut_up(corpus, data)
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        patch.setattr(merge, "_TOKENS_AT_ONCE", data.draw(st.integers(1, 20)))
        patch.setattr(posting_lists, "PAIR_MIN_TOKENS", 1)
        infos = [built(folder, part) for part in parts]
        merged = merge_segments(folder, infos, [range(len(part)) for part in parts])
        expected = built(folder, corpus)
        assert merged[1:] == expected[1:]
        assert columns_of(folder, merged) == columns_of(folder, expected)


@given(corpora(most=6), st.data())
def test_a_merge_drops_dead_documents(corpus: Corpus, data: st.DataObject) -> None:
    """The rest is as if it had been built alone, but for forms that occur no more."""
    parts = cut_up(corpus, data)
    live = [sorted(data.draw(st.sets(st.integers(0, len(part) - 1)))) for part in parts]
    with TemporaryDirectory() as name:
        folder = Path(name)
        merged = merge_segments(folder, [built(folder, part) for part in parts], live)
        kept = [part[n] for part, numbers in zip(parts, live, strict=True) for n in numbers]
        expected = built(folder, kept)
        assert merged[1:] == expected[1:]
        assert contents_of(folder, merged) == contents_of(folder, expected)


def test_a_damaged_segment_is_not_merged(tmp_path: Path) -> None:
    """A merge never copies a wrong value: damage in any column it needs raises IndexDamaged."""
    corpus = small_corpus()
    info = built(tmp_path, corpus)
    path = tmp_path / FOLDER / info.file.name
    intact = path.read_bytes()
    for start in (0, 70, 500):
        damaged = bytearray(intact)
        damaged[start] ^= 1
        path.write_bytes(damaged)
        with pytest.raises(IndexDamaged):
            merge_segments(tmp_path, [info], [[0]])


def small_corpus() -> Corpus:
    """Return one document with one passage."""
    from excerpt.ingest.formats import read_document
    from excerpt.ingest.passages import cut_passages

    document = read_document("a.txt", b"The wages of war.")._replace(id=1, paths=("a.txt",))
    return [(document, list(cut_passages(document, "a.txt")))]


def info_of(n_words: int, n_documents: int = 1) -> SegmentInfo:
    """Return a segment of this size."""
    return SegmentInfo(StoredFile("x", 0, ""), n_documents, n_documents, n_words)


def live_in(*numbers: int) -> list[DocumentEntry]:
    """Return live documents, one in each of these segments."""
    return [DocumentEntry(i, number, 0, "text", "") for i, number in enumerate(numbers)]


def test_segments_of_a_tier_are_merged_when_there_are_enough() -> None:
    """The smallest tier first; segments of different size are no tier."""
    small, large = info_of(10), info_of(1_000_000)
    assert choose_segments([small, large, small], live_in(0, 1, 2), fan=3) == []
    assert choose_segments([small, large, small, small], live_in(0, 1, 2, 3), fan=3) == [0, 2, 3]
    both = [large, small, large, small, large, small]
    assert choose_segments(both, live_in(*range(6)), fan=3) == [1, 3, 5]


def test_a_segment_of_dead_documents_is_rewritten() -> None:
    """Half of its documents must be live; else it is chosen by itself."""
    assert choose_segments([info_of(10, n_documents=2)], live_in(0)) == []
    assert choose_segments([info_of(10, n_documents=3)], live_in(0)) == [0]


def test_the_largest_segments_stay() -> None:
    """A merge that would take too much memory does not happen."""
    assert choose_segments([info_of(20_000_000)] * 2, live_in(0, 1), fan=2) == []
