"""A query → the words that it matches, as the passages write them."""

from collections import Counter
from itertools import islice
from typing import Final

from excerpt.catalog import Catalog
from excerpt.engines import Matches
from excerpt.search.snippets import highlighted_texts

__all__ = ["common_form", "first_occurrence", "written_occurrences"]

_N_LISTED: Final = 2_000
"""Passages whose words are listed."""
_N_VOTES: Final = 8
"""Passages that decide how a word is written."""


def first_occurrence(matches: Matches, catalog: Catalog) -> str:
    """Return the first words that a query matches, as the best passage writes them; "" if none.

    White space between them is one space.
    """
    keys = [key for key, _ in matches.top(1)]
    snippets = (fields["snippet"] for fields in highlighted_texts(keys, matches, catalog))
    found = next((text.highlights[0].of(text.text) for text in snippets if text.highlights), "")
    return " ".join(found.split())


def common_form(matches: Matches, catalog: Catalog) -> str:
    """Return the words that a query matches as most of its best passages write them; "" if none.

    Lower case comes first: capitals are often those of sentences and titles.
    """
    keys = [key for key, _ in matches.top(_N_VOTES)]
    snippets = (fields["snippet"] for fields in highlighted_texts(keys, matches, catalog))
    found = Counter(
        " ".join(span.of(text.text).split()) for text in snippets for span in text.highlights
    )
    in_lower_case = Counter({form: n for form, n in found.items() if form.islower()})
    common = (in_lower_case or found).most_common(1)
    return common[0][0] if common else ""


def written_occurrences(matches: Matches, catalog: Catalog) -> list[str]:
    """Return the different words that a query matches, as the first passages write them, sorted.

    Of spellings that only differ in case, the first is returned.
    """
    keys = list(islice(matches, _N_LISTED))
    texts = (fields["snippet"] for fields in highlighted_texts(keys, matches, catalog))
    found: dict[str, str] = {}
    for text in texts:
        for span in text.highlights:
            words = " ".join(span.of(text.text).split())
            found.setdefault(words.casefold(), words)
    return sorted(found.values())
