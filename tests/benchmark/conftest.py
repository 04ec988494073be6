"""The corpus that the tests of benchmarks share."""

from pathlib import Path

import pytest

from benchmark_texts import write_corpus
from excerpt.benchmark.passage_file import PassageFile, split_corpus


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of generated texts; tests must not change it."""
    folder = tmp_path_factory.mktemp("corpus") / "texts"
    write_corpus(folder)
    return folder


@pytest.fixture(scope="module")
def passages(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> PassageFile:
    """The passages of the corpus."""
    return split_corpus(corpus, tmp_path_factory.mktemp("passages") / "passages")
