"""Renders errors, in one place, in the form that the client asked for."""

from __future__ import annotations

from flask import Response, jsonify, make_response, render_template, request

from kgapp.errors import KgappError
from kgapp.web.http.failures import RDF_TYPES, SUFFIXES, as_rdf
from kgapp.web.http.operations import is_of_api
from kgapp.web.http.problem import PROBLEM, as_problem

FORMS = ("text/plain", "application/json", "text/html")
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""On every answer, errors too."""


def language() -> str:
    """``ja`` or ``en``: the ``lang`` parameter, else what the browser prefers; Japanese first."""
    asked = request.args.get("lang", "")
    if asked in ("ja", "en"):
        return asked
    return request.accept_languages.best_match(["ja", "en"], default="ja")


def render_error(error: KgappError) -> Response:
    """What went wrong and how to mend it, as text, JSON or a page."""
    response = _in_form(error)
    if (seconds := getattr(error, "retry_after", None)) is not None:
        response.headers["Retry-After"] = str(seconds)
    response.vary.update(["Accept", "Accept-Language"])
    return response


def _form() -> str:
    """The media type in which an error is told: what Accept prefers, and for a client that takes
    anything the form that the address of a document names. At the endpoint RDF would pass for an
    answer to a query."""
    if is_of_api(request.path):
        return request.accept_mimetypes.best_match([PROBLEM, *FORMS], default=PROBLEM)
    if request.path == "/sparql":
        return request.accept_mimetypes.best_match(FORMS, default="text/plain")
    suffix = "" if request.path.startswith("/id/") else request.path.rpartition(".")[2]
    named = SUFFIXES.get(suffix) or ("text/html" if suffix == "html" else "")
    if named and request.headers.get("Accept", "*/*") == "*/*" and not request.path.startswith("/dump/"):
        return named
    return request.accept_mimetypes.best_match([*FORMS, *RDF_TYPES], default="text/plain")


def _in_form(error: KgappError) -> Response:
    form = _form()
    if form in RDF_TYPES:
        response = make_response(as_rdf(error, form), error.status)
        response.content_type = RDF_TYPES[form].content_type
        return response
    if form == PROBLEM:
        response = make_response(as_problem(error, language()), error.status)
        response.content_type = PROBLEM
        response.headers["Content-Language"] = language()
        return response
    if form == "text/html":
        page = render_template("error.html", error=error, lang=language())
        return make_response(page, error.status)
    if form == "application/json":
        body = {
            "status": error.status,
            "error": {"ja": error.what.ja, "en": error.what.en},
            "remedy": {"ja": error.remedy.ja, "en": error.remedy.en},
        }
        if limit := getattr(error, "limit", ""):
            body["limit"] = limit
        return make_response(jsonify(body), error.status)
    lines = [error.what.ja, error.remedy.ja, "", error.what.en, error.remedy.en, ""]
    response = make_response("\n".join(lines), error.status)
    response.content_type = "text/plain; charset=utf-8"
    return response
