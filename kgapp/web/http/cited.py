"""Reads what a request for a permalink wants: the answer, a page about it, or a new permalink.

``/q/<code>`` is negotiated like the endpoint: HTML and citations for those who name them in Accept,
else the answer of the data that are served now. An extension names a form outright.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from kgapp.config import Limits
from kgapp.errors import KgappError, QueryRefused
from kgapp.question import Answer, Question
from kgapp.results import LONGEST
from kgapp.web.http.answers import Kept
from kgapp.web.http.badrequests import MethodNotAllowed
from kgapp.web.http.clients import field
from kgapp.web.http.conditions import Header
from kgapp.web.http.fingerprint import FORMS
from kgapp.web.http.permalink import PATH, Permalink, read_code, tidied
from kgapp.web.http.protocol import Parameters, parameters, posted, question

HTML, ABOUT, QUERY = "html", "about.json", "rq"
BIBTEX, CSL, PLAIN = "bib", "csl.json", "txt"
PAGES = {
    HTML: ("text/html", "application/xhtml+xml"),
    BIBTEX: ("application/x-bibtex",),
    CSL: ("application/vnd.citationstyles.csl+json",),
    PLAIN: ("text/x-bibliography",),
    QUERY: ("application/sparql-query",),
    ABOUT: (),
}
"""The forms that pages write, by extension, with the media types that ask for them: those of DOI
content negotiation for citations."""
ANSWERS = {
    "csv": "csv",
    "tsv": "tsv",
    "json": "json",
    "srj": "application/sparql-results+json",
    "xml": "xml",
    "srx": "application/sparql-results+xml",
    "ttl": "turtle",
    "nt": "ntriples",
    "jsonld": "jsonld",
    "rdf": "rdfxml",
    "trig": "trig",
    "nq": "nquads",
}
"""The forms in which the endpoint writes answers, by extension."""
EVALUATED = (HTML, ABOUT)
"""Pages that tell how the answer is now."""
UNASKED = -1
"""In place of a generation, where nothing was asked."""
ENVIRON = "kgapp.asked"
"""Where a page finds what was asked and answered (``Asked``)."""


@dataclass(frozen=True)
class Served:
    """The answer that a permalink gives a program."""

    question: bytes
    answer: Kept
    header: Header
    """What is told beside it."""


@dataclass(frozen=True)
class Wanted:
    """A request for a permalink: what it holds, and the page or the form of answer that is wanted."""

    link: Permalink
    code: str
    page: str
    """One of ``PAGES``, or nothing where the answer is wanted."""
    form: str = ""
    """Of the answer, for ``format=``; nothing leaves it to Accept."""

    def parameters(self) -> Parameters:
        """The request for its answer, as the endpoint takes it."""
        given = _parameters(self.link)
        return {**given, "format": [self.form]} if self.form else given

    def header(self, base_url: str) -> Header:
        """The Link header of its answer (RFC 8288): the question's own address, and what is told of it."""
        address = f"{base_url}{PATH.removeprefix('/')}/{self.code}"
        return "Link", (
            f'<{address}>; rel="canonical", <{address}.html>; rel="describedby"; type="text/html", '
            f'<{address}.{ABOUT}>; rel="describedby"; type="application/json"'
        )


@dataclass(frozen=True)
class Asked:
    """A question of a stranger and its answer now, for a page."""

    link: Permalink
    generation: int
    """Of the data that answered."""
    answer: Answer | None = None
    refusal: KgappError | None = None
    """Why there is no answer."""

    def environ(self, method: str) -> dict[str, Any]:  # noqa: ARG002 (as every page about an answer)
        """What the page's request has beside what a browser sent."""
        return {ENVIRON: self}


class Permalinks:
    """Serves permalinks: evaluates what they hold as any stranger's query, before a thread is taken for
    a page."""

    def __init__(
        self,
        limits: Limits,
        body: Callable[[Any, Any], Awaitable[bytes]],
        answer: Callable[[Any, Any, Question], Awaitable[tuple[Kept, int]]],
        page: Callable[[Any, Any, Any, Asked | None], Awaitable[None]],
        base_url: Callable[[Any], str],
    ) -> None:
        """``body`` reads a request's, ``answer`` answers a question and tells by which generation of
        the data, ``page`` sends a page about what was asked, ``base_url`` tells where the client came."""
        self._limits, self._body, self._answer, self._page = limits, body, answer, page
        self._base_url = base_url

    async def serve(self, scope: Any, exchange: Any, sent: Any, path: str) -> Served | None:
        """One request: the answer to send where that is wanted; where it is a page, that is sent.
        Raises QueryRefused for what is no permalink and for a query that is refused."""
        if scope.method not in (("GET", "HEAD", "POST") if path == PATH else ("GET", "HEAD")):
            raise MethodNotAllowed(scope.method, ("GET", "HEAD"))
        if path == PATH:
            body = await self._body(scope, exchange) if scope.method == "POST" else b""
            new = asked_anew(scope, body, self._limits.query_bytes)
            asked = await self._asked(scope, exchange, new) if new else None
            if asked and asked.refusal:
                raise asked.refusal
            await self._page(scope, exchange, sent, asked)
            return None
        accept = field(scope.headers, "accept")[: LONGEST + 1]
        want = wanted(path, accept, self._limits.query_bytes)
        if not want.page:
            ask = question(want.parameters(), accept, self._limits.query_bytes)
            kept, _ = await self._answer(scope, exchange, ask)
            return Served(ask.write(), kept, want.header(self._base_url(scope)))
        asked = Asked(want.link, UNASKED)
        if want.page in EVALUATED:
            asked = await self._asked(scope, exchange, want.link)
        await self._page(scope, exchange, sent, asked)
        return None

    async def _asked(self, scope: Any, exchange: Any, link: Permalink) -> Asked:
        try:
            ask = replace(question(_parameters(link), "", self._limits.query_bytes), forms=FORMS)
            kept, generation = await self._answer(scope, exchange, ask)
        except QueryRefused as error:
            return Asked(link, UNASKED, refusal=error)
        return Asked(link, generation, Answer(kept.form, kept.body))


def _parameters(link: Permalink) -> Parameters:
    given: Parameters = {}
    for name, value in link.parameters:
        given.setdefault(name, []).append(value)
    return given


def is_permalink(path: str) -> bool:
    """Whether a path is that of a permalink, or where one is made."""
    return path == PATH or path.startswith(f"{PATH}/")


def wanted(path: str, accept: str, most: int) -> Wanted:
    """What a path below ``/q/`` and an Accept header want; raises QueryRefused as ``read_code``."""
    given = path.removeprefix(f"{PATH}/")
    code, _, extension = given.partition(".")
    if extension not in PAGES and extension not in ANSWERS:
        code, extension = given, ""
    code = tidied(code)
    link = read_code(code, most)
    if extension in ANSWERS:
        return Wanted(link, code, "", ANSWERS[extension])
    by_type = (name for name, types in PAGES.items() if any(each in accept for each in types))
    return Wanted(link, code, extension or next(by_type, ""))


def asked_anew(scope: Any, body: bytes, most: int) -> Permalink | None:
    """The question for which ``/q`` is to make a permalink, given as at the endpoint; nothing where
    none is given. Raises QueryRefused as the endpoint does."""
    given = parameters(scope.query_string)
    if scope.method == "POST":
        given = posted(given, scope.headers.get("content-type") or "", body)
    elif "query" not in given:
        return None
    asked = question({name: given[name] for name in given if name not in ("format", "output")}, "", most)
    return Permalink(asked.text, asked.default_graphs, asked.named_graphs, stated=asked.stated)
