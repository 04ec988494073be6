"""`index.format.manifest`: a manifest is read back from its JSON."""

import json

from hypothesis import given
from hypothesis import strategies as st

from excerpt.index.format.manifest import ColumnarManifest, SegmentInfo
from excerpt.storage import StoredFile

FILES = st.builds(StoredFile, st.text("0123456789abcdef.", min_size=1), st.integers(0), st.text())
COUNTS = st.integers(0, 1 << 40)
SEGMENTS = st.lists(
    st.builds(SegmentInfo, FILES, COUNTS, COUNTS, COUNTS, st.none() | FILES), max_size=4
)


@given(SEGMENTS, FILES, st.sampled_from(("", "en")))
def test_a_manifest_is_read_back(
    segments: list[SegmentInfo], table: StoredFile, main_language: str
) -> None:
    """With all its files, whose names and sizes it lists."""
    manifest = ColumnarManifest(tuple(segments), table, main_language)
    read = ColumnarManifest.from_json(json.loads(json.dumps(manifest.to_json())))
    assert read == manifest
    of_segments = [file for each in segments for file in (each.file, each.main_stems)]
    assert read.files == (*(file for file in of_segments if file is not None), table)
