"""The sample PDF of the corpus: a pamphlet in two columns, with notes, page labels and an outline.

Run this file to write it again: `python tests/sample_pdf.py`.
"""

import textwrap
from collections.abc import Iterator
from pathlib import Path

from pdf_writer import PdfFile, Text

__all__ = ["SAMPLE", "sample"]

SAMPLE = Path(__file__).parents[1] / "corpus/the-reading-room.pdf"
TITLE = "The Reading Room in Tanner Street"
PREFACE = """\
This account of our library was read at the opening of the new hall and is printed by order of the
committee. It says little of those who gave money and much of those who carried the shelves, because
the former have a tablet in the porch and the latter have none."""
SECTIONS = {
    "1. The Cellar": """\
We began with eleven volumes in a cellar that had been let for coal. Four of them were odd parts
of one encyclopaedia, so that for two winters the members knew a great deal about whatever begins
with the letters from K to M and nothing about the rest of creation. The lamp was lent by a
bookbinder. Every evening one member read aloud while the others mended nets, and at the end of
each chapter he had to stop and let the company quarrel with the author before he was allowed to
turn the leaf.

The rule about silence came later, with the second room, and was never obeyed. A librarian who asked
for quiet was told that the books had been quiet for long enough. What did help was a slate at the
door, on which each reader wrote the question he had come with; whoever could answer it wrote the
number of a page below, and so the slate became the first catalogue that anybody consulted.""",
    "2. The Catalogue": """\
The catalogue proper was made by two sisters who set type by day. They gave each volume three
entries, one under the author, one under the subject and one under the complaint that it was likely
to cure. Under Toothache there is a treatise on patience, and under Landlords a manual of
navigation. The committee objected, was outvoted, and ordered twenty copies of the result to be
printed on the back of old ballot papers.

When the flood came up through the floor, the members formed a chain as far as the chapel and passed
nine hundred volumes from hand to hand in the dark. Not one was lost. The encyclopaedia was carried
last, and by then the letters from K to M had been joined by all the others, so that the chain shut
the gates behind the alphabet entire.""",
}
NOTES = {
    1: "1 He wanted it back in 1871 and was made an honorary member in its place.",
    2: "2 The sisters held that a tenant who can steer by the stars may leave at night.",
}
HEADER = "TANNER STREET READING ROOM"
COLUMNS = (60, 315)
WIDTH = 46
"""Characters of a line in a column."""
TOP, LEADING = 740, 13
N_LINES = 20
"""Lines of a column; on the left, a note follows."""


def sample() -> bytes:
    """Return the file."""
    front = [Text(TITLE, 60, 700, 20, "B"), Text("by Edith Marlow", 60, 670, 12)]
    front += [Text(line, 60, 620 - 13 * n) for n, line in enumerate(textwrap.wrap(PREFACE, 88))]
    lines = list(_lines())
    columns = [lines[first : first + N_LINES] for first in range(0, len(lines), N_LINES)]
    pages = [front]
    starts: dict[str, int] = {}
    for first in range(0, len(columns), 2):
        number = len(pages)
        page = [Text("TANNER STREET", 60, 790, 8), Text(str(number), 530, 790, 8)]
        for x, column in zip(COLUMNS, columns[first : first + 2], strict=False):
            page += [
                line._replace(x=x + line.x, y=TOP - LEADING * n)
                for n, line in enumerate(column)
                if line.text
            ]
            starts |= {line.text: number for line in column if line.font == "B"}
        note = textwrap.wrap(NOTES[number], WIDTH + 8) if number in NOTES else []
        page += [Text(line, 60, 440 - 10 * n, 8) for n, line in enumerate(note)]
        pages.append(page)
    return PdfFile(
        pages,
        labels="0<</S/r>>1<</S/D>>",
        info={"Title": TITLE, "Author": "Edith Marlow"},
        outline=list(starts.items()),
        language="en",
    ).to_bytes()


def _lines() -> Iterator[Text]:
    """Yield the lines of all columns; `x` is their indentation."""
    for heading, text in SECTIONS.items():
        yield Text(heading, 0, size=13, font="B")
        yield Text("", 0)
        for paragraph in text.split("\n\n"):
            words = " ".join(paragraph.split())
            for n, line in enumerate(textwrap.wrap(words, WIDTH, initial_indent="  ")):
                yield Text(line.strip(), 12 if n == 0 else 0)
        yield Text("", 0)


if __name__ == "__main__":
    SAMPLE.write_bytes(sample())
