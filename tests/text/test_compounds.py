"""Words with signs inside, and whether they are also written as one word."""

import pytest

from excerpt.text import tokenize
from excerpt.text.compounds import may_be_one_word

ALSO_ONE_WORD = """
    e-mail well-known Covid-19 O'Connor O\u2019Neill O\u02bcHara col\u00b7legi
    \u05e6\u05d4"\u05dc \u05e6\u05d4\u05f4\u05dc Qur'an aujourd'hui ha'aretz vice-president
    """
NEVER_ONE_WORD = """
    d'eux l'oro c'era I'll don't Banquo's qu'il dell'arte they're D\u2019accord
    ch'è v'è com'è th'art e'en y'a i'r \u03c3'\u03ad\u03bd\u03b1 \u03b1\u03c0'\u03cc\u03bb\u03b1
    9/11 3-4 1939-45 2.25 2,25 12,5 12:30 1,23,456 12345,678 and/or a+b wage|strike
    """


def may_be_joined(word: str) -> bool:
    """Return whether `word` may be written without its signs."""
    tokens = tokenize(word)
    starts = [token.span.start for token in tokens]
    signs = [word[token.span.end : start] for token, start in zip(tokens, starts[1:], strict=False)]
    assert len(tokens) > 1
    return may_be_one_word([token.term for token in tokens], signs)


@pytest.mark.parametrize("word", ALSO_ONE_WORD.split())
def test_words_that_are_written_as_one_too(word: str) -> None:
    """A hyphen or the apostrophe of a name may go."""
    assert may_be_joined(word)


@pytest.mark.parametrize("word", NEVER_ONE_WORD.split())
def test_words_that_would_be_others(word: str) -> None:
    """An elision, a contraction, a fraction, a range or any other sign separates two words."""
    assert not may_be_joined(word)
