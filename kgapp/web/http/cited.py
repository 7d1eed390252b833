"""Reads what a request for a permalink wants: the answer, a page about it, or a new permalink.

``/q/<code>`` is negotiated like the endpoint: HTML and citations for those who name them in Accept,
else the answer of the data that are served now. An extension names a form outright.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kgapp.errors import KgappError
from kgapp.question import Answer, Question
from kgapp.web.http.compression import Header
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
ENVIRON = "kgapp.asked"
"""Where a page finds what was asked and answered (``Asked``)."""


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
        given = {
            "query": [self.link.text],
            "default-graph-uri": list(self.link.default_graphs),
            "named-graph-uri": list(self.link.named_graphs),
        }
        return {**given, "format": [self.form]} if self.form else given


@dataclass(frozen=True)
class Asked:
    """A question of a stranger and its answer now, for a page."""

    link: Permalink
    generation: int
    """Of the data that answered."""
    answer: Answer | None = None
    refusal: KgappError | None = None
    """Why there is no answer."""


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
    return Permalink(asked.text, asked.default_graphs, asked.named_graphs)


def for_fingerprint(link: Permalink) -> Question:
    """The question whose answer has a fingerprint."""
    return Question(link.text, FORMS, link.default_graphs, link.named_graphs)


def link_header(base_url: str, code: str) -> Header:
    """The Link header of an answer (RFC 8288): its question's own address, and what is told of it."""
    address = f"{base_url}{PATH.removeprefix('/')}/{code}"
    return "Link", (
        f'<{address}>; rel="canonical", <{address}.html>; rel="describedby"; type="text/html", '
        f'<{address}.{ABOUT}>; rel="describedby"; type="application/json"'
    )
