"""A document's words out of the columns of a segment → what `query/match.py` asks of: exact, slow, for rare nodes."""

import numpy as np

from excerpt.text.normalizer import fold
from excerpt.index.format.layout import KIND_BITS
from excerpt.index.format.form_ids import BARRIER
from excerpt.index.format.token_stream import TokenStream
from excerpt.index.read.live_segment import LiveSegment
from excerpt.query.token_sequence import TokenSequence, DocumentView

__all__ = ["subject_of"]


def subject_of(view: LiveSegment, document: int) -> DocumentView:
    """The document `document` of the segment, without the fields that the roster keeps."""
    segment = view.segment
    first, last = segment.first_passage[document : document + 2].tolist()
    language = segment.languages[document]
    kinds = segment.columns.read("passages.block_kinds", first, last).tolist()
    return DocumentView(
        _run(view, segment.body, first, last, language),
        _run(view, segment.title, document, document + 1, language),
        [_run(view, segment.heading, passage, passage + 1, language) for passage in range(first, last)],
        [frozenset(str(kind) for kind, bit in KIND_BITS.items() if bit & bits) for bits in kinds],
        (),
        "",
        language,
        (),
    )


def _run(view: LiveSegment, stream: TokenStream, first: int, last: int, language: str) -> TokenSequence:
    """The words of the units `first` to `last` of `stream`; passages are counted from `first`."""
    dictionary = view.segment.dictionary
    starts = stream.unit_offsets[first : last + 1].astype(np.int64)
    start, end = int(starts[0]), int(starts[-1])
    entries = stream.form_ids(start, end)
    positions = np.arange(start, end)[entries != BARRIER]
    entries = entries[entries != BARRIER]
    distinct = np.unique(entries)
    forms = {entry: dictionary.form(entry) for entry in distinct.tolist()}
    variants = dictionary.groups_of(distinct).tolist()
    stems = {entry: dictionary.stem_of_group(variant)[1] for entry, variant in zip(forms, variants, strict=True)}
    words = entries.tolist()
    begun = view.segment.unit_starts if stream is view.segment.body else {}
    paragraphs, sentences = (begun.get(name, starts) for name in ("paragraph", "sentence"))
    return TokenSequence(
        language,
        [forms[entry] for entry in words],
        [fold(forms[entry]) for entry in words],
        [stems[entry] for entry in words],
        (np.searchsorted(starts, positions, side="right") - 1).tolist(),
        np.searchsorted(stream.barriers, positions).tolist(),
        np.searchsorted(paragraphs, positions, side="right").tolist(),
        np.searchsorted(sentences, positions, side="right").tolist(),
    )
