"""The page in a real browser: keys, history, narrow screens, print, dark, accessibility."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from serve_browser import CHROMIUM, accessibility_problems, serving

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
VIEWS = {
    "start": "/",
    "passages": "/?q=wages",
    "options": "/?q=wages&any=1&from=1914&to=1914",
    "nothing": "/?q=wagez",
    "error": "/?q=war+AND+(peace",
    "lines": "/?q=wages&view=lines&sort=right",
    "reader": "/read/speeches/war.txt?q=war+OR+wages&match=2",
    "document": "/read/letters/brief.md",
    "citation": "",
    "corpus": "/corpus",
    "help": "/help",
}


@pytest.fixture(scope="module")
def address(index: Path) -> Iterator[str]:
    """Return the address of a running server, without a slash at its end."""
    with serving(index) as url:
        yield url.rstrip("/")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return Chromium. Everything here runs on this machine, so it needs no sandbox of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """Return a browser window of the usual size that has no history."""
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    """Return a page on which nothing may go wrong: no message, no dialog, no foreign request."""
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("dialog", lambda dialog: problems.append(f"dialog: {dialog.message}"))
    page.on(
        "request",
        lambda request: None if request.url.startswith(address) else problems.append(request.url),
    )
    yield page
    # The status of an error page is a message of the browser, not of ours.
    assert [
        text for text in problems if "the server responded with a status of 4" not in text
    ] == []


def address_of(page: Page, view: str) -> str:
    """Return the address of a view; that of a citation depends on the index."""
    if view != "citation":
        return VIEWS[view]
    page.goto("/?q=wages")
    return page.locator("[data-do=cite]").first.get_attribute("href") or ""


def query_of(page: Page) -> dict[str, list[str]]:
    """Return the parameters of the present address."""
    return parse_qs(urlsplit(page.url).query)


def test_results_follow_each_keystroke(page: Page) -> None:
    """Typing changes the results and the address, without a new entry in the history."""
    page.goto("/")
    page.keyboard.type("wag")
    expect(page.locator("#count")).to_contain_text("0 passages")
    page.keyboard.type("es")
    expect(page.locator(".hit").first).to_be_visible()
    expect(page.locator("#said")).to_contain_text("passages in")
    page.wait_for_url("**/?q=wages")
    assert page.evaluate("history.length") == 2
    assert page.evaluate("document.activeElement.id") == "q"
    assert page.title() == "wages – excerpt"


def test_everything_can_be_done_with_keys(page: Page) -> None:
    """From the search field to a hit, into its document, through the matches and back."""
    page.goto("/?q=wages")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator(".hit").first).to_have_class("hit cur")
    page.keyboard.press("x")
    expect(page.locator(".hit .whole").first).to_have_attribute("open", "")
    page.keyboard.press("Enter")
    page.wait_for_url("**/read/**")
    before = int(page.locator("#at").inner_text())
    page.keyboard.press("n")
    expect(page.locator("#at")).to_have_text(str(before + 1))
    expect(page.locator("mark.cur")).to_be_in_viewport()
    page.keyboard.press("p")
    page.keyboard.press("p")
    page.wait_for_url(f"**#m{before - 1 or 200}")
    page.keyboard.press("u")
    page.wait_for_url("**/?q=wages")
    page.keyboard.press("2")
    expect(page.locator(".kwic tr").first).to_be_visible()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()


def test_single_keys_can_be_switched_off(page: Page) -> None:
    """People who dictate can switch off single keys (WCAG 2.1.4), and this is remembered."""
    page.goto("/?q=wages")
    page.keyboard.press("?")
    page.locator("#letters").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("2")
    page.reload()
    page.keyboard.press("2")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") != "q"
    assert "view" not in query_of(page)


def test_all_links_can_be_reached_with_tab(page: Page) -> None:
    """The order of focus begins with the skip link, and focus is always visible.

    To skip to the results must not load them again: focus would be lost with the old ones.
    """
    searches: list[str] = []
    page.on("request", lambda each: searches.append(each.url) if "q=" in each.url else None)
    page.goto("/?q=wages")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("main a").first).to_be_focused()
    assert len(searches) == 1
    # The way back leads over the present results, and then to others.
    page.locator(".facet a", has_text="Ada Oakes").click()
    page.wait_for_url("**author=Ada+Oakes**")
    count = page.locator("#count")
    expect(count).to_contain_text("in 1 of")
    page.go_back()
    page.wait_for_url("**/?q=wages#main")
    expect(count).not_to_contain_text("in 1 of")


@pytest.mark.parametrize("has_script", [True, False])
def test_search_narrow_page_read_without_the_script(
    browser: Browser, address: str, has_script: bool
) -> None:
    """The same steps lead to the same places with and without JavaScript."""
    context = browser.new_context(base_url=address, java_script_enabled=has_script)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("searchbox").fill("wages")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#count")).to_contain_text("documents")
    page.locator(".facet a", has_text="Ada Oakes").click()
    page.wait_for_url("**author=Ada+Oakes**")
    page.locator("a[rel=next]").click()
    page.wait_for_url("**page=2**")
    expect(page.locator(".hit").first).to_have_attribute("id", "h11")
    page.locator(".hit h2 a").first.click()
    page.wait_for_url("**/read/**")
    expect(page.locator("p.here").first).to_be_in_viewport()
    page.locator("[data-step='1']").click()
    page.wait_for_url("**match=*")
    page.locator(".back").click()
    page.wait_for_url("**author=Ada+Oakes**")
    page.locator(".views a", has_text="Lines").click()
    expect(page.locator(".kwic tr").first).to_be_visible()
    context.close()


def test_the_way_back_leads_through_the_same_pages(page: Page) -> None:
    """Each click is an entry of the history; going back and forth restores field and results."""
    page.goto("/?q=war")
    total = page.locator("#count").inner_text()
    page.locator(".facet a", has_text="Ben Ash").click()
    page.wait_for_url("**author=Ben+Ash**")
    chosen = page.locator("#count").inner_text()
    assert chosen != total
    page.locator("#q").fill("peace")
    page.wait_for_url("**q=peace**")
    page.locator(".views a", has_text="Lines").click()
    page.wait_for_url("**view=lines**")
    page.go_back()
    expect(page.locator("#q")).to_have_value("peace")
    expect(page.locator(".hit").first).to_be_visible()
    page.go_back()
    expect(page.locator("#q")).to_have_value("war")
    expect(page.locator("#count")).to_have_text(total)
    page.go_forward()
    expect(page.locator("#q")).to_have_value("peace")
    page.reload()
    expect(page.locator("#q")).to_have_value("peace")


def test_a_new_query_keeps_the_choices(page: Page) -> None:
    """Facets and options stay while the query changes, also through the button."""
    page.goto("/?q=war&author=Ada+Oakes")
    page.locator("#q").fill("wages")
    page.wait_for_url("**q=wages**")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**author=Ada+Oakes**")
    page.locator("#sort").select_option("path")
    page.wait_for_url("**sort=path**")
    assert query_of(page)["author"] == ["Ada Oakes"]


def test_a_quotation_is_copied_with_its_citation(context: BrowserContext, page: Page) -> None:
    """The clipboard has the words and the check line."""
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/?q=nobody")
    page.locator("[data-do=cite]").first.click()
    expect(page.locator(".toast")).to_be_visible()
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith("“Peace came after the war.\nNobody spoke of wages any more.”\n")
    assert "blake2b-128" in text


@pytest.mark.parametrize(
    ("start", "end", "quotation"),
    [(72, 87, "fell by 5 marks"), (68, 85, "fell by 5")],
)
def test_selected_words_are_copied_with_their_citation(
    context: BrowserContext, page: Page, start: int, end: int, quotation: str
) -> None:
    """The key cites the selection, without words that are selected in part."""
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/read/speeches/war.txt")
    page.locator(".doc .k-paragraph").nth(4).evaluate(
        """(paragraph, [start, end]) => {
            const text = paragraph.lastChild;
            getSelection().setBaseAndExtent(text, start, text, end);
        }""",
        [start, end],
    )
    page.keyboard.press("c")
    expect(page.locator(".toast")).to_be_visible()
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith(f"“{quotation}”\nAda Oakes, “A speech on war,”")
    assert "line 9." in text


def test_the_map_leads_to_a_match(page: Page) -> None:
    """A click on the map goes to the match, and the frame follows the scrolling."""
    page.goto("/read/speeches/war.txt?q=wages&match=1")
    frame = page.locator(".mini .view")
    top = float(frame.get_attribute("y") or 0)
    page.locator(".mini [data-m='150'] rect:last-child").click()
    page.wait_for_url("**#m150")
    expect(page.locator("#m150")).to_be_in_viewport()
    page.wait_for_function(
        "top => +document.querySelector('.mini .view').getAttribute('y') > top", arg=top
    )


@pytest.mark.parametrize("view", VIEWS)
def test_no_page_is_wider_than_the_screen(page: Page, view: str) -> None:
    """At 320 pixels, and at 200% zoom of a screen of 1,280, nothing is cut off to the side."""
    page.goto(address_of(page, view))
    for width in (320, 640, 768):
        page.set_viewport_size({"width": width, "height": 480})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_pages_are_accessible(browser: Browser, address: str, view: str, scheme: str) -> None:
    """Axe finds nothing in either colour scheme. It needs scripts that our policy forbids."""
    context = browser.new_context(
        base_url=address,
        bypass_csp=True,
        color_scheme=scheme,  # type: ignore[arg-type]
        viewport={"width": 1280, "height": 800},
    )
    page = context.new_page()
    page.goto(address_of(page, view))
    assert accessibility_problems(page) == []
    if view == "passages":
        page.keyboard.press("?")
        assert accessibility_problems(page) == []
    context.close()


def test_axe_sees_what_is_wrong(browser: Browser, address: str) -> None:
    """A field without a label and pale text are found."""
    context = browser.new_context(base_url=address, bypass_csp=True)
    page = context.new_page()
    page.goto("/?q=wages")
    page.evaluate("document.querySelector('label[for=q]').remove()")
    page.evaluate("document.querySelector('.count').style.color = '#ddd'")
    found = " ".join(accessibility_problems(page))
    assert "label" in found
    assert "color-contrast" in found
    context.close()


def test_the_dark_scheme_is_dark(page: Page) -> None:
    """The page follows the colour scheme of the system."""
    backgrounds = []
    page.goto("/?q=war")
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)
        style = "getComputedStyle(document.body).backgroundColor"
        backgrounds.append(page.evaluate(f"{style}.match(/\\d+/g).map(Number)[0]"))
    light, dark = backgrounds
    assert light > 200
    assert dark < 60


def test_forced_colours_keep_what_matters(page: Page) -> None:
    """With the colours of the system, matches, bars and the present view still stand out."""
    page.emulate_media(forced_colors="active")
    page.goto("/?q=wages")
    colour = "e => getComputedStyle(e).backgroundColor"
    mark = page.locator("mark").first.evaluate(colour)
    assert mark != page.locator("body").evaluate(colour)
    line = "e => getComputedStyle(e).borderBottomColor"
    present, other = page.locator(".views a").evaluate_all(f"all => all.map({line})")
    assert present != other


def test_a_page_can_be_printed(page: Page) -> None:
    """Paper has the texts with underlined matches, and none of the controls."""
    page.goto("/?q=wages")
    page.emulate_media(media="print")
    expect(page.locator(".hit").first).to_be_visible()
    for hidden in (".top", ".acts", ".opts", ".exp"):
        expect(page.locator(hidden).first).to_be_hidden()
    style = "e => getComputedStyle(e).textDecorationLine"
    assert page.locator(".text mark:visible").first.evaluate(style) == "underline"
    assert page.pdf().startswith(b"%PDF")
    page.goto("/read/speeches/war.txt")
    assert len(page.pdf()) > 10_000
    page.goto("/?q=wages&view=lines")
    row = page.locator(".kwic tr").first.bounding_box()
    match = page.locator(".kwic mark").first.bounding_box()
    assert row
    assert match
    assert row["height"] < 2 * match["height"]  # the words before the match are in its line


def test_links_are_large_enough(page: Page) -> None:
    """Targets that stand alone are at least 24 pixels high (WCAG 2.5.8)."""
    page.goto("/?q=wages")
    selectors = ".facet li a, .views a, .acts a, .tools a, .pages a, .exp a, button"
    heights = page.locator(selectors).evaluate_all(
        "all => all.filter(e => e.offsetParent).map(e => e.getBoundingClientRect().height)"
    )
    assert min(heights) >= 24
