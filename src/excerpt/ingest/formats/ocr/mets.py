"""A METS file with the files of its pages (see `containers.mets`) → Document.

The pages are read one after the other, so that sentences and words continue over their ends. The
anchor of a region begins with the name of the file of its page: `0001.xml#r3`.
"""

from io import BytesIO
from typing import Final
from zipfile import ZipFile

from excerpt.errors import Unreadable
from excerpt.ingest.formats.ocr import alto, hocr, page_xml
from excerpt.ingest.formats.ocr.layout import LayoutText, PageFacts
from excerpt.ingest.formats.ocr.mets_list import parse_mets
from excerpt.ingest.formats.source import Source
from excerpt.model import Document

__all__ = ["read"]

_READERS: Final = {"alto": alto.add_pages, "PcGts": page_xml.add_pages}
_MAX_NAMED: Final = 3


def read(source: Source) -> Document:
    """Return the document in `source`.

    Raises:
        Unreadable: if the METS file is not well-formed, or none of its pages can be read.
    """
    with ZipFile(BytesIO(source.data)) as opened:
        path, *names = opened.namelist()
        mets = parse_mets(opened.read(path), path)
        pages = {page.path: page for group in mets.groups for page in group.pages}
        listed = [[page.path for page in group.pages] for group in mets.groups]
        group = max(listed, key=lambda paths: sum(path in names for path in paths), default=[])
        text = LayoutText()
        facts: list[PageFacts] = []
        failures = []
        for name in names:
            page = pages[name]
            text.name_page(page.label, page.number, name.rpartition("/")[2])
            try:
                facts.append(_add(Source("xml", opened.read(name)), text))
            except Unreadable as error:
                failures.append(f"{name.rpartition('/')[2]} ({error.reason})")
    if failures and not facts:
        raise Unreadable(f"none of its pages can be read: {_listed(failures)}")
    missing = [path for path in group if path not in names]
    metadata = dict(mets.metadata)
    title, language = (metadata.pop(name, "") for name in ("title", "language"))
    languages = (each.language for each in facts if each.language)
    of_all = PageFacts(
        language or next(languages, ""),
        next((each.encoding for each in facts), ""),
        tuple(dict.fromkeys(warning for each in facts for warning in each.warnings)),
        title=title,
    )
    document = text.build("mets", of_all)
    return document._replace(
        metadata=tuple(metadata.items()),
        warnings=(
            *document.warnings,
            *([f"pages could not be read: {_listed(failures)}"] if failures else []),
            *([f"files of pages are missing: {_listed(missing)}"] if missing else []),
        ),
    )


def _add(source: Source, text: LayoutText) -> PageFacts:
    """Add the page in `source` to the text."""
    return _READERS.get(source.xml_root, hocr.add_pages)(source, text)


def _listed(names: list[str]) -> str:
    more = len(names) - _MAX_NAMED
    return ", ".join(names[:_MAX_NAMED]) + (f" and {more:,} more" if more > 0 else "")
