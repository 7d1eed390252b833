"""Answers the queries of pages from the workers, across the line between threads and event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

import pyoxigraph as ox

from kgapp.errors import Message, QueryRefused
from kgapp.question import Answer, Question, Results, Source, Term, bind
from kgapp.results import BOOLEAN, JSON, TABLE
from kgapp.service.answerer import PAGE, QUERY, Answerer
from kgapp.web.http.answers import Answers, Kept

FORMS = {TABLE: JSON.name, BOOLEAN: JSON.name}
KEPT = 16 * 1024 * 1024
PARSED = "parsed"
"""The client in whose name queries are only read."""
PATIENCE = 1.0
"""Seconds that somebody waits for a query to be read, which takes some milliseconds."""


class PageSource:
    """A ``question.Parser`` for threads; what pages ask is kept until another dataset answers."""

    def __init__(self, pool: Answerer, base: Callable[[], str], reader: Answerer | None = None) -> None:
        """``reader`` is what reads queries, where ``pool`` only evaluates them."""
        self._pool, self._base = pool, base
        self._reader = reader or pool
        self._loop = asyncio.get_running_loop()
        self._answers = Answers(KEPT)

    @property
    def base(self) -> str:
        return self._base()

    @property
    def generation(self) -> int:
        return self._pool.generation

    def query(self, text: str, substitutions: Mapping[str, Term] | None = None) -> Results:
        """The answer to a page's query, a table or a truth value; raises QueryRefused."""
        question = Question(text, FORMS, bound=bind(substitutions or {}))
        answer = asyncio.run_coroutine_threadsafe(self._ask(question.write()), self._loop).result()
        return ox.parse_query_results(answer.body, ox.QueryResultsFormat.JSON)

    def ask_for(self, question: Question, client: str, ending: Callable[[], Awaitable[None]]) -> Results:
        """The answer to a client's own question, among the strangers'; what ``ending`` makes ends it."""
        asking = self._pool.ask(question.write(), client, lane=QUERY, gone=ending)
        answer = asyncio.run_coroutine_threadsafe(asking, self._loop).result()
        return ox.parse_query_results(answer.body, ox.QueryResultsFormat.JSON)

    def parse(self, text: str) -> None:
        """Reads a query in a worker of strangers' lane, where all that are only read count as one
        client's: what they cost is never taken from pages, nor does a page's thread wait long for a
        turn. Raises QueryRefused."""
        question = Question(text, {}, only_parsed=True).write()
        asking = asyncio.run_coroutine_threadsafe(self._reader.ask(question, PARSED), self._loop)
        try:
            asking.result(PATIENCE)
        except TimeoutError as error:
            asking.cancel()
            raise QueryRefused(
                Message("いまは読めません。", "It cannot be read now."),
                Message("しばらく待ってください。", "Wait a little."),
                status=503,
                retry_after=1,
            ) from error

    async def _ask(self, question: bytes) -> Answer:
        generation = self._pool.generation
        kept = self._answers.get(question, generation)
        if kept is None:
            kept = Kept.of(await self._pool.ask(question, PAGE, lane=PAGE))
            self._answers.keep(question, kept, generation)
        return Answer(kept.form, kept.body)


class VisitorSource:
    """A ``question.Source`` for what a visitor's query is taken apart into: asked as strangers' queries
    are, behind the same limits, and ended when its time is over. Nothing of it is kept."""

    def __init__(self, pages: PageSource, client: str, seconds: float) -> None:
        self._pages, self._client = pages, client
        self._end = time.monotonic() + seconds

    @property
    def base(self) -> str:
        return self._pages.base

    def query(self, text: str, substitutions: Mapping[str, Term] | None = None) -> Results:
        """The answer to a query; raises QueryRefused, also where it would outlast its time."""
        left = max(0.0, self._end - time.monotonic())
        question = Question(text, FORMS, bound=bind(substitutions or {}))
        return self._pages.ask_for(question, self._client, partial(asyncio.sleep, left))


def for_visitor(source: Source, client: str, seconds: float) -> Source:
    """The source as a visitor's own questions may use it: for so many seconds."""
    return VisitorSource(source, client, seconds) if isinstance(source, PageSource) else source
