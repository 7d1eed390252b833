"""The vocabulary as the served data use it, for an editor to complete queries from.

For every class: how many things are of it, which properties these really have, which of them a shape
demands (SHACL, 4.2.1: sh:minCount), and of which classes their values are. Nothing that is declared and
not used is here, so that what is offered finds something. Values are told by ``completion_values``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any

import pyoxigraph as ox
from rdflib import SH, Graph, Literal

from kgapp.dataset import Dataset
from kgapp.queryfile import QueryFile
from kgapp.question import Source
from kgapp.web.frame.context import Context
from kgapp.web.frame.wording import NAMESPACES, TERMS
from kgapp.web.vocabulary.ontology import read_document

CLASSES, PARENTS, NAMES = "void-classes", "completion-parents", "vocabulary-names"
PROPERTIES, TARGETS = "completion-properties", "completion-targets"
BESIDE, BESIDE_OF_ANY = "completion-with", "completion-with-of-any"
LED, LED_OF_ANY = "completion-led", "completion-led-of-any"
SAMPLE = 50_000
"""Triples of things of a class that are counted, as the queries say: of a class with more, these."""
MOST_CLASSES = 400
"""Classes that are told of, the largest: each takes two queries."""
LOCAL = re.compile(r"[A-Za-z_](?:[\w.-]*[\w-])?", re.ASCII)
"""Local names that need no escape (SPARQL 1.1, PN_LOCAL), the plain ones of them."""

Demanded = Mapping[str, frozenset[str]]
"""By class, the properties without which a thing of it does not conform."""


@dataclass(frozen=True)
class Has:
    """A property that things of a class have: how many have it, how often, and where it leads."""

    property: str
    things: int
    uses: int
    demanded: bool
    targets: tuple[str, ...]
    """Classes of its values, the most frequent first."""


@dataclass(frozen=True)
class Used:
    """A class that is used, its things, what it is a kind of, and what its things have."""

    iri: str
    things: int
    parents: tuple[str, ...]
    has: tuple[Has, ...]

    @property
    def sampled(self) -> bool:
        """Whether the counts of its properties are of some of its triples only."""
        return sum(has.uses for has in self.has) >= SAMPLE


@dataclass(frozen=True)
class Vocabulary:
    """Everything that is used, the largest class first, and what it is called in each language."""

    classes: tuple[Used, ...]
    names: Mapping[str, Mapping[str, str]]

    @cached_property
    def terms(self) -> frozenset[str]:
        """The IRIs of all classes and properties that are used, and of what has a name as a term."""
        return self._used | frozenset(self.names)

    @cached_property
    def _used(self) -> frozenset[str]:
        classes = {one.iri for one in self.classes}
        return frozenset(classes | {each.property for one in self.classes for each in one.has})

    def uses(self, namespace: str) -> bool:
        """Whether a class or a property of a namespace is used."""
        return any(term.startswith(namespace) for term in self._used)


def prefixed(iri: str) -> str:
    """A term as a query names it: with its usual prefix, else the whole IRI in angle brackets."""
    for prefix, namespace in NAMESPACES.items():
        if iri.startswith(namespace) and LOCAL.fullmatch(iri.removeprefix(namespace)):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return f"<{iri}>"


def demanded_by(shapes: Graph) -> Demanded:
    """What the shapes of a document demand of classes: those with a target of their own, and those that
    a shape with a target names by sh:property. Paths of several steps are left out."""
    found: dict[str, set[str]] = defaultdict(set)
    for shape, least in shapes.subject_objects(SH.minCount):
        path = shapes.value(shape, SH.path)
        if not isinstance(least, Literal) or int(least) < 1 or path is None:
            continue
        for holder in (shape, *shapes.subjects(SH.property, shape)):
            for target in shapes.objects(holder, SH.targetClass):
                found[str(target)].add(str(path))
    return {target: frozenset(paths) for target, paths in found.items()}


def read_vocabulary(source: Source, queries: Mapping[str, QueryFile], demanded: Demanded) -> Vocabulary:
    """The vocabulary in use, by bounded queries of a source; raises QueryRefused."""
    counted = {_iri(row["class"]): _number(row["things"]) for row in _rows(source, queries[CLASSES])}
    parents: dict[str, list[str]] = defaultdict(list)
    for row in _rows(source, queries[PARENTS]):
        parents[_iri(row["class"])].append(_iri(row["parent"]))
    largest = sorted(counted, key=lambda iri: (-counted[iri], iri))[:MOST_CLASSES]
    classes = []
    for iri in largest:
        needed = frozenset(p for one in _above(iri, parents) for p in demanded.get(one, ()))
        own = tuple(parent for parent in parents[iri] if parent in counted)
        classes.append(Used(iri, counted[iri], own, tuple(_has(source, queries, iri, needed))))
    return Vocabulary(tuple(classes), _names(source, queries))


def _has(source: Source, queries: Mapping[str, QueryFile], iri: str, needed: frozenset[str]) -> Iterator[Has]:
    targets: dict[str, list[str]] = defaultdict(list)
    for row in _rows(source, queries[TARGETS], **{"class": iri}):
        targets[_iri(row["property"])].append(_iri(row["target"]))
    found = []
    for row in _rows(source, queries[PROPERTIES], **{"class": iri}):
        name = _iri(row["property"])
        leads = tuple(target for target in targets[name] if target)
        found.append(Has(name, _number(row["things"]), _number(row["uses"]), name in needed, leads))
    yield from sorted(found, key=lambda has: (not has.demanded, -has.things, has.property))


def _above(iri: str, parents: Mapping[str, Iterable[str]]) -> set[str]:
    """A class and all that it is a kind of."""
    found: set[str] = set()
    todo = [iri]
    while todo:
        one = todo.pop()
        if one not in found:
            found.add(one)
            todo += parents.get(one, ())
    return found


def _names(source: Source, queries: Mapping[str, QueryFile]) -> dict[str, dict[str, str]]:
    names: dict[str, dict[str, str]] = {iri: {"ja": words.ja, "en": words.en} for iri, words in TERMS.items()}
    for row in _rows(source, queries[NAMES]):
        label = row["label"]
        if isinstance(label, ox.Literal) and label.language in ("ja", "en"):
            names.setdefault(_iri(row["term"]), {})[label.language] = label.value
    return names


def properties_of(
    context: Context, class_: str, led: str, having: Iterable[str]
) -> dict[str, tuple[int, int]]:
    """The properties that things really have, with how many have each and how often: things of a class
    that have all of ``having``, or, where ``led`` is given, what that property leads to from things of
    the class. Without a class of things of any. Several properties are told two by two."""
    found: list[dict[str, tuple[int, int]]] = []
    asked = [(LED if class_ else LED_OF_ANY, {"led": led})] if led else []
    asked += [(BESIDE if class_ and not led else BESIDE_OF_ANY, {"with": each}) for each in having]
    for name, bound in asked:
        of = {"class": class_} if name in (LED, BESIDE) else {}
        rows = _rows(context.source, context.page_queries[name], **bound, **of)
        found.append({_iri(row["property"]): (_number(row["things"]), _number(row["uses"])) for row in rows})
    common = set.intersection(*(set(each) for each in found)) if found else set()
    return {iri: min(each[iri] for each in found) for iri in sorted(common)}


def content_of(vocabulary: Vocabulary, base: str) -> dict[str, Any]:
    """The vocabulary as a program reads it: terms by their place in ``terms``, each with its name in a
    query, its names in ja and en; classes with ``[property, things, uses, demanded, [targets]]``."""
    places: dict[str, int] = {}

    def _place(iri: str) -> int:
        return places.setdefault(iri, len(places))

    classes = [
        {
            "class": _place(one.iri),
            "things": one.things,
            "sampled": one.sampled,
            "parents": [_place(parent) for parent in one.parents],
            "has": [
                [_place(has.property), has.things, has.uses, int(has.demanded), [*map(_place, has.targets)]]
                for has in one.has
            ],
        }
        for one in vocabulary.classes
    ]
    terms = [
        [
            prefixed(iri),
            vocabulary.names.get(iri, {}).get("ja", ""),
            vocabulary.names.get(iri, {}).get("en", ""),
        ]
        for iri in places
    ]
    return {"base": base, "prefixes": NAMESPACES, "terms": terms, "classes": classes}


class CurrentVocabulary:
    """The vocabulary of what is served now, read anew only when other data answer; for several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._read: tuple[int, Vocabulary] | None = None

    def of(self, context: Context) -> Vocabulary:
        """The vocabulary in use; raises QueryRefused where the source does not answer."""
        with self._lock:
            generation = context.source.generation
            if self._read is None or self._read[0] != generation:
                demanded = _demanded(context.dataset())
                self._read = generation, read_vocabulary(context.source, context.page_queries, demanded)
            return self._read[1]


def _demanded(dataset: Dataset | None) -> Demanded:
    """What the shapes demand that were published with a dataset; nothing is known where other data are
    served."""
    if dataset is None:
        return {}
    return demanded_by(read_document(dataset.folder / dataset.publication, "shapes").graph)


def _rows(source: Source, query: QueryFile, **bound: str) -> Iterable[ox.QuerySolution]:
    results = source.query(query.text, {name: ox.NamedNode(iri) for name, iri in bound.items()})
    assert isinstance(results, ox.QuerySolutions)
    return results


def _iri(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""


def _number(term: object) -> int:
    return int(term.value) if isinstance(term, ox.Literal) else 0
