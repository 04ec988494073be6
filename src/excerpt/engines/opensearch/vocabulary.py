"""The words of the live documents of an index in a cluster.

They are collected from the documents by aggregation. So they are of live documents only, and no
builder has to maintain a list of words, which other builders change too.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final

from excerpt.engines.opensearch.index_reader import TERMS, OpenSearchIndexReader
from excerpt.engines.opensearch.schema import SEPARATOR, decode_word, encode_word, join_parts
from excerpt.memory import BoundedCache
from excerpt.query.ast import Fuzzy, Node, Pattern, Wildcard, Word
from excerpt.query.term_matching import MAX_TERMS, expansion_error, term_matcher
from excerpt.query.word_forms import WordForms
from excerpt.text.normalizer import lower

__all__ = ["OpenSearchVocabulary", "escape_pattern"]

_PAGE: Final = 10_000
"""Words in a page of an aggregation."""
_WORD_CACHE_BYTES: Final = 8_000_000
_EXPANSION_CACHE_BYTES: Final = 16_000_000
_SIGNS: Final = frozenset('.?+*|{}[]()"\\#@&<>~^-')
"""Signs with a meaning in the patterns of Lucene."""


def escape_pattern(text: str) -> str:
    """Return the pattern of Lucene that matches exactly `text`."""
    return "".join(f"\\{sign}" if sign in _SIGNS else sign for sign in text)


class OpenSearchVocabulary:
    """The words of the live documents that `reader` reads."""

    def __init__(self, reader: OpenSearchIndexReader) -> None:
        self._reader = reader
        self._unknown: dict[str, frozenset[tuple[str, str]]] = {}
        self._word_forms: BoundedCache[Word, WordForms] = BoundedCache(_WORD_CACHE_BYTES)
        self._expansions: BoundedCache[Node, frozenset[str]] = BoundedCache(_EXPANSION_CACHE_BYTES)

    def __len__(self) -> int:
        return sum(1 for _ in self.terms("text_term"))

    @property
    def main_language(self) -> str:
        """The language that texts of unknown language are taken for when stemmed, or ""."""
        return self._reader.manifest.main_language

    @cached_property
    def languages(self) -> frozenset[str]:
        """The languages of the documents; "" is unknown."""
        return frozenset(self.matching("language", ".*"))

    def word_forms(self, word: Word) -> WordForms:
        """Return what a query word stands for."""
        unweighted = word.replace(weight=1.0)
        found = self._word_forms.get(unweighted)
        if found is None:
            found = WordForms(word, self.languages, self.written(word.term), self.main_language)
            self._word_forms.put(unweighted, found)
        return found

    def written(self, term: str) -> frozenset[tuple[str, str]]:
        """Return the language, and the form in lower case, of each form with this term."""
        beginning = f"{encode_word(term)}{SEPARATOR}"
        found = self.matching(
            "text_words",
            f"{escape_pattern(beginning)}.*",
            {"term": {"text_term": encode_word(term)}},
        )
        return frozenset(_language_and_form(joined) for joined in found)

    def forms(self, word: Word) -> frozenset[tuple[str, str]]:
        """Return the language, and the form in lower case, of each form of a query word."""
        word_forms = self.word_forms(word)
        stems = [join_parts(*pair) for pair in word_forms.stems]
        conditions: list[dict[str, Any]] = [
            {"terms": {"text_stem": stems}},
            {"terms": {"text_term": [encode_word(term) for term in word_forms.terms]}},
            {"term": {"language": ""}},  # their stems depend on the main language
        ]
        pairs = set(
            map(_language_and_form, self.terms("text_words", {"bool": {"should": conditions}}))
        )
        by_language: dict[str, list[str]] = {}
        for language, form in pairs:
            by_language.setdefault(language, []).append(form)
        return frozenset(
            (language, form)
            for language, forms in by_language.items()
            for form in word_forms.accepted(language, sorted(forms))
        )

    def written_forms(self, term: str, stream: str) -> list[tuple[str, str]]:
        """Return the language and the form of each form with this term in `stream`."""
        beginning = escape_pattern(f"{encode_word(term)}{SEPARATOR}")
        query = {"term": {f"{stream}_term": encode_word(term)}}
        found = self.matching(f"{stream}_words", f"{beginning}.*", query)
        return [_last_parts(joined) for joined in found]

    def accepted_forms(self, word: Word, stream: str) -> list[tuple[str, str]]:
        """Return the language and the form of each form of a query word in `stream`."""
        word_forms = self.word_forms(word)
        pairs: set[tuple[str, str]] = set()
        stems = sorted(join_parts(*pair) for pair in word_forms.stems)
        if stems:
            beginnings = "|".join(map(escape_pattern, stems))
            query = {"terms": {f"{stream}_stem": stems}}
            found = self.matching(f"{stream}_stem_words", f"({beginnings}) .*", query)
            pairs.update((joined.split(SEPARATOR)[0], _last_parts(joined)[1]) for joined in found)
        for term in sorted(word_forms.terms):
            pairs.update(self.written_forms(term, stream))
        if any(not language for language, _ in word_forms.stems):
            pairs.update(self._of_unknown_language(stream))
        by_language: dict[str, list[str]] = {}
        for language, form in pairs:
            by_language.setdefault(language, []).append(form)
        return [
            (language, form)
            for language, forms in sorted(by_language.items())
            for form in sorted(word_forms.accepted(language, sorted(forms)))
        ]

    def _of_unknown_language(self, stream: str) -> frozenset[tuple[str, str]]:
        """Return the forms in `stream` of texts of unknown language, with "" as the language.

        Which of them a word stands for depends on the main language, which can change.
        """
        if stream not in self._unknown:
            found = self.terms(f"{stream}_form", {"term": {"language": ""}})
            self._unknown[stream] = frozenset(("", decode_word(form)) for form in found)
        return self._unknown[stream]

    def expand(self, node: Node) -> frozenset[str]:
        """Return the terms that a Wildcard, Fuzzy or Pattern stands for.

        Raises:
            QueryError: if there are more than `MAX_TERMS`.
        """
        assert isinstance(node, Wildcard | Fuzzy | Pattern)
        terms = self._expansions.get(node)
        if terms is None:
            terms = frozenset(self._matching_terms(node))
            self._expansions.put(node, terms)
        return terms

    def _matching_terms(self, node: Wildcard | Fuzzy | Pattern) -> set[str]:
        accepts = term_matcher(node)
        if isinstance(node, Wildcard):
            signs = {"*": ".*", "?": "."}
            pattern = "".join(signs.get(sign) or escape_pattern(sign) for sign in node.pattern)
            found = self.matching("text_term", pattern, size=MAX_TERMS + 1)
        else:
            found = self.terms("text_term")
        terms = set()
        for term in filter(accepts, map(decode_word, found)):
            terms.add(term)
            if len(terms) > MAX_TERMS:
                raise expansion_error(node)
        return terms

    def joined_terms(self, stream: str = "text") -> frozenset[str]:
        """Return the terms in `stream` that some sign joins to the next word."""
        return self._joined_terms[stream]

    @cached_property
    def _joined_terms(self) -> dict[str, frozenset[str]]:
        streams = ("text", "title", "heading")
        return {
            stream: frozenset(map(decode_word, self.terms(f"{stream}_joined")))
            for stream in streams
        }

    def matching(
        self, field: str, pattern: str, query: dict[str, Any] | None = None, size: int = TERMS
    ) -> Iterator[str]:
        """Yield at most `size` words of `field` that match a pattern of Lucene as a whole.

        With a `query`, only the words of documents that match it are considered.
        """
        terms = {"field": field, "include": pattern, "size": size, "shard_size": TERMS + 1}
        body = {"size": 0, "track_total_hits": False, "aggs": {"words": {"terms": terms}}}
        answer = self._reader.state.search(body, query)
        yield from (bucket["key"] for bucket in answer["aggregations"]["words"]["buckets"])

    def terms(self, field: str, query: dict[str, Any] | None = None) -> Iterator[str]:
        """Yield all words of `field` in the documents that match `query`, page by page."""
        composite: dict[str, Any] = {
            "size": _PAGE,
            "sources": [{"word": {"terms": {"field": field}}}],
        }
        body = {"size": 0, "track_total_hits": False, "aggs": {"words": {"composite": composite}}}
        while True:
            words = self._reader.state.search(body, query)["aggregations"]["words"]
            yield from (bucket["key"]["word"] for bucket in words["buckets"])
            if len(words["buckets"]) < _PAGE:
                return
            composite["after"] = words["after_key"]


def _last_parts(joined: str) -> tuple[str, str]:
    _, language, form = joined.split(SEPARATOR)
    return language, decode_word(form)


def _language_and_form(joined: str) -> tuple[str, str]:
    language, form = _last_parts(joined)
    return language, lower(form)
