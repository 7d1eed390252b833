"""A query and its answer as a person meets them: without JavaScript, by keyboard, as a moving picture."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from hatch_build import is_current
from tests.conftest import absent
from tests.web.visit import assert_accessible, visiting

PREFIX = "PREFIX ccr: <https://w3id.org/care-roadmap/ns#>\n"
THEMES = (
    PREFIX + "SELECT ?theme (COUNT(*) AS ?n) { ?s ccr:inTheme ?theme ; ccr:inSection ?x } GROUP BY ?theme"
)
COUNTS = [21, 23, 28, 31, 34, 21]
"""Statements of the six themes: the columns of MODEL.md's table ("The source"), added up."""
LEADS = PREFIX + "SELECT ?s ?role ?a { ?s ?role ?a FILTER(?role = ccr:hasLead) }"


def column(page: Page, number: int) -> list[str]:
    return page.locator(f"table.values tbody tr td:nth-child({number})").all_inner_texts()


def test_a_person_asks_sorts_and_looks_without_javascript(browser: Browser, site: str) -> None:
    with visiting(browser, f"{site}/sparql", "ja", java_script_enabled=False) as visit:
        page = visit.page
        page.get_by_label("問い合わせ").fill(THEMES)
        page.get_by_role("button", name="問い合わせる").press("Enter")
        expect(page.get_by_role("heading", name="答え")).to_be_in_viewport()
        assert sorted(map(int, column(page, 3))) == sorted(COUNTS)
        page.get_by_role("button", name="?n").press("Enter")
        assert list(map(int, column(page, 3))) == sorted(COUNTS)
        page.get_by_role("button", name="?n").press("Enter")
        assert list(map(int, column(page, 3))) == sorted(COUNTS, reverse=True)
        page.get_by_role("button", name="グラフ（棒）").press("Enter")
        assert page.locator("figure rect").count() == len(COUNTS)
        assert list(map(int, column(page, 3))) == sorted(COUNTS, reverse=True)
        assert page.get_by_label("問い合わせ").input_value() == THEMES
        page.get_by_role("link", name="English").click()
        expect(page.get_by_role("heading", name="Answer")).to_be_visible()
        assert page.locator("figure rect").count() == len(COUNTS)


def test_pages_rows_and_the_switch_without_javascript(browser: Browser, site: str) -> None:
    query = "SELECT ?s ?p ?o { ?s ?p ?o FILTER(ISIRI(?s)) } LIMIT 250"
    address = f"{site}/sparql?{urlencode({'query': query})}"
    with visiting(browser, address, "en", java_script_enabled=False) as visit:
        page = visit.page
        first = column(page, 4)
        page.get_by_role("button", name="Next").click()
        assert column(page, 4) != first
        page.get_by_role("button", name="150", exact=True).click()
        expect(page.get_by_text("Row 150, whole")).to_be_visible()
        page.get_by_role("button", name="Back to the table").click()
        assert column(page, 4) == first
        page.get_by_role("button", name="Ask without conclusions").click()
        expect(page.get_by_label("What is asked")).to_have_value("asserted")
        page.get_by_role("button", name="Ask with conclusions").click()
        expect(page.get_by_role("button", name="Ask without conclusions")).to_be_visible()


def test_a_mistake_is_mended_where_it_is_shown(browser: Browser, site: str) -> None:
    address = f"{site}/sparql?{urlencode({'query': 'SELECT ?s { ?s skos:notation ?n }'})}"
    with visiting(browser, address, "ja") as visit:
        page = visit.page
        expect(page.locator("mark")).to_have_text("skos:notation")
        line = page.get_by_text("PREFIX skos:").last.inner_text()
        page.get_by_label("問い合わせ").fill(f"{line}\nSELECT ?s {{ ?s skos:notation ?n }}")
        page.get_by_role("button", name="問い合わせる").click()
        expect(page.get_by_role("heading", name=re.compile("^答え [0-9]+行"))).to_be_visible()


def test_the_picture_has_what_the_list_has(browser: Browser, site: str, axe: str) -> None:
    if not is_current():
        absent("no picture: `pip install -e .` builds it where npm can be reached")
    address = f"{site}/sparql?{urlencode({'query': LEADS, 'view': 'graph'})}"
    with visiting(browser, address, "ja", reduced_motion="reduce") as visit:
        page = visit.page
        nodes, ties = page.locator("[data-node]").count(), page.locator("[data-tie]").count()
        page.get_by_role("button", name="動く図で見る").press("Enter")
        picture = page.locator("#picture")
        expect(picture).to_have_attribute("data-nodes", str(nodes))
        expect(picture).to_have_attribute("data-edges", str(ties))
        assert ties == int(page.locator("h3 .count").inner_text().strip("()")) > 0
        first = page.locator("[data-node] > :first-child").first
        name, leads_to = first.inner_text(), first.get_attribute("href")
        page.keyboard.press("ArrowRight")
        expect(page.locator(".picture-told[role=status]")).to_contain_text(name)
        assert_accessible(page, axe)
        assert visit.told == []
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site}{leads_to}")


@pytest.mark.parametrize("query", [THEMES, LEADS])
def test_an_answer_prints_without_its_controls(browser: Browser, site: str, query: str) -> None:
    with visiting(browser, f"{site}/sparql?{urlencode({'query': query})}", "ja") as visit:
        visit.page.emulate_media(media="print")
        assert visit.page.get_by_role("table").is_visible()
        assert not visit.page.get_by_role("button", name="推論を除いて問う").is_visible()
        assert not visit.page.get_by_label("問い合わせ").is_visible()
        assert not visit.page.locator(".outcome").is_visible()
