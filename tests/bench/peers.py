"""The servers that are compared: starts each on a free port of this machine, and ends it."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from tests.server import Running, free_port

START = 1800
"""Seconds in which a server must have loaded its data."""
SAME_LIMIT = ("--timeout-s", "10")
"""Oxigraph's limit of time for a query: what ours has without being told."""
CLOCK = os.sysconf("SC_CLK_TCK")
MODES = ("kgapp uncached", "kgapp cached", "oxigraph memory", "oxigraph disk", "rdflib-endpoint")


class PeerMissing(Exception):
    """A server that is not installed, or did not start."""


@dataclass(frozen=True)
class Data:
    """What is served: N-Quads for every server, or for ours (``built``) the dataset of its home."""

    name: str
    file: Path
    built: bool = False


@dataclass(frozen=True)
class Peer:
    """A server that runs: its mode, where it answers, what loading took."""

    mode: str
    endpoint: str
    running: Running
    seconds: float
    """From nothing to the first answer."""
    disk: int
    """Bytes that it reads its data from."""

    @property
    def port(self) -> int:
        return self.running.port

    def memory(self) -> int:
        """Bytes that its processes hold, shared pages counted once."""
        return sum(_proportional(pid) for pid in self.running.tree())

    def processor(self) -> dict[int, tuple[float, float]]:
        """Seconds of each of its processes so far, its own and the kernel's for it, with those of its
        children that have ended."""
        found = {}
        for pid in self.running.tree():
            try:
                parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            own, system, ended, ended_system = (int(part) / CLOCK for part in parts[11:15])
            found[pid] = (own + ended, system + ended_system)
        return found

    def ask(self, query: str, accept: str, timeout: float = START) -> tuple[int, bytes]:
        """The status and body of a query's answer."""
        path = f"{self.endpoint}?{urlencode({'query': query})}"
        reply = self.running.request("GET", path, None, timeout, Accept=accept)
        return reply.status, reply.body


@contextmanager
def start(mode: str, data: Data, folder: Path) -> Iterator[Peer]:
    """A server in one of MODES with the data, ready; ended afterwards. Raises PeerMissing."""
    began = time.perf_counter()
    port = free_port()
    disk = data.file.stat().st_size
    environment: dict[str, str] = {}
    if mode.startswith("kgapp"):
        command, endpoint = _kgapp(port, data), "/sparql"
        environment["KGAPP_CACHE_SIZE"] = "0" if mode.endswith("uncached") else ""
    elif mode.startswith("oxigraph"):
        store = folder / f"oxigraph-{data.name}" if mode.endswith("disk") else None
        command, endpoint = _oxigraph(port, data, store), "/query"
        if store is not None:
            disk = sum(path.stat().st_size for path in store.rglob("*"))
    else:
        command, endpoint = _rdflib(port, data), "/"
    log = folder / f"{mode.replace(' ', '-')}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, env={**os.environ, **environment}, stdout=out, stderr=out)
    running = Running(port, process, log)
    try:
        _wait(running, f"{endpoint}?{urlencode({'query': 'ASK {}'})}")
        if mode == "oxigraph memory":
            _post(port, data.file)
        yield Peer(mode, endpoint, running, time.perf_counter() - began, disk)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def installed(mode: str) -> bool:
    """Whether a mode can be started here."""
    return mode.startswith("kgapp") or _program(mode.split(maxsplit=1)[0], required=False) is not None


def _kgapp(port: int, data: Data) -> list[str]:
    which = [] if data.built else ["--data", str(data.file)]
    return [sys.executable, "-m", "kgapp", "serve", "--port", str(port), *which]


def _oxigraph(port: int, data: Data, store: Path | None) -> list[str]:
    program = str(_program("oxigraph"))
    where = []
    if store is not None:
        shutil.rmtree(store, ignore_errors=True)
        where = ["--location", str(store)]
        subprocess.run([program, "load", *where, "--file", str(data.file)], check=True, capture_output=True)
    return [program, "serve", *where, "--bind", f"127.0.0.1:{port}", "--union-default-graph", *SAME_LIMIT]


def _rdflib(port: int, data: Data) -> list[str]:
    return [
        *(str(_program("rdflib-endpoint")), "serve", "--host", "127.0.0.1", "--port", str(port)),
        str(data.file),
    ]


def _program(name: str, required: bool = True) -> Path | None:
    beside = Path(sys.executable).parent / name
    found = beside if beside.exists() else shutil.which(name)
    if found is None and required:
        raise PeerMissing(f"{name} is not installed; install the extra “bench”")
    return Path(found) if found else None


def _post(port: int, file: Path) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START)
    with file.open("rb") as stream:
        connection.request(
            "POST",
            "/store",
            stream,
            {"Content-Type": "application/n-quads", "Content-Length": str(file.stat().st_size)},
        )
        status = connection.getresponse().status
    connection.close()
    if status >= 300:
        raise PeerMissing(f"oxigraph took the data with status {status}")


def _wait(running: Running, path: str) -> None:
    until = time.monotonic() + START
    while True:
        if running.process.poll() is not None or time.monotonic() > until:
            raise PeerMissing(running.log.read_text(encoding="utf-8", errors="replace")[-2000:])
        try:
            if running.request("GET", path, None, START).status == 200:
                return
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.02)


def _proportional(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    line = next((line for line in text.splitlines() if line.startswith("Pss:")), "Pss: 0 kB")
    return int(line.split()[1]) * 1024
