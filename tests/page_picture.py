"""The picture of the web page in the README: a screenshot of the sample corpus, as PNG.

    python tests/page_picture.py

serves the sample corpus, photographs a search with the Chromium of the system, and rewrites
`.assets/page.png`, with few colours if pngquant is installed. The picture depends on the fonts of
the machine, so no test compares it.
"""

import subprocess
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

import excerpt
from serve_browser import CHROMIUM, serving

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / ".assets" / "page.png"
ADDRESS = "?q=wages+OR+strike"
WIDTH, HEIGHT = 1180, 760


def photograph() -> bytes:
    """Return a picture of the page."""
    with TemporaryDirectory() as folder:
        index = Path(folder) / "index"
        excerpt.build_index(ROOT / "corpus", index)
        with serving(index) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            page.goto(address + ADDRESS)
            picture = page.screenshot()
            browser.close()
    return _compressed(picture)


def _compressed(picture: bytes) -> bytes:
    """Return a PNG in 64 colours: a third of the size, and the eye sees no difference."""
    if which("pngquant") is None:
        return picture
    done = subprocess.run(["pngquant", "64", "-"], input=picture, capture_output=True, check=True)
    return done.stdout


if __name__ == "__main__":
    PICTURE.write_bytes(photograph())
