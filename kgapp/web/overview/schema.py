"""The model as the data use it: classes, relations and attributes with their numbers, as pure functions
of rows. Relations are told between the narrowest classes that hold all things they join.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from rdflib import RDF, RDFS, URIRef

from kgapp.errors import Message
from kgapp.vocab import ONTOLOGY, local_name
from kgapp.web.overview.asking import Row
from kgapp.web.overview.terms import label_of
from kgapp.web.vocabulary.diagram import Diagram, Forest, Relation, lay_out
from kgapp.web.vocabulary.terms import Kind, Term

CCR = f"{ONTOLOGY}#"
OA = "http://www.w3.org/ns/oa#"
EVIDENCE = frozenset(
    URIRef(CCR + name)
    for name in ("Claim", "Mode", "Outcome", "Quote", "RoadmapDocument", "SourceText", "Span", "SpanKind")
) | {URIRef(f"{OA}TextQuoteSelector"), URIRef(f"{OA}TextPositionSelector")}
"""Classes that tell on what ground something is said: they have a picture of their own."""
GROUNDED = frozenset(URIRef(CCR + name) for name in ("Passage", "Actor"))
"""Classes of the model that stand in that picture too."""


@dataclass(frozen=True)
class Tally:
    """How often something is recorded and how often it is concluded beside that."""

    recorded: int = 0
    inferred: int = 0

    @property
    def total(self) -> int:
        return self.recorded + self.inferred

    @property
    def sign(self) -> str:
        """``15 ∴3``: what is concluded stands behind the sign of conclusions."""
        parts = [str(self.recorded)] if self.recorded or not self.inferred else []
        return " ".join([*parts, f"∴{self.inferred}"] if self.inferred else parts)


@dataclass(frozen=True)
class Join:
    """A relation between two classes and how many links of it there are; no target where what it leads to
    has no class in these data."""

    property: URIRef
    source: URIRef | None
    target: URIRef | None
    tally: Tally


@dataclass(frozen=True)
class Attribute:
    """A property whose values are literals, of a class: datatype, languages, how many values."""

    property: URIRef
    source: URIRef
    datatype: URIRef
    languages: tuple[str, ...]
    values: int


@dataclass(frozen=True)
class Schema:
    """The model of a paper with its city's register, as the data use it."""

    terms: Mapping[URIRef, Term]
    """What is declared, and a term for each class that is only used."""
    classes: Mapping[URIRef, Tally]
    joins: tuple[Join, ...]
    attributes: tuple[Attribute, ...]

    @property
    def model(self) -> Diagram:
        """The picture of what the paper is about."""
        joins = [
            join
            for join in self.joins
            if join.source and join.target and join.property.startswith(CCR)
            if not {join.source, join.target} & EVIDENCE
        ]
        return self._picture(joins, self.classes)

    @property
    def evidence(self) -> Diagram:
        """The picture of how it is grounded in words; of the model only the classes at the ends."""
        shown = EVIDENCE | GROUNDED
        joins = [
            join
            for join in self.joins
            if {join.source, join.target} <= shown and {join.source, join.target} & EVIDENCE
        ]
        return self._picture(joins, shown & self.classes.keys())

    def _picture(self, joins: Iterable[Join], shown: Iterable[URIRef]) -> Diagram:
        """Two relations that are each the other's inverse are drawn as one."""
        by_ends = {(join.property, join.source, join.target): join for join in joins}
        drawn: list[Relation] = []
        for join in by_ends.values():
            term = self.terms.get(join.property) or _undeclared(join.property, Kind.OBJECT)
            pair = [(iri, join.target, join.source) for iri in term.fact("inverse")]
            inverse = next((by_ends[ends] for ends in pair if ends in by_ends), None)
            if inverse and (inverse.tally.recorded, inverse.property) > (join.tally.recorded, join.property):
                continue
            assert join.source and join.target
            concluded = not join.tally.recorded
            other = self._named(inverse.property) if inverse else None
            relation = Relation(
                self._named(join.property), other, join.source, join.target, concluded, join.tally.sign
            )
            drawn.append(relation)
        named = {iri: self._named(iri) for iri in sorted(shown)}
        return lay_out(named, drawn, {iri: tally.total for iri, tally in self.classes.items()})

    def _named(self, iri: URIRef) -> Term:
        """A term under the name that pages give it."""
        term = self.terms.get(iri) or _undeclared(iri, Kind.OBJECT)
        return replace(term, label=label_of(self.terms, iri))


def read_schema(
    declared: Mapping[URIRef, Term],
    classes: Iterable[Row],
    relations: Iterable[Row],
    properties: Iterable[Row],
    attributes: Iterable[Row],
) -> Schema:
    """What the data of a paper use, from the rows of ``overview-classes`` and its neighbours."""
    used = _tallies((row["class"], row["ground"], int(row["things"])) for row in classes)
    terms = {**declared}
    for iri in used:
        terms.setdefault(iri, _undeclared(iri, Kind.CLASS))
    joined = [
        ((URIRef(row["property"]), URIRef(row["from"]), URIRef(row["to"])), row["ground"], int(row["links"]))
        for row in relations
    ]
    forest = Forest({iri: terms[iri] for iri in used})
    joins = [*_joins(joined, forest), *_unplaced(joined, properties)]
    joins.sort(key=lambda join: (join.property, -join.tally.total, str(join.source), str(join.target)))
    return Schema(terms, used, tuple(joins), tuple(_attributes(attributes, forest)))


def _tallies(counted: Iterable[tuple[str, str, int]]) -> dict[URIRef, Tally]:
    found: dict[URIRef, Tally] = {}
    for name, ground, number in counted:
        iri = URIRef(name)
        found[iri] = _more(found.get(iri, Tally()), ground, number)
    return found


def _more(tally: Tally, ground: str, number: int) -> Tally:
    if ground == "recorded":
        return Tally(tally.recorded + number, tally.inferred)
    return Tally(tally.recorded, tally.inferred + number)


Ends = tuple[URIRef, URIRef, URIRef]


def _joins(joined: Iterable[tuple[Ends, str, int]], forest: Forest) -> Iterable[Join]:
    """Pairs of narrow classes under the same two roots are told as one, of what holds them all."""
    groups: dict[Ends, list[tuple[Ends, str, int]]] = defaultdict(list)
    for ends, ground, number in joined:
        name, source, target = ends
        groups[name, forest.root(source), forest.root(target)].append((ends, ground, number))
    for (name, _, _), pairs in groups.items():
        tally = Tally()
        for _, ground, number in pairs:
            tally = _more(tally, ground, number)
        sources, targets = {ends[1] for ends, _, _ in pairs}, {ends[2] for ends, _, _ in pairs}
        yield Join(name, forest.common(sorted(sources)), forest.common(sorted(targets)), tally)


def _unplaced(joined: Iterable[tuple[Ends, str, int]], properties: Iterable[Row]) -> Iterable[Join]:
    """Links that no pair of classes holds: they lead out of these data or into the vocabulary."""
    placed: dict[tuple[URIRef, str], int] = defaultdict(int)
    for (name, _, _), ground, number in joined:
        placed[name, ground] += number
    left: dict[URIRef, Tally] = {}
    for row in properties:
        name = URIRef(row["property"])
        rest = int(row["links"]) - placed[name, row["ground"]]
        if rest > 0 and name != RDF.type:
            left[name] = _more(left.get(name, Tally()), row["ground"], rest)
    return (Join(name, None, None, tally) for name, tally in left.items())


def _attributes(found: Iterable[Row], forest: Forest) -> Iterable[Attribute]:
    """Values by property and root of the class; a text's languages are told together."""
    groups: dict[tuple[URIRef, URIRef, URIRef], list[Row]] = defaultdict(list)
    for row in found:
        key = URIRef(row["property"]), forest.root(URIRef(row["from"])), URIRef(row["datatype"])
        groups[key].append(row)
    for (name, _, datatype), own in sorted(groups.items()):
        source = forest.common(sorted({URIRef(row["from"]) for row in own}))
        languages = tuple(sorted({row["language"] for row in own if row.get("language")}))
        yield Attribute(name, source, datatype, languages, sum(int(row["values"]) for row in own))


def _undeclared(iri: URIRef, kind: Kind) -> Term:
    name = local_name(iri)
    return Term(iri, kind, Message(name, name), None, (), (), (), str(RDFS.Resource))
