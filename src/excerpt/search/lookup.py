"""A path, a line or a passage id, as a user gives it → passages, and their neighbours."""

import os
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from excerpt.catalog import Catalog, PassageText, StoredDocument, StoredPassage
from excerpt.errors import ExcerptError, Instruction, did_you_mean
from excerpt.model import Key, Page, Passage, cited_path

if TYPE_CHECKING:
    from excerpt.present.highlight import PassageAt, TextAt
    from excerpt.text_store.text_store import TextStore

__all__ = [
    "find_anchor",
    "find_document",
    "find_line",
    "find_location",
    "find_number",
    "find_page",
    "find_passage",
    "neighbours",
    "passage_reader",
    "shared_number",
    "shown_passages",
    "text_reader",
]

_MAX_DIGITS: Final = 19
"""Digits of a line number. No text has more lines, and Python converts at most 4,300 digits."""

_MAX_SIGNS: Final = 8
"""Parts of a location between number signs that are tried as the end of a path."""
_PAGE: Final = r"(?s:(.*?)(?:\s|,)+p\.\s?(?:([^\s()]+)(?:\s\((\d{1,9})\))?|\((\d{1,9})\)))"
"""A path and a page as a hit shows them: its label, its number in the file, or both."""
_NUMBERED: Final = r"(?s:(.*?)\s+¶\s?(\d{1,9})(?:\s.*)?)"
"""A location with the number of its passage as a hit shows it, and perhaps a page after it."""
_ROW: Final = r"(?s:(.*))\s+row\s+(\d{1,9})"
"""A row of a table as a hit shows it."""
_DAY: Final = r"(?s:(.*)),\s\d{1,2}\s\w{3,}\s\d{1,4}"
"""A location of a message as a hit shows it, with its day."""
_MAX_READ: Final = 200
"""Passages before one that are read to find the first with its anchor; later ones are numbered."""
_MAX_COMPARED: Final = 20_000
"""File names that are compared with an unknown one."""


def find_document(catalog: Catalog, path: str) -> StoredDocument | None:
    """Return the document at `path`, or None.

    The path may be relative to the corpus or to the working directory, it may be written as it is
    shown in the output, and its letters may be composed or decomposed.
    """
    for name in _spellings(path, catalog.corpus):
        document = catalog.document_at(name) if _is_encodable(name) else None
        if document is not None:
            return document
    return _find_composed(catalog, path)


def _find_composed(catalog: Catalog, path: str) -> StoredDocument | None:
    """Return the document at `path` if the disk has its name in another form of Unicode."""
    if path.isascii():
        return None
    wanted = {unicodedata.normalize("NFC", name) for name in _spellings(path, catalog.corpus)}
    for known in catalog.paths():
        if not known.isascii() and unicodedata.normalize("NFC", known) in wanted:
            return catalog.document_at(known)
    return None


def _spellings(path: str, corpus: Path) -> Iterator[str]:
    """Yield the paths in the `corpus` that `path` may stand for, the most likely first."""
    names = [path, _unescaped(path), os.path.normpath(path)]
    if match := re.fullmatch(_ROW, path):  # a row of a table as a hit shows it
        names.append(f"{match[1]}/{match[2]}")
    if path.endswith(">"):  # the id of a message in angle brackets
        names.append(path.replace("<", "").removesuffix(">"))
    yield from dict.fromkeys(names)
    with suppress(OSError, ValueError):  # the working directory may have been removed
        yield os.path.relpath(path or ".", corpus)


def _is_encodable(name: str) -> bool:
    """Return whether `name` can be a path: its surrogates must encode bytes (PEP 383)."""
    return not re.search("[\ud800-\udc7f\udd00-\udfff]", name)


def _unescaped(shown: str) -> str:
    r"""Return the path that is `shown` in the output, with its original characters.

    The output replaces control characters by their pictures, and bytes that are not UTF-8 by
    escapes.

    >>> _unescaped("two␊lines"), _unescaped(r"M\xfcller")
    ('two\nlines', 'M\udcfcller')
    """
    name = re.sub("[\u2400-\u241f]", lambda match: chr(ord(match[0]) - 0x2400), shown)
    return re.sub(r"\\x([89a-f][0-9a-f])", lambda match: chr(0xDC00 + int(match[1], 16)), name)


def find_line(catalog: Catalog, location: str) -> Key | None:
    """Return the passage at the `location` "path:line".

    That is the first passage that begins on the line, or the last that begins before it.

    Returns None if the location is not of this form or no document has the path.

    Raises:
        ExcerptError: if the document has no such line.
    """
    path, _, line = location.rpartition(":")
    if not line.isdecimal() or len(line) > _MAX_DIGITS:
        return None
    document = find_document(catalog, path)
    if document is None:
        return None
    shown = shown_passages(catalog.passages_of(document.id))
    n_lines = catalog.text(document.id).count("\n") + 1
    if not shown or not document.has_lines or not 0 < int(line) <= n_lines:
        raise ExcerptError(
            "there is no such line.",
            Instruction(
                f"{path} has {n_lines:,} {'line' if n_lines == 1 else 'lines'}."
                if document.has_lines
                else f"The lines of {path} are not known."
            ),
            where=location,
        )
    running = [passage for passage in shown if not passage.is_set_apart]
    found = _passage_on(running, int(line)) if running else None
    if found is None or not found.lines or found.lines[1] < int(line):
        found = _passage_on(shown, int(line))  # it may be on a line of text that is set apart
    return Key(document.id, found.ordinal)


def _passage_on(passages: Sequence[Passage], line: int) -> Passage:
    """Return the first of `passages` that begins on `line`, or the last that begins before it."""
    first_lines = [passage.lines[0] if passage.lines else 0 for passage in passages]
    number = bisect_left(first_lines, line)
    if number == len(first_lines) or first_lines[number] > line:
        number = max(0, bisect_right(first_lines, line) - 1)
    return passages[number]


def shown_passages(passages: Iterable[Passage]) -> list[Passage]:
    """Return the passages that together show a document once, in the order of its text.

    Passages are left out if their text is shown within another one: notes within sentences, and
    text set apart.
    """
    shown: list[Passage] = []
    end = 0
    for passage in sorted(passages, key=lambda each: (each.span.start, -each.span.end)):
        if passage.span.end > end:
            shown.append(passage)
            end = passage.span.end
    return shown


def find_anchor(catalog: Catalog, location: str) -> Key | None:
    """Return the passage at the `location` "path#anchor": that in which the anchor stands.

    Returns None if the location is not of this form or no document has the path.

    Raises:
        ExcerptError: if the document has no such anchor.
    """
    # A path may contain the sign, and so may an anchor in an e-book: chapter3.xhtml#p12.
    parts = location.split("#")
    splits = (
        ("#".join(parts[:number]), "#".join(parts[number:]))
        for number in range(len(parts) - 1, max(0, len(parts) - _MAX_SIGNS), -1)
    )
    found = ((find_document(catalog, path), path, name) for path, name in splits if name)
    document, path, name = next((each for each in found if each[0]), (None, "", ""))
    if document is None:
        return None
    passages = [each for each in catalog.passages_of(document.id) if not each.is_set_apart]
    holding = [each for each in passages if _has_anchor(each, name)]
    if not holding:
        raise ExcerptError(
            f"there is no anchor {name!r}.",
            Instruction(f"excerpt show {path} shows the whole document."),
            where=location,
        )
    return Key(document.id, holding[0].ordinal)


def find_page(catalog: Catalog, location: str) -> Key | None:
    """Return the first passage on the page of the `location` "path p. 12".

    Returns None if the location is not of this form or no document has the path.

    Raises:
        ExcerptError: if the document has no such page.
    """
    match = re.fullmatch(_PAGE, location)
    document = find_document(catalog, match[1]) if match else None
    if match is None or document is None:
        return None
    label, number = match[2], int(match[3] or match[4] or 0)
    for passage in catalog.passages_of(document.id):
        first = Page(passage.span.start, passage.page, passage.page_number)
        is_there = any(
            label in {None, page.label} and number in {0, page.number}
            for page in (first, *passage.pages)
        )
        if is_there and not passage.is_set_apart:
            return Key(document.id, passage.ordinal)
    raise ExcerptError(
        f"there is no page {label or match[4]}.",
        Instruction(f"excerpt show {match[1]} shows the whole document."),
        where=location,
    )


def find_location(catalog: Catalog, location: str) -> Key:
    """Return the passage at a location as a hit shows it, or with an id that begins with it.

    Raises:
        ExcerptError: if there is none, or several passages have such an id.
    """
    numbered = find_number(catalog, location)
    if numbered is not None:
        return numbered
    if match := re.fullmatch(_DAY, location):
        location = match[1]
        document = find_document(catalog, location)
        if document is not None and document.n_passages:
            return Key(document.id, 0)
    without_page = match[1] if (match := re.fullmatch(_PAGE, location)) else location
    for find, text in (
        (find_line, without_page),
        (find_anchor, without_page),
        (find_line, location),  # the name of a file may look like a page: "Smith, p. 12.txt:1"
        (find_anchor, location),
        (find_page, location),
    ):
        key = find(catalog, text)
        if key is not None:
            return key
    return find_passage(catalog, location)


def find_number(catalog: Catalog, location: str) -> Key | None:
    """Return the passage at a `location` with its number: "path ¶12", "path:7 ¶12  p. 3".

    Returns None if the location is not of this form or no document has the path.

    Raises:
        ExcerptError: if the document has no passage with this number.
    """
    match = re.fullmatch(_NUMBERED, location)
    if match is None:
        return None
    before, number = match[1], int(match[2])
    day = re.fullmatch(_DAY, before)
    names = [before, *([day[1]] if day else []), before.rpartition(":")[0]]
    parts = before.split("#")
    names += ["#".join(parts[:n]) for n in range(len(parts) - 1, 0, -1)]
    found = ((find_document(catalog, name), name) for name in names if name)
    document, path = next((each for each in found if each[0]), (None, ""))
    if document is None:
        return None
    if not 0 < number <= document.n_passages:
        raise ExcerptError(
            f"there is no passage {number:,}.",
            Instruction(f"{path} has {document.n_passages:,} passages."),
            where=location,
        )
    return Key(document.id, number - 1)


def find_passage(catalog: Catalog, prefix: str) -> Key:
    """Return the passage whose id begins with `prefix`.

    Raises:
        ExcerptError: if there is none, or more than one.
    """
    keys = list(catalog.find_passages(prefix)) if prefix.isascii() else []
    if not keys and (problem := _unindexed_at(catalog, prefix)):
        raise problem
    if not keys and (path := _container_at(catalog, prefix)):
        raise _is_container(catalog, path)
    if not keys:
        raise ExcerptError(
            f"{prefix!r} is neither the path of an indexed document nor the id of a passage.",
            Instruction(_similar_paths(catalog, prefix)),
        )
    if not prefix:
        raise ExcerptError(
            "The location is empty.", Instruction("Give a path or the id of a passage.")
        )
    if len(keys) > 1:
        raise ExcerptError(
            f"More than one passage has an id that begins with {prefix!r}.",
            Instruction("Give more characters of the id."),
        )
    return keys[0]


def _unindexed_at(catalog: Catalog, path: str) -> ExcerptError | None:
    """Return the error for the path of a file or a member that was left out, if it is one."""
    from excerpt.present.terminal import printable_path

    names = set(_spellings(path, catalog.corpus))
    for each in (*catalog.unreadable(), *catalog.excluded()):
        if each.path in names:
            reason = each.reason.removesuffix(".")
            return ExcerptError(f"it is not in the index: {reason}.", where=printable_path(path))
    return None


def _container_at(catalog: Catalog, path: str) -> str:
    """Return the container at `path`, or a folder in one; "" if there is none."""
    containers = catalog.containers()
    for name in _spellings(path, catalog.corpus) if containers else ():
        if any(f"{name}/".startswith(f"{container}/") for container in containers):
            return name.rstrip("/")
    return ""


def _is_container(catalog: Catalog, path: str) -> ExcerptError:
    """Return the error for the path of a container in place of one of its members."""
    from excerpt.present.terminal import printable_path

    members = [each for each in catalog.paths() if each.startswith(f"{path}/")]
    shown = printable_path(path)
    if not members:
        return ExcerptError(
            "the file holds no such document.",
            Instruction("excerpt search --ids shows the locations of documents."),
            where=shown,
        )
    document = catalog.document_at(members[0])
    files = document.files if document else ()
    file = next((each for each in files if each.path == members[0]), None)
    first = members[0]
    if document and file:
        first = cited_path(file.path, file.member, document.format)
    return ExcerptError(
        f"it holds {len(members):,} documents.",
        Instruction(f"Name one of them, such as {printable_path(first)!r}."),
        where=shown,
    )


def _similar_paths(catalog: Catalog, location: str) -> str:
    """Return a sentence with the paths that resemble the path in a location."""
    from difflib import get_close_matches

    wanted = re.split(r"[:#]", location)[0]
    name = wanted.rpartition("/")[2].casefold()
    paths = list(catalog.paths())
    of_name: dict[str, list[str]] = {}
    for path in paths:
        of_name.setdefault(path.rpartition("/")[2].casefold(), []).append(path)
    names = list(of_name)[:_MAX_COMPARED]
    similar = [path for close in get_close_matches(name, names, 3) for path in of_name[close]]
    similar = similar or [path for path in paths if name and name in path.casefold()]
    if not similar:
        return "excerpt search --ids shows paths and ids."
    from excerpt.present.terminal import printable_path

    return did_you_mean(map(printable_path, similar[:3]))


def neighbours(stored: StoredPassage, n: int) -> tuple[list[Key], list[Key]]:
    """Return the keys of up to `n` passages before `stored`, and of up to `n` passages after it.

    A passage that is set apart has no neighbours.
    """
    document, ordinal = stored.key
    if stored.passage.is_set_apart:
        return [], []
    end = min(stored.document.n_running, ordinal + 1 + n)
    return (
        [Key(document, number) for number in range(max(0, ordinal - n), ordinal)],
        [Key(document, number) for number in range(ordinal + 1, end)],
    )


def passage_reader(catalog: Catalog, document: int) -> "PassageAt":
    """Return a function that returns the passage of the running text with an ordinal, or None.

    `document` is the id of the document.
    """

    def passage_at(ordinal: int) -> PassageText | None:
        if ordinal >= catalog.store.n_passages(document):
            return None
        (found,) = catalog.passage_texts([Key(document, ordinal)])
        return None if found.passage.is_set_apart else found

    return passage_at


def text_reader(catalog: Catalog, document: int) -> "TextAt":
    """Return a function that returns the text of the document with this id in a span."""
    return lambda span: catalog.text(document, span)


def _has_anchor(passage: Passage, name: str) -> bool:
    """Return whether an anchor applies to a passage, or to a part of it."""
    return passage.anchor == name or any(anchor.name == name for anchor in passage.anchors)


def _is_alone(store: "TextStore", document: int) -> bool:
    """Return whether the running text of a document is one passage."""
    return store.n_passages(document) == 1 or store.passage(Key(document, 1)).is_set_apart


def shared_number(
    store: "TextStore", document: int, passage: Passage, line: int | None, anchor: str
) -> int:
    """Return the number of a passage from 1 on, or 0 if `line` or `anchor` names no other.

    `line` is the line that is displayed, None for a document without lines. Several passages may
    share it: the parts of a long paragraph in one line, or all that follows an anchor. For a line,
    only the passages before and after are read, so that no hit has to read a whole document.
    """
    number = passage.ordinal + 1
    previous = store.passage(Key(document, passage.ordinal - 1)) if passage.ordinal else None
    is_inset = previous is not None and passage.span.start < previous.span.end
    if passage.is_set_apart or is_inset:
        return number
    if number == 1 and _is_alone(store, document):
        return 0
    if line is None or not passage.lines:
        if not anchor or number > _MAX_READ:
            return number
        earlier = (store.passage(Key(document, each)) for each in range(passage.ordinal))
        return number if any(_has_anchor(each, anchor) for each in earlier) else 0
    if line == passage.lines[0]:
        return number if previous and previous.lines and previous.lines[0] == line else 0
    if number == store.n_passages(document):
        return 0
    following = store.passage(Key(document, number))
    begins_there = following.lines is not None and following.lines[0] == line
    return number if begins_there and not following.is_set_apart else 0
