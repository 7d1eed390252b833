"""How the terms of the vocabulary are used in the served data: counts, and one live example each.

Everything here is an answer of the source; what is recorded and what rules conclude stay apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib import URIRef

from kgapp.errors import Message
from kgapp.queryfile import QueryFile
from kgapp.question import Source

QUERIES = ("vocabulary-classes", "vocabulary-properties", "vocabulary-concepts")
GRAPH = "vocabulary-graph"
RECORDED = "recorded"
LONGEST = 36
"""Characters of a wording that are shown of an example."""


@dataclass(frozen=True)
class Thing:
    """A thing or a text of the data as a page names it."""

    iri: str
    """Empty for a text."""
    ja: str
    en: str


@dataclass(frozen=True)
class Example:
    """A thing that is of a class or points to a concept, or what a property joins."""

    subject: Thing
    object: Thing | None
    inferred: bool


@dataclass(frozen=True)
class Usage:
    """How often a term is used in what is recorded and in what is concluded beside it."""

    recorded: int = 0
    inferred: int = 0
    example: Example | None = None

    @property
    def total(self) -> int:
        return self.recorded + self.inferred


UNUSED = Usage()


@dataclass(frozen=True)
class InUse:
    """What the source tells of the vocabulary that is loaded with the data."""

    usage: frozenset[tuple[URIRef, Usage]]
    same: bool
    """Whether it says what the document of the vocabulary says."""
    failure: Message | None = None
    """Why none of this is known, where the source does not answer: no count is then zero."""

    @property
    def is_known(self) -> bool:
        """Whether this is the use of the vocabulary that is told of."""
        return self.same and self.failure is None

    @property
    def by_term(self) -> dict[URIRef, Usage]:
        return dict(self.usage)


def read_usage(source: Source, queries: Mapping[str, QueryFile]) -> dict[URIRef, Usage]:
    """The use of every declared term that is used at all, by its IRI."""
    found: dict[URIRef, Usage] = {}
    told: set[tuple[URIRef, str]] = set()
    for name in QUERIES:
        for row in _rows(source, queries[name]):
            about = URIRef(_text(row["term"])), _text(row["ground"])
            if about not in told:  # the next is the same with another name or value of the example
                told.add(about)
                found[about[0]] = _with(found.get(about[0], UNUSED), row, source.base)
    return found


def loaded_vocabulary(source: Source, queries: Mapping[str, QueryFile]) -> list[ox.Quad]:
    """The vocabulary as it is loaded with the data; empty where none is."""
    return [ox.Quad(row["subject"], row["predicate"], row["object"]) for row in _rows(source, queries[GRAPH])]


def _with(known: Usage, row: ox.QuerySolution, base: str) -> Usage:
    """What is known of a term, and a row more: its other ground."""
    uses = int(_text(row["uses"]))
    if _text(row["ground"]) == RECORDED:
        return Usage(uses, known.inferred, _example(row, False, base))
    return Usage(known.recorded, uses, known.example or _example(row, True, base))


def _example(row: ox.QuerySolution, inferred: bool, base: str) -> Example:
    subject = _thing(row["subject"], row["subjectName"], row["subjectEnglish"], row["notation"], base)
    value = row["object"]
    if value is None:
        return Example(subject, None, inferred)
    target = _thing(value, row["objectName"], row["objectEnglish"], row["objectNotation"], base)
    return Example(subject, target, inferred)


def _thing(term: object, name: object, english: object, notation: object, base: str) -> Thing:
    if isinstance(term, ox.Literal):
        return Thing("", _short(term.value), _short(term.value))
    iri = _text(term)
    path = iri.removeprefix(f"{base}id/")
    mark, ja = _text(notation), _short(_text(name))
    # A statement's wording stands after its number; a thing with a name of its own needs none.
    numbered = f"{mark} {ja}".strip() if mark and "-" in mark and not english else ja or mark
    return Thing(iri, numbered or path, _short(_text(english)) or numbered or path)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.Literal | ox.NamedNode) else ""


def _rows(source: Source, query: QueryFile) -> Iterable[ox.QuerySolution]:
    results = query.run(source)
    assert isinstance(results, ox.QuerySolutions)
    return results
