"""The front's side of the workers: who may ask, who waits, and what became of a question.

Runs in one event loop. A client runs so many queries at once and no more; others wait in the
order of their coming. A query that runs long yields the processor to shorter ones, and one
whose client has gone is ended.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kgapp.config import Limits
from kgapp.question import Answer, read_answer
from kgapp.service.admission import Admission
from kgapp.service.answerer import QUERY
from kgapp.service.frames import Frames, frame
from kgapp.service.refusals import (
    OWN_FAULT,
    ended_early,
    out_of_memory,
    out_of_memory_together,
    out_of_time,
)
from kgapp.service.together import WEIGHING, Weight, look_closely, too_heavy
from kgapp.service.worker import LEAVES, STAYS

YOUNG = 0.05
"""Seconds in which a query is young; an older one makes room for another to begin."""
LONG = 0.5
"""Seconds after which a query lets shorter ones go first."""
PROCESSORS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
BEGINNING = PROCESSORS
"""Young queries that run at once. Of two on two processors each has one to itself: a query of 40 ms takes
little more, where five at once made it 100 (docs/operations, "Why it is built so")."""
IDLE_PRIORITY = 19
ATTEMPTS = 3
"""How often a question is given to a worker that is ended from outside."""
GRACE = 0.25
"""Seconds in which a query whose client has gone may end by itself: another worker costs more."""
WORD = 1.0
"""Seconds to wait for the keeper's word on why a worker ended."""
RETRY = 0.02


class Ended(Exception):
    """A worker ended with its question: by which signal, whether for want of memory, and after
    how many seconds."""

    def __init__(self, signal: int, memory: bool, took: float) -> None:
        super().__init__(signal)
        self.signal, self.memory, self.took = signal, memory, took


@dataclass(eq=False)
class _Run:
    """A question while a worker has it."""

    question: bytes
    client: str
    gone: Callable[[], Any] | None
    answer: asyncio.Future[bytes]
    began: float = 0.0
    watch: asyncio.TimerHandle | None = None


class _Worker(asyncio.Protocol):
    """The connection to one worker."""

    def __init__(self, pool: Pool, number: int, pid: int, lane: str) -> None:
        self.number, self.pid, self.lane = number, pid, lane
        self.run: _Run | None = None
        self.young = False
        self.slowed = False
        self.used_up = False
        self.deserted = False
        self.heavy = False
        self.weight = Weight(pid)
        self.unweighed = False
        """Whether it has had a question since it was last weighed."""
        self._pool, self._frames = pool, Frames()
        self.transport: asyncio.Transport

    def connection_made(self, transport: Any) -> None:
        """asyncio's word that questions can be sent."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """A piece of the answer."""
        whole = self._frames.feed(data)
        if whole is not None and self.run is not None:
            answer = self.run.answer
            self.used_up = self.used_up or whole.startswith(LEAVES)
            self._pool.finished(self)
            if not answer.done():
                answer.set_result(whole)

    def connection_lost(self, _: Exception | None) -> None:
        """The worker ended, or let go."""
        self._pool.lost(self)


class Pool:
    """The workers that a keeper has sent, and the questions that wait for them."""

    def __init__(self, address: Path, limits: Limits) -> None:
        self._address, self._limits = address, limits
        self._admission: Admission[_Worker] = Admission(limits, lambda: self._young < BEGINNING, self._desert)
        self._young = 0
        self._workers: dict[int, _Worker] = {}
        self._words: dict[int, asyncio.Future[tuple[int, bool]]] = {}
        self._control: socket.socket | None = None
        self._lines = bytearray()
        self._loop = asyncio.get_running_loop()
        self._made: set[asyncio.Task[Any]] = set()
        self.generation = 0
        """Goes up whenever another keeper, and so perhaps another dataset, answers."""
        self._most = limits.workers_memory * 1024 * 1024
        self._connect()
        self._loop.call_later(WEIGHING, self._weigh)

    @property
    def ready(self) -> bool:
        """Whether there is a keeper that has sent workers."""
        return self._control is not None and bool(self._workers)

    @property
    def size(self) -> int:
        """How many workers there are, at work or not."""
        return len(self._workers)

    @property
    def busy(self) -> int:
        """How many of the strangers' workers are at work."""
        return self._admission.busy

    @property
    def waiting(self) -> int:
        """How many questions wait."""
        return self._admission.waiting

    async def ask(
        self, question: bytes, client: str, lane: str = QUERY, gone: Callable[[], Any] | None = None
    ) -> Answer:
        """The answer to a question as ``Question.write`` gives it.

        ``gone`` makes an awaitable that ends when the client has gone; the query ends with it.
        Raises QueryRefused with the name of the limit that was met, and what the engine refused.
        """
        with self._admission.present(client):
            for _ in range(ATTEMPTS - 1):
                # Somebody else ended that worker, perhaps before it began: reading again is safe.
                with suppress(Ended):
                    return read_answer(await self._turn(question, client, lane, gone), len(STAYS))
            try:
                return read_answer(await self._turn(question, client, lane, gone), len(STAYS))
            except Ended as ended:
                raise ended_early(ended.signal) from ended

    async def _turn(self, question: bytes, client: str, lane: str, gone: Callable[[], Any] | None) -> bytes:
        run = _Run(question, client, gone, self._loop.create_future())
        worker = await self._admission.enter(client, lane, lambda worker: self._begin(worker, run), gone)
        try:
            return await run.answer
        except Ended as ended:
            if worker.heavy and worker.weight.question is run and lane == QUERY:
                raise out_of_memory_together(self._limits) from ended
            if ended.memory:
                raise out_of_memory(self._limits) from ended
            if ended.took >= self._limits.query_timeout * 0.98:
                raise out_of_time(self._limits) from ended
            if ended.signal in OWN_FAULT or worker.deserted:
                raise ended_early(ended.signal) from ended
            raise
        except asyncio.CancelledError:
            self._desert(worker)
            raise

    def _begin(self, worker: _Worker, run: _Run) -> None:
        """Gives a question to a worker."""
        worker.run, run.began = run, self._loop.time()
        worker.unweighed = True
        if worker.lane == QUERY:
            self._young += 1
            worker.young = True
        worker.transport.write(frame(run.question))
        run.watch = self._loop.call_later(YOUNG, self._grow_old, worker, run)

    def finished(self, worker: _Worker) -> None:
        """A worker's question is over; the next one begins at once."""
        self._account(worker)
        if worker.number not in self._workers:
            worker.transport.close()
        elif worker.used_up or not _at_full_speed(worker):
            self._end(worker.number)
        else:
            self._admission.add(worker, worker.lane)
        self._admission.serve(worker.lane)

    def _account(self, worker: _Worker) -> None:
        run, worker.run = worker.run, None
        if run is None:
            return
        if run.watch is not None:
            run.watch.cancel()
        self._admission.leave(run.client, worker.lane)
        self._age(worker)

    def _age(self, worker: _Worker) -> None:
        """A worker's query is no longer young, or is over: another may begin."""
        if worker.young:
            worker.young = False
            self._young -= 1

    def _grow_old(self, worker: _Worker, run: _Run) -> None:
        self._age(worker)
        self._admission.serve(worker.lane)
        if run.gone is not None:
            self._do(self._end_when_gone(worker, run, run.gone))
        self._loop.call_later(LONG - YOUNG, _slow_down, worker, run)
        self._loop.call_later(self._limits.query_timeout + WORD, self._end_if_still, worker, run)

    def _end_if_still(self, worker: _Worker, run: _Run) -> None:
        """A worker that is past its own deadline, because it has been stopped."""
        if worker.run is run:
            self._end(worker.number)

    async def _end_when_gone(self, worker: _Worker, run: _Run, gone: Callable[[], Any]) -> None:
        leaving = asyncio.ensure_future(gone())
        await asyncio.wait([leaving, run.answer], return_when=asyncio.FIRST_COMPLETED)
        if run.answer.done():
            leaving.cancel()
        elif worker.run is run:
            self._desert(worker)

    def _desert(self, worker: _Worker) -> None:
        """Nobody wants the answer any more."""
        self._loop.call_later(GRACE, self._end_deserted, worker, worker.run)

    def _end_deserted(self, worker: _Worker, run: _Run | None) -> None:
        if worker.run is run is not None:
            worker.deserted = worker.used_up = True  # it may finish yet, and would be given another question
            self._end(worker.number)

    def _weigh(self) -> None:
        """Looks whether all workers together have more memory than they may."""
        weights = [worker.weight for worker in self._workers.values() if not worker.heavy]
        for worker in self._workers.values():
            if worker.unweighed:
                worker.weight.look(worker.run)
                worker.unweighed = worker.run is not None
        if sum(weight.own for weight in weights) > self._most:
            self._do(self._relieve(weights))
        else:
            self._loop.call_later(WEIGHING, self._weigh)

    async def _relieve(self, weights: list[Weight]) -> None:
        """Ends who is too heavy, where a closer look says so too. A question that was given to such a
        worker meanwhile, or is of a page, is asked again."""
        await self._loop.run_in_executor(None, look_closely, weights)
        heavy = too_heavy(weights, self._most)
        for worker in list(self._workers.values()):
            if worker.weight in heavy:
                self._admission.remove(worker, worker.lane)
                worker.heavy = worker.used_up = True
                self._end(worker.number)
        self._loop.call_later(WEIGHING, self._weigh)

    def _end(self, number: int) -> None:
        """Asks the keeper to end a worker: its process number may be another's by now."""
        if self._control is not None:
            with suppress(OSError):
                self._control.send(json.dumps({"end": number}).encode() + b"\n")

    def lost(self, worker: _Worker) -> None:
        """A worker's connection has ended."""
        self._workers.pop(worker.number, None)
        self._admission.remove(worker, worker.lane)
        run = worker.run
        self._account(worker)
        self._admission.serve(worker.lane)
        self._do(self._tell_end(worker, run))

    async def _tell_end(self, worker: _Worker, run: _Run | None) -> None:
        took = self._loop.time() - run.began if run else 0.0
        word = self._words.setdefault(worker.number, self._loop.create_future())
        signal, memory = 0, False
        with suppress(asyncio.TimeoutError):
            signal, memory = await asyncio.wait_for(asyncio.shield(word), WORD)
        self._words.pop(worker.number, None)
        if run is not None and not run.answer.done():
            run.answer.set_exception(Ended(signal, memory, took))

    def _do(self, what: Any) -> None:
        task = self._loop.create_task(what)
        self._made.add(task)
        task.add_done_callback(self._made.discard)

    def _connect(self) -> None:
        """Connects to the keeper; tries again while there is none."""
        control = socket.socket(socket.AF_UNIX)
        try:
            control.connect(str(self._address))
        except OSError:
            control.close()
            self._loop.call_later(RETRY, self._connect)
            return
        control.setblocking(False)
        self._control, self._lines = control, bytearray()
        self.generation += 1
        self._loop.add_reader(control.fileno(), self._hear, control)

    def _hear(self, control: socket.socket) -> None:
        try:
            data, files, _, _ = socket.recv_fds(control, 65_536, 64)
        except BlockingIOError:
            return
        except OSError:
            data, files = b"", []
        if not data:
            self._part_from(control)
            return
        self._lines += data
        arrived = iter(files)
        while b"\n" in self._lines:
            line, _, rest = bytes(self._lines).partition(b"\n")
            self._lines = bytearray(rest)
            message = json.loads(line)
            if "worker" in message:
                file = next(arrived, None)
                if file is None:  # the process has no file left for it: the keeper sends another
                    self._end(message["worker"])
                else:
                    self._do(self._welcome(message, socket.socket(fileno=file)))
            elif "ended" in message:
                word = self._words.setdefault(message["ended"], self._loop.create_future())
                if not word.done():
                    word.set_result((message["signal"], message["memory"]))
                self._loop.call_later(2 * WORD, self._words.pop, message["ended"], None)
            elif "retired" in message:
                self._part_from(control)
                return

    async def _welcome(self, message: dict[str, Any], connection: socket.socket) -> None:
        worker = _Worker(self, message["worker"], message["pid"], message["lane"])
        await self._loop.create_unix_connection(lambda: worker, sock=connection)
        self._workers[worker.number] = worker
        self._admission.add(worker, worker.lane)

    def _part_from(self, control: socket.socket) -> None:
        """The keeper has gone or is being replaced: what runs goes on, what is idle is let go."""
        self._loop.remove_reader(control.fileno())
        if self._control is control:
            self._control = None
        for worker in list(self._workers.values()):
            if worker.run is None:
                worker.transport.close()
        self._admission.clear()
        self._workers.clear()
        control.close()
        self._connect()


def _slow_down(worker: _Worker, run: _Run) -> None:
    if worker.run is run:
        worker.slowed = True
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, worker.pid, IDLE_PRIORITY)


def _at_full_speed(worker: _Worker) -> bool:
    """Gives a worker its priority back, which takes a privilege; tells whether it has it."""
    if worker.slowed:
        try:
            os.setpriority(os.PRIO_PROCESS, worker.pid, 0)
        except OSError:
            return False
        worker.slowed = False
    return True
