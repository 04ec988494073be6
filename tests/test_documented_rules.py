"""The worked examples of rules for a collection in `docs/corpus.md`: each has the effect shown."""

import re
from pathlib import Path

import pytest

from excerpt.cli.help import DOCS
from shell import Shell
from test_documents import fits

SECTION = (DOCS / "corpus.md").read_text(encoding="utf-8").partition("## Rules for a coll")[2]
EXAMPLES = re.findall(
    r"^### ([^\n]+)\n.*?`([\w/-]+\.\w+)`.*?^```\w+\n(.*?)^```$.*?^```toml\n(.*?)^```$"
    r".*?^```output\n(.*?)^```$",
    SECTION,
    re.MULTILINE | re.DOTALL,
)


def test_there_are_three_examples() -> None:
    """The expression above finds all examples."""
    assert len(EXAMPLES) == SECTION.partition("\n## ")[0].count("```toml") == 3


@pytest.mark.parametrize(
    ("path", "source", "rules", "shown"), [each[1:] for each in EXAMPLES], ids=lambda _: ""
)
def test_a_rule_has_the_documented_effect(
    path: str, source: str, rules: str, shown: str, tmp_path: Path
) -> None:
    """A dry run after a build without rules shows the lines of the document."""
    shell = Shell(tmp_path).write({path: source})
    assert shell.run("build").code == 0
    shell.write({".excerpt.toml": rules})
    trial = shell.run("build", "--dry-run", "--sample", "1")
    heading, _, lines = trial.out.partition("\n\n")
    assert heading.endswith("on 1 of 1 file:")
    assert fits(shown, lines), trial.out
    assert shell.run("build").out.startswith("1 changed")
    assert "1 unchanged" in shell.run("build").out
