"""Tests of decoding: the encoding chosen, and warnings about what was replaced."""

import codecs
import tracemalloc
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.errors import Unreadable
from excerpt.ingest import decode as decoding
from excerpt.ingest.decode import Hints, decode
from excerpt.ingest.encodings import codec_for

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
def test_an_undeclared_encoding_is_detected(text: str, encoding: str, name: str) -> None:
    """A text of some sentences is read exactly, although nothing declares its encoding."""
    decoded = decode((text * 3).encode(encoding))
    assert decoded.text == text * 3
    assert decoded.encoding == name
    assert bool(decoded.warnings) == (name != "utf-8")
    assert all(warning.startswith(f"read as {name}: ") for warning in decoded.warnings)


def test_a_guess_is_reported() -> None:
    """An encoding that was guessed is reported; one that was declared is not."""
    data = GERMAN.encode("cp1252")
    guess = "read as windows-1252: not valid UTF-8"
    (warning,) = decode(data).warnings
    assert warning.startswith(f"{guess}, and no encoding is declared; detected as de with conf")
    (warning,) = decode(data, "utf-8").warnings
    assert warning.startswith(f"{guess}, nor in the declared encoding 'utf-8'; detected as de ")
    assert decode(data, "iso-8859-1").warnings == ()
    (warning,) = decode(b"caf\xe9").warnings
    assert warning.startswith(f"{guess}, and no encoding is declared; ")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_byte_order_mark_decides_and_is_removed(encoding: str) -> None:
    """A byte order mark decides the encoding and is not part of the text."""
    assert decode("\ufeffÄgäis".encode(encoding)).text == "Ägäis"


def test_latin_1_is_read_as_windows_1252() -> None:
    """Curly quotes, which iso-8859-1 does not have, are read as browsers read them."""
    for declared in ("iso-8859-1", "Latin1", "us-ascii", "windows-1252"):
        assert decode(b"\x93Caf\xe9\x94", declared).text == "“Café”"


def test_a_wrong_declaration_is_ignored() -> None:
    """Text in windows-1252 declared as UTF-8, and the reverse, is read correctly."""
    assert decode((GERMAN * 2).encode("cp1252"), "utf-8").text == GERMAN * 2
    assert decode(GERMAN.encode(), "windows-1252").text == GERMAN


@pytest.mark.parametrize(
    "declared", ["utf-7", "rot13", "hex", "idna", "unicode_escape", "no such", "\0", "x" * 500]
)
def test_only_character_sets_can_be_declared(declared: str) -> None:
    """A declaration cannot select a codec that is not one of a character set."""
    assert codec_for(declared) == ""
    assert decode(b"caf\xe9 rot13", declared).text == "café rot13"


def test_errors_in_utf_8_are_repaired_and_counted() -> None:
    """Single bytes of windows-1252 in UTF-8 are read as such, and the warning gives the offset."""
    data = (GERMAN * 5).encode() + b"caf\xe9 "
    decoded = decode(data)
    assert decoded.text == GERMAN * 5 + "café "
    assert decoded.encoding == "utf-8"
    (warning,) = decoded.warnings
    assert warning.startswith("1 byte sequence is not valid UTF-8")
    assert f"{len(data) - 2:,}" in warning


def test_errors_in_utf_16_are_replaced_and_counted() -> None:
    """A lone surrogate in UTF-16 is replaced and reported."""
    decoded = decode(codecs.BOM_UTF16_LE + "a\ud800b".encode("utf-16-le", "surrogatepass"))
    assert decoded.text == "a\ufffdb"
    assert len(decoded.warnings) == 1


def test_bytes_without_a_character_are_replaced_and_counted() -> None:
    """Each byte that is not valid even in windows-1252 is replaced and counted."""
    decoded = decode(b"word \x81\x8d word" + b" d\xe9j\xe0 vu, les \xe9l\xe8ves" * 9)
    assert decoded.text.startswith("word \ufffd\ufffd word")
    assert "2 byte sequences are not valid windows-1252" in decoded.warnings[1]
    assert "first at byte 5" in decoded.warnings[1]


def test_a_nul_character_is_replaced_and_counted() -> None:
    """A NUL character in a text becomes a replacement character."""
    decoded = decode(b"one\0two " + b"and more words " * 20)
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
def test_a_text_with_a_few_zero_bytes_is_not_utf_16(text: str, encoding: str) -> None:
    """Zero bytes in a text that is plausible byte by byte do not make it UTF-16."""
    decoded = decode(text.encode(encoding))
    assert decoded.text == text.replace("\0", "\ufffd")
    assert " replaced (" in decoded.warnings[-1]


@pytest.mark.parametrize("text", [GERMAN, CZECH, RUSSIAN, GREEK])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_byte_order_mark_is_detected(text: str, encoding: str) -> None:
    """UTF-16 is recognised by the zero bytes of spaces and line ends."""
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(32)) * 40,
        b"\x01\x02word" * 30,
        b"PK\x03\x04\x14\x00\x00\x00\x08\x00",
    ],
)
def test_binary_data_is_refused(data: bytes) -> None:
    """Binary files with the name of a text are refused."""
    with pytest.raises(Unreadable, match="not text"):
        decode(data)


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=50),
    st.sampled_from(["\r\n", "\r", "\n"]),
)
def test_only_line_ends_are_changed(text: str, line_end: str) -> None:
    """Line ends are unified; combining marks, ligatures and soft hyphens are kept."""
    source = f"e\u0301ﬁ\u00ad{text}\nfin"
    assert decode(source.replace("\n", line_end).encode()).text == source


@given(st.lists(st.sampled_from(["a", "é", "漢", "\r", "\n", "\r\n", "😀", "\xff"]), max_size=40))
def test_a_large_text_is_decoded_like_a_small_one(parts: list[str]) -> None:
    """Decoding in pieces gives the same text and warnings, wherever the pieces end."""
    data = b"".join(b"\xff" if part == "\xff" else part.encode() for part in ["a text é", *parts])
    whole = decode(data)
    with mock.patch.object(decoding, "PIECE_BYTES", 3):
        assert decode(data) == whole


def test_an_encoding_can_be_named() -> None:
    """The named encoding applies to text that declares none and is not UTF-8, if it fits."""
    hints = Hints(default="cp850")
    assert decode(b"caf\x82", hints=hints).text == "café"
    assert decode(b"caf\x82", hints=hints).evidence == "named by --encoding"
    assert decode(b"caf\x82", hints=hints).warnings == ()
    assert decode("café".encode(), hints=hints).text == "café"
    assert decode(b"caf\xe9", "latin-1", hints).text == "café"
    decoded = decode(GERMAN.encode("cp1252") * 2, hints=Hints(default="shift_jis"))
    assert decoded.text == GERMAN * 2
    assert "nor in shift_jis, the encoding named by --encoding" in decoded.warnings[0]


@pytest.mark.parametrize(
    ("data", "side"),
    [
        ("Où est-il ? Là-bas, dit-elle : “oui".encode()[:-5], "end"),
        ("”Où est-il ? Là-bas, dit-elle.".encode()[1:], "start"),
        ("”Où est-il ? Là-bas, dit-elle : “".encode()[1:-1], "start and end"),
    ],
)
def test_utf_8_may_be_cut_in_a_character(data: bytes, side: str) -> None:
    """A text that was cut after a number of bytes is read as UTF-8, and the cut is reported."""
    decoded = decode(data)
    assert "Où est-il ? Là-bas, dit-elle" in decoded.text
    assert decoded.encoding == "utf-8"
    assert decoded.warnings == (f"cut in the middle of a character at its {side}",)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("other", ["cp1252", "cp1251", "iso8859-2", "koi8-r"])
def test_the_encoding_may_change_from_line_to_line(other: str, line_end: str) -> None:
    """A text put together from UTF-8 and another encoding is read line by line."""
    first = ["Später kam der Müller über die Brücke.", "Où est-il ? Là-bas."]
    source = {"cp1252": GERMAN, "iso8859-2": CZECH}.get(other, RUSSIAN)
    lines = [source.strip()] * 3
    end = line_end.encode()
    data = end.join([line.encode() for line in first] + [line.encode(other) for line in lines])
    decoded = decode(data)
    assert decoded.text.split("\n") == first + lines
    (warning,) = decoded.warnings
    assert warning.startswith("3 lines are not valid UTF-8 and were read as ")
    n_bytes = len(end.join(line.encode() for line in [*first, ""]))
    assert f"(the first at byte {n_bytes})" in warning


def test_the_first_line_in_another_encoding_is_counted_in_bytes_of_the_source() -> None:
    """A repaired line before it may be longer in UTF-8 than it was."""
    before = f"{GERMAN}\n{RUSSIAN}".encode() + b"caf\xe9\n"
    decoded = decode(before + GREEK.encode() + b"\n" + b"Stra\xdfe\n")
    assert decoded.text.endswith("café\n" + GREEK + "\nStraße\n")
    assert f"(at byte {len(before) + len(GREEK.encode()) + 1:,})" in decoded.warnings[0]


def test_a_stray_byte_among_short_lines_takes_little_memory() -> None:
    """Valid lines are not held one by one: each would take some fifty bytes more than its text."""
    data = "é\n".encode() * 100_000 + b"Stra\xdfe\n"
    decode(data[-1_000:])  # loads the tables of the detector
    tracemalloc.start()
    try:
        assert decode(data).text.endswith("é\nStraße\n")
        assert tracemalloc.get_traced_memory()[1] < 12 * len(data)
    finally:
        tracemalloc.stop()


AROUND = {
    "ru": (
        "Старый лодочник жил у реки.\nОн чинил сети и смотрел, как поднимается туман.\n",
        "Зимой река замерзала, и рыбаки сидели дома.\n",
        "cp1251 koi8-r cp866 iso8859-5 mac-cyrillic",
    ),
    "pl": (
        "Stary przewoźnik mieszkał nad rzeką.\nŁódź była już gotowa, świeża, źle uwiązana.\n",
        "Zimą rzeka zamarzała, więc żeglarze siedzieli w domu, śpiąc.\n",
        "cp1250 iso8859-2 cp852",
    ),
    "el": (
        "Ο γέρος βαρκάρης ζούσε κοντά στο ποτάμι και κάθε πρωί έβγαινε στην όχθη.\n",
        "Τον χειμώνα το ποτάμι πάγωνε και οι ψαράδες έμεναν στο σπίτι.\n",
        "cp1253 cp737",
    ),
    "zh": (
        "老人每天早上都到河邊修理漁網,看著霧從水面升起。\n他住在一間小屋裡,晚上才疲倦地回家。\n",
        "冬天河水結冰,漁夫們都留在家裡休息。\n",
        "big5 gb18030",
    ),
    "ja": (
        "老人は毎朝川のほとりで網を直し、霧が立つのを眺めていた。\n",
        "冬になると川は凍り、漁師たちは家にいた。\n",
        "shift_jis euc-jp",
    ),
    "fr": (
        "L'été, le vieux pêcheur réparait ses filets.\nÀ côté, le château était vide.\n",
        "La forêt brûla près du château, déjà, à côté.\n",
        "cp1252 mac-roman cp437",
    ),
}
"""Lines in UTF-8, one line in the same language, and encodings that this line may have."""


@pytest.mark.parametrize("times", [1, 20])
@pytest.mark.parametrize(
    ("language", "encoding"),
    [(language, name) for language, (*_, names) in AROUND.items() for name in names.split()],
)
def test_the_lines_around_show_the_encoding_of_a_line(
    language: str, encoding: str, times: int
) -> None:
    """A line among lines in UTF-8 is read from the encoding that suits their language."""
    around, line, _ = AROUND[language]
    decoded = decode((around * times).encode() + line.encode(encoding) + around.encode())
    assert decoded.text == around * times + line + around
    assert decoded.warnings[0].startswith("1 line is not valid UTF-8 and was read as ")


def test_a_short_line_of_utf_8_stays_utf_8() -> None:
    """One letter of UTF-8 is enough in a line of Latin letters, whatever the other lines are."""
    line = "La forêt brûla près du château, déjà, à côté.\n"
    assert decode("Ça va.\n".encode() + line.encode("latin-1")).text == f"Ça va.\n{line}"


@pytest.mark.parametrize("text", ["Œuvre de bûcheron, forêt.\n", "Smörgåsbord.\n", "Café fermé.\n"])
def test_a_short_text_in_latin_letters_is_not_in_another_alphabet(text: str) -> None:
    """A guess of hardly any confidence does not put letters of other alphabets into words."""
    assert decode(text.encode("cp1252")).text == text


def test_a_section_sign_after_a_letter_is_a_sharp_s() -> None:
    """Signs that never follow a letter show that a text is not in windows-1252."""
    text = "Der alte Fluß war groß und der Fuß schmerzte.\n"
    assert decode(text.encode("mac-roman")).text == text
    assert decode(text.encode("cp1252")).text == text


def test_plus_signs_are_not_utf_7() -> None:
    """Formulas, numbers and addresses in ASCII keep their plus signs."""
    for text in (
        "a+bcde- and c+defg- in C++ and +49-30-1234 +1234-",
        "x+yz- " * 40,
        "+AAA-+BBB-",
        "1+1=2, 2+2=4, q?a+b+c",
    ):
        assert decode(text.encode()).text == text


@pytest.mark.parametrize("declared", ["windows-1252", "iso-8859-1"])
def test_a_default_declaration_is_doubted(declared: str) -> None:
    """Many editors declare a Western encoding on their own; a text in Cyrillic shows its own."""
    decoded = decode((RUSSIAN * 3).encode("cp1251"), declared)
    assert decoded.text == RUSSIAN * 3
    assert f"not plausible in the declared encoding {declared!r}" in decoded.warnings[0]


def test_signs_of_windows_in_iso_8859() -> None:
    """Quotation marks of Windows in a text that declares ISO 8859 are read and counted."""
    text = "”" + CZECH * 4
    decoded = decode(b"\x94" + (CZECH * 4).encode("iso8859-2"), "iso-8859-2")
    assert decoded.text == text
    assert decoded.warnings == ("1 sign was read as windows-1252",)


def test_a_damaged_line_among_many_scripts_is_read() -> None:
    """A text in which no alphabet is the main one still has an encoding for its other lines."""
    scripts = "\n".join(
        word * 9 for word in ("αβγ ", "абв ", "אבג ", "ابج ", "กขฃ ", "あいう ", "가나다 ")
    )
    document = decode(f"{scripts}\n".encode() * 9 + b"\xe9t\xe9 \xae\x80\n")
    assert document.text.startswith("αβγ")


def test_a_text_that_was_converted_twice_is_reported() -> None:
    """The words are read as they are, and a single sign proves nothing."""
    text = "Au début du siècle, les élèves étaient à l'école. "
    twice = text.encode().decode("cp1252", "ignore").encode()
    (warning,) = decode(twice).warnings
    assert "converted to UTF-8 twice" in warning
    assert decode(twice).text == twice.decode()
    assert decode(text.encode()).warnings == ()
    assert decode("The sign Ã© is an é that was converted twice.".encode()).warnings == ()
