"""Questions on their way: who asks the same while it is being answered waits for that answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from kgapp.errors import KgappError, QueryRefused
from kgapp.web.http.answers import Kept

Gone = Callable[[], Any]
"""Makes an awaitable that ends when a client has gone."""
OWN_LIMIT = "client_queue"
"""The limit that one asker meets by itself; it says nothing about the question."""


class _Flight:
    """One question that is being answered, and the clients who want its answer."""

    def __init__(self, first: Gone) -> None:
        self.clients = [first]
        self.deserted = False
        self.landings: list[asyncio.Future[Kept]] = []

    async def all_gone(self) -> None:
        """Ends when no client is left."""
        while self.clients:
            await self.clients[0]()
            del self.clients[0]
        self.deserted = True

    def join(self, gone: Gone) -> asyncio.Future[Kept]:
        """What the answer will be given to."""
        self.clients.append(gone)
        self.landings.append(asyncio.get_running_loop().create_future())
        return self.landings[-1]

    def land(self, kept: Kept) -> None:
        """Gives the answer to all who wait."""
        for landing in self.landings:
            if not landing.done():
                landing.set_result(kept)

    def fail(self, error: KgappError | None) -> None:
        """Tells all who wait why there is no answer; nothing where the asker alone has ended."""
        for landing in self.landings:
            if landing.done():
                continue
            if error is None:
                landing.cancel()
            else:
                landing.set_exception(error)


class Flights:
    """The questions that are being answered, each once."""

    def __init__(self) -> None:
        self._flying: dict[tuple[bytes, int], _Flight] = {}

    async def join(
        self, question: tuple[bytes, int], gone: Gone, ask: Callable[[Gone], Awaitable[Kept]]
    ) -> Kept:
        """The answer to a question; ``ask`` is called where nobody else is asking, with what ends when
        everybody who wants the answer has gone. Raises what asking raises."""
        flight = self._flying.get(question)
        if flight is None or flight.deserted:
            return await self._lead(question, gone, ask)
        landing = flight.join(gone)
        try:
            return await landing
        except QueryRefused as refusal:
            if refusal.limit != OWN_LIMIT:
                raise
        except asyncio.CancelledError:
            if not landing.cancelled() or self._flying.get(question) is flight:
                raise
        return await self.join(question, gone, ask)

    async def _lead(
        self, question: tuple[bytes, int], gone: Gone, ask: Callable[[Gone], Awaitable[Kept]]
    ) -> Kept:
        flight = self._flying[question] = _Flight(gone)
        refusal: KgappError | None = None
        try:
            kept = await ask(flight.all_gone)
        except KgappError as error:
            refusal = error
            raise
        else:
            flight.land(kept)
            return kept
        finally:
            if self._flying.get(question) is flight:
                del self._flying[question]
            flight.fail(refusal)
