"""How much memory the workers have for themselves, all together, and who gives it back.

A worker begins with the keeper's memory, shared. What it writes to becomes its own: what a query
allocates, which ``query_memory`` bounds, and every page of the store that it reads, for the engine
counts its references inside the data. Of that second part no bound of the system knows, and many
workers have it at once; so it is watched here (Linux; elsewhere there is no bound).
"""

from __future__ import annotations

import mmap
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
PAGE = mmap.PAGESIZE
WEIGHING = 0.1
"""Seconds between two looks."""
UNSURE = 2 * 1024 * 1024
"""Bytes by which a count of faults may be wrong before a process is looked at closely."""
WORTH = 32 * 1024 * 1024
"""Bytes for which a worker without a question is replaced."""


@dataclass(eq=False)
class Weight:
    """One worker's memory of its own."""

    pid: int
    own: int = 0
    """Bytes, at most."""
    before: int = 0
    """As much had it before the question that it has now."""
    question: object = None
    _faults: int = 0
    _sure: int = 0

    @property
    def grown(self) -> int:
        """Bytes that the question has cost so far."""
        return self.own - self.before

    def look(self, question: object) -> None:
        """Counts the pages that have come since the last close look: cheap, and never too few."""
        if question is not self.question:
            self.question, self.before = question, self.own
        faults = _faults(self.pid)
        self.own = self._sure + (faults - self._faults) * PAGE

    def look_closely(self) -> None:
        """Asks the kernel what is still there: a walk over all of the process's pages."""
        if self.own - self._sure < UNSURE:
            return
        faults, sure = _faults(self.pid), _private(self.pid)
        if sure is not None:
            self._faults, self._sure, self.own = faults, sure, sure
            self.before = min(self.before, sure)


def look_closely(weights: Collection[Weight]) -> None:
    """Looks closely at each; it may take tens of milliseconds."""
    for weight in weights:
        weight.look_closely()


def too_heavy(weights: Collection[Weight], most: int) -> list[Weight]:
    """Who must give up its memory so that all together have no more than ``most`` bytes: first those
    without a question, then those whose question has cost most."""
    excess = sum(weight.own for weight in weights) - most
    idle = [weight for weight in weights if weight.question is None and weight.own > WORTH]
    busy = [weight for weight in weights if weight.question is not None]
    last_first = [*sorted(busy, key=lambda one: one.grown), *sorted(idle, key=lambda one: one.own)]
    found: list[Weight] = []
    while excess > 0 and last_first:
        found.append(last_first.pop())
        excess -= found[-1].own
    return found


def _faults(pid: int) -> int:
    """The pages that a process has been given or has copied, since its start."""
    try:
        return int((PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[7])
    except (OSError, ValueError, IndexError):
        return 0


def _private(pid: int) -> int | None:
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return None
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_Dirty:"))
