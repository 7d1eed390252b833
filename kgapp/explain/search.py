"""Finds derivations: backwards from a triple by one application of a rule after the other, until all
that it can rest on is recorded.

Every conclusion of the build stands in the data, and so do the conclusions on the way to it: what a rule
would need and the data do not hold is no premise. So the search stays among the triples that are there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, product

import pyoxigraph as ox

from kgapp.explain.axioms import TYPE, Axioms, TwoLegs
from kgapp.explain.facts import Facts, Graphs, Link, is_recorded
from kgapp.explain.model import STEPWISE, Axiom, Derivation, Rule

MOST_WAYS = 50
"""Derivations that are told of one triple."""
FEW = 8
"""Legs without a ground of their own that are looked into although a shorter way is known."""
MOST_QUERIES = 120
"""Queries after which a search ends with what it has found."""
MOST_CALLS = 20_000
"""Triples that are gone through in putting derivations together."""


@dataclass(frozen=True)
class Edge:
    """One application of a rule: with an axiom, from premises that are there."""

    rule: Rule
    axiom: Axiom
    premises: tuple[Link, ...]


class Search:
    """Looks for what one link follows from."""

    def __init__(self, axioms: Axioms, facts: Facts) -> None:
        self._axioms, self._facts = axioms, facts
        self._graphs: dict[Link, Graphs] = {}
        self._edges: dict[Link, dict[Edge, None]] = {}
        self._walked: set[Link] = set()
        """Links whose chains have been followed."""
        self._calls = 0
        self.more = False
        """Whether there may be more than was found."""

    def ways(self, goal: Link, graphs: Graphs) -> tuple[Derivation, ...]:
        """The derivations of a link that is there, by rules, the shortest first; each ends in another
        ground, and no ground holds another."""
        self._graphs[goal] = graphs
        self._open(goal, frozenset([goal]))
        if goal[1] == TYPE:
            if goal not in self._supported():
                self._open_types_of_any(goal)
        else:
            self._walk(goal)
        self.more |= self._facts.cut
        found = self._derive(goal, frozenset(), top=True)
        self.more |= len(found) > MOST_WAYS or self._calls > MOST_CALLS
        return tuple(found[:MOST_WAYS])

    # From a link back to those that it may follow from by one premise

    def _open(self, goal: Link, again: frozenset[Link] = frozenset()) -> list[Link]:
        """Goes back over rules with one premise, and tells the links met; recorded ones are ends."""
        met: dict[Link, None] = {}
        todo = [goal]
        while todo:
            link = todo.pop()
            if link in met:
                continue
            met[link] = None
            if link not in self._edges:
                if is_recorded(self._graphs[link]) and link not in again:
                    continue
                edges = self._of_type(link) if link[1] == TYPE else self._of_pair(link)
                self._edges[link] = dict.fromkeys(edges)
            single = (edge.premises for edge in self._edges[link] if len(edge.premises) == 1)
            todo += (premise for premises in single for premise in premises)
        return list(met)

    def _of_pair(self, link: Link) -> Iterator[Edge]:
        subject, property_, obj = link
        there = self._facts.between(subject, obj)
        for step in self._axioms.properties[property_]:
            premise = (obj, step.term, subject) if step.turned else (subject, step.term, obj)
            if premise in there and premise != link:
                self._graphs[premise] = there[premise]
                yield Edge(step.rule, step.axiom, (premise,))

    def _of_type(self, link: Link) -> Iterator[Edge]:
        """From other kinds of the thing and from recorded links of it; where it has none of either,
        from concluded links."""
        thing, _, kind = link
        own, found = self._facts.of(thing), False
        for step in self._axioms.classes[kind]:
            premise = (thing, TYPE, step.term)
            if premise in own and premise != link:
                found = True
                self._graphs[premise] = own[premise]
                yield Edge(step.rule, step.axiom, (premise,))
        for recorded in (True, False):
            if recorded or not found:
                for edge in self._by_ends(link, recorded):
                    found = True
                    yield edge

    def _by_ends(self, link: Link, recorded: bool, any_of_many: bool = False) -> Iterator[Edge]:
        thing, _, kind = link
        ends = [(self._axioms.domains[kind], self._facts.of(thing))]
        if self._axioms.ranges[kind]:
            ends.append((self._axioms.ranges[kind], self._facts.pointing_to(thing, any_of_many)))
        for steps, links in ends:
            by_property: dict[str, list[Link]] = {}
            for premise, graphs in links.items():
                if is_recorded(graphs) == recorded and premise != link:
                    by_property.setdefault(premise[1], []).append(premise)
            for step in steps:
                for premise in by_property.get(step.term, ()):
                    self._graphs[premise] = links[premise]
                    yield Edge(step.rule, step.axiom, (premise,))

    def _open_types_of_any(self, goal: Link) -> None:
        """Where kinds lead to each other in a circle, or only very many links lead to the thing."""
        for link in [link for link in self._edges if link[1] == TYPE]:
            for recorded in (True, False):
                for edge in list(self._by_ends(link, recorded, any_of_many=True))[: 2 * FEW]:
                    self._edges[link][edge] = None
                    for premise in edge.premises:
                        self._open(premise)
                        if not recorded:
                            self._walk(premise)
            if goal in self._supported():
                return

    # From a link back over what lies between its ends

    def _walk(self, goal: Link) -> None:
        """Follows chains to a link, and those to its legs as long as nothing holds it."""
        todo = self._open(goal)
        while todo:
            legs = [leg for link in todo for leg in self._chained(link)]
            supported = self._supported()
            open_legs = [leg for leg in dict.fromkeys(legs) if leg not in supported]
            if goal in supported and len(open_legs) > FEW:
                self.more = True
                return
            todo = [link for leg in open_legs for link in self._open(leg)]

    def _chained(self, link: Link) -> Iterator[Link]:
        """The legs of the chains that give a link: those not met before are opened."""
        if link in self._walked or link[1] == TYPE:
            return
        self._walked.add(link)
        for legs in self._axioms.legs[link[1]]:
            if self._facts.asked >= MOST_QUERIES:
                self.more = True
                return
            for pair in self._pairs(link, legs):
                self._edges.setdefault(link, {})[Edge(legs.rule, legs.axiom, pair)] = None
                for leg in pair:
                    self._open(leg)
                    yield leg

    def _pairs(self, link: Link, legs: TwoLegs) -> Iterator[tuple[Link, Link]]:
        subject, _, obj = link
        for middle in self._facts.middles(subject, legs, obj):
            first, second = (subject, legs.first, middle), (middle, legs.second, obj)
            if link in (first, second):
                continue
            for leg in (first, second):
                self._graphs[leg] = self._facts.between(leg[0], leg[2])[leg]
            yield first, second

    def _supported(self) -> set[Link]:
        """The links that follow from recorded ones, as far as it has been looked."""
        found = {link for link, graphs in self._graphs.items() if is_recorded(graphs)}
        grown = -1
        while grown != len(found):
            grown = len(found)
            for link, edges in self._edges.items():
                if link not in found and any(found.issuperset(edge.premises) for edge in edges):
                    found.add(link)
        return found

    # Putting together

    def _derive(self, link: Link, above: frozenset[Link], top: bool = False) -> list[Derivation]:
        """Derivations of a link in which none of the links above it takes part."""
        self._calls += 1
        if self._calls > MOST_CALLS:
            return []
        if not top and is_recorded(self._graphs[link]):
            return [Derivation(_triple(link), self._graphs[link])]
        found: list[Derivation] = []
        above |= {link}
        for edge in self._edges.get(link, ()):
            if above.isdisjoint(edge.premises):
                choices = [self._derive(premise, above) for premise in edge.premises]
                some = islice(product(*choices), MOST_WAYS)
                found += (self._applied(link, edge, premises) for premises in some)
        return _distinct(found)

    def _applied(self, link: Link, edge: Edge, premises: tuple[Derivation, ...]) -> Derivation:
        triple, graphs = _triple(link), self._graphs[link]
        before = premises[0]
        if edge.rule in STEPWISE and before.rule is edge.rule:
            return Derivation(triple, graphs, edge.rule, (*before.axioms, edge.axiom), before.premises)
        return Derivation(triple, graphs, edge.rule, (edge.axiom,), premises)


def _distinct(found: Iterable[Derivation]) -> list[Derivation]:
    """The shortest derivation for each ground, without those whose ground holds that of another."""
    kept: list[Derivation] = []
    for one in sorted(found, key=lambda derivation: derivation.rank):
        if not any(other.ground <= one.ground for other in kept):
            kept.append(one)
    return kept[: MOST_WAYS + 1]


def _triple(link: Link) -> ox.Triple:
    subject, property_, obj = map(ox.NamedNode, link)
    return ox.Triple(subject, property_, obj)
