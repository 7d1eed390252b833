"""Tests the shapes themselves: every one catches what it is for, lets pass what is right, and says so twice.

``tests/shapes/<shape>.valid.ttl`` and ``.invalid.ttl`` are read after ``prefixes.ttl``. An invalid example breaks every
constraint of its shape. Whether a dataset conforms is not tested here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import OWL, RDF, RDFS, SH, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

ROOT = Path(__file__).resolve().parent.parent
ONTOLOGY = ROOT / "ontology"
EXAMPLES = ROOT / "tests" / "shapes"
NS = "https://w3id.org/care-roadmap/shapes#"
CCR = "https://w3id.org/care-roadmap/ns#"
FILES = {"shapes": {SH.Violation}, "advice": {SH.Warning, SH.Info}}
TARGETS = (SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf)
COMPONENTS = {
    getattr(SH, parameter): getattr(SH, component)
    for parameter, component in {
        "class": "ClassConstraintComponent",
        "datatype": "DatatypeConstraintComponent",
        "disjoint": "DisjointConstraintComponent",
        "hasValue": "HasValueConstraintComponent",
        "in": "InConstraintComponent",
        "languageIn": "LanguageInConstraintComponent",
        "lessThan": "LessThanConstraintComponent",
        "maxCount": "MaxCountConstraintComponent",
        "minCount": "MinCountConstraintComponent",
        "minInclusive": "MinInclusiveConstraintComponent",
        "nodeKind": "NodeKindConstraintComponent",
        "pattern": "PatternConstraintComponent",
        "qualifiedMaxCount": "QualifiedMaxCountConstraintComponent",
        "qualifiedMinCount": "QualifiedMinCountConstraintComponent",
        "sparql": "SPARQLConstraintComponent",
        "uniqueLang": "UniqueLangConstraintComponent",
    }.items()
}
NO_CONSTRAINT = {
    RDF.type,
    RDFS.isDefinedBy,
    SH.message,
    SH.path,
    SH.property,
    SH.qualifiedValueShape,
    SH.severity,
    *TARGETS,
}

Breach = tuple[Node, Node]
"""A shape and the constraint component of it that was broken."""


@cache
def shapes_graph(file: str) -> Graph:
    return Graph().parse(ONTOLOGY / f"{file}.ttl")


def all_shapes(file: str) -> list[URIRef]:
    graph = shapes_graph(file)
    kinds = (SH.NodeShape, SH.PropertyShape)
    return sorted({s for kind in kinds for s in graph.subjects(RDF.type, kind) if isinstance(s, URIRef)})


def targeted(file: str) -> list[URIRef]:
    graph = shapes_graph(file)
    return [s for s in all_shapes(file) if any((s, target, None) in graph for target in TARGETS)]


EVERY = [(file, shape) for file in FILES for shape in all_shapes(file)]
TARGETED = [(file, shape) for file in FILES for shape in targeted(file)]


def name(value: object) -> str:
    return str(value).removeprefix(NS)


def with_parts(file: str, shape: URIRef) -> list[URIRef]:
    """The shape and the property shapes that it holds."""
    return [s for s in shapes_graph(file).transitive_objects(shape, SH.property) if isinstance(s, URIRef)]


def constraints(file: str, shape: URIRef) -> set[Breach]:
    graph = shapes_graph(file)
    return {
        (part, COMPONENTS[predicate])
        for part in with_parts(file, shape)
        for predicate in graph.predicates(part)
        if predicate in COMPONENTS
    }


def broken(data: Graph, file: str, shape: URIRef) -> dict[Breach, set[Node]]:
    """What the data break of one shape, with the focus nodes."""
    graph = shapes_graph(file)
    helpers = set(graph.objects(None, SH.qualifiedValueShape))
    _, report, text = validate(
        data,
        shacl_graph=graph,
        inference="none",
        advanced=False,
        use_shapes=[str(s) for s in {*with_parts(file, shape), *helpers}],
    )
    assert isinstance(report, Graph), text
    found: dict[Breach, set[Node]] = {}
    for result in report.subjects(RDF.type, SH.ValidationResult):
        source = report.value(result, SH.sourceShape)
        component = report.value(result, SH.sourceConstraintComponent)
        focus = report.value(result, SH.focusNode)
        assert source and component and focus
        found.setdefault((source, component), set()).add(focus)
    return found


def example(shape: URIRef, kind: str) -> Graph:
    prefixes = (EXAMPLES / "prefixes.ttl").read_text(encoding="utf-8")
    words = (EXAMPLES / f"{name(shape)}.{kind}.ttl").read_text(encoding="utf-8")
    return Graph().parse(data=f"{prefixes}\n{words}", format="turtle")


@pytest.mark.parametrize(("file", "shape"), TARGETED, ids=name)
def test_valid_example_passes(file: str, shape: URIRef) -> None:
    assert broken(example(shape, "valid"), file, shape) == {}


@pytest.mark.parametrize(("file", "shape"), TARGETED, ids=name)
def test_invalid_example_breaks_every_constraint(file: str, shape: URIRef) -> None:
    assert set(broken(example(shape, "invalid"), file, shape)) == constraints(file, shape)


def test_every_shape_has_both_examples_and_no_example_is_an_orphan() -> None:
    expected = {f"{name(s)}.{kind}.ttl" for _, s in TARGETED for kind in ("valid", "invalid")}
    assert {path.name for path in EXAMPLES.iterdir()} == expected | {"prefixes.ttl"}


def test_no_shape_is_in_both_files() -> None:
    assert not set(all_shapes("shapes")) & set(all_shapes("advice"))


@pytest.mark.parametrize("file", FILES)
def test_only_known_constraints_are_used(file: str) -> None:
    """A parameter that this test does not know would be a constraint that no example breaks."""
    graph = shapes_graph(file)
    used = {p for shape in all_shapes(file) for p in graph.predicates(shape)}
    assert used - NO_CONSTRAINT - set(COMPONENTS) == set()


@pytest.mark.parametrize("file", FILES)
def test_every_shape_is_a_target_or_used_by_one(file: str) -> None:
    graph = shapes_graph(file)
    parts = {part for shape in targeted(file) for part in with_parts(file, shape)}
    assert set(all_shapes(file)) == parts | set(graph.objects(None, SH.qualifiedValueShape))


@pytest.mark.parametrize("file", FILES)
def test_shapes_have_iris_of_our_namespace(file: str) -> None:
    graph = shapes_graph(file)
    links = (SH.property, SH.node, SH.qualifiedValueShape)
    nodes = {o for link in links for o in graph.objects(None, link)} | set(all_shapes(file))
    assert not [n for n in nodes if isinstance(n, BNode) or not str(n).startswith(NS)]


@pytest.mark.parametrize(("file", "shape"), EVERY, ids=name)
def test_shape_says_in_both_languages_what_is_wrong(file: str, shape: URIRef) -> None:
    graph = shapes_graph(file)
    messages = [m for m in graph.objects(shape, SH.message) if isinstance(m, Literal)]
    assert sorted(str(m.language) for m in messages) == ["en", "ja"]
    asked = {v for m in messages for v in re.findall(r"\{[?$](\w+)\}", m)}
    query = "".join(str(graph.value(c, SH.select)) for c in graph.objects(shape, SH.sparql))
    given = set(re.findall(r"[?$](\w+)", query.split("WHERE")[0]))
    assert asked <= given
    assert all(set(re.findall(r"\{[?$](\w+)\}", m)) == asked for m in messages)


@pytest.mark.parametrize(("file", "shape"), EVERY, ids=name)
def test_shape_has_the_severity_of_its_file(file: str, shape: URIRef) -> None:
    graph = shapes_graph(file)
    severities = list(graph.objects(shape, SH.severity))
    assert len(severities) == 1 and set(severities) <= FILES[file]
    assert len(list(graph.objects(shape, RDFS.isDefinedBy))) == 1


@pytest.mark.parametrize("file", FILES)
def test_file_is_in_order(file: str) -> None:
    """Groups as in the header's comment; in each the shapes by code point."""
    words = (ONTOLOGY / f"{file}.ttl").read_text(encoding="utf-8")
    for group in re.split(r"^#{64}\n# ", words, flags=re.MULTILINE):
        shapes = re.findall(r"^ccrsh:(\S+)$", group, flags=re.MULTILINE)
        assert shapes == sorted(shapes), group.splitlines()[0]


@pytest.mark.parametrize("file", FILES)
def test_words_of_the_vocabulary_exist(file: str) -> None:
    known = Graph()
    for part in ("ccr", "schemes"):
        known.parse(ONTOLOGY / f"{part}.ttl")
    words = (ONTOLOGY / f"{file}.ttl").read_text(encoding="utf-8")
    used = set(re.findall(r"\bccr:([\w-]+)", words))
    assert {term for term in used if (URIRef(CCR + term), None, None) not in known} == set()


def disjoint_pairs() -> Iterator[frozenset[Node]]:
    """The pairs of classes that the ontology declares disjoint."""
    graph = Graph().parse(ONTOLOGY / "ccr.ttl")
    for axiom in graph.subjects(RDF.type, OWL.AllDisjointClasses):
        members = graph.value(axiom, OWL.members)
        assert members
        yield from map(frozenset, combinations(Collection(graph, members), 2))
    yield from map(frozenset, graph.subject_objects(OWL.disjointWith))


def test_disjoint_classes_are_those_of_the_ontology() -> None:
    """Each pair of classes, both on one thing: what the shapes report is what is declared."""
    ontology = Graph().parse(ONTOLOGY / "ccr.ttl")
    classes = sorted(str(c) for c in ontology.subjects(RDF.type, OWL.Class) if str(c).startswith(CCR))
    pairs = {f"urn:pair:{i}": pair for i, pair in enumerate(combinations(map(URIRef, classes), 2))}
    declared = set(disjoint_pairs())
    reported: set[frozenset[Node]] = set()
    for shape in targeted("shapes"):
        if not name(shape).startswith("Disjoint") and name(shape) != "Statement-class":
            continue
        for (_, component), nodes in broken(_typed(pairs), "shapes", shape).items():
            if component != SH.QualifiedMinCountConstraintComponent:
                reported |= {frozenset(pairs[str(n)]) for n in nodes}
    assert reported == declared | {frozenset(p) for p in pairs.values() if URIRef(f"{CCR}Claim") in p}


def _typed(pairs: dict[str, tuple[URIRef, URIRef]]) -> Graph:
    graph = Graph()
    for thing, pair in pairs.items():
        for kind in pair:
            graph.add((URIRef(thing), RDF.type, kind))
    return graph
