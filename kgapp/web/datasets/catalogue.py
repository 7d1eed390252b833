"""The catalogue: which datasets there are, in which versions and files, and how they are used and cited.

Its RDF (DCAT 3, VoID, PROV-O) is that of the publication; its page is made from that and the index.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import takewhile
from os import SEEK_END
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO

import pyoxigraph as ox
from cachetools import LRUCache, cached
from flask import Blueprint, Response, current_app, render_template, request

from kgapp.dataset import damaged
from kgapp.jsonld import Context as Terms
from kgapp.publication import WHOLE, Distribution, Release
from kgapp.results import PREFIXES, MediaType
from kgapp.rights import DATASET_RIGHTS, DISCLAIMER, LICENSE, SOURCE_RIGHTS, TITLE
from kgapp.web.datasets.dumps import CSVW, address
from kgapp.web.frame.context import Context
from kgapp.web.frame.documents import EXTENSIONS, HTML, RDF, asked, respond, serialized
from kgapp.web.frame.links import document_of
from kgapp.web.frame.published import Published, published
from kgapp.web.http.render import language

blueprint = Blueprint("catalogue", __name__)
ON_A_PAGE = 20
"""Editions of which a page tells."""
KEPT = 16 * 1024 * 1024
"""Bytes of serialized catalogues that are kept."""
DCAT = "http://www.w3.org/ns/dcat#"
TYPE = PREFIXES["rdf"] + "type"
VOID = PREFIXES["void"]
DCTERMS = PREFIXES["dcterms"]
LEAD = {
    "ja": "市の地域包括ケアのロードマップを，だれが・どの取組に・どの言葉を根拠に関わるかを問える"
    "リンクトデータにしたもの。",
    "en": "A city's roadmap of community care as linked data that can be asked: who stands in which "
    "initiative, and on whose words.",
}
FORMS = {
    CSVW: {"ja": "表の説明（CSVW）", "en": "What the tables are (CSVW)"},
    "turtle": {"ja": "Turtle", "en": "Turtle"},
    "ntriples": {"ja": "N-Triples", "en": "N-Triples"},
    "nquads": {"ja": "N-Quads（グラフの名前つき）", "en": "N-Quads, with the graphs' names"},
    "trig": {"ja": "TriG（グラフの名前つき）", "en": "TriG, with the graphs' names"},
    "jsonld": {"ja": "JSON-LD（グラフの名前つき）", "en": "JSON-LD, with the graphs' names"},
}


class Description:
    """What a catalogue says: a file of sorted N-Triples that is searched where it lies, however long."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def quads(self) -> Iterator[ox.Quad]:
        """All of it, in order; raises DatasetMissing where it is not there as it was written."""
        try:
            yield from ox.parse(path=str(self._place), format=ox.RdfFormat.N_TRIPLES)
        except (OSError, SyntaxError) as error:
            raise damaged(self._place.name, error) from error

    def values(self, thing: str, predicate: str, lang: str = "") -> list[str]:
        """The values of a property as text: those in a language first, where one is given."""
        wanted = f"<{thing}> <{predicate}> ".encode()
        try:
            with self._place.open("rb") as file:
                file.seek(_first_from(file, wanted))
                lines = list(takewhile(lambda line: line.startswith(wanted), file))
        except OSError as error:
            raise damaged(self._place.name, error) from error
        terms: list[Any] = [quad.object for quad in ox.parse(b"".join(lines), format=ox.RdfFormat.N_TRIPLES)]
        terms.sort(key=lambda term: (getattr(term, "language", None) != (lang or None), term.value))
        return [term.value for term in terms]

    def value(self, thing: str, predicate: str, lang: str = "") -> str:
        """The first of them, or nothing."""
        return next(iter(self.values(thing, predicate, lang)), "")


def _first_from(file: BinaryIO, wanted: bytes) -> int:
    """Where the first line of a sorted file begins that is not before the one wanted."""
    low, high = 0, file.seek(0, SEEK_END)
    while low < high:
        middle = (low + high) // 2
        file.seek(max(middle - 1, 0))
        if middle:
            file.readline()
        if file.tell() < high and file.readline() < wanted:
            low = file.tell()
        else:
            high = middle
    file.seek(low)
    return low


@dataclass(frozen=True)
class Row:
    """A content that can be downloaded: what it is, plain and compressed."""

    words: str
    is_table: bool
    plain: Distribution | None
    zipped: Distribution | None


@dataclass(frozen=True)
class Told:
    """A dataset as the page tells of it."""

    iri: str
    title: str
    document: str
    """Where it is described, on this server."""
    releases: tuple[Release, ...]
    """Its versions, the newest first."""

    @property
    def newest(self) -> Release:
        return self.releases[0]


@cached(LRUCache(KEPT, getsizeof=len), key=lambda place, form, terms: (place, form.name), lock=Lock())
def _rdf(place: Path, form: MediaType, terms: Terms) -> bytes:
    return serialized(Description(place).quads(), form, terms, {**PREFIXES, "dcat": DCAT})


@blueprint.get("/catalogue")
@blueprint.get("/catalogue.<extension>")
def catalogue(extension: str = "") -> Response:
    """The catalogue as a page or as RDF."""
    document = asked(f"catalogue.{extension}" if extension else "catalogue")
    known = published()
    place = known.dataset.folder / known.publication.catalogue
    if document.form is HTML:
        body: str | bytes = _page(known, Description(place))
    else:
        context: Context = current_app.extensions["kgapp"]
        body = _rdf(place, document.form, context.terms)
    return respond(body, document, f"{request.script_root}/catalogue", (*RDF, HTML))


def _page(known: Published, described: Description) -> str:
    lang = language()
    paths = [release.path for release in known.publication.releases if release.path != WHOLE]
    page = max(request.args.get("page", 1, int), 1)
    shown = paths[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    whole = _told(known, described, WHOLE)
    return render_template(
        "catalogue.html",
        lang=lang,
        whole=whole,
        editions=[_told(known, described, path) for path in shown],
        total=len(paths),
        page=page,
        pages=-(-len(paths) // ON_A_PAGE),
        linksets=_linksets(described, whole.iri, lang),
        address=address,
        rows=partial(_rows, known),
        structured=_structured(known, whole, lang),
        graphs=len(known.dataset.graphs),
        rights=DATASET_RIGHTS[lang],
        source_rights=SOURCE_RIGHTS[lang],
        disclaimer=DISCLAIMER[lang],
        license=LICENSE,
        extensions=[extension for extension in EXTENSIONS if extension != "html"],
    )


def _told(known: Published, described: Description, path: str) -> Told:
    iri = dataset_iri(known, path)
    title = described.value(iri, f"{DCTERMS}title", language())
    document = document_of(iri, known.dataset.base) or ""
    return Told(iri, title or path, document, known.versions(path))


def dataset_iri(known: Published, path: str) -> str:
    """The IRI of a dataset by its path."""
    return f"{known.dataset.base}id/{path}/dataset" if path else f"{known.dataset.base}id/dataset"


def _rows(known: Published, release: Release) -> list[Row]:
    """The files of a release, the plain and the compressed of one content together, in words."""
    lang = language()
    tables = {}
    described = next((file for file in release.distributions if file.form == CSVW), None)
    if described is not None:
        tables = _tables(known.dataset.folder / described.file)
    pairs: dict[str, list[Distribution]] = {}
    for file in release.distributions:
        pairs.setdefault(file.name.removesuffix(".gz"), []).append(file)
    order = {form: number for number, form in enumerate(FORMS)}
    rows = []
    for name, files in sorted(pairs.items(), key=lambda pair: (order.get(pair[1][0].form, -1), pair[0])):
        form = files[0].form
        words = FORMS.get(form) or tables.get(name) or {}
        plain = next((file for file in files if not file.compressed), None)
        zipped = next((file for file in files if file.compressed), None)
        rows.append(Row(words.get(lang, form), form not in order, plain, zipped))
    return rows


@lru_cache(maxsize=256)
def _tables(place: Path) -> dict[str, dict[str, str]]:
    """The tables' titles by file and language, from their description (CSVW)."""
    try:
        tables = json.loads(place.read_bytes())["tables"]
        return {
            table["url"]: {title["@language"]: title["@value"] for title in table["dc:title"]}
            for table in tables
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(place.name, error) from error


def _linksets(described: Description, dataset: str, lang: str) -> list[dict[str, str]]:
    """The links from a dataset to others."""
    return [
        {
            "title": described.value(linkset, f"{DCTERMS}title", lang),
            "target": described.value(linkset, f"{VOID}objectsTarget"),
            "predicate": described.value(linkset, f"{VOID}linkPredicate"),
            "triples": described.value(linkset, f"{VOID}triples"),
        }
        for linkset in described.values(dataset, f"{VOID}subset")
        if f"{VOID}Linkset" in described.values(linkset, TYPE)
    ]


def _structured(known: Published, whole: Told, lang: str) -> dict[str, Any]:
    """The dataset for search engines (schema.org/Dataset)."""
    here = request.host_url.rstrip("/")
    release = whole.newest
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": whole.iri,
        "identifier": f"{whole.iri}/{release.version}",
        "name": [{"@language": tag, "@value": TITLE[tag]} for tag in TITLE],
        "description": f"{LEAD[lang]} {DISCLAIMER[lang]}",
        "url": f"{here}{request.script_root}/catalogue",
        "version": release.version,
        "license": str(LICENSE),
        "usageInfo": DATASET_RIGHTS[lang],
        "isAccessibleForFree": True,
        "inLanguage": ["ja", "en"],
        "includedInDataCatalog": {"@type": "DataCatalog", "@id": f"{known.dataset.base}id/catalogue"},
        "distribution": [
            {
                "@type": "DataDownload",
                "contentUrl": f"{here}{address(release, file.name)}",
                "encodingFormat": "application/gzip" if file.compressed else file.media_type,
                "contentSize": f"{file.size} B",
                "sha256": file.sha256,
            }
            for file in release.distributions
        ],
    }
