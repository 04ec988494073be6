"""The benchmark: what is drawn, cut and worked out is right, whatever the clock says."""

import json
import random
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from excerpt.benchmark.html_rate import markup_of
from excerpt.benchmark.passages import Cut, copy_corpus, cut_corpus, read_rows
from excerpt.benchmark.peers import OTHERS, Change, Peer, Way, load
from excerpt.benchmark.peers.excerpt import typed
from excerpt.benchmark.process import Asked, PeerProcess
from excerpt.benchmark.queries import (
    DISTANCE,
    KINDS,
    USUAL,
    Form,
    Question,
    kinds_of,
    read_questions,
    sample,
)
from excerpt.benchmark.rounds import ask_again, ask_together
from excerpt.benchmark.speed import Bench, Measured, Wishes, drawn, measure, others_than
from excerpt.benchmark.speed_report import json_of, lines_of, record_of
from excerpt.benchmark.timing import Timing, figures_of, percentile, ratio
from excerpt.errors import CorpusError, ExcerptError
from excerpt.indexing.pipeline import build
from excerpt.query.ast import MatchAll
from excerpt.search.index import Index

FREQUENT = [
    first + second
    for first in ("th", "w", "o", "f", "h", "s")
    for second in ("e", "is", "at", "en", "ou")
]
"""As many as are taken for very frequent."""
STEMS = (
    "harvest",
    "village",
    "teacher",
    "bridge",
    "winter",
    "garden",
    "letter",
    "carpen",
    "railway",
    "mountain",
)
ORDINARY = [stem + end for stem in STEMS for end in ("", "like", "hood", "ward", "making", "folk")]
LIMIT = 10_000
SECONDS = st.lists(st.floats(1e-6, 10.0), min_size=1, max_size=20)


def text_of(number: int) -> str:
    """A made-up text of a hundred words or so, another for each number, without signs between its words.

    What it ends with is in no question, so that none can be answered with words of two texts together.
    """
    chance = random.Random(number)
    words = chance.choices(ORDINARY, k=30) + chance.choices(FREQUENT, k=80)
    chance.shuffle(words)
    return " ".join([*words, *(f"{number}end{at}" for at in range(DISTANCE + 1))])


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve texts of two paragraphs, one of them twice, one that cannot be read, and one that is left out."""
    folder = tmp_path_factory.mktemp("bench") / "texts"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number:02}.txt").write_text(f"{text_of(number)}\n\n{text_of(number + 40)}\n")
    (folder / "copy.txt").write_bytes((folder / "03.txt").read_bytes())
    (folder / "noise.txt").write_bytes(bytes(range(32)) * 99)
    (folder / "old").mkdir()
    (folder / "old" / "left.txt").write_text("left out")
    (folder / ".excerptignore").write_text("old/\n")
    return folder


@pytest.fixture(scope="module")
def cut(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Cut:
    """The corpus as passages."""
    return cut_corpus(corpus, tmp_path_factory.mktemp("cut") / "passages")


def questions_of(
    cut: Cut, n: int = 8, seed: int = 1, kinds: Sequence[str] = USUAL
) -> list[Question]:
    """Questions drawn from all passages."""
    return sample([row.text for row in read_rows(cut.file)], n, seed, kinds)


# Passages


def test_passages_are_those_of_a_build(corpus: Path, cut: Cut, tmp_path: Path) -> None:
    """All engines are given what excerpt finds: each distinct text once, nothing that cannot be read or is left out."""
    build(corpus, tmp_path / "index")
    with Index(tmp_path / "index") as index:
        built = [stored.text for stored in index.passages(MatchAll())]
    assert [row.text for row in read_rows(cut.file)] == built
    assert (cut.n_documents, cut.n_passages) == (12, len(built))


def test_a_passage_is_found_by_its_number(cut: Cut) -> None:
    """Without reading those before it."""
    rows = list(read_rows(cut.file))
    assert [cut.row(number) for number in range(cut.n_passages)] == rows


def test_a_document_of_middling_size_is_named(corpus: Path, cut: Cut) -> None:
    """With its path and the texts of its passages."""
    document, path, texts = cut.middling()
    sizes = sorted(each.stat().st_size for each in corpus.glob("[01]*.txt"))
    assert (corpus / path).stat().st_size == sizes[6]
    assert texts == [row.text for row in read_rows(cut.file) if row.document == document]
    assert texts[0] in (corpus / path).read_text()


def test_a_copy_holds_the_sources_and_their_metadata(corpus: Path, tmp_path: Path) -> None:
    """And not what is left out."""
    (corpus / "metadata.csv").write_text("path,author\n00.txt,Ann\n")
    try:
        copy_corpus(corpus, tmp_path / "copy")
    finally:
        (corpus / "metadata.csv").unlink()
    names = {path.name for path in (tmp_path / "copy").rglob("*")}
    assert {"00.txt", "copy.txt", "metadata.csv"} <= names
    assert "left.txt" not in names


def test_a_corpus_without_text_is_refused(tmp_path: Path) -> None:
    """With the remedy."""
    with pytest.raises(CorpusError, match="no text"):
        copy_corpus(tmp_path, tmp_path / "copy")


def test_a_corpus_without_room_is_refused(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is copied."""
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1}))
    with pytest.raises(ExcerptError, match="TMPDIR"):
        copy_corpus(corpus, tmp_path / "copy")
    assert list((tmp_path / "copy").iterdir()) == []


# Questions


def test_the_same_seed_draws_the_same_questions(cut: Cut) -> None:
    """And another seed others."""
    assert questions_of(cut) == questions_of(cut)
    assert questions_of(cut) != questions_of(cut, seed=2)


def test_there_are_questions_of_every_kind(cut: Cut) -> None:
    """Each once, and as many as are wanted where the corpus has them."""
    questions = questions_of(cut, kinds=KINDS)
    assert list(dict.fromkeys(question.kind for question in questions)) == list(KINDS)
    assert len(set(questions)) == len(questions)
    assert sum(question.kind == "one word" for question in questions) == 8


def test_every_question_finds_something(corpus: Path, cut: Cut, tmp_path: Path) -> None:
    """The words of each stand together in the corpus as it asks for them."""
    build(corpus, tmp_path / "index")
    peer = load("excerpt", "bm25")
    peer.open(tmp_path / "index")
    assert [each for each in questions_of(cut) if not peer.ask(each, 1).total] == []


def test_kinds_are_chosen_by_words_of_their_names() -> None:
    """In the order of tables, each once; a word in none of them is an error that lists them."""
    assert kinds_of("usual") == USUAL
    assert kinds_of("all") == KINDS
    assert kinds_of("title,usual") == (*USUAL, "title")
    assert kinds_of("title, fuzzy,two") == (
        "two words, all",
        "phrase of two",
        "fuzzy",
        "fuzzy, two letters",
        "title",
    )
    with pytest.raises(ValueError, match="'tilte' is in none of: one word; two words"):
        kinds_of("near,tilte")


def test_every_form_of_the_language_finds_something(tmp_path: Path) -> None:
    """Also titles and years, where texts have them."""
    for number in range(20):
        year = 1800 + 11 * number
        text = f"# {text_of(number + 50)[:90]}\n\n{text_of(number)}\n"
        (tmp_path / "texts" / str(year)).mkdir(parents=True)
        (tmp_path / "texts" / str(year) / "text.md").write_text(text)
    cut = cut_corpus(tmp_path / "texts", tmp_path / "passages")
    build(tmp_path / "texts", tmp_path / "index")
    peer = load("excerpt", "default")
    peer.open(tmp_path / "index")
    asked = questions_of(cut, kinds=KINDS)
    found = {question.kind for question in asked if peer.ask(question, 1).total}
    assert found == set(KINDS)


def test_a_question_reads_no_more_than_the_index_holds(
    corpus: Path, cut: Cut, tmp_path: Path
) -> None:
    """And something; numpy.sum takes its time for it."""
    from excerpt.benchmark.peers.excerpt import Measured

    build(corpus, tmp_path / "index")
    size = sum(path.stat().st_size for path in (tmp_path / "index").rglob("*"))
    peer = Measured("default")
    peer.open(tmp_path / "index")
    for n_bytes, seconds in peer.read(questions_of(cut, n=2)):
        assert 0 < n_bytes < size
        assert seconds > 0


def test_phrases_are_of_frequent_words_or_not(cut: Cut) -> None:
    """A frequent phrase holds nothing else, a phrase of two none of them, the others at least one ordinary word."""
    for question in questions_of(cut, n=30):
        n_frequent = sum(word in FREQUENT for word in question.words)
        if question.kind == "frequent phrase":
            assert n_frequent == 2
        elif question.kind == "phrase of two":
            assert n_frequent == 0
        elif question.form is Form.PHRASE:
            assert n_frequent < len(question.words)


@given(st.lists(st.text(max_size=60), max_size=4), st.integers(0, 3))
def test_any_text_can_be_drawn_from(texts: Sequence[str], n: int) -> None:
    """Also one that has no word, or none for some kinds; never more than wanted are drawn."""
    questions = sample(texts, n, 0, KINDS)
    for kind in KINDS:
        assert sum(question.kind == kind for question in questions) <= n


def test_words_of_a_question_are_plain_words_in_a_row() -> None:
    """What engines cut or fold differently, and what a sign or a paragraph parts, is in no phrase."""
    text = "alpha beta, gamma delta\n\nepsilon zeta don't 1848 Müller eta theta"
    drawn = {question.words for question in sample([text], 50, 1) if question.form is Form.PHRASE}
    # all these words are among the thirty most frequent of so small a text
    assert drawn == {
        ("alpha", "beta"),
        ("gamma", "delta"),
        ("epsilon", "zeta"),
        ("eta", "theta"),
        ("zeta", "don"),
    }


def test_real_questions_are_read_by_their_tags(tmp_path: Path) -> None:
    """A tag that is not known is left out; what is given twice is asked once."""
    lines = [
        {"query": "+Red +flag", "tags": ["intersection", "global"]},
        {"query": '"red flag"', "tags": ["phrase"]},
        {"query": "red flag", "tags": ["union"]},
        {"query": "flag", "tags": ["term"]},
        {"query": "flag", "tags": ["term"]},
        {"query": "flag -red", "tags": ["negated"]},
    ]
    file = tmp_path / "queries.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)))
    questions, n_given = read_questions(file)
    assert n_given == 6
    assert questions == [
        Question("word", Form.WORD, ("flag",)),
        Question("all", Form.ALL, ("red", "flag")),
        Question("any", Form.ANY, ("red", "flag")),
        Question("phrase", Form.PHRASE, ("red", "flag")),
    ]


@pytest.mark.parametrize(
    "content", ["no json", "[1]", '{"query": "a"}', '{"query": "a", "tags": []}']
)
def test_a_file_that_is_no_list_of_queries_is_refused(content: str, tmp_path: Path) -> None:
    """With an example of what it should be."""
    (tmp_path / "queries").write_text(content)
    with pytest.raises(ExcerptError, match="intersection"):
        read_questions(tmp_path / "queries")


# Figures


@given(SECONDS, st.floats(0, 1))
def test_a_percentile_lies_within_the_values(values: list[float], share: float) -> None:
    """And grows with the share: nothing lies below the least, all below the most."""
    assert min(values) <= percentile(values, share) <= max(values)
    assert percentile(values, 0) == min(values)
    assert percentile(values, 1) == max(values)
    assert percentile(values, share / 2) <= percentile(values, share)


def test_figures_take_the_median_round_of_each_question() -> None:
    """One round that was disturbed changes nothing."""
    figures = figures_of([[0.001, 0.003], [0.001, 0.003], [9.0, 9.0]])
    assert figures.n == 2
    assert figures.median_ms == pytest.approx(2.0)
    assert figures.p95_ms == pytest.approx(2.9)
    assert figures.per_second == pytest.approx(500.0)


def test_a_ratio_compares_within_each_round() -> None:
    """A machine that is slow for a while is slow for both."""
    assert ratio([[2.0, 2.0], [20.0, 20.0]], [[1.0, 1.0], [10.0, 10.0]]) == 2.0


def test_a_ratio_compares_the_same_questions() -> None:
    """Where one was too slow to be asked all, the first that both were asked."""
    assert ratio([[1.0, 1.0, 9.0, 9.0, 9.0]], [[1.0, 1.0]]) == 1.0


# Peers


@pytest.fixture(params=["excerpt", *OTHERS])
def peer(request: pytest.FixtureRequest, corpus: Path, cut: Cut, tmp_path: Path) -> Peer:
    """Each engine that is installed, with its index of a copy of the corpus open."""
    try:
        made = load(request.param, "bm25")
    except ImportError as error:
        pytest.skip(f"{request.param} is not installed: {error}")
    copy_corpus(corpus, tmp_path / "copy")
    (tmp_path / "index").mkdir()
    made.build(tmp_path / "copy", cut.file, tmp_path / "index", 1)
    made.open(tmp_path / "index")
    return made


def holds(question: Question, text: str) -> bool:
    """Whether the passage `text`, which is of plain words, is an answer: spelt out as simply as can be."""
    words = text.split()
    places = [
        [at for at, word in enumerate(words) if fits(question, word, asked)]
        for asked in question.words
    ]
    match question.form:
        case Form.ANY:
            return any(places)
        case Form.PHRASE:
            return any(all(at + n in found for n, found in enumerate(places)) for at in places[0])
        case Form.NEAR:
            return any(
                0 < abs(one - other) <= DISTANCE + 1 for one in places[0] for other in places[1]
            )
        case _:
            return all(places)


def fits(question: Question, word: str, asked: str) -> bool:
    """Whether `word` is what the question means by `asked`."""
    if question.form is Form.PREFIX:
        return word.startswith(asked)
    if question.form is Form.FUZZY:
        return (
            len(word) == len(asked) and sum(a != b for a, b in zip(word, asked, strict=True)) <= 1
        )
    return word == asked


def test_peers_give_the_same_answers(peer: Peer, cut: Cut) -> None:
    """Each finds exactly the passages that a question means; what it counts, it counts right."""
    texts = [row.text for row in read_rows(cut.file)]
    for question in questions_of(cut):
        if question.form in peer.forms:
            meant = sorted(text for text in texts if holds(question, text))
            answer = peer.ask(question, LIMIT)
            assert sorted(answer.texts) == meant, question
            assert answer.total in {None, len(meant)}, question


def test_peers_mark_what_they_find(peer: Peer, cut: Cut) -> None:
    """In the whole texts of the same passages, each at least once; what they do not mark is told by its form."""
    assert peer.marked <= peer.forms
    texts = [row.text for row in read_rows(cut.file)]
    for question in questions_of(cut):
        if question.form in peer.marked:
            bare, marked = peer.ask(question, 5), peer.ask(question, 5, is_marked=True)
            assert [unmarked(text) for text in marked.texts] == [*map(str.strip, bare.texts)]
            assert set(bare.texts) <= set(texts)
            assert marked.n_marks >= len(marked.texts) > 0
            assert bare.n_marks == 0


def unmarked(text: str) -> str:
    """`text` without the marks of HTML that some peers put into it."""
    return re.sub(r"</?b[^>]*>", "", text).strip()


def test_peers_find_what_has_changed(peer: Peer, cut: Cut) -> None:
    """And nothing of what stood there before."""
    document, path, texts = cut.middling()
    before = len(peer.ask(Question("", Form.WORD, ("that",)), LIMIT).texts)
    n_gone = sum("that" in text for text in texts)
    peer.change(Change(document, path, ("Nothing but porcupines.",)))
    (found,) = peer.ask(Question("", Form.WORD, ("porcupines",)), LIMIT).texts
    assert found.strip() == "Nothing but porcupines."
    assert len(peer.ask(Question("", Form.WORD, ("that",)), LIMIT).texts) == before - n_gone
    assert n_gone > 0


def test_peers_say_how_they_are_set(peer: Peer) -> None:
    """Their version, and whether they count."""
    assert peer.settings["version"]
    answer = peer.ask(Question("", Form.WORD, ("that",)), 3)
    assert (answer.total is not None) == ("exact totals" in peer.settings["answers"])
    assert len(answer.texts) == 3


def test_nothing_else_is_a_peer() -> None:
    """The names are told."""
    with pytest.raises(ExcerptError, match="tantivy"):
        load("grep", "default")


@pytest.mark.parametrize(
    ("form", "words", "query"),
    [
        (Form.WORD, ("war",), "war"),
        (Form.ALL, ("war", "peace"), "war peace"),
        (Form.PHRASE, ("war", "and"), '"war and"'),
        (Form.NEAR, ("war", "peace"), "war NEAR/5 peace"),
        (Form.PREFIX, ("pea",), "pea*"),
        (Form.FUZZY, ("pease",), "pease~"),
        (Form.QUERY, ("sentence(war peace)",), "sentence(war peace)"),
        (Form.EXPAND, ("war", "peace"), "war peace"),
    ],
)
def test_excerpt_is_asked_as_a_reader_types(form: Form, words: tuple[str, ...], query: str) -> None:
    """In the query language."""
    assert typed(Question("", form, words)) == query


def test_a_peer_that_fails_is_told(tmp_path: Path) -> None:
    """With its name, from the process it runs in, which goes on."""
    with PeerProcess("excerpt", "default") as process:
        with pytest.raises(ExcerptError, match=r"^excerpt: .*there is no index"):
            process.call("open", tmp_path)
        for way in Way:
            assert process.forms(way) == frozenset(Form)


def test_the_memory_of_a_peer_is_seen(corpus: Path, cut: Cut, tmp_path: Path) -> None:
    """More than a bare Python takes, while something runs."""
    with PeerProcess("excerpt", "default") as process, process.watched() as memory:
        process.call("build", corpus, cut.file, tmp_path / "index", 1)
    assert memory.peak > 5_000_000


# The whole


STATES: dict[str, dict[str, tuple[int, int, int]]] = {}


def state_of(folder: Path) -> dict[str, tuple[int, int, int]]:
    """The size and the times of everything in `folder`."""
    stats = {str(path): path.stat() for path in folder.rglob("*")}
    return {
        path: (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns) for path, stat in stats.items()
    }


@pytest.fixture(scope="module")
def bench(corpus: Path) -> Bench:
    """A measurement against one peer."""
    STATES["before"] = state_of(corpus)
    return measure(corpus, Wishes(against=("fts5",), n_questions=3, rounds=1, processes=1))


def test_measuring_leaves_the_corpus_alone(corpus: Path, bench: Bench) -> None:
    """Not a byte and not a time of it changes."""
    assert bench.n_documents == 12
    assert state_of(corpus) == STATES["before"]


def test_everything_is_measured(bench: Bench) -> None:
    """For each peer the build, the change, the first answer and every kind of question it knows."""
    assert [peer.name for peer in bench.peers] == ["excerpt", "fts5"]
    ours, other = bench.peers
    assert list(ours.kinds) == list(USUAL)
    assert list(other.kinds) == [kind for kind in USUAL if kind != "fuzzy"]
    assert bench.without_hits == ()
    for peer in bench.peers:
        assert min(peer.built.seconds, peer.built.size, peer.change) > 0
        for kind in peer.kinds.values():
            assert kind.n_found == kind.warm.figures.n == kind.first.figures.n == 3
            assert kind.cold.figures.n == bench.wishes.rounds
            assert kind.highlighted is not None
    assert ours.update is not None
    assert other.update is None
    assert {timing.ratio for timing in timings_of(ours)} == {1.0}
    assert all(start.search > 0 for start in bench.starts.values())
    assert bench.n_others > 0


def timings_of(peer: Measured) -> list[Timing]:
    """Those of all kinds in all ways."""
    found = []
    for kind in peer.kinds.values():
        found += [kind.warm, kind.first, kind.cold, kind.together]
        found += [kind.highlighted] if kind.highlighted else []
    return found


def test_html_is_measured_beside_its_parser(bench: Bench, tmp_path: Path) -> None:
    """Where there is any, and nothing but that."""
    assert bench.markup is None
    (tmp_path / "texts" / "pages").mkdir(parents=True)
    for number in range(3):
        page = f"<html><body><p>{text_of(number)}</p></body></html>"
        (tmp_path / "texts" / "pages" / f"{number}.HTML").write_text(page)
    (tmp_path / "texts" / "notes.txt").write_text(text_of(9))
    markup = markup_of(tmp_path / "texts", tmp_path / "place", 2, 1)
    assert markup is not None
    size = sum(path.stat().st_size for path in (tmp_path / "texts" / "pages").iterdir())
    assert markup.n_documents == 60
    assert 20 * size < markup.n_bytes < 21 * size + 60 * 20
    assert 0 < markup.parse < markup.build
    assert markup.share == pytest.approx(markup.parse / markup.build, rel=0.9)
    (line,) = (line for line in lines_of(replace(bench, markup=markup)) if line.startswith("html "))
    assert "60 documents" in line


def test_what_warms_up_is_not_measured(cut: Cut) -> None:
    """Others of the same kinds are asked before: none of those whose first time counts."""
    wishes = Wishes(n_questions=8)
    asked = drawn(cut, wishes)
    others = others_than(asked, cut, wishes)
    assert {question.kind for question in others} == set(USUAL)
    assert {(each.form, each.words) for each in others} & {
        (each.form, each.words) for each in asked
    } == set()


def test_several_processes_answer_together(corpus: Path, cut: Cut, tmp_path: Path) -> None:
    """Each asks the same on and on, and says how long each answer took; one that is too slow for all is asked less."""
    build(corpus, tmp_path / "index")
    asked = [question for question in questions_of(cut) if question.form is Form.WORD]
    with PeerProcess("excerpt", "default") as one, PeerProcess("excerpt", "default") as other:
        for process in (one, other):
            process.call("open", tmp_path / "index")
        (taken,) = ask_together([one, other], asked, 1).values()
        first = {"one": {"one word": Asked((0.1, 0.1), (1, 1), (1, 1))}}
        again = ask_again({"one": one}, asked, first, 2)
        totals = one.ask(asked, Way.TOTAL)
    assert [min(seconds) > 0 for seconds in taken] == [True, True]
    assert min(map(len, taken)) > len(asked)
    assert [len(each.seconds) for each in again["one"]["one word"]] == [2, 2]
    assert again["one"]["one word"][0].totals == totals.totals[:2]
    assert set(totals.shown) == {0}


def test_the_table_shows_every_figure(bench: Bench) -> None:
    """A row for each peer, and two for each kind of each peer; numbers stand below their heads."""
    lines = list(lines_of(bench))
    assert "texts: 12 documents" in lines[0]
    rows = [line for line in lines if line.startswith(USUAL)]
    assert len(rows) == 2 * len(USUAL)
    times, rates = (number for number, line in enumerate(lines) if line.startswith("question "))
    for number, shown in ((times, rows[: len(USUAL)]), (rates, rows[len(USUAL) :])):
        end = lines[number].index("median ms") + len("median ms")
        assert {row[end] for row in shown} == {" "}
        assert all(row[end - 1].isdigit() for row in shown)
    assert [line for line in lines if line.startswith("start ")][1].count("operators") == 1
    groups = [group.strip() for group in lines[times - 1].split("  ") if group]
    assert groups == ["warm", "first time", "cold", "highlight"]
    assert {line[:10].strip() for line in lines} > set(groups)


def test_what_an_engine_does_not_do_is_shown_as_missing(bench: Bench) -> None:
    """A dash stands for highlights that it does not have, and null in JSON."""
    ours, other = bench.peers
    kinds = {name: replace(kind, highlighted=None) for name, kind in other.kinds.items()}
    bare = replace(bench, peers=(ours, replace(other, kinds=kinds)))
    rows = [line for line in lines_of(bare) if " fts5 " in line]
    assert sum(line.split()[-3:] == ["–"] * 3 for line in rows) == len(USUAL) - 1
    assert record_of(bare)["peers"][1]["kinds"]["one word"]["highlighted"] is None


def test_json_says_what_was_measured_and_how(bench: Bench) -> None:
    """With a schema, the versions, the settings."""
    record = json.loads(json_of(bench))
    assert record["schema"] == 1
    assert record["corpus"]["words"] > record["corpus"]["terms"] > 100
    assert record["html"] is None
    assert record["start"].keys() == {"words", "operators"}
    assert {"excerpt", "python", "numpy", "processors"} <= record["machine"].keys()
    assert record["settings"] == {
        "rounds": 1,
        "processes": 1,
        "questions": 3,
        "kinds": list(USUAL),
        "seed": 1,
        "ranking": "default",
        "evicted": bench.is_evicted,
    }
    ours, other = record["peers"]
    assert min(ours["kinds"]["one word"][name] for name in ("read", "times_reading")) > 0
    assert other["kinds"]["one word"]["read"] is None
    assert ours["kinds"]["one word"]["questions"] == 3
    for way in ("warm", "first", "cold", "together", "highlighted"):
        assert other["kinds"]["one word"][way].keys() == {
            "median_ms",
            "p95_ms",
            "per_second",
            "ratio",
        }
    assert ours["build"]["size_to_text"] == pytest.approx(
        ours["build"]["size"] / record["corpus"]["bytes"]
    )


def test_the_plot_is_the_same_for_the_same_figures(bench: Bench) -> None:
    """An SVG that names every peer and kind."""
    pytest.importorskip("matplotlib", reason="the plot needs the extra bench")
    from excerpt.benchmark.plot import svg_of

    svg = svg_of(bench)
    assert svg == svg_of(bench)
    for name in ("excerpt", "fts5", *USUAL):
        assert f">{name}<".encode() in svg
