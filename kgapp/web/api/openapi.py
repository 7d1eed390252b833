"""The description of the API for programs: OpenAPI 3.1, derived from the query files."""

from __future__ import annotations

from collections.abc import Sequence
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
from kgapp.web.api.values import FEW, LONGEST_IRI, Offers
from kgapp.web.frame.examples import TAGS
from kgapp.web.http.operations import API
from kgapp.web.questions.forms import LONGEST_WORD, takes_words

VERSION = "3.1.0"
EXAMPLES = 3
"""Values that stand as examples where there are too many to list."""
REFUSED = (400, 404, 405, 406, 413, 429, 503)


@dataclass(frozen=True)
class Catalogue:
    """The operations, and what their parameters take."""

    operations: tuple[Operation, ...]
    offers: Offers


def describe_api(catalogue: Catalogue | None, lang: str, server: str, version: str) -> Json:
    """The document of what a server offers at an address, in a language; ``version`` is the data's.
    Without a catalogue it describes the endpoint alone, and says why."""
    say = _Speaker(lang)
    return {
        "openapi": VERSION,
        "info": {"title": say(words.TITLE), "version": version, **_about_data(say, catalogue, lang)},
        "servers": [{"url": server}],
        "externalDocs": {"url": f"{server}{API}"},
        "tags": _tags(say, catalogue),
        "paths": {"/sparql": sparql_path(say), **(_paths(say, server, catalogue) if catalogue else {})},
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


def _about_data(say: _Speaker, catalogue: Catalogue | None, lang: str) -> Json:
    if catalogue is None:
        return {"description": say(words.OF_OTHER_DATA)}
    about = [say(words.DESCRIPTION), DISCLAIMER[lang], DATASET_RIGHTS[lang]]
    return {"description": "\n\n".join(about), "license": {"name": "CC BY 4.0", "url": str(LICENSE)}}


def _tags(say: _Speaker, catalogue: Catalogue | None) -> list[Json]:
    told = [{"name": "sparql", "description": say(words.SPARQL)}]
    if catalogue is None:
        return told
    used = {tag for operation in catalogue.operations for tag in operation.query.tags}
    told.append({"name": "catalogue", "description": say(words.CATALOGUE)})
    return told + [{"name": tag, "description": say(TAGS[tag])} for tag in TAGS if tag in used]


def _paths(say: _Speaker, server: str, catalogue: Catalogue) -> Json:
    own = {one.path: _path(say, server, one, catalogue.offers) for one in catalogue.operations}
    return _catalogue_paths(say, [one.name for one in catalogue.operations]) | own


def _path(say: _Speaker, server: str, operation: Operation, offers: Offers) -> Json:
    """A question as an operation; what else there is of it is at ``server`` too."""
    query = operation.query
    own = [_parameter(say, server + operation.path, one, offers) for one in query.parameters]
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


def _parameter(say: _Speaker, address: str, one: Parameter, offers: Offers) -> Json:
    """A parameter of a question: all its values where they are few, else where they are listed."""
    found, default = offers.values(one), offers.default(one)
    label, listed = say(one.label), f"{address}/values/{one.name}"
    schema: Json = {"type": "string", "minLength": 1, **({"default": default} if default else {})}
    if takes_words(one):
        schema["maxLength"] = LONGEST_WORD
        return parameter(one.name, schema, f"{label}: {say(words.OF_WORD)}")
    if 0 < len(found) <= FEW and not found[0].iri:
        schema = {"type": "string", "enum": [value.value for value in found], "default": default}
        said = "\n".join(f"- `{value.value}` {say(value.label)}" for value in found)
        return parameter(one.name, schema, f"{label}\n\n{said}")
    how = words.OF_THING if one.type == "iri" else words.OF_PASSAGE
    schema["maxLength"] = LONGEST_IRI if one.type == "iri" else LONGEST_WORD
    told = parameter(one.name, schema, f"{label}: {say(how, values=listed)}")
    shown = sorted(found, key=lambda value: value.value != default)
    examples = {
        value.value.rpartition("/")[2]: {"summary": say(value.label), "value": value.value}
        for value in shown[:EXAMPLES]
    }
    return {**told, **({"examples": examples} if examples else {})}


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
