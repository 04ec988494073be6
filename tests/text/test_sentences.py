"""`text.sentences`: where sentences begin, and that no word crosses such an offset."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from excerpt.model import Block, BlockKind, Document, Passage, Span
from excerpt.text import tokenize
from excerpt.text.document_tokens import tokenize_document
from excerpt.text.sentences import sentence_starts, starts_in_blocks, starts_in_paragraphs
from strategies import TwoSplits, documents_split_twice

P = BlockKind.PARAGRAPH
TEXTS = st.one_of(
    st.text('ab AB1.!?…-\n"”(«。」é\u0301\u00ad\u200b社ä', max_size=40),
    st.lists(
        st.sampled_from(
            [
                "U.S. ",
                "J. ",
                "revolu-\n",
                "tion. ",
                "Co-\n",
                "Op. ",
                "Mr. ",
                "5. ",
                "p. ",
                "The ",
                "end. ",
                "1. ",
                ". . . ",
            ]
        ),
        max_size=8,
    ).map("".join),
    st.text(max_size=20),
)


def sentences(text: str) -> list[str]:
    """Return the sentences of `text`, without the white space after each."""
    offsets = [0, *sentence_starts(text), len(text)]
    return [text[start:end].rstrip() for start, end in pairwise(offsets)]


@pytest.mark.parametrize(
    "text",
    [
        "They met. | They left! | Did they? | They did.",
        "Mr. Smith saw Dr. and Mrs. Hale. | He left.",
        "The U.S. Senate sat. | The Ph.D. Smith has is old.",
        "It is in the U.S. | The rest is not.",
        "They came at 5 p.m. | It was dark.",
        "J. A. Hobson and W. E. B. Du Bois wrote.",
        "See No. 5 and p. 12 and Vol. II and Art. 5. | Then stop.",
        "Will he come? | No. | She will.",
        "It fell in 1914. | In 1918 it rose.",
        "Am 5. September kam der 19. Jahrgang. | Er blieb im 2. Haus. | Dann ging er.",
        "Er wohnt u. a. in Bonn, z. B. Nordstadt, vgl. Brief 3 usw. | Das reicht.",
        "1. The mill. | 2. The shop. | IV. The end.",
        '"Stop." | (He did not.) | He said "no." | “Why?” he asked.',
        "„Halt!“ | „Wer da?“ | Niemand.",
        "« Assez. » | M. Blum parla.",
        "Wait… | What... | The British ... Empire fell ... | The end.",
        "What (?) Smith (!) said.",
        "It ended.[12] | Then more.",
        "It ended. — | The next day came.",
        "3.5 per cent of $4.25 at example.com. | Then more.",
        "La fin. | Élan vital. é. élan",
        "他说。| 我们走了！| “好。”| 然后",
        "वह गया। | वह आया।",
        "Contents ........... | 5",
        "end.next end. next",
        "",
        ".",
    ],
)
def test_where_sentences_begin(text: str) -> None:
    """Full stops end a sentence, except in abbreviations, initials, numbers and omissions."""
    expected = [
        part.strip() for part in text.replace("........... | 5", "........... 5").split("|")
    ]
    joined = (
        text.replace("........... | 5", "........... 5")
        .replace("。| ", "。")
        .replace("！| ", "！")
        .replace("”| ", "”")
    )
    assert sentences(joined.replace("| ", "")) == expected


@given(TEXTS)
@example("Foo-\nBar. A-\nb. C. D")
def test_no_word_crosses_the_start_of_a_sentence(text: str) -> None:
    """The tokens of the sentences, one by one, are the tokens of the text."""
    tokens = []
    offsets = [0, *sentence_starts(text), len(text)]
    for start, end in pairwise(offsets):
        tokens += tokenize(text[start:end], start)
    assert tokens == tokenize(text)


@given(TEXTS)
def test_no_sentence_begins_with_white_space(text: str) -> None:
    """Offsets ascend, lie inside the text, and point at something other than white space."""
    found = list(sentence_starts(text))
    assert found == sorted(set(found))
    assert all(0 < start < len(text) and not text[start].isspace() for start in found)


PARTS = st.lists(
    st.sampled_from(
        [
            *(
                "end.",
                "of.",
                "of.",
                "The",
                "the",
                "vs.",
                "capt.",
                "xii.",
                "xxxii.",
                "rd.",
                "wo",
                "Ab.",
                "J.",
                "U.S.",
            ),
            *(
                "1.",
                "12.",
                "123.",
                "7",
                "9.",
                "1970.",
                "12.1970.",
                "(ibid.)",
                "p.",
                "A",
                '"Then"',
                "[12]",
                "»",
                "–",
            ),
            *(
                "É",
                "é.",
                ".",
                "...",
                "..",
                "?",
                "。",
                "ए।",
                "A\u2029",
                "\U00020000.",
                "\x1c",
                "\n",
                "\t",
            ),
            *(
                "!",
                "?!",
                "…",
                "word!!!!!!!",
                "é........",
                "die........",
                "！",
                "。」",
                "。。",
                "？é",
            ),
            *("am", "5.", "September", "der", "IV.", "mix.", "civil.", "(a.", "no.", "XIV", "²a"),
            *("     ", "          ", "“A", "“A.", "«»", "—A", "— ", "[12345]", "[3]The"),
            *("a.b.c.d.e.", "Xyzxyzxyzxyzxyzxyzxyz", "гр.", "Ал.", "The!", "12.?", "A.。", "_"),
        ]
    ),
    max_size=9,
).map(" ".join)


@given(
    st.lists(
        st.tuples(
            st.one_of(TEXTS, PARTS, PARTS.map(lambda text: text.replace(". ", ".\n"))).map(
                str.strip
            ),
            st.sampled_from(["\n", " ", "\n\n- ", "", "|", ". ", "end", "\0"]),
            st.booleans(),
        ),
        max_size=6,
    )
)
@example(
    [
        ("One. Two", "", False),
        (". The three. É", "\n", False),
        ('Four. "é five. Is it? It is.', "", False),
    ]
)
@example([("So Mr ... Smith .... Is it ... Ab", "\n", False), ("1. 2. The end. ", "", False)])
@example(
    [
        ("Two things.", "\n", False),
        ("12. The mill.", " ", False),
        ("ended. So. 1970. Then", "", False),
    ]
)
@example([("ºa etc.！der", "\n", False), ("。\n。。", "\n\n", False), ("！ -", " ", False)])
@example([("12.?!  日本。", "\n", False), ("é. A. é. “A A. A.", "\n", False)])
@example([("a.b.c. éa.؟........\u3000U.S.S.R.", "\n", False), ("A. B. The", "\n", False)])
@example([("1. 1. 1. 1. The", "\n", False), ("am 5. Sept am. 5. Sept", "\n", False)])
def test_paragraphs_are_read_together_as_alone(parts: list[tuple[str, str, bool]]) -> None:
    """The sentences of a paragraph are those of its own text, whatever is before and after it.

    A paragraph that several blocks make up is one text.
    """
    text, blocks, begins, ends = "", list[Block](), list[int](), list[int]()
    for own, gap, may_go_on in parts:
        if own:
            start, end = len(text), len(text) + len(own)
            between = text[ends[-1] :] if blocks else ""
            goes_on = may_go_on and (len(between) == 1 or between.isspace())
            blocks.append(Block(Span(start, end), P, is_continuation=goes_on))
            if goes_on:
                ends[-1] = end
                text = text[: start - 1] + (between[-1] if between.isspace() else "\0")
            else:
                begins.append(start)
                ends.append(end)
        text += own + gap
    wholes = [text[start:end].replace("\0", " ") for start, end in zip(begins, ends, strict=True)]
    alone = [
        start + begin
        for start, whole in zip(begins, wholes, strict=True)
        for begin in (0, *sentence_starts(whole))
    ]
    assert [at for found in starts_in_blocks(text, blocks) for at in found] == alone
    if begins:
        assert starts_in_paragraphs(text, begins, ends).tolist() == alone


@given(documents_split_twice())
def test_sentences_do_not_depend_on_passages(cutting: TwoSplits) -> None:
    """The division of a document into passages does not change its sentences."""
    first, second = (
        tokenize_document(cutting.document, cut) for cut in (cutting.first, cutting.second)
    )
    pairs = set(zip(first.sentence_of, second.sentence_of, strict=True))
    assert len(pairs) == len(set(first.sentence_of)) == len(set(second.sentence_of))


@given(documents_split_twice())
def test_sentences_lie_within_paragraphs(cutting: TwoSplits) -> None:
    """No sentence has tokens of two paragraphs."""
    reading = tokenize_document(cutting.document, cutting.first)
    pairs = set(zip(reading.sentence_of, reading.paragraph_of, strict=True))
    assert len(pairs) == len(set(reading.sentence_of))


def test_a_sentence_crosses_a_page_break() -> None:
    """A block that continues another continues its sentence, whatever is between them."""
    text = "One ends. Two goes\n[p. 12]\non here. Three. \n\n Four."
    mark = text.index("[p.")
    whole = [
        Block(Span(0, mark - 1), P),
        Block(Span(mark, mark + 7), BlockKind.BOILERPLATE),
        Block(Span(mark + 8, text.index(" \n\n")), P, is_continuation=True),
        Block(Span(text.index("Four"), len(text)), P, is_continuation=True),
    ]
    blocks = [block for block in whole if block.kind is P]
    begun = [
        [text[start:].split(maxsplit=1)[0] for start in found]
        for found in starts_in_blocks(text, blocks)
    ]
    assert begun == [["One", "Two"], ["Three."], ["Four."]]
    apart = [block._replace(is_continuation=False) for block in blocks]
    assert [text[found[0] :].split(maxsplit=1)[0] for found in starts_in_blocks(text, apart)] == [
        "One",
        "on",
        "Four.",
    ]
    document = Document(text, tuple(whole), "text")
    reading = tokenize_document(
        document, [Passage(n, block.span, (block,)) for n, block in enumerate(blocks)]
    )
    assert reading.sentence_of == (0, 0, 1, 1, 1, 1, 2, 3)
