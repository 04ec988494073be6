"""Words of a query, words of an index → the query with other spellings of its words.

Three kinds of spellings can be added, each with tables of its own:

    old_spelling  spellings of older print (`text.old_spelling`), by the language of each document
    ocr           misreadings by character recognition (`text.ocr_confusions`)
    han_variants  traditional, simplified and Japanese characters (`text.han_variants`)

A word gets those spellings that occur in the index, as its `variants`; a stemmed word also gets
words whose stem is a spelling of one of its own stems. So the meaning of a query, and every engine,
stays the same. Initials, which old print often spaces (d. h.), are also found as single letters,
and the reverse. Exact forms (=), fuzzy words and patterns have no other spellings; a wildcard
becomes a pattern.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final

from excerpt.errors import QueryError
from excerpt.model import Span
from excerpt.query.ast import (
    AllWords,
    Alternatives,
    And,
    FirstPassage,
    Form,
    Fuzzy,
    InHeading,
    InTitle,
    Near,
    Node,
    Not,
    NotNear,
    Operand,
    Or,
    Pattern,
    Phrase,
    Problem,
    Scope,
    Term,
    Wildcard,
    Word,
    walk,
)
from excerpt.query.token_sequence import Vocabulary
from excerpt.query.typed_words import TypedWords
from excerpt.startup import FrozenValue
from excerpt.text import stem, tokenize
from excerpt.text.characters import is_unspaced
from excerpt.text.spelling_rules import SpellingRules
from excerpt.text.stemmer import stems

__all__ = ["MAX_VARIANTS", "Spellings", "VariantQuery"]

MAX_VARIANTS: Final = 200
"""Spellings of one word that are added: those with the fewest changes."""
_MAX_ENDING: Final = 5
"""Letters that may follow the stem of an inflected spelling."""
_MIN_STEM: Final = 3
"""Letters of a stem whose spellings may be inflected: shorter ones would begin too many words."""
_INITIALS: Final = r"[^\W\d_](?:\.[^\W\d_])+"
_MAX_INITIALS: Final = 5


class Spellings(FrozenValue):
    """The kinds of spellings to add to a query."""

    old_spelling: bool = False
    ocr: bool = False
    han_variants: bool = False

    @property
    def options(self) -> str:
        """The options of the command for them."""
        names = (name for name in self.__match_args__ if getattr(self, name))
        return " and ".join(f"--{name.replace('_', '-')}" for name in names)

    def __bool__(self) -> bool:
        return self.old_spelling or self.ocr or self.han_variants


class VariantQuery:
    """The tree of a query with other spellings.

    tree      the tree
    added     for each operand as it is written, the spellings that were added
    problems  notices about operands without other spellings, and about words with too many
    """

    def __init__(
        self, source: str, tree: Node, spellings: Spellings, vocabulary: Vocabulary
    ) -> None:
        self._source = source
        self._typed = TypedWords(source)
        self._spellings = spellings
        self._vocabulary = vocabulary
        self.added: dict[str, tuple[str, ...]] = {}
        self.problems: list[Problem] = []
        self._unchanged = [node for node in walk(tree) if isinstance(node, Form | Fuzzy | Pattern)]
        self.tree = self._node(tree)
        self._note_unchanged()

    # The tree

    def _node(self, node: Node) -> Node:
        match node:
            case And(nodes):
                return And(tuple(map(self._node, nodes)))
            case Or(nodes):
                return Or(tuple(map(self._node, nodes)))
            case AllWords(words):
                return self._all_words(words)
            case Not(below):
                return Not(self._node(below))
            case FirstPassage(below):
                return FirstPassage(self._node(below))
            case Scope(within, below):
                return Scope(within, self._node(below))
            case InTitle(operand):
                return InTitle(self._operand(operand))
            case InHeading(operand):
                return InHeading(self._operand(operand))
        return self._operand(node) if isinstance(node, Operand) else node

    def _all_words(self, words: Sequence[Word]) -> Node:
        """Return words that must all match; initials among them are not words any more."""
        operands = [self._operand(word) for word in words]
        kept = tuple(each for each in operands if isinstance(each, Word))
        others = [each for each in operands if not isinstance(each, Word)]
        if not others:
            return AllWords(kept)
        return And((*((AllWords(kept),) if kept else ()), *others))

    def _operand(self, operand: Operand) -> Operand:
        match operand:
            case Word() | Term():
                return self._initials(self._word(operand))
            case Wildcard():
                return self._wildcard(operand)
            case Phrase(parts):
                phrase = operand.replace(parts=tuple(map(self._operand, parts)))
                return self._spaced_initials(phrase)
            case Alternatives(operands):
                return operand.replace(operands=tuple(map(self._operand, operands)))
            case Near(left, right):
                return operand.replace(left=self._operand(left), right=self._operand(right))
            case NotNear(below, other):
                return operand.replace(operand=self._operand(below), other=self._operand(other))
        return operand

    # Words

    def _word(self, word: Word | Term) -> Word | Term:
        if is_unspaced(word.term[0]):
            found = self._han_variants(word.term) if self._spellings.han_variants else {}
        else:
            found = self._variants(word)
        if not found:
            return word
        if len(found) > MAX_VARIANTS:
            typed = self._typed.form(word.term)
            self._note(f"{typed} has {len(found):,} other spellings; {MAX_VARIANTS} are added.")
        nearest = sorted(found, key=lambda pair: (found[pair], pair))[:MAX_VARIANTS]
        self.added[self._typed.form(word.term)] = tuple(self._written(nearest))
        variants = {(each, term) for language, term in nearest for each in self._names(language)}
        return word.replace(variants=tuple(sorted(variants)))

    def _written(self, variants: Iterable[tuple[str, str]]) -> list[str]:
        """Return variants, by language and term, as they are written in the index."""
        return sorted(
            {
                form
                for language, term in variants
                for other, form in self._vocabulary.written(term)
                if self._taken_for(other) == language
            }
        )

    def _han_variants(self, character: str) -> dict[tuple[str, str], int]:
        """Return the other forms of a character that occur, by language and form."""
        from excerpt.text.han_variants import han_variants

        return {
            (self._taken_for(language), form): 1
            for form in han_variants(character)
            for language, _ in self._vocabulary.written(form)
        }

    def _variants(self, word: Word | Term) -> dict[tuple[str, str], int]:
        """Return the spellings of `word` that occur, by language and term, with their changes."""
        stems_of = self._stems_of(word) if isinstance(word, Word) else {}
        found: dict[tuple[str, str], int] = {}
        for term in self._candidates(word.term, stems_of):
            for language, form in self._vocabulary.written(term):
                if term == word.term or self._finds(word, language, form):
                    continue
                taken_for = self._taken_for(language)
                n = self._n_changes(word.term, term, stems_of.get(taken_for, ()), taken_for, form)
                if n is not None:
                    found[taken_for, term] = min(n, found.get((taken_for, term), n))
        return found

    def _stems_of(self, word: Word) -> dict[str, set[str]]:
        """Return the stems of `word`, and of its forms with accents, in each language."""
        forms = {language: {word.term, word.spelling or word.term} for language in self._languages}
        for language, form in self._vocabulary.written(word.term):
            forms.setdefault(self._taken_for(language), set()).add(form)
        return {language: set(stems(language, sorted(forms[language]))) for language in forms}

    def _finds(self, word: Word | Term, language: str, form: str) -> bool:
        """Return whether `word` finds a form without its variants."""
        if isinstance(word, Term):
            return False
        return form in self._vocabulary.word_forms(word).accepted(language, [form])

    def _n_changes(
        self, word: str, term: str, stems_of_word: Iterable[str], language: str, form: str
    ) -> int | None:
        """Return the changes that make `word` into `term`, or one of its stems into that of it."""
        pairs = [(word, term, True)]
        stem_ = stem(language, form)
        pairs += [
            (each, stem_, False)
            for each in stems_of_word
            # Words with the same stem are not other spellings: whether they count is for stemming.
            if each != stem_ and min(len(each), len(stem_)) >= _MIN_STEM
        ]
        numbers = [
            n
            for rules in self._rules_of(language)
            for first, second, is_whole in pairs
            if (n := rules.n_changes(first, second, is_whole=is_whole)) is not None
            and n <= rules.max_changes(word)
        ]
        return min(numbers, default=None)

    @property
    def _languages(self) -> frozenset[str]:
        """The languages of the documents, as they are taken."""
        return frozenset(map(self._taken_for, self._vocabulary.languages))

    def _taken_for(self, language: str) -> str:
        """Return the language that documents in `language`, which may be unknown, are taken for."""
        return language or self._vocabulary.main_language

    def _names(self, language: str) -> set[str]:
        """Return the languages of documents that are taken for documents in `language`."""
        is_main = language == self._vocabulary.main_language
        return {language, ""} if is_main else {language}

    def _rules_of(self, language: str) -> Iterator[SpellingRules]:
        """Yield the rules for documents in `language`."""
        if self._spellings.old_spelling:
            from excerpt.text.old_spelling import old_spelling_rules

            yield old_spelling_rules(language)
        if self._spellings.ocr:
            from excerpt.text.ocr_confusions import ocr_rules

            yield ocr_rules()

    def _candidates(self, word: str, stems_of: dict[str, set[str]]) -> frozenset[str]:
        """Return the terms of the index that may be spellings of `word` or of its inflections."""
        ending = rf"\pL{{0,{_MAX_ENDING}}}"
        patterns: dict[str, None] = {}
        for language in sorted(self._languages):
            for rules in self._rules_of(language):
                patterns[rules.pattern(word)] = None
                for each in sorted(stems_of.get(language, ())):
                    if len(each) >= _MIN_STEM:
                        patterns[rules.pattern(each, is_whole=False) + ending] = None
        if not patterns:
            return frozenset()
        try:
            return self._vocabulary.expand(Pattern("|".join(patterns)))
        except QueryError:  # too many words
            typed = self._typed.form(word)
            self._note(f"Too many words of the index may be spellings of {typed}; none are added.")
            return frozenset()

    # Wildcards

    def _wildcard(self, wildcard: Wildcard) -> Operand:
        """Return a pattern for all spellings of a wildcard, if there are any."""
        signs = {"*": ".*", "?": "."}
        pieces = re.findall(r"[*?]|[^*?]+", wildcard.pattern)
        alternatives = dict.fromkeys(
            "".join(signs.get(piece) or rules.pattern(piece, is_whole=False) for piece in pieces)
            for language in sorted(self._languages)
            for rules in self._rules_of(language)
        )
        pattern = Pattern("|".join(alternatives), wildcard.weight)
        try:
            found = self._vocabulary.expand(pattern) if alternatives else frozenset()
        except QueryError:
            self._note(f"{wildcard.pattern} has too many other spellings; none are added.")
            return wildcard
        more = found - self._vocabulary.expand(wildcard)
        if not more:
            return wildcard
        self.added[wildcard.pattern] = tuple(sorted(more))
        return pattern

    # Initials

    @cached_property
    def _typed_initials(self) -> frozenset[str]:
        """The words of the query that are written as initials: d.h."""
        found = re.findall(_INITIALS, self._source)
        return frozenset(token.term for text in found for token in tokenize(text))

    def _initials(self, word: Word | Term) -> Operand:
        """Return initials also as single letters, for old spelling."""
        if not self._spellings.old_spelling or word.term not in self._typed_initials:
            return word
        letters = Phrase(tuple(map(Term, word.term)))
        typed = self._typed.form(word.term)
        self.added[typed] = (" ".join(word.term), *self.added.get(typed, ()))
        return Alternatives((word.replace(weight=1.0), letters), word.weight)

    def _spaced_initials(self, phrase: Phrase) -> Operand:
        """Return a phrase of single letters also as initials, for old spelling."""
        letters = [part.term for part in phrase.parts if isinstance(part, Term)]
        is_initials = len(letters) == len(phrase.parts) <= _MAX_INITIALS and not phrase.gap
        if not self._spellings.old_spelling or not is_initials:
            return phrase
        if not all(len(letter) == 1 and letter.isalpha() for letter in letters):
            return phrase
        joined = "".join(letters)
        if is_unspaced(joined[0]):
            return phrase
        self.added[" ".join(letters)] = (joined,)
        return Alternatives((phrase.replace(weight=1.0), Term(joined)), phrase.weight)

    # Notices

    def _note(self, message: str, remedy: str = "") -> None:
        span = Span(0, len(self._source))
        self.problems.append(Problem(message, span, remedy, is_error=False))

    def _note_unchanged(self) -> None:
        if not self._unchanged:
            return
        from excerpt.query.formatting import format_query

        names = ", ".join(dict.fromkeys(format_query(each) for each in self._unchanged[:5]))
        self._note(
            f"No other spellings are added to {names}.", "They are taken as they are written."
        )
