"""Tests of reading messages and web pages saved as messages."""

import base64

import pytest

from excerpt.errors import Unreadable
from excerpt.ingest.formats import read_document
from excerpt.ingest.formats.mail.parts import MAX_DEPTH, MAX_PARTS
from excerpt.model import Document
from extracted import check_blocks, check_passages, kinds_and_texts

HEADERS = "Message-ID: <1@harbour.test>\nFrom: clerk@harbour.test\nSubject: Barges\n"
DATED = """Date: Mon, 4 Mar 2002 09:12:55 +0100
From: The Clerk <clerk@harbour.test>
Subject: Barges

The barges came.
"""
SAVED = "From: <Saved by a browser>\nSubject: Barges\nMIME-Version: 1.0\n"


def read(text: str, name: str = "a.eml", encoding: str = "utf-8") -> Document:
    """Return the document in `text`, after checking its blocks and passages."""
    document = read_document(name, text.encode(encoding))
    check_blocks(document)
    check_passages(document)
    return document


def message(body: str, *headers: str) -> str:
    """Return a message with more headers."""
    return HEADERS + "".join(f"{header}\n" for header in headers) + "\n" + body


def parts(*contents: str, type_: str = "mixed", boundary: str = "b") -> str:
    """Return the header and the body of a part with parts, each with its own headers."""
    body = "".join(f"--{boundary}\n{content}\n" for content in contents)
    return f'Content-Type: multipart/{type_}; boundary="{boundary}"\n\n{body}--{boundary}--\n'


def texts(document: Document) -> list[str]:
    """Return the texts of all blocks."""
    return [text for _, text in kinds_and_texts(document)]


@pytest.mark.parametrize("name", ["a.eml", "a.txt", "a", "a.md", "a.html"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize(
    "text",
    [
        message("The barges came."),
        f"From clerk@harbour.test Mon Mar  4 09:12:55 2002\n{DATED}",
        DATED,
        "MIME-Version: 1.0\nContent-Transfer-Encoding: 7bit\nSubject: Barges\n\nThe barges came.\n",
    ],
)
def test_content_takes_precedence_over_the_suffix(
    text: str, encoding: str, line_end: str, name: str
) -> None:
    """A message is recognised whatever its name, encoding and line ends."""
    document = read_document(name, text.replace("\n", line_end).encode(encoding))
    assert (document.format, document.title) == ("mail", "Barges")
    assert document.text == "The barges came."


def test_the_suffix_counts_if_there_are_headers() -> None:
    """A few headers are enough in a file that is named as a message."""
    assert read("Subject: Barges\n\nx").title == "Barges"
    assert read("The barges came.").format == "text"


def test_a_mailbox_is_not_supported() -> None:
    """Several messages are no document."""
    box = f"From clerk Mon Mar  4 09:12:55 2002\n{message('x')}\n\n"
    assert read(box).text == "x"
    for name in ("a.eml", "a.txt"):
        with pytest.raises(Unreadable, match="identifies it as mailbox"):
            read(box + box, name)
    with pytest.raises(Unreadable, match="identifies it as mailbox"):
        read(box, "a.mbox")


def test_quotations_and_signatures_are_recognised() -> None:
    """A quotation need not be set off by empty lines; a signature is at the end."""
    text = "Anna wrote:\n> They came.\n> Late.\nI know.\n-- \nnot at the end\n" + "x" * 1_000
    assert kinds_and_texts(read(message(text)))[:3] == [
        ("paragraph", "Anna wrote:"),
        ("quote", "> They came.\n> Late."),
        ("paragraph", "I know.\n-- \nnot at the end\n" + "x" * 1_000),
    ]
    assert kinds_and_texts(read(message("Yes.\n\n-- \nThe clerk\n\nRyde\n"))) == [
        ("paragraph", "Yes."),
        ("boilerplate", "-- \nThe clerk\n\nRyde"),
    ]


def test_of_alternatives_one_is_read() -> None:
    """The plain text is preferred, unless it is empty."""
    page = "Content-Type: text/html; charset=utf-8\n\n<p>They <b>came</b>.</p>"
    plain = "Content-Type: text/plain\n\nplain"
    headers = HEADERS.rstrip("\n")
    assert read(f"{headers}\n{parts(plain, page, type_='alternative')}").text == "plain"
    empty = "Content-Type: text/plain\n\n \n"
    assert read(f"{headers}\n{parts(empty, page, type_='alternative')}").text == "They came."
    assert read(f"{headers}\n{parts(page, plain, type_='related')}").text == "They came."
    assert texts(read(f"{headers}\n{parts(page, plain)}")) == ["They came.", "plain"]


def test_attachments_are_named() -> None:
    """Files that are attached are not read with the message, even if they hold text."""
    named = "Content-Disposition: attachment; filename*=utf-8''Fl%C3%BCsse.txt\n\nsecret"
    image = "Content-Type: image/png\n\nx"
    document = read(HEADERS + parts("\ntext", named, image))
    assert document.text == "text"
    assert document.warnings == ("not read: attachments: image/png",)
    many = read(HEADERS + parts("\ntext", *[image] * 12))
    assert many.warnings[0].endswith(", image/png and 2 more")


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?= aus Ryde", "Grüße aus Ryde"),
        ("=?koi8-r?b?7cnS?=", "Мир"),
        ("=?no-such-code?q?a_b?=", "a b"),
        ("=?utf-8?b?!?=", "=?utf-8?b?!?="),
        ("=?utf-8?q?" + "=?" * 20, "=?" * 19),
        ("Grüße", "Grüße"),
    ],
)
def test_encoded_words_are_decoded(header: str, found: str) -> None:
    """Words in an unknown encoding, or damaged ones, do no harm."""
    assert read(f"From: a@b.test\nMIME-Version: 1.0\nSubject: {header}\n\nx").title == found


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_the_declared_encoding_is_that_of_a_part(encoding: str) -> None:
    """Each part is decoded on its own, and a web page in the encoding that its part declares."""
    type_ = f'Content-Type: text/html; charset="{encoding}"'
    assert read(message("<p>“Grüße”</p>", type_), encoding=encoding).text == "“Grüße”"
    coded = base64.encodebytes("“Grüße”".encode(encoding)).decode()
    type_ = f"Content-Type: text/plain; charset={encoding}\nContent-Transfer-Encoding: BASE64"
    assert read(message(coded, type_)).text == "“Grüße”"


@pytest.mark.parametrize(
    ("date", "found"),
    [
        ("Mon, 4 Mar 2002 23:12:55 -0500", "2002-03-04"),
        ("4 Mar 02 09:12", "2002-03-04"),
        ("the fourth of March", "the fourth of March"),
        ("Mon, 99 Mar 2002 09:12:55", "Mon, 99 Mar 2002 09:12:55"),
    ],
)
def test_the_date_is_the_day_at_the_sender(date: str, found: str) -> None:
    """A date that is not understood is kept, so that it is reported."""
    assert dict(read(message("x", f"Date: {date}")).metadata)["date"] == found


def test_deep_nesting_is_reported() -> None:
    """Parts and messages within each other are read up to a limit."""
    nested = "Content-Type: text/plain\n\ndeep"
    for depth in range(200):
        nested = parts("\nshallow", nested, boundary=f"b{depth}")
    document = read(HEADERS + nested)
    assert document.warnings == (f"not read: parts nested more than {MAX_DEPTH} deep",)
    assert document.text.count("shallow") == MAX_DEPTH
    forwarded = HEADERS + "Content-Type: message/rfc822\n\n"
    assert read(forwarded * 200 + "x").warnings == document.warnings


def test_many_parts_are_reported() -> None:
    """The number of parts is limited."""
    document = read(HEADERS + parts(*["\nx"] * (MAX_PARTS + 5)))
    assert document.text.count("x") == MAX_PARTS
    assert document.warnings == (f"not read: parts after the first {MAX_PARTS:,}",)


def test_damaged_messages_are_read_as_far_as_possible() -> None:
    """Missing boundaries hide no text; damaged and binary parts are reported."""
    type_ = 'Content-Type: multipart/mixed; boundary="'
    for boundary in ('"', 'none"'):
        document = read(message("--b\n\nThey came.", type_ + boundary))
        assert "They came." in document.text
        assert document.warnings == ("read as one text: no boundary divides its parts",)
    assert read(message("--b\n\nThey came.", type_ + 'b"')).text == "They came."
    damaged = read(message("!!! VGhleQ = *", "Content-Transfer-Encoding: base64"))
    assert "a part of it is damaged: it is not valid Base64" in damaged.warnings
    binary = read(message("AAECAwQFBgcICQ==", "Content-Transfer-Encoding: base64"))
    assert binary.warnings[0].startswith("a part of it was not read: it looks binary")


def test_a_saved_page_is_read() -> None:
    """Frames and pictures of a page are not read; a message without a page is reported."""
    page = "Content-Type: text/html\n\n<title>Barges</title><p>They came."
    frame = "Content-Type: text/html\n\n<p>Frame"
    for name in ("a.mht", "a.mhtml", "a.txt", "a.html"):
        document = read(SAVED + parts(page, frame, type_="related"), name)
        assert (document.format, document.text) == ("mhtml", "They came.")
        assert document.warnings == ("not read: 1 frames of the page",)
    with pytest.raises(Unreadable, match="there is no web page in it"):
        read(SAVED + parts("\nx", type_="related"), "a.mht")


FILLERS = ["a", " ", "\n", "-", ">", "=", "=?", ";", '"', "\\", "\t", "<", "--b\n", ": ", "_", "\0"]


@pytest.mark.parametrize("filler", FILLERS)
@pytest.mark.parametrize(
    "start",
    [
        message(""),
        message("", "Content-Transfer-Encoding: base64"),
        message("", "Content-Transfer-Encoding: quoted-printable"),
        message("", 'Content-Type: multipart/mixed; boundary="b"'),
        HEADERS + "Content-Type: multipart/mixed",
        HEADERS + "Subject: ",
        HEADERS + "To: =?utf-8?q?",
    ],
)
def test_hostile_fillers_are_read(start: str, filler: str) -> None:
    """A megabyte of equal characters anywhere ends in a document."""
    document = read_document("a.eml", (start + filler * (1_000_000 // len(filler))).encode())
    assert document.format == "mail"
    assert dict(document.metadata)["author"] == "clerk@harbour.test"


@pytest.mark.parametrize(
    "start",
    ["From clerk\n", ">From clerk@harbour.test\n", "From : x\nTo  : y\n", "Return-Path: x\n"],
)
def test_unusual_beginnings_of_messages(start: str) -> None:
    """A separator without a time, and spaces before colons, hide no header; neither do attachments.

    Otherwise, the code of parts would become words.
    """
    whole = start + message("The barges came.")
    assert read(whole, "a.eml").text == "The barges came."
    assert read(whole, "a.txt").text == "The barges came."
    attached = f"Content-Type: message/rfc822\nContent-Disposition: attachment\n\n{whole}"
    assert texts(read(HEADERS + parts("\nBefore.", attached)))[-1] == "The barges came."


def test_the_pieces_of_a_message_are_not_read_as_text() -> None:
    """The first piece of a message holds its headers; the others may be anything."""
    kind = 'Content-Type: message/partial; number={}; total=2; id="x"'
    first = read(message(f"\n{message('The barges came.')}", kind.format(1)))
    assert texts(first) == ["The barges came."]
    assert first.warnings == ("a message sent in 2 pieces, this is 1",)
    second = read(message("R0lGODlhAQABAIAAAAUEBA", kind.format(2)))
    assert "R0lG" not in second.text
    assert second.warnings == ("a message sent in 2 pieces, this is 2",)


def test_encoded_data_within_a_text_is_left_out() -> None:
    """Files in uuencode are named; signatures of PGP vanish; a quoted piece of code stays."""
    coded = "begin 644 barges.gif\n#0V%T\n`\nend\n"
    document = read(message(f"Before.\n\n{coded}\nAfter. begin 644 x"))
    assert texts(document) == ["Before.", "After. begin 644 x"]
    assert document.warnings == ("not read: attachments: barges.gif",)
    for what, warnings in (
        ("SIGNATURE", ()),
        ("MESSAGE", ("a part of it is encrypted with PGP",)),
    ):
        armour = (
            f"-----BEGIN PGP {what}-----\nVersion: 2.6\n\niQCVAwUBMJ==\n-----END PGP {what}-----\n"
        )
        document = read(message(f"Before.\n{armour}After."))
        assert document.text == "Before.\nAfter."
        assert document.warnings == warnings
    many = "-----BEGIN PGP MESSAGE-----\n" * 20_000
    assert read(message(many)).text == many.strip()


def test_base64_within_a_text_is_left_out() -> None:
    """A warning says so; sequences of letters and lines of digits are text."""
    coded = base64.encodebytes(b"%PDF-1.4" + bytes(range(256)) * 2).decode()
    document = read(message(f"Before.\n\n{coded}\nAfter.\n"))
    assert texts(document) == ["Before.", "After."]
    assert document.warnings == ("not read: a file in Base64 within the text",)
    for line in ("ACGT" * 15, "0123456789abcdef" * 4):
        document = read(message(f"{line}\n" * 6))
        assert (document.text, document.warnings) == ("\n".join([line] * 6), ())
    few = coded.split("\n")[0] + "\nRegards"
    assert read(message(few)).text == few


def test_text_declared_as_base64_is_kept() -> None:
    """Decoding would spoil it; a line of a mailing list after Base64 does no harm."""
    declared = "Content-Transfer-Encoding: base64"
    document = read(message("The barges came at ten.\nThey left at noon.", declared))
    assert document.text == "The barges came at ten.\nThey left at noon."
    assert document.warnings == ("a part of it is damaged: it is not valid Base64",)
    coded = base64.encodebytes(b"The barges came at ten, and left at noon.").decode()
    assert read(message(f"{coded}_____\nA list.", declared)).text.startswith("The barges came at")


def test_the_language_of_the_user_is_not_that_of_the_text() -> None:
    """Mail programs declare one language for all messages; the words of the text decide."""
    german = "Die Kähne kamen gestern früh und lagen den ganzen Tag vor der Brücke im Hafen. "
    assert read(message(german, "Content-Language: en-US")).language == "de"
    assert read(message("x 1911", "Content-Language: en-US")).language == "en"
    assert read(message(german, "Content-Language: gd")).language == "gd"


def test_a_message_may_be_named_msg() -> None:
    """A message with headers has the suffix of Outlook's, even if it has only those of MIME."""
    data = b"MIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n\nThe barges came.\n"
    document = read_document("a.msg", data)
    assert (document.format, document.text) == ("mail", "The barges came.")


def test_headers_may_end_with_a_line_of_white_space() -> None:
    """A space in the empty line does not hide the text, but a header may continue after one."""
    data = b"From: a@example.org\nSubject: Barges\n \nThey came late.\n\nAll of them.\n"
    document = read_document("a.eml", data)
    assert (document.title, document.text.split("\n\n")) == (
        "Barges",
        ["They came late.", "All of them."],
    )
    data = b"From: a@example.org\nSubject: Barges\n \n and ships\nTo: b@example.org\n\nLate.\n"
    document = read_document("a.eml", data)
    assert (document.title, document.text) == ("Barges and ships", "Late.")


def test_names_of_headers_may_be_followed_by_spaces() -> None:
    """The old syntax allows spaces before the colon."""
    data = b"From  : Ann <ann@example.org>\nSubject  : Barges\n\nThey came.\n"
    document = read_document("a.eml", data)
    assert (document.title, dict(document.metadata)["author"]) == (
        "Barges",
        "Ann <ann@example.org>",
    )


@pytest.mark.parametrize(
    ("parameters", "body", "expected"),
    [
        ("format=flowed; delsp=yes", "The bar \nges came.\n>> long \n>> boats\n", "The barges"),
        ("Format=Flowed; DelSp=yes", "The bar \n ges came.\n> quoted \nNo.\n", "The barges"),
        (
            "format=flowed",
            "The barges \n came.\n From Ryde\n >x\n-- \nA. B.\n",
            "The barges \ncame.",
        ),
        ("format=fixed", "The barges \n came.", "The barges \n came."),
    ],
)
def test_flowed_text_is_without_its_spaces(parameters: str, body: str, expected: str) -> None:
    """Words continue over line ends if they may be divided there; other spaces are kept."""
    document = read(message(body, f"Content-Type: text/plain; {parameters}"))
    assert expected in document.text
    assert ">> longboats" in document.text or ">>" not in body
    assert "\nFrom Ryde\n>x" in document.text or "Ryde" not in body
    assert ("boilerplate" in dict(kinds_and_texts(document))) == ("-- " in body)


@pytest.mark.parametrize("encoding", ["iso2022_jp", "hz", "iso2022_kr", "utf-7"])
def test_a_declared_encoding_is_no_guess(encoding: str) -> None:
    """Encodings in ASCII characters need no warning if the message declares them."""
    body = {"hz": "驳船来了。", "iso2022_kr": "배가 왔다."}.get(encoding, "艀が来た。")
    data = message("", f"Content-Type: text/plain; charset={encoding.replace('2022_', '-2022-')}")
    document = read_document("a.eml", data.encode() + body.encode(encoding))
    assert (document.text, document.warnings) == (body, ())
