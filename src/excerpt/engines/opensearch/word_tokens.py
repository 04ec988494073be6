"""An operand of one word → the tokens by which the cluster finds it.

The tokens are those of one field of positions (see `schema`): terms, or forms with their language.
A word may also occur in several parts, such as "e-mail" for `email`. An operand that tokens do not
express raises `Inexact`: then the reference semantics evaluates the query.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from excerpt.engines.opensearch.schema import decode_word, encode_word, form_token
from excerpt.memory import BoundedCache
from excerpt.query.ast import (
    Alternatives,
    Form,
    Fuzzy,
    Joined,
    Node,
    Operand,
    Pattern,
    Term,
    Wildcard,
    Word,
)
from excerpt.query.spellings import separate_spellings
from excerpt.query.term_matching import term_matcher
from excerpt.text.normalizer import fold, unaccented

if TYPE_CHECKING:
    from excerpt.engines.opensearch.vocabulary import OpenSearchVocabulary

__all__ = ["Inexact", "WordTokens", "TokenLookup", "is_single"]

_CACHE_BYTES: Final = 16_000_000
_MAX_SPELLINGS: Final = 8
"""Spellings of a word in several parts that the cluster evaluates."""


class Inexact(Exception):
    """A node that the cluster cannot evaluate exactly."""


class WordTokens(NamedTuple):
    """The tokens of a word: of the field of terms, or of that of forms; each is a match.

    typed   those of the forms that are the word exactly as typed
    others  those of the forms that have other accents than typed
    marks   the marks that a match must have; None if that does not matter
    spellings  the words of each spelling in several parts, which are matches, too
    """

    terms: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    typed: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    marks: frozenset[str] | None = None
    spellings: tuple[tuple["WordTokens", ...], ...] = ()

    @property
    def n(self) -> int:
        """The number of tokens."""
        return len(self.terms) + len(self.forms)


def is_single(operand: Node) -> bool:
    """Return whether all matches of `operand` are of one word, or of the parts of a word."""
    if isinstance(operand, Alternatives):
        return all(map(is_single, operand.operands))
    return isinstance(operand, Word | Term | Form | Wildcard | Fuzzy | Pattern)


class TokenLookup:
    """A look-up of the tokens of operands in the vocabulary."""

    def __init__(
        self,
        vocabulary: "OpenSearchVocabulary",
        is_present: Callable[[tuple[WordTokens, ...], str], bool],
    ) -> None:
        """`is_present` tells whether words stand one after the other somewhere in a stream."""
        self.vocabulary = vocabulary
        self.is_present = is_present
        self._found: BoundedCache[tuple[Operand, str], WordTokens] = BoundedCache(_CACHE_BYTES)

    def of(self, operand: Operand, stream: str = "text") -> WordTokens:
        """Return the tokens of `operand` in `stream`.

        Raises:
            Inexact: if it does not consist of single words there.
        """
        key = (operand, stream)
        found = self._found.get(key)
        if found is None:
            found = self._look_up(operand, stream)
            n_bytes = sum(map(len, (*found.terms, *found.forms))) + 60 * found.n + 1_000
            self._found.put(key, found, n_bytes)
        return found

    def _look_up(self, operand: Operand, stream: str) -> WordTokens:
        if not is_single(operand):
            raise Inexact
        if isinstance(operand, Alternatives):
            words = [self.of(each, stream) for each in operand.operands]
            if any(word.spellings for word in words):
                raise Inexact
            terms = {term for word in words for term in word.terms}
            forms = {form for word in words for form in word.forms}
            if terms and forms:  # a form could be one of the terms, and count twice
                raise Inexact
            return WordTokens(tuple(sorted(terms)), tuple(sorted(forms)))
        found = self._of_spelling(operand, stream)
        spellings = tuple(self._spellings(operand, stream))
        if spellings and stream != "text":
            raise Inexact
        _check_separate(found, spellings)
        return found._replace(spellings=spellings)

    def _of_spelling(self, operand: Operand, stream: str) -> WordTokens:
        """Return the tokens of a word that is written as one."""
        match operand:
            case Word():
                return self._of_word(operand, stream)
            case Term(term, _, ()):
                return WordTokens((encode_word(term),))
            case Term():
                raise Inexact
            case Form(form, _, True):
                written = self.vocabulary.written_forms(fold(form), stream)
                return _of_forms(
                    (language, each) for language, each in written if unaccented(each) == form
                )
            case Form(form):
                return _of_forms((language, form) for language in self.vocabulary.languages)
            case Wildcard("*"):
                raise Inexact
            case Wildcard() | Fuzzy() | Pattern():
                terms = (
                    self.vocabulary.expand(operand)
                    if stream == "text"
                    else self._expand(operand, stream)
                )
                return WordTokens(tuple(sorted(map(encode_word, terms))))
            case _:
                raise Inexact

    def _expand(self, operand: Wildcard | Fuzzy | Pattern, stream: str) -> frozenset[str]:
        found = self.vocabulary.terms(f"{stream}_term")
        return frozenset(filter(term_matcher(operand), found))

    def _of_word(self, word: Word, stream: str) -> WordTokens:
        word_forms = self.vocabulary.word_forms(word)
        accepted = self.vocabulary.accepted_forms(word, stream)
        typed = [pair for pair in accepted if word_forms.is_as_typed(pair[1])]
        others = [pair for pair in accepted if word_forms.has_other_accents(*pair)]
        return _of_forms(accepted)._replace(
            typed=_of_forms(typed).forms, others=_of_forms(others).forms
        )

    def _spellings(self, operand: Operand, stream: str) -> Iterator[tuple[WordTokens, ...]]:
        """Yield the spellings of `operand` in several parts that occur in `stream`."""
        joined = self.vocabulary.joined_terms(stream)
        for phrase in separate_spellings(operand, joined):
            parts = [part for part in phrase.parts if isinstance(part, Joined)]
            if not self._occurs(parts[-1].operand, stream):  # the others are joined terms
                continue
            words = tuple(self._of_part(part, stream, joined) for part in parts)
            if self.is_present(words, stream):
                yield words

    def _of_part(self, part: Joined, stream: str, joined: frozenset[str]) -> WordTokens:
        """Return the tokens of a part; only the last may be a word that is joined to no other."""
        found = self._of_spelling(part.operand, stream)
        if "" not in part.marks:
            some = sorted(joined.intersection(map(decode_word, found.terms)))
            found = found._replace(terms=tuple(map(encode_word, some)))
        return found._replace(marks=frozenset(part.marks))

    def _occurs(self, operand: Operand, stream: str) -> bool:
        match operand:
            case Term(term):
                return bool(self.vocabulary.written_forms(term, stream))
            case Form(form):
                return bool(self.vocabulary.written_forms(fold(form), stream))
            case _:
                return self._of_spelling(operand, stream).n > 0


def _check_separate(word: WordTokens, spellings: tuple[tuple[WordTokens, ...], ...]) -> None:
    """Check that no match of a word or one of its spellings can lie within another.

    Then the cluster can count them one by one.

    Raises:
        Inexact: if one can.
    """
    if len(spellings) > _MAX_SPELLINGS:
        raise Inexact
    for number, spelling in enumerate(spellings):
        firsts = [word, *(other[0] for other in spellings[:number] + spellings[number + 1 :])]
        inner = [(first, part) for first in firsts for part in spelling]
        inner += [(spelling[0], part) for part in spelling[1:]]
        if any(_overlap(first, part) for first, part in inner):
            raise Inexact


def _overlap(one: WordTokens, other: WordTokens) -> bool:
    """Return whether the same word could be of both."""
    return not _folded(one).isdisjoint(_folded(other))


def _folded(word: WordTokens) -> frozenset[str]:
    forms = (decode_word(token.partition(":")[2]) for token in word.forms)
    return frozenset(map(decode_word, word.terms)).union(map(fold, forms))


def _of_forms(pairs: Iterable[tuple[str, str]]) -> WordTokens:
    return WordTokens(forms=tuple(sorted(form_token(*pair) for pair in set(pairs))))
