"""`Index.explain` lists the spellings in parts that a word stands for, as they are written."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import excerpt
from excerpt import Index

TEXTS = {
    "mail.txt": "An e-mail came. Two e-mails came by email, and the e mail was late.",
    "names.txt": "Mr. O'Connor met the Anglo-\nSaxon party; 3,000 came, and 3,000,000 stayed.",
    "other.txt": "Of 9/11 and d'eux, of a re-election and the re-elected.",
}


@pytest.fixture(scope="module", params=["columnar", "whoosh"])
def index(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Index]:
    """An index of `TEXTS` in both formats."""
    folder: Path = tmp_path_factory.mktemp("parts")
    (folder / "corpus").mkdir()
    for name, text in TEXTS.items():
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    excerpt.build_index(folder / "corpus", folder / "index", engine=request.param, language="en")
    with excerpt.open(folder / "index") as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("email", ("email (en)", "e-mail", "e-mails")),
        ("oconnor", ("O'Connor",)),
        ("anglosaxon", ("Anglo- Saxon",)),
        ("3000", ("3000 (en)",)),
        ("911", ()),
        ("deux", ()),
        ("reelection", ("re-elected", "re-election")),
        ("party", ("party (en)",)),
    ],
)
def test_spellings_in_parts_are_listed(index: Index, query: str, expected: tuple[str, ...]) -> None:
    """All inflected forms are, and nothing that the word does not find."""
    assert index.explain(query).expansions == ((query, expected),)


def test_exact_words_list_them_too(index: Index) -> None:
    """A quoted or exact word is listed with its spellings in parts, if it has any."""
    assert index.explain('"email"').expansions == (('"email"', ('"email"', "e-mail")),)
    assert index.explain("=email").expansions == (("=email", ("=email", "e-mail")),)
    assert index.explain('"party"').expansions == ()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("emai*", ("email", "e-mail", "e-mails")),
        ("oconn*", ("O'Connor",)),
        ("angl*x*", ("Anglo- Saxon",)),
        ("30*", ("3000", "3000000")),
        ("=~oconnor", ()),
        ("=~OConnor", ("O'Connor",)),
        ("part*", ("party",)),
    ],
)
def test_wildcards_and_forms_without_accents_list_words_in_parts(
    index: Index, query: str, expected: tuple[str, ...]
) -> None:
    """They list everything that they find, as it is written."""
    assert index.explain(query).expansions == ((query, expected),)
