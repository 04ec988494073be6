"""The bytes of an XML document → its tree, without any entity declaration reaching the parser.

A document type can expand a few lines to gigabytes and name files or addresses to read. It is
therefore removed before parsing, and the entities that texts rely on (`&mdash;`) are replaced by
their characters: those of HTML, which include the sets of ISO, those of Greek, and those that the
document declares as plain text. All others are shown as they are written, and reported.
"""

import re
from collections import Counter
from functools import cache
from html import escape, unescape
from html.entities import html5
from typing import Any, Final, NamedTuple

from lxml import etree

from excerpt.errors import Instruction, Unreadable
from excerpt.ingest.decode import Hints, decode
from excerpt.ingest.formats.html.charset import declared_charset, text_bytes

__all__ = ["XmlTree", "attribute", "local_name", "parse_xml", "text_of"]

MAX_MEMORY: Final = 1_400 << 20
"""Estimated bytes of the largest tree that is built."""
BYTES_PER_TAG: Final = 130
BYTES_PER_ATTRIBUTE: Final = 220
MAX_ADDED: Final = 50_000_000
"""Characters of all entities in a document together."""
_MAX_NAMED: Final = 5
_PROLOGUE = re.compile(r"\s*(?><\?(?>(?!\?>).)*+\?>\s*|<!--(?>(?!-->).)*+-->\s*)*+", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE(?>[^\[>\"']|\"[^\"]*\"|'[^']*')*+", re.IGNORECASE)
_SUBSET_TOKEN = re.compile(r"[\"'\]]|<!--|<\?")
_CLOSING: Final = {'"': '"', "'": "'", "<!--": "-->", "<?": "?>"}
_DECLARATION = re.compile(
    r"<!ENTITY\s{1,99}([\w.:-]{1,99})\s{1,99}(?:\"([^\"]{0,200})\"|'([^']{0,200})')\s{0,99}>"
)
"""An entity with a short value."""
_ID = re.compile(r"(?<=\s)xml:id(?=\s{0,9}=)")
_ID_ERROR = re.compile(r"xml:id|already defined")
_ERROR_POSITION = re.compile(r" \(<string>, line \d+\)$")
_REFERENCE = re.compile(r"&([^\W\d][\w.:-]*);")
_PREDEFINED: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})
_GREEK: Final = (
    "agr α bgr β ggr γ dgr δ egr ε zgr ζ eegr η thgr θ igr ι kgr κ lgr λ mgr μ ngr ν xgr ξ ogr ο"
    " pgr π rgr ρ sfgr ς sgr σ tgr τ ugr υ phgr φ khgr χ psgr ψ ohgr ω Agr Α Bgr Β Ggr Γ Dgr Δ"
    " Egr Ε Zgr Ζ EEgr Η THgr Θ Igr Ι Kgr Κ Lgr Λ Mgr Μ Ngr Ν Xgr Ξ Ogr Ο Pgr Π Rgr Ρ Sgr Σ Tgr Τ"
    " Ugr Υ PHgr Φ KHgr Χ PSgr Ψ OHgr Ω"
)
"""Names and letters of the set ISOgrk1, which HTML does not include."""
_CORRECT: Final = Instruction("Correct it, or save it again with the program that made it.")


class XmlTree(NamedTuple):
    """A parsed document.

    root      its root element
    encoding  the encoding that it was decoded from
    warnings  sentences on what was guessed or replaced
    """

    root: Any
    encoding: str
    warnings: tuple[str, ...]


def parse_xml(data: bytes, part: str = "") -> XmlTree:
    """Return the tree of the document in `data`, which is `part` of a file, or all of it.

    Comments and processing instructions are left out.

    Raises:
        Unreadable: if it is not well-formed, or takes too much memory.
    """
    decoded = decode(data, hints=Hints(declared_charset(data), extract=text_bytes))
    where = f"its part {part}" if part else "it"
    start, entities = _skip_prologue(decoded.text, where)
    n_lines, body = decoded.text.count("\n", 0, start), decoded.text[start:]
    body, unknown = _replace_entities(body, entities) if "&" in body else (body, Counter())
    _check_size(body, where)
    # Empty lines in place of the prologue, so that an error is reported with the right line.
    source = "\n" * n_lines + body
    try:
        root = _parse(source)
    except (etree.XMLSyntaxError, ValueError) as error:
        if not _ID_ERROR.search(str(error)):
            raise _not_well_formed(where, error) from error
        # The parser insists on ids that are names, each once; other programs do not.
        try:
            root = _parse(_ID.sub("id", source))
        except (etree.XMLSyntaxError, ValueError) as other:
            raise _not_well_formed(where, other) from other
    return XmlTree(root, decoded.encoding, (*decoded.warnings, *_describe(unknown)))


def _parse(source: str) -> Any:
    """Return the root element of a document without a prologue."""
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
    )
    return etree.fromstring(source.encode("utf-8", "replace"), parser)


def _not_well_formed(where: str, error: Exception) -> Unreadable:
    return Unreadable(f"{where} is not well-formed XML: {_reason(error)}", _CORRECT)


def _reason(error: Exception) -> str:
    """Return the parser's message, which names the line."""
    if "Excessive depth" in str(error):
        return "its elements are nested too deeply"
    return _ERROR_POSITION.sub("", " ".join(str(error).split()))


def _skip_prologue(text: str, where: str) -> tuple[int, dict[str, str]]:
    """Return the offset of the root element, and the entities that the document declares."""
    prologue = _PROLOGUE.match(text)
    start = prologue.end() if prologue else 0
    doctype = _DOCTYPE.match(text, start)
    if doctype is None:
        return start, {}
    subset = doctype.end()
    subset_end = _end_of_subset(text, subset + 1) if text[subset : subset + 1] == "[" else subset
    final = text.find(">", subset_end) if subset_end >= 0 else -1
    if final < 0:
        raise Unreadable(f"{where} is not well-formed XML: its DOCTYPE never ends", _CORRECT)
    declared = (
        (found.group(1), found.group(2) or found.group(3) or "")
        for found in _DECLARATION.finditer(text, subset, subset_end)
    )
    values = {
        name: unescape(value)
        for name, value in declared
        if "<" not in value and not _REFERENCE.search(value)
    }
    following = _PROLOGUE.match(text, final + 1)
    return (following.end() if following else final + 1), values


def _end_of_subset(text: str, position: int) -> int:
    """Return the offset after the declarations from `position` on, -1 if they never end."""
    while found := _SUBSET_TOKEN.search(text, position):
        if found.group() == "]":
            return found.end()
        closing = _CLOSING[found.group()]
        end = text.find(closing, found.end())
        if end < 0:
            break
        position = end + len(closing)
    return -1


@cache
def _known_entities() -> dict[str, str]:
    names = _GREEK.split()
    known = dict(zip(names[::2], names[1::2], strict=True))
    return known | {name[:-1]: value for name, value in html5.items() if name.endswith(";")}


def _replace_entities(text: str, declared: dict[str, str]) -> tuple[str, Counter[str]]:
    """Return `text` with characters instead of entities, and the names that are unknown."""
    known = _known_entities()
    unknown: Counter[str] = Counter()
    n_added = 0

    def replacement(reference: re.Match[str]) -> str:
        name = reference.group(1)
        if name in _PREDEFINED:
            return reference.group()
        value = declared.get(name, known.get(name))
        if value is None:
            unknown[name] += 1
            return f"&amp;{name};"
        nonlocal n_added
        n_added += len(value)
        if n_added > MAX_ADDED:
            raise Unreadable(
                f"its entities expand to more than {MAX_ADDED:,} characters",
                Instruction("Replace them by their text."),
            )
        return escape(value, quote=True)

    return _REFERENCE.sub(replacement, text), unknown


def _describe(unknown: Counter[str]) -> list[str]:
    if not unknown:
        return []
    names = ", ".join(f"&{name};" for name, _ in unknown.most_common(_MAX_NAMED))
    more = f" and {len(unknown) - _MAX_NAMED:,} more" if len(unknown) > _MAX_NAMED else ""
    n = unknown.total()
    references = (
        "1 reference to an unknown entity was"
        if n == 1
        else (f"{n:,} references to unknown entities were")
    )
    return [f"{references} read as written: {names}{more}"]


def _check_size(text: str, where: str) -> None:
    """Raise Unreadable if the tree of `text` would take too much memory."""
    n_bytes = text.count("<") * BYTES_PER_TAG + text.count("=") * BYTES_PER_ATTRIBUTE + len(text)
    if n_bytes > MAX_MEMORY:
        raise Unreadable(
            f"{where} is too large: its elements would take about {n_bytes >> 20:,} MiB of memory",
            Instruction("Split it into parts."),
        )


def local_name(element: Any) -> str:
    """Return the name of an element without its namespace."""
    name: str = element.tag
    return name[name.find("}") + 1 :]


def attribute(element: Any, name: str) -> str:
    """Return the value of an attribute without its outer white space, "" if it is missing."""
    value: str = element.get(name) or ""
    return value.strip()


def text_of(element: Any) -> str:
    """Return the text in an element with single spaces, "" if it is None."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""
