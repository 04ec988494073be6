"""The language of a text, or silence."""

from types import SimpleNamespace

import pytest

from excerpt.ingest import language
from excerpt.ingest.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "The members met on Thursday to read the minutes of the last meeting and to elect a treasurer.",
            "en",
        ),
        ("Die Mitglieder trafen sich am Donnerstag, um das Protokoll der letzten Sitzung zu lesen.", "de"),
        ("Les membres se sont réunis jeudi pour lire le procès-verbal de la dernière séance.", "fr"),
        ("Члены собрались в четверг, чтобы прочитать протокол последнего заседания.", "ru"),
        ("会员们星期四开会，宣读上次会议的记录，并选举司库。会议在晚上举行，许多人参加了讨论。", "zh"),
        ("会員は木曜日に集まり、前回の会議の議事録を読みました。", "ja"),
    ],
)
def test_a_sentence_is_enough(text: str, language: str) -> None:
    """One sentence of a language with a clear face is recognised."""
    assert language_of(text) == language


@pytest.mark.parametrize(
    "text", ["", "War", "1848 – 1849", "A. B. C.", "Tokyo", "..." * 200, "12 34 " * 100, "12 34 " * 1000]
)
def test_too_little_is_no_language(text: str) -> None:
    """A few words, or no words, are left without a language rather than guessed."""
    assert language_of(text) == ""


def test_a_long_text_is_told_by_a_glance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a glance leaves no doubt nothing else is looked at; where it does, the whole sample decides."""
    english = "The members met on Thursday to read the minutes of the last meeting. " * 20
    german = "Die Mitglieder trafen sich am Donnerstag, um das Protokoll zu lesen. " * 20
    sizes = []

    def classify(text: str) -> tuple[str, float]:
        sizes.append(len(text) // 100)
        return identifier.classify(text)

    identifier = language._identifier()
    monkeypatch.setattr(language, "_identifier", lambda: SimpleNamespace(classify=classify))
    assert language_of(english) == "en"
    assert sizes == [3]
    assert language_of(english[:700] + german[:700]) in {"", "en", "de"}
    assert sizes == [3, 3, 10]
