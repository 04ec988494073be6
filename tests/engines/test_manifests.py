"""Manifests: they survive as JSON, which is how the catalog stores them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.engines import COLUMNAR, OPENSEARCH, WHOOSH, Manifest, engine_of, read_manifest
from excerpt.engines.opensearch.manifest import OpenSearchManifest, StateSizes
from excerpt.engines.whoosh.manifest import WhooshManifest, WhooshSegmentInfo
from excerpt.index.format.manifest import ColumnarManifest, SegmentInfo
from excerpt.storage import StoredFile

sizes = st.integers(0, 2**40)
stored_files = st.builds(StoredFile, st.text(max_size=9), sizes, st.text(max_size=9))
columnar = st.builds(
    ColumnarManifest,
    st.lists(st.builds(SegmentInfo, stored_files, sizes, sizes, sizes), max_size=3).map(tuple),
    stored_files,
    st.text(max_size=2),
)
whoosh_segments = st.builds(
    WhooshSegmentInfo, st.text(max_size=9), sizes, st.lists(stored_files, max_size=3).map(tuple)
)
whoosh = st.builds(
    WhooshManifest,
    st.lists(whoosh_segments, max_size=3).map(tuple),
    stored_files,
    stored_files,
    st.text(max_size=2),
)
opensearch = st.builds(
    OpenSearchManifest,
    st.text(max_size=9),
    sizes,
    st.lists(sizes, max_size=3).map(tuple),
    st.builds(StateSizes, sizes, sizes),
    st.text(max_size=2),
)


@given(st.one_of(columnar, whoosh, opensearch))
def test_manifests_survive_as_json(manifest: Manifest) -> None:
    """The restored manifest is equal and of the same engine."""
    values = json.loads(json.dumps(manifest.to_json()))
    assert read_manifest(values) == manifest
    assert engine_of(values) == manifest.engine


def test_a_manifest_lists_all_its_files() -> None:
    """The files of segments, of the document table and of the contents are listed."""
    one, two, three = (StoredFile(name, 0, "") for name in ("one", "two", "three"))
    assert ColumnarManifest((SegmentInfo(one, 0, 0, 0),), two).files == (one, two)
    assert WhooshManifest((WhooshSegmentInfo("", 0, (one,)),), two, three).files == (
        one,
        two,
        three,
    )


@pytest.mark.parametrize("engine", [COLUMNAR, OPENSEARCH, WHOOSH])
@pytest.mark.parametrize("values", [{}, {"segments": []}, {"segments": [{}]}, {"segments": 5}])
def test_values_of_another_structure_are_refused(engine: str, values: dict[str, Any]) -> None:
    """The catalog reports them as damage."""
    with pytest.raises((KeyError, TypeError)):
        read_manifest(values | {"engine": engine})


def test_a_manifest_without_an_engine_is_of_the_default_one() -> None:
    """Older formats did not record the default engine."""
    assert engine_of({}) == COLUMNAR
