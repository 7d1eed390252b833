"""Renders errors, in one place, in the form that the client asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from flask import Response, jsonify, make_response, render_template, request

from kgapp.errors import KgappError, Message
from kgapp.rights import DATASET_RIGHTS, DISCLAIMER
from kgapp.web.failures import RDF_TYPES, SUFFIXES, as_rdf

Place = tuple[str, Message, bool]
SITE = {"ja": "地域包括ケアロードマップ知識グラフ", "en": "Knowledge graph of community-care roadmaps"}
FORMS = ("text/plain", "application/json", "text/html")
PLACES = (
    ("/", Message("最初のページ", "Home"), False),
    ("/search", Message("さがす", "Search"), True),
    ("/questions", Message("よくある問い", "Questions"), True),
    ("/matrix", Message("関わりの表", "Who stands where"), True),
    ("/answers", Message("課題から答えへ", "Issue to answer"), True),
    ("/between", Message("つながり", "Connections"), True),
    ("/districts", Message("地区", "Districts"), True),
    ("/roadmap", Message("工程表", "Roadmap"), True),
    ("/read", Message("資料を読む", "Read the paper"), True),
)
"""Where every page leads to, and whether that is there only with a dataset of ours."""
DATA_PLACES = (
    ("/sparql", Message("SPARQL", "SPARQL"), False),
    ("/catalogue", Message("データの入手", "Data"), True),
    ("/ns", Message("語彙", "Vocabulary"), True),
    ("/quality", Message("品質", "Quality"), True),
    ("/changes", Message("変更", "Changes"), True),
    ("/docs/operations", Message("運用", "Operations"), False),
)
"""The same for those who work with the data: at the foot of every page."""
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
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


def frame(of_dataset: bool) -> dict[str, Any]:
    """What the frame of every page says; ``of_dataset`` is false where other data are served."""
    lang = language()
    return {
        "site_name": SITE[lang],
        "places": _there(PLACES, lang, of_dataset),
        "data_places": _there(DATA_PLACES, lang, of_dataset),
        "of_dataset": of_dataset,
        "site_disclaimer": DISCLAIMER[lang],
        "site_rights": DATASET_RIGHTS[lang],
        "in_language": _in_language,
    }


def _there(places: Iterable[Place], lang: str, of_dataset: bool) -> list[tuple[str, str]]:
    return [(path, getattr(name, lang)) for path, name, ours in places if of_dataset or not ours]


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
    """The media type in which an error is told: what Accept prefers, and for a client that takes
    anything the form that the address of a document names. At the endpoint RDF would pass for an
    answer to a query."""
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
