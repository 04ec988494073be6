"""A passage, a hit or a whole document → the facts of its citation, whatever its format.

The facts come from the metadata of the document, under the names that archives and excerpt's
readers use. A quotation narrows the pages and lines down to its own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

from excerpt.citing.check_line import CheckLine
from excerpt.citing.cited_date import CitedDate, read_cited_date
from excerpt.citing.names import CitedName, read_names
from excerpt.citing.plain import single_line
from excerpt.citing.work_types import BOOK, DOCUMENT, EMAIL, WorkType, find_work_type
from excerpt.model import SET_APART, BlockKind, Hit, Page, Passage, Span, row_citation
from excerpt.present.terminal import escape_path
from excerpt.text import tokenize
from excerpt.text.line_breaks import one_line
from excerpt.text.running_text import text_of_blocks, unmarked_lines

if TYPE_CHECKING:
    from excerpt.catalog import StoredDocument, StoredPassage

__all__ = ["Citation", "cite_document", "cite_hit", "cite_passage", "find_words"]

_CONTAINERS: Final = ("collection", "newspaper", "journal", "magazine", "container", "series")
_ARCHIVES: Final = ("repository", "archive", "library", "institution")
_SHELFMARKS: Final = ("shelfmark", "signature", "callnumber", "call-number", "call_number")
_PUBLISHER_PLACES: Final = ("publisher-place", "publisher_place", "place")
_ADDRESSES: Final = ("url", "source", "canonical", "link")
_SHOWN: Final = frozenset(BlockKind) - SET_APART - {BlockKind.HEADING}
"""Kinds of blocks that are quoted."""


class Citation(NamedTuple):
    """The facts of a citation; a text is "" and a sequence empty if there are none.

    id          the id of the passage, or the path of a document that is cited as a whole
    path        of the document, relative to the corpus
    file        the path as it is cited: for a row of a table, that of the table
    row         the number of the row of a table, "" for other documents
    title       of the document, or else the name of its file
    work_type   the kind of work
    authors     and, likewise, `editors`, `translators` and `recipients`
    issued      the date of the work, None if it has none
    container   the collection, newspaper or journal
    volume      the volume of the work or the journal, and its `issue`
    publisher   and `publisher_place`, where it was published
    archive     the archive or library that holds the source, and `shelfmark` there
    url         the address of the source on the web
    language    ISO 639-1 code
    pages       the labels of the first and the last page
    lines       the first and the last line (from 1), None if the format has none
    anchor      the nearest anchor
    numbers     of the first and the last paragraph in the document (from 1), as the web page
                shows them; None if something else says where the words are, or if not known
    paragraphs  the words that are cited, as paragraphs without marks; none for a whole document
    check       the passage, the digest of the file, and the day on which it was read
    is_quotation  True if `paragraphs` are a quotation, not the whole passage
    """

    id: str
    path: str
    file: str
    title: str
    row: str = ""
    work_type: WorkType = DOCUMENT
    authors: tuple[CitedName, ...] = ()
    editors: tuple[CitedName, ...] = ()
    translators: tuple[CitedName, ...] = ()
    recipients: tuple[CitedName, ...] = ()
    issued: CitedDate | None = None
    container: str = ""
    volume: str = ""
    issue: str = ""
    publisher: str = ""
    publisher_place: str = ""
    archive: str = ""
    shelfmark: str = ""
    url: str = ""
    language: str = ""
    pages: tuple[str, ...] = ()
    lines: tuple[int, int] | None = None
    anchor: str = ""
    numbers: tuple[int, int] | None = None
    paragraphs: tuple[str, ...] = ()
    check: CheckLine = CheckLine("", "", "")
    is_quotation: bool = False

    def __repr__(self) -> str:
        return f"<Citation of {self.path} {self.title!r}>"

    @property
    def location(self) -> str:
        """The shelfmark in the archive, or else the path of the file if there is no address."""
        return self.shelfmark or ("" if self.url else self.file)


def cite_passage(
    stored: "StoredPassage",
    *,
    is_stale: bool | None = False,
    walked_ns: int = 0,
    today: date | None = None,
    span: Span | None = None,
) -> Citation:
    """Return the citation of a passage.

    Arguments:
        stored: the passage.
        is_stale: True if its file has changed since it was indexed, None if that is not known.
        walked_ns: the time of the last build, in nanoseconds since 1970.
        today: the day of the citation, None for today.
        span: the offsets of a quotation in the document's text, None for the whole passage.
    """
    document = stored.document
    check = CheckLine(
        stored.passage.id, document.digest, _day_read(is_stale, walked_ns, today), is_stale is True
    )
    return _locate(_describe_stored(document, check), stored.passage, stored.text, span)


def cite_document(
    document: "StoredDocument",
    *,
    is_stale: bool | None = False,
    walked_ns: int = 0,
    today: date | None = None,
) -> Citation:
    """Return the citation of a whole document; for the arguments, see `cite_passage`."""
    read = _day_read(is_stale, walked_ns, today)
    return _describe_stored(document, CheckLine("", document.digest, read, is_stale is True))


def cite_hit(hit: Hit, *, today: date | None = None) -> Citation:
    """Return the citation of the passage of a hit, with the page of its first match."""
    read = _day_read(hit.is_stale, hit.walked_ns, today)
    check = CheckLine(hit.passage.id, hit.digest, read, hit.is_stale is True)
    source = _CitedPath(hit.path, hit.member, hit.format)
    base = _describe(source, hit.title.text, hit.language, hit.metadata.pairs, check)
    return _locate(base, hit.passage, hit.snippet.text[: len(hit.passage.span)], None)


def _day_read(is_stale: bool | None, walked_ns: int, today: date | None) -> str:
    """Return the last day on which the file is known to have had the indexed bytes."""
    if is_stale is False or not walked_ns:
        return (today or datetime.now().astimezone().date()).isoformat()
    return datetime.fromtimestamp(walked_ns // 1_000_000_000, UTC).astimezone().date().isoformat()


class _CitedPath(NamedTuple):
    """The path of a document, the part of it within a container, and the document's format."""

    path: str
    member: str
    format: str


def _describe_stored(document: "StoredDocument", check: CheckLine) -> Citation:
    file = document.files[0]
    source = _CitedPath(file.path, file.member, document.format)
    return _describe(source, document.title, document.language, document.metadata.pairs, check)


def _describe(
    source: _CitedPath,
    title: str,
    language: str,
    metadata: Iterable[tuple[str, str]],
    check: CheckLine,
) -> Citation:
    """Return a citation with what the metadata say, without a location in the document."""
    values: dict[str, list[str]] = {}
    for name, value in metadata:
        if plain := single_line(value):
            values.setdefault(name.casefold(), []).append(plain)
    address = next((each for each in _first(values, _ADDRESSES, is_all=True) if _is_url(each)), "")
    work_type = find_work_type(_value(values, ("type", "genre")))
    if work_type is DOCUMENT and source.format == "mail":
        work_type = EMAIL
    elif work_type is DOCUMENT and source.format == "epub":
        work_type = BOOK
    is_page = work_type.csl.startswith(("webpage", "post"))
    file, row = row_citation(*source)
    return Citation(
        id=check.passage or source.path,
        path=source.path,
        file=file,
        row=row,
        title=single_line(title) or single_line(escape_path(file.rpartition("/")[2])),
        work_type=work_type,
        authors=read_names(values.get("author", [])),
        editors=read_names(values.get("editor", [])),
        translators=read_names(values.get("translator", [])),
        recipients=read_names(values.get("recipient", [])),
        issued=_issued(values, has_own_date=is_page or source.format == "epub"),
        container=_value(values, _CONTAINERS),
        volume=_value(values, ("volume",)),
        issue=_value(values, ("issue",)),
        publisher=_value(values, ("publisher",)),
        publisher_place=_value(values, _PUBLISHER_PLACES),
        archive=_value(values, _ARCHIVES),
        shelfmark=_value(values, _SHELFMARKS),
        url=address,
        language=language,
        check=check,
    )


def _first(
    values: Mapping[str, Sequence[str]], names: Sequence[str], *, is_all: bool = False
) -> list[str]:
    found = [value for name in names for value in values.get(name, ())]
    return found if is_all else found[:1]


def _value(values: Mapping[str, Sequence[str]], names: Sequence[str]) -> str:
    """Return the first value under any of `names`, "" if there is none."""
    return "".join(_first(values, names))


def _is_url(text: str) -> bool:
    return text.startswith(("http://", "https://")) and not any(map(str.isspace, text))


def _issued(values: Mapping[str, Sequence[str]], *, has_own_date: bool) -> CitedDate | None:
    """Return the date of the work, or of the page or e-book if it `has_own_date`."""
    names = ("date", "year", "published") if has_own_date else ("date", "year")
    dates = [read_cited_date(_value(values, (name,))) for name in names]
    found = [each for each in dates if each is not None]
    return next((each for each in found if each.parts), found[0] if found else None)


def _locate(base: Citation, passage: Passage, text: str, span: Span | None) -> Citation:
    """Return `base` with the location of a passage, or of the `span` in it, and with its words."""
    begin, end = (span.start, span.end) if span else (passage.span.start, passage.span.end)
    first, last = passage.page_at(begin), passage.page_at(max(begin, end - 1))
    labels = [label for label in map(_page_label, (first, last)) if label]
    return base._replace(
        pages=tuple(dict.fromkeys(labels)),
        lines=_lines(passage, text, span),
        anchor=passage.anchor_at(begin),
        paragraphs=tuple(filter(None, _paragraphs(passage, text, span))),
        is_quotation=span is not None,
    )


def _page_label(page: Page) -> str:
    return page.label or (str(page.number) if page.number else "")


def _lines(passage: Passage, text: str, span: Span | None) -> tuple[int, int] | None:
    if passage.lines is None or span is None:
        return passage.lines
    start = passage.span.start
    first = passage.lines[0] + text.count("\n", 0, span.start - start)
    return first, first + text.count("\n", span.start - start, span.end - start)


def _paragraphs(passage: Passage, text: str, span: Span | None) -> Iterator[str]:
    """Yield the blocks of a passage that are quoted, or the parts of them in `span`."""
    start = passage.span.start
    limits = span or passage.span
    for block in passage.blocks:
        if span is None and block.kind not in _SHOWN and not passage.is_set_apart:
            continue
        begin, end = max(block.span.start, limits.start), min(block.span.end, limits.end)
        if begin < end:
            yield one_line(unmarked_lines(text[begin - start : end - start], passage.marks, begin))


def find_words(passage: Passage, text: str, words: str) -> Span | None:
    """Return the first stretch of the `text` of a passage with these `words` in sequence.

    Case, accents and punctuation do not matter, and neither does a hyphen within a word. The span
    is counted from the start of the document; it is None if the words are not there.
    """
    tokens = tokenize(text_of_blocks(text, passage), passage.span.start)
    wanted = "".join(token.term for token in tokenize(words))
    letters = "".join(token.term for token in tokens)
    # A word that is broken at a line end may be one token here and two in the quotation, so the
    # letters are compared; both ends must be ends of tokens.
    ends = list(accumulate(len(token.term) for token in tokens))
    first_of = {end - len(token.term): token for end, token in zip(ends, tokens, strict=True)}
    last_of = dict(zip(ends, tokens, strict=True))
    start = letters.find(wanted) if wanted else -1
    while start >= 0:
        first, last = first_of.get(start), last_of.get(start + len(wanted))
        if first and last:
            return Span(first.span.start, last.span.end)
        start = letters.find(wanted, start + 1)
    return None
