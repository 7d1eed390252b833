"""The pages and documents of the API: what there is, its description, the text and the values of each
operation. The answers themselves are the front's (``http.operations``), asked like any query.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, make_response, request
from flask.blueprints import BlueprintSetupState

from kgapp.errors import Message
from kgapp.queryfile import Parameter
from kgapp.rights import DATASET_RIGHTS, DISCLAIMER, LICENSE
from kgapp.web.api.asking import EXTENSION, bind, once, operations
from kgapp.web.api.openapi import Catalogue, describe_api
from kgapp.web.api.operations import PATH, Operation, operation_named, read_operations, require_catalogue
from kgapp.web.api.values import FEW, Offers, values_of
from kgapp.web.frame.context import Context
from kgapp.web.frame.examples import TAGS, edit_address, grouped, tagged
from kgapp.web.frame.keptpages import kept
from kgapp.web.http.operations import API
from kgapp.web.http.protocol import DIRECT
from kgapp.web.http.render import language
from kgapp.web.questions.forms import takes_words
from kgapp.web.questions.words import COLUMNS
from kgapp.web.trace.frame import current_traces, keep_traces, trace_page

blueprint = Blueprint("api", __name__)
blueprint.record(keep_traces)
OPENAPI = "application/vnd.oai.openapi+json"
PROFILE = "https://www.rfc-editor.org/info/rfc9727"


@blueprint.record
def _keep_operations(state: BlueprintSetupState) -> None:
    context: Context = state.app.extensions["kgapp"]
    state.app.extensions[EXTENSION] = read_operations(context.questions)


@blueprint.get(API)
@kept
def documentation() -> Response:
    """How the API is used, and every operation with its parameters and columns."""
    context: Context = current_app.extensions["kgapp"]
    there = context.dataset() is not None
    groups = _groups(context) if there else []
    return trace_page("api.html", groups=groups, there=there, columns=COLUMNS)


@blueprint.get(f"{API}/openapi.json")
@kept
def openapi() -> Response:
    """The description for programs (OpenAPI 3.1), in the language asked for."""
    once(request.query_string.decode("latin-1"), ("lang",))
    context: Context = current_app.extensions["kgapp"]
    dataset = context.dataset()
    there = None
    if dataset:
        there = Catalogue(tuple(operations().values()), Offers(current_traces().trace()))
    version = dataset.digest[:12] if dataset else "0"
    server = request.host_url.rstrip("/") + request.script_root
    response = _json(describe_api(there, language(), server, version), OPENAPI)
    response.vary.add("Accept-Language")
    return response


@blueprint.get(PATH)
@kept
def catalogue() -> Response:
    """Every operation, or those with a tag: titles, tags, parameters, columns, links."""
    context: Context = current_app.extensions["kgapp"]
    require_catalogue(context)
    given = once(request.query_string.decode("latin-1"), ("tag", "lang"))
    queries = tagged(context.questions, given.get("tag", ""))
    offers = Offers(current_traces().trace())
    return _json(
        {
            "title": {"ja": "問いの一覧", "en": "Catalogue of queries"},
            "note": DISCLAIMER,
            "rights": DATASET_RIGHTS,
            "license": str(LICENSE),
            "documentation": _absolute(API),
            "openapi": _absolute(f"{API}/openapi.json"),
            "sparql": _absolute("/sparql"),
            "tags": {tag: vars(words) for tag, words in TAGS.items()},
            "queries": [_about(operations()[name], offers) for name in queries],
        }
    )


@blueprint.get(f"{PATH}/<name>.rq")
@kept
def text(name: str) -> Response:
    """The SPARQL of an operation with its parameters in it, as it is run."""
    require_catalogue(current_app.extensions["kgapp"])
    operation = operation_named(operations(), name)
    given = once(request.query_string.decode("latin-1"), operation.parameters)
    bound = bind(operation, given)
    response = make_response(bound.text)
    response.content_type = f"{DIRECT}; charset=utf-8"
    response.headers["Link"] = (
        f'<{bound.address(request.script_root)}>; rel="related", <{LICENSE}>; rel="license"'
    )
    return response


@blueprint.get(f"{PATH}/<name>/values/<parameter>")
@kept
def values(name: str, parameter: str) -> Response:
    """What a parameter of an operation takes, with the words for it."""
    require_catalogue(current_app.extensions["kgapp"])
    operation = operation_named(operations(), name)
    once(request.query_string.decode("latin-1"), ("lang",))
    one = operation.parameter(parameter)
    found = values_of(one, current_traces().trace())
    return _json(
        {
            "operation": operation.name,
            "parameter": one.name,
            "label": vars(one.label),
            "any": takes_words(one),
            "values": [value.about() for value in found],
        }
    )


@blueprint.get("/.well-known/api-catalog")
@kept
def api_catalog() -> Response:
    """Where the APIs of this host are described (RFC 9727), as a link set (RFC 9264)."""
    described = {
        "service-desc": [{"href": _absolute(f"{API}/openapi.json"), "type": OPENAPI}],
        "service-doc": [{"href": _absolute(API), "type": "text/html"}],
    }
    apis = [_absolute("/sparql")]
    if current_app.extensions["kgapp"].dataset() is not None:
        apis.append(_absolute(PATH))
    listing = {"anchor": request.base_url, "item": [{"href": address} for address in apis]}
    linkset = {"linkset": [listing, *({"anchor": address, **described} for address in apis)]}
    return _json(linkset, f'application/linkset+json; profile="{PROFILE}"')


def _groups(context: Context) -> list[tuple[Message, list[dict[str, Any]]]]:
    offers = Offers(current_traces().trace())
    return [
        (heading, [_shown(operations()[query.name], offers) for query in queries])
        for heading, queries in grouped(context.questions)
    ]


def _about(operation: Operation, offers: Offers) -> dict[str, Any]:
    query = operation.query
    example = _example(query.parameters, offers)
    return {
        "name": query.name,
        "title": vars(query.title),
        "summary": vars(query.summary),
        "tags": list(query.tags),
        "answer": operation.kind,
        "columns": [{"name": name, **vars(COLUMNS[name])} for name in operation.columns],
        "parameters": [_parameter(operation, one, offers) for one in query.parameters],
        "links": {
            "api": _absolute(operation.path),
            "example": _absolute(operation.path, example),
            "query": _absolute(f"{operation.path}.rq"),
            "form": _absolute(f"/questions/{query.name}"),
            "workbench": _absolute(edit_address(query)),
        },
    }


def _example(parameters: Iterable[Parameter], offers: Offers) -> dict[str, str]:
    """Values with which an operation can be called; none for what these data have no value of."""
    return {one.name: default for one in parameters if (default := offers.default(one))}


def _parameter(operation: Operation, one: Parameter, offers: Offers) -> dict[str, Any]:
    found = offers.values(one)
    told = {"name": one.name, "type": one.type, "label": vars(one.label), "default": offers.default(one)}
    if found:
        told["values"] = _absolute(f"{operation.path}/values/{one.name}")
    if 0 < len(found) <= FEW:
        told["enum"] = [value.value for value in found]
    return told


def _shown(operation: Operation, offers: Offers) -> dict[str, Any]:
    """An operation for the page."""
    example = _example(operation.query.parameters, offers)
    query = f"?{urlencode(example, safe='/:')}" if example else ""
    return {
        "operation": operation,
        "parameters": [(one, len(offers.values(one))) for one in operation.query.parameters],
        "query": query,
        "edit": edit_address(operation.query),
    }


def _absolute(path: str, asked: dict[str, str] | None = None) -> str:
    query = f"?{urlencode(asked, safe='/:')}" if asked else ""
    return f"{request.host_url.rstrip('/')}{request.script_root}{path}{query}"


def _json(content: Any, content_type: str = "application/json") -> Response:
    indent = None if content_type == OPENAPI else 1
    response = make_response(json.dumps(content, ensure_ascii=False, indent=indent) + "\n")
    response.content_type = content_type
    return response
