"""Words written as one and in parts find each other, or neither finds the other."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from conformance.checks import assert_same_answer, assert_same_occurrences
from conformance.stores import STORES, ask_each_store, oracle, small_corpus
from excerpt.engines import Engine
from excerpt.query.ast import Query, Term
from excerpt.query.parser import parse
from excerpt.query.spellings import separate_spellings
from excerpt.text import tokenize

ONE_WORD = {
    "e-mail": "email",
    "e-mails": "email",
    "Covid-19": "covid19",
    "O'Connor": "oconnor",
    "O\u2019Connor": "OConnor",
    "well-known": "wellknown",
    "3,000": "3000",
    "1,234,567": "1234567",
    "1.234.567": "1234567",
    "12.345.678th": "12345678th",
    "A.F.L.-C.I.O.": "AFLCIO",
    "3'000": "3000",
    "U.S.S.R.": "USSR",
    "vice-president-elect": "vicepresidentelect",
    "state-of-the-art": "stateoftheart",
    "3,000-strong": "3000strong",
    "3,000th": "3000th",
    "12'500er": "12500er",
    "3,000x2": "3000x2",
    "1,000,000th": "1000000th",
    "B\u201152": "B52",
    "Qur'an": "quran",
    "col\u00b7legi": "collegi",
    "1920's": "1920s",
    "Ph.D.": "PhD",
    "M.Sc": "msc",
    "\u03ba.\u03bb\u03c0.": "\u03ba\u03bb\u03c0",
    "1.\u00ba": "1\u00ba",
    "3\u202f000": "3000",
    "12\u00a0345\u00a0678": "12345678",
    "3\u066c000": "3000",
    "3\uff0c000": "3000",
    "\u05d1\u05d9\u05ea\u05be\u05e1\u05e4\u05e8": "\u05d1\u05d9\u05ea\u05e1\u05e4\u05e8",
    "Arbeiter:innen": "Arbeiterinnen",
    "Lehrer/in": "lehrerin",
}
"""Spellings in parts → the same word written as one."""
OTHER_WORD = {
    "d'eux": "deux",
    "l'oro": "loro",
    "c'era": "cera",
    "I'll": "ill",
    "we're": "were",
    "9/11": "911",
    "3-4": "34",
    "3\u00b73": "33",
    "3\u00b71a": "31a",
    "1939-45": "193945",
    "\u00a32.25": "225",
    "5'11": "511",
    "1,23": "123",
    "1.234": "1234",
    "1.234.56": "123456",
    "1.234,567": "1234567",
    "1,234.567": "1234567",
    "1.234.567,890": "1234567890",
    "e mail": "email",
    "now here": "nowhere",
    "and/or": "andor",
    "3,000,000": "3000",
    "3,00th": "300th",
    "1848,100th": "1848100th",
    "3\u00a000": "300",
    "1848\u00a0000": "1848000",
    "end.The": "endthe",
    "B.Smith": "bsmith",
    "3.x": "3x",
    "sit/in": "sitin",
    "son:in": "sonin",
}
"""Spellings in parts → what they would be as one word, which they are not."""
KINDS = {
    "plain": "{}",
    "quoted": '"{}"',
    "phrase": '"the {} was"',
    "exact": "={}",
    "wildcard": "{}*",
    "near": "the BEFORE/3 {}",
}


def query_of(kind: str, word: str) -> Query:
    """Return the query of a kind for a word."""
    if kind == "literal":
        return parse(word, literal=True)
    return parse(KINDS[kind].format(word.rstrip(".") if kind == "wildcard" else word))


def found(engine: Engine, query: Query) -> list[int]:
    """Return the documents that `query` finds."""
    return sorted({key.document for key in engine.execute(query.checked().tree)})


@pytest.mark.parametrize("kind", [*KINDS, "literal"])
def test_both_spellings_find_each_other_or_neither_does(kind: str) -> None:
    """For each pair of spellings, in every engine, and for every kind of query."""
    pairs = ONE_WORD | OTHER_WORD
    corpus = small_corpus(*(f"So the {word} was." for pair in pairs.items() for word in pair))

    def ask(engine: Engine) -> list[str]:
        wrong = []
        for number, pair in enumerate(pairs.items()):
            if " " in pair[0] and kind != "quoted":
                continue  # two words
            numbers = 2 * number + 1, 2 * number + 2
            hits = [found(engine, query_of(kind, word)) for word in pair]
            ways = numbers[1] in hits[0], numbers[0] in hits[1]
            expected = pair[0] in ONE_WORD
            if kind == "exact" and pair[0].islower() != pair[1].islower():
                expected = False
            if pair == ("e-mails", "email"):  # another form of the word
                expected = kind in {"plain", "near", "literal"}
            is_longer = pair in {("e-mails", "email"), ("3,000,000", "3000")}
            if kind == "wildcard" and is_longer:
                assert ways == (False, True)
            elif ways != (expected, expected):
                wrong.append(f"{pair}: {ways}")
        return wrong

    assert ask_each_store(corpus, ask) == {name: [] for name in STORES}


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from(["e", "mail", "of", "art", "Em", "ail", "3"]), min_size=2, max_size=4),
    st.sampled_from(["-", "\u2019", "\u00b7"]),
    st.sampled_from(["plain", "quoted", "phrase", "exact", "wildcard", "near"]),
)
def test_words_of_up_to_four_parts_find_each_other_or_neither(
    parts: list[str], sign: str, kind: str
) -> None:
    """Whatever the parts are, in every engine."""
    assume(sign != "\u00b7" or "3" not in parts)
    pair = sign.join(parts), "".join(parts)
    corpus = small_corpus(*(f"So the {word} was." for word in pair))

    def ask(engine: Engine) -> bool:
        hits = [found(engine, query_of(kind, word)) for word in pair]
        return (2 in hits[0]) == (1 in hits[1])

    assert ask_each_store(corpus, ask) == dict.fromkeys(STORES, True)


@pytest.mark.parametrize(
    ("word", "is_found"),
    [
        ("a-b-c-d", True),
        ("a-b-c-" + 21 * "d", True),
        ("a-b-c-" + 22 * "d", False),
        ("a-b-" + 38 * "d", True),
        ("a-b-" + 39 * "d", False),
        ("a-b-c-d-e", False),
        ("1,000,000,000,000", True),
    ],
)
def test_parts_of_a_word_written_as_one_are_limited(word: str, is_found: bool) -> None:
    """To four in words of up to 24 letters, and to three in words of up to 40."""
    joined = word.replace("-", "").replace(",", "")
    expected = [1] if is_found else []
    assert ask_each_store(
        small_corpus(f"So the {word} was."), lambda engine: found(engine, parse(joined))
    ) == dict.fromkeys(STORES, expected)


def test_a_word_with_any_number_of_divisions_has_few_spellings() -> None:
    """Their number is limited even if each part of a long word can be joined to the next."""
    terms = {"a" * n for n in range(1, 41)}
    numbers = [len(separate_spellings(Term("a" * n), terms)) for n in (24, 25, 40, 41)]
    assert numbers == [23 + 253 + 1771, 24 + 276, 39 + 741, 0]


LINE_ENDS = ("Anglo-\nSaxon", "Anglo\u2010 \r\n\tSaxon", "AngloSaxon", "anglo-\nsaxon")
OTHER_LINE_ENDS = ("Anglo- Saxon", "Anglo\nSaxon", "Anglo --\nSaxon", "Anglo -\nSaxon")


@pytest.mark.parametrize("kind", ["plain", "quoted", "wildcard"])
def test_a_line_may_end_after_the_hyphen(kind: str) -> None:
    """A word that is broken before a capital is found as one, too, but no other line end joins."""
    corpus = small_corpus(*(f"So the {text} was." for text in (*LINE_ENDS, *OTHER_LINE_ENDS)))
    found_all = list(range(1, len(LINE_ENDS) + 1))
    assert ask_each_store(
        corpus, lambda engine: found(engine, query_of(kind, "anglosaxon"))
    ) == dict.fromkeys(STORES, found_all)


@pytest.mark.parametrize("text", ["e-mail", "e-mails", "3,000", "O'Connor", "vice-president-elect"])
def test_highlights_cover_the_whole_word(text: str) -> None:
    """A word written in parts is highlighted from its first part to its last."""
    n_parts = len(tokenize(text))
    corpus = small_corpus(f"So the {text} was.")
    query = parse(ONE_WORD[text])
    spans = [[(2, 2 + n_parts)]]
    assert ask_each_store(
        corpus, lambda engine: engine.execute(query.tree).spans(list(engine.execute(query.tree)))
    ) == dict.fromkeys(STORES, spans)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("motherin*", "mother-in-law"),
        ("mother*law", "mother-in-law"),
        ("jackin*", "jack-in-the-box"),
        ("jack*box", "jack-in-the-box"),
        ("vicepres*", "vice-president-elect"),
        ("wellkn*", "well-known"),
        ("1234*", "1,234,567"),
        ("1234*", "1,234,567,890"),
        ("12345*", "1,234,567"),
        ('"motherin*"', "mother-in-law"),
        ("the BEFORE/1 motherin*", "mother-in-law"),
        ("A.F.L.-C.I*", "A.F.L.-C.I.O."),
        ('"U.S. mother*"', "U.S. mother"),
    ],
)
def test_a_star_stands_for_all_further_parts(query: str, text: str) -> None:
    """A wildcard finds a word in parts whole, whichever of them its stars stand for."""
    n_parts = len(tokenize(text))
    corpus = small_corpus(f"So the {text} was; the mother was in 1 law, jack in a box, 12 and 1.")
    tree = parse(query).checked().tree

    def last_spans(engine: Engine) -> tuple[int, int]:
        matches = engine.execute(tree)
        return matches.spans(list(matches))[0][-1]

    assert ask_each_store(corpus, last_spans) == dict.fromkeys(STORES, (2, 2 + n_parts))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("mother-*", ["mother-in-law", "mother-land"]),
        ("mother-in-*", ["mother-in-law"]),
        ("*-law", ["in-law", "by-law"]),
        ("*-in-law", ["mother-in-law"]),
        ("mother-*-law", ["mother-in-law"]),
        ("O'*", ["O'Neill"]),
        ('"a mother-*"', ["a mother-land"]),
        ("mother-* NEAR/9 neill", ["mother-land", "Neill"]),
    ],
)
def test_a_star_between_hyphens_stands_for_any_part(query: str, expected: list[str]) -> None:
    """At the end for all further parts, in the middle for one or more, at the start for one.

    Words without a sign between them are not found, nor those written as one.
    """
    text = "The mother-in-law of a mother-land: mother land, motherland, by-law, O'Neill, law."
    forms = tokenize(text)
    tree = parse(query).checked().tree

    def highlighted(engine: Engine) -> list[str]:
        matches = engine.execute(tree)
        (spans,) = matches.spans(list(matches))
        return [text[forms[start].span.start : forms[end - 1].span.end] for start, end in spans]

    corpus = small_corpus(text)
    assert ask_each_store(corpus, highlighted) == dict.fromkeys(STORES, expected)


@pytest.mark.parametrize("query", ["*-*", "l'*", "3,*", "mother *"])
def test_a_star_that_no_sign_joins_is_refused(query: str) -> None:
    """Otherwise it would match every word."""
    assert parse(query).problems[0].message == "* alone would match every word."


WORDS = [
    "e",
    "mail",
    "email",
    "mails",
    "Em",
    "ail",
    "3",
    "000",
    "000th",
    "3000",
    "3000th",
    "12",
    "o",
    "Connor",
    "d",
    "s",
]
SIGNS = [" ", " ", "-", "-", "'", "\u2019", ",", ".", "-\n", "\u00b7", ". "]
texts = st.lists(
    st.tuples(st.sampled_from(WORDS), st.sampled_from(SIGNS)), min_size=1, max_size=12
).map(lambda pairs: "".join(word + sign for word, sign in pairs))
queries = st.tuples(
    st.lists(
        st.tuples(st.sampled_from(WORDS), st.sampled_from(["-", "", "'", ","])),
        min_size=1,
        max_size=3,
    ),
    st.sampled_from(
        [
            *("{}", '"{}"', "={}", "{}*", "e{}*", "e*{}", "{}~"),
            *("e-*", "*-mail", "{}-*", "*-{}", "e-*-{}", "e-*-ma*", '"{} e-*"'),
            *('"{} mail"', "mail NEAR/2 {}", '"{} {}"~1'),
        ]
    ),
)


@settings(max_examples=60)
@given(st.lists(texts, min_size=1, max_size=3), texts, queries)
def test_every_engine_finds_the_same_spellings(
    contents: list[str], title: str, query: tuple[list[tuple[str, str]], str]
) -> None:
    """Joined words are found, counted and highlighted in every engine as in the oracle."""
    word = "".join(part + sign for part, sign in query[0]).strip("-,'")
    tree = parse(query[1].replace("{}", word)).tree
    corpus = small_corpus(*contents, title=title)
    expected = oracle(corpus)

    def ask(engine: Engine) -> None:
        assert_same_answer(engine, expected, tree)
        assert_same_occurrences(engine, expected, tree)

    ask_each_store(corpus, ask)
