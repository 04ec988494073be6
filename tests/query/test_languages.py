"""Languages: each is told, has its stems, and takes a word with marks and without for the same, inflected or not."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from excerpt.engines.memory import MemoryEngine
from excerpt.ingest.language import detect_language
from excerpt.model import Block, BlockKind, Document, Passage, Span
from excerpt.query.parser import parse
from excerpt.text import LANGUAGES, fold, possible_stems, stem, tokenize_document
from excerpt.text.stemmer import _MARKED
from shell import Shell

TEXTS = {
    "bg": (
        "Работниците се събраха вечерта, избраха нов касиер на кооперацията и прочетоха писмата.",
        "кооперацията писмата",
    ),
    "cs": (
        "Dělníci se večer sešli, zvolili pokladníka družstva a přečetli dopisy.",
        "družstvo dopis pokladník",
    ),
    "da": (
        "Arbejderne mødtes om aftenen, valgte en kasserer og læste mødernes protokoller højt.",
        "møder kasserer",
    ),
    "de": (
        "Die Müllers trafen am Abend die Bäcker der Stadt, um über den Streik zu beraten.",
        "Müller Bäckern",
    ),
    "el": (
        "Οι εργάτες της πόλης συναντήθηκαν το βράδυ και αποφάσισαν την απεργία.",
        "εργάτης πόλη",
    ),
    "en": (
        "The members of the committee met on Thursday to read the letters of their protégés.",
        "protégé letter",
    ),
    "es": (
        "Las organizaciones de los obreros publicaron sus periódicos y discutieron las acciones comunes.",
        "organización periódico acción",
    ),
    "et": (
        "Töölised kogunesid õhtul, valisid ühingule uue laekuri ja lugesid kirju.",
        "õhtu ühingu kirju",
    ),
    "fi": (
        "Työläiset kokoontuivat illalla ja päättivät, että päätöksiä odotetaan kevääseen.",
        "päätöksen työläisen",
    ),
    "fr": (
        "Les ouvrières se sont réunies jeudi soir pour lire les lettres reçues et parler des grèves décidées.",
        "réunie grève décidée ouvrière",
    ),
    "hu": (
        "A munkások gyűlést tartottak a városban, és megválasztották a szövetség új pénztárosát.",
        "munkás gyűlés város szövetséget",
    ),
    "it": (
        "Gli operai si riunirono di sera, e chi voterà discusse delle libertà della città.",
        "voterai città libertà",
    ),
    "lt": (
        "Darbininkai susirinko vakare, išrinko sąjungos iždininką ir perskaitė laiškus.",
        "sąjunga laiškas",
    ),
    "lv": (
        "Strādnieki sapulcējās vakarā, ievēlēja biedrības kasieri un nolasīja vēstules.",
        "strādnieki vēstules",
    ),
    "nl": (
        "De arbeiders van de coöperaties kwamen bijeen en bespraken de financiële zaken.",
        "coöperatie financiële",
    ),
    "pl": (
        "Robotnicy zebrali się wieczorem w świetlicach i odczytali listy członków.",
        "świetlica listów",
    ),
    "pt": (
        "Os operários reuniram-se à noite para discutir as ações das organizações da cidade.",
        "organização ações operário",
    ),
    "ro": (
        "Muncitorii s-au adunat seara și au ales casierul asociațiilor din orașe.",
        "asociația casier",
    ),
    "sk": (
        "Robotníci sa večer zišli, zvolili pokladníka združenia a prečítali listy.",
        "pokladníka združenia",
    ),
    "sl": (
        "Delavci so se zvečer zbrali, izvolili blagajnika združenja in prebrali pisma.",
        "zvečer združenja",
    ),
    "sv": (
        "Arbetarna samlades på kvällen, valde en kassör åt föreningen och läste breven.",
        "förening kväll kassören",
    ),
}
"""A sentence in each language of the parliament of Europe, and words that find it, most of them inflected otherwise."""


def engine_of(*documents: tuple[str, str]) -> MemoryEngine:
    """An engine of documents, each a language and a text."""
    readings = []
    for number, (language, text) in enumerate(documents, 1):
        block = Block(Span(0, len(text)), BlockKind.PARAGRAPH)
        document = Document(
            text, (block,), "text", language=language, id=number, paths=(f"{number}.txt",)
        )
        readings.append(
            tokenize_document(document, [Passage(0, block.span, (block,), id=str(number))])
        )
    return MemoryEngine(readings)


def found(engine: MemoryEngine, query: str) -> list[int]:
    """The numbers of the documents that a query finds."""
    return [key.document for key in engine.execute(parse(query).checked().tree)]


@pytest.mark.parametrize("language", TEXTS)
def test_a_sentence_tells_its_language(language: str) -> None:
    """One of some eighty letters is enough."""
    assert detect_language(TEXTS[language][0]) == language


@pytest.mark.parametrize("language", TEXTS)
def test_a_word_finds_its_inflected_forms_with_marks_or_without(language: str) -> None:
    """Where there is a stemmer; in the others a word finds itself. A text without marks is found as well."""
    words = TEXTS[language][1]
    number = list(TEXTS).index(language) + 1
    everything = engine_of(*((code, text) for code, (text, _) in TEXTS.items()))
    bare = engine_of((language, " ".join(map(fold, words.split()))))
    for word in words.split():
        for asked in (word, unicodedata.normalize("NFD", word), fold(word), word.upper()):
            assert number in found(everything, asked), asked
            assert found(bare, asked) == [1], asked


def test_every_stemmer_is_there() -> None:
    """A version of the library that lacks one would stem otherwise, in silence."""
    import Stemmer

    assert set(LANGUAGES.values()) <= set(Stemmer.algorithms())
    assert set(_MARKED) <= set(LANGUAGES)
    assert set(TEXTS) - set(LANGUAGES) == {"bg", "lv", "sk", "sl"}


@st.composite
def marked_words(draw: st.DrawFn) -> tuple[str, str]:
    """A language and a word of its letters, with one or two marks near its end."""
    language = draw(st.sampled_from(sorted(_MARKED)))
    script = (
        "αβγδεηθικλμνοπρστυω"
        if language == "el"
        else "абвгдежиклмнорст"
        if language == "ru"
        else "abdegiklmnorstuy"
    )
    letters = draw(st.lists(st.sampled_from(script), min_size=3, max_size=12))
    last = len(letters) - 1
    for at in draw(
        st.lists(st.integers(max(0, last - 3), last), min_size=1, max_size=2, unique=True)
    ):
        letters[at] = draw(st.sampled_from(_MARKED[language]))
    return language, "".join(letters)


@given(
    pair=marked_words(),
    other=st.sampled_from(("", "s", "n", "es", "en", "i", "a", "ami", "t", "ες", "ами")),
)
def test_a_word_without_marks_stands_for_every_word_with_them(
    pair: tuple[str, str], other: str
) -> None:
    """In every language, it finds what the word with marks finds: all forms that have the same stem."""
    language, word = pair
    inflected = word + other
    assume(stem(language, inflected) == stem(language, word))
    assert (language, stem(language, word)) in possible_stems(fold(word), [language])
    engine = engine_of(
        (language, inflected), (language, fold(inflected)), (language, word), (language, fold(word))
    )
    assert {1, 3, 4} <= set(found(engine, fold(word)))
    assert found(engine, word) == found(engine, fold(word))


@pytest.mark.parametrize(
    ("text", "language", "finds", "finds_not"),
    [
        (
            "中国的工人运动史。社会主义 socialism 研究",
            "zh",
            ["工人", "社会主义", "主义 Socialism", '"主义 socialism"'],
            ["工运"],
        ),
        (
            "日本の労働運動はストライキを始めた。",
            "ja",
            ["労働運動", "ストライキ", "労働*"],
            ["労運"],
        ),
        ("กรรมกรประชุมกันในตอนเย็นเพื่อเลือกเหรัญญิก", "th", ["ประชุม", "เหรัญญิก"], ["ประกัน"]),
        ("노동자들은 저녁에 모여 파업을 결의하였다.", "ko", ["파업을", "저녁*"], ["파업"]),
        (
            "Die Genossen lasen 資本論 und Капитал.",
            "de",
            ["資本", "капитал", "Genosse", "資本論 Genossen"],
            ["本資"],
        ),
        (
            "L'ouvrier lit Das Kapital et Τὸ Κεφάλαιον.",
            "fr",
            ["κεφαλαιον", "ouvriers", "kapital"],
            ["kapitel"],
        ),
    ],
)
def test_other_scripts_and_mixed_ones(
    text: str, language: str, finds: list[str], finds_not: list[str]
) -> None:
    """A character of a script without spaces is a word; scripts stand side by side in one text."""
    engine = engine_of((language, text))
    assert [query for query in finds if not found(engine, query)] == []
    assert [query for query in finds_not if found(engine, query)] == []
    if language in {"zh", "ja", "th", "ko"}:
        assert detect_language(text) == language


def languages(shell: Shell, *arguments: str) -> dict[str, int]:
    """How many documents there are in each language, after a build."""
    assert shell.run("build", *arguments).code == 0
    found: dict[str, int] = json.loads(shell.run("status", "--json").out)["languages"]
    return found


def test_a_language_is_given_said_or_found(tmp_path: Path) -> None:
    """By metadata.csv first, then by the text itself, then for all others by the command; else it is found out."""
    files = {
        "given.txt": "language: fr\n\nThe geese came in spring and stayed.\n",
        "front.md": "---\nlang: de\n---\n\nThe geese came in summer and stayed.\n",
        "page.html": "<html lang='it'><p>The geese came in autumn and stayed.",
        "plain.txt": "The geese came in winter and stayed for a long time.\n",
        "short.txt": "Geese.\n",
        "metadata.csv": "path,lang\ngiven.txt,swe\n",
    }
    shell = Shell(tmp_path).write(files)
    assert languages(shell) == {"": 1, "de": 1, "en": 1, "it": 1, "sv": 1}
    assert languages(shell, "--from-scratch", "--language", "pt-BR") == {
        "de": 1,
        "it": 1,
        "pt": 2,
        "sv": 1,
    }


def test_a_language_that_is_none_is_refused(tmp_path: Path) -> None:
    """The message shows how one is written."""
    done = Shell(tmp_path).write({"a.txt": "war"}).run("build", "--language", "german!")
    assert done.code == 2
    assert "de, en, fr" in done.err
