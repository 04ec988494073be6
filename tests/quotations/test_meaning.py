"""Warnings about changed negations, numbers and names, in several languages."""

import pytest

import excerpt
from excerpt.search.index import Index

SENTENCES = {
    "en": "They didn't know that Rosa had forty friends in the unjust city of Leeds by 1848.",
    "de": "Sie wussten nicht, dass Rosa vierzig Freunde in der großen Stadt hatte, keine Feinde.",
    "fr": "Il ne savait jamais que Rosa avait quarante amis dans la grande ville du nord.",
    "es": "Ellos nunca supieron que Rosa tenía cuarenta amigos en la gran ciudad del norte.",
    "it": "Loro non sapevano che Rosa aveva quaranta amici nella grande città del nord.",
    "nl": "Zij wisten niet dat Rosa veertig vrienden had in de grote stad van het noorden.",
    "ru": "Они не знали, что у Розы было сорок друзей в большом городе на севере.",
    "pl": "Oni nie wiedzieli, że Rosa miała sto przyjaciół w dużym mieście na północy.",
    "sv": "De visste inte att Rosa hade hundra vänner i den stora staden i norr.",
    "la": "Illi non sciebant Rosam centum amicos in magna urbe septentrionis habere.",
    "xx": "Ne kisto nihil morva Rosa 77 belti harno in gronda tolva serto ven.",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Return an index with one sentence in each language; "xx" has no list of words."""
    folder = tmp_path_factory.mktemp("meaning")
    corpus = folder / "corpus"
    corpus.mkdir()
    for language, text in SENTENCES.items():
        (corpus / f"{language}.txt").write_text(f"{text}\n", encoding="utf-8")
    (corpus / "other.txt").write_text(
        "It was said that they left. Of the 2,400 men in the hall that day, only O'Connor spoke.\n",
        encoding="utf-8",
    )
    rows = "".join(f"{language}.txt,{language}\n" for language in SENTENCES)
    (corpus / "metadata.csv").write_text(f"path,language\n{rows}", encoding="utf-8")
    excerpt.build_index(corpus, folder / "index")
    return excerpt.open(folder / "index")


def warnings(index: Index, language: str, *changes: tuple[str, str]) -> list[str]:
    """Return the warnings about a sentence with some words replaced."""
    text = SENTENCES[language]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    checked = index.verify_quote(text)
    assert checked.verdict == "differs"
    return list(checked.warnings)


@pytest.mark.parametrize(
    ("language", "negation"),
    [
        ("de", "nicht"),
        ("fr", "jamais"),
        ("es", "nunca"),
        ("it", "non"),
        ("nl", "niet"),
        ("ru", "не"),
        ("pl", "nie"),
        ("sv", "inte"),
        ("la", "non"),
        ("xx", "nihil"),
    ],
)
def test_a_negation_that_is_left_out(index: Index, language: str, negation: str) -> None:
    """In each language, and in any if the language has no list."""
    expected = f"A negation is left out: {negation}."
    assert warnings(index, language, (f" {negation}", "")) == [expected]


@pytest.mark.parametrize(
    ("language", "old", "new"),
    [
        ("en", "forty", "fifty"),
        ("en", "1848", "1849"),
        ("de", "vierzig", "vierhundert"),
        ("fr", "quarante", "cinquante"),
        ("es", "cuarenta", "cien"),
        ("it", "quaranta", "cento"),
        ("nl", "veertig", "honderd"),
        ("ru", "сорок", "сто"),
        ("pl", "sto", "milion"),
        ("sv", "hundra", "tusen"),
        ("la", "centum", "mille"),
        ("xx", "77", "78"),
    ],
)
def test_a_number_that_is_changed(index: Index, language: str, old: str, new: str) -> None:
    """Numbers in digits in all languages, and in words in most."""
    (warning,) = warnings(index, language, (old, new))
    assert warning.startswith("A number is ")
    assert old in warning


@pytest.mark.parametrize("language", ["en", "fr", "es", "it", "nl", "pl", "sv", "xx"])
def test_a_name_that_is_changed(index: Index, language: str) -> None:
    """A word with a capital within a sentence is a name."""
    expected = ["A name is changed: Rosa → Klara."]
    assert warnings(index, language, ("Rosa", "Klara")) == expected


def test_other_forms_of_negation(index: Index) -> None:
    """Contractions, prefixes, and negations that are added or exchanged."""
    assert warnings(index, "en", ("didn't", "did")) == ["A negation is left out: didn't."]
    assert warnings(index, "en", ("didn't", "did not")) == []
    assert warnings(index, "en", ("didn't", "don’t")) == []
    assert warnings(index, "en", ("unjust", "just")) == ["A negation is changed: unjust → just."]
    assert warnings(index, "en", ("had", "never had")) == ["A negation is added: never."]
    assert warnings(index, "es", ("nunca", "no")) == ["A negation is changed: nunca → no."]


def test_a_capital_at_the_start_of_a_sentence_is_no_name(index: Index) -> None:
    """A word there is a name only if the index has it in no lower case."""
    assert warnings(index, "en", ("They", "That")) == []
    assert warnings(index, "en", ("They", "Bakunin")) == ["A name is added: Bakunin."]
    assert warnings(index, "en", ("know", "guess")) == []


def test_words_in_parts_are_named_as_they_are_written(index: Index) -> None:
    """A number or a name is one word for a reader, though it is divided for a search."""
    quote = "Of the 2,500 men in the hall that day, only O'Brien spoke"
    assert index.verify_quote(quote).warnings == (
        "A number is changed: 2,400 → 2,500.",
        "A name is changed: O'Connor → O'Brien.",
    )


def test_german_nouns_look_like_names(index: Index) -> None:
    """The warning says so."""
    assert warnings(index, "de", ("Freunde", "Brüder")) == [
        "A name or noun is changed: Freunde → Brüder."
    ]
