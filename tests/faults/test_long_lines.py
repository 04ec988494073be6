"""Tests that no text takes time out of proportion to its size, whatever its lines look like.

Each text of one kind of characters is read, cut into passages and tokenized under a limit of
processor time. It is some fifty times what an ordinary text of that size takes, so that a slow
machine does not matter, and a hundredth of what a quadratic pattern takes. Its function calls are
counted, too: a loop in Python over words or signs makes many times those of ordinary text.
"""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count, islice
from pathlib import Path
from random import Random

import pytest

from excerpt.errors import Unreadable
from excerpt.index.write.segment_builder import ColumnarSegmentBuilder
from excerpt.ingest.formats import read_document
from excerpt.ingest.passages import cut_passages
from excerpt.text import tokenize
from excerpt.text.sentences import sentence_starts
from excerpt.text_store.builder import TextFileBuilder

SIZE = 60_000
"""Characters of a text."""
COUNTED = 300_000
"""Characters of a text whose calls are counted: large enough to be read in fragments."""
SECONDS = 10
LINE_LENGTHS = (1, 7, 80, 1_000, SIZE)
KINDS = {
    "letters": "a",
    "words": "the river rose and nobody came ",
    "spaces": " ",
    "tabs": "\t",
    "digits": "7",
    "numbers": "7 ",
    "Roman numbers": "xiv ",
    "full stops": ".",
    "marks": "!?",
    "spaced stops": ". ",
    "commas": ",",
    "open brackets": "[",
    "brackets": "[]",
    "closed brackets": ")",
    "braces": "{{",
    "links": "[[",
    "references": "a[1] ",
    "page marks": "[Page 1]",
    "hyphens": "-",
    "spaced hyphens": "- ",
    "broken words": "com-\n",
    "Cyrillic": "ж",
    "Han": "汉。",
    "Thai": "ก",
    "Arabic": "ا",
    "Hebrew": 'צה"ל ',
    "combining marks": "a\u0301",
    "bare marks": "\u0301",
    "soft hyphens": "a\u00ad",
    "quotation marks": '"',
    "curly quotes": "“”",
    "apostrophes": "a'b",
    "superscripts": "a² ",
    "ligatures": "ﬁ",
    "dashes": "—",
    "less than": "<",
    "open tags": "<a ",
    "open comments": "<!--",
    "greater than": ">",
    "ampersands": "&",
    "entities": "&nbsp;",
    "equals signs": "=",
    "hash signs": "#",
    "bars": "|",
    "cells": "| a ",
    "plus signs": "+",
    "UTF-7": "a+APw-",
    "underscores": "_",
    "stars": "*",
    "backticks": "`",
    "backslashes": "\\",
    "colons": ":",
    "initials": "U.S.",
    "items": "1. ",
    "addresses": "http://a.b/",
    "capitals": "THE RIVER ",
    "form feeds": "a\f",
    "titles": "Dr. A. B. ",
    "questions": "Why? ",
    "zero-width spaces": "a\u200bb ",
    "zero-width spaces in one word": "a\u200bb\u200b",
    "Japanese": "日本語です。",
    "Korean": "한국어 ",
    "Devanagari": "हिन्दी ",
    "decomposed": "cafe\u0301 ",
    "middle dots": "a·b ",
    "elisions": "l'eau d'un ",
    "decimals": "1,234.50 ",
    "columns": "the river rose   ",
    "time stamps": "[0:12] the river ",
    "text converted twice": "cafÃ© ",
    "strong": "**a** ",
    "page numbers": "the river rose and\nthe lamp lit\n\n12\n\n",
    "named pages": "Page 1\n\nthe river rose\n\n",
    "form feeds between words": "the river rose and \f",
    "references in a sentence": "the river rose and[12] nobody came, ",
    "dense references": "ab[1] ",
    "dense superscripts": "ab² ",
    "contents": "Chapter 1 ..... 12\n",
    "headings": "CHAPTER I\n\nthe river\n\n",
    "capital lines": "THE RIVER\n\nrose and came\n\n",
    "dialogue": "— Yes, he said.\n",
    "quoted mail": "> the river rose\n",
    "verse": "  the river\n    rose\n",
    "notes": "[1] The book, p. 3.\n",
    "table rows": "| a | b |\n",
    "semicolons": "a;b;c\n",
    "bullets": "* item\n",
    "long items": "* an item of the list\n",
    "lines between blank lines": "the river rose and came\n\n",
    "sections": "# River\n\nthe river rose\n\n",
    "pages": "Page 1\n\nthe river rose and came\n\n",
    "mixed": 'aB1. [x] — "q" (z) <t> = # | ~ * _ ж汉 ',
}


ORDINARY = (
    "The river rose in the night of the 12th, and nobody came to the mill before noon. The\n"
    "keeper had lit the lamp, as he did every evening; his wife sat up with the book.\n\n"
)
MAX_CALLS = 2.1
"""Function calls for one of an ordinary text of the same size in bytes."""
MANY_PARTS = {
    "references in a sentence": 8,
    "long items": 6,
    "lines between blank lines": 4,
    "notes": 3,
    "Han": 3,
    "dialogue": 3,
    "initials": 3,
}
"""The same for texts with a mark, a sentence or a block for every few characters; ordinary text has
one for every 50 to 500. Most of these calls are methods of strings and lists."""


@contextmanager
def limit() -> Iterator[None]:
    """Fail a test that takes longer than `SECONDS` of processor time."""

    def stop(*_: object) -> None:
        pytest.fail(f"more than {SECONDS} s of processor time")

    former = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, former)


def lines(unit: str, length: int, size: int = SIZE) -> str:
    """Return a text of `size` characters in lines of `length`, all made of `unit`."""
    line = (unit * (length // len(unit) + 1))[:length] + "\n"
    return (line * (size // len(line) + 1))[:size]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.wiki", "a"])
def test_no_kind_of_line_takes_long(kind: str, name: str) -> None:
    """Texts of one kind of characters are read about as fast as others."""
    for length in LINE_LENGTHS:
        size = SIZE if name == "a.txt" else SIZE // 2
        text = lines(KINDS[kind], length, size)
        data = (f"<p>{text}" if name.endswith("html") else text).encode()
        with limit():
            document = read_document(name, data)
            passages = cut_passages(document._replace(origin=name), name)
        assert bool(passages) == bool(document.blocks)


def count_calls(text: str, folder: Path) -> int:
    """Return the number of function calls to read, cut and index `text`, with files in `folder`."""
    n_calls = 0

    def count_event(_frame: object, event: str, _argument: object) -> None:
        nonlocal n_calls
        n_calls += event in {"call", "c_call"}

    sys.setprofile(count_event)
    try:
        document = read_document("a.txt", text.encode())._replace(language="en", id=1)
        passages = cut_passages(document, "a.txt")
        TextFileBuilder(folder).add(TextFileBuilder(folder).encode(document, passages), text)
        builder = ColumnarSegmentBuilder(folder)
        builder.add(document, passages)
        builder.finish()
    finally:
        sys.setprofile(None)
    return n_calls


@pytest.fixture(scope="module")
def calls_of_ordinary_text(tmp_path_factory: pytest.TempPathFactory) -> int:
    """The calls for ordinary text of `COUNTED` bytes, after tables and caches are filled."""
    text = (ORDINARY * COUNTED)[:COUNTED]
    folder = tmp_path_factory.mktemp("index")
    count_calls(text, folder)
    return count_calls(text, folder)


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_of_line_takes_many_calls(
    kind: str, calls_of_ordinary_text: int, tmp_path: Path
) -> None:
    """No text needs many times the calls of an ordinary text with as many bytes."""
    text = lines(KINDS[kind], 80, COUNTED)
    text = text[: COUNTED * COUNTED // len(text.encode())]
    count_calls(text[:SIZE], tmp_path)
    most = MANY_PARTS.get(kind, MAX_CALLS)
    assert count_calls(text, tmp_path) <= most * calls_of_ordinary_text


@pytest.mark.parametrize("kind", KINDS)
def test_sentences_and_words_are_found_in_time(kind: str) -> None:
    """The reference rules for words and sentences take a time in proportion to the text."""
    text = lines(KINDS[kind], SIZE)
    with limit():
        starts = list(sentence_starts(text))
        tokens = tokenize(text)
    assert starts == sorted(set(starts))
    assert all(token.form for token in tokens)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("encoding", ["cp1251", "cp1252", "gb18030", "utf-16-le"])
def test_no_bytes_take_long_to_decode(kind: str, encoding: str) -> None:
    """The encoding of a text is found in time, with a letter beyond ASCII and without one."""
    text = lines(KINDS[kind], SIZE)
    for end in (b"", b"\xe9\x80"):
        data = text.encode(encoding, "ignore") + end
        with limit():
            encoding_found = ""
            with suppress(Unreadable):  # it may look binary
                encoding_found = read_document("a.txt", data).encoding
        assert encoding_found or encoding == "utf-16-le"


@pytest.mark.parametrize("kind", ["columns", "time stamps", "text converted twice", "spaces"])
def test_a_line_of_a_megabyte_is_examined_once(kind: str) -> None:
    """Columns, times and damage are sought in time also where one line is the whole text."""
    text = (KINDS[kind] * 1_000_000)[:1_000_000]
    with limit():
        document = read_document("a.txt", text.encode())
    assert len(document.text) <= len(text)


ALPHABETS = {
    "ASCII": "abcdefghijklmnopqrstuvwxyz",
    "capitals": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "digits": "0123456789",
    "hexadecimal": "0123456789abcdef",
    "Latin": "abcdefghilmnoprstuéèüöäñçšłß",
    "Greek": "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώἀὰᾶ",
    "Cyrillic": "абвгдежзийклмнопрстуфхцчшщъыьэюяё",
    "Arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهويةى",
    "Devanagari": "कखगघचछजझटठडढतथदधनपफबभमयरलवशषसहािीुूे",
    "Korean": "가각간갇갈감갑값강개걱건걸검겁게",
    "combining marks": "abcdefghijklmno\u0301\u0308\u0327",
}


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_distinct_words_take_few_calls(
    alphabet: str, calls_of_ordinary_text: int, tmp_path: Path
) -> None:
    """A text of words that all differ, as noisy OCR is, is not folded and stemmed word by word."""
    draw = Random(5)
    letters = ALPHABETS[alphabet]
    words = (  # none begins with a mark
        draw.choice(letters[:10]) + "".join(draw.choices(letters, k=draw.randint(2, 11)))
        for _ in count()
    )
    parts: list[str] = []
    size = 0
    while size < COUNTED:
        parts.append(" ".join(islice(words, 8)))
        size += len(parts[-1].encode()) + 1
    text = "\n".join(parts)
    count_calls(text[:SIZE], tmp_path)
    assert count_calls(text, tmp_path) <= MAX_CALLS * calls_of_ordinary_text
