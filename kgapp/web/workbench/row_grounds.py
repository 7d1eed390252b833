"""Which triples a row of an answer rests on: the patterns of the query with the row's values put in, each
with the address that tells why it holds.

Only patterns that every row must match are told (SPARQL 1.1 Query, 18.2.2): none of an OPTIONAL, a UNION or
a negation, no path, and none with a variable that is not among the columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kgapp.emptiness.pattern import GRAPH, GROUP, TRIPLE, Group, Part
from kgapp.emptiness.reader import read
from kgapp.emptiness.terms import Term
from kgapp.emptiness.tokens import Unreadable
from kgapp.excerpt import IRI, LITERAL, Cell, Excerpt
from kgapp.web.frame.links import why_address

MOST = 20
"""Triples that are told of a row."""
LONGEST = 300
"""Characters of a literal that is asked about."""


@dataclass(frozen=True)
class Ground:
    """A triple of a row, as cells to be named, with where it is told why it holds."""

    subject: Cell
    predicate: Cell
    object: Cell
    why: str

    @property
    def cells(self) -> tuple[Cell, Cell, Cell]:
        return self.subject, self.predicate, self.object


def grounds_of(text: str, base: str, excerpt: Excerpt) -> list[Ground]:
    """The triples that the one row of an excerpt rests on; none where the query is beyond what is read."""
    try:
        query = read(text, base)
    except Unreadable:
        return []
    columns = [column.name for column in excerpt.columns]
    row = {name: cell for name, cell in zip(columns, excerpt.rows[0], strict=True) if cell}
    found: dict[str, Ground] = {}
    for part in _required(query.where):
        if len(found) < MOST and (ground := _ground(part, row, base)):
            found.setdefault(ground.why, ground)
    return list(found.values())


def _required(group: Group) -> Iterator[Part]:
    for part in group.parts:
        if part.kind == TRIPLE:
            yield part
        elif part.kind in (GRAPH, GROUP):
            for branch in part.branches:
                yield from _required(branch)


def _ground(part: Part, row: Mapping[str, Cell], base: str) -> Ground | None:
    triple = part.triple
    if triple is None or not triple.whole or triple.path.term is None:
        return None
    cells = [_cell(term, row) for term in (triple.subject, triple.path.term, triple.object)]
    subject, predicate, obj = cells
    if subject is None or predicate is None or obj is None:
        return None
    if subject.kind != IRI or predicate.kind != IRI or any(cell.is_cut for cell in (subject, predicate, obj)):
        return None
    if (told := _written(obj)) is None:
        return None
    return Ground(subject, predicate, obj, why_address(subject.value, predicate.value, told, base))


def _cell(term: Term, row: Mapping[str, Cell]) -> Cell | None:
    if term.is_variable:
        return row.get(term.value)
    kind = IRI if term.kind == "iri" else LITERAL
    return Cell(kind, term.value, len(term.value), term.language, term.datatype)


def _written(cell: Cell) -> str | None:
    """An object as the page of why takes it; nothing for a blank node or a long text."""
    if cell.kind == IRI:
        return cell.value
    if cell.kind != LITERAL or len(cell.value) > LONGEST:
        return None
    if cell.language:
        return str(ox.Literal(cell.value, language=cell.language))
    return str(ox.Literal(cell.value, datatype=ox.NamedNode(cell.datatype) if cell.datatype else None))
