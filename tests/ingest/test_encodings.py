"""Tests of the encodings that are recognised, on samples in each language and encoding."""

from collections.abc import Iterator

import pytest

from archives import archive_of, files_of
from encoded_texts import ENCODINGS, TEXTS, encoded
from excerpt.ingest.decode import decode
from excerpt.ingest.formats import read_document

ARCHIVE = archive_of("udhr")
MAX_MISREAD = 0.03
"""Share of the samples that may be misread."""
MIN_LETTERS = 200
EXPECTED = {
    "Latin1": ("cp1252",),
    "Latin2": ("iso8859-2", "cp1250"),
    "Cyrillic": ("iso8859-5", "cp1251"),
    "Baltic": ("cp1257", "iso8859-4"),
    "Turkish": ("cp1254",),
    "Greek": ("iso8859-7", "cp1253"),
    "Hebrew": ("cp1255",),
    "Arabic": ("cp1256", "iso8859-6"),
    "SJIS": ("cp932",),
    "JIS": ("iso2022_jp",),
    "EUC": ("euc_jp", "euc_kr", "gb18030"),
    "HZ": ("hz",),
    "GB2312": ("gb18030",),
    "UTF8": ("utf-8",),
}
"""Codecs for the encodings that are named in a collection of one text in many languages."""
MISNAMED = {
    "Czech_Cesky-UTF8": "cp1250",
    "Hungarian_Magyar-Latin1": "cp1250",
    "Latvian-Latin1": "cp1257",
    "Kazakh-Cyrillic": "",  # a font of its own
}
"""Codecs of the files of this collection that are in another encoding than named."""


def prefix(text: str, n_letters: int) -> str:
    """Return the start of `text` with this many letters."""
    for end, _ in enumerate(text, 1):
        if sum(map(str.isalpha, text[end - 1])):
            n_letters -= 1
        if n_letters == 0:
            return text[:end]
    return text


def letters(text: str) -> str:
    """Return the letters of a text: a wrong sign is no misreading."""
    return "".join(filter(str.isalpha, text))


def samples() -> Iterator[tuple[str, str, bytes]]:
    """Yield names, texts and bytes, in two lengths, of every language in its encodings."""
    for encoding, languages in ENCODINGS.items():
        for language in languages.split():
            for length in (MIN_LETTERS, len(TEXTS[language])):
                made = encoded(prefix(TEXTS[language], length), encoding)
                assert made is not None, (encoding, language)
                yield f"{encoding} {language} {length}", *made


def page(text: bytes) -> bytes:
    """Return a page that declares no encoding, with more markup than text."""
    menu = b'<li class="menu-item current"><a href="/section/index.html">Menu item</a></li>' * 20
    script = b"<script>function start(event) { return document.title; }</script>"
    start = b"<!doctype html><html><head><style>p { margin: 0 }</style>" + script + b"</head><body>"
    body = b"<p class='text' title='x'>" + text.replace(b"\n", b" <br/>") + b"</p>"
    return start + b"<nav><ul>" + menu + b"</ul></nav>" + body + b"<!-- end of the page --></body>"


def test_undeclared_texts_are_read() -> None:
    """Hardly any plain text without a declaration is misread, whatever its encoding."""
    found = [(name, text, decode(data)) for name, text, data in samples()]
    misread = [
        (name, decoded.encoding)
        for name, text, decoded in found
        if letters(decoded.text) != letters(text)
    ]
    assert len(found) > 500
    assert len(misread) <= MAX_MISREAD * len(found), misread


def test_undeclared_pages_are_read() -> None:
    """Tags and scripts do not hide the encoding of the text between them."""
    misread, n_pages = [], 0
    for name, text, data in samples():
        # These are recognised by the bytes of the whole file, and a page has other bytes.
        if name.startswith(("utf-16", "utf-32", "cp037", "cp500", "cp273", "cp1140")):
            continue
        n_pages += 1
        document = read_document("page.html", page(data))
        if letters(text) not in letters(document.text):
            misread.append((name, document.encoding))
    assert n_pages > 450
    assert len(misread) <= MAX_MISREAD * n_pages, misread


def test_each_guess_is_reported_with_its_evidence() -> None:
    """No encoding is assumed silently."""
    for name, _, data in samples():
        decoded = decode(data)
        is_certain = decoded.evidence in {"ASCII", "valid UTF-8"}
        assert bool(decoded.warnings) != is_certain, name
        assert is_certain or decoded.warnings[0].startswith(f"read as {decoded.encoding}: "), name
        assert decoded.evidence, name


@pytest.mark.skipif(not ARCHIVE.exists(), reason="EXCERPT_TEST_DATA is not set")
def test_a_collection_in_many_encodings_is_read() -> None:
    """Hardly any file with the declaration of human rights is misread."""
    n_files, misread = 0, []
    for path, data in files_of(ARCHIVE):
        name = path.rpartition("/")[2]
        codecs = EXPECTED.get(name.rpartition("-")[2], ())
        if name in MISNAMED:
            codecs = (MISNAMED[name],) if MISNAMED[name] else ()
        if codecs:
            n_files += 1
            decoded = decode(data)
            texts = {letters(data.decode(codec, "replace")) for codec in codecs}
            if letters(decoded.text) not in texts:
                misread.append((name, decoded.encoding))
    assert n_files > 300
    assert len(misread) <= MAX_MISREAD * n_files, misread


@pytest.mark.parametrize("codec", ["cp500", "cp037", "cp273", "cp1140"])
def test_lists_from_mainframes_are_read(codec: str) -> None:
    """Most bytes of such a text are spaces, from which little can be guessed."""
    text = "".join(f"{' ' * 12}{line}\r\n\r\n" for line in ("Power Systems", "Help", "Support"))
    decoded = decode((text * 3).encode(codec))
    assert letters(decoded.text) == letters(text * 3)
    assert decode(("user@example.org " * 9).encode()).encoding == "utf-8"
