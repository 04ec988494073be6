"""The Whoosh engine: stored tokens, protection against foreign files, assumptions about Whoosh.

Tests of its answers, as of every engine's, are in `conformance`.
"""

import os
import pickle
import re
import struct
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import whoosh
import whoosh.codec.whoosh3
import whoosh.columns
from hypothesis import given

from conformance.stores import small_corpus
from excerpt.catalog import Catalog
from excerpt.engines import Engine, open_engine, open_writer, read_manifest
from excerpt.engines.packed_documents import pack, unpack
from excerpt.engines.whoosh import writer as writer_module
from excerpt.engines.whoosh.manifest import FOLDER, WhooshManifest
from excerpt.errors import IndexDamaged
from excerpt.indexing import plan_runner
from excerpt.indexing.pipeline import build
from excerpt.model import Document, Key, Passage
from excerpt.query.ast import And, Form, InTitle, MatchAll, Node, Not, Phrase, Term, Wildcard, Word
from excerpt.query.document_view import view_document
from excerpt.query.token_sequence import TokenSequence, group_bounds
from excerpt.search.index import Index
from excerpt.text.document_tokens import tokenize_document
from states import state_of, stray_files
from strategies import split_documents

# Whoosh has no type hints.
_codec: Any = whoosh.codec.whoosh3
_columns: Any = whoosh.columns

TEXTS = (
    "The miners' winter.",
    "A petition to the Queen",
    "Winter in the harbour, winter at sea",
    "müßig",
)
QUESTIONS: tuple[Node, ...] = (
    Word("winter"),
    Term("the"),
    Form("Queen"),
    Wildcard("*r"),
    Phrase((Term("the"), Term("queen"))),
    And((Word("winter"), Not(Term("sea")))),
    InTitle(Word("letters")),
    MatchAll(),
)


def write_index(folder: Path, texts: Sequence[str] = TEXTS) -> WhooshManifest:
    """Write an index of `texts` in `folder` and return its manifest."""
    writer = open_writer(folder, None, "whoosh")
    for document, passages in small_corpus(*texts, title="Letters"):
        writer.replace(document, passages)
    manifest = writer.prepare()
    writer.close()
    assert isinstance(manifest, WhooshManifest)
    return manifest


def answers(engine: Engine) -> list[Any]:
    """Return what an engine answers to the `QUESTIONS`."""
    found = [engine.execute(tree) for tree in QUESTIONS]
    return [(list(matches.occurrences()), matches.top(None), matches.absent) for matches in found]


# Stored tokens


def comparable(sequence: TokenSequence) -> list[Any]:
    """Return the contents of a token sequence; of section numbers and the like only the bounds."""
    numbers = sequence.section_of, sequence.paragraph_of, sequence.sentence_of
    words = sequence.forms, sequence.terms, sequence.stems
    return [
        sequence.language,
        [list(column) for column in words],
        list(sequence.passage_of),
        [sequence.passage_of[index] for index in range(len(sequence))],
        [group_bounds(column) for column in numbers],
    ]


@given(split_documents())
def test_unpacking_restores_a_packed_document(given: tuple[Document, list[Passage]]) -> None:
    """Tokens, title, headings and kinds are equal, and so are slices of the tokens."""
    view = view_document(tokenize_document(*given))
    restored = unpack(pack(view), view.paths, view.format, view.language, view.metadata)
    assert comparable(restored.text) == comparable(view.text)
    assert comparable(restored.title) == comparable(view.title)
    assert [list(each.terms) for each in restored.headings] == [
        list(each.terms) for each in view.headings
    ]
    assert [group_bounds(each.section_of) for each in restored.headings] == [
        group_bounds(each.section_of) for each in view.headings
    ]
    assert list(restored.kinds) == list(view.kinds)
    middle = len(view.text) // 2
    assert comparable(restored.text.slice(middle, len(restored.text))) == comparable(
        view.text.slice(middle, len(view.text))
    )


def test_full_segments_are_written_and_merged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many small segments, merged repeatedly, give the same answers as one."""
    expected = answers(open_engine(tmp_path / "whole", write_index(tmp_path / "whole")))
    monkeypatch.setattr(writer_module, "MAX_WORDS", 8)
    manifest = write_index(tmp_path / "pieces")
    assert len(manifest.segments) > 1
    assert answers(open_engine(tmp_path / "pieces", manifest)) == expected
    writer = writer_module.WhooshWriter(tmp_path / "pieces", manifest)
    writer.delete(1)
    assert writer.prepare().contents.name == "_MAIN_2.toc"


def test_whoosh_opens_the_index_without_excerpt(tmp_path: Path) -> None:
    """Whoosh's table of contents leads to all live documents and their terms."""
    writer = open_writer(tmp_path, write_index(tmp_path))
    writer.delete(1)
    writer.prepare()
    code = (
        "import sys, whoosh.index; from whoosh.query import Term\n"
        f"index = whoosh.index.open_dir({str(tmp_path / FOLDER)!r})\n"
        "with index.searcher() as searcher:\n"
        "    hits = searcher.search(Term('text_stem', 'en winter'))\n"
        "    print(searcher.doc_count(), [hit['document'] for hit in hits])\n"
        "print('excerpt' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == ["3 ['3']", "False"]


def test_an_index_built_by_workers_equals_that_of_the_default_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both engines have the same state after a build with worker processes and after an update."""
    corpus, states = tmp_path / "corpus", []
    corpus.mkdir()
    for number, text in enumerate(TEXTS):
        (corpus / f"{number}.txt").write_text(text)
    monkeypatch.setattr(plan_runner, "SMALL_BYTES", 0)
    monkeypatch.setattr(plan_runner, "WORKER_BYTES", 1)
    for is_later in (False, True):
        if is_later:
            (corpus / "0.txt").rename(corpus / "moved.txt")
            (corpus / "1.txt").write_text("The harbour.")
        for engine in ("columnar", "whoosh"):
            build(corpus, tmp_path / engine, engine=engine, processes=2)
            states.append(state_of(tmp_path / engine))
            assert stray_files(tmp_path / engine) == set()
        assert states[-1] == states[-2]


# Foreign and damaged files


class Evil:
    """An object whose pickle calls a function, which leaves a trace."""

    def __init__(self, trace: Path) -> None:
        self.trace = str(trace)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return os.mkdir, (self.trace,)


def in_dictionary(patch: pytest.MonkeyPatch, evil: Evil) -> None:
    """Hide the pickle at the end of the dictionary."""
    close = _codec.W3FieldWriter.close

    def evil_close(self: Any) -> None:
        self._tindex.extras["evil"] = evil
        close(self)

    patch.setattr(_codec.W3FieldWriter, "close", evil_close)


def in_postings(length: int, patch: pytest.MonkeyPatch, evil: Evil) -> None:
    """Hide the pickle in the postings: instead of tuples of 6 (before a block) or 3 (in it)."""
    patch.setattr(
        _codec, "dumps", lambda data, _: pickle.dumps(evil if len(data) == length else data, 2)
    )


def in_terms(patch: pytest.MonkeyPatch, evil: Evil) -> None:
    """Hide the pickle as postings in the dictionary, which Whoosh can read."""
    patch.setattr(
        _codec.W3TermInfo,
        "to_bytes",
        lambda _: struct.pack("!BfIBBfII", 1, 1, 1, 0, 0, 1, 0, 0) + pickle.dumps(evil, 2),
    )


def in_stored_fields(patch: pytest.MonkeyPatch, evil: Evil) -> None:
    """Hide the pickle in the stored fields."""
    patch.setattr(_columns, "dumps", lambda _, __: pickle.dumps(evil, 2))


def in_contents(patch: pytest.MonkeyPatch, evil: Evil) -> None:
    """Hide the pickle in the table of contents."""
    patch.setattr(writer_module, "make_segment", lambda *_: evil)


@pytest.mark.parametrize(
    "hide",
    [
        in_dictionary,
        partial(in_postings, 6),
        partial(in_postings, 3),
        in_terms,
        in_stored_fields,
        in_contents,
    ],
)
def test_a_foreign_index_runs_no_code(hide: Callable[..., None], tmp_path: Path) -> None:
    """A pickle that calls a function is refused or never read, even with the correct digests.

    Whoosh by itself would call the function.
    """
    trace = tmp_path / "trace"
    expected = answers(open_engine(tmp_path / "sound", write_index(tmp_path / "sound")))
    with pytest.MonkeyPatch.context() as patch:
        hide(patch, Evil(trace))
        manifest = write_index(tmp_path)
    if hide in {in_stored_fields, in_contents}:
        engine = open_engine(tmp_path, manifest)
        engine.verify()
        assert answers(engine) == expected
    else:
        with pytest.raises(IndexDamaged, match="Whoosh cannot read it") as caught:
            answers(open_engine(tmp_path, manifest))
        assert "--from-scratch" in str(caught.value.remedies)
    later = writer_module.WhooshWriter(tmp_path, manifest).prepare()
    assert not trace.exists()
    (tmp_path / FOLDER / later.contents.name).unlink()  # Whoosh reads the newest contents
    read_by_whoosh(tmp_path / FOLDER)
    assert trace.exists()


def read_by_whoosh(folder: Path) -> None:
    """Read a whole index with Whoosh alone; errors are ignored."""
    code = (
        "import sys, whoosh.index\n"
        "reader = whoosh.index.open_dir(sys.argv[1]).reader()\n"
        "for term in reader.all_terms(): list(reader.postings(*term).all_ids())\n"
        "list(reader.all_stored_fields())"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(folder)], stderr=subprocess.DEVNULL, check=False
    )


def test_no_pickle_that_is_read_names_a_class(tmp_path: Path) -> None:
    """Opening, searching and verifying an index import no class by a pickle.

    Reading Whoosh's table of contents, which is avoided, would do so.
    """
    manifest = write_index(tmp_path)
    code = f"""
import sys
from pathlib import Path
named = []
sys.addaudithook(lambda event, args: event == "pickle.find_class" and named.append(args))
from excerpt.engines import open_engine, read_manifest
from test_whoosh import answers
named.clear()
engine = open_engine(Path({str(tmp_path)!r}), read_manifest({manifest.to_json()!r}))
engine.verify()
print(len(answers(engine)), len(named))
import whoosh.index
whoosh.index.open_dir({str(tmp_path / FOLDER)!r})
print(len(named) > 0)
"""
    paths = os.pathsep.join(sys.path)
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert ran.stderr == ""
    assert ran.stdout.splitlines() == [f"{len(QUESTIONS)} 0", "True"]


@pytest.mark.parametrize(
    "change", [lambda data: data + b"x", lambda data: data[:-1], lambda _: b"", None]
)
def test_an_altered_file_is_refused(
    change: Callable[[bytes], bytes] | None, tmp_path: Path
) -> None:
    """Every file is compared with its digest before Whoosh reads one; the error names the file."""
    manifest = write_index(tmp_path)
    for path in sorted((tmp_path / FOLDER).iterdir()):
        whole = path.read_bytes()
        if change is None:
            path.unlink()
        else:
            path.write_bytes(change(whole))
        with pytest.raises(IndexDamaged, match=re.escape(path.name)):
            open_engine(tmp_path, manifest)
        path.write_bytes(whole)
    open_engine(tmp_path, manifest).verify()


def test_verify_finds_damage_in_an_open_index(tmp_path: Path) -> None:
    """A byte that changes in a file in use is damage, until it is restored."""
    manifest = write_index(tmp_path)
    engine = open_engine(tmp_path, manifest)
    for file_of_index in (*manifest.segments[0].files, manifest.document_table):
        path = tmp_path / FOLDER / file_of_index.name
        for value in (0xFF, 0):
            with path.open("r+b") as file:
                byte = file.read(1)
                file.seek(0)
                file.write(bytes([byte[0] ^ 0xFF]))
            if value:
                with pytest.raises(IndexDamaged, match=re.escape(path.name)):
                    engine.verify()
    engine.verify()


def test_a_manifest_cannot_name_files_elsewhere(tmp_path: Path) -> None:
    """A file name that contains a path is refused."""
    manifest = write_index(tmp_path / "index")
    values = manifest.to_json()
    file = values["segments"][0]["files"][0]
    (tmp_path / "index" / FOLDER / file["name"]).rename(tmp_path / "elsewhere")
    file["name"] = "../../elsewhere"
    with pytest.raises(IndexDamaged, match="another folder"):
        open_engine(tmp_path / "index", read_manifest(values))


def test_a_missing_file_is_damage(tmp_path: Path) -> None:
    """The error suggests to rebuild the index, as for the default engine."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text("Winter.")
    build(tmp_path / "corpus", tmp_path / "index", engine="whoosh")
    with Catalog.open(tmp_path / "index") as catalog:
        name = catalog.manifest.to_json()["segments"][0]["files"][0]["name"]
    (tmp_path / "index" / FOLDER / name).unlink()
    with pytest.raises(IndexDamaged, match="cannot be read") as caught:
        Index(tmp_path / "index")
    assert "--from-scratch" in str(caught.value.remedies)


def test_a_passage_without_terms_of_the_query_has_the_score_0(tmp_path: Path) -> None:
    """A passage that does not match can be explained too."""
    engine = open_engine(tmp_path, write_index(tmp_path))
    assert engine.execute(Word("petition")).explain(Key(1, 0)) == [("petition", 0.0)]


# Assumptions about Whoosh


def test_whoosh_unpickles_only_in_known_places() -> None:
    """The modules that read an index have no other calls that unpickle."""
    found = {}
    folder = Path(whoosh.__file__).parent
    for name in (
        "codec/whoosh3.py",
        "codec/base.py",
        "filedb/structfile.py",
        "filedb/filetables.py",
        "reading.py",
    ):
        source = (folder / name).read_text(encoding="utf-8")
        found[name] = re.findall(
            r"^ *(?:return )?.*?((?:\w+\.)*(?:loads?|read_pickle|Unpickler)\(.*)$",
            source,
            re.MULTILINE,
        )
    assert found == {
        "codec/whoosh3.py": ["postfile.read_pickle()", "loads(b)", "loads(s[st.size :])"],
        "codec/base.py": [],
        "filedb/structfile.py": ["read_pickle(self) -> Any:", "load(self.file)"],
        "filedb/filetables.py": ["self.dbfile.read_pickle()"],
        "reading.py": [],
    }
    column = _columns.VarBytesColumn
    assert "pickle" not in " ".join(
        column.Reader.__init__.__code__.co_names + column.Reader.__getitem__.__code__.co_names
    )


def test_the_manifest_names_all_files_of_whoosh(tmp_path: Path) -> None:
    """Whoosh writes four files for each segment, and the folder contains no others."""
    manifest = write_index(tmp_path)
    (segment,) = manifest.segments
    kinds = {file.name.partition(".")[2] for file in segment.files}
    assert kinds == {"trm", "pst", "tokens.col", "_stored.col"}
    named = {file.name for file in manifest.files}
    assert {path.name for path in (tmp_path / FOLDER).iterdir()} == named


def test_whoosh_takes_a_list_as_terms() -> None:
    """Terms are not lower-cased, split or dropped, and their order does not matter."""
    from whoosh.filedb.filestore import RamStorage

    from excerpt.engines.whoosh.fields import schema

    storage: Any = RamStorage()  # type: ignore[no-untyped-call]
    index = storage.create_index(schema())
    terms = ["The", "the", "en parti", "a-b", "ﬁ", "中"]
    with index.writer() as writer:
        writer.add_document(document=["1"], tokens=b"\0", text_term=terms)
    reader = index.reader()
    found = [term.decode() for field, term in reader.all_terms() if field == "text_term"]
    assert sorted(found) == sorted(terms)
    assert [list(reader.postings("text_term", term).all_ids()) for term in terms] == [[0]] * len(
        terms
    )
