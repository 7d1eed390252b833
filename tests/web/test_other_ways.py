"""Every kind of page by other ways than a screen, a mouse and JavaScript: on paper, by the keyboard, without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.web.visit import PAGES, VIEWS, Tab, named, overflow, tab, visiting

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
        # The editor comes with the focus, in the middle of this; its keys have tests of their own.
        page.route("**/query-editor.js", lambda route: route.abort())
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
        unfolded = page.locator(".scripted:not(details:not([open]) *)")
        assert [each.is_visible() for each in unfolded.all()] == [enabled] * unfolded.count()
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
