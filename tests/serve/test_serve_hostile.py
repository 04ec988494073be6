"""Hostile documents: nothing in a file name, title, text or metadata acts on the page."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright
from starlette.testclient import TestClient

import excerpt
from excerpt.serve.app import create_app
from excerpt.serve.security import Policy
from serve_browser import CHROMIUM, serving

SCRIPT = "<script>alert(1)</script>"
IMAGE = "<img src=x onerror=alert(1)>"
QUOTED = "\"'><svg onload=alert(1)>"
BIDI = "safe \u202egnp.exe\u202c \u2066word\u2069 \x1b[31mred\x00 \u2028 end"
MAX_BYTES = 1_000_000
FILES: dict[str, str] = {
    f"{IMAGE} name.txt": f"{SCRIPT} needle {IMAGE}\n\n{QUOTED} javascript:alert(1)\n",
    "title.html": f"<title>{QUOTED} needle</title><h1 id='{QUOTED}'>{QUOTED}</h1>"
    f"<p>&lt;script&gt;alert(1)&lt;/script&gt; needle {{{{ 7*7 }}}} {{% raw %}}</p>",
    "bidi.txt": f"needle {BIDI}\n",
    "bidi \u202etxt.exe": f"needle {BIDI}\n",
    "word.txt": f"needle {'x' * 20_000} needle\n\n{'y' * 20_000}\n",
    "many.txt": "\n\n".join("needle " * 100 for _ in range(2_000)),
    "folder#?%2e/a b&c=d.txt": "needle in a strange place\n",
    "metadata.csv": "path,author,date,note\n"
    f'word.txt,"{SCRIPT}{QUOTED.replace(chr(34), chr(34) * 2)}",1900,"{IMAGE}"\n'
    f'bidi.txt,"{"A" * 5_000}",1910,"{"B" * 50_000}"\n',
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the index of a hostile corpus."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, text in FILES.items():
        path = folder / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    raw = os.fsencode(folder / "corpus") + b"/M\xfcller needle.txt"
    Path(os.fsdecode(raw)).write_text("needle of M\n", encoding="utf-8")
    excerpt.build_index(folder / "corpus", folder / "index")
    return folder / "index"


@pytest.fixture(scope="module")
def client(hostile: Path) -> Iterator[TestClient]:
    """Return a client of its application."""
    app = create_app(hostile, Policy(8017))
    with TestClient(app, base_url="http://127.0.0.1:8017") as client:
        yield client


def addresses(client: TestClient) -> list[str]:
    """Return the addresses of all kinds of pages about this corpus."""
    found = ["/?q=needle", "/?q=needle&view=lines&sort=left", "/corpus", "/?q=" + quote(QUOTED)]
    found += [f"/?q=needle+{sign}" for sign in ("x*", "%00", "%0d%0aSet-Cookie:a=b", "%ff%fe")]
    page = 1
    paths: set[str] = set()
    while page:
        answer = client.get(f"/api/v1/search?q=needle&sort=path&page={page}").json()
        for hit in answer["hits"]:
            if hit["path"] not in paths:
                paths.add(hit["path"])
                found.append(f"/cite/{hit['passage']}")
                found.append(f"/p/{hit['passage']}")
        page = 0 if len(paths) >= len(FILES) else answer["next"]
    for link in BeautifulSoup(client.get("/?q=needle&sort=path").text, "lxml").select("h2 a"):
        found.append(str(link["href"]))
    found.append("/read/many.txt?q=needle&match=199000")
    return found


def test_all_documents_are_found_and_read(client: TestClient, hostile: Path) -> None:
    """Every document, whatever its name, can be opened by the link of its hit."""
    with excerpt.open(hostile) as opened:
        documents = {document.id: document.files[0].path for document in opened.documents()}
    for number, path in documents.items():
        url = f"/read/{quote(os.fsencode(path))}?q=needle"
        by_path, by_number = client.get(url), client.get(f"/read/{number}?q=needle")
        assert by_path.status_code == by_number.status_code == 200, path
        assert by_path.text == by_number.text


def test_nothing_becomes_markup(client: TestClient) -> None:
    """Pages have our script alone, no handlers, no unexpected elements, and bounded sizes."""
    for url in addresses(client):
        response = client.get(url)
        assert response.status_code in {200, 400}, url
        assert len(response.content) < MAX_BYTES, url
        soup = BeautifulSoup(response.text, "lxml")
        scripts = soup.select("script")
        assert [str(each.get("src", ""))[:16] for each in scripts] == ["/static/page.js?"], url
        assert not soup.select("img, iframe, object, embed, style, base, [style]"), url
        for element in soup.find_all(True):
            assert not [name for name in element.attrs if name.startswith("on")], url
        for link in soup.select("[href]"):
            assert str(link["href"])[:1] in {"/", "#"}, link["href"]
        assert "\u202e" not in response.text, url
        assert "\x1b" not in response.text, url
        assert "49" not in [each.text for each in soup.select("mark")], url


def test_headers_cannot_be_injected(client: TestClient) -> None:
    """A line end in a parameter ends up in no header, and a file name is harmless."""
    response = client.get("/export.csv", params={"q": 'needle "\r\nSet-Cookie: a=b'})
    assert "set-cookie" not in response.headers
    response = client.get("/export.csv", params={"q": 'needle OR ../"x";\r\n'})
    name = response.headers["content-disposition"]
    assert name == 'attachment; filename="excerpt-needle-OR-x.csv"'


def test_many_matches_are_one_page_each(client: TestClient) -> None:
    """A document with 200,000 matches has windows, a bounded map, and links to each match."""
    response = client.get("/read/many.txt?q=needle&match=123456")
    soup = BeautifulSoup(response.text, "lxml")
    assert soup.select_one("mark.cur#m123456") is not None
    assert len(soup.select(".mini g")) <= 400
    assert len(response.content) < MAX_BYTES
    (said,) = soup.select("#said")
    assert "123,456 of 200,000" in " ".join(said.text.split())


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_a_browser_shows_it_calmly(client: TestClient, hostile: Path) -> None:
    """No dialog, no message, no foreign request, nothing wider than the screen."""
    problems: list[str] = []
    with serving(hostile) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 320, "height": 600})
        page.on("dialog", lambda dialog: problems.append(f"dialog {dialog.message}"))
        page.on("console", lambda message: problems.append(message.text))
        page.on(
            "request",
            lambda each: None if each.url.startswith(address) else problems.append(each.url),
        )
        for url in addresses(client):
            page.goto(address.rstrip("/") + url)
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > 320:
                problems.append(f"{url} is {width} pixels wide")
        browser.close()
    assert [each for each in problems if "a status of 400" not in each] == []
