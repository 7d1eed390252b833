"""Why an inferred claim says what it says: it keeps the record of a conclusion (MODEL.md, "Evidence").

Its triples are no conclusions of OWL. ``kgapp.infer.derivations`` makes them of a link that a chain
concludes and of the claims on the recorded links that it rests on.
"""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox

from kgapp.explain.axioms import RDF
from kgapp.explain.facts import Facts, Link, is_recorded
from kgapp.explain.model import Derivation, Rule
from kgapp.vocab import CCR

QUOTED = "http://www.w3.org/ns/prov#wasQuotedFrom"
PARTS = tuple(f"{RDF}{name}" for name in ("subject", "predicate", "object"))
Ways = Callable[[Link], tuple[Derivation, ...]]
"""The derivations of a link that is there."""


class Record:
    """An inferred claim: what it records, and the claims that it names as its premises."""

    def __init__(self, facts: Facts, claim: str, ways: Ways) -> None:
        self._facts, self._claim, self._ways = facts, claim, ways
        self._own = facts.of(claim)

    def explain(self, triple: Link) -> Derivation | None:
        """Why the claim says one of its triples; nothing where it is no claim of a conclusion."""
        parts = self._parts(self._claim)
        if parts is None or (self._claim, str(CCR.mode), str(CCR.inferred)) not in self._own:
            return None
        _, property_, value = triple
        ways = self._ways(parts)
        if property_ == str(CCR.inferredFrom):
            return self._resting_on(triple, value, ways)
        if property_ == QUOTED:
            return self._quoted(triple, ways)
        premises = self._premises()
        for way in ways:
            for premise in premises:
                if self._is_ground(premise, way):
                    return self._derived(Rule.CLAIM, triple, (way, *self._recorded(premise)))
        return None

    def _resting_on(self, triple: Link, premise: str, ways: tuple[Derivation, ...]) -> Derivation | None:
        way = next((way for way in ways if self._is_ground(premise, way)), None)
        if way is None:
            return None
        return self._derived(Rule.CLAIM_PREMISE, triple, (way, *self._recorded(premise)))

    def _quoted(self, triple: Link, ways: tuple[Derivation, ...]) -> Derivation | None:
        for premise in self._premises():
            quoted = (premise, QUOTED, triple[2])
            if is_recorded(self._facts.of(premise).get(quoted, ())):
                link = (self._claim, str(CCR.inferredFrom), premise)
                resting = self._resting_on(link, premise, ways)
                if resting:
                    return self._derived(Rule.CLAIM_QUOTE, triple, (resting, self._leaf(quoted)))
        return None

    def _premises(self) -> list[str]:
        return [obj for _, property_, obj in self._own if property_ == str(CCR.inferredFrom)]

    def _parts(self, claim: str) -> Link | None:
        """The triple that a claim is about."""
        said = {property_: obj for _, property_, obj in self._facts.of(claim)}
        parts = tuple(said.get(part, "") for part in PARTS)
        return (parts[0], parts[1], parts[2]) if all(parts) else None

    def _is_ground(self, premise: str, way: Derivation) -> bool:
        """Whether a derivation ends in the triple that a claim is about."""
        parts = self._parts(premise)
        return parts is not None and ox.Triple(*map(ox.NamedNode, parts)) in way.ground

    def _recorded(self, premise: str) -> tuple[Derivation, ...]:
        """What makes a premise the claim on its triple: three recorded triples."""
        parts = self._parts(premise)
        assert parts is not None
        return tuple(self._leaf((premise, term, part)) for term, part in zip(PARTS, parts, strict=True))

    def _leaf(self, link: Link) -> Derivation:
        return Derivation(ox.Triple(*map(ox.NamedNode, link)), self._facts.of(link[0])[link])

    def _derived(self, rule: Rule, link: Link, premises: tuple[Derivation, ...]) -> Derivation:
        return Derivation(ox.Triple(*map(ox.NamedNode, link)), self._own[link], rule, (), premises)
