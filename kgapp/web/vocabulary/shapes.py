"""What the documentation of a shape is: what it looks at, what it demands in words, how grave it is.

Read from the graphs of the shapes that must hold and of those that should (SHACL); HTML is no part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rdflib import RDF, SH, BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from kgapp.errors import Message
from kgapp.vocab import DEFAULT_BASE, local_name
from kgapp.web.vocabulary.terms import NAMESPACE, in_both

SHAPES = f"{DEFAULT_BASE}shapes#"
SIGNS = {
    "^": Message("（逆向きに）", "(backwards)"),
    "|": Message("または", "or"),
    "/": Message("その先の", "and then"),
}
"""The signs of a path in words."""
MENTION = re.compile(r"\bccr:([A-Za-z][\w-]*)")
PLACE = re.compile(r"\{[?$](\w+)\}")
SEVERITIES = {
    SH.Violation: Message("必須", "Must"),
    SH.Warning: Message("要確認", "Should"),
    SH.Info: Message("参考", "For information"),
}
TARGETS = {
    SH.targetClass: Message("このクラスに属するもの", "Everything of the class"),
    SH.targetNode: Message("このクラスのもの全体を一度に", "All things of the class, at once"),
    SH.targetSubjectsOf: Message("この関係をもつもの", "Whatever has"),
    SH.targetObjectsOf: Message("この関係の先にあるもの", "Whatever is led to by"),
}
ONE_THING = Message("この一つのもの", "The one thing")
DEMANDS = {
    SH.minCount: Message("値の数は少なくとも", "Values, at least"),
    SH.maxCount: Message("値の数は多くとも", "Values, at most"),
    SH["class"]: Message("値のクラス", "Values are of the class"),
    SH.datatype: Message("値のデータ型", "Datatype of values"),
    SH.nodeKind: Message("値の種類", "Kind of values"),
    SH.hasValue: Message("この値をもつ", "Has the value"),
    SH["in"]: Message("値は次のどれか", "Each value is one of"),
    SH.pattern: Message("値の書き方（正規表現）", "Values match the pattern"),
    SH.flags: Message("正規表現の読み方", "Flags of the pattern"),
    SH.languageIn: Message("値の言語", "Language of values"),
    SH.uniqueLang: Message("言語ごとに値は一つ", "One value for each language"),
    SH.minInclusive: Message("値はこれ以上", "Values are not below"),
    SH.maxInclusive: Message("値はこれ以下", "Values are not above"),
    SH.lessThan: Message("値は次の値より小さい", "Values are less than those of"),
    SH.disjoint: Message("次の値と重ならない", "Shares no value with"),
    SH.qualifiedValueShape: Message("次の形に合う値を数える", "Counted are values that conform to"),
    SH.qualifiedMinCount: Message("その形に合う値の数は少なくとも", "Of these, at least"),
    SH.qualifiedMaxCount: Message("その形に合う値の数は多くとも", "Of these, at most"),
    SH.qualifiedValueShapesDisjoint: Message("数える形は重ならない", "The shapes counted share no value"),
    SH.node: Message("値は次の形に合う", "Values conform to"),
    SH.property: Message("次の形にも合う", "Conforms also to"),
    SH["not"]: Message("次の形に合わない", "Does not conform to"),
}


@dataclass(frozen=True)
class Demand:
    """One constraint: what it is called, and its values."""

    words: Message
    values: tuple[Node, ...]


@dataclass(frozen=True)
class Shape:
    """A shape as its file describes it."""

    iri: URIRef
    document: str
    """``shapes`` for what must hold, ``shapes/advice`` for what should."""
    severity: Message
    message: Message
    targets: tuple[tuple[Message, URIRef], ...]
    path: tuple[Node | str, ...]
    """The way to the values, as terms and signs (SPARQL 1.1, property paths); empty for the thing itself."""
    demands: tuple[Demand, ...]
    queries: tuple[str, ...]
    users: tuple[URIRef, ...]
    """The shapes that ask this one, which has no target of its own."""

    @property
    def name(self) -> str:
        """Its local name, which is the fragment of its documentation."""
        return local_name(self.iri)

    @property
    def looked_at(self) -> frozenset[URIRef]:
        """The terms whose things it looks at."""
        return frozenset(term for _, term in self.targets)

    @property
    def followed(self) -> frozenset[URIRef]:
        """The properties of its path."""
        return frozenset(step for step in self.path if isinstance(step, URIRef))

    @property
    def mentions(self) -> frozenset[URIRef]:
        """The terms of ours that its queries ask for beside those."""
        found = {URIRef(NAMESPACE + name) for query in self.queries for name in MENTION.findall(query)}
        return frozenset(found - self.looked_at - self.followed)


def read_shapes(document: str, graph: Graph) -> dict[URIRef, Shape]:
    """Every shape of a document by IRI, in alphabetical order."""
    kinds = (SH.NodeShape, SH.PropertyShape)
    found = {s for kind in kinds for s in graph.subjects(RDF.type, kind) if isinstance(s, URIRef)}
    return {iri: _shape(document, graph, iri) for iri in sorted(found)}


def _shape(document: str, graph: Graph, iri: URIRef) -> Shape:
    message = in_both(graph, iri, SH.message) or Message("", "")
    severity = graph.value(iri, SH.severity)
    path = graph.value(iri, SH.path)
    targets = (
        (ONE_THING if predicate == SH.targetNode and not term.startswith(NAMESPACE) else words, term)
        for predicate, words in TARGETS.items()
        for term in sorted(term for term in graph.objects(iri, predicate) if isinstance(term, URIRef))
    )
    users = (s for p in (SH.qualifiedValueShape, SH.node, SH.property) for s in graph.subjects(p, iri))
    return Shape(
        iri=iri,
        document=document,
        severity=next(
            (words for known, words in SEVERITIES.items() if known == severity), SEVERITIES[SH.Violation]
        ),
        message=Message(_readable(message.ja), _readable(message.en)),
        targets=tuple(targets),
        path=tuple(_path(graph, path)) if path is not None else (),
        demands=tuple(_demands(graph, iri)),
        queries=tuple(
            sorted(str(q) for c in graph.objects(iri, SH.sparql) for q in graph.objects(c, SH.select))
        ),
        users=tuple(sorted(user for user in users if isinstance(user, URIRef))),
    )


def _readable(message: str) -> str:
    """A message with its places (``{?value}``, SHACL 5.3.2) told as places."""
    return PLACE.sub(r"〔\1〕", message)


def _demands(graph: Graph, iri: URIRef) -> Iterator[Demand]:
    for predicate, words in DEMANDS.items():
        values: list[Node] = []
        for value in graph.objects(iri, predicate):
            is_list = isinstance(value, BNode) and (value, RDF.first, None) in graph
            values += Collection(graph, value) if is_list else [value]
        if values:
            yield Demand(words, tuple(sorted(values, key=str)))


def _path(graph: Graph, path: Node) -> Iterator[Node | str]:
    """SHACL, 2.3.1, in the signs of SPARQL."""
    if isinstance(path, URIRef):
        yield path
        return
    inverse, options = graph.value(path, SH.inversePath), graph.value(path, SH.alternativePath)
    if inverse is not None:
        yield "^"
        yield from _path(graph, inverse)
        return
    items = list(Collection(graph, path if options is None else options))
    for number, item in enumerate(items):
        if number:
            yield "/" if options is None else "|"
        yield from _path(graph, item)
