"""The picture of the README: what the command writes to a terminal, as an SVG. Run this file to draw it anew."""

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
WIDTH = 90
_STYLES = {"1;31": "match", "1": "title", "35": "place", "2": "faint"}
_PAINTED = re.compile("\x1b\\[([0-9;]*)m")
_HEAD = """<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" viewBox="0 0 {width} {height}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="13">
<style>text {{ fill: #d8dee9; white-space: pre; }} .match {{ fill: #ff7b72; font-weight: bold; }} .title {{ font-weight: bold; }} .place {{ fill: #d2a8ff; }} .faint {{ fill: #8b949e; }}</style>
<rect width="100%" height="100%" rx="8" fill="#161b22"/>
"""


def output() -> str:
    """What the command writes, in colour, for the sample corpus."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "excerpt"]
        places = ["--corpus", str(ROOT / "corpus"), "--index", str(Path(folder) / "index")]
        subprocess.run([*command, "build", *places], check=True, capture_output=True)
        shown = subprocess.run(
            [*command, *COMMAND, *places],
            check=True,
            capture_output=True,
            env=Shell(ROOT).environment({"FORCE_COLOR": "1", "COLUMNS": str(WIDTH)}),
        )
        return shown.stdout.decode()


def drawn(text: str) -> str:
    """`text` with its colours as an SVG."""
    lines = [
        f'<tspan class="place">$</tspan> excerpt {" ".join(COMMAND)}',
        *map(_line, text.rstrip().split("\n")),
    ]
    rows = [
        f'<text x="16" y="{28 + 18 * number}">{line}</text>' for number, line in enumerate(lines)
    ]
    head = _HEAD.format(width=WIDTH * 8 + 32, height=28 + 18 * len(lines))
    return head + "\n".join(rows) + "\n</svg>\n"


def _line(line: str) -> str:
    pieces = _PAINTED.split(line)
    painted = html.escape(pieces[0], quote=False)
    for code, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        text = html.escape(piece, quote=False)
        style = _STYLES.get(code)
        painted += f'<tspan class="{style}">{text}</tspan>' if style and text else text
    return painted


if __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(drawn(output()), encoding="utf-8")
