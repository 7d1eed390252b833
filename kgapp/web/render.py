"""Renders errors, in one place, in the form that the client asked for."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Response, jsonify, make_response, render_template, request

from kgapp.errors import KgappError
from kgapp.rights import DATASET_RIGHTS, DISCLAIMER
from kgapp.web.failures import RDF_TYPES, SUFFIXES, as_rdf

SITE = {"ja": "地域包括ケアロードマップ知識グラフ", "en": "Knowledge graph of community-care roadmaps"}
FORMS = ("text/plain", "application/json", "text/html")
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""On every answer, errors too."""


def language() -> str:
    """``ja`` or ``en``: the ``lang`` parameter, else what the browser prefers; Japanese first."""
    asked = request.args.get("lang", "")
    if asked in ("ja", "en"):
        return asked
    return request.accept_languages.best_match(["ja", "en"], default="ja")


def frame() -> dict[str, Any]:
    """What the frame of every page says."""
    lang = language()
    return {
        "site_name": SITE[lang],
        "site_disclaimer": DISCLAIMER[lang],
        "site_rights": DATASET_RIGHTS[lang],
        "in_language": _in_language,
    }


def _in_language(code: str) -> str:
    """This page in a language, with all else that its address asks."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"?{urlencode([*kept, ('lang', code)])}"


def render_error(error: KgappError) -> Response:
    """What went wrong and how to mend it, as text, JSON or a page."""
    response = _in_form(error)
    if (seconds := getattr(error, "retry_after", None)) is not None:
        response.headers["Retry-After"] = str(seconds)
    response.vary.update(["Accept", "Accept-Language"])
    return response


def _form() -> str:
    """The media type in which an error is told: the form that the address names, else what Accept
    prefers. At the endpoint RDF would pass for an answer to a query."""
    if request.path == "/sparql":
        return request.accept_mimetypes.best_match(FORMS, default="text/plain")
    suffix = request.path.rpartition(".")[2]
    named = SUFFIXES.get(suffix) or ("text/html" if suffix == "html" else "")
    return named or request.accept_mimetypes.best_match([*FORMS, *RDF_TYPES], default="text/plain")


def _in_form(error: KgappError) -> Response:
    form = _form()
    if form in RDF_TYPES:
        response = make_response(as_rdf(error, form), error.status)
        response.content_type = RDF_TYPES[form].content_type
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
