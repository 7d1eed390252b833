"""What an edition's own graphs say of its paper: title, place, period. Read, never guessed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from rdflib import URIRef
from rdflib.namespace import DCTERMS, SKOS, TIME

from kgapp.vocab import CCR, Minter


@dataclass(frozen=True)
class About:
    """An edition's paper; what is not stated is empty."""

    titles: dict[str, str]
    """By language."""
    municipality: str
    """Its IRI."""
    places: dict[str, str]
    """The municipality's names by language."""
    begin: str
    """The first and the last day of the roadmap's period (xsd:date)."""
    end: str


class _Facts:
    """The statements of some graphs, by subject and property."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._objects: dict[tuple[str, str], list[ox.NamedNode | ox.Literal]] = defaultdict(list)
        for path in paths:
            for quad in ox.parse(path=path, format=ox.RdfFormat.N_TRIPLES):
                self._objects[str(quad.subject), quad.predicate.value].append(quad.object)

    def one(self, subject: str, predicate: URIRef) -> str:
        """The value of a property that has one."""
        found = self._objects.get((f"<{subject}>", str(predicate)), [])
        return found[0].value if found else ""

    def words(self, subject: str, predicate: URIRef) -> dict[str, str]:
        """The values of a property by language."""
        found = self._objects.get((f"<{subject}>", str(predicate)), [])
        return {term.language: term.value for term in found if isinstance(term, ox.Literal) and term.language}


def about(path: str, base: str, asserted: Iterable[Path]) -> About:
    """What graphs say of the paper of the edition at ``path``."""
    facts = _Facts(asserted)
    document = str(Minter(base).id(*path.split("/")))
    municipality = facts.one(document, DCTERMS.spatial)
    period = facts.one(document, CCR.roadmapPeriod)
    days = [facts.one(period, edge) for edge in (TIME.hasBeginning, TIME.hasEnd)]
    begin, end = (facts.one(day, TIME.inXSDDate) for day in days)
    titles = facts.words(document, DCTERMS.title)
    return About(titles, municipality, facts.words(municipality, SKOS.prefLabel), begin, end)
