"""Another SPARQL server in the place of the workers: within the same limits, with the same answers.

Of every server only JSON results and N-Triples are asked, and what it sends is written anew by the
engine that writes the embedded store's answers: products differ in their other forms, and Virtuoso
names blank nodes as no other does. Queries are sent as a form: Virtuoso 7.2 never answers one
that is sent directly (SPARQL 1.1 Protocol, 2.1.3).
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx
import pyoxigraph as ox

from kgapp.config import Limits
from kgapp.dataset import Dataset
from kgapp.endpoint import RETRY, Credentials, Names, client_options, failure, unreachable
from kgapp.errors import KgappError, Message, QueryRefused
from kgapp.graphs import CONCLUDED
from kgapp.jsonld import Context
from kgapp.question import Answer, Question
from kgapp.service.admission import Admission
from kgapp.service.answerer import PAGE, PAGE_WORKERS, QUERY
from kgapp.service.binding import bind_text
from kgapp.service.gate import checked, has_dataset, without_dataset
from kgapp.service.refusals import ended_early, out_of_time
from kgapp.sparqltext import keywords, may_name_graphs
from kgapp.store import answered, too_large

LOOK = 1.0
"""Seconds between two looks at whether another dataset is to be asked."""
CHECK = 5.0
"""Seconds between two questions whether the other server still has the dataset."""
JSON, N_TRIPLES = "application/sparql-results+json", "application/n-triples"
REDIRECTS = 3
TRUTH_IN_JSON = re.compile(
    rb'("datatype":\s*"http://www\.w3\.org/2001/XMLSchema#boolean",\s*"value":\s*")([01])(")'
)
TRUTH_IN_N_TRIPLES = re.compile(rb'(")([01])("\^\^<http://www\.w3\.org/2001/XMLSchema#boolean>)')
"""Truth values as Virtuoso writes them, 1 for true: the same values (XSD 1.1, 3.3.2.2), other words."""
LARGE = 65_536
"""Bytes above which an answer is rewritten in a thread."""


class Remote:
    """A SPARQL 1.1 endpoint that answers for the dataset that ``kgapp load`` put there."""

    def __init__(
        self, address: str, limits: Limits, dataset: Callable[[], Dataset], context: Context | None = None
    ) -> None:
        """Runs in the present event loop. ``dataset`` gives the dataset that is built; the one
        that is asked is the last of them that is complete on the other server. ``context`` is that
        of answers in JSON-LD."""
        self._context = context
        self._address, self._limits, self._newest = address, limits, dataset
        self._admission: Admission[int] = Admission(limits)
        for number in range(limits.workers):
            self._admission.add(number, QUERY)
        for number in range(PAGE_WORKERS):
            self._admission.add(number, PAGE)
        options: dict[str, Any] = client_options()
        bound = httpx.Limits(max_connections=None, max_keepalive_connections=limits.workers)
        self._client = httpx.AsyncClient(auth=Credentials(), timeout=None, limits=bound, **options)  # noqa: S113
        self._dataset: Dataset | None = None
        self._trouble: KgappError = _not_loaded()
        self._generation = 0
        self._reached = False
        self._following = asyncio.get_running_loop().create_task(self._follow())

    @property
    def ready(self) -> bool:
        """Whether the dataset was found complete on the other server, when it was last asked."""
        return self._dataset is not None and self._reached

    @property
    def size(self) -> int:
        """How many questions may be with the other server at once."""
        return self._limits.workers + PAGE_WORKERS

    @property
    def busy(self) -> int:
        """How many strangers' questions are with the other server."""
        return self._admission.busy

    @property
    def waiting(self) -> int:
        """How many questions wait."""
        return self._admission.waiting

    @property
    def generation(self) -> int:
        """Goes up whenever another dataset is asked."""
        return self._generation

    @property
    def dataset(self) -> Dataset:
        """The dataset that is asked; before one is found, the one that is built."""
        return self._dataset or self._newest()

    async def ask(
        self, question: bytes, client: str, lane: str = QUERY, gone: Callable[[], Any] | None = None
    ) -> Answer:
        """The answer, as for every ``Answerer``; at the deadline, and when the client has gone, the
        connection to the other server is closed."""
        with self._admission.present(client):
            place = await self._admission.enter(client, lane, gone=gone)
            try:
                return await self._within_time(self._answer(Question.read(question), lane == PAGE), gone)
            finally:
                self._admission.leave(client, lane)
                self._admission.add(place, lane)

    async def _within_time(self, answering: Any, gone: Callable[[], Any] | None) -> Answer:
        task: asyncio.Task[Answer] = asyncio.ensure_future(answering)
        leaving = asyncio.ensure_future(gone()) if gone is not None else None
        try:
            parties: list[asyncio.Future[Any]] = [task] if leaving is None else [task, leaving]
            timeout = self._limits.query_timeout
            await asyncio.wait(parties, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            raise ended_early(0) if leaving is not None and leaving.done() else out_of_time(self._limits)
        finally:
            for party in (task, leaving):
                if party is not None and not party.done():
                    party.cancel()

    async def _answer(self, question: Question, ours: bool) -> Answer:
        if self._dataset is None:
            raise self._trouble.with_traceback(None)
        if question.only_parsed:
            raise _only_evaluates()
        began = time.perf_counter()
        text, graphs = question.text, (question.default_graphs, question.named_graphs)
        if question.stated:
            stated = tuple(g.iri for g in self._dataset.graphs if not g.iri.endswith(CONCLUDED))
            graphs = (stated, stated if may_name_graphs(text) else ())
        if ours:
            text = bind_text(text, question.substitutions())
        text = checked(text, self._limits.query_nesting)
        if any(graphs):
            # The protocol's dataset overrules the query's (2.1.4); Virtuoso would add the two.
            text = without_dataset(text)
        elif not has_dataset(text):
            named = tuple(graph.iri for graph in self._dataset.graphs) if may_name_graphs(text) else ()
            graphs = ((Names.of(self._dataset).union,), named)
        # Relative IRIs are below the data's base, whatever the other server's address.
        text = f"BASE <{self._dataset.base}> {text}"
        kind, body = await self._send(text, *graphs)
        how = (kind, body, question, self._limits.result_bytes, self._context, began)
        return _rewritten(*how) if len(body) < LARGE else await asyncio.to_thread(_rewritten, *how)

    async def _send(self, text: str, defaults: tuple[str, ...], named: tuple[str, ...]) -> tuple[str, bytes]:
        """The media type and the body of the other server's answer; raises KgappError."""
        graph = keywords(text).first_form in ("CONSTRUCT", "DESCRIBE")
        form = {"query": text, "default-graph-uri": list(defaults), "named-graph-uri": list(named)}
        address = httpx.URL(self._address)
        try:
            for _ in range(REDIRECTS + 1):
                accept = {"Accept": N_TRIPLES if graph else JSON}
                async with self._client.stream("POST", address, data=form, headers=accept) as response:
                    if response.has_redirect_location:
                        address = _same_host(address, response)
                        continue
                    return await self._receive(response)
        except httpx.HTTPError as error:
            raise unreachable("", error) from error
        raise _elsewhere()

    async def _receive(self, response: httpx.Response) -> tuple[str, bytes]:
        body = bytearray()
        async for part in response.aiter_bytes():
            body += part
            if len(body) > self._limits.result_bytes:
                raise too_large(self._limits.result_bytes)
        if response.status_code != httpx.codes.OK:
            raise failure(response.status_code, bytes(body))
        # Virtuoso tells in these that it has left rows out.
        if "x-sparql-maxrows" in response.headers or response.headers.get("x-sql-state", "") == "S1TAT":
            raise _cut()
        return response.headers.get("content-type", "").partition(";")[0].strip().lower(), bytes(body)

    async def _follow(self) -> None:
        """Asks the newest dataset from when it is complete on the other server, and whether it still is."""
        loop, due = asyncio.get_running_loop(), 0.0
        while True:
            try:
                newest = self._newest()
                other = self._dataset is None or newest.digest != self._dataset.digest
                if other or not self._reached or loop.time() >= due:
                    due = loop.time() + CHECK
                    self._found(newest, await self._has(newest))
            except KgappError as error:
                self._reached, self._trouble = False, error
            await asyncio.sleep(LOOK)

    async def _has(self, dataset: Dataset) -> bool:
        try:
            question = self._send(Names.of(dataset).is_complete, (), ())
            return bool(_parsed(*await asyncio.wait_for(question, self._limits.query_timeout)))
        except TimeoutError as error:
            raise out_of_time(self._limits) from error

    def _found(self, newest: Dataset, complete: bool) -> None:
        self._reached = True
        if not complete:
            self._trouble = _not_loaded()
            if self._dataset is not None and self._dataset.digest == newest.digest:
                self._dataset = None
        elif self._dataset is None or self._dataset.digest != newest.digest:
            self._dataset = newest
            self._generation += 1

    async def close(self) -> None:
        """Ends all connections."""
        self._following.cancel()
        with suppress(asyncio.CancelledError):
            await self._following
        await self._client.aclose()


def _rewritten(
    kind: str, body: bytes, question: Question, max_bytes: int, context: Context | None, began: float
) -> Answer:
    try:
        return answered(_parsed(kind, body), question, max_bytes, context, began)
    except QueryRefused as error:
        # Results are for the thread that made them: none may leave it in an error's frames.
        error.__context__ = None
        raise error.with_traceback(None) from None


def _parsed(kind: str, body: bytes) -> ox.QuerySolutions | ox.QueryBoolean | list[ox.Triple]:
    try:
        if kind in (JSON, "application/json"):
            # Virtuoso's names for blank nodes are none by SPARQL's grammar.
            body = TRUTH_IN_JSON.sub(_truth, body.replace(b'"nodeID://', b'"'))
            return ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
        if kind in (N_TRIPLES, "text/plain"):
            body = TRUTH_IN_N_TRIPLES.sub(_truth, body)
            return [quad.triple for quad in ox.parse(body, ox.RdfFormat.N_TRIPLES)]
    except (SyntaxError, ValueError) as error:
        raise _unreadable(f"{kind}: {error}") from error
    raise _unreadable(kind)


def _truth(match: re.Match[bytes]) -> bytes:
    return match[1] + {b"0": b"false", b"1": b"true"}[match[2]] + match[3]


def _same_host(address: httpx.URL, response: httpx.Response) -> httpx.URL:
    target = address.join(response.headers["location"])
    if (target.scheme, target.host, target.port) != (address.scheme, address.host, address.port):
        raise _elsewhere()
    return target


def _bad_gateway(ja: str, en: str) -> QueryRefused:
    return QueryRefused(
        Message(ja, en),
        Message("サーバの管理者に知らせてください。", "Tell those who run this server."),
        status=502,
    )


def _only_evaluates() -> QueryRefused:
    return QueryRefused(
        Message("問い合わせを読むだけのことはここではできません。", "A query cannot be read only here."),
        Message("問い合わせると，誤りがあれば分かります。", "Ask it: what is wrong with it is then told."),
        status=501,
    )


def _elsewhere() -> QueryRefused:
    return _bad_gateway("SPARQLサーバが別の所へ回しました。", "The SPARQL server redirects elsewhere.")


def _unreadable(what: str) -> QueryRefused:
    return _bad_gateway(
        f"SPARQLサーバの答えが読めません（{what}）。", f"The SPARQL server's answer cannot be read ({what})."
    )


def _cut() -> QueryRefused:
    return QueryRefused(
        Message(
            "SPARQLサーバが自身の上限で答えを切りました。",
            "The SPARQL server cut the answer at its own limit.",
        ),
        Message(
            "LIMITを付けるか，絞り込んでください。全部が要るなら /catalogue の配布ファイルを使ってください。",
            "Add a LIMIT, or narrow the query. For all of it, download a file listed at /catalogue.",
        ),
        status=413,
        limit="result_size",
    )


def _not_loaded() -> QueryRefused:
    return QueryRefused(
        Message(
            "SPARQLサーバにこのデータセットがまだありません。",
            "The SPARQL server does not have this dataset yet.",
        ),
        Message(
            "「kgapp load --endpoint URL」で入れてください。",
            "Put it there with “kgapp load --endpoint URL”.",
        ),
        status=503,
        retry_after=RETRY,
    )
