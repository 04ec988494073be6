"""`excerpt.index.read.joined_terms`: every spelling that occurs is tried, and few others."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.stores import small_corpus
from excerpt.index.engine import ColumnarEngine
from excerpt.index.read.vocabulary import IndexVocabulary
from excerpt.index.write.index_writer import ColumnarWriter
from excerpt.query.ast import Form, Term, Word
from excerpt.query.spellings import separate_spellings
from excerpt.text import fold, lower

PARTS = (
    "e",
    "mail",
    "mails",
    "e\u0301t\u00e9s",
    "Stra\u00dfe",
    "gewerkt",
    "werk",
    "meng",
    "re",
    "3",
)
LANGUAGES = ("en", "de", "fr", "nl", "id", "")
compounds = st.lists(st.sampled_from(PARTS), min_size=2, max_size=4)


@contextmanager
def vocabulary_of(texts: list[str], languages: list[str]) -> Iterator[IndexVocabulary]:
    """Open the vocabulary of an index of `texts`, each in one of `languages`."""
    corpus = [
        (document._replace(language=language), passages)
        for (document, passages), language in zip(small_corpus(*texts), languages, strict=True)
    ]
    with TemporaryDirectory() as folder:
        writer = ColumnarWriter(Path(folder), None)
        for document, passages in corpus:
            writer.replace(document, passages)
        manifest = writer.prepare()
        writer.close()
        engine = ColumnarEngine(Path(folder), manifest)
        yield engine.vocabulary
        engine.close()


@settings(max_examples=60)
@given(
    contents=st.lists(
        st.tuples(st.lists(compounds, min_size=1, max_size=4), st.sampled_from(LANGUAGES)),
        min_size=1,
        max_size=3,
    ),
    wanted=compounds,
)
def test_the_same_spellings_are_found(
    contents: list[tuple[list[list[str]], str]], wanted: list[str]
) -> None:
    """Dividing a word where the index says gives all spellings that can occur in it."""
    texts = [" ".join("-".join(parts) for parts in compounds) for compounds, _ in contents]
    word = lower("".join(wanted))
    with vocabulary_of(texts, [language for _, language in contents]) as vocabulary:
        joined = frozenset(vocabulary._spellings._joined_terms)
        for operand in (Word(fold(word), spelling=word), Term(fold(word)), Form("".join(wanted))):
            every = separate_spellings(operand, joined)
            expected = tuple(filter(vocabulary._spellings._may_occur, every))
            assert vocabulary.spellings(operand) == expected


def test_a_word_is_divided_only_before_a_beginning_that_occurs() -> None:
    """Neither is a term that is joined to others enough, nor one that begins like a joined term."""
    with vocabulary_of(["an e-mail, a re-election"], ["en"]) as vocabulary:
        divided = {
            word: list(vocabulary._spellings._joined_terms.divisions(word))
            for word in ("email", "emit", "enough", "reelected", "read", "electing", "r")
        }
    assert divided == {
        "email": [1],
        "emit": [1],
        "enough": [],
        "reelected": [2],
        "read": [],
        "electing": [],
        "r": [],
    }
