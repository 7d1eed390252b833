"""Seconds per edition as editions grow: ``python -m tests.bench editions 1 4 8``.

Each count is built from nothing in a home of its own, the paper of 2020-02 under as many names; then
one edition is added, to see that the others are not built again.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from kgapp.build import build
from kgapp.home import Home
from kgapp.vocab import DEFAULT_BASE
from tests.conftest import copy_home


def copy_edition(home: Home, edition: str) -> None:
    """The paper of 2020-02 once more under another name."""
    for name in (
        "source/fujisawa/2020-02.txt",
        "source/fujisawa/2020-02.toml",
        "claims/fujisawa/2020-02.csv",
    ):
        path = home.data / name
        shutil.copy(path, path.with_name(f"{edition}{path.suffix}"))


def measure(count: int) -> tuple[float, float]:
    """Seconds to build ``count`` editions, and to build one more beside them."""
    with tempfile.TemporaryDirectory() as folder:
        home = copy_home(Path(folder))
        for number in range(1, count):
            copy_edition(home, f"20{number:02}-03")
        start = time.perf_counter()
        build(home, DEFAULT_BASE)
        whole = time.perf_counter() - start
        copy_edition(home, "2099-03")
        start = time.perf_counter()
        build(home, DEFAULT_BASE)
        return whole, time.perf_counter() - start


def report(counts: Sequence[int]) -> None:
    """Prints a row for each count."""
    print("editions  seconds  per edition  one more")
    for count in counts:
        whole, more = measure(count)
        print(f"{count:>8}  {whole:7.1f}  {whole / count:11.2f}  {more:8.1f}")
