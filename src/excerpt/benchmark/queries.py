"""Passages → questions of every kind, drawn at random, and the same again for the same seed.

A question is a form and folded words, free of any engine's syntax, so that all engines are asked for the same; what only
excerpt has is a query in its language. All words of a question stand in one passage of the corpus; so each finds
something, fuzzy ones mostly; of the further forms those count that do.
"""

import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Final

from excerpt.benchmark import query_sampling
from excerpt.benchmark.query_sampling import DISTANCE, Draw, Passage, passage_of, runs_of
from excerpt.errors import Advice, ExcerptError, UseOption
from excerpt.text.tokenizer import tokenize

__all__ = [
    "DISTANCE",
    "Form",
    "KINDS",
    "PLAIN",
    "Question",
    "USUAL",
    "kinds_of",
    "no_matches",
    "read_questions",
    "sample",
]

_N_FREQUENT: Final = 30
_ATTEMPTS: Final = 60
"""Draws for each question wanted: a small corpus may not hold as many."""


class Form(StrEnum):
    """What a question asks for."""

    WORD = "word"
    ALL = "all"
    ANY = "any"
    PHRASE = "phrase"
    NEAR = "near"
    PREFIX = "prefix"
    FUZZY = "fuzzy"
    QUERY = "query"
    EXPAND = "expand"


PLAIN: Final = frozenset(Form) - {Form.QUERY, Form.EXPAND}
"""What other engines can be asked."""
_TAGS: Final = {
    "term": Form.WORD,
    "intersection": Form.ALL,
    "union": Form.ANY,
    "phrase": Form.PHRASE,
}


@dataclass(frozen=True, slots=True)
class Question:
    """`words` are folded; of a prefix there is the beginning of a word; a QUERY is one string in the query
    language. `kind` is the row of the table it counts for."""

    kind: str
    form: Form
    words: tuple[str, ...]


_USUAL: Final[dict[str, tuple[Form, Draw]]] = {
    "one word": (Form.WORD, partial(query_sampling.ordinary, 1)),
    "two words, all": (Form.ALL, partial(query_sampling.ordinary, 2)),
    "three words, all": (Form.ALL, partial(query_sampling.ordinary, 3)),
    "three words, any": (Form.ANY, partial(query_sampling.ordinary, 3)),
    "five words, any": (Form.ANY, partial(query_sampling.any_words, 5)),
    "phrase of two": (Form.PHRASE, partial(query_sampling.row, 2, range(1))),
    "phrase of three": (Form.PHRASE, partial(query_sampling.row, 3, range(3))),
    "phrase of five": (Form.PHRASE, partial(query_sampling.row, 5, range(5))),
    "frequent phrase": (Form.PHRASE, partial(query_sampling.row, 2, range(2, 3))),
    "near": (Form.NEAR, partial(query_sampling.near, False)),
    "prefix": (Form.PREFIX, query_sampling.prefix),
    "fuzzy": (Form.FUZZY, query_sampling.misspelt),
}
_FURTHER: Final[dict[str, tuple[Form, Draw]]] = {
    "frequent near": (Form.NEAR, partial(query_sampling.near, True)),
    "phrase with gaps": (Form.QUERY, partial(query_sampling.pair_query, f'"{{}} {{}}"~{DISTANCE}')),
    "before": (Form.QUERY, partial(query_sampling.pair_query, f"{{}} BEFORE/{DISTANCE} {{}}")),
    "sentence": (Form.QUERY, partial(query_sampling.pair_query, "sentence({} {})")),
    "paragraph": (Form.QUERY, partial(query_sampling.words_query, "paragraph({} {})")),
    "document": (Form.QUERY, partial(query_sampling.words_query, "document({} {})")),
    "leading wildcard": (Form.QUERY, query_sampling.suffix),
    "wildcard in phrase": (Form.QUERY, query_sampling.wild_phrase),
    "fuzzy, two letters": (Form.QUERY, query_sampling.fuzzy_query),
    "pattern": (Form.QUERY, query_sampling.regular),
    "title": (Form.QUERY, partial(query_sampling.word_query, "title:{}")),
    "years": (Form.QUERY, query_sampling.dated),
    "not": (Form.QUERY, partial(query_sampling.words_query, "{} NOT {}")),
    "exact form": (Form.QUERY, partial(query_sampling.word_query, "={}")),
    "boost": (Form.QUERY, partial(query_sampling.words_query, "{}^3 {}")),
    "expand": (Form.EXPAND, partial(query_sampling.ordinary, 2)),
}
_DRAWS: Final = _USUAL | _FURTHER
USUAL: Final = tuple(_USUAL)
"""The kinds of questions that most engines can be asked, in the order of tables."""
KINDS: Final = tuple(_DRAWS)
"""All kinds: with them every form of the query language is asked."""
_LISTS: Final = {"usual": USUAL, "all": KINDS}


def kinds_of(wish: str) -> tuple[str, ...]:
    """The kinds whose names contain one of the words that `wish` lists with commas; "usual" and "all" are many at once.

    >>> kinds_of("near,title")
    ('near', 'frequent near', 'title')
    >>> len(kinds_of("usual,near")) - len(kinds_of("usual"))
    1

    Raises:
        ValueError: if one of the words is in no name.
    """
    wanted: set[str] = set()
    for word in filter(None, map(str.strip, wish.split(","))):
        found = _LISTS.get(word) or [kind for kind in KINDS if word in kind]
        if not found:
            raise ValueError(f"{word!r} is in none of: {'; '.join(KINDS)}.")
        wanted.update(found)
    return tuple(kind for kind in KINDS if kind in wanted)


def sample(texts: Sequence[str], n: int, seed: int, kinds: Sequence[str] = USUAL) -> list[Question]:
    """Up to `n` different questions of each of `kinds` from passages with these `texts`."""
    runs = [runs_of(text) for text in texts]
    counts = Counter(word for passage in runs for run in passage for word in run)
    frequent = frozenset(
        word
        for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_N_FREQUENT]
    )
    passages = [passage_of(each, frequent) for each in runs if each]
    questions: list[Question] = []
    for kind in kinds:
        form, draw = _DRAWS[kind]
        chance = random.Random(f"{seed} {kind}")  # noqa: S311 - a sample, no secret
        drawn = _drawn(draw, passages, n, chance)
        questions += [Question(kind, form, words) for words in drawn]
    return questions


def no_matches(corpus: Path | int) -> ExcerptError:
    """Return the error for queries without any match in the corpus of a benchmark."""
    return ExcerptError(
        "none of the queries has a match in this corpus.",
        UseOption("Give other queries", "--queries"),
        where=str(corpus),
    )


def read_questions(file: Path) -> tuple[list[Question], int]:
    """The different questions in `file`, and how many it has in all: a JSON object a line, with a "query" and "tags",
    the first of which is "term", "intersection" (+each +word), "union" or "phrase" ("in quotes"). Others are left out.

    Raises:
        ExcerptError: if it cannot be read.
    """
    questions: list[Question] = []
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        for line in lines:
            given = json.loads(line)
            form = _TAGS.get(given["tags"][0])
            words = tuple(word.term for word in tokenize(given["query"]))
            if form is not None and words:
                questions.append(Question(form.value, form, words))
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ExcerptError(
            f"this is not a list of queries: {error}.",
            Advice('A line is {"query": "+red +flag", "tags": ["intersection"]}.'),
            where=file,
        ) from error
    ordered = sorted(dict.fromkeys(questions), key=lambda question: list(Form).index(question.form))
    return ordered, len(lines)


def _drawn(
    draw: Draw, passages: Sequence[Passage], n: int, chance: random.Random
) -> list[tuple[str, ...]]:
    found: dict[tuple[str, ...], None] = {}
    for _ in range(n * _ATTEMPTS if passages else 0):
        words = draw(chance, chance.choice(passages))
        if words is not None:
            found.setdefault(words)
        if len(found) == n:
            break
    return list(found)
