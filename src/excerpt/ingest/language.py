"""A text → the ISO 639-1 code of its language, or "" if the language is not certain.

Function words (the, of, and) make up a third of most prose, and few of them are shared between
languages: where they abound, nothing else is examined. This is 30 times as fast as a statistical
model, and the model need not even be loaded. Only a few languages are detected this way, and none
that could be mistaken for a neighbour (Dutch for Afrikaans, Italian for Corsican). Other texts are
classified by the model among all the languages that it knows, but only the languages named here are
returned: a text in any other language is better left without one than stemmed by the rules of a
related one.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice
from typing import Final, Protocol

from excerpt.memory import release_freed_memory
from excerpt.text import LANGUAGES

__all__ = [
    "declared_language",
    "detect_language",
    "is_language",
    "language_code",
    "likely_language",
]

SAMPLE: Final = 1000
"""Characters given to the model, half from the beginning and half from the middle of a text: more
change no answer."""
FUNCTION_WORD_SAMPLES: Final = (640, 3000)
"""Characters searched for function words before the model is loaded."""
SMALL_SAMPLE: Final = 320
"""Characters given to the model first; they suffice if they leave no doubt."""
MIN_LETTERS: Final = 20
MIN_CONFIDENCE: Final = 0.9
"""In 5,000 extracts from parliamentary speeches in 21 languages, no answer above this was wrong.
Answered were 87% of the extracts of 60 characters, 95% of those of 120 and all of those of 300."""
MIN_CONFIDENCE_SMALL: Final = 0.99
"""The same for the small sample. Of 20,000 texts, extracts and pairs of texts in 330 languages, all
got the answer of the whole sample, except one pair."""
MIN_WORDS: Final = 40
"""Words in a sample that is long enough to be judged by function words."""
MIN_SHARE: Final = 0.26
"""Share of function words of a language among the words of a text in that language."""
MAX_RIVAL: Final = 0.5
"""Function words that a second language may have, relative to the first."""

_WITHOUT_STEMMER = (
    "af az be bg bn bs cy fy gl he hr is ja ka kk ko la lv mk mn ms mt sk sl sq sw th uk ur vi zh"
)
_WRITTEN_AS_CHINESE = frozenset({"wuu", "yue"})
_DETECTABLE = frozenset(LANGUAGES) | frozenset(_WITHOUT_STEMMER.split())
_TWO_LETTERS = """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy
    da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu
    hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb
    lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om
    or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv
    sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
_ISO_639_1 = frozenset(_TWO_LETTERS.split())
"""All codes of ISO 639-1, and sh for Serbo-Croatian."""
_CODES = (
    "eng:en deu:de ger:de fra:fr fre:fr spa:es ita:it rus:ru nld:nl dut:nl por:pt pol:pl lat:la "
    "swe:sv dan:da zho:zh chi:zh jpn:ja ell:el gre:el ces:cs cze:cs hun:hu tur:tr"
)
_NAMES = (
    "english:en german:de deutsch:de french:fr français:fr spanish:es español:es italian:it "
    "italiano:it portuguese:pt português:pt dutch:nl nederlands:nl russian:ru русский:ru latin:la "
    "greek:el polish:pl polski:pl swedish:sv svenska:sv danish:da dansk:da norwegian:no norsk:no "
    "finnish:fi suomi:fi icelandic:is czech:cs čeština:cs hungarian:hu magyar:hu turkish:tr "
    "romanian:ro catalan:ca català:ca galician:gl esperanto:eo welsh:cy irish:ga hebrew:he "
    "yiddish:yi arabic:ar persian:fa hindi:hi sanskrit:sa chinese:zh japanese:ja korean:ko "
    "tagalog:tl afrikaans:af ukrainian:uk bulgarian:bg serbian:sr"
)
_SHORT_CODES = dict(pair.split(":") for pair in f"{_CODES} {_NAMES}".split())
"""ISO 639-1 codes by ISO 639-2 codes and by names."""
_FUNCTION_WORDS: Final = {
    "en": "the of and to in that is for it was as with be on by this are not have from or has at "
    "we which but our an will all been their its they would these there who more must "
    "should i he his you",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch "
    "es an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über "
    "einen so zum war haben nur oder aber vor zur bis mehr durch man wir ich",
    "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce "
    "il sont avec son nous aux cette ou mais été leur ont ces même elle comme je vous",
    "es": "de la que el en y a los se del las un por con no una su para es al lo como más o pero "
    "sus le ha me si sin sobre este ya entre cuando todo esta ser son dos también fue había "
    "era muy",
    "pt": "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi "
    "ao ele das tem à seu sua ou ser quando muito há nos já está",
}


def _languages_by_word() -> dict[str, list[str]]:
    languages_of: dict[str, list[str]] = {}
    for language, words in _FUNCTION_WORDS.items():
        for word in words.split():
            languages_of.setdefault(word, []).append(language)
    return languages_of


_LANGUAGES_OF: Final = _languages_by_word()


class _Identifier(Protocol):
    def classify(self, text: str) -> tuple[str, float]: ...


def language_code(declared: str) -> str:
    """Return the ISO 639-1 code in a declared language, or "" if there is none.

    >>> [language_code(text) for text in ("en-GB", "deu", "German", "x-klingon")]
    ['en', 'de', 'de', '']
    """
    primary = re.split(r"[-_,;\s]", declared.strip().lower())[0]
    primary = _SHORT_CODES.get(primary, primary)
    return primary if len(primary) == 2 and primary.isascii() and primary.isalpha() else ""


def is_language(declared: str) -> bool:
    """Return whether a declared language is one of ISO 639-1.

    >>> is_language("German"), is_language("xx")
    (True, False)
    """
    return language_code(declared) in _ISO_639_1


def declared_language(metadata: Iterable[tuple[str, str]]) -> str:
    """Return the ISO 639-1 code of the language that a row of metadata.csv declares, or "".

    >>> declared_language([("author", "Ann"), ("lang", "deu")])
    'de'
    """
    values = dict(metadata)
    return language_code(values.get("language") or values.get("lang") or "")


def detect_language(text: str) -> str:
    """Return the ISO 639-1 code of the language of `text`, or "" if it is too short or in doubt."""
    text = text.lstrip()
    for size in FUNCTION_WORD_SAMPLES:
        if len(text) > size and (language := language_by_function_words(_sample(text, size))):
            return language
    for size, confidence in ((SMALL_SAMPLE, MIN_CONFIDENCE_SMALL), (SAMPLE, MIN_CONFIDENCE)):
        if len(text) > 2 * size or size == SAMPLE:
            parts = _sample(text, size) if len(text) > size else (text,)
            language = _language_by_model(" ".join(" ".join(parts).split()), confidence)
            if language:
                return language
    return ""


def likely_language(declared: str, text: str) -> str:
    """Return the ISO 639-1 code of a `text`, for which a program declared a language, or "".

    Office and mail programs declare the language of their user if nobody chooses another. One that
    cannot be detected, such as Gaelic, was chosen.
    """
    code = language_code(declared)
    return (detect_language(text) or code) if code in _DETECTABLE else code


def _sample(text: str, size: int) -> tuple[str, str]:
    """Return `size` characters of `text`, half from its beginning and half from its middle."""
    middle = len(text) // 2
    return text[: size // 2], text[middle : middle + size // 2]


def language_by_function_words(parts: Sequence[str]) -> str:
    """Return the code of the language whose function words abound in each of `parts`, or ""."""
    languages = {_most_frequent(part.lower().split()) for part in parts}
    return languages.pop() if len(languages) == 1 else ""


def _most_frequent(words: Sequence[str]) -> str:
    """Return the language with the most function words among `words`, or "" if it is in doubt."""
    if len(words) < MIN_WORDS:
        return ""
    function_words = filter(None, map(_LANGUAGES_OF.get, words))
    counts = Counter(language for languages in function_words for language in languages)
    best = counts.most_common(2)
    if not best or best[0][1] < MIN_SHARE * len(words):
        return ""
    if len(best) > 1 and best[1][1] > MAX_RIVAL * best[0][1]:
        return ""
    return best[0][0]


def _language_by_model(sample: str, min_confidence: float) -> str:
    """Return the language of `sample`, or "" if the model is not confident enough."""
    if not _has_enough_letters(sample):
        return ""
    language, confidence = _identifier().classify(sample)
    return language if confidence >= min_confidence and language in _DETECTABLE else ""


@cache
def _identifier() -> _Identifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    whole = LanguageIdentifier.from_model_file(MODEL_FILE)
    kept = [i for i, label in enumerate(whole.nb_classes) if label not in _WRITTEN_AS_CHINESE]
    # A second identifier instead of `set_languages`: that keeps both tables, which takes 27 MB.
    identifier: _Identifier = LanguageIdentifier(
        whole.nb_ptc.take(kept, axis=1),
        whole.nb_pc.take(kept),
        [whole.nb_classes[i] for i in kept],
        whole.tk_nextmove,
        whole.tk_output,
        tk_row=whole.tk_row,
        norm_probs=True,
    )
    del whole
    release_freed_memory()
    return identifier


def _has_enough_letters(sample: str) -> bool:
    letters = (character for character in sample if unicodedata.category(character)[0] in "LM")
    n_letters = len(list(islice(letters, MIN_LETTERS)))
    return n_letters >= MIN_LETTERS or (n_letters > 5 and _is_mostly_unspaced(sample))


def _is_mostly_unspaced(sample: str) -> bool:
    """Return whether most characters are Han, kana or Hangul: a few of them show the language."""
    return sum(1 for character in sample if "\u3040" <= character <= "\ud7a3") * 2 > len(sample)
