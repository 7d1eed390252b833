"""Ways between two things and what lies around one, as pure functions of a network."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nsmallest
from itertools import pairwise

from kgapp.web.connections.network import Network, Node, Tie

LONGEST = 4
"""Steps of a way at most."""
ENOUGH = 100
"""Where so many ways are found, longer ones are not looked for."""
BEST_HALVES = 16
"""Beginnings (or ends) of a way that are kept for each thing in the middle, the best."""
MOST_AROUND = 120
"""Things of the second step that are told."""
Cost = tuple[int, int, int]
"""Concluded steps, steps that a person read, and how many neighbours the things between have."""
_WEIGHT = {"stated": (0, 0), "placed": (0, 0), "known": (0, 1), "interpreted": (0, 1), "inferred": (1, 0)}


@dataclass(frozen=True)
class Way:
    """Things from one end to the other, and what ties each to the next (the strongest tie first)."""

    nodes: tuple[Node, ...]
    steps: tuple[tuple[Tie, ...], ...]
    cost: Cost

    @property
    def rank(self) -> tuple[int, Cost, tuple[str, ...]]:
        """Shorter first, then the stronger grounds, then what leads through less crowded things."""
        return len(self.steps), self.cost, tuple(node.iri for node in self.nodes)


@dataclass(frozen=True)
class Ways:
    """The ways that were found, the best first."""

    found: tuple[Way, ...]
    searched: int
    """Steps up to which ways were looked for."""
    cut: bool
    """Whether there may be more of this length, through things with very many neighbours."""


@dataclass(frozen=True)
class Neighbour:
    """A thing one or two steps away: by which ties from the thing before it, and whether others lie
    between as well."""

    node: Node
    via: Node
    ties: tuple[Tie, ...]
    distance: int
    others: int = 0
    """Further things through which it is reached in two steps."""


@dataclass(frozen=True)
class Around:
    """What lies around a thing, the nearest first."""

    centre: Node
    found: tuple[Neighbour, ...]
    left_out: int
    """Things of the second step that are not told, for their number."""


def find_ways(network: Network, start: str, end: str) -> Ways:
    """The ways of at most ``LONGEST`` steps between two different things, breadth-first from both ends."""
    search = _Search(network, start, end)
    found: list[Way] = []
    for length in range(1, LONGEST + 1):
        found += search.ways(length)
        if len(found) >= ENOUGH:
            break
    return Ways(tuple(sorted(found, key=lambda way: way.rank)[:ENOUGH]), length, search.cut)


def find_around(network: Network, thing: str, steps: int, relation: str = "", ground: str = "") -> Around:
    """What is tied to a thing in one or two steps, by ties of a relation and a ground where given.
    Nothing is reached through a thing that everything lies in."""
    centre = network.nodes[thing]

    def _ties(one: str) -> Iterator[tuple[str, tuple[Tie, ...]]]:
        for other, ties in network.neighbours.get(one, {}).items():
            fitting = tuple(tie for tie in ties if _fits(tie, relation, ground))
            if fitting:
                yield other, fitting

    first = [Neighbour(network.nodes[other], centre, ties, 1) for other, ties in _ties(thing)]
    first.sort(key=_order)
    if steps < 2:
        return Around(centre, tuple(first), 0)
    near = {thing, *(neighbour.node.iri for neighbour in first)}
    reached: dict[str, list[tuple[Cost, Neighbour]]] = defaultdict(list)
    for before in first:
        if before.node.passable:
            for other, ties in _ties(before.node.iri):
                if other not in near:
                    cost = _sum(_cost(before.ties), _cost(ties), _crowd(network, before.node.iri))
                    reached[other].append((cost, Neighbour(network.nodes[other], before.node, ties, 2)))
    second: list[tuple[Cost, Neighbour]] = []
    for ways in reached.values():
        cost, best = min(ways, key=lambda way: (way[0], way[1].via.iri))
        second.append((cost, Neighbour(best.node, best.via, best.ties, 2, len(ways) - 1)))
    second.sort(key=lambda entry: (entry[0], _order(entry[1])))
    told = sorted((neighbour for _, neighbour in second[:MOST_AROUND]), key=_order)
    return Around(centre, (*first, *told), max(0, len(second) - MOST_AROUND))


def _fits(tie: Tie, relation: str, ground: str) -> bool:
    return (not relation or tie.relation == relation) and (not ground or tie.ground == ground)


def _order(neighbour: Neighbour) -> tuple[int, tuple[int, str, str, str], str]:
    return neighbour.distance, neighbour.ties[0].rank, neighbour.node.iri


def _cost(ties: tuple[Tie, ...]) -> Cost:
    return (*_WEIGHT[ties[0].ground], 0)


def _crowd(network: Network, thing: str) -> Cost:
    return 0, 0, len(network.neighbours.get(thing, ()))


def _sum(*costs: Cost) -> Cost:
    concluded, read, crowd = zip(*costs, strict=True)
    return sum(concluded), sum(read), sum(crowd)


_Half = tuple[Cost, tuple[str, ...]]


class _Search:
    """Halves of ways from both ends, joined where they meet."""

    def __init__(self, network: Network, start: str, end: str) -> None:
        self._network, self._start, self._end = network, start, end
        self.cut = False
        self._halves: dict[str, list[dict[str, list[_Half]]]] = {
            origin: [{origin: [((0, 0, 0), (origin,))]}, *self._outward(origin, other)]
            for origin, other in ((start, end), (end, start))
        }

    def ways(self, length: int) -> Iterator[Way]:
        """The ways of exactly so many steps."""
        there = self._halves[self._start][(length + 1) // 2]
        back = self._halves[self._end][length // 2]
        for middle in sorted(there.keys() & back.keys()):
            crowd = (0, 0, 0) if middle == self._end else _crowd(self._network, middle)
            for cost, going in there[middle]:
                for other_cost, coming in back[middle]:
                    path = (*going, *reversed(coming[:-1]))
                    if len(set(path)) == len(path) and not self._is_detour(path):
                        yield self._way(path, _sum(cost, other_cost, crowd))

    def _outward(self, origin: str, other: str) -> Iterator[dict[str, list[_Half]]]:
        """By the thing reached: the halves of one step, then those of two."""
        one: dict[str, list[_Half]] = {
            near: [(_cost(ties), (origin, near))]
            for near, ties in self._network.neighbours.get(origin, {}).items()
            if near == other or self._network.nodes[near].passable
        }
        yield one
        two: dict[str, list[_Half]] = defaultdict(list)
        for near, ((cost, path),) in one.items():
            if near == other:
                continue
            crowd = _crowd(self._network, near)
            for far, ties in self._network.neighbours[near].items():
                if far not in (origin, other) and self._network.nodes[far].passable:
                    two[far].append((_sum(cost, crowd, _cost(ties)), (*path, far)))
        self.cut |= any(len(halves) > BEST_HALVES for halves in two.values())
        yield {far: nsmallest(BEST_HALVES, halves) for far, halves in two.items()}

    def _is_detour(self, path: tuple[str, ...]) -> bool:
        """Whether two things of the way, not both its ends, are tied without what lies between them."""
        for place, one in enumerate(path):
            for other in path[place + 2 :]:
                if (one, other) != (self._start, self._end) and any(
                    tie.ground != "inferred" for tie in self._network.between(one, other)
                ):
                    return True
        return False

    def _way(self, path: tuple[str, ...], cost: Cost) -> Way:
        steps = tuple(self._network.between(one, other) for one, other in pairwise(path))
        return Way(tuple(self._network.nodes[iri] for iri in path), steps, cost)
