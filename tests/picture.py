"""The picture of the README: the output of a search on a terminal, as an SVG.

    python tests/picture.py

runs the command on the sample corpus and rewrites `.assets/search.svg`. A test fails if the picture
differs from what the command writes.
"""

import html
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from shell import Shell

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / ".assets" / "search.svg"
COMMAND = ["search", "general", "strike", "--limit", "3"]
COLUMNS = 90
CHARACTER_WIDTH = 8
LINE_HEIGHT = 18
MARGIN = 16
BASELINE = 28
"""Pixels from the top to the baseline of the first line."""
STYLES = {"1;31": "match", "1": "title", "35": "place", "2": "faint"}
"""The CSS class of each ANSI style that the command uses."""
ANSI_STYLE = re.compile("\x1b\\[([0-9;]*)m")
HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" viewBox="0 0 {width} {height}" \
font-family="ui-monospace, Menlo, Consolas, monospace" font-size="13">
<style>text {{ fill: #d8dee9; white-space: pre; }} \
.match {{ fill: #ff7b72; font-weight: bold; }} .title {{ font-weight: bold; }} \
.place {{ fill: #d2a8ff; }} .faint {{ fill: #8b949e; }}</style>
<rect width="100%" height="100%" rx="8" fill="#161b22"/>
"""


def command_output() -> str:
    """Return what the command writes for the sample corpus, with colours."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "excerpt"]
        folders = ["--corpus", str(ROOT / "corpus"), "--index", str(Path(folder) / "index")]
        subprocess.run([*command, "build", *folders], check=True, capture_output=True)
        done = subprocess.run(
            [*command, *COMMAND, *folders],
            check=True,
            capture_output=True,
            env=Shell(ROOT).environment({"FORCE_COLOR": "1", "COLUMNS": str(COLUMNS)}),
        )
        return done.stdout.decode()


def draw(output: str) -> str:
    """Return an SVG of the command and its coloured `output`."""
    lines = [
        f'<tspan class="place">$</tspan> excerpt {" ".join(COMMAND)}',
        *map(_draw_line, output.rstrip().split("\n")),
    ]
    rows = [
        f'<text x="{MARGIN}" y="{BASELINE + LINE_HEIGHT * number}">{line}</text>'
        for number, line in enumerate(lines)
    ]
    head = HEAD.format(
        width=COLUMNS * CHARACTER_WIDTH + 2 * MARGIN, height=BASELINE + LINE_HEIGHT * len(lines)
    )
    return head + "\n".join(rows) + "\n</svg>\n"


def _draw_line(line: str) -> str:
    # The pattern has a group, so texts and style codes alternate.
    pieces = ANSI_STYLE.split(line)
    drawn = html.escape(pieces[0], quote=False)
    for code, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        text = html.escape(piece, quote=False)
        style = STYLES.get(code)
        drawn += f'<tspan class="{style}">{text}</tspan>' if style and text else text
    return drawn


if __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(draw(command_output()), encoding="utf-8")
