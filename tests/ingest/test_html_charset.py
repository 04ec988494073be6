"""Tests of the encoding that a web page declares, and of the text in its bytes."""

import pytest

from excerpt.ingest.formats import read_document
from excerpt.ingest.formats.html.charset import declared_charset, text_bytes

PADDING = b"<!-- about the barges -->" * 900


@pytest.mark.parametrize(
    ("head", "charset"),
    [
        (b'<meta charset="koi8-r">', "koi8-r"),
        (b"<META CHARSET = koi8-r >", "koi8-r"),
        (b"<meta content='text/html; charset=koi8-r' http-equiv=Content-Type>", "koi8-r"),
        (b'<meta http-equiv="content-type" content="text/html;charset=koi8-r"/>', "koi8-r"),
        (b'<?xml version="1.0" encoding="koi8-r"?>', "koi8-r"),
        (b"\n<?xml version='1.0' encoding='koi8-r' standalone='no'?>", "koi8-r"),
        (PADDING + b'<meta charset="koi8-r">', "koi8-r"),
        (b"<script>" + b"x = 1; " * 9000 + b"</script><meta charset=koi8-r>", "koi8-r"),
        (b"<title>About <meta charset=utf-8></title><meta charset=koi8-r>", "koi8-r"),
        (b"<!-- <meta charset=utf-8> --><meta charset=koi8-r>", "koi8-r"),
        (b'<meta name="description" content="use charset=utf-8"><meta charset=koi8-r>', "koi8-r"),
        (b'<meta name="keywords" content="charset=utf-8">', ""),
        (b"<script>document.write('<meta charset=utf-8>')</script>", ""),
        (b"<!-- never closed <meta charset=koi8-r>", "koi8-r"),
        (b"<meta charset>", ""),
        (b"<body><meta charset=koi8-r>", ""),
        (b"", ""),
    ],
)
def test_the_declared_encoding_is_found(head: bytes, charset: str) -> None:
    """A declaration counts anywhere in the head, but not in a comment, script or title."""
    assert declared_charset(head) == charset


def test_a_late_declaration_is_honoured() -> None:
    """A page declares its encoding after much else."""
    text = "Мельник закрыл шлюз."
    page = b"<html><head>" + PADDING + b"<meta charset=koi8-r></head><body>" + text.encode("koi8-r")
    document = read_document("a.html", page)
    assert document.text == text
    assert document.warnings == ()


@pytest.mark.parametrize(
    ("page", "text"),
    [
        (b"<p title='\xe4'>\xe9 <b>x</b>", b"\xe9 x"),
        (b"<script>a < b</script>\xe9<style>p {}</style>", b"\xe9"),
        (b"<!-- < \xe9 > -->\xe4&nbsp;&#233;", b"\xe4"),
        (b"\xe9 < 5 and > 3", b"\xe9 < 5 and > 3"),
        (b"<script>\xe9", b"\xe9"),
    ],
)
def test_markup_is_left_out_of_a_guess(page: bytes, text: bytes) -> None:
    """Only the text between the tags decides; if there is none, all bytes do."""
    assert text_bytes(page).split() == text.split()


@pytest.mark.parametrize("mark", [b"<!--", b"<script>", b"<title>", b"<meta ", b"<style", b"<a "])
def test_unclosed_markup_takes_no_time(mark: bytes) -> None:
    """A page that opens the same element again and again is searched once."""
    page = mark * (300_000 // len(mark))
    assert declared_charset(page) == ""
    assert len(text_bytes(page)) <= len(page)
