"""What an explanation consists of: derivations of rules, axioms and premises, down to what was recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import pyoxigraph as ox


class Rule(StrEnum):
    """A rule by the name that OWL 2 Profiles (W3C, 4.3) gives it; ``RECORDED`` for what needs none,
    and the project's own rules that keep the record of a conclusion (MODEL.md, "Evidence")."""

    RECORDED = "recorded"
    SUBCLASS = "cax-sco"
    SAME_CLASS_1 = "cax-eqc1"
    SAME_CLASS_2 = "cax-eqc2"
    DOMAIN = "prp-dom"
    RANGE = "prp-rng"
    SUBPROPERTY = "prp-spo1"
    CHAIN = "prp-spo2"
    SAME_PROPERTY_1 = "prp-eqp1"
    SAME_PROPERTY_2 = "prp-eqp2"
    INVERSE_1 = "prp-inv1"
    INVERSE_2 = "prp-inv2"
    SYMMETRIC = "prp-symp"
    TRANSITIVE = "prp-trp"
    CLAIM = "record-claim"
    CLAIM_PREMISE = "record-premise"
    CLAIM_QUOTE = "record-quote"

    @property
    def is_owl(self) -> bool:
        """Whether it is a rule of OWL 2 RL."""
        return self.startswith(("cax-", "prp-"))


STEPWISE = (Rule.SUBCLASS, Rule.SUBPROPERTY)
"""Rules of which several in a row are one step: the hierarchy itself is transitive (scm-sco, scm-spo)."""


@dataclass(frozen=True)
class Axiom:
    """A triple of the ontology: ``objects`` holds one term, or the members of a list in order."""

    subject: str
    property: str
    objects: tuple[str, ...]


@dataclass(frozen=True)
class Derivation:
    """Why a triple holds: by a rule with axioms from premises that are derived in turn; where it was
    recorded (``Rule.RECORDED``) it has neither."""

    conclusion: ox.Triple
    graphs: tuple[str, ...]
    """The named graphs that hold the conclusion."""
    rule: Rule = Rule.RECORDED
    axioms: tuple[Axiom, ...] = ()
    """In the order from the premises to the conclusion."""
    premises: tuple[Derivation, ...] = ()

    @cached_property
    def leaves(self) -> tuple[Derivation, ...]:
        """The recorded premises that it ends in, each once, in the order of the argument."""
        if self.rule is Rule.RECORDED:
            return (self,)
        found = {leaf.conclusion: leaf for premise in self.premises for leaf in premise.leaves}
        return tuple(found.values())

    @cached_property
    def ground(self) -> frozenset[ox.Triple]:
        """The triples that it ends in."""
        return frozenset(leaf.conclusion for leaf in self.leaves)

    @cached_property
    def steps(self) -> int:
        """How many times a rule is applied."""
        return sum(premise.steps for premise in self.premises) + (self.rule is not Rule.RECORDED)

    @cached_property
    def rank(self) -> tuple[int, int, tuple[int, ...], tuple[str, ...]]:
        """Smaller is the shorter argument: recorded premises, then steps; the rest makes the order total."""
        rules = tuple(list(Rule).index(part.rule) for part in self.parts())
        return len(self.leaves), self.steps, rules, tuple(str(leaf.conclusion) for leaf in self.leaves)

    def parts(self) -> Iterator[Derivation]:
        """Itself and all that it rests on, premises before what follows from them."""
        for premise in self.premises:
            yield from premise.parts()
        yield self


@dataclass(frozen=True)
class Explanation:
    """What the data say of a triple: whether and where it is there, and why it holds."""

    triple: ox.Triple
    there: bool
    graphs: tuple[str, ...]
    ways: tuple[Derivation, ...]
    """Derivations that end in different grounds, the shortest first; none where the triple is not
    there, or where no rule that is known here leads to it."""
    more: bool
    """Whether there may be further ways, past the bound of what is looked at."""

    @property
    def recorded(self) -> bool:
        """Whether it was recorded, whatever rules conclude beside that."""
        return bool(self.ways) and self.ways[0].rule is Rule.RECORDED
