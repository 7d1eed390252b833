"""Questions that put a real server under load, and what it tells of how it bears them."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from urllib.parse import urlencode

from tests.server import Reply, Running
from tests.waiting import until

DIRECT = "application/sparql-query"
PROBE = "SELECT (COUNT(*) AS ?n) WHERE { ?s a ?class }"
"""A question that takes some milliseconds."""
CARTESIAN = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
"""A question without end."""


def direct(server: Running, query: str, **headers: str) -> Reply:
    """A query by POST, as it is."""
    return server.request("POST", "/sparql", query.encode(), Content_Type=DIRECT, **headers)


def call(server: Running, query: str, **headers: str) -> socket.socket:
    """A connection on which a query has been asked and nothing read."""
    caller = socket.create_connection(("127.0.0.1", server.port))
    address = "/sparql?" + urlencode({"query": query})
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    caller.sendall(f"GET {address} HTTP/1.1\r\nHost: x\r\n{more}\r\n".encode())
    return caller


def metric(server: Running, name: str) -> float:
    """A number that the server tells of itself; 0 where it has none."""
    lines = server.get("/metrics").text.splitlines()
    return next((float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(f"{name} ")), 0.0)


class Load:
    """Ordinary queries, one after another in several threads, until it is ended."""

    def __init__(self, server: Running, threads: int = 4) -> None:
        self.server = server
        self.replies: list[int] = []
        self.lost: list[str] = []
        self._asked: Counter[int] = Counter()
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=[n]) for n in range(threads)]

    def _run(self, thread: int) -> None:
        while not self._over.is_set():
            try:
                self.replies.append(direct(self.server, f"{PROBE} # {thread} {self._asked[thread]}").status)
            except OSError as error:
                self.lost.append(repr(error))
            self._asked[thread] += 1

    def go_on(self) -> None:
        """Waits until every question that is on its way now has come to an end."""
        before = self._asked.copy()
        until(lambda: all(self._asked[n] > before[n] for n in range(len(self._threads))))

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()
