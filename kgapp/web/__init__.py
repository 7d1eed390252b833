"""The web half: an application over one dataset, read-only.

``create_app`` is given a store; ``serving_app`` is what the production server calls, with the
dataset's folder in the environment.
"""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from kgapp.dataset import read_dataset
from kgapp.errors import KgappError, Message
from kgapp.home import Home, find_home
from kgapp.queryfile import read_queries
from kgapp.store import Store
from kgapp.web import pages, sparql
from kgapp.web.render import render_error

BUILD_FOLDER = "KGAPP_BUILD"
MAX_BODY = 1_000_000
"""Bytes that a request may carry."""

HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
}


def create_app(store: Store, home: Home) -> Flask:
    """The application over a store, with the queries of ``home``."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.extensions["kgapp"] = pages.Context(
        store=store,
        questions=read_queries(home.queries / "questions"),
        page_queries=read_queries(home.queries / "pages"),
    )
    app.register_blueprint(sparql.blueprint)
    app.register_blueprint(pages.blueprint)
    app.register_error_handler(KgappError, render_error)
    app.register_error_handler(HTTPException, _render_http_error)
    app.after_request(_add_headers)
    return app


def serving_app() -> Flask:
    """The application for the production server: loads the dataset that a build left."""
    home = find_home()
    folder = Path(os.environ.get(BUILD_FOLDER, home.build))
    return create_app(Store(read_dataset(folder)), home)


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
    return response
