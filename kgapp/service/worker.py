"""A worker: evaluates one question at a time and ends itself at the deadline.

The deadline is the kernel's: a timer whose signal is not handled ends the process wherever the
engine is, and with it its memory. The keeper forks another (DESIGN.md, "Queries from strangers").
"""

from __future__ import annotations

import resource
import signal
import socket

from kgapp.config import Limits
from kgapp.errors import KgappError
from kgapp.question import Question, write_answer
from kgapp.service import confine
from kgapp.service.frames import frame, read_frame
from kgapp.service.refusals import out_of_memory
from kgapp.store import Store

STAYS, LEAVES = b"+", b"-"
"""What a worker says before an answer: whether it takes another question after it."""


def run_worker(connection: socket.socket, store: Store, limits: Limits) -> None:
    """Answers questions from the connection until its other side closes it."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    confine.end_first()
    confine.allow_deep_recursion()
    confine.bound_memory(limits.query_memory * 1024 * 1024)
    stream = connection.makefile("rb")
    confine.forbid_writing_files()
    confine.forbid_opening()
    enough = _most_memory() + limits.query_memory * 1024 * 1024 // 4
    while (data := read_frame(stream)) is not None:
        signal.setitimer(signal.ITIMER_REAL, limits.query_timeout)
        try:
            head, body = write_answer(store.answer(Question.read(data), limits.result_bytes))
        except KgappError as error:
            head, body = write_answer(error)
        except MemoryError:
            head, body = write_answer(out_of_memory(limits))
        signal.setitimer(signal.ITIMER_REAL, 0)
        # Freed memory stays with the process: what one query needed must not be missed by the next.
        stays = _most_memory() < enough
        connection.sendall(frame(STAYS if stays else LEAVES, head, body))


def _most_memory() -> int:
    """The most bytes of memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
