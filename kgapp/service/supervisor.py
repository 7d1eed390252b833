"""The supervisor: starts keeper and front, replaces what ends, brings in a new dataset, shuts down.

It holds the listening socket, so that connections wait in the kernel while a front is replaced,
and it imports before it forks, so that a replacement is there within milliseconds. It loads no
data and starts no thread.
"""

from __future__ import annotations

import os
import selectors
import shutil
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kgapp.config import Limits, Settings
from kgapp.errors import KgappError, Message
from kgapp.service.keeper import run_keeper
from kgapp.store import Store

CHECK = 0.5
"""Seconds between two looks at whether the dataset has been replaced."""
PATIENCE = 0.5
"""Seconds that a part waits to be replaced when its life was shorter than this."""
BACKLOG = 1024


@dataclass(frozen=True)
class Parts:
    """What a server is made of: how the store of its workers is loaded and what bounds them, what tells
    that there is another dataset to load, and what speaks HTTP on a listening socket (with the keeper's
    address and a channel that ends when the supervisor does)."""

    load: Callable[[], Store]
    limits: Limits
    version: Callable[[], str]
    front: Callable[[socket.socket, Path, socket.socket], None]


@dataclass
class _Child:
    pid: int
    channel: socket.socket
    born: float


class Supervisor:
    """The parts of one server while it runs."""

    def __init__(self, settings: Settings, listener: socket.socket, parts: Parts) -> None:
        self._settings, self._listener, self._parts = settings, listener, parts
        self._folder = Path(tempfile.mkdtemp(prefix="kgapp-"))
        self._address = self._folder / "keeper"
        self._keeper: _Child | None = None
        self._coming: _Child | None = None
        self._front: _Child | None = None
        self._retired: list[_Child] = []
        self._stopping = False
        self._reload = False
        self._version = ""

    def run(self, announce: Callable[[], None]) -> int:
        """Serves until it is told to stop; the exit status."""
        wake, woken = socket.socketpair()
        wake.setblocking(False)
        woken.setblocking(False)
        signal.set_wakeup_fd(woken.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGHUP, self._reload_soon)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        try:
            self._version = self._parts.version()
            self._keeper = self._start_keeper()
            if not self._is_ready(self._keeper):
                return 1
            self._front = self._start_front()
            announce()
            with selectors.DefaultSelector() as selector:
                selector.register(wake, selectors.EVENT_READ)
                while not self._stopping:
                    if selector.select(CHECK):
                        with suppress(BlockingIOError):
                            wake.recv(4096)
                    self._replace_what_ended()
                    self._bring_in_what_is_new()
            return 0
        finally:
            self._shut_down()

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _reload_soon(self, *_: object) -> None:
        self._reload = True

    def _start(self, be: Callable[[socket.socket], None]) -> _Child:
        """A child that runs ``be`` with its end of a channel."""
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                ours.close()
                for child in (self._keeper, self._coming, self._front, *self._retired):
                    if child is not None:
                        child.channel.close()
                signal.set_wakeup_fd(-1)
                be(theirs)
                status = 0
            except KgappError as error:
                print(
                    f"{error.what.ja}\n{error.what.en}\n{error.remedy.ja} / {error.remedy.en}",
                    file=sys.stderr,
                )
            except SystemExit:
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(status)
        theirs.close()
        return _Child(pid, ours, time.monotonic())

    def _start_keeper(self) -> _Child:
        def _be_keeper(parent: socket.socket) -> None:
            self._listener.close()
            run_keeper(self._address, self._parts.load, self._parts.limits, parent)

        return self._start(_be_keeper)

    def _start_front(self) -> _Child:
        def _be_front(parent: socket.socket) -> None:
            self._parts.front(self._listener, self._address, parent)

        return self._start(_be_front)

    @staticmethod
    def _is_ready(keeper: _Child) -> bool:
        """Whether a keeper has loaded its store; waits until it has or ends."""
        return keeper.channel.recv(16) != b""

    def _replace_what_ended(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                pid, status = 0, 0
            if pid == 0:
                return
            if self._front is not None and pid == self._front.pid:
                _close(self._front)
                self._front = self._start_front()
            elif self._keeper is not None and pid == self._keeper.pid:
                _close(self._keeper)
                self._keeper = self._start_keeper()
            elif self._coming is not None and pid == self._coming.pid:
                self._coming.channel.close()
                self._coming = None
                if os.WIFSIGNALED(status):
                    print("a new keeper was killed while it loaded; trying again", file=sys.stderr)
                    time.sleep(PATIENCE)
                    self._reload = True
            self._retired = [child for child in self._retired if child.pid != pid]

    def _bring_in_what_is_new(self) -> None:
        """Starts a keeper for another dataset, and retires the one before once it has loaded."""
        version = self._parts.version()
        if self._coming is None and (self._reload or (version and version != self._version)):
            self._reload, self._version = False, version
            self._coming = self._start_keeper()
            self._coming.channel.setblocking(False)
        if self._coming is None:
            return
        try:
            ready = self._coming.channel.recv(16)
        except BlockingIOError:
            return
        if not ready:
            return
        if self._keeper is not None:
            with suppress(OSError):
                self._keeper.channel.sendall(b"retire\n")
            self._retired.append(self._keeper)
        self._keeper, self._coming = self._coming, None

    def _shut_down(self) -> None:
        """Lets the front finish what it has begun, then ends the rest."""
        self._listener.close()
        if self._front is not None:
            with suppress(ProcessLookupError):
                os.kill(self._front.pid, signal.SIGTERM)
            limits = self._settings.limits
            _wait(self._front.pid, limits.query_timeout + limits.queue_timeout)
        for child in (self._front, self._keeper, self._coming, *self._retired):
            if child is not None:
                child.channel.close()
                _wait(child.pid, 1)
        shutil.rmtree(self._folder, ignore_errors=True)


def _close(child: _Child) -> None:
    child.channel.close()
    if time.monotonic() - child.born < PATIENCE:
        time.sleep(PATIENCE)


def _wait(pid: int, seconds: float) -> None:
    """Waits for a child to end, and ends it when it takes too long."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if os.waitpid(pid, os.WNOHANG)[0]:
                return
        except ChildProcessError:
            return
        time.sleep(0.02)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; raises KgappError where it cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        raise KgappError(
            Message(
                f"{host}:{port} では待ち受けられません（{error.strerror}）。",
                f"Cannot listen at {host}:{port} ({error.strerror}).",
            ),
            Message("--host か --port で別のものを選んでください。", "Choose another with --host or --port."),
        ) from error
    listener.set_inheritable(True)
    return listener
