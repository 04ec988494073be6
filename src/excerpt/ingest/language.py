"""A text → its language, or nothing when that is not sure.

Languages are told apart among all that the model knows, but only those named here are answered: a text in another
one is better left without a language than stemmed by the rules of its neighbour.
"""

import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import islice
from typing import Final, Protocol

from excerpt.ingest.formats.html_head import language_code
from excerpt.ingest.function_words import language_by_small_words
from excerpt.memory import hand_back
from excerpt.text import LANGUAGES

__all__ = ["language_given", "language_of"]

SAMPLE: Final = 1000
"""Characters looked at, one half from the beginning, one from the middle: more of them change no answer."""
GLANCES: Final = (640, 3000)
"""Characters that are searched for small words first."""
FEW: Final = 320
"""Characters the model is shown first, which are enough where they leave no doubt."""
FEWEST_LETTERS: Final = 20
CONFIDENCE: Final = 0.9
"""Of 5,000 pieces of what was said in parliament in 21 languages no answer above this was wrong. Of those of 60 characters
87 in a hundred were answered, of 120 characters 95, and of 300 characters all."""
CERTAINTY: Final = 0.99
"""Of these few. Of 20,000 texts, pieces and pairs of texts in 330 languages all were answered as by the whole
sample, but for one pair."""

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

    every = LanguageIdentifier.from_model_file(MODEL_FILE)
    kept = [i for i, label in enumerate(every.nb_classes) if label not in _WRITTEN_AS_CHINESE]
    identifier: _Identifier = (
        LanguageIdentifier(  # made anew, it keeps no second table of all, which takes 27 MB
            *(
                every.nb_ptc.take(kept, axis=1),
                every.nb_pc.take(kept),
                [every.nb_classes[i] for i in kept],
            ),
            *(every.tk_nextmove, every.tk_output),
            tk_row=every.tk_row,
            norm_probs=True,
        )
    )
    del every
    hand_back()
    return identifier


def _halves(text: str, size: int) -> tuple[str, str]:
    """`size` characters of `text`, one half from its beginning and one from its middle."""
    middle = len(text) // 2
    return text[: size // 2], text[middle : middle + size // 2]


def language_given(given: Iterable[tuple[str, str]]) -> str:
    """The ISO 639-1 code of the language that a line of metadata.csv gives, "" if it gives none.

    >>> language_given([("author", "Ann"), ("lang", "deu")])
    'de'
    """
    values = dict(given)
    return language_code(values.get("language") or values.get("lang") or "")


def language_of(text: str) -> str:
    """The ISO 639-1 code of the language of `text`, "" when it is too short or not sure."""
    text = text.lstrip()
    for size in GLANCES:
        if len(text) > size and (plain := language_by_small_words(_halves(text, size))):
            return plain
    for size, least in ((FEW, CERTAINTY), (SAMPLE, CONFIDENCE)):
        if len(text) > 2 * size or size == SAMPLE:
            pieces = _halves(text, size) if len(text) > size else (text,)
            language = _language_by_model(" ".join(" ".join(pieces).split()), least)
            if language:
                return language
    return ""


def _language_by_model(sample: str, least: float) -> str:
    """The language of `sample`, "" if it cannot be told with confidence of at `least` so much."""
    if not _is_enough(sample):
        return ""
    language, confidence = _identifier().classify(sample)
    return language if confidence >= least and language in _ANSWERED else ""


def _is_enough(sample: str) -> bool:
    """Whether `sample` has letters enough to tell a language by."""
    letters = (character for character in sample if unicodedata.category(character)[0] in "LM")
    n_letters = len(list(islice(letters, FEWEST_LETTERS)))
    return n_letters >= FEWEST_LETTERS or (n_letters > 5 and _is_unspaced(sample))


def _is_unspaced(sample: str) -> bool:
    """Whether most of `sample` are Han, kana or Hangul, of which a few already tell the language."""
    return sum(1 for character in sample if "\u3040" <= character <= "\ud7a3") * 2 > len(sample)
