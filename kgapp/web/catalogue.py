"""The catalogue: which datasets there are, in which versions and files, and how they are used and cited.

Its RDF (DCAT 3, VoID, PROV-O) is that of the publication; its page is made from that and the index.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import pyoxigraph as ox
from cachetools import LRUCache, cached
from flask import Blueprint, Response, current_app, render_template, request

from kgapp.dataset import damaged
from kgapp.jsonld import Context as Terms
from kgapp.publication import WHOLE, Distribution, Release
from kgapp.results import PREFIXES, MediaType
from kgapp.rights import DATASET_RIGHTS, DISCLAIMER, LICENSE, SOURCE_RIGHTS, TITLE
from kgapp.web.documents import EXTENSIONS, HTML, RDF, asked, respond, serialized
from kgapp.web.dumps import address
from kgapp.web.links import document_of
from kgapp.web.pages import Context
from kgapp.web.published import Published, published
from kgapp.web.render import language

blueprint = Blueprint("catalogue", __name__)
ON_A_PAGE = 20
"""Editions of which a page tells."""
KEPT = 16 * 1024 * 1024
"""Bytes of serialized catalogues that are kept."""
DCAT = "http://www.w3.org/ns/dcat#"
TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
VOID = PREFIXES["void"]
DCTERMS = PREFIXES["dcterms"]
LEAD = {
    "ja": "市の地域包括ケアのロードマップを，だれが・どの取組に・どの言葉を根拠に関わるかを問える"
    "リンクトデータにしたもの。",
    "en": "A city's roadmap of community care as linked data that can be asked: who stands in which "
    "initiative, and on whose words.",
}
FORMS = {
    "nquads": ("N-Quads（グラフの名前つき）", "N-Quads, with the graphs' names"),
    "trig": ("TriG（グラフの名前つき）", "TriG, with the graphs' names"),
    "turtle": ("Turtle", "Turtle"),
    "ntriples": ("N-Triples", "N-Triples"),
    "jsonld": ("JSON-LD", "JSON-LD"),
    "csvw": ("表の説明（CSVW）", "what the tables are (CSVW)"),
}


class Description:
    """What a catalogue says."""

    def __init__(self, place: Path) -> None:
        """Reads it; raises DatasetMissing where it is not there as it was written."""
        self._store = ox.Store()
        try:
            self._store.bulk_load(path=str(place), format=ox.RdfFormat.N_TRIPLES)
        except (OSError, SyntaxError) as error:
            raise damaged(place.name, error) from error

    def quads(self) -> list[ox.Quad]:
        """All of it, in an order that stays."""
        return sorted(self._store, key=str)

    def of_kind(self, kind: str) -> list[str]:
        """The things of a class."""
        found = self._store.quads_for_pattern(None, TYPE, ox.NamedNode(kind))
        return sorted(quad.subject.value for quad in found if isinstance(quad.subject, ox.NamedNode))

    def values(self, thing: str, predicate: str, lang: str = "") -> list[str]:
        """The values of a property as text: those in a language first, where one is given."""
        found = self._store.quads_for_pattern(ox.NamedNode(thing), ox.NamedNode(predicate), None)
        terms: list[Any] = [quad.object for quad in found]
        terms.sort(key=lambda term: (getattr(term, "language", None) != (lang or None), term.value))
        return [term.value for term in terms]

    def value(self, thing: str, predicate: str, lang: str = "") -> str:
        """The first of them, or nothing."""
        return next(iter(self.values(thing, predicate, lang)), "")


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


@lru_cache(maxsize=2)
def _description(place: Path) -> Description:
    return Description(place)


@cached(LRUCache(KEPT, getsizeof=len), key=lambda place, form, terms: (place, form.name), lock=Lock())
def _rdf(place: Path, form: MediaType, terms: Terms) -> bytes:
    return serialized(_description(place).quads(), form, terms, {**PREFIXES, "dcat": DCAT})


@blueprint.get("/catalogue")
@blueprint.get("/catalogue.<extension>")
def catalogue(extension: str = "") -> Response:
    """The catalogue as a page or as RDF."""
    document = asked(f"catalogue.{extension}" if extension else "catalogue")
    known = published()
    place = known.dataset.folder / known.publication.catalogue
    if document.form is HTML:
        body: str | bytes = _page(known, _description(place))
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
        linksets=_linksets(described, lang),
        address=address,
        form_name=lambda release, file: _form_name(known, described, release, file),
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


def _form_name(known: Published, described: Description, release: Release, file: Distribution) -> str:
    """What a file is, in words: its form, or the title of its table."""
    if file.form in FORMS:
        return FORMS[file.form][0 if language() == "ja" else 1]
    local = file.name.replace(".", "-")
    iri = f"{dataset_iri(known, release.path)}/{release.version}/{local}"
    return described.value(iri, f"{DCTERMS}title", language()) or file.form


def _linksets(described: Description, lang: str) -> list[dict[str, Any]]:
    return [
        {
            "title": described.value(linkset, f"{DCTERMS}title", lang),
            "target": described.value(linkset, f"{VOID}objectsTarget")
            or described.value(linkset, f"{VOID}target"),
            "predicate": described.value(linkset, f"{VOID}linkPredicate"),
            "triples": described.value(linkset, f"{VOID}triples"),
        }
        for linkset in described.of_kind(f"{VOID}Linkset")
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
