"""Pages: they show the results of the library, and explain every error."""

import gzip
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from starlette.testclient import TestClient

import excerpt
from excerpt.cli.help import DOCS


def soup_of(client: TestClient, url: str, status: int = 200) -> BeautifulSoup:
    """Return the page at `url`, which must have a status."""
    response = client.get(url)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return BeautifulSoup(response.text, "lxml")


def one(soup: BeautifulSoup | Tag, selector: str) -> Tag:
    """Return the only element that fits `selector`."""
    (found,) = soup.select(selector)
    return found


def test_the_start_page_says_what_there_is(client: TestClient) -> None:
    """The page without a query has the size of the index and examples."""
    soup = soup_of(client, "/")
    assert one(soup, "h1").text == "Search 4 documents"
    assert len(soup.select(".try a")) == 4


def test_results_are_those_of_the_library(client: TestClient, index: Path) -> None:
    """Totals, order, locations and highlights are those of `Index.search`."""
    soup = soup_of(client, "/?q=wages")
    with excerpt.open(index) as opened:
        results = opened.search("wages", limit=10)
        n_documents = opened.count_documents("wages")
    total = f"{results.total} passages in {n_documents} of 4 documents"
    assert " ".join(one(soup, "#count").text.split()) == total
    places = [place.text for place in soup.select(".hit .path")]
    assert places == [f"{hit.path}:{hit.lines[0]}" for hit in results if hit.lines]
    first = soup.select(".hit")[0]
    assert one(first, "h2").text == results[0].title.text
    whole = first.select(".whole .text mark") or first.select(".text mark")
    assert [mark.text for mark in whole] == [
        span.of(results[0].text) for span in results[0].snippet.highlights
    ]


def test_a_short_snippet_is_part_of_the_passage(client: TestClient) -> None:
    """A long passage is cut, and can be unfolded."""
    soup = soup_of(client, "/?q=strikers")
    brief, whole = soup.select(".hit")[0].select(".text")
    assert len(brief.text) < 500 < len(whole.text)
    assert "more match" in one(soup.select(".hit")[0], ".whole summary").text


def test_pages_follow_one_another(client: TestClient, index: Path) -> None:
    """The links lead through all hits, each exactly once."""
    places: list[str] = []
    url: str | None = "/?q=the"
    while url:
        soup = soup_of(client, url)
        places += [link["href"] for link in soup.select(".hit h2 a")]  # type: ignore[misc]
        following = soup.select("a[rel=next]")
        url = str(following[0]["href"]) if following else None
    with excerpt.open(index) as opened:
        n_hits = len(opened.search("the", limit=None))
    assert len(set(places)) == len(places) == n_hits


def test_an_error_points_into_the_query(client: TestClient) -> None:
    """A malformed query gets a caret and a remedy, also with a facet chosen."""
    soup = soup_of(client, "/?q=war+AND+(peace&lang=en", 400)
    query, caret = one(soup, "pre").text.rstrip("\n").split("\n")
    assert query == "war AND (peace"
    assert caret.index("^") == query.index("(")
    assert "never closed" in one(soup, ".wrong").text
    assert one(soup, "#q")["value"] == "war AND (peace"


@pytest.mark.parametrize(
    "url",
    [
        "/?q=war&page=0",
        "/?q=war&page=x",
        "/?q=war&from=soon",
        "/?q=war&sort=luck",
        "/?q=war&view=map",
        "/?q=war&any=maybe",
        f"/?q={'war+' * 501}",
        "/read/speeches/war.txt?match=-1",
    ],
)
def test_a_parameter_without_a_meaning_is_an_error(client: TestClient, url: str) -> None:
    """Nothing is silently ignored or cut that would change what a page counts."""
    soup_of(client, url, 400)


def test_unknown_parameters_are_ignored(client: TestClient) -> None:
    """Links gather parameters on their way."""
    soup_of(client, "/?q=war&utm_source=letter")


def test_a_fragment_is_the_inside_of_the_page(client: TestClient) -> None:
    """The script gets the results alone, and no cache keeps them for the page."""
    response = client.get("/?q=war", headers={"x-fragment": "1"})
    assert "<!doctype" not in response.text
    assert response.headers["cache-control"] == "no-store"
    inside, whole = (
        re.sub(r"\d+ ms", "", text) for text in (response.text, client.get("/?q=war").text)
    )
    assert inside.strip() in whole


def test_no_hit_is_explained(client: TestClient) -> None:
    """A query without a hit gets the notices of the library; some words are offered."""
    assert "not found" in one(soup_of(client, "/?q=wagez"), ".notice").text
    soup = soup_of(client, "/?q=wages+moneyless")
    assert "The best with some of them" in soup.text
    assert soup.select(".hit")


def test_the_way_out_of_facets_without_a_hit_is_shown(client: TestClient) -> None:
    """One link drops the chosen facets that exclude everything, and keeps the rest."""
    for view, address in (("passages", "/?q=war"), ("lines", "/?q=war&view=lines")):
        soup = soup_of(client, f"/?q=war&view={view}&author=Nobody&from=1990")
        assert one(soup, ".none a")["href"] == address
        assert one(soup_of(client, f"/?q=zebra&view={view}"), ".none a")["href"] == "/help"


def test_the_last_page_is_named(client: TestClient) -> None:
    """Duplicates are grouped, so the number of pages is known at the last one."""
    assert one(soup_of(client, "/?q=wages"), ".pages span").text == "Page 1"
    last = soup_of(client, "/?q=wages&page=2")
    assert one(last, ".pages span").text == "Page 2, the last"
    assert not last.select(".pages [rel=next]")
    beyond = soup_of(client, "/?q=wages&page=9")
    assert not beyond.select(".pages")
    assert "no more passages" in one(beyond, ".notice").text


def test_duplicates_are_listed(client: TestClient) -> None:
    """A passage with the same words is one link away."""
    soup = soup_of(client, "/?q=%22peace+came+after%22")
    hits = soup.select(".hit")
    assert one(soup, ".count b").text == "2"
    if len(hits) == 1:  # the copies are passages with the same words
        assert one(hits[0], ".same summary").text == "+1 with the same words"


# The reader


def test_the_reader_shows_a_document(client: TestClient, index: Path) -> None:
    """Title, provenance and all paragraphs, numbered."""
    soup = soup_of(client, "/read/speeches/war.txt")
    assert one(soup, "h1").text == "A speech on war"
    assert [link.text for link in soup.select(".pn")] == [str(n) for n in range(1, 201)]
    facts = one(soup, ".facts").text
    assert "unchanged since it was indexed" in facts
    with excerpt.open(index) as opened:
        document = opened.document("speeches/war.txt")
    assert document is not None
    assert document.digest in facts


def test_matches_are_numbered_through_the_document(client: TestClient, index: Path) -> None:
    """Each match has a number; the links lead to the next and the previous one, in a circle."""
    soup = soup_of(client, "/read/speeches/war.txt?q=war+OR+wages&match=400")
    marks = soup.select("mark")
    assert [mark["id"] for mark in marks] == [f"m{n}" for n in range(1, 401)]
    assert " ".join(one(soup, "#said").text.split()) == "400 of 400 for war OR wages"
    assert one(soup, "mark.cur")["id"] == "m400"
    former, following = (link["href"] for link in soup.select("[data-step]"))
    assert str(former).endswith("match=399#m399")
    assert str(following).endswith("match=1#m1")


def test_a_lasting_link_leads_to_the_paragraph(client: TestClient) -> None:
    """`/p/…` leads to the reader at the paragraph; the page contains its target."""
    link = soup_of(client, "/read/speeches/war.txt").select(".pn")[7]
    response = client.get(str(link["href"]))
    assert response.status_code == 303
    url, _, fragment = response.headers["location"].partition("#")
    soup = soup_of(client, url)
    assert one(soup, f"[id='{fragment}'] .pn").text == "8"


def test_words_that_are_gone_are_reported(client: TestClient) -> None:
    """A permanent link to a passage that the index does not have says so."""
    soup = soup_of(client, "/p/0123456789abcdef", 404)
    assert "not in this index any more" in soup.text
    soup_of(client, "/read/speeches/lost.txt", 404)
    soup_of(client, "/read/999999", 404)


def test_a_document_has_a_number_too(client: TestClient, index: Path) -> None:
    """A document is addressed by its indexed path or its number, and by nothing else."""
    with excerpt.open(index) as opened:
        document = opened.document("speeches/war.txt")
    assert document is not None
    assert one(soup_of(client, f"/read/{document.id}"), "h1").text == "A speech on war"
    for name in ("../corpus/speeches/war.txt", str(index / "catalog.sqlite"), "/etc/passwd", ""):
        response = client.get(f"/read/{name.replace('..', '%2e%2e')}")
        assert response.status_code == 404, name


def test_the_corpus_page_lists_problems(client: TestClient) -> None:
    """Numbers of the index, and every file that needs attention."""
    soup = soup_of(client, "/corpus")
    sums = {one(each, "dt").text: one(each, "dd").text for each in soup.select(".sums div")}
    assert sums["documents"] == "4"
    assert "metadata.csv" in one(soup, ".files").text


def test_every_topic_of_the_documentation_is_a_page(client: TestClient) -> None:
    """Topics are shown without inline styles, and their links lead to pages that exist."""
    topics = [str(link["href"]) for link in soup_of(client, "/help").select(".topics a")]
    assert len(topics) == len(list(DOCS.glob("*.md")))
    for topic in topics:
        soup = soup_of(client, topic)
        assert not soup.select("[style], script:not([src]), img"), topic
        for link in soup.select("main a[href^='/']"):
            assert client.get(str(link["href"])).status_code == 200, (topic, link["href"])
        for link in soup.select("main a[href]"):
            assert str(link["href"]).startswith(("/", "#", "https://")), (topic, link["href"])


def test_an_unknown_page_is_explained(client: TestClient) -> None:
    """Other addresses get an error page, and unknown static files nothing."""
    assert "no such page" in soup_of(client, "/nothing", 404).text
    assert client.get("/static/../app.py").status_code == 404
    assert client.get("/static/%2e%2e%2fapp.py").status_code == 404
    assert client.get("/static/page.css").headers["content-type"].startswith("text/css")


def test_the_citation_is_that_of_the_match(client: TestClient) -> None:
    """In a document, the words that are cited are those at the match."""
    soup = soup_of(client, "/read/speeches/war.txt?q=wages&match=150")
    (link,) = soup.select(".tools [data-do=cite]")
    (mark,) = soup.select("mark.cur")
    paragraph = mark.find_parent("p")
    assert paragraph is not None
    assert str(link["href"]) == f"/cite/{str(paragraph['id']).partition('-')[0]}"


def test_chosen_words_are_cited(client: TestClient) -> None:
    """With the parameter `quote`, the page and the interface cite these words alone."""
    link = str(soup_of(client, "/?q=nobody").select("[data-do=cite]")[0]["href"])
    soup = soup_of(client, f"{link}?quote=nobody+SPOKE+of+wages")
    assert one(soup, ".cited").text.strip() == "Nobody spoke of wages"
    answer = client.get(f"/api/v1{link}?quote=nobody+spoke+of+wages").json()
    assert answer["quotation"] == "Nobody spoke of wages"
    assert "line 3." in answer["citation"]
    for words in ("somebody spoke", "x" * 5_001, "…"):
        for address in (f"{link}?quote={words}", f"/api/v1{link}?quote={words}"):
            response = client.get(address)
            assert response.status_code == 400, words
            assert "cite the whole passage" in response.text
    assert client.get(f"/api/v1{link}?quote=").json()["quotation"].startswith("Peace came")


def test_text_set_apart_is_one_click_away(tmp_path: Path) -> None:
    """A notice that names an option of the command becomes a link on the page."""
    from excerpt.serve.answers import Request
    from excerpt.serve.desk import Desk
    from excerpt.serve.pages import search

    (tmp_path / "corpus").mkdir()
    page = "<nav><a href=x>Needle</a></nav><p>Text of a page.</p>"
    (tmp_path / "corpus" / "a.html").write_text(page, encoding="utf-8")
    excerpt.build_index(tmp_path / "corpus", tmp_path / "index")
    desk = Desk(tmp_path / "index")
    soup = BeautifulSoup(search(desk, Request({"q": "needle"})).body, "lxml")
    desk.close()
    (link,) = soup.select(".notice a")
    assert link["href"] == "/?q=needle&everything=1"
    assert "--everything" not in soup.text


def test_the_page_is_light(client: TestClient) -> None:
    """Script, style sheet and page stay within their budgets, compressed."""
    script = client.get("/static/page.js").content
    assert len(script) <= 8_000
    assert len(gzip.compress(script)) <= 3_000
    assert len(gzip.compress(client.get("/static/page.css").content)) <= 5_000
    assert len(gzip.compress(client.get("/?q=wages").content)) <= 12_000
    for name in ("page.js", "page.css"):
        assert "http" not in client.get(f"/static/{name}").text


def test_lines_from_right_to_left_have_the_match_between_its_words(tmp_path: Path) -> None:
    """The table of Arabic or Hebrew lines has its first column on the right; others do not.

    A line in the other direction than most has its columns exchanged, so that the words next to the
    match are next to it.
    """
    from excerpt.serve.answers import Request
    from excerpt.serve.desk import Desk
    from excerpt.serve.pages import search

    (tmp_path / "corpus").mkdir()
    hebrew = "המלחמה והשלום הם שני צדדים"
    for name, words in (
        ("he.txt", hebrew),
        ("en.txt", "War and peace"),
        ("mixed.txt", f"{hebrew} (Tolstoy) {hebrew}"),
    ):
        (tmp_path / "corpus" / name).write_text(words, encoding="utf-8")
    excerpt.build_index(tmp_path / "corpus", tmp_path / "index")
    desk = Desk(tmp_path / "index")
    usual, exchanged = "l r where", "r l where"
    for query, direction, first in (
        ("והשלום", "rtl", usual),
        ("peace", None, usual),
        ("tolstoy", "rtl", usual),
        ("peace OR שני OR הם", "rtl", exchanged),
    ):
        page = search(desk, Request({"q": query, "view": "lines"})).body
        table = one(BeautifulSoup(page, "lxml"), ".kwic")
        assert table.get("dir") == direction
        row = table.select("tbody tr")[0]
        assert " ".join(str(cell["class"][0]) for cell in row.select("td")) == first
        assert row.has_attr("class") == ((direction == "rtl") == (first == usual))
    desk.close()


def test_a_citation_has_no_visible_line_ends(client: TestClient) -> None:
    """The carriage returns of RIS are not shown as signs."""
    link = soup_of(client, "/?q=nobody").select("[data-do=cite]")[0]
    blocks = [block.text for block in soup_of(client, str(link["href"])).select("pre")]
    (ris,) = (block for block in blocks if block.startswith("TY  - "))
    assert "\u240d" not in "".join(blocks)
    assert len(ris.splitlines()) > 5
