"""The measurement of the web page runs and reports each figure."""

import sys
from pathlib import Path

import pytest

import excerpt
from excerpt.benchmark import serve_budgets


@pytest.mark.skipif(sys.platform != "linux", reason="processor times are read from /proc")
def test_the_figures_are_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every budget has its line, with a number greater than zero."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number, word in enumerate(["wages", "strike", "peace", "village"]):
        text = f"The {word} of the workers, number {number}.\n"
        (corpus / f"{word}.txt").write_text(text, encoding="utf-8")
    excerpt.build_index(corpus, tmp_path / "index")
    monkeypatch.setattr(serve_budgets, "N_ROUNDS", 1)
    serve_budgets.main([str(tmp_path / "index")])
    lines = capsys.readouterr().out.splitlines()
    for name in ("start", "memory, idle", "a keystroke", "lines", "the reader", "page.css"):
        (line,) = (each for each in lines if each.startswith(name))
        assert any(float(word) > 0 for word in line.split() if word.replace(".", "").isdigit())


def test_an_index_that_cannot_be_opened_is_reported(tmp_path: Path) -> None:
    """The script ends with the message of the error, not with a traceback."""
    with pytest.raises(SystemExit, match="there is no index"):
        serve_budgets.main([str(tmp_path / "index")])
