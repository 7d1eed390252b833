"""The table of ratios, in Markdown: as it is printed, and as it is kept in the documentation."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tests.bench.compare import Comparison, Measured

PACKAGES = ("pyoxigraph", "granian", "uvloop", "oxigraph", "rdflib", "rdflib-endpoint", "uvicorn")
ENGINES = ("oxigraph memory", "oxigraph disk")
MIB = 1024 * 1024


@dataclass(frozen=True)
class How:
    """How it was measured."""

    seed: int
    rounds: int
    seconds: float
    connections: int
    driver: str
    ceiling: float


@dataclass(frozen=True)
class Goal:
    """A promise of DESIGN.md and what was found."""

    words: str
    found: float
    kept: bool


def write_report(comparisons: Sequence[Comparison], how: How) -> str:
    """The whole page."""
    return "\n".join(
        [
            "# Benchmarks\n",
            "Written by `python -m tests.bench --write`; not by hand. Speeds of one machine on one day mean "
            "little: read the ratios, measured in one run beside each other.\n",
            _conditions(how),
            *map(_table, comparisons),
            LEGEND,
        ]
    )


LEGEND = f"""## What the columns say

- **ratio**: requests per second, by those of Oxigraph's own server in the faster of its modes; the median
  of all rounds. **spread**: how far the rounds lie apart, (largest - smallest) / median.
- **processor**: milliseconds of processor time for a request, in all processes of the server. It moves less
  than the rate when other work shares the machine.
- **start**: seconds from the command to the first answer, loading included (for Oxigraph on disk, loading
  into RocksDB). **memory**: what all processes of the server hold after the rounds, shared pages once.
  **disk**: what it reads its data from.
- **uncached** is with `KGAPP_CACHE_SIZE=0`; **cached** is the default. Every other limit is at its default.
- The mix is every query of `queries/questions` and `queries/pages`, parameters at their defaults, by GET,
  asked in one shuffled order. {", ".join(ENGINES)}: `oxigraph serve --union-default-graph --timeout-s 10`,
  the limit of time that ours has. rdflib-endpoint fails on some answers that rdflib cannot order; its errors
  count as answers.
"""


def goals(comparison: Comparison) -> list[Goal]:
    """What DESIGN.md and the issue promise, as far as these servers show it."""
    measured = comparison.measured
    engine = _engine(comparison)
    found = []
    ours, cached = measured.get("kgapp uncached"), measured.get("kgapp cached")
    if ours and engine:
        ratio = ours.rate / engine.rate
        found.append(Goal("uncached, at least 0.7 of Oxigraph's server", ratio, ratio >= 0.7))
    if cached and engine:
        ratio = cached.rate / engine.rate
        found.append(Goal("cached, at least twice Oxigraph's server", ratio, ratio >= 2))
    if ours and (slow := measured.get("rdflib-endpoint")):
        ratio = ours.rate / slow.rate
        found.append(Goal("uncached, at least 50 times rdflib-endpoint", ratio, ratio >= 50))
    for one in (ours, cached):
        if one:
            ratio = one.p99 / one.p50
            found.append(Goal(f"{one.mode}: p99 under ten times p50", ratio, ratio < 10))
    return found


def _engine(comparison: Comparison) -> Measured | None:
    there = [comparison.measured[mode] for mode in ENGINES if mode in comparison.measured]
    return max(there, key=lambda one: one.rate, default=None)


def _table(comparison: Comparison) -> str:
    engine = _engine(comparison)
    lines = [
        f"## {comparison.data}: {comparison.triples:,} triples, {comparison.queries} queries\n",
        "| server | ratio | spread | requests/s | p50 ms | p99 ms | p99/p50 | processor ms | start s "
        "| memory MiB | disk MiB |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for one in comparison.measured.values():
        ratio = f"{one.rate / engine.rate:.2f}" if engine else "–"
        lines.append(
            f"| {one.mode} | {ratio} | {one.spread:.0%} | {one.rate:,.0f} | {one.p50:.2f} | {one.p99:.2f} "
            f"| {one.p99 / one.p50:.1f} | {one.processor:.2f} | {one.load_seconds:.1f} "
            f"| {one.memory / MIB:,.0f} | {one.disk / MIB:,.0f} |"
        )
    lines.append("")
    lines += [
        f"- {goal.words}: **{goal.found:.2f}**, {'kept' if goal.kept else 'not kept'}"
        for goal in goals(comparison)
    ]
    if comparison.left_out:
        lines.append(f"- left out, over a second alone at the server named: {', '.join(comparison.left_out)}")
    if comparison.differing:
        lines.append(
            f"- answers that differ between the servers: {', '.join(comparison.differing)} (the engine's "
            "union of graphs counts a triple once for each graph that has it; blank nodes are named and "
            "language tags written as a server likes)"
        )
    return "\n".join(lines) + "\n"


def _conditions(how: How) -> str:
    present = []
    for name in PACKAGES:
        try:
            present.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1024**3
    return (
        f"{date.today().isoformat()}; {_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB; "
        f"{platform.system()} {platform.release().split('-')[0]}; Python {platform.python_version()}; "
        f"{', '.join(present)}. Seed {how.seed}; {how.rounds} rounds of {how.seconds:g} s, the servers in turn; "
        f"{how.connections} connections from {how.driver}, which against a server that does nothing makes "
        f"{how.ceiling:,.0f} requests per second.\n"
    )


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()
