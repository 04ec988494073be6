"""The JSON interface against its description: whatever is sent, the answer is as described."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.testclient import TestClient

from excerpt.serve.openapi import DESCRIPTION
from serve_browser import serving

schema = schemathesis.openapi.from_dict(DESCRIPTION)


@pytest.fixture(scope="module")
def address(index: Path) -> Iterator[str]:
    """Return the address of a running server."""
    with serving(index) as url:
        yield url


@schema.parametrize()
@settings(max_examples=15, suppress_health_check=list(HealthCheck), deadline=None)
def test_every_answer_is_as_described(case: "Case[Any]", address: str) -> None:
    """Statuses, types and bodies of all routes, for valid and for invalid parameters."""
    # A query can be malformed in ways that no schema expresses, so 400 is always allowed.
    case.call_and_validate(base_url=address.rstrip("/"), excluded_checks=[positive_data_acceptance])


def test_the_description_is_served(client: TestClient) -> None:
    """The description names each route under /api/v1/."""
    found = client.get("/api/v1/openapi.json").json()
    assert found == DESCRIPTION
    for path in found["paths"]:
        if "{" not in path and "verify" not in path:
            assert client.get(path).status_code in {200, 400}
