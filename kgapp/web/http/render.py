"""Renders errors, in one place, in the form that the client asked for."""

from __future__ import annotations

from flask import Response, jsonify, make_response, render_template, request

from kgapp.errors import KgappError, Message
from kgapp.results import MediaType, preferred
from kgapp.web.http.failures import RDF_TYPES, SUFFIXES, as_rdf
from kgapp.web.http.operations import is_of_api
from kgapp.web.http.problem import PROBLEM, as_problem

FORMS = tuple(MediaType(name, (name,), None) for name in ("text/plain", "application/json", "text/html"))
OF_DOCUMENTS = (*FORMS, *(MediaType(name, (name,), form.format) for name, form in RDF_TYPES.items()))
OF_API = (MediaType(PROBLEM, (PROBLEM,), None), *FORMS)
TITLES = {
    400: Message("読めない求め", "A request that cannot be read"),
    403: Message("受け付けない求め", "Refused"),
    404: Message("見つかりません", "Not found"),
    405: Message("その方法では求められません", "Not by this method"),
    406: Message("その形式はありません", "No such form"),
    408: Message("時間がかかりすぎました", "It took too long"),
    410: Message("なくなりました", "No longer here"),
    412: Message("別のものになっています", "It is another by now"),
    413: Message("大きすぎます", "Too large"),
    414: Message("アドレスが長すぎます", "The address is too long"),
    415: Message("読めない形式です", "A form that cannot be read"),
    416: Message("範囲の外です", "Beyond its end"),
    429: Message("求めが多すぎます", "Too many requests"),
    500: Message("こちらの不具合です", "A fault of this program"),
    501: Message("知らない方法です", "An unknown method"),
    503: Message("いまは答えられません", "No answer at present"),
    504: Message("時間内に答えられません", "No answer in time"),
}
"""What an error is called, by its status."""
OTHER = Message("答えられません", "There is no answer")
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""On every answer, errors too."""
PREFLIGHT = {
    "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type, "
    "If-Match, If-None-Match, If-Range, Range",
    "Access-Control-Max-Age": "86400",
}
"""What scripts of other hosts may send (Fetch, CORS): with the methods of Allow."""


def language() -> str:
    """``ja`` or ``en``: the ``lang`` parameter, else what the browser prefers; Japanese first."""
    asked = request.args.get("lang", "")
    if asked in ("ja", "en"):
        return asked
    return request.accept_languages.best_match(["ja", "en"], default="ja")


def without_nul(response: Response) -> Response:
    """A page without the one character that HTML cannot hold: in its place stands what a browser would put
    there (HTML, 13.2.3.5), wherever on the page something repeats what was sent."""
    if response.mimetype == "text/html" and not response.direct_passthrough:
        content = response.get_data()
        if b"\0" in content:
            response.set_data(content.replace(b"\0", "\N{REPLACEMENT CHARACTER}".encode()))
    return response


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
    accept = request.headers.get("Accept", "")
    if is_of_api(request.path):
        return _preferred(accept, OF_API)
    if request.path == "/sparql":
        return _preferred(accept, FORMS)
    suffix = "" if request.path.startswith("/id/") else request.path.rpartition(".")[2]
    named = SUFFIXES.get(suffix) or ("text/html" if suffix == "html" else "")
    if named and accept.strip() in ("", "*/*", "*") and not request.path.startswith("/dump/"):
        return named
    return _preferred(accept, OF_DOCUMENTS)


def _preferred(accept: str, forms: tuple[MediaType, ...]) -> str:
    """An error is told in some form, whatever a client takes."""
    return (preferred(accept, forms) or forms[0]).name


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
        title = TITLES.get(error.status, OTHER)
        page = render_template("error.html", error=error, title=title, lang=language())
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
