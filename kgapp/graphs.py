"""Graphs in memory, each by itself and merged: which of the engine's stores a query is put to.

The engine's own union of graphs counts a triple once for each graph that has it, which no RDF merge
does, and it silently overrules FROM; and where FROM stands, no reading of the text can tell for sure.
So the data are held twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache

import pyoxigraph as ox

from kgapp.dataset import damaged

CONCLUDED = "/graph/inferred"
"""How the names of graphs end that hold what rules have concluded (MODEL.md, "IRIs")."""
ONLY_CONCLUDED = ox.NamedNode("urn:x-kgapp:only-concluded")
"""Where the merge keeps what no graph states. A query that may name graphs never asks the merge."""
MERGES = 4
"""Merges of chosen graphs that a process keeps."""
MERGING = "INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"


@dataclass(frozen=True)
class Serialized:
    """RDF as bytes, where it is from, the graph for its triples (none: the default graph, or those
    that it names itself) and the base of its relative IRIs."""

    name: str
    data: bytes
    format: ox.RdfFormat
    graph: str = ""
    base: str | None = None


class Graphs:
    """What is loaded, and never changes.

    ``by_name`` has every graph under its name, and in its default graph their merge. ``merged`` is the
    smaller and faster one for queries that name no graph: it has each triple once, in its default graph
    what is stated, in another (ONLY_CONCLUDED) the rest. The engine's union of these two is the merge.
    """

    def __init__(self, content: Iterable[Serialized]) -> None:
        """Loads everything; raises DatasetMissing where something cannot be read."""
        self.by_name, self.merged = ox.Store(), ox.Store()
        self.stated: list[ox.NamedNode] = []
        """The names of the graphs that hold no conclusions, where the loader named all graphs."""
        self.merge_of = lru_cache(MERGES)(self._merge_of)
        """Some graphs merged in the default graph, beside others under their names: the dataset that a
        query names (SPARQL 1.1 Query, 13.2). The last ones are kept."""
        concluded: list[ox.NamedNode] = []
        for part in content:
            name = ox.NamedNode(part.graph) if part.graph else None
            try:
                self.by_name.bulk_load(part.data, part.format, base_iri=part.base, to_graph=name)
            except (SyntaxError, ValueError) as error:
                raise damaged(part.name, error) from error
            if name is not None:
                (concluded if part.graph.endswith(CONCLUDED) else self.stated).append(name)
            del part  # its bytes would stay while everything is merged
        self._merge(concluded)

    def _merge(self, concluded: Sequence[ox.NamedNode]) -> None:
        """Terms are taken over and never read again, so that a blank node stays one in all graphs. The
        engine makes one of the merges by itself, beside the other."""
        quads = iter(self.by_name)
        with ThreadPoolExecutor(1) as beside:
            merging = beside.submit(self.by_name.update, MERGING)
            if concluded:
                apart = frozenset(concluded)
                quads = (quad for quad in quads if quad.graph_name not in apart)
            self.merged.bulk_extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
            for name in concluded:
                self.merged.bulk_extend(self._only_concluded(name))
            merging.result()

    def _only_concluded(self, name: ox.NamedNode) -> Iterator[ox.Quad]:
        for quad in self.by_name.quads_for_pattern(None, None, None, name):
            if ox.Quad(quad.subject, quad.predicate, quad.object) not in self.merged:
                yield ox.Quad(quad.subject, quad.predicate, quad.object, ONLY_CONCLUDED)

    def _merge_of(self, default: frozenset[ox.NamedNode], named: frozenset[ox.NamedNode]) -> ox.Store:
        merge = ox.Store()
        for name in default:
            quads = self.by_name.quads_for_pattern(None, None, None, name)
            merge.bulk_extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
        for name in named:
            merge.bulk_extend(self.by_name.quads_for_pattern(None, None, None, name))
        return merge

    def __len__(self) -> int:
        """Triples, counted in each graph that has them."""
        return len(self.by_name) - len(self.merged)
