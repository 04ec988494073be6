"""Texts → form ids: the forms that `tokenize` finds, many times faster and without their spans.

A form that a sign joins to the next word ends with a mark (see `compounds`), so it has an id of its
own.

Each distinct written form of a language has an id. A token is a slice of its text's UTF-8
(`array_tokenizer`), whose bytes have an id (`interner`). Python code sees a form only when it
occurs for the first time.

A property test holds the forms to those of `tokenize`.
"""

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from excerpt.arrays import Int64Array
from excerpt.text.array_tokenizer import tokenize_batch
from excerpt.text.arrays import StringIds, TextFormIds, TextOffsets
from excerpt.text.interner import StringInterner

__all__ = ["SEPARATOR", "FormTable", "TextGroup"]

SEPARATOR = 0
"""The form id that stands before each text."""


class TextGroup(NamedTuple):
    """Consecutive texts of one document.

    n_texts     their number
    language    the language of the document
    hyphenated  its hyphenated compounds (see `tokenizer.tokenize`)
    """

    n_texts: int
    language: str
    hyphenated: frozenset[str] = frozenset()


class FormTable:
    """The written forms of all texts so far.

    languages  the language of each form, by form id
    forms      each form, by form id; form 0 is the separator
    """

    def __init__(self) -> None:
        self.languages: list[str] = [""]
        self.forms: list[str] = [""]
        self._strings = StringInterner()
        self._composed: StringIds = np.empty(0, np.int64)
        """For each string, the id of its composed form (NFC), which mostly is itself."""
        self._form_ids: dict[str, TextFormIds] = {}
        """For each language, the form id of each string, 0 if it is not a form of that language."""

    def __len__(self) -> int:
        return len(self.forms)

    def form_ids(
        self,
        texts: Sequence[str],
        groups: Sequence[TextGroup],
        begins: Sequence[int] | TextOffsets | None = None,
    ) -> TextFormIds:
        """Return the form ids of the tokens of `texts`, with a `SEPARATOR` before each text.

        `groups` describe the texts in order; `begins` is that of `tokenize_batch`. New forms are
        added to the table.
        """
        hyphenated: list[frozenset[str]] = []
        for group in groups:
            hyphenated += [group.hyphenated] * group.n_texts
        buffer, starts, lengths, first_tokens = tokenize_batch(texts, hyphenated, begins)
        string_ids = self._strings.intern(buffer, starts, lengths)
        self._compose_new_strings()
        string_ids = self._composed.take(string_ids)
        form_ids = np.zeros(string_ids.size + first_tokens.size, np.uint32)
        is_token = np.ones(form_ids.size, np.bool_)
        is_token[first_tokens + np.arange(first_tokens.size)] = False
        form_ids[is_token] = self._form_ids_of_groups(string_ids, first_tokens, groups)
        return form_ids

    def close(self) -> None:
        """Free everything but the forms and their languages; no more texts can be added."""
        self._strings, self._composed = StringInterner(), np.empty(0, np.int64)
        self._form_ids = {}

    def _compose_new_strings(self) -> None:
        """Extend `_composed` to the strings that were interned since the last call."""
        n_known = self._composed.size
        if n_known == len(self._strings):
            return
        numbers = self._strings.beyond_ascii(n_known)
        strings = self._strings.strings(np.array(numbers, np.int64))
        # No character composes with a line feed, which no string contains.
        composed = unicodedata.normalize("NFC", "\n".join(strings)).split("\n")
        differing = (
            [
                (number, form)
                for number, string, form in zip(numbers, strings, composed, strict=True)
                if form != string
            ]
            if strings
            else []
        )
        targets = self._strings.intern_all(
            [form.encode("utf-8", "surrogatepass") for _, form in differing]
        )
        # Interning the composed strings may have added more, which are composed themselves.
        new = np.arange(n_known, len(self._strings))
        new[np.array([number for number, _ in differing], np.int64) - n_known] = targets
        self._composed = np.concatenate((self._composed, new))

    def _form_ids_of_groups(
        self, string_ids: StringIds, first_tokens: Int64Array, groups: Sequence[TextGroup]
    ) -> TextFormIds:
        """Return the form ids of strings, each in the language of its group.

        Neighbouring groups of one language are looked up together.
        """
        form_ids = np.empty(string_ids.size, np.uint32)
        text, begin = 0, 0
        for i, group in enumerate(groups):
            text += group.n_texts
            if i + 1 < len(groups) and groups[i + 1].language == group.language:
                continue
            end = int(first_tokens[text]) if text < first_tokens.size else string_ids.size
            form_ids[begin:end] = self._form_ids_in(group.language, string_ids[begin:end])
            begin = end
        return form_ids

    def _form_ids_in(self, language: str, string_ids: StringIds) -> TextFormIds:
        """Return the form ids of strings in `language`, and add forms that are new in it."""
        known = self._form_ids.get(language, np.empty(0, np.uint32))
        if known.size < len(self._strings):
            grown = np.zeros(len(self._strings) * 3 // 2, np.uint32)
            grown[: known.size] = known
            known = self._form_ids[language] = grown
        form_ids = known.take(string_ids)
        new = np.unique(string_ids[form_ids == 0])
        if new.size:
            known[new] = np.arange(len(self.forms), len(self.forms) + new.size)
            self.languages += [language] * new.size
            self.forms += self._strings.strings(new)
            form_ids = known.take(string_ids)
        return form_ids
