"""The workbench as a Japanese researcher meets it for the first time: found from the home page, asked from a
template or from the catalogue, what came of it seen at once, on a laptop and on a phone, without JavaScript."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from hatch_build import is_current
from tests.conftest import absent
from tests.web.visit import VIEWS, overflow, tab, visiting

PREFIX = "PREFIX ccr: <https://w3id.org/care-roadmap/ns#>\n"
LONG = PREFIX + "SELECT ?s ?t {\n" + "  # 一行ごとの注釈\n" * 60 + "  ?s a ccr:Principle ; ccr:text ?t\n}"
"""A query that is longer than a screen; it finds the six principles (MODEL.md, "The source")."""
OUTCOMES = {
    LONG: "答え（6行，2列）",
    f"{PREFIX}SELECT ?s {{ ?s ccr:hasLeed ?a }}": "この書き方では，このデータのどれにも当たりません",
    f"{PREFIX}SELECT ?s {{ ?s a ccr:Principle ; ccr:hasLead ?a }}": "当たる記録がありません",
    f"{PREFIX}SELECT ?s {{ ?s a }}": "SPARQLとして読めなくなります",
}
CONCLUDED = PREFIX + "SELECT ?a ?t { ?a ccr:activeInTheme ?t }"
"""Nothing states this: it is concluded by a chain (MODEL.md, Properties)."""


def asking(site: str, query: str) -> str:
    return f"{site}/sparql?{urlencode({'query': query})}"


def asked(page: Page) -> list[str]:
    return parse_qs(urlsplit(page.url).query)["query"]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("scripted", [True, False])
def test_what_came_of_a_query_is_seen_at_once(browser: Browser, site: str, view: str, scripted: bool) -> None:
    options: dict[str, Any] = {**VIEWS[view], "java_script_enabled": scripted}
    with tab(browser, "ja", **options) as opened:
        for query, says in OUTCOMES.items():
            page = opened.visit(asking(site, query)).page
            told = page.locator(".outcome")
            expect(told).to_contain_text(says)
            expect(told).to_be_in_viewport(ratio=1)
            if view == "laptop-dark":
                expect(page.locator("#answer")).to_be_in_viewport(ratio=1)
            told.get_by_role("link").click()
            expect(page.locator("#answer")).to_be_in_viewport(ratio=1)
            if scripted:
                assert page.evaluate("window.seen.shift") == 0
                assert overflow(page) == 0


def test_issues_of_a_theme_from_a_template(browser: Browser, site: str) -> None:
    if not is_current():
        absent("no editor: `pip install -e .` builds it where npm can be reached")
    with visiting(browser, site, "ja", **VIEWS["laptop-dark"]) as visit:
        page = visit.page
        page.get_by_role("main").get_by_role("link", name="SPARQLで問う").click()
        page.get_by_role("button", name="ひな形を入れる").click()
        expect(page.locator("#editor-told")).to_contain_text("テーマと節の記述")
        page.get_by_role("button", name="問い合わせる").click()
        expect(page.get_by_role("heading", name="答え")).to_be_in_viewport()
        cells = page.locator("table.values tbody tr td:nth-child(2)").all_inner_texts()
        assert cells == ["3-issue-1", "3-issue-2", "3-issue-3"]  # MODEL.md, "The source"
        assert page.evaluate("window.seen.shift") == 0


def test_the_tools_of_the_editor_stand_in_line(browser: Browser, site: str) -> None:
    with visiting(browser, f"{site}/sparql", "ja", **VIEWS["laptop-dark"]) as visit:
        boxes = [each.bounding_box() for each in visit.page.locator(".editor-tools > *").all()]
        middles = {round(box["y"] + box["height"] / 2) for box in boxes if box}
        assert len(boxes) == 5
        assert max(middles) - min(middles) <= 1


def test_conclusions_are_left_out_and_missed(browser: Browser, site: str) -> None:
    with visiting(browser, asking(site, CONCLUDED), "ja", java_script_enabled=False) as visit:
        page = visit.page
        page.get_by_role("button", name="推論を除いて問う").click()
        expect(page.locator(".outcome")).to_contain_text("推論を除いたので，答えがありません")
        expect(page.get_by_text("この問い合わせには答えがあります")).to_have_count(0)
        page.get_by_role("button", name="各部分に当たるものの数を見る").click()
        expect(page.get_by_text("推論を除いて調べています")).to_be_visible()
        assert page.locator(".measures tbody td:nth-child(3)").all_inner_texts() == ["0件"]
        page.get_by_role("link", name="この問い合わせの答えへ").click()
        expect(page.locator("#graphs")).to_have_value("asserted")


def test_a_misspelt_name_is_mended_by_a_link_to_the_answer(browser: Browser, site: str) -> None:
    query = f"{PREFIX}SELECT ?s ?a {{ ?s ccr:hasLeed ?a }}"
    address = f"{asking(site, query)}&lang=ja"
    with visiting(browser, address, "en", **VIEWS["phone-light"]) as visit:
        page = visit.page
        page.get_by_role("link", name="この問い合わせを試す").first.click()
        expect(page.get_by_role("heading", name="答え")).to_be_in_viewport()
        assert asked(page) == [query.replace("hasLeed", "hasLead")]


def test_a_question_of_the_catalogue_is_edited_in_the_workbench(browser: Browser, site: str) -> None:
    with visiting(browser, site, "ja", java_script_enabled=False) as visit:
        page = visit.page
        page.get_by_role("link", name="医師会は直接名が").click()
        page.get_by_label("主体").select_option(label="薬剤師会")
        page.get_by_role("button", name="答えを見る").press("Enter")
        page.get_by_role("link", name="SPARQLで書き直す").click()
        page.get_by_role("button", name="問い合わせる").press("Enter")
        expect(page.locator("table.values tbody tr")).to_have_count(1)  # the chart's 三師会 (MODEL.md, C4)
        expect(page.locator("table.values tbody tr")).to_contain_text("三師会")


def test_a_long_query_is_posted_and_its_answer_sorted(browser: Browser, site: str) -> None:
    if not is_current():
        absent("no editor: `pip install -e .` builds it where npm can be reached")
    names = ", ".join(f"<http://example.org/{number}>" for number in range(8000))
    query = f"{PREFIX}SELECT ?s ?t {{ ?s a ccr:Principle ; ccr:text ?t FILTER(?s NOT IN ({names})) }}"
    with visiting(browser, f"{site}/sparql", "ja") as visit:
        page = visit.page
        page.get_by_label("問い合わせ").fill(query)
        page.get_by_role("button", name="問い合わせる").click()
        expect(page.locator(".outcome")).to_contain_text("6行")
        assert urlsplit(page.url).query == ""
        page.get_by_role("button", name="?s", exact=True).click()
        expect(page.locator("th[aria-sort=ascending]")).to_contain_text("?s")
        page.get_by_role("button", name="文字だけの表").click()
        expect(page.locator("pre.text")).to_contain_text("theme-6/princip")
        assert urlsplit(page.url).query == "sort=s&view=text"
        page.get_by_label("問い合わせ").fill("ASK {}")
        page.get_by_role("button", name="問い合わせる").click()
        expect(page.locator(".outcome")).to_contain_text("はい")
        assert asked(page) == ["ASK {}"]
