"""Real SPARQL servers on loopback, started by the tests and ended with them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.server import START, free_port

PASSWORD = "OnlyForTheTests7"
INI = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
ErrorLogLevel = 7
FileExtend = 200
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
ServerThreads = 20
CheckpointInterval = 0
CaseMode = 2
DirsAllowed = .
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 16
[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = 60
"""


@dataclass(frozen=True)
class Endpoint:
    """A server: where it answers queries and takes graphs, and the environment that lets us in."""

    address: str
    graph_store: str
    environment: Mapping[str, str] = field(default_factory=dict)

    def load(self, home: Path, *flags: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """`kgapp load` of a home."""
        command = [sys.executable, "-m", "kgapp", "load", "--endpoint", self.address]
        where = {**os.environ, "KGAPP_HOME": str(home), **self.environment, **environment}
        return subprocess.run(
            [*command, "--graph-store", self.graph_store, *flags],
            env=where,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@contextmanager
def oxigraph() -> Iterator[Endpoint]:
    """Oxigraph's server, in memory."""
    port = free_port()
    program = Path(sys.executable).with_name("oxigraph")
    command = [str(program), "serve", "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(process, port)
        yield Endpoint(f"http://127.0.0.1:{port}/query", f"http://127.0.0.1:{port}/store")
    finally:
        _end(process)


@contextmanager
def virtuoso(folder: Path, rows: int = 0) -> Iterator[Endpoint]:
    """Virtuoso with a database of its own in a folder; ``rows`` is its bound on rows."""
    program = shutil.which("virtuoso-t")
    if program is None:
        pytest.skip("virtuoso-t is not installed (Debian: virtuoso-opensource-7-bin)")
    folder.mkdir()
    http = free_port()
    (folder / "virtuoso.ini").write_text(INI.format(sql=free_port(), http=http, rows=rows))
    command = [program, "+configfile", "virtuoso.ini", "+foreground", "+wait"]
    with (folder / "out.txt").open("wb") as out:
        # Setting the password ends the program: it is started for that, and then to serve.
        first = [*command, "+pwdold", "dba", "+pwddba", PASSWORD]
        subprocess.run(first, cwd=folder, stdout=out, stderr=out, timeout=START, check=False)
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out)
        try:
            _wait_for(process, http)
            yield Endpoint(
                f"http://127.0.0.1:{http}/sparql",
                f"http://127.0.0.1:{http}/sparql-graph-crud-auth",
                {"KGAPP_ENDPOINT_USER": "dba", "KGAPP_ENDPOINT_PASSWORD": PASSWORD},
            )
        finally:
            _end(process)


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + START
    while time.monotonic() < until:
        assert process.poll() is None
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server does not start")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait(30)
