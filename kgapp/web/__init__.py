"""The web half: an application over one source of answers, read-only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from kgapp.config import Settings
from kgapp.dataset import Dataset
from kgapp.errors import KgappError, Message
from kgapp.home import Home
from kgapp.jsonld import read_context
from kgapp.queryfile import read_queries
from kgapp.question import Parser
from kgapp.web.api import pages as api
from kgapp.web.citing import pages as citing_pages
from kgapp.web.connections import pages as connection_pages
from kgapp.web.datasets import catalogue, changes, dumps, harvest
from kgapp.web.frame import pages
from kgapp.web.frame.context import Context
from kgapp.web.frame.places import frame
from kgapp.web.http.render import HEADERS, PREFLIGHT, render_error, without_nul
from kgapp.web.matrix import pages as matrix_pages
from kgapp.web.overview import pages as overview_pages
from kgapp.web.progress import pages as progress_pages
from kgapp.web.quality import pages as quality
from kgapp.web.quality import wrong
from kgapp.web.questions import pages as question_pages
from kgapp.web.reader import pages as reader_pages
from kgapp.web.search import pages as search
from kgapp.web.things import resource
from kgapp.web.views import company_view, district_pages, landing, roadmap_pages, year_view
from kgapp.web.vocabulary import addresses as vocabulary
from kgapp.web.why import pages as why
from kgapp.web.workbench import editing, emptiness
from kgapp.web.workbench import pages as workbench


def create_app(
    source: Parser, dataset: Callable[[], Dataset | None], home: Home, settings: Settings
) -> Flask:
    """The pages over a source, with the queries of ``home``; ``dataset`` gives the built dataset
    that is served, or nothing where other data are."""
    app = Flask(__name__)
    app.url_map.merge_slashes = False  # a name with two slashes is another name
    # Absent where an editable install met no npm (hatch_build.py).
    built = Path(app.static_folder or "", "built")
    app.jinja_env.globals["built"] = frozenset(path.name for path in built.glob("*"))
    app.extensions["kgapp"] = Context(
        source=source,
        dataset=dataset,
        limits=settings.limits,
        questions=read_queries(home.queries / "questions"),
        page_queries=read_queries(home.queries / "pages"),
        terms=read_context(home.ontology / "context.jsonld"),
        checks=read_queries(home.queries / "checks"),
        report_to=settings.report_to,
    )
    trace = (matrix_pages, progress_pages, reader_pages, connection_pages)
    staff = (landing, question_pages, district_pages, roadmap_pages, company_view, year_view)
    linked_data = (resource, why, vocabulary, quality, wrong, catalogue, changes, dumps, harvest)
    research = (workbench, emptiness, api, citing_pages, overview_pages)
    for part in (pages, *trace, *staff, *linked_data, *research):
        app.register_blueprint(part.blueprint)
    search.register(app)
    editing.register(app, read_queries(home.queries / "templates"))
    app.register_error_handler(KgappError, render_error)
    app.register_error_handler(HTTPException, _render_http_error)
    app.after_request(_add_headers)
    app.after_request(without_nul)
    app.context_processor(lambda: frame(dataset() is not None))
    return app


def _render_http_error(error: HTTPException) -> Response:
    known = KgappError(
        Message(f"{request.path}: {error.name}", f"{request.path}: {error.name}"),
        Message("入口は / と /sparql です。", "The entrances are / and /sparql."),
    )
    known.status = error.code or 500
    response = render_error(known)
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.method == "OPTIONS" and (allowed := response.headers.get("Allow")):
        methods = ", ".join(sorted(name.strip() for name in allowed.split(",")))
        response.headers.update({"Allow": methods, "Access-Control-Allow-Methods": methods, **PREFLIGHT})
    return response
