"""Closes an edition under OWL 2 RL with owlrl, and keeps what it says about our things.

Only what can entail something is closed: the ontology, the register, the asserted links. Claims,
quotes and literals stay out, because they cost time and conclude nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from owlrl import OWLRL_Semantics
from rdflib import OWL, RDF, RDFS, Graph, URIRef
from rdflib.namespace import SKOS
from rdflib.term import Node

from kgapp.errors import Inconsistent, Message

VOCABULARY = (str(OWL), str(RDFS), str(RDF))
SILENT_CLASSES = {OWL.Thing, OWL.NamedIndividual, RDFS.Resource}
SILENT_PROPERTIES = {OWL.sameAs, OWL.differentFrom, SKOS.semanticRelation}
CLASH = (
    (
        re.compile(r"Disjoint classes (\S+) and (\S+) have a common individual (\S+)"),
        "{2} が {0} と {1} の両方になっています（両立しません）",
        "{2} is both {0} and {1}, which exclude each other",
    ),
    (
        re.compile(r"'sameAs' and '\w+' cannot be used .*\((\S+), (\S+)\)"),
        "{0} と {1} が同じものとも別のものとも結論されます",
        "{0} and {1} are concluded to be the same and different",
    ),
    (
        re.compile(r"Lexical value of the literal '(.*)' does not match its datatype \((\S+)\)"),
        "値「{0}」は {1} ではありません",
        "the value “{0}” is no {1}",
    ),
)


def entailed(graphs: Iterable[Graph], ontology: Graph, base: str) -> Graph:
    """What follows from the graphs and the ontology about things under ``base``, beyond what
    they say; reflexive sameAs, owl:Thing and the like are left out.

    Raises Inconsistent, with every clash in words, where they contradict each other.
    """
    given = {triple for graph in graphs for triple in graph if _can_entail(triple)}
    closed = Graph()
    for triple in given:
        closed.add(triple)
    for triple in ontology:
        if triple[1] not in (SKOS.definition, RDFS.label, RDFS.comment, SKOS.example):
            closed.add(triple)
    reasoner = OWLRL_Semantics(closed, axioms=False, daxioms=False)
    reasoner.closure()
    if reasoner.error_messages:
        raise Inconsistent(sorted(map(clash_in_words, reasoner.error_messages), key=str))
    about = f"{base}id/"
    result = Graph()
    for triple in closed:
        if triple not in given and _says_something(triple, about):
            result.add(triple)
    return result


def _can_entail(triple: tuple[Node, Node, Node]) -> bool:
    subject, _, obj = triple
    return isinstance(subject, URIRef) and isinstance(obj, URIRef)


def _says_something(triple: tuple[Node, Node, Node], about: str) -> bool:
    subject, predicate, obj = triple
    if not isinstance(obj, URIRef) or not str(subject).startswith(about):
        return False
    if predicate in SILENT_PROPERTIES or obj in SILENT_CLASSES:
        return False
    return predicate == RDF.type or not str(predicate).startswith(VOCABULARY)


def clash_in_words(error: str) -> Message:
    """owlrl's error message with names shortened, in both languages."""
    for pattern, ja, en in CLASH:
        if match := pattern.search(" ".join(error.split())):
            names = [re.sub(r"^.*[#/](?=[^#/]*$)", "", part) for part in match.groups()]
            if "individual" in error:
                names[2] = re.sub(r"^.*/id/", "", match.group(3))
            return Message(ja.format(*names), en.format(*names))
    return Message(error, error)
