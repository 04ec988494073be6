"""Plain text → Document: its lines read for headings, lists, tables, quotes and pages."""

import re
from typing import Final

from excerpt.ingest.decode import Decoded
from excerpt.ingest.formats.block_builder import (
    BlockBuilder,
    BlockBuilders,
    clean_heading,
    mark_notes,
)
from excerpt.ingest.formats.html_head import language_code
from excerpt.ingest.formats.outline import SENTENCE_ENDS, outline
from excerpt.ingest.formats.pagination import paginate
from excerpt.model import BlockKind, Document
from excerpt.text import hyphenated_compounds

__all__ = ["extract_text", "hyphenated_in", "read_outline"]

LONGEST_TITLE: Final = 100
LONGEST_NUMBERED: Final = 60
"""Characters of a title, and of a numbered heading."""
_FACT = re.compile(r"[-*•]\s+([^\W\d_][^:\n]{0,40}):\s+(.+)", re.DOTALL)
LONGEST_PART: Final = 200
"""Characters of a part of a compound."""
_OTHER_HYPHENS: Final = "\u00ad\u2010\u2011"
_HYPHEN: Final = f"[-{_OTHER_HYPHENS}]"
_AFTER_HYPHEN: Final = r"\S*(?:\s*\n\s*\S+)?"
_AT_LINE_END: Final = r"\s*\n\s*[^\W\d_]"
_PLAIN: Final = (re.compile("-" + _AT_LINE_END), re.compile("-" + _AFTER_HYPHEN))
_ANY: Final = (re.compile(_HYPHEN + _AT_LINE_END), re.compile(_HYPHEN + _AFTER_HYPHEN))
"""What finds a word broken at a line end, and what finds a word with a hyphen: several times faster where all are plain."""
_BOILERPLATE, _HEADING, _ITEM, _PARAGRAPH = (
    BlockKind.BOILERPLATE,
    BlockKind.HEADING,
    BlockKind.ITEM,
    BlockKind.PARAGRAPH,
)
"""Named once: in Python 3.11 each look into the class costs as much as the rest of what is done with a block here."""


def hyphenated_in(text: str) -> frozenset[str]:
    """Return `hyphenated_compounds` of `text`, at the cost of its words with hyphens alone."""
    broken, hyphenated = _ANY if any(hyphen in text for hyphen in _OTHER_HYPHENS) else _PLAIN
    if not broken.search(text):
        return frozenset()
    kept: list[str] = []
    at = 0
    for found in hyphenated.finditer(text):
        before = text[max(at, found.start() - LONGEST_PART) : found.start()]
        kept.append(f" {before[len(before.rpartition(' ')[0]) :]}{found.group()}")
        at = found.end()
    return hyphenated_compounds(" ".join(kept))


def extract_text(decoded: Decoded) -> Document:
    """The document that a plain text is."""
    text = decoded.text
    found, title = read_outline(text)
    facts = dict(_facts(found))
    return Document(
        text=text,
        blocks=found.blocks(),
        format="text",
        pages=tuple(found.pages),
        title=facts.pop("title", "") or title,
        language=language_code(facts.get("language", "")),
        metadata=tuple(facts.items()),
        encoding=decoded.encoding,
        hyphenated=hyphenated_in(text),
        warnings=decoded.warnings,
    )


def read_outline(text: str) -> tuple[BlockBuilders, str]:
    """The judged drafts of `text`, and its title: its first heading, or a first line that looks like one."""
    found = outline(text)
    _undo_shouting(found)
    _raise_numbered(found)
    paginate(found)
    title = _title(found)
    mark_notes(found)
    return found, title


def _facts(found: BlockBuilders) -> list[tuple[str, str]]:
    """The names (lower-case) and values of a box of `- Name: value` lines at the top, of two lines at least."""
    facts: list[tuple[str, str]] = []
    for draft in found.drafts[:100]:
        fact = _FACT.fullmatch(found.text, draft.start, draft.end) if draft.kind is _ITEM else None
        if fact:
            facts.append((fact.group(1).strip().lower(), " ".join(fact.group(2).split())))
        elif facts or draft.end - draft.start > LONGEST_TITLE:
            break
    return facts if len(facts) > 1 else []


def _undo_shouting(found: BlockBuilders) -> None:
    """Where capitals are the rule they make no headings, and at the very end they are a signature."""
    capitals = [d for d in found.drafts if d.kind is _HEADING and found.text[d.start] not in "#="]
    is_rule = len(capitals) * 2 > len(found.drafts) and len(capitals) > 2
    for draft in capitals:
        if is_rule or draft is found.drafts[-1]:
            draft.kind, draft.level = _PARAGRAPH, 0


def _raise_numbered(found: BlockBuilders) -> None:
    """A numbered line that stands alone between paragraphs is a heading: 2. Of the mill."""
    for before, draft, after in zip(found.drafts, found.drafts[1:], found.drafts[2:], strict=False):
        if (
            draft.kind is _ITEM
            and draft.end - draft.start <= LONGEST_NUMBERED
            and after.kind is not _ITEM
            and found.text[draft.start].isdigit()
            and not (before.kind is _ITEM and found.text[before.start].isdigit())
            and found.text[draft.end - 1] not in SENTENCE_ENDS
            and found.text[draft.end : draft.end + 2] == "\n\n"
            and "\n" not in found.text[draft.start : draft.end]
        ):
            draft.kind, draft.level = _HEADING, 2


def _title(found: BlockBuilders) -> str:
    text = found.text
    own = [draft for draft in found.drafts[:30] if draft.kind is not _BOILERPLATE]
    first = next((draft for draft in own if draft.kind is not _ITEM), None)
    if first is None:
        return ""
    if first is own[0] and len(own) > 1 and not own[1].continues and _looks_like_title(text, first):
        first.kind, first.level = _HEADING, 1
    if first.kind is _HEADING:
        return clean_heading(text[first.start : first.end])
    return ""


def _looks_like_title(text: str, draft: BlockBuilder) -> bool:
    """Whether `draft` is a short line of its own, neither a sentence nor a `Name: value`."""
    line, end = text[draft.start : draft.end], draft.end
    return (
        draft.kind is _PARAGRAPH
        and len(line) <= LONGEST_TITLE
        and "\n" not in line
        and text[end : end + 2] == "\n\n"
        and line[-1] not in SENTENCE_ENDS
        and line[-1] not in ",-–—"
        and ": " not in line
        and (line[0].isupper() or line[0].isdigit() or line[0] in "“\"«„¿¡'‘")
        and any(map(str.isalpha, line))
    )
