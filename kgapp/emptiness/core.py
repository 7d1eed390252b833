"""The smallest part of a pattern that matches nothing: parts of which none can be left out.

Found by asking for ever fewer parts (U. Junker, QuickXplain, 2004). A part that needs what another
one binds (FILTER, BIND, OPTIONAL, MINUS) is asked only together with that one: alone it would match
nothing for a reason that is not the query's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from kgapp.emptiness import pattern as kinds
from kgapp.emptiness.asking import COUNTED, Asker
from kgapp.emptiness.pattern import Group, Part, Query

EXPANDED = (kinds.UNION, kinds.GROUP, kinds.GRAPH, kinds.EXISTS, kinds.SELECT)
DEEPEST = 6
"""Patterns inside each other that are opened."""
SINGLES = 24
"""Parts that are asked one by one."""


@dataclass(frozen=True)
class Core:
    """Parts that together match nothing. ``without`` tells for each how many solutions the others
    have (none: not known); where one of these is 0 or unknown the core may not be the smallest."""

    parts: tuple[Part, ...]
    without: tuple[int | None, ...]
    branch: str = ""
    """Which alternatives of UNION it stands in, as ``1.2``; empty outside of any."""
    choice: int = 0
    """Cores of one choice are empty together: the alternatives of one UNION."""

    @property
    def minimal(self) -> bool:
        """Whether it is known that none of its parts can be left out."""
        return all(self.without)


class Cores:
    """Finds the smallest empty parts of one query."""

    def __init__(self, query: Query, asker: Asker, surely_matches: Callable[[Part], bool]) -> None:
        self._query, self._asker, self._surely = query, asker, surely_matches
        self._choices = 0

    def find(self, parts: Sequence[Part], branch: str = "", depth: int = 0) -> list[Core]:
        """The smallest empty parts among these, which together match nothing; each of another choice
        explains the emptiness by itself."""
        singles = [part for part in parts if self._alone_empty(part, parts)]
        found = [[part] for part in singles] or [self._smallest(list(parts))]
        cores: list[Core] = []
        for core in found:
            cores += self._opened(self._verified(core, parts), branch, depth)
        return cores

    def matches(self, chosen: Iterable[Part], parts: Sequence[Part]) -> bool | None:
        """Whether some of the parts match anything together."""
        active = active_parts(chosen, parts)
        return self._asker.holds(self._query.ask(active)) if active else True

    def _alone_empty(self, part: Part, parts: Sequence[Part]) -> bool:
        asked = parts if len(parts) <= SINGLES else [one for one in parts if one.terms][:SINGLES]
        if part not in asked or part.kind in (kinds.OPTIONAL, kinds.BIND, kinds.MINUS) or self._surely(part):
            return False
        return self.matches([part], parts) is False

    def _smallest(self, parts: list[Part]) -> list[Part]:
        """QuickXplain over parts that together match nothing."""

        def _split(background: list[Part], changed: bool, rest: list[Part]) -> list[Part]:
            if changed and self.matches(background, parts) is False:
                return []
            if len(rest) <= 1:
                return rest
            middle = len(rest) // 2
            first, second = rest[:middle], rest[middle:]
            of_second = _split(background + first, bool(first), second)
            of_first = _split(background + of_second, bool(of_second), first)
            return of_first + of_second

        return _split([], False, parts)

    def _verified(self, core: list[Part], parts: Sequence[Part]) -> Core:
        """The core with what is left when each of its parts is left out, and without those that were
        not needed after all: taking away is not always asking less."""
        at = 0
        counts: list[int | None] = []
        while at < len(core):
            others = core[:at] + core[at + 1 :]
            active = active_parts(others, parts)
            count = self._count(active) if active else 1
            if count == 0 and others:
                core, at, counts = others, 0, []
                continue
            counts.append(count)
            at += 1
        return Core(tuple(core), tuple(counts))

    def _count(self, parts: Sequence[Part]) -> int | None:
        return self._asker.count(self._query.counting(" ".join(part.text for part in parts), COUNTED))

    def _opened(self, core: Core, branch: str, depth: int) -> list[Core]:
        """The core, or those inside its compound parts where these say more."""
        compound = next((part for part in core.parts if part.kind in EXPANDED and part.branches), None)
        if compound is not None and depth < DEEPEST:
            rest = [part for part in core.parts if part is not compound]
            inside: list[Core] = []
            for number, group in enumerate(compound.branches, 1):
                chosen = [*([] if compound.counts else rest), *opened(compound, group)]
                lost = compound.binds - group.binds if compound.kind == kinds.SELECT else frozenset()
                hidden = any(lost & part.variables for part in rest) and not compound.counts
                if hidden or self.matches(chosen, chosen) is not False:
                    break
                several = len(compound.branches) > 1
                place = f"{branch}.{number}".lstrip(".") if several else branch
                inside += self.find(chosen, place, depth + 1)
            else:
                if len(compound.branches) > 1:
                    self._choices += 1
                    return [replace(found, choice=self._choices) for found in inside]
                return inside
        return [replace(core, branch=branch)]


def opened(part: Part, group: Group) -> list[Part]:
    """The parts inside a compound part, as they stand outside of it."""
    if part.kind != kinds.GRAPH:
        return list(group.parts)
    graph = part.text[len("GRAPH") :].split("{", 1)[0].strip()
    own = frozenset([graph[1:]]) if graph[:1] in "?$" else frozenset()
    return [_within(inner, graph, own) for inner in group.parts]


def _within(part: Part, graph: str, own: frozenset[str]) -> Part:
    """A part under GRAPH, by itself."""
    if part.kind in (kinds.FILTER, kinds.BIND) and "EXISTS" not in part.text.upper():
        return part
    words = {kinds.OPTIONAL: "OPTIONAL", kinds.MINUS: "MINUS", kinds.EXISTS: "FILTER EXISTS"}.get(part.kind)
    if words:
        braces = part.text[part.text.index("{") :]
        text = f"{words} {{ GRAPH {graph} {braces} }}"
    else:
        text = f"GRAPH {graph} {{ {part.text} }}"
    binds = part.binds | own if not part.removes else part.binds
    return replace(part, text=text, graph=part.graph or graph, variables=part.variables | own, binds=binds)


def needs(part: Part, parts: Sequence[Part]) -> frozenset[str]:
    """The variables that a part takes from others of the same group."""
    if part.kind in (kinds.FILTER, kinds.EXISTS):
        given = parts
    elif part.kind in (kinds.OPTIONAL, kinds.BIND, kinds.MINUS):
        given = parts[: next(at for at, one in enumerate(parts) if one is part)]
    else:
        return frozenset()
    bound = frozenset().union(*(one.binds for one in given if one is not part))
    return part.variables & bound


def active_parts(chosen: Iterable[Part], parts: Sequence[Part]) -> list[Part]:
    """Those of the chosen parts that have what they need among the others, in their order."""
    marked = {id(part) for part in chosen}
    left = [part for part in parts if id(part) in marked]
    while True:
        bound = frozenset().union(*(part.binds for part in left))
        kept = [part for part in left if needs(part, parts) <= _bound_for(part, left, bound)]
        if len(kept) == len(left):
            return kept
        left = kept


def _bound_for(part: Part, left: Sequence[Part], bound: frozenset[str]) -> frozenset[str]:
    """What others bind where a part stands: before it, and for a filter anywhere."""
    if part.kind in (kinds.FILTER, kinds.EXISTS):
        return bound
    before = left[: next(at for at, one in enumerate(left) if one is part)]
    return frozenset().union(*(one.binds for one in before))
