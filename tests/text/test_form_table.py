"""`text.form_table`: form ids stand for the forms that the reference finds."""

import sys

from hypothesis import example, given
from hypothesis import strategies as st

from excerpt.text.characters import character_classes
from excerpt.text.form_table import SEPARATOR, FormTable, TextGroup
from excerpt.text.tokenizer import hyphenated_compounds, tokenize
from strategies import ODD_CHARACTERS, odd_texts


def forms_of(texts: list[str], hyphenated: frozenset[str]) -> list[list[str]]:
    """Return the forms that a new table finds in each text."""
    table = FormTable()
    forms: list[list[str]] = []
    for form_id in table.form_ids(texts, [TextGroup(len(texts), "en", hyphenated)]).tolist():
        if form_id == SEPARATOR:
            forms.append([])
        else:
            forms[-1].append(table.forms[form_id])
    return forms


@given(odd_texts())
@example(["U.S-\nfoo", "a-\nb.c"])
@example(["x\x00y", "z"])
def test_forms_equal_those_of_the_reference(texts: list[str]) -> None:
    """The table finds the forms that `tokenize` finds, whatever the texts contain."""
    hyphenated = hyphenated_compounds("\n\n".join(texts))
    expected = [
        [token.form + token.mark for token in tokenize(text, 0, hyphenated)] for text in texts
    ]
    assert forms_of(texts, hyphenated) == expected


@given(odd_texts(), st.sampled_from(["\n", " ", "\n\n"]), st.text(ODD_CHARACTERS, max_size=9))
@example(["revolu-", "tion U.", "S. a\u00ad"], "\n\n", "é")
@example(["U.S\u200b U.S", "a\u200bb\u200b c", "x-\u200b\ny a\u200b-b"], " ", "社")
@example(["BU.S\u00ad\ufe00U.S\u0301\u200b\u200b\u200bU.S", "U.S"], "\n", "é")
def test_texts_may_be_given_by_their_offsets(texts: list[str], gap: str, before: str) -> None:
    """Texts given as offsets in one string have the same forms as texts given one by one."""
    texts = [text for text in texts if text and not text[0].isspace()]
    hyphenated = hyphenated_compounds("\n\n".join(texts))
    sizes = [len(text) + len(gap) for text in texts]
    begins = [len(before) + 1 + sum(sizes[:number]) for number in range(len(texts))]
    groups = [TextGroup(1, "en"), TextGroup(len(texts), "en", hyphenated)]
    table = FormTable()
    whole = table.form_ids([before, gap.join(texts)], groups, [0, *begins])
    alone = table.form_ids([before, *texts], groups)
    assert whole.tolist() == alone.tolist()


def test_every_character_is_treated_as_by_the_reference() -> None:
    """Each character acts as in `tokenize`: in words, between them, at line ends, in initials."""
    for first in range(0, sys.maxunicode + 1, 4096):
        characters = [chr(point) for point in range(first, first + 4096)]
        if first > 0x20000:  # one character of each class is enough
            by_class = zip(character_classes("".join(characters)), characters, strict=True)
            characters = list(dict(by_class).values())
        texts = [f"a{c}b {c} x-\n{c} c.{c}.d {c}-\nx 社{c} 1{c}000{c}0" for c in characters]
        expected = [[token.form + token.mark for token in tokenize(text)] for text in texts]
        assert forms_of(texts, frozenset()) == expected


def test_form_ids_depend_on_the_language() -> None:
    """A form has one id in each language, whatever the order of the groups."""
    table = FormTable()
    first, again, other = (
        table.form_ids(["war war"], [TextGroup(1, code)]).tolist() for code in ("en", "en", "de")
    )
    assert first == again == [SEPARATOR, 1, 1]
    assert other == [SEPARATOR, 2, 2]
    groups = [
        TextGroup(1, "de"),
        TextGroup(0, "fr"),
        TextGroup(2, "en"),
        TextGroup(1, "en"),
        TextGroup(1, "fr"),
        TextGroup(0, "en"),
    ]
    ids = table.form_ids(["war", "", "war", "war war", "war"], groups).tolist()
    assert ids == [0, 2, 0, 0, 1, 0, 1, 1, 0, 3]


def test_a_closed_table_keeps_its_forms() -> None:
    """Closing frees the index of the table, not the forms and their languages."""
    table = FormTable()
    table.form_ids(["war and wa\u0301r"], [TextGroup(1, "en")])
    table.close()
    assert table.forms[0] == ""
    assert set(table.forms[1:]) == {"war", "and", "wár"}
    assert table.languages == ["", "en", "en", "en"]
    assert len(table) == 4
