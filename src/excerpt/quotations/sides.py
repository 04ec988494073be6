"""A comparison → the quotation and its source as runs of text, with what differs marked."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from excerpt.quotations.differences import Comparison, DifferenceKind, Step
from excerpt.text.line_breaks import one_line

__all__ = ["MarkedText", "quote_side", "source_side"]

_OMISSION: Final = " […] "


class MarkedText(NamedTuple):
    """A run of text, and how it differs from the other side; None if it does not."""

    text: str
    kind: DifferenceKind | None = None


def quote_side(comparison: Comparison) -> tuple[MarkedText, ...]:
    """Return the words of the quotation, in order."""
    return _joined(_quote_parts(comparison))


def source_side(comparison: Comparison) -> tuple[MarkedText, ...]:
    """Return the words of the source from the first to the last that is quoted."""
    return _joined(_source_parts(comparison))


def _joined(parts: Iterable[MarkedText]) -> tuple[MarkedText, ...]:
    """Return parts of one kind that follow each other as one, with single spaces."""
    joined: list[MarkedText] = []
    for text, kind in parts:
        if joined and joined[-1].kind == kind:
            joined[-1] = MarkedText(joined[-1].text + text, kind)
        elif text:
            joined.append(MarkedText(text, kind))
    return tuple(MarkedText(_spaced(text), kind) for text, kind in joined)


def _spaced(text: str) -> str:
    """Return `text` on one line, with a space at an end that has white space."""
    line = one_line(text)
    if not line:
        return " " if text else ""
    before, after = " " * text[0].isspace(), " " * text[-1].isspace()
    return f"{before}{line}{after}"


def _kinds(comparison: Comparison, step: Step) -> tuple[DifferenceKind | None, bool]:
    """Return how the words of a step differ, and whether the signs after them do."""
    if step.kind is not None:
        return step.kind, False
    kinds = {each.kind for each in comparison.small_differences(step)}
    spelling = DifferenceKind.SPELLING if DifferenceKind.SPELLING in kinds else None
    return spelling, DifferenceKind.PUNCTUATION in kinds


def _quote_parts(comparison: Comparison) -> Iterator[MarkedText]:
    for step in comparison.steps:
        kind, has_other_signs = _kinds(comparison, step)
        for index in step.quoted:
            fragment, number = comparison.fragment_of[index]
            token = fragment.tokens[number]
            if not number:
                yield MarkedText(_OMISSION if index else "")
                yield MarkedText(fragment.text[: token.span.start])
            yield MarkedText(token.span.of(fragment.text), kind)
            is_last = number + 1 == len(fragment.tokens)
            end = len(fragment.text) if is_last else fragment.tokens[number + 1].span.start
            signs = fragment.text[token.span.end : end]
            within = index != step.quoted[-1] and kind is not None
            yield MarkedText(signs, kind if within else _signs_kind(has_other_signs))


def _source_parts(comparison: Comparison) -> Iterator[MarkedText]:
    former: int | None = None
    other_signs = False
    former_kind: DifferenceKind | None = None
    for step in comparison.steps:
        kind, has_other_signs = _kinds(comparison, step)
        for index in step.source:
            if former is not None and index == former + 1:
                within = kind is not None and former_kind == kind and index != step.source[0]
                signs_kind = kind if within else _signs_kind(other_signs)
                yield MarkedText(comparison.text_between(former, index), signs_kind)
            elif former is not None:
                yield MarkedText(_OMISSION)
            span = comparison.source[index].span
            yield MarkedText(comparison.window.text(span), kind)
            former, former_kind, other_signs = index, kind, False
        other_signs = has_other_signs if step.source else other_signs


def _signs_kind(has_other_signs: bool) -> DifferenceKind | None:
    return DifferenceKind.PUNCTUATION if has_other_signs else None
