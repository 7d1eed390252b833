"""The words of the graph: closed namespaces, and the IRIs of our things.

A misspelt term fails at import or at use, never as a silent new property. Minting follows
MODEL.md, "IRIs": ASCII, readable, stable, under one base that a setting chooses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rdflib import URIRef
from rdflib.namespace import ClosedNamespace, Namespace

from kgapp.errors import KgappError, Message

ONTOLOGY = URIRef("https://w3id.org/care-roadmap/ns")
DEFAULT_BASE = "https://w3id.org/care-roadmap/"

CLASSES = [
    "Actor",
    "ActorType",
    "Body",
    "ChartText",
    "Claim",
    "Collective",
    "Direction",
    "District",
    "Facility",
    "FacilityType",
    "FiscalYear",
    "Goal",
    "Initiative",
    "Issue",
    "Measure",
    "Mode",
    "Municipality",
    "NextYearIssue",
    "Observation",
    "Outcome",
    "Passage",
    "PeopleGroup",
    "Phase",
    "Plan",
    "Post",
    "Principle",
    "Programme",
    "Quote",
    "RoadmapDocument",
    "Section",
    "SourceText",
    "Span",
    "SpanKind",
    "SpanStatus",
    "StandingIssue",
    "Statement",
    "StatusItem",
    "Theme",
    "Track",
    "Venue",
]
PROPERTIES = [
    "abbreviation",
    "activeInTheme",
    "addressedBy",
    "addresses",
    "alsoServesAs",
    "basedOn",
    "changedFrom",
    "continuedIn",
    "continues",
    "coversAllDistrictsOf",
    "coversDistrict",
    "forFiscalYear",
    "gloss",
    "governs",
    "hasConstituent",
    "hasDistrict",
    "hasLead",
    "hasParticipant",
    "hasPartner",
    "hasSubject",
    "heldAt",
    "inSection",
    "inTheme",
    "inTrack",
    "inferredFrom",
    "involvedIn",
    "involves",
    "involvesDirectly",
    "length",
    "locatedIn",
    "mode",
    "modelDistrict",
    "objectQuotedFrom",
    "ordinal",
    "plansYear",
    "rationale",
    "reading",
    "readingOutcome",
    "reportsYear",
    "respondedToBy",
    "roadmapPeriod",
    "session",
    "spanKind",
    "spanStatus",
    "subBodyOf",
    "targetYear",
    "targets",
    "text",
    "timeUnknown",
    "usesFacility",
    "usesProgramme",
    "withinPeriod",
]
INDIVIDUALS = [
    "section-measure",
    "section-issue",
    "section-goal",
    "section-principle",
    "section-status",
    "section-nextIssue",
    "section-direction",
    "track-government",
    "track-citizens",
    "stated",
    "interpreted",
    "inferred",
    "supported",
    "notSupported",
    "contradicted",
    "lostInExtraction",
    "span-statement",
    "span-marker",
    "span-heading",
    "span-chart",
    "span-footnote",
    "span-front",
    "span-layout",
    "quantity-count",
    "quantity-districts",
]

CCR = ClosedNamespace(f"{ONTOLOGY}#", CLASSES + PROPERTIES + INDIVIDUALS)
SCHEMA = ClosedNamespace("https://schema.org/", ["text", "sha256", "unitText"])
OA = ClosedNamespace(
    "http://www.w3.org/ns/oa#",
    [
        "SpecificResource",
        "TextQuoteSelector",
        "TextPositionSelector",
        "hasSource",
        "hasSelector",
        "exact",
        "prefix",
        "suffix",
        "start",
        "end",
    ],
)
ESTAT = Namespace("http://data.e-stat.go.jp/lod/sac/")

SEGMENT = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""What one part of an IRI of ours may look like (MODEL.md, "IRIs")."""


@dataclass(frozen=True)
class Minter:
    """Makes the IRIs of one build's things under its base."""

    base: str = DEFAULT_BASE

    def __post_init__(self) -> None:
        if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+/", self.base):
            raise KgappError(
                Message(
                    f"基底IRI「{self.base}」は使えません。",
                    f"{self.base!r} cannot be the base of the data's IRIs.",
                ),
                Message(
                    "http(s):// で始まり / で終わるIRIにしてください。",
                    "Give an IRI that begins with http(s):// and ends with /.",
                ),
            )

    def id(self, *parts: str | int) -> URIRef:
        """The IRI of the thing at this path: ``id("fy", 2019)`` → ``…/id/fy/2019``."""
        return URIRef(f"{self.base}id/" + "/".join(str(part) for part in parts))

    def local(self, iri: URIRef) -> str:
        """The path of one of our IRIs below ``id/``; the inverse of :meth:`id`."""
        return str(iri).removeprefix(f"{self.base}id/")


@dataclass(frozen=True)
class EditionIris:
    """The IRIs of one edition's things: a document, its themes, statements, quotes, claims."""

    minter: Minter
    city: str
    edition: str

    @property
    def document(self) -> URIRef:
        return self.minter.id(self.city, self.edition)

    @property
    def source(self) -> URIRef:
        return self.within("source")

    def within(self, *parts: str | int) -> URIRef:
        """A thing of this edition by its path."""
        return self.minter.id(self.city, self.edition, *parts)

    def graph(self, name: str) -> URIRef:
        """``name`` is asserted, claims, source or inferred."""
        return self.within("graph", name)

    def of_city(self, path: str) -> URIRef:
        """A thing that does not depend on an edition: ``actor/csw``, ``district/tsujido``."""
        return self.minter.id(self.city, *path.split("/"))

    def theme(self, number: int) -> URIRef:
        """``…/theme-5``."""
        return self.within(f"theme-{number}")

    def passage(self, notation: str) -> URIRef:
        """The IRI of ``5-direction-1`` or ``chart-4-2``."""
        kind, *rest = notation.split("-")
        if kind == "chart":
            theme, ordinal = rest
            return self.within("chart", f"theme-{theme}", ordinal)
        return self.within(f"theme-{kind}", "-".join(rest))

    def quote(self, start: int, end: int) -> URIRef:
        """``…/quote/8424-8462``."""
        return self.within("quote", f"{start}-{end}")

    def claim(self, subject: URIRef, predicate: URIRef, obj: URIRef) -> URIRef:
        """``…/claim/theme-5/direction-1/hasLead/csw``: subject without the edition, the
        property's local name, the last part of the object."""
        path = self.minter.local(subject).removeprefix(f"{self.city}/")
        path = path.removeprefix(f"{self.edition}/")
        inside = f"{self.minter.base}id/{self.city}/{self.edition}/"
        target = str(obj).removeprefix(inside) if str(obj).startswith(inside) else local_name(obj)
        return self.within("claim", path, local_name(predicate), target)


def local_name(iri: URIRef) -> str:
    """What stands behind the last ``#`` or ``/``: ``hasLead``, ``csw``."""
    return re.split(r"[#/]", str(iri))[-1]
