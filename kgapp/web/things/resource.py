"""Every name answers: ``/id/<path>`` leads to the document about the thing, ``/doc/<path>`` is that
document in the form that is asked for (Cool URIs for the Semantic Web, 4.3; RFC 9110, 12).
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import partial

from flask import Blueprint, Response, current_app, redirect, render_template, request
from flask.blueprints import BlueprintSetupState
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from kgapp.describe import Description
from kgapp.results import PREFIXES, TURTLE
from kgapp.web.connections.pages import around_address
from kgapp.web.frame.context import Context
from kgapp.web.frame.documents import EXPOSED, EXTENSIONS, HTML, asked, respond, serialized
from kgapp.web.frame.keptpages import kept_by_form
from kgapp.web.frame.links import address_of, document_of
from kgapp.web.frame.names import Names
from kgapp.web.frame.paging import page_asked
from kgapp.web.http.render import language
from kgapp.web.quality.findings import findings_on
from kgapp.web.things.embedded import citation, project_json, schema_org, shown
from kgapp.web.things.page import read_page
from kgapp.web.things.things import HYDRA, Things, document_statements

blueprint = Blueprint("resource", __name__)
THINGS = "kgapp-things"
DESCRIBED_WITH = {
    **PREFIXES,
    "dcat": "http://www.w3.org/ns/dcat#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": HYDRA,
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "schema": "https://schema.org/",
    "sosa": "http://www.w3.org/ns/sosa/",
    "time": "http://www.w3.org/2006/time#",
}
FORM_NAMES = {
    "ttl": "Turtle",
    "jsonld": "JSON-LD",
    "nt": "N-Triples",
    "rdf": "RDF/XML",
    "trig": "TriG",
    "nq": "N-Quads",
}


@blueprint.record
def _set_up(state: BlueprintSetupState) -> None:
    state.app.extensions[THINGS] = Things(state.app.extensions["kgapp"])


@blueprint.get("/id/<path:path>")
def name(path: str) -> Response:
    """A thing is no document: its name leads to one (303)."""
    things = _things()
    address = document_of(things.require(path), things.dataset.base)
    assert address is not None
    given = f"?{request.query_string.decode('latin-1')}" if "lang" in request.args else ""
    response = redirect(address + given, 303)
    assert isinstance(response, Response)
    response.vary.add("Accept")
    response.headers["Access-Control-Expose-Headers"] = EXPOSED
    response.headers["Cache-Control"] = "public, max-age=60"
    return response


@blueprint.get("/doc/<path:path>")
@kept_by_form
def document(path: str) -> Response:
    """The document about a thing, in the form asked for."""
    things, context = _things(), _context()
    wanted = asked(path)
    number = page_asked()
    found = things.describe(wanted.path, number)
    base = things.dataset.base
    address = document_of(found.thing, base)
    assert address is not None
    query = f"?page={number}" if number > 1 else ""
    body: bytes | str
    if wanted.form is HTML:
        body = _page(things, found, address, query)
    else:
        quads = [*document_statements(found, base), *found.quads()]
        body = serialized(quads, wanted.form, context.terms, DESCRIBED_WITH)
    return respond(body, wanted, address, links=_links(found, address), query=query)


def _page(things: Things, found: Description, address: str, query: str) -> str:
    lang, dataset = language(), things.dataset
    names = Names(found, things.labels(), dataset.base, lang)
    it = read_page(found, names, lang, request.script_root)
    about = [*found.own, *found.references]
    repeated = shown(about)
    own_address = address_of(found.thing, dataset.base)
    document_iri = dataset.base + address.removeprefix(f"{request.script_root}/")
    return render_template(
        "thing.html",
        lang=lang,
        it=it,
        found=found,
        findings=findings_on(found.thing),
        around=around_address(found.thing),
        address=address,
        own_address=own_address,
        query=query,
        forms=[(extension, form.types[0]) for extension, form in EXTENSIONS.items() if form is not HTML],
        form_names=FORM_NAMES,
        page_address=partial(_page_address, address),
        schema_org=_in_script(schema_org(found, names, it.title, document_iri)),
        project=Markup(things.once(found, partial(_project, found))),  # noqa: S704 (made safe there)
        citation=citation(it.title, found.thing, dataset.digest, lang, datetime.now(UTC).date()),
        shortened=len(repeated) < len(about),
        turtle=serialized(repeated, TURTLE, _context().terms, DESCRIBED_WITH).decode(),
    )


def _project(found: Description) -> str:
    return _in_script(project_json(found, _context().terms))


def _page_address(address: str, number: int) -> str:
    chosen = request.args.get("lang", "")
    return f"{address}?page={number}" + (f"&lang={chosen}" if chosen in ("ja", "en") else "")


def _in_script(content: object) -> Markup:
    """JSON that cannot end the script element that it stands in."""
    return htmlsafe_json_dumps(content, dumps=partial(json.dumps, ensure_ascii=False))


def _links(found: Description, address: str) -> list[tuple[str, str]]:
    """The thing that a document is about, the words that it is written in, and the pages beside it."""
    root = request.script_root
    links = [
        (f"{root}/id/{address.removeprefix(f'{root}/doc/')}", "describes"),
        (f"{root}/ns", "describedby"),
    ]
    if found.pages > 1:
        links += [(f"{address}?page=1", "first"), (f"{address}?page={found.pages}", "last")]
    if found.page > 1:
        links.append((f"{address}?page={found.page - 1}", "prev"))
    if found.page < found.pages:
        links.append((f"{address}?page={found.page + 1}", "next"))
    return links


def _things() -> Things:
    things: Things = current_app.extensions[THINGS]
    return things


def _context() -> Context:
    context: Context = current_app.extensions["kgapp"]
    return context
