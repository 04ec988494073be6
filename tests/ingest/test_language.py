"""Tests of language detection."""

from types import SimpleNamespace

import pytest

from excerpt.ingest import language
from excerpt.ingest.language import detect_language, language_by_function_words


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "The members met on Thursday to read the minutes of the last meeting.",
            "en",
        ),
        (
            "Die Mitglieder trafen sich am Donnerstag, um das Protokoll der Sitzung zu lesen.",
            "de",
        ),
        (
            "Les membres se sont réunis jeudi pour lire le procès-verbal de la dernière séance.",
            "fr",
        ),
        ("Члены собрались в четверг, чтобы прочитать протокол последнего заседания.", "ru"),
        (
            "会员们星期四开会，宣读上次会议的记录，并选举司库。会议在晚上举行，许多人参加了讨论。",
            "zh",
        ),
        ("会員は木曜日に集まり、前回の会議の議事録を読みました。", "ja"),
    ],
)
def test_a_sentence_is_enough(text: str, language: str) -> None:
    """One sentence in a distinctive language is recognised."""
    assert detect_language(text) == language


@pytest.mark.parametrize(
    "text",
    ["", "War", "1848 – 1849", "A. B. C.", "Tokyo", "..." * 200, "12 34 " * 100, "12 34 " * 1000],
)
def test_too_little_text_has_no_language(text: str) -> None:
    """A few words, or none, are left without a language."""
    assert detect_language(text) == ""


ENGLISH = "The members met on Thursday to read the minutes of the last meeting. " * 20
GERMAN = (
    "Die Mitglieder trafen sich am Donnerstag, um das Protokoll der letzten Sitzung zu lesen. " * 20
)
RUSSIAN = "Члены собрались в четверг, чтобы прочитать протокол последнего заседания. " * 20


def test_the_model_is_used_only_where_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Function words suffice for plain texts; the model gets a small sample first."""
    sizes = []

    def classify(text: str) -> tuple[str, float]:
        sizes.append(len(text) // 100)
        return identifier.classify(text)

    identifier = language._identifier()
    monkeypatch.setattr(language, "_identifier", lambda: SimpleNamespace(classify=classify))
    assert (detect_language(ENGLISH), detect_language(GERMAN)) == ("en", "de")
    assert sizes == []
    assert detect_language(RUSSIAN) == "ru"
    assert sizes == [3]
    assert detect_language(ENGLISH[:700] + GERMAN[:700]) in {"", "en", "de"}
    assert sizes == [3, 3, 10]


def test_function_words_must_abound_in_each_part() -> None:
    """Mixed languages, lists of names and short texts are not decided by function words."""
    assert language_by_function_words([ENGLISH, ENGLISH]) == "en"
    assert language_by_function_words([ENGLISH, GERMAN]) == ""
    assert language_by_function_words([ENGLISH, RUSSIAN]) == ""
    assert language_by_function_words([ENGLISH[:100], ENGLISH]) == ""
    assert language_by_function_words(["Ada Lovelace, Charles Babbage, " * 40]) == ""
    assert language_by_function_words(["la de en " * 40]) == ""
