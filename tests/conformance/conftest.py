"""A fixture that lets small corpora take the code paths of large ones."""

from collections.abc import Iterator

import pytest

from conformance.stores import word_frequency


@pytest.fixture(autouse=True)
def _frequent(request: pytest.FixtureRequest) -> Iterator[None]:
    """Treat every word as frequent in tests of the store "frequent"."""
    with word_frequency("frequent" if "frequent" in request.node.name else ""):
        yield
