"""Properties of documents that hold for any bytes and any markup, in every format."""

import bz2
import gzip
import lzma
from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.errors import Unreadable
from excerpt.ingest.formats import read_document
from excerpt.model import Document
from extracted import check_blocks, check_marks, check_passages

COMPRESSIONS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
}
NAMES = ("a.txt", "a.md", "a.wiki", "a.html", "a", "a.txt.gz")
TEXT = """\

A line of words that runs on
and goes on in small letters.
It ends here.
  indented
== Heading ==
# Heading #
======
------
CAPITALS ALONE
- an item
  - deeper
1. first
| a | b |
|---|---|
> quoted
## Page 12
[p. 13] and on
12
iv
[^1]: note
***
revolu-
tion of the U.S.S.R. and
- Key: value
---
```
Notes
<!-- x -->
[a]: http://b.c
社会主義。国際
= = =
=
#
|
>
[1] a note
[Footnote 2: another
* a third]
an old mill[1] and a treaty² of the miller* (1)
CHAPTER II
Chapter III. The Sea
The Sea
THE MILL 13
THE MILL 14
- 13 -
- 14 -
{14}
[Page 14]
(p. 14)
Vane [Page 15]
vil¬
"""
LINES = st.sampled_from(
    [*TEXT.split("\n"), "\f", "\u3000", "\u00a0", "x\u0301", "a" * 90, "word " * 250]
)
ELEMENTS = "p div h1 h2 ul li blockquote table tr td em a sup pre br nav"
MARKUP = """\
<p class="footnote">
<a href="#n1"><sup>1</sup></a>
<a name="x">
<p hidden>
<hgroup>
&shy;
<span class="pagenum">[12]</span>
<br><br>
&nbsp;
&#xd800;
<!--
-->
<header>
12
<title>
</title>
<div class="menu">
<aside>
</aside>
<script>
</script>
<span class="sidenote">
</span>
<ruby><rt>
</rt>
<button>
<img alt="O">
<img alt="A ferry at dawn">
<a href="#x">(1)</a>
<a name="p12">&lt;12&gt;</a>
<p style="display: none">
<noscript>
</noscript>
<footer>
<label>
<center><b>
<
"""
PIECES = st.one_of(
    st.sampled_from([f"<{slash}{name}>" for name in ELEMENTS.split() for slash in ("", "/")]),
    st.sampled_from([*MARKUP.splitlines(), "\x0b", "word ", "\n"]),
)


def read_checked(name: str, data: bytes) -> Document | None:
    """Return the document in `data` after checking it, or None if it is Unreadable."""
    try:
        document = read_document(name, data)
    except Unreadable:
        return None
    check_blocks(document)
    check_marks(document)
    check_passages(document)
    document.text.encode()  # no lone surrogates
    assert "\r" not in document.text
    return document


@given(st.sampled_from(NAMES), st.binary(max_size=300))
def test_any_bytes_give_a_valid_document_or_unreadable(name: str, data: bytes) -> None:
    """No other exception is raised, and blocks and passages have their properties."""
    document = read_checked(name, data)
    assert document is None or document.encoding


@given(st.sampled_from(NAMES[:5]), st.text(max_size=300))
def test_any_text_gives_a_valid_document_or_unreadable(name: str, text: str) -> None:
    """The same holds for texts of any characters."""
    document = read_checked(name, text.encode("utf-8", "surrogatepass"))
    assert document is None or document.encoding


@given(st.sampled_from(NAMES[:3]), st.lists(LINES, max_size=30))
def test_any_lines_are_kept_as_they_are(name: str, lines: list[str]) -> None:
    """Lines that look like markup are valid in any order, and the text is the source itself."""
    source = "\n".join(lines)
    document = read_checked(name, source.encode())
    assert document is not None
    assert document.text == source


@given(st.lists(PIECES, max_size=40))
def test_any_tags_are_read(pieces: list[str]) -> None:
    """Tags may open and close in any order."""
    document = read_checked("a.html", ("<p>Words of a page. " + "".join(pieces)).encode())
    assert document is not None


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=80)
)
def test_a_compressed_file_is_the_same_document(text: str) -> None:
    """A file compressed with gzip, bzip2 or xz is read like its content."""
    data = f"Some words. {text}".encode()
    for suffix, compress in COMPRESSIONS.items():
        assert read_document(f"a.txt.{suffix}", compress(data)) == read_document("a.txt", data)


@pytest.mark.parametrize("suffix", COMPRESSIONS)
def test_a_compressed_file_may_have_several_members(suffix: str) -> None:
    """The contents of all members are read, with padding between and after them."""
    file = BytesIO()
    for part in (b"Some words.", b" Other words."):
        file.write(COMPRESSIONS[suffix](part) + bytes(8))
    assert read_document(f"a.txt.{suffix}", file.getvalue()).text == "Some words. Other words."


@pytest.mark.parametrize("suffix", COMPRESSIONS)
def test_a_decompression_bomb_is_refused(suffix: str) -> None:
    """A small file with far more content than any text is refused before memory runs out."""
    with pytest.raises(Unreadable, match="decompresses to more than"):
        read_document(f"a.txt.{suffix}", COMPRESSIONS[suffix](bytes(64 << 20)))


@pytest.mark.parametrize("suffix", COMPRESSIONS)
def test_damaged_compression_is_refused(suffix: str) -> None:
    """A compressed file that is cut off or overwritten is refused with the reason."""
    data = COMPRESSIONS[suffix](b"Some words. " * 20)
    for damaged in (data[:-12], data[:15] + bytes(20)):
        with pytest.raises(Unreadable, match="damaged"):
            read_document(f"a.txt.{suffix}", damaged)


def test_bytes_that_compression_begins_with_may_begin_a_text() -> None:
    """The signature of bzip2 is longer than three letters."""
    assert read_document("a.txt", b"BZh is short for the barge hire.").format == "text"


def test_an_empty_file_is_an_empty_document() -> None:
    """An empty file is not an error: its document has no text and no blocks."""
    for name in NAMES:
        document = read_document(name, b"")
        assert (document.text, document.blocks) == ("", ())


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("page", b"<!DOCTYPE html><p>x", "html"),
        ("page.txt", b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- saved --><html><p>x', "html"),
        ("page.htm", b"no tag in it", "text"),
        ("notes.md", b"# x", "markdown"),
        ("article.txt", b"Lead.\n\n== Part ==\n\nText.", "wiki"),
        ("article.txt", b"a == b, she wrote", "text"),
        ("README", b"plain", "text"),
        ("x.HTML", b"<p>x", "html"),
    ],
)
def test_the_format_is_detected(name: str, data: bytes, expected: str) -> None:
    """The suffix decides; the content does where the suffix belongs to no format or is wrong."""
    assert read_document(name, data).format == expected
