"""Generated Markdown and wiki markup: the running words are exactly the words that were put in.

The markup around and within the words carries other words, which must all be in passages set
apart, or in those of notes and captions. So no word is lost, none is broken, and no markup is text.
"""

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.ingest.formats import read_document
from excerpt.ingest.passages import cut_passages
from excerpt.text.document_tokens import tokenize_document
from extracted import check_blocks, check_passages

WORDS = ("mill", "river", "quay", "Vane", "ferry", "żuraw", "мост", "harbour")
OTHERS = ("alpha", "beta", "gamma", "delta", "omega")
PATTERNS = {
    "a.md": """
        W|*W*|**A**B|A**B**|_W_|__W__|***W***|~~A~~B|`W`|[W](O.md)|A[B](http://O.example '1')
        [A](O)B|[W](<O O>)|[**A**B](O)|[[W]]|<b>A</b>B|<span title='O'>W</span>|A<!-- O -->B
        W[^1]|W <https://O.example>|[W]{.O}|A~B~|<i>W</i>|\\*W\\*|W<br>W|W [@O1]|W&nbsp;W
        [![](O.png) W](O)|W (*W*)|W: `A`B|<a href="O">A</a>B|A**B**, [W](O)""",
    "a.wiki": """
        W|''W''|'''A'''B|A'''''B'''''|A[[B]]|[[W]]|[http://O.example W]|W<!-- O -->|A<!-- O -->B
        <b>A</b>B|A<sub>B</sub>|W{{O}}|W<ref name='O' />|W__NOTOC__|<nowiki>W</nowiki>|W<br />W
        W [[Category:O]]|W [http://O.example]|W&nbsp;W|W {{O}}, ''A''B|W <math>O</math>
        [[O#O{BAR}W]]|[[O{BAR}A]]B|''[[O{BAR}A]]''B|{{lang{BAR}O{BAR}W}}|{{nowrap{BAR}A}}B
        W {{O{BAR}a=}}|{{O{BAR}W}}|W [[File:O.jpg{BAR}thumb]]|{{quote{BAR}W W}}""",
}
"""Patterns with words W, words in two parts A and B, and words O of the markup."""
INSETS = {
    "a.md": "W^[O]|W ![O](7.png)|W <img alt='O'>|W^[*O*]",
    "a.wiki": """
        W<ref>O</ref>|W<ref>''O''</ref>|W{{efn{BAR}O}}|W [[File:1.jpg{BAR}thumb{BAR}O]]
        W<ref>{{cite book{BAR}title=O}}</ref>|W<ref>[[1{BAR}O]]</ref>""",
}
"""Patterns in which O is a word of a note or caption."""
PREFIXES = {"a.md": ("", "# ", "- ", "> ", "* "), "a.wiki": ("", "* ", "# ", ": ", "** ")}


class Written(NamedTuple):
    """Markup, and the words in it: of the running text, of the markup, of notes and captions."""

    source: str
    words: list[str]
    others: list[str]
    insets: list[str]


def listed(patterns: str) -> list[str]:
    """Return the patterns of a table above."""
    cells = patterns.replace("\n", "|").split("|")
    return [cell.strip().replace("{BAR}", "|") for cell in cells if cell.strip()]


@st.composite
def pieces(draw: st.DrawFn, name: str) -> Written:
    """Draw a piece of markup for a file with this name."""
    insets = listed(INSETS[name])
    pattern = draw(st.sampled_from([*listed(PATTERNS[name]), *insets]))
    is_inset = pattern in insets
    word, other = draw(st.sampled_from(WORDS)), draw(st.sampled_from(OTHERS))
    half = len(word) // 2
    parts = {"W": word, "A": word[:half], "B": word[half:], "O": other}
    source, n_words, n_others = "", 0, 0
    for number, character in enumerate(pattern):
        # A sign stands alone; capitals within names such as NOTOC, File and Category are no signs.
        near = pattern[max(0, number - 1) : number] + pattern[number + 1 : number + 2]
        is_sign = character in parts and not any(map(str.isalpha, near.replace("W", "")))
        source += parts[character] if is_sign else character
        n_words += is_sign and character in "WA"
        n_others += is_sign and character == "O"
    return Written(
        source,
        [word] * n_words,
        [] if is_inset else [other] * n_others,
        [other] * n_others if is_inset else [],
    )


@st.composite
def paragraphs(draw: st.DrawFn, name: str) -> tuple[str, list[Written]]:
    """Draw the source of a paragraph, item or the like, and its pieces."""
    own = draw(st.lists(pieces(name), min_size=1, max_size=6))
    prefix = draw(st.sampled_from(PREFIXES[name]))
    return prefix + " ".join(piece.source for piece in own), own


@pytest.mark.parametrize("name", PATTERNS)
@given(data=st.data())
def test_running_words_are_the_words_without_markup(name: str, data: st.DataObject) -> None:
    """The words come in order, those of notes and captions after them, all others set apart."""
    drawn = data.draw(st.lists(paragraphs(name), min_size=1, max_size=4))
    written = [piece for _, own in drawn for piece in own]
    document = read_document(name, "\n\n".join(source for source, _ in drawn).encode())
    check_blocks(document)
    check_passages(document)
    passages = cut_passages(document, "a/path.txt")
    tokens = tokenize_document(document, passages)
    running, apart = list[str](), list[str]()
    for token, ordinal in zip(tokens.tokens, tokens.passage_of, strict=True):
        (apart if passages[ordinal].is_set_apart else running).append(token.form)
    assert running == [
        *(word for piece in written for word in piece.words),
        *(word for piece in written for word in piece.insets),
    ]
    others = [word for piece in written for word in piece.others]
    assert sorted(word.rstrip("1") for word in apart if word.rstrip("1") in OTHERS) == sorted(
        others
    )


SIGNS = """\
[[
]]
{{
}}
{|
|}
|-
|+
|
||
=
==
'''
''
<ref>
<ref name=x>
</ref>
<ref/>
<!--
-->
<nowiki>
</nowiki>
<math>
[http://x.example
[
]
](x)
![
^[
[^1]
[^1]:
[x]:
[[File:a.jpg|
alt=
thumb|
[[Category:
{{quote|
{{efn|
{{cite book|title=
{{Infobox
name =
<gallery>
</gallery>
*
**
_
`
```
~~~
~~
>
-
#
:
;
<b>
</b>
<br>
<img alt="x">
&nbsp;
&auml;
&#10;
&lt;
\\
{#x}
__TOC__
[edit]
----
word
Two words.
²
[2]
[p. 3]
com-
"""
ANY_SIGNS = st.sampled_from([*SIGNS.splitlines(), *["\n"] * 12, *["\n\n"] * 6, *[" "] * 12])


@pytest.mark.parametrize("name", PATTERNS)
@given(signs=st.lists(ANY_SIGNS, max_size=40))
def test_any_markup_gives_a_valid_document(name: str, signs: list[str]) -> None:
    """Signs in any order leave blocks, marks and passages valid, and lose no letter."""
    document = read_document(name, "".join(signs).encode())
    check_blocks(document)
    check_passages(document)
    assert document.text.count("\n") == "".join(signs).count("\n")
