"""Chooses how memory is allocated, which must be said before a process starts.

Every query makes and frees very many small pieces. With glibc's allocator and its usual caches of
seven pieces per size this took a tenth of the workers' time (docs/benchmarks); with large caches
it does as well as the allocators that people preload for this.
"""

from __future__ import annotations

import os
import platform
import sys

TUNABLES = "GLIBC_TUNABLES"
LARGE_CACHES = "glibc.malloc.tcache_count=65535"


def start_again_with_large_caches() -> None:
    """Replaces this process by the same command with large caches, where there is glibc and nobody
    has chosen otherwise."""
    if TUNABLES in os.environ or platform.libc_ver()[0] != "glibc":
        return
    os.environ[TUNABLES] = LARGE_CACHES
    os.execv(sys.executable, sys.orig_argv)  # noqa: S606  the same command, no shell
