"""Static checks: ruff and mypy find nothing, with the settings of pyproject.toml."""

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
def test_a_static_check_passes(check: tuple[str, ...]) -> None:
    """The check exits without a finding."""
    ran = subprocess.run(
        [sys.executable, "-m", *check], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
