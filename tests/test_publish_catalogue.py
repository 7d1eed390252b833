"""The catalogue says what is true: each number and link is found again in the graphs and files by rdflib."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import pytest
import rdflib
from rdflib import RDF, BNode, Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, SKOS, VOID

from kgapp.dataset import Dataset
from kgapp.publication import WHOLE, Publication, read_publication
from kgapp.publish.terms import DCAT, SPDX
from kgapp.rights import DATASET_RIGHTS, DISCLAIMER, LICENSE
from kgapp.vocab import CCR, DEFAULT_BASE, ESTAT
from tests.conftest import EDITION, ROOT
from tests.terms import as_iri, as_literal

ID = f"{DEFAULT_BASE}id/"
CATALOGUE, SERVICE = URIRef(f"{ID}catalogue"), URIRef(f"{ID}service")
ALL, SERIES, OWN = URIRef(f"{ID}dataset"), URIRef(f"{ID}fujisawa/dataset"), URIRef(f"{ID}{EDITION}/dataset")


@pytest.fixture(scope="module")
def publication(dataset: Dataset) -> Publication:
    return read_publication(dataset)


@pytest.fixture(scope="module")
def told(publication: Publication) -> rdflib.Graph:
    return rdflib.Graph().parse(publication.folder / publication.catalogue, format="nt")


def number(told: rdflib.Graph, subject: URIRef, predicate: URIRef) -> int:
    (value,) = told.objects(subject, predicate)
    assert isinstance(value, Literal)
    return int(value)


def test_the_file_is_sorted_and_has_no_blank_nodes(publication: Publication, told: rdflib.Graph) -> None:
    lines = (publication.folder / publication.catalogue).read_bytes().splitlines()
    assert lines == sorted(set(lines))
    assert not any(isinstance(term, BNode) for triple in told for term in triple)


def test_catalogue_series_editions_and_the_whole_hang_together(told: rdflib.Graph) -> None:
    assert set(told.objects(CATALOGUE, DCAT.dataset)) == {ALL, OWN}
    assert set(told.objects(CATALOGUE, DCAT.resource)) == {SERIES}
    assert (SERIES, RDF.type, DCAT.DatasetSeries) in told
    for term in (DCAT.first, DCAT["last"], DCAT.seriesMember):
        assert list(told.objects(SERIES, term)) == [OWN]
    assert list(told.objects(OWN, DCAT.inSeries)) == [SERIES]
    assert list(told.objects(CATALOGUE, DCAT.service)) == [SERVICE]
    assert list(told.objects(SERVICE, DCAT.endpointURL)) == [URIRef(f"{DEFAULT_BASE}sparql")]
    assert list(told.objects(SERVICE, DCAT.servesDataset)) == [ALL]


@pytest.mark.parametrize("path", [EDITION, WHOLE])
def test_void_counts_are_those_of_the_graphs(
    told: rdflib.Graph, publication: Publication, by_graph: Mapping[str, rdflib.Graph], path: str
) -> None:
    release = publication.release(path)
    assert release is not None
    merged = rdflib.Graph()
    for name in release.graphs:
        merged += by_graph[name]
    this = OWN if path else ALL
    assert number(told, this, VOID.triples) == len(merged) == release.triples
    assert number(told, this, VOID.distinctSubjects) == len(set(merged.subjects()))
    assert number(told, this, VOID.distinctObjects) == len(set(merged.objects()))
    assert number(told, this, VOID.properties) == len(set(merged.predicates()))
    assert number(told, this, VOID.classes) == len(set(merged.objects(None, RDF.type)))
    classes = {
        kind: number(told, as_iri(part), VOID.entities)
        for part in told.objects(this, VOID.classPartition)
        for kind in told.objects(part, VOID["class"])
    }
    assert classes == {
        kind: len(set(merged.subjects(RDF.type, kind))) for kind in set(merged.objects(None, RDF.type))
    }
    properties = {
        prop: number(told, as_iri(part), VOID.triples)
        for part in told.objects(this, VOID.propertyPartition)
        for prop in told.objects(part, VOID.property)
    }
    used = set(merged.predicates())
    assert properties == {prop: sum(1 for _ in merged.subject_objects(prop)) for prop in used}
    subsets = {
        one for one in map(as_iri, told.objects(this, VOID.subset)) if "/graph/" in one or "/ns" in one
    }
    assert {str(subset) for subset in subsets} == set(release.graphs)
    for subset in subsets:
        assert number(told, subset, VOID.triples) == len(by_graph[str(subset)])
    (example,) = told.objects(this, VOID.exampleResource)
    assert (example, CCR.text, None) in merged
    for vocabulary in told.objects(this, VOID.vocabulary):
        assert any(str(term).startswith(str(vocabulary)) for term in (*used, *classes)), vocabulary


@pytest.mark.parametrize("this", [OWN, ALL])
def test_links_to_e_stat_are_counted(
    told: rdflib.Graph, by_graph: Mapping[str, rdflib.Graph], this: URIRef
) -> None:
    expected = {
        (s, o)
        for graph in by_graph.values()
        for s, o in graph.subject_objects(SKOS.exactMatch)
        if str(o).startswith(str(ESTAT))
    }
    assert expected == {(URIRef(f"{ID}fujisawa/municipality"), ESTAT["C14205"])}
    (linkset,) = [s for s in told.objects(this, VOID.subset) if (s, RDF.type, VOID.Linkset) in told]
    assert number(told, as_iri(linkset), VOID.triples) == len(expected)
    assert (linkset, VOID.linkPredicate, SKOS.exactMatch) in told


def test_a_distribution_is_the_file_at_its_address(told: rdflib.Graph, publication: Publication) -> None:
    for release in publication.releases:
        this = URIRef(
            f"{ID}{release.path}/dataset/{release.version}" if release.path else f"{ALL}/{release.version}"
        )
        found = {str(d) for d in told.objects(this, DCAT.distribution)}
        assert found == {f"{this}/{file.name.replace('.', '-')}" for file in release.distributions}
        for file in release.distributions:
            node = URIRef(f"{this}/{file.name.replace('.', '-')}")
            data = (publication.folder / file.file).read_bytes()
            (address,) = told.objects(node, DCAT.downloadURL)
            assert str(address) == f"{DEFAULT_BASE}dump/{release.path or 'all'}/{release.version}/{file.name}"
            assert number(told, node, DCAT.byteSize) == len(data)
            (checksum,) = told.objects(node, SPDX.checksum)
            assert str(told.value(checksum, SPDX.checksumValue)) == hashlib.sha256(data).hexdigest()
            media = "https://www.iana.org/assignments/media-types/"
            assert str(told.value(node, DCAT.mediaType)) == media + file.media_type
            zipped = told.value(node, DCAT.compressFormat)
            assert (str(zipped) == f"{media}application/gzip") is data.startswith(b"\x1f\x8b")
            assert told.value(node, DCTERMS["format"]) is not None


def test_versions_are_said_to_be_versions(told: rdflib.Graph, dataset: Dataset) -> None:
    current = URIRef(f"{ALL}/{dataset.digest[:12]}")
    assert list(told.objects(ALL, DCAT.hasCurrentVersion)) == [current]
    assert list(told.objects(ALL, DCAT.hasVersion)) == [current]
    assert list(told.objects(current, DCAT.isVersionOf)) == [ALL]
    assert str(told.value(current, DCAT.version)) == dataset.digest[:12]
    assert not list(told.subject_objects(DCAT.previousVersion)), "nothing was there before"


def test_the_papers_own_words_and_period_describe_the_edition(told: rdflib.Graph) -> None:
    paper = tomllib.loads((ROOT / f"data/source/{EDITION}.toml").read_text(encoding="utf-8"))
    titles = {word.language: str(word) for word in map(as_literal, told.objects(OWN, DCTERMS.alternative))}
    assert titles == {"ja": paper["title"], "en": paper["title_en"]}
    assert list(told.objects(OWN, DCTERMS.spatial)) == [URIRef(f"{ID}fujisawa/municipality")]
    (period,) = told.objects(OWN, DCTERMS.temporal)
    # The chart's columns are the fiscal years 2017 to 2020 (MODEL.md, "Evidence").
    assert str(told.value(period, DCAT.startDate)) == "2017-04-01"
    assert str(told.value(period, DCAT.endDate)) == "2021-03-31"


def test_rights_are_worded_as_everywhere_and_the_city_publishes_nothing(told: rdflib.Graph) -> None:
    kinds = (DCAT.Catalog, DCAT.DataService, DCAT.Dataset, DCAT.DatasetSeries)
    described = {s for kind in kinds for s in told.subjects(RDF.type, kind)}
    assert {CATALOGUE, SERVICE, ALL, OWN, SERIES} <= described
    for this in described:
        assert list(told.objects(this, DCTERMS.license)) == [LICENSE]
        assert {str(w) for w in told.objects(this, DCTERMS.rights)} == set(DATASET_RIGHTS.values())
        assert {str(w) for w in told.objects(this, DCTERMS.description)} == set(DISCLAIMER.values())
        assert list(told.objects(this, DCTERMS.publisher)) == [URIRef(f"{ID}project")]
        titles = sorted(str(as_literal(w).language) for w in told.objects(this, DCTERMS.title))
        assert titles == ["en", "ja"]


def test_what_a_version_was_built_from_and_by(told: rdflib.Graph, publication: Publication) -> None:
    release = publication.release(EDITION)
    assert release is not None
    (activity,) = told.objects(URIRef(f"{OWN}/{release.version}"), PROV.wasGeneratedBy)
    used = {}
    for entity in told.objects(activity, PROV.used):
        checksum = told.value(entity, SPDX.checksum)
        used[str(told.value(entity, rdflib.RDFS.label))] = str(told.value(checksum, SPDX.checksumValue))
    files = [f"data/source/{EDITION}.txt", f"data/source/{EDITION}.toml", f"data/claims/{EDITION}.csv"]
    files += [f"data/claims/{EDITION}-review.csv", f"data/claims/{EDITION}-readers.csv"]
    files += [f"data/gloss/{EDITION}.csv"]
    files += [
        f"data/register/fujisawa/{path.name}" for path in Path(ROOT / "data/register/fujisawa").glob("*.csv")
    ]
    assert used == {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in files}
    agents = {str(told.value(a, rdflib.RDFS.label)) for a in told.objects(activity, PROV.wasAssociatedWith)}
    engines = ("rdflib", "owlrl", "pyshacl", "pyoxigraph", "kgapp")
    assert {f"{name} {version(name)}" for name in engines} <= agents
