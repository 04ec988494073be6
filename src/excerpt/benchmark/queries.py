"""Texts of passages → queries of every kind, sampled at random but reproducible for a seed.

A query is a type and folded words, free of any engine's syntax, so that all engines get the same
queries. Types that only excerpt has are written in its query language. All words of a query come
from one passage of the corpus. Most queries therefore match something, except some fuzzy ones;
queries without a match are left out before the benchmark begins.
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
from excerpt.benchmark.query_sampling import (
    NEAR_DISTANCE,
    SampledPassage,
    Sampler,
    passage_of,
    word_sequences,
)
from excerpt.errors import ExcerptError, Instruction, UseOption
from excerpt.text.tokenizer import tokenize

__all__ = [
    "ALL_KINDS",
    "BenchmarkQuery",
    "COMMON_TYPES",
    "NEAR_DISTANCE",
    "QueryType",
    "USUAL_KINDS",
    "no_matches",
    "read_queries",
    "sample_queries",
    "select_kinds",
]

_N_FREQUENT: Final = 30
"""Words that count as very frequent: the most frequent ones of the sample."""
_ATTEMPTS: Final = 60
"""Attempts for each query wanted; a small corpus may not have as many queries of a kind."""


class QueryType(StrEnum):
    """The type of a query: what an engine must be able to do to answer it."""

    WORD = "word"
    ALL = "all"
    ANY = "any"
    PHRASE = "phrase"
    NEAR = "near"
    PREFIX = "prefix"
    FUZZY = "fuzzy"
    QUERY = "query"
    EXPAND = "expand"


COMMON_TYPES: Final = frozenset(QueryType) - {QueryType.QUERY, QueryType.EXPAND}
"""The types that other engines can answer too."""
_TAGS: Final = {
    "term": QueryType.WORD,
    "intersection": QueryType.ALL,
    "union": QueryType.ANY,
    "phrase": QueryType.PHRASE,
}


@dataclass(frozen=True, slots=True)
class BenchmarkQuery:
    """A query of a benchmark.

    `kind` is the row of the report it belongs to. `words` are folded; a PREFIX has the beginning of
    a word, a QUERY one string in excerpt's query language.
    """

    kind: str
    type: QueryType
    words: tuple[str, ...]


_USUAL_SAMPLERS: Final[dict[str, tuple[QueryType, Sampler]]] = {
    "one word": (QueryType.WORD, partial(query_sampling.ordinary_words, 1)),
    "two words, all": (QueryType.ALL, partial(query_sampling.ordinary_words, 2)),
    "three words, all": (QueryType.ALL, partial(query_sampling.ordinary_words, 3)),
    "three words, any": (QueryType.ANY, partial(query_sampling.ordinary_words, 3)),
    "five words, any": (QueryType.ANY, partial(query_sampling.any_words, 5)),
    "phrase of two": (QueryType.PHRASE, partial(query_sampling.phrase, 2, range(1))),
    "phrase of three": (QueryType.PHRASE, partial(query_sampling.phrase, 3, range(3))),
    "phrase of five": (QueryType.PHRASE, partial(query_sampling.phrase, 5, range(5))),
    "frequent phrase": (QueryType.PHRASE, partial(query_sampling.phrase, 2, range(2, 3))),
    "near": (QueryType.NEAR, partial(query_sampling.near_pair, False)),
    "prefix": (QueryType.PREFIX, query_sampling.prefix),
    "fuzzy": (QueryType.FUZZY, query_sampling.misspelt_word),
}
_FURTHER_SAMPLERS: Final[dict[str, tuple[QueryType, Sampler]]] = {
    "frequent near": (QueryType.NEAR, partial(query_sampling.near_pair, True)),
    "phrase with gaps": (
        QueryType.QUERY,
        partial(query_sampling.near_pair_query, f'"{{}} {{}}"~{NEAR_DISTANCE}'),
    ),
    "before": (
        QueryType.QUERY,
        partial(query_sampling.near_pair_query, f"{{}} BEFORE/{NEAR_DISTANCE} {{}}"),
    ),
    "sentence": (QueryType.QUERY, partial(query_sampling.near_pair_query, "sentence({} {})")),
    "paragraph": (QueryType.QUERY, partial(query_sampling.two_word_query, "paragraph({} {})")),
    "document": (QueryType.QUERY, partial(query_sampling.two_word_query, "document({} {})")),
    "leading wildcard": (QueryType.QUERY, query_sampling.leading_wildcard),
    "wildcard in phrase": (QueryType.QUERY, query_sampling.wildcard_phrase),
    "fuzzy, two letters": (QueryType.QUERY, query_sampling.fuzzy_query),
    "pattern": (QueryType.QUERY, query_sampling.regular_expression),
    "title": (QueryType.QUERY, partial(query_sampling.one_word_query, "title:{}")),
    "years": (QueryType.QUERY, query_sampling.dated_query),
    "not": (QueryType.QUERY, partial(query_sampling.two_word_query, "{} NOT {}")),
    "exact form": (QueryType.QUERY, partial(query_sampling.one_word_query, "={}")),
    "boost": (QueryType.QUERY, partial(query_sampling.two_word_query, "{}^3 {}")),
    "expand": (QueryType.EXPAND, partial(query_sampling.ordinary_words, 2)),
}
_SAMPLERS: Final = _USUAL_SAMPLERS | _FURTHER_SAMPLERS
USUAL_KINDS: Final = tuple(_USUAL_SAMPLERS)
"""The kinds of queries that most engines can answer, in the order of the report."""
ALL_KINDS: Final = tuple(_SAMPLERS)
"""All kinds; together they use every form of the query language."""
_NAMED_KINDS: Final = {"usual": USUAL_KINDS, "all": ALL_KINDS}


def select_kinds(names: str) -> tuple[str, ...]:
    """Return the kinds whose names contain one of the words in `names`, separated by commas.

    "usual" and "all" stand for several kinds.

    >>> select_kinds("near,title")
    ('near', 'frequent near', 'title')
    >>> len(select_kinds("usual,near")) - len(select_kinds("usual"))
    1

    Raises:
        ValueError: if no name contains one of the words.
    """
    selected: set[str] = set()
    for word in filter(None, map(str.strip, names.split(","))):
        matching = _NAMED_KINDS.get(word) or [kind for kind in ALL_KINDS if word in kind]
        if not matching:
            raise ValueError(f"no kind of query matches {word!r}. Kinds: {'; '.join(ALL_KINDS)}.")
        selected.update(matching)
    return tuple(kind for kind in ALL_KINDS if kind in selected)


def sample_queries(
    texts: Sequence[str], n: int, seed: int, kinds: Sequence[str] = USUAL_KINDS
) -> list[BenchmarkQuery]:
    """Return up to `n` different queries of each of `kinds`, sampled from the texts of passages."""
    sequences = [word_sequences(text) for text in texts]
    counts = Counter(word for passage in sequences for sequence in passage for word in sequence)
    frequent = frozenset(
        word
        for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_N_FREQUENT]
    )
    passages = [passage_of(each, frequent) for each in sequences if each]
    queries: list[BenchmarkQuery] = []
    for kind in kinds:
        query_type, sampler = _SAMPLERS[kind]
        # Each kind has a generator of its own: a kind more or less does not change the others.
        chance = random.Random(f"{seed} {kind}")  # noqa: S311 - a sample, no secret
        samples = _distinct_samples(sampler, passages, n, chance)
        queries += [BenchmarkQuery(kind, query_type, words) for words in samples]
    return queries


def read_queries(file: Path) -> tuple[list[BenchmarkQuery], int]:
    """Return the different queries in `file`, and the number of its lines.

    Each line is a JSON object with a "query" and "tags". The first tag is "term", "intersection"
    (+each +word), "union" or "phrase" ("in quotes"); queries with other tags are left out.

    Raises:
        ExcerptError: if the file cannot be read.
    """
    queries: list[BenchmarkQuery] = []
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        for line in lines:
            record = json.loads(line)
            query_type = _TAGS.get(record["tags"][0])
            words = tuple(token.term for token in tokenize(record["query"]))
            if query_type is not None and words:
                queries.append(BenchmarkQuery(query_type.value, query_type, words))
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ExcerptError(
            f"this is not a list of queries: {error}.",
            Instruction('Write lines like {"query": "+red +flag", "tags": ["intersection"]}.'),
            where=file,
        ) from error
    order = list(QueryType)
    return sorted(dict.fromkeys(queries), key=lambda query: order.index(query.type)), len(lines)


def no_matches(corpus: str) -> ExcerptError:
    """Return the error for queries without any match in the corpus of this name."""
    return ExcerptError(
        "no query matches anything.", UseOption("Use other queries", "--queries"), where=corpus
    )


def _distinct_samples(
    sampler: Sampler, passages: Sequence[SampledPassage], n: int, chance: random.Random
) -> list[tuple[str, ...]]:
    samples: dict[tuple[str, ...], None] = {}
    for _ in range(n * _ATTEMPTS if passages else 0):
        words = sampler(chance, chance.choice(passages))
        if words is not None:
            samples.setdefault(words)
        if len(samples) == n:
            break
    return list(samples)
