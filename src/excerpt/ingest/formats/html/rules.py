"""The rules of a collection for a web page → the roles of its elements, and what they say of it.

A rule is certain: no look at the text of an element can overrule it.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from excerpt.ingest.formats.html.marks import MAX_PAGE_NUMBER_LENGTH, page_of
from excerpt.ingest.formats.html.selectors import parse_selector, select
from excerpt.ingest.formats.html.tree import Element, Node, joined_text
from excerpt.ingest.formats.reading_rules import FormatRules, Rule
from excerpt.ingest.formats.rule_facts import fact_of
from excerpt.ingest.formats.rule_patterns import PatternMatch, find_all
from excerpt.model import BlockKind

__all__ = ["NO_PAGE_RULES", "ElementRole", "PageRules"]

_KINDS: Final = (
    ("page_mark", BlockKind.PAGE),
    ("note_reference", BlockKind.REFERENCE),
    ("note", BlockKind.NOTE),
    ("boilerplate", BlockKind.BOILERPLATE),
)
"""Rules and the kinds of text that they find; if several find an element, the first one counts."""
_NO_RULES: Final = FormatRules()
_FACTS: Final = ("title", "author", "date")
_VALUES: Final = {"meta": "content", "time": "datetime", "link": "href"}
"""Attributes that hold the value of an element."""


class ElementRole(NamedTuple):
    """The role of an element by a rule.

    kind   of the text in it
    label  of the page that begins at it
    """

    kind: BlockKind
    label: str = ""


class PageRules(NamedTuple):
    """The effect of the rules on a page.

    roles        of elements
    first_label  of the page at the beginning of the text
    facts        names and values that the page gives
    """

    roles: dict[Element, ElementRole]
    first_label: str = ""
    facts: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, nodes: Sequence[Node], rules: FormatRules) -> "PageRules":
        """Return the effect of `rules` on the page with these top-level nodes."""
        if rules == _NO_RULES:
            return NO_PAGE_RULES
        names = [name for name, _ in _KINDS] + list(_FACTS)
        found = {name: list(_find(nodes, getattr(rules, name), name)) for name in names}
        labels = [_label(element, match) for element, match in found["page_mark"]]
        first_label = ""
        if rules.page_mark_at == "foot" and labels:
            first_label, *labels = *labels, ""
        roles: dict[Element, ElementRole] = {}
        for (element, _), label in zip(found["page_mark"], labels, strict=True):
            roles[element] = ElementRole(BlockKind.PAGE, label)
        for name, kind in _KINDS[1:]:
            for element, _ in found[name]:
                roles.setdefault(element, ElementRole(kind))
        facts = [(name, fact_of(name, [match for _, match in found[name]])) for name in _FACTS]
        return cls(roles, first_label, tuple((name, fact) for name, fact in facts if fact))


NO_PAGE_RULES: Final = PageRules({})


def _find(
    nodes: Sequence[Node], rules: Sequence[Rule], name: str
) -> Iterator[tuple[Element, PatternMatch]]:
    """Yield the elements that the rules with this name find, and the match of their patterns."""
    selectors = [parse_selector(rule.selector) for rule in rules]
    last = None
    for element, index in select(nodes, selectors):
        if element is last:
            continue
        text = _value_of(element)
        if rules[index].pattern:
            match = next(find_all(rules[index].pattern, text, name.removesuffix("_mark")), None)
        else:
            match = PatternMatch(0, len(text), text, {})
        if match is not None:
            last = element
            yield element, match


def _value_of(element: Element) -> str:
    """Return the text in `element`, or the value of one that describes the page."""
    key = _VALUES.get(element.name, "")
    if key in element.attrs:
        return " ".join(element.attrs[key].split())
    return " ".join(joined_text(element).split())


def _label(element: Element, match: PatternMatch) -> str:
    """Return the label of the page that an element marks, by its rule, attributes or text."""
    text = _value_of(element)
    if match.value != text:
        return match.value.strip()
    return page_of(element, text) or (text if len(text) <= MAX_PAGE_NUMBER_LENGTH else "")
