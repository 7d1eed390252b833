"""The catalogue: which datasets there are, in which versions and files, and how they are used and cited.

Its RDF (DCAT 3, VoID, PROV-O) is that of the publication; its page is made from that and the index.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, render_template, request

from kgapp.dataset import damaged
from kgapp.errors import Message
from kgapp.publication import WHOLE, Distribution, Release
from kgapp.results import PREFIXES, MediaType
from kgapp.rights import DATASET_RIGHTS, DISCLAIMER, LICENSE, SOURCE_RIGHTS, TITLE
from kgapp.web.datasets.described import Description
from kgapp.web.datasets.dumps import CSVW, address
from kgapp.web.datasets.listing import HYDRA, Pages
from kgapp.web.frame.context import Context
from kgapp.web.frame.documents import EXTENSIONS, HTML, RDF, asked, respond, serialized
from kgapp.web.frame.keptpages import kept_by_form
from kgapp.web.frame.links import document_of
from kgapp.web.frame.paging import page_asked
from kgapp.web.frame.published import Published, not_found, published
from kgapp.web.http.render import language

blueprint = Blueprint("catalogue", __name__)
IN_FULL = 3
"""Editions whose files a page tells all; where there are more it leads to a page of each."""
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


@blueprint.get("/catalogue")
@blueprint.get("/catalogue.<extension>")
@kept_by_form
def catalogue(extension: str = "") -> Response:
    """A page of the catalogue, for people or as RDF."""
    document = asked(f"catalogue.{extension}" if extension else "catalogue")
    known, address = published(), f"{request.script_root}/catalogue"
    pages = Pages(_paths(known), page_asked())
    described = _description(known)
    if document.form is HTML:
        body: str | bytes = _page(known, described, pages)
    else:
        body = _rdf(document.form, _quads(known, described, pages))
    query = f"?page={pages.number}" if pages.number > 1 else ""
    return respond(body, document, address, (*RDF, HTML), links=pages.links(address), query=query)


@blueprint.get("/catalogue/<city>/<edition>")
@kept_by_form
def edition(city: str, edition: str) -> Response:
    """What is published of one edition, for people or as RDF."""
    known, document = published(), asked(edition)
    path = f"{city}/{document.path}"
    if path not in _paths(known):
        raise not_found(
            Message(f"「{path}」というデータはありません。", f"There is no dataset {path!r}."),
            Message("一覧は /catalogue にあります。", "They are listed at /catalogue."),
        )
    described = _description(known)
    if document.form is HTML:
        told = _told(known, described, path)
        body: str | bytes = _rendered("catalogue-edition.html", known, told=told)
    else:
        body = _rdf(document.form, described.edition(known.dataset.base, path))
    links = [(f"{request.script_root}/catalogue", "collection")]
    return respond(body, document, f"{request.script_root}/catalogue/{path}", (*RDF, HTML), links=links)


def _paths(known: Published) -> tuple[str, ...]:
    return tuple(release.path for release in known.publication.releases if release.path != WHOLE)


def _description(known: Published) -> Description:
    return Description(known.dataset.folder / known.publication.catalogue)


def _quads(known: Published, described: Description, pages: Pages) -> list[ox.Quad]:
    base = known.dataset.base
    view = pages.view(f"{base}catalogue")
    return [*view, *described.page(base, pages.shown, pages.paths, pages.number == 1)]


def _rdf(form: MediaType, quads: Iterable[ox.Quad]) -> bytes:
    context: Context = current_app.extensions["kgapp"]
    return serialized(quads, form, context.terms, {**PREFIXES, "dcat": DCAT, "hydra": HYDRA})


def _page(known: Published, described: Description, pages: Pages) -> str:
    whole = _told(known, described, WHOLE)
    return _rendered(
        "catalogue.html",
        known,
        whole=whole,
        editions=[_told(known, described, path) for path in pages.shown],
        in_full=len(pages.paths) <= IN_FULL,
        total=len(pages.paths),
        page=pages.number,
        pages=pages.total,
        linksets=_linksets(described, whole.iri, language()),
        structured=_structured(known, whole, language()),
        graphs=len(known.dataset.graphs),
    )


def _rendered(template: str, known: Published, **values: Any) -> str:
    lang = language()
    return render_template(
        template,
        lang=lang,
        address=address,
        rows=partial(_rows, known),
        rights=DATASET_RIGHTS[lang],
        source_rights=SOURCE_RIGHTS[lang],
        disclaimer=DISCLAIMER[lang],
        license=LICENSE,
        extensions=[extension for extension in EXTENSIONS if extension != "html"],
        **values,
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
        for linkset in described.things(f"{dataset}/linkset/")
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
