"""Patterns: what they mean to a word, that none takes for ever, and where one goes wrong."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.errors import QueryError
from excerpt.query.ast import Node, Pattern
from excerpt.query.patterns import parse_pattern
from excerpt.query.semantics import find_matches
from excerpt.query.syntax_error import QuerySyntaxError
from excerpt.query.term_matching import find_matching_terms, term_matcher
from excerpt.query.token_sequence import SequenceVocabulary, TokenSequence

LETTERS = "abcewéжщ中が३7½ß𝒜𐐨"
"""Letters and numbers of one to four bytes; marks are in tests of their own."""
words = st.text(LETTERS, min_size=1, max_size=8)
_single = st.one_of(
    st.sampled_from(LETTERS),
    st.sampled_from(
        (".", r"\w", r"\W", r"\d", r"\D", r"\S", r"\s", r"\.", "[abc]", "[^abж]", "[a-z]")
    ),
    st.sampled_from(
        (r"[\wx]", r"[^\d中]", r"[\W\d]", "[]a]", "[^]a]", "^", "$", "[а-я-]", r"[\]\\a]", "")
    ),
)


def _larger(below: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    times = st.sampled_from(("*", "+", "?", "*?", "{2}", "{1,3}", "{,2}", "{1,}"))
    return st.one_of(
        st.lists(below, max_size=3).map("".join),
        st.lists(below, min_size=1, max_size=3).map(lambda parts: f"({'|'.join(parts)})"),
        st.tuples(below, times).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
    )


expressions = st.recursive(_single, _larger, max_leaves=8)
"""Patterns in the syntax that RE2 and Python's own expressions have in common."""


class NoVocabulary:
    """An index without words."""

    def stems(self, term: str) -> frozenset[tuple[str, str]]:
        return frozenset()

    def written_stems(self, term: str) -> frozenset[tuple[str, str]]:
        return frozenset()

    def expand(self, node: Node) -> frozenset[str]:
        return frozenset()


@given(text=expressions, words=st.lists(words, max_size=6))
def test_a_pattern_means_what_it_means_in_python(text: str, words: list[str]) -> None:
    """A word fits if the whole of it matches, `\\w` and `\\d` standing for letters and digits of all scripts."""
    expected = [word for word in words if re.compile(text, re.DOTALL).fullmatch(word)]
    assert list(filter(term_matcher(Pattern(text)), words)) == expected


@given(text=expressions, words=st.lists(words, max_size=6))
def test_a_run_is_matched_as_python_would(text: str, words: list[str]) -> None:
    """In a run of words a pattern occurs at each word that it matches whole."""
    same = [0] * len(words)
    run = TokenSequence("", words, words, words, same, same, same, same)
    found = find_matches(Pattern(text), run, SequenceVocabulary(NoVocabulary(), run))
    expected = [at for at, word in enumerate(words) if re.compile(text, re.DOTALL).fullmatch(word)]
    assert [mark.start for (mark,) in found] == expected


@given(text=expressions, words=st.lists(words, max_size=6))
def test_a_buffer_is_matched_as_each_word(text: str, words: list[str]) -> None:
    """All words of a buffer at once give what each alone gives."""
    buffer = "".join(f"{word}\n" for word in words).encode()
    found = [
        buffer[start:end].decode() for start, end in find_matching_terms(Pattern(text), buffer)
    ]
    assert found == list(filter(term_matcher(Pattern(text)), words))


@pytest.mark.parametrize(
    ("text", "fits", "fits_not"),
    [
        ("Müll.*", ["muller", "mull"], ["müller", "remuller"]),
        ("stra(ß|s)e", ["strasse", "strase"], ["straße"]),
        ("ﬁrſt", ["first"], []),
        ("x\u0302+y", ["xy", "xxy"], []),
        ("[À-Ö]b", ["ab", "ob"], ["zb"]),
        ("[A-C]+", ["abc"], ["abd"]),
        (r"\w+ी", ["हिन्दी"], ["हिन्द"]),
        (r"\pL{3}", ["war", "мир"], ["wa1", "wars"]),
        (r"\p{Greek}+", ["ολα"], ["ola"]),
        (r"\p{^Greek}+", ["ola"], ["ολα"]),
        (r"19\d\d", ["1917", "19१७"], ["1817"]),
        (r"\x{4e2d}.", ["中国"], ["国中"]),
        ("a{,2}b", ["b", "ab", "aab"], ["aaab"]),
        ("^war$", ["war"], ["wars"]),
        ("war|peace", ["war", "peace"], ["warpeace"]),
    ],
)
def test_what_a_pattern_means(text: str, fits: list[str], fits_not: list[str]) -> None:
    """Letters are folded as those of texts are; classes are of all scripts."""
    accepted = term_matcher(parse_pattern(text))
    assert [word for word in (*fits, *fits_not) if accepted(word)] == fits


def read(text: str) -> Pattern | QuerySyntaxError:
    """What `text` means, or what is wrong with it."""
    try:
        return parse_pattern(text)
    except QuerySyntaxError as misfit:
        return misfit


@given(text=st.text(st.sampled_from("aÉßﬁ\u0302[]^-\\wdpLbx{}(?:)*+,1|.$"), max_size=12))
def test_any_text_is_a_pattern_or_is_refused(text: str) -> None:
    """And a pattern read again is the same."""
    found = read(text)
    if isinstance(found, Pattern):
        assert parse_pattern(found.pattern) == found
    else:
        assert found.message
        assert found.remedy
        length = len(unicodedata.normalize("NFC", text))
        assert found.at is None or 0 <= found.at.start < found.at.end <= length


@pytest.mark.parametrize(
    "text", ["(a+)+b", "(a|a)*b", "(a|b|ab)*c", ".*a.*a.*a.*a.*b", "(.?){900}b", "(a?){500}a{500}b"]
)
def test_no_pattern_takes_for_ever(text: str) -> None:
    """What would keep a matcher that goes back busy until the end of the world is answered."""
    accepted = term_matcher(parse_pattern(text))
    assert not accepted("a" * 5_000)
    assert (
        list(
            find_matching_terms(
                parse_pattern(text), b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n" * 1_000
            )
        )
        == []
    )


def test_a_tree_with_a_bad_pattern_is_a_bad_query() -> None:
    """Who builds a tree without the parser is told as well."""
    with pytest.raises(QueryError, match=r"missing \)"):
        term_matcher(Pattern("("))
    with pytest.raises(QueryError, match="broken character"):
        term_matcher(Pattern("\ud800"))
