"""Puts a built dataset on another server by the SPARQL 1.1 Graph Store Protocol, graph by graph.

What is there already is not sent again: a small file of the build's cache remembers each graph's
hash, and the server is asked for its size. The union of all graphs follows them as a graph of its
own, and last of all the word that it is complete, by which a server begins to ask this dataset
(``endpoint.Names``). No graph is ever removed but on request.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from kgapp.dataset import Dataset, GraphFile, damaged, sha256_of, write_atomically
from kgapp.endpoint import VOID_TRIPLES, Credentials, Names, client_options, failure, unreachable
from kgapp.errors import KgappError, Message

CHUNK = 8 * 1024 * 1024
"""Bytes that are sent in one request."""
LEAST = 64 * 1024
"""Bytes below which a request that is refused is not halved again."""
GRACE = 3.0
"""Seconds in which servers that still ask the union before this one learn of it."""
TIMEOUT = 600.0
"""Seconds that a server may take to store what one request holds."""
TOO_LARGE = (408, 413, 500, 502, 503, 504)
N_TRIPLES = {"Content-Type": "application/n-triples"}
JSON = {"Accept": "application/sparql-results+json"}
INTEGER = "http://www.w3.org/2001/XMLSchema#integer"

Tell = Callable[[str, int, int], None]
"""Hears of each step: the graph, bytes sent of it just now, triples stored of it just now."""


@dataclass(frozen=True)
class Loaded:
    """What was done: graphs that were sent, that were there already, that the dataset does not have
    (and whether they were removed)."""

    sent: tuple[str, ...]
    kept: tuple[str, ...]
    strange: tuple[str, ...]
    pruned: bool


class Loader:
    """One dataset on its way to one server."""

    def __init__(self, dataset: Dataset, endpoint: str, graph_store: str, tell: Tell) -> None:
        self._dataset, self._names = dataset, Names.of(dataset)
        self._endpoint, self._graph_store, self._tell = endpoint, graph_store, tell
        options: dict[str, Any] = client_options()
        self._client = httpx.Client(auth=Credentials(), timeout=TIMEOUT, **options)
        where = sha256_of(f"{endpoint} {graph_store}".encode())[:16]
        self._memory = dataset.folder / "cache" / "load" / f"{where}.json"
        self._known = _read(self._memory)

    def __enter__(self) -> Loader:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def run(self, prune: bool) -> Loaded:
        """Loads what is not there yet; raises KgappError, and what was loaded by then stays."""
        sent, kept = [], []
        for graph in sorted(self._dataset.graphs):
            if self._has(graph.iri, graph.sha256, graph.triples):
                kept.append(graph.iri)
                self._tell(graph.iri, self._size(graph), graph.triples)
                continue
            self.put(graph.iri, [graph])
            self._verify(graph.iri, graph.sha256, graph.triples)
            self._tell(graph.iri, 0, graph.triples)
            sent.append(graph.iri)
        (kept if self._load_union() else sent).append(self._names.union)
        strange = self._strange()
        if prune:
            time.sleep(GRACE if strange and self._names.union in sent else 0)
            for iri in strange:
                self._forget(iri)
                self._send("DELETE", iri, b"")
        return Loaded(tuple(sent), tuple(kept), tuple(strange), prune)

    def _load_union(self) -> bool:
        """Whether the union was there already; loads it where it was not."""
        union, graphs = self._names.union, sorted(self._dataset.graphs)
        size = len({hash(line) for graph in graphs for line in self._lines(graph)})
        total = sum(map(self._size, graphs))
        if self._asks(self._names.is_complete) and self._has(union, self._dataset.digest, size):
            self._tell(union, total, size)
            return True
        self.put(union, graphs)
        self._verify(union, self._dataset.digest, size)
        word = f'<{union}> <{VOID_TRIPLES}> "{size}"^^<{INTEGER}> .\n'
        self._send("PUT", self._names.complete, word.encode())
        self._tell(union, 0, size)
        return False

    def put(self, iri: str, graphs: Iterable[GraphFile]) -> None:
        """Replaces a graph: its first part by PUT, each further one by POST, which adds."""
        self._forget(iri)
        method, size = "PUT", CHUNK
        for graph in graphs:
            for part in _parts(self._lines(graph), size):
                method = self._send_part(method, iri, part)
        if method == "PUT":
            self._send("PUT", iri, b"")

    def _send_part(self, method: str, iri: str, part: bytes) -> str:
        """Sends a part, in halves where it is refused for its size; the method for the next."""
        try:
            self._send(method, iri, part)
        except Refused as refused:
            if refused.status not in TOO_LARGE or len(part) < LEAST:
                raise refused.error from refused
            middle = part.index(b"\n", len(part) // 2) + 1
            for half in (part[:middle], part[middle:]):
                if half:
                    method = self._send_part(method, iri, half)
            return method
        self._tell(iri, len(part), 0)
        return "POST"

    def _send(self, method: str, iri: str, body: bytes) -> None:
        try:
            response = self._client.request(
                method, self._graph_store, params={"graph": iri}, content=body, headers=N_TRIPLES
            )
        except httpx.HTTPError as error:
            raise unreachable(self._graph_store, error) from error
        if method == "DELETE" and response.status_code == httpx.codes.NOT_FOUND:
            return
        if not response.is_success:
            raise Refused(response.status_code, failure(response.status_code, response.content))

    def _has(self, iri: str, digest: str, triples: int) -> bool:
        return self._known.get(iri) == digest and self._count(iri) == triples

    def _verify(self, iri: str, digest: str, triples: int) -> None:
        """Remembers a graph that arrived whole; raises KgappError for one that did not."""
        count = self._count(iri)
        if count != triples:
            raise KgappError(
                Message(
                    f"{iri} は{triples}トリプルのはずが，サーバでは{count}です。",
                    f"{iri} should have {triples} triples; the server has {count}.",
                ),
                Message(
                    "--endpoint と --graph-store が同じデータを指すか確かめてください。",
                    "See whether --endpoint and --graph-store are of the same data.",
                ),
            )
        self._known[iri] = digest
        self._write()

    def _forget(self, iri: str) -> None:
        if self._known.pop(iri, None) is not None:
            self._write()

    def _write(self) -> None:
        self._memory.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(self._memory, json.dumps(self._known, indent=1, sort_keys=True).encode())

    def _strange(self) -> list[str]:
        """Graphs under our names that this dataset does not have."""
        base = f"{self._dataset.base}id/"
        own = {graph.iri for graph in self._dataset.graphs} | {self._names.union, self._names.complete}
        query = f'SELECT DISTINCT ?g {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), "{base}")) }}'
        rows = self._ask(query)["results"]["bindings"]
        return sorted({row["g"]["value"] for row in rows} - own)

    def _count(self, iri: str) -> int:
        rows = self._ask(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}")["results"]["bindings"]
        return int(rows[0]["n"]["value"])

    def _asks(self, query: str) -> bool:
        return bool(self._ask(query)["boolean"])

    def _ask(self, query: str) -> Any:
        try:
            response = self._client.post(self._endpoint, data={"query": query}, headers=JSON)
        except httpx.HTTPError as error:
            raise unreachable(self._endpoint, error) from error
        if not response.is_success:
            raise failure(response.status_code, response.content)
        try:
            return response.json()
        except ValueError as error:
            raise KgappError(
                Message(
                    f"{self._endpoint} はSPARQLで答えません。", f"{self._endpoint} does not answer in SPARQL."
                ),
                Message("--endpoint を確かめてください。", "Check --endpoint."),
            ) from error

    def _size(self, graph: GraphFile) -> int:
        return self._dataset.path(graph).stat().st_size

    def _lines(self, graph: GraphFile) -> Iterator[bytes]:
        try:
            with self._dataset.path(graph).open("rb") as file:
                yield from file
        except OSError as error:
            raise damaged(graph.file, error) from error


class Refused(KgappError):
    """The server did not take what was sent."""

    def __init__(self, status: int, error: KgappError) -> None:
        super().__init__(error.what, error.remedy)
        self.status, self.error = status, error


def _parts(lines: Iterable[bytes], size: int) -> Iterator[bytes]:
    part: list[bytes] = []
    length = 0
    for line in lines:
        part.append(line)
        length += len(line)
        if length >= size:
            yield b"".join(part)
            part, length = [], 0
    if part:
        yield b"".join(part)


def _read(memory: Path) -> dict[str, str]:
    """What is remembered; nothing where that cannot be read."""
    try:
        content = json.loads(memory.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
