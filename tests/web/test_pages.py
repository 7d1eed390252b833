"""Every kind of page in a real browser: accessible, light, whole without JavaScript, from one host only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from hatch_build import is_current
from tests.conftest import absent
from tests.web.visit import LANGUAGES, PAGES, VIEWS, Tab, Visit, assert_accessible, tab, visiting

SIGHTS = list(zip(LANGUAGES, VIEWS, strict=True))
"""Japanese on a phone, English on a dark laptop: each language and each view once on every page."""
LIGHT = 100_000
"""Bytes of a first view, everything counted (issue: the form of the pages)."""
REFLOW = 320
"""Width in CSS pixels at which nothing may need scrolling in two directions (WCAG 2.2, 1.4.10)."""
_FOCUSABLE = "a[href]:not([tabindex='-1']), button, input, select, textarea, summary, [tabindex='0']"
_STOP = """() => {
  const at = document.activeElement;
  if (at === document.body) return null;
  const style = getComputedStyle(at), box = at.getBoundingClientRect();
  return {
    index: [...document.querySelectorAll(FOCUSABLE)].indexOf(at),
    what: at.outerHTML.slice(0, 120),
    outline: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
    inView: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}""".replace("FOCUSABLE", f'"{_FOCUSABLE}"')
_REACHABLE = f"""() => [...document.querySelectorAll("{_FOCUSABLE}")]
  .map((element, index) => element.checkVisibility() ? index : -1).filter(index => index >= 0)"""


def named(path: str) -> str:
    return path.strip("/").replace("/", "-")[:80] or "home"


def overflow(page: Page) -> int:
    """CSS pixels by which the page is wider than the window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide


def assert_quiet(visit: Visit, site: str, status: int) -> None:
    """Nothing but the site was asked, nothing was refused, nothing moved, nothing complained."""
    assert [address for address in visit.requested if not address.startswith(f"{site}/")] == []
    assert visit.responses[0].status == status
    assert [response.url for response in visit.responses[1:] if response.status >= 400] == []
    seen = visit.page.evaluate("window.seen")
    assert seen == {"shift": 0, "violations": []}
    expected = 0 if status == 200 else 1  # a browser tells of the page's own status
    assert len(visit.told) == expected, visit.told
    assert visit.weight < LIGHT


@pytest.fixture(scope="module", params=SIGHTS, ids="-".join)
def sight(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[str, str, Tab]]:
    """A language, a view and a tab that shows pages so."""
    language, view = request.param
    with tab(browser, language, **VIEWS[view]) as opened:
        yield language, view, opened


@pytest.fixture(scope="module")
def paper(browser: Browser) -> Iterator[Tab]:
    """As wide as paper. In English, whose words are wider."""
    with tab(browser, "en", viewport={"width": 680, "height": 960}) as opened:
        yield opened


@pytest.fixture(scope="module")
def scripted_or_not(browser: Browser) -> Iterator[dict[bool, Tab]]:
    """A tab with JavaScript, and one without."""
    with tab(browser, "ja") as scripted, tab(browser, "ja", java_script_enabled=False) as plain:
        yield {True: scripted, False: plain}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_accessible_light_and_quiet(
    sight: tuple[str, str, Tab], site: str, axe: str, screenshots: Path, path: str
) -> None:
    language, view, opened = sight
    visit = opened.visit(site + path)
    page = visit.page
    assert page.locator("html").get_attribute("lang") == language
    assert_accessible(page, axe)
    assert_quiet(visit, site, PAGES[path])
    page.screenshot(path=screenshots / f"{named(path)}-{language}-{view}.png", full_page=True)
    page.set_viewport_size({"width": REFLOW, "height": 640})
    assert overflow(page) == 0


@pytest.mark.parametrize("path", PAGES)
def test_a_page_prints(paper: Tab, site: str, screenshots: Path, path: str) -> None:
    """On paper: the words and no controls, on a light ground even where the screen is dark."""
    page = paper.visit(site + path).page
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator("h1").first.is_visible()
    assert not page.locator("form:visible, body > header nav:visible").count()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert overflow(page) == 0
    assert page.pdf(path=screenshots / f"{named(path)}.pdf", format="A4").startswith(b"%PDF")


@pytest.mark.parametrize("path", PAGES)
def test_the_keyboard_reaches_everything_in_order(browser: Browser, site: str, path: str) -> None:
    """In a browser of its own each: where a tab has been before may be where the next Tab starts."""
    with visiting(browser, site + path, "ja", **VIEWS["laptop-dark"]) as visit:
        page = visit.page
        reachable = page.evaluate(_REACHABLE)
        stops = []
        for _ in range(len(reachable) + 20):
            page.keyboard.press("Tab")
            if (stop := page.evaluate(_STOP)) is None:
                break
            stops.append(stop)
        assert [stop["index"] for stop in stops if stop["index"] >= 0] == reachable
        assert [stop["what"] for stop in stops if stop["outline"] < 2 or not stop["inView"]] == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_the_same_without_javascript(
    scripted_or_not: dict[bool, Tab], site: str, path: str
) -> None:
    """Apart from the controls that only JavaScript brings to life: those are there with it and not without."""
    told = []
    for enabled, opened in scripted_or_not.items():
        page = opened.visit(site + path).page
        scripted = page.locator(".scripted")
        assert [each.is_visible() for each in scripted.all()] == [enabled] * scripted.count()
        scripted.evaluate_all("all => all.forEach(each => each.remove())")
        told.append(page.inner_text("main"))
    assert told[0]
    assert told[0] == told[1]


def test_a_query_is_asked_without_javascript(browser: Browser, site: str) -> None:
    """As a person does: the page, the field, the form, the button."""
    asked = "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/care-roadmap/ns#Statement> }"
    with visiting(browser, f"{site}/sparql", "ja", java_script_enabled=False) as visit:
        page = visit.page
        page.get_by_label("問い合わせ").fill(asked)
        page.get_by_label("形式").select_option("tsv")
        with page.expect_download() as download:
            page.get_by_role("button", name="問い合わせる").click()
        assert download.value.path().read_text(encoding="utf-8").split() == ["?n", "158"]


def test_the_language_is_switched_by_a_link(browser: Browser, site: str) -> None:
    with visiting(browser, f"{site}/", "ja") as visit:
        visit.page.get_by_role("link", name="English").click()
        assert visit.page.locator("html").get_attribute("lang") == "en"
        visit.page.get_by_role("link", name="日本語").click()
        assert visit.page.locator("html").get_attribute("lang") == "ja"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_query_is_written_in_the_editor(
    browser: Browser, site: str, axe: str, screenshots: Path, scheme: str
) -> None:
    """With the keyboard alone: the editor is fetched when the field has the focus, and Tab leaves it."""
    if not is_current():
        absent("no editor: `pip install -e .` builds it where npm can be reached")
    asked = "ASK { ?s a <https://w3id.org/care-roadmap/ns#Statement> } # 記述"
    with visiting(browser, f"{site}/sparql", "en", color_scheme=scheme) as visit:
        page = visit.page
        assert visit.weight < LIGHT
        page.get_by_label("Query").focus()
        editor = page.get_by_role("textbox", name="Query")
        page.locator(".cm-editor").wait_for()
        expect(editor).to_be_focused()
        assert "SELECT ?notation ?text" in editor.inner_text()
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(asked)
        page.screenshot(path=screenshots / f"sparql-editor-{scheme}.png")
        assert_accessible(page, axe)
        assert visit.told == []
        assert page.evaluate("window.seen.violations") == []
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Format")).to_be_focused()
        page.get_by_label("Format").select_option("json")
        with page.expect_response(lambda response: "query=" in response.url) as answered:
            page.get_by_role("button", name="Ask").press("Enter")
        assert parse_qs(urlsplit(answered.value.url).query)["query"] == [asked]
        assert answered.value.status == 200
