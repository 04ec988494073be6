"""Folders with a source, and the document expected of it as JSON."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["check_golden"]


def check_golden(case: Path, describe: Callable[[Path], Any]) -> None:
    """Compare what `describe` returns for the source in the folder `case` with the expectation.

    With EXCERPT_WRITE_GOLDEN, the expectation is written first.
    """
    (source,) = case.glob("source.*")
    found, expected = describe(source), case / "expected.json"
    if os.environ.get("EXCERPT_WRITE_GOLDEN"):
        expected.write_text(
            json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
    assert found == json.loads(expected.read_text(encoding="utf-8"))
