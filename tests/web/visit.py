"""Pages as a browser meets them: which there are, how they are looked at, and what came to light."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

ASK = "/sparql?query=SELECT%20%3Fs%20%3Fp%20%3Fo%7B"
DATE = "%3Chttp://www.w3.org/2001/XMLSchema%23date%3E"
PAGES = {
    "/": 200,
    "/sparql": 200,
    "/docs/operations": 200,
    "/matrix": 200,
    "/matrix/cell?thing=fujisawa/actor/csw": 200,
    "/answers": 200,
    "/answers?theme=5": 200,
    "/doc/fujisawa/actor/csw": 200,
    "/doc/fujisawa/2020-02/theme-5/direction-1": 200,
    "/search": 200,
    "/search?q=%E7%A4%BE%E5%8D%94": 200,
    "/catalogue": 200,
    "/catalogue/fujisawa/2020-02": 200,
    "/doc/fujisawa/2020-02/dataset": 200,
    "/ns": 200,
    "/ns/hasLead": 200,
    "/ns/diagram": 200,
    "/shapes": 200,
    "/shapes/Statement-text": 200,
    "/quality": 200,
    "/wrong?s=https://w3id.org/care-roadmap/id/fujisawa/2020-02/theme-5/direction-1"
    "&p=https://w3id.org/care-roadmap/ns%23hasLead&o=https://w3id.org/care-roadmap/id/fujisawa/actor/csw": 200,
    "/changes": 200,
    "/between": 200,
    "/between?from=fujisawa/actor/csw&to=fujisawa/district/tsujido": 200,
    "/around?thing=fujisawa/actor/csw&steps=2": 200,
    "/questions": 200,
    "/questions/cq-c04-directly-or-through": 200,
    "/questions/cq-c03-led-by?actor=fujisawa/actor/kuni": 200,
    "/questions?tag=lead": 200,
    "/sparql?edit=cq-c02-an-actor-on-whose-words": 200,
    "/api": 200,
    "/roadmap": 200,
    "/districts": 200,
    "/doc/fy/2019": 200,
    "/overview": 200,
    "/overview/schema": 200,
    "/read/fujisawa/2020-02": 200,
    "/read/fujisawa/2020-02?part=2&lines=joined&gloss=yes": 200,
    f"{ASK}VALUES%20%3Fs%20%7B%3Chttps://w3id.org/care-roadmap/id/fujisawa/actor/csw%3E%7D%3Fs%3Fp%3Fo%7D": 200,
    f"{ASK}%3Fs%20%3Chttps://w3id.org/care-roadmap/ns%23hasConstituent%3E%3Fo%7D&view=graph": 200,
    f"{ASK}VALUES(%3Fs%20%3Fo%20%3Fp)%7B('a'%20-1%20%22x%22@ja)('b'%202%20'y')%7D%7D&view=chart": 200,
    f"{ASK}VALUES(%3Fs%20%3Fo)%7B('a'%20%222020-01-31%22%5E%5E{DATE})%7D%7D&view=timeline": 200,
    f"{ASK}%3Fs%20%3Fp%20%3Fo%7DLIMIT%203&view=text": 200,
    f"{ASK}%3Fs%20%3Fp%20%3Fo%7DLIMIT%203&view=raw": 200,
    f"{ASK}%3Fs%20%3Fp%20%3Fo%7DLIMIT%203&row=2": 200,
    "/sparql?query=DESCRIBE%3Chttps://w3id.org/care-roadmap/id/fujisawa/actor/sanshikai%3E": 200,
    "/sparql?query=ASK%7B%3Cx:y%3E%3Fp%3Fo%7D": 200,
    f"{ASK}%3Fs%20skos:notation%20%3Fo%7D": 400,
    "/docs/citing": 200,
    "/docs/notebook": 200,
    "/q/MWYHyYm8Pno35-gYDyPZY_DYhl34BB_HRQk-ALEp2A": 200,
    "/snippets?query=ASK%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D": 200,
    "/why?s=fujisawa/actor/csw&p=ccr:activeInTheme&o=fujisawa/2020-02/theme-5": 200,
    "/why?s=fujisawa/2020-02/chart/theme-4/2&p=ccr:hasLead&o=fujisawa/actor/sanshikai": 404,
    "/workbench/empty": 200,
    "/workbench/empty?query=SELECT%20%2A%20%7B%20%3Fs%20%3Chttps%3A%2F%2Fw3id.org%2Fcare-roadmap%2Fns%23hasLeed%3E%20%3Fo%20%7D": 200,
    "/workbench/plan?query=SELECT%20%2A%20%7B%20%3Fs%20a%20%3Fc%20%3B%20%3Chttps%3A%2F%2Fw3id.org%2Fcare-roadmap%2Fns%23hasLead%3E%20%3Fo%20%7D": 200,
    "/no-such-page": 404,
}
"""One address of every kind of page, with its status: a new kind of page is added here."""
LANGUAGES = ("ja", "en")
VIEWS: dict[str, dict[str, Any]] = {
    "phone-light": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "has_touch": True},
    "laptop-dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
}
AXE_RUN = "axe.run({resultTypes: ['violations'], rules: {'target-size': {enabled: true}}})"
"""All rules that are on by default, and the one of WCAG 2.2 that is not (2.5.8); what holds is counted
and not told place by place."""
_WATCH = """
window.seen = {shift: 0, violations: []};
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) window.seen.shift += entry.value;
}).observe({type: 'layout-shift', buffered: true});
document.addEventListener('securitypolicyviolation', event =>
  window.seen.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


@dataclass
class Visit:
    """An open page, and what happened while it loaded."""

    page: Page
    responses: list[Response] = field(default_factory=list)
    requested: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    """Errors and warnings of the console."""

    @property
    def weight(self) -> int:
        """Bytes of the document and of all that it loaded, before compression."""
        return sum(len(response.body()) for response in self.responses)


class Tab:
    """A tab of a browser of its own that goes from page to page and brings nothing along: no cache, cookie
    or size. To start a browser for each page takes longer than most pages do."""

    def __init__(self, context: BrowserContext) -> None:
        self.page = context.new_page()
        self.page.add_init_script(_WATCH)
        self._size = self.page.viewport_size
        self._devtools = context.new_cdp_session(self.page)
        self._visit = Visit(self.page)
        self.page.on("request", lambda request: self._visit.requested.append(request.url))
        self.page.on("response", self._receive)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._visit.told.append(str(error)))

    def _receive(self, response: Response) -> None:
        self._visit.responses.append(response)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._visit.told.append(message.text)

    def visit(self, address: str) -> Visit:
        """A page, loaded to the end."""
        self.page.context.clear_cookies()
        self._devtools.send("Network.clearBrowserCache")
        if self._size is not None and self.page.viewport_size != self._size:
            self.page.set_viewport_size(self._size)
        self._visit = Visit(self.page)
        self.page.goto(address, wait_until="load")
        return self._visit


@contextmanager
def tab(browser: Browser, language: str, **view: Any) -> Iterator[Tab]:
    """A tab in a browser of its own."""
    context = browser.new_context(locale={"ja": "ja-JP", "en": "en-GB"}[language], **view)
    try:
        yield Tab(context)
    finally:
        context.close()


@contextmanager
def visiting(browser: Browser, address: str, language: str, **view: Any) -> Iterator[Visit]:
    """A page in a browser of its own, loaded to the end."""
    with tab(browser, language, **view) as opened:
        yield opened.visit(address)


def assert_accessible(page: Page, axe: str, run: str = AXE_RUN) -> None:
    """axe-core, put into the page, complains of nothing."""
    page.evaluate(axe)
    found = page.evaluate(run)
    assert [f"{rule['id']}: {node['html']}" for rule in found["violations"] for node in rule["nodes"]] == []
    assert found["passes"]


def named(path: str) -> str:
    """A page's name as that of a file."""
    return path.strip("/").replace("/", "-")[:80] or "home"


def overflow(page: Page) -> int:
    """CSS pixels by which the page is wider than the window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return wide
