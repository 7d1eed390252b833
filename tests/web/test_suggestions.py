"""Suggestions while somebody types, as a person meets them: keys, an input method, a pointer, no script."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from hatch_build import is_current
from tests.conftest import absent
from tests.web.visit import LANGUAGES, VIEWS, Visit, assert_accessible, visiting

PATHS = ("/", "/search")
SHAKYO = "/doc/fujisawa/actor/shi-shakyo"


@contextmanager
def searching(browser: Browser, address: str, language: str = "ja", **view: Any) -> Iterator[Visit]:
    """A page with a search field, and the queries for suggestions that it sends."""
    if not is_current():
        absent("no script: `pip install -e .` builds it where npm can be reached")
    with visiting(browser, address, language, **view) as visit:
        yield visit


def asked(visit: Visit) -> list[str]:
    """What was asked for suggestions, in order."""
    found = (urlsplit(address) for address in visit.requested)
    return [parse_qs(address.query)["q"][0] for address in found if address.path == "/suggest"]


def field(page: Page) -> Locator:
    return page.locator("#q")


def options(page: Page) -> Locator:
    return page.get_by_role("option")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("language", "view"), list(zip(LANGUAGES, VIEWS, strict=True)))
def test_what_is_typed_is_suggested_and_the_list_is_accessible(
    browser: Browser, site: str, axe: str, path: str, language: str, view: str
) -> None:
    with searching(browser, site + path, language, **VIEWS[view]) as visit:
        page = visit.page
        box = page.get_by_role(
            "combobox", name={"ja": "言葉", "en": "S" if path == "/" else "Words"}[language]
        )
        expect(box).to_have_attribute("aria-expanded", "false")
        box.press_sequentially("しゃかい", delay=20)
        expect(options(page).first).to_be_visible()
        expect(box).to_have_attribute("aria-expanded", "true")
        number = options(page).count()
        assert 1 < number <= 10
        expect(page.get_by_role("status")).to_contain_text(str(number))
        first = options(page).first
        expect(first.locator("span").first).to_have_attribute("lang", "ja")
        if language == "en":
            expect(first.locator("span").nth(1)).to_have_attribute("lang", "en")
        page.keyboard.press("ArrowDown")
        assert_accessible(page, axe)
        assert asked(visit)[-1] == "しゃかい"
        seen = page.evaluate("window.seen")
        assert seen == {"shift": 0, "violations": []}
        assert visit.told == []
        assert visit.weight < 100_000


def test_arrows_walk_through_the_list_and_out_of_it(browser: Browser, site: str) -> None:
    with searching(browser, f"{site}/") as visit:
        page, box = visit.page, field(visit.page)
        box.press_sequentially("藤沢")
        expect(options(page).first).to_be_visible()
        last = options(page).count() - 1
        for key, chosen in (
            ("ArrowDown", 0),
            ("ArrowDown", 1),
            ("ArrowUp", 0),
            ("ArrowUp", -1),
            ("ArrowUp", last),
        ):
            page.keyboard.press(key)
            selected = [one.get_attribute("aria-selected") == "true" for one in options(page).all()]
            assert [at for at, is_so in enumerate(selected) if is_so] == ([chosen] if chosen >= 0 else [])
            active = options(page).nth(chosen).get_attribute("id") if chosen >= 0 else None
            assert box.get_attribute("aria-activedescendant") == active
        page.keyboard.press("ArrowDown")
        assert box.get_attribute("aria-activedescendant") is None
        expect(box).to_be_focused()
        assert box.input_value() == "藤沢"


@pytest.mark.parametrize(("language", "suffix"), [("ja", ""), ("en", "?lang=en")])
def test_enter_leads_to_what_is_chosen_and_else_searches(
    browser: Browser, site: str, language: str, suffix: str
) -> None:
    with searching(browser, f"{site}/{suffix}", language) as visit:
        page = visit.page
        field(page).press_sequentially("社協")
        expect(options(page).first).to_be_visible()
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?*")
        assert parse_qs(urlsplit(page.url).query)["q"] == ["社協"]
        field(page).fill("")
        field(page).press_sequentially("市社協")
        expect(options(page).first).to_be_visible()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{SHAKYO}{suffix}")


def test_escape_closes_the_list_and_keeps_the_words(browser: Browser, site: str) -> None:
    with searching(browser, f"{site}/search") as visit:
        page, box = visit.page, field(visit.page)
        box.press_sequentially("CSW")
        expect(options(page).first).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("[role=listbox]")).to_be_hidden()
        assert box.input_value() == "CSW"
        expect(box).to_have_attribute("aria-expanded", "false")
        page.keyboard.press("ArrowDown")
        expect(options(page).first).to_be_visible()
        page.keyboard.press("Tab")
        expect(page.locator("[role=listbox]")).to_be_hidden()


def test_a_pointer_chooses(browser: Browser, site: str) -> None:
    with searching(browser, f"{site}/") as visit:
        field(visit.page).press_sequentially("市社協")
        options(visit.page).first.click()
        visit.page.wait_for_url(f"**{SHAKYO}")


def test_nothing_is_asked_while_an_input_method_composes(browser: Browser, site: str) -> None:
    with searching(browser, f"{site}/") as visit:
        page = visit.page
        field(page).focus()
        method = page.context.new_cdp_session(page)
        for words in ("し", "しゃ", "しゃき", "しゃきょう"):
            method.send(
                "Input.imeSetComposition",
                {"text": words, "selectionStart": len(words), "selectionEnd": len(words)},
            )
            page.wait_for_timeout(200)
        assert asked(visit) == []
        assert options(page).count() == 0
        method.send("Input.insertText", {"text": "社協"})
        expect(options(page).first).to_be_visible()
        assert asked(visit) == ["社協"]


def test_an_answer_that_comes_late_is_not_shown(browser: Browser, site: str) -> None:
    held: list[Route] = []
    with searching(browser, f"{site}/") as visit:
        page = visit.page
        page.route("**/suggest?q=%E7%A4%BE", lambda route: held.append(route))  # noqa: PLW0108
        field(page).press_sequentially("社")
        page.wait_for_timeout(400)
        assert len(held) == 1
        field(page).press_sequentially("協")
        expect(options(page).first).to_be_visible()
        shown = options(page).all_inner_texts()
        assert asked(visit) == ["社", "社協"]
        page.wait_for_timeout(200)
        assert options(page).all_inner_texts() == shown


@pytest.mark.parametrize("words", ["zzzzzz", "   ", "<img src=x onerror=alert(1)>", "%00&q=x#", "あ" * 250])
def test_words_that_nothing_begins_with_leave_a_plain_form(browser: Browser, site: str, words: str) -> None:
    with searching(browser, f"{site}/") as visit:
        page = visit.page
        field(page).fill(words)
        page.wait_for_timeout(500)
        expect(page.locator("[role=listbox]")).to_be_hidden()
        assert visit.told == []
        assert page.evaluate("window.seen.violations") == []
        expect(page.get_by_role("status")).to_have_text("候補はありません。" if words.strip() else "")


def test_where_suggestions_fail_the_form_still_searches(browser: Browser, site: str) -> None:
    with searching(browser, f"{site}/") as visit:
        page = visit.page
        page.route("**/suggest?*", lambda route: route.abort())
        field(page).press_sequentially("社協")
        page.wait_for_timeout(400)
        expect(page.locator("[role=listbox]")).to_be_hidden()
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?*")


@pytest.mark.parametrize("path", PATHS)
def test_without_javascript_it_is_a_plain_form(browser: Browser, site: str, path: str) -> None:
    with visiting(browser, site + path, "ja", java_script_enabled=False) as visit:
        page = visit.page
        assert field(page).get_attribute("role") is None
        field(page).fill("社協")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?*")
        assert "市社会福祉協議会" in page.inner_text("main")


def test_pages_without_a_field_load_no_script(browser: Browser, site: str) -> None:
    with visiting(browser, f"{site}/answers", "ja") as visit:
        assert not any("suggest" in address for address in visit.requested)
