"""`text.spelling_rules` and its tables: which words are spellings of each other."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.text.han_variants import han_variants
from excerpt.text.ocr_confusions import ocr_rules
from excerpt.text.old_spelling import old_spelling_rules
from excerpt.text.spelling_rules import SpellingRule, SpellingRules

OLD = {
    "de": "teil:theil tun:thun rat:rath tot:todt stadt:statt und:vnd und:vnnd frau:fraw uber:vber"
    " uber:ueber arzte:aerzte zentrum:centrum kanzler:canzler werk:werck nutz:nuz auf:auff"
    " dass:dasz ging:gieng studieren:studiren sein:seyn bei:bey schaf:schaaf herde:heerde"
    " los:loos ja:ia telefon:telephon volk:volck neu:new hilfe:hulfe jahr:iahr ihm:jm"
    " jetzt:itzt jetzt:jetzo nicht:nit vater:vatter sonntag:sontag deutsch:teutsch bauer:pauer"
    " amt:ampt fremd:frembd um:umb land:landt geld:gelt papst:pabst haupt:haubt sechs:sex"
    " sonne:sunne konig:kunig kaiser:keyser brot:brod nehmen:nemen jesus:jhesus gebarde:geberde",
    "en": "unto:vnto love:loue justice:iustice him:hym city:citie days:dayes kind:kinde old:olde"
    " work:worke soul:soule poor:poore king:kinge son:sonne war:warre royal:royall music:musick"
    " public:publicke nation:nacion connection:connexion honour:honor organise:organize"
    " water:vvater medieval:mediaeval economy:oeconomy goodness:goodnesse book:booke murder:murther"
    " encrease:increase he:hee do:doe even:euen joy:ioy upon:vpon"
    " only:onely complete:compleat extreme:extream country:countrey tower:towre know:knowe"
    " church:churche promise:promis defence:defense mask:masque true:trew castle:castel"
    " employ:imploy ghost:gost island:iland father:fader danger:daunger believe:beleeue"
    " friend:frend health:helth soldier:souldier college:colledge virtue:vertue receive:receaue"
    " person:parson perfect:perfit should:shoulde apple:appel business:busines",
    "fr": "etait:estoit avait:auoit francais:francois ete:este ecole:escole meme:mesme tete:teste"
    " ile:isle enfants:enfans temps:tems roi:roy fait:faict saint:sainct savoir:scavoir"
    " bontes:bontez je:ie vie:uie connaitre:connoistre aout:aoust loi:loy un:ung"
    " lois:loix loi:loix toujours:tousjours sujet:subject objet:object avocat:advocat"
    " devoir:debvoir doute:doubte autre:aultre faut:fault mieux:mieulx vu:veu besoin:besoing"
    " grand:grant auteur:autheur nation:nacion chretien:crestien oeuvre:euvre trouver:treuver"
    " public:publicque avec:avecque donc:doncques colonne:colomne appeler:appeller"
    " honneur:onneur fils:filz",
    "it": "uno:vno iustizia:justizia",
}
"""By language, folded words with an older spelling."""
NOT_OLD = {
    "de": "den:denn man:mann haus:maus tag:rat dass:das war:wahr tod:tot bein:pein",
    "en": "thin:tin not:note us:use mad:made on:one car:care plan:plane than:tan red:read seat:set"
    " meat:met merry:marry beast:best herd:hard",
    "fr": "mois:mais est:et roi:rai soit:sait moi:mai pomme:pome lait:loit",
    "it": "teil:theil citta:cita",
}
"""Words that are not spellings of each other."""


MISREAD = (
    "modern:modem communist:cornmunist same:fame the:tbe 1917:l917 burn:bum house:bouse"
    " possession:poffeffion society:focicty will:wil1 class:dass party:partv"
)
"""Words and misreadings of them."""


def pairs(table: dict[str, str]) -> list[tuple[str, str, str]]:
    """The language and the two words of each pair."""
    return [
        (language, *map(str, pair.split(":")))  # type: ignore[misc]
        for language, text in table.items()
        for pair in text.split()
    ]


@pytest.mark.parametrize(("language", "word", "other"), pairs(OLD))
def test_old_spellings(language: str, word: str, other: str) -> None:
    """Both words are spellings of each other, also where the language is not known."""
    for rules in (old_spelling_rules(language), old_spelling_rules("")):
        for first, second in ((word, other), (other, word)):
            assert rules.n_changes(first, second) is not None
            assert re.fullmatch(rules.pattern(first), second)


@pytest.mark.parametrize(("language", "word", "other"), pairs(NOT_OLD))
def test_words_that_are_no_spellings_of_each_other(language: str, word: str, other: str) -> None:
    """Rules do not connect short words of their own."""
    rules = old_spelling_rules(language)
    assert rules.n_changes(word, other) is None
    assert rules.n_changes(other, word) is None


def test_misreadings() -> None:
    """A long word may have two confusions, and any number of long s."""
    rules = ocr_rules()

    def is_allowed(word: str, other: str) -> bool:
        n = rules.n_changes(word, other)
        return n is not None and n <= rules.max_changes(word)

    for _, word, other in pairs({"": MISREAD}):
        assert is_allowed(word, other), word
    assert not is_allowed("will", "wi11")
    assert not is_allowed("the", "tbc")
    assert not is_allowed("ab", "ah")
    assert rules.n_changes("internat", "internal", is_whole=False) is None
    assert rules.n_changes("communist", "cornmunist", is_whole=False) == 1


def test_forms_of_characters() -> None:
    """A character has the forms of all traditional characters that it stands for."""
    assert han_variants("国") == {"國"}
    assert han_variants("發") == {"发", "発"}
    assert han_variants("广") == {"廣", "広"}
    assert han_variants("水") == han_variants("a") == han_variants("か") == frozenset()


RULES = st.lists(
    st.builds(
        SpellingRule,
        st.sampled_from(["a", "b", "aa", "ab", "^a", "b$", "c"]),
        st.sampled_from(["a", "b", "bb", "ba", "^c", "ca$", ""]),
        st.integers(0, 3),
        st.integers(0, 1),
    ).filter(lambda rule: rule.second not in {rule.first, ""}),
    max_size=5,
)
WORDS = st.text("abc", min_size=1, max_size=6)


@given(RULES, WORDS, WORDS, st.booleans())
def test_laws(rules: list[SpellingRule], word: str, other: str, is_whole: bool) -> None:
    """Spellings are symmetric and include the word, and the pattern matches all of them."""
    made = SpellingRules(rules)
    n = made.n_changes(word, other, is_whole=is_whole)
    assert n == made.n_changes(other, word, is_whole=is_whole)
    assert made.n_changes(word, word, is_whole=is_whole) == 0
    if n is not None:
        assert re.fullmatch(made.pattern(word, is_whole=is_whole), other)


@given(RULES, st.text("ab", min_size=20, max_size=60))
def test_patterns_are_bounded(rules: list[SpellingRule], word: str) -> None:
    """However many rules overlap, a pattern is no longer than a few thousand letters a part."""
    assert len(SpellingRules(rules).pattern(word)) <= 60_000
