"""Citations → notes in the style of the Chicago Manual of Style (17th edition, chapter 14).

A note is one sentence: author, title, date, what the work is part of, where the source is kept, and
the place cited. Titles of books, newspapers and websites are italic where the output has italics.
The check line follows on a line of its own, since it is no part of the note.

Pages are marked with "p.", also where the style leaves it out, because lines may follow them.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from excerpt.citing.citation import Citation
from excerpt.citing.cited_date import MONTHS, CitedDate, DateParts
from excerpt.citing.names import CitedName
from excerpt.citing.work_types import EMAIL
from excerpt.present.terminal import clean, printable_path

__all__ = ["Run", "locator", "note_of", "write"]

_MAX_NAMES: Final = 3
"""Authors that are all named; of more, only the first is."""
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

    A title that ends with its own mark takes no comma, and parentheses follow without one.
    """
    if not runs:
        return []
    before = "".join(run.text for run in runs)
    if part[0].text.startswith("("):
        return [Run(" ")]
    return [Run(" " if before.endswith((",”", "?”", "!”", "?’”", "!’”", "…”")) else ", ")]


def _parts(citation: Citation) -> Iterator[list[Run]]:
    """Yield the parts of a note that commas separate."""
    kind = citation.work_type.csl
    if citation.work_type is EMAIL:
        yield [Run(_names(citation.authors))]
        yield [Run(_in_quotes(citation.title, has_comma=True))]
        recipients = _names(citation.recipients)
        yield [Run(f"email to {recipients}" if recipients else "email")]
        yield [Run(_date(citation.issued))]
        yield from _whereabouts(citation)
        return
    if kind == "personal_communication" and citation.recipients:
        yield [Run(f"{_names(citation.authors) or 'Unknown'} to {_names(citation.recipients)}")]
        yield [Run(_date(citation.issued))]
        yield from _whereabouts(citation)
        return
    yield [Run(_names(citation.authors))]
    if kind in {"book", "pamphlet"}:
        yield [Run(citation.title, is_italic=True)]
        yield from _contributors(citation)
        yield [Run(f"({_imprint(citation)})")]
        yield from _whereabouts(citation, has_container=False)
        return
    is_in_parentheses = kind in {"speech", "interview", "thesis", "report", "manuscript"}
    is_article = kind in {"article", "article-journal"}
    is_before_parentheses = is_in_parentheses or (is_article and not citation.container)
    yield [Run(_in_quotes(citation.title, has_comma=not is_before_parentheses))]
    yield from _contributors(citation)
    if kind == "chapter":
        yield [Run("in "), Run(citation.container or "unknown work", is_italic=True)]
        yield [Run(f"({_imprint(citation)})")]
        yield from _whereabouts(citation, has_container=False)
    elif is_article:
        yield [Run(citation.container, is_italic=True)]
        yield [Run(f"({_date(citation.issued)})")]
        yield from _whereabouts(citation, has_container=False)
    elif kind.startswith("article-"):
        yield [Run(citation.container, is_italic=True)]
        yield [Run(_date(citation.issued))]
        yield from _whereabouts(citation, has_container=False)
    elif is_in_parentheses:
        issuer = [citation.publisher] if kind in {"thesis", "report"} else []
        facts = [
            citation.work_type.label,
            *issuer,
            citation.publisher_place,
            _date(citation.issued),
        ]
        yield [Run(f"({', '.join(filter(None, facts))})")]
        yield from _whereabouts(citation)
    else:
        yield [Run(citation.work_type.label)]
        if kind == "webpage" or not citation.container:
            yield [Run(citation.publisher)]
        yield [Run(_date(citation.issued))]
        yield from _whereabouts(citation)


def _contributors(citation: Citation) -> Iterator[list[Run]]:
    for label, names in (("ed.", citation.editors), ("trans.", citation.translators)):
        if names:
            yield [Run(f"{label} {_names(names)}")]


def _whereabouts(citation: Citation, *, has_container: bool = True) -> Iterator[list[Run]]:
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
    """Return the row, pages and lines that are cited: "pp. 4–5, lines 80–86"."""
    pages = [clean(page) for page in citation.pages]
    found = [f"row {citation.row}"] if citation.row else []
    if pages:
        found.append(f"{'p.' if len(pages) == 1 else 'pp.'} {_DASH.join(pages)}")
    if citation.lines:
        first, last = citation.lines
        found.append(f"line {first}" if first == last else f"lines {first}{_DASH}{last}")
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
    inner = title.replace("“", "‘").replace("”", "’")
    is_closed = inner.endswith((",", "?", "!", "…"))
    return f"“{inner}{',' if has_comma and not is_closed else ''}”"


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
