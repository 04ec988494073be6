"""Languages: each is detected, stemmed, and searched with and without marks."""

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
from excerpt.text import LANGUAGES, fold
from excerpt.text.document_tokens import tokenize_document
from excerpt.text.stemmer import _MARKED, written_stems
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
        (
            "Las organizaciones de los obreros publicaron sus periódicos y discutieron las "
            "acciones comunes."
        ),
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
        (
            "Les ouvrières se sont réunies jeudi soir pour lire les lettres reçues et parler des "
            "grèves décidées."
        ),
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
"""By language, a sentence and words that find it, most of them in other inflected forms."""


def engine_of(*documents: tuple[str, str]) -> MemoryEngine:
    """Return an engine with documents, given as pairs of language and text."""
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
    """Return the numbers of the documents that a query finds."""
    return [key.document for key in engine.execute(parse(query).checked().tree)]


@pytest.mark.parametrize("language", TEXTS)
def test_the_language_of_a_sentence_is_detected(language: str) -> None:
    """One sentence of some eighty letters is enough."""
    assert detect_language(TEXTS[language][0]) == language


@pytest.mark.parametrize("language", TEXTS)
def test_a_word_finds_its_inflected_forms_with_marks_or_without(language: str) -> None:
    """A query word is found with and without marks, in texts with and without marks."""
    words = TEXTS[language][1]
    number = list(TEXTS).index(language) + 1
    everything = engine_of(*((code, text) for code, (text, _) in TEXTS.items()))
    bare = engine_of((language, " ".join(map(fold, words.split()))))
    for word in words.split():
        for query in (word, unicodedata.normalize("NFD", word), fold(word), word.upper()):
            assert number in found(everything, query), query
            assert found(bare, query) == [1], query


def test_languages_without_a_stemmer() -> None:
    """The tests cover four languages in which a word finds only itself."""
    assert set(TEXTS) - set(LANGUAGES) == {"bg", "lv", "sk", "sl"}


@st.composite
def marked_words(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a language and a word of its letters, with one or two marks near its end."""
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
def test_a_word_without_marks_finds_every_word_with_them(pair: tuple[str, str], other: str) -> None:
    """In every language, a word without marks finds what the word with its marks finds."""
    language, word = pair
    inflected = word + other
    stems = written_stems(language, [inflected, word])
    assume(stems[0] == stems[1])
    engine = engine_of(
        (language, inflected), (language, fold(inflected)), (language, word), (language, fold(word))
    )
    assert {1, 3, 4} <= set(found(engine, word)) <= set(found(engine, fold(word)))


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
        (
            "노동자들은 저녁에 모여 파업을 결의하였다.",
            "ko",
            ["파업을", "파업", "저녁*", "노동자", "노동자에게"],
            ["파업자", "노동"],
        ),
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
    """Characters of scripts without spaces are words, and one text may mix scripts."""
    engine = engine_of((language, text))
    assert [query for query in finds if not found(engine, query)] == []
    assert [query for query in finds_not if found(engine, query)] == []
    if language in {"zh", "ja", "th", "ko"}:
        assert detect_language(text) == language


def languages(shell: Shell, *arguments: str) -> dict[str, int]:
    """Build an index and return the number of documents in each language."""
    assert shell.run("build", *arguments).code == 0
    found: dict[str, int] = json.loads(shell.run("status", "--json").out)["languages"]
    return found


def test_the_sources_of_a_language(tmp_path: Path) -> None:
    """The sources in order: metadata.csv, the text, the option --language, detection."""
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


def test_an_invalid_language_is_refused(tmp_path: Path) -> None:
    """The message shows how to write a language."""
    done = Shell(tmp_path).write({"a.txt": "war"}).run("build", "--language", "german!")
    assert done.code == 2
    assert "de, en or fr" in done.err
