"""Speaks HTTP: programs that ask ``/sparql`` are answered here, all else is handed to the pages.

An RSGI application in one event loop. What blocks (pages) runs in threads; what evaluates runs
in workers; so nothing that a client sends can hold up another's answer.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]

from kgapp.config import Settings
from kgapp.errors import KgappError
from kgapp.question import Answer, Question
from kgapp.results import GRAPH, LONGEST, OFFERED, not_acceptable
from kgapp.service.answerer import Answerer
from kgapp.service.refusals import too_many
from kgapp.sparqltext import may_change_from_run_to_run
from kgapp.web.http import protocol
from kgapp.web.http.answers import ON_EVERY_ANSWER, Answers, Kept
from kgapp.web.http.badrequests import MethodNotAllowed, fault, nothing_there, require_one_host
from kgapp.web.http.bodies import Bodies
from kgapp.web.http.cited import Asked, Permalinks, is_permalink
from kgapp.web.http.clients import Clients, field
from kgapp.web.http.conditions import Header, is_known, not_modified
from kgapp.web.http.flights import Flights
from kgapp.web.http.metrics import AccessLog, Metrics
from kgapp.web.http.operations import API, METHODS, Call, Calls, ReadCall, is_of_api, operation_at
from kgapp.web.http.pagerun import CLIENT, run_page
from kgapp.web.http.render import PREFLIGHT, render_error
from kgapp.web.http.resultpages import Told, asks_nothing, page_question, told_of, wants_page
from kgapp.web.http.sending import LARGE, LargeAnswers
from kgapp.web.http.turns import KINDS, PAGES, TRYING, Kind, Turns

Describe = Callable[[str, str], bytes]
"""The service description of an endpoint at an address, in a form."""
_LOG = logging.getLogger(__name__)
SPARQL = "/sparql"
GONE = "client gone"
OWN_PATHS = ("/healthz", "/readyz", "/metrics")
READ = 2048
"""Addresses whose reading is remembered."""
REMEMBERED = 8192
"""Characters below which an address is."""


@dataclass
class _Sent:
    """What went out, for the log."""

    status: int = 500
    size: int = 0
    place: str = "page"
    question: bytes = b""
    limit: str = ""


@dataclass(frozen=True)
class _Asked:
    """A question as the workers read it, and whether its answer lasts as long as the dataset."""

    question: bytes
    lasting: bool
    page: protocol.Parameters | None = None
    """What else was asked, where a page is to tell the answer."""


class Front:
    """The application that the server calls for every request."""

    def __init__(
        self, settings: Settings, pool: Answerer, pages: Flask, describe: Describe, read_call: ReadCall
    ) -> None:
        self._limits = settings.limits
        self._pool, self._pages, self._describe = pool, pages, describe
        self._calls, self._read_call = Calls(), read_call
        self._answers = Answers(settings.limits.cache_size * 1024 * 1024)
        self._flights = Flights()
        self._clients = Clients(settings.trusted_proxies, settings.public_url)
        # A proxy may take its path off: then what looks like it may be a page of ours.
        ours = pages.url_map.bind("").test(self._clients.prefix or "/")
        self._entrance = "" if ours else self._clients.prefix
        self._metrics = Metrics(self._gauges)
        self._log = AccessLog(settings.access_log) if settings.access_log else None
        self._bodies = Bodies(settings.limits)
        self._large = LargeAnswers()
        steps = (self._bodies.read, self._answer_to, self._page, self._clients.base_url)
        self._permalinks = Permalinks(settings.limits, *steps)
        self._read_get = lru_cache(maxsize=READ)(self._read)
        self._turns = Turns(settings.limits)

    async def __rsgi__(self, scope: Any, exchange: Any) -> None:
        """One request (RSGI 1.x)."""
        began = time.perf_counter()
        sent = _Sent()
        try:
            await self._route(scope, exchange, sent)
        except KgappError as error:
            sent.limit = getattr(error, "limit", "")
            self._refuse(scope, exchange, error, sent)
        except ProtocolClosed:
            sent.limit = GONE
        except Exception:  # the one boundary: whatever nobody expected is logged, and told as a 500
            _LOG.exception("a fault of this program")
            self._refuse(scope, exchange, fault(), sent)
        finally:
            seconds = time.perf_counter() - began
            self._metrics.count(sent.place, sent.status, seconds, sent.limit)
            if self._log is not None:
                self._log.write(
                    scope.method, scope.path, sent.status, seconds, sent.size, sent.question, sent.limit
                )

    async def _route(self, scope: Any, exchange: Any, sent: _Sent) -> None:
        require_one_host(scope)
        if scope.method not in protocol.KNOWN_METHODS:
            raise protocol.not_implemented(scope.method)
        path = self._clients.path(scope.path)
        if path == "*" and scope.method == "OPTIONS":  # the server as a whole: RFC 9110, 9.3.7
            _tell_options(exchange, sent)
        elif path.startswith("//"):  # would be read as if one slash stood there
            raise nothing_there()
        elif path in (SPARQL, f"{SPARQL}/"):
            sent.place = "sparql"
            await self._sparql(scope, exchange, sent)
        elif is_of_api(path):
            await self._api(scope, exchange, sent, operation_at(path))
        elif is_permalink(path):
            if kept := await self._permalinks.serve(scope, exchange, sent, path):
                sent.place, sent.question = "sparql", kept.question
                self._send_kept(scope, exchange, kept.answer, sent, kept.header)
        elif self._entrance and path == self._entrance:
            location = ("Location", self._clients.base_url(scope))
            _send(exchange, sent, 308, [location, *ON_EVERY_ANSWER], b"")
        elif path in OWN_PATHS:
            self._tell_state(scope, exchange, sent, path)
        else:
            await self._page(scope, exchange, sent)

    def _tell_state(self, scope: Any, exchange: Any, sent: _Sent, path: str) -> None:
        """How the server is, for those who run it."""
        if scope.method not in ("GET", "HEAD"):
            raise MethodNotAllowed(scope.method, ("GET", "HEAD"))
        kind, status, body = "text/plain", 200, b"ok\n"
        if path == "/readyz":
            status, body = (200, b"ready\n") if self._pool.ready else (503, b"not ready\n")
        elif path == "/metrics":
            kind, body = self._metrics.content_type, self._metrics.text()
        _send(exchange, sent, status, [("Content-Type", kind)], body)

    async def _sparql(self, scope: Any, exchange: Any, sent: _Sent) -> None:
        method, headers = scope.method, scope.headers
        if method == "OPTIONS":
            _tell_options(exchange, sent)
            return
        if method not in protocol.METHODS:
            raise MethodNotAllowed(method)
        accept = field(headers, "accept")[: LONGEST + 1]
        if method == "POST":
            address = protocol.parameters(scope.query_string)
            body = await self._bodies.read(scope, exchange)
            given = protocol.posted(address, headers.get("content-type") or "", body)
            asked = self._read_parameters(given, accept)
        else:
            short = len(scope.query_string) + len(accept) < REMEMBERED
            read = self._read_get if short else self._read
            found = read(scope.query_string, accept)
            if found is None:
                await self._description(scope, exchange, sent, accept)
                return
            asked = found
        sent.question = asked.question
        if asked.page is not None:
            told = await told_of(asked.page, asked.question, partial(self._answer_to, scope, exchange))
            sent.limit = told.limit
            await self._page(scope, exchange, sent, told)
            return
        self._send_kept(scope, exchange, await self._answer(scope, exchange, asked), sent)

    def _read(self, query_string: str, accept: str) -> _Asked | None:
        """What an address asks; nothing where it asks no query."""
        given = protocol.parameters(query_string)
        about = given.keys() <= {"lang", "format", "output"} or ("edit" in given and "query" not in given)
        if about or (asks_nothing(given) and wants_page(given, accept)):
            return None
        return self._read_parameters(given, accept)

    def _read_parameters(self, given: protocol.Parameters, accept: str) -> _Asked:
        page = wants_page(given, accept)
        if page:
            question = page_question(given, self._limits.query_bytes)
        else:
            question = protocol.question(given, accept, self._limits.query_bytes)
        lasting = not may_change_from_run_to_run(question.text)
        return _Asked(question.write(), lasting, given if page else None)

    async def _api(self, scope: Any, exchange: Any, sent: _Sent, name: str) -> None:
        """An operation of the API, whose question is asked as one at the endpoint is; or a page of it."""
        sent.place = "api"
        if scope.method == "OPTIONS":
            _tell_options(exchange, sent, METHODS)
            return
        if scope.method not in METHODS:
            raise MethodNotAllowed(scope.method, METHODS)
        if not name:
            await self._page(scope, exchange, sent)
            return
        accept = field(scope.headers, "accept")[: LONGEST + 1]
        root = urlsplit(self._clients.base_url(scope)).path.rstrip("/")
        call, generation = Call(name, scope.query_string, accept, root), self._pool.generation
        asked = self._calls.get(call, generation)
        if asked is None:
            asked = await self._in_thread(scope, exchange, PAGES, self._read_call, call)
            self._calls.keep(call, asked, generation)
        sent.question = asked.question
        kept = await self._answer(scope, exchange, _Asked(asked.question, True))
        self._send_kept(scope, exchange, kept, sent, *asked.headers)

    async def _answer_to(self, scope: Any, exchange: Any, question: Question) -> tuple[Kept, int]:
        """A stranger's answer, and the generation of the data that gave it at the earliest."""
        generation = self._pool.generation
        asked = _Asked(question.write(), not may_change_from_run_to_run(question.text))
        return await self._answer(scope, exchange, asked), generation

    async def _answer(self, scope: Any, exchange: Any, asked: _Asked) -> Kept:
        """The answer to a question: kept, on its way, or new."""
        generation = self._pool.generation
        kept = self._answers.get(asked.question, generation) if asked.lasting else None
        self._metrics.cache["hit" if kept else "miss"] += 1
        if kept is not None:
            return kept

        async def _ask(gone: Callable[[], Any]) -> Kept:
            client = self._clients.of(scope.client, scope.headers)
            answer = await self._pool.ask(asked.question, client, gone=gone)
            kept = Kept.of(answer, asked.lasting)
            if asked.lasting:
                self._answers.keep(asked.question, kept, generation)
            return kept

        if not asked.lasting:
            return await _ask(exchange.client_disconnect)
        return await self._flights.join((asked.question, generation), exchange.client_disconnect, _ask)

    def _send_kept(self, scope: Any, exchange: Any, kept: Kept, sent: _Sent, *more: Header) -> None:
        body, headers = kept.representation(field(scope.headers, "accept-encoding"))
        headers = [*headers, *more]
        known = field(scope.headers, "if-none-match")
        if known and kept.lasting and scope.method != "POST" and is_known(headers, known):
            _send(exchange, sent, 304, not_modified(headers), b"")
            return
        if len(body) < LARGE or scope.method == "HEAD":
            _send(exchange, sent, 200, headers, body)
            return
        if not self._large.send(exchange, headers, body):
            raise too_many(self._limits)
        sent.status, sent.size = 200, len(body)

    async def _description(self, scope: Any, exchange: Any, sent: _Sent, accept: str) -> None:
        """The service description (SPARQL 1.1 Service Description, 2), or its page for a person."""
        if "text/html" in accept or "application/xhtml+xml" in accept:
            await self._page(scope, exchange, sent)
            return
        form = protocol.description_form(protocol.parameters(scope.query_string), accept)
        if not form:
            raise not_acceptable(OFFERED[GRAPH])
        endpoint = self._clients.base_url(scope) + SPARQL.removeprefix("/")
        key, generation = f"{form} {endpoint}".encode(), self._pool.generation
        kept = self._answers.get(key, generation)
        if kept is None:
            body = await self._in_thread(scope, exchange, PAGES, self._describe, endpoint, form)
            kept = Kept.of(Answer(form, body))
            self._answers.keep(key, kept, generation)
        self._send_kept(scope, exchange, kept, sent)

    async def _page(self, scope: Any, exchange: Any, sent: _Sent, told: Asked | Told | None = None) -> None:
        """A page of the application in Flask, in a thread; about what was asked, where it was read."""
        body = b""
        if scope.method not in ("GET", "HEAD") and told is None:
            body = await self._bodies.read(scope, exchange)
        path, base_url = self._clients.path(scope.path), self._clients.base_url(scope)
        client = {CLIENT: self._clients.of(scope.client, scope.headers)}
        environ = {**client, **(told.environ(scope.method) if told else {})}
        given = (self._pages, scope, SPARQL if path == f"{SPARQL}/" else path, body, base_url, environ)
        kind = TRYING if isinstance(told, Told) else KINDS.get(path, PAGES)
        page = await self._in_thread(scope, exchange, kind, run_page, *given)
        sent.status, sent.size = page.status, page.send(exchange, scope.method == "HEAD")

    async def _in_thread(
        self, scope: Any, exchange: Any, kind: Kind, what: Callable[..., Any], *given: Any
    ) -> Any:
        """Runs what blocks in a thread, when its client's turn comes; a client that has gone has none."""
        client = self._clients.of(scope.client, scope.headers)
        return await self._turns.run(kind, client, exchange.client_disconnect, what, *given)

    def _refuse(self, scope: Any, exchange: Any, error: KgappError, sent: _Sent) -> None:
        headers = {name: field(scope.headers, name) for name in ("accept", "accept-language")}
        if "sparql-results+json" in headers["accept"]:
            headers["accept"] += ", application/json;q=0.9"
        place = API if sent.place == "api" else SPARQL
        with self._pages.test_request_context(place, query_string=_language(scope), headers=headers):
            response = render_error(error)
            own = [*response.headers.items(), *ON_EVERY_ANSWER, ("Cache-Control", "no-store")]
            content = response.get_data()
        if isinstance(error, MethodNotAllowed):
            own.append(("Allow", error.allowed))
        _send(exchange, sent, error.status, own, content)

    def _gauges(self) -> dict[str, tuple[str, float]]:
        return {
            "kgapp_queries_running": ("Strangers' queries at work", self._pool.busy),
            "kgapp_queries_waiting": ("Queries that wait for a worker", self._pool.waiting),
            "kgapp_workers": ("Workers that are there", self._pool.size),
            "kgapp_cache_bytes": ("Memory that kept answers take", self._answers.bytes),
            "kgapp_ready": ("1 where there are workers to ask", self._pool.ready),
        }


def _tell_options(exchange: Any, sent: _Sent, methods: tuple[str, ...] = protocol.METHODS) -> None:
    allowed = ", ".join(methods)
    own = [("Allow", allowed), ("Access-Control-Allow-Methods", allowed), *PREFLIGHT.items()]
    _send(exchange, sent, 204, [*own, *ON_EVERY_ANSWER], b"")


def _language(scope: Any) -> str:
    """The part of an address that chooses the language."""
    return next((part for part in scope.query_string.split("&") if part in ("lang=ja", "lang=en")), "")


def _send(exchange: Any, sent: _Sent, status: int, headers: list[Header], body: bytes) -> None:
    sent.status, sent.size = status, len(body)
    exchange.response_bytes(status, headers, body)
