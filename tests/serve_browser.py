"""A real browser and a real server, for the tests of the page."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from shutil import which
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

from shell import Shell

__all__ = ["CHROMIUM", "accessibility_problems", "serving"]

CHROMIUM = next(filter(None, map(which, ("chromium", "chromium-browser", "google-chrome"))), None)
"""The browser of the system; without one, its tests are skipped."""
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@contextmanager
def serving(index: Path, *options: str) -> Iterator[str]:
    """Run `excerpt serve` for an index on a free port, and yield the address of the page."""
    with subprocess.Popen(
        [sys.executable, "-m", "excerpt", "serve", "--port", "0", "--index", str(index), *options],
        cwd=index.parent,
        env=Shell(index.parent).environment({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            address = process.stdout.readline().strip()
            assert address, "the server did not start"
            yield address
        finally:
            process.terminate()


@cache
def _axe() -> str:
    folder = Path(axe_playwright_python.__file__).parent
    return (folder / "axe.min.js").read_text(encoding="utf-8")


def accessibility_problems(page: Page) -> list[str]:
    """Return the violations that axe finds on a page (WCAG 2.2 AA and best practices)."""
    page.evaluate(_axe())
    found: dict[str, Any] = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", list(RULES)
    )
    return [
        f"{each['id']}: {node['html'][:120]} {node['failureSummary'][:300]}"
        for each in found["violations"]
        for node in each["nodes"][:3]
    ]
