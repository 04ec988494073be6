"""Query word, vocabulary of an index → the written forms that the word stands for.

A word finds a form of the same language that

- has the same term: only case and accents differ; or
- has the same stem, both as they are written: `chats` and `chat`, but not `châtiment`; or
- has the same stem once the accents that one of them lacks are added: `étudiants`, `ETUDIANTS`.

A text of unknown language is taken for one in the main language of the index, if there is one (see
`indexing.main_language`): a word finds the forms in it that it finds in texts in that language.

A word typed without accents also stands for the forms in the index that differ from it in accents
alone. If there are none in a language, its accents are guessed, and so it also finds forms with the
same stem without accents, if their endings have at most four letters: `organizacion` finds
organizaciones, and organización if that occurs.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from excerpt.query.ast import Word
from excerpt.text.normalizer import fold, lower
from excerpt.text.stemmer import possible_stems, written_stems

__all__ = ["WordForms"]

_MAX_ADDED: Final = 1
"""Letters at the end of a word that may follow the letters whose accents are added."""
_MAX_GUESSED: Final = 4
"""Letters of the longest ending that may differ where the accents are guessed."""


class WordForms:
    """The forms that a query word stands for.

    term           the folded word
    terms          the folded word and the terms of its variants
    stems          (language, folded stem) of every form that the word can stand for, and of others
    own_stems      those of them that are the stem of the word itself
    is_bare        True if neither the word nor a form in the index with the same term has accents
    has_spelling   True if the word occurs in the index with its accents as typed
    main_language  the language that texts of unknown language are taken for, or ""

    A bare word stands for every form without accents whose stem, which has none either, is in
    `own_stems`.
    """

    def __init__(
        self,
        word: Word,
        languages: Iterable[str],
        written: Iterable[tuple[str, str]],
        main_language: str = "",
    ) -> None:
        """Compare `word` with the forms of each language.

        languages      the languages of the index
        written        the (language, form) pairs of the forms in the index with the same term, in
                       lower case
        main_language  the language that texts of unknown language are taken for, or ""
        """
        self.main_language = main_language
        self.term = word.term
        self.terms = frozenset({word.term, *(term for _, term in word.variants)})
        self._variants = frozenset(word.variants)
        self._spelling = word.spelling or word.term
        names = set(languages)
        in_language: dict[str, set[str]] = {language or main_language: set() for language in names}
        for language, form in written:
            names.add(language)
            in_language.setdefault(language or main_language, set()).add(form)
        self.has_spelling = any(self._spelling in forms for forms in in_language.values())
        self._of_language = {
            language: _InLanguage(language, self._spelling, self.term, forms)
            for language, forms in in_language.items()
        }
        self.stems = frozenset(
            (language, stem)
            for language in names
            for stem in self._of_language[language or main_language].candidates
        )
        self.own_stems = frozenset(
            (language, self._of_language[language or main_language].bare_stem) for language in names
        )
        self.is_bare = (
            self._spelling == self.term
            and not self._variants
            and all(forms <= {self.term} for forms in in_language.values())
        )

    @property
    def n_bytes(self) -> int:
        """The estimated number of bytes in memory."""
        n_strings = len(self.terms) + len(self.stems) + len(self.own_stems) + len(self._variants)
        n_letters = len(self.term) * (n_strings + 8 * len(self._of_language))
        return 3_000 * (1 + len(self._of_language)) + 300 * n_strings + 4 * n_letters

    def accepted(self, language: str, forms: Sequence[str]) -> set[str]:
        """Return those of `forms`, in a document in `language`, that the word stands for."""
        taken_for = language or self.main_language
        inside = self._of_language.get(taken_for)
        stems = written_stems(taken_for, list(forms))
        return {
            form
            for form, stem in zip(forms, stems, strict=True)
            if (term := fold(form)) == self.term
            or (language, term) in self._variants
            or (inside is not None and inside.accepts(lower(form), stem))
        }

    def is_as_typed(self, form: str) -> bool:
        """Return whether `form` is the word itself, apart from case.

        Accents are ignored if the word does not occur with those that were typed.
        """
        return lower(form) == self._spelling if self.has_spelling else fold(form) == self.term

    def has_other_accents(self, language: str, form: str) -> bool:
        """Return whether the stem of `form` has other accents than that of the word as typed.

        This is never so if the word does not occur with the accents that were typed.
        """
        return self.has_spelling and not self.has_accents_as_typed(language, form)

    def has_accents_as_typed(self, language: str, form: str) -> bool:
        """Return whether the stem of `form` has the accents of that of the word as typed."""
        if lower(form) == self._spelling:
            return True
        taken_for = language or self.main_language
        stem, as_typed = written_stems(taken_for, [form, self._spelling])
        return stem == as_typed


class _InLanguage:
    """The forms in one language that a query word stands for.

    candidates  the folded stems of the forms that may be accepted
    bare_stem   the stem of the word without accents
    """

    def __init__(self, language: str, spelling: str, term: str, written: set[str]) -> None:
        is_bare = spelling == term
        spellings = sorted({spelling} | written) if is_bare else [spelling]
        forms = list({*spellings, term, *written})
        stem_of = dict(zip(forms, written_stems(language, forms), strict=True))
        self._language = language
        self._term = term
        self._stems = frozenset([stem_of[each] for each in spellings])
        self._marked = [each for each in spellings if each != term]
        self.bare_stem = stem_of[term]
        guesses = possible_stems(language, term) if is_bare and not written else frozenset()
        self._guesses = frozenset(map(fold, guesses))
        stems = {*stem_of.values(), *guesses}
        self.candidates = frozenset([fold(stem) or fold(term) for stem in stems])

    def accepts(self, form: str, stem: str) -> bool:
        """Return whether a form in lower case, with another term than the word, is accepted."""
        if stem in self._stems:
            return True
        if stem == self.bare_stem and form == fold(form) and self._gains_stem(form):
            return True
        return fold(stem) in self._guesses and _n_differing(self._term, fold(form)) <= _MAX_GUESSED

    def _gains_stem(self, form: str) -> bool:
        """Return whether a bare `form` has one of the stems with the accents of the word."""
        for spelling in self._marked:
            for beginning in (spelling, spelling[:-1]):
                bare = fold(beginning) if beginning else ""
                if bare and form.startswith(bare) and len(form) - len(bare) <= _MAX_ADDED:
                    accented = beginning + form[len(bare) :]
                    return written_stems(self._language, [accented])[0] in self._stems
        return False


def _n_differing(first: str, second: str) -> int:
    """Return the number of letters of the longer ending after the common beginning."""
    n = next(
        (i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b),
        min(len(first), len(second)),
    )
    return max(len(first), len(second)) - n
