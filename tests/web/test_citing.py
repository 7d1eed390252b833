"""From an answer to its citation as a person goes, without JavaScript."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, expect

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
