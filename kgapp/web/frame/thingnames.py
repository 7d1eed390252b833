"""Names of things for people: what a page calls one of our IRIs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import pyoxigraph as ox

from kgapp.queryfile import QueryFile
from kgapp.question import Source
from kgapp.vocab import ONTOLOGY, PROPERTIES

NAMES = "names-of"
OF_AN_EDITION = re.compile(r"theme-|(?:chart|phase|observation)$")
"""How the path of a thing begins that an edition has for its own."""
PASSAGE = re.compile(r"/(?:theme-(\d+)/([A-Za-z]+-\d+)|chart/theme-(\d+)/(\d+))$")


class Desk(Protocol):
    """What answers and what is asked of it: the pages' context, or a command's own."""

    @property
    def source(self) -> Source:
        """What answers."""
        ...

    @property
    def page_queries(self) -> Mapping[str, QueryFile]:
        """The files of ``queries/pages`` by name."""
        ...


@dataclass(frozen=True)
class ClaimIri:
    """What a claim's IRI says: whose claim it is, by which property, and the end of its object."""

    subject: str
    relation: str
    target: str


def read_claim(iri: str, base: str) -> ClaimIri | None:
    """The parts of a claim's IRI (``vocab.EditionIris.claim``); nothing for any other IRI."""
    parts = iri.removeprefix(f"{base}id/").split("/")
    if len(parts) < 6 or parts[2] != "claim":
        return None
    city, edition, rest = parts[0], parts[1], parts[3:]
    link = next((place for place, part in enumerate(rest) if part in PROPERTIES), 0)
    if not 0 < link < len(rest) - 1:
        return None
    subject, relation, target = rest[:link], rest[link], "/".join(rest[link + 1 :])
    own = [edition] if OF_AN_EDITION.match(subject[0]) else []
    return ClaimIri(f"{base}id/" + "/".join([city, *own, *subject]), relation, target)


def short_name(iri: str, base: str) -> str:
    """What one of our IRIs says by itself: a passage's notation, else the path below ``id/``."""
    passage = PASSAGE.search(iri) if "/claim/" not in iri else None
    if passage:
        return f"{passage[1]}-{passage[2]}" if passage[1] else f"chart-{passage[3]}-{passage[4]}"
    return iri.removeprefix(f"{base}id/")


def name_of(desk: Desk, iri: str, lang: str) -> str:
    """A passage's notation, else a thing's label in a language, else in the other, else what its IRI
    says of it."""
    base = desk.source.base
    ours = iri.startswith(f"{base}id/")
    if ours and (claim := read_claim(iri, base)):
        relation = name_of(desk, f"{ONTOLOGY}#{claim.relation}", lang)
        return f"{name_of(desk, claim.subject, lang)} {relation} {claim.target}"
    if ours and PASSAGE.search(iri):
        return short_name(iri, base)
    found: dict[str, str] = {}
    results = desk.page_queries[NAMES].run(desk.source, {"thing": iri})
    assert isinstance(results, ox.QuerySolutions)
    for row in results:
        label = row["name"]
        assert isinstance(label, ox.Literal)
        found.setdefault(label.language or "", label.value)
    end = short_name(iri, base) if ours else re.split(r"[#/]", iri.rstrip("#/"))[-1]
    return next((found[tag] for tag in (lang, "", "ja", "en") if tag in found), end)
