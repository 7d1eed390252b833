"""The keeper: loads the store once and forks workers from it, a new one for each that ends.

It is single-threaded and forks nothing but workers, so a fork is safe and takes milliseconds.
A front connects to its Unix socket and is sent workers' sockets; a line of JSON goes with each.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kgapp.config import Limits
from kgapp.service.answerer import PAGE_WORKERS
from kgapp.service.worker import run_worker
from kgapp.store import Store

LAST_WORDS = 4000
HASTE = 0.05
"""Seconds below which a worker's life was a failure to start, and the next one waits."""


@dataclass
class _Worker:
    number: int
    pid: int
    words: socket.socket
    """Where its standard error arrives."""
    lane: str
    born: float


def run_keeper(address: Path, load: Callable[[], Store], limits: Limits, parent: socket.socket) -> None:
    """Loads the store, then serves fronts at the address until the parent closes its socket or
    retires it. Raises what ``load`` raises."""
    store = load()
    _Keeper(address, store, limits, parent).run()


class _Keeper:
    def __init__(self, address: Path, store: Store, limits: Limits, parent: socket.socket) -> None:
        self._store, self._limits, self._parent = store, limits, parent
        self._selector = selectors.DefaultSelector()
        self._listener = socket.socket(socket.AF_UNIX)
        draft = address.with_suffix(f".{os.getpid()}")
        self._listener.bind(str(draft))
        self._listener.listen()
        draft.rename(address)
        self._front: socket.socket | None = None
        self._workers: dict[int, _Worker] = {}
        self._lacking: list[str] = []
        self._next = os.getpid() << 20
        self._retired = False
        self._asked = bytearray()
        self._wake, woken = socket.socketpair()
        for end in (self._wake, woken):
            end.setblocking(False)
        self._woken = woken
        signal.set_wakeup_fd(woken.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def run(self) -> None:
        """Serves fronts until it is retired and its last worker has ended."""
        for channel, act in (
            (self._listener, self._welcome),
            (self._wake, self._reap),
            (self._parent, self._hear_parent),
        ):
            self._selector.register(channel, selectors.EVENT_READ, act)
        self._parent.sendall(b"ready\n")
        while not (self._retired and not self._workers):
            for key, _ in self._selector.select():
                if key.fileobj in self._selector.get_map():
                    key.data()
            self._replenish()

    def _welcome(self) -> None:
        """A front came: the one before is gone, and its workers end with it."""
        front, _ = self._listener.accept()
        self._forget_front()
        self._front = front
        self._selector.register(front, selectors.EVENT_READ, self._hear_front)
        self._lacking = ["page"] * PAGE_WORKERS + ["query"] * self._limits.workers

    def _forget_front(self) -> None:
        if self._front is not None:
            self._selector.unregister(self._front)
            self._front.close()
            self._front = None
        if self._retired:  # what runs goes on: the front parts from a keeper that is replaced
            return
        for worker in self._workers.values():
            os.kill(worker.pid, signal.SIGKILL)
            worker.lane = ""

    def _fork(self, lane: str) -> None:
        ours, theirs = socket.socketpair()
        words, last_words = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            # A worker that held its own other end would never hear that the front has gone.
            ours.close()
            words.close()
            self._be_worker(theirs, last_words)
        theirs.close()
        last_words.close()
        words.setblocking(False)
        self._next += 1
        worker = _Worker(self._next, pid, words, lane, time.monotonic())
        self._workers[pid] = worker
        self._tell({"worker": worker.number, "pid": pid, "lane": lane}, ours.fileno())
        ours.close()

    def _be_worker(self, connection: socket.socket, last_words: socket.socket) -> None:
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.dup2(last_words.fileno(), 2)
            for channel in (self._listener, self._parent, self._wake, self._woken, self._front, last_words):
                if channel is not None:
                    channel.close()
            for worker in self._workers.values():
                worker.words.close()
            self._selector.close()
            run_worker(connection, self._store, self._limits)
        except OSError:
            os._exit(1)
        finally:
            os._exit(0)

    def _reap(self) -> None:
        with suppress(BlockingIOError):
            self._wake.recv(4096)
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            worker = self._workers.pop(pid)
            words = _last_words(worker.words)
            if not worker.lane:
                continue
            ended = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
            self._tell({"ended": worker.number, "signal": ended, "memory": b"memory allocation" in words})
            if time.monotonic() - worker.born < HASTE:
                time.sleep(HASTE)
            self._lacking.append(worker.lane)

    def _replenish(self) -> None:
        """Forks a worker for each that has ended, while there is a front to send it to."""
        lacking, self._lacking = self._lacking, []
        for lane in lacking:
            if self._front is not None and not self._retired:
                self._fork(lane)

    def _hear_front(self) -> None:
        assert self._front is not None
        try:
            data = self._front.recv(4096)
        except ConnectionResetError:
            data = b""
        if not data:
            self._forget_front()
            return
        self._asked += data
        while b"\n" in self._asked:
            line, _, rest = bytes(self._asked).partition(b"\n")
            self._asked = bytearray(rest)
            number = json.loads(line)["end"]
            for worker in self._workers.values():
                if worker.number == number:
                    os.kill(worker.pid, signal.SIGKILL)

    def _hear_parent(self) -> None:
        if not self._parent.recv(64):
            for worker in self._workers.values():
                os.kill(worker.pid, signal.SIGKILL)
            sys.exit(0)
        self._retired = True
        self._selector.unregister(self._listener)
        self._listener.close()
        self._tell({"retired": True})

    def _tell(self, message: dict[str, object], *files: int) -> None:
        if self._front is None:
            return
        line = json.dumps(message).encode() + b"\n"
        try:
            socket.send_fds(self._front, [line], list(files))
        except (BrokenPipeError, ConnectionResetError):
            self._forget_front()


def _last_words(channel: socket.socket) -> bytes:
    with channel:
        try:
            return channel.recv(LAST_WORDS)
        except BlockingIOError:
            return b""
