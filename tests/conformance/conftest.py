"""A fixture that lets small corpora take the code paths of large ones, and of pure Python."""

from collections.abc import Iterator

import pytest

from conformance.stores import code_paths


@pytest.fixture(autouse=True)
def _frequent(request: pytest.FixtureRequest) -> Iterator[None]:
    """Take the code paths of the store that the test is for."""
    names = (name for name in ("frequent", "NumPy") if name in request.node.name)
    with code_paths(", ".join(names)):
        yield
