"""Citations → notes in the style of the Chicago Manual of Style (17th edition, chapter 14).

A note is one sentence: author, title, date, what the work is part of, where the source is kept, and
the place cited. Titles of books, newspapers and websites are italic where the output has italics.
The check line follows on a line of its own, since it is not part of the note.

Pages are marked with "p.", also where the style leaves it out, because lines may follow them.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from excerpt.citing.citation import Citation
from excerpt.citing.cited_date import MONTHS, CitedDate, DateParts
from excerpt.citing.names import CitedName
from excerpt.citing.work_types import EMAIL
from excerpt.present.terminal import clean, printable_path

__all__ = ["Run", "locator", "note_of", "write"]

_MAX_NAMES: Final = 3
"""Up to this many authors are all named; of more, only the first."""
_DASH: Final = "\N{EN DASH}"


class Run(NamedTuple):
    """A part of a note."""

    text: str
    is_italic: bool = False


def write(citations: Sequence[Citation]) -> str:
    """Return a note for each citation, with its check line below, and empty lines between."""
    return "\n".join(f"{_quoted(each)}{_plain(each)}\n{each.check}\n" for each in citations)


def _plain(citation: Citation) -> str:
    return clean("".join(run.text for run in note_of(citation)))


def _quoted(citation: Citation) -> str:
    """Return the quotation in front of a note, on a line of its own."""
    words = " ".join(citation.paragraphs)
    return f"“{clean(words)}”\n" if citation.is_quotation else ""


def note_of(citation: Citation) -> tuple[Run, ...]:
    """Return the note of a citation, ending with a full stop."""
    shown = ([run for run in part if run.text] for part in _parts(citation))
    parts = [part for part in shown if part]
    runs: list[Run] = []
    for part in parts:
        runs += _separator(runs, part)
        runs += part
    last = runs[-1].text
    return (*runs, Run("" if last.endswith((".", "?", "!")) else "."))


def _separator(runs: Sequence[Run], part: Sequence[Run]) -> list[Run]:
    """Return the text between two parts of a note: a comma, which goes before a closing quote.

    Parentheses follow without one.
    """
    if not runs:
        return []
    before = "".join(run.text for run in runs)
    if part[0].text.startswith("("):
        return [Run(" ")]
    return [Run(" " if before.endswith(",”") else ", ")]


def _parts(citation: Citation) -> Iterator[list[Run]]:
    """Yield the parts of a note that commas separate."""
    kind = citation.work_type.csl
    if citation.work_type is EMAIL:
        yield from _email(citation)
    elif kind == "personal_communication" and citation.recipients:
        yield [Run(f"{_names(citation.authors) or 'Unknown'} to {_names(citation.recipients)}")]
        yield [Run(_date(citation.issued))]
        yield from _location_parts(citation)
    else:
        yield [Run(_names(citation.authors))]
        yield from _titled(citation)


def _titled(citation: Citation) -> Iterator[list[Run]]:
    """Return the parts of a note that begin with the title."""
    kind = citation.work_type.csl
    if kind in {"book", "pamphlet", "report"}:
        return _book(citation)
    if kind == "chapter":
        return _chapter(citation)
    if kind in {"article", "article-journal"}:
        return _journal_article(citation)
    if kind in {"speech", "interview", "thesis", "manuscript"}:
        return _unpublished(citation)
    return _page_or_document(citation)


def _email(citation: Citation) -> Iterator[list[Run]]:
    yield [Run(_names(citation.authors))]
    yield [Run(_in_quotes(citation.title, has_comma=True))]
    recipients = _names(citation.recipients)
    yield [Run(f"email to {recipients}" if recipients else "email")]
    yield [Run(_date(citation.issued))]
    yield from _location_parts(citation)


def _book(citation: Citation) -> Iterator[list[Run]]:
    yield [Run(citation.title, is_italic=True)]
    yield [Run(_volume(citation))]
    yield from _contributors(citation)
    yield [Run(f"({_imprint(citation)})")]
    yield from _location_parts(citation, has_container=False)


def _chapter(citation: Citation) -> Iterator[list[Run]]:
    yield [Run(_in_quotes(citation.title, has_comma=True))]
    # The editor is that of the book, the translator often that of the chapter alone.
    yield from _contributors(citation._replace(editors=()))
    yield [Run("in "), Run(citation.container or "unknown work", is_italic=True)]
    yield [Run(_volume(citation))]
    yield from _contributors(citation._replace(translators=()))
    yield [Run(f"({_imprint(citation)})")]
    yield from _location_parts(citation, has_container=False)


def _journal_article(citation: Citation) -> Iterator[list[Run]]:
    yield [Run(_in_quotes(citation.title, has_comma=bool(citation.container)))]
    yield from _contributors(citation)
    volume = [Run(f" {citation.volume}")] if citation.container and citation.volume else []
    yield [Run(citation.container, is_italic=True), *volume]
    yield [Run(f"no. {citation.issue}" if citation.issue else "")]
    yield [Run(f"({_date(citation.issued)})")]
    yield from _location_parts(citation, has_container=False)


def _unpublished(citation: Citation) -> Iterator[list[Run]]:
    yield [Run(_in_quotes(citation.title, has_comma=False))]
    yield from _contributors(citation)
    school = citation.publisher if citation.work_type.csl == "thesis" else ""
    date = _date(citation.issued)
    facts = [citation.work_type.label, school, citation.publisher_place, date]
    yield [Run(f"({', '.join(filter(None, facts))})")]
    yield from _location_parts(citation)


def _page_or_document(citation: Citation) -> Iterator[list[Run]]:
    kind, container = citation.work_type.csl, citation.container
    yield [Run(_in_quotes(citation.title, has_comma=True))]
    yield from _contributors(citation)
    is_in_paper = kind.startswith("article-")
    is_page = kind == "webpage" or kind.startswith("post")
    is_first = is_in_paper or is_page  # otherwise it is a collection, from which the date differs
    yield [Run(citation.work_type.label)]
    if is_page or not (container or is_in_paper):
        yield [Run(citation.publisher)]
    if is_first:
        yield [Run(container, is_italic=is_in_paper or kind == "post-weblog")]
    yield [Run(_date(citation.issued))]
    yield from _location_parts(citation, has_container=not is_first)


def _volume(citation: Citation) -> str:
    return f"vol. {citation.volume}" if citation.volume else ""


def _contributors(citation: Citation) -> Iterator[list[Run]]:
    for label, names in (("ed.", citation.editors), ("trans.", citation.translators)):
        if names:
            yield [Run(f"{label} {_names(names)}")]


def _location_parts(citation: Citation, *, has_container: bool = True) -> Iterator[list[Run]]:
    """Yield where a source is kept, and the place in it that is cited."""
    if has_container:
        yield [Run(citation.container)]
    yield [Run(citation.shelfmark)]
    yield [Run(citation.archive)]
    if not citation.shelfmark and not citation.url:
        yield [Run(printable_path(citation.file))]
    yield [Run(locator(citation))]
    if citation.url:
        yield [Run(f"accessed {_day(_split(citation.check.read))}")]
        yield [Run(citation.url)]


def locator(citation: Citation) -> str:
    """Return the row, pages and lines that are cited: "pp. 4–5, lines 80–86"; or paragraphs."""
    pages = [clean(page) for page in citation.pages]
    found = [f"row {citation.row}"] if citation.row else []
    if pages:
        found.append(f"{'p.' if len(pages) == 1 else 'pp.'} {_DASH.join(pages)}")
    if citation.lines:
        first, last = citation.lines
        found.append(f"line {first}" if first == last else f"lines {first}{_DASH}{last}")
    if citation.numbers:
        first, last = citation.numbers
        found.append(f"para. {first}" if first == last else f"paras. {first}{_DASH}{last}")
    if not found and citation.anchor:
        time = citation.anchor.removeprefix("t=")
        is_time = time != citation.anchor
        found.append(f"at {clean(time)}" if is_time else f"#{clean(citation.anchor)}")
    return ", ".join(found)


def _names(names: Sequence[CitedName]) -> str:
    if not names:
        return ""
    texts = [str(name) for name in names]
    if len(texts) > _MAX_NAMES:
        return f"{texts[0]} et al."
    if len(texts) < 3:
        return " and ".join(texts)
    return f"{', '.join(texts[:-1])}, and {texts[-1]}"


def _in_quotes(title: str, *, has_comma: bool) -> str:
    """Return a title in quotation marks, with the comma that follows, and inner marks changed."""
    inner = re.sub(r'(?<!\S)"([^"]+)"(?!\w)', r"‘\1’", title)
    inner = inner.replace("“", "‘").replace("”", "’")
    return f"“{inner.removesuffix(',') if has_comma else inner}{',' if has_comma else ''}”"


def _imprint(citation: Citation) -> str:
    published = ": ".join(filter(None, [citation.publisher_place, citation.publisher]))
    return ", ".join(filter(None, [published, _date(citation.issued)]))


def _date(issued: CitedDate | None) -> str:
    """Return a date as a note has it; "n.d." if there is none."""
    if issued is None:
        return "n.d."
    if not issued.parts:
        return issued.text
    shown = issued.period or (_interval(*issued.parts) if issued.last else _day(issued.first))
    return f"ca. {shown}" if issued.is_circa else shown


def _interval(first: DateParts, last: DateParts) -> str:
    """Return an interval; the year is given once if both ends are in it."""
    if first[0] == last[0] and len(first) > 1:
        begin = " ".join([MONTHS[first[1] - 1], *map(str, first[2:])])
        is_one_month = first[1] == last[1] and len(first) == len(last) == 3
        end = f"{last[2]}, {_year(last[0])}" if is_one_month else _day(last)
        return f"{begin}{_DASH}{end}"
    return f"{_day(first)}{_DASH}{_day(last)}"


def _day(parts: DateParts) -> str:
    """Return a date: "February 24, 1848", "February 1848" or "1848"."""
    year = _year(parts[0])
    if len(parts) == 1:
        return year
    month = MONTHS[parts[1] - 1]
    return f"{month} {year}" if len(parts) == 2 else f"{month} {parts[2]}, {year}"


def _year(year: int) -> str:
    return str(year) if year > 0 else f"{1 - year} BC"


def _split(iso: str) -> DateParts:
    return tuple(map(int, iso.split("-")))
