"""Who may ask and who waits: places for questions, by lane, in the order of their coming.

A client holds so many places of the strangers' lane at once and no more. What a place is (a
worker, a request to another server) is nothing to this module.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from kgapp.config import Limits
from kgapp.errors import QueryRefused
from kgapp.service.answerer import PAGE, QUERY
from kgapp.service.refusals import ended_early, no_turn, too_many, too_many_of_one

LOOK = 0.1
"""Seconds of waiting after which it is watched whether the client is still there."""
Place = TypeVar("Place")


@dataclass(eq=False)
class _Waiting(Generic[Place]):
    client: str
    begin: Callable[[Place], None]
    place: asyncio.Future[Place]
    queued: bool = True


class Admission(Generic[Place]):
    """The idle places, those who hold one, and those who wait."""

    def __init__(
        self,
        limits: Limits,
        may_begin: Callable[[], bool] = lambda: True,
        untaken: Callable[[Place], None] = lambda _: None,
    ) -> None:
        """``may_begin`` tells whether a further stranger's question may begin at all; ``untaken``
        hears of a place that was given when its taker had gone."""
        self._limits, self._may_begin, self._untaken = limits, may_begin, untaken
        self._idle: dict[str, list[Place]] = {PAGE: [], QUERY: []}
        self._queues: dict[str, deque[_Waiting[Place]]] = {PAGE: deque(), QUERY: deque()}
        self._running: Counter[str] = Counter()
        self._present: Counter[str] = Counter()

    @property
    def busy(self) -> int:
        """How many places of the strangers' lane are held."""
        return self._running.total()

    @property
    def waiting(self) -> int:
        """How many questions wait."""
        return sum(map(len, self._queues.values()))

    @contextmanager
    def present(self, client: str) -> Iterator[None]:
        """A client's question, from its coming to its end; raises QueryRefused (client_queue)."""
        if self._present[client] >= self._limits.client_queue:
            raise too_many_of_one(self._limits)
        self._present[client] += 1
        try:
            yield
        finally:
            self._present[client] -= 1
            if not self._present[client]:
                del self._present[client]

    async def enter(
        self,
        client: str,
        lane: str,
        begin: Callable[[Place], None] = lambda _: None,
        gone: Callable[[], Any] | None = None,
    ) -> Place:
        """A place, at once or after waiting; ``begin`` is called with it the moment it is given,
        so that no place is idle while its taker is being woken. ``gone`` makes an awaitable that
        ends when the client has gone; waiting ends with it. Raises QueryRefused (queue,
        queue_timeout)."""
        if self._idle[lane] and self._may_run(client, lane):
            return self._take(self._idle[lane].pop(), client, lane, begin)
        queue = self._queues[lane]
        if len(queue) >= self._limits.queue:
            raise too_many(self._limits)
        loop = asyncio.get_running_loop()
        waiting: _Waiting[Place] = _Waiting(client, begin, loop.create_future())
        queue.append(waiting)
        timer = loop.call_later(self._limits.queue_timeout, _refuse, waiting, no_turn(self._limits))
        look = loop.call_later(LOOK, _watch, waiting, gone) if gone else None
        try:
            return await waiting.place
        except asyncio.CancelledError:
            if waiting.place.done() and not waiting.place.cancelled() and not waiting.place.exception():
                self._untaken(waiting.place.result())
            raise
        finally:
            timer.cancel()
            if look is not None:
                look.cancel()
            if waiting.queued:
                queue.remove(waiting)

    def leave(self, client: str, lane: str) -> None:
        """A client holds its place no longer; ``add`` gives the place back where it is still good."""
        if lane == QUERY:
            self._running[client] -= 1
            if not self._running[client]:
                del self._running[client]

    def add(self, place: Place, lane: str) -> None:
        """A place is idle, and is given to who waits."""
        self._idle[lane].append(place)
        self.serve(lane)

    def remove(self, place: Place, lane: str) -> None:
        """A place is gone, if it was idle."""
        with suppress(ValueError):
            self._idle[lane].remove(place)

    def clear(self) -> None:
        """All idle places are gone."""
        for idle in self._idle.values():
            idle.clear()

    def serve(self, lane: str) -> None:
        """Gives idle places to those who wait: first to the client who holds fewest, then in order."""
        queue, idle = self._queues[lane], self._idle[lane]
        if not queue or not idle:
            return
        for waiting in sorted(queue, key=lambda one: self._running.get(one.client, 0)):
            if not idle:
                return
            if not waiting.place.done() and self._may_run(waiting.client, lane):
                queue.remove(waiting)
                waiting.queued = False
                waiting.place.set_result(self._take(idle.pop(), waiting.client, lane, waiting.begin))

    def _may_run(self, client: str, lane: str) -> bool:
        if lane == PAGE:
            return True
        return self._may_begin() and self._running.get(client, 0) < self._limits.client_workers

    def _take(self, place: Place, client: str, lane: str, begin: Callable[[Place], None]) -> Place:
        if lane == QUERY:
            self._running[client] += 1
        begin(place)
        return place


def _refuse(waiting: _Waiting[Any], why: QueryRefused) -> None:
    if not waiting.place.done():
        waiting.place.set_exception(why)


def _watch(waiting: _Waiting[Any], gone: Callable[[], Any]) -> None:
    """Ends the waiting of a client that has gone."""
    if waiting.place.done():
        return
    leaving = asyncio.ensure_future(gone())
    leaving.add_done_callback(lambda _: _refuse(waiting, ended_early(0)))
    waiting.place.add_done_callback(lambda _: leaving.cancel())
