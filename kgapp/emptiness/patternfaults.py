"""Finds what a pattern joins that does not go together, though each of its terms is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches

from kgapp.emptiness import pattern as kinds
from kgapp.emptiness.asking import Asker
from kgapp.emptiness.core import Core
from kgapp.emptiness.faults import Candidate, Change, Fault, Kind
from kgapp.emptiness.inventory import Inventory
from kgapp.emptiness.pattern import Part, Query, Triple, all_parts
from kgapp.emptiness.terms import TYPE, Term

Source_ = tuple[Part, str]
"""A part, and the class that it gives to a variable or a thing."""
MOST_TYPES = 3
"""Things of a core whose own classes are asked for."""


class PatternFaults:
    """The smallest empty parts of one query against what the vocabulary and the data allow."""

    def __init__(self, query: Query, inventory: Inventory, asker: Asker) -> None:
        self._query, self._inventory, self._asker = query, inventory, asker

    def unbound(self, core: Core) -> Iterator[Fault]:
        """Variables of a filter that nothing binds: most often a name misspelt."""
        bound = frozenset().union(*(part.binds for part in all_parts(self._query.parts)))
        for part in core.parts:
            if part.kind != kinds.FILTER or "EXISTS" in part.text.upper():
                continue
            for token in part.expression:
                name = token.text[1:]
                if token.kind != "variable" or name in bound:
                    continue
                term = Term("variable", name, token.text, token.start, token.end)
                near = get_close_matches(name, sorted(bound), n=3, cutoff=0.4)
                offered = near or sorted(one for one in bound if not one.startswith("_"))[:3]
                changes = [
                    tuple(
                        Change(other.start, other.end, f"?{one}")
                        for other in part.expression
                        if other.kind == "variable" and other.text[1:] == name
                    )
                    for one in offered
                ]
                candidates = tuple(
                    Candidate(change, f"?{one}") for change, one in zip(changes, offered, strict=True)
                )
                yield Fault(Kind.UNBOUND, part, term, candidates)
                break

    def other_graphs(self, core: Core) -> Iterator[Fault]:
        """What is recorded in other graphs than those that are asked."""
        query, first = self._query, core.parts[0]
        graph = next((part.graph for part in core.parts if part.graph), "")
        if not (query.dataset or graph) or any(part.graph and part.triple is None for part in core.parts):
            return
        free = " ".join(_of(part).text() if part.graph else part.text for part in core.parts)
        if not self._asker.holds(f"{query.prologue}\nASK {{ {free} }}"):
            return
        term = self._graph_term(graph)
        found: tuple[Candidate, ...] = ()
        if term is not None:
            name = query.fresh("graph")
            rows = self._asker.rows(
                f"{query.prologue}\nSELECT DISTINCT ?{name} {{ GRAPH ?{name} {{ {free} }} }} LIMIT 6"
            )
            iris = sorted(row[name].value for row in rows or [])
            shown = [self._query.names.shown(iri) for iri in iris]
            found = tuple(
                Candidate((Change(term.start, term.end, text),), text, iri)
                for iri, text in zip(iris, shown, strict=True)
            )
        told = term or Term("graph", graph, graph or query.dataset, first.start, first.end)
        within = {"within": "yes"} if graph[:1] in ("?", "$") else {}
        yield Fault(Kind.OTHER_GRAPHS, first, told, found, within)

    def _graph_term(self, graph: str) -> Term | None:
        """The one graph that is asked, where it is written in the query."""
        if graph:
            every = (term for part in all_parts(self._query.parts) for term in part.terms)
            return next((term for term in every if term.text == graph and term.kind == "iri"), None)
        return self._query.graphs[0] if len(self._query.graphs) == 1 else None

    def literal_subject(self, core: Core) -> Iterator[Fault]:
        """A variable that is the value of a property of texts, and the subject of something."""
        subjects = {_of(part).subject.value: part for part in _triples(core.parts)}
        for part in _triples(core.parts):
            triple = _of(part)
            prop, value = triple.path.term, triple.object
            used = subjects.get(value.value) if value.is_variable else None
            if used is None or used is part or prop is None or prop.is_variable:
                continue
            if self._leads_to_things(prop.value) is False:
                details = {"property": prop.value, "variable": value.text}
                yield Fault(Kind.LITERAL_SUBJECT, used, _of(used).subject, (), details)

    def _leads_to_things(self, prop: str) -> bool | None:
        return self._asker.holds(f"ASK {{ ?s <{prop}> ?o FILTER(!isLiteral(?o)) }}")

    def direction(self, core: Core) -> Iterator[Fault]:
        """A triple that matches when it is turned round. Where the core excludes something, nearly
        anything matches when it is turned round, and that says nothing."""
        if any(excludes(part) for part in core.parts):
            return
        for part in _triples(core.parts):
            triple = _of(part)
            prop = triple.path.term
            if prop is None or prop.kind != "iri" or not prop.written or triple.object.kind == "literal":
                continue
            turned = replace(triple, subject=triple.object, object=triple.subject)
            own = replace(part, triple=turned, text=_in_graph(turned.text(), part.graph))
            others = [own if one is part else one for one in core.parts]
            if not self._asker.holds(self._query.ask(others)):
                continue
            stretch = self._turning(triple, prop)
            found = Candidate(stretch, stretch[0].text or prop.text, prop.value)
            two_ways = "yes" if self._leads_both_ways(prop.value) else "no"
            yield Fault(Kind.DIRECTION, part, prop, (found,), {"both": two_ways, "property": prop.value})

    def _turning(self, triple: Triple, prop: Term) -> tuple[Change, ...]:
        """``^`` before the property, or away from there (SPARQL 1.1 Query, 9.1)."""
        if triple.turned:
            start = self._query.text.rindex("^", 0, prop.start)
            if not self._query.text[start + 1 : prop.start].strip():
                return (Change(start, prop.end, prop.text),)
            return (Change(prop.start, prop.end, f"(^{prop.text})"),)
        return (Change(prop.start, prop.end, f"^{prop.text}"),)

    def _leads_both_ways(self, prop: str) -> bool:
        """Whether a property joins things of one kind, so that either direction may be meant."""
        domains, ranges = self._inventory.domains.get(prop), self._inventory.ranges.get(prop)
        if domains and ranges:
            return any(self._inventory.related(one, other) for one in domains for other in ranges)
        return bool(self._asker.holds(f"ASK {{ ?a <{prop}> ?b . ?b <{prop}> ?c }}"))

    def kinds(self, core: Core) -> Iterator[Fault]:
        """A variable or thing of two classes that nothing is both of."""
        given: dict[str, list[Source_]] = {}
        for part in _triples(core.parts):
            for name, class_ in self._classes(part):
                given.setdefault(name, []).append((part, class_))
        self._add_own_classes(core, given)
        for name, sources in given.items():
            fault = self._clash(name, sources)
            if fault is not None:
                yield fault
                return

    def _classes(self, part: Part) -> Iterator[tuple[str, str]]:
        """What a triple says of the classes of its ends."""
        triple = _of(part)
        prop = triple.path.term
        if prop is None or prop.kind != "iri":
            return
        if prop.value == TYPE:
            if triple.object.kind == "iri":
                yield triple.subject.text, triple.object.value
            return
        for term, classes in (
            (triple.subject, self._inventory.domains),
            (triple.object, self._inventory.ranges),
        ):
            for class_ in sorted(classes.get(prop.value, ())):
                if term.kind != "literal" and class_ in self._inventory.classes:
                    yield term.text, class_

    def _add_own_classes(self, core: Core, given: dict[str, list[Source_]]) -> None:
        """The recorded classes of the things that the core names."""
        named = {
            term.text: (part, term)
            for part in _triples(core.parts)
            for term in _of(part).ends
            if term.kind == "iri" and term.text in given
        }
        for text, (part, term) in list(named.items())[:MOST_TYPES]:
            rows = self._asker.rows(f"SELECT ?class {{ <{term.value}> a ?class }}") or []
            own = [row["class"].value for row in rows if hasattr(row["class"], "value")]
            upper = {above for one in own for above in self._inventory.supers.get(one, ())}
            given[text] += [(part, one) for one in own if one not in upper]

    def _clash(self, name: str, sources: Sequence[Source_]) -> Fault | None:
        known = self._inventory
        for at, (one_part, one) in enumerate(sources):
            for other_part, other in sources[:at]:
                if known.related(one, other):
                    continue
                apart = known.apart(one, other)
                if apart or self._asker.holds(f"ASK {{ ?x a <{one}> , <{other}> }}") is False:
                    return self._kinds_fault(name, (one_part, one), (other_part, other), apart)
        return None

    def _kinds_fault(self, name: str, one: Source_, other: Source_, apart: bool) -> Fault:
        typed = next((entry for entry in (one, other) if _is_type(entry[0])), one)
        rest = other if typed is one else one
        triple = _of(typed[0])
        details = {
            "name": name,
            "one": typed[1],
            "other": rest[1],
            "property": getattr(_of(rest[0]).path.term, "value", ""),
            "apart": "yes" if apart else "no",
        }
        candidates = []
        if _is_type(typed[0]) and triple.object.written and not _is_type(rest[0]):
            shown = self._query.names.shown(rest[1])
            change = Change(triple.object.start, triple.object.end, shown)
            candidates.append(Candidate((change,), shown, rest[1], self._inventory.classes.get(rest[1])))
        term = triple.object if _is_type(typed[0]) else triple.path.term or triple.object
        return Fault(Kind.KINDS, typed[0], term, tuple(candidates), details)


def excludes(part: Part) -> bool:
    """Whether a part takes away what matches a pattern."""
    return part.kind == kinds.MINUS or (part.kind == kinds.FILTER and "NOT" in part.text.upper())


def _is_type(part: Part) -> bool:
    return getattr(_of(part).path.term, "value", "") == TYPE


def _triples(parts: Iterable[Part]) -> list[Part]:
    return [part for part in parts if part.triple is not None]


def _of(part: Part) -> Triple:
    assert part.triple is not None
    return part.triple


def _in_graph(text: str, graph: str) -> str:
    return f"GRAPH {graph} {{ {text} }}" if graph else text
