"""Tests of the text store: files are read as written and merged, or their damage is an error."""

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogs import document_of, write_texts
from excerpt import native
from excerpt.errors import IndexDamaged, rebuild_remedy
from excerpt.files import digest_of, fill, make_folder, write_sparse
from excerpt.model import Document, Key, Passage, Span
from excerpt.storage import StoredFile
from excerpt.storage.columns import Columns, write_columns
from excerpt.text_store.builder import record_of
from excerpt.text_store.compression import NO_DICTIONARY, PIECE_LENGTH, Dictionary, train_dictionary
from excerpt.text_store.manifest import FOLDER, StoreManifest, TextFileInfo
from excerpt.text_store.text_file import DTYPES
from excerpt.text_store.text_store import TextStore
from excerpt.text_store.writer import StoreWriter, merge_text_files, sweep
from strategies import split_documents

Cut = tuple[Document, Sequence[Passage]]
SAMPLES = [
    f"The committee of number {n} wrote to the {n * n}th queen.".encode() for n in range(200)
]


def numbered(cuts: Sequence[Cut]) -> list[Cut]:
    """Return documents with ids from 1, whose passages have ids that differ."""
    return [
        (
            document._replace(id=number),
            [passage._replace(id=f"{number:08x}{passage.ordinal:08x}") for passage in passages],
        )
        for number, (document, passages) in enumerate(cuts, 1)
    ]


def assert_holds(store: TextStore, cuts: Sequence[Cut]) -> None:
    """Check that a store returns these documents, in whole and in parts."""
    store.verify()
    for document, passages in cuts:
        id_, text = document.id, document.text
        assert store.record(id_) == record_of(document)
        assert store.whole_text(id_) == text
        assert store.text(id_, Span(1, len(text) - 1)) == text[1:-1]
        assert store.passages(id_) == list(passages)
        assert len(store.outlines(id_)) == len(passages)
        for passage in passages:
            key = Key(id_, passage.ordinal)
            assert store.passage(key) == passage
            assert store.passage_text(key) == passage.span.of(text)
            with patch.object(native, "kernel", None):
                assert store.passage_text(key) == passage.span.of(text)
            assert store.find_passages(passage.id) == [key]


@settings(max_examples=25)
@given(st.lists(split_documents(), max_size=5), st.booleans(), st.randoms())
def test_any_documents_survive(cuts: list[Cut], has_dictionary: bool, random: Any) -> None:
    """Documents in any order are read as they were written, with a dictionary and without."""
    cuts = numbered(cuts)
    body = train_dictionary(SAMPLES) if has_dictionary else b""
    random.shuffle(cuts)
    with TemporaryDirectory() as name:
        folder = Path(name)
        writer = StoreWriter(folder, StoreManifest())
        if body:
            writer.set_dictionary(body)
        writer.adopt(write_texts(folder, cuts, writer.dictionary))
        assert_holds(TextStore(folder, writer.prepare(range(1, len(cuts) + 1))), cuts)


@settings(max_examples=25)
@given(st.lists(split_documents(), min_size=1, max_size=5), st.integers(1, 3 << 12))
def test_a_copy_fetches_what_is_read(cuts: list[Cut], part_bytes: int) -> None:
    """A copy without any bytes is read as the original, and is the same after all was read."""
    cuts = numbered(cuts)
    with TemporaryDirectory() as name, TemporaryDirectory() as copy:
        folder = Path(name)
        writer = StoreWriter(folder, StoreManifest())
        writer.set_dictionary(train_dictionary(SAMPLES))
        writer.adopt(write_texts(folder, cuts, writer.dictionary))
        manifest = writer.prepare(range(1, len(cuts) + 1))
        for file in manifest.files:
            make_folder(Path(copy) / FOLDER)
            write_sparse(Path(copy) / FOLDER / file.name, file.size)

        def fetch(path: Path, start: int, end: int) -> None:
            data = (folder / FOLDER / path.name).read_bytes()
            for offset in range(start - start % part_bytes, end, part_bytes):
                fill(path, offset, data[offset : offset + part_bytes])

        store = TextStore(Path(copy), manifest, fetch)
        for document, passages in cuts:
            assert all(store.find_passages(passage.id) for passage in passages)
            assert store.whole_text(document.id) == document.text
        assert_holds(TextStore(Path(copy), manifest, fetch), cuts)
        for file in manifest.files:
            path = f"{FOLDER}/{file.name}"
            assert (Path(copy) / path).read_bytes() == (folder / path).read_bytes()
        fill(Path(copy) / FOLDER / manifest.texts[0].file.name, 0, b"\xff")
        with pytest.raises(IndexDamaged, match="checksum mismatch"):
            TextStore(Path(copy), manifest, lambda *_: None)


@settings(max_examples=25)
@given(st.lists(split_documents(), min_size=1, max_size=8), st.data())
def test_any_merge_keeps_the_live_documents(cuts: list[Cut], data: st.DataObject) -> None:
    """Files with and without a dictionary are merged; deleted documents are dropped."""
    cuts = numbered(cuts)
    n_files = data.draw(st.integers(1, 4))
    files = [data.draw(st.integers(0, n_files - 1)) for _ in cuts]
    live = data.draw(st.sets(st.sampled_from([document.id for document, _ in cuts])))
    n_plain = data.draw(st.integers(0, n_files))
    with TemporaryDirectory() as name:
        folder = Path(name)
        writer = StoreWriter(folder, StoreManifest(), merge_at=2)
        for number in range(n_files):
            if number == n_plain:
                writer.set_dictionary(train_dictionary(SAMPLES))
            held = [cut for cut, file in zip(cuts, files, strict=True) if file == number]
            if held:
                writer.adopt(write_texts(folder, held, writer.dictionary))
        manifest = writer.prepare(live)
        assert len(manifest.texts) == bool(live)
        assert sum(text.n_documents for text in manifest.texts) <= 2 * len(live)
        restored = StoreManifest.from_json(json.loads(json.dumps(manifest.to_json())))
        assert restored == manifest
        sweep(folder, manifest)
        left = {path.name for path in (folder / FOLDER).iterdir()}
        assert left == {file.name for file in manifest.files}
        assert_holds(TextStore(folder, manifest), [cut for cut in cuts if cut[0].id in live])


def test_files_are_merged_and_rewritten_like_segments(tmp_path: Path) -> None:
    """Eight small files become one; one that is mostly dead is rewritten, one that is dead goes."""
    writer = StoreWriter(tmp_path, StoreManifest())
    for number in range(1, 8):
        writer.adopt(write_texts(tmp_path, [document_of("one\ntwo", number)]))
    manifest = writer.prepare(range(1, 8))
    assert len(manifest.texts) == 7
    writer = StoreWriter(tmp_path, manifest)
    writer.adopt(write_texts(tmp_path, [document_of("three", number) for number in (8, 9, 10)]))
    manifest = writer.prepare(range(1, 11))
    assert [text.n_documents for text in manifest.texts] == [10]
    manifest = StoreWriter(tmp_path, manifest).prepare(range(1, 6))
    assert [text.n_documents for text in manifest.texts] == [10]
    manifest = StoreWriter(tmp_path, manifest).prepare(range(1, 5))
    assert [text.n_documents for text in manifest.texts] == [4]
    assert StoreWriter(tmp_path, manifest).prepare([]) == StoreManifest()


@pytest.mark.skipif(native.kernel is None, reason="there is no kernel")
def test_the_kernel_finds_texts_itself(tmp_path: Path) -> None:
    """The texts above are not those that Python finds where the kernel gives up."""
    long = "x" * PIECE_LENGTH
    writer = StoreWriter(tmp_path, StoreManifest())
    writer.adopt(write_texts(tmp_path, [document_of("one\ntwo", 3), document_of(long + "y", 5)]))
    (file,) = TextStore(tmp_path, writer.prepare([3, 5])).files
    assert native.kernel
    keys = ((3, 0), (3, 1), (4, 0), (3, 2), (5, 0))
    one, two, *missing, long_one = native.kernel.find_texts((file.opened,), keys)
    assert [file.verified_text(*found[1:4]) for found in (one, two)] == ["one", "two"]
    assert missing == [None, None]
    assert file.verified_text(*long_one[1:4]) is None


def test_what_is_not_there_is_damage(tmp_path: Path) -> None:
    """A document, a passage or a stretch of a text that a catalog names must be there."""
    info = write_texts(tmp_path, [document_of("one\ntwo")])
    store = TextStore(tmp_path, StoreManifest((info,)))
    for read in (
        lambda: store.whole_text(2),
        lambda: store.passage_text(Key(1, 2)),
        lambda: store.passage(Key(1, 2)),
        lambda: store.passage(Key(1, -1)),
        lambda: store.text(1, Span(5, 8)),
        lambda: store.text(1, Span(9, 12)),
    ):
        with pytest.raises(IndexDamaged) as raised:
            read()
        assert raised.value.remedies == (rebuild_remedy(tmp_path),)
    (tmp_path / FOLDER / info.file.name).unlink()
    with pytest.raises(IndexDamaged, match="missing"):
        TextStore(tmp_path, StoreManifest((info,)))


def test_another_dictionary_is_damage(tmp_path: Path) -> None:
    """A file names the dictionary of its texts."""
    writer = StoreWriter(tmp_path, StoreManifest())
    writer.set_dictionary(train_dictionary(SAMPLES))
    writer.adopt(write_texts(tmp_path, [document_of("one\ntwo")], writer.dictionary))
    manifest = writer.prepare([1])
    assert manifest.dictionary is not None
    with pytest.raises(IndexDamaged, match="another dictionary"):
        TextStore(tmp_path, manifest._replace(dictionary=None))


def forged(folder: Path, info: TextFileInfo, change: Callable[[dict[str, Any]], None]) -> None:
    """Write a file with valid checksums in place of one, with `change` made to its columns."""
    path = folder / FOLDER / info.file.name
    columns = Columns(path)
    arrays = {name: columns.read(name).copy() for name in columns.names}
    attributes = columns.attributes
    path.unlink()
    change(arrays)
    write_columns(path, arrays.items(), attributes)


def recorded(path: Path, n_documents: int) -> StoreManifest:
    """Return a manifest that names the file at `path` as it is now."""
    footer = path.read_bytes()[Columns(path).data_size : -24]
    file = StoredFile(path.name, path.stat().st_size, digest_of([footer]))
    return StoreManifest((TextFileInfo(file, n_documents),))


@pytest.mark.parametrize("name", sorted(DTYPES))
@pytest.mark.parametrize("value", [0, 1, 77, 2**31])
def test_a_hostile_number_is_an_error_or_has_no_effect(
    tmp_path: Path, name: str, value: int
) -> None:
    """Whatever number a file with valid checksums has, nothing else than IndexDamaged is raised."""
    texts = ["one\ntwo\n" + "x" * PIECE_LENGTH, "three"]
    documents = [document_of(text, id_) for id_, text in enumerate(texts, 1)]
    info = write_texts(tmp_path, documents)
    path = tmp_path / FOLDER / info.file.name
    whole = path.read_bytes()
    n_items = Columns(path).length(name)
    raised: list[Exception] = []
    for at in range(0, n_items, -(-n_items // 20)):
        path.write_bytes(whole)

        def change(arrays: dict[str, Any], at: int = at) -> None:
            array = arrays[name]
            array[at] = np.int64(value).astype(array.dtype)

        forged(tmp_path, info, change)
        for read in readings(tmp_path, recorded(path, 2), documents):
            try:
                read()
            except Exception as error:  # noqa: BLE001 - whatever it is
                raised.append(error)
    assert all(isinstance(error, IndexDamaged) for error in raised)


def readings(
    folder: Path, manifest: StoreManifest, documents: Sequence[Cut]
) -> Iterator[Callable[[], object]]:
    """Yield all ways to read a store of these documents."""
    store = TextStore(folder, manifest)
    yield store.verify
    for document, passages in documents:
        for method in (store.whole_text, store.passages, store.outlines, store.record):
            yield partial(method, document.id)
        yield partial(store.text, document.id, Span(3, 9))
        for passage in passages:
            yield partial(store.passage_text, Key(document.id, passage.ordinal))
    yield partial(store.find_passages, "01")
    yield partial(merge_text_files, folder, store.files, np.array([1, 2]), NO_DICTIONARY)


@pytest.mark.parametrize("name", sorted(DTYPES))
def test_a_missing_column_or_another_dtype_is_damage(tmp_path: Path, name: str) -> None:
    """A file must have exactly the columns of a text file."""
    info = write_texts(tmp_path, [document_of("one\ntwo")])
    path = tmp_path / FOLDER / info.file.name
    whole = path.read_bytes()

    def retype(arrays: dict[str, Any]) -> None:
        arrays[name] = arrays[name].astype(np.float64)

    for change in (lambda arrays: arrays.pop(name), retype):
        path.write_bytes(whole)
        forged(tmp_path, info, change)
        with pytest.raises(IndexDamaged, match="other columns"):
            TextStore(tmp_path, recorded(path, 1))


def test_a_flipped_bit_is_found_by_verify(tmp_path: Path) -> None:
    """`verify` notices every damaged byte of a file, and so does a reader that needs it."""
    cuts = [document_of("one\ntwo\n" + "x" * 40)]
    info = write_texts(tmp_path, cuts)
    path = tmp_path / FOLDER / info.file.name
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << at % 8)]) + whole[at + 1 :])
        with pytest.raises(IndexDamaged):
            TextStore(tmp_path, StoreManifest((info,))).verify()
    path.write_bytes(whole)
    assert_holds(TextStore(tmp_path, StoreManifest((info,))), cuts)


def test_an_empty_store_needs_no_folder(tmp_path: Path) -> None:
    """An index without documents has no text files."""
    assert StoreWriter(tmp_path, StoreManifest()).prepare([]) == StoreManifest()
    assert StoreWriter(tmp_path, StoreManifest()).dictionary == NO_DICTIONARY
    assert isinstance(NO_DICTIONARY, Dictionary)
    assert TextStore(tmp_path, StoreManifest()).find_passages("") == []
    assert list(tmp_path.iterdir()) == []
