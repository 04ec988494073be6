"""A page of PDFium → the area of its images, and the headings in its structure tree.

Also the strings that functions of PDFium return.
"""

import ctypes
import re
from collections.abc import Callable
from ctypes import byref, c_float
from typing import Any, Final

import pypdfium2.raw as pdfium

__all__ = ["MAX_NODES", "clean", "heading_levels", "look_at_objects", "string_of"]

MAX_NODES: Final = 50_000
"""Entries of the outline, elements of a structure tree, annotations of a page that are read."""
_MAX_DEPTH: Final = 40
"""Depth of the structure tree."""
_MAX_OBJECTS: Final = 200
"""Objects of a page among which images are sought: a scan has few."""
_TAG = re.compile(r"H([1-6])|H|Title")
_CONTROLS = dict.fromkeys([*range(32), *range(127, 160), 0xFFFE, 0xFFFF], " ")


def clean(text: str) -> str:
    """Return `text` with spaces for control characters, without white space around it."""
    return text.translate(_CONTROLS).strip()


def string_of(function: Callable[..., int], *arguments: Any) -> str:
    """Return the UTF-16 string that a function of PDFium writes into a buffer."""
    size = function(*arguments, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    pointer = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
    function(*arguments, pointer, size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")


def look_at_objects(page: Any, bounds: Any) -> tuple[float, float]:
    """Return the share of the page that images cover, and that of text without width."""
    area = (bounds.right - bounds.left) * (bounds.top - bounds.bottom)
    count = min(pdfium.FPDFPage_CountObjects(page), _MAX_OBJECTS)
    covered = 0.0
    n_texts = n_lost = 0
    for number in range(count):
        piece = pdfium.FPDFPage_GetObject(page, number)
        kind = pdfium.FPDFPageObj_GetType(piece) if piece else 0
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            left, bottom, right, top = _bounds_of(piece)
            n_texts += 1
            n_lost += right == left and top > bottom
        elif kind in (pdfium.FPDF_PAGEOBJ_FORM, pdfium.FPDF_PAGEOBJ_IMAGE):
            covered += _image_area(piece, kind)  # a scan may consist of stripes
    return covered / area if area > 0 else 0.0, n_lost / max(1, n_texts)


def _image_area(piece: Any, kind: int) -> float:
    """Return the area of an image or of a form that may consist of one, 0 for anything else."""
    if kind == pdfium.FPDF_PAGEOBJ_FORM:
        count = min(pdfium.FPDFFormObj_CountObjects(piece), 3)
        parts = [pdfium.FPDFFormObj_GetObject(piece, number) for number in range(count)]
        if not any(pdfium.FPDFPageObj_GetType(p) == pdfium.FPDF_PAGEOBJ_IMAGE for p in parts if p):
            return 0.0
    left, bottom, right, top = _bounds_of(piece)
    return (right - left) * (top - bottom)


def _bounds_of(piece: Any) -> tuple[float, float, float, float]:
    """Return left, bottom, right and top of an object."""
    left, bottom, right, top = (c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(piece, byref(left), byref(bottom), byref(right), byref(top))
    return left.value, bottom.value, right.value, top.value


def heading_levels(page: Any) -> dict[int, int]:
    """Return the levels of the headings in the structure tree, by id of their marked content."""
    tree = pdfium.FPDF_StructTree_GetForPage(page)
    if not tree:
        return {}
    levels: dict[int, int] = {}
    count = pdfium.FPDF_StructTree_CountChildren(tree)
    pending = [
        (pdfium.FPDF_StructTree_GetChildAtIndex(tree, number), 0, 0)
        for number in range(min(count, MAX_NODES))
    ]
    n_seen = 0
    while pending and n_seen < MAX_NODES:
        element, level, depth = pending.pop()
        n_seen += 1
        if not element or depth > _MAX_DEPTH:
            continue
        tag = _TAG.fullmatch(string_of(pdfium.FPDF_StructElement_GetType, element))
        level = int(tag[1] or 1) if tag else level
        for number in range(min(pdfium.FPDF_StructElement_CountChildren(element), MAX_NODES)):
            content = pdfium.FPDF_StructElement_GetChildMarkedContentID(element, number)
            if content >= 0 and level:
                levels[content] = level
            elif content < 0:
                child = pdfium.FPDF_StructElement_GetChildAtIndex(element, number)
                pending.append((child, level, depth + 1))
    pdfium.FPDF_StructTree_Close(tree)
    return levels
