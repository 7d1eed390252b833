"""The catalogue of all that is published: DCAT 3 with VoID and PROV-O, derived from one build alone.

What cannot be stated truly is left out: no date of issue (no clock runs in a build), no frequency (the
papers promise none), no contact that nobody configured.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rdflib import RDF, XSD, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, PROV, VOID

from kgapp.publication import WHOLE, Distribution, Publication, Release
from kgapp.publish.about import About
from kgapp.publish.dumps import Dumped
from kgapp.publish.provenance import Making, add_checksum, describe_build
from kgapp.publish.statements import Statements
from kgapp.publish.terms import (
    AUTHORITY,
    DCAT,
    LANGUAGES,
    MEDIA_TYPE,
    THEME_SCHEME,
    THEMES,
    Names,
)
from kgapp.publish.void import describe_counts, describe_graphs, describe_links
from kgapp.results import BY_NAME
from kgapp.rights import DATASET_RIGHTS, DISCLAIMER, LICENSE, PROJECT, TITLE
from kgapp.sortedlines import SortedLines
from kgapp.vocab import ONTOLOGY, Minter

KEYWORDS = {
    "ja": ("地域包括ケア", "ロードマップ", "市議会", "知識グラフ", "リンクトデータ"),
    "en": ("community-based integrated care", "roadmap", "city council", "knowledge graph", "linked data"),
}
ALL_EDITIONS = {"ja": "年ごとの資料", "en": "the papers of each year"}
SERVICE = {"ja": "SPARQLエンドポイント", "en": "SPARQL endpoint"}
CATALOGUE = {"ja": "データカタログ", "en": "data catalogue"}
PROTOCOL = URIRef("https://www.w3.org/TR/sparql11-protocol/")
FILE_TYPES = {
    "turtle": ("RDF_TURTLE", "https://www.w3.org/TR/turtle/"),
    "ntriples": ("RDF_N_TRIPLES", "https://www.w3.org/TR/n-triples/"),
    "nquads": ("RDF_N_QUADS", "https://www.w3.org/TR/n-quads/"),
    "trig": ("RDF_TRIG", "https://www.w3.org/TR/trig/"),
    "jsonld": ("JSON_LD", "https://www.w3.org/TR/json-ld11/"),
    "csvw": ("JSON", "https://www.w3.org/TR/tabular-metadata/"),
}
"""By the form's name: the EU's code of the file type, and the specification."""
TABLE_TYPE = ("CSV", "https://www.rfc-editor.org/rfc/rfc4180")


@dataclass(frozen=True)
class Catalogued:
    """All that one catalogue describes."""

    base: str
    whole: Dumped
    editions: Sequence[Dumped]
    making: Making
    earlier: Mapping[str, Sequence[str]]
    """Versions whose files are kept, oldest first, by path; the current one may be among them."""
    prefixes: Mapping[str, str]


def catalogue(content: Catalogued) -> Iterator[Statements]:
    """The catalogue in parts, without blank nodes: what is of all, then each dataset."""
    names = Names(Minter(content.base))
    graph = Statements()
    _describe_publisher(graph, names)
    _describe_catalogue(graph, names)
    _describe_service(graph, names)
    _describe_series(graph, names, content)
    yield graph
    for dumped in (content.whole, *content.editions):
        graph = Statements()
        path = dumped.release.path
        dataset = names.dataset(path)
        graph.add((names.catalogue, DCAT.dataset, dataset))
        _describe_dataset(graph, names, dumped)
        describe_counts(graph, dataset, dumped.counts, content.prefixes)
        describe_graphs(graph, dataset, dumped.graphs)
        describe_links(graph, dataset, dumped.counts)
        _describe_versions(graph, names, dumped.release, content.earlier.get(path, ()))
        describe_build(graph, names, path, dumped.release.version, content.making)
        yield graph


def _describe_publisher(graph: Statements, names: Names) -> None:
    graph.add((names.project, RDF.type, FOAF.Agent))
    graph.add((names.project, RDF.type, PROV.Agent))
    graph.add((names.project, FOAF.name, Literal(PROJECT)))


def _describe_catalogue(graph: Statements, names: Names) -> None:
    this = names.catalogue
    graph.add((this, RDF.type, DCAT.Catalog))
    _describe_resource(graph, names, this, {lang: f"{TITLE[lang]}: {CATALOGUE[lang]}" for lang in TITLE})
    graph.add((this, DCAT.service, names.service))
    graph.add((this, DCAT.themeTaxonomy, URIRef(str(THEME_SCHEME))))
    graph.add((this, FOAF.homepage, URIRef(names.minter.base)))


def _describe_service(graph: Statements, names: Names) -> None:
    this = names.service
    graph.add((this, RDF.type, DCAT.DataService))
    _describe_resource(graph, names, this, {lang: f"{TITLE[lang]}: {SERVICE[lang]}" for lang in TITLE})
    graph.add((this, DCAT.endpointURL, names.endpoint))
    graph.add((this, DCAT.endpointDescription, names.endpoint))
    graph.add((this, DCAT.servesDataset, names.dataset(WHOLE)))
    graph.add((this, DCTERMS.conformsTo, PROTOCOL))


def _describe_resource(graph: Statements, names: Names, this: URIRef, title: dict[str, str]) -> None:
    """What every catalogued thing has: title, rights, publisher, languages, keywords, themes."""
    graph.say(this, DCTERMS.title, title)
    graph.say(this, DCTERMS.description, DISCLAIMER)
    graph.say(this, DCTERMS.rights, DATASET_RIGHTS)
    graph.add((this, DCTERMS.license, LICENSE))
    graph.add((this, DCTERMS.publisher, names.project))
    for spoken in LANGUAGES.values():
        graph.add((this, DCTERMS.language, spoken))
    for language, words in KEYWORDS.items():
        for word in words:
            graph.add((this, DCAT.keyword, Literal(word, lang=language)))
    for theme in THEMES:
        graph.add((this, DCAT.theme, theme))


def _describe_dataset(graph: Statements, names: Names, dumped: Dumped) -> None:
    release = dumped.release
    this = names.dataset(release.path)
    graph.add((this, RDF.type, DCAT.Dataset))
    graph.add((this, DCAT.landingPage, names.landing(release.path)))
    graph.add((this, DCTERMS.conformsTo, ONTOLOGY))
    graph.add((this, VOID.sparqlEndpoint, names.endpoint))
    below = f"{release.path}/" if release.path else ""
    graph.add((this, VOID.uriSpace, Literal(f"{names.minter.base}id/{below}")))
    about = dumped.about
    if about is None:
        _describe_resource(graph, names, this, dict(TITLE))
        graph.add((this, VOID.vocabulary, ONTOLOGY))
        return
    _describe_resource(graph, names, this, edition_title(release.path, about))
    _describe_paper(graph, this, about)
    document = names.minter.id(*release.path.split("/"))
    graph.add((this, DCTERMS.source, document))
    graph.add((this, PROV.wasDerivedFrom, document))
    graph.add((this, DCTERMS.isPartOf, names.dataset(WHOLE)))
    graph.add((names.dataset(WHOLE), DCTERMS.hasPart, this))


def edition_title(path: str, about: About) -> dict[str, str]:
    """An edition's dataset by the place and the paper's date, in words."""
    city, _, edition = path.partition("/")
    return {lang: f"{TITLE[lang]}: {about.places.get(lang, city)} {edition}" for lang in TITLE}


def _describe_paper(graph: Statements, this: URIRef, about: About) -> None:
    """What the paper that an edition's dataset is of says of itself: its title, place and period."""
    graph.say(this, DCTERMS.alternative, about.titles)
    for language, place in about.places.items():
        if language in KEYWORDS:
            graph.add((this, DCAT.keyword, Literal(place, lang=language)))
    if about.municipality:
        graph.add((this, DCTERMS.spatial, URIRef(about.municipality)))
    if about.begin and about.end:
        period = URIRef(f"{this}/period")
        graph.add((this, DCTERMS.temporal, period))
        graph.add((period, RDF.type, DCTERMS.PeriodOfTime))
        graph.add((period, DCAT.startDate, Literal(about.begin, datatype=XSD.date)))
        graph.add((period, DCAT.endDate, Literal(about.end, datatype=XSD.date)))


def _describe_versions(graph: Statements, names: Names, release: Release, earlier: Sequence[str]) -> None:
    """A dataset's versions, of which this release is current; its files are the dataset's too."""
    path, dataset = release.path, names.dataset(release.path)
    before = [names.version(path, version) for version in earlier if version != release.version]
    this = names.version(path, release.version)
    name = path or "all"
    titles = {lang: f"{TITLE[lang]}: {name} ({release.version})" for lang in TITLE}
    _describe_resource(graph, names, this, titles)
    graph.add((this, RDF.type, DCAT.Dataset))
    graph.add((this, DCAT.version, Literal(release.version)))
    graph.add((this, DCAT.isVersionOf, dataset))
    graph.add((this, DCTERMS.identifier, Literal(f"{name}@{release.version}")))
    graph.add((this, VOID.triples, Literal(release.triples, datatype=XSD.integer)))
    if before:
        graph.add((this, DCAT.previousVersion, before[-1]))
    for version in (*before, this):
        graph.add((dataset, DCAT.hasVersion, version))
    graph.add((dataset, DCAT.hasCurrentVersion, this))
    for file in release.distributions:
        _describe_distribution(graph, names, release, file)
        graph.add((dataset, DCAT.distribution, names.distribution(path, release.version, file.name)))
        if BY_NAME.get(file.form) is not None:
            graph.add((dataset, VOID.dataDump, names.download(path, release.version, file.name)))


def carried(lines: SortedLines, content: Catalogued, publication: Publication) -> Iterator[bytes]:
    """What an earlier catalogue says of its versions, other than those that are current."""
    names = Names(Minter(content.base))
    current = {dump.release.path: dump.release.version for dump in (content.whole, *content.editions)}
    yield from lines.starting(f"<{names.minter.id('software')}/".encode())
    for release in publication.releases:
        if current.get(release.path) != release.version:
            version = names.version(release.path, release.version)
            yield from lines.starting(f"<{version}>".encode())
            yield from lines.starting(f"<{version}/".encode())


def _describe_distribution(graph: Statements, names: Names, release: Release, file: Distribution) -> None:
    this = names.distribution(release.path, release.version, file.name)
    code, specification = FILE_TYPES.get(file.form, TABLE_TYPE)
    graph.add((names.version(release.path, release.version), DCAT.distribution, this))
    graph.add((this, RDF.type, DCAT.Distribution))
    graph.add((this, DCTERMS.title, Literal(file.name)))
    graph.add((this, DCAT.downloadURL, names.download(release.path, release.version, file.name)))
    graph.add((this, DCAT.accessURL, names.version(release.path, release.version)))
    graph.add((this, DCAT.mediaType, MEDIA_TYPE[file.media_type]))
    graph.add((this, DCTERMS["format"], AUTHORITY[f"file-type/{code}"]))
    graph.add((this, DCTERMS.conformsTo, URIRef(specification)))
    graph.add((this, DCAT.byteSize, Literal(file.size, datatype=XSD.nonNegativeInteger)))
    graph.add((this, DCTERMS.license, LICENSE))
    graph.say(this, DCTERMS.rights, DATASET_RIGHTS)
    if file.compressed:
        graph.add((this, DCAT.compressFormat, MEDIA_TYPE["application/gzip"]))
    add_checksum(graph, this, file.sha256)


def _describe_series(graph: Statements, names: Names, content: Catalogued) -> None:
    """A series of each city's editions, in the order of their names, which are dates."""
    cities: dict[str, list[Dumped]] = defaultdict(list)
    for dumped in content.editions:
        cities[dumped.release.path.partition("/")[0]].append(dumped)
    for city, editions in cities.items():
        this = names.series(city)
        last = max(editions, key=lambda dumped: dumped.release.path)
        places = last.about.places if last.about else {}
        graph.add((this, RDF.type, DCAT.DatasetSeries))
        graph.add((names.catalogue, DCAT.resource, this))
        title = {lang: f"{TITLE[lang]}: {places.get(lang, city)} ({ALL_EDITIONS[lang]})" for lang in TITLE}
        _describe_resource(graph, names, this, title)
        members = [names.dataset(path) for path in sorted(dumped.release.path for dumped in editions)]
        graph.add((this, DCAT.first, members[0]))
        graph.add((this, DCAT["last"], members[-1]))
        for member in members:
            graph.add((member, DCAT.inSeries, this))
            graph.add((this, DCAT.seriesMember, member))
        for before, member in pairwise(members):
            graph.add((member, DCAT.prev, before))
