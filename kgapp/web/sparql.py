"""``/sparql``: the query part of the SPARQL 1.1 Protocol, read-only (2.1)."""

from __future__ import annotations

from urllib.parse import parse_qs

from flask import Blueprint, Response, current_app, request

from kgapp.errors import Message, QueryRefused
from kgapp.results import MediaType, by_name, not_acceptable, offered, serialize
from kgapp.store import Results
from kgapp.web.pages import Context

blueprint = Blueprint("sparql", __name__)
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"


@blueprint.route("/sparql", methods=["GET", "POST"])
def answer() -> Response:
    """The answer to a query by GET, by form POST or by direct POST."""
    given = _parameters()
    context: Context = current_app.extensions["kgapp"]
    results = context.store.query(
        _query_text(given),
        default_graphs=given.get("default-graph-uri", ()),
        named_graphs=given.get("named-graph-uri", ()),
    )
    form = _form(results, given)
    try:
        body = serialize(results, form)
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryRefused(
            Message(f"問い合わせの途中で止まりました: {error}", f"The query failed while it ran: {error}"),
            Message("問い合わせを見直してください。", "Look at the query again."),
        ) from error
    response = Response(body, content_type=form.content_type)
    response.vary.add("Accept")
    return response


def _parameters() -> dict[str, list[str]]:
    """The protocol's parameters from address and body; other encodings than UTF-8 are refused."""
    try:
        given = parse_qs(request.query_string.decode("ascii"), keep_blank_values=True, errors="strict")
        if request.method == "GET":
            return given
        body = request.get_data().decode("utf-8")
        if request.mimetype == FORM:
            for name, values in parse_qs(body, keep_blank_values=True, errors="strict").items():
                given.setdefault(name, []).extend(values)
        elif request.mimetype == DIRECT:
            given.setdefault("query", []).append(body)
        elif request.mimetype == UPDATE:
            given["update"] = [body]
        else:
            raise _unsupported(request.mimetype)
    except UnicodeDecodeError as error:
        raise QueryRefused(
            Message("UTF-8として読めません。", "This is not UTF-8."),
            Message("問い合わせをUTF-8で送ってください。", "Send the query in UTF-8."),
        ) from error
    return given


def _query_text(given: dict[str, list[str]]) -> str:
    if "update" in given:
        raise QueryRefused(
            Message("更新は受け付けません。", "Updates are refused; this dataset is read-only."),
            Message("queryで問い合わせてください。", "Ask with query."),
            status=403,
        )
    queries = given.get("query", [])
    if len(queries) != 1:
        raise QueryRefused(
            Message(
                f"queryが{len(queries)}個あります（1個であるべき）。",
                f"There are {len(queries)} query parameters; there must be one.",
            ),
            Message("例: /sparql?query=SELECT…", "For example /sparql?query=SELECT…"),
        )
    return queries[0]


def _form(results: Results, given: dict[str, list[str]]) -> MediaType:
    if names := given.get("format") or given.get("output"):
        return by_name(results, names[0])
    forms = {kind: form for form in reversed(offered(results)) for kind in form.types}
    preferred = [form.types[0] for form in offered(results)]
    others = [kind for kind in forms if kind not in preferred]
    if not request.accept_mimetypes:
        return forms[preferred[0]]
    best = request.accept_mimetypes.best_match([*preferred, *others])
    if best is None:
        raise not_acceptable(results)
    return forms[best]


def _unsupported(kind: str) -> QueryRefused:
    return QueryRefused(
        Message(
            f"「{kind}」の問い合わせは読めません。", f"A query sent as {kind or 'nothing'} cannot be read."
        ),
        Message(f"{FORM} か {DIRECT} で送ってください。", f"Send it as {FORM} or {DIRECT}."),
        status=415,
    )
