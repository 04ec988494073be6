"""CSS selectors → elements of the light tree of a web page.

A subset of CSS is enough to describe the markup of a collection: names of elements, classes, ids,
attributes, descendants, children and lists. Beautiful Soup's own selectors need links between
elements, which our tree does not have (see `tree.py`).
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from excerpt.ingest.formats.html.tree import Element, Node

__all__ = ["Selector", "SelectorError", "parse_selector", "select"]

_IDENT: Final = r"-?(?:[^\W\d]|[^\x00-\x7f])(?:[\w-]|[^\x00-\x7f])*"
_SIMPLE: Final = re.compile(
    rf"(?P<name>{_IDENT}|\*)|\.(?P<class>{_IDENT})|#(?P<id>{_IDENT})"
    rf"|\[\s*(?P<attribute>[\w:.-]+)\s*(?:(?P<operator>[~^$*|]?=)\s*"
    r"(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\]\"']+))\s*)?\]"
)
_COMBINATOR = re.compile(r"\s*([>,+~])\s*|\s+")
_SUPPORTED: Final = (
    "Use names of elements, .class, #id, [attribute=value], and between them a space, > or a comma."
)


class SelectorError(Exception):
    """A selector that is not valid, or beyond the subset.

    message  the error, as a clause
    remedy   what to write instead, as a sentence
    """

    def __init__(self, message: str, remedy: str = _SUPPORTED) -> None:
        super().__init__(message, remedy)
        self.message = message
        self.remedy = remedy


class _Attribute(NamedTuple):
    """A condition on an attribute; without an operator, it must only be there."""

    name: str
    operator: str
    value: str

    def matches(self, element: Element) -> bool:
        """Return whether `element` meets the condition."""
        found = element.attrs.get(self.name)
        if found is None:
            return False
        match self.operator:
            case "":
                return True
            case "=":
                return found == self.value
            case "~=":
                return self.value in found.split()
            case "|=":
                return found == self.value or found.startswith(f"{self.value}-")
            case _ if not self.value:
                return False
            case "^=":
                return found.startswith(self.value)
            case "$=":
                return found.endswith(self.value)
            case _:
                return self.value in found


class _Compound(NamedTuple):
    """Conditions on one element.

    name        of the element, in lower case; "" for any
    attributes  conditions on its attributes, classes and ids among them
    is_child    True if the element must be a child of the one before, not just within it
    """

    name: str
    attributes: tuple[_Attribute, ...]
    is_child: bool = False

    def matches(self, element: Element) -> bool:
        """Return whether `element` meets all conditions."""
        return (not self.name or element.name == self.name) and all(
            attribute.matches(element) for attribute in self.attributes
        )


Selector = tuple[tuple[_Compound, ...], ...]
"""Alternatives; each is a sequence of conditions from the outermost element to the one selected."""


def parse_selector(source: str) -> Selector:
    """Return the selector written as `source`.

    Raises:
        SelectorError: if it is not valid, or beyond the subset.
    """
    alternatives: list[tuple[_Compound, ...]] = []
    compounds: list[_Compound] = []
    source = source.strip()
    offset, is_child = 0, False
    while True:
        compound, offset = _parse_compound(source, offset, is_child=is_child)
        compounds.append(compound)
        combinator = _COMBINATOR.match(source, offset)
        if combinator is None and offset < len(source):
            raise _unexpected(source, offset)
        sign = combinator.group(1) if combinator else ","
        if sign in {"+", "~"}:
            raise SelectorError(f"{sign} is not supported in {source!r}")
        is_child = sign == ">"
        if sign == ",":
            alternatives.append(tuple(compounds))
            compounds = []
        if combinator is None:
            return tuple(alternatives)
        offset = combinator.end()


def _parse_compound(source: str, offset: int, *, is_child: bool) -> tuple[_Compound, int]:
    """Return the conditions on one element that begin at `offset`, and the offset after them."""
    start, name = offset, ""
    attributes: list[_Attribute] = []
    while simple := _SIMPLE.match(source, offset):
        if simple["name"]:
            if offset > start:
                break
            name = "" if simple["name"] == "*" else simple["name"].lower()
        elif simple["class"]:
            attributes.append(_Attribute("class", "~=", simple["class"]))
        elif simple["id"]:
            attributes.append(_Attribute("id", "=", simple["id"]))
        else:
            value = next((v for v in simple.group("double", "single", "bare") if v is not None), "")
            attributes.append(
                _Attribute(simple["attribute"].lower(), simple["operator"] or "", value)
            )
        offset = simple.end()
    if offset == start:
        raise _unexpected(source, offset)
    return _Compound(name, tuple(attributes), is_child), offset


def _unexpected(source: str, offset: int) -> SelectorError:
    """Return the error for the text of a selector from `offset` on."""
    rest = source[offset:]
    if not rest:
        return SelectorError(f"{source!r} ends too early" if source else "the selector is empty")
    if rest[0] == ":":
        return SelectorError(f"{rest.split()[0]} is not supported in {source!r}")
    return SelectorError(f"{source!r} cannot be read from {rest!r} on")


class _SelectorState(NamedTuple):
    """The conditions of all selectors that hold at an open element, as bits.

    here    conditions whose selector, up to them, selects this element
    around  conditions whose selector, up to them, selects this element or one around it
    """

    here: int = 0
    around: int = 0


def select(nodes: Sequence[Node], selectors: Sequence[Selector]) -> Iterator[tuple[Element, int]]:
    """Yield each element that a selector selects, in document order, and the selector's index.

    `nodes` are those at the top level of the page. The time is linear in their number, however
    deeply they are nested.
    """
    conditions: list[tuple[_Compound, bool]] = []
    last_of: dict[int, int] = {}
    for index, selector in enumerate(selectors):
        for chain in selector:
            conditions += [(compound, number == 0) for number, compound in enumerate(chain)]
            last_of[len(conditions) - 1] = index
    stack = [(iter(nodes), _SelectorState())]
    while stack and conditions:
        siblings, outer = stack[-1]
        node = next(siblings, None)
        if node is None:
            stack.pop()
        elif isinstance(node, Element):
            here = _conditions_at(node, outer, conditions)
            found = {index: None for number, index in last_of.items() if here >> number & 1}
            yield from ((node, index) for index in found)
            stack.append((iter(node.contents), _SelectorState(here, outer.around | here)))


def _conditions_at(
    element: Element, outer: _SelectorState, conditions: Sequence[tuple[_Compound, bool]]
) -> int:
    """Return the conditions that hold at `element`, in which each but the first needs another."""
    here = 0
    for number, (compound, is_first) in enumerate(conditions):
        before = outer.here if compound.is_child else outer.around
        if (is_first or before >> (number - 1) & 1) and compound.matches(element):
            here |= 1 << number
    return here
