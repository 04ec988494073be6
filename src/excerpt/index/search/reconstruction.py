"""A document's token sequences out of the columns of a segment → what the reference evaluates.

The reference in `query.semantics` answers every query exactly, but slowly and one document at a
time. It is used for the rare nodes that arrays do not answer.
"""

from typing import Final

import numpy as np

from excerpt.index.format.form_ids import BARRIER
from excerpt.index.format.kind_bits import KIND_BITS
from excerpt.index.format.token_stream import TokenStream
from excerpt.index.read.live_segment import LiveSegment
from excerpt.query.document_view import DocumentView
from excerpt.query.token_sequence import TokenSequence
from excerpt.text.normalizer import fold

__all__ = ["reconstruct_document", "reconstruct_fields"]

_NO_TOKENS: Final = TokenSequence("", (), (), (), (), (), (), ())


def reconstruct_document(live: LiveSegment, document: int) -> DocumentView:
    """Return a live document of the segment, without the fields that the document table holds.

    It has live passages only.
    """
    segment = live.segment
    first, end = int(segment.first_passage[document]), live.end_of(document)
    language = segment.languages[document]
    kinds = segment.columns.read("passages.block_kinds", first, end).tolist()
    return DocumentView(
        _token_sequence(live, segment.body, first, end, language),
        _token_sequence(live, segment.title, document, document + 1, language),
        [
            _token_sequence(live, segment.heading, doc_id, doc_id + 1, language)
            for doc_id in range(first, end)
        ],
        [frozenset(str(kind) for kind, bit in KIND_BITS.items() if bit & bits) for bits in kinds],
        (),
        "",
        language,
        (),
    )


def reconstruct_fields(
    paths: tuple[str, ...], format_: str, language: str, metadata: tuple[tuple[str, str], ...]
) -> DocumentView:
    """Return a document of one passage without tokens, to evaluate fields on."""
    kinds: list[frozenset[str]] = [frozenset()]
    sequences = (_NO_TOKENS, _NO_TOKENS, [_NO_TOKENS])
    return DocumentView(*sequences, kinds, paths, format_, language, metadata)


def _token_sequence(
    live: LiveSegment, stream: TokenStream, first: int, end: int, language: str
) -> TokenSequence:
    """Return the tokens of the units from `first` to `end` of `stream`.

    Passages are counted from `first`.
    """
    dictionary = live.segment.dictionary
    unit_starts = stream.unit_offsets[first : end + 1]
    start, stop = int(unit_starts[0]), int(unit_starts[-1])
    all_form_ids = stream.form_ids(start, stop)
    is_word = all_form_ids != BARRIER
    positions, form_ids = np.arange(start, stop)[is_word], all_form_ids[is_word]
    distinct = np.unique(form_ids)
    forms = {form_id: dictionary.form(form_id) for form_id in distinct.tolist()}
    group_ids = dictionary.groups_of(distinct).tolist()
    stems = {
        form_id: dictionary.stem_of_group(group_id)[1]
        for form_id, group_id in zip(forms, group_ids, strict=True)
    }
    starts = live.segment.scope_starts if stream is live.segment.body else {}
    paragraphs, sentences = (starts.get(name, unit_starts) for name in ("paragraph", "sentence"))
    marks = {form_id: dictionary.mark(form_id) for form_id in forms}
    tokens = form_ids.tolist()
    return TokenSequence(
        language,
        [forms[form_id] for form_id in tokens],
        [fold(forms[form_id]) for form_id in tokens],
        [stems[form_id] for form_id in tokens],
        (np.searchsorted(unit_starts, positions, side="right") - 1).tolist(),
        np.searchsorted(stream.barriers, positions).tolist(),
        np.searchsorted(paragraphs, positions, side="right").tolist(),
        np.searchsorted(sentences, positions, side="right").tolist(),
        [marks[form_id] for form_id in tokens],
    )
