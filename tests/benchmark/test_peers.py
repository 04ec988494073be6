"""Every engine that is installed gives the right answers through the same protocol."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmark_texts import queries_from, word_query
from excerpt.benchmark.passage_file import PassageFile, copy_corpus, read_passages
from excerpt.benchmark.peers import OTHERS, DocumentChange, Peer, load_peer
from excerpt.benchmark.peers.excerpt import ExcerptPeer, query_text
from excerpt.benchmark.peers.lucene import LucenePeer
from excerpt.benchmark.queries import NEAR_DISTANCE, BenchmarkQuery, QueryType
from excerpt.errors import ExcerptError
from excerpt.indexing.pipeline import build

LIMIT = 10_000


@pytest.fixture(params=["excerpt", *OTHERS])
def peer(
    request: pytest.FixtureRequest, corpus: Path, passages: PassageFile, tmp_path: Path
) -> Iterator[Peer]:
    """Each engine that is installed, with its index of a copy of the corpus open."""
    try:
        loaded = load_peer(request.param, "bm25")
    except ImportError as error:
        pytest.skip(f"{request.param} is not installed: {error}")
    copy_corpus(corpus, tmp_path / "copy")
    (tmp_path / "index").mkdir()
    loaded.build(tmp_path / "copy", passages.file, tmp_path / "index", 1)
    loaded.open(tmp_path / "index")
    yield loaded
    if isinstance(loaded, LucenePeer):
        loaded.close()


def is_match(query: BenchmarkQuery, text: str) -> bool:
    """Return whether the plain words of `text` match `query`, in the most obvious way."""
    words = text.split()
    positions = [
        [index for index, word in enumerate(words) if is_same_word(query.type, word, wanted)]
        for wanted in query.words
    ]
    match query.type:
        case QueryType.ANY:
            return any(positions)
        case QueryType.PHRASE:
            return any(
                all(start + n in found for n, found in enumerate(positions))
                for start in positions[0]
            )
        case QueryType.NEAR:
            return any(
                0 < abs(left - right) <= NEAR_DISTANCE + 1
                for left in positions[0]
                for right in positions[1]
            )
        case _:
            return all(positions)


def is_same_word(query_type: QueryType, word: str, wanted: str) -> bool:
    """Return whether `word` matches `wanted` in a query of this type."""
    if query_type is QueryType.PREFIX:
        return word.startswith(wanted)
    if query_type is QueryType.FUZZY:
        n_different = sum(a != b for a, b in zip(word, wanted, strict=False))
        return len(word) == len(wanted) and n_different <= 1
    return word == wanted


def test_engines_give_the_right_answers(peer: Peer, passages: PassageFile) -> None:
    """Each returns exactly the matching passages; if it counts, the total is right."""
    texts = [each.text for each in read_passages(passages.file)]
    for query in queries_from(passages):
        if query.type in peer.query_types:
            expected = sorted(text for text in texts if is_match(query, text))
            answer = peer.search(query, LIMIT)
            assert sorted(answer.texts) == expected, query
            assert answer.total in {None, len(expected)}, query


def test_engines_highlight_what_they_find(peer: Peer, passages: PassageFile) -> None:
    """The texts are the same with and without highlights, and each has at least one."""
    assert peer.highlighted_types <= peer.query_types
    texts = {each.text for each in read_passages(passages.file)}
    for query in queries_from(passages):
        if query.type in peer.highlighted_types:
            plain, highlighted = peer.search(query, 5), peer.search(query, 5, highlight=True)
            assert [without_tags(text) for text in highlighted.texts] == [
                text.strip() for text in plain.texts
            ]
            assert set(plain.texts) <= texts
            assert highlighted.n_highlights >= len(highlighted.texts) > 0
            assert plain.n_highlights == 0


def without_tags(text: str) -> str:
    """Return `text` without the HTML tags that some engines use as highlights."""
    return re.sub(r"</?b[^>]*>", "", text).strip()


def test_engines_find_a_changed_document(peer: Peer, passages: PassageFile) -> None:
    """The old passages of the document are no longer found."""
    document, path, texts = passages.median_document()
    n_before = len(peer.search(word_query("that"), LIMIT).texts)
    n_replaced = sum("that" in text for text in texts)
    peer.replace(DocumentChange(document, path, ("Only porcupines.",)))
    (found,) = peer.search(word_query("porcupines"), LIMIT).texts
    assert found.strip() == "Only porcupines."
    assert n_replaced > 0
    assert len(peer.search(word_query("that"), LIMIT).texts) == n_before - n_replaced


def test_engines_report_their_settings(peer: Peer) -> None:
    """Among them are the version and whether the engine counts totals."""
    assert peer.settings["version"]
    answer = peer.search(word_query("that"), 3)
    assert (answer.total is not None) == ("exact totals" in peer.settings["answers"])
    assert len(answer.texts) == 3


def test_an_unknown_engine_is_refused() -> None:
    """The remedy lists the known ones."""
    with pytest.raises(ExcerptError, match="tantivy"):
        load_peer("grep", "default")


@pytest.mark.parametrize(
    ("query_type", "words", "text"),
    [
        (QueryType.WORD, ("war",), "war"),
        (QueryType.ALL, ("war", "peace"), "war peace"),
        (QueryType.PHRASE, ("war", "and"), '"war and"'),
        (QueryType.NEAR, ("war", "peace"), "war NEAR/5 peace"),
        (QueryType.PREFIX, ("pea",), "pea*"),
        (QueryType.FUZZY, ("pease",), "pease~"),
        (QueryType.QUERY, ("sentence(war peace)",), "sentence(war peace)"),
        (QueryType.EXPAND, ("war", "peace"), "war peace"),
    ],
)
def test_excerpt_gets_queries_in_its_language(
    query_type: QueryType, words: tuple[str, ...], text: str
) -> None:
    """They are written as a user would type them."""
    assert query_text(BenchmarkQuery("", query_type, words)) == text


def test_a_query_reads_a_part_of_the_index(
    corpus: Path, passages: PassageFile, tmp_path: Path
) -> None:
    """The bytes read are more than none and fewer than the index has."""
    build(corpus, tmp_path / "index")
    size = sum(path.stat().st_size for path in (tmp_path / "index").rglob("*"))
    peer = ExcerptPeer("default")
    peer.open(tmp_path / "index")
    costs = peer.read_costs(queries_from(passages, n=2))
    assert all(0 < n_bytes < size for n_bytes, _ in costs)
    assert all(seconds > 0 for _, seconds in costs)


def test_excerpt_counts_words_and_updates(corpus: Path, tmp_path: Path) -> None:
    """An update without changes leaves the number of words as it is."""
    shutil.copytree(corpus, tmp_path / "copy")
    build(tmp_path / "copy", tmp_path / "index")
    peer = ExcerptPeer("default")
    peer.open(tmp_path / "index")
    n_words, n_distinct = peer.vocabulary_size()
    assert n_words > n_distinct > 100
    peer.rebuild_unchanged()
    assert peer.vocabulary_size() == (n_words, n_distinct)
