"""The forms of unknown language in a segment → their stems in the main language, as a file."""

from pathlib import Path
from typing import Final

from excerpt.index.format.file_names import FOLDER, random_name
from excerpt.index.format.main_stems import main_stem_columns
from excerpt.index.format.manifest import SegmentInfo
from excerpt.index.read.segment import Segment
from excerpt.storage import StoredFile
from excerpt.storage.columns import write_columns
from excerpt.text.stemmer import has_stemmer, stems

__all__ = ["write_main_stems"]

_CHUNK: Final = 1 << 15
"""Forms that are stemmed at a time: stemming makes several strings of each."""


def write_main_stems(folder: Path, info: SegmentInfo, main_language: str) -> StoredFile | None:
    """Write and sync the stems in `main_language` for a segment of the index in `folder`.

    Returns None if there is nothing to write: the segment has no forms of unknown language, or the
    language has no stemmer.
    """
    if not has_stemmer(main_language):
        return None
    groups, forms = Segment(folder, info).dictionary.forms_of_language("")
    if not forms:
        return None
    of_forms: list[str] = []
    for first in range(0, len(forms), _CHUNK):
        of_forms += stems(main_language, forms[first : first + _CHUNK])
    path = folder / FOLDER / f"{random_name()}.stems"
    return write_columns(path, main_stem_columns(of_forms, groups), {"language": main_language})
