"""Asks a server over HTTP with many connections at once, and times the answers.

Either with wrk, where it is installed, or with this module as a process of its own: one event loop over
raw sockets, which knows as much of HTTP/1.1 as the servers measured here speak. Every answer but a 200
fails the run.
"""

from __future__ import annotations

import json
import re
import selectors
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import quantiles

CONNECTIONS = 8
PATIENCE = 300
"""Seconds without any answer after which a run is given up."""
HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
LAST_CHUNK = b"\r\n0\r\n\r\n"


class RunFailed(Exception):
    """A run in which something else than answers came."""


@dataclass(frozen=True)
class Run:
    """What a run measured: requests, seconds, and the middle and 99th percentile in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


@dataclass(frozen=True)
class Target:
    """Where to ask what: paths with their queries, asked in turn over and over."""

    port: int
    paths: tuple[str, ...]
    accept: str
    errors_count: bool = False
    """Whether an error is an answer, too (for Python's driver)."""


def run_load(target: Target, seconds: float, driver: str) -> Run:
    """Asks for about so many seconds; raises RunFailed where an answer is none."""
    return _run_wrk(target, seconds) if driver == "wrk" else _run_python(target, seconds)


def best_driver() -> str:
    """``wrk`` where it is installed, as it takes less of the processors; else ``python``."""
    return "wrk" if shutil.which("wrk") else "python"


WRK = """
local requests, number = {}, 0
function init()
  for place, path in ipairs({%s}) do requests[place] = wrk.format("GET", path, {Accept = "%s"}) end
end
function request()
  number = number %% #requests + 1
  return requests[number]
end
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("run %%d %%d %%d %%d %%d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99),
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
"""


def _run_wrk(target: Target, seconds: float) -> Run:
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "mix.lua"
        paths = ", ".join(json.dumps(path) for path in target.paths)
        script.write_text(WRK % (paths, target.accept), encoding="utf-8")
        output = subprocess.run(
            [
                *("wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--timeout", "60s"),
                *("--duration", f"{max(1, round(seconds))}s", "--script", str(script)),
                f"http://127.0.0.1:{target.port}/",
            ],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    found = re.search(r"^run (\d+) (\d+) (\d+) (\d+) (\d+)$", output, re.M)
    if found is None:
        raise RunFailed(output)
    requests, microseconds, p50, p99, failures = map(int, found.groups())
    if failures or not requests:
        raise RunFailed(f"{failures} of {requests} requests failed")
    return Run(requests, microseconds / 1e6, p50 / 1e3, p99 / 1e3)


def _run_python(target: Target, seconds: float) -> Run:
    order = {**asdict(target), "seconds": seconds}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load"],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RunFailed(done.stderr.strip().splitlines()[-1])
    return Run(**json.loads(done.stdout))


class _Connection:
    """One keep-alive connection with at most one request on its way."""

    def __init__(self, target: Target) -> None:
        self.socket = socket.create_connection(("127.0.0.1", target.port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.began = 0.0
        self._answer = b""
        self._size: int | None = None
        self._head = False
        self._errors_count = target.errors_count

    def ask(self, request: bytes) -> None:
        """Sends a request."""
        self._answer, self._head, self._size = b"", False, None
        self.began = time.perf_counter()
        self.socket.sendall(request)

    def hear(self) -> bool:
        """Takes what has come; whether the answer is whole."""
        data = self.socket.recv(262_144)
        if not data:
            raise RunFailed("the server closed a connection")
        self._answer += data
        if not self._head:
            end = self._answer.find(HEAD_END)
            if end < 0:
                return False
            self._head = True
            if self._answer[9:12] != b"200" and not self._errors_count:
                raise RunFailed(self._answer[:500].decode(errors="replace"))
            length = LENGTH.search(self._answer, 0, end)
            self._size = end + 4 + int(length[1]) if length else None
        if self._size is not None:
            return len(self._answer) >= self._size
        return self._answer.endswith(LAST_CHUNK)


def ask_in_turn(target: Target, seconds: float) -> Run:
    """Asks everything in turn until the time is over, and then to the end of the list."""
    head = f"HTTP/1.1\r\nHost: 127.0.0.1:{target.port}\r\nAccept: {target.accept}\r\n\r\n"
    requests = [f"GET {path} {head}".encode() for path in target.paths]
    taken: list[float] = []
    asked = 0
    start = time.perf_counter()
    with selectors.DefaultSelector() as selector:
        for _ in range(CONNECTIONS):
            connection = _Connection(target)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.ask(requests[asked % len(requests)])
            asked += 1
        under_way = CONNECTIONS
        while under_way:
            events = selector.select(PATIENCE)
            if not events:
                raise RunFailed(f"no answer within {PATIENCE} s")
            for key, _ in events:
                connection = key.data
                if not connection.hear():
                    continue
                now = time.perf_counter()
                taken.append(now - connection.began)
                if now - start < seconds or asked % len(requests):
                    connection.ask(requests[asked % len(requests)])
                    asked += 1
                else:
                    under_way -= 1
                    selector.unregister(connection.socket)
                    connection.socket.close()
    whole = time.perf_counter() - start
    cuts = quantiles(taken, n=100, method="inclusive")
    return Run(len(taken), whole, cuts[49] * 1e3, cuts[98] * 1e3)


def ceiling(driver: str, target_paths: Sequence[str], accept: str, seconds: float) -> float:
    """Requests per second against a server that does nothing: what the driver itself can do."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.load", "nothing"], stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            return run_load(Target(port, tuple(target_paths), accept), seconds, driver).rate
        finally:
            server.kill()


def _serve_nothing() -> None:
    """Answers whatever comes on any connection with the same small answer."""
    body = b'{"head":{"vars":[]},"results":{"bindings":[]}}'
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    with socket.create_server(("127.0.0.1", 0)) as listener, selectors.DefaultSelector() as selector:
        print(listener.getsockname()[1], flush=True)
        selector.register(listener, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                channel = key.fileobj
                assert isinstance(channel, socket.socket)
                if channel is listener:
                    connection, _ = listener.accept()
                    selector.register(connection, selectors.EVENT_READ)
                elif (data := _received(channel)).endswith(HEAD_END):
                    channel.sendall(answer)
                elif not data:
                    selector.unregister(channel)
                    channel.close()


def _received(channel: socket.socket) -> bytes:
    """What came; nothing where the connection has ended, as wrk ends its own."""
    try:
        return channel.recv(65_536)
    except ConnectionResetError:
        return b""


def _main() -> None:
    if sys.argv[1:] == ["nothing"]:
        _serve_nothing()
    order = json.load(sys.stdin)
    seconds = order.pop("seconds")
    order["paths"] = tuple(order["paths"])
    print(json.dumps(asdict(ask_in_turn(Target(**order), seconds))))


if __name__ == "__main__":
    _main()
