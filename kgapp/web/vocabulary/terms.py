"""What the documentation of a term is: names, definition, and its axioms as facts with words.

Read from the graph of the ontology with its schemes (OWL 2 RL, SKOS); counts and examples are no
part of it (``usage``), nor is HTML.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from rdflib import OWL, RDF, RDFS, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import SKOS
from rdflib.term import Node

from kgapp.errors import Message
from kgapp.vocab import ONTOLOGY, local_name

NAMESPACE = f"{ONTOLOGY}#"


class Kind(StrEnum):
    """What a term is."""

    CLASS = "class"
    OBJECT = "object property"
    DATATYPE = "datatype property"
    ANNOTATION = "annotation property"
    SCHEME = "scheme"
    CONCEPT = "concept"


KINDS = {
    OWL.Class: Kind.CLASS,
    OWL.ObjectProperty: Kind.OBJECT,
    OWL.DatatypeProperty: Kind.DATATYPE,
    OWL.AnnotationProperty: Kind.ANNOTATION,
    SKOS.ConceptScheme: Kind.SCHEME,
    SKOS.Concept: Kind.CONCEPT,
}
PROPERTIES = (Kind.OBJECT, Kind.DATATYPE, Kind.ANNOTATION)
WORDS = {
    "parents": Message("上位の語", "Is a kind of"),
    "children": Message("下位の語", "Has the kinds"),
    "disjoint": Message("兼ねることがない", "Is never also"),
    "domain": Message("主語（どこから）", "Goes from"),
    "range": Message("目的語（どこへ）", "Leads to"),
    "inverse": Message("逆向き", "The other way round"),
    "rule": Message("推論の規則: 順にたどると、この語が成り立つ", "Concluded by following, in this order"),
    "transitive": Message("性質", "Nature"),
    "in-rules": Message("この語を使う推論の規則", "Used in the rules for"),
    "subject-of": Message("この語から出る関係", "Relations from it"),
    "object-of": Message("この語へ向かう関係", "Relations to it"),
    "members": Message("属する概念", "Members"),
    "types": Message("クラス", "Is a"),
    "scheme": Message("概念体系", "Scheme"),
    "concepts": Message("概念", "Concepts"),
    "see": Message("関連する語", "See also"),
}
"""How each fact is called on a page."""
TRANSITIVE = Message("推移的: AからBへ、BからCへなら、AからCへ", "transitive: A to B and B to C give A to C")


@dataclass(frozen=True)
class Fact:
    """One thing that is said of a term: a name of ``WORDS``, the terms that it is about in order."""

    name: str
    terms: tuple[URIRef, ...] = ()
    words: Message | None = None
    """Said in words where no term stands for it."""


@dataclass(frozen=True)
class Term:
    """A class, property, concept or scheme, as the ontology describes it."""

    iri: URIRef
    kind: Kind
    label: Message
    definition: Message | None
    """None for borrowed terms: what they mean is for their own vocabularies to say."""
    examples: tuple[Literal, ...]
    notes: tuple[Literal, ...]
    facts: tuple[Fact, ...]
    defined_by: str

    @property
    def name(self) -> str:
        """Its local name, which is the fragment of its documentation."""
        return local_name(self.iri)

    @property
    def borrowed(self) -> bool:
        return not self.iri.startswith(NAMESPACE)

    def fact(self, name: str) -> tuple[URIRef, ...]:
        """The terms of all facts of a name."""
        return tuple(term for fact in self.facts if fact.name == name for term in fact.terms)


def read_terms(graph: Graph) -> dict[URIRef, Term]:
    """Every term that the ontology declares, own and borrowed, by IRI in alphabetical order."""
    found = {
        term: kind
        for type_, kind in KINDS.items()
        for term in graph.subjects(RDF.type, type_)
        if isinstance(term, URIRef)
    }
    lists = _Lists.of(graph)
    return {iri: _term(graph, lists, iri, found[iri]) for iri in sorted(found)}


def members(graph: Graph, predicate: URIRef) -> Iterator[tuple[Node, tuple[URIRef, ...]]]:
    """The lists that a property has as values, each with its subject."""
    for subject, head in graph.subject_objects(predicate):
        items = Collection(graph, head)
        yield subject, tuple(item for item in items if isinstance(item, URIRef))


def in_both(graph: Graph, subject: Node, *predicates: URIRef) -> Message | None:
    """The text of the first property that has one, in ja and en; where a language is missing, the
    other's."""
    for predicate in predicates:
        texts = {o.language: str(o) for o in graph.objects(subject, predicate) if isinstance(o, Literal)}
        if texts:
            fallback = next(text for _, text in sorted(texts.items(), key=str))
            return Message(texts.get("ja", fallback), texts.get("en", fallback))
    return None


@dataclass(frozen=True)
class _Lists:
    """The axioms that hold lists, read once for all terms."""

    disjoint: tuple[frozenset[URIRef], ...]
    chains: tuple[tuple[Node, tuple[URIRef, ...]], ...]
    """What is concluded, and from which properties in turn."""

    @classmethod
    def of(cls, graph: Graph) -> _Lists:
        """Those of an ontology."""
        disjoint = (frozenset(classes) for _, classes in members(graph, OWL.members))
        return cls(tuple(disjoint), tuple(sorted(members(graph, OWL.propertyChainAxiom))))


def _term(graph: Graph, lists: _Lists, iri: URIRef, kind: Kind) -> Term:
    label = in_both(graph, iri, RDFS.label, SKOS.prefLabel) or Message(local_name(iri), local_name(iri))
    facts = (fact for fact in _facts(graph, lists, iri, kind) if fact.terms or fact.words)
    return Term(
        iri=iri,
        kind=kind,
        label=label,
        definition=in_both(graph, iri, SKOS.definition),
        examples=_literals(graph, iri, SKOS.example),
        notes=_literals(graph, iri, RDFS.comment),
        facts=tuple(facts),
        defined_by=str(graph.value(iri, RDFS.isDefinedBy) or ""),
    )


def _facts(graph: Graph, lists: _Lists, iri: URIRef, kind: Kind) -> Iterator[Fact]:
    if kind is Kind.CLASS:
        yield from _class_facts(graph, lists, iri)
    elif kind in PROPERTIES:
        yield from _property_facts(graph, lists, iri)
    elif kind is Kind.SCHEME:
        yield Fact("concepts", _terms(graph.subjects(SKOS.inScheme, iri)))
    else:
        types = _terms(type_ for type_ in graph.objects(iri, RDF.type) if type_ != SKOS.Concept)
        yield Fact("types", types)
        yield Fact("scheme", _terms(graph.objects(iri, SKOS.inScheme)))
    yield Fact("see", _terms(graph.objects(iri, RDFS.seeAlso)))


def _class_facts(graph: Graph, lists: _Lists, iri: URIRef) -> Iterator[Fact]:
    yield Fact("parents", _terms(graph.objects(iri, RDFS.subClassOf)))
    yield Fact("children", _terms(graph.subjects(RDFS.subClassOf, iri)))
    disjoint = {*graph.objects(iri, OWL.disjointWith), *graph.subjects(OWL.disjointWith, iri)}
    disjoint = disjoint.union(*(classes for classes in lists.disjoint if iri in classes))
    yield Fact("disjoint", _terms(disjoint - {iri}))
    yield Fact("subject-of", _terms(graph.subjects(RDFS.domain, iri)))
    yield Fact("object-of", _terms(graph.subjects(RDFS.range, iri)))
    yield Fact("members", _terms(s for s in graph.subjects(RDF.type, iri) if str(s).startswith(NAMESPACE)))


def _property_facts(graph: Graph, lists: _Lists, iri: URIRef) -> Iterator[Fact]:
    yield Fact("domain", _terms(graph.objects(iri, RDFS.domain)))
    yield Fact("range", _terms(graph.objects(iri, RDFS.range)))
    yield Fact("parents", _terms(graph.objects(iri, RDFS.subPropertyOf)))
    yield Fact("children", _terms(graph.subjects(RDFS.subPropertyOf, iri)))
    inverses = {*graph.objects(iri, OWL.inverseOf), *graph.subjects(OWL.inverseOf, iri)}
    yield Fact("inverse", _terms(inverses))
    if (iri, RDF.type, OWL.TransitiveProperty) in graph:
        yield Fact("transitive", words=TRANSITIVE)
    yield from (Fact("rule", chain) for concluded, chain in lists.chains if concluded == iri)
    yield Fact("in-rules", _terms(concluded for concluded, chain in lists.chains if iri in chain))


def _terms(nodes: Iterable[Node]) -> tuple[URIRef, ...]:
    return tuple(sorted({node for node in nodes if isinstance(node, URIRef)}))


def _literals(graph: Graph, iri: URIRef, predicate: URIRef) -> tuple[Literal, ...]:
    found = (value for value in graph.objects(iri, predicate) if isinstance(value, Literal))
    return tuple(sorted(found, key=lambda value: (value.language or "", str(value))))
