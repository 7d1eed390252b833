"""The description of the API: valid by another's validator, and true of a server that really runs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.server import Running

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 6
"""Generated calls of each operation."""


@pytest.fixture(scope="module")
def documents(server: Running) -> dict[str, dict[str, Any]]:
    return {lang: server.get(f"/api/openapi.json?lang={lang}").json for lang in ("ja", "en")}


@pytest.fixture(scope="module")
def described(server: Running) -> Any:
    return schemathesis.openapi.from_url(f"http://127.0.0.1:{server.port}/api/openapi.json?lang=en")


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as found:
        yield found


def operations(described: Any) -> list[Any]:
    return [found.ok() for found in described.get_all_operations()]


def test_the_description_holds(server: Running, documents: dict[str, dict[str, Any]]) -> None:
    for document in documents.values():
        OpenAPIV31SpecValidator(document).validate()
        assert document["openapi"] == "3.1.0"
        assert document["servers"] == [{"url": f"http://127.0.0.1:{server.port}"}]
    reply = server.get("/api/openapi.json")
    assert reply.headers["content-type"] == "application/vnd.oai.openapi+json"


def test_both_languages_describe_the_same(documents: dict[str, dict[str, Any]]) -> None:
    """Only what is said differs, and there is something said in each."""

    def _bare(value: Any) -> Any:
        if isinstance(value, dict):
            said = ("title", "summary", "description")
            return {
                name: name if name in said and isinstance(part, str) else _bare(part)
                for name, part in value.items()
            }
        return [_bare(part) for part in value] if isinstance(value, list) else value

    def _examples_by_name(document: dict[str, Any]) -> dict[str, Any]:
        """Those beside the first are chosen in the order of the language."""
        text = json.dumps(_bare(document), ensure_ascii=False)
        content: dict[str, Any] = json.loads(text)
        for path in content["paths"].values():
            for operation in path.values():
                for one in operation.get("parameters", []):
                    if "examples" in one:
                        one["examples"] = next(iter(one["examples"]))
        return content

    ja, en = (_examples_by_name(documents[lang]) for lang in ("ja", "en"))
    assert ja == en
    assert re.search("[ぁ-ん]", documents["ja"]["info"]["description"])
    assert not re.search("[ぁ-ん]", documents["en"]["info"]["description"])


def test_the_endpoint_is_described_by_every_way_of_asking(documents: dict[str, dict[str, Any]]) -> None:
    endpoint = documents["en"]["paths"]["/sparql"]
    assert {one["name"] for one in endpoint["get"]["parameters"]} >= {
        "query",
        "default-graph-uri",
        "named-graph-uri",
    }
    assert set(endpoint["post"]["requestBody"]["content"]) == {
        "application/sparql-query",
        "application/x-www-form-urlencoded",
    }


def test_examples_are_answered(server: Running, documents: dict[str, dict[str, Any]]) -> None:
    endpoint = documents["en"]["paths"]["/sparql"]["post"]["requestBody"]["content"]
    query = endpoint["application/sparql-query"]["example"]
    assert len(server.ask(query).json["results"]["bindings"]) == 3
    seen = 0
    for path, methods in documents["en"]["paths"].items():
        for one in methods["get"].get("parameters", []):
            for example in one.get("examples", {}).values():
                with requests.get(
                    f"http://127.0.0.1:{server.port}{path}", {one["name"]: example["value"]}, timeout=60
                ) as reply:
                    assert reply.status_code == 200, reply.text
                seen += 1
    assert seen > 20


def test_what_fits_the_description_is_answered_as_it_says(described: Any, session: requests.Session) -> None:
    for operation in operations(described):
        _try(operation, GenerationMode.POSITIVE, session, [*CHECKS, *_acceptance(operation)])


def test_what_does_not_fit_is_refused_as_it_says(described: Any, session: requests.Session) -> None:
    for operation in operations(described):
        if operation.query or operation.body or operation.path_parameters:
            _try(operation, GenerationMode.NEGATIVE, session, [*CHECKS, negative_data_rejection])


def _acceptance(operation: Any) -> list[Any]:
    """No schema tells which texts are SPARQL, or which names the register has."""
    open_ended = ("actor", "statement", "issue", "place", "facility", "district", "plan", "group")
    names = {one.name for one in operation.query}
    closed = operation.path.startswith("/api/q") and "{" not in operation.path and not names & set(open_ended)
    return [positive_data_acceptance] if closed else []


def _try(operation: Any, mode: GenerationMode, session: requests.Session, checks: list[Any]) -> None:
    """Generated calls of an operation, the same in every run."""

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def _call(case: Case[Any]) -> None:
        case.call_and_validate(session=session, checks=checks)

    _call()
