"""Gathers from a source what search looks through: things of every kind with their words and links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import pyoxigraph as ox

from kgapp.errors import Message
from kgapp.queryfile import QueryFile
from kgapp.question import Source
from kgapp.vocab import CCR, ONTOLOGY

WORDS, LINKS = "search-words", "search-links"
ASSERTED = "/graph/asserted"
UNNAMED = ("/graph/claims", "/graph/inferred", "/graph/source")
"""Ends of the IRIs of graphs in which nothing has a name or a text of its own."""
SECTIONS = ("measure", "issue", "goal", "principle", "status", "nextIssue", "direction")
"""In the order of the paper."""


class Kind(StrEnum):
    """What a thing is to someone who searches, in the order in which results are shown."""

    ACTOR = "actor"
    GROUP = "group"
    PLACE = "place"
    FACILITY = "facility"
    PROGRAMME = "programme"
    THEME = "theme"
    STATEMENT = "statement"
    CHART = "chart"
    PHASE = "phase"
    OBSERVATION = "observation"
    YEAR = "year"
    PAPER = "paper"
    TERM = "term"


class Role(StrEnum):
    """What words are to their thing."""

    NAME = "name"
    ALIAS = "alias"
    NOTATION = "notation"
    READING = "reading"
    TEXT = "text"
    GLOSS = "gloss"
    DEFINITION = "definition"


KIND_NAMES = {
    Kind.ACTOR: Message("主体", "Actors"),
    Kind.GROUP: Message("人々", "Groups of people"),
    Kind.PLACE: Message("市と地区", "City and districts"),
    Kind.FACILITY: Message("施設・場", "Facilities"),
    Kind.PROGRAMME: Message("事業・計画", "Programmes and plans"),
    Kind.THEME: Message("重点テーマ", "Themes"),
    Kind.STATEMENT: Message("資料の記述", "Statements"),
    Kind.CHART: Message("工程表の行", "Lines of the chart"),
    Kind.PHASE: Message("工程表の段階", "Phases of the chart"),
    Kind.OBSERVATION: Message("数の記録", "Figures"),
    Kind.YEAR: Message("年・年度", "Years"),
    Kind.PAPER: Message("資料", "Papers"),
    Kind.TERM: Message("このデータの用語", "Terms of this data"),
}
PASSAGES = (Kind.STATEMENT, Kind.CHART)
"""What has a theme, and may involve actors and reach districts."""
REGISTERED = (Kind.ACTOR, Kind.GROUP, Kind.PLACE, Kind.FACILITY, Kind.PROGRAMME, Kind.YEAR)
"""What has several names, any of which may stand in a text."""
KINDS: dict[str, Kind] = {
    **{str(CCR[name]): Kind.ACTOR for name in ("Body", "Collective", "ActorType", "Post")},
    str(CCR.PeopleGroup): Kind.GROUP,
    **{str(CCR[name]): Kind.PLACE for name in ("District", "Municipality")},
    **{str(CCR[name]): Kind.FACILITY for name in ("Facility", "FacilityType")},
    **{str(CCR[name]): Kind.PROGRAMME for name in ("Programme", "Plan")},
    str(CCR.Theme): Kind.THEME,
    **{
        str(CCR[name]): Kind.STATEMENT
        for name in (
            "Measure",
            "StandingIssue",
            "Goal",
            "Principle",
            "StatusItem",
            "NextYearIssue",
            "Direction",
        )
    },
    str(CCR.ChartText): Kind.CHART,
    str(CCR.Phase): Kind.PHASE,
    str(CCR.Observation): Kind.OBSERVATION,
    str(CCR.FiscalYear): Kind.YEAR,
    "http://www.w3.org/2006/time#Year": Kind.YEAR,
    str(CCR.RoadmapDocument): Kind.PAPER,
}
TERM_CLASSES = (
    "http://www.w3.org/2002/07/owl#Class",
    "http://www.w3.org/2002/07/owl#ObjectProperty",
    "http://www.w3.org/2002/07/owl#DatatypeProperty",
    "http://www.w3.org/2004/02/skos/core#Concept",
    "http://www.w3.org/2004/02/skos/core#ConceptScheme",
)
ROLES: dict[str, Role] = {
    "http://www.w3.org/2004/02/skos/core#prefLabel": Role.NAME,
    "http://www.w3.org/2000/01/rdf-schema#label": Role.NAME,
    "http://purl.org/dc/terms/title": Role.NAME,
    "http://www.w3.org/2004/02/skos/core#altLabel": Role.ALIAS,
    "http://www.w3.org/2004/02/skos/core#notation": Role.NOTATION,
    "http://www.w3.org/2004/02/skos/core#definition": Role.DEFINITION,
    str(CCR.reading): Role.READING,
    str(CCR.text): Role.TEXT,
    str(CCR.gloss): Role.GLOSS,
}
WORDED = (Kind.CHART, Kind.PHASE, Kind.OBSERVATION)
"""Kinds whose label is their text."""


@dataclass(frozen=True)
class Words:
    """Words of a thing: what they are to it, in which language, as they are written."""

    role: Role
    language: str
    text: str


@dataclass(frozen=True)
class Thing:
    """What can be found: a thing, its words, and for a passage its links as (relation, key)."""

    iri: str
    kind: Kind
    words: tuple[Words, ...]
    links: tuple[tuple[str, str], ...] = ()


def key_of(iri: str, base: str) -> str:
    """A thing's short name in an address: the path below ``id/``, or a ``ccr:`` name."""
    if iri.startswith(f"{ONTOLOGY}#"):
        return f"ccr:{iri.removeprefix(f'{ONTOLOGY}#')}"
    return iri.removeprefix(f"{base}id/")


def iri_of(key: str, base: str) -> str:
    """The IRI of a key of ``key_of``."""
    name = key.removeprefix("ccr:")
    return f"{base}id/{key}" if name == key else f"{ONTOLOGY}#{name}"


def gather(source: Source, queries: Mapping[str, QueryFile], graphs: Iterable[str]) -> Iterator[Thing]:
    """Everything that these graphs of a source name, graph by graph, each in the paper's order.
    Raises QueryRefused."""
    for graph in graphs:
        if graph.endswith(UNNAMED):
            continue
        links: dict[str, list[tuple[str, str]]] = {}
        if graph.endswith(ASSERTED):
            links = _links(source, queries[LINKS], graph.removesuffix(ASSERTED))
        found = _things(source, queries[WORDS], graph)
        for iri in sorted(found, key=_in_order):
            kind, words = found[iri]
            yield Thing(iri, kind, tuple(words), tuple(links.get(iri, ())))


def _things(source: Source, query: QueryFile, graph: str) -> dict[str, tuple[Kind, list[Words]]]:
    rows = query.run(source, {"graph": graph})
    assert isinstance(rows, ox.QuerySolutions)
    kinds: dict[str, Kind] = {}
    words: dict[str, dict[tuple[str, str, str], None]] = {}
    for row in rows:
        thing, class_, literal = row["thing"], row["class"], row["words"]
        assert isinstance(thing, ox.NamedNode)
        if not (isinstance(class_, ox.NamedNode) and isinstance(literal, ox.Literal)):
            continue
        kind = KINDS.get(class_.value) or (Kind.TERM if class_.value in TERM_CLASSES else None)
        if kind is None:
            continue
        kinds.setdefault(thing.value, kind)
        spelt = (row["property"].value, literal.language or "", literal.value)
        words.setdefault(thing.value, {})[spelt] = None
    return {iri: (kind, sorted(set(_words(kind, words[iri])), key=_as_shown)) for iri, kind in kinds.items()}


def _words(kind: Kind, spelt: Iterable[tuple[str, str, str]]) -> Iterator[Words]:
    for predicate, language, text in spelt:
        role = ROLES[predicate]
        if role is Role.NAME and kind in WORDED:
            role = Role.TEXT
        yield Words(role, language, text)


def _as_shown(words: Words) -> tuple[int, bool, str]:
    """Names first, Japanese before English."""
    return list(Role).index(words.role), words.language != "ja", words.text


def _links(source: Source, query: QueryFile, document: str) -> dict[str, list[tuple[str, str]]]:
    rows = query.run(source, {"document": document})
    assert isinstance(rows, ox.QuerySolutions)
    links: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        passage, relation, thing = (row[name].value for name in ("passage", "relation", "thing"))
        links.setdefault(passage, []).append(
            (relation.removeprefix(f"{ONTOLOGY}#"), key_of(thing, source.base))
        )
    return links


def _in_order(iri: str) -> list[tuple[int, int, str]]:
    """By numbers in names as numbers, and sections in the paper's order."""
    parts = re.split(r"(\d+)", iri)
    order: list[tuple[int, int, str]] = []
    for part in parts:
        section = part.strip("/-")
        if part.isdigit():
            order.append((1, int(part), ""))
        elif section in SECTIONS:
            order.append((0, SECTIONS.index(section), ""))
        else:
            order.append((0, len(SECTIONS), part))
    return order
