"""Chooses how memory is allocated, which must be said before a process starts.

Every query makes and frees very many small pieces, and a few large ones. With glibc's usual caches
of seven pieces per size the small ones took a tenth of the workers' time; and the large ones, which
it takes from the system and gives back for every query, another tenth, for the kernel clears each
page anew (docs/operations). With caches of 65,535 pieces a worker of 100 MB grew to 270 over twelve
rounds of the queries of tests/bench, with 1,000 to 125, no slower. A worker that has grown by a heavy
query is replaced (``worker``).
"""

from __future__ import annotations

import os
import platform
import sys

TUNABLES = "GLIBC_TUNABLES"
SMALL_PIECES = "glibc.malloc.tcache_count=1000"
LARGE_PIECES = "glibc.malloc.mmap_threshold=16777216:glibc.malloc.trim_threshold=33554432"
"""In bytes: what is larger is taken from the system by itself; how much a process keeps for later."""


def start_again_with_large_caches() -> None:
    """Replaces this process by the same command with large caches, where there is glibc and nobody
    has chosen otherwise."""
    if TUNABLES in os.environ or platform.libc_ver()[0] != "glibc":
        return
    os.environ[TUNABLES] = f"{SMALL_PIECES}:{LARGE_PIECES}"
    os.execv(sys.executable, sys.orig_argv)  # noqa: S606  the same command, no shell
