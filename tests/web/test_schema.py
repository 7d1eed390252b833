"""The model as a picture: on paper beside its heading, on a phone with a word on how to see all of it."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.web.visit import visiting

SHEET = 297 - 2 * 12
"""Millimetres of an A4 page that hold something, at least."""
PIXELS = 96 / 25.4
"""CSS pixels of a millimetre."""


def test_on_paper_a_heading_stays_with_its_picture(browser: Browser, site: str) -> None:
    with visiting(browser, f"{site}/overview/schema", "en", viewport={"width": 680, "height": 960}) as visit:
        page = visit.page
        page.emulate_media(media="print")
        headings = page.locator("h2.pictured").all()
        assert len(headings) == 2
        for heading in headings:
            name = heading.get_attribute("id")
            top = heading.bounding_box()
            svg = page.locator(f"#picture-{name} svg").bounding_box()
            assert top and svg
            assert svg["y"] + svg["height"] - top["y"] < SHEET * PIXELS
            style = "getComputedStyle(document.getElementById(id)).breakAfter".replace("id)", f"'{name}')")
            assert page.evaluate(style) == "avoid"


def test_a_picture_wider_than_the_screen_says_so(browser: Browser, site: str) -> None:
    with visiting(browser, f"{site}/overview/schema", "en", viewport={"width": 390, "height": 844}) as visit:
        hint = visit.page.get_by_text("The picture is wider than the screen").first
        expect(hint).to_be_visible()
        visit.page.set_viewport_size({"width": 1280, "height": 800})
        expect(hint).to_be_hidden()
