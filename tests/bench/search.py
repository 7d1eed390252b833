"""Measures search over so many municipalities: building the index, its size, and the time of searches.

``python -m tests.bench.search 1 100`` prints one line for each number of municipalities. The searches
are of words that the paper holds once, often and everywhere, each as it is typed, without the page.
"""

from __future__ import annotations

import gc
import re
import resource
import statistics
import sys
import time

import pyoxigraph as ox

from kgapp.dataset import Dataset, read_dataset
from kgapp.graphs import Serialized
from kgapp.home import find_home
from kgapp.queryfile import QueryFile, read_queries
from kgapp.search.finding import find
from kgapp.search.gather import gather
from kgapp.search.index import Index, build
from kgapp.search.suggesting import suggest
from kgapp.search.terms import Filters, read
from kgapp.store import Store
from tests.bench.generate import generate, read_pattern

GRAPH = re.compile(rb"<([^<>]+)> \.\n\Z")
WORDS = ("社協", "しゃきょう", "csw", "アウトリーチ", "辻堂", "三師会", "地域", "ちいき", "支援", "国", "年", "2",
         "community", "CSW 配置", "見守り 体制", "4-nextIssue-5", "存在しない言葉")  # fmt: skip
SHOWN = 10
TIMES = 20


def main() -> None:
    """Measures at each number of municipalities given."""
    home = find_home()
    dataset = read_dataset(home.build)
    queries = read_queries(home.queries / "pages")
    for number in map(int, sys.argv[1:] or ["1", "100"]):
        measure(dataset, queries, number)


def measure(dataset: Dataset, queries: dict[str, QueryFile], municipalities: int) -> None:
    """Prints what search takes at this many municipalities."""
    store, graphs = _store(dataset, municipalities)
    before = _memory()
    began, worked = time.perf_counter(), time.process_time()
    index = build(gather(store, queries, graphs), store.base)
    took, worked = time.perf_counter() - began, time.process_time() - worked
    print(
        f"{municipalities} municipalities: {index.things} things, index {index.size / 1e6:.1f} MB, "
        f"built in {took:.2f} s ({worked:.2f} s of a processor), {_memory() - before:.0f} MB at its height"
    )
    _measure_searches(index)


def _measure_searches(index: Index) -> None:
    everything = []
    for words in WORDS:
        times = [_seconds(index, words) for _ in range(TIMES)]
        everything += times
        print(f"  {words}: median {statistics.median(times) * 1000:.2f} ms, most {max(times) * 1000:.2f} ms")
    everything.sort()
    print(f"  all: 99th percentile {everything[int(len(everything) * 0.99)] * 1000:.2f} ms")
    began = time.thread_time()
    for words in WORDS:
        suggest(index, words[:2])
    print(f"  suggestions: {(time.thread_time() - began) / len(WORDS) * 1000:.2f} ms")


def _seconds(index: Index, words: str) -> float:
    """Processor time of one search, so that others on the machine do not count."""
    began = time.thread_time()
    find(index, read(words), Filters(), SHOWN)
    return time.thread_time() - began


def _store(dataset: Dataset, municipalities: int) -> tuple[Store, list[str]]:
    graphs: list[str] = []
    parts = []
    for data in generate(read_pattern(dataset), municipalities):
        if found := GRAPH.search(data):
            graphs.append(found[1].decode())
            parts.append(Serialized(graphs[-1], data, ox.RdfFormat.N_QUADS))
    store = Store(parts, dataset.base)
    del parts
    gc.collect()
    return store, graphs


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
