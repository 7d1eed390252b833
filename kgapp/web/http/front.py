"""Speaks HTTP: programs that ask ``/sparql`` are answered here, all else is handed to the pages.

An RSGI application in one event loop. What blocks (pages) runs in threads; what evaluates runs
in workers; so nothing that a client sends can hold up another's answer.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from flask import Flask
from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]

from kgapp.config import Settings
from kgapp.errors import KgappError, Message, QueryRefused
from kgapp.question import Answer
from kgapp.results import GRAPH, LONGEST, OFFERED, not_acceptable
from kgapp.service.admission import Admission
from kgapp.service.answerer import QUERY, Answerer
from kgapp.service.refusals import too_many
from kgapp.sparqltext import may_change_from_run_to_run
from kgapp.web.http import protocol
from kgapp.web.http.answers import ON_EVERY_ANSWER, Answers, Kept
from kgapp.web.http.clients import Clients, is_host
from kgapp.web.http.conditions import Header, is_known, not_modified
from kgapp.web.http.flights import Flights
from kgapp.web.http.metrics import AccessLog, Metrics
from kgapp.web.http.pagerun import run_page
from kgapp.web.http.render import PREFLIGHT, render_error
from kgapp.web.http.sending import LARGE, LargeAnswers

Describe = Callable[[str, str], bytes]
"""The service description of an endpoint at an address, in a form."""
_LOG = logging.getLogger(__name__)
SPARQL = "/sparql"
GONE = "client gone"
OWN_PATHS = ("/healthz", "/readyz", "/metrics")
PAGE_THREADS = 8
PAGES_ASKED = 256
"""Pages that wait at once."""
PAGE_PATIENCE = 30.0
"""Seconds that a page may wait for its turn."""
PAGES_OF_ONE = 64
"""Pages of one client that are made or wait; half of the threads are never one client's."""
PATIENCE = 16 * 1024 * 1024
"""Bytes past its bound that a body may have before the connection is cut."""
READ = 2048
"""Addresses whose reading is remembered."""
REMEMBERED = 8192
"""Characters below which an address is."""
COLLECTING = 256 * 1024 * 1024
"""Bytes of bodies that may be on their way at once."""
CORS_PREFLIGHT = [("Access-Control-Allow-Methods", ", ".join(protocol.METHODS)), *PREFLIGHT.items()]


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


class Front:
    """The application that the server calls for every request."""

    def __init__(self, settings: Settings, pool: Answerer, pages: Flask, describe: Describe) -> None:
        self._limits = settings.limits
        self._pool, self._pages, self._describe = pool, pages, describe
        self._answers = Answers(settings.limits.cache_size * 1024 * 1024)
        self._flights = Flights()
        self._clients = Clients(settings.trusted_proxies, settings.public_url)
        # A proxy may take its path off: then what looks like it may be a page of ours.
        ours = pages.url_map.bind("").test(self._clients.prefix or "/")
        self._entrance = "" if ours else self._clients.prefix
        self._metrics = Metrics(self._gauges)
        self._log = AccessLog(settings.access_log) if settings.access_log else None
        self._collecting = 0
        self._large = LargeAnswers()
        self._read_get = lru_cache(maxsize=READ)(self._read)
        self._threads = ThreadPoolExecutor(PAGE_THREADS, thread_name_prefix="page")
        turns = {"queue": PAGES_ASKED, "client_queue": PAGES_OF_ONE, "client_workers": PAGE_THREADS // 2}
        self._turns: Admission[int] = Admission(
            replace(settings.limits, queue_timeout=PAGE_PATIENCE, **turns)
        )
        for place in range(PAGE_THREADS):
            self._turns.add(place, QUERY)

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
            self._refuse(scope, exchange, _fault(), sent)
        finally:
            seconds = time.perf_counter() - began
            self._metrics.count(sent.place, sent.status, seconds, sent.limit)
            if self._log is not None:
                self._log.write(
                    scope.method, scope.path, sent.status, seconds, sent.size, sent.question, sent.limit
                )

    async def _route(self, scope: Any, exchange: Any, sent: _Sent) -> None:
        _require_one_host(scope)
        if scope.method not in protocol.KNOWN_METHODS:
            raise protocol.not_implemented(scope.method)
        path = self._clients.path(scope.path)
        if path == "*" and scope.method == "OPTIONS":  # the server as a whole: RFC 9110, 9.3.7
            _tell_options(exchange, sent)
        elif path.startswith("//"):  # would be read as if one slash stood there
            raise _nothing_there()
        elif path in (SPARQL, f"{SPARQL}/"):
            sent.place = "sparql"
            await self._sparql(scope, exchange, sent)
        elif self._entrance and path == self._entrance:
            location = ("Location", self._clients.base_url(scope))
            _send(exchange, sent, 308, [location, *ON_EVERY_ANSWER], b"")
        elif path in OWN_PATHS and scope.method not in ("GET", "HEAD"):
            raise _MethodNotAllowed(scope.method, ("GET", "HEAD"))
        elif path == "/healthz":
            _send(exchange, sent, 200, [("Content-Type", "text/plain")], b"ok\n")
        elif path == "/readyz":
            ready = self._pool.ready
            _send(
                exchange,
                sent,
                200 if ready else 503,
                [("Content-Type", "text/plain")],
                b"ready\n" if ready else b"not ready\n",
            )
        elif path == "/metrics":
            _send(exchange, sent, 200, [("Content-Type", self._metrics.content_type)], self._metrics.text())
        else:
            await self._page(scope, exchange, sent)

    async def _sparql(self, scope: Any, exchange: Any, sent: _Sent) -> None:
        method, headers = scope.method, scope.headers
        if method == "OPTIONS":
            _tell_options(exchange, sent)
            return
        if method not in protocol.METHODS:
            raise _MethodNotAllowed(method)
        accept = _field(headers, "accept")[: LONGEST + 1]
        if method == "POST":
            address = protocol.parameters(scope.query_string)
            body = await self._body(scope, exchange)
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
        self._send_kept(scope, exchange, await self._answer(scope, exchange, asked), sent)

    def _read(self, query_string: str, accept: str) -> _Asked | None:
        """What an address asks; nothing where it asks no query."""
        given = protocol.parameters(query_string)
        if given.keys() <= {"lang", "format", "output"}:
            return None
        return self._read_parameters(given, accept)

    def _read_parameters(self, given: protocol.Parameters, accept: str) -> _Asked:
        question = protocol.question(given, accept, self._limits.query_bytes)
        return _Asked(question.write(), not may_change_from_run_to_run(question.text))

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

    def _send_kept(self, scope: Any, exchange: Any, kept: Kept, sent: _Sent) -> None:
        body, headers = kept.representation(_field(scope.headers, "accept-encoding"))
        known = _field(scope.headers, "if-none-match")
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
            body = await self._in_thread(scope, exchange, self._describe, endpoint, form)
            kept = Kept.of(Answer(form, body))
            self._answers.keep(key, kept, generation)
        self._send_kept(scope, exchange, kept, sent)

    async def _page(self, scope: Any, exchange: Any, sent: _Sent) -> None:
        """A page of the application in Flask, in a thread."""
        body = await self._body(scope, exchange) if scope.method not in ("GET", "HEAD") else b""
        path, base_url = self._clients.path(scope.path), self._clients.base_url(scope)
        page = await self._in_thread(scope, exchange, run_page, self._pages, scope, path, body, base_url)
        sent.status, sent.size = page.status, page.send(exchange, scope.method == "HEAD")

    async def _in_thread(self, scope: Any, exchange: Any, what: Callable[..., Any], *given: Any) -> Any:
        """Runs what blocks in a thread, when its client's turn comes; a client that has gone has none."""
        client = self._clients.of(scope.client, scope.headers)
        with self._turns.present(client):
            place = await self._turns.enter(client, QUERY, gone=exchange.client_disconnect)
            try:
                return await asyncio.get_running_loop().run_in_executor(self._threads, what, *given)
            finally:
                self._turns.leave(client, QUERY)
                self._turns.add(place, QUERY)

    async def _body(self, scope: Any, exchange: Any) -> bytes:
        """The whole body; raises QueryRefused past its bound (413) or its time (408)."""
        if scope.headers.get("content-encoding") not in (None, "", "identity"):
            raise QueryRefused(
                Message("圧縮した本文は読めません。", "A compressed body cannot be read."),
                Message("圧縮せずに送ってください。", "Send it uncompressed."),
                status=415,
            )
        try:
            return await asyncio.wait_for(self._collect(exchange), self._limits.body_timeout)
        except TimeoutError as error:
            raise QueryRefused(
                Message(
                    f"送信に時間がかかりすぎました（body_timeout: {self._limits.body_timeout:g}秒）。",
                    f"Sending took longer than body_timeout: {self._limits.body_timeout:g} s.",
                ),
                Message("もう一度送ってください。", "Send it again."),
                status=408,
                limit="body_timeout",
            ) from error

    async def _collect(self, exchange: Any) -> bytes:
        """The body up to its bound. What is past it is read and forgotten, so that a client that is
        still sending hears why, but not without end."""
        body, size = bytearray(), 0
        try:
            async for part in exchange:
                size += len(part)
                if size <= self._limits.body_bytes:
                    body += part
                    self._collecting += len(part)
                elif size > self._limits.body_bytes + PATIENCE:
                    break
                if self._collecting > COLLECTING:
                    raise too_many(self._limits)
        finally:
            self._collecting -= len(body)
        if size > self._limits.body_bytes:
            raise protocol.too_long(self._limits.query_bytes)
        return bytes(body)

    def _refuse(self, scope: Any, exchange: Any, error: KgappError, sent: _Sent) -> None:
        headers = {name: _field(scope.headers, name) for name in ("accept", "accept-language")}
        if "sparql-results+json" in headers["accept"]:
            headers["accept"] += ", application/json;q=0.9"
        with self._pages.test_request_context(SPARQL, query_string=_language(scope), headers=headers):
            response = render_error(error)
            own = [*response.headers.items(), *ON_EVERY_ANSWER, ("Cache-Control", "no-store")]
            content = response.get_data()
        if isinstance(error, _MethodNotAllowed):
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


def _field(headers: Any, name: str) -> str:
    """The value of a header that is a list, however many lines it came in (RFC 9110, 5.3)."""
    lines = headers.get_all(name)
    return str(lines[0]) if len(lines) == 1 else ", ".join(lines)


def _require_one_host(scope: Any) -> None:
    """Raises QueryRefused (400) for a request without a Host, with several, or with one that is none
    (RFC 9112, 3.2)."""
    hosts = scope.headers.get_all("host")
    if len(hosts) != 1 and (hosts or scope.http_version == "1.1"):
        raise QueryRefused(
            Message(
                f"Hostが{len(hosts)}行あります（1行であるべき）。",
                f"There are {len(hosts)} Host lines, not one.",
            ),
            Message("Hostを一行送ってください。", "Send one Host line."),
        )
    if hosts and not is_host(hosts[0]):
        raise QueryRefused(
            Message("Hostが名前になっていません。", "The Host line names no host."),
            Message("ホストの名前とポートだけを送ってください。", "Send the name of a host and a port."),
        )


def _tell_options(exchange: Any, sent: _Sent) -> None:
    allow = ("Allow", ", ".join(protocol.METHODS))
    _send(exchange, sent, 204, [allow, *CORS_PREFLIGHT, *ON_EVERY_ANSWER], b"")


def _nothing_there() -> KgappError:
    return QueryRefused(
        Message("この番地には何もありません。", "Nothing is at this address."),
        Message("斜線を一つにしてください。", "Write one slash, not two."),
        status=404,
    )


def _language(scope: Any) -> str:
    """The part of an address that chooses the language."""
    return next((part for part in scope.query_string.split("&") if part in ("lang=ja", "lang=en")), "")


def _fault() -> KgappError:
    return KgappError(
        Message("こちらの不具合で答えられません。", "A fault of this program; there is no answer."),
        Message("記録に残しました。", "It has been noted."),
    )


class _MethodNotAllowed(QueryRefused):
    """A method that the protocol does not know."""

    def __init__(self, method: str, allowed: tuple[str, ...] = protocol.METHODS) -> None:
        self.allowed = ", ".join(allowed)
        super().__init__(
            Message(f"{method} は使えません。", f"{method} is not allowed."),
            Message(f"使えるもの: {self.allowed}", f"Allowed: {self.allowed}"),
            status=405,
        )


def _send(exchange: Any, sent: _Sent, status: int, headers: list[Header], body: bytes) -> None:
    sent.status, sent.size = status, len(body)
    exchange.response_bytes(status, headers, body)
