"""The jar of Lucene is found where the environment or Maven has it."""

from pathlib import Path

import pytest

from excerpt.benchmark.peers.lucene import find_jar


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder without any jar."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("EXCERPT_LUCENE", raising=False)
    return tmp_path


def test_the_newest_jar_of_maven_is_used(home: Path) -> None:
    """Versions are compared as numbers; other major versions have another interface."""
    for version in ("9.9.2", "9.12.1", "8.11.4", "10.2.0"):
        folder = home / ".m2/repository/org/apache/lucene/lucene-core" / version
        folder.mkdir(parents=True)
        (folder / f"lucene-core-{version}.jar").touch()
    assert find_jar().name == "lucene-core-9.12.1.jar"


def test_the_environment_names_a_jar(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that does not exist is the reason why the engine is left out."""
    jar = home / "own.jar"
    monkeypatch.setenv("EXCERPT_LUCENE", str(jar))
    with pytest.raises(ImportError, match=r"own\.jar"):
        find_jar()
    jar.touch()
    assert find_jar() == jar


def test_a_missing_jar_is_a_reason() -> None:
    """The message says how to get one."""
    with pytest.raises(ImportError, match="EXCERPT_LUCENE"):
        find_jar()
