"""Tests of reading subtitles."""

import pytest

from excerpt.ingest.formats import read_document
from excerpt.model import Document
from extracted import check_blocks, check_passages, kinds_and_texts


def read(text: str, name: str = "a.srt") -> Document:
    """Return the document in `text`, after checking its blocks and passages."""
    document = read_document(name, text.encode())
    check_blocks(document)
    check_passages(document)
    return document


def srt(*cues: str, seconds: int = 1) -> str:
    """Return subtitles with a cue for each text, which takes some seconds."""
    return "\n".join(
        f"{n + 1}\n00:{n * seconds // 60:02}:{n * seconds % 60:02},000 --> "
        f"00:{(n + 1) * seconds // 60:02}:{(n + 1) * seconds % 60:02},000\n{text}\n"
        for n, text in enumerate(cues)
    )


def texts(document: Document) -> list[str]:
    """Return the texts of all blocks."""
    return [text for _, text in kinds_and_texts(document)]


@pytest.mark.parametrize("name", ["a.srt", "a.vtt", "a.txt", "a", "a.md", "a.html"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("srt", srt("The barges", "arrived.")),
        ("vtt", "WEBVTT\n\n00:00.000 --> 00:04.000\nThe barges arrived.\n"),
        ("srt", "00:00:00.000 --> 00:00:04.000\nThe barges arrived.\n"),
    ],
)
def test_content_takes_precedence_over_the_suffix(
    form: str, text: str, encoding: str, line_end: str, name: str
) -> None:
    """Subtitles are recognised whatever their name, encoding and line ends."""
    document = read_document(name, text.replace("\n", line_end).encode(encoding))
    assert (document.format, document.text) == (form, "The barges arrived.")
    assert document.anchors[0].name == "t=00:00:00"


def test_the_suffix_counts_if_there_are_cues() -> None:
    """Text before the first cue is read too; without any cue it is a text."""
    document = read("Made in Ryde\n\n" + srt("A boat."))
    assert (document.format, texts(document)) == ("srt", ["Made in Ryde", "A boat."])
    assert read("A boat.").format == "text"
    assert read("WEBVTT\n", "a.vtt").text == ""


def test_a_sentence_continues_in_the_next_cue() -> None:
    """Paragraphs end with sentences, at dashes and at long pauses; each cue has its time."""
    document = read(srt("The barges", "came late.", "They", "left... and", "- Why?\n- Rain."))
    assert texts(document) == ["The barges came late.", "They left... and", "- Why?", "- Rain."]
    assert [anchor.name for anchor in document.anchors] == [f"t=00:00:0{n}" for n in range(5)]
    assert texts(read(srt("The barges", "", "", "", "", "", "", "left"))) == ["The barges", "left"]


def test_captions_that_roll_are_read_once() -> None:
    """Lines shown again directly afterwards, and lines that grow, are not repeated."""
    rolling = srt("one", "one\ntwo", "two\nthree", "three four", "three four")
    assert read(rolling).text == "one two three four"
    apart = "1\n00:00:01,000 --> 00:00:02,000\nNo.\n\n2\n00:00:03,000 --> 00:00:04,000\nNo.\n"
    assert texts(read(apart)) == ["No.", "No."]


def test_tags_are_not_shown() -> None:
    """Tags and places are removed; signs that are no tags remain."""
    marked = r'{\an8}<i>We</i> <font color="#fff">came</font> at 3 < 5 &amp; I <3 it, <sighs>'
    assert read(srt(marked)).text == "We came at 3 < 5 & I <3 it, <sighs>"


def test_numbers_that_are_spoken_are_kept() -> None:
    """Only the number of the next cue is not part of a text."""
    assert read(srt("How many?", "42", "Yes.")).text == "How many?\n\n42 Yes."
    without = "00:00:01,000 --> 00:00:02,000\nHow many?\n\n00:00:02,000 --> 00:00:03,000\n42\n"
    assert texts(read(without)) == ["How many?", "42"]


def test_text_after_an_empty_line_of_a_cue_is_read() -> None:
    """No text is lost in either form, and no name of a cue is read."""
    assert read(srt("one\n\ntwo", "three")).text == "one two three"
    cue = "00:01.000 --> 00:02.000\none\n\ntwo\nthree\n\n"
    other = "00:03.000 --> 00:04.000\nfour\n"
    named = f"WEBVTT\n\na name\n{cue}another\n{other}"
    assert read(named, "a.vtt").text == "one two three four"


def test_times_in_an_unusual_form_are_reported() -> None:
    """A time that cannot be read does not hide the text."""
    text = srt("one", "two", "three").replace("00:00:01,000 -->", "0:1:x -->")
    document = read(text)
    assert document.text == "one two three"
    assert document.warnings == (
        "1 cue has a time in an unusual form (in line 6); 1 could not be read",
    )
    assert read(srt("one", "two").replace(",000", ".000")).warnings == (
        "2 cues have times in an unusual form (the first in line 2)",
    )


@pytest.mark.parametrize(
    "filler", ["<", "&", "-->", "\n", " ", "-", "{\\", "0", "<v ", "\n1\n", "a"]
)
@pytest.mark.parametrize("form", ["a.srt", "a.vtt"])
def test_hostile_fillers_are_read(filler: str, form: str) -> None:
    """Millions of equal characters, within a cue or between cues, take no long time."""
    start = "WEBVTT\n\n" if form == "a.vtt" else "1\n"
    filling = filler * (1_000_000 // len(filler))
    cue = "00:00:01.000 --> 00:00:02.000\n"
    document = read_document(form, f"{start}{cue}one\n{filling}\n\n{cue}last\n".encode())
    assert document.text.startswith("one")
    assert document.text.endswith("last")
