"""The picture of the README: the output of a search on a terminal, as an SVG.

    python tests/picture.py

runs the command on the sample corpus and rewrites `.assets/search.svg`. A test fails if the picture
differs from what the command writes.

    python tests/picture.py FOLDER

draws the command for review instead, with the Chromium of the system: on narrow and wide terminals,
light and dark, and through a pipe, each as a PNG in FOLDER.
"""

import html
import os
import pty
import re
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from shell import Shell

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / ".assets" / "search.svg"
COMMAND = ["search", "general", "strike", "--limit", "3"]
COLUMNS = 90
PROGRAM = [sys.executable, "-m", "excerpt"]
REVIEWED = {
    "search": COMMAND,
    "words": ["search", "arbeiter OR ouvriers OR women", "--limit", "4", "--ids", "--context", "1"],
    "kwic": ["concordance", "strike", "--limit", "12"],
    "show": ["show", "women-in-the-movement.md"],
    "status": ["status"],
    "explain": ["explain", "general strike* NEAR/5 women"],
}
"""The commands that `review` draws, by name."""
WIDTHS = (40, 80, 140)
PIPE_COLUMNS = 160
MAX_HEIGHT = 1600
LIGHT_COLOURS = {
    "#161b22": "#ffffff",
    "#d8dee9": "#24292f",
    "#ff7b72": "#cf222e",
    "#d2a8ff": "#8250df",
    "#8b949e": "#6e7781",
}
"""The colours of a dark terminal, and those of a light one."""
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
        arguments = [*PROGRAM, *COMMAND, *_sample(Path(folder))]
        return _piped_output(arguments, {"FORCE_COLOR": "1", "COLUMNS": str(COLUMNS)})


def _sample(folder: Path) -> list[str]:
    """Build an index of the sample corpus and return the options that name it."""
    folders = ["--corpus", str(ROOT / "corpus"), "--index", str(folder / "index")]
    subprocess.run([*PROGRAM, "build", *folders], check=True, capture_output=True)
    return folders


def _piped_output(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Return what a program writes into a pipe."""
    done = subprocess.run(
        arguments, check=True, capture_output=True, env=Shell(ROOT).environment(environment)
    )
    return done.stdout.decode()


def draw(output: str, command: Sequence[str] = COMMAND, columns: int = COLUMNS) -> str:
    """Return an SVG of the command and its coloured `output`."""
    lines = [
        f'<tspan class="place">$</tspan> excerpt {" ".join(command)}',
        *map(_draw_line, output.rstrip().split("\n")),
    ]
    rows = [
        f'<text x="{MARGIN}" y="{BASELINE + LINE_HEIGHT * number}">{line}</text>'
        for number, line in enumerate(lines)
    ]
    head = HEAD.format(
        width=columns * CHARACTER_WIDTH + 2 * MARGIN, height=BASELINE + LINE_HEIGHT * len(lines)
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


def review(folder: Path) -> None:
    """Draw the commands of `REVIEWED` at all widths, light and dark and through a pipe, as PNG."""
    from playwright.sync_api import sync_playwright

    from serve_browser import CHROMIUM

    with TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folders = _sample(Path(temporary))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        for (command_name, command), columns in product(REVIEWED.items(), (*WIDTHS, 0)):
            arguments = [*PROGRAM, *command, *folders]
            output = (
                _terminal_output(arguments, columns) if columns else _piped_output(arguments, {})
            )
            name = f"{command_name}-{columns or 'pipe'}"
            drawn = draw(_broken(output, columns), command, columns or PIPE_COLUMNS)
            for scheme, changed in (("dark", drawn), ("light", _in_light_colours(drawn))):
                _, _, width, height = map(int, re.findall(r'viewBox="([^"]*)"', drawn)[0].split())
                page.set_viewport_size({"width": width, "height": min(height, MAX_HEIGHT)})
                page.set_content(f'<body style="margin: 0">{changed}</body>')
                page.screenshot(path=folder / f"{name}-{scheme}.png")
        browser.close()


def _broken(output: str, columns: int) -> str:
    """Return lines that are too long for a terminal as it breaks them."""
    if not columns:
        return output
    lines = []
    for line in output.split("\n"):
        pieces, n = [""], 0
        for part in re.split("(\x1b\\[[0-9;]*m)", line):
            is_style = part.startswith("\x1b")
            for piece in [part] if is_style else part:
                if not is_style and n == columns:
                    pieces.append("")
                    n = 0
                pieces[-1] += piece
                n += not is_style
        lines += pieces
    return "\n".join(lines)


def _terminal_output(arguments: Sequence[str], columns: int) -> str:
    """Return what a program writes to a terminal of this width."""
    terminal, side = pty.openpty()
    termios.tcsetwinsize(side, (50, columns))
    environment = Shell(ROOT).environment({"EXCERPT_LINKS": "0", "TERM": "xterm-256color"})
    environment.pop("COLUMNS", None)
    process = subprocess.Popen(arguments, stdout=side, stderr=side, env=environment)
    os.close(side)
    parts = []
    with suppress(OSError):  # Linux reports the end of a terminal as an error
        while part := os.read(terminal, 1 << 16):
            parts.append(part)
    process.wait()
    os.close(terminal)
    return b"".join(parts).decode().replace("\r\n", "\n")


def _in_light_colours(drawn: str) -> str:
    """Return a picture as on a terminal with a white background."""
    for dark, light in LIGHT_COLOURS.items():
        drawn = drawn.replace(dark, light)
    return drawn


if __name__ == "__main__" and sys.argv[1:]:
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    review(target)
elif __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(draw(command_output()), encoding="utf-8")
