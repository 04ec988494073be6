"""The maker of segments: what it holds at once, and what begins where in it."""

from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.index.format.columns import Array
from excerpt.index.write import batch
from excerpt.index.write.batch import PARAGRAPH, PASSAGE, SECTION, SENTENCE, Batch, Batches
from excerpt.index.write.segment_builder import ColumnarSegmentBuilder
from excerpt.ingest.formats import read_document
from excerpt.ingest.passages import cut_passages
from excerpt.model import Block, Document, Passage
from excerpt.text.form_table import FormTable, TextGroup
from excerpt.text.sentences import starts_in_blocks
from excerpt.text.document_tokens import opens_section
from strategies import TwoSplits, documents_split_twice


def test_a_long_text_is_cut_some_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a text without a break is, no more than about so many characters of it are looked at together."""
    sizes: list[int] = []
    number = FormTable.form_ids

    def spied(
        self: FormTable, texts: list[str], runs: list[TextGroup], begins: list[int] | None = None
    ) -> Array:
        sizes.append(sum(map(len, texts)))
        return number(self, texts, runs, begins)

    monkeypatch.setattr(batch, "BATCH", 5000)
    monkeypatch.setattr(FormTable, "form_ids", spied)
    text = "\n\n".join(
        f"The committee met for the {n}th time. " + "It said nothing. " * 20 for n in range(200)
    )
    document = read_document("a.txt", text.encode())._replace(id=1, paths=("a.txt",))
    made = ColumnarSegmentBuilder(tmp_path)
    made.add(document, cut_passages(document, "a.txt"))
    described = made.finish()
    assert described.info.n_words == 200 * (7 + 60)
    assert max(sizes) < 10_000
    assert sum(sizes) > 70_000


def begun_in(document: Document, cut: Sequence[Passage]) -> list[tuple[str, int]]:
    """The characters with which pieces of `document` begin, and what begins with them, block by block."""
    found = []
    before: Block | None = None
    sentences = starts_in_blocks(
        document.text, [block for passage in cut for block in passage.blocks]
    )
    for passage in cut:
        for number, block in enumerate(passage.blocks):
            starts, goes_on = next(sentences), before is not None and block.is_continuation
            for at in sorted({block.span.start, *starts}):
                bits = SENTENCE * (at in starts)
                if at == block.span.start:
                    bits |= PASSAGE * (number == 0) | PARAGRAPH * (not goes_on)
                    bits |= SECTION * (opens_section(block, before) and not goes_on)
                found.append((document.text[at], bits))
            before = block
    return found


@given(st.lists(documents_split_twice(), max_size=4), st.sampled_from([1, 20, 1 << 20]))
def test_what_begins_where_does_not_depend_on_what_is_cut_together(
    cuttings: list[TwoSplits], size: int
) -> None:
    """However many documents are put into one batch, passages, sections, paragraphs and sentences begin in it as they do
    block by block, and each piece is of its document."""
    batches, made = Batches(), list[Batch]()
    expected, languages = list[tuple[str, int]](), list[str]()
    with patch.object(batch, "BATCH", size):
        for number, each in enumerate(cuttings):
            document = each.document._replace(language=str(number))
            made += batches.add(document, each.first)
            expected += begun_in(document, each.first)
            languages += [document.language] * (len(expected) - len(languages))
        made.append(batches.taken())
    found = [
        (each.text[at], bits)
        for each in made
        for at, bits in zip(each.begins, each.begun, strict=True)
    ]
    assert found == expected
    assert [
        run.language for each in made for run in each.runs for _ in range(run.n_texts)
    ] == languages
    assert len(batches.kinds) == sum(len(each.first) for each in cuttings)
