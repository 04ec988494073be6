"""Installed packages → the formats that they add, and the packages that cannot be used.

A package names each format in its entry points, in the group `excerpt.formats`; `excerpt.formats`
is what it imports from excerpt. Only builds look entry points up, since that takes 40 ms and more.
Code of other packages may fail in any way: that costs their files, and is reported by name.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from excerpt.errors import Unreadable
from excerpt.ingest.formats.registry import FORMATS, Format
from excerpt.ingest.formats.source import Source
from excerpt.model import INSETS, SET_APART, BlockKind, Document, Span

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = ["GROUP", "AddedFormats", "UnusableFormat", "added_formats", "read", "recognises"]

GROUP: Final = "excerpt.formats"
_TEXT_BY_TYPE: Final = "text, blocks, pages, marks, anchors, metadata and warnings"


class UnusableFormat(NamedTuple):
    """A format that a package adds but that cannot be used.

    name     of the entry point, which is that of the format
    package  name and version
    reason   a clause
    """

    name: str
    package: str
    reason: str


class AddedFormats(NamedTuple):
    """The formats of other packages: those that can be used, and the others."""

    usable: tuple[Format, ...] = ()
    unusable: tuple[UnusableFormat, ...] = ()


@cache
def added_formats() -> AddedFormats:
    """Return the formats of installed packages, by name; they are looked up once."""
    from importlib.metadata import entry_points

    taken = {format_.name for format_ in FORMATS}
    suffixes = {suffix for format_ in FORMATS for suffix in format_.suffixes}
    usable, unusable = list[Format](), list[UnusableFormat]()
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value)):
        found = _load(entry, taken)
        if isinstance(found, UnusableFormat):
            unusable.append(found)
            continue
        own = frozenset(suffix.lower().removeprefix(".") for suffix in found.suffixes)
        usable.append(found._replace(suffixes=own - suffixes))
        taken.add(found.name)
        suffixes |= own
    return AddedFormats(tuple(usable), tuple(unusable))


def _load(entry: "EntryPoint", taken: Iterable[str]) -> Format | UnusableFormat:
    """Return the format of an entry point, unless its name is one of those `taken`."""
    package = f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.module
    if entry.name in taken:
        return UnusableFormat(entry.name, package, "another reader of this format is used")
    try:
        format_ = entry.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - it may do anything when imported
        reason = f"it cannot be loaded: {type(error).__name__}: {error}"
        return UnusableFormat(entry.name, package, reason)
    if not isinstance(format_, Format):
        return UnusableFormat(
            entry.name, package, f"{entry.value} is not an excerpt.formats.Format"
        )
    if problem := _problem_of(format_, entry.name):
        return UnusableFormat(entry.name, package, problem)
    return format_._replace(package=package)


def _problem_of(format_: Format, name: str) -> str:
    """Return why a format cannot be used, "" if it can."""
    if isinstance(format_.suffixes, str):
        return "its suffixes must be a set of strings"
    if format_.name != name:
        return f"the format calls itself {format_.name}"
    missing = [module for module in format_.needs if not _is_installed(module)]
    return f"it needs {' and '.join(missing)}, which is not installed" if missing else ""


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):  # the package of a submodule is missing
        return False


def recognises(format_: Format, source: Source) -> bool:
    """Return whether the format of a package recognises `source`; failures become warnings."""
    try:
        return bool(format_.sniff(source))
    except (Exception, SystemExit) as error:  # noqa: BLE001
        source.warnings.append(
            f"{format_.package} failed to tell whether this is {format_.name}: "
            f"{type(error).__name__}: {error}"
        )
        return False


def read(format_: Format, source: Source) -> Document:
    """Return what the reader of a package makes of `source`.

    Raises:
        Unreadable: if it fails, or if that is not a valid document.
    """
    try:
        document = format_.read(source)
    except (Unreadable, MemoryError):
        raise
    except (Exception, SystemExit) as error:
        raise Unreadable(
            f"{format_.package} failed to read it: {type(error).__name__}: {error}"
        ) from error
    try:
        problem = next(_problems(document), "")
    except (TypeError, AttributeError, ValueError) as error:
        problem = f"{_TEXT_BY_TYPE} must have the types that Document names ({error})"
    if problem:
        raise Unreadable(f"{format_.package} returned a document that is not valid: {problem}")
    return document._replace(format=format_.name)


def _problems(document: Document) -> Iterator[str]:
    """Yield the problems of a document; an index holds only documents without any."""
    if not isinstance(document, Document):
        yield f"it is a {type(document).__name__}"
        return
    text, length = document.text, len(document.text)
    end = 0
    for block in document.blocks:
        BlockKind(block.kind)
        if not end <= block.span.start <= block.span.end <= length:
            yield f"a block has the span {block.span}, after one that ends at {end} of {length}"
        if text[end : block.span.start].strip():
            yield f"no block covers the text from {end} to {block.span.start}"
        end = max(end, block.span.end)
    if text[end:].strip():
        yield f"no block covers the text from {end} on"
    if "\r" in text or any("\ud800" <= char <= "\udfff" for char in text):
        yield "its text contains carriage returns or surrogates"
    yield from _problems_of_marks(document)
    for name, starts in (
        ("pages", [page.start for page in document.pages]),
        ("anchors", [anchor.start for anchor in document.anchors]),
    ):
        if any(start > other for start, other in pairwise([0, *starts, length])):
            yield f"its {name} are not in ascending order within the text"
    strings = [document.title, document.language, *document.warnings]
    strings += [value for pair in document.metadata for value in pair]
    strings += [page.label for page in document.pages] + [each.name for each in document.anchors]
    if not all(isinstance(value, str) for value in strings):
        yield "its title, language, metadata, labels, anchors and warnings are not all strings"
    if not all(len(pair) == 2 for pair in document.metadata):
        yield "its metadata are not pairs of a name and a value"


def _problems_of_marks(document: Document) -> Iterator[str]:
    blocks = iter(document.blocks)
    block = next(blocks, None)
    end = {True: 0, False: 0}
    for mark in document.marks:
        is_inset = mark.kind in INSETS
        while block is not None and block.span.end < mark.span.end:
            block = next(blocks, None)
        is_within = block is not None and block.span.start <= mark.span.start
        content = mark.span.of(document.text)
        if not is_within or mark.kind not in SET_APART | INSETS or content != content.strip():
            yield f"a mark has the span {mark.span} and the kind {mark.kind}"
        if mark.span.start < end[is_inset] or not isinstance(mark.span, Span):
            yield f"the mark at {mark.span} overlaps another"
        end[is_inset] = mark.span.end
