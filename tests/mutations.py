"""Valid inputs for everything that reads foreign bytes, and random mutations of them."""

import gzip
import random
from collections.abc import Iterator
from pathlib import Path

__all__ = ["TOKENS", "mutants", "seeds_of"]

ROOT = Path(__file__).parent.parent
MAX_LENGTH = 6_000
"""Bytes of a seed: small inputs suffice to find faults."""
SUFFIXES = {
    "text": (".txt",),
    "wiki": (".wiki",),
    "markdown": (".md",),
    "html": (".html", ".htm"),
}
QUERIES = (
    'workers "united front"~2 -war',
    '="Socialist Party"^2 OR (strike AND NOT general)',
    'wage NEAR/5 (labour OR "working class*") BEFORE/2 party',
    "sentence(wage -labour) title:(war peace) document(strike)",
    "wom?n Engles~2 /coloni[sz](e|ed)/^2 *ism",
    "path:letters/*.md lang:en year:1904..1910 date:>=1900 kind:note",
    "l'homme self-determination U.S.S.R. 社会主义 Zürich",
)


def _pieces(joined: str) -> tuple[str, ...]:
    return tuple(joined.split("¦"))


TOKENS = {
    "query": _pieces(
        '"¦“¦”¦«¦»¦(¦)¦*¦?¦~¦^¦/¦\\¦-¦ ¦:¦=¦..¦>=¦ AND ¦ OR ¦ NOT ¦ NEAR/3 ¦ BEFORE/¦title:¦'
        "heading:(¦year:¦sentence(¦[¦|¦1848¦3.5¦\n¦\0¦\ud800¦\u200b¦\u0338¦\u202e¦ﬁ¦ſ¦İ¦½¦𝄞¦社"
    ),
    "html": _pieces(
        '<p>¦</p>¦<div¦<!--¦-->¦<![CDATA[¦<script>¦</script¦<table>¦<td>¦<li>¦<a name="¦<sup>¦'
        "<blockquote>¦<title>¦<h1>¦<br¦<pre>¦<svg>¦<template>¦<plaintext>¦&amp;¦&#0;¦&#x110000;¦"
        '&#xd800;¦&nosuch;¦<meta charset="utf-16">¦<?xml¦<!DOCTYPE¦'
        '<meta http-equiv="content-type" content="text/html; charset=¦hidden¦class="note"¦\0¦>¦<¦'
        '"'
    ),
    "markdown": _pieces(
        "# ¦## ¦> ¦- ¦1. ¦```¦~~~¦---\n¦***¦| a | b |\n|---|---|\n¦[a](¦[^1]: ¦![¦](¦<div>¦`¦    ¦"
        "\t¦\n\n¦\\¦key: value\n¦\ufeff¦\u2028¦"
        "*_*_*_*_*_*_*_*_*_*_*_*_*_*_*_*_*_*_*_*_*_*_*_*_*_*_*_*_*_*_*_*_*_*_*_*_*_*_*_*_"
    ),
    "wiki": _pieces("== ¦ ==\n¦'''¦[[¦]]¦{{¦}}¦{|¦|}¦* ¦# ¦<ref>¦</ref>¦----¦\n\n"),
    "text": _pieces(
        "\n\n¦\r¦\f¦- ¦• ¦1. ¦====\n¦CAPITALS\n¦-\n¦[p. 12]¦## Page 3\n¦|¦\x85¦\xad¦\u200b¦\u202e¦"
        "e\u0301¦ﬁ¦\ufffd¦\0¦Mr. ¦U.S.¦…¦社会。¦A. ¦\u2029"
    ),
    "metadata": _pieces(',¦;¦\t¦"¦\n¦\r¦path¦date¦1848-13¦c. 1848¦184X¦../¦/¦\0¦\ufeff'),
}
"""Pieces with a meaning for the reader of each kind of input."""
_MARKS = (
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"\x00",
    b"\x1b$B",
    b"\x80",
    b"\x93",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\x1f\x8b",
)
"""Bytes with a meaning for the decoder."""
_CODECS = (
    "latin-1",
    "cp1252",
    "utf-16",
    "utf-16-be",
    "shift_jis",
    "koi8-r",
    "gb18030",
    "iso2022_jp",
    "utf-8-sig",
)


def seeds_of(kind: str) -> list[bytes]:
    """Return valid inputs of a kind.

    Kinds are "query", "metadata" (tables), "gzip", and formats, whose seeds are in many encodings.
    """
    if kind == "query":
        return [query.encode() for query in QUERIES]
    if kind == "metadata":
        return [
            b'path,title,date\na.txt,War,1848\nd/b.txt,"Peace, and",c. 1850\n',
            "path;lang\nz\u00fc.txt;de\n".encode("cp1252"),
        ]
    if kind == "gzip":
        return [gzip.compress(each[:1500], mtime=0) for each in seeds_of("text")]
    found = [
        path for suffix in SUFFIXES[kind] for path in sorted((ROOT / "corpus").rglob(f"*{suffix}"))
    ]
    found += [
        path
        for suffix in SUFFIXES[kind]
        for path in sorted((ROOT / "tests" / "golden").rglob(f"source{suffix}"))
    ]
    whole = [path.read_bytes()[:MAX_LENGTH] for path in found]
    others = [
        each[:1500].decode("utf-8", "replace").encode(codec, "ignore")
        for each in whole[:2]
        for codec in _CODECS
    ]
    return whole + others


def mutants(kind: str, seed: int) -> Iterator[bytes]:
    """Yield mutated seeds of a kind, endlessly.

    Compressed inputs are mutated before or after compression.
    """
    chance = random.Random(f"{kind} {seed}")
    seeds = seeds_of(kind)
    if kind == "gzip":
        seeds += seeds_of("text")
    tokens = [
        token.encode("utf-8", "surrogatepass") for token in TOKENS.get(kind, TOKENS["text"])
    ] + list(_MARKS)
    while True:
        data = bytearray(_part(chance.choice(seeds), chance))
        for _ in range(1 + int(chance.expovariate(0.4))):
            _mutate(data, chance, tokens, seeds)
        is_valid = kind == "gzip" and chance.random() < 0.5
        yield (
            gzip.compress(bytes(data[:2000]), 1, mtime=0) * chance.choice((1, 1, 3))
            if is_valid
            else bytes(data)
        )


def _part(data: bytes, chance: random.Random) -> bytes:
    """Return a seed, or more often a small part of it."""
    if len(data) < 200 or chance.random() < 0.1:
        return data
    size = chance.choice((50, 200, 800))
    start = chance.choice((0, chance.randrange(len(data))))
    return data[start : start + size]


def _mutate(
    data: bytearray, chance: random.Random, tokens: list[bytes], seeds: list[bytes]
) -> None:
    """Change a random part of `data` in a random way."""
    start = chance.randrange(len(data) + 1)
    end = min(len(data), start + chance.choice((1, 4, 40, 400)))
    match chance.randrange(8):
        case 0 if start < len(data):
            data[start] ^= 1 << chance.randrange(8)
        case 1:
            data[start:end] = chance.randbytes(end - start)
        case 2:
            del data[start:end]
        case 3:
            data[start:start] = data[start:end] * chance.choice((1, 3, 20))
        case 4:
            data[start:end] = _part(chance.choice(seeds), chance)
        case 5:
            data[start:start] = chance.choice(tokens) * chance.choice((1, 1, 1, 2, 50, 500))
        case _:
            data[start:start] = b"".join(chance.choices(tokens, k=chance.choice((1, 2, 5))))
