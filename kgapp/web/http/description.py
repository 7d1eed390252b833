"""The SPARQL 1.1 Service Description of the endpoint, with VoID statistics and its limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields

import pyoxigraph as ox

from kgapp.config import Limits
from kgapp.dataset import Dataset
from kgapp.publication import VERSION_LENGTH
from kgapp.queryfile import QueryFile
from kgapp.question import Source
from kgapp.results import BY_NAME, OFFERED, PREFIXES
from kgapp.rights import DATASET_RIGHTS, DISCLAIMER

SD = PREFIXES["sd"]
VOID = PREFIXES["void"]
DCTERMS = PREFIXES["dcterms"]
DCAT = "http://www.w3.org/ns/dcat#"
SCHEMA = "https://schema.org/"
FORMATS = "http://www.w3.org/ns/formats/"
XSD = PREFIXES["xsd"]
W3C_FORMATS = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "jsonld": "JSON-LD",
    "rdfxml": "RDF_XML",
    "trig": "TriG",
    "nquads": "N-Quads",
}
TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")


def describe_service(
    source: Source,
    queries: Mapping[str, QueryFile],
    limits: Limits,
    dataset: Callable[[], Dataset | None],
    endpoint: str,
    form: str,
) -> bytes:
    """The description of the endpoint at an address, serialized in a form of ``results``."""
    triples = [*_service(endpoint), *_limits(limits, endpoint), *_statistics(source, queries, endpoint)]
    if (served := dataset()) is not None:
        triples += _catalogued(served, endpoint)
    target = BY_NAME[form].format
    assert isinstance(target, ox.RdfFormat)
    prefixes = {**PREFIXES, "dcat": DCAT, "schema": SCHEMA, "formats": FORMATS}
    body = ox.serialize(triples, format=target, prefixes=prefixes)
    assert body is not None
    return body


def _service(endpoint: str) -> Iterator[ox.Triple]:
    service, dataset, union = (_iri(endpoint), _iri(f"{endpoint}#dataset"), _iri(f"{endpoint}#union"))
    yield ox.Triple(service, TYPE, _iri(f"{SD}Service"))
    yield ox.Triple(service, _iri(f"{SD}endpoint"), service)
    yield ox.Triple(service, _iri(f"{SD}supportedLanguage"), _iri(f"{SD}SPARQL11Query"))
    yield ox.Triple(service, _iri(f"{SD}feature"), _iri(f"{SD}UnionDefaultGraph"))
    for name in sorted({form.name for forms in OFFERED.values() for form in forms}):
        yield ox.Triple(service, _iri(f"{SD}resultFormat"), _iri(FORMATS + W3C_FORMATS[name]))
    yield ox.Triple(service, _iri(f"{SD}defaultDataset"), dataset)
    yield ox.Triple(dataset, TYPE, _iri(f"{SD}Dataset"))
    yield ox.Triple(dataset, _iri(f"{SD}defaultGraph"), union)
    yield ox.Triple(union, TYPE, _iri(f"{SD}Graph"))
    yield ox.Triple(union, TYPE, _iri(f"{VOID}Dataset"))
    yield ox.Triple(union, _iri(f"{VOID}sparqlEndpoint"), service)
    for language in ("ja", "en"):
        rights = f"{DATASET_RIGHTS[language]} {DISCLAIMER[language]}"
        yield ox.Triple(union, _iri(f"{DCTERMS}rights"), ox.Literal(rights, language=language))


def _catalogued(dataset: Dataset, endpoint: str) -> Iterator[ox.Triple]:
    """Which dataset of which catalogue the service serves (DCAT 3, Data Service)."""
    service, version = _iri(endpoint), dataset.digest[:VERSION_LENGTH]
    yield ox.Triple(service, TYPE, _iri(f"{DCAT}DataService"))
    yield ox.Triple(service, _iri(f"{DCAT}endpointURL"), service)
    yield ox.Triple(service, _iri(f"{DCAT}servesDataset"), _iri(f"{dataset.base}id/dataset/{version}"))
    yield ox.Triple(service, _iri(f"{DCTERMS}isPartOf"), _iri(f"{dataset.base}id/catalogue"))
    described = _iri(endpoint.removesuffix("sparql") + "api/openapi.json")
    yield ox.Triple(service, _iri(f"{DCAT}endpointDescription"), described)
    catalogue = _iri(endpoint.removesuffix("sparql") + "catalogue")
    yield ox.Triple(service, _iri(f"{PREFIXES['rdfs']}seeAlso"), catalogue)


def _limits(limits: Limits, endpoint: str) -> Iterator[ox.Triple]:
    """Each limit as a schema:PropertyValue of the service."""
    for entry in fields(limits):
        limit = _iri(f"{endpoint}#{entry.name}")
        label = entry.metadata["label"]
        yield ox.Triple(_iri(endpoint), _iri(f"{SCHEMA}additionalProperty"), limit)
        yield ox.Triple(limit, TYPE, _iri(f"{SCHEMA}PropertyValue"))
        yield ox.Triple(limit, _iri(f"{SCHEMA}propertyID"), ox.Literal(entry.name))
        yield ox.Triple(limit, _iri(f"{SCHEMA}name"), ox.Literal(label.ja, language="ja"))
        yield ox.Triple(limit, _iri(f"{SCHEMA}name"), ox.Literal(label.en, language="en"))
        value = getattr(limits, entry.name)
        yield ox.Triple(limit, _iri(f"{SCHEMA}value"), ox.Literal(value))
        if entry.metadata["unit"]:
            yield ox.Triple(limit, _iri(f"{SCHEMA}unitText"), ox.Literal(entry.metadata["unit"]))


def _statistics(source: Source, queries: Mapping[str, QueryFile], endpoint: str) -> Iterator[ox.Triple]:
    union, dataset = _iri(f"{endpoint}#union"), _iri(f"{endpoint}#dataset")
    (counts,) = _rows(source, queries["void-counts"])
    names = {
        "triples": "triples",
        "subjects": "distinctSubjects",
        "objects": "distinctObjects",
        "properties": "properties",
        "classes": "classes",
    }
    for name, term in names.items():
        yield ox.Triple(union, _iri(VOID + term), counts[name])
    for number, row in enumerate(_rows(source, queries["void-classes"]), 1):
        part = _iri(f"{endpoint}#class-{number}")
        yield ox.Triple(union, _iri(f"{VOID}classPartition"), part)
        yield ox.Triple(part, _iri(f"{VOID}class"), row["class"])
        yield ox.Triple(part, _iri(f"{VOID}entities"), row["things"])
    for number, row in enumerate(_rows(source, queries["void-properties"]), 1):
        part = _iri(f"{endpoint}#property-{number}")
        yield ox.Triple(union, _iri(f"{VOID}propertyPartition"), part)
        yield ox.Triple(part, _iri(f"{VOID}property"), row["property"])
        yield ox.Triple(part, _iri(f"{VOID}triples"), row["triples"])
    for number, row in enumerate(_rows(source, queries["void-graphs"]), 1):
        entry, graph = _iri(f"{endpoint}#named-{number}"), _iri(f"{endpoint}#graph-{number}")
        yield ox.Triple(dataset, _iri(f"{SD}namedGraph"), entry)
        yield ox.Triple(entry, TYPE, _iri(f"{SD}NamedGraph"))
        yield ox.Triple(entry, _iri(f"{SD}name"), row["graph"])
        yield ox.Triple(entry, _iri(f"{SD}graph"), graph)
        yield ox.Triple(graph, TYPE, _iri(f"{SD}Graph"))
        yield ox.Triple(graph, TYPE, _iri(f"{VOID}Dataset"))
        yield ox.Triple(graph, _iri(f"{VOID}triples"), row["triples"])


def _rows(source: Source, query: QueryFile) -> list[ox.QuerySolution]:
    results = query.run(source)
    assert isinstance(results, ox.QuerySolutions)
    return list(results)


def _iri(text: str) -> ox.NamedNode:
    return ox.NamedNode(text)
