"""TREC run files are read as they were written."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmark_texts import write_files
from excerpt.benchmark.run_files import TrecRun, read_run, write_run
from excerpt.errors import ExcerptError

names = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=5)
runs = st.dictionaries(
    names,
    st.lists(
        st.tuples(names, st.floats(0, 50)), min_size=1, max_size=8, unique_by=lambda hit: hit[0]
    ),
    max_size=4,
)


@given(run=runs)
def test_a_run_is_read_as_it_was_written(
    run: TrecRun, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Documents keep their order, even with equal scores, and scores their value."""
    file = tmp_path_factory.mktemp("run") / "a.run"
    write_run(file, run)
    assert read_run(file) == run


def test_an_existing_run_is_not_overwritten(tmp_path: Path) -> None:
    """No measurement is lost by the next one."""
    file = write_files(tmp_path, {"a.run": "earlier"}) / "a.run"
    with pytest.raises(ExcerptError, match="already exists"):
        write_run(file, {})
    assert file.read_text(encoding="utf-8") == "earlier"


def test_a_malformed_run_is_refused(tmp_path: Path) -> None:
    """The message names the line."""
    file = write_files(tmp_path, {"a.run": "q Q0 d 1 0.5 tag\nq Q0 d first 0.5 tag\n"}) / "a.run"
    with pytest.raises(ExcerptError, match=r"a\.run:2: this is not a line of a TREC run"):
        read_run(file)
