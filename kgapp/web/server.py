"""Runs the front: its event loop, its workers' pool and the HTTP server on a socket that is given."""

from __future__ import annotations

import asyncio
import resource
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.net import SocketHolder  # type: ignore[attr-defined]
from granian.server.embed import Server

from kgapp.config import Limits, Settings
from kgapp.dataset import Dataset, read_dataset
from kgapp.errors import DatasetMissing, KgappError, Message
from kgapp.home import Home
from kgapp.jsonld import read_context
from kgapp.service.answerer import PAGE_WORKERS, Answerer
from kgapp.service.pool import Pool
from kgapp.service.remote import Remote
from kgapp.vocab import DEFAULT_BASE
from kgapp.web import create_app
from kgapp.web.api.asking import reader_of
from kgapp.web.http.description import describe_service
from kgapp.web.http.front import Front
from kgapp.web.http.source import PageSource
from kgapp.web.search.pages import keep_current
from kgapp.web.warming import keep_warm

TURN = 0.0005
"""Seconds after which a thread that computes lets another: pages that take some milliseconds do not wait at
each of their steps behind one that takes long (5 ms by default)."""
HEADER_TIMEOUT = 10_000
"""Milliseconds in which a connection has to send a request's head."""
CONNECTIONS = 4096
FILES = 96
"""Files that a front opens beside its connections and one for each worker."""
LEAST_CONNECTIONS = 32
STALLED = 20_000
"""Milliseconds after which a client that takes nothing of its answer is cut off."""


@dataclass(frozen=True)
class Serving:
    """What a front needs to know of its server: settings, home, and the built dataset of that home as
    it was at the start; none where files that were named are served."""

    settings: Settings
    home: Home
    dataset: Dataset | None

    def run(self, listener: socket.socket, keeper: Path, parent: socket.socket) -> None:
        """Serves until the parent closes its socket or sends SIGTERM."""
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux; connections have it from the listener
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, STALLED)
        resource.setrlimit(resource.RLIMIT_NOFILE, (_most_files(), _most_files()))
        sys.setswitchinterval(TURN)
        uvloop.run(self._serve(listener, keeper, parent))

    async def _serve(self, listener: socket.socket, keeper: Path, parent: socket.socket) -> None:
        pool = Pool(keeper, self.settings.limits)
        dataset, workers = self._answerer(pool)
        source = PageSource(workers, partial(_base, dataset), pool)
        pages = create_app(source, dataset, self.home, self.settings)
        queries = pages.extensions["kgapp"].page_queries
        describe = partial(describe_service, source, queries, self.settings.limits, dataset)
        front = Front(self.settings, workers, pages, describe, reader_of(pages))
        server = _Server(listener, front, connections(self.settings.limits))
        loop = asyncio.get_running_loop()
        ending = [keep_current(pages)]
        if self.settings.warm == "yes":
            ending.append(keep_warm(pages, self.settings.address))
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, server.stop)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        parent.setblocking(False)
        loop.add_reader(parent.fileno(), server.stop)
        await server.serve()
        for each in ending:
            each.set()

    def _answerer(self, pool: Pool) -> tuple[Callable[[], Dataset | None], Answerer]:
        """Which dataset is asked, and what: the workers, or another server."""
        limits = self.settings.limits
        if self.settings.endpoint:
            context = read_context(self.home.ontology / "context.jsonld")
            remote = Remote(self.settings.endpoint, limits, partial(read_dataset, self.home.build), context)
            return lambda: remote.dataset, remote
        return (Loaded(self.dataset, pool).dataset if self.dataset else lambda: None), pool


def connections(limits: Limits) -> int:
    """How many connections a front takes at once: never so many that no file is left for a worker's
    socket. Raises KgappError where the system lets it have too few files to serve at all."""
    needed = limits.workers + PAGE_WORKERS + FILES
    if _most_files() < needed + LEAST_CONNECTIONS:
        raise KgappError(
            Message(
                f"開けるファイルが{_most_files()}個では足りません。",
                f"{_most_files()} open files are too few for a server with these settings.",
            ),
            Message(
                f"ulimit -n（systemdではLimitNOFILE）を{needed + LEAST_CONNECTIONS}以上にしてください。",
                f"Set ulimit -n (LimitNOFILE of systemd) to {needed + LEAST_CONNECTIONS} or more.",
            ),
        )
    return min(CONNECTIONS, _most_files() - needed)


def _most_files() -> int:
    return resource.getrlimit(resource.RLIMIT_NOFILE)[1]


def _base(dataset: Callable[[], Dataset | None]) -> str:
    served = dataset()
    return served.base if served else DEFAULT_BASE


class Loaded:
    """The dataset that the workers have: the manifest's when they came, or what it last said while it
    cannot be read. A newer manifest, whose graphs nobody has loaded, is not yet what is served."""

    def __init__(self, first: Dataset, pool: Pool) -> None:
        """``first`` is told of until there are workers."""
        self._dataset, self._pool = first, pool
        self._generation = -1

    def dataset(self) -> Dataset:
        """What pages tell of the dataset."""
        if self._generation != self._pool.generation:
            self._generation = self._pool.generation
            with suppress(DatasetMissing):
                self._dataset = read_dataset(self._dataset.folder)
        return self._dataset


class _Server(Server):
    """Granian on a socket that the supervisor holds, so that connections outlive a front."""

    def __init__(self, listener: socket.socket, front: Front, most: int) -> None:
        self._listener = listener
        super().__init__(
            front,
            interface=Interfaces.RSGI,
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(header_read_timeout=HEADER_TIMEOUT),
            websockets=False,
            backlog=CONNECTIONS,
            backpressure=most,
            log_enabled=False,
        )

    def _init_shared_socket(self) -> None:
        self._ssp = None
        holder: Any = SocketHolder
        self._shd = holder(self._listener.fileno(), False, CONNECTIONS)
