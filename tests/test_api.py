"""The public interface: `import excerpt`."""

import inspect
import pickle
import pydoc
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import excerpt
from excerpt.model import Metadata
from excerpt.query.ast import Or, Word

TEXTS = {
    "a.txt": "Geese and more geese.\n",
    "b.txt": "Geese fly south.\n",
    "c.txt": "Ducks swim, says the book on geese.\n",
}


@pytest.fixture
def index(tmp_path: Path) -> Iterator[excerpt.Index]:
    """An index of three short texts."""
    (tmp_path / "corpus").mkdir()
    for name, text in TEXTS.items():
        (tmp_path / "corpus" / name).write_text(text)
    excerpt.build_index(tmp_path / "corpus", tmp_path / "index", processes=1)
    with excerpt.open(tmp_path / "index") as opened:
        yield opened


def test_every_public_name_is_there() -> None:
    """`__all__` is sorted, each of its names exists, and any other name is an AttributeError."""
    assert excerpt.__all__ == sorted(excerpt.__all__)
    assert all(getattr(excerpt, name) is not None for name in excerpt.__all__)
    with pytest.raises(AttributeError, match="nothing"):
        _ = excerpt.nothing


def test_results_are_hits_in_order_with_a_total(index: excerpt.Index) -> None:
    """Results can be iterated and counted; ranks start at 1, and scores descend."""
    results = index.search("geese", limit=2)
    assert (len(results), results.total) == (2, 3)
    assert [hit.rank for hit in results] == [1, 2]
    assert results.hits[0].path == "a.txt"
    first, second = (hit.score for hit in results)
    assert first >= second
    assert results.query.source == "geese"
    assert results.elapsed > 0


def test_a_closed_index_says_so(index: excerpt.Index) -> None:
    """Every method of a closed index raises an error; results stay; closing twice is allowed."""
    results, passages = index.search("geese"), index.passages("geese")
    next(passages)
    index.close()
    assert [hit.path for hit in results] == ["a.txt", "b.txt", "c.txt"]
    for ask in (index.search, index.count, index.paths, index.phrase, index.passages, index.show):
        with pytest.raises(excerpt.ExcerptError, match=r"is closed\. Open it again"):
            list(ask("geese"))  # type: ignore[arg-type]
    for tell in (index.status, index.verify):
        with pytest.raises(excerpt.ExcerptError, match="is closed"):
            tell()
    index.close()


def test_a_tree_is_a_query(index: excerpt.Index) -> None:
    """A tree of nodes is searched without parsing."""
    assert index.search(Or((Word("duck"), Word("south")))).total == 2
    assert index.count(Word("geese")) == 3


def test_options_change_the_meaning_of_a_query(index: excerpt.Index) -> None:
    """any_word, exact and literal have the meaning of the command's options."""
    assert index.search("south swim").total == 0
    assert index.search("south swim", any_word=True).total == 2
    assert index.search("duck").total == 1
    assert index.search("duck", exact=True).total == 0
    assert index.search('"duck', literal=True).total == 1


def test_passages_paths_and_occurrences(index: excerpt.Index) -> None:
    """All matches come in the order of paths and offsets."""
    assert list(index.paths("geese")) == ["a.txt", "b.txt", "c.txt"]
    assert [stored.text.strip() for stored in index.passages("geese")] == [
        text.strip() for text in TEXTS.values()
    ]
    lines = list(index.concordance("geese", around=2))
    assert [(line.left, line.match, line.right) for line in lines][:2] == [
        ("", "Geese", " and more"),
        ("and more ", "geese", "."),
    ]
    assert [line.path for line in index.phrase("more geese")] == ["a.txt"]


def test_scores_can_be_explained(index: excerpt.Index) -> None:
    """The parts of an explanation add up to the score of the hit."""
    results = index.search("geese south", any_word=True, explain=True)
    for hit, parts in zip(results, results.explanations, strict=True):
        assert sum(score for _, score in parts) == pytest.approx(hit.score)
    assert index.search("geese").explanations == ()


def test_a_mistake_in_a_query_is_raised(index: excerpt.Index) -> None:
    """A malformed query raises an error with the span of the mistake."""
    with pytest.raises(excerpt.QueryError) as caught:
        index.search('geese "south')
    assert caught.value.span.start == 6


def test_an_index_reads_one_state_until_it_builds(index: excerpt.Index) -> None:
    """Commits of others appear on reopening; builds of the index itself appear immediately."""
    (index.corpus / "d.txt").write_text("Swans are no geese.\n")
    excerpt.build_index(index.corpus, index.folder, processes=1)
    assert index.count("swans") == 0
    with excerpt.open(index.folder) as later:
        assert later.count("swans") == 1
    index.build(processes=1)
    assert index.count("swans") == 1


def test_invalid_arguments_are_refused(index: excerpt.Index) -> None:
    """Negative numbers, unknown orders, languages and names raise an error."""
    for ask in (
        lambda: index.search("geese", context=-1),
        lambda: index.show("a.txt", context=-1),
        lambda: list(index.concordance("geese", around=-1)),
        lambda: list(index.concordance("geese", sort="size")),  # type: ignore[arg-type]
        lambda: list(index.paths("geese", sort="size")),  # type: ignore[arg-type]
        lambda: index.build(processes=0),
    ):
        with pytest.raises(ValueError, match=r"count|sort is one of|at least 1"):
            ask()
    for language in ("klingon", "qq"):
        with pytest.raises(
            excerpt.ExcerptError, match=r"not the code of a language\. Write two letters"
        ):
            index.build(language=language)
    for name in ("\ud800", "\udcff", "\0", "a.txt:" + "9" * 5000):
        with pytest.raises(excerpt.ExcerptError, match="neither the path"):
            index.show(name)


def test_build_index_accepts_strings(index: excerpt.Index) -> None:
    """Folders may be strings, and a single string is one pattern to exclude."""
    made = str(index.folder.with_name("other"))
    assert excerpt.build_index(str(index.corpus), made, exclude="b.*", processes=1).new == 2
    with excerpt.open(made) as opened:
        assert list(opened.paths("geese")) == ["a.txt", "c.txt"]


def test_open_accepts_a_string(index: excerpt.Index) -> None:
    """The folder of an index may be a string."""
    with excerpt.open(str(index.folder)) as opened:
        assert opened.status().counts.documents == 3


def test_a_moved_corpus_can_be_named(index: excerpt.Index) -> None:
    """With the new location, the files are recognised as the indexed ones."""
    moved = index.corpus.rename(index.corpus.with_name("moved"))
    assert all(hit.is_stale is None for hit in index.search("geese"))
    with excerpt.open(index.folder, moved) as opened:
        assert opened.corpus == moved
        assert not any(hit.is_stale for hit in opened.search("geese"))


VALUES = [
    value for name in excerpt.__all__ if hasattr(value := getattr(excerpt, name), "__match_args__")
]


@pytest.mark.parametrize("value", VALUES)
def test_help_has_a_line_for_each_field(value: Any) -> None:
    """The docstring lists the fields in their order, and each is annotated with its type."""
    documented = [
        line.split("  ")[0] for line in inspect.cleandoc(value.__doc__ or "").splitlines()[2:]
    ]
    fields = inspect.signature(value).parameters
    assert [name for name in documented if name] == list(fields) == list(value.__match_args__)
    assert all(field.annotation is not field.empty for field in fields.values())


def test_the_list_of_values_is_complete() -> None:
    """The test of docstrings covers every public class of values."""
    others = {"ExcerptError", "Index", "QueryError", "__version__", "build_index", "open"}
    assert {value.__name__ for value in VALUES} == set(excerpt.__all__) - others


def test_help_stays_readable() -> None:
    """The help of Index is short: the union of query nodes is not repeated for every method."""
    assert max(map(len, pydoc.plain(pydoc.render_doc(excerpt.Index)).splitlines())) < 550


def test_a_hit_has_the_fields_of_its_document(tmp_path: Path) -> None:
    """Text, date, language, metadata and page are attributes of the hit itself."""
    (tmp_path / "corpus").mkdir()
    source = "---\ntitle: Wages\nauthor: A. Oakes\ndate: May 1911\n---\n\nThe strike began here.\n"
    (tmp_path / "corpus" / "a.md").write_text(source)
    excerpt.build_index(tmp_path / "corpus", tmp_path / "index", processes=1)
    with excerpt.open(tmp_path / "index") as index:
        results = index.search("strike")
        (document,) = index.documents()
    hit = results[0]
    assert hit.text == "The strike began here."
    assert (hit.title.text, hit.date, hit.page) == ("Wages", "May 1911", "")
    assert hit.metadata["author"] == "A. Oakes"
    assert isinstance(hit.metadata, Mapping)
    assert hit.metadata.get("nothing") is None
    assert list(hit.metadata) == [name for name, _ in hit.metadata.pairs]
    assert hit.location == "a.md:7"
    assert hit.language == document.language
    assert dict(document.metadata) == dict(hit.metadata)
    (record,) = results.to_records()
    assert record["match"] == "strike"
    assert (record["date"], record["metadata.author"]) == ("May 1911", "A. Oakes")


def test_results_are_indexed_and_sliced(index: excerpt.Index) -> None:
    """An index gives a hit, a slice a tuple of hits."""
    results = index.search("geese")
    assert [results[n].path for n in range(len(results))] == [hit.path for hit in results]
    assert results[-1] is results.hits[-1]
    assert results[1:] == results.hits[1:]
    with pytest.raises(IndexError):
        _ = results[3]


def test_representations_are_short(index: excerpt.Index) -> None:
    """They show what an object is about in one line; in a notebook, matches are marked."""
    results = index.search("geese", limit=2)
    assert repr(results) == "<Results of 'geese': 2 of 3 hits>"
    assert repr(results[0]) == "<Hit 1: a.txt:1 'Geese and more geese.'>"
    assert repr(index).startswith("<Index ")
    lines = index.phrase("geese")
    listed = (
        next(index.documents()),
        next(index.passages("geese")),
        lines,
        next(lines),
        index.explain("geese"),
        index.status(),
        index.coverage(),
        index.citation("a.txt"),
        index.facets("geese"),
    )
    for shown in map(repr, listed):
        assert shown.startswith("<")
        assert len(shown) < 200
    html = results._repr_html_()
    assert html.count("<mark>geese</mark>") == 1
    assert html.count("<mark>Geese</mark>") == 2
    missed = index.search("gooseberry geese")
    assert missed.notices
    assert missed._repr_html_().count("<mark>") == 4
    assert "&#x27;gooseberry&#x27; was not found" in missed._repr_html_()


def test_several_values_of_a_field_are_joined() -> None:
    """The pairs have each of them."""
    pairs = (("author", "Ann"), ("year", "1904"), ("author", "Bob"))
    metadata = Metadata(pairs)
    assert metadata == {"author": "Ann; Bob", "year": "1904"}
    assert metadata.pairs == pairs
    assert pickle.loads(pickle.dumps(metadata)) == metadata
    assert hash(metadata) == hash(Metadata(pairs))


def test_documents_have_a_path_and_a_date(index: excerpt.Index) -> None:
    """The attributes are those of hits."""
    documents = list(index.documents())
    assert [document.path for document in documents] == sorted(each.path for each in documents)
    assert all(isinstance(document.date, str) for document in documents)


def test_a_notebook_shows_paragraphs(tmp_path: Path) -> None:
    """Paragraphs are paragraphs, and items begin on a line of their own."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.md").write_text(
        "# Geese\n\nThe geese are here.\n\nAnother goose.\n\n- one goose\n- two geese\n"
    )
    excerpt.build_index(tmp_path / "corpus", tmp_path / "index", processes=1)
    with excerpt.open(tmp_path / "index") as index:
        html = index.search("goose")[0]._repr_html_()
    text = html.partition("<blockquote>")[2]
    assert text.count("<p>") >= 3
    assert re.search(r"<(br|p)>\W*one <mark>goose</mark>", text)
    assert re.search(r"<(br|p)>\W*two geese", text)


def test_a_notebook_escapes_texts(tmp_path: Path) -> None:
    """Markup in a source is shown, not interpreted."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text("The <script>alert(1)</script> goose & more.\n")
    excerpt.build_index(tmp_path / "corpus", tmp_path / "index", processes=1)
    with excerpt.open(tmp_path / "index") as index:
        html = index.search("goose")[0]._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_threads_may_share_an_index(index: excerpt.Index) -> None:
    """Searches in several threads return what they return in one."""
    queries = ["geese", "ducks", "south OR book", '"fly south"'] * 8
    expected = [[hit.path for hit in index.search(query)] for query in queries]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(index.search, queries))
        listed = list(pool.map(lambda query: len(list(index.passages(query))), queries))
    assert [[hit.path for hit in results] for results in found] == expected
    assert listed == list(map(len, expected))
