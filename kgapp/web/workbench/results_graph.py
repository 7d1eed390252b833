"""The ties of an answer: as a list, and in the same list what the moving picture is drawn from."""

from __future__ import annotations

from dataclasses import dataclass, field

from kgapp.excerpt import IRI, Cell, Excerpt
from kgapp.results import GRAPH
from kgapp.web.workbench.results_cells import Cells

RELATIONS = frozenset(["p", "predicate", "property", "relation", "role", "link", "kind"])
"""Names of columns whose IRIs are the relations between those of two others."""
WORDS = 30
"""Characters of a name in the picture."""


@dataclass(frozen=True)
class Ends:
    """Which columns are tied: from, to, and the relation where a column tells it."""

    source: int
    target: int
    relation: int | None = None


@dataclass(frozen=True)
class Tie:
    """A line of the picture."""

    target: int
    text: str
    name: str


@dataclass
class Node:
    """A thing of the picture, with the ties that lead from it."""

    number: int
    name: str
    address: str
    ties: list[Tie] = field(default_factory=list)


@dataclass(frozen=True)
class Ties:
    """What a page's rows tie, and how many of them tie nothing: a value is no thing."""

    nodes: tuple[Node, ...]
    count: int
    without: int


def ends_of(excerpt: Excerpt) -> Ends | None:
    """The columns that tie things: two of IRIs, or the ends of triples."""
    if excerpt.kind == GRAPH:
        return Ends(0, 2, 1) if excerpt.columns[2].iris else None
    iris = [place for place, column in enumerate(excerpt.columns) if column.is_iri]
    named = [place for place in iris if excerpt.columns[place].name.lower() in RELATIONS]
    things = [place for place in iris if place not in named]
    if len(things) < 2:
        return None
    return Ends(things[0], things[1], named[0] if named else None)


def ties_of(excerpt: Excerpt, ends: Ends, cells: Cells) -> Ties:
    """The ties of a page's rows, each once, in the order of the rows."""
    nodes: dict[str, Node] = {}

    def _node(cell: Cell) -> Node:
        if cell.value not in nodes:
            nodes[cell.value] = Node(len(nodes), cells.name(cell, WORDS), cells.address(cell))
        return nodes[cell.value]

    seen: set[tuple[str, str, str]] = set()
    without = 0
    for row in excerpt.rows:
        source, target = row[ends.source], row[ends.target]
        relation = row[ends.relation] if ends.relation is not None else None
        if source is None or target is None or (source.kind, target.kind) != (IRI, IRI):
            without += 1
            continue
        key = (source.value, relation.value if relation else "", target.value)
        if key in seen:
            continue
        seen.add(key)
        start, end = _node(source), _node(target)
        start.ties.append(Tie(end.number, cells.name(relation, WORDS), end.name))
    return Ties(tuple(nodes.values()), len(seen), without)
