"""The maker of segments: what it holds at once."""

from pathlib import Path

import pytest

from excerpt.analysis.forms import FormTable, Run
from excerpt.engines.columnar import builder
from excerpt.engines.columnar.builder import SegmentBuilder
from excerpt.engines.columnar.storage import Array
from excerpt.ingest.extract import extract
from excerpt.ingest.passages import passages


def test_a_long_text_is_cut_some_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a text without a break is, no more than about so many characters of it are looked at together."""
    sizes: list[int] = []
    number = FormTable.number

    def spied(self: FormTable, texts: list[str], runs: list[Run], begins: list[int] | None = None) -> Array:
        sizes.append(sum(map(len, texts)))
        return number(self, texts, runs, begins)

    monkeypatch.setattr(builder, "_BATCH", 5000)
    monkeypatch.setattr(FormTable, "number", spied)
    text = "\n\n".join(
        f"The committee met for the {n}th time. " + "It said nothing. " * 20 for n in range(200)
    )
    document = extract("a.txt", text.encode())._replace(id=1, places=("a.txt",))
    made = SegmentBuilder(tmp_path)
    made.add(document, passages(document, "a.txt"))
    described = made.finish()
    assert described["n_words"] == 200 * (7 + 60)
    assert max(sizes) < 10_000
    assert sum(sizes) > 70_000
