"""A report → a page of HTML that needs no other file, script or font.

Everything from the manuscript and the corpus is escaped, and control characters are made visible.
Each verdict has a sign of its own, so that colour is not the only difference.
"""

from collections.abc import Iterable, Iterator
from html import escape
from string import Template
from typing import TYPE_CHECKING, Final

from excerpt.present.terminal import clean, shorten
from excerpt.quotations.checking import CheckedQuotation, Verdict
from excerpt.quotations.sides import MarkedText
from excerpt.quotations.source_locations import SourceLocation, location_label

if TYPE_CHECKING:
    from excerpt.quotations.report import QuotationReport

__all__ = ["report_page"]

_SIGNS: Final = {
    Verdict.EXACT: ("exact", "✓"),
    Verdict.SAME_WORDS: ("same", "≈"),
    Verdict.DIFFERS: ("differs", "≠"),
    Verdict.ELSEWHERE: ("elsewhere", "↷"),
    Verdict.SEVERAL: ("several", "⋮"),
    Verdict.NOT_FOUND: ("missing", "✗"),
    Verdict.UNCHECKED: ("unchecked", "?"),
}
"""The class and the sign of each verdict."""
_MAX_LOCATIONS: Final = 20
_MAX_SHOWN: Final = 400
"""Characters shown of a passage."""
_PAGE: Final = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Quotations in $name</title>
<style>
:root {
  color-scheme: light dark;
  --page: #f6f5f1; --card: #fffefb; --text: #23221e; --faint: #66635a; --line: #dcd8cc;
  --good: #1d6b3c; --soft: #2d6173; --bad: #a3261b; --warn: #8a5300; --none: #66635a;
  --removed: #ffd9d2; --added: #cfeeda; --small: #fbe8b5; --link: #1f5a8a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #191a1c; --card: #222427; --text: #e8e6e0; --faint: #a5a29a; --line: #3a3d42;
    --good: #7fd09b; --soft: #8cc6da; --bad: #ff9c8f; --warn: #f0b95c; --none: #a5a29a;
    --removed: #6b2b25; --added: #1f5133; --small: #5c4a14; --link: #8fc4ef;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 1rem/1.55 Charter, "Iowan Old Style", Georgia, "Noto Serif", serif;
}
main { max-width: 58rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; overflow-wrap: anywhere; }
p, ul, dl, dd { margin: 0; }
.lead, .location, dt, .reasons, summary, .counts { font-family: system-ui, sans-serif; }
.lead { color: var(--faint); font-size: .95rem; }
.counts { display: flex; flex-wrap: wrap; gap: .5rem; list-style: none; padding: 0;
  margin: 1.25rem 0 1.75rem; }
.counts li { border: 1px solid var(--line); border-radius: 999px; background: var(--card);
  padding: .2rem .8rem; font-size: .9rem; }
.counts b { color: var(--tone); }
.exact { --tone: var(--good); } .same, .several { --tone: var(--soft); }
.differs, .missing { --tone: var(--bad); } .elsewhere { --tone: var(--warn); }
.unchecked { --tone: var(--none); }
article { background: var(--card); border: 1px solid var(--line); border-radius: .6rem;
  border-inline-start: .35rem solid var(--tone); padding: .9rem 1.1rem; margin: 0 0 .9rem; }
h2 { font: 600 .95rem/1.4 system-ui, sans-serif; margin: 0 0 .5rem; display: flex; gap: .75rem;
  justify-content: space-between; flex-wrap: wrap; }
h2 span:first-child { color: var(--tone); }
.location { color: var(--faint); font-weight: 400; }
dl { display: grid; grid-template-columns: 5.5rem 1fr; gap: .3rem .9rem; }
dt { color: var(--faint); font-size: .85rem; padding-top: .15rem; }
dd { overflow-wrap: anywhere; min-width: 0; }
mark { color: inherit; border-radius: .2rem; padding: 0 .12em; }
mark.removed { background: var(--removed); text-decoration: line-through; }
mark.added { background: var(--added); text-decoration: underline; text-underline-offset: .15em; }
mark.small { background: var(--small); }
.warnings { margin: .7rem 0 0; padding: .5rem .8rem; list-style: none; border-radius: .4rem;
  border: 1px solid var(--bad); color: var(--bad); font: 600 .92rem/1.5 system-ui, sans-serif; }
.reasons { color: var(--faint); font-size: .9rem; margin-top: .6rem; padding: 0; list-style: none; }
.where { font: .9rem/1.5 ui-monospace, "DejaVu Sans Mono", monospace; color: var(--link); }
.locations { list-style: none; padding: 0; }
details { margin-top: 1.5rem; } summary { cursor: pointer; padding: .5rem 0; font-weight: 600; }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; } dt { padding-top: .4rem; } }
@media print {
  body { background: none; font-size: 10.5pt; } main { max-width: none; padding: 0; }
  article { break-inside: avoid; }
}
@media (forced-colors: active) { mark { forced-color-adjust: none; color: #000; } }
</style>
</head>
<body>
<main>
<h1>Quotations in $name</h1>
<p class="lead">$lead</p>
<ul class="counts">
$counts
</ul>
$cards
</main>
</body>
</html>
""")


def report_page(report: "QuotationReport") -> str:
    """Return the page of a report: first what needs a look, then the rest."""
    shown = [each for each in report if each.verdict.is_wrong or each.verdict is Verdict.SEVERAL]
    others = [each for each in report if each not in shown]
    n = len(report)
    lead = f"{n:,} {'quotation' if n == 1 else 'quotations'} checked against the sources."
    counts = [
        f'<li class="{_SIGNS[verdict][0]}"><b>{_SIGNS[verdict][1]} {number:,}</b> {verdict}</li>'
        for verdict, number in report.counts.items()
        if number
    ]
    cards = [_card(each) for each in shown]
    if others:
        is_open = "" if shown else " open"
        noun = "quotation" if len(others) == 1 else "quotations"
        summary = f"{len(others):,} other {noun}" if shown else "All quotations"
        cards.append(f"<details{is_open}>\n<summary>{summary}</summary>")
        cards += [*map(_card, others), "</details>"]
    return _PAGE.substitute(
        name=_text(report.file.name),
        lead=lead,
        counts="\n".join(counts),
        cards="\n".join(cards),
    )


def _text(text: str) -> str:
    return escape(clean(text))


def _card(checked: CheckedQuotation) -> str:
    return "\n".join(_card_lines(checked))


def _card_lines(checked: CheckedQuotation) -> Iterator[str]:
    name, sign = _SIGNS[checked.verdict]
    location = _text(checked.quotation.location)
    yield f'<article class="{name}">'
    yield f'<h2><span>{sign} {checked.verdict}</span><span class="location">{location}</span></h2>'
    yield "<dl>"
    yield from _rows(checked)
    yield "</dl>"
    if checked.warnings:
        items = "".join(f"<li>⚠ {_text(warning)}</li>" for warning in checked.warnings)
        yield f'<ul class="warnings">{items}</ul>'
    if checked.reasons:
        items = "".join(f"<li>{_text(reason)}</li>" for reason in checked.reasons)
        yield f'<ul class="reasons">{items}</ul>'
    yield "</article>"


def _rows(checked: CheckedQuotation) -> Iterator[str]:
    """Yield the quotation, the words of the source if they differ, and the locations."""
    if checked.differences:
        yield _row("Quotation", _marked(checked.quote_side, "added"))
        yield _row("Source", _marked(checked.source_side, "removed"))
    else:
        yield _row("Quotation", f"“{_text(checked.quotation.text)}”")
    if checked.verdict is Verdict.NOT_FOUND and checked.locations:
        yield _row("Nearest", escape(shorten(checked.locations[0].text, _MAX_SHOWN)))
    if checked.locations:
        yield _row("Where", _locations(checked.locations[:_MAX_LOCATIONS], checked.n_locations))


def _row(label: str, content: str) -> str:
    return f"<dt>{label}</dt><dd>{content}</dd>"


def _marked(parts: Iterable[MarkedText], name: str) -> str:
    """Return the parts of one side; words that differ are marked, and smaller differences too."""
    return "".join(
        _text(text)
        if kind is None
        else f'<mark class="{name if kind.is_of_words else "small"}">{_text(text)}</mark>'
        for text, kind in parts
    )


def _locations(locations: Iterable[SourceLocation], n_locations: int) -> str:
    items = [f'<li class="where">{escape(location_label(location))}</li>' for location in locations]
    n_more = n_locations - len(items)
    more = [f"<li>and {n_more:,} more</li>"] if n_more > 0 else []
    return f'<ul class="locations">{"".join([*items, *more])}</ul>'
