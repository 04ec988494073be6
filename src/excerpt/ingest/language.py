"""A text → its language, or nothing when that is not sure.

Languages are told apart among all that the model knows, but only those named here are answered: a text in another
one is better left without a language than stemmed by the rules of its neighbour.
"""

import unicodedata
from functools import cache
from typing import Final, Protocol

from excerpt.analysis import LANGUAGES

__all__ = ["language_of"]

SAMPLE: Final = 1000
"""Characters looked at, one half from the beginning, one from the middle: more of them change no answer."""
FEWEST_LETTERS: Final = 20
CONFIDENCE: Final = 0.9
"""On sentences of parliament in 21 languages no answer above this was wrong."""

_WITHOUT_STEMMER = (
    "af az be bg bn bs cy fy gl he hr is ja ka kk ko la lv mk mn ms mt sk sl sq sw th uk ur vi zh"
)
_WRITTEN_AS_CHINESE = frozenset({"wuu", "yue"})
_ANSWERED = frozenset(LANGUAGES) | frozenset(_WITHOUT_STEMMER.split())


class _Identifier(Protocol):
    def classify(self, text: str) -> tuple[str, float]: ...


@cache
def _identifier() -> _Identifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    found = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    found.set_languages([label for label in found.labels if label not in _WRITTEN_AS_CHINESE])
    identifier: _Identifier = found
    return identifier


def _sample(text: str) -> str:
    if len(text) <= SAMPLE:
        return text
    middle = len(text) // 2
    return f"{text[: SAMPLE // 2]} {text[middle : middle + SAMPLE // 2]}"


def language_of(text: str) -> str:
    """The ISO 639-1 code of the language of `text`, "" when it is too short or not sure."""
    sample = " ".join(_sample(text.lstrip()).split())
    n_letters = sum(1 for character in sample if unicodedata.category(character)[0] in "LM")
    if n_letters < FEWEST_LETTERS and not (n_letters > 5 and _is_unspaced(sample)):
        return ""
    language, confidence = _identifier().classify(sample)
    return language if confidence >= CONFIDENCE and language in _ANSWERED else ""


def _is_unspaced(sample: str) -> bool:
    """Whether most of `sample` are Han, kana or Hangul, of which a few already tell the language."""
    return sum(1 for character in sample if "\u3040" <= character <= "\ud7a3") * 2 > len(sample)
