"""What the front asks: the workers over the embedded store, or another SPARQL server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from kgapp.question import Answer

PAGE, QUERY = "page", "query"
"""The lanes: the project's own pages, which never wait behind strangers, and strangers' queries."""
PAGE_WORKERS = 2
"""Kept for the project's own pages, which go on when strangers hold every other place."""


class Answerer(Protocol):
    """Answers questions within the limits, and tells how busy it is."""

    @property
    def ready(self) -> bool:
        """Whether a question would be answered now."""
        ...

    @property
    def size(self) -> int:
        """How many questions can be answered at once, at most."""
        ...

    @property
    def busy(self) -> int:
        """How many strangers' questions are being answered."""
        ...

    @property
    def waiting(self) -> int:
        """How many questions wait."""
        ...

    @property
    def generation(self) -> int:
        """Goes up whenever another dataset may answer."""
        ...

    async def ask(
        self, question: bytes, client: str, lane: str = QUERY, gone: Callable[[], Any] | None = None
    ) -> Answer:
        """The answer to a question as ``Question.write`` gives it.

        ``gone`` makes an awaitable that ends when the client has gone; the query ends with it.
        Raises QueryRefused with the name of the limit that was met, and what the engine refused.
        """
        ...
