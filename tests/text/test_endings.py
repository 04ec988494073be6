"""Regular forms have the stem of their word, also where Snowball leaves them apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.text import endings, stemmer
from excerpt.text.endings import after_stemming, before_stemming
from excerpt.text.stemmer import LANGUAGES, keeps_beginnings, stem, written_stems

SAME = {
    "ar": "الكتاب والكتاب|كتاب فالكتاب|العمال والعمال|المدن والمدن",
    "ca": "nació nacions|cançó cançons|boca boques|vaga vagues|plaça places|any anys|mà mans",
    "da": "år året|år årene|Århus Aarhus|gård gaarden",
    "de": "Arbeiterin Arbeiterinnen|Ärztin Ärztinnen|Beginn beginnen",
    "el": "βιβλίο βιβλία|απεργία απεργίες",
    "en": "child children|woman women|wolf wolves|crisis crises|workman workmen",
    "es": "año años|niño niños|ojo ojos|luz luces|vez veces|lápiz lápices|feliz felices|día días"
    "|ciudad ciudades|mujer mujeres|joven jóvenes|examen exámenes|ala alas|hace haces",
    "fi": "ihminen ihmiset|nainen naisen|suomalainen suomalaiset|kaupunki kaupungin",
    "fr": "actif active|loi lois|roi rois|jeu jeux|travail travaux|ami amis|vitrail vitraux",
    "hu": "alma almák|alma almát|fekete feketék",
    "it": "operaio operai|operaia operaie|zio zii|lago laghi|lega leghe|anno anni|studio studi",
    "nl": "dag dagen|kind kinderen",
    "no": "år året",
    "pl": "robotnik robotnicy|robotnik robotnika|Polak Polacy|student studenci|stół stoły"
    "|naród narodu|partia partii",
    "pt": "ação ações|pão pães|mão mãos|homem homens|jardim jardins|bom bons|animal animais"
    "|papel papéis|sol sóis|azul azuis|possível possíveis|fácil fáceis|português portugueses"
    "|lei leis|união uniões|mês meses",
    "ro": "student studenți",
    "sv": "år åren",
}
OTHER = {
    "ar": "والدته دته|والي ي",
    "en": "lives life|leaves leaf|specimen speciman",
    "es": "antes ante|lunes luna|haz has|placer plaza",
    "fr": "fois foi|mois moi|vif vie",
    "it": "mai mio|opera operaio|nota notaio",
    "pl": "praca prosty|granica granat",
    "pt": "mais mal|pais país|demais demal|seis sei|jamais jamal",
    "de": "Sinn sein|drin dran",
}


def pairs(table: dict[str, str]) -> list[tuple[str, str, str]]:
    """Return language and two words of each pair."""
    return [
        (language, *pair.split())  # type: ignore[misc]
        for language, of_language in table.items()
        for pair in of_language.split("|")
    ]


@pytest.mark.parametrize(("language", "word", "form"), pairs(SAME))
def test_regular_forms_have_one_stem(language: str, word: str, form: str) -> None:
    """Both with their accents, as `query.word_forms` compares them."""
    first, second = written_stems(language, [word, form])
    assert first == second


@pytest.mark.parametrize(("language", "word", "form"), pairs(OTHER))
def test_other_words_have_other_stems(language: str, word: str, form: str) -> None:
    """A rule does not make one word of two that only look alike."""
    first, second = written_stems(language, [word, form])
    assert first != second


def test_the_stemmer_knows_the_languages_with_rules() -> None:
    """Rules are loaded for these only."""
    assert stemmer._WITH_RULES == endings.LANGUAGES


@given(st.sampled_from(sorted(LANGUAGES)), st.text("abceiosunkgçãõéíñäößłóțι", min_size=1))
def test_rules_keep_the_beginning(language: str, word: str) -> None:
    """No rule leaves nothing of a word, or changes its first letter."""
    for (changed,) in (before_stemming(language, [word]), after_stemming(language, [word])):
        assert changed[:1] == word[:1] or (language == "pl" and word[0] == "ó")
    if keeps_beginnings(language):
        assert stem(language, word)
