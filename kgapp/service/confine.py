"""Takes from a process what the evaluation of a query never needs.

The engine follows SERVICE to any address and offers no way to forbid it, and its parser needs no
boundaries between words, so a refusal by reading the text can be got round. A process that may
open no further file descriptor can open no connection and no file, whatever it is asked.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

STACK = 64 * 1024 * 1024
"""Deep queries are answered rather than ended: the engine recurses."""
STATM = Path("/proc/self/statm")
OOM_SCORE = Path("/proc/self/oom_score_adj")
FIRST = 500
"""Where the machine has no memory left, a worker is ended before all that holds less than half of it."""


def forbid_opening() -> None:
    """No file, socket or pipe can be opened from now on; those that are open go on."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


@contextmanager
def no_opening() -> Iterator[None]:
    """As ``forbid_opening``, for a while; for a process that goes on with other work."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def forbid_writing_files() -> None:
    """No file grows, and a crash leaves no core."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def allow_deep_recursion() -> None:
    """A larger stack for the process's first thread, as far as the system lets it."""
    _, hard = resource.getrlimit(resource.RLIMIT_STACK)
    size = STACK if hard == resource.RLIM_INFINITY else min(STACK, hard)
    resource.setrlimit(resource.RLIMIT_STACK, (size, hard))


def bound_memory(size: int) -> None:
    """At most ``size`` bytes more than now; where the system does not tell what is used (it does
    on Linux), there is no bound."""
    if STATM.exists():
        used = int(STATM.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + size, used + size))


def end_first() -> None:
    """Where the system must end a process for want of memory, it ends this one, whose question is lost,
    before those that all questions need (Linux)."""
    with suppress(OSError):
        OOM_SCORE.write_text(str(max(FIRST, int(OOM_SCORE.read_text()))))
