"""A real server in a process of its own, and plain HTTP to ask it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from kgapp.home import Home

START = 120
"""Seconds in which a server must be up, on a busy machine."""


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Running:
    """A server that runs: where it listens, and its first process."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path
    host: str = "127.0.0.1"

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}"

    def request(
        self, method: str, path: str, body: bytes | None = None, timeout: float = 60, /, **headers: str
    ) -> Reply:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=timeout)
        try:
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, names)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, found, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Reply:
        return self.request("GET", path, **headers)

    def ask(self, query: str, accept: str = "application/sparql-results+json", **more: str) -> Reply:
        """A query by GET, or by a form where an address would be too long."""
        given = urlencode({"query": query, **more})
        if len(given) < 8000:
            return self.request("GET", f"/sparql?{given}", Accept=accept)
        return self.request(
            "POST", "/sparql", given.encode(), Accept=accept, Content_Type="application/x-www-form-urlencoded"
        )

    def tree(self) -> dict[int, list[int]]:
        """The processes of the server: each with its children (Linux)."""
        found: dict[int, list[int]] = {}
        todo = [self.process.pid]
        while todo:
            pid = todo.pop()
            children: list[int] = []
            try:
                for task in Path(f"/proc/{pid}/task").iterdir():
                    listed = (task / "children").read_text(encoding="ascii")
                    children += [int(number) for number in listed.split()]
            except OSError:
                pass  # it ended while it was looked at
            found[pid] = children
            todo += children
        return found

    def keeper_and_front(self) -> tuple[int, int]:
        """The two children of the supervisor: the one that forks, and the one that does not."""
        tree = self.tree()
        first, second = tree[self.process.pid]
        return (first, second) if tree[first] else (second, first)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    folder: Path, *flags: str, home: Home | None = None, ready_at: str = "127.0.0.1", **environment: str
) -> Iterator[Running]:
    """`kgapp serve` with flags, ready, and ended afterwards. It makes no page beforehand, which most tests
    would pay for and never ask for; where they do, ``KGAPP_WARM="yes"``."""
    port = free_port()
    log = folder / f"serve-{port}.log"
    where = {"KGAPP_HOME": str(home.root)} if home else {}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "kgapp", "serve", "--port", str(port), *flags],
            env={**os.environ, "KGAPP_WARM": "no", **where, **environment},
            stdout=out,
            stderr=out,
        )
    running = Running(port, process, log, ready_at)
    try:
        end = time.monotonic() + START
        while not is_ready(running):
            assert process.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() < end, log.read_text(encoding="utf-8")
            time.sleep(0.05)
        yield running
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def is_ready(running: Running) -> bool:
    try:
        return running.get("/readyz").status == 200
    except (OSError, http.client.HTTPException):
        return False
