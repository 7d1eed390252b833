"""What crawlers and harvesters look for: robots.txt, sitemaps, llms.txt, the way to the VoID description.

RFC 9309 (robots.txt); the sitemap protocol 0.9, whose index lists one file for the pages, one a city and
one an edition, each far below 50,000 names; VoID, 7.2 (``/.well-known/void``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request

from kgapp.dataset import Dataset
from kgapp.errors import Message
from kgapp.publication import WHOLE
from kgapp.rights import DATASET_RIGHTS, DISCLAIMER
from kgapp.web.frame.context import Context
from kgapp.web.frame.links import document_of
from kgapp.web.frame.published import not_found, published
from kgapp.web.http.answers import FRESH

blueprint = Blueprint("harvest", __name__)
EXPENSIVE = (
    *("/sparql?query=", "/sparql?*query=", "/search?", "/suggest", "/matrix/cell", "/between?", "/around?"),
    *("/wrong", "/changes/", "/metrics"),
    *("/api/q/", "/overview/list/", "/q?", "/snippets?", "/why?", "/workbench/"),
)
"""What crawlers are asked to leave: addresses that are computed for each request."""
FOR_ALL = (
    "/",
    "/search",
    "/questions",
    "/matrix",
    "/answers",
    "/between",
    "/districts",
    "/roadmap",
    "/overview",
)
FOR_USERS = (
    *(
        "/catalogue",
        "/changes",
        "/ns",
        "/ns/diagram",
        "/overview/schema",
        "/shapes",
        "/shapes/advice",
        "/quality",
    ),
    *("/sparql", "/api"),
)
DOCUMENTS = ("/docs/citing", "/docs/notebook", "/docs/operations", "/docs/benchmarks")
PAGES = (*FOR_ALL, *FOR_USERS, *DOCUMENTS)
OF_EDITION = ("read", "catalogue", "quality")
"""Pages that each edition has."""
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
CITY_GRAPHS = ("register", "external")
WHOLE_MAP = "pages"


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Everything may be read but what is computed for each request (RFC 9309)."""
    context: Context = current_app.extensions["kgapp"]
    lines = ["User-agent: *", *(f"Disallow: {request.script_root}{path}" for path in EXPENSIVE), "Allow: /"]
    if context.dataset() is not None:
        lines += ["", f"Sitemap: {_absolute('/sitemap.xml')}"]
    return _document("\n".join([*lines, ""]), "text/plain; charset=utf-8")


@blueprint.get("/llms.txt")
def for_language_models() -> Response:
    """What this is and how it is asked, in a page of Markdown."""
    known = published()
    text = render_template(
        "llms.txt",
        here=_absolute(""),
        base=known.dataset.base,
        release=known.versions(WHOLE)[0],
        disclaimer=DISCLAIMER,
        rights=DATASET_RIGHTS,
    )
    return _document(text, "text/markdown; charset=utf-8")


@blueprint.get("/.well-known/void")
def void() -> Response:
    """To the description of the dataset, in the form that is asked for there."""
    published()
    response = make_response(redirect(f"{request.script_root}/catalogue", 303))
    response.headers["Cache-Control"] = FRESH
    return response


@blueprint.get("/sitemap.xml")
def sitemap_index() -> Response:
    """The sitemaps: of the pages, of each city, of each edition."""
    index = ET.Element(f"{{{SITEMAP}}}sitemapindex")
    for name in _names(published().dataset):
        entry = ET.SubElement(index, f"{{{SITEMAP}}}sitemap")
        ET.SubElement(entry, f"{{{SITEMAP}}}loc").text = _absolute(f"/sitemap-{name}.xml")
    return _xml(index)


@blueprint.get("/sitemap-<name>.xml")
def sitemap(name: str) -> Response:
    """One sitemap. It lies at the root, because a sitemap lists what is below its own folder."""
    dataset = published().dataset
    if name not in _names(dataset):
        raise not_found(
            Message(f"サイトマップ「{name}」はありません。", f"There is no sitemap {name!r}."),
            Message("一覧は /sitemap.xml にあります。", "They are listed in /sitemap.xml."),
        )
    if name == WHOLE_MAP:
        context: Context = current_app.extensions["kgapp"]
        pages = [*PAGES, *(f"/questions/{question}" for question in context.questions)]
        return _xml(_urlset(f"{request.script_root}{path}" for path in pages))
    city, _, edition = name.partition("_")
    own = (f"{request.script_root}/{kind}/{city}/{edition}" for kind in OF_EDITION if edition)
    things = (document_of(thing, dataset.base) for thing in _things(dataset, city, edition))
    return _xml(_urlset([*own, *filter(None, things)]))


def _names(dataset: Dataset) -> list[str]:
    cities = sorted({edition.city for edition in dataset.editions})
    return [WHOLE_MAP, *cities, *sorted(f"{entry.city}_{entry.edition}" for entry in dataset.editions)]


def _things(dataset: Dataset, city: str, edition: str = "") -> Iterator[str]:
    """The IRIs of an edition's things, or of a city's; with that of its dataset."""
    context: Context = current_app.extensions["kgapp"]
    within = f"{dataset.base}id/{city}" + (f"/{edition}" if edition else "")
    query = context.page_queries["sitemap-edition" if edition else "sitemap-city"]
    yield f"{within}/dataset"
    for graph in ("asserted",) if edition else CITY_GRAPHS:
        results = query.run(context.source, {"graph": f"{within}/graph/{graph}"})
        assert isinstance(results, ox.QuerySolutions)
        yield from (row["thing"].value for row in results if isinstance(row["thing"], ox.NamedNode))


def _urlset(addresses: Iterable[str]) -> ET.Element:
    """Each address with those of its page in Japanese and in English."""
    urls = ET.Element(f"{{{SITEMAP}}}urlset")
    for path in dict.fromkeys(addresses):
        whole = request.host_url.rstrip("/") + path
        url = ET.SubElement(urls, f"{{{SITEMAP}}}url")
        ET.SubElement(url, f"{{{SITEMAP}}}loc").text = whole
        for lang, address in (("ja", f"{whole}?lang=ja"), ("en", f"{whole}?lang=en"), ("x-default", whole)):
            ET.SubElement(url, f"{{{XHTML}}}link", rel="alternate", hreflang=lang, href=address)
    return urls


def _absolute(path: str) -> str:
    return request.host_url.rstrip("/") + request.script_root + path


def _xml(root: ET.Element) -> Response:
    ET.register_namespace("", SITEMAP)
    ET.register_namespace("xhtml", XHTML)
    return _document(ET.tostring(root, encoding="utf-8", xml_declaration=True), "application/xml")


def _document(body: bytes | str, content_type: str) -> Response:
    response = make_response(body)
    response.content_type = content_type
    response.headers["Cache-Control"] = FRESH
    response.set_etag(hashlib.blake2b(response.get_data(), digest_size=16).hexdigest())
    response.make_conditional(request)
    return response
