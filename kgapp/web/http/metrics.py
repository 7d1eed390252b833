"""What a server counts about itself, in the form of Prometheus; nothing about persons."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate
from pathlib import Path
from typing import TextIO

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics(Collector):
    """Counters of one front: plain numbers while it answers, metrics when they are asked for."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self, gauges: Callable[[], Mapping[str, tuple[str, float]]]) -> None:
        """``gauges`` gives, by name, what is measured at the moment of asking, with its meaning."""
        self._gauges = gauges
        self._requests: Counter[tuple[str, int]] = Counter()
        self._seconds: Counter[str] = Counter()
        self._buckets: dict[str, list[int]] = {}
        self._refusals: Counter[str] = Counter()
        self.cache: Counter[str] = Counter()
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)

    def count(self, place: str, status: int, seconds: float, limit: str) -> None:
        """Notes one request."""
        self._requests[place, status] += 1
        self._seconds[place] += seconds  # type: ignore[assignment]
        buckets = self._buckets.get(place)
        if buckets is None:
            buckets = self._buckets[place] = [0] * (len(BUCKETS) + 1)
        buckets[bisect_left(BUCKETS, seconds)] += 1
        if limit:
            self._refusals[limit] += 1

    def text(self) -> bytes:
        """All of it in the exposition format."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """The metrics, for the client library."""
        requests = CounterMetricFamily("kgapp_requests", "Requests", labels=["place", "status"])
        for (place, status), number in self._requests.items():
            requests.add_metric([place, str(status)], number)
        yield requests
        seconds = HistogramMetricFamily("kgapp_request_seconds", "Time to an answer", labels=["place"])
        edges = [*map(str, BUCKETS), "+Inf"]
        for place, counted in self._buckets.items():
            seconds.add_metric(
                [place], list(zip(edges, accumulate(counted), strict=True)), self._seconds[place]
            )
        yield seconds
        cache = CounterMetricFamily("kgapp_cache", "Answers found among those kept", labels=["result"])
        for result, number in self.cache.items():
            cache.add_metric([result], number)
        yield cache
        refusals = CounterMetricFamily("kgapp_refusals", "Queries refused by a limit", labels=["limit"])
        for limit, number in self._refusals.items():
            refusals.add_metric([limit], number)
        yield refusals
        for name, (meaning, value) in self._gauges().items():
            yield GaugeMetricFamily(name, meaning, value=value)


class AccessLog:
    """One JSON object a line: when, what, how long; a query by its hash, no address of anybody."""

    def __init__(self, place: str) -> None:
        """``place`` is ``-`` for standard output, or a file; raises OSError."""
        self._file: TextIO = sys.stdout
        if place != "-":
            self._file = Path(place).open("a", encoding="utf-8")  # noqa: SIM115  as long as the server

    def write(
        self, method: str, path: str, status: int, seconds: float, size: int, query: bytes, limit: str
    ) -> None:
        """Notes a request; ``query`` is the question's bytes, empty where there was none."""
        entry = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "method": method,
            "path": path,
            "status": status,
            "ms": round(seconds * 1000, 2),
            "bytes": size,
            "query": hashlib.sha256(query).hexdigest()[:16] if query else "",
            "limit": limit,
        }
        self._file.write(json.dumps(entry) + "\n")
        self._file.flush()
