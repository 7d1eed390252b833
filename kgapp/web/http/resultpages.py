"""Which requests to the endpoint a page answers, and what that page asks of the workers.

A page is for those who name HTML in Accept and prefer it to every form of results: browsers do, and
no program that wants results does. Who names a form in the address gets that form.
"""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from kgapp.errors import KgappError
from kgapp.question import Part, Question
from kgapp.results import EXCERPT, LONGEST, OFFERED, quality_of
from kgapp.service.gate import has_dataset
from kgapp.sparqltext import may_change_from_run_to_run
from kgapp.web.http import protocol
from kgapp.web.http.answers import Kept

HTML = ("text/html", "application/xhtml+xml")
ENVIRON = "kgapp.results"
"""Where the page finds what was asked and answered (``Told``)."""
CHEAP = 0.2
"""Seconds up to which a question is also asked of the other graphs, to tell how many rows that gives."""
NUMBER = re.compile(r"[1-9][0-9]{0,6}")
LONGEST_NAME = 200
"""Characters of a column's name that is sorted by."""


@dataclass(frozen=True)
class Told:
    """What a person asked of the endpoint, and what came of it."""

    given: Mapping[str, list[str]]
    text: str
    """The query."""
    stated: bool
    """Whether it was asked without conclusions."""
    excerpt: bytes = b""
    """What the page shows (``excerpt.read_excerpt``); empty where it was refused."""
    refusal: KgappError | None = None
    lasting: bool = False
    """Whether the answer would be the same if it were asked again."""
    other: bytes = b""
    """The same asked with conclusions, or without; empty where that was not worth it."""

    @property
    def limit(self) -> str:
        """The limit that was met, by its name; empty where none was."""
        return getattr(self.refusal, "limit", "")

    def environ(self, method: str) -> dict[str, Any]:
        """What the page's request has beside what a browser sent. A form that was posted is read
        already: for the page it is as if its address had asked."""
        posted = {"REQUEST_METHOD": "GET", "QUERY_STRING": urlencode(self.given, doseq=True)}
        return {ENVIRON: self, **(posted if method == "POST" else {})}


def wants_page(given: Mapping[str, list[str]], accept: str) -> bool:
    """Whether a request with these parameters and this Accept header is a person's."""
    return "html" in accept.lower() and _prefers_html(accept) and not protocol.named_forms(given)


def asks_nothing(given: Mapping[str, list[str]]) -> bool:
    """Whether a person's request has no query: the page then only has the form."""
    return "update" not in given and not "".join(given.get("query", ())).strip()


def page_question(given: Mapping[str, list[str]], max_bytes: int) -> Question:
    """What a page asks of the workers; raises QueryRefused as ``protocol.question``."""
    asked = protocol.question(given, "", max_bytes)
    return replace(asked, forms=dict.fromkeys(OFFERED, EXCERPT.name), part=_part(given))


async def told_of(
    given: Mapping[str, list[str]],
    asked: bytes,
    answer: Callable[[Question], Awaitable[tuple[Kept, int]]],
) -> Told:
    """What a page tells of a question as ``Question.write`` gives it: ``answer`` evaluates it as any
    stranger's, before a thread is taken for the page."""
    question = Question.read(asked)
    lasting = not may_change_from_run_to_run(question.text)
    told = Told(given, question.text, question.stated, lasting=lasting)
    began = time.perf_counter()
    try:
        kept, _ = await answer(question)
    except KgappError as error:
        return replace(told, refusal=error)
    told = replace(told, excerpt=kept.body)
    other = other_graphs(question) if time.perf_counter() - began < CHEAP else None
    if other is not None and lasting:
        with suppress(KgappError):
            kept, _ = await answer(other)
            told = replace(told, other=kept.body)
    return told


def other_graphs(question: Question) -> Question | None:
    """The same question with conclusions where it was asked without, and the other way round; nothing
    where the query or the request chooses its graphs itself."""
    if question.default_graphs or question.named_graphs or has_dataset(question.text):
        return None
    return replace(question, stated=not question.stated)


@lru_cache(maxsize=1024)
def _prefers_html(accept: str) -> bool:
    if len(accept) > LONGEST:
        return False
    results = (name for forms in OFFERED.values() for form in forms for name in form.types)
    page = max(quality_of(name, accept, named=True) for name in HTML)
    return page > max(quality_of(name, accept) for name in results)


def _part(given: Mapping[str, list[str]]) -> Part:
    """What is shown: ``sort`` or ``desc`` names a column, ``page`` and ``row`` count from 1; what is
    no name or number of that kind is as if it were not there."""
    down = _last(given.get("desc", ()))
    by = (down or _last(given.get("sort", ()))).lstrip("?$")[:LONGEST_NAME]
    return Part(by, bool(down), _number(given.get("page", ()), 1), _number(given.get("row", ()), 0))


def _last(values: Iterable[str]) -> str:
    return ([value.strip() for value in values] or [""])[-1]


def _number(values: Iterable[str], otherwise: int) -> int:
    value = _last(values)
    return int(value) if NUMBER.fullmatch(value) else otherwise
