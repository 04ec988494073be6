"""Passages of an index → quotations with known changes, and text that is in no passage.

Each sample is taken from the text of the sources and changed in one way, as people change what they
quote. The expected verdict follows from the change. Controls are made of the same words: they are
drawn word by word, each after one that it follows somewhere in the sources, or shuffled.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, Final, NamedTuple

from excerpt.model import BlockKind
from excerpt.quotations import Verdict
from excerpt.text import tokenize
from excerpt.text.running_text import without_marks

if TYPE_CHECKING:
    from excerpt.catalog import StoredPassage

__all__ = ["CHANGES", "QuotationSample", "controls", "samples"]

_MIN_WORDS: Final = 12
_MAX_WORDS: Final = 40
_QUOTED: Final = frozenset({BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.QUOTE})
_TRIES: Final = 200
_NEGATIONS: Final = {"en": ("not", "never"), "de": ("nicht", "nie"), "fr": ("pas", "jamais")}
_OTHER_NAMES: Final = ("Marlowe", "Henrietta", "Vasquez", "Ostrander", "Kowalski")


class QuotationSample(NamedTuple):
    """A quotation to be checked.

    text      with the change
    change    the name of the change; "control" if it is in no source
    verdict   the verdict that is expected
    document  the id of the document that it is from, 0 for a control
    warning   the noun that a warning must name, "" if none is expected
    """

    text: str
    change: str
    verdict: Verdict
    document: int
    warning: str = ""


Alteration = Callable[[list[str], Random, str], list[str] | None]
"""Changes the words of a quotation, with their signs, in a language; returns None if these words
cannot be changed in this way."""


def _inner(words: Sequence[str], random: Random, margin: int = 2) -> int:
    return random.randrange(margin, len(words) - margin)


def _unchanged(words: list[str], _: Random, __: str) -> list[str] | None:
    return words


def _replaced(words: list[str], random: Random, __: str) -> list[str] | None:
    for _ in range(random.choice((1, 1, 2))):
        words[_inner(words, random)] = random.choice(("quickly", "lantern", "brittle", "meadow"))
    return words


def _dropped(words: list[str], random: Random, __: str) -> list[str] | None:
    first = _inner(words, random, 3)
    del words[first : first + random.choice((1, 1, 2))]
    return words


def _inserted(words: list[str], random: Random, _: str) -> list[str] | None:
    words.insert(_inner(words, random), random.choice(("indeed", "greatly", "old", "velvet")))
    return words


def _swapped(words: list[str], random: Random, __: str) -> list[str] | None:
    for _ in range(_TRIES):
        at = _inner(words, random)
        one, other = (_term(word) for word in words[at : at + 2])
        if one != other and one and other:
            words[at], words[at + 1] = words[at + 1], words[at]
            return words
    return None


def _negated(words: list[str], random: Random, language: str) -> list[str] | None:
    if language not in _NEGATIONS:
        return None
    for at in range(2, len(words) - 2):
        if _term(words[at]) in _NEGATIONS[language]:
            del words[at]
            return words
    words.insert(_inner(words, random), random.choice(_NEGATIONS[language]))
    return words


def _with_number(words: list[str], random: Random, _: str) -> list[str] | None:
    found = [n for n in range(1, len(words) - 1) if re.fullmatch(r"\d{2,4}\W*", words[n])]
    if not found:
        return None
    at = random.choice(found)
    number = re.match(r"\d+", words[at])
    assert number is not None
    words[at] = str(int(number[0]) + random.randint(1, 9)) + words[at][number.end() :]
    return words


def _with_name(words: list[str], random: Random, _: str) -> list[str] | None:
    found = [
        n
        for n in range(2, len(words) - 2)
        if re.fullmatch(r"[A-Z][a-z]{3,}[,;]?", words[n]) and re.fullmatch(r"[a-z]+", words[n - 1])
    ]
    if not found:
        return None
    at = random.choice(found)
    sign = words[at][-1] if words[at][-1] in ",;" else ""
    words[at] = random.choice(_OTHER_NAMES) + sign
    return words


def _with_other_signs(words: list[str], random: Random, _: str) -> list[str] | None:
    found = [n for n in range(1, len(words) - 1) if re.search(r"\w[,;:.]$", words[n])]
    if found:
        at = random.choice(found)
        words[at] = words[at][:-1] + ("" if random.random() < 0.5 else " –")
    else:
        words[_inner(words, random)] += ","
    return words


def _with_other_case(words: list[str], random: Random, _: str) -> list[str] | None:
    found = [n for n in range(1, len(words) - 1) if words[n].isascii() and words[n].islower()]
    if not found:
        return None
    at = random.choice(found)
    words[at] = words[at].upper() if random.random() < 0.5 else words[at].capitalize()
    return words


def _hyphenated(words: list[str], random: Random, _: str) -> list[str] | None:
    found = [n for n in range(1, len(words) - 1) if re.fullmatch(r"[a-z]{7,}", words[n])]
    if not found:
        return None
    at = random.choice(found)
    words[at] = f"{words[at][:4]}-\n{words[at][4:]}"
    return words


def _shortened(words: list[str], random: Random, _: str) -> list[str] | None:
    if len(words) < 16:
        return None
    first = random.randrange(6, len(words) - 8)
    last = min(first + random.randint(2, 8), len(words) - 5)
    sign = random.choice(("…", "[...]", ". . .", "[…]"))
    return [*words[:first], sign, *words[last:]]


def _explained(words: list[str], random: Random, _: str) -> list[str] | None:
    words.insert(_inner(words, random, 5), random.choice(("[sic]", "[of the town]", "[that is]")))
    return words


CHANGES: Final[dict[str, tuple[Alteration, Verdict, str]]] = {
    "none": (_unchanged, Verdict.EXACT, ""),
    "word replaced": (_replaced, Verdict.DIFFERS, ""),
    "word dropped": (_dropped, Verdict.DIFFERS, ""),
    "word inserted": (_inserted, Verdict.DIFFERS, ""),
    "words swapped": (_swapped, Verdict.DIFFERS, ""),
    "negation": (_negated, Verdict.DIFFERS, "negation"),
    "number": (_with_number, Verdict.DIFFERS, "number"),
    "name": (_with_name, Verdict.DIFFERS, "name"),
    "punctuation": (_with_other_signs, Verdict.SAME_WORDS, ""),
    "case": (_with_other_case, Verdict.SAME_WORDS, ""),
    "hyphen at a line end": (_hyphenated, Verdict.EXACT, ""),
    "omission": (_shortened, Verdict.EXACT, ""),
    "brackets": (_explained, Verdict.EXACT, ""),
}
"""The changes by name: how to make them, the verdict they must have, and the warning."""


def _term(word: str) -> str:
    return "".join(token.term for token in tokenize(word))


def samples(passages: Sequence["StoredPassage"], n: int, random: Random) -> list[QuotationSample]:
    """Return `n` quotations from `passages`, with all changes in turn."""
    names = list(CHANGES)
    found: list[QuotationSample] = []
    while len(found) < n:
        name = names[len(found) % len(names)]
        change, verdict, warning = CHANGES[name]
        for _ in range(_TRIES):
            stored = random.choice(passages)
            words = _quoted_words(stored, random)
            language = stored.document.language
            changed = change(list(words), random, language) if words else None
            if changed is not None and (changed != words or name == "none"):
                text = " ".join(changed)
                found.append(QuotationSample(text, name, verdict, stored.key.document, warning))
                break
        else:
            names.remove(name)  # this corpus has no words that can be changed so
    return found


def _quoted_words(stored: "StoredPassage", random: Random) -> list[str]:
    """Return 12 to 40 consecutive words of a paragraph, [] if it has too few."""
    start = stored.passage.span.start
    blocks = [block for block in stored.passage.blocks if block.kind in _QUOTED]
    if not blocks:
        return []
    block = random.choice(blocks)
    piece = stored.text[block.span.start - start : block.span.end - start]
    joined = re.sub(r"(?<=\w)-\s*\n\s*", "", piece) if not stored.passage.marks else piece
    plain = without_marks(joined, stored.passage.marks, block.span.start)
    words = re.findall(r"\S*\w\S*(?: \W+(?= ))*", plain)  # signs alone belong to the word before
    n_words = random.randint(_MIN_WORDS, _MAX_WORDS)
    if len(words) < _MIN_WORDS + 4:
        return []
    first = random.randrange(max(1, len(words) - n_words))
    # Marks of quotation and omission in the source would be read as those of the manuscript.
    chosen = words[first : first + n_words]
    return [] if re.search(r"[“”„\"«»\[\]…*]|\.\s?\.", " ".join(chosen)) else chosen


def controls(
    passages: Sequence["StoredPassage"], n: int, random: Random
) -> Iterator[QuotationSample]:
    """Yield `n` texts that are in no source, made of the words of `passages`."""
    words = [word for stored in passages for word in stored.text.split() if _term(word)]
    following: dict[str, list[str]] = {}
    for word, follower in pairwise(words):
        following.setdefault(word, []).append(follower)
    sequences = {tuple(map(_term, words[i : i + 3])) for i in range(len(words) - 2)}
    n_made = 0
    while n_made < n:
        n_words = random.randint(_MIN_WORDS, _MAX_WORDS)
        if n_made % 2:
            text = [random.choice(words)]
            while len(text) < n_words:
                text.append(random.choice(following.get(text[-1]) or words))
        else:
            first = random.randrange(max(1, len(words) - n_words))
            text = words[first : first + n_words]
            random.shuffle(text)
        terms = list(map(_term, text))
        known = sum(tuple(terms[i : i + 3]) in sequences for i in range(len(terms) - 2))
        if known <= len(terms) // 2 and not re.search(r"[“”„\"«»\[\]…*]", " ".join(text)):
            n_made += 1
            yield QuotationSample(" ".join(text), "control", Verdict.NOT_FOUND, 0)
