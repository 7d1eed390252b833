"""What a page says to machines inside itself: the thing in the project's JSON-LD and in the types of
schema.org that search engines read; and how a person cites it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pyoxigraph as ox

from kgapp.describe import CCR, TYPE, Description, iri_of
from kgapp.jsonld import Context, compact
from kgapp.publication import VERSION_LENGTH
from kgapp.results import PREFIXES
from kgapp.rights import DATASET_RIGHTS, DISCLAIMER, LICENSE
from kgapp.web.frame.names import NOTATION, TEXT, Link, Names
from kgapp.web.frame.places import SITE

VOID, DCAT = PREFIXES["void"], "http://www.w3.org/ns/dcat#"
DCTERMS, OA, SKOS = PREFIXES["dcterms"], PREFIXES["oa"], PREFIXES["skos"]
LONG = 2000
"""Characters of a text that a page holds once only."""
SCHEMA_TYPES = {
    f"{VOID}Dataset": "Dataset",
    f"{DCAT}Dataset": "Dataset",
    f"{DCAT}DatasetSeries": "Dataset",
    f"{DCAT}Catalog": "DataCatalog",
    f"{DCAT}Distribution": "DataDownload",
    f"{DCAT}DataService": "WebAPI",
    f"{CCR}Municipality": "AdministrativeArea",
    f"{CCR}District": "AdministrativeArea",
    f"{CCR}Facility": "Place",
    f"{CCR}Body": "Organization",
    f"{CCR}Collective": "Organization",
    f"{CCR}Post": "Occupation",
    f"{CCR}RoadmapDocument": "Report",
    f"{CCR}SourceText": "CreativeWork",
    f"{CCR}Statement": "CreativeWork",
    f"{CCR}ChartText": "CreativeWork",
    f"{CCR}Plan": "CreativeWork",
    f"{CCR}Quote": "Quotation",
    f"{CCR}Claim": "Claim",
    f"{CCR}Observation": "Observation",
    f"{SKOS}Concept": "DefinedTerm",
}
"""What search engines call our kinds; the first that fits."""
RELATED = {
    f"{DCTERMS}isPartOf": "isPartOf",
    f"{DCTERMS}publisher": "publisher",
    f"{DCTERMS}spatial": "spatialCoverage",
    f"{CCR}subBodyOf": "parentOrganization",
    f"{CCR}hasConstituent": "member",
    f"{CCR}hasDistrict": "containsPlace",
    f"{CCR}locatedIn": "containedInPlace",
    f"{CCR}hasLead": "about",
    f"{CCR}hasPartner": "about",
    f"{CCR}hasSubject": "about",
    f"{CCR}hasParticipant": "about",
    f"{CCR}targets": "about",
    f"{OA}hasSource": "isPartOf",
}
LITERAL = {
    TEXT: "text",
    NOTATION: "identifier",
    f"{SKOS}altLabel": "alternateName",
    f"{DCTERMS}issued": "datePublished",
    f"{DCTERMS}description": "description",
    "http://www.w3.org/ns/sosa/hasSimpleResult": "value",
    "https://schema.org/unitText": "unitText",
}


def project_json(description: Description, context: Context) -> dict[str, Any]:
    """What is said of the thing itself, with those terms of the context that it uses."""
    triples = dict.fromkeys(quad.triple for quad in shown(description.own))
    expanded = ox.serialize(triples, format=ox.RdfFormat.JSON_LD)
    assert expanded is not None
    document: dict[str, Any] = json.loads(compact(expanded, context))
    terms: Mapping[str, Any] = context["@context"]
    used = set(_words({name: value for name, value in document.items() if name != "@context"}))
    document["@context"] = {
        term: meaning for term, meaning in terms.items() if term in used or _is_frame(meaning)
    }
    return document


def schema_org(description: Description, names: Names, title: Link, document: str) -> dict[str, Any]:
    """The thing in schema.org's words; ``document`` is the IRI of the document about it."""
    thing = description.thing
    kinds = {iri_of(term) for term in names.values(thing, TYPE)}
    kind = next((name for iri, name in SCHEMA_TYPES.items() if iri in kinds), "Thing")
    found: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@id": thing,
        "@type": kind,
        "name": {"@value": title.text, "@language": title.lang},
        "url": thing,
        "mainEntityOfPage": document,
    }
    for term, name in LITERAL.items():
        if values := [value for value in names.values(thing, term) if isinstance(value, ox.Literal)]:
            found[name] = _one_or_all([_literal(value) for value in values])
    for term, name in RELATED.items():
        others = [iri for value in names.values(thing, term) if (iri := iri_of(value))]
        links = [{"@id": iri, "name": names.name(iri)[0]} for iri in others]
        if links:
            before = found.get(name, [])
            found[name] = _one_or_all((before if isinstance(before, list) else [before]) + links)
    if kind == "Quotation" and (words := _quoted(description)):
        found["text"] = words
    if kind == "Dataset":
        found |= {"license": str(LICENSE), "isAccessibleForFree": True}
        found.setdefault("description", " ".join((*DISCLAIMER.values(), *DATASET_RIGHTS.values())))
    return found


def shown(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Those that a page repeats for machines: without texts as long as a whole paper."""
    return [
        quad for quad in quads if not isinstance(quad.object, ox.Literal) or len(quad.object.value) <= LONG
    ]


def citation(title: Link, iri: str, digest: str, lang: str, today: date) -> str:
    """How to cite a thing, in plain text."""
    version = digest[:VERSION_LENGTH]
    if lang == "ja":
        day = f"{today.year}年{today.month}月{today.day}日"
        return f"「{title.text}」，{SITE['ja']}，版 {version}，{iri}（{day}閲覧）"
    return f"“{title.text}”, {SITE['en']}, version {version}, {iri} (accessed {today.isoformat()})"


def _quoted(description: Description) -> str:
    words = [quad.object for quad in description.evidence if quad.predicate.value == f"{OA}exact"]
    return next((term.value for term in words if isinstance(term, ox.Literal)), "")


def _literal(value: ox.Literal) -> object:
    return {"@value": value.value, "@language": value.language} if value.language else value.value


def _one_or_all(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _words(value: object) -> Iterable[str]:
    """Every key and every text of a document: terms stand in either place."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _words(inner)
    elif isinstance(value, str):
        yield value


def _is_frame(meaning: object) -> bool:
    """What every document needs: the keywords' names, the version, the prefixes."""
    return isinstance(meaning, str) and (meaning.startswith("@") or meaning.endswith(("#", "/")))
