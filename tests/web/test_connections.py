"""Connections as a person follows them, and the moving picture that says what the list says."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from hatch_build import is_current
from tests.conftest import absent
from tests.web.test_pages import LIGHT
from tests.web.visit import assert_accessible, visiting

AROUND = "/around?thing=fujisawa/actor/csw"


def opened(page: Page) -> None:
    """Opens the picture with the keyboard."""
    page.get_by_role("button", name="動く図で見る").press("Enter")
    expect(page.locator("#picture[data-nodes]")).to_be_visible()


@pytest.fixture(autouse=True)
def _needs_the_frontend() -> None:
    if not is_current():
        absent("no picture: `pip install -e .` builds it where npm can be reached")


def test_two_names_are_connected_without_javascript(browser: Browser, site: str) -> None:
    """As a person does: two names, a choice where one may mean several, the ways, the query."""
    with visiting(browser, f"{site}/between", "ja", java_script_enabled=False) as visit:
        page = visit.page
        page.get_by_label("始まり").fill("CSW")
        page.get_by_label("終わり").fill("コーディネーター")
        page.get_by_role("button", name="つながりを調べる").click()
        page.get_by_role("link", name="生活支援コーディネーター", exact=True).click()
        first = page.locator(".ways > li").first
        expect(first).to_contain_text("は，生活支援コーディネーターを兼ねる。")
        expect(first).to_contain_text("原文どおり")
        first.get_by_text("この道を見つける問い合わせ").click()
        first.get_by_role("button", name="問い合わせる").click()
        expect(page.get_by_role("table").get_by_role("cell", name="→", exact=True)).to_be_visible()


@pytest.mark.parametrize("steps", [1, 2])
@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_the_picture_has_what_the_list_has(
    browser: Browser, site: str, axe: str, screenshots: Path, steps: int, motion: str
) -> None:
    scheme = "dark" if motion == "reduce" else "light"
    address = f"{site}{AROUND}&steps={steps}"
    with visiting(browser, address, "ja", reduced_motion=motion, color_scheme=scheme) as visit:
        page = visit.page
        assert visit.weight < LIGHT
        assert not [url for url in visit.requested if "moving-picture" in url]
        listed = page.locator(".reached > li").count()
        ties = page.locator(".reached [data-tie]").count()
        told = sum(int(text.strip("()")) for text in page.locator("h2 .count").all_inner_texts())
        assert listed == told > 0
        opened(page)
        picture = page.locator("#picture")
        expect(picture).to_have_attribute("data-nodes", str(listed + 1))
        expect(picture).to_have_attribute("data-edges", str(ties))
        assert picture.locator("canvas").count()
        page.wait_for_timeout(900)
        page.screenshot(path=screenshots / f"around-picture-{steps}-{scheme}.png", full_page=True)
        assert_accessible(page, axe)
        assert visit.told == []
        assert page.evaluate("window.seen.violations") == []
        assert [url for url in visit.requested if not url.startswith(f"{site}/")] == []


def test_the_picture_is_gone_through_with_the_keyboard(browser: Browser, site: str) -> None:
    with visiting(browser, f"{site}{AROUND}", "ja", reduced_motion="reduce") as visit:
        page = visit.page
        opened(page)
        canvas = page.get_by_role("application", name="のつながりの図")
        expect(canvas).to_be_focused()
        names = page.locator("[data-node]").evaluate_all("all => all.map(each => each.dataset.name)")
        for name in (*names, names[0]):
            page.keyboard.press("ArrowRight")
            expect(page.get_by_role("status")).to_contain_text(f"{name}: 図の中のつながり")
        page.keyboard.press("ArrowRight")
        address = page.locator("[data-node]").nth(1).get_attribute("data-address")
        page.keyboard.press("Tab")
        expect(canvas).not_to_be_focused()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site}{address}")
