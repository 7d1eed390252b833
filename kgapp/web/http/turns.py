"""Turns of what blocks: pages are made in threads, and those that take a stranger's query apart have threads
of their own, so that no page that staff look at waits behind one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from kgapp.config import Limits
from kgapp.service.admission import Admission
from kgapp.service.answerer import QUERY

PATIENCE = 30.0
"""Seconds that a page may wait for its turn."""
QUEUE, CLIENT_QUEUE = 256, 64
"""Pages of a kind that may wait, and those of one client that may be made or wait."""


@dataclass(frozen=True)
class Kind:
    """Pages of one kind: their threads, and how many of these one client may hold."""

    name: str
    threads: int
    of_one: int


PAGES = Kind("page", 8, 4)
"""What is looked at, in some milliseconds."""
READING = Kind("reading", 2, 1)
"""What reads a query and computes: more at once would only take the processor from pages."""
TRYING = Kind("trying", 6, 3)
"""What asks a query's parts one by one and waits for the answers, for seconds."""
KINDS = {
    "/workbench/check": READING,
    "/workbench/format": READING,
    "/workbench/empty": TRYING,
    "/workbench/plan": TRYING,
}
"""By path; every other page is of ``PAGES``."""


class Turns:
    """Runs what blocks, when its client's turn among its kind comes."""

    def __init__(self, limits: Limits) -> None:
        self._by_kind = {kind.name: _Turns(kind, limits) for kind in (PAGES, READING, TRYING)}

    async def run(
        self, kind: Kind, client: str, gone: Callable[[], Any], what: Callable[..., Any], *given: Any
    ) -> Any:
        """What ``what`` returns, called in a thread; a client that has gone (``gone`` makes an awaitable
        that ends then) gets no turn. Raises QueryRefused (queue, queue_timeout, client_queue)."""
        return await self._by_kind[kind.name].run(client, gone, what, *given)


class _Turns:
    """The threads of one kind, and who waits for them."""

    def __init__(self, kind: Kind, limits: Limits) -> None:
        self._threads = ThreadPoolExecutor(kind.threads, thread_name_prefix=kind.name)
        self._admission: Admission[int] = Admission(
            replace(
                limits,
                queue_timeout=PATIENCE,
                queue=QUEUE,
                client_queue=CLIENT_QUEUE,
                client_workers=kind.of_one,
            )
        )
        for place in range(kind.threads):
            self._admission.add(place, QUERY)

    async def run(self, client: str, gone: Callable[[], Any], what: Callable[..., Any], *given: Any) -> Any:
        """As ``Turns.run``."""
        with self._admission.present(client):
            place = await self._admission.enter(client, QUERY, gone=gone)
            try:
                return await asyncio.get_running_loop().run_in_executor(self._threads, what, *given)
            finally:
                self._admission.leave(client, QUERY)
                self._admission.add(place, QUERY)
