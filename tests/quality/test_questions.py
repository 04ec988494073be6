"""Questions in scripts without spaces find the passages that answer them.

The folders `unspaced` (Chinese and Japanese) and `thai` are judged collections (see `excerpt
quality --help`): short passages on the history of three towns that do not exist, with questions
that use some of their words.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import excerpt
from excerpt import Index
from excerpt.benchmark.quality import measure_quality

FOLDER = Path(__file__).parent / "unspaced"
THAI = FOLDER.with_name("thai")
FLOOR = 0.97
"""nDCG@10 of the questions; at the time of writing it is 0.994, and 1 for Thai."""


def records(name: str) -> dict[str, str]:
    """The texts in a file of the collection, by id."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return {record["_id"]: record["text"] for record in map(json.loads, lines)}


@pytest.fixture(scope="module", params=["columnar", "whoosh"])
def index(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Index]:
    """The documents of the collection as files."""
    folder = tmp_path_factory.mktemp("unspaced")
    (folder / "corpus").mkdir()
    for name, text in records("corpus.jsonl").items():
        (folder / "corpus" / f"{name}.txt").write_text(text, encoding="utf-8")
    excerpt.build_index(folder / "corpus", folder / "index", engine=request.param)
    with excerpt.open(folder / "index") as opened:
        yield opened


@pytest.mark.parametrize(("folder", "n"), [(FOLDER, 40), (THAI, 15)], ids=["unspaced", "thai"])
def test_questions_find_their_passages(folder: Path, n: int) -> None:
    """`excerpt quality` runs them for any of their words."""
    result = measure_quality(folder)
    assert result.n_queries >= n
    assert result.metrics["whole queries"]["nDCG@10"] >= FLOOR


def test_a_question_that_does_not_occur_is_ranked_by_its_pairs(index: Index) -> None:
    """The result is that of --any, and the notice gives the reason."""
    for question in records("queries.jsonl").values():
        plain, any_word = index.search(question), index.search(question, any_word=True)
        assert [hit.passage.id for hit in plain] == [hit.passage.id for hit in any_word]
        assert "does not occur as a whole" in plain.notices[0]
        assert plain.total == any_word.total == index.count(question)
        assert plain.total == sum(1 for _ in index.passages(question))


def test_highlights_cover_the_pairs_that_occur(index: Index) -> None:
    """Pairs that overlap are one highlight."""
    best = index.search("渡船几点开始开航？")[0]
    assert [span.of(best.text) for span in best.snippet.highlights] == ["渡船", "点开航"]


def test_a_word_that_occurs_is_a_phrase(index: Index) -> None:
    """Passages with some of its pairs do not match."""
    found = index.search("北门大桥")
    assert [hit.path for hit in found] == ["zh4.txt", "zh3.txt"]
    assert found.notices == ()
    assert index.search("北门大桥", any_word=True).total == 2
    assert index.search("「北门大桥」").total == 2


def test_each_word_of_a_query_is_taken_apart_by_itself(index: Index) -> None:
    """A word that occurs must match, and one pair at least of a word that does not."""
    found = index.search("製糸場 女工の要求")
    assert [hit.path for hit in found] == ["ja10.txt", "ja11.txt"] or found.total == 2
    assert index.explain("製糸場 女工の要求").meaning == (
        "製糸場 AND (女工 OR 工の OR の要 OR 要求)"
    )
    assert not index.search("製糸場 民主集中制").total


def test_words_that_do_not_occur_together_have_partial_hits(index: Index) -> None:
    """Passages with some of them are shown, like those for words with spaces."""
    found = index.search("北门大桥 青山小学")
    assert (found.total, found.notices) == (0, ())
    assert {"zh3.txt", "zh4.txt", "zh5.txt", "zh6.txt"} <= {hit.path for hit in found.partial}


def test_a_word_that_does_not_occur_is_named_as_a_whole(index: Index) -> None:
    """No characters of the word are listed, and no other words are suggested for them."""
    assert index.search("民主").notices == ("'民主' was not found.",)
    (notice,) = index.search("民主集中制").notices
    assert notice.startswith("民主集中制 does not occur as a whole")
