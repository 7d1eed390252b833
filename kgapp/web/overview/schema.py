"""The model as the data use it: classes, relations and attributes with their numbers, as pure functions
of rows. Relations are told between the narrowest classes that hold all things they join.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from rdflib import RDFS, URIRef

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


def read_schema(declared: Mapping[URIRef, Term], classes: Iterable[Row], uses: Iterable[Row]) -> Schema:
    """What the data of a paper use, from the rows of ``overview-classes`` and ``overview-uses``."""
    used = _tallies((row["class"], row["ground"], int(row["things"])) for row in classes)
    terms = {**declared}
    for iri in used:
        terms.setdefault(iri, _undeclared(iri, Kind.CLASS))
    forest = Forest({iri: terms[iri] for iri in used})
    of_values, of_things = _parted(uses)
    joins = sorted(
        _joins(of_things, forest),
        key=lambda join: (join.property, -join.tally.total, str(join.source), str(join.target)),
    )
    return Schema(terms, used, tuple(joins), tuple(_attributes(of_values, forest)))


def _parted(uses: Iterable[Row]) -> tuple[list[Row], list[Row]]:
    """What leads to texts and numbers, and what leads to things."""
    of_values: list[Row] = []
    of_things: list[Row] = []
    for row in uses:
        (of_values if URIRef(row["to"]) == RDFS.Literal else of_things).append(row)
    return of_values, of_things


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


def _joins(uses: Iterable[Row], forest: Forest) -> Iterable[Join]:
    """Pairs of narrow classes under the same two roots are told as one, of what holds them all; what
    leads out of these data or into the vocabulary is a line of its own."""
    groups: dict[tuple[URIRef, URIRef, URIRef], list[Row]] = defaultdict(list)
    unplaced: dict[URIRef, list[Row]] = defaultdict(list)
    for row in uses:
        name, source, target = URIRef(row["property"]), _class(row["from"]), _class(row["to"])
        if source and target:
            groups[name, forest.root(source), forest.root(target)].append(row)
        else:
            unplaced[name].append(row)
    for (name, _, _), own in groups.items():
        yield Join(name, _common(forest, own, "from"), _common(forest, own, "to"), _tally(own))
    for name, own in unplaced.items():
        yield Join(name, None, None, _tally(own))


def _tally(uses: Iterable[Row]) -> Tally:
    tally = Tally()
    for row in uses:
        tally = _more(tally, row["ground"], int(row["uses"]))
    return tally


def _class(name: str) -> URIRef | None:
    iri = URIRef(name)
    return None if iri == RDFS.Resource else iri


def _common(forest: Forest, rows: Iterable[Row], end: str) -> URIRef:
    """The narrowest class that holds all that stands at this end."""
    return forest.common(sorted({URIRef(row[end]) for row in rows}))


def _attributes(uses: Iterable[Row], forest: Forest) -> Iterable[Attribute]:
    """Values by property and root of the class; a text's languages are told together."""
    groups: dict[tuple[URIRef, URIRef, URIRef], list[Row]] = defaultdict(list)
    for row in uses:
        if source := _class(row["from"]):
            groups[URIRef(row["property"]), forest.root(source), URIRef(row["datatype"])].append(row)
    for (name, _, datatype), own in sorted(groups.items()):
        languages = tuple(sorted({row["language"] for row in own if row["language"]}))
        values = sum(int(row["uses"]) for row in own)
        yield Attribute(name, _common(forest, own, "from"), datatype, languages, values)


def _undeclared(iri: URIRef, kind: Kind) -> Term:
    name = local_name(iri)
    return Term(iri, kind, Message(name, name), None, (), (), (), str(RDFS.Resource))
