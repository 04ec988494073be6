"""Passages → questions of every kind, drawn at random, and the same again for the same seed.

A question is a form and folded words, free of any engine's syntax. Words are drawn where every engine cuts and folds
alike: runs of plain words with nothing but white space between them, so that all engines are asked for the same.
All words of a question stand in one passage of the corpus; so each finds something, fuzzy ones mostly.
"""

import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Final

from excerpt.analysis.words import cut
from excerpt.errors import ExcerptError

__all__ = ["DISTANCE", "Form", "KINDS", "Question", "read_questions", "sample"]

DISTANCE: Final = 5
"""Other words between the operands of NEAR, at most."""
_N_FREQUENT: Final = 30
_SHORTEST: Final = 3
_ATTEMPTS: Final = 60
"""Draws for each question wanted: a small corpus may not hold as many."""

Draw = Callable[[random.Random, "_Passage"], "tuple[str, ...] | None"]


class Form(StrEnum):
    """What a question asks for."""

    WORD = "word"
    ALL = "all"
    ANY = "any"
    PHRASE = "phrase"
    NEAR = "near"
    PREFIX = "prefix"
    FUZZY = "fuzzy"


_TAGS: Final = {"term": Form.WORD, "intersection": Form.ALL, "union": Form.ANY, "phrase": Form.PHRASE}


@dataclass(frozen=True, slots=True)
class Question:
    """`words` are folded; of a prefix there is the beginning of a word. `kind` is the row of the table it counts for."""

    kind: str
    form: Form
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Passage:
    """A passage as its runs of words, and all words of these that are not very frequent."""

    runs: tuple[tuple[str, ...], ...]
    ordinary: tuple[str, ...]
    frequent: frozenset[str]

    @property
    def words(self) -> list[str]:
        """All words, as often as they stand there."""
        return [word for run in self.runs for word in run]


def _ordinary(n: int, chance: random.Random, passage: _Passage) -> tuple[str, ...] | None:
    words = sorted(set(passage.ordinary))
    return tuple(chance.sample(words, n)) if len(words) >= n else None


def _any_words(n: int, chance: random.Random, passage: _Passage) -> tuple[str, ...] | None:
    """Words as often drawn as they stand there: very frequent ones among them."""
    words = passage.words
    chance.shuffle(words)
    drawn = tuple(dict.fromkeys(words))[:n]
    return drawn if len(drawn) == n else None


def _row(n: int, n_frequent: range, chance: random.Random, passage: _Passage) -> tuple[str, ...] | None:
    """`n` words in a row with so many very frequent ones among them."""
    rows = [run[at : at + n] for run in passage.runs for at in range(len(run) - n + 1)]
    fit = [row for row in rows if sum(word in passage.frequent for word in row) in n_frequent]
    return chance.choice(fit) if fit else None


def _near(chance: random.Random, passage: _Passage) -> tuple[str, ...] | None:
    """Two words with one other between, or as many as `DISTANCE`."""
    gap = chance.randint(2, DISTANCE + 1)
    ordinary = set(passage.ordinary)
    pairs = [
        (run[at], run[at + gap])
        for run in passage.runs
        for at in range(len(run) - gap)
        if run[at] != run[at + gap] and {run[at], run[at + gap]} <= ordinary
    ]
    return chance.choice(pairs) if pairs else None


def _prefix(chance: random.Random, passage: _Passage) -> tuple[str, ...] | None:
    words = [word for word in passage.ordinary if len(word) > 6]
    return (chance.choice(words)[:-3],) if words else None


def _misspelt(chance: random.Random, passage: _Passage) -> tuple[str, ...] | None:
    words = [word for word in passage.ordinary if len(word) > 5]
    if not words:
        return None
    word = chance.choice(words)
    at = chance.randrange(1, len(word))
    return (word[:at] + chance.choice("abcdefghijklmnopqrstuvwxyz") + word[at + 1 :],)


_DRAWS: Final[dict[str, tuple[Form, Draw]]] = {
    "one word": (Form.WORD, partial(_ordinary, 1)),
    "two words, all": (Form.ALL, partial(_ordinary, 2)),
    "three words, all": (Form.ALL, partial(_ordinary, 3)),
    "three words, any": (Form.ANY, partial(_ordinary, 3)),
    "five words, any": (Form.ANY, partial(_any_words, 5)),
    "phrase of two": (Form.PHRASE, partial(_row, 2, range(1))),
    "phrase of three": (Form.PHRASE, partial(_row, 3, range(3))),
    "phrase of five": (Form.PHRASE, partial(_row, 5, range(5))),
    "frequent phrase": (Form.PHRASE, partial(_row, 2, range(2, 3))),
    "near": (Form.NEAR, _near),
    "prefix": (Form.PREFIX, _prefix),
    "fuzzy": (Form.FUZZY, _misspelt),
}
KINDS: Final = tuple(_DRAWS)
"""The kinds of questions, in the order of tables."""


def sample(texts: Sequence[str], n: int, seed: int) -> list[Question]:
    """Up to `n` different questions of each kind from passages with these `texts`."""
    runs = [_runs(text) for text in texts]
    counts = Counter(word for passage in runs for run in passage for word in run)
    frequent = frozenset(
        word for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_N_FREQUENT]
    )
    passages = [_passage(each, frequent) for each in runs if each]
    questions: list[Question] = []
    for kind, (form, draw) in _DRAWS.items():
        chance = random.Random(f"{seed} {kind}")  # noqa: S311 - a sample, no secret
        drawn = _drawn(draw, passages, n, chance)
        questions += [Question(kind, form, words) for words in drawn]
    return questions


def read_questions(file: Path) -> list[Question]:
    """The questions in `file`: a JSON object a line, with a "query" and "tags", the first of which is "term",
    "intersection" (+each +word), "union" or "phrase" ("in quotes"). Others are left out.

    Raises:
        ExcerptError: if it cannot be read.
    """
    questions: list[Question] = []
    try:
        for line in file.read_text(encoding="utf-8").splitlines():
            given = json.loads(line)
            form = _TAGS.get(given["tags"][0])
            words = tuple(word.term for word in cut(given["query"]))
            if form is not None and words:
                questions.append(Question(form.value, form, words))
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ExcerptError(
            f"{file}: this is no list of queries: {error}",
            'A line is {"query": "+red +flag", "tags": ["intersection"]}.',
        ) from error
    return sorted(dict.fromkeys(questions), key=lambda question: list(Form).index(question.form))


def _drawn(draw: Draw, passages: Sequence[_Passage], n: int, chance: random.Random) -> list[tuple[str, ...]]:
    found: dict[tuple[str, ...], None] = {}
    for _ in range(n * _ATTEMPTS if passages else 0):
        words = draw(chance, chance.choice(passages))
        if words is not None:
            found.setdefault(words)
        if len(found) == n:
            break
    return list(found)


def _passage(runs: tuple[tuple[str, ...], ...], frequent: frozenset[str]) -> _Passage:
    words = [word for run in runs for word in run if len(word) >= _SHORTEST and word not in frequent]
    return _Passage(runs, tuple(words), frequent)


def _runs(text: str) -> tuple[tuple[str, ...], ...]:
    """The longest rows of plain words of `text` with nothing but white space between them."""
    runs: list[tuple[str, ...]] = []
    run: list[str] = []
    end = 0
    for word in cut(text):
        is_plain = word.term.isalpha() and word.term == word.span.of(text).lower()
        if not is_plain or not (between := text[end : word.span.start]).isspace() or between.count("\n") > 1:
            runs.append(tuple(run))
            run = []
        if is_plain:
            run.append(word.term)
        end = word.span.end
    runs.append(tuple(run))
    return tuple(filter(None, runs))
