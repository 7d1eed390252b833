"""The parts that the API's description is made of: schemas of answers and of refusals, parameters, headers.

Answers follow SPARQL 1.1 Query Results JSON Format (3 and 4), refusals RFC 9457.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from kgapp.errors import Message
from kgapp.results import BOOLEAN, JSON, JSON_LD, OFFERED, TABLE, MediaType
from kgapp.web.api import words
from kgapp.web.api.operations import Operation
from kgapp.web.http.problem import PROBLEM
from kgapp.web.questions.words import COLUMNS

Json = dict[str, Any]
Say = Callable[[Message], str]
_STRING: Json = {"type": "string"}
OF_JSON_LD: Json = {"type": ["object", "array"]}
"""An object, or a list of them (JSON-LD 1.1, 9)."""
_BOTH: Json = {
    "type": "object",
    "required": ["ja", "en"],
    "properties": {"ja": _STRING, "en": _STRING},
    "additionalProperties": False,
}


def reference(kind: str, name: str) -> Json:
    """A reference to a component."""
    return {"$ref": f"#/components/{kind}/{name}"}


def _object(required: str, **properties: Json) -> Json:
    return {"type": "object", "required": required.split(), "properties": properties}


def _array(items: Json) -> Json:
    return {"type": "array", "items": items}


SCHEMAS: Json = {
    "Words": _BOTH,
    "Term": {
        "type": "object",
        "required": ["type", "value"],
        "properties": {
            "type": {"enum": ["uri", "literal", "bnode"]},
            "value": _STRING,
            "xml:lang": _STRING,
            "datatype": {"type": "string", "format": "iri"},
        },
        "additionalProperties": False,
    },
    "Results": _object(
        "head",
        head={"type": "object", "properties": {"vars": _array(_STRING)}},
        boolean={"type": "boolean"},
        results=_object(
            "bindings",
            bindings=_array({"type": "object", "additionalProperties": reference("schemas", "Term")}),
        ),
    ),
    "Problem": _object(
        "type title status detail error remedy",
        type={"const": "about:blank"},
        title=_STRING,
        status={"type": "integer", "minimum": 400, "maximum": 599},
        detail=_STRING,
        error=reference("schemas", "Words"),
        remedy=reference("schemas", "Words"),
        limit=_STRING,
        near=_array(_object("value", value=_STRING, ja=_STRING, en=_STRING)),
    ),
    "Refusal": _object(
        "status error remedy",
        status={"type": "integer", "minimum": 400, "maximum": 599},
        error=reference("schemas", "Words"),
        remedy=reference("schemas", "Words"),
        limit=_STRING,
    ),
    "Values": _object(
        "operation parameter label any values",
        operation=_STRING,
        parameter=_STRING,
        label=reference("schemas", "Words"),
        any={"type": "boolean"},
        values=_array(
            _object("value ja en", value=_STRING, ja=_STRING, en=_STRING, iri=_STRING, names=_array(_STRING))
        ),
    ),
    "Catalogue": _object(
        "title rights license documentation openapi sparql tags queries",
        title=reference("schemas", "Words"),
        note=reference("schemas", "Words"),
        rights=reference("schemas", "Words"),
        license=_STRING,
        documentation=_STRING,
        openapi=_STRING,
        sparql=_STRING,
        tags={"type": "object", "additionalProperties": reference("schemas", "Words")},
        queries=_array(reference("schemas", "Query")),
    ),
    "Query": _object(
        "name title summary tags answer columns parameters links",
        name=_STRING,
        title=reference("schemas", "Words"),
        summary=reference("schemas", "Words"),
        tags=_array(_STRING),
        answer={"enum": list(OFFERED)},
        columns=_array(_object("name ja en", name=_STRING, ja=_STRING, en=_STRING)),
        parameters=_array(
            _object(
                "name type label default",
                name=_STRING,
                type={"enum": ["iri", "string"]},
                label=reference("schemas", "Words"),
                default=_STRING,
                values=_STRING,
                enum=_array(_STRING),
            )
        ),
        links=_object(
            "api example query form workbench",
            **dict.fromkeys(("api", "example", "query", "form", "workbench"), _STRING),
        ),
    ),
}
COMPONENTS: Json = {
    "schemas": SCHEMAS,
    "headers": {
        "ETag": {"description": "RFC 9110, 8.8.3", "schema": _STRING},
        "Link": {"description": "RFC 8288", "schema": _STRING},
        "Vary": {"description": "RFC 9110, 12.5.5", "schema": _STRING},
    },
}


def parameter(name: str, schema: Json, description: str, where: str = "query", needed: bool = False) -> Json:
    """A parameter of an address; one of its path is always needed."""
    return {
        "name": name,
        "in": where,
        "required": needed or where == "path",
        "description": description,
        "schema": schema,
    }


def answer_content(operation: Operation, say: Say) -> Json:
    """The answer of an operation in each of its forms."""
    return {form.types[0]: _in_form(form, operation, say) for form in operation.forms}


def _in_form(form: MediaType, operation: Operation, say: Say) -> Json:
    if form is JSON_LD:
        return {"schema": OF_JSON_LD}
    if form is not JSON:
        return {"schema": _STRING}
    if operation.kind == BOOLEAN:
        return {
            "schema": _object(
                "head boolean",
                head={"type": "object"},
                boolean={"type": "boolean", "description": say(words.TRUTH)},
            )
        }
    assert operation.kind == TABLE
    columns = {
        name: {**reference("schemas", "Term"), "description": say(COLUMNS[name])}
        for name in operation.columns
    }
    rows = {"type": "object", "properties": columns, "additionalProperties": False}
    head = _object("vars", vars={"const": list(operation.columns)})
    return {"schema": _object("head results", head=head, results=_object("bindings", bindings=_array(rows)))}


def refusals(statuses: Iterable[int]) -> Json:
    """The refusals that an operation may give."""
    return {str(status): reference("responses", f"Refused{status}") for status in statuses}


def responses_of_refusals(say: Say) -> Json:
    """Every refusal, for the components: problem details for who takes anything, and what a client may
    ask for instead."""
    content = {
        PROBLEM: {"schema": reference("schemas", "Problem")},
        "application/json": {"schema": reference("schemas", "Refusal")},
        "text/plain": {"schema": _STRING},
        "text/html": {"schema": _STRING},
    }
    return {
        f"Refused{status}": {"description": say(meaning), "content": content}
        for status, meaning in words.REFUSALS.items()
    }
