"""The rules of a collection for a text → its document with other blocks, marks, pages and facts.

They are applied to the document that a reader has made, whatever its format.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from excerpt.ingest.formats.blocks.block_builder import BlockBuilder, MutableBlock
from excerpt.ingest.formats.blocks.block_edits import change_kinds, join_interrupted, set_apart
from excerpt.ingest.formats.blocks.hyphens import find_hyphenated
from excerpt.ingest.formats.blocks.mark_settling import settle_marks
from excerpt.ingest.formats.reading_rules import FormatRules, Rule
from excerpt.ingest.formats.rule_facts import date_warnings, fact_of
from excerpt.ingest.formats.rule_patterns import PatternMatch, find_all
from excerpt.model import BlockKind, Document, Page, Reason

__all__ = ["apply_rules"]

_FACTS: Final = ("title", "author", "date")
_NO_RULES: Final = FormatRules()


def apply_rules(document: Document, rules: FormatRules) -> Document:
    """Return `document` as the rules describe its text."""
    if rules == _NO_RULES:
        return document
    text = document.text
    builder = BlockBuilder(text, _mutable_blocks(document), list(document.pages))
    builder.marks = list(document.marks)
    _change_structure(builder, rules)
    settle_marks(builder)
    found = [
        (name, fact_of(name, list(_find(text, getattr(rules, name), name)))) for name in _FACTS
    ]
    facts = [(name, fact) for name, fact in found if fact]
    metadata = {**dict(document.metadata), **dict(facts)}
    return document._replace(
        blocks=builder.build(),
        pages=tuple(builder.pages),
        marks=builder.build_marks(),
        title=metadata.pop("title", "") or document.title,
        metadata=tuple(metadata.items()),
        hyphenated=find_hyphenated(builder.running()),
        warnings=(*document.warnings, *date_warnings(facts)),
    )


def _mutable_blocks(document: Document) -> list[MutableBlock]:
    return [
        MutableBlock(
            block.span.start,
            block.span.end,
            block.kind,
            block.level,
            block.is_continuation,
            is_guess=block.is_guess,
        )
        for block in document.blocks
    ]


def _change_structure(builder: BlockBuilder, rules: FormatRules) -> None:
    """Apply the rules for notes, boilerplate, page numbers and note references."""
    text = builder.text
    notes = _stretches(_find(text, rules.note, "note"))
    change_kinds(builder, notes, BlockKind.NOTE)
    boilerplate = _stretches(_find(text, rules.boilerplate, "boilerplate"))
    set_apart(builder, boilerplate, BlockKind.BOILERPLATE, Reason.COLLECTION)
    marks = list(_find(text, rules.page_mark, "page"))
    set_apart(builder, _stretches(marks), BlockKind.PAGE)
    if marks:
        builder.pages = list(_pages(marks, is_at_foot=rules.page_mark_at == "foot"))
    references = _stretches(_find(text, rules.note_reference, "note"))
    set_apart(builder, references, BlockKind.REFERENCE)
    if marks or boilerplate:
        join_interrupted(builder)


def _find(text: str, rules: Sequence[Rule], name: str) -> Iterator[PatternMatch]:
    """Yield the matches of all rules in order; of those that overlap, the first one."""
    found = (match for rule in rules for match in find_all(rule.pattern, text, name))
    end = 0
    for match in sorted(found, key=lambda match: match.start) if len(rules) > 1 else found:
        if match.start >= end:
            end = match.end
            yield match


def _stretches(matches: Iterator[PatternMatch] | list[PatternMatch]) -> list[tuple[int, int]]:
    return [(match.start, match.end) for match in matches]


def _pages(marks: Sequence[PatternMatch], *, is_at_foot: bool) -> Iterator[Page]:
    """Yield the pages that begin or end at marks."""
    labels = [mark.value.strip(" \t[](){}<>-–—|") or mark.value.strip() for mark in marks]
    if is_at_foot:
        starts = [0, *(mark.end for mark in marks)]
        labels.append("")
    else:
        starts = [mark.start for mark in marks]
    yield from map(Page, starts, labels)
