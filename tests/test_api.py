"""The catalogue: one query file is an example, a form, an operation of the API and a test, or none of it."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from kgapp.config import Settings
from kgapp.dataset import read_dataset
from kgapp.errors import QueryRefused
from kgapp.home import Home
from kgapp.queryfile import read_query
from kgapp.question import Question
from kgapp.results import OFFERED
from kgapp.store import open_dataset
from kgapp.vocab import DEFAULT_BASE
from kgapp.web import create_app
from kgapp.web.api.asking import reader_of
from kgapp.web.api.operations import read_operations
from kgapp.web.frame.examples import AUDIENCES, TAGS
from kgapp.web.http.operations import Call
from tests.conftest import ROOT
from tests.server import Reply, Running, serving
from tests.terms import as_json

FILES = sorted((ROOT / "queries" / "questions").iterdir())
NAMES = [path.stem for path in FILES]
JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")
FORMS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
}
WHERE = "/api/q/cq-c01-where-is-an-actor"
MENTION = "/api/q/cq-r04-issues-that-mention"
LEADS = "/api/q/cq-c05-does-it-lead"
CSW = f"{DEFAULT_BASE}id/fujisawa/actor/csw"


@pytest.fixture(scope="module")
def openapi(client: FlaskClient) -> dict[str, Any]:
    return as_json(client.get("/api/openapi.json?lang=ja"))


@pytest.fixture(scope="module")
def workbench(client: FlaskClient) -> str:
    return client.get("/sparql?lang=ja").text


def expected(name: str) -> list[list[str]]:
    with (ROOT / "tests" / "answers" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def rows(reply: Reply) -> list[list[str]]:
    assert reply.status == 200, reply.text
    return list(csv.reader(io.StringIO(reply.text, newline="")))


def asked(path: str, **given: str) -> str:
    return f"{path}?{urlencode(given)}"


def links(reply: Reply) -> dict[str, str]:
    return {rel: to for to, rel in re.findall(r'<([^>]*)>; rel="([^"]*)"', reply.headers["link"])}


def problem(reply: Reply, openapi: dict[str, Any], status: int = 400) -> dict[str, Any]:
    """A refusal as it is described."""
    assert (reply.status, reply.headers["content-type"]) == (status, "application/problem+json"), reply.text
    schema = {**openapi["components"]["schemas"]["Problem"], "components": openapi["components"]}
    Draft202012Validator(schema).validate(reply.json)
    assert reply.json["status"] == status
    assert JAPANESE.search(reply.json["error"]["ja"] + reply.json["remedy"]["ja"])
    told: dict[str, Any] = reply.json
    return told


# One file, four faces


def test_a_file_that_is_no_query_of_the_catalogue_has_no_place_there() -> None:
    assert {path.suffix for path in FILES} == {".rq"}
    assert NAMES


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_query_has_all_its_faces(
    path: Path, client: FlaskClient, server: Running, openapi: dict[str, Any], workbench: str
) -> None:
    query, name = read_query(path), path.stem
    for told in (query.title, query.summary, *(parameter.label for parameter in query.parameters)):
        assert JAPANESE.search(told.ja)
        assert len(re.findall("[A-Za-z]", told.en)) > len(told.en) / 2
    assert query.tags[0] in AUDIENCES
    assert len(query.tags) > 1
    assert set(query.tags) <= set(TAGS)

    # a form, in both languages
    for lang, title in (("ja", query.title.ja), ("en", query.title.en)):
        form = client.get(f"/questions/{name}?lang={lang}")
        assert form.status_code == 200
        assert form.text.count("<h1>") == 1
        assert f"<strong>{title}</strong>" in unescape(form.text)  # headed by what was chosen

    # an operation: described, listed, and it gives the answer that a person read off the paper
    operation = openapi["paths"][f"/api/q/{name}"]["get"]
    assert operation["operationId"] == name
    assert operation["summary"] == query.title.ja
    assert operation["tags"] == list(query.tags)
    own = {one["name"] for one in operation["parameters"] if "name" in one}
    assert own == {parameter.name for parameter in query.parameters}
    answer = expected(name)
    if answer[0] == ["answer"]:
        assert server.get(f"/api/q/{name}").json["boolean"] is (answer[1] == ["true"])
    else:
        assert rows(server.get(f"/api/q/{name}?format=csv")) == answer
        content = operation["responses"]["200"]["content"][FORMS["json"]]["schema"]["properties"]
        assert content["head"]["properties"]["vars"]["const"] == answer[0]

    # an example: the workbench lists it, opens it without asking, and what it opens gives that answer
    assert f'href="/sparql?edit={name}' in workbench
    field = client.get(f"/sparql?edit={name}")
    written = re.search("<textarea[^>]*>(.*?)</textarea>", field.text, re.S)
    assert written
    text = unescape(written[1])
    if answer[0] == ["answer"]:
        assert server.ask(text).json["boolean"] is (answer[1] == ["true"])
    else:
        assert rows(server.ask(text, "text/csv")) == answer


def test_the_lists_tell_of_every_query_once(
    client: FlaskClient, openapi: dict[str, Any], workbench: str
) -> None:
    listing = json.loads(client.get("/api/q").data)
    assert [entry["name"] for entry in listing["queries"]] == NAMES
    paths = [path.removeprefix("/api/q/") for path in openapi["paths"] if "/q/cq-" in path]
    assert sorted(paths) == NAMES
    assert sorted(re.findall(r'href="/sparql\?edit=([^"&#]*)', workbench)) == NAMES
    for lang in ("ja", "en"):
        page = client.get(f"/api?lang={lang}").text
        assert sorted(re.findall(r'<section class="operation" id="([^"]*)"', page)) == NAMES
        assert len(page.encode()) < 100_000
    assert {tag for entry in listing["queries"] for tag in entry["tags"]} == set(TAGS)


def test_no_parameter_has_a_name_of_the_apis_own(tmp_path: Path) -> None:
    source = (
        FILES[0].read_text(encoding="utf-8").replace("#+   actor:", "#+   limit:").replace("?actor", "?limit")
    )
    path = tmp_path / "cq-x01.rq"
    path.write_text(source, encoding="utf-8")
    with pytest.raises(ValueError, match="limit"):
        read_operations({"cq-x01": read_query(path)})


# The answer is the endpoint's


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_is_that_of_the_endpoint_byte_for_byte(server: Running, name: str) -> None:
    text = server.get(f"/api/q/{name}.rq")
    assert text.headers["content-type"] == "application/sparql-query; charset=utf-8"
    for form in ("json", "xml") if name == "cq-c05-does-it-lead" else FORMS:
        here, there = server.get(f"/api/q/{name}?format={form}"), server.ask(text.text, FORMS[form])
        assert here.status == there.status == 200
        assert here.headers["content-type"] == there.headers["content-type"] == FORMS[form]
        assert here.headers["etag"] == there.headers["etag"]
        assert here.body == there.body
        assert server.get(f"/api/q/{name}", Accept=FORMS[form]).body == here.body


@pytest.fixture(scope="module")
def issues(server: Running) -> list[tuple[str, str]]:
    """The texts of the issues, by notation: the words are looked for in them without any query."""
    query = (
        "PREFIX ccr: <https://w3id.org/care-roadmap/ns#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
        "SELECT ?n (STR(?t) AS ?text) WHERE { ?s ccr:inSection ?x ; skos:notation ?n ; ccr:text ?t }"
    )
    found = rows(server.ask(query, "text/csv"))[1:]
    return [(notation, text) for notation, text in found if re.search("-(issue|nextIssue)-", notation)]


@settings(max_examples=60)
@given(
    st.one_of(
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=100),
        st.text('"\\?}{<>.;#^@ \n\r\t\x00', min_size=1, max_size=12),
        st.sampled_from(
            ["の", "支援", "地域包括支援センター", " ", '" } SELECT * WHERE {?s ?p ?o} #', "\\u3042", "'"]
        ),
    )
)
def test_a_word_stays_a_word(server: Running, issues: list[tuple[str, str]], word: str) -> None:
    assert len(issues) == 18 + 22
    reply = server.get(asked(MENTION, word=word, format="csv"))
    assert [row[0] for row in rows(reply)[1:]] == sorted(n for n, text in issues if word in text)
    text = server.get(asked(f"{MENTION}.rq", word=word)).text
    assert server.ask(text, "text/csv").body == reply.body


def test_rows_can_be_chosen(server: Running) -> None:
    heading, *every = expected("cq-r01-statements-by-section")
    for limit, offset in ((0, 0), (5, 0), (5, 40), (100, 3), (1, 1000)):
        path = asked(
            "/api/q/cq-r01-statements-by-section", limit=str(limit), offset=str(offset), format="csv"
        )
        assert rows(server.get(path)) == [heading, *every[offset : offset + limit]]


# What a value may be written as


@pytest.mark.parametrize(
    "value",
    [
        "fujisawa/actor/csw",
        CSW,
        "CSW",
        "ＣＳＷ",
        "csw",
        "コミュニティソーシャルワーカー",
        "community social worker",
    ],
)
def test_a_thing_by_path_iri_or_name(server: Running, value: str) -> None:
    reply = server.get(asked(WHERE, actor=value, format="csv"))
    assert rows(reply) == expected("cq-c01-where-is-an-actor")
    found = links(reply)
    assert found["canonical"] == f"{WHERE}?actor=fujisawa/actor/csw"
    assert found["alternate"] == "/questions/cq-c01-where-is-an-actor?actor=fujisawa/actor/csw"
    assert found["license"] == "https://creativecommons.org/licenses/by/4.0/"
    for relation in ("canonical", "alternate", "via", "service-desc", "service-doc"):
        assert server.get(found[relation], Accept="*/*").status == 200


def test_every_name_of_the_register_leads_to_its_thing_or_to_those_that_share_it(
    server: Running, openapi: dict[str, Any]
) -> None:
    called: dict[str, set[str]] = {}
    for table, kind in (("actors", "actor"), ("groups", "group")):
        path = ROOT / "data" / "register" / "fujisawa" / f"{table}.csv"
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                for name in (row["名称"], row["英語名"]):
                    called.setdefault(name.casefold(), set()).add(f"fujisawa/{kind}/{row['識別子']}")
    assert len(called) > 100
    for name, paths in called.items():
        reply = server.get(asked(WHERE, actor=name))
        if len(paths) == 1:
            assert reply.status == 200, reply.text
            assert links(reply)["canonical"] == f"{WHERE}?actor={min(paths)}"
        else:
            assert {near["value"] for near in problem(reply, openapi)["near"]} == paths


@pytest.mark.parametrize(
    "value",
    [
        "4-direction-5",
        "４-DIRECTION-5",
        "fujisawa/2020-02/theme-4/direction-5",
        f"{DEFAULT_BASE}id/fujisawa/2020-02/theme-4/direction-5",
    ],
)
def test_a_statement_by_notation_path_or_iri(server: Running, value: str) -> None:
    """三師会 does not lead it (C5); 藤沢市医師会 does."""
    assert server.get(asked(LEADS, statement=value)).json["boolean"] is False
    ishikai = server.get(asked(LEADS, statement=value, actor="fujisawa/actor/fujisawa-shi-ishikai"))
    assert ishikai.json["boolean"] is True


@pytest.mark.parametrize("value", ["ccr:hasLead", "hasLead", "https://w3id.org/care-roadmap/ns#hasLead"])
def test_a_relation_by_prefixed_name_or_iri(server: Running, value: str) -> None:
    assert rows(
        server.get(asked("/api/q/cq-r08-grounds-of-links", relation=value, format="csv"))
    ) == expected("cq-r08-grounds-of-links")


def test_what_a_parameter_takes_is_listed(client: FlaskClient, openapi: dict[str, Any]) -> None:
    listing = json.loads(client.get(f"{WHERE}/values/actor").data)
    schema = {**openapi["components"]["schemas"]["Values"], "components": openapi["components"]}
    Draft202012Validator(schema).validate(listing)
    csw = next(entry for entry in listing["values"] if entry["value"] == "fujisawa/actor/csw")
    assert csw["iri"] == CSW
    assert "CSW" in csw["names"]
    assert len(json.loads(client.get(f"{LEADS}/values/statement").data)["values"]) == 158
    assert json.loads(client.get(f"{MENTION}/values/word").data)["any"] is True
    relation = openapi["paths"]["/api/q/cq-s05-from-issue-to-answer"]["get"]["parameters"][0]
    assert relation["schema"]["enum"] == ["1", "2", "3", "4", "5", "6"]
    for path in (f"{WHERE}/values/none", "/api/q/none/values/actor", "/api/q/none.rq"):
        assert client.get(path).status_code == 404


# What is refused


@pytest.mark.parametrize(
    ("query", "near"),
    [
        ("actor=kyogita", "fujisawa/actor/kyogitai"),
        ("actor=fujisawa/actor/cws", "fujisawa/actor/csw"),
        ("actor=%E8%97%A4%E6%B2%A2%E5%B8%82%E5%8C%BB%E5%B8%AB", "fujisawa/actor/fujisawa-shi-ishikai"),
        ("actor=" + "x" * 7000, None),
        ("actor=%00", None),
        ("actor=%22%3E%0A%7D%20UNION%20%7B", None),
        ("actor=%3Cscript%3E", None),
        ("actor=ccr:hasLead", None),
        ("actor=fujisawa/district/tsujido", None),
        ("actor=http://example.org/x", None),
        ("actor=https://w3id.org/care-roadmap/id/fujisawa/actor/csw%3E", "fujisawa/actor/csw"),
        ("actor=", None),
        ("actor=csw&actor=csw", None),
        ("Actor=csw", None),
        ("x=1", None),
        ("query=SELECT", None),
        ("edition=fujisawa/2020-02", None),
        ("actor=%FF", None),
        ("limit=-1", None),
        ("limit=x", None),
        ("limit=1e3", None),
        ("limit=%D9%A3", None),
        ("offset=9999999999", None),
        ("lang=fr", None),
        ("format=csv&output=csv", None),
    ],
)
def test_what_is_not_understood_is_refused(
    server: Running, openapi: dict[str, Any], query: str, near: str | None
) -> None:
    for path in (WHERE, f"{WHERE}.rq"):
        told = problem(server.get(f"{path}?{query}"), openapi)
        if near:
            assert near in [value["value"] for value in told["near"]]
            assert near in told["remedy"]["ja"]
            assert near in told["remedy"]["en"]
        assert len(json.dumps(told)) < 5000


def test_a_long_value_is_refused_without_being_said_again(server: Running, openapi: dict[str, Any]) -> None:
    """100 kB: either the server's head is too small for it (no 200, no 500), or it is a refusal."""
    reply = server.get(f"{WHERE}?actor={'a' * 100_000}")
    assert reply.status in (400, 414, 431)
    assert len(reply.body) < 5000
    told = problem(server.get(f"{MENTION}?word={quote('語' * 101)}"), openapi)
    assert "100" in told["remedy"]["en"]


@pytest.mark.parametrize(
    "name", ["cq-c01", "absent", "cq-c01-where-is-an-acto", "%3Cscript%3E", "..", "%00", "a%2Fb"]
)
def test_no_other_operation(server: Running, openapi: dict[str, Any], name: str) -> None:
    told = problem(server.get(f"/api/q/{name}"), openapi, 404)
    if name.startswith("cq-"):
        assert told["near"][0] == {"value": "cq-c01-where-is-an-actor"}


def test_a_refusal_in_the_form_and_language_that_is_asked_for(server: Running) -> None:
    bad = f"{WHERE}?actor=x1"
    for language, word in (("ja", "値はありません"), ("en", "is no value of actor")):
        told = server.get(bad, Accept_Language=language)
        assert word in told.json["detail"]
        assert told.headers["content-language"] == language
        assert word in server.get(f"{bad}&lang={language}").json["detail"]
        page = server.get(f"{bad}&lang={language}", Accept="text/html")
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert word in unescape(page.text)
    assert server.get(bad, Accept="application/json").headers["content-type"] == "application/json"
    assert server.get(bad, Accept="text/csv").headers["content-type"] == "application/problem+json"
    assert server.get(bad).headers["cache-control"] == "no-store"


def test_no_other_form(server: Running, openapi: dict[str, Any]) -> None:
    problem(server.get(f"{WHERE}?format=pdf"), openapi, 406)
    problem(server.get(f"{WHERE}?format=turtle"), openapi, 406)
    problem(server.get(WHERE, Accept="image/png"), openapi, 406)
    problem(server.get(f"{LEADS}?format=csv"), openapi, 406)


# HTTP


def test_methods(server: Running, openapi: dict[str, Any]) -> None:
    whole = server.get(WHERE)
    head = server.request("HEAD", WHERE)
    assert (head.status, head.body) == (200, b"")
    for name in ("etag", "link", "content-type", "cache-control"):
        assert head.headers[name] == whole.headers[name]
    for path in (WHERE, "/api", "/api/q", "/api/openapi.json"):
        preflight = server.request("OPTIONS", path, Origin="https://example.org")
        assert preflight.status == 204
        assert preflight.headers["access-control-allow-origin"] == "*"
        assert preflight.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
        assert "If-None-Match" in preflight.headers["access-control-allow-headers"]
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            reply = server.request(method, path, b"x=1")
            problem(reply, openapi, 405)
            assert reply.headers["allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    "path", [WHERE, f"{WHERE}.rq", "/api/q", "/api/openapi.json", "/api", f"{WHERE}/values/actor"]
)
def test_what_a_client_has_is_not_sent_again(server: Running, path: str) -> None:
    first = server.get(path)
    assert first.status == 200
    assert first.headers["access-control-allow-origin"] == "*"
    assert "max-age" in first.headers["cache-control"]
    again = server.get(path, If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert server.get(path, If_None_Match='"other"').status == 200


def test_large_answers_are_compressed(server: Running) -> None:
    zipped = server.get("/api/q/cq-r03-carried-into-the-plan-year", Accept_Encoding="gzip")
    assert zipped.headers["content-encoding"] == "gzip"
    assert gzip.decompress(zipped.body) == server.get("/api/q/cq-r03-carried-into-the-plan-year").body


def test_ten_clients_at_once(server: Running) -> None:
    def _ask(number: int) -> list[Reply]:
        names = NAMES[number:] + NAMES[:number]
        return [server.get(f"/api/q/{name}?lang=en") for name in names] + [
            server.get(asked(MENTION, word=f"支援{number}" * 2))
        ]

    with ThreadPoolExecutor(10) as threads:
        replies = [reply for found in threads.map(_ask, range(10)) for reply in found]
    assert {reply.status for reply in replies} == {200}
    assert len({reply.headers["etag"] for reply in replies}) <= len(NAMES) + 1


def test_links_hold_on_the_host_and_below_the_path_that_were_asked(app: Flask, client: FlaskClient) -> None:
    for base in ("http://one.example/", "http://two.example/data/roadmap/", "http://one.example/"):
        where = base.rstrip("/")
        listing = json.loads(client.get("/api/q", base_url=base).data)
        assert {
            link.startswith(where) for entry in listing["queries"] for link in entry["links"].values()
        } == {True}
        described = json.loads(client.get("/api/openapi.json", base_url=base).data)
        assert described["servers"] == [{"url": where}]
        catalog = json.loads(client.get("/.well-known/api-catalog", base_url=base).data)
        assert {item["href"] for item in catalog["linkset"][0]["item"]} == {
            f"{where}/sparql",
            f"{where}/api/q",
        }
        page = client.get("/questions", base_url=base).text
        root = urlsplit(where).path
        assert all(to.startswith(f"{root}/") for to in re.findall('href="(/[^"]*)"', page))
    call = Call("cq-c01-where-is-an-actor", "actor=CSW", "", "/data")
    header = dict(reader_of(app)(call).headers)["Link"]
    assert f'</data{WHERE}?actor=fujisawa/actor/csw>; rel="canonical"' in header


# The pages


def test_questions_can_be_narrowed_by_tag(client: FlaskClient) -> None:
    for tag in ("lead", "staff", "word"):
        page = client.get(f"/questions?tag={tag}&lang=ja").text
        listed = sorted(set(re.findall(r'href="/questions/([^"?]+)\?', page)))
        assert listed == [path.stem for path in FILES if tag in read_query(path).tags]
        listing = json.loads(client.get(f"/api/q?tag={tag}").data)
        assert [entry["name"] for entry in listing["queries"]] == listed
        assert TAGS[tag].ja in page
    for path in ("/questions?tag=none", "/api/q?tag=%3Cscript%3E"):
        reply = client.get(path, headers={"Accept": "text/html"})
        assert reply.status_code == 404
        assert "<script>" not in reply.text
    assert client.get("/api/q?tag=lead&tag=word").status_code == 400


def test_a_form_leads_to_its_other_faces(client: FlaskClient) -> None:
    page = client.get("/questions/cq-c01-where-is-an-actor?actor=fujisawa/actor/kyogitai&lang=en").text
    found = [unescape(link) for link in re.findall('href="([^"]*)"', page)]
    assert f"{WHERE}?actor=fujisawa/actor/kyogitai" in found
    edit = next(link for link in found if link.startswith("/sparql?edit="))
    given = parse_qs(urlsplit(edit).query)
    assert given["actor"] == ["fujisawa/actor/kyogitai"]
    field = unescape(client.get(edit).text)
    assert f"<{DEFAULT_BASE}id/fujisawa/actor/kyogitai>" in field
    assert "/questions?tag=role&lang=en" in found


@pytest.mark.parametrize(
    ("query", "status"),
    [("edit=none", 404), ("edit=cq-c01-where-is-an-actor&actor=%22%3E%0A", 400), ("edit=%3Cscript%3E", 404)],
)
def test_nothing_else_is_opened_in_the_workbench(server: Running, query: str, status: int) -> None:
    reply = server.get(f"/sparql?{query}", Accept="text/html")
    assert reply.status == status
    assert "<script>" not in reply.text
    assert 'href="/questions"' in reply.text


def test_a_hostile_word_is_text_in_the_workbench(server: Running) -> None:
    word = '</textarea><script>alert(1)</script>"\\\n}'
    page = server.get(asked("/sparql", edit="cq-r04-issues-that-mention", word=word), Accept="text/html")
    assert page.status == 200
    assert "</textarea><script>" not in page.text
    assert page.text.count("<textarea") == page.text.count("</textarea>") == 1


# Other data


def test_other_data_are_not_asked_about_the_roadmap(tmp_path: Path, built_home: Home) -> None:
    """An answer without rows would say "nothing is recorded" of data that no such query is about."""
    data = tmp_path / "other.ttl"
    data.write_text("<http://example.org/a> <http://example.org/b> 1 .", encoding="utf-8")
    with serving(tmp_path, "--data", str(data), home=built_home) as other:
        described = other.get("/api/openapi.json?lang=en")
        assert list(described.json["paths"]) == ["/sparql"]
        assert "from files that were named" in described.json["info"]["description"]
        for path in (WHERE, f"{WHERE}.rq", "/api/q", f"{WHERE}/values/actor"):
            told = problem(other.get(path), described.json, 404)
            assert "/sparql" in told["remedy"]["en"]
        page = other.get("/api?lang=ja", Accept="text/html")
        assert page.status == 200
        assert "指定されたファイルのデータ" in page.text
        workbench = other.get("/sparql?edit=cq-c01-where-is-an-actor", Accept="text/html")
        assert workbench.status == 200
        assert "cq-c02" not in workbench.text


def test_a_city_without_a_register_is_not_asked_about_anothers_actors(built_small_home: Home) -> None:
    """Only a paper of another city is there, and nobody has written its register yet."""
    dataset = read_dataset(built_small_home.build)
    app = create_app(open_dataset(dataset), lambda: dataset, built_small_home, Settings())
    client, read = app.test_client(), reader_of(app)
    described = json.loads(client.get("/api/openapi.json?lang=en").data)
    OpenAPIV31SpecValidator(described).validate()
    assert json.loads(client.get(f"{WHERE}/values/actor").data)["values"] == []
    assert client.get("/api?lang=ja").status_code == 200
    for query in ("", "actor=fujisawa/actor/csw", "actor=%22%3E%0A", "actor=a%20b"):
        with pytest.raises(QueryRefused) as refused:
            read(Call("cq-c01-where-is-an-actor", query, "", ""))
        assert refused.value.status == 400
        form = client.get(f"/questions/cq-c01-where-is-an-actor?{query}", headers={"Accept": "text/html"})
        assert form.status_code == (400 if query else 200)
    theme = Question.read(read(Call("cq-s05-from-issue-to-answer", "", "", "")).question)
    assert '"1"' in theme.text


def test_every_kind_of_answer_has_its_forms_described(openapi: dict[str, Any]) -> None:
    for kind, forms in OFFERED.items():
        named = openapi["components"]["parameters"][f"format-{kind}"]["schema"]["enum"]
        assert named == [form.name for form in forms]
