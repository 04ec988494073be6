"""`analysis.forms`: the fast cutter gives the forms that the reference gives."""

import sys

from hypothesis import example, given
from hypothesis import strategies as st

from excerpt.model import Span
from excerpt.text.array_tokenizer import batch_offsets
from excerpt.text.characters import character_classes
from excerpt.text.form_table import SEPARATOR, FormTable, TextGroup
from excerpt.text.tokenizer import hyphenated_compounds, token_spans, tokenize

ALPHABET = "社กั𠀀𝐚힣가אָ’abAB09. -\n\r\t'_’—éßſİǅﬁ½²Ⅳ\u0301\u00ad\u200b\u2010\u2011\ufeffЁйж東タกำ한\x00ʼ①ªÅ"
TEXTS = st.lists(
    st.one_of(
        st.text(ALPHABET, max_size=30),
        st.text(max_size=20),
        st.lists(
            st.sampled_from(
                [
                    "U.S.",
                    "S.P.G.B",
                    "revolu-\n",
                    "tion",
                    "self-",
                    "\n",
                    "government ",
                    "a.b.",
                    " Co-\nop",
                    "-",
                ]
            )
        ).map("".join),
    ),
    max_size=4,
)


def forms_of(texts: list[str], hyphenated: frozenset[str]) -> list[list[str]]:
    """The forms that a table finds, text by text."""
    table = FormTable()
    numbers = table.form_ids(texts, [TextGroup(len(texts), "en", hyphenated)]).tolist()
    found: list[list[str]] = []
    for number in numbers:
        if number == SEPARATOR:
            found.append([])
        else:
            found[-1].append(table.forms[number])
    return found


@given(TEXTS)
@example(["U.S-\nfoo", "a-\nb.c"])
@example(["x\x00y", "z"])
def test_forms_are_those_of_the_reference(texts: list[str]) -> None:
    """Whatever the texts hold, the fast cutter finds the written forms that `tokenize` finds."""
    hyphenated = hyphenated_compounds("\n\n".join(texts))
    assert forms_of(texts, hyphenated) == [
        [word.form for word in tokenize(text, 0, hyphenated)] for text in texts
    ]


@given(TEXTS, st.integers(0, 1000))
@example(["U.S-\nfoo", "a-\nb.c"], 0)
@example(["é x\x00y", "z"], 3)
def test_spans_are_those_of_the_reference(texts: list[str], first: int) -> None:
    """Whatever the texts hold, the fast cutter finds the words where `token_spans` finds them."""
    hyphenated = hyphenated_compounds("\n\n".join(texts))
    starts = list(range(first, first + len(texts)))
    found = batch_offsets(texts, [hyphenated] * len(texts), starts)
    expected = [
        token_spans(text, start, hyphenated) for text, start in zip(texts, starts, strict=True)
    ]
    assert [list(map(Span, *sides)) for sides in found] == expected


@given(TEXTS, st.sampled_from(["\n", " ", "\n\n"]), st.text(ALPHABET, max_size=9))
@example(["revolu-", "tion U.", "S. a\u00ad"], "\n\n", "é")
def test_texts_need_not_be_taken_apart(texts: list[str], gap: str, before: str) -> None:
    """Texts that are told apart by where they begin have the words that each has alone."""
    texts = [text for text in texts if text and not text[0].isspace()]
    hyphenated = hyphenated_compounds("\n\n".join(texts))
    sizes = [len(text) + len(gap) for text in texts]
    begins = [len(before) + 1 + sum(sizes[:number]) for number in range(len(texts))]
    table = FormTable()
    whole = table.form_ids(
        [before, gap.join(texts)],
        [TextGroup(1, "en"), TextGroup(len(texts), "en", hyphenated)],
        [0, *begins],
    )
    alone = table.form_ids(
        [before, *texts], [TextGroup(1, "en"), TextGroup(len(texts), "en", hyphenated)]
    )
    assert whole.tolist() == alone.tolist()


def test_every_character_is_cut_as_by_the_reference() -> None:
    """Each character, in and between words, at line ends and among initials, is to the fast cutter what it is to `tokenize`."""
    for first in range(0, sys.maxunicode + 1, 4096):
        characters = [chr(point) for point in range(first, first + 4096)]
        if first > 0x20000:  # one of each class
            characters = list(
                dict(zip(character_classes("".join(characters)), characters, strict=True)).values()
            )
        texts = [f"a{c}b {c} x-\n{c} c.{c}.d {c}-\nx 社{c}" for c in characters]
        assert forms_of(texts, frozenset()) == [
            [word.form for word in tokenize(text)] for text in texts
        ]


def test_numbers_are_shared_by_language_alone() -> None:
    """The same form in two languages has two numbers; in one language it has one."""
    table = FormTable()
    first, again, other = (
        table.form_ids(["war war"], [TextGroup(1, code)]).tolist() for code in ("en", "en", "de")
    )
    assert first == again == [SEPARATOR, 1, 1]
    assert other == [SEPARATOR, 2, 2]
    runs = [
        TextGroup(1, "de"),
        TextGroup(0, "fr"),
        TextGroup(2, "en"),
        TextGroup(1, "en"),
        TextGroup(1, "fr"),
        TextGroup(0, "en"),
    ]
    assert table.form_ids(["war", "", "war", "war war", "war"], runs).tolist() == [
        0,
        2,
        0,
        0,
        1,
        0,
        1,
        1,
        0,
        3,
    ]


@given(TEXTS)
@example(["\u0301 a\u0301 \u0301\u0301b"])
def test_words_stand_where_they_are_cut(texts: list[str]) -> None:
    """The places of words are those that `tokenize` gives, and every word has a letter or digit in its form."""
    hyphenated = hyphenated_compounds("\n\n".join(texts))
    for text in texts:
        words = tokenize(text, 3, hyphenated)
        assert token_spans(text, 3, hyphenated) == [word.span for word in words]
        assert all(word.form and word.term for word in words)
