"""`query.semantics`: the meaning of each node, by examples and by exhaustive search."""

import dataclasses
from collections.abc import Sequence
from itertools import pairwise, product
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.engines.memory import MemoryEngine
from excerpt.errors import QueryError, UnsupportedQuery
from excerpt.model import Block, BlockKind, Document, Passage, Span
from excerpt.query import semantics
from excerpt.query.ast import (
    DateRange,
    Field,
    FirstPassage,
    Form,
    Fuzzy,
    MatchAll,
    MatchNone,
    Near,
    Node,
    NotNear,
    Operand,
    Pattern,
    Phrase,
    Scope,
    Term,
    Wildcard,
    Word,
)
from excerpt.query.document_view import DocumentView, view_document
from excerpt.query.parser import parse
from excerpt.query.semantics import find_matches, matches_by_passage, matching_passages
from excerpt.query.term_matching import edit_distance, term_matcher
from excerpt.query.token_sequence import TokenSequence
from excerpt.query.word_forms import WordForms
from excerpt.text import fold, lower, stem
from excerpt.text.document_tokens import tokenize_document
from strategies import plain_operands, split_documents


class EnglishVocabulary:
    """A vocabulary with English stems, whose terms are those of the given forms."""

    languages = frozenset({"en"})
    main_language = "en"

    def __init__(self, forms: Sequence[str] = ()) -> None:
        self.terms = frozenset(map(fold, forms))

    def written(self, term: str) -> frozenset[tuple[str, str]]:
        """Return the term, if it is one of the terms."""
        return frozenset({("en", term)} if term in self.terms else ())

    def word_forms(self, word: Word) -> WordForms:
        """Return what `word` stands for in English."""
        return WordForms(word, ["en"], [("en", word.term)])

    def forms(self, word: Word) -> frozenset[tuple[str, str]]:
        """Return those of the terms that `word` stands for."""
        accepted = self.word_forms(word).accepted("en", sorted(self.terms))
        return frozenset(("en", form) for form in accepted)

    def expand(self, node: Node) -> frozenset[str]:
        """Return the terms that match."""
        assert isinstance(node, Wildcard | Fuzzy | Pattern)
        return frozenset(filter(term_matcher(node), self.terms))


def sequence(text: str, language: str = "en") -> TokenSequence:
    """Return the tokens of `text`, in which | ends a section, a paragraph and a passage."""
    forms: list[str] = []
    numbers: list[int] = []
    for number, section in enumerate(text.split("|")):
        words = section.split()
        forms += words
        numbers += [number] * len(words)
    stems = [stem(language, form) for form in forms]
    return TokenSequence(
        language, forms, list(map(fold, forms)), stems, numbers, numbers, numbers, numbers
    )


def found(query: str, text: str) -> list[list[tuple[int, int]]]:
    """Return the spans of each match of a query of one operand in `text`."""
    tokens = sequence(text)
    tree = parse(query).checked().tree
    assert isinstance(tree, Operand)
    return [
        [(span.start, span.end) for span in spans]
        for spans in find_matches(tree, tokens, EnglishVocabulary(tokens.forms))
    ]


@pytest.mark.parametrize(
    ("query", "text", "marks"),
    [
        ("party", "parties Party part", [[(0, 1)], [(1, 2)]]),
        ('"party"', "parties Party part", [[(1, 2)]]),
        ("=Party", "party Party PARTY", [[(1, 2)]]),
        ("=Müller", "Muller Müller", [[(1, 2)]]),
        ('"müller"', "Muller Müller", [[(0, 1)], [(1, 2)]]),
        ("part*", "part parties apart", [[(0, 1)], [(1, 2)]]),
        ("p?rt", "part port prt", [[(0, 1)], [(1, 2)]]),
        ("Engles~", "Engels Engl Engles", [[(0, 1)], [(2, 3)]]),
        ("/part(y|ies)/", "part party parties", [[(1, 2)], [(2, 3)]]),
        ('"a b"', "a b a x b b a b", [[(0, 2)], [(6, 8)]]),
        ('"a b"~1', "a x b a x x b", [[(0, 3)]]),
        ('"a a"', "a a a", [[(0, 2)], [(1, 3)]]),
        ('"a b"', "a|b", []),
        ("a NEAR/0 b", "b a|b", [[(0, 1), (1, 2)]]),
        ("a NEAR/1 b", "a x b x x a", [[(0, 1), (2, 3)]]),
        ("a BEFORE/1 b", "b a x b", [[(1, 2), (3, 4)]]),
        ("a NEAR/2 a", "a x a", [[(0, 1), (2, 3)]]),
        ("a NEAR/2 a", "a", []),
        ("a NEAR/3 b", "a a b", [[(1, 2), (2, 3)]]),
        ("a NEAR/5 b NEAR/5 c", "a c b", [[(0, 1), (1, 2), (2, 3)]]),
        ("(a NEAR/5 b) BEFORE/0 c", "a b x b c", [[(0, 1), (3, 4), (4, 5)]]),
        ('"a b" NEAR/1 c', "c x a b", [[(0, 1), (2, 4)]]),
        ('"a c"~1 NEAR/1 b', "a b c", []),
        ("b AFTER/1 a", "b a x b", [[(1, 2), (3, 4)]]),
        ("a NOT BEFORE/0 b", "a b a x b a", [[(2, 3)], [(5, 6)]]),
        ("a NOT BEFORE/1 b", "a b a x b a", [[(5, 6)]]),
        ("a NOT BEFORE/0 b", "b a|b", [[(1, 2)]]),
        ("a NOT AFTER/0 b", "b a a b x a", [[(2, 3)], [(5, 6)]]),
        ("a NOT NEAR/1 b", "a x b x x a x a b", [[(5, 6)]]),
        ("a NOT NEAR/0 a", "a a x a", [[(3, 4)]]),
        ('"a b" NOT BEFORE/0 "c d"', "a b c d a b c x", [[(4, 6)]]),
        ('"a b"~2 NOT BEFORE/0 c', "a b c b x a b", [[(5, 7)]]),
        ("a NOT BEFORE/0 (b NOT BEFORE/0 c)", "a b c a b", [[(0, 1)]]),
        ("(a NOT BEFORE/0 b) NEAR/0 c", "c a b c a", [[(3, 4), (4, 5)]]),
        ("(a NEAR/2 b) NOT NEAR/0 c", "a c b x a b", [[(4, 5), (5, 6)]]),
        ("(a OR b) NEAR/0 c", "a c b", [[(0, 1), (1, 2)], [(1, 2), (2, 3)]]),
        ("self-rule", "self rule selfrule self x rule", [[(0, 2)], [(2, 3)]]),
    ],
)
def test_matches(query: str, text: str, marks: list[list[tuple[int, int]]]) -> None:
    """Matches are minimal, use no token twice, stay within a section, and come in order."""
    assert found(query, text) == marks


def test_words_are_stemmed_in_the_language_of_the_document() -> None:
    """The stem of another language does not match."""
    assert not find_matches(Word("party"), sequence("parties", "de"), EnglishVocabulary())


words_of_three = st.lists(st.sampled_from("abc"), max_size=8).map(" ".join)


@given(
    text=words_of_three,
    gap=st.integers(0, 2),
    letters=st.lists(st.sampled_from("abc"), min_size=1, max_size=3),
)
def test_phrases_equal_exhaustive_search(text: str, gap: int, letters: list[str]) -> None:
    """The matches of a phrase are the minimal ones of all ascending choices of positions."""
    forms = text.split()
    ways = [
        (places[0], places[-1] + 1)
        for places in product(range(len(forms)), repeat=len(letters))
        if all(forms[place] == letter for place, letter in zip(places, letters, strict=True))
        and all(0 < later - place <= gap + 1 for place, later in pairwise(places))
    ]
    phrase = Phrase(tuple(map(Word, letters)), gap)
    assert ends(phrase, text) == minimal(ways)


@given(
    text=words_of_three,
    most=st.integers(0, 3),
    is_ordered=st.booleans(),
    sides=st.tuples(*[st.sampled_from("abc")] * 2),
)
def test_near_equals_exhaustive_search(
    text: str, most: int, is_ordered: bool, sides: tuple[str, str]
) -> None:
    """The matches of NEAR are the minimal ones of all pairs of near positions."""
    forms = text.split()
    ways = [
        (min(pair), max(pair) + 1)
        for pair in product(range(len(forms)), repeat=2)
        if (forms[pair[0]], forms[pair[1]]) == sides
        and 0 < abs(pair[0] - pair[1]) <= most + 1
        and (pair[0] < pair[1] or not is_ordered)
    ]
    near = Near(Word(sides[0]), Word(sides[1]), most, is_ordered)
    assert ends(near, text) == minimal(ways)


def ends(operand: Operand, text: str) -> list[tuple[int, int]]:
    """Return the start and end of each match of `operand`."""
    matches = find_matches(operand, sequence(text), EnglishVocabulary())
    return [(spans[0].start, spans[-1].end) for spans in matches]


def minimal(ways: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the ways with no other inside, in order."""
    distinct = set(ways)
    return sorted(
        way
        for way in distinct
        if not any(other != way and way[0] <= other[0] and other[1] <= way[1] for other in distinct)
    )


@given(
    text=words_of_three,
    most=st.integers(0, 3),
    relation=st.sampled_from(("NEAR", "BEFORE", "AFTER")),
    sides=st.tuples(*[st.sampled_from("abc")] * 2),
)
def test_not_near_equals_exhaustive_search(
    text: str, most: int, relation: Literal["NEAR", "BEFORE", "AFTER"], sides: tuple[str, str]
) -> None:
    """The matches of NOT NEAR are the positions of one word with no other at the distances."""
    forms = text.split()
    steps = range(1, most + 2)
    ways = [
        (place, place + 1)
        for place, form in enumerate(forms)
        if form == sides[0]
        and not (relation != "AFTER" and any(forms[place + n :][:1] == [sides[1]] for n in steps))
        and not (
            relation != "BEFORE" and any(place >= n and forms[place - n] == sides[1] for n in steps)
        )
    ]
    assert ends(NotNear(Word(sides[0]), Word(sides[1]), most, relation), text) == ways


def test_too_many_matches_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nested proximity with too many matches is an error, not an endless computation."""
    monkeypatch.setattr(semantics, "MAX_MATCHES", 50)
    with pytest.raises(UnsupportedQuery):
        found("a NEAR/9 a NEAR/9 a", "a " * 20)


# Sets of passages


def document(
    *parts: tuple[BlockKind, str], title: str = "", headings: tuple[str, ...] = ()
) -> DocumentView:
    """Return a document with a passage for each part."""
    text = "\n".join(part for _, part in parts)
    blocks = []
    at = 0
    for kind, part in parts:
        blocks.append(Block(Span(at, at + len(part)), kind))
        at += len(part) + 1
    whole = Document(
        text,
        tuple(blocks),
        "text",
        title=title,
        language="en",
        metadata=(("author", "Rosa, the Red"), ("Place", "Kraków")),
        paths=("letters/1848/a.txt", "z.md"),
    )
    passages = [Passage(n, block.span, (block,), headings) for n, block in enumerate(blocks)]
    return view_document(tokenize_document(whole, passages))


P, NOTE = BlockKind.PARAGRAPH, BlockKind.NOTE
SUBJECT = document(
    (P, "war and peace"),
    (P, "war"),
    (NOTE, "bread"),
    (P, "peace"),
    title="Land",
    headings=("Old bread",),
)


@pytest.mark.parametrize(
    ("query", "passages"),
    [
        ("war peace", {0}),
        ("war land", {0, 1}),
        ("bread peace", {0, 2, 3} - {2}),
        ("land bread", {2}),
        ("war OR bread", {0, 1, 2}),
        ("war -peace", {1}),
        ("-war", {2, 3}),
        ('"peace war"', {0}),
        ('"war bread"', set()),
        ("paragraph(war peace)", {0}),
        ("paragraph(war -peace)", {1}),
        ("paragraph(land war)", set()),
        ("document(war bread)", {0, 1, 2}),
        ("document(-peasant)", {0, 1, 2, 3}),
        ("document(paragraph(war peace) bread)", {0, 1, 2, 3}),
        ("war title:land", {0, 1}),
        ("title:l* OR war", {0, 1, 2, 3}),
        ("war title:war", set()),
        ('heading:"old bread"', {0, 1, 2, 3}),
        ("heading:war", set()),
        ("kind:note", {2}),
        ("title:land", {0}),
        ("-title:land", set()),
        ("path:letters", {0}),
        ("path:letters/1848/", {0}),
        ("path:lett", set()),
        ("path:1848", {0}),
        ("path:LETTERS", {0}),
        ("PATH:letters", {0}),
        ("Author:rosa", {0}),
        ("author\uff1arosa", {0}),
        ("path:Z.MD", {0}),
        ("author:ro*", {0}),
        ("author:r?sa", {0}),
        ("author:os*", set()),
        ('author:"the r*"', {0}),
        ("path:*.md", {0}),
        ("path:letters/*", {0}),
        ("path:z.md", {0}),
        ("format:TEXT", {0}),
        ("lang:en", {0}),
        ("lang:de", set()),
        ("author:rosa", {0}),
        ('author:"the red"', {0}),
        ('author:"red the"', set()),
        ("place:krakow", {0}),
    ],
)
def test_passages(query: str, passages: set[int]) -> None:
    """Each form of the query language matches these passages."""
    tree = parse(query, fields=["author", "place"]).checked().tree
    assert matching_passages(tree, SUBJECT, EnglishVocabulary(["land", "bread"])) == passages


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ("path:a[1].txt", ["x/a[1].txt", "a1.txt", "x/a1.txt"]),
        ('path:"x/a[1].txt"', ["x/a[1].txt", "x/a1.txt"]),
        ("path:a[12].txt", ["a1.txt", "x/a1.txt"]),
        ('path:"what?.txt"', ["what?.txt"]),
        ("path:x*[1].txt", ["x/a1.txt"]),
    ],
)
def test_a_path_may_have_the_signs_of_a_glob(query: str, paths: list[str]) -> None:
    """A file is found by its name as it is, and by a glob."""
    every = ["x/a[1].txt", "a1.txt", "what?.txt", "x/a1.txt"]
    tree = parse(query).checked().tree
    found = [
        path
        for path in every
        if matching_passages(tree, dataclasses.replace(SUBJECT, paths=[path]), EnglishVocabulary())
    ]
    assert found == paths


def test_everything_and_nothing() -> None:
    """MatchAll matches all passages, MatchNone none, FirstPassage the first one."""
    assert matching_passages(MatchAll(), SUBJECT, EnglishVocabulary()) == {0, 1, 2, 3}
    assert matching_passages(MatchNone(), SUBJECT, EnglishVocabulary()) == set()
    assert matching_passages(FirstPassage(Word("peace")), SUBJECT, EnglishVocabulary()) == {0}


@pytest.mark.parametrize(
    "tree",
    [Scope("document", Field("lang", "en")), Scope("sentence", DateRange("date", "", ""))],
)
def test_a_field_in_a_scope_is_refused(tree: Node) -> None:
    """A field within a scope is an error, not a wrong result."""
    with pytest.raises(UnsupportedQuery):
        matching_passages(tree, SUBJECT, EnglishVocabulary())


def test_a_match_belongs_to_the_passage_in_which_it_begins() -> None:
    """Spans count from the first token of their passage and may end in the next."""
    tree = parse('peace OR "peace war"').checked().tree
    assert matches_by_passage(tree, SUBJECT, EnglishVocabulary()) == {
        0: [(0, (Span(2, 3),)), (1, (Span(2, 4),))],
        3: [(0, (Span(0, 1),))],
    }


# Spelling


@pytest.mark.parametrize(
    ("first", "second", "letters"),
    [
        ("engels", "engles", 1),
        ("war", "war", 0),
        ("", "ab", 2),
        ("ca", "abc", 3),
        ("kitten", "sitting", 3),
    ],
)
def test_distance(first: str, second: str, letters: int) -> None:
    """Edits are insertions, deletions, replacements and swaps, and no letter has two."""
    assert edit_distance(first, second) == edit_distance(second, first) == letters


@pytest.mark.parametrize(
    ("node", "term", "fits"),
    [
        (Wildcard("*"), "", True),
        (Wildcard("a*c"), "abbc", True),
        (Wildcard("a*c"), "abcd", False),
        (Wildcard("a?c"), "ac", False),
        (Wildcard("[ab]"), "a", False),
        (Wildcard("*a" * 40 + "b"), "a" * 60, False),
        (Pattern("wars?"), "wars", True),
        (Pattern("war"), "wars", False),
        (Pattern(".*"), "a" * 10_000, True),
        (Fuzzy("war", 2), "warden", False),
        (Fuzzy("war", 2), "warsh", True),
    ],
)
def test_terms_match(node: Wildcard | Fuzzy | Pattern, term: str, fits: bool) -> None:
    """Nodes match whole terms, and no number of stars is slow."""
    assert term_matcher(node)(term) is fits


def test_an_expansion_over_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wildcard that matches too many words is an error that names it."""
    monkeypatch.setattr("excerpt.engines.memory.MAX_TERMS", 1)
    engine = MemoryEngine([])
    assert engine.count(Wildcard("w*")) == 0
    text = "war wars"
    whole = Document(text, (Block(Span(0, 8), P),), "text", id=1)
    engine = MemoryEngine([tokenize_document(whole, [Passage(0, Span(0, 8), whole.blocks)])])
    with pytest.raises(QueryError, match=r"w\* matches more than"):
        engine.execute(Wildcard("w*"))


@given(drawn=split_documents(), operand=plain_operands())
def test_every_match_is_a_matching_token(
    drawn: tuple[Document, list[Passage]], operand: Operand
) -> None:
    """In any document, the token of a match has the term, form or stem of its operand."""
    tokenized = tokenize_document(*drawn)
    engine = MemoryEngine([tokenized])
    view = view_document(tokenized)
    for spans in find_matches(operand, view.text, engine.vocabulary):
        token = tokenized.tokens[spans[0].start]
        if isinstance(operand, Word):
            assert (view.language, lower(token.form)) in engine.vocabulary.forms(operand)
        elif isinstance(operand, Term):
            variants = {spelling for _, spelling in operand.variants}
            assert token.term in {operand.term, *variants}
        else:
            assert isinstance(operand, Form)
            assert token.form == operand.form
