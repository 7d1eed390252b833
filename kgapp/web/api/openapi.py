"""The description of the API for programs: OpenAPI 3.1, derived from the query files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kgapp.errors import Message
from kgapp.queryfile import Parameter
from kgapp.results import OFFERED, TABLE
from kgapp.rights import DATASET_RIGHTS, DISCLAIMER, LICENSE
from kgapp.web.api import words
from kgapp.web.api.operations import MOST_ROWS, PAGING, PATH, Operation
from kgapp.web.api.schemas import (
    COMPONENTS,
    Json,
    answer_content,
    parameter,
    reference,
    refusals,
    responses_of_refusals,
)
from kgapp.web.api.sparql import sparql_path
from kgapp.web.api.values import FEW, LONGEST_IRI, Value
from kgapp.web.frame.examples import TAGS
from kgapp.web.http.operations import API
from kgapp.web.questions.forms import LONGEST_WORD

VERSION = "3.1.0"
EXAMPLES = 3
"""Values that stand as examples where there are too many to list."""
REFUSED = (400, 404, 405, 406, 413, 429, 503)


@dataclass(frozen=True)
class Told:
    """An operation with what its parameters take: by name the example, and the values (none: any)."""

    operation: Operation
    values: Mapping[str, tuple[str, tuple[Value, ...]]]


def describe_api(told: Sequence[Told], lang: str, server: str, version: str) -> Json:
    """The document of what a server offers at an address, in a language; ``version`` is the data's.
    Without operations it describes the endpoint alone, and says why."""
    say = _Speaker(lang)
    names = [one.operation.name for one in told]
    about = [words.DESCRIPTION if told else words.OF_OTHER_DATA]
    own = (
        {**_catalogue_paths(say, names), **{o.operation.path: _path(say, server, o) for o in told}}
        if told
        else {}
    )
    return {
        "openapi": VERSION,
        "info": {
            "title": say(words.TITLE),
            "version": version,
            "description": "\n\n".join([*map(say, about), DISCLAIMER[lang], DATASET_RIGHTS[lang]])
            if told
            else say(about[0]),
            **({"license": {"name": "CC BY 4.0", "url": str(LICENSE)}} if told else {}),
        },
        "servers": [{"url": server}],
        "externalDocs": {"url": f"{server}{API}"},
        "tags": _tags(say, told),
        "paths": {"/sparql": sparql_path(say), **own},
        "components": {
            **COMPONENTS,
            "parameters": _shared(say),
            "responses": {**responses_of_refusals(say), "Known": {"description": say(words.NOT_MODIFIED)}},
        },
    }


class _Speaker:
    """Says messages in one language."""

    def __init__(self, lang: str) -> None:
        self._lang = lang

    def __call__(self, message: Message, **given: str) -> str:
        said: str = getattr(message, self._lang)
        return said.format(**given) if given else said


def _tags(say: _Speaker, told: Sequence[Told]) -> list[Json]:
    used = {tag for one in told for tag in one.operation.query.tags}
    own = [{"name": "catalogue", "description": say(words.CATALOGUE)}] if told else []
    listed = [{"name": tag, "description": say(TAGS[tag])} for tag in TAGS if tag in used]
    return [{"name": "sparql", "description": say(words.SPARQL)}, *own, *listed]


def _path(say: _Speaker, server: str, told: Told) -> Json:
    """A question as an operation; what else there is of it is at ``server`` too."""
    operation = told.operation
    query = operation.query
    own = [_parameter(say, server + operation.path, one, *told.values[one.name]) for one in query.parameters]
    return {
        "get": {
            "operationId": query.name,
            "summary": say(query.title),
            "description": say(query.summary),
            "tags": list(query.tags),
            "externalDocs": {"url": f"{server}/questions/{query.name}"},
            "parameters": [*own, *_general(operation)],
            "responses": {
                "200": {
                    "description": say(words.WHOLE),
                    "headers": {name: reference("headers", name) for name in ("ETag", "Link", "Vary")},
                    "content": answer_content(operation, say),
                },
                "304": reference("responses", "Known"),
                **refusals(REFUSED),
            },
        }
    }


def _shared(say: _Speaker) -> Json:
    """The parameters that operations share, by their names among the components."""
    number: Json = {"type": "integer", "minimum": 0, "maximum": MOST_ROWS}
    languages: Json = {"type": "string", "enum": ["ja", "en"]}
    forms = {
        f"format-{kind}": parameter(
            "format", {"type": "string", "enum": [f.name for f in offered]}, say(words.FORMAT)
        )
        for kind, offered in OFFERED.items()
    }
    return {
        "limit": parameter("limit", number, say(words.LIMIT)),
        "offset": parameter("offset", number, say(words.OFFSET)),
        "lang": parameter("lang", languages, say(words.LANGUAGE)),
        **forms,
    }


def _general(operation: Operation) -> list[Json]:
    """Which of the shared parameters an operation takes."""
    names = (*(PAGING if operation.kind == TABLE else ()), f"format-{operation.kind}", "lang")
    return [reference("parameters", name) for name in names]


def _parameter(say: _Speaker, address: str, one: Parameter, default: str, offers: Sequence[Value]) -> Json:
    """A parameter of a question: all its values where they are few, else where they are listed."""
    label, listed = say(one.label), f"{address}/values/{one.name}"
    schema: Json = {"type": "string", "minLength": 1, "default": default}
    if not offers:
        schema["maxLength"] = LONGEST_WORD
        return parameter(one.name, schema, f"{label}: {say(words.OF_WORD)}")
    if len(offers) <= FEW and not offers[0].iri:
        schema = {"type": "string", "enum": [value.value for value in offers], "default": default}
        said = "\n".join(f"- `{value.value}` {say(value.label)}" for value in offers)
        return parameter(one.name, schema, f"{label}\n\n{said}")
    how = words.OF_THING if one.type == "iri" else words.OF_PASSAGE
    schema["maxLength"] = LONGEST_IRI if one.type == "iri" else LONGEST_WORD
    told = parameter(one.name, schema, f"{label}: {say(how, values=listed)}")
    shown = [value for value in offers if value.value == default] + list(offers)
    told["examples"] = {
        value.value.rpartition("/")[2]: {"summary": say(value.label), "value": value.value}
        for value in shown[:EXAMPLES]
    }
    return told


def _catalogue_paths(say: _Speaker, names: Sequence[str]) -> Json:
    """What tells of the operations: the list, the text of each, the values of parameters."""
    name = parameter("name", {"type": "string", "enum": list(names)}, say(words.NAME), where="path")
    which = parameter("parameter", {"type": "string", "minLength": 1}, say(words.PARAMETER), where="path")
    language = reference("parameters", "lang")
    bound = parameter(
        "bound", {"type": "object", "additionalProperties": {"type": "string"}}, say(words.BOUND)
    )
    tag = parameter("tag", {"type": "string", "enum": list(TAGS)}, say(words.TAG))
    text = {"application/sparql-query": {"schema": {"type": "string"}}}
    return {
        PATH: _document(say, "list-queries", words.LIST, [tag, language], _as_json("Catalogue"), (400, 405)),
        f"{PATH}/{{name}}.rq": _document(say, "query-text", words.TEXT, [name, bound], text, (400, 404, 405)),
        f"{PATH}/{{name}}/values/{{parameter}}": _document(
            say,
            "parameter-values",
            words.VALUES,
            [name, which, language],
            _as_json("Values"),
            (400, 404, 405),
        ),
    }


def _as_json(schema: str) -> Json:
    return {"application/json": {"schema": reference("schemas", schema)}}


def _document(
    say: _Speaker, name: str, summary: Message, given: list[Json], content: Json, refused: tuple[int, ...]
) -> Json:
    """A document about the operations."""
    good = {"description": say(summary), "content": content}
    return {
        "get": {
            "operationId": name,
            "summary": say(summary),
            "tags": ["catalogue"],
            "parameters": given,
            "responses": {"200": good, "304": reference("responses", "Known"), **refusals(refused)},
        }
    }
