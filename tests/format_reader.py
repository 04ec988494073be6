"""A reader of an index, written from `src/excerpt/docs/index-format.md` alone.

It uses nothing of excerpt, and verifies all checksums. Speed is no concern: files are read whole.
"""

import json
import sqlite3
import struct
import zlib
from bisect import bisect_left, bisect_right
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import zstandard

FORMAT = 26
SET_APART = 0b1111110000000
"""The flags of boilerplate, page, reference, gloss, link and markup."""
BARRIER = 0
RARE = 65535
Array = np.ndarray[Any, np.dtype[Any]]
Key = tuple[int, int]
"""A passage: its document's id and its ordinal."""


class ColumnFile:
    """A file of columns, and the attributes that go with them."""

    def __init__(self, folder: Path, recorded: dict[str, Any]) -> None:
        assert "/" not in recorded["name"]
        self.data = (folder / recorded["name"]).read_bytes()
        assert len(self.data) == recorded["size"]
        size, n_checksums, crc, magic = struct.unpack("<QII8s", self.data[-24:])
        footer = self.data[size:-24]
        assert magic == b"EXCERPT\x01"
        assert zlib.crc32(footer) == crc
        assert blake2b(footer, digest_size=16).hexdigest() == recorded["digest"]
        blocks = [self.data[start : min(start + 8192, size)] for start in range(0, size, 8192)]
        checksums = np.frombuffer(footer, "<u4", n_checksums).tolist()
        assert [zlib.crc32(block) for block in blocks] == checksums
        directory = json.loads(footer[4 * n_checksums :])
        self.columns: dict[str, list[Any]] = directory["columns"]
        self.attributes: dict[str, Any] = directory["attributes"]

    def array(self, name: str) -> Array:
        """Return a column as it is stored."""
        dtype, start, length = self.columns[name]
        return np.frombuffer(self.data, dtype, length, start) if length else np.empty(0, dtype)

    def strings(self, name: str) -> list[str]:
        """Return a list of strings."""
        utf8 = self.array(f"{name}.utf8").tobytes()
        offsets = self.ascending(f"{name}.offsets").tolist()
        shared = [0] * len(offsets)
        if f"{name}.shared" in self.columns:
            shared = self.array(f"{name}.shared").tolist()
        strings = [b""]
        for n_shared, (start, end) in zip(shared, pairwise(offsets), strict=False):
            strings.append(strings[-1][:n_shared] + utf8[start:end])
        return [string.decode("utf-8", "surrogatepass") for string in strings[1:]]

    def packed(self, name: str, bits: int) -> Array:
        """Return packed integers."""
        values = self.array(name).astype(np.int64)
        if bits == 4:
            values = np.stack((values & 15, values >> 4), axis=1).reshape(-1)
        values[self.array(f"{name}.exception_indexes")] = self.array(f"{name}.exceptions")
        return values

    def gaps(self, name: str) -> Array:
        """Return ascending integers that are stored as gaps."""
        return np.cumsum(self.packed(name, 8))

    def ascending(self, name: str) -> Array:
        """Return ascending integers that are stored with samples."""
        gaps = self.packed(f"{name}.gaps", 8)
        samples = self.array(f"{name}.samples").tolist()
        values = [
            samples[i // 32] + int(gaps[i - i % 32 + 1 : i + 1].sum()) for i in range(gaps.size)
        ]
        return np.array(values, np.int64)

    def ids(self, name: str) -> Array:
        """Return ids of more than 16 bits."""
        return self.array(f"{name}.low") + self.array(f"{name}.high").astype(np.int64) * 65536


class Postings:
    """The lists of a stream whose units begin at `unit_offsets`."""

    def __init__(self, file: ColumnFile, name: str, unit_offsets: Array) -> None:
        self.starts = file.array(f"{name}.starts").reshape(-1, 4).tolist()
        n_single, n_empty = file.array(f"{name}.tail").tolist()
        for _ in range(n_single):
            unit, token, start, frequency = self.starts[-1]
            self.starts.append([unit + 1, token + 1, start + 1, frequency])
        self.starts += [self.starts[-1]] * n_empty
        self.units = {32: file.array(f"{name}.units").astype(np.int64)}
        self.units |= {bits: file.packed(f"{name}.gaps{bits}", bits) for bits in (8, 16)}
        self.frequencies = file.packed(f"{name}.frequencies", 4)
        has_offsets = f"{name}.offsets" in file.columns
        self.offsets = file.packed(f"{name}.offsets", 8) if has_offsets else None
        self.unit_offsets = unit_offsets
        self.n = len(self.starts) - 1

    def units_of(self, number: int) -> tuple[list[int], list[int]]:
        """Return the units of a list, and the number of tokens in each."""
        (unit, token, start, frequency), (end, token_end, _, _) = self.starts[number : number + 2]
        n, n_all = end - unit, self.unit_offsets.size - 1
        bits = 8 if 32 * n >= n_all else 16 if 4096 * n >= n_all else 32
        units = self.units[bits][start : start + n]
        if bits < 32:
            units = np.cumsum(units) - 1
        is_simple = token_end - token == n
        frequencies = [1] * n if is_simple else self.frequencies[frequency : frequency + n].tolist()
        return units.tolist(), frequencies

    def positions(self, number: int) -> list[int]:
        """Return the positions of a list."""
        assert self.offsets is not None
        units, frequencies = self.units_of(number)
        starts = np.repeat(self.unit_offsets.astype(np.int64)[units], frequencies)
        first = self.starts[number][1]
        positions: list[int] = (starts + self.offsets[first : first + starts.size]).tolist()
        return positions


class Segment:
    """A segment; `live` are the numbers of its live documents."""

    def __init__(self, file: ColumnFile, live: set[int], main_stems: ColumnFile | None) -> None:
        self.main_stems = main_stems
        self.file = file
        self.live = live
        self.kinds = file.array("passages.block_kinds").tolist()
        self.document_ids = file.array("documents.id").tolist()
        self.first_passage = file.array("documents.first_passage").tolist()
        self.terms = file.strings("terms")
        self.stored_forms = ["", *file.strings("forms")]
        self.stems = file.strings("stems")
        self.languages = file.strings("languages")
        self.unit_offsets = file.ascending("body.unit_offsets")
        self.body = Postings(file, "body.postings", self.unit_offsets)
        self.form_ids = file.array("body.form_ids").astype(np.int64)
        self.form_ids[file.ascending("body.rare_positions")] = file.ids("body.rare_form_ids")

    def groups_of_term(self, term: str) -> list[int]:
        """Return the groups of a term."""
        rank = bisect_left(self.terms, term)
        if rank == len(self.terms) or self.terms[rank] != term:
            return []
        return self.groups_of_term_id(int(self.file.ids("terms.id")[rank]))

    def groups_of_term_id(self, term_id: int) -> list[int]:
        """Return the groups of the term with an id."""
        first, last = self.file.ascending("terms.first_group")[term_id : term_id + 2].tolist()
        return list(range(first, last))

    def stem(self, number: int) -> tuple[str, str]:
        """Return the language and the string of a stem."""
        first = self.file.array("languages.first").tolist()
        return self.languages[bisect_right(first, number) - 1], self.stems[number]

    def groups_of_stems(self, stems: set[tuple[str, str]]) -> list[int]:
        """Return the groups of some stems, given as language and string."""
        numbers = [number for number in range(len(self.stems)) if self.stem(number) in stems]
        offsets, groups = self.file.ascending("stems.first"), self.file.ids("stems.groups")
        return [group for n in numbers for group in groups[offsets[n] : offsets[n + 1]].tolist()]

    def stems_of_group(self, group: int) -> set[tuple[str, str]]:
        """Return the stems of a group, those in the main language if its own is unknown."""
        stem = self.stem(int(self.file.ids("groups.stem")[group]))
        if stem[0] or self.main_stems is None:
            return {stem}
        language = self.main_stems.attributes["language"]
        return {(language, each) for each, groups in self.groups_of_main_stems() if group in groups}

    def groups_of_main_stems(self) -> list[tuple[str, list[int]]]:
        """Return the stems in the main language, with their groups of unknown language."""
        if self.main_stems is None:
            return []
        groups = self.main_stems.ids("stems.groups").tolist()
        bounds = pairwise(self.main_stems.ascending("stems.first").tolist())
        stems = self.main_stems.strings("stems")
        return [(stem, groups[a:b]) for stem, (a, b) in zip(stems, bounds, strict=True)]

    def groups_with_stems(self, stems: set[tuple[str, str]]) -> list[int]:
        """Return the groups of some stems, those of unknown language in the main language."""
        found = self.groups_of_stems({stem for stem in stems if stem[0] or self.main_stems is None})
        language = self.main_stems.attributes["language"] if self.main_stems else ""
        for stem, groups in self.groups_of_main_stems():
            if (language, stem) in stems:
                found += groups
        return sorted(set(found))

    def forms_of_term(self, term: str) -> set[str]:
        """Return the forms of a term."""
        restored = {"": term, "\x01": term[:1].upper() + term[1:], "\x02": term.upper()}
        stored = [self.stored_forms[i] for i in self.form_ids_of(self.groups_of_term(term))]
        return {restored.get(each, each) for each in stored}

    def positions(self, groups: list[int]) -> list[int]:
        """Return the positions of some groups in the body."""
        return sorted(position for group in groups for position in self.body.positions(group))

    def form_ids_of(self, groups: list[int]) -> set[int]:
        """Return the form ids of some groups."""
        first = self.file.ascending("groups.first_form")
        return {form_id for group in groups for form_id in range(first[group], first[group + 1])}

    def starts_of_phrase(self, *terms: str) -> list[int]:
        """Return the positions at which these terms begin to follow each other in the body."""
        groups = [self.groups_of_term(term) for term in terms]
        wanted = [self.form_ids_of(each) for each in groups]
        ids = self.form_ids.tolist()
        return [
            start
            for start in self.positions(groups[0])
            if all(at < len(ids) and ids[at] in each for at, each in enumerate(wanted, start))
        ]

    def keys(self, positions: list[int]) -> set[Key]:
        """Return the live passages in which something begins at `positions`."""
        offsets = self.unit_offsets.tolist()
        return self.keys_of_passages(
            {bisect_right(offsets, position) - 1 for position in positions}
        )

    def keys_of_passages(self, passages: set[int]) -> set[Key]:
        """Return those of the `passages` that are live and belong to the running text."""
        keys = set()
        for passage in passages:
            if self.kinds[passage] & SET_APART:
                continue
            document = bisect_right(self.first_passage, passage) - 1
            if document in self.live:
                ordinal = passage - self.first_passage[document]
                keys.add((self.document_ids[document], ordinal))
        return keys


class Index:
    """An index in a folder, in the state of its last commit."""

    def __init__(self, folder: Path) -> None:
        path = folder / "catalog.sqlite"
        self.database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        (application,) = self.database.execute("PRAGMA application_id").fetchone()
        (version,) = self.database.execute("PRAGMA user_version").fetchone()
        assert (application, version) == (0x45584350, FORMAT)
        rows = self.rows("SELECT * FROM settings")
        self.settings = {name: json.loads(value) for name, value in rows}
        store = self.settings["store"]
        self.texts = [ColumnFile(folder / "store", text["file"]) for text in store["texts"]]
        self.dictionary = b""
        if store["dictionary"]:
            dictionary = ColumnFile(folder / "store", store["dictionary"])
            self.dictionary = dictionary.array("dictionary").tobytes()
        manifest = self.settings["manifest"]
        assert manifest["engine"] == "columnar"
        self.table = ColumnFile(folder / "segments", manifest["document_table"])
        places = list(zip(self.table.array("segment"), self.table.array("number"), strict=True))
        self.segments = [
            Segment(
                ColumnFile(folder / "segments", segment["file"]),
                {int(number) for of_segment, number in places if of_segment == n},
                ColumnFile(folder / "segments", segment["main_stems"])
                if segment["main_stems"]
                else None,
            )
            for n, segment in enumerate(manifest["segments"])
        ]

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return rows of a table without their checksums."""
        rows = []
        for *row, checksum in self.database.execute(query, values):
            assert zlib.crc32("\0".join(map(str, row)).encode()) == checksum
            rows.append(tuple(row))
        return rows

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def paths(self) -> dict[int, list[str]]:
        """Return the paths of each live document, by id."""
        ids = self.table.array("id").tolist()
        paths = (joined.split("\0") for joined in self.table.strings("paths"))
        return dict(zip(ids, paths, strict=True))

    def exact(self, term: str) -> set[Key]:
        """Return the live passages that contain a term."""
        return {
            key
            for segment in self.segments
            for key in segment.keys(segment.positions(segment.groups_of_term(term)))
        }

    def inflected(self, term: str) -> set[Key]:
        """Return the live passages that contain a word with a stem of `term`, as it is written."""
        stems = set()
        for segment in self.segments:
            for group in segment.groups_of_term(term):
                if segment.keys(segment.positions([group])):
                    stems |= segment.stems_of_group(group)
        return {
            key
            for segment in self.segments
            for key in segment.keys(segment.positions(segment.groups_with_stems(stems)))
        }

    def phrase(self, *terms: str) -> set[Key]:
        """Return the live passages in which these terms begin to follow each other."""
        return {
            key
            for segment in self.segments
            for key in segment.keys(segment.starts_of_phrase(*terms))
        }

    def passage(self, key: Key) -> tuple[str, str]:
        """Return the id and the text of a passage."""
        file, number = self.extent(key[0])
        at = int(file.array("documents.first_passage")[number]) + key[1]
        start, length = (int(file.array(f"passages.{name}")[at]) for name in ("start", "length"))
        id_ = int(file.array("passages.id")[at])
        (found,) = self.find_passage(id_)
        assert found == key
        return f"{id_:016x}", self.text(key[0])[start : start + length]

    def extent(self, document: int) -> tuple[ColumnFile, int]:
        """Return the text file of a document, and its number there."""
        for file in self.texts:
            ids = file.array("documents.id").tolist()
            assert ids == sorted(ids)
            if document in ids:
                return file, ids.index(document)
        raise AssertionError(f"there is no document {document}")

    def find_passage(self, id_: int) -> list[Key]:
        """Return the passages with an id, those of deleted documents included."""
        found = []
        for file in self.texts:
            by_id = file.array("passages.by_id")
            ids = file.array("passages.id")[by_id].tolist()
            first = file.array("documents.first_passage").tolist()
            for at in range(bisect_left(ids, id_), bisect_right(ids, id_)):
                passage = int(by_id[at])
                number = bisect_right(first, passage) - 1
                found.append((int(file.array("documents.id")[number]), passage - first[number]))
        return found

    def frames(self, file: ColumnFile, kind: str, numbers: range) -> list[bytes]:
        """Return the decompressed pieces or groups of a file with these numbers."""
        offsets = file.array(f"{kind}.offsets").tolist()
        frames = file.array(f"{kind}.frames").tobytes()
        dictionary = None
        if kind == "pieces" and file.attributes["dictionary"]:
            assert file.attributes["dictionary"] == self.settings["store"]["dictionary"]["name"]
            dictionary = zstandard.ZstdCompressionDict(self.dictionary)
        decompressor = zstandard.ZstdDecompressor(dictionary)
        return [decompressor.decompress(frames[offsets[n] : offsets[n + 1]]) for n in numbers]

    def text(self, document: int) -> str:
        """Return the text of a document."""
        file, number = self.extent(document)
        first, last = file.array("documents.first_piece")[number : number + 2].tolist()
        text = ""
        for piece, body in enumerate(self.frames(file, "pieces", range(first, last)), first):
            assert file.array("pieces.start")[piece] == len(text)
            text += body.decode("utf-8", "surrogatepass")
        return text

    def details(self, document: int) -> list[list[Any]]:
        """Return the details of the passages of a document."""
        file, number = self.extent(document)
        first, last = file.array("documents.first_group")[number : number + 2].tolist()
        return [
            json.loads(line)
            for body in self.frames(file, "groups", range(first, last))
            for line in body.decode("ascii").split("\n")
        ]

    def record(self, document: int) -> list[Any]:
        """Return the record of a document."""
        file, number = self.extent(document)
        start, end = file.array("documents.record_offsets")[number : number + 2].tolist()
        record: list[Any] = json.loads(file.array("documents.records")[start:end].tobytes())
        return record
