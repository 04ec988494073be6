"""Words and quotes of a query → operands, by the same analysis as every text.

A word with punctuation inside means the phrase of its parts, or the parts written as one word.
Words of scripts without spaces mean phrases of their characters.
"""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from excerpt.query.ast import (
    Alternatives,
    Form,
    Fuzzy,
    Operand,
    Phrase,
    QuerySyntaxError,
    Term,
    Wildcard,
    Word,
)
from excerpt.startup import FrozenValue
from excerpt.text import fold, lower, tokenize
from excerpt.text.characters import (
    COMMAS,
    GROUP_APOSTROPHES,
    GROUP_SIGNS,
    character_classes,
    is_unspaced,
)
from excerpt.text.compounds import JOINED, join_marks

__all__ = ["has_wildcard", "parse_fuzzy", "parse_literal", "parse_quote", "parse_word"]

MAX_EDITS = 2
"""The largest distance of a fuzzy word."""
_GROUPS: Final = (
    rf"(?P<sign>[{GROUP_SIGNS}])(?:[\d?]{{3}}(?P=sign))*"  # groups of three
    rf"(?:[\d?]{{3}}(?!\d)[\w*?]*|(?<=[^{GROUP_APOSTROPHES}])[\d?]{{1,2}}\*[\w*?]*)"  # the last one
)
_NUMBER: Final = rf"(?<![\w*?])(?<!\d[.{COMMAS}])\d{{1,3}}(?!\.[\d?]{{0,3}}(?![\d?.])){_GROUPS}"
"""A number in groups of digits with wildcards. A single full stop may be a decimal point."""
_BEGUN_GROUP: Final = rf"(?<=[{GROUP_SIGNS}])[\d?]{{1,2}}(?=\*)"
"""One or two digits of a group, which has three."""
_NON_JOINER: Final = "\u200c"
"""The sign between the parts of Persian words: می‌شود is also written می شود and میشود."""
TermType = Callable[[str], Operand]
"""Makes the node that a word, as typed, of a quote or compound becomes."""


class _Part(FrozenValue):
    """A word or wildcard in a word or quote: its form or pattern, and its offsets.

    A wildcard has a `spelling` if it has accents: the pattern with them.
    """

    text: str
    start: int
    end: int
    is_wildcard: bool = False
    spelling: str = ""


def parse_word(text: str, *, is_form: bool = False, is_stemmed: bool = True) -> Operand | None:
    """Return the meaning of a word as typed, None if it contains no letter or digit.

    >>> parse_word("Workers'").term, parse_word("wom?n")
    ('workers', Wildcard(pattern='wom?n', weight=1.0, spelling=''))
    """
    term_type: TermType = Form if is_form else _word if is_stemmed else _term
    parts = _parts(text, is_form=is_form)
    return _whole_word(parts, text, term_type) if parts else None


def parse_literal(text: str, *, is_stemmed: bool = True) -> Operand | None:
    """Return the meaning of a word in which every sign is punctuation; None if it has no letter."""
    parts = _plain_parts(text)
    return _whole_word(parts, text, _word if is_stemmed else _term) if parts else None


def _word(form: str) -> Word:
    term, spelling = fold(form), lower(form)
    return Word(term, spelling="" if spelling == term else spelling)


def _term(form: str) -> Term:
    term, spelling = fold(form), lower(form)
    return Term(term, spelling="" if spelling == term else spelling)


def parse_quote(
    text: str, gap: int = 0, *, is_form: bool = False, is_literal: bool = False
) -> Operand:
    """Return the meaning of the quoted words `text`; without wildcards if it `is_literal`.

    Raises:
        QuerySyntaxError: if it contains no word, or only one but has a distance.
    """
    term_type: TermType = Form if is_form else _term
    parts = _plain_parts(text) if is_literal else _parts(text, is_form=is_form)
    if not parts:
        raise QuerySyntaxError(
            "There is no word between the quotation marks.",
            "Write the words of the phrase between them.",
        )
    operands = [_group(group, term_type) for group in _joined_groups(parts, text)]
    if len(operands) == 1:
        if gap:
            raise QuerySyntaxError(
                "A phrase of one word cannot have a distance.",
                f"To find similar words, write {parts[0].text}~ without quotation marks.",
            )
        return operands[0]
    return Phrase(tuple(operands), gap)


def parse_fuzzy(text: str, distance: int) -> Operand:
    """Return the meaning of a word with a tilde.

    Raises:
        QuerySyntaxError: if `text` is not a single word, or the distance is out of range.
    """
    tokens = tokenize(text)
    if not 1 <= distance <= MAX_EDITS:
        raise QuerySyntaxError(
            "The number of letters that may differ must be 1 or 2.", f"Write {text}~ or {text}~2."
        )
    if len(tokens) != 1 or has_wildcard(text):
        raise QuerySyntaxError(
            "A tilde must follow a single word without wildcards.",
            "Write it after each word that may be spelt differently.",
        )
    term = tokens[0].term
    if is_unspaced(term[0]):
        raise QuerySyntaxError(
            "A tilde cannot follow a character of a script without spaces.",
            "Remove the ~. For one character between two others, write a phrase with a distance.",
        )
    if len(term) <= distance:
        raise QuerySyntaxError(
            f"{text}~ would match every short word.", "Write a longer word, or remove the ~."
        )
    spelling = lower(tokens[0].form)
    return Fuzzy(term, distance, spelling="" if spelling == term else spelling)


def has_wildcard(text: str) -> bool:
    """Return whether `text` contains a wildcard."""
    return bool(("*" in text or "?" in text) and re.search("[WQ]", _wildcard_classes(text)))


# Parts: the words and wildcards in a text


def _parts(text: str, *, is_form: bool) -> list[_Part]:
    if not has_wildcard(text):
        return _plain_parts(text)
    if is_form:
        raise QuerySyntaxError(
            "A word with = cannot contain a wildcard.", "Remove the = or the wildcard."
        )
    return list(_wildcard_parts(text))


def _plain_parts(text: str) -> list[_Part]:
    parts = [_Part(token.form, token.span.start, token.span.end) for token in tokenize(text)]
    if _NON_JOINER not in text:
        return parts
    return [each for part in parts for each in _persian_parts(part, text)]


def _persian_parts(part: _Part, text: str) -> Iterator[_Part]:
    """Yield the parts of a word in Arabic letters with joiners, which many write with a space."""
    written = text[part.start : part.end]
    if not ("\u0600" <= written[0] <= "\u06ff" and _NON_JOINER in written.strip(_NON_JOINER)):
        yield part
        return
    for found in re.finditer(f"[^{_NON_JOINER}]+", written):
        (token,) = tokenize(found[0])
        yield _Part(token.form, part.start + found.start(), part.start + found.end())


def _wildcard_classes(text: str) -> str:
    """Return the character classes of `text`, with W for "*" and Q for a "?" that is a wildcard.

    A "?" at the end of a word is a question mark.
    """
    classes = list(character_classes(text))
    for i, character in enumerate(text):
        if character in "*?":
            classes[i] = "W" if character == "*" else "Q"
    return re.sub("(?<!Q)Q++(?![zsm]*[aA0hW])", lambda end: "x" * len(end[0]), "".join(classes))


def _wildcard_parts(text: str) -> Iterator[_Part]:
    """Yield the parts of a text with wildcards."""
    classes = _with_numbers(text, _wildcard_classes(text))
    initials = r"[aA]m*(?:\.[aA]m*)+(?:\.?W|(?![aA0mhzsWQ]))"  # U.S.S.R*, U.S.S.* and U.S.S.R.
    for run in re.finditer(rf"{initials}|[aA0mhzsWQ]+", classes):
        if "h" in run[0]:
            yield from _unspaced_parts(text, classes, run.start(), run.end())
        elif "W" in run[0] or "Q" in run[0]:
            typed = re.sub(
                _BEGUN_GROUP, lambda group: group[0].ljust(3, "?"), text[slice(*run.span())]
            )
            pattern, spelling = _wildcard(typed)
            yield _Part(pattern, *run.span(), is_wildcard=True, spelling=spelling)
        else:
            for token in tokenize(text[slice(*run.span())], run.start()):
                yield _Part(token.form, token.span.start, token.span.end)


def _with_numbers(text: str, classes: str) -> str:
    """Return `classes` with the signs between groups of digits as digits: 3,000* and 1.234.5*.

    A group that is only begun stands for three digits: 3,0* is 30??*, and not 30.
    """
    if "0" not in classes:
        return classes
    wildcards = "".join(
        " " if character == "?" and kind != "Q" else character
        for character, kind in zip(text, classes, strict=True)
    )
    chosen = list(classes)
    for found in re.finditer(_NUMBER, wildcards):
        for at in range(*found.span()):
            chosen[at] = "0" if text[at] in GROUP_SIGNS else chosen[at]
    return "".join(chosen)


def _unspaced_parts(text: str, classes: str, start: int, end: int) -> Iterator[_Part]:
    """Yield the words of a run of an unspaced script; a "*" at its ends makes no difference."""
    run = classes[start:end]
    if re.search("[WQ]", run.strip("W")):
        raise QuerySyntaxError(
            "A wildcard cannot be used between characters of a script without spaces.",
            'To allow other characters between them, write a phrase with a distance: "社 主"~1.',
        )
    for token in tokenize(text[start:end], start):
        yield _Part(token.form, token.span.start, token.span.end)


def _wildcard(text: str) -> tuple[str, str]:
    """Return the pattern of a word with wildcards, its letters folded, and with its accents.

    The second is "" if it is the same. Without letters, the pattern is "*" (see `_group`).
    """
    if not text.strip("*?"):
        return "*", ""
    parts = [
        (part, part)
        if part[0] in "*?"
        else (
            "".join(token.term for token in tokens),
            "".join(lower(token.form) for token in tokens),
        )
        for part in re.findall(r"[*?]+|[^*?]+", text)
        for tokens in [tokenize(part)]
    ]
    pattern, spelling = (re.sub(r"\*+", "*", "".join(each)) for each in zip(*parts, strict=True))
    return pattern, "" if spelling == pattern else spelling


# Compounds


def _compound(parts: list[_Part], text: str, term_type: TermType) -> Operand:
    """Return the meaning of the `parts` of a word in `text`.

    It is their phrase. Parts that may also be written as one word are alternatives to that word
    (see `text.compounds`).
    """
    groups = list(_joined_groups(parts, text))
    if len(groups) == 1:
        return _group(groups[0], term_type)
    return Phrase(tuple(_group(group, term_type) for group in groups))


def _group(parts: list[_Part], term_type: TermType) -> Operand:
    """Return the meaning of parts that may also be written as one word."""
    if any(part.is_wildcard and part.text == "*" for part in parts):
        return _with_any_part(parts)
    operands = tuple(_operand(part, term_type) for part in parts)
    if len(operands) == 1:
        return operands[0]
    phrase = Phrase(operands)
    joined = "".join(part.text for part in parts)
    if any(part.is_wildcard for part in parts):
        pattern = "".join(part.text if part.is_wildcard else fold(part.text) for part in parts)
        spelling = "".join(
            (part.spelling or part.text) if part.is_wildcard else lower(part.text) for part in parts
        )
        spelling = "" if spelling == pattern else spelling
        return Alternatives((phrase, Wildcard(pattern, spelling=spelling)))
    return Alternatives((phrase, term_type(joined)))


def _with_any_part(parts: list[_Part]) -> Wildcard:
    """Return the wildcard for words in parts; any part may stand in place of a "*".

    >>> _with_any_part([_Part("Self", 0, 4), _Part("*", 5, 6, is_wildcard=True)]).pattern
    'self-*'
    """
    texts = [part.text if part.is_wildcard else fold(part.text) for part in parts]
    if all(text == "*" for text in texts):
        raise QuerySyntaxError(
            "* alone would match every word.",
            'Add letters, as in strik*. To allow any word in a phrase, write "united front"~1.',
        )
    return Wildcard(JOINED.join(texts))


def _whole_word(parts: list[_Part], text: str, term_type: TermType) -> Operand:
    """Return the meaning of the `parts` of a whole word as typed, which may be a run."""
    operand = _compound(parts, text, term_type)
    if term_type is not _word or text.isascii():
        return operand
    from excerpt.query.unspaced import mark_run  # only for queries in these scripts

    groups = pairwise(_joined_groups(parts, text))  # each is a part of the phrase
    return mark_run(operand, [text[before[-1].end : after[0].start] for before, after in groups])


def _operand(part: _Part, term_type: TermType) -> Operand:
    if part.is_wildcard:
        return Wildcard(part.text, spelling=part.spelling)
    return term_type(part.text)


def _joined_groups(parts: list[_Part], text: str) -> Iterator[list[_Part]]:
    """Yield `parts` in groups that may be written as one word."""
    signs = [
        text[before.end : after.start].replace(_NON_JOINER, JOINED)
        for before, after in pairwise(parts)
    ]
    terms = [fold(part.text.strip("*?") if part.is_wildcard else part.text) for part in parts]
    group: list[_Part] = []
    for part, mark in zip(parts, join_marks(terms, signs), strict=True):
        group.append(part)
        if not mark:
            yield group
            group = []
