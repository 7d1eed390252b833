"""The SPARQL endpoint in the API's description: the query operation, by GET and by POST."""

from __future__ import annotations

from collections.abc import Callable

from kgapp.errors import Message
from kgapp.results import JSON, JSON_LD, OFFERED, PREFIXES
from kgapp.web.api import words
from kgapp.web.api.schemas import OF_JSON_LD, Json, parameter, reference, refusals
from kgapp.web.http.protocol import DIRECT, FORM

REFUSED = (400, 403, 405, 406, 413, 429, 503)
REFUSED_POSTED = (*REFUSED, 408, 415)
EXAMPLE = (
    f"PREFIX ccr: <{PREFIXES['ccr']}>\nSELECT ?s ?text WHERE {{ ?s ccr:text ?text }} ORDER BY ?s LIMIT 3"
)
_STRING: Json = {"type": "string"}


def sparql_path(say: Callable[[Message], str]) -> Json:
    """SPARQL 1.1 Protocol, 2.1: the query in the address, in a form, or as the body itself."""
    graphs: Json = {"type": "array", "items": {"type": "string", "format": "iri"}}
    dataset = [
        parameter("default-graph-uri", graphs, say(words.DEFAULT_GRAPH)),
        parameter("named-graph-uri", graphs, say(words.NAMED_GRAPH)),
        parameter("format", _STRING, say(words.FORMAT)),
    ]
    query = parameter("query", {"type": "string", "minLength": 1}, say(words.QUERY), needed=True)
    query["example"] = EXAMPLE
    form: Json = {
        "type": "object",
        "required": ["query"],
        "properties": {
            "query": _STRING,
            "default-graph-uri": graphs,
            "named-graph-uri": graphs,
            "format": _STRING,
        },
    }
    body: Json = {
        "required": True,
        "content": {
            DIRECT: {"schema": {"type": "string", "minLength": 1}, "example": EXAMPLE},
            FORM: {"schema": form, "example": {"query": EXAMPLE}},
        },
    }
    about: Json = {"summary": say(words.ASK), "description": say(words.ASK_MORE), "tags": ["sparql"]}
    answered = _answered(say)
    return {
        "get": {
            **about,
            "operationId": "sparql-get",
            "parameters": [query, *dataset],
            "responses": {
                **answered,
                "304": reference("responses", "Known"),
                **refusals(REFUSED),
            },
        },
        "post": {
            **about,
            "operationId": "sparql-post",
            "parameters": dataset,
            "requestBody": body,
            "responses": {**answered, **refusals(REFUSED_POSTED)},
        },
    }


def _answered(say: Callable[[Message], str]) -> Json:
    """An answer in any of the forms: of a table, of a truth value, of a graph."""
    content: Json = {form.types[0]: {"schema": _STRING} for forms in OFFERED.values() for form in forms}
    content[JSON.types[0]] = {"schema": reference("schemas", "Results")}
    content[JSON_LD.types[0]] = {"schema": OF_JSON_LD}
    return {
        "200": {
            "description": say(words.WHOLE),
            "headers": {name: reference("headers", name) for name in ("ETag", "Vary")},
            "content": content,
        }
    }
