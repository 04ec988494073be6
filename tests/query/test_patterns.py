"""`query.patterns`: the words that patterns match, their speed, and the errors in bad ones."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.engines.memory import MemoryVocabulary
from excerpt.errors import QueryError
from excerpt.query.ast import Pattern, QuerySyntaxError
from excerpt.query.patterns import parse_pattern
from excerpt.query.semantics import find_matches
from excerpt.query.term_matching import find_matching_terms, term_matcher
from excerpt.query.token_sequence import SequenceVocabulary, TokenSequence

LETTERS = "abcewéжщ中が३7½ß𝒜𐐨"
"""Letters and numbers of one to four bytes; marks have tests of their own."""
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
"""Patterns in the syntax that RE2 and Python's `re` have in common."""


@given(text=expressions, words=st.lists(words, max_size=6))
def test_a_pattern_means_what_it_means_in_python(text: str, words: list[str]) -> None:
    """A pattern matches whole words, and `\\w` and `\\d` characters of all scripts."""
    expected = [word for word in words if re.compile(text, re.DOTALL).fullmatch(word)]
    assert list(filter(term_matcher(Pattern(text)), words)) == expected


@given(text=expressions, words=st.lists(words, max_size=6))
def test_a_sequence_is_matched_as_python_would(text: str, words: list[str]) -> None:
    """A pattern matches each word of a sequence that it matches as a whole."""
    same = [0] * len(words)
    run = TokenSequence("", words, words, words, same, same, same, same)
    found = find_matches(Pattern(text), run, SequenceVocabulary(MemoryVocabulary([]), run))
    expected = [at for at, word in enumerate(words) if re.compile(text, re.DOTALL).fullmatch(word)]
    assert [mark.start for (mark,) in found] == expected


@given(text=expressions, words=st.lists(words, max_size=6))
def test_a_buffer_is_matched_as_each_word(text: str, words: list[str]) -> None:
    """Matching all words of a buffer at once gives the same words."""
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
def test_matches(text: str, fits: list[str], fits_not: list[str]) -> None:
    """Letters are folded like those of texts, and classes include all scripts."""
    accepted = term_matcher(parse_pattern(text))
    assert [word for word in (*fits, *fits_not) if accepted(word)] == fits


def parsed(text: str) -> Pattern | QuerySyntaxError:
    """Return the pattern of `text`, or the error in it."""
    try:
        return parse_pattern(text)
    except QuerySyntaxError as error:
        return error


@given(text=st.text(st.sampled_from("aÉßﬁ\u0302[]^-\\wdpLbx{}(?:)*+,1|.$"), max_size=12))
def test_any_text_is_a_pattern_or_is_refused(text: str) -> None:
    """Any text is a pattern, which parses to itself, or has an error with a span inside it."""
    found = parsed(text)
    if isinstance(found, Pattern):
        assert parse_pattern(found.pattern) == found
    else:
        assert found.message
        assert found.remedy
        length = len(unicodedata.normalize("NFC", text))
        assert found.span is None or 0 <= found.span.start < found.span.end <= length


@pytest.mark.parametrize(
    "text", ["(a+)+b", "(a|a)*b", "(a|b|ab)*c", ".*a.*a.*a.*a.*b", "(.?){900}b", "(a?){500}a{500}b"]
)
def test_no_pattern_is_slow(text: str) -> None:
    """Patterns on which a backtracking matcher takes exponential time are matched."""
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
    """A tree that was not made by the parser raises an error with the same message."""
    with pytest.raises(QueryError, match=r"missing \)"):
        term_matcher(Pattern("("))
    with pytest.raises(QueryError, match="invalid character"):
        term_matcher(Pattern("\ud800"))
