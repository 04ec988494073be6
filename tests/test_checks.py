"""The checks of the sources: ruff and mypy, with the settings of pyproject.toml, find nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CHECKS = [
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
]


@pytest.mark.parametrize("check", CHECKS, ids=" ".join)
def test_a_check_finds_nothing(check: tuple[str, ...]) -> None:
    """Style and types are as they are meant to be."""
    ran = subprocess.run(
        [sys.executable, "-m", *check], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
