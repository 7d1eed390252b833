"""Finds the terms of a part that the data do not have where the part asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher

import pyoxigraph as ox

from kgapp.emptiness.asking import Asker
from kgapp.emptiness.faults import Candidate, Fault, Kind, replaced
from kgapp.emptiness.inventory import Inventory
from kgapp.emptiness.nearest import CLOSE, likeness, local_name, namespace, nearest_iris, nearest_texts
from kgapp.emptiness.pattern import Part, Query, all_parts
from kgapp.emptiness.terms import LANG_STRING, STRING, TYPE, Term, quoted
from kgapp.search.folding import folded

CLIMBED = 4
"""Places, one above the other, at which things are looked for."""
LISTED = 20
"""Terms of one list (IN, VALUES) that are looked at."""
OFFERED = 6
"""Candidates that are kept of a term; three of them are shown."""
SHORTEST = 3
"""Characters from which a text is taken for another one misspelt."""


class TermFaults:
    """The terms of one query against what the data have."""

    def __init__(self, query: Query, inventory: Inventory, asker: Asker) -> None:
        self._query, self._inventory, self._asker = query, inventory, asker
        self._exists: dict[str, bool | None] = {}

    def graphs(self) -> Iterator[Fault]:
        """Graphs that FROM names and that are not here."""
        where = self._query.where
        for term in self._query.graphs:
            if self._inventory.known and term.value not in self._inventory.graphs:
                part = Part("from", f"FROM {term.text}", where.start, where.start, frozenset())
                yield self._graph(part, term)

    def of_part(self, part: Part) -> Iterator[Fault]:
        """Every term of a part that is not there in its place."""
        if not self._inventory.known:
            return
        if part.graph and part.graph[:1] not in "?$":
            yield from self._graph_of(part)
        if part.triple is None:
            for term in part.terms[:LISTED]:
                if term.kind == "iri" and term.written and self.exists(term.value) is False:
                    yield self._iri_fault(part, term)
            return
        triple = part.triple
        for term in triple.path.terms:
            if term.value not in self._inventory.properties:
                yield self._property(part, term)
        if triple.subject.kind == "iri" and self.exists(triple.subject.value) is False:
            yield self.thing(part, triple.subject)
        if not triple.object.is_variable:
            yield from self._object(part, triple.object, triple.path.term)

    def _object(self, part: Part, term: Term, prop: Term | None) -> Iterator[Fault]:
        """The object of a triple, as its property asks for it."""
        if term.kind == "literal":
            if prop is not None and prop.value in self._inventory.properties:
                yield from self.literal(part, term, prop.value)
        elif prop is not None and prop.value == TYPE:
            if term.value not in self._inventory.classes:
                yield self._class(part, term)
        elif self.exists(term.value) is False:
            yield self.thing(part, term, prop)

    def exists(self, iri: str) -> bool | None:
        """Whether anything is said with an IRI; none where the source does not tell."""
        known = self._inventory
        if iri in known.properties or iri in known.classes or iri in known.graphs:
            return True
        if iri not in self._exists:
            try:
                term = ox.NamedNode(iri)
            except ValueError:
                return False
            pattern = f"{{ {term} ?p ?o }} UNION {{ ?s ?p {term} }} UNION {{ ?s {term} ?o }}"
            self._exists[iri] = self._asker.holds(f"ASK {{ {pattern} }}")
        return self._exists[iri]

    def literal(self, part: Part, term: Term, prop: str) -> Iterator[Fault]:
        """A literal that is no value of a property."""
        values = self._inventory.values(prop)
        if values:
            yield from self.among(part, term, values, prop)

    def among(
        self, part: Part, term: Term, values: Sequence[tuple[ox.NamedNode | ox.Literal, int]], prop: str = ""
    ) -> Iterator[Fault]:
        """A literal or an IRI against the values among which it would have to be."""
        try:
            wanted = term.rdf()
        except ValueError:
            return
        if any(value == wanted for value, _ in values):
            return
        texts = [(value, uses) for value, uses in values if isinstance(value, ox.Literal)]
        if term.kind == "iri":
            yield self._iri_among(part, term, values)
        elif not texts:
            yield self._text_for_thing(part, term, prop, values)
        else:
            yield self._literal_among(part, term, texts)

    def _literal_among(self, part: Part, term: Term, texts: Sequence[tuple[ox.Literal, int]]) -> Fault:
        same = [(value, uses) for value, uses in texts if value.value == term.value]
        if same:
            tags = [bool(value.language) for value, _ in same]
            kind = Kind.LANGUAGE if term.language or any(tags) else Kind.DATATYPE
            return self._values_fault(kind, part, term, same)
        wanted = folded(term.value)
        alike = [(value, uses) for value, uses in texts if wanted and folded(value.value) == wanted]
        if not alike:
            alike = _as_number(term, texts)
        if alike:
            # Of spellings that fold to one, the one that differs least as written comes first.
            alike.sort(key=lambda entry: -_closeness(term.value, entry[0].value))
            return self._values_fault(Kind.SPELLING, part, term, self._own_language(term, alike))
        by_text: dict[str, tuple[ox.Literal, int]] = {}
        for value, uses in self._own_language(term, texts):
            by_text.setdefault(value.value, (value, uses))
        near = nearest_texts(term.value, by_text)
        close = [text for score, text in near if score >= CLOSE and len(text) >= SHORTEST]
        spelt = bool(close) and not term.value.replace(".", "").lstrip("-").isdecimal()
        kind = Kind.SPELLING if spelt else Kind.NO_VALUE
        rated = near or [(0.0, text) for text in by_text]
        return self._values_fault(
            kind, part, term, [by_text[text] for _, text in rated], [score for score, _ in rated]
        )

    def _own_language(
        self, term: Term, values: Sequence[tuple[ox.Literal, int]]
    ) -> list[tuple[ox.Literal, int]]:
        """The values, those with the language that was written first."""
        return sorted(values, key=lambda entry: (entry[0].language or "") != term.language)

    def _values_fault(
        self,
        kind: Kind,
        part: Part,
        term: Term,
        values: Sequence[tuple[ox.Literal, int]],
        scores: Sequence[float] = (),
    ) -> Fault:
        rated = zip(values[:OFFERED], scores or [1.0] * OFFERED, strict=False)
        candidates = tuple(
            Candidate(replaced(term, self.written(value)), self.written(value), uses=uses, score=score)
            for (value, uses), score in rated
        )
        return Fault(kind, part, term, candidates)

    def written(self, value: ox.Literal) -> str:
        """A literal as this query would write it."""
        if value.language:
            return f"{quoted(value.value)}@{value.language}"
        if value.datatype.value in (STRING, LANG_STRING):
            return quoted(value.value)
        return f"{quoted(value.value)}^^{self._query.names.shown(value.datatype.value)}"

    def _text_for_thing(
        self, part: Part, term: Term, prop: str, values: Sequence[tuple[object, int]]
    ) -> Fault:
        """A text where the property leads to things: those that are called so or nearly so."""
        uses = {value.value: count for value, count in values if isinstance(value, ox.NamedNode)}
        scored: dict[str, float] = {}
        for thing, name in self._inventory.names_of_values(prop) if prop else ():
            within = 0.6 if term.value and term.value in name else 0.0
            scored[thing] = max(scored.get(thing, 0.0), within, likeness(term.value, name))
        near = sorted(((score, iri) for iri, score in scored.items()), key=lambda one: (-one[0], one[1]))
        candidates = self._iri_candidates(term, near or [(0.0, iri) for iri in uses], uses.get)
        return Fault(Kind.TEXT, part, term, candidates, {"property": prop})

    def _iri_among(self, part: Part, term: Term, values: Sequence[tuple[object, int]]) -> Fault:
        uses = {value.value: count for value, count in values if isinstance(value, ox.NamedNode)}
        if not uses:
            return Fault(Kind.IRI, part, term)
        near = nearest_iris(term.value, uses)
        if self.exists(term.value) is False:
            kind = _kind_of(near[0][1], self._inventory) if near else Kind.THING
            return Fault(kind, part, term, self._iri_candidates(term, near, uses.get))
        order = near or [(0.0, iri) for iri in sorted(uses, key=lambda iri: (-uses[iri], iri))]
        return Fault(Kind.NO_VALUE, part, term, self._iri_candidates(term, order, uses.get))

    def _iri_candidates(
        self, term: Term, near: Iterable[tuple[float, str]], uses: Callable[[str], int | None]
    ) -> tuple[Candidate, ...]:
        shown = self._query.names.shown
        return tuple(
            Candidate(replaced(term, shown(iri)), shown(iri), iri, uses(iri), score)
            for score, iri in list(near)[:OFFERED]
        )

    def _property(self, part: Part, term: Term) -> Fault:
        known = self._inventory
        if known.is_declared(term.value, as_class=False):
            return Fault(Kind.UNUSED, part, term)
        near = nearest_iris(term.value, known.properties, self._names(known.properties))
        if term.value in known.classes:
            near = [(2.0, TYPE), *(entry for entry in near if entry[1] != TYPE)]
        found = self._iri_candidates(term, near, known.properties.get)
        as_class = {"role": "class"} if term.value in known.classes else {}
        return Fault(Kind.PROPERTY, part, term, found, as_class)

    def _class(self, part: Part, term: Term) -> Fault:
        known = self._inventory
        if known.is_declared(term.value, as_class=True):
            return Fault(Kind.UNUSED, part, term)
        near = nearest_iris(term.value, known.classes, self._names(known.classes))
        found = self._iri_candidates(term, near, known.classes.get)
        as_property = {"role": "property"} if term.value in known.properties else {}
        found = () if as_property else found
        return Fault(Kind.CLASS, part, term, found, as_property)

    def _names(self, terms: Iterable[str]) -> dict[str, Iterable[str]]:
        return {term: self._inventory.labels.get(term, {}).values() for term in terms}

    def _iri_fault(self, part: Part, term: Term) -> Fault:
        """An IRI of a filter or of VALUES: a term of the vocabulary, or a thing."""
        known = self._inventory
        every = {**known.properties, **known.classes}
        near = nearest_iris(term.value, every, self._names(every))
        if near and near[0][0] >= CLOSE and namespace(term.value) in {namespace(iri) for iri in every}:
            kind = _kind_of(near[0][1], known)
            return Fault(kind, part, term, self._iri_candidates(term, near, every.get))
        return self.thing(part, term)

    def thing(self, part: Part, term: Term, prop: Term | None = None) -> Fault:
        """An IRI of which nothing is said: what the property leads to, what is named below the same
        place, and what is called the same elsewhere."""
        own, place = local_name(term.value), namespace(term.value)
        values = self._inventory.values(prop.value) if prop is not None and prop.kind == "iri" else []
        uses = {value.value: count for value, count in values if isinstance(value, ox.NamedNode)}
        found = dict.fromkeys(uses)
        below: list[str] = []
        for _ in range(CLIMBED):
            if not below and place.count("/") > 3:
                below = self._inventory.things(place)
                place = namespace(place)
        for more in (below, self._inventory.endings(f"/{own}"), self._inventory.endings(f"#{own}")):
            found.update(dict.fromkeys(more))
        near = nearest_iris(term.value, found)
        return Fault(Kind.THING, part, term, self._iri_candidates(term, near, uses.get))

    def _graph_of(self, part: Part) -> Iterator[Fault]:
        stretch = next(
            (term for term in self._all_terms() if term.text == part.graph and term.kind == "iri"), None
        )
        if stretch is not None and stretch.value not in self._inventory.graphs:
            yield self._graph(part, stretch)

    def _all_terms(self) -> Iterator[Term]:
        for part in all_parts(self._query.parts, optional=True):
            yield from part.terms

    def _graph(self, part: Part, term: Term) -> Fault:
        graphs = self._inventory.graphs
        # All graphs of a city end alike: what differs is in the middle.
        scored = ((likeness(term.value[-150:], iri[-150:]), iri) for iri in graphs)
        order = sorted(scored, key=lambda entry: (-entry[0], entry[1]))
        return Fault(Kind.GRAPH, part, term, self._iri_candidates(term, order, graphs.get))


def _closeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False).ratio()


def _kind_of(iri: str, known: Inventory) -> Kind:
    """What a term that does not exist was meant to be, by the one that is nearest to it."""
    if iri in known.properties:
        return Kind.PROPERTY
    return Kind.CLASS if iri in known.classes else Kind.THING


def _as_number(term: Term, texts: Iterable[tuple[ox.Literal, int]]) -> list[tuple[ox.Literal, int]]:
    """Values that are the same number written otherwise (``05``, ``5.0``, ５)."""
    try:
        wanted = float(term.value)
    except ValueError:
        return []
    found = []
    for value, uses in texts:
        try:
            if float(value.value) == wanted:
                found.append((value, uses))
        except ValueError:
            continue
    return found
