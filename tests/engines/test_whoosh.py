"""The Whoosh engine besides what `conformance` asks of every engine: what it keeps, what it trusts, and what it takes for
granted of Whoosh."""

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

from excerpt.catalog import Catalog
from excerpt.engines import Engine, open_engine, open_writer, read_manifest
from excerpt.engines.whoosh import writer as writing
from excerpt.engines.whoosh.manifest import FOLDER, WhooshManifest
from excerpt.engines.whoosh.stored_fields import pack, unpack
from excerpt.errors import IndexDamaged
from excerpt.indexing import execution
from excerpt.indexing.pipeline import build
from excerpt.model import Block, BlockKind, Document, Key, Passage, Span
from excerpt.query.ast import And, Form, InTitle, MatchAll, Node, Not, Phrase, Term, Wildcard, Word
from excerpt.query.token_sequence import TokenSequence, group_bounds, view_document
from excerpt.search.index import Index
from excerpt.text import tokenize_document
from states import state_of, stray_files
from strategies import split_documents

_codec: Any = whoosh.codec.whoosh3
_columns: Any = whoosh.columns
"""Their names are not told to type checkers."""
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


def corpus_of(texts: Sequence[str]) -> list[tuple[Document, list[Passage]]]:
    """A document of one passage for each of `texts`."""
    made = []
    for number, text in enumerate(texts, 1):
        block = Block(Span(0, len(text)), BlockKind.PARAGRAPH)
        places = (f"{number}.txt",)
        document = Document(
            text, (block,), "text", title="Letters", language="en", id=number, paths=places
        )
        made.append((document, [Passage(0, block.span, (block,))]))
    return made


def written(folder: Path, texts: Sequence[str] = TEXTS) -> WhooshManifest:
    """The manifest of an index of `texts` in `folder`."""
    writer = open_writer(folder, None, "whoosh")
    for document, passages in corpus_of(texts):
        writer.replace(document, passages)
    manifest = writer.prepare()
    writer.close()
    assert isinstance(manifest, WhooshManifest)
    return manifest


def answers(engine: Engine) -> list[Any]:
    """What an engine says."""
    found = [engine.execute(tree) for tree in QUESTIONS]
    return [(list(matches.occurrences()), matches.top(None), matches.absent) for matches in found]


# What is kept


def columns_of(run: TokenSequence) -> list[Any]:
    """A run in a form in which two can be compared: numbers of sections and the like may differ, their changes not."""
    stretches = [group_bounds(each) for each in (run.section_of, run.paragraph_of, run.sentence_of)]
    words = [list(each) for each in (run.forms, run.terms, run.stems)]
    return [
        run.language,
        words,
        list(run.passage_of),
        [run.passage_of[at] for at in range(len(run))],
        stretches,
    ]


@given(split_documents())
def test_what_is_kept_of_a_document_is_all_of_it(given: tuple[Document, list[Passage]]) -> None:
    """Words, title, headings, kinds and stretches come back; pieces of them too."""
    subject = view_document(tokenize_document(*given))
    back = unpack(pack(subject), subject.paths, subject.format, subject.language, subject.metadata)
    assert columns_of(back.text) == columns_of(subject.text)
    assert columns_of(back.title) == columns_of(subject.title)
    assert [list(each.terms) for each in back.headings] == [
        list(each.terms) for each in subject.headings
    ]
    assert [group_bounds(each.section_of) for each in back.headings] == [
        group_bounds(each.section_of) for each in subject.headings
    ]
    assert list(back.kinds) == list(subject.kinds)
    middle = len(subject.text) // 2
    assert columns_of(back.text.slice(middle, len(back.text))) == columns_of(
        subject.text.slice(middle, len(subject.text))
    )


def test_a_segment_that_is_full_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many small segments, merged again and again, answer as one; the table of contents counts on."""
    expected = answers(open_engine(tmp_path / "whole", written(tmp_path / "whole")))
    monkeypatch.setattr(writing, "MOST_WORDS", 8)
    manifest = written(tmp_path / "pieces")
    assert len(manifest.segments) > 1
    assert answers(open_engine(tmp_path / "pieces", manifest)) == expected
    writer = writing.WhooshWriter(tmp_path / "pieces", manifest)
    writer.delete(1)
    assert writer.prepare().contents.name == "_MAIN_2.toc"


def test_whoosh_opens_the_index_without_excerpt(tmp_path: Path) -> None:
    """Its own table of contents leads to all living documents and their terms."""
    writer = open_writer(tmp_path, written(tmp_path))
    writer.delete(1)
    writer.prepare()
    code = (
        "import sys, whoosh.index; from whoosh.query import Term\n"
        f"index = whoosh.index.open_dir({str(tmp_path / FOLDER)!r})\n"
        "with index.searcher() as searcher:\n"
        "    print(searcher.doc_count(), [hit['document'] for hit in searcher.search(Term('text_stem', 'en winter'))])\n"
        "print('excerpt' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == ["3 ['3']", "False"]


def test_workers_read_what_one_process_would(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index that worker processes helped to make is that of the other engine; changes keep it so."""
    corpus, states = tmp_path / "corpus", []
    corpus.mkdir()
    for number, text in enumerate(TEXTS):
        (corpus / f"{number}.txt").write_text(text)
    monkeypatch.setattr(execution, "SMALL_BYTES", 0)
    monkeypatch.setattr(execution, "WORKER_BYTES", 1)
    for is_later in (False, True):
        if is_later:
            (corpus / "0.txt").rename(corpus / "moved.txt")
            (corpus / "1.txt").write_text("The harbour.")
        for engine in ("columnar", "whoosh"):
            build(corpus, tmp_path / engine, engine=engine, processes=2)
            states.append(state_of(tmp_path / engine))
            assert stray_files(tmp_path / engine) == set()
        assert states[-1] == states[-2]


# What is trusted


class Evil:
    """Pickles into a call that leaves a trace."""

    def __init__(self, trace: Path) -> None:
        self.trace = str(trace)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return os.mkdir, (self.trace,)


def in_dictionary(patch: pytest.MonkeyPatch, evil: Evil) -> None:
    """At the end of the dictionary."""
    close = _codec.W3FieldWriter.close

    def evil_close(self: Any) -> None:
        self._tindex.extras["evil"] = evil
        close(self)

    patch.setattr(_codec.W3FieldWriter, "close", evil_close)


def in_postings(length: int, patch: pytest.MonkeyPatch, evil: Evil) -> None:
    """In place of each tuple of so many elements in the postings: 6 before a block, 3 in it."""
    patch.setattr(
        _codec, "dumps", lambda data, _: pickle.dumps(evil if len(data) == length else data, 2)
    )


def in_terms(patch: pytest.MonkeyPatch, evil: Evil) -> None:
    """As postings in the dictionary, which Whoosh can read."""
    patch.setattr(
        _codec.W3TermInfo,
        "to_bytes",
        lambda _: struct.pack("!BfIBBfII", 1, 1, 1, 0, 0, 1, 0, 0) + pickle.dumps(evil, 2),
    )


def in_stored_fields(patch: pytest.MonkeyPatch, evil: Evil) -> None:
    """In place of stored fields."""
    patch.setattr(_columns, "dumps", lambda _, __: pickle.dumps(evil, 2))


def in_contents(patch: pytest.MonkeyPatch, evil: Evil) -> None:
    """In the table of contents."""
    patch.setattr(writing, "segment", lambda *_: evil)


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
def test_a_foreign_index_runs_nothing(hide: Callable[..., None], tmp_path: Path) -> None:
    """Whatever pickle somebody else has put into an index, with the right digests: it is refused or never read. Whoosh
    itself would run it."""
    trace = tmp_path / "trace"
    expected = answers(open_engine(tmp_path / "sound", written(tmp_path / "sound")))
    with pytest.MonkeyPatch.context() as patch:
        hide(patch, Evil(trace))
        manifest = written(tmp_path)
    if hide in {in_stored_fields, in_contents}:
        engine = open_engine(tmp_path, manifest)
        engine.verify()
        assert answers(engine) == expected
    else:
        with pytest.raises(IndexDamaged, match="Whoosh cannot read it") as caught:
            answers(open_engine(tmp_path, manifest))
        assert "--from-scratch" in str(caught.value.remedies)
    later = writing.WhooshWriter(tmp_path, manifest).prepare()
    assert not trace.exists()
    (tmp_path / FOLDER / later.contents.name).unlink()  # or Whoosh would prefer it
    read_by_whoosh(tmp_path / FOLDER)
    assert trace.exists()


def read_by_whoosh(folder: Path) -> None:
    """Read all of an index as Whoosh does, and never mind what comes of it."""
    code = (
        "import sys, whoosh.index\n"
        "reader = whoosh.index.open_dir(sys.argv[1]).reader()\n"
        "for term in reader.all_terms(): list(reader.postings(*term).all_ids())\n"
        "list(reader.all_stored_fields())"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(folder)], stderr=subprocess.DEVNULL, check=False
    )


def test_reading_an_index_names_no_class(tmp_path: Path) -> None:
    """No pickle that is read while an index is opened, searched and verified names any; Whoosh's table of contents does."""
    written_manifest = written(tmp_path)
    code = f"""
import sys
from pathlib import Path
named = []
sys.addaudithook(lambda event, args: event == "pickle.find_class" and named.append(args))
from excerpt.engines import open_engine, read_manifest
from test_whoosh import answers
named.clear()
engine = open_engine(Path({str(tmp_path)!r}), read_manifest({written_manifest.to_json()!r}))
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
    """Before Whoosh is given any file, each is compared with what was written; the error names it."""
    manifest = written(tmp_path)
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


def test_damage_below_an_open_index_is_found_by_verify(tmp_path: Path) -> None:
    """A bit that flips in a file in use."""
    manifest = written(tmp_path)
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


def test_a_manifest_leads_nowhere_else(tmp_path: Path) -> None:
    """A name with a path in it is not followed."""
    manifest = written(tmp_path / "index")
    values = manifest.to_json()
    file = values["segments"][0]["files"][0]
    (tmp_path / "index" / FOLDER / file["name"]).rename(tmp_path / "elsewhere")
    file["name"] = "../../elsewhere"
    with pytest.raises(IndexDamaged, match="another folder"):
        open_engine(tmp_path / "index", read_manifest(values))


def test_an_index_whose_files_are_gone_says_so(tmp_path: Path) -> None:
    """By the errors of every index."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text("Winter.")
    build(tmp_path / "corpus", tmp_path / "index", engine="whoosh")
    with Catalog.open(tmp_path / "index") as catalog:
        name = catalog.manifest.to_json()["segments"][0]["files"][0]["name"]
    (tmp_path / "index" / FOLDER / name).unlink()
    with pytest.raises(IndexDamaged, match="cannot be read") as caught:
        Index(tmp_path / "index")
    assert "--from-scratch" in str(caught.value.remedies)


def test_a_passage_that_matches_nothing_has_a_score_of_nothing(tmp_path: Path) -> None:
    """A passage may be asked about that no leaf of the query holds."""
    engine = open_engine(tmp_path, written(tmp_path))
    assert engine.execute(Word("petition")).explain(Key(1, 0)) == [("petition", 0.0)]


# What is taken for granted of Whoosh


def test_whoosh_unpickles_where_it_is_known_to() -> None:
    """In the modules that reading goes through. A version that does so elsewhere must be looked at."""
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


def test_whoosh_writes_these_files(tmp_path: Path) -> None:
    """Each of them is in the manifest; no others are made."""
    manifest = written(tmp_path)
    (segment,) = manifest.segments
    kinds = {file.name.partition(".")[2] for file in segment.files}
    assert kinds == {"trm", "pst", "kept.col", "_stored.col"}
    named = {file.name for file in manifest.files}
    assert {path.name for path in (tmp_path / FOLDER).iterdir()} == named


def test_whoosh_takes_a_list_as_terms() -> None:
    """Not one of them is lowered, cut or left out, and the order does not matter."""
    from whoosh.filedb.filestore import RamStorage

    from excerpt.engines.whoosh.fields import schema

    storage: Any = RamStorage()  # type: ignore[no-untyped-call]
    index = storage.create_index(schema())
    terms = ["The", "the", "en parti", "a-b", "ﬁ", "中"]
    with index.writer() as writer:
        writer.add_document(document=["1"], kept=b"\0", text_term=terms)
    reader = index.reader()
    assert sorted(term.decode() for term in reader.lexicon("text_term")) == sorted(terms)
    assert [list(reader.postings("text_term", term).all_ids()) for term in terms] == [[0]] * len(
        terms
    )
