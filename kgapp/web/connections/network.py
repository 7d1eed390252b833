"""What is linked with what in one or several papers of a city: a network of things and ties, read by
a few queries for each paper and kept while the same data answer; nothing here knows of pages.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock

import pyoxigraph as ox
from cachetools import LRUCache

from kgapp.web.frame.context import Context
from kgapp.web.trace.trace import Edition, Passage, Quote, Source, Theme, Thing, Trace, Traces

PLACED, KNOWN = "placed", "known"
"""Grounds of ties that are no claims: where the paper puts a passage, and the register."""
GROUNDS = ("stated", PLACED, KNOWN, "interpreted", "inferred")
"""From the strongest ground to the weakest."""
ENDS_ONLY = ("Theme", "District", "Municipality")
"""Kinds of things that a way may begin or end at but never passes through: everything lies in them."""
WALKED = re.compile(
    r"[^/]+/(?:(?:actor|group|district|facility|programme)/[^/]+|municipality"
    r"|[^/]+/(?:theme-\d+(?:/[A-Za-z]+-\d+)?|chart/theme-\d+/\d+))"
)
"""Paths of the things that have ties here."""
MOST_EDITIONS = 8
"""Papers of a city that are read for one answer, the newest."""
_KEPT, _KEPT_NETWORKS = 32, 16


@dataclass(frozen=True)
class Node:
    """A thing with ties: one of the register, a passage or a theme."""

    iri: str
    path: str
    kind: str
    """The local name of its class; ``Passage`` for every passage."""
    what: Thing | Passage | Theme
    edition: str
    """The path of the paper that it belongs to; empty for a thing of the register."""

    @property
    def passable(self) -> bool:
        """Whether a way may pass through it."""
        return self.kind not in ENDS_ONLY


@dataclass(frozen=True)
class Tie:
    """A recorded link between two things. ``relation`` is a local name, ``ground`` one of ``GROUNDS``."""

    subject: str
    relation: str
    object: str
    ground: str
    claim: str = ""
    """Empty where it is no claim."""
    rationale: str = ""
    quotes: tuple[Quote, ...] = ()
    object_quotes: tuple[Quote, ...] = ()
    sources: tuple[Source, ...] = ()

    @property
    def rank(self) -> tuple[int, str, str, str]:
        """The strongest ground first, then in an order that stays."""
        return GROUNDS.index(self.ground), self.relation, self.subject, self.claim


@dataclass(frozen=True)
class Network:
    """Things by IRI and the ties between them."""

    editions: tuple[Edition, ...]
    nodes: Mapping[str, Node]
    ties: tuple[Tie, ...] = field(repr=False)

    @cached_property
    def neighbours(self) -> dict[str, dict[str, tuple[Tie, ...]]]:
        """By thing and thing the ties between the two, the strongest ground first."""
        found: dict[str, dict[str, list[Tie]]] = defaultdict(lambda: defaultdict(list))
        for tie in self.ties:
            if tie.subject != tie.object and tie.subject in self.nodes and tie.object in self.nodes:
                found[tie.subject][tie.object].append(tie)
                found[tie.object][tie.subject].append(tie)
        return {
            one: {other: tuple(sorted(ties, key=lambda tie: tie.rank)) for other, ties in sorted(own.items())}
            for one, own in found.items()
        }

    def between(self, one: str, other: str) -> tuple[Tie, ...]:
        """The ties between two things, whichever is their subject."""
        return self.neighbours.get(one, {}).get(other, ())


class Networks:
    """The networks of the papers that answer now."""

    def __init__(self, context: Context, traces: Traces) -> None:
        self._context, self._traces = context, traces
        self._lock = Lock()
        self._ties: LRUCache[str, tuple[Tie, ...]] = LRUCache(_KEPT)
        self._networks: LRUCache[tuple[str, ...], Network] = LRUCache(_KEPT_NETWORKS)
        self._generation = -1

    def editions_of(self, path: str) -> tuple[Edition, ...]:
        """The papers that a thing's path concerns, the newest first: its own, or those of its city.
        Raises QueryRefused (404) where other data are served."""
        city, _, rest = path.partition("/")
        own = [edition for edition in self._traces.editions() if edition.city == city]
        named = [edition for edition in own if edition.path == f"{city}/{rest.partition('/')[0]}"]
        return tuple(sorted(named or own, key=lambda edition: (edition.issued, edition.path), reverse=True))

    def node(self, path: str) -> Node | None:
        """The thing with this path; nothing where none that has ties is called so."""
        if not WALKED.fullmatch(path):
            return None
        for edition in self.editions_of(path)[:1]:
            iri = f"{self._context.source.base}id/{path}"
            return self.network((edition,)).nodes.get(iri)
        return None

    def network(self, editions: Sequence[Edition]) -> Network:
        """The ties of these papers together."""
        generation = self._renewed()
        key = tuple(edition.path for edition in editions)
        with self._lock:
            kept = self._networks.get(key)
        if kept is None:
            kept = self._joined(editions)
            with self._lock:
                if self._generation == generation == self._context.source.generation:
                    self._networks[key] = kept
        return kept

    def _joined(self, editions: Sequence[Edition]) -> Network:
        nodes: dict[str, Node] = {}
        ties: dict[Tie, None] = {}
        for edition in editions:
            trace = self._traces.trace(edition.path)
            nodes.update((node.iri, node) for node in _nodes(trace, self._context.source.base))
            ties.update(dict.fromkeys(self._ties_of(edition)))
        return Network(tuple(editions), nodes, tuple(ties))

    def _ties_of(self, edition: Edition) -> tuple[Tie, ...]:
        generation = self._renewed()
        with self._lock:
            kept = self._ties.get(edition.path)
        if kept is None:
            given = {"edition": edition.iri}
            graphs = f"{self._context.source.base}id/{edition.city}/graph/"
            city = {"register": f"{graphs}register", "external": f"{graphs}external"}
            claimed = _claimed(
                self._rows("connection-links", given),
                self._rows("trace-quotes", given),
                self._rows("trace-derivations", given),
            )
            kept = (*claimed, *_unclaimed(self._rows("connection-places", {**given, **city})))
            with self._lock:
                if self._generation == generation == self._context.source.generation:
                    self._ties[edition.path] = kept
        return kept

    def _renewed(self) -> int:
        """What answers now; what was kept of other data is forgotten."""
        generation = self._context.source.generation
        with self._lock:
            if generation != self._generation:
                self._ties.clear()
                self._networks.clear()
                self._generation = generation
        return generation

    def _rows(self, name: str, given: Mapping[str, str]) -> list[dict[str, str]]:
        """A page query's rows: the values of what is bound, by name."""
        query = self._context.page_queries[name]
        results = query.run(self._context.source, given)
        assert isinstance(results, ox.QuerySolutions)
        columns = query.columns(results)
        return [{name: row[name].value for name in columns if row[name] is not None} for row in results]


def _nodes(trace: Trace, base: str) -> Iterator[Node]:
    edition, start = trace.edition.path, f"{base}id/"
    for thing in trace.things.values():
        yield Node(thing.iri, thing.path, thing.kind, thing, "")
    for passage in trace.passages.values():
        yield Node(passage.iri, passage.iri.removeprefix(start), "Passage", passage, edition)
    for theme in trace.themes:
        yield Node(theme.iri, theme.iri.removeprefix(start), "Theme", theme, edition)


def _claimed(
    rows: Iterable[Mapping[str, str]],
    quotes: Iterable[Mapping[str, str]],
    derivations: Iterable[Mapping[str, str]],
) -> Iterator[Tie]:
    words: dict[tuple[str, str], list[Quote]] = defaultdict(list)
    for row in quotes:
        quote = Quote(row["quote"], row["exact"], int(row["start"]))
        words[row["claim"], _local(row["side"])].append(quote)
    sources: dict[str, list[Source]] = defaultdict(list)
    for row in derivations:
        sources[row["claim"]].append(Source(row["subject"], _local(row["relation"]), row["object"]))
    for row in rows:
        claim = row["claim"]
        yield Tie(
            row["subject"],
            _local(row["relation"]),
            row["object"],
            _local(row["mode"]),
            claim,
            row.get("rationale", ""),
            tuple(words[claim, "wasQuotedFrom"]),
            tuple(words[claim, "objectQuotedFrom"]),
            tuple(sources[claim]),
        )


def _unclaimed(rows: Iterable[Mapping[str, str]]) -> Iterator[Tie]:
    for row in rows:
        relation = _local(row["relation"])
        ground = PLACED if relation == "inTheme" else KNOWN
        yield Tie(row["subject"], relation, row["object"], ground)


def _local(iri: str) -> str:
    return iri.rpartition("#")[2]
