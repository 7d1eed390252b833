"""What is recorded near a pattern that matches nothing: one of its terms left open."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, replace

import pyoxigraph as ox

from kgapp.emptiness.asking import Asker
from kgapp.emptiness.core import Core
from kgapp.emptiness.faults import Candidate, replaced
from kgapp.emptiness.inventory import Inventory
from kgapp.emptiness.pattern import Part, Path, Query
from kgapp.emptiness.terms import STRING, TYPE, Term, quoted

SIBLINGS = 40
"""Properties among which is looked."""
OFFERED = 12
"""Rows of which the most telling are listed."""
LISTED = 3
"""What is recorded in the place of one term."""
RELAXED = 6
"""Terms that are left open."""


@dataclass(frozen=True)
class Nearby:
    """What is recorded with another term in one place of the pattern."""

    part: Part
    term: Term
    """The term of the query."""
    role: str
    """``subject``, ``property``, ``class`` or ``object``."""
    value: ox.NamedNode | ox.Literal
    rows: int
    """Solutions of the part with it."""
    candidate: Candidate | None
    """The change to the query, where the term is written in it."""


def nearby(
    query: Query, core: Core, asker: Asker, inventory: Inventory, told: Container[int]
) -> list[Nearby]:
    """What the rest of a core is recorded with, most frequent first, for each term left open; but for
    those (by their place) of which it is told already."""
    found: list[Nearby] = []
    asked = 0
    excluding = any(part.removes for part in core.parts)
    for part in core.parts:
        for role, term, opened in _opened(query, part):
            among = _alike(core, part, term, inventory) if role == "property" else None
            # What has another class says little, where what empties the answer is an exclusion.
            hidden = among == [] or (role == "class" and excluding) or term.start in told
            if asked >= RELAXED or hidden:
                continue
            asked += 1
            listed = list(_listed(query, core, part, (role, term, opened), asker, among))
            found += (_specific(listed, term, inventory) if role == "class" else listed)[:LISTED]
    return found


def _alike(core: Core, part: Part, term: Term, inventory: Inventory) -> list[str] | None:
    """The properties that may be meant as well, where the object says nothing: those that lead to the
    same classes. None where the object itself chooses."""
    assert part.triple is not None
    target = part.triple.object
    elsewhere = [one for one in core.parts if one is not part and target.value in one.variables]
    if not target.is_variable or elsewhere:
        return None
    own = inventory.ranges.get(term.value, set())
    alike = [iri for iri in inventory.properties if own & inventory.ranges.get(iri, set())]
    return [iri for iri in alike if iri != term.value][:SIBLINGS]


def _specific(found: list[Nearby], term: Term, inventory: Inventory) -> list[Nearby]:
    """Classes beside the one that was asked for: none above it, and none above another of them."""
    every = [term.value, *(near.value.value for near in found)]
    above = {upper for iri in every for upper in inventory.supers.get(iri, ())}
    return [near for near in found if near.value.value not in above]


def _opened(query: Query, part: Part) -> Iterator[tuple[str, Term, Part]]:
    """A part with one of its terms replaced by a variable."""
    triple = part.triple
    if triple is None:
        return
    prop = triple.path.term
    typed = prop is not None and prop.value == TYPE
    name = query.fresh("near")
    free = Term("variable", name, f"?{name}")
    if not triple.object.is_variable:
        yield "class" if typed else "object", triple.object, _with(part, object=free)
    if prop is not None and prop.kind == "iri" and not typed:
        yield "property", prop, _with(part, path=Path(free.text, free, ()))
    if not triple.subject.is_variable:
        yield "subject", triple.subject, _with(part, subject=free)


def _with(part: Part, **changes: object) -> Part:
    assert part.triple is not None
    triple = replace(part.triple, **changes)  # type: ignore[arg-type]
    text = f"GRAPH {part.graph} {{ {triple.text()} }}" if part.graph else triple.text()
    return replace(part, triple=triple, text=text)


def _listed(
    query: Query,
    core: Core,
    part: Part,
    opened: tuple[str, Term, Part],
    asker: Asker,
    among: list[str] | None,
) -> Iterator[Nearby]:
    role, term, free = opened
    assert free.triple is not None
    places = {
        "subject": free.triple.subject,
        "property": free.triple.path.term,
        "class": free.triple.object,
        "object": free.triple.object,
    }
    name = places[role]
    assert name is not None
    count = query.fresh("uses")
    pattern = " ".join((free if one is part else one).text for one in core.parts)
    if among is not None:
        pattern += f" FILTER({name.text} IN ({', '.join(f'<{iri}>' for iri in among)}))"
    tail = f"GROUP BY {name.text} ORDER BY DESC(?{count}) STR({name.text}) LIMIT {OFFERED}"
    rows = asker.rows(query.listing(f"{name.text} (COUNT(*) AS ?{count})", pattern, tail)) or []
    for row in rows:
        value, uses = row[name.value], row[count]
        if isinstance(value, ox.NamedNode | ox.Literal) and isinstance(uses, ox.Literal):
            number = int(uses.value)
            yield Nearby(part, term, role, value, number, _candidate(query, term, value, number))


def _candidate(query: Query, term: Term, value: ox.NamedNode | ox.Literal, rows: int) -> Candidate | None:
    if not term.written:
        return None
    if isinstance(value, ox.NamedNode):
        shown = query.names.shown(value.value)
        return Candidate(replaced(term, shown), shown, value.value, rows)
    tag = f"@{value.language}" if value.language else ""
    plain = bool(tag) or value.datatype.value == STRING
    shown = quoted(value.value) + (tag if plain else f"^^{query.names.shown(value.datatype.value)}")
    return Candidate(replaced(term, shown), shown, uses=rows)
