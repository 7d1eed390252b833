"""The operations of the API as the front meets them: which address is one, and what it asks.

What an address asks is read in a thread, for values are looked up in the data; then it is asked like
any query at the endpoint, within the same limits and from the same kept answers, and remembered.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from cachetools import LRUCache

from kgapp.web.http.conditions import Header

API = "/api"
METHODS = ("GET", "HEAD", "OPTIONS")
READ = 2048
"""Addresses whose reading is remembered."""
REMEMBERED = 4096
"""Characters of an address and its Accept up to which it is."""
_OPERATION = re.compile(r"/api/q/(?P<name>[^/.]+)\Z")


@dataclass(frozen=True)
class Call:
    """One call of an operation: whose name, with which parameters and Accept header, and the path
    under which the client reaches this server."""

    name: str
    query_string: str
    accept: str
    root: str


@dataclass(frozen=True)
class Asked:
    """What a call asks: the question as the workers read it, and headers for its answer."""

    question: bytes
    headers: tuple[Header, ...]


ReadCall = Callable[[Call], Asked]
"""Reads a call, and may take its time; raises QueryRefused for what is not understood."""


def is_of_api(path: str) -> bool:
    """Whether a path is the API's, its pages among them."""
    return path == API or path.startswith(f"{API}/")


def operation_at(path: str) -> str:
    """The name of the operation at a path; empty where there is a page or nothing. (A dot ends a name:
    ``NAME.rq`` is the text of the query.)"""
    found = _OPERATION.match(path)
    return found["name"] if found else ""


class Calls:
    """Calls that have been read, while the same data answer."""

    def __init__(self) -> None:
        self._read: LRUCache[Call, Asked] = LRUCache(READ)
        self._generation = -1

    def get(self, call: Call, generation: int) -> Asked | None:
        """What a call asks, where that is known; of other data nothing is."""
        if generation != self._generation:
            self._read.clear()
            self._generation = generation
        return self._read.get(call)

    def keep(self, call: Call, asked: Asked, generation: int) -> None:
        """Remembers a call that is short, and was read from the data that answer now."""
        if generation == self._generation and len(call.query_string) + len(call.accept) < REMEMBERED:
            self._read[call] = asked
