"""Which thing somebody means: from a path, or from a name by way of the search."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import current_app

from kgapp.errors import Message, QueryRefused
from kgapp.search.current import CurrentIndex
from kgapp.search.finding import find
from kgapp.search.folding import folded
from kgapp.search.found import Hit
from kgapp.search.gather import Kind, Role
from kgapp.search.suggesting import nearest, suggest
from kgapp.search.terms import LONGEST, Filters, read
from kgapp.web.connections.network import Networks, Node
from kgapp.web.search.pages import EXTENSION

_OFFERED = 12
_OF_A_KIND = 6
_KINDS = (
    *(Kind.ACTOR, Kind.GROUP, Kind.PLACE, Kind.FACILITY, Kind.PROGRAMME),
    *(Kind.THEME, Kind.STATEMENT, Kind.CHART),
)
_CALLED = (Role.NAME, Role.ALIAS, Role.READING, Role.NOTATION)


@dataclass(frozen=True)
class End:
    """What was typed for one end, the thing that it means, and what else it may mean."""

    typed: str
    node: Node | None = None
    candidates: tuple[Node, ...] = ()


def read_end(networks: Networks, typed: str) -> End:
    """The thing that a path names, or the one that is called exactly so; else those that it may mean.
    Raises QueryRefused (404) for a path that names nothing that has ties here."""
    typed = typed.strip()[:LONGEST]
    if not typed:
        return End("")
    if "/" in typed and typed.isascii():
        if (node := networks.node(typed)) is None:
            raise QueryRefused(
                Message(
                    f"「{typed}」という，つながりをたどれるものはありません。",
                    f"There is no {typed!r} among the things whose connections can be followed.",
                ),
                Message(
                    "名前で探してください。主体，人々，地区，施設，事業，テーマ，記述，工程表の行をたどれます。",
                    "Look for it by name: actors, groups, districts, facilities, programmes, themes, "
                    "statements and chart lines can be followed.",
                ),
                status=404,
            )
        return End(typed, node, ())
    exact: dict[str, Node] = {}
    near: dict[str, Node] = {}
    for path, is_exact in _found(typed):
        if path not in near and len(near) < _OFFERED and (node := networks.node(path)):
            near[path] = node
            if is_exact:
                exact[path] = node
    if len(exact) == 1:
        (node,) = exact.values()
        return End(typed, node, tuple(other for path, other in near.items() if path not in exact))
    return End(typed, None, tuple((exact | near).values()))


def _found(typed: str) -> Iterator[tuple[str, bool]]:
    """Paths of what the search finds, those that are called exactly so first."""
    current: CurrentIndex = current_app.extensions[EXTENSION]
    index = current.index()
    base = f"{index.base}id/"
    query = read(typed)
    found = find(index, query, Filters(), _OF_A_KIND)
    groups = sorted(found.groups, key=lambda group: list(Kind).index(group.kind))
    hits = [*found.names, *(hit for group in groups if group.kind in _KINDS for hit in group.hits)]
    hits = [hit for hit in hits if hit.kind in _KINDS]
    yield from ((hit.iri.removeprefix(base), True) for hit in hits if _is_called(hit, folded(typed)))
    yield from ((one.iri.removeprefix(base), False) for one in suggest(index, typed))
    yield from ((hit.iri.removeprefix(base), False) for hit in hits)
    if not hits:
        yield from ((one.iri.removeprefix(base), False) for one in nearest(index, query))


def _is_called(hit: Hit, name: str) -> bool:
    return any(folded(marked.words.text) == name for marked in hit.of(*_CALLED))
