"""How far shapes reach: for each shape its focus nodes and how many of them failed.

pySHACL tells the focus nodes; which of them failed is read from the results of a validation that
was done, so nothing is validated twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from pyshacl.shape import Shape as Engine
from pyshacl.shapes_graph import ShapesGraph
from rdflib import RDF, RDFS, SH, Graph, Literal
from rdflib.term import Node

from kgapp.quality import ADVICE, MUST, Result, Run, Severity, Shape, Tally, Way

TARGETS = (SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf)
KINDS = (SH.NodeShape, SH.PropertyShape)


class Reach:
    """The reach of one file of shapes over one graph, given the results of validating it.

    A property shape inside another shape (``sh:property``) is counted by itself, over the value nodes
    of the shapes that hold it; where it fails, they fail. ``ontology`` says which classes a class holds.
    """

    def __init__(self, data: Graph, shapes: Graph, ontology: Graph, results: Iterable[Result]) -> None:
        self._data, self._shapes, self._ontology = data, shapes, ontology
        self._engines: dict[Node, Engine] = {shape.node: shape for shape in ShapesGraph(shapes).shapes}
        self._results: dict[str, list[Result]] = {}
        for result in results:
            self._results.setdefault(result.shape, []).append(result)
        self._focus = cache(self._find_focus)

    def tallies(self, run: Run) -> Iterator[Tally]:
        """One tally for each shape, by IRI."""
        for node in sorted(self._engines, key=str):
            focus, way = self._focus(node), self._way(node)
            looked_at = self._members(node) if way is Way.ONCE else focus
            faults = sum(len(self._results.get(str(part), ())) for part in self._with_parts(node))
            yield Tally(str(node), run, way, len(focus), len(self._failed(node)), len(looked_at), faults)

    def _find_focus(self, node: Node) -> frozenset[Node]:
        """The nodes that a shape's targets name, and those that the shapes around it hand to it."""
        found: set[Node] = set(self._engines[node].focus_nodes(self._data))  # type: ignore[no-untyped-call]
        for holder in self._shapes.subjects(SH.property, node):
            for values in self._values(holder).values():
                found |= values
        return frozenset(found)

    def _values(self, node: Node) -> dict[Node, set[Node]]:
        values: dict[Node, set[Node]] = self._engines[node].value_nodes(self._data, set(self._focus(node)))
        return values

    def _failed(self, node: Node) -> set[str]:
        failed = {result.focus for result in self._results.get(str(node), ())}
        for part in self._shapes.objects(node, SH.property):
            broken = self._failed(part)
            if broken:
                values = self._values(node)
                failed |= {str(focus) for focus, found in values.items() if broken & set(map(str, found))}
        return failed

    def _with_parts(self, node: Node) -> list[Node]:
        return [part for part in self._shapes.transitive_objects(node, SH.property) if part is not None]

    def _way(self, node: Node) -> Way:
        if not any((node, target, None) in self._shapes for target in TARGETS):
            return Way.NESTED if (None, SH.property, node) in self._shapes else Way.HELPER
        if (node, SH.targetNode, None) in self._shapes:
            return Way.ONCE
        return Way.TEXT if (node, SH.sparql, None) in self._shapes else Way.EACH

    def _members(self, node: Node) -> set[Node]:
        """What a look at whole classes or concepts goes over: the values of its path, or else the
        members of the class with those of its subclasses."""
        if self._engines[node].is_property_shape:
            return {value for found in self._values(node).values() for value in found}
        classes = {
            kind
            for focus in self._focus(node)
            for kind in self._ontology.transitive_subjects(RDFS.subClassOf, focus)
        }
        return {thing for kind in classes for thing in self._data.subjects(RDF.type, kind)}


def described(shapes: Graph, file: str) -> list[Shape]:
    """Every shape of a file (``quality.MUST``, ``quality.ADVICE``) with its severity and its words."""
    assert file in (MUST, ADVICE)
    return sorted(
        Shape(str(node), file, _severity(shapes, node), _said(shapes, node, "ja"), _said(shapes, node, "en"))
        for node in {node for kind in KINDS for node in shapes.subjects(RDF.type, kind)}
    )


def _severity(shapes: Graph, node: Node) -> Severity:
    return Severity(str(shapes.value(node, SH.severity) or SH.Violation).rsplit("#", 1)[-1])


def _said(shapes: Graph, node: Node, language: str) -> str:
    found = [message for message in shapes.objects(node, SH.message) if isinstance(message, Literal)]
    return next((str(message) for message in found if message.language == language), "")
