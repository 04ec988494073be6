"""The description of the JSON interface in OpenAPI 3.1."""

from typing import Any, Final

__all__ = ["DESCRIPTION"]

DESCRIPTION: Final[dict[str, Any]] = {"openapi": "3.1.0"}
