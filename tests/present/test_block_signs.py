"""`present.block_signs`: lines of a concordance have no front matter, rules and signs of blocks."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import excerpt
from excerpt.present.block_signs import without_block_signs

FRONT_MATTER = "---\ntitle: On peace\n---\n"
TEXT = (
    f"{FRONT_MATTER}\n# Talks\n\nThe peace.\n\n| Year | Event |\n|------|:---:|\n| 1648 | peace |\n"
    "\n- one - two\n* three\n\n***\n\n> quoted\n> > twice\n\nTitle\n=====\na | b -- c\n"
)
WORDS = "Talks The peace. Year | Event 1648 | peace one - two three quoted twice Title a | b -- c"


def blank(text: str, start: int = 0) -> str:
    """Return the rest of a text from `start` on, without signs."""
    return without_block_signs(text[start:], start, lambda span: text[span.start : span.end])


def test_only_signs_of_blocks_are_left_out() -> None:
    """Bars and dashes within lines stay."""
    assert " ".join(blank(TEXT).split()) == WORDS


@pytest.mark.parametrize("start", range(len(FRONT_MATTER) + 12))
def test_a_part_is_read_like_the_whole(start: int) -> None:
    """Wherever it begins, even within the front matter; offsets stay as they are."""
    assert blank(TEXT, start) == blank(TEXT)[start:] or TEXT[start - 1] == "#"


@pytest.mark.parametrize(
    "text", ["---\nA line.\n---\nx", "--- a: b\n---\n", "a\n---\nb: c\n---\nd"]
)
def test_other_text_between_rules_is_no_front_matter(text: str) -> None:
    """The words between the rules stay."""
    assert blank(text).replace("-", "").split() == text.replace("-", "").split()


@given(st.text("-|:*_>#= \t\nax\r", max_size=60))
@example("|" + "-" * 5_000 + "x" + " " * 5_000 + "|x")
def test_words_and_offsets_stay(text: str) -> None:
    """Letters and line ends are where they were."""
    left = blank(text)
    assert len(left) == len(text)
    kept = [(offset, sign) for offset, sign in enumerate(left) if sign in "ax\n"]
    written = [(offset, sign) for offset, sign in enumerate(text) if sign in "ax\n"]
    assert kept == written or text.startswith("---")


def test_a_concordance_of_markdown(tmp_path: Path) -> None:
    """The lines show words alone, and those of other formats the text as it is."""
    (tmp_path / "corpus").mkdir()
    for name in ("a.md", "b.txt"):
        (tmp_path / "corpus" / name).write_text(TEXT, encoding="utf-8")
    excerpt.build_index(tmp_path / "corpus", tmp_path / "index")
    with excerpt.open(tmp_path / "index") as index:
        lines = {line.path: line for line in index.concordance('"The peace"', around=8)}
    assert lines["a.md"].left == "Talks "
    assert lines["a.md"].right == ". Year | Event 1648 | peace one - two three quoted"
    assert lines["b.txt"].left.startswith("--- title:")
