"""Hypothesis strategies: texts, documents split at random, corpora, and queries over them.

The vocabulary is small, so that words recur: inflected forms, the same word with marks and
capitals, composed and not, compounds, words of a script without spaces, ligatures, right-to-left
words, letters beyond the basic plane, and between them emoji and directional controls. Documents
have blocks of every kind, so sections end everywhere.
"""

from dataclasses import dataclass

from hypothesis import strategies as st

from excerpt.model import INSETS, SET_APART, Block, BlockKind, Document, Mark, Passage, Span
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
    MatchAll,
    MatchNone,
    Near,
    Node,
    Not,
    NotNear,
    Operand,
    Or,
    Pattern,
    Phrase,
    Scope,
    Term,
    Wildcard,
    Word,
)
from excerpt.text import fold, hyphenated_compounds, lower, tokenize
from excerpt.text.running_text import running_text

FORMS = (
    *(
        "war",
        "War",
        "wars",
        "party",
        "parties",
        "Partei",
        "Müller",
        "muller",
        "self",
        "rule",
        "selfrule",
    ),
    *("guerre", "guerres", "of", "the", "社", "会"),
    *(
        "Mu\u0308ller",
        "wa\u00adr",
        "w\u200dar\u0332",
        "𝐰𝐚𝐫",
        "ﬁn",
        "fin",
        "שָׁלוֹם",
        "שלום",
        "حَرْب",
        "𐐐𐐨",
    ),
)
WRITTEN = tuple(dict.fromkeys(word.form for form in FORMS for word in tokenize(form)))
"""The forms of their tokens: composed, without ignored characters."""
TERMS = tuple(sorted({fold(form) for form in WRITTEN}))
LANGUAGES = ("en", "de", "fr", "")
NAMES = ("author", "Place")
VALUES = ("Rosa War", "the Party", "Müller of the war")
DATES = (
    "1848",
    "1848-02-24",
    "c. 1850",
    "February 1848",
    "1917..1921",
    "44 BC",
    "../1848",
    "no date",
)
DAYS = ("", "-0043-01-01", "1848-02-23", "1848-02-24", "1849-12-31", "1919-01-01", "9999-12-31")
SEPARATORS = (
    *(" ", " ", " ", ", ", ". ", ".\n", "? “", "。", "-", "-\n", "\n", "'", " — "),
    *(" 👩🏽\u200d🚀 ", "🙂", " \u202e", "\u2067 "),
)
ODD_CHARACTERS = (
    "社กั𠀀𝐚힣가אָ’abAB09. -\n\r\t'_’—éßſİǅﬁ½²Ⅳ\u0301\u00ad\u200b\u2010\u2011\ufeff=¬⸗«"
    "Ёйж⼈⺟⻄東タกำ한\x00ʼ①ªÅ"
)
"""Characters of every class, of one to four bytes in UTF-8, composed and decomposed."""
Corpus = list[tuple[Document, list[Passage]]]


def texts(*, most: int = 12) -> st.SearchStrategy[str]:
    """Return up to `most` words with punctuation between them, or a full stop for no word."""
    pieces = st.lists(st.tuples(st.sampled_from(FORMS), st.sampled_from(SEPARATORS)), max_size=most)
    return pieces.map(lambda pairs: "".join(form + sign for form, sign in pairs).strip() or ".")


def odd_texts() -> st.SearchStrategy[list[str]]:
    """Return texts in which everything occurs that matters to the tokenizer."""
    pieces = [
        "U.S.",
        "S.P.G.B",
        "revolu-\n",
        "revolu¬\n",
        "a=\n",
        "b⸗ \n\n",
        "«\n",
        "tion",
        "self-",
        "\n",
        "government ",
        "a.b.",
    ]
    return st.lists(
        st.one_of(
            st.text(ODD_CHARACTERS, max_size=30),
            st.text(max_size=20),
            st.lists(st.sampled_from([*pieces, " Co-\nop", "-"])).map("".join),
        ),
        max_size=4,
    )


@st.composite
def documents(draw: st.DrawFn, number: int = 1) -> Document:
    """Draw a document with the id `number`, blocks of all kinds, and paths of its own."""
    parts = draw(
        st.lists(st.tuples(st.sampled_from(list(BlockKind)), texts()), min_size=1, max_size=6)
    )
    text = "\n\n".join(part for _, part in parts)
    blocks: list[Block] = []
    at = 0
    for kind, part in parts:
        goes_on = (
            bool(blocks) and blocks[-1].kind is kind is BlockKind.PARAGRAPH and draw(st.booleans())
        )
        is_guess = kind is BlockKind.HEADING and draw(st.booleans())
        span = Span(at, at + len(part))
        blocks.append(Block(span, kind, 1, is_continuation=goes_on, is_guess=is_guess))
        at += len(part) + 2
    folders = draw(
        st.lists(st.sampled_from(("a", "b/c", "z")), min_size=1, max_size=2, unique=True)
    )
    marks = tuple(
        mark
        for block in blocks
        if block.kind not in SET_APART
        for mark in draw(_marks(text, block))
    )
    return Document(
        text,
        tuple(blocks),
        draw(st.sampled_from(("text", "html"))),
        marks=marks,
        title=draw(texts(most=3)),
        language=draw(st.sampled_from(LANGUAGES)),
        metadata=draw(metadata()),
        hyphenated=hyphenated_compounds(text),
        id=number,
        paths=tuple(sorted(f"{folder}/{number}.txt" for folder in folders)),
    )


@st.composite
def _marks(draw: st.DrawFn, text: str, block: Block) -> list[Mark]:
    """Draw at most one inline mark in `block`, perhaps with another one in it."""
    if len(block.span) < 3 or not draw(st.booleans()):
        return []
    mark = draw(_mark(text, block.span, INSETS | SET_APART))
    if mark is None or mark.span == block.span:
        return []
    inner = draw(_mark(text, mark.span, SET_APART)) if mark.kind in INSETS else None
    return sorted(each for each in (mark, inner) if each is not None)


@st.composite
def _mark(draw: st.DrawFn, text: str, outer: Span, kinds: frozenset[BlockKind]) -> Mark | None:
    """Draw a mark of one of `kinds` in a stretch of `text`, if that has more than white space."""
    start = draw(st.integers(outer.start, outer.end - 1))
    end = draw(st.integers(start + 1, min(start + 8, outer.end)))
    piece = text[start:end].strip()
    if not piece:
        return None
    start = text.index(piece, start)
    return Mark(Span(start, start + len(piece)), draw(st.sampled_from(sorted(kinds))))


def metadata() -> st.SearchStrategy[tuple[tuple[str, str], ...]]:
    """Return a few pairs of name and value."""
    pairs = st.one_of(
        st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES)),
        st.tuples(st.sampled_from(("date", "Date", "year")), st.sampled_from(DATES)),
    )
    return st.lists(pairs, max_size=3).map(tuple)


def _pieces(draw: st.DrawFn, document: Document, block: Block) -> list[Block]:
    """Return `block`, perhaps split between two words; the second part continues the first."""
    text = document.text
    words = tokenize(block.span.of(running_text(text, document.marks)), block.span.start)
    if len(words) < 2 or not draw(st.booleans()):
        return [block]
    at = draw(st.sampled_from([word.span.start for word in words[1:]]))
    before = text[block.span.start : at]
    if text[at - 1] not in " \n" or before.rstrip().endswith("-"):
        return [block]
    first = block._replace(span=Span(block.span.start, block.span.start + len(before.rstrip())))
    return [first, block._replace(span=Span(at, block.span.end), is_continuation=True)]


@st.composite
def splits(draw: st.DrawFn, document: Document) -> list[Passage]:
    """Draw passages of `document`; a heading always starts one.

    Those of notes and captions within it follow, and those of text that is set apart come last.
    """
    groups: list[list[Block]] = []
    for block in document.blocks:
        if block.kind in SET_APART:
            continue
        for piece in _pieces(draw, document, block):
            if not groups or piece.kind is BlockKind.HEADING or draw(st.booleans()):
                groups.append([])
            groups[-1].append(piece)
    passages = []
    headings: tuple[str, ...] = ()
    for ordinal, group in enumerate(groups):
        if group[0].kind is BlockKind.HEADING:
            headings = (group[0].span.of(document.text), *headings[:1])
        span = Span(group[0].span.start, group[-1].span.end)
        marks = tuple(mark for mark in document.marks if span.start <= mark.span.start < span.end)
        passages.append(Passage(ordinal, span, tuple(group), headings, marks=marks))
    for span, kind in document.marks:
        if kind in INSETS:
            inner = tuple(mark for mark in document.marks if mark.kind in SET_APART)
            inner = tuple(mark for mark in inner if span.start <= mark.span.start < span.end)
            passages.append(Passage(len(passages), span, (Block(span, kind),), marks=inner))
    passages += draw(_passages_set_apart(document, len(passages)))
    return [passage._replace(id=f"{document.id:08x}{passage.ordinal:08x}") for passage in passages]


@st.composite
def _passages_set_apart(draw: st.DrawFn, document: Document, ordinal: int) -> list[Passage]:
    """Draw passages, numbered from `ordinal`, of the text in `document` that is set apart."""
    pieces = [Block(span, kind) for span, kind in document.marks if kind in SET_APART]
    pieces += [block for block in document.blocks if block.kind in SET_APART]
    groups: list[list[Block]] = []
    for piece in sorted(pieces):
        if not groups or draw(st.booleans()):
            groups.append([])
        groups[-1].append(piece)
    return [
        Passage(number, Span(group[0].span.start, group[-1].span.end), tuple(group))
        for number, group in enumerate(groups, ordinal)
    ]


@st.composite
def split_documents(draw: st.DrawFn, number: int = 1) -> tuple[Document, list[Passage]]:
    """Draw a document with its passages."""
    document = draw(documents(number))
    return document, draw(splits(document))


@st.composite
def corpora(draw: st.DrawFn, most: int = 3) -> Corpus:
    """Draw up to `most` documents, each with its passages."""
    n_documents = draw(st.integers(1, most))
    return [draw(split_documents(number)) for number in range(1, n_documents + 1)]


# Queries

terms = st.sampled_from(TERMS)
weights = st.sampled_from((1.0, 1.0, 2.0, 0.5))
variants = st.one_of(
    st.just(()),
    st.lists(st.tuples(st.sampled_from(LANGUAGES), terms), max_size=2).map(tuple),
)
"""Other spellings, often none."""
wildcards = st.sampled_from(("*", "w*", "*s", "?ar", "part*", "*r*", "se?f", "muller"))
patterns = st.sampled_from(("wars?", "part(y|ies)", ".*e.*", "[a-m].*", ""))


def plain_operands() -> st.SearchStrategy[Operand]:
    """Return a Word, Term or Form."""
    return st.one_of(
        st.builds(Word, terms, weights, variants=variants),
        st.builds(Term, terms, weights, variants),
        st.builds(Form, st.sampled_from(WRITTEN), weights),
        st.builds(_spelled, st.sampled_from((Word, Term)), st.sampled_from(WRITTEN)),
    )


def _spelled(node: type[Word] | type[Term], form: str) -> Word | Term:
    """Return a word with its accents as typed."""
    term, spelling = fold(form), lower(form)
    return node(term, spelling="" if spelling == term else spelling)


def word_operands() -> st.SearchStrategy[Operand]:
    """Return an operand that matches single words."""
    return st.one_of(
        plain_operands(),
        st.builds(Wildcard, wildcards, weights),
        st.builds(Fuzzy, terms, st.integers(1, 2), weights),
        st.builds(Pattern, patterns, weights),
    )


def _larger(below: st.SearchStrategy[Operand]) -> st.SearchStrategy[Operand]:
    several = st.lists(below, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Phrase, several, st.integers(0, 2), weights),
        st.builds(Near, below, below, st.integers(0, 4), st.booleans(), weights),
        st.builds(
            NotNear,
            below,
            below,
            st.integers(0, 4),
            st.sampled_from(("NEAR", "BEFORE", "AFTER")),
            weights,
        ),
        st.builds(Alternatives, several, weights),
    )


def operands() -> st.SearchStrategy[Operand]:
    """Return a word, phrase, proximity or alternatives, nested in each other."""
    return st.recursive(word_operands(), _larger, max_leaves=5)


def _words() -> st.SearchStrategy[Node]:
    return st.lists(st.builds(Word, terms, weights, variants=variants), min_size=1, max_size=3).map(
        lambda words: AllWords(tuple(words))
    )


def _booleans(below: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(below, min_size=1, max_size=3).map(tuple)
    return st.one_of(st.builds(And, several), st.builds(Or, several), st.builds(Not, below))


def scoped_trees() -> st.SearchStrategy[Node]:
    """Return a tree that a scope accepts."""
    simple: st.SearchStrategy[Node] = st.one_of(
        operands(), _words(), st.sampled_from((MatchAll(), MatchNone()))
    )
    return st.recursive(
        simple, lambda below: st.one_of(_booleans(below), scopes(below)), max_leaves=4
    )


def scopes(below: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Return `below` within one sentence, paragraph or document."""
    return st.builds(Scope, st.sampled_from(("sentence", "paragraph", "document")), below)


def field_nodes() -> st.SearchStrategy[Node]:
    """Return a condition on a field."""
    pairs = (
        *(("path", value) for value in ("a", "a/1.txt", "*.txt", "b/*", "b")),
        *(("format", value) for value in ("text", "html")),
        *(("lang", value) for value in ("en", "de")),
        *(("kind", str(kind)) for kind in BlockKind),
        *(("author", "party"), ("author", "rosa war"), ("Place", "müller"), ("place", "of the")),
    )
    return st.one_of(
        st.sampled_from(pairs).map(lambda pair: Field(*pair)),
        st.builds(DateRange, st.just("date"), st.sampled_from(DAYS), st.sampled_from(DAYS)),
        st.builds(InTitle, operands()),
        st.builds(InHeading, operands()),
    )


def trees() -> st.SearchStrategy[Node]:
    """Return a query of any kind."""
    simple: st.SearchStrategy[Node] = st.one_of(
        operands(),
        _words(),
        field_nodes(),
        scopes(scoped_trees()),
        st.sampled_from((MatchAll(), MatchNone())),
    )

    def larger(below: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        return st.one_of(_booleans(below), st.builds(FirstPassage, below))

    return st.recursive(simple, larger, max_leaves=5)


@dataclass(frozen=True)
class TwoSplits:
    """A document that is split into passages in two ways."""

    document: Document
    first: list[Passage]
    second: list[Passage]


@st.composite
def documents_split_twice(draw: st.DrawFn) -> TwoSplits:
    """Draw a document that is split into passages in two ways."""
    document = draw(documents())
    return TwoSplits(document, draw(splits(document)), draw(splits(document)))
