"""The editor of queries in a real browser: it comes by itself, completes from the data, checks, and leaves the
form alone that works without it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from hatch_build import is_current
from kgapp.store import Store
from tests.conftest import absent
from tests.terms import as_rows
from tests.web.test_pages import LIGHT
from tests.web.visit import AXE_RUN, VIEWS, Visit, visiting

QUERY = {"ja": "問い合わせ", "en": "Query"}
SHAKYO = "<https://w3id.org/care-roadmap/id/fujisawa/actor/shi-shakyo>"
PREFIX = "PREFIX ccr: <https://w3id.org/care-roadmap/ns#>\n"
AXE_WITH_LIST = AXE_RUN.replace("rules: {", "rules: {'scrollable-region-focusable': {enabled: false}, ")
"""The list of completions is scrolled with the arrows from the editor, which tells the active one
(aria-activedescendant); this rule knows that of comboboxes only, which an editor of many lines is not."""
CONTEXTS = 100
SEED = 20200214


@pytest.fixture(autouse=True)
def _built() -> None:
    if not is_current():
        absent("no editor: `pip install -e .` builds it where npm can be reached")


@contextmanager
def writing(
    browser: Browser, site: str, language: str = "ja", **view: object
) -> Iterator[tuple[Visit, Locator]]:
    """The page of the endpoint with the editor in the place of its field, empty and with the focus."""
    with visiting(browser, f"{site}/sparql", language, **view) as visit:
        page = visit.page
        page.locator("#query").focus()
        editor = page.get_by_role("textbox", name=QUERY[language], exact=True)
        page.locator(".cm-editor").wait_for()
        expect(editor).to_be_focused()
        page.keyboard.press("Control+A")
        page.keyboard.press("Delete")
        yield visit, editor


def write(page: Page, text: str) -> None:
    """All of it at once but the last character, which is typed."""
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text[:-1])
    page.keyboard.type(text[-1])


def offered(page: Page) -> Locator:
    return page.locator(".cm-tooltip-autocomplete li")


def accept(page: Page) -> None:
    """Takes the first of the list, which a person has seen for a moment: a key at once is still the text's."""
    page.wait_for_timeout(150)
    page.keyboard.press("Enter")


def asked(page: Page) -> str:
    """What the form would send."""
    value: str = page.locator("#query").evaluate("field => field.value")
    return value


@pytest.mark.parametrize(("language", "view"), [("ja", "phone-light"), ("en", "laptop-dark")])
def test_the_editor_comes_by_itself_and_moves_nothing(
    browser: Browser, site: str, axe: str, screenshots: Path, language: str, view: str
) -> None:
    """Not before somebody reaches for it: the first view stays light, and the field is as large as before."""
    with visiting(browser, f"{site}/sparql", language, **VIEWS[view]) as visit:
        page = visit.page
        assert visit.weight < LIGHT
        field = page.locator("#query")
        before, text = field.bounding_box(), field.input_value()
        field.focus()
        page.locator(".cm-editor").wait_for()
        assert page.locator("#query + div").bounding_box() == before
        assert asked(page) == text
        page.keyboard.press("Control+End")
        write(page, "SELECT * WHERE { ?s a ")
        expect(offered(page).first).to_be_visible()
        page.screenshot(path=screenshots / f"editor-{language}-{view}.png")
        page.evaluate(axe)
        found = page.evaluate(AXE_WITH_LIST)
        assert [
            f"{rule['id']}: {node['html']}" for rule in found["violations"] for node in rule["nodes"]
        ] == []
        assert page.evaluate("window.seen") == {"shift": 0, "violations": []}
        assert visit.told == []
        assert [address for address in visit.requested if not address.startswith(f"{site}/")] == []


def test_what_was_typed_before_it_came_is_kept(browser: Browser, site: str) -> None:
    with visiting(browser, f"{site}/sparql", "ja") as visit:
        page = visit.page

        def late(route: Route) -> None:
            page.wait_for_timeout(300)
            route.continue_()

        page.route("**/query-editor.js", late)
        page.locator("#query").focus()
        page.keyboard.press("Control+A")
        page.keyboard.type("ASK { }")
        for _ in range(2):
            page.keyboard.press("ArrowLeft")
        page.locator(".cm-editor").wait_for()
        page.keyboard.type("?s ?p ?o")
        assert asked(page).replace("  ", " ") in ("ASK {?s ?p ?o }", "ASK { ?s ?p ?o}")


@pytest.mark.parametrize(("language", "typed"), [("ja", "次年度"), ("en", "next-year"), ("en", "NextYear")])
def test_classes_are_offered_by_either_name(browser: Browser, site: str, language: str, typed: str) -> None:
    with writing(browser, site, language) as (visit, _):
        page = visit.page
        write(page, "SELECT * WHERE { ?s a ")
        expect(offered(page).filter(has_text="ccr:Direction")).to_be_visible()
        page.keyboard.insert_text(typed[:-1])
        page.keyboard.type(typed[-1])
        expect(offered(page)).to_have_count(1)
        told = offered(page).inner_text()
        assert all(
            words in told for words in ("ccr:NextYearIssue", "次年度に向けた課題", "next-year issue", "22")
        )
        page.keyboard.press("Enter")
        assert asked(page) == f"{PREFIX}SELECT * WHERE {{ ?s a ccr:NextYearIssue"


def test_properties_are_those_that_the_class_has_the_mandatory_first(browser: Browser, site: str) -> None:
    """MODEL.md, "Shapes": each statement has a theme, a section, an ordinal; only goals have a target year."""
    with writing(browser, site) as (visit, _):
        page = visit.page
        write(page, f"{PREFIX}SELECT * WHERE {{ ?s a ccr:Goal ; ")
        expect(offered(page).filter(has_text="ccr:targetYear")).to_be_visible()
        told = offered(page).all_inner_texts()
        must = ["必須" in each for each in told]
        assert must == sorted(must, reverse=True)
        assert {"ccr:inTheme", "ccr:inSection", "ccr:ordinal"} <= {
            each.split()[0] for each in told if "必須" in each
        }
        write(page, f"{PREFIX}SELECT * WHERE {{ ?s a ccr:Theme ; ")
        expect(offered(page).filter(has_text="ccr:gloss")).to_be_visible()
        assert "ccr:targetYear" not in {each.split()[0] for each in offered(page).all_inner_texts()}


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_thing_is_offered_by_its_name(browser: Browser, site: str, language: str) -> None:
    with writing(browser, site, language) as (visit, _):
        page = visit.page
        write(page, f"{PREFIX}SELECT * WHERE {{ ?s ccr:hasLead ")
        expect(offered(page).filter(has_text="藤沢市社会福祉協議会")).to_be_visible()
        page.keyboard.insert_text("社協")
        expect(offered(page)).to_have_count(1)
        accept(page)
        assert asked(page) == f"{PREFIX}SELECT * WHERE {{ ?s ccr:hasLead {SHAKYO}"
        write(page, f"{PREFIX}SELECT * WHERE {{ VALUES ?who {{ 社協")
        expect(offered(page).filter(has_text="藤沢市社会福祉協議会").first).to_be_visible()
        write(page, f"{PREFIX}SELECT * WHERE {{ ?c a ccr:Claim ; ccr:mode ?m FILTER(?m = ")
        page.keyboard.press("Control+Space")
        expect(offered(page).filter(has_text="ccr:interpreted")).to_be_visible()


def test_no_list_while_an_input_method_composes(browser: Browser, site: str) -> None:
    """Enter and arrows are the input method's until it is done; then there is a list."""
    with writing(browser, site) as (visit, _):
        page = visit.page
        write(page, f"{PREFIX}SELECT * WHERE {{ ?s ccr:hasLead ")
        expect(offered(page).first).to_be_visible()
        ime = page.context.new_cdp_session(page)
        for composed in ("s", "し", "しゃきょう", "社協"):
            there = len(composed)
            ime.send(
                "Input.imeSetComposition", {"text": composed, "selectionStart": there, "selectionEnd": there}
            )
            page.wait_for_timeout(200)
            expect(page.locator(".cm-tooltip-autocomplete")).to_have_count(0)
        ime.send("Input.insertText", {"text": "社協"})
        expect(offered(page)).to_have_count(1)
        assert asked(page).endswith("ccr:hasLead 社協")
        accept(page)
        assert asked(page).endswith(f"ccr:hasLead {SHAKYO}")


@pytest.mark.parametrize(("language", "words"), [("ja", "3行8文字目"), ("en", "Line 3, column 8")])
def test_a_fault_is_marked_at_its_place(browser: Browser, site: str, language: str, words: str) -> None:
    with writing(browser, site, language) as (visit, _):
        page = visit.page
        write(page, "SELECT ?s WHERE {\n  # 𠮷野\n  ?s a a .\n}")
        expect(page.locator(".cm-lintRange-error")).to_have_text(["a"])
        expect(page.locator("#editor-told")).to_contain_text(words)
        write(page, "SELECT ?s WHERE {\n  ?s a ccr:Direction\n}")
        expect(page.locator(".cm-lintRange-error")).to_have_text(["ccr:Direction"])
        page.keyboard.press("F8")
        page.get_by_role("button", name="PREFIX ccr:").first.click()
        assert asked(page).startswith(PREFIX)
        expect(page.locator(".cm-lintRange-error")).to_have_count(0)
        expect(page.locator("#editor-told")).to_have_text(
            {"ja": "誤りは見つかりません。", "en": "No fault found."}[language]
        )
        write(page, f"{PREFIX}SELECT ?s WHERE {{ ?s a ccr:Directon }}")
        expect(page.locator(".cm-lintRange-warning")).to_have_text(["ccr:Directon"])
        write(page, f"{PREFIX}SELECT ?s WHERE {{\n  ?s a ccr:Direction\n\n  ?s ccr:text ?t\n}}")
        expect(page.locator("#editor-told")).to_contain_text(
            {"ja": "3行目の終わりに「.」か「;」が抜けていませんか。", "en": "missing at the end of line 3?"}[
                language
            ]
        )


def test_everything_is_done_with_the_keyboard(browser: Browser, site: str) -> None:
    """From the address to an answer; Tab leaves the editor, and Esc closes a list first."""
    with writing(browser, site, "en") as (visit, editor):
        page = visit.page
        write(page, f"{PREFIX}SELECT * WHERE {{ ?s ccr:text ")
        expect(offered(page).first).to_be_visible()
        page.keyboard.press("Escape")
        expect(offered(page)).to_have_count(0)
        expect(editor).to_be_focused()
        page.keyboard.press("Alt+/")
        expect(offered(page).first).to_be_visible()
        page.keyboard.press("Escape")
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Ask", exact=True)).to_be_focused()
        page.keyboard.press("Shift+Tab")
        expect(editor).to_be_focused()
        write(page, "select * {?s ?p ?o.?o ?q ?r} limit 2")
        page.keyboard.press("Shift+Alt+F")
        expect(page.locator("#editor-told")).to_have_text("Laid out.")
        assert asked(page) == "SELECT * {\n  ?s ?p ?o .\n  ?o ?q ?r\n}\nLIMIT 2\n"
        page.keyboard.press("Control+z")
        assert asked(page) == "select * {?s ?p ?o.?o ?q ?r} limit 2"
        page.keyboard.press("Control+/")
        assert asked(page).startswith("# ")
        page.keyboard.press("Control+/")
        page.keyboard.press("Tab")
        for _ in range(6):
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog", name="Keys of the editor")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Keys")).to_be_focused()
        editor.focus()
        page.keyboard.press("Escape")
        with page.expect_response(lambda response: "/sparql?query=" in response.url) as answered:
            page.keyboard.press("Control+Enter")
        assert parse_qs(urlsplit(answered.value.url).query)["query"] == [
            "select * {?s ?p ?o.?o ?q ?r} limit 2"
        ]
        assert answered.value.status == 200
        assert visit.told == []


def test_a_template_is_inserted_with_its_first_place_to_change(
    browser: Browser, site: str, store: Store
) -> None:
    with writing(browser, site, "ja") as (visit, editor):
        page = visit.page
        page.get_by_label("ひな形", exact=True).select_option("01-involvement")
        page.get_by_role("button", name="ひな形を入れる").press("Enter")
        expect(page.locator("#editor-told")).to_contain_text("主体の関わりを挙げる")
        expect(editor).to_be_focused()
        page.keyboard.insert_text("社協")
        expect(offered(page)).to_have_count(1)
        expect(offered(page).locator(".cm-count")).not_to_be_empty()  # known as a value of rdf:object
        accept(page)
        assert f"VALUES ?actor {{ {SHAKYO} }}" in asked(page)
        rows = as_rows(store.query(asked(page)))
        assert {row["notation"].value for row in rows} >= {"2-status-3"}  # MODEL.md, C3
        assert page.evaluate("window.seen.violations") == []


def test_the_form_is_the_same_without_javascript(browser: Browser, site: str) -> None:
    with visiting(browser, f"{site}/sparql", "ja", java_script_enabled=False) as visit:
        page = visit.page
        expect(page.get_by_label("問い合わせ")).to_be_visible()
        expect(page.get_by_role("button", name="整える")).to_have_count(0)
        expect(page.locator("#editor-told")).to_be_hidden()


def test_where_the_editor_cannot_be_had_the_field_serves(browser: Browser, site: str) -> None:
    with visiting(browser, f"{site}/sparql", "en") as visit:
        page = visit.page
        page.route("**/query-editor.js", lambda route: route.abort())
        page.get_by_label("Query").focus()
        page.get_by_role("button", name="Format").click()
        expect(page.locator("#editor-told")).to_have_text("It could not be loaded. Try again.")
        page.get_by_label("Query").fill("ASK {}")
        assert asked(page) == "ASK {}"


_CONTEXTS = """async ({seed, many}) => {
  const {Vocabulary, situation, offers, asksFor, asksForProperties, confirmed} =
    await import('/static/built/completion.js');
  const json = async address => (await fetch(address)).json();
  const vocabulary = new Vocabulary(await json('/workbench/terms.json'));
  const next = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
  const pick = all => all[Math.floor(next() * all.length)];
  const head = [...vocabulary.prefixes].map(([name, iri]) => `PREFIX ${name}: <${iri}>`).join('\\n') + '\\n';
  const at = text => situation(head + text, (head + text).length);
  async function properties(text) {
    const place = at(text), found = offers(place, vocabulary), together = asksForProperties(place, vocabulary);
    const {with: having, ...rest} = together ?? {};
    const given = new URLSearchParams(Object.entries(rest).filter(([, value]) => value));
    for (const each of having ?? []) given.append('with', each);
    const all = together
      ? confirmed(found, (await json(`/workbench/properties.json?${given}`)).properties) : found;
    return all.filter(({kind}) => kind === 'property').map(({term}) => term);
  }
  const patterns = [];
  for (let n = 0; n < many; n += 1) {
    const type = pick(offers(at('ASK { ?s a '), vocabulary).filter(({kind}) => kind === 'class')).term;
    const text = `ASK { ?s a ${type} ; `;
    const property = pick(await properties(text));
    patterns.push(`${text}${property} ?o }`);
    const asked = asksFor(at(`${text}${property} `), vocabulary);
    if (asked) {
      const {things} = await json(`/workbench/things.json?${new URLSearchParams(asked)}`);
      if (things.length) patterns.push(`${text}${property} ${pick(things).term} }`);
    }
    patterns.push(`${text}${property} ?o ; ${pick(await properties(`${text}${property} ?o ; `))} ?other }`);
    const beyond = await properties(`${text}${property} ?o . ?o `);
    if (beyond.length) patterns.push(`${text}${property} ?o . ?o ${pick(beyond)} ?other }`);
  }
  return patterns.map(each => head + each);
}"""


def test_every_pattern_that_is_offered_matches_something(browser: Browser, site: str, store: Store) -> None:
    """A seeded hundred of walks: class, property, value; a second property beside it; one of what it leads to."""
    with visiting(browser, f"{site}/sparql", "ja") as visit:
        patterns = visit.page.evaluate(_CONTEXTS, {"seed": SEED, "many": CONTEXTS})
    assert len(patterns) > 3 * CONTEXTS
    assert len(set(patterns)) > 2 * CONTEXTS
    assert [each.rpartition("\n")[2] for each in patterns if not store.query(each)] == []
