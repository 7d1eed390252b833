"""The workers' memory, all together: counted by the kernel, on real processes."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator

import pytest

from kgapp.service.together import UNSURE, WORTH, Weight, look_closely, too_heavy

SIZE = 64 * 1024 * 1024
SLACK = 8 * 1024 * 1024


class Worker:
    """A process that has pages in common with this one, and writes to them when it is told."""

    def __init__(self, shared: mmap.mmap) -> None:
        orders, self._orders = os.pipe()
        self._done, done = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._orders)  # the read end would never end
            while order := os.read(orders, 1):
                if order == b"w":
                    shared[:: mmap.PAGESIZE] = b"2" * (SIZE // mmap.PAGESIZE)
                else:
                    for _ in range(3):
                        mmap.mmap(-1, SIZE).write(b"1" * SIZE)
                os.write(done, b".")
            os._exit(0)
        os.close(orders)
        os.close(done)

    def tell(self, order: bytes) -> None:
        """Lets it act, and waits."""
        os.write(self._orders, order)
        os.read(self._done, 1)

    def end(self) -> None:
        os.close(self._orders)
        os.close(self._done)
        os.waitpid(self.pid, 0)


@pytest.fixture
def worker() -> Iterator[Worker]:
    with mmap.mmap(-1, SIZE, flags=mmap.MAP_PRIVATE) as shared:
        shared.write(b"1" * SIZE)
        one = Worker(shared)
        yield one
        one.end()


def test_pages_in_common_weigh_nothing_until_they_are_written_to(worker: Worker) -> None:
    weight = Weight(worker.pid)
    weight.look(None)
    before = weight.own
    assert before < SLACK
    worker.tell(b"w")
    weight.look("a question")
    assert SIZE <= weight.grown < SIZE + SLACK
    look_closely([weight])
    assert SIZE <= weight.own < SIZE + SLACK


def test_what_was_given_back_does_not_weigh_for_good(worker: Worker) -> None:
    weight = Weight(worker.pid)
    worker.tell(b"a")
    weight.look("a question")
    assert weight.own > 3 * SIZE - UNSURE, "all that it was ever given"
    # Where the kernel has taken the pages in common from the other process, they are the worker's alone.
    for look in (weight.look_closely, lambda: weight.look("a question")):
        look()
        assert weight.own < SIZE + SLACK


def test_nobody_is_too_heavy_within_the_bound() -> None:
    weights = [Weight(0, own=50, question="q"), Weight(0, own=50)]
    assert too_heavy(weights, 100) == []


def test_first_goes_what_nobody_uses_and_then_what_has_grown_most() -> None:
    idle, small = Weight(0, own=2 * WORTH), Weight(0, own=WORTH // 2)
    old = Weight(0, own=9 * WORTH, before=8 * WORTH, question="short, in a worker that has read much")
    grown = Weight(0, own=5 * WORTH, before=0, question="grows")
    every = [small, old, grown, idle]
    assert too_heavy(every, 15 * WORTH) == [idle]
    assert too_heavy(every, 13 * WORTH) == [idle, grown]
    assert too_heavy(every, 1) == [idle, grown, old], "a fresh worker in its place would weigh as much"


def test_a_process_that_is_gone_weighs_nothing() -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    weight = Weight(pid)
    weight.look(None)
    assert weight.own == 0
