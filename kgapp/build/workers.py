"""The processes that build several editions at once, and how they end.

They end by themselves when the build that started them is killed or interrupted.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import Pipe
from multiprocessing.connection import Connection

from kgapp.errors import Message, WorkerLost


@contextmanager
def workers(count: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of ``count`` processes; raises WorkerLost where one of them was killed."""
    watched, held = Pipe(duplex=False)
    try:
        with (
            watched,
            held,
            ProcessPoolExecutor(count, initializer=_begin, initargs=(watched, held)) as pool,
        ):
            _start(pool)
            try:
                yield pool
            except BaseException:
                held.close()
                raise
    except BrokenProcessPool as error:
        raise WorkerLost(
            Message(
                "組み立ての途中で作業プロセスが止められました（メモリ不足かもしれません）。前のデータセットはそのままです。",
                "A worker process was killed while building (perhaps for want of memory). "
                "The dataset before is still in place.",
            ),
            Message(
                "メモリを空けて，もう一度「kgapp build」をしてください。できた資料は作り直しません。",
                "Free some memory and run “kgapp build” again; editions that were done are kept.",
            ),
        ) from error


def _start(pool: ProcessPoolExecutor) -> None:
    """Starts every process of a pool, deaf to Ctrl-C: the parent hears it, once, for all."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        pool.submit(os.getpid).result()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(watched: Connection, held: Connection) -> None:
    # Only the parent may hold this end: with the parent it is closed, however the parent ends.
    held.close()
    threading.Thread(target=_end_with_parent, args=(watched,), daemon=True).start()


def _end_with_parent(watched: Connection) -> None:
    watched.poll(None)
    os._exit(1)
