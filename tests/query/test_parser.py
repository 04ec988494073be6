"""`query.parser`: the tree of each form of the query language, and the problems of bad queries."""

import re
import subprocess
import sys
import unicodedata
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.errors import QueryError
from excerpt.present.terminal import underline_span
from excerpt.query import parser
from excerpt.query.ast import (
    AllWords,
    Alternatives,
    And,
    DateRange,
    Field,
    FirstPassage,
    Form,
    Fuzzy,
    InHeading,
    InTitle,
    MatchNone,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Pattern,
    Phrase,
    Scope,
    Term,
    Wildcard,
    Word,
    query_terms,
)
from excerpt.query.formatting import format_query
from excerpt.query.parser import parse
from excerpt.query.validation import MAX_NOTICES

A, B, C, D = map(Word, "abcd")
MALFORMED = Path(__file__).parents[1] / "golden" / "queries" / "malformed.txt"


def tree_of(source: str) -> Node:
    """Return the tree of a query without errors."""
    return parse(source, fields=["author"]).checked().tree


def phrase(*parts: str) -> Phrase:
    """Return the meaning of a word with a sign inside that is never written as one word."""
    return Phrase(tuple(map(Word, parts)))


def run(*stretches: str | list[str]) -> Phrase:
    """Return the meaning of a word in a script without spaces, with signs between `stretches`."""
    words = tuple(Word(part) for stretch in stretches for part in stretch)
    return Phrase(words, runs=tuple(map(len, stretches)))


def compound(*parts: str) -> Alternatives:
    """Return the node of a word with punctuation between `parts`."""
    return Alternatives((Phrase(tuple(map(Word, parts))), Word("".join(parts))))


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("a", A),
        ("moneyless society", AllWords((Word("moneyless"), Word("society")))),
        ("Müller's", Phrase((Word("muller", spelling="müller"), Word("s")))),
        ("O'Connor", compound("o", "connor")),
        ("O\u02bcConnor", compound("o", "connor")),
        ("d'eux", phrase("d", "eux")),
        ("Covid-19", compound("covid", "19")),
        ("3,000", Word("3000")),
        ("3,0*", Wildcard("30??*")),
        ("3,000*", Wildcard("3000*")),
        ("1.234.5*", Wildcard("12345??*")),
        ("3.1*", Phrase((Word("3"), Wildcard("1*")))),
        ("2.25", phrase("2", "25")),
        ("3-4", phrase("3", "4")),
        ('צה"ל', compound("צה", "ל")),
        ("צה”ל", compound("צה", "ל")),
        ("צה“ל", compound("צה", "ל")),
        ("workers'", Word("workers")),
        ("U.S.S.R.", Word("ussr")),
        ("self-determination", compound("self", "determination")),
        ("l'homme", phrase("l", "homme")),
        ("what is socialism?", AllWords((Word("what"), Word("is"), Word("socialism")))),
        ("Capital: A Critique", AllWords((Word("capital"), A, Word("critique")))),
        ("12:30", phrase("12", "30")),
        ("or not and", AllWords((Word("or"), Word("not"), Word("and")))),
        ("a - b", AllWords((A, B))),
        ("a+b", phrase("a", "b")),
        ("社会主義", run("社会主義")),
        ("社会*", run("社会")),
        ("社会、主義！", run("社会", "主義")),
        ("GDPの成長", run(["gdp", "の", "成", "長"])),
        ("a^3 b", AllWords((Word("a", 3.0), B))),
        ("a^.5", Word("a", 0.5)),
    ],
)
def test_words(source: str, tree: Node) -> None:
    """Juxtaposed words are one AllWords; punctuation in a word makes a compound."""
    assert tree_of(source) == tree


@pytest.mark.parametrize(
    "source",
    [
        '"united front"',
        "“united front”",
        "„united front“",
        "«united front»",
        '"united front”',
        '“united front"',
        "「united front」",
        "『united front』",
        "＂united front＂",
        "»united front«",
        '"United, front!"',
    ],
)
def test_quotes_of_all_kinds(source: str) -> None:
    """A phrase is a sequence of words, whatever its quotation marks and punctuation."""
    assert tree_of(source) == Phrase((Term("united"), Term("front")))


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ('"united"', Term("united")),
        ("=Green", Form("Green")),
        ('="World Socialist"', Phrase((Form("World"), Form("Socialist")))),
        ('"a b"~3', Phrase((Term("a"), Term("b")), 3)),
        ('"a b"~3^2', Phrase((Term("a"), Term("b")), 3, 2.0)),
        ('"class* struggle"', Phrase((Wildcard("class*"), Term("struggle")))),
        ('"what? no"', Phrase((Term("what"), Term("no")))),
        (
            '"a-b c"',
            Phrase((Alternatives((Phrase((Term("a"), Term("b"))), Term("ab"))), Term("c"))),
        ),
        (
            '"a\'b c"',
            Phrase((Alternatives((Phrase((Term("a"), Term("b"))), Term("ab"))), Term("c"))),
        ),
        ('"I\'ll go"', Phrase((Term("i"), Term("ll"), Term("go")))),
        ("“צה”ל”", Alternatives((Phrase((Term("צה"), Term("ל"))), Term("צהל")))),
        ('12"a b"', And((Word("12"), Phrase((Term("a"), Term("b")))))),
    ],
)
def test_phrases_and_forms(source: str, tree: Node) -> None:
    """Quoted words are not stemmed, = keeps case and marks, and phrases may have compounds."""
    assert tree_of(source) == tree


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("capital*", Wildcard("capital*")),
        ("*ism", Wildcard("*ism")),
        ("wom?n", Wildcard("wom?n")),
        ("wom?n?", Wildcard("wom?n")),
        ("MÜLL*", Wildcard("mull*", spelling="müll*")),
        ("a**b", Wildcard("a*b")),
        (
            "self-det*",
            Alternatives((Phrase((Word("self"), Wildcard("det*"))), Wildcard("selfdet*"))),
        ),
        ("Engles~", Fuzzy("engles")),
        ("Engles~2^3", Fuzzy("engles", 2, 3.0)),
        ("/Coloni[sz](e|ed)/", Pattern("coloni[sz](e|ed)")),
        (r"/m\wLL.*/^2", Pattern(r"m\wll.*", 2.0)),
        ("/Müll.*/", Pattern("mull.*")),
        ("/(a|b)*c?(d+)+/", Pattern("(a|b)*c?(d+)+")),
        (r"/\p{Greek}\W[À-É]/", Pattern(r"\p{Greek}\W[a-e]")),
        ("and/or", phrase("and", "or")),
    ],
)
def test_wildcards_and_the_like(source: str, tree: Node) -> None:
    """Wildcards, fuzzy words and patterns are folded; a final ? is a question mark."""
    assert tree_of(source) == tree


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("a b OR c", And((A, Or((B, C))))),
        ("a AND b OR c", Or((And((A, B)), C))),
        ("a OR b AND c", Or((A, And((B, C))))),
        ("a AND b AND c", And((A, B, C))),
        ("a NOT b", And((A, Not(B)))),
        ("a OR b NOT c", Or((A, And((B, Not(C)))))),
        ("a OR b -c", And((Or((A, B)), Not(C)))),
        ("a AND NOT b", And((A, Not(B)))),
        ("a b NOT c", And((AllWords((A, B)), Not(C)))),
        ("a b -c", And((AllWords((A, B)), Not(C)))),
        ("a NOT b NOT c", And((A, Not(B), Not(C)))),
        ("-a", Not(A)),
        ("NOT a", Not(A)),
        ("-(a b)", Not(AllWords((A, B)))),
        ("NOT (NOT a)", Not(Not(A))),
        ("(a OR b) c", And((Or((A, B)), C))),
        ("(a OR b)^2", Or((Word("a", 2.0), Word("b", 2.0)))),
        ("((a))", A),
        ('"a"OR(b)', Or((Term("a"), B))),
        ("a ... AND b", And((A, B))),
        ("a -=B", And((A, Not(Form("B"))))),
    ],
)
def test_operators(source: str, tree: Node) -> None:
    """NOT binds before AND, AND before OR, OR before juxtaposition."""
    assert tree_of(source) == tree


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("a NEAR/5 b", Near(A, B, 5)),
        ("a BEFORE/0 b", Near(A, B, 0, is_ordered=True)),
        ("a AFTER/3 b", Near(B, A, 3, is_ordered=True)),
        ("a NOT BEFORE/0 b", NotNear(A, B, 0, "BEFORE")),
        ("a NOT AFTER/2 b", NotNear(A, B, 2, "AFTER")),
        ("a NOT  NEAR/5 b", NotNear(A, B, 5, "NEAR")),
        ("a NOT BEFORE/0 b NOT AFTER/1 c", NotNear(NotNear(A, B, 0, "BEFORE"), C, 1, "AFTER")),
        ("NOT a NOT BEFORE/0 b", Not(NotNear(A, B, 0, "BEFORE"))),
        ("a NOT b NOT BEFORE/1 c", And((A, Not(NotNear(B, C, 1, "BEFORE"))))),
        ("a NEAR/1 b NEAR/2 c", Near(Near(A, B, 1), C, 2)),
        ("a NEAR/1 (b NEAR/2 c)", Near(A, Near(B, C, 2), 1)),
        ("a b NEAR/1 c OR d", And((A, Or((Near(B, C, 1), D))))),
        ("-a NEAR/1 b", Not(Near(A, B, 1))),
        (
            '(a OR "b c") NEAR/1 d*',
            Near(Alternatives((A, Phrase((Term("b"), Term("c"))))), Wildcard("d*"), 1),
        ),
        ("(a NEAR/3 b)^2", Near(A, B, 3, weight=2.0)),
        ("near NEAR", AllWords((Word("near"), Word("near")))),
        ("sentence(a b)", Scope("sentence", AllWords((A, B)))),
        ("paragraph(a -b)", Scope("paragraph", And((A, Not(B))))),
        ("document(a OR b) c", And((Scope("document", Or((A, B))), C))),
    ],
)
def test_proximity_and_scopes(source: str, tree: Node) -> None:
    """NEAR binds first and accepts alternatives; scopes accept any Boolean expression."""
    assert tree_of(source) == tree


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("title:peace", FirstPassage(InTitle(Word("peace")))),
        ('title:"a b" c', And((InTitle(Phrase((Term("a"), Term("b")))), C))),
        ("title:(a OR b)", FirstPassage(Or((InTitle(A), InTitle(B))))),
        (
            "title:(a b) -lang:en",
            FirstPassage(And((InTitle(A), InTitle(B), Not(Field("lang", "en"))))),
        ),
        ("heading:a", InHeading(A)),
        ("heading:(a NEAR/1 b)", InHeading(Near(A, B, 1))),
        ("kind:Note", Field("kind", "note")),
        ("path:letters/*.md", FirstPassage(Field("path", "letters/*.md"))),
        ('path:"a b/c (1).txt"', FirstPassage(Field("path", "a b/c (1).txt"))),
        ("a OR title:b", Or((A, InTitle(B)))),
        ("-lang:EN", FirstPassage(Not(Field("lang", "en")))),
        ('author:"Karl Marx"', FirstPassage(Field("author", "Karl Marx"))),
        ("a author:marx", And((A, Field("author", "marx")))),
        ("year:1904", FirstPassage(DateRange("date", "1904-01-01", "1904-12-31"))),
        ("date:1848-02", FirstPassage(DateRange("date", "1848-02-01", "1848-02-29"))),
        ("date:1848-2-3..1850", FirstPassage(DateRange("date", "1848-02-03", "1850-12-31"))),
        ("a year:1917..", And((A, DateRange("date", "1917-01-01", "")))),
        ("date:>=1848-02", FirstPassage(DateRange("date", "1848-02-01", ""))),
        ("date:>1848", FirstPassage(DateRange("date", "1849-01-01", ""))),
        ("date:<=1900", FirstPassage(DateRange("date", "", "1900-12-31"))),
        ("date:<1900", FirstPassage(DateRange("date", "", "1899-12-31"))),
        ("year:..1900", FirstPassage(DateRange("date", "", "1900-12-31"))),
    ],
)
def test_fields(source: str, tree: Node) -> None:
    """A query of document fields alone matches the first passage of each document."""
    assert tree_of(source) == tree


def test_exact_stems_no_word() -> None:
    """With `exact`, every word is a Term."""
    assert parse("a b-c", exact=True).tree == And(
        (Term("a"), Alternatives((Phrase((Term("b"), Term("c"))), Term("bc"))))
    )


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("a b c", Or((A, B, C))),
        ('a "b"', Or((A, Term("b")))),
        ("a b -c", And((Or((A, B)), Not(C)))),
        ("a b lang:en", And((Or((A, B)), Field("lang", "en")))),
        ("(a b) AND c", And((Or((A, B)), C))),
    ],
)
def test_any_word(source: str, tree: Node) -> None:
    """With `any_word`, juxtaposed words are alternatives; NOT and fields still apply to all."""
    assert parse(source, any_word=True).tree == tree


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("a AND (b", AllWords((A, Word("and"), B))),
        ("title:a*", phrase("title", "a")),
        ('"a?b" -c', And((phrase("a", "b"), C))),
    ],
)
def test_literal(source: str, tree: Node) -> None:
    """With `literal`, every sign is punctuation."""
    assert parse(source, literal=True).tree == tree


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("a-b c", Or((A, B, Word("ab"), C))),
        ("b's", Or((B, Word("s")))),
        ("o'b", Or((Word("o"), B, Word("ob")))),
        ('"a b"', Or((A, B))),
        ("社会 a", Or((run("社会"), A))),
        ("社会主義", Or((run("社会"), run("会主"), run("主義")))),
        ("社会、主義", Or((run("社会"), run("主義")))),
        ("GDP値", Or((Word("gdp"), run(["gdp", "値"])))),
        ("水、火", Or((Word("水"), Word("火")))),
    ],
)
def test_any_word_of_a_compound(source: str, tree: Node) -> None:
    """With both, compounds become words, and words in scripts without spaces pairs."""
    assert parse(source, literal=True, any_word=True).tree == tree


@pytest.mark.parametrize(
    "source",
    [
        '"https://excerpt.example/a?b=c*d~1"',
        "\u201chttps://excerpt.example/a?b=c*d~1\u201d",
        "\u00abhttps://excerpt.example/a?b=c*d~1\u00bb",
    ],
)
def test_a_quoted_address_has_no_wildcards(source: str) -> None:
    """Question marks, asterisks and tildes are signs of the address, in all quotation marks."""
    words = ("https", "excerpt", "example", "a", "b", "c", "d", "1")
    query = parse(source)
    assert (query.tree, query.problems) == (Phrase(tuple(map(Term, words))), ())


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        (
            "https://excerpt.example/a?b=c~1",
            phrase("https", "excerpt", "example", "a", "b", "c", "1"),
        ),
        ("www.excerpt.example", phrase("www", "excerpt", "example")),
        ("bea@oakes.example", phrase("bea", "oakes", "example")),
        ("§12(3)", phrase("12", "3")),
        ("comrade(s)", phrase("comrade", "s")),
        ("a(b OR c)", And((A, Or((B, C))))),
        ("NOT(a)", Not(A)),
    ],
)
def test_addresses_and_inner_brackets_are_text(source: str, tree: Node) -> None:
    """The address of a page or a mailbox is literal; brackets directly after a letter are text."""
    query = parse(source, fields=["author"])
    assert (query.tree, query.problems) == (tree, ())


@pytest.mark.parametrize(
    ("source", "notice"),
    [
        ("wage|strike", "Write wage OR strike."),
        ("C++", "C++ finds C."),
        ("C#", "C# finds C."),
        (".NET", ".NET finds NET."),
    ],
)
def test_signs_that_are_not_searched_are_noticed(source: str, notice: str) -> None:
    """The query is answered, and a notice says what it finds or what to write."""
    (problem,) = parse(source, fields=[]).problems
    assert not problem.is_error
    assert notice in f"{problem.message} {problem.remedy}"


def test_an_unknown_field_is_noticed() -> None:
    """An unknown field is read as words, and a notice names a field that is nearly the same."""
    query = parse("war autor:marx", fields=["author"])
    (problem,) = query.problems
    assert not problem.is_error
    assert problem.span.of(query.source) == "autor:"
    assert problem.remedy.startswith("Did you mean author:?")
    assert "Did you mean" not in parse("zzz:marx", fields=["author"]).problems[0].remedy
    assert query.checked().tree == And((Word("war"), phrase("autor", "marx")))


@pytest.mark.parametrize("part", ["autor:marx ", "mass near/5 party ", "war && "])
def test_notices_of_one_kind_are_limited(part: str) -> None:
    """A query with the same mistake in many places has only a few notices about it."""
    assert len(parse(part * (MAX_NOTICES - 1)).problems) == MAX_NOTICES - 1
    assert len(parse(part * 10 * MAX_NOTICES).problems) == MAX_NOTICES


@pytest.mark.parametrize(
    "source", ["Capital: A Critique", "http://example.org/a", "12:30", "title:a"]
)
def test_colons_in_ordinary_text_are_not_noticed(source: str) -> None:
    """A colon after a number, in an address or after a known field makes no notice."""
    assert parse(source).problems == ()


@pytest.mark.parametrize(
    ("source", "noticed", "remedy"),
    [
        ("war NEAR peace", ["NEAR"], "NEAR/5"),
        ("(war) BEFORE “peace”", ["BEFORE"], "BEFORE/5"),
        ("war near/12 peace", ["near/12"], "NEAR/12"),
        ("war NOT BEFORE peace", ["BEFORE"], "NOT BEFORE/5"),
        ("war not after/0 peace", ["after/0"], "NOT AFTER/0"),
        ("war Before/3 /p.*/", ["Before/3"], "BEFORE/3"),
        ("a NEAR b NEAR c BEFORE d NEAR e", ["NEAR", "NEAR", "BEFORE"], "NEAR/5"),
        ("war W/7 peace", ["W/7"], "NEAR/7"),
        ("war n/3 (peace)", ["n/3"], "NEAR/3"),
        ("war PRE/3 peace", ["PRE/3"], "BEFORE/3"),
        ("war NEAR4 peace", ["NEAR4"], "NEAR/4"),
        ("war ADJ peace", ["ADJ"], "BEFORE/0"),
    ],
)
def test_a_word_that_looks_like_an_operator_is_noticed(
    source: str, noticed: list[str], remedy: str
) -> None:
    """NEAR without a number is read as a word, and a notice shows how to write the operator."""
    query = parse(source)
    assert [problem.span.of(source) for problem in query.problems] == noticed
    assert not any(problem.is_error for problem in query.problems)
    assert remedy in query.problems[0].remedy
    assert query.checked().tree != MatchNone()


@pytest.mark.parametrize(
    "source",
    [
        "far and near",
        "war near peace",
        "war adj peace",
        "vitamin W deficiency",
        "W/5 peace",
        "NEAR peace",
        "war NEAR",
        "a -NEAR b",
        "a NEAR/5 b",
        '"a NEAR b"',
    ],
)
def test_near_as_an_ordinary_word_is_not_noticed(source: str) -> None:
    """NEAR at an end of the query, in quotes or in small letters makes no notice."""
    assert parse(source).problems == ()


SIMPLE_WORDS = (
    st.sampled_from(["war", "War", "peace", "near", "Near", "not", "Not", "and", "or", "a"])
    | st.sampled_from(["NOT", "AND", "US", "d", "NEAR/1", "NEAR/20", "NEAR/0", "NEAR/100", "NEAR"])
    | st.text('aZé-*"~', max_size=4)
    | st.sampled_from(["war*", "War*", "war~", "w~", "w*", "War~2"])
)


@given(st.lists(SIMPLE_WORDS, max_size=5), st.booleans(), st.booleans(), st.booleans())
def test_simple_queries_mean_what_others_mean(
    words: list[str], is_quoted: bool, any_word: bool, exact: bool
) -> None:
    """The shorter way to read words of plain letters has the same trees and problems."""
    source = " ".join(words)
    source = f'"{source}"' if is_quoted else source
    never = re.compile("(?!)")
    with patch.multiple(parser, _SIMPLE=never, _SIMPLE_NEAR=never, _SIMPLE_PATTERN=never):
        expected = parse(source, any_word=any_word, exact=exact)
    assert parse(source, any_word=any_word, exact=exact) == expected


def caret(error: QueryError) -> str:
    """Return the query with carets under the span of `error`, as the command shows it."""
    return "\n".join(underline_span(error.source, error.span))


def cases() -> list[str]:
    """Return the malformed queries, each with its carets, message and remedy."""
    return MALFORMED.read_text(encoding="utf-8").strip("\n").split("\n\n")


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.split("\n")[0])
def test_the_message_for_a_malformed_query(case: str) -> None:
    """A malformed query has one message, with its position and a remedy."""
    source = case.split("\n", maxsplit=1)[0]
    with pytest.raises(QueryError) as caught:
        parse(source, fields=["author"]).checked()
    error = caught.value
    assert "\n".join((caret(error), error.what, *map(str, error.remedies))) == case


@pytest.mark.parametrize(
    "case",
    [case for case in cases() if "cannot be an operand" in case and "\nWrite " in case],
    ids=lambda case: case.split("\n")[0],
)
def test_queries_in_remedies_for_near_are_correct(case: str) -> None:
    """A remedy for an operand that NEAR cannot have is a query without errors."""
    remedy = case.rsplit("\n", 1)[-1]
    written = remedy.removeprefix("Write ").removesuffix(".")
    assert [problem for problem in parse(written).problems if problem.is_error] == []


@pytest.mark.parametrize(
    ("source", "same"),
    [
        ("sentence(title:a b)", "title:a AND sentence(b)"),
        ("sentence(a -author:b)", "NOT author:b AND sentence(a)"),
        ("sentence(title:a OR b)", "title:a OR sentence(b)"),
        ("paragraph(sentence(heading:a b c) d)", "heading:a AND paragraph(sentence(b c) AND d)"),
        ("document((year:1900 OR a) b)", "(year:1900 AND document(b)) OR document(a AND b)"),
        ("sentence(NOT (kind:note OR a))", "NOT kind:note AND sentence(NOT a)"),
        ("sentence(NOT (lang:en a))", "NOT lang:en OR sentence(NOT a)"),
        ("sentence(title:a)^2 b", "title:a b"),
    ],
)
def test_fields_in_scopes_are_conditions_of_the_passage(source: str, same: str) -> None:
    """They are true or false in the whole sentence, paragraph or document."""
    assert tree_of(source) == tree_of(same)


def test_fields_in_a_scope_have_a_limit() -> None:
    """Each combination of fields is looked for by itself, so there may not be thousands."""
    query = "sentence({})".format(" ".join(f"(title:a{n} OR b{n})" for n in range(7)))
    (problem,) = parse(query).problems
    assert problem.is_error
    assert "too many ways" in problem.message


def test_problems_are_ordered_by_position() -> None:
    """The first of several problems is the one that is raised."""
    problems = parse('a) *x* word^ ""').problems
    assert [problem.span.start for problem in problems] == [1, 7, 13]


@pytest.mark.parametrize(
    ("source", "is_fine"),
    [
        ("(" * 50 + "a" + ")" * 50, True),
        ("(" * 51 + "a" + ")" * 51, False),
        ("a NEAR/1 " * 50 + "a", True),
        ("a NEAR/1 " * 51 + "a", False),
        ("a OR " * 399 + "abc", True),
        ("a OR " * 400 + "abc", False),
        ("word " * 20_000, True),
        ("word " * 20_001, False),
        ('"a b" ' * 1_024, True),
        ('"a b" ' * 1_025, False),
    ],
)
def test_limits(source: str, is_fine: bool) -> None:
    """Depth, length and clauses are limited; plain words only by their 100,000 characters."""
    problems = parse(source).problems
    assert (problems == ()) is is_fine


@pytest.mark.parametrize("sign", ["„", "“", '"', "«", "(", ")", "*", "?", "?a", "-", "^", "/", "="])
def test_many_signs_are_read_in_linear_time(sign: str) -> None:
    """A hundred thousand signs are read in seconds; a quadratic step would take minutes."""
    assert parse(sign * (99_000 // len(sign))).problems


@pytest.mark.parametrize("text", ["a", "社", "~a", "a-", "a:b ", "“a” ", "a? ", "e\u0301"])
def test_a_long_text_is_read_in_linear_time(text: str) -> None:
    """A text of about 100,000 characters can be pasted as a query."""
    n_times = 1_000 if "“" in text else 99_000 // len(text)
    assert parse(text * n_times).checked().tree != MatchNone()


def test_words_and_phrases_need_no_grammar() -> None:
    """Whoosh is imported for operators, and not for plain queries."""
    code = (
        "import sys; from excerpt.query.parser import parse;"
        "parse('what is \"united front\" self-rule =Green capital*');"
        "print('whoosh' in sys.modules); parse('a OR b'); print('whoosh' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


ATOMS = st.sampled_from(
    (
        *(
            "a",
            "war",
            "Peace",
            "社",
            "é",
            "e\u0301",
            "\u0338",
            "ﬁ",
            "ß",
            "\ud800",
            "\x00",
            "\u200b",
            "\u00ad",
        ),
        *(
            '"',
            "“",
            "”",
            "„",
            "«",
            "»",
            "(",
            ")",
            "*",
            "?",
            "~",
            "^",
            "=",
            "-",
            "/",
            "\\",
            ":",
            "'",
            ".",
            "|",
        ),
        *(
            "2",
            "3.5",
            " ",
            " ",
            " ",
            "\n",
            "AND",
            "OR",
            "NOT",
            "NEAR/5",
            "BEFORE/",
            "title:",
            "heading:(",
        ),
        *(
            "year:",
            "1848",
            "..",
            ">=",
            "author:",
            "path:",
            "sentence(",
            "kind:note",
            "[",
            "]",
            "{",
            "}",
            "+",
        ),
    )
)
queries = st.one_of(st.lists(ATOMS, max_size=14).map("".join), st.text(max_size=20))


@given(source=queries, any_word=st.booleans(), exact=st.booleans(), literal=st.booleans())
def test_any_string_can_be_parsed(source: str, any_word: bool, exact: bool, literal: bool) -> None:
    """Every string has a tree, or an error with a span inside it, and the same each time."""
    query = parse(source, any_word=any_word, exact=exact, literal=literal, fields=["author"])
    assert query == parse(
        source, any_word=any_word, exact=exact, literal=literal, fields=["author"]
    )
    for problem in query.problems:
        assert 0 <= problem.span.start <= problem.span.end <= len(source)
        assert problem.message
        assert problem.remedy
    try:
        query.checked()
    except QueryError as error:
        assert query.tree == MatchNone()
        caret(error)
    else:
        assert query.tree != MatchNone()


@given(source=queries, any_word=st.booleans(), exact=st.booleans(), literal=st.booleans())
def test_a_formatted_query_has_the_same_tree(
    source: str, any_word: bool, exact: bool, literal: bool
) -> None:
    """Parsing the result of `format_query` gives the same tree."""
    query = parse(source, any_word=any_word, exact=exact, literal=literal, fields=["author"])
    if query.tree != MatchNone():
        assert parse(format_query(query.tree), fields=["author"]).tree == query.tree


@given(source=queries)
def test_composed_and_decomposed_queries_are_the_same(source: str) -> None:
    """NFC and NFD of a query have the same tree."""
    composed, decomposed = (unicodedata.normalize(form, source) for form in ("NFC", "NFD"))
    assert parse(composed).tree == parse(decomposed).tree


def test_spans_refer_to_the_query_as_typed() -> None:
    """Decomposed letters before an error do not shift its span."""
    source = unicodedata.normalize("NFD", "éééé AND")
    (problem,) = parse(source).problems
    assert problem.span.of(source) == "AND"


def test_the_weight_of_a_group_multiplies_those_inside() -> None:
    """The weight of a group applies to each of its operands."""
    tree = parse('(a^2 "b c" (d NEAR/2 a))^3').checked().tree
    weights = [getattr(term, "weight", None) for term in query_terms(tree)]
    assert weights == [6.0, 3.0, 3.0]


def test_the_caret_stands_under_wide_characters() -> None:
    """A Chinese character takes two columns, a tab takes one."""
    with pytest.raises(QueryError) as caught:
        parse("社会\tAND").checked()
    assert caret(caught.value) == "社会␉AND\n     ^^^"


def test_a_query_of_several_lines_is_shown_as_one() -> None:
    """Line ends in a query are shown as visible characters."""
    with pytest.raises(QueryError) as caught:
        parse("war\nand (peace\nnow").checked()
    assert caret(caught.value) == "war␊and (peace␊now\n        ^"


@pytest.mark.parametrize(
    ("source", "marked", "remedy"),
    [
        ("war && peace", "&&", "Write AND."),
        ('"war" || "peace"', "||", "Write OR."),
        ("war | peace", "|", "Write OR."),
        ("peace !war", "!", "Write NOT."),
        ("peace ! war", "!", "Write NOT."),
        ("title: war", "title:", "To search the field, remove the space."),
        ('heading: "war"', "heading:", "To search the field, remove the space."),
    ],
)
def test_signs_of_other_languages_are_noticed(source: str, marked: str, remedy: str) -> None:
    """An operator of another language, or a space after a field, makes a notice."""
    (problem,) = parse(source).problems
    assert problem.span.of(source) == marked
    assert problem.remedy == remedy
    assert not problem.is_error


@pytest.mark.parametrize(
    "source", ["hello! world", "wow!! war", "a&&b", "AT&T", "title:war", "word:", "!! war"]
)
def test_ordinary_signs_are_not_noticed(source: str) -> None:
    """Punctuation in ordinary text makes no notice."""
    assert parse(source).problems == ()
