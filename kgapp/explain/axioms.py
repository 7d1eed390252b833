"""The axioms of the served vocabulary, arranged by what they conclude.

Read from the data that answer, so that a conclusion is told by the axioms it was drawn with. Chains of
two properties are followed, as in ``kgapp.infer.derivations``; the ontology has no longer ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kgapp.explain.model import Axiom, Rule
from kgapp.queryfile import QueryFile
from kgapp.question import Source

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
TYPE = f"{RDF}type"
NIL = f"{RDF}nil"
CHAIN = f"{OWL}propertyChainAxiom"


@dataclass(frozen=True)
class OneStep:
    """A property or class from which another follows: ``turned`` where subject and object change places."""

    rule: Rule
    axiom: Axiom
    term: str
    turned: bool = False


@dataclass(frozen=True)
class TwoLegs:
    """Two properties that, one after the other, give a third."""

    rule: Rule
    axiom: Axiom
    first: str
    second: str


class Axioms:
    """What concludes a property or a class, by the property or class that is concluded."""

    def __init__(self) -> None:
        self.properties: defaultdict[str, list[OneStep]] = defaultdict(list)
        self.legs: defaultdict[str, list[TwoLegs]] = defaultdict(list)
        self.classes: defaultdict[str, list[OneStep]] = defaultdict(list)
        self.domains: defaultdict[str, list[OneStep]] = defaultdict(list)
        self.ranges: defaultdict[str, list[OneStep]] = defaultdict(list)

    def add(self, axiom: Axiom) -> None:
        """Takes an axiom up; one of another kind is left out."""
        one, (other, *more) = axiom.subject, axiom.objects
        kind = axiom.property
        if kind == f"{RDFS}subClassOf":
            self.classes[other].append(OneStep(Rule.SUBCLASS, axiom, one))
        elif kind == f"{RDFS}subPropertyOf":
            self.properties[other].append(OneStep(Rule.SUBPROPERTY, axiom, one))
        elif kind == f"{RDFS}domain":
            self.domains[other].append(OneStep(Rule.DOMAIN, axiom, one))
        elif kind == f"{RDFS}range":
            self.ranges[other].append(OneStep(Rule.RANGE, axiom, one))
        elif kind == f"{OWL}equivalentClass":
            self.classes[other].append(OneStep(Rule.SAME_CLASS_1, axiom, one))
            self.classes[one].append(OneStep(Rule.SAME_CLASS_2, axiom, other))
        elif kind == f"{OWL}equivalentProperty":
            self.properties[other].append(OneStep(Rule.SAME_PROPERTY_1, axiom, one))
            self.properties[one].append(OneStep(Rule.SAME_PROPERTY_2, axiom, other))
        elif kind == f"{OWL}inverseOf":
            self.properties[other].append(OneStep(Rule.INVERSE_1, axiom, one, turned=True))
            self.properties[one].append(OneStep(Rule.INVERSE_2, axiom, other, turned=True))
        elif other == f"{OWL}SymmetricProperty":
            self.properties[one].append(OneStep(Rule.SYMMETRIC, axiom, one, turned=True))
        elif other == f"{OWL}TransitiveProperty":
            self.legs[one].append(TwoLegs(Rule.TRANSITIVE, axiom, one, one))
        elif kind == CHAIN and len(more) == 1:
            self.legs[one].append(TwoLegs(Rule.CHAIN, axiom, other, more[0]))


def read_axioms(source: Source, queries: Mapping[str, QueryFile]) -> Axioms:
    """The axioms of what a source serves."""
    results = queries["why-axioms"].run(source)
    assert isinstance(results, ox.QuerySolutions)
    # The nodes of lists have no names that would outlive this answer.
    first: dict[str, str] = {}
    rest: dict[str, str] = {}
    plain: list[tuple[str, str, str]] = []
    for row in results:
        subject, property_, obj = str(row["subject"]), row["property"].value, str(row["object"])
        if property_ in (f"{RDF}first", f"{RDF}rest"):
            (first if property_.endswith("first") else rest)[subject] = obj
        else:
            plain.append((subject, property_, obj))
    axioms = Axioms()
    for subject, property_, obj in plain:
        objects = _members(obj, first, rest) if property_ == CHAIN else (obj,)
        if objects and all(term.startswith("<") for term in (subject, *objects)):
            axioms.add(Axiom(subject[1:-1], property_, tuple(term[1:-1] for term in objects)))
    return axioms


def _members(head: str, first: Mapping[str, str], rest: Mapping[str, str]) -> tuple[str, ...]:
    """The members of a list in order; none of one that is broken or runs in a circle."""
    found: list[str] = []
    seen: set[str] = set()
    while head != f"<{NIL}>":
        if head in seen or head not in first or head not in rest:
            return ()
        seen.add(head)
        found.append(first[head])
        head = rest[head]
    return tuple(found)
