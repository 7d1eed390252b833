"""Which triples a row of an answer rests on: the patterns of the query with the row's values put in.

Only patterns that every row must match are told (SPARQL 1.1 Query, 18.2.2): none of an OPTIONAL, a UNION or
a negation, no path, and none with a variable that is not among the columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from kgapp.emptiness.pattern import GRAPH, GROUP, TRIPLE, Group, Part
from kgapp.emptiness.reader import read
from kgapp.emptiness.terms import Term, Unreadable
from kgapp.excerpt import IRI, LITERAL, Cell, Excerpt

MOST = 20
"""Triples that are told of a row."""
LONGEST = 300
"""Characters of a literal that is asked about."""


def grounds_of(text: str, base: str, excerpt: Excerpt) -> list[ox.Triple]:
    """The triples that the one row of an excerpt rests on; none where the query is beyond what is read."""
    try:
        query = read(text, base)
    except Unreadable:
        return []
    columns = [column.name for column in excerpt.columns]
    row = {name: cell for name, cell in zip(columns, excerpt.rows[0], strict=True) if cell}
    found = (_ground(part, row) for part in _required(query.where))
    return list(dict.fromkeys(triple for triple in found if triple))[:MOST]


def _required(group: Group) -> Iterator[Part]:
    for part in group.parts:
        if part.kind == TRIPLE:
            yield part
        elif part.kind in (GRAPH, GROUP):
            for branch in part.branches:
                yield from _required(branch)


def _ground(part: Part, row: Mapping[str, Cell]) -> ox.Triple | None:
    triple = part.triple
    if triple is None or not triple.whole or triple.path.term is None:
        return None
    subject, predicate, obj = (_term(end, row) for end in (triple.subject, triple.path.term, triple.object))
    if isinstance(subject, ox.NamedNode) and isinstance(predicate, ox.NamedNode) and obj is not None:
        return ox.Triple(subject, predicate, obj)
    return None


def _term(term: Term, row: Mapping[str, Cell]) -> ox.NamedNode | ox.Literal | None:
    """A term with the row's value in the place of a variable; nothing for a blank node, for what the page
    shows cut, for a long text."""
    if not term.is_variable:
        found = term.rdf()
    elif (cell := row.get(term.value)) is None or cell.is_cut or cell.kind not in (IRI, LITERAL):
        return None
    elif cell.kind == IRI:
        found = ox.NamedNode(cell.value)
    elif cell.language:
        found = ox.Literal(cell.value, language=cell.language)
    else:
        found = ox.Literal(cell.value, datatype=ox.NamedNode(cell.datatype) if cell.datatype else None)
    return None if isinstance(found, ox.Literal) and len(found.value) > LONGEST else found
