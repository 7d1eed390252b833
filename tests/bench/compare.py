"""One comparison: the servers beside each other on the same data, in turn, round by round."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

from tests.bench.load import Run, RunFailed, Target, run_load
from tests.bench.mix import ACCEPT, Query, rows
from tests.bench.peers import Data, Peer, PeerMissing, start

SLOW = 1.0
"""Seconds past which a query, asked alone of a compiled server, is left out of the timed mix, ours or
another: with one such query the rest of the mix is not measured at all."""
SLOW_SERVER = "rdflib-endpoint"
PASSES = 5
"""Passes of the mix in a round below which wrk, which stops in the middle of one, is not fair."""
WARM = 1.0
"""Seconds of asking before the first round."""
SETTLING, LOOK, IDLE = 30.0, 1.0, 0.02
"""Seconds to wait at most until the servers are idle, seconds of a look, processors in use by then."""
DEADLINE = 120
"""Seconds that an answer may take before anything is timed."""
Tell = Callable[[str], None]


@dataclass
class Measured:
    """What one server showed: a run per round, and what it took to be there."""

    mode: str
    load_seconds: float
    memory: int
    disk: int
    runs: list[Run] = field(default_factory=list)
    processor: float = 0.0
    """Milliseconds of processor time for a request, all its processes together."""

    @property
    def rate(self) -> float:
        return median(run.rate for run in self.runs)

    @property
    def p50(self) -> float:
        return median(run.p50 for run in self.runs)

    @property
    def p99(self) -> float:
        return median(run.p99 for run in self.runs)

    @property
    def spread(self) -> float:
        """How far the rounds lie apart: the largest less the smallest rate, by the median."""
        rates = [run.rate for run in self.runs]
        return (max(rates) - min(rates)) / self.rate


@dataclass
class Comparison:
    """All servers on one set of data."""

    data: str
    triples: int
    queries: int
    left_out: list[str]
    differing: list[str]
    measured: dict[str, Measured]


@contextmanager
def all_ready(modes: Sequence[str], data: Data, folder: Path, tell: Tell) -> Iterator[list[Peer]]:
    """Every server with the data; one that is not installed is told of and left out."""
    with ExitStack() as stack:
        peers = []
        for mode in modes:
            try:
                peer = stack.enter_context(start(mode, data, folder))
            except PeerMissing as error:
                tell(f"  {mode}: {error}")
                continue
            tell(f"  {mode}: there after {peer.seconds:.1f} s")
            peers.append(peer)
        yield peers


def compare(
    data: Data,
    modes: Sequence[str],
    mix: Sequence[Query],
    folder: Path,
    *,
    rounds: int,
    seconds: float,
    driver: str,
    seed: int,
    tell: Tell,
) -> Comparison:
    """Starts the servers, compares their answers, then times them; raises RunFailed where one fails."""
    with all_ready(modes, data, folder, tell) as peers:
        timed, left_out, differing = _check(peers, mix, tell)
        found = {peer.mode: Measured(peer.mode, peer.seconds, 0, peer.disk) for peer in peers}
        order = random.Random(seed).sample(timed, len(timed))
        # A server's first requests find nothing at hand; that is not what is compared.
        warm = [_time(peer, order, WARM, driver) for peer in peers if peer.mode != SLOW_SERVER]
        if min(run.rate for run in warm) * seconds < PASSES * len(order):
            driver = "python"
            tell("  fewer than a few passes of the mix in a round: asked in whole passes")
        _settle(peers)
        started = {peer.mode: _spent(peer) for peer in peers}
        for turn in range(rounds):
            for peer in peers[turn % len(peers) :] + peers[: turn % len(peers)]:
                found[peer.mode].runs.append(_time(peer, order, seconds, driver))
            tell(
                f"  round {turn + 1} of {rounds}: "
                + ", ".join(f"{mode} {one.runs[-1].rate:.0f}/s" for mode, one in found.items())
            )
        for peer in peers:
            one = found[peer.mode]
            one.memory = peer.memory()
            spent = _spent(peer) - started[peer.mode]
            one.processor = spent * 1000 / sum(run.requests for run in one.runs)
    return Comparison(data.name, _count(data.file), len(timed), left_out, differing, found)


def _spent(peer: Peer) -> float:
    """Seconds of the processor in all processes of a server."""
    return sum(map(sum, peer.processor().values()))


def _settle(peers: Sequence[Peer]) -> None:
    """Waits until no server is busy with itself, as ours is while it makes pages beforehand."""
    for _ in range(int(SETTLING / LOOK)):
        before = sum(map(_spent, peers))
        sleep(LOOK)
        if sum(map(_spent, peers)) - before < LOOK * IDLE:
            return


def _time(peer: Peer, order: Sequence[Query], seconds: float, driver: str) -> Run:
    paths = tuple(query.path(peer.endpoint) for query in order)
    how = "python" if peer.mode == SLOW_SERVER else driver
    return run_load(Target(peer.port, paths, ACCEPT, errors_count=peer.mode == SLOW_SERVER), seconds, how)


def _check(
    peers: Sequence[Peer], mix: Sequence[Query], tell: Tell
) -> tuple[list[Query], list[str], list[str]]:
    """The queries to be timed, those left out as slow, and those whose answers differ."""
    timed, left_out, differing = [], [], []
    for query in mix:
        answers, slow = _ask_all(peers, query, tell)
        if slow:
            left_out.append(f"{query.name} ({slow})")
        else:
            timed.append(query)
        if any(answer != next(iter(answers.values())) for answer in answers.values()):
            differing.append(query.name)
            tell(f"  {query.name}: answers differ: {_differences(answers)}")
    return timed, left_out, differing


def _ask_all(peers: Sequence[Peer], query: Query, tell: Tell) -> tuple[dict[str, Counter[str]], str]:
    """The rows that servers answer, and the first compiled one that takes too long, if one does; then no
    further one is asked. Raises RunFailed where a compiled one fails in less time."""
    answers: dict[str, Counter[str]] = {}
    for peer in peers:
        began = perf_counter()
        try:
            status, body = peer.ask(query.text, ACCEPT, DEADLINE)
            found = rows(body) if status == 200 else None
        except (TimeoutError, ValueError) as error:
            # Oxigraph's own limit of time may leave half an answer.
            status, body, found = 0, str(error).encode(), None
        took = perf_counter() - began
        if found is not None:
            answers[peer.mode] = found
        elif peer.mode == SLOW_SERVER:
            # rdflib cannot order every answer, the same one at some times and not at others; its errors
            # count as answers, in its favour.
            tell(f"  {query.name}: {peer.mode} refuses it (status {status})")
        elif took < SLOW:
            raise RunFailed(f"{query.name}: {peer.mode}: {status}: {body[:500].decode(errors='replace')}")
        if peer.mode != SLOW_SERVER and took > SLOW:
            tell(f"  {query.name}: {peer.mode} takes {took:.1f} s (status {status})")
            return answers, peer.mode
    return answers, ""


def _differences(answers: dict[str, Counter[str]]) -> str:
    return ", ".join(
        f"{mode} {sum(answer.values())} rows ({hash(frozenset(answer.items())) % 10_000:04})"
        for mode, answer in answers.items()
    )


def _count(file: Path) -> int:
    with file.open("rb") as lines:
        return sum(1 for _ in lines)
