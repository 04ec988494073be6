"""The terms of a query → the search that ranks passages within the cluster.

The cluster computes scores in single precision, so its order is only nearly that of
`query.ranking`. The passages at its top are therefore scored again, in the same way as everywhere
else, from their words. How far a score of the cluster may be wrong is known; so it is known, too,
when no other passage can be among the best.

The statistics of the cluster are not used, since they count passages that are not visible. The
numbers of passages and occurrences of each term are sums over the visible ones.
"""

from itertools import chain
from typing import Final, NamedTuple

from excerpt.engines.opensearch.candidates import NONE
from excerpt.engines.opensearch.counting import count_near, count_phrases, count_words
from excerpt.engines.opensearch.rules import expand_spellings, phrase_rule, prefix_of, rule_query
from excerpt.engines.opensearch.schema import ClusterValues
from excerpt.engines.opensearch.state import ClusterState
from excerpt.engines.opensearch.translation import Translation
from excerpt.engines.opensearch.word_tokens import Inexact, WordTokens, is_single
from excerpt.query.ast import Near, Node, Operand, Phrase, Word, as_typed
from excerpt.query.ranking import (
    EXACT_WEIGHT,
    HEADING_WEIGHT,
    K1,
    MIN_LENGTH,
    OTHER_ACCENTS_FREQUENCY,
    OTHER_ACCENTS_WEIGHT,
    TITLE_WEIGHT,
    B,
    saturation,
    term_weight,
    word_frequency,
)

__all__ = ["ERROR", "SOURCE", "RankedTerm", "ranked_term"]

ERROR: Final = 2.0**-23
"""The relative error of a number in single precision."""
MAX_READ: Final = 20_000
"""Passages that are read to count a term that the cluster cannot count."""
_MAX_CLAUSES: Final = 900
"""Tokens of a term that is ranked by the cluster, which accepts 1,024."""
SOURCE: Final = ["doc", "ordinal", "length", "t", "f", "j", "title_*", "heading_*"]
"""The fields from which a passage is scored."""
_SCORE: Final = (
    "_score * params.w / (_score + params.a + params.b * Math.max(doc['length'].value, params.c))"
    " * (_score < 0.999 ? params.o : 1.0)"
)
_OF_RULE: Final = "Math.rint(_score / (1.0 - _score))"
"""The frequency f of a rule on positions; its score is f / (f + 1)."""


class RankedTerm(NamedTuple):
    """A term of a query that can be counted in single passages.

    parts       its words: one, or the two operands of NEAR
    phrases     for a phrase, its words, as each spelling has them
    title, heading  for a word, its tokens in these streams; for others, nothing
    is_word     True if it is a word, which is counted in all streams
    distance    for NEAR, the most words between the operands, else -1
    is_ordered  for NEAR, True if the operands must be in order
    n_passages  the number of passages in which it occurs
    weight      its weight in the query × its term weight in the index
    """

    parts: tuple[WordTokens, ...] = ()
    phrases: tuple[tuple[WordTokens, ...], ...] = ()
    title: WordTokens = WordTokens()
    heading: WordTokens = WordTokens()
    is_word: bool = False
    distance: int = -1
    is_ordered: bool = False
    n_passages: int = 0
    weight: float = 0.0

    @property
    def is_counted_by_cluster(self) -> bool:
        """True if the cluster can count and rank the term."""
        return self.distance < 0

    def occurrences(self, entry: ClusterValues) -> int:
        """Return how often the term occurs in the text of a passage."""
        if self.distance >= 0:
            return count_near(self.parts, self.distance, entry, is_ordered=self.is_ordered)
        if not self.parts:
            return count_phrases(self.phrases, entry)
        return count_words(self.parts[0], entry)

    def part(self, entry: ClusterValues, average: float) -> float:
        """Return the contribution of the term to the score of a passage."""
        frequency = float(self.occurrences(entry))
        if self.is_word:
            frequency = self._of_word(frequency, entry)
        return float(self.weight * saturation(frequency, float(entry["length"]), average))

    def _of_word(self, n: float, entry: ClusterValues) -> float:
        """Return the frequency of a word that occurs `n` times in the text of a passage."""
        n_typed = count_words(WordTokens(forms=self.parts[0].typed), entry)
        n_others = [
            count_words(WordTokens(forms=word.others), entry, stream)
            for word, stream in self._streams
        ]
        in_heading = count_words(self.heading, entry, "heading") - n_others[1]
        in_title = count_words(self.title, entry, "title") - n_others[2]
        counts = n - n_others[0], float(n_typed), float(in_heading), float(in_title)
        return float(word_frequency(*counts, float(sum(map(bool, n_others)))))

    @property
    def _streams(self) -> tuple[tuple[WordTokens, str], ...]:
        return (self.parts[0], "text"), (self.heading, "heading"), (self.title, "title")

    def query(self, average: float) -> ClusterValues:
        """Return the query whose score is the contribution of the term, nearly."""
        params = {
            "w": self.weight,
            "a": K1 * (1.0 - B),
            "b": K1 * B / average,
            "c": MIN_LENGTH * average,
            "o": OTHER_ACCENTS_WEIGHT,
        }
        clauses = self._word_clauses() if self.is_word else self._clauses()
        return _scripted(_any_of(clauses), _SCORE, params)

    def occurring(self) -> ClusterValues:
        """Return the query whose score is the number of occurrences in the text."""
        return _any_of(self._clauses())

    def _word_clauses(self) -> list[ClusterValues]:
        """Return the clauses whose scores make up the frequency of a word."""
        (own,) = self.parts
        clauses = _tokens(WordTokens(forms=own.typed), "text", EXACT_WEIGHT)
        weights = 1.0, HEADING_WEIGHT, TITLE_WEIGHT
        for (word, stream), weight in zip(self._streams, weights, strict=True):
            usual = sorted(set(word.forms).difference(word.others))
            clauses += _tokens(WordTokens(forms=tuple(usual)), stream, weight)
            if word.others:
                others = {"terms": {f"{prefix_of(stream)}f": list(word.others)}}
                boosted = {"filter": others, "boost": OTHER_ACCENTS_FREQUENCY}
                clauses.append({"constant_score": boosted})
        return clauses + list(map(_phrase, own.spellings))

    def _clauses(self) -> list[ClusterValues]:
        if not self.parts:
            return list(map(_phrase, self.phrases))
        (word,) = self.parts
        return _tokens(word, "text", 1.0) + list(map(_phrase, word.spellings))


def ranked_term(
    term: Node, translation: Translation, state: ClusterState, view: ClusterValues, n_passages: int
) -> RankedTerm:
    """Return a term of a query, counted over the `n_passages` passages of `view`.

    Raises:
        Inexact: if it cannot be counted in single passages.
    """
    assert isinstance(term, Operand)
    found = _term_of(term, translation)
    words = (*found.parts, *chain.from_iterable(found.phrases), found.title, found.heading)
    if sum(word.n for word in words) > _MAX_CLAUSES:
        raise Inexact
    if found.is_counted_by_cluster:
        sums = {"sum": {"sum": {"script": "_score"}}}
        body = {"size": 0, "track_total_hits": True, "query": found.occurring(), "aggs": sums}
        answer = state.search(body, view)
        n_holding = answer["hits"]["total"]["value"]
        n_occurrences = round(answer["aggregations"]["sum"]["value"])
    else:
        query = {"bool": {"filter": [view, translation.with_operand(term, "text")]}}
        n_holding = state.count(query)
        if n_holding > MAX_READ:
            raise Inexact
        n_occurrences = sum(map(found.occurrences, state.passages(query, ["t", "f", "j"])))
    weight = term.weight * term_weight(n_passages, n_holding, n_occurrences)
    return found._replace(n_passages=n_holding, weight=weight)


def _term_of(term: Operand, translation: Translation) -> RankedTerm:
    if not isinstance(term, Word) and as_typed(term) is not None:
        raise Inexact  # its forms with other accents count for less
    of = translation.lookup.of
    match term:
        case Word():
            title, heading = (of(term, stream) for stream in ("title", "heading"))
            return RankedTerm((of(term),), title=title, heading=heading, is_word=True)
        case Phrase(parts, 0) if len(parts) > 1:
            return RankedTerm(phrases=tuple(expand_spellings(list(map(of, parts)))))
        case Phrase((left, right), gap):
            found = RankedTerm((of(left), of(right)), distance=gap, is_ordered=True)
        case Near(left, right, distance, is_ordered):
            found = RankedTerm((of(left), of(right)), distance=distance, is_ordered=is_ordered)
        case _ if is_single(term):
            return RankedTerm((of(term),))
        case _:
            raise Inexact
    if any(part.spellings for part in found.parts):
        raise Inexact
    return found


def _phrase(words: tuple[WordTokens, ...]) -> ClusterValues:
    """Return the query whose score is the number of phrases."""
    return _scripted(rule_query(phrase_rule(words, "text"), "text"), _OF_RULE, {})


def _scripted(query: ClusterValues, source: str, params: ClusterValues) -> ClusterValues:
    return {"script_score": {"query": query, "script": {"source": source, "params": params}}}


def _any_of(clauses: list[ClusterValues]) -> ClusterValues:
    """Return the query with the sum of the scores of `clauses`; without any, it matches nothing."""
    if not clauses:
        return NONE
    return {"bool": {"should": clauses, "minimum_should_match": 1}}


def _tokens(word: WordTokens, stream: str, weight: float) -> list[ClusterValues]:
    """Return the clauses whose scores are the frequencies of tokens, with a weight."""
    prefix = prefix_of(stream)
    return [
        {"term": {f"{prefix}{field}": {"value": token, "boost": weight}}}
        for field, tokens in (("t", word.terms), ("f", word.forms))
        for token in tokens
    ]
