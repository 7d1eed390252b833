"""From an answer to its citation as a person goes, without JavaScript."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.visit import visiting


def test_from_a_question_to_its_citation(browser: Browser, site: str) -> None:
    start = f"{site}/questions/cq-c01-where-is-an-actor?actor=fujisawa/actor/csw"
    with visiting(browser, start, "ja", java_script_enabled=False) as visit:
        page = visit.page
        page.get_by_role("link", name="この答えを引用する").click()
        expect(page).to_have_url(re.compile(rf"{site}/q/[\w-]{{20,100}}$"))
        expect(page.get_by_text("答えは，この番地が作られたときと同じです。")).to_be_visible()
        assert page.url in page.locator("blockquote").inner_text()
        page.get_by_text("BibTeX").click()
        with page.expect_download() as download:
            page.get_by_role("link", name="保存 (.bib)").click()
        assert download.value.path().read_text(encoding="utf-8").startswith("@misc{care-roadmap-")
        page.get_by_text("Python: pandas").click()
        expect(page.get_by_text("pd.read_csv")).to_be_visible()


@pytest.mark.parametrize("length", [100, 7000])
def test_from_snippets_to_a_permalink(browser: Browser, site: str, length: int) -> None:
    """A query that fits no link goes by a form; its lines end in CR LF then, as in every form."""
    query = "# first\n# " + "a" * length + "\nSELECT ('</textarea>&amp;' AS ?x) {}\n"
    start = f"{site}/snippets?{urlencode({'query': query})}"
    with visiting(browser, start, "en", java_script_enabled=False) as visit:
        page = visit.page
        name = "Permalink and citation"
        way = page.get_by_role("button", name=name) if length > 6000 else page.get_by_role("link", name=name)
        way.click()
        expect(page).to_have_url(re.compile(rf"{site}/q/[\w-]+$"))
        sent = page.request.get(f"{page.url}.rq").body().decode()
        assert sent.replace("\r\n", "\n") == query
        assert ("\r\n" in sent) is (length > 6000)


def pasted(page: Page, site: str) -> str:
    """What lies on the clipboard, as a person pastes it."""
    other = page.context.new_page()
    other.goto(f"{site}/sparql")
    field = other.locator("textarea[name=query]")
    field.fill("")
    field.press("ControlOrMeta+V")
    found = field.input_value()
    other.close()
    return found


@pytest.mark.parametrize("allowed", [True, False], ids=["clipboard", "older-command"])
def test_code_and_citation_are_copied_by_keyboard(browser: Browser, site: str, allowed: bool) -> None:
    """Whether scripts may write to the clipboard or have only the older command; it is told aloud."""
    query = "SELECT ('\\\"`${x}社協' AS ?x)\n{ }"
    with visiting(browser, f"{site}/snippets?{urlencode({'query': query})}", "en") as visit:
        page = visit.page
        page.context.grant_permissions(["clipboard-write"] if allowed else [])
        page.get_by_role("link", name="Permalink and citation").click()
        for what, place in [
            ("the citation", "#cite-plain"),
            ("BibTeX", "#cite-bibtex"),
            ("curl", "#snippet-curl"),
        ]:
            if what != "the citation":
                page.get_by_text(what, exact=True).press("Enter")
            button = page.get_by_role("button", name=f"Copy: {what}", exact=True)
            button.press("Enter")
            expect(button.locator("+ [role=status]")).to_have_text("Copied")
            expect(page.locator("[role=status]").get_by_text("Copied")).to_have_count(1)
            expect(button).to_be_focused()
            assert pasted(page, site) == page.locator(place).text_content()
        assert page.evaluate("window.seen.violations") == []


def test_without_scripts_nothing_offers_to_copy(browser: Browser, site: str) -> None:
    start = f"{site}/snippets?{urlencode({'query': 'SELECT * { ?s ?p ?o } LIMIT 1'})}"
    with visiting(browser, start, "en", java_script_enabled=False) as visit:
        visit.page.get_by_text("curl", exact=True).click()
        expect(visit.page.locator("#snippet-curl")).to_be_visible()
        expect(visit.page.get_by_text("Copy", exact=True).locator("visible=true")).to_have_count(0)
