"""Drawings of a Word document → the texts in them: descriptions, charts, diagrams, lettering."""

import re
from collections.abc import Iterator
from typing import Any, Final

from excerpt.ingest.formats.office.docx_parts import OfficeParts
from excerpt.model import BlockKind

__all__ = ["A", "CHART", "DIAGRAM", "description_of", "texts_of_part"]

A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
CHART: Final = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DIAGRAM: Final = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_REFERENCES: Final = {CHART + "chart": _RELATION + "id", DIAGRAM + "relIds": _RELATION + "dm"}
"""Elements that refer to a part, each with the attribute that names it."""
_NAMES: Final = f".//{CHART}strCache/{CHART}pt"
_FILE_NAME = re.compile(
    r"(?:[^\n]{0,400}[/\\])?[^\s/\\]{1,200}\.\w{3,4}|[^\n]{1,400}\\[^\n\\]{1,200}"
)
_BY_PROGRAM = re.compile(
    r"(?:Picture|Image|Grafik|Bild|Obrázek|Рисунок|Immagine|Imagen|Imagem|Afbeelding|图片) ?\d{1,4}"
    r"|\s*(?:Description|AI-generated content|Beschreibung)\b[^.\n]{0,60}(?:generated|incorrect|"
    r"generiert)\.?[^.\n]{0,40}"
)
"""Names of pictures, and remarks in descriptions, that Word makes up."""


def description_of(element: Any) -> str:
    """Return the alternative text of a picture, "" if it is a name that a program gave."""
    description = element.get("descr") or ""
    if _FILE_NAME.fullmatch(description.strip()):
        return ""
    return " ".join(_BY_PROGRAM.sub("", description).split())


def texts_of_part(element: Any, parts: OfficeParts, part: str) -> Iterator[tuple[BlockKind, str]]:
    """Yield kind and text of what the chart or diagram that `element` of `part` refers to shows."""
    id_ = element.get(_REFERENCES[element.tag]) or ""
    _, name = parts.relations(part).get(id_, ("", ""))
    root = parts.tree(name) if name else None
    if root is None:
        return
    for paragraph in root.iter(A + "p"):
        if text := _joined(paragraph.iter(A + "t")):
            is_title = element.tag == CHART + "chart"
            yield BlockKind.CAPTION if is_title else BlockKind.CELL, text
    # A chart keeps a copy of its table; the strings in it are the names of series and categories.
    names = (_joined(point.iter(CHART + "v")) for point in root.iterfind(_NAMES))
    for name in dict.fromkeys(filter(None, names)):
        yield BlockKind.CELL, name


def _joined(elements: Iterator[Any]) -> str:
    return " ".join("".join(each.text or "" for each in elements).split())
