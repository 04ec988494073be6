"""The JSON interface and the exports: they have what the library finds."""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from starlette.testclient import TestClient

import excerpt
from excerpt.present.json_text import dump
from excerpt.present.records import hit_record, line_record
from excerpt.search.options import ORDERS
from excerpt.serve.page_state import LINE_ORDERS


def object_at(client: TestClient, url: str, status: int = 200) -> Any:
    """Return the JSON object at `url`, which must have a status."""
    response = client.get(url)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    return response.json()


def test_a_search_has_the_records_of_the_command(client: TestClient, index: Path) -> None:
    """Hits are those of `--json`; totals and facets are those of the library."""
    found = object_at(client, "/api/v1/search?q=wages")
    with excerpt.open(index) as opened:
        results = opened.search("wages")
        assert found["hits"] == [json.loads(dump(hit_record(hit))) for hit in results]
        assert found["total"] == results.total
        assert found["documents"] == opened.count_documents("wages")
        assert found["state"] == opened.state
    authors = {each["value"]: each["passages"] for each in found["facets"]["author"]}
    assert authors == {"Ada Oakes": found["total"] - 1, "Ben Ash": 1}
    assert [(each["from"], each["to"], each["passages"]) for each in found["years"]] == [
        (1914, 1914, found["total"] - 1),
        (1919, 1919, 1),
    ]


def test_a_facet_leaves_what_it_counts(client: TestClient) -> None:
    """Each count of a facet is the total after it is chosen; facets can be combined."""
    found = object_at(client, "/api/v1/facets?q=war+OR+Krieg+OR+peace")
    for name, values in found["facets"].items():
        for each in values:
            value = each["value"] or "(none)"
            chosen = client.get(
                "/api/v1/search", params={"q": "war OR Krieg OR peace", name: value}
            ).json()
            assert chosen["total"] == each["passages"], (name, value)
    url = "/api/v1/search?q=war&author=Ada+Oakes&from=1914&to=1914&folder=speeches"
    assert object_at(client, url)["documents"] == 1
    assert object_at(client, url + "&lang=de")["total"] == 0


def test_lines_are_those_of_the_library(client: TestClient, index: Path) -> None:
    """Lines have the order and the totals of `Index.concordance`."""
    for sort in ("path", "left", "right", "date"):
        found = object_at(client, f"/api/v1/lines?q=wages&sort={sort}")
        with excerpt.open(index) as opened:
            concordance = opened.concordance("wages", sort=sort, around=14, limit=50)
            records = [line_record(line) for line in concordance]
        assert [line["passage"] for line in found["lines"]] == [
            record["passage"] for record in records
        ]
        assert [line["right"] for line in found["lines"]] == [record["right"] for record in records]
        assert found["occurrences"] == concordance.n_occurrences == 201
        assert found["next"] == 2


@pytest.mark.parametrize(("name", "orders"), [("lines", LINE_ORDERS), ("search", ORDERS)])
def test_the_remedy_for_an_unknown_order_names_those_of_the_answer(
    client: TestClient, name: str, orders: tuple[str, ...]
) -> None:
    """Lines and hits have orders of their own."""
    answer = client.get(f"/api/v1/{name}?q=wages&sort=nonsense")
    assert answer.status_code == 400
    assert answer.json()["error"]["remedy"] == f"Orders are {', '.join(orders)}."


@pytest.mark.parametrize(
    ("url", "code", "span"),
    [
        ("/api/v1/search?q=war+AND+(peace", "query", [8, 9]),
        ("/api/v1/search", "bad_request", None),
        ("/api/v1/lines?q=war&page=no", "bad_request", None),
        (f"/api/v1/search?q={'x' * 2001}", "bad_request", None),
    ],
)
def test_errors_are_objects(
    client: TestClient, url: str, code: str, span: list[int] | None
) -> None:
    """An error has a code, a message, a remedy and its place in the query."""
    error = object_at(client, url, 400)["error"]
    assert (error["code"], error["span"]) == (code, span)
    assert error["message"]


@pytest.mark.parametrize(
    "url",
    [
        "/api/v1/passages/0000000000000000",
        "/api/v1/documents/lost.txt",
        "/api/v1/cite/0000000000000000",
        "/api/v1/nothing",
    ],
)
def test_what_is_not_there_is_reported(client: TestClient, url: str) -> None:
    """A missing passage, document or route is an object, too."""
    assert object_at(client, url, 404)["error"]["code"] == "not_found"


def test_passages_documents_and_citations(client: TestClient, index: Path) -> None:
    """Each is found by what a hit says about it."""
    hit = object_at(client, "/api/v1/search?q=%22nobody+spoke%22")["hits"][0]
    passage = object_at(client, f"/api/v1/passages/{hit['passage']}")
    assert (passage["path"], passage["text"]) == (hit["path"], hit["text"])
    document = object_at(client, f"/api/v1/documents/{hit['path']}")
    assert document["metadata"]["author"] == "Ben Ash"
    citation = object_at(client, f"/api/v1/cite/{hit['passage']}")
    assert document["digest"] in citation["citation"]
    assert citation["csl"][0]["title"] == "A speech on peace"
    with excerpt.open(index) as opened:
        assert citation["citation"] == opened.cite(hit["passage"]).strip()


def test_the_citation_page_has_all_formats(client: TestClient) -> None:
    """Without the script, a quotation is copied from a page."""
    passage = object_at(client, "/api/v1/search?q=peace")["hits"][0]["passage"]
    text = client.get(f"/cite/{passage}").text
    for part in ("BibTeX", "RIS", "CSL-JSON", "Peace came after the war."):
        assert part in text
    assert client.get("/cite/nothing").status_code == 404


def test_quotations_are_checked(client: TestClient) -> None:
    """A quotation gets the verdict of the library, alone or in a manuscript."""
    exact, changed = "Nobody spoke of wages any more.", "Nobody spoke of war any more."
    body = {"quotes": [{"quote": exact}, {"quote": changed, "note": "Ben Ash"}]}
    found = client.post("/api/v1/verify", json=body).json()
    assert [each["verdict"] for each in found["quotes"]] == ["exact", "differs"]
    assert found["quotes"][0]["source"]["path"] == "speeches/peace.txt"
    found = client.post("/api/v1/verify", json={"text": f"He wrote: “{exact}”"}).json()
    assert [each["verdict"] for each in found["quotes"]] == ["exact"]


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"quotes": [1]}', '{"quotes": "x"}', "{", "[" * 100_000]
)
def test_a_request_that_is_no_quotation_is_an_error(client: TestClient, body: str) -> None:
    """Whatever is posted, the error says what to send."""
    headers = {"content-type": "application/json"}
    response = client.post("/api/v1/verify", content=body, headers=headers)
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "bad_request"


@pytest.mark.parametrize(
    "body",
    [
        '{"text": "He wrote: “\\ud800 Nobody spoke of wages any more.”"}',
        '{"quotes": [{"quote": "Nobody \\udfff spoke of wages", "note": "\\ud800\\u0000"}]}',
    ],
)
def test_half_characters_in_a_quotation_are_no_fault(client: TestClient, body: str) -> None:
    """JSON can contain lone surrogates, which no text can; they become question marks."""
    headers = {"content-type": "application/json"}
    response = client.post("/api/v1/verify", content=body.encode(), headers=headers)
    assert response.status_code == 200
    (quote,) = response.json()["quotes"]
    assert "?" in quote["quote"]


def test_status_and_coverage(client: TestClient) -> None:
    """The numbers of the index, and the outcome of each file."""
    assert object_at(client, "/api/v1/status")["counts"]["documents"] == 4
    paths = [file["path"] for file in object_at(client, "/api/v1/coverage")["files"]]
    assert "speeches/war.txt" in paths


# Files


def file_at(client: TestClient, name: str, query: str = "q=wages") -> bytes:
    """Return the file that the page offers under a name."""
    response = client.get(f"/{name}?{query}")
    assert response.status_code == 200, response.text
    assert response.headers["content-disposition"].startswith('attachment; filename="excerpt-')
    return response.content


def test_tables_have_all_hits(client: TestClient, index: Path) -> None:
    """CSV, JSON and JSON Lines have every hit, not only those of the page."""
    with excerpt.open(index) as opened:
        passages = [hit.passage.id for hit in opened.hits("wages")]
        n_lines = opened.count_occurrences("wages")
    assert len(passages) > 10
    rows = list(csv.DictReader(io.StringIO(file_at(client, "export.csv").decode(), newline="")))
    assert [row["passage"] for row in rows] == passages
    lines = file_at(client, "export.jsonl").decode().splitlines()
    assert [json.loads(line)["passage"] for line in lines] == passages
    whole = json.loads(file_at(client, "export.json"))
    assert [hit["passage"] for hit in whole["hits"]] == passages
    assert whole["total"] == len(passages)
    for name in ("export.csv", "export.jsonl"):
        text = file_at(client, name, "q=wages&view=lines&sort=right").decode()
        assert len(text.splitlines()) == n_lines + (name == "export.csv")
    whole = json.loads(file_at(client, "export.json", "q=wages&view=lines"))
    assert len(whole["lines"]) == n_lines


def test_bibliographies_cite_each_passage(client: TestClient) -> None:
    """BibTeX, RIS and CSL-JSON have an entry for each hit."""
    n_hits = len(file_at(client, "export.jsonl").splitlines())
    assert file_at(client, "export.bib").count(b"@") == n_hits
    assert file_at(client, "export.ris").count(b"ER  -") == n_hits
    assert len(json.loads(file_at(client, "export.csl.json"))) == n_hits


def test_documents_to_read(client: TestClient) -> None:
    """HTML and DOCX have the quotations with highlights, and their citations."""
    page = file_at(client, "export.html", "q=nobody&author=Ben+Ash").decode()
    assert "<mark>Nobody</mark> spoke of wages" in page
    assert "<p>1 passage in 1 document matches <code>" in page
    assert "blake2b-128" in page
    content = file_at(client, "export.docx", "q=nobody")
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    document = Document(io.BytesIO(content))
    assert document.paragraphs[1].text.startswith("1 passage in 1 document matches nobody.")
    runs = [run for paragraph in document.paragraphs for run in paragraph.runs]
    assert [run.text for run in runs if run.font.highlight_color] == ["Nobody"]


def test_a_large_text_document_is_refused(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, index: Path
) -> None:
    """Too many passages for a word processor are an error with another format as its remedy."""
    from excerpt.serve import exports, pages
    from excerpt.serve.answers import Request
    from excerpt.serve.desk import Desk
    from excerpt.serve.page_state import BadParameter

    monkeypatch.setattr(pages, "MAX_DOCX_HITS", 3)
    desk = Desk(index)
    page = pages.search(desk, Request({"q": "wages"}))
    assert b"export.docx" not in page.body
    assert b"DOCX: up to 3 passages" in page.body
    with pytest.raises(BadParameter, match="3 passages"):
        list(exports.export_file(desk, Request({"q": "wages"}, "docx")))
    desk.close()


@pytest.mark.parametrize(
    ("url", "status"),
    [("/export.csv", 400), ("/export.csv?q=(", 400), ("/export.exe?q=war", 404)],
)
def test_an_export_that_fails_is_explained(client: TestClient, url: str, status: int) -> None:
    """The error is a page, not a broken file."""
    response = client.get(url)
    assert response.status_code == status
    assert response.headers["content-type"].startswith("text/html")


def test_formulas_are_neutralised(tmp_path: Path) -> None:
    """A table from the page is as harmless to spreadsheets as one from the command."""
    from excerpt.serve.answers import Request
    from excerpt.serve.desk import Desk
    from excerpt.serve.exports import export_file

    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "=cmd.txt").write_text("=HYPERLINK(war)\n", encoding="utf-8")
    excerpt.build_index(tmp_path / "corpus", tmp_path / "index")
    desk = Desk(tmp_path / "index")
    text = b"".join(export_file(desk, Request({"q": "war"}, "csv"))).decode()
    desk.close()
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["path"] == "'=cmd.txt"
    assert row["text"].startswith("'=HYPERLINK")
