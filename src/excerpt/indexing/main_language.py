"""The languages of an index, by size → its main language.

Texts too short or too damaged for their language to be detected are most likely in the language of
the texts around them. They are stemmed in the main language of the index, so that their inflected
forms are found; everywhere else, their language stays unknown.

The main language follows from the documents of the index alone: an index that was updated a
hundred times answers like one that was built at once. It can change with a commit, which costs
little (see `index.format.main_stems`). One language must have more than half of the text, so in a
corpus of two languages it does not change to and fro: there, nothing is guessed.
"""

from collections.abc import Mapping

__all__ = ["main_language"]


def main_language(n_characters: Mapping[str, int]) -> str:
    """Return the language of more than half of all text whose language is known, or "".

    `n_characters` is the size of the texts in each language, "" for the unknown one.

    >>> main_language({"en": 700, "de": 400, "": 5000}), main_language({"en": 500, "de": 500})
    ('en', '')
    """
    known = {language: n for language, n in n_characters.items() if language}
    largest = max(known, key=known.__getitem__, default="")
    return largest if 2 * known.get(largest, 0) > sum(known.values()) else ""
