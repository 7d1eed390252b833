"""Which shapes check which term of the vocabulary, each told in words once.

A shape that looks at several kinds of one class is told at that class, and only named at its kinds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rdflib import URIRef

from kgapp.web.vocabulary.shapes import Shape
from kgapp.web.vocabulary.terms import Kind, Term


@dataclass(frozen=True)
class Checks:
    """The shapes of a term: those told in words here, those named here and told elsewhere."""

    told: tuple[Shape, ...] = ()
    named: tuple[Shape, ...] = ()

    def __len__(self) -> int:
        return len(self.told) + len(self.named)


UNCHECKED = Checks()


def checks_of(shapes: Iterable[Shape], terms: Mapping[URIRef, Term]) -> dict[URIRef, Checks]:
    """For every term the shapes that look at its things, that follow it, or whose queries ask for it."""
    told: dict[URIRef, list[Shape]] = defaultdict(list)
    named: dict[URIRef, list[Shape]] = defaultdict(list)
    for shape in shapes:
        places = {_told_at(among, terms) for among in (shape.looked_at, shape.followed) if among}
        for term in places:
            told[term].append(shape)
        for term in (shape.looked_at | shape.followed | shape.mentions) - places:
            named[term].append(shape)
    return {term: Checks(tuple(told[term]), tuple(named[term])) for term in {*told, *named}}


def _told_at(among: frozenset[URIRef], terms: Mapping[URIRef, Term]) -> URIRef:
    """The one term, or the nearest class of which all of them are kinds; of several the first."""
    if len(among) == 1:
        return next(iter(among))
    common = set.intersection(*(_above(term, terms) for term in among))
    nearest = [term for term in common if not any(term in _above(other, terms) - {other} for other in common)]
    return min((term for term in nearest if not terms[term].borrowed), default=min(among))


def _above(iri: URIRef, terms: Mapping[URIRef, Term]) -> set[URIRef]:
    """A class and all that it is a kind of."""
    found: set[URIRef] = set()
    todo = [iri]
    while todo:
        term = terms.get(todo.pop())
        if term is not None and term.kind is Kind.CLASS and term.iri not in found:
            found.add(term.iri)
            todo += term.fact("parents")
    return found
