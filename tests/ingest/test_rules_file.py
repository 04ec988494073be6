"""Tests of `.excerpt.toml`: the rules for each file, and messages about faults."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.errors import CorpusError
from excerpt.ingest.formats.reading_rules import NO_RULES, FormatRules, Rule
from excerpt.ingest.formats.rule_patterns import find_all
from excerpt.ingest.rules_file import parse_rules, read_rules_file

RULES = r"""
[[html]]
files = ["letters/*.html", "*.htm"]
page-mark = ["a[name] > strong", { selector = "span", pattern = '^p\. (?P<page>\d+)' }]
note = ".note"

[[any]]
files = "letters/"
path = ['letters/(?P<author>[^/]+)/', '(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)']
language = "deu"

[[text]]
title = '^TITLE: (.*)'
page-mark-at = "foot"

[[html]]
files = "letters/odd.html"
note = "aside"

[[any]]
files = "*.koi"
encoding = "KOI8-R"
"""


def test_all_tables_that_match_apply() -> None:
    """The last table counts for a key; tables without files apply to all."""
    rules = parse_rules(RULES.encode())
    text = FormatRules(title=(Rule(pattern="^TITLE: (.*)"),), page_mark_at="foot")
    marks = (Rule("a[name] > strong"), Rule("span", r"^p\. (?P<page>\d+)"))
    assert rules.for_file("a.txt").for_format("text") == text
    assert rules.for_file("a.txt").for_format("html") == FormatRules()
    assert rules.for_file("letters/a.html").html == FormatRules(marks, (Rule(".note"),))
    assert rules.for_file("letters/odd.html").html == FormatRules(marks, (Rule("aside"),))
    assert rules.for_file("letters/deep/odd.html").html == FormatRules()
    assert rules.for_file("x/a.koi").encoding == "KOI8-R"
    assert rules.for_file("letters/a.html") is rules.for_file("letters/b.html")


def test_paths_give_metadata() -> None:
    """Named groups become fields; year, month and day become a date."""
    rules = parse_rules(RULES.encode())
    assert rules.metadata_of("letters/ada_voss/1911-05-04.txt") == (
        ("author", "ada voss"),
        ("date", "1911-05-04"),
        ("language", "de"),
    )
    assert rules.metadata_of("letters/x.txt") == (("language", "de"),)
    assert rules.metadata_of("1911-05-04.txt") == ()


def test_letters_may_be_composed_or_decomposed() -> None:
    """Patterns for files and paths are compared in NFC."""
    rules = parse_rules("[[any]]\nfiles = 'Fa\u0308hre/'\npath = '(?P<series>F\u00e4hre)'".encode())
    assert rules.metadata_of("Fa\u0308hre/a.txt") == (("series", "F\u00e4hre"),)


def test_tables_without_files_are_reported() -> None:
    """A table whose patterns match no file is probably misspelt."""
    rules = parse_rules(RULES.encode())
    assert list(rules.unused(["letters/odd.html"])) == [
        ".excerpt.toml, line 20: no file matches '*.koi'"
    ]
    assert next(rules.unused([])) == (
        ".excerpt.toml, line 2: no file matches 'letters/*.html', '*.htm'"
    )


def test_a_corpus_without_rules(tmp_path: Path) -> None:
    """Without the file, or with an empty one, no rule applies."""
    assert read_rules_file(tmp_path).for_file("a.txt") == NO_RULES
    (tmp_path / ".excerpt.toml").write_text("\ufeff# none\r\n", encoding="utf-8")
    assert read_rules_file(tmp_path).tables == ()


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        ("[html]\nnote='x'", 1, "html is not a list of tables. Write [[html]] above its keys."),
        ("[[any]]\nlanguage='de'\n\n[[htm]]\nnote='x'", 4,
         "htm is not a table of rules. Did you mean html? Tables are [[any]], [[html]]"),
        ("note='x'", 1, "note is not a table of rules. Tables are"),
        ("[[html]]\npage_mark='x'", 2,
         "page_mark in [[html]]: there is no such key. Did you mean page-mark? Keys are files, "),
        ("[[html]]\nfiles='a'\nlanguage='de'", 3,
         "language in [[html]]: there is no such key. Move it to [[any]] or [[table]]."),
        ("[[any]]\nnote='de'", 2, "note in [[any]]: there is no such key. Move it to [[html]] or"),
        ("[[html]]\nnote='a'\n[[html]]\n\nnote='a:x'", 5,
         "note in [[html]]: :x is not supported in 'a:x'. Use names of elements, .class, #id"),
        ("[[html]]\nnote=''", 2, "note in [[html]]: it is not a string. Write one string, or"),
        ("[[html]]\nnote=[]", 1, None),
        ("[[html]]\nnote={pattern='x'}", 2, "note in [[html]]: there is no selector. Write {"),
        ("[[html]]\nnote={select='x'}", 2, "note in [[html]]: a part of it is neither a selector"),
        ("[[html]]\nnote={selector='x', pattern='('}", 2,
         "note in [[html]]: '(' is not a regular expression (missing ): (). Write it in single"),
        ("[[text]]\nnote='(?=x)'", 2, "note in [[text]]: '(?=x)' is not a regular expression (inv"),
        ("[[text]]\nnote='(x)\\1'", 2, "note in [[text]]: '(x)\\\\1' is not a regular expression"),
        ("[[text]]\nnote={selector='x'}", 2, "note in [[text]]: it is not a string. Write a reg"),
        ("[[text]]\nnote=7", 2, "note in [[text]]: it is not a string. "),
        ("[[text]]\nfiles={a='b'}\nnote='x'", 2, "files in [[text]]: it is not a string. "),
        ("[[text]]\nfiles='!'\nnote='x'", 2, "files in [[text]]: a pattern is not valid ("),
        ("[[text]]\nfiles='a'", 1, "[[text]] has no rule. Its keys are files, page-mark, "),
        ("[[text]]\npage-mark-at='top'", 2, "page-mark-at in [[text]]: 'top' is not a part of a"),
        ("[[text]]\npage-mark-at=['top']", 2, "page-mark-at in [[text]]: ['top'] is not a part of"),
        ("[[any]]\npath='x'", 2, "path in [[any]]: the pattern has no named group. Name what"),
        ("[[any]]\nlanguage='klingon'", 2, "language in [[any]]: 'klingon' is not a language. "),
        ("[[any]]\nencoding='x'", 2, "encoding in [[any]]: 'x' is not an encoding that excerpt "),
        ("[[any]]\nencoding='rot13'", 2, "encoding in [[any]]: 'rot13' is not an encoding that"),
    ],
)  # fmt: skip
def test_faults_are_reported(source: str, line: int, message: str | None) -> None:
    """A message names the line, the key, the fault, and the remedy."""
    if message is None:
        assert parse_rules(source.encode()).for_file("a").html == FormatRules()
        return
    with pytest.raises(CorpusError) as caught:
        parse_rules(source.encode())
    assert str(caught.value).startswith(f".excerpt.toml, line {line}: {message}")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"[[text]]\nnote='x", 'it is not valid TOML: Expected "\'" (at end of document). Write'),
        (b'[[text]]\nnote="\\d"', "it is not valid TOML: Unescaped '\\' in a string (at line 2,"),
        (b"# \xe4", "it is not in UTF-8. Save it in UTF-8."),
        (b"a=" + b"[" * 5000, "it is nested too deeply."),
    ],
)
def test_a_file_that_is_no_toml_is_refused(data: bytes, message: str) -> None:
    """The message has the line that the parser gives."""
    with pytest.raises(CorpusError) as caught:
        parse_rules(data)
    assert str(caught.value).startswith(f".excerpt.toml: {message}")


@given(st.text(alphabet="[]htmlanytextfiles=\"'\n{}.-# ()", max_size=60))
def test_any_file_is_read_or_refused(source: str) -> None:
    """No other error is raised."""
    rules = None
    with suppress(CorpusError):
        rules = parse_rules(source.encode())
    assert rules is None or isinstance(rules.for_file("a.html").html, FormatRules)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"^\[(?P<page>\d+)\]$", "a\n[12]\n[x]\n[٣]", [(2, 6, "12"), (11, 14, "٣")]),
        (r"\w+", "ἀρχή ab_c", [(0, 4, "ἀρχή"), (5, 9, "ab_c")]),
        (r"[\w-]+|\W", "é-ü!", [(0, 3, "é-ü"), (3, 4, "!")]),
        (r"(a)|b", "ab", [(0, 1, "a"), (1, 2, "b")]),
        (r"x*", "axxa", [(1, 3, "xx")]),
        (r"\D\\d", "1a\\d", [(1, 4, "a\\d")]),
        ("b", "a\ud800b", [(2, 3, "b")]),
    ],
)
def test_patterns(pattern: str, text: str, expected: list[tuple[int, int, str]]) -> None:
    """Offsets are code points, classes know all scripts, and empty matches do not count."""
    assert [match[:3] for match in find_all(pattern, text, "page")] == expected
