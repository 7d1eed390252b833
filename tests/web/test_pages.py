"""Every kind of page in a real browser: accessible, light, whole without JavaScript, from one host only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from hatch_build import is_current
from tests.conftest import absent
from tests.web.visit import (
    LANGUAGES,
    PAGES,
    VIEWS,
    Tab,
    Visit,
    assert_accessible,
    named,
    overflow,
    tab,
    visiting,
)

SIGHTS = list(zip(LANGUAGES, VIEWS, strict=True))
"""Japanese on a phone, English on a dark laptop: each language and each view once on every page."""
LIGHT = 100_000
"""Bytes of a first view, everything counted (issue: the form of the pages)."""
REFLOW = 320
"""Width in CSS pixels at which nothing may need scrolling in two directions (WCAG 2.2, 1.4.10)."""


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
        expect(page.get_by_role("button", name="Ask")).to_be_focused()
        page.get_by_label("Format").select_option("json")
        with page.expect_response(lambda response: "query=" in response.url) as answered:
            page.get_by_role("button", name="Ask").press("Enter")
        assert parse_qs(urlsplit(answered.value.url).query)["query"] == [asked]
        assert answered.value.status == 200
