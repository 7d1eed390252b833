"""Answers of the catalogue as they are read: words stay whole."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.web.visit import visiting


def test_no_word_of_an_answer_is_broken_inside(browser: Browser, site: str) -> None:
    """Beside long statements the column of roles keeps the width of its longest word."""
    address = f"{site}/questions/cq-c01-where-is-an-actor?actor=fujisawa/actor/csw"
    with visiting(browser, address, "en", viewport={"width": 1280, "height": 800}) as visit:
        roles = visit.page.locator("table.answer td:last-child > span:last-child")
        assert roles.all_inner_texts() == ["partner", "subject", "lead", "subject", "subject"]
        lines = roles.evaluate_all("all => all.map(each => each.getClientRects().length)")
        assert lines == [1] * 5
