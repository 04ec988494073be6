"""`index.write.segment_builder`: a segment holds the tokens of its documents."""

from itertools import accumulate, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given

from excerpt.arrays import Array
from excerpt.index.format.form_ids import BARRIER
from excerpt.index.format.token_stream import TokenStream
from excerpt.index.read.segment import Segment
from excerpt.index.write import text_batch
from excerpt.index.write.segment_builder import ColumnarSegmentBuilder
from excerpt.ingest.formats import read_document
from excerpt.ingest.passages import cut_passages
from excerpt.model import Token
from excerpt.text import tokenize
from excerpt.text.document_tokens import DocumentTokens, tokenize_document
from excerpt.text.form_table import FormTable, TextGroup
from strategies import Corpus, corpora


def built(folder: Path, corpus: Corpus) -> Segment:
    """Build a segment of `corpus` and open it."""
    builder = ColumnarSegmentBuilder(folder)
    for document, its_passages in corpus:
        builder.add(document, its_passages)
    return Segment(folder, builder.finish().info)


def forms_in(segment: Segment, stream: TokenStream) -> list[list[str]]:
    """Return the forms of each unit of a stream, without barriers."""
    ids = stream.form_ids(0, stream.n_positions).tolist()
    forms = ["", *segment.dictionary.marked_forms()]
    offsets = stream.unit_offsets.tolist()
    return [
        [forms[form_id] for form_id in ids[start:end] if form_id != BARRIER]
        for start, end in pairwise(offsets)
    ]


def forms_of(tokens: tuple[Token, ...] | list[Token]) -> list[str]:
    """Return the forms of some tokens, with their marks."""
    return [token.form + token.mark for token in tokens]


def tokens_of_passages(tokens: DocumentTokens) -> list[list[Token]]:
    """Return the tokens of each passage of a document."""
    return [
        [
            token
            for token, ordinal in zip(tokens.tokens, tokens.passage_of, strict=True)
            if ordinal == passage.ordinal
        ]
        for passage in tokens.passages
    ]


@given(corpora(most=4))
def test_the_tokens_of_documents_are_read_back(corpus: Corpus) -> None:
    """Texts, headings and titles have the forms that the plain tokenizer finds."""
    with TemporaryDirectory() as folder:
        segment = built(Path(folder), corpus)
        tokens = [tokenize_document(*each) for each in corpus]
        by_passage = [each for one in tokens for each in tokens_of_passages(one)]
        assert forms_in(segment, segment.body) == [forms_of(each) for each in by_passage]
        assert segment.body.lengths.tolist() == [len(each) for each in by_passage]
        assert forms_in(segment, segment.heading) == [
            [form for heading in passage.headings for form in forms_of(tokenize(heading))]
            for _, its_passages in corpus
            for passage in its_passages
        ]
        assert forms_in(segment, segment.title) == [forms_of(one.title) for one in tokens]
        assert segment.document_ids.tolist() == [document.id for document, _ in corpus]
        assert segment.languages == [document.language for document, _ in corpus]
        sizes = [len(its_passages) for _, its_passages in corpus]
        assert segment.first_passage.tolist() == list(accumulate(sizes, initial=0))


@given(corpora(most=4))
def test_sections_paragraphs_and_sentences_are_read_back(corpus: Corpus) -> None:
    """Two tokens are in the same one if they are in the same one of their document."""
    with TemporaryDirectory() as folder:
        segment = built(Path(folder), corpus)
        body = segment.body
        ids = body.form_ids(0, body.n_positions)
        positions = np.flatnonzero(ids != BARRIER)
        found = [
            np.searchsorted(starts, positions, side="right").tolist()
            for starts in (
                body.barriers,
                segment.scope_starts["paragraph"],
                segment.scope_starts["sentence"],
            )
        ]
        tokens = [tokenize_document(*each) for each in corpus]
        expected = [
            [(number, each) for number, one in enumerate(tokens) for each in getattr(one, name)]
            for name in ("section_of", "paragraph_of", "sentence_of")
        ]
        for numbers, pairs in zip(found, expected, strict=True):
            distinct = list(dict.fromkeys(zip(numbers, pairs, strict=True)))
            assert len(distinct) == len(set(numbers)) == len(set(pairs))


def test_a_long_text_is_tokenized_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a text is, about a batch of it is tokenized at once."""
    sizes: list[int] = []
    form_ids = FormTable.form_ids

    def spied(
        self: FormTable, texts: list[str], groups: list[TextGroup], starts: Array | None = None
    ) -> Array:
        sizes.append(sum(map(len, texts)))
        return form_ids(self, texts, groups, starts)

    monkeypatch.setattr(text_batch, "BATCH_SIZE", 5000)
    monkeypatch.setattr(FormTable, "form_ids", spied)
    text = "\n\n".join(
        f"The committee met for the {n}th time. " + "It said nothing. " * 20 for n in range(200)
    )
    document = read_document("a.txt", text.encode())._replace(id=1, paths=("a.txt",))
    builder = ColumnarSegmentBuilder(tmp_path)
    builder.add(document, cut_passages(document, "a.txt"))
    assert builder.finish().info.n_words == 200 * (7 + 60)
    assert max(sizes) < 10_000
    assert sum(sizes) > 70_000


def test_a_segment_records_the_fields_of_its_documents(tmp_path: Path) -> None:
    """In their order, for the document table."""
    builder = ColumnarSegmentBuilder(tmp_path)
    for number in (7, 3):
        document = read_document("a.txt", b"peace")._replace(id=number, paths=(f"{number}.txt",))
        builder.add(document, [])
    segment = builder.finish()
    assert [(each.id, each.paths) for each in segment.documents] == [
        (7, ("7.txt",)),
        (3, ("3.txt",)),
    ]
    assert (segment.info.n_documents, segment.info.n_passages, segment.info.n_words) == (2, 0, 0)
