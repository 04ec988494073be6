"""Tests of `build`: the index that it makes of a corpus, and the mistakes that it refuses."""

import gzip
import inspect
import os
import shutil
import stat
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from excerpt.catalog import Catalog, UnfinishedBuild
from excerpt.engines import open_engine
from excerpt.errors import CorpusError, ExcerptError, IndexBusy, IndexMissing
from excerpt.files import hold_lock
from excerpt.indexing import plan_runner, worker_pool, worker_process
from excerpt.indexing.options import BuildOptions
from excerpt.indexing.pipeline import Progress, build
from excerpt.ingest.walk import walk
from excerpt.model import Span
from excerpt.query.ast import Term

AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Return a corpus of three letters."""
    folder = tmp_path / "corpus"
    (folder / "letters").mkdir(parents=True)
    (folder / "letters" / "a.txt").write_text("The committee met in the harbour town.\n")
    (folder / "letters" / "b.txt").write_text("The miners struck in winter.\n\nNobody was paid.\n")
    (folder / "c.txt").write_text("A petition to the queen.\n")
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Return the folder for the index."""
    return tmp_path / "index"


def found(index: Path, word: str) -> list[str]:
    """Return the paths of the passages that contain `word`."""
    with Catalog.open(index) as catalog:
        engine = open_engine(index, catalog.manifest)
        try:
            keys = [key for key, _ in engine.execute(Term(word)).top(10)]
        finally:
            engine.close()
        return [file.path for stored in catalog.passages(keys) for file in stored.document.files]


def test_build_indexes_every_file(corpus: Path, index: Path) -> None:
    """A first build reads every file; its passages are found with their exact text."""
    report = build(corpus, index)
    assert (report.new, report.unreadable, report.n_bytes) == (3, (), 111)
    assert report.summary().startswith("3 new; 0.0 MB in ")
    assert found(index, "committee") == ["letters/a.txt"]
    with Catalog.open(index) as catalog:
        record = catalog.document_at("letters/b.txt")
        assert record is not None
        assert catalog.text(record.id) == "The miners struck in winter.\n\nNobody was paid.\n"
        assert catalog.text(record.id, Span(4, 10)) == "miners"
        assert catalog.corpus == corpus


def test_workers_and_one_process_build_the_same(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Worker processes with many small batches build the same catalog as a single process."""
    for number in range(40):
        (corpus / f"{number:02}.txt").write_text(f"Text number {number} of the series.\n" * 3)
    build(corpus, tmp_path / "one", processes=1)
    monkeypatch.setattr(plan_runner, "SMALL_BYTES", 0)
    monkeypatch.setattr(plan_runner, "WORKER_BYTES", 1)
    monkeypatch.setattr(plan_runner, "BATCH_BYTES", 300)
    steps: list[Progress] = []
    report = build(corpus, tmp_path / "two", processes=2, progress=steps.append)
    assert report.new == 43
    assert steps[-1] == Progress(43, 43, report.n_bytes, report.n_bytes)
    with Catalog.open(tmp_path / "one") as one, Catalog.open(tmp_path / "two") as two:
        assert list(one.documents()) == list(two.documents())
        assert found(tmp_path / "one", "series") == found(tmp_path / "two", "series")
        two.verify()


def test_equal_files_are_one_document(corpus: Path, index: Path) -> None:
    """Files with equal bytes and formats are one document; each path has its own metadata."""
    (corpus / "1848").mkdir()
    (corpus / "1848" / "z.txt").write_bytes((corpus / "c.txt").read_bytes())
    (corpus / "metadata.csv").write_text(
        "path,author\n1848/z.txt,Ann\nc.txt,Bea\nnowhere.txt,Cid\n"
    )
    report = build(corpus, index)
    assert (report.new, report.copies) == (3, 1)
    assert report.warnings == ("metadata.csv: 1 row matches no indexed file: 'nowhere.txt'",)
    with Catalog.open(index) as catalog:
        record = catalog.document_at("c.txt")
        assert record is not None
        assert record == catalog.document_at("1848/z.txt")
        assert [(file.path, file.metadata) for file in record.files] == [
            ("1848/z.txt", (("date", "1848"), ("author", "Ann"))),
            ("c.txt", (("author", "Bea"),)),
        ]
        assert record.metadata.pairs == (("date", "1848"), ("author", "Ann"), ("author", "Bea"))
        assert catalog.metadata_names() == {"author", "date"}


def test_equal_bytes_under_another_suffix_are_one_document(corpus: Path, index: Path) -> None:
    """Two suffixes of one format are recognised as such when the files are read."""
    (corpus / "c.text").write_bytes((corpus / "c.txt").read_bytes())
    build(corpus, index)
    with Catalog.open(index) as catalog:
        record = catalog.document_at("c.txt")
        assert record is not None
        assert [file.path for file in record.files] == ["c.text", "c.txt"]
        assert catalog.counts().documents == 3
    assert found(index, "petition") == ["c.text", "c.txt"]


def test_empty_files_are_documents_without_passages(corpus: Path, index: Path) -> None:
    """An empty file is counted and found by its path."""
    (corpus / "empty.txt").touch()
    assert build(corpus, index).new == 4
    with Catalog.open(index) as catalog:
        record = catalog.document_at("empty.txt")
        assert record is not None
        assert record.n_passages == 0
        assert catalog.text(record.id) == ""


def test_names_that_are_not_unicode_survive(corpus: Path, index: Path) -> None:
    """A file name that is not UTF-8 keeps its bytes in the catalog."""
    name = os.fsdecode(b"caf\xe9.txt")
    try:
        (corpus / name).write_text("A word from the archive.\n")
    except OSError:
        pytest.skip("this file system wants names in UTF-8")
    build(corpus, index)
    assert found(index, "archive") == [name]
    assert build(corpus, index).unchanged == 4


def test_loops_of_links_and_pipes_are_skipped(corpus: Path, index: Path) -> None:
    """A loop of links, a broken link and a pipe are skipped, with reasons."""
    (corpus / "ring").symlink_to(corpus)
    (corpus / "nothing.txt").symlink_to(corpus / "missing.txt")
    os.mkfifo(corpus / "pipe.txt")
    report = build(corpus, index)
    assert report.new == 3
    assert {each.path for each in report.excluded} >= {"ring", "nothing.txt", "pipe.txt"}


def test_the_reason_of_an_unreadable_file_includes_its_remedy(corpus: Path, index: Path) -> None:
    """A user of the report or of `status` reads what to do about the file."""
    (corpus / "cut.txt.gz").write_bytes(gzip.compress(b"The miners struck." * 1000)[:-20])
    report = build(corpus, index, processes=1)
    (problem,) = report.unreadable
    assert problem.path == "cut.txt.gz"
    assert problem.reason.startswith("it is damaged: ")
    assert problem.reason.endswith(". Replace it with an intact copy.")
    with Catalog.open(index) as catalog:
        assert tuple(catalog.unreadable()) == (problem,)


def test_unreadable_files_are_reported_and_tried_again(corpus: Path, index: Path) -> None:
    """A file without text is a problem with a reason; it is read again only when it changes."""
    (corpus / "junk.txt").write_bytes(bytes(range(256)) * 40)
    report = build(corpus, index)
    assert [problem.path for problem in report.unreadable] == ["junk.txt"]
    with Catalog.open(index) as catalog:
        assert tuple(catalog.unreadable()) == report.unreadable
    assert build(corpus, index).unreadable == report.unreadable
    (corpus / "junk.txt").write_text("It is a text now.\n")
    report = build(corpus, index)
    assert (report.new, report.unreadable) == (1, ())
    (corpus / "junk.txt").write_bytes(bytes(range(256)) * 41)
    build(corpus, index)
    (corpus / "junk.txt").unlink()
    assert build(corpus, index).unreadable == ()
    assert found(index, "text") == []


@pytest.mark.skipif(AS_ROOT, reason="the superuser may read everything")
def test_files_without_permission_are_tried_again(corpus: Path, index: Path) -> None:
    """A file that may not be read is reported; the next build that may read it does."""
    (corpus / "c.txt").chmod(0)
    assert [problem.path for problem in build(corpus, index).unreadable] == ["c.txt"]
    (corpus / "c.txt").chmod(stat.S_IRUSR)
    assert build(corpus, index).new == 1


def test_a_file_that_vanishes_is_a_problem(
    corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that disappears between the walk and its turn is reported."""

    def walk_and_lose(*arguments: object, **options: object) -> object:
        walked = walk(*arguments, **options)  # type: ignore[arg-type]
        if (index / "lock").exists():  # not the first walk, which only looks for any text
            (corpus / "c.txt").unlink()
        return walked

    monkeypatch.setattr("excerpt.indexing.plan.walk", walk_and_lose)
    report = build(corpus, index)
    assert [problem.path for problem in report.unreadable] == ["c.txt"]
    assert found(index, "miners") == ["letters/b.txt"]


@pytest.mark.parametrize("make", ["nothing", "file", "empty"])
def test_a_corpus_that_cannot_be_read_changes_nothing(corpus: Path, index: Path, make: str) -> None:
    """A missing or empty corpus, or a file in its place, is refused; the index stays as it is."""
    build(corpus, index)
    corpus.rename(corpus.with_name("away"))
    if make == "file":
        corpus.touch()
    if make == "empty":
        corpus.mkdir()
    for named in (corpus, None):
        with pytest.raises(CorpusError):
            build(named, index, allow_removals=True)
    assert found(index, "petition") == ["c.txt"]


def test_a_missing_corpus_creates_no_index(tmp_path: Path, index: Path) -> None:
    """Nothing is created if the corpus does not exist or none is given."""
    with pytest.raises(CorpusError):
        build(tmp_path / "nowhere", index)
    with pytest.raises(IndexMissing):
        build(None, index)
    assert not index.exists()


@pytest.mark.parametrize("what", ["empty", "only a picture", "excluded"])
def test_a_corpus_without_text_creates_no_index(tmp_path: Path, index: Path, what: str) -> None:
    """Nothing is created for a folder without texts, and the error gives the reasons."""
    (tmp_path / "corpus").mkdir()
    if what != "empty":
        (tmp_path / "corpus" / ("a.png" if "picture" in what else "a.txt")).write_text("Text.")
    with pytest.raises(CorpusError, match="no file in this folder can be read") as raised:
        build(tmp_path / "corpus", index, exclude=["*.txt"])
    assert ("not supported yet" in raised.value.message) == ("picture" in what)
    assert not index.exists()


def test_a_folder_with_other_files_is_no_place_for_an_index(corpus: Path, tmp_path: Path) -> None:
    """Only a new or empty folder, or one with dotfiles alone, becomes an index."""
    other = tmp_path / "papers"
    other.mkdir()
    (other / "notes.odt").write_text("mine")
    for dry_run in (False, True):
        with pytest.raises(
            ExcerptError, match=r"holds no index of excerpt, but other files, such as notes\.odt"
        ):
            build(corpus, other, dry_run=dry_run)
    assert [path.name for path in other.iterdir()] == ["notes.odt"]
    (other / "notes.odt").rename(other / ".gitignore")
    assert build(corpus, other).new == 3


@pytest.mark.parametrize("folder", ["corpus", "."])
def test_the_folder_of_the_corpus_is_no_place_for_an_index(
    corpus: Path, tmp_path: Path, folder: str
) -> None:
    """An index in the place of its corpus, or around it, is refused."""
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(CorpusError, match="the corpus is inside the index"):
        build(corpus, tmp_path / folder)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_damaged_index_stays_until_its_corpus_is_known(
    corpus: Path, index: Path, tmp_path: Path
) -> None:
    """A damaged index is replaced from scratch only if there is something to build from."""
    build(corpus, index)
    (index / "catalog.sqlite").write_bytes(b"junk" * 3000)
    (tmp_path / "empty").mkdir()
    for named in (None, tmp_path / "empty"):
        with pytest.raises(ExcerptError) as raised:
            build(named, index, from_scratch=True)
        assert raised.value.remedies
        assert (index / "catalog.sqlite").read_bytes() == b"junk" * 3000
    assert build(corpus, index, from_scratch=True).new == 3


def test_another_corpus_is_refused(corpus: Path, index: Path, tmp_path: Path) -> None:
    """An index is not built from another corpus, except from scratch."""
    build(corpus, index)
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.txt").write_text("Something else entirely.\n")
    with pytest.raises(CorpusError, match="this index was built from"):
        build(other, index)
    assert build(None, index).unchanged == 3
    report = build(other, index, from_scratch=True)
    assert (report.new, report.rebuild_reason) == (1, "as requested")
    assert found(index, "petition") == []


def test_corpus_and_index_may_be_moved_together(tmp_path: Path, corpus: Path) -> None:
    """The index finds its corpus at the same relative path."""
    build(corpus, tmp_path / "index")
    (tmp_path / "archive").mkdir()
    for name in ("corpus", "index"):
        (tmp_path / name).rename(tmp_path / "archive" / name)
    report = build(None, tmp_path / "archive" / "index")
    assert (report.unchanged, report.new) == (3, 0)
    assert build(tmp_path / "archive" / "corpus", tmp_path / "archive" / "index").unchanged == 3


def test_the_new_location_of_a_corpus_is_stored(corpus: Path, index: Path) -> None:
    """A corpus that was renamed to and fro, with a link in its place, is where it is now."""
    build(corpus, index)
    moved = corpus.rename(corpus.with_name("corpus 2"))
    corpus.symlink_to(moved)
    build(corpus, index)
    corpus.unlink()
    moved.rename(corpus)
    assert build(corpus, index).unchanged == 3
    with Catalog.open(index) as catalog:
        assert catalog.settings.corpus == str(corpus)


def test_a_row_for_no_file_names_the_file_that_may_be_meant(corpus: Path, index: Path) -> None:
    """Capitals and separators of other systems are the usual reasons why a row has no file."""
    (corpus / "metadata.csv").write_text("path,author\nC.TXT,Ann\nletters\\a.txt,Bea\n")
    (warning,) = build(corpus, index).warnings
    assert "2 rows match no indexed file: 'C.TXT' (did you mean 'c.txt'?)" in warning
    assert "(did you mean 'letters/a.txt'?)" in warning


def test_the_index_is_no_source(corpus: Path) -> None:
    """An index inside its corpus is not read; a corpus inside its index is refused."""
    assert build(corpus, corpus / "index").new == 3
    assert build(corpus, corpus / "index").unchanged == 3
    (corpus / "index" / "texts").mkdir()
    (corpus / "index" / "texts" / "a.txt").write_text("Text.\n")
    with pytest.raises(CorpusError):
        build(corpus / "index" / "texts", corpus / "index", from_scratch=True)


def test_an_index_that_is_a_file_is_refused(corpus: Path, index: Path) -> None:
    """A file in the place of the index is reported and left unchanged."""
    index.write_text("mine")
    with pytest.raises(ExcerptError, match="this is a file"):
        build(corpus, index)
    assert index.read_text() == "mine"


def interrupt(monkeypatch: pytest.MonkeyPatch, corpus: Path, index: Path, after: int) -> None:
    """Build with a commit after each file, and interrupt the build after that many files."""

    def stop(now: Progress) -> None:
        if now.n_files > after:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(plan_runner, "BATCH_BYTES", 1)
        patch.setattr(plan_runner, "COMMIT_SECONDS", -1.0)
        with pytest.raises(KeyboardInterrupt):
            build(corpus, index, processes=1, progress=stop)


@pytest.mark.parametrize("is_first", [True, False])
def test_the_index_records_an_unfinished_build(
    corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch, is_first: bool
) -> None:
    """The catalog has the number of files done and of all files, until the last commit."""
    if not is_first:
        build(corpus, index)
    for number in range(4):
        (corpus / f"{number}.txt").write_text(f"Text {number}.\n" * 9)
    interrupt(monkeypatch, corpus, index, after=2)
    with Catalog.open(index) as catalog:
        assert catalog.unfinished == UnfinishedBuild(2 if is_first else 5, 7)
        assert catalog.counts().files == (2 if is_first else 5)
    assert build(corpus, index).new == (5 if is_first else 2)
    with Catalog.open(index) as catalog:
        assert catalog.unfinished is None


def test_a_build_without_anything_to_read_finishes_another(
    corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files that an interrupted build had not read may be gone."""
    monkeypatch.setattr("excerpt.indexing.changes.CLOCK_GRAIN_NS", 0)
    interrupt(monkeypatch, corpus, index, after=2)
    with Catalog.open(index) as catalog:
        there = {record.files[0].path for record in catalog.documents()}
    for path in ("c.txt", "letters/a.txt", "letters/b.txt"):
        if path not in there:
            (corpus / path).unlink()
    assert build(corpus, index).unchanged == 2
    with Catalog.open(index) as catalog:
        assert catalog.unfinished is None


def test_one_build_runs_at_a_time(corpus: Path, index: Path) -> None:
    """A second build is refused while one is running."""
    build(corpus, index)
    with hold_lock(index / "lock"), pytest.raises(IndexBusy):
        build(corpus, index)


def test_a_dry_run_changes_nothing(corpus: Path, index: Path) -> None:
    """A dry run reports what would be done; it creates no index and changes none."""
    assert build(corpus, index, dry_run=True).new == 3
    assert not index.exists()
    build(corpus, index)
    (corpus / "c.txt").rename(corpus / "d.txt")
    (corpus / "e.txt").write_text("Another one.\n")
    (corpus / "letters" / "a.txt").unlink()
    report = build(corpus, index, dry_run=True)
    assert (report.new, report.moved, report.removed, report.unchanged) == (1, 1, 1, 1)
    assert found(index, "petition") == ["c.txt"]


def test_excluded_files_are_left_out(corpus: Path, index: Path) -> None:
    """A pattern excludes files, also those that were in the index."""
    build(corpus, index)
    report = build(corpus, index, exclude=["c.txt"])
    assert (report.removed, report.unchanged) == (1, 2)
    assert "c.txt" in {each.path for each in report.excluded}


@pytest.fixture
def deadly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make workers die of die.txt, hang at hang.txt, and run out of memory over two other files."""
    program = """
import gzip
import json, os, sys, time
sys.path[:] = json.loads(sys.argv.pop(1))
from excerpt.indexing import indexer, worker
def read(root, file, real=indexer.source.read):
    if file.path == "die.txt": os.kill(os.getpid(), 9)
    if file.path == "hang.txt": time.sleep(1000)
    return real(root, file)
class source:
    read = staticmethod(read)
indexer.source = source
worker._MAX_BYTES = 1 << 30
def cut(document, origin, real=indexer.cut_passages):
    return real(document, origin) if document.paths != ("eat.txt",) else bytearray(2 << 30)
indexer.cut_passages = cut
def open_segment_builder(*given, real=indexer.open_segment_builder):
    builder = real(*given)
    def add(document, passages, add=builder.add):
        add(document, passages)
        if document.paths == ("gorge.txt",): bytearray(2 << 30)
    builder.add = add
    return builder
indexer.open_segment_builder = open_segment_builder
worker.main(sys.argv[1:])
"""
    monkeypatch.setattr(worker_process, "_PROGRAM", program)
    monkeypatch.setattr(worker_process, "FILE_SECONDS", 0.5)
    monkeypatch.setattr(worker_process, "SLOW_BYTES", 1e-3)  # gives hours to all but an empty file
    monkeypatch.setattr(plan_runner, "SMALL_BYTES", 0)
    monkeypatch.setattr(plan_runner, "WORKER_BYTES", 1)


@pytest.mark.usefixtures("deadly")
@pytest.mark.parametrize("batch", [1, 2_000_000])
def test_a_file_that_kills_or_holds_up_its_reader_is_given_up(
    corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    """A worker's death costs the one file it was reading.

    The other files of its segment are indexed, whether or not their rows had been sent ahead.
    """
    monkeypatch.setattr(plan_runner, "BATCH_BYTES", batch)
    (corpus / "die.txt").write_text("Deadly.\n")
    (corpus / "hang.txt").touch()
    (corpus / "eat.txt").write_text("Greedy.\n")
    (corpus / "gorge.txt").write_text("Insatiable.\n")
    report = build(corpus, index, processes=2)
    assert {problem.path: problem.reason for problem in report.unreadable} == {
        "die.txt": "its reader was killed, as the system does when memory runs out",
        "hang.txt": "it takes too long to read",
        "eat.txt": "there is not enough memory to read it",
        "gorge.txt": "there is not enough memory to read it",
    }
    assert report.new == 3
    assert {
        path for word in ("committee", "miners", "petition") for path in found(index, word)
    } == {
        "letters/a.txt",
        "letters/b.txt",
        "c.txt",
    }
    with Catalog.open(index) as catalog:
        catalog.verify()
        segments = catalog.manifest.to_json()["segments"]
    n_named = sum(1 + (segment["main_stems"] is not None) for segment in segments) + 1
    assert len(list((index / "segments").iterdir())) == n_named


def test_a_file_whose_segment_is_written_is_not_read_again(
    corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a worker's death, only files outside of finished segments are read again."""
    program = """
import json, os, sys
sys.path[:] = json.loads(sys.argv.pop(1))
from excerpt.indexing import indexer, worker
full = []
def open_segment_builder(*given, real=indexer.open_segment_builder):
    class Builder:
        def __init__(self):
            self.finish, self.add_to = (one := real(*given)).finish, one.add
        is_full = property(lambda self: full)
        def add(self, document, passages):
            self.add_to(document, passages)
            if document.paths == ("c.txt",): full.append(document)
    return Builder()
def tell(words, document, real=worker._report_start):
    if full: os.kill(os.getpid(), 9)
    real(words, document)
indexer.open_segment_builder, worker._report_start = open_segment_builder, tell
worker.main(sys.argv[1:])
"""
    monkeypatch.setattr(worker_process, "_PROGRAM", program)
    monkeypatch.setattr(plan_runner, "SMALL_BYTES", 0)
    report = build(corpus, index, processes=2)
    assert (report.new, report.unreadable) == (3, ())
    assert found(index, "petition") == ["c.txt"]


def test_a_build_that_is_stopped_itself_gives_up_no_file(
    corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A progress callback that takes hours makes no worker count as hanging.

    This happens when the terminal of a build is stopped.
    """
    program = """
import json, os, sys, time
sys.path[:] = json.loads(sys.argv.pop(1))
from excerpt.indexing import indexer, worker
class source:
    @staticmethod
    def read(root, file, real=indexer.source.read):
        while not os.path.exists(str(root) + "-was-told"): time.sleep(0.01)
        return real(root, file)
indexer.source = source
worker.main(sys.argv[1:])
"""
    hours: list[int] = []

    def hold_up(_: Progress) -> None:
        hours.append(1)
        Path(f"{corpus}-was-told").touch()

    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + 3600 * len(hours))
    monkeypatch.setattr(worker_pool, "time", clock)
    monkeypatch.setattr(worker_process, "_PROGRAM", program)
    monkeypatch.setattr(plan_runner, "SMALL_BYTES", 0)
    shutil.rmtree(corpus / "letters")
    report = build(corpus, index, processes=2, progress=hold_up)
    assert hours
    assert (report.new, report.unreadable) == (1, ())


def test_workers_that_cannot_start_are_an_error(
    corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build whose workers cannot start ends with an error and a remedy."""
    monkeypatch.setattr(worker_process, "_PROGRAM", "raise SystemExit(3)")
    monkeypatch.setattr(plan_runner, "SMALL_BYTES", 0)
    monkeypatch.setattr(plan_runner, "WORKER_BYTES", 1)
    with pytest.raises(ExcerptError, match=r"did not start: .*exit code 3"):
        build(corpus, index, processes=2)


def test_build_options_are_the_arguments_of_build() -> None:
    """`BuildOptions` has the keywords of `build` with their types, except `wait` and `progress`."""
    parameters = inspect.signature(build).parameters.values()
    keywords = {each.name: each.annotation for each in parameters if each.kind is each.KEYWORD_ONLY}
    del keywords["wait"], keywords["progress"]
    assert keywords == BuildOptions.__annotations__
