"""Bytes to text: the encoding chosen, and the account of what was replaced."""

import codecs
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.errors import Unreadable
from excerpt.ingest import decode as decoding
from excerpt.ingest.decode import decode
from excerpt.ingest.encodings import codec_of

GERMAN = (
    "Über die Größe der Städte läßt sich streiten; für die Bürger aber zählt, wie schön sie sind. "
)
CZECH = "Příliš žluťoučký kůň úpěl ďábelské ódy, řekl šéf továrny a zavřel dveře své kanceláře. "
RUSSIAN = "Рабочие собрались на площади и слушали речь, которую никто потом не мог вспомнить. "
GREEK = "Οι εργάτες μαζεύτηκαν στην πλατεία και άκουσαν έναν λόγο που κανείς δεν θυμάται. "
JAPANESE = "労働者たちは広場に集まり、だれも後で思い出せない演説を聞いた。それは長い夜であった。"
CHINESE = "工人们聚集在广场上，听了一场后来谁也记不起来的演讲。那是一个漫长的夜晚，天气很冷。"


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        (GERMAN, "utf-8", "utf-8"),
        (GERMAN, "cp1252", "windows-1252"),
        (CZECH, "cp1250", "windows-1250"),
        (RUSSIAN, "cp1251", "windows-1251"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (GREEK, "cp1253", "windows-1253"),
        (JAPANESE, "shift_jis", "shift_jis"),
        (JAPANESE, "euc_jp", "euc-jp"),
        (JAPANESE, "iso2022_jp", "iso-2022-jp"),
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "hz", "hz"),
        (GERMAN, "utf-16-le", "utf-16-le"),
        (RUSSIAN, "utf-16-be", "utf-16-be"),
        (GERMAN, "utf-32-le", "utf-32-le"),
    ],
)
def test_an_undeclared_encoding_is_found(text: str, encoding: str, name: str) -> None:
    """A text of some sentences is read to the letter without anybody saying its encoding."""
    decoded = decode((text * 3).encode(encoding))
    assert decoded.text == text * 3
    assert decoded.encoding == name
    assert bool(decoded.warnings) == (name != "utf-8")
    assert all(warning.startswith(f"read as {name}: ") for warning in decoded.warnings)


def test_a_guess_is_on_record() -> None:
    """Whatever was neither declared nor marked nor valid UTF-8 is said to be a guess; what was declared is not."""
    data = GERMAN.encode("cp1252")
    guess = "read as windows-1252: not valid UTF-8"
    assert decode(data).warnings == (f"{guess}, no encoding declared",)
    assert decode(data, "utf-8").warnings == (f"{guess}, nor in the declared 'utf-8'",)
    assert decode(data, "iso-8859-1").warnings == ()
    assert decode(b"caf\xe9").warnings == (f"{guess}, no encoding declared",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_byte_order_mark_is_believed_and_taken_off(encoding: str) -> None:
    """The mark at the start names the encoding and is no part of the text."""
    assert decode("\ufeffÄgäis".encode(encoding)).text == "Ägäis"


def test_pages_that_say_latin_1_are_windows_1252() -> None:
    """Curly quotes that iso-8859-1 does not have are read as browsers read them."""
    for declared in ("iso-8859-1", "Latin1", "us-ascii", "windows-1252"):
        assert decode(b"\x93Caf\xe9\x94", declared).text == "“Café”"


def test_a_declaration_that_does_not_fit_is_judged() -> None:
    """A page that says UTF-8 and is windows-1252, or says windows-1252 and is UTF-8, is read as what it is."""
    assert decode((GERMAN * 2).encode("cp1252"), "utf-8").text == GERMAN * 2
    assert decode(GERMAN.encode(), "windows-1252").text == GERMAN


@pytest.mark.parametrize(
    "declared", ["utf-7", "rot13", "hex", "idna", "unicode_escape", "no such", "\0", "x" * 500]
)
def test_only_character_sets_can_be_declared(declared: str) -> None:
    """A declaration cannot call up a codec that is none of a character set."""
    assert codec_of(declared) == ""
    assert decode(b"caf\xe9 rot13", declared).text == "café rot13"


def test_slips_in_utf_8_are_repaired_and_counted() -> None:
    """Single bytes of windows-1252 in a text that is UTF-8 are read as such, and the account says where."""
    data = (GERMAN * 5).encode() + b"caf\xe9 "
    decoded = decode(data)
    assert decoded.text == GERMAN * 5 + "café "
    assert decoded.encoding == "utf-8"
    (warning,) = decoded.warnings
    assert warning.startswith("1 place is not UTF-8")
    assert f"{len(data) - 2:,}" in warning


def test_a_broken_wide_text_is_read_and_counted() -> None:
    """UTF-16 with a lone surrogate loses that one, and says so."""
    decoded = decode(codecs.BOM_UTF16_LE + "a\ud800b".encode("utf-16-le", "surrogatepass"))
    assert decoded.text == "a\ufffdb"
    assert len(decoded.warnings) == 1


def test_bytes_of_no_encoding_are_replaced_and_counted() -> None:
    """What windows-1252 does not have becomes the replacement character, each one counted."""
    decoded = decode(b"word \x81\x8d word")
    assert decoded.text == "word \ufffd\ufffd word"
    assert "2 bytes are no character" in decoded.warnings[1]
    assert "first at 5" in decoded.warnings[1]


def test_a_nul_is_replaced_and_counted() -> None:
    """A zero character in a text is kept as a replacement character, in its place."""
    decoded = decode(b"one\0two " * 1 + b"and more words " * 20)
    assert decoded.text.startswith("one\ufffdtwo")
    assert "1 NUL character was replaced" in decoded.warnings[0]


@pytest.mark.parametrize(
    "text",
    [
        "alpha\0beta gamma\n",
        "alpha\0beta gamma delta and more\n" * 400,
        "größe\0beta\n",
        "alpha\0\0beta gamma\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_text_with_some_nuls_is_not_utf_16(text: str, encoding: str) -> None:
    """Zeros in a text that makes sense byte by byte are no evidence of wide characters."""
    decoded = decode(text.encode(encoding))
    assert decoded.text == text.replace("\0", "\ufffd")
    assert "replaced, the first at" in decoded.warnings[-1]


@pytest.mark.parametrize("text", [GERMAN, CZECH, RUSSIAN, GREEK])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_read(text: str, encoding: str) -> None:
    """Wide characters of an alphabet are told by the zeros of their spaces and line ends."""
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(32)) * 40,
        b"\x01\x02word" * 30,
        b"PK\x03\x04\x14\x00\x00\x00\x08\x00",
    ],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    """Binary files under the name of a text are refused in plain words."""
    with pytest.raises(Unreadable, match=r"no text|not text"):
        decode(data)


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=50),
    st.sampled_from(["\r\n", "\r", "\n"]),
)
def test_line_ends_are_unified_and_nothing_else_is_changed(text: str, line_end: str) -> None:
    """Every kind of line end becomes one; combining marks, ligatures and soft hyphens stay as they were."""
    source = f"e\u0301ﬁ\u00ad{text}\nfin"
    assert decode(source.replace("\n", line_end).encode()).text == source


@given(st.lists(st.sampled_from(["a", "é", "漢", "\r", "\n", "\r\n", "😀", "\xff"]), max_size=40))
def test_a_large_text_is_read_as_a_small_one(parts: list[str]) -> None:
    """Decoding a text in pieces changes nothing, wherever the pieces end, and what is no UTF-8 is seen in each."""
    data = b"".join(b"\xff" if part == "\xff" else part.encode() for part in ["a text é", *parts])
    whole = decode(data)
    with mock.patch.object(decoding, "PIECE", 3):
        assert decode(data) == whole
