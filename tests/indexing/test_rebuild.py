"""Tests of rebuilds: an updated index equals a new one, and only changed files are read."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from excerpt.catalog import Catalog
from excerpt.errors import IndexOutdated, RemovalRefused, Unreadable, rebuild_remedy
from excerpt.indexing import pipeline, plan_runner
from excerpt.indexing.changes import CLOCK_GRAIN_NS
from excerpt.indexing.committer import IndexCommitter
from excerpt.indexing.members import MemberFinder
from excerpt.indexing.messages import SegmentResult
from excerpt.indexing.pipeline import Report, build
from excerpt.ingest import source
from excerpt.model import SourceFile
from states import WORDS, state_of


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Return a corpus of five files with one word of `WORDS` in each."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number, word in enumerate(WORDS):
        write(folder / f"{number}.txt", f"Text {number} is about {word}.\n")
    return folder


def write(path: Path, text: str) -> None:
    """Write `text` to the file `path` and create its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.fixture(autouse=True)
def fine_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulate a file system with a fine clock: new files are trusted as much as old ones."""
    monkeypatch.setattr("excerpt.indexing.changes.CLOCK_GRAIN_NS", 0)


def check(corpus: Path, index: Path, **expected: int) -> Report:
    """Build, check the counts of the report, and compare the index with a new one.

    Counts that are not `expected` must be 0.
    """
    report = build(corpus, index)
    names = ("new", "changed", "removed", "moved", "unchanged", "copies")
    counts = {name: getattr(report, name) for name in names}
    assert counts == dict.fromkeys(names, 0) | expected
    fresh = index.with_name(f"fresh{len(list(index.parent.iterdir()))}")
    build(corpus, fresh)
    assert state_of(index) == state_of(fresh)
    return report


def ids_of(index: Path, path: str) -> tuple[int, list[str]]:
    """Return the id of the document at `path`, and those of its passages."""
    with Catalog.open(index) as catalog:
        record = catalog.document_at(path)
        assert record is not None
        return record.id, [passage.id for passage in catalog.passages_of(record.id)]


def test_nothing_to_do_changes_nothing(corpus: Path, tmp_path: Path) -> None:
    """A build that finds no change writes nothing."""
    index = tmp_path / "index"
    check(corpus, index, new=5)
    before = (index / "catalog.sqlite").read_bytes(), sorted((index / "segments").iterdir())
    check(corpus, index, unchanged=5)
    assert before == (
        (index / "catalog.sqlite").read_bytes(),
        sorted((index / "segments").iterdir()),
    )


def test_new_changed_and_removed_files(corpus: Path, tmp_path: Path) -> None:
    """Only new and changed files are read; removed ones are no longer found."""
    index = tmp_path / "index"
    build(corpus, index)
    write(corpus / "new.txt", "A new text about miners.\n")
    write(corpus / "1.txt", "It is about the harbour now.\n")
    (corpus / "4.txt").unlink()
    report = check(corpus, index, new=1, changed=1, removed=1, unchanged=3)
    assert report.n_bytes == sum((corpus / name).stat().st_size for name in ("new.txt", "1.txt"))


def test_a_moved_file_keeps_its_passages(corpus: Path, tmp_path: Path) -> None:
    """A moved file is not read: it keeps its document, passage ids and segment."""
    index = tmp_path / "index"
    build(corpus, index)
    before = ids_of(index, "2.txt")
    (corpus / "1848").mkdir()
    (corpus / "2.txt").rename(corpus / "1848" / "petition.txt")
    report = check(corpus, index, moved=1, unchanged=4)
    assert report.n_bytes == 0
    assert ids_of(index, "1848/petition.txt") == before


def test_two_files_that_are_swapped(corpus: Path, tmp_path: Path) -> None:
    """Two files that change places count as moved."""
    index = tmp_path / "index"
    build(corpus, index)
    first, second = ids_of(index, "0.txt"), ids_of(index, "1.txt")
    (corpus / "0.txt").rename(corpus / "away")
    (corpus / "1.txt").rename(corpus / "0.txt")
    (corpus / "away").rename(corpus / "1.txt")
    check(corpus, index, moved=2, unchanged=3)
    assert (ids_of(index, "1.txt"), ids_of(index, "0.txt")) == (first, second)


def test_touched_files_are_not_indexed_again(corpus: Path, tmp_path: Path) -> None:
    """A new time on a file with equal bytes changes only the time in the catalog."""
    index = tmp_path / "index"
    build(corpus, index)
    for path in corpus.iterdir():
        os.utime(path, (1, 1))
    assert check(corpus, index, unchanged=5).n_bytes == 0
    with Catalog.open(index) as catalog:
        assert {file.mtime_ns for stored in catalog.documents() for file in stored.files} == {10**9}


def test_a_change_with_a_restored_time_is_noticed(corpus: Path, tmp_path: Path) -> None:
    """Equal size and modification time do not hide a change: the status time reveals it."""
    index = tmp_path / "index"
    build(corpus, index)
    path = corpus / "3.txt"
    before = path.stat()
    write(path, path.read_text().replace("winter", "miners"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    check(corpus, index, changed=1, unchanged=4)


def test_times_within_the_grain_of_the_clock_are_not_trusted(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that was changed just before the last walk is looked at again."""
    index = tmp_path / "index"
    monkeypatch.setattr("excerpt.indexing.changes.CLOCK_GRAIN_NS", CLOCK_GRAIN_NS)
    build(corpus, index)
    looked_at: list[str] = []

    look_at = MemberFinder.look_at

    def spy(finder: MemberFinder, files: Any) -> Any:
        for found in look_at(finder, files):
            looked_at.append(found.file.path)
            yield found

    monkeypatch.setattr(MemberFinder, "look_at", spy)
    build(corpus, index)
    assert looked_at == [f"{number}.txt" for number in range(5)]
    looked_at.clear()
    monkeypatch.setattr("excerpt.indexing.changes.CLOCK_GRAIN_NS", 0)
    build(corpus, index)
    assert looked_at == []
    build(corpus, index, checksum=True)
    assert len(looked_at) == 5


def test_copies_come_and_go(corpus: Path, tmp_path: Path) -> None:
    """A copy is another path of the same document, which stays as long as one of its paths."""
    index = tmp_path / "index"
    build(corpus, index)
    before = ids_of(index, "0.txt")
    write(corpus / "copy.txt", (corpus / "0.txt").read_text())
    check(corpus, index, copies=1, unchanged=5)
    (corpus / "0.txt").unlink()
    check(corpus, index, removed=1, unchanged=5)
    assert ids_of(index, "copy.txt") == before


def test_an_edited_file_keeps_the_ids_of_unchanged_passages(corpus: Path, tmp_path: Path) -> None:
    """Passages that an edit does not touch keep their ids, even if the file was moved before."""
    index = tmp_path / "index"
    body = "\n\n".join(f"# Part {n}\n\nThe {n}th part is about winter." for n in range(4))
    write(corpus / "long.md", body + "\n")
    build(corpus, index)
    _, before = ids_of(index, "long.md")
    (corpus / "long.md").rename(corpus / "longer.md")
    build(corpus, index)
    write(corpus / "longer.md", body + "\n\n# The end\n\nIt ends with the queen.\n")
    build(corpus, index)
    _, after = ids_of(index, "longer.md")
    assert set(before) < set(after)


def test_no_two_documents_share_passage_ids(corpus: Path, tmp_path: Path) -> None:
    """A copy that is made before an edit keeps the ids; the edited file gets new ones."""
    index = tmp_path / "index"
    text = "# One\n\nAbout the harbour.\n\n# Two\n\nAbout the queen.\n"
    write(corpus / "a.md", text)
    build(corpus, index)
    _, before = ids_of(index, "a.md")
    write(corpus / "b.md", text)
    write(corpus / "a.md", text + "\n# Three\n\nAbout winter.\n")
    build(corpus, index)
    assert ids_of(index, "b.md")[1] == before
    assert not set(ids_of(index, "a.md")[1]) & set(before)


def test_changed_metadata_reads_no_text(corpus: Path, tmp_path: Path) -> None:
    """Changes of metadata.csv are applied without reading a text."""
    index = tmp_path / "index"
    build(corpus, index)
    for author in ("Ann", "Bea"):
        write(corpus / "metadata.csv", f"path,author\n1.txt,{author}\n")
        assert check(corpus, index, unchanged=5).n_bytes == 0
        with Catalog.open(index) as catalog:
            record = catalog.document_at("1.txt")
            assert record is not None
            assert record.metadata.pairs == (("author", author),)
    (corpus / "metadata.csv").unlink()
    check(corpus, index, unchanged=5)


def test_losing_most_documents_is_refused(corpus: Path, tmp_path: Path) -> None:
    """Removing more than half of the documents must be allowed; moves and edits remove none."""
    index = tmp_path / "index"
    build(corpus, index)
    for number in range(5):
        (corpus / f"{number}.txt").rename(corpus / f"moved{number}.txt")
    check(corpus, index, moved=5)
    for number in range(5):
        write(corpus / f"moved{number}.txt", f"Another text about {WORDS[number]}.\n")
    check(corpus, index, changed=5)
    for number in range(3):
        (corpus / f"moved{number}.txt").unlink()
    before = state_of(index)
    with pytest.raises(RemovalRefused, match="3 of the 5"):
        build(corpus, index)
    assert state_of(index) == before
    assert build(corpus, index, allow_removals=True).removed == 3
    check(corpus, index, unchanged=2)


def test_a_postponed_removal_holds_up_nothing_else(corpus: Path, tmp_path: Path) -> None:
    """Documents whose files are gone stay; additions, changes and moves are committed."""
    index = tmp_path / "index"
    build(corpus, index)
    before = ids_of(index, "0.txt")
    for number in range(3):
        (corpus / f"{number}.txt").rename(tmp_path / f"{number}.txt")
    write(corpus / "3.txt", "It is about the sea now.\n")
    (corpus / "4.txt").rename(corpus / "moved.txt")
    write(corpus / "new.txt", "A new text about lanterns.\n")
    report = build(corpus, index, postponed=())
    missing = ("0.txt", "1.txt", "2.txt")
    assert report.missing == missing
    assert (report.new, report.changed, report.moved, report.removed) == (1, 1, 1, 0)
    assert "3 missing" in report.summary()
    assert ids_of(index, "0.txt") == before
    for name in "abc":
        write(corpus / f"{name}.txt", f"The text {name}.\n")
    assert build(corpus, index, dry_run=True, postponed=missing).missing == missing
    report = build(corpus, index, postponed=missing)
    assert (report.new, report.removed, report.missing) == (3, 0, missing)
    for number in range(2):
        (tmp_path / f"{number}.txt").rename(corpus / f"{number}.txt")
    report = build(corpus, index, postponed=missing)
    assert (report.missing, report.new, report.unchanged) == (("2.txt",), 0, 8)
    assert ids_of(index, "0.txt") == before
    (tmp_path / "2.txt").rename(corpus / "z.txt")
    report = build(corpus, index, postponed=("2.txt",))
    assert (report.missing, report.moved, report.unchanged) == ((), 1, 8)
    check(corpus, index, unchanged=9)


def test_a_postponed_removal_can_be_confirmed(corpus: Path, tmp_path: Path) -> None:
    """`allow_removals` removes the documents, and later builds postpone nothing."""
    index = tmp_path / "index"
    build(corpus, index)
    for number in range(4):
        (corpus / f"{number}.txt").unlink()
    missing = build(corpus, index, postponed=()).missing
    assert len(missing) == 4
    report = build(corpus, index, allow_removals=True, postponed=missing)
    assert (report.removed, report.missing) == (4, ())
    assert build(corpus, index, postponed=missing).missing == ()
    check(corpus, index, unchanged=1)


@pytest.mark.parametrize("how", ["unreadable", "excluded"])
def test_documents_that_most_files_lose_otherwise_wait_too(
    corpus: Path, tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files that cannot be read any more, or that a new rule excludes, are as good as gone."""
    index = tmp_path / "index"
    names = tuple(f"{number}.txt" for number in range(4))

    def refuse(root: Path, file: SourceFile, real: Any = source.read) -> bytes:
        if file.path in names:
            raise Unreadable("permission denied")
        data: bytes = real(root, file)
        return data

    build(corpus, index)
    write(corpus / "new.txt", "A new text about lanterns.\n")
    if how == "unreadable":
        monkeypatch.setattr(source, "read", refuse)
    else:
        write(corpus / ".excerptignore", "[0-3].txt\n")
    report = build(corpus, index, postponed=(), checksum=True)
    assert (report.new, report.missing, report.unreadable) == (1, names, ())
    with Catalog.open(index) as catalog:
        assert [record.files[0].path for record in catalog.documents()] == [
            *names,
            "4.txt",
            "new.txt",
        ]


def test_a_new_text_does_not_take_the_ids_of_a_postponed_one(corpus: Path, tmp_path: Path) -> None:
    """A document that waits for its removal keeps the origin of its passage ids."""
    index = tmp_path / "index"
    build(corpus, index)
    (corpus / "0.txt").rename(corpus / "moved.txt")
    build(corpus, index)
    for name in ("moved.txt", "1.txt", "2.txt"):
        (corpus / name).unlink()
    write(corpus / "0.txt", "Text 0 is about harbour. Or is it?\n")
    build(corpus, index, postponed=())
    assert not set(ids_of(index, "0.txt")[1]) & set(ids_of(index, "moved.txt")[1])


def test_an_index_of_an_older_version_is_rebuilt(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole index is replaced, with the reason in the report; its corpus is known."""
    index = tmp_path / "index"
    build(corpus, index)
    monkeypatch.setattr(pipeline, "READERS_VERSION", 77)
    report = build(None, index)
    assert report.new == 5
    assert "readers" in report.rebuild_reason
    assert build(None, index).rebuild_reason == ""
    assert len(list((index / "segments").iterdir())) == 2


def test_an_index_of_a_newer_version_is_refused(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index that a newer version has built is replaced only from scratch."""
    index = tmp_path / "index"
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "READERS_VERSION", 77)
        build(corpus, index)
    before = (index / "catalog.sqlite").read_bytes()
    with pytest.raises(IndexOutdated, match="newer version of excerpt") as raised:
        build(corpus, index)
    assert rebuild_remedy(index) in raised.value.remedies
    assert (index / "catalog.sqlite").read_bytes() == before
    assert build(corpus, index, from_scratch=True).new == 5


def test_a_build_from_scratch_equals_a_new_index(corpus: Path, tmp_path: Path) -> None:
    """From scratch, all files are read again and nothing of the old state remains."""
    index = tmp_path / "index"
    build(corpus, index)
    report = build(corpus, index, from_scratch=True)
    assert (report.new, report.rebuild_reason) == (5, "as requested")
    check(corpus, index, unchanged=5)
    assert len(list((index / "segments").iterdir())) == 2


def test_an_interrupted_build_continues(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commits before an interruption are complete, and their files are not read again."""
    index = tmp_path / "index"
    monkeypatch.setattr(plan_runner, "BATCH_BYTES", 1)
    monkeypatch.setattr(plan_runner, "COMMIT_SECONDS", 0.0)
    take = IndexCommitter.add_segment
    taken: list[SegmentResult] = []

    def stop(self: IndexCommitter, outcome: SegmentResult) -> None:
        if len(taken) == 3:
            raise KeyboardInterrupt
        taken.append(outcome)
        take(self, outcome)

    with monkeypatch.context() as patch:
        patch.setattr(IndexCommitter, "add_segment", stop)
        with pytest.raises(KeyboardInterrupt):
            build(corpus, index)
    with Catalog.open(index) as catalog:
        assert catalog.counts().documents == 3
        catalog.verify()
    check(corpus, index, unchanged=3, new=2)


NAMES = st.sampled_from(["a.txt", "b.txt", "c.md", "d/e.txt", "d/f.text"])
TEXTS = st.sampled_from([f"All about {word}.\n" for word in WORDS] + ["", "winter\n\nqueen\n"])
STATES = st.dictionaries(NAMES, TEXTS, min_size=1)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(states=st.lists(STATES, min_size=2, max_size=5), is_slow=st.booleans())
def test_any_history_ends_in_the_same_index(
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    states: list[dict[str, str]],
    is_slow: bool,
) -> None:
    """After any series of changes and commits, the index equals a new one."""
    monkeypatch.setattr(plan_runner, "BATCH_BYTES", 1 if is_slow else 1_000_000)
    monkeypatch.setattr(plan_runner, "COMMIT_SECONDS", -1.0 if is_slow else 1_000_000.0)
    folder = tmp_path_factory.mktemp("history")
    corpus, index = folder / "corpus", folder / "index"
    for state in states:
        for path in [path for path in corpus.rglob("*") if path.is_file()]:
            if str(path.relative_to(corpus)) not in state:
                path.unlink()
        for name, text in state.items():
            if not (corpus / name).exists() or (corpus / name).read_text() != text:
                write(corpus / name, text)
        build(corpus, index, allow_removals=True)
    build(corpus, folder / "fresh")
    assert state_of(index) == state_of(folder / "fresh")
    with Catalog.open(index) as catalog:
        ids = [
            passage.id
            for record in catalog.documents()
            for passage in catalog.passages_of(record.id)
        ]
    assert len(set(ids)) == len(ids)


def test_a_late_move_survives_an_early_commit(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document that moves to the last path keeps its id, despite many commits before."""
    monkeypatch.setattr(plan_runner, "BATCH_BYTES", 1)
    monkeypatch.setattr(plan_runner, "COMMIT_SECONDS", -1.0)
    index = tmp_path / "index"
    build(corpus, index)
    before = ids_of(index, "0.txt")
    (corpus / "0.txt").rename(corpus / "z.txt")
    write(corpus / "1.txt", "It is about the harbour now.\n")
    write(corpus / "2.txt", "It is about the queen now.\n")
    check(corpus, index, moved=1, changed=2, unchanged=2)
    assert ids_of(index, "z.txt") == before
