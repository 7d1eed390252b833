"""What the editor of queries asks the server: terms in use, values by name, faults with their place, a layout."""

from __future__ import annotations

import re
import time
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import RDF, Graph, URIRef
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery

from kgapp.errors import QueryRefused
from kgapp.queryfile import read_queries
from kgapp.store import Store
from kgapp.terminals import offset_of, place_of, terminals
from kgapp.web.frame.wording import NAMESPACES
from kgapp.web.workbench.editing import LONGEST_QUERY
from kgapp.web.workbench.formatting import formatted
from kgapp.web.workbench.variables import variables
from tests.conftest import ROOT
from tests.server import Running

CCR = NAMESPACES["ccr"]
HEAD = f"PREFIX ccr: <{CCR}>\n"
FILES = sorted((ROOT / "queries").rglob("*.rq"))
TEMPLATES = read_queries(ROOT / "queries" / "templates")
SHAKYO = "<https://w3id.org/care-roadmap/id/fujisawa/actor/shi-shakyo>"
FAULTS = {
    "unclosed group": ("SELECT * {\n  ?s ?p ?o", "bracket", "{"),
    "unclosed string": ('SELECT * { ?s ?p "社協 }', "string", '"社協 }'),
    "no group to close": ("SELECT * { ?s ?p ?o } }", "bracket", "}"),
    "another bracket": ("SELECT * { ?s ?p (1 } )", "bracket", "}"),
    "prefix": ("SELECT * { ?s a ccr:Direction }", "prefix", "ccr:Direction"),
    "prefix behind astral characters": ('SELECT * { ?s ?p "𠮷野" . ?s a ccr:Goal }', "prefix", "ccr:Goal"),
    "not grouped": ("SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o }", "group", "?s"),
    "update": ("INSERT DATA { <a:a> <a:b> <a:c> }", "refused", "INSERT"),
    "elsewhere": ("SELECT * { SERVICE <http://a.example/> { ?s ?p ?o } }", "refused", "SERVICE"),
    "no query": ("", "syntax", ""),
    "words": ("SELECT * { ?s ?p ?o } LIMIT few", "syntax", "few"),
}
DOUBTS = {
    "misspelt class": (HEAD + "SELECT ?s { ?s a ccr:Statment }", "term", "ccr:Statment", "ccr:Statement"),
    "misspelt property": (HEAD + "SELECT ?s { ?s ccr:haslead ?s }", "term", "ccr:haslead", "ccr:hasLead"),
    "nothing bound": ("SELECT ?s ?other { ?s ?p ?s . ?p ?p ?s }", "unbound", "?other", None),
    "misspelt variable": (
        "SELECT ?statment { ?statement ?p ?statement . ?p ?p ?p }",
        "unbound",
        "?statment",
        "?statement",
    ),
    "only filtered": ("SELECT ?s { ?s ?s ?s FILTER(?limit > 3) }", "unbound", "?limit", None),
    "no such thing": (
        "SELECT ?p { ?p ?p <https://w3id.org/care-roadmap/id/fujisawa/actor/nobody> }",
        "thing",
        "<https://w3id.org/care-roadmap/id/fujisawa/actor/nobody>",
        None,
    ),
}
HOSTILE = {
    "nots": "SELECT * { FILTER(" + "!" * 19_000 + "1) }",
    "inverses": "SELECT * { ?s " + "^" * 19_000 + "<a:a> ?o }",
    "brackets": "(" * 20_000,
    "braces": "SELECT * " + "{ SELECT * " * 1_800,
    "quotes": '"' * 19_999,
    "points": "a." * 10_000,
    "colons": ":" * 20_000,
    "prefixes": "PREFIX a: <a:> " * 1_300,
    "variables": "SELECT * { " + " ".join(f"?v{n}" for n in range(3_000)) + " }",
    "spaces": "SELECT" + " \n" * 9_000,
    "comments": "#\n" * 10_000,
    "terms": f"PREFIX c: <{CCR}> SELECT * {{ "
    + " ".join(f"c:hasLea{n} c:x c:y ." for n in range(700))
    + " }",
    "things": "SELECT * { "
    + " ".join(f"<https://w3id.org/care-roadmap/id/{n}> ?p 1 ." for n in range(350))
    + " }",
    "a zero": "SELECT * { ?s ?p '\0' }",
}


def checked(client: FlaskClient, query: str) -> dict[str, Any]:
    answer = client.post("/workbench/check", data={"query": query})
    assert answer.status_code == 200
    content: dict[str, Any] = answer.get_json()
    return content


def things(client: FlaskClient, **asked: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/workbench/things.json", query_string=asked).get_json()[
        "things"
    ]
    return found


# Formatting


@cache
def algebra(query: str) -> str:
    """What a query means: its algebra (SPARQL 1.1 Query, 18.2) by another engine than ours."""
    translated = translateQuery(parseQuery(query), base="https://w3id.org/care-roadmap/")
    return re.sub(r"N[0-9a-f]{32}|_:\w+", "_", repr(translated.algebra))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_layout_changes_no_meaning_and_is_one(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    laid_out = formatted(text)
    assert formatted(laid_out) == laid_out
    assert algebra(laid_out) == algebra(text)
    one_line = " ".join(line for line in text.splitlines() if not line.startswith("#"))
    if not any(each.kind == "comment" for each in terminals(one_line)):
        assert algebra(formatted(one_line)) == algebra(text)


def words(text: str) -> list[str]:
    """The terminals of a text without spaces; keywords in one case."""
    return [
        each.text.upper() if each.kind == "word" else each.text
        for each in terminals(text)
        if each.kind != "space"
    ]


PIECES = st.sampled_from(
    [
        "SELECT",
        "where",
        "?x",
        "a",
        "ccr:Direction",
        "<http://a.example/#b>",
        '"社協 #"@ja',
        "'''a\n b'''",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        ".",
        ";",
        ",",
        "FILTER",
        "VALUES",
        "UNION",
        "# said\n",
        "1.5",
        "-",
        "/",
        "^",
        "*",
        "&&",
        "OPTIONAL",
        "not",
        "EXISTS",
        "_:b",
        "@en",
        "^^",
        "GROUP",
        "BY",
        "<",
        "!=",
    ]
)
SPACES = st.sampled_from([" ", "\n", "\n\n\n", "\t", "  ", " \r\n"])


@settings(max_examples=400)
@given(st.lists(st.tuples(PIECES, SPACES), max_size=40))
def test_a_layout_changes_spaces_and_case_only(pieces: list[tuple[str, str]]) -> None:
    """Also of what is no query: somebody is still writing it."""
    text = "".join(piece + space for piece, space in pieces)
    laid_out = formatted(text)
    assert words(laid_out) == words(text)
    assert formatted(laid_out) == laid_out


@settings(max_examples=300)
@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
    | st.text("<>\"'#?:.@_-a{}()\\ \n", max_size=40)
)
def test_every_character_belongs_to_one_terminal(text: str) -> None:
    found = terminals(text)
    assert "".join(each.text for each in found) == text
    for each in found:
        assert offset_of(text, *place_of(text, each.start)) == each.start


@pytest.mark.parametrize("name", ["開始・終了", "x々〆", "e\u0301te\u0301", "ｶﾞ", "か\u3099", "a\u200db"])
def test_names_are_those_of_the_specification(client: FlaskClient, store: Store, name: str) -> None:
    """PN_CHARS (19.8) has more than Python's letters; the engine reads them, and so does the workbench."""
    query = (
        f"PREFIX p: <http://a.example/>\nSELECT ?{name} {{\n  ?{name} p:{name} ?b .\n  ?b a ?{name} .\n}}\n"
    )
    store.parse(query)
    assert formatted(query) == query
    told = client.post("/workbench/check", data={"query": query}).get_json()
    assert told["ok"]
    assert {each["kind"] for each in told["findings"]} <= {"unused"}, told
    found = client.post("/workbench/empty", data={"query": query, "format": "json"}).get_json()
    assert found["verdict"] == "cannot"


def test_a_space_of_full_width_is_told_at_its_place(client: FlaskClient) -> None:
    query = "SELECT * {\u3000?s ?p ?o }"
    told = client.post("/workbench/check", data={"query": query}).get_json()
    assert [(each["kind"], each["start"], each["replacement"]) for each in told["findings"]] == [
        ("space", 10, " ")
    ]
    assert client.post("/workbench/check", data={"query": query.replace("\u3000", " ")}).get_json()["ok"]
    in_a_string = {"query": 'ASK { ?s ?p "a\u3000b" } # \u3000'}
    assert client.post("/workbench/check", data=in_a_string).get_json()["ok"]


@pytest.mark.parametrize("text", ["{ { ] }", "{ { ) FILTER }", "{ { { ] }", "{ ( { } ) ] { a }"])
def test_brackets_that_do_not_match_are_laid_out_once(text: str) -> None:
    assert formatted(formatted(text)) == formatted(text)


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("{", "}"),
        ("{ a ", "} "),
        ("OPTIONAL {", "}"),
        ("{SELECT*{", "}}"),
        ("FILTER EXISTS {", "}"),
        ("[ a ", "]"),
        ("( ", ")"),
        ("{", ""),
    ],
)
def test_what_nests_is_laid_out_in_no_more_than_its_length(opening: str, closing: str) -> None:
    """Reading and writing every bracket once: the longest text takes tenths of a second, not half a minute."""
    deep = LONGEST_QUERY // len(opening + closing)
    began = time.process_time()
    formatted(opening * deep + closing * deep)
    assert time.process_time() - began < 1


def test_a_layout_puts_a_clause_to_a_line() -> None:
    written = (
        "prefix ccr: <a:> select ?s (count(*) as ?n) where{?s a ccr:Direction;ccr:text ?t.optional{?s ccr:hasLead ?l}"
        'filter(regex(?t,"a  b")&&?n-1>-5)values ?l{<a> <b>}}group by ?s # told\nlimit 5'
    )
    assert formatted(written) == (
        "PREFIX ccr: <a:>\n"
        "SELECT ?s (COUNT(*) AS ?n)\n"
        "WHERE {\n"
        "  ?s a ccr:Direction ;\n"
        "    ccr:text ?t .\n"
        "  OPTIONAL { ?s ccr:hasLead ?l }\n"
        '  FILTER(regex(?t,"a  b")&&?n-1>-5)\n'
        "  VALUES ?l { <a> <b> }\n"
        "}\n"
        "GROUP BY ?s # told\n"
        "LIMIT 5\n"
    )


def test_what_cannot_be_read_is_not_laid_out(client: FlaskClient) -> None:
    answer = client.post(
        "/workbench/format", data={"query": 'SELECT *\n{ "a }'}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 400
    assert "2行3文字目" in answer.get_json()["error"]["ja"]
    assert "Line 2, column 3" in answer.get_json()["error"]["en"]


# Checking


def test_reading_evaluates_nothing(store: Store) -> None:
    """This one would count to a thousand million."""
    ten = " ".join(str(n) for n in range(1000))
    values = " ".join(f"VALUES ?v{n} {{ {ten} }}" for n in range(3))
    store.parse(f"ASK {{ {values} FILTER(?v0 + ?v1 + ?v2 < 0) }}")
    with pytest.raises(QueryRefused, match="1:12"):
        store.parse("SELECT * { ")


OF_ANY_DATA = frozenset(["overview-uses", "emptiness-vocabulary", "why-axioms"])
"""Queries that look for terms of OWL and RDFS which other data may use, and ours do not."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_projects_own_queries_have_no_fault(client: FlaskClient, path: Path) -> None:
    """But that those with parameters bind them only when they run."""
    outcome = checked(client, path.read_text(encoding="utf-8"))
    assert outcome["ok"] is True
    kinds = {each["kind"] for each in outcome["findings"] if each["severity"] != "hint"}
    bound_later = {"unbound"} if "#+ params:" in path.read_text(encoding="utf-8") else set()
    assert kinds <= bound_later | ({"term"} if path.stem in OF_ANY_DATA else set())


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_at_its_place(client: FlaskClient, name: str) -> None:
    query, kind, place = FAULTS[name]
    outcome = checked(client, query)
    assert outcome["ok"] is False
    first = outcome["findings"][0]
    assert (first["kind"], first["severity"]) == (kind, "error")
    assert query[first["start"] : first["end"]] == place
    assert (first["line"], first["column"]) == place_of(query, first["start"])
    assert all(first[part][lang] for part in ("what", "remedy") for lang in ("ja", "en"))


@pytest.mark.parametrize("name", DOUBTS)
def test_what_would_find_nothing_is_a_warning(client: FlaskClient, name: str) -> None:
    query, kind, place, instead = DOUBTS[name]
    outcome = checked(client, query)
    assert outcome["ok"] is True
    found = [each for each in outcome["findings"] if each["severity"] == "warning"]
    assert [(each["kind"], query[each["start"] : each["end"]]) for each in found] == [(kind, place)]
    assert found[0].get("replacement") == instead


def test_a_prefix_that_is_usual_is_declared_by_what_is_offered(client: FlaskClient) -> None:
    query = "SELECT ?s { ?s a ccr:Direction }"
    line = checked(client, query)["findings"][0]["declare"]
    assert checked(client, line + query) == {"ok": True, "expected": [], "findings": []}


@pytest.mark.parametrize(
    ("query", "bound"),
    [
        ("SELECT ?a { ?b ?c ?d }", {"b", "c", "d"}),
        (
            "SELECT (COUNT(?a) AS ?b) { ?a ?c ?d } GROUP BY ?c (STR(?d) AS ?e) ORDER BY ?f",
            {"a", "b", "c", "d", "e"},
        ),
        (
            "SELECT * { GRAPH ?g { ?s ?p ?o } FILTER(?x = 1 && EXISTS { ?y ?y ?y }) BIND(?z AS ?w) }",
            set("gspoyw"),
        ),
        ("SELECT * { VALUES (?a ?b) { (1 2) } FILTER(REGEX(?c, 'a')) ?d ?e (?f [ ?g ?h ]) }", set("abdefgh")),
        ("CONSTRUCT { ?a ?b ?c } WHERE { ?d ?b ?c } VALUES ?e { 1 }", {"b", "c", "d", "e"}),
        ("SELECT * { { SELECT ?a { ?b ?c ?b } } MINUS { ?d a ?d } }", {"b", "c", "d"}),
    ],
)
def test_it_is_known_what_binds_a_variable(query: str, bound: set[str]) -> None:
    """SPARQL 1.1 Query, 18.2.1."""
    found = [each for each in terminals(query) if each.kind not in ("space", "comment")]
    assert {each.name for each in variables(found) if each.bound} == bound


def test_nothing_hostile_brings_down_more_than_its_own_check(server: Running) -> None:
    """At the real server, where the reading is a worker's; whatever it was sent, the next is answered."""
    form = "application/x-www-form-urlencoded"
    for name, query in HOSTILE.items():
        body = b"query=" + query.encode().replace(b"%", b"%25").replace(b"+", b"%2B").replace(b"&", b"%26")
        for path in ("/workbench/check", "/workbench/format"):
            answer = server.request("POST", path, body, Content_Type=form, Accept="application/json")
            assert answer.status in (200, 400), (name, path, answer.status)
            assert len(answer.body) < 10 * len(body) + 20_000, (name, path)
    good = server.request("POST", "/workbench/check", b"query=ASK{}", Content_Type=form)
    assert good.json == {"ok": True, "expected": [], "findings": []}
    assert server.get("/workbench/check?query=ASK%20%7B").json["ok"] is False
    assert server.get("/sparql?query=ASK%7B%7D").status == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/workbench/check", 400),
        ("/workbench/format", 400),
        ("/workbench/things.json?property=a%20b", 400),
        ("/workbench/things.json?class=" + "a" * 5000, 400),
        ("/workbench/properties.json?with=%3C", 400),
        ("/workbench/things.json?q=%FF%00%22%27&property=http://a.example/", 200),
        ("/workbench/things.json", 200),
        ("/workbench/properties.json", 200),
        ("/workbench/check?query=%ED%A0%80", 200),
    ],
)
def test_what_is_no_question_is_refused(client: FlaskClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status


def test_a_query_that_is_too_long_is_told(client: FlaskClient) -> None:
    """What nobody writes by hand is not read here, where reading holds up others."""
    answer = client.post("/workbench/check", data={"query": "#" * 20_001})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "/workbench/%00",
        "/between?from=%00&to=a",
        "/questions?tag=%00",
        "/snippets?query=ASK{}%00",
        "/workbench/empty?query=ASK{?s%20a%20%22%00%22}",
    ],
)
def test_no_page_holds_a_nul(client: FlaskClient, path: str) -> None:
    page = client.get(path, headers={"Accept": "text/html"}).data
    assert b"\0" not in page
    assert "\ufffd".encode() in page


# Completion


def test_terms_are_those_in_use_with_their_counts(client: FlaskClient, merged: Graph) -> None:
    content = client.get("/workbench/terms.json").get_json()
    names = [name for name, *_ in content["terms"]]
    told = {names[each["class"]]: each for each in content["classes"]}
    counted: Counter[str] = Counter()
    for _, class_ in merged.subject_objects(RDF.type):
        counted[str(class_)] += 1
    assert {iri(content, name): each["things"] for name, each in told.items()} == dict(counted)
    for name in ("ccr:Direction", "ccr:Claim", "ccr:Body", "ccr:District", "oa:TextQuoteSelector"):
        subjects = set(merged.subjects(RDF.type, URIRef(iri(content, name))))
        uses = Counter(predicate for one in subjects for predicate in merged.predicates(one, None))
        having = Counter(p for one in subjects for p in set(merged.predicates(one, None)))
        has = {iri(content, names[row[0]]): (row[1], row[2]) for row in told[name]["has"]}
        assert has == {str(p): (having[p], uses[p]) for p in uses}, name


def iri(content: dict[str, Any], name: str) -> str:
    if name.startswith("<"):
        return name[1:-1]
    prefix, _, local = name.partition(":")
    return str(content["prefixes"][prefix] + local)


def test_terms_have_both_names_and_what_shapes_demand_is_marked(client: FlaskClient) -> None:
    """MODEL.md, "Shapes": each Statement has one theme, section, ordinal; every actor labels and a reading."""
    content = client.get("/workbench/terms.json").get_json()
    names = {name: (ja, en) for name, ja, en in content["terms"]}
    assert names["ccr:hasLead"][0] == "中心"  # MODEL.md, "Properties"
    assert [name for name, words in names.items() if name.startswith("ccr:") and not all(words)] == []
    listed = [name for name, *_ in content["terms"]]
    demanded = {
        listed[each["class"]]: {listed[row[0]] for row in each["has"] if row[3]}
        for each in content["classes"]
    }
    assert {"ccr:inTheme", "ccr:inSection", "ccr:ordinal"} <= demanded["ccr:Direction"]
    assert {"skos:prefLabel", "ccr:reading"} <= demanded["ccr:Body"]
    assert "ccr:hasLead" not in demanded["ccr:Direction"]
    assert {"ccr:mode", "rdf:subject", "rdf:predicate", "rdf:object"} <= demanded["ccr:Claim"]
    first = next(each for each in content["classes"] if listed[each["class"]] == "ccr:Direction")
    assert [row[3] for row in first["has"]] == sorted((row[3] for row in first["has"]), reverse=True)
    assert len(client.get("/workbench/terms.json").data) < 100_000


@pytest.mark.parametrize("typed", ["社協", "ｼｬｷｮｳ", "しゃきょう", "市社協", "社会福祉協議会", "shi-shakyo"])
def test_a_value_is_found_by_what_people_call_it(client: FlaskClient, typed: str) -> None:
    """Only 2-status-3 is led by 市社協 (MODEL.md, C3), and so it is a value of hasLead."""
    found = things(client, property=f"{CCR}hasLead", of=f"{CCR}StatusItem", q=typed)
    assert [(each["term"], each["ja"], each["uses"]) for each in found] == [
        (SHAKYO, "藤沢市社会福祉協議会", 1)
    ]


def test_only_what_is_there_is_a_value(client: FlaskClient) -> None:
    """No direction is led by 市社協; modes are the three of the model, all used."""
    assert things(client, property=f"{CCR}hasLead", of=f"{CCR}Direction", q="社協") == []
    modes = things(client, property=f"{CCR}mode", of=f"{CCR}Claim")
    assert {each["term"] for each in modes} == {"ccr:stated", "ccr:interpreted", "ccr:inferred"}
    assert SHAKYO in [each["term"] for each in things(client, q="社協")]
    assert [each["term"] for each in things(client, **{"class": f"{CCR}District"}, q="つじ")] == [
        "<https://w3id.org/care-roadmap/id/fujisawa/district/tsujido>"
    ]


def test_every_value_that_is_offered_stands_there(client: FlaskClient, store: Store) -> None:
    """For every property of three classes."""
    content = client.get("/workbench/terms.json").get_json()
    names = [name for name, *_ in content["terms"]]
    classes = {names[each["class"]]: each for each in content["classes"]}
    tried = 0
    for class_ in ("ccr:StatusItem", "ccr:Claim", "ccr:Observation"):
        for place, *_ in classes[class_]["has"]:
            of, property_ = iri(content, class_), iri(content, names[place])
            for offer in things(client, property=property_, of=of)[:5]:
                prefixes = "\n".join(f"PREFIX {p}: <{n}>" for p, n in content["prefixes"].items())
                assert store.query(f"{prefixes}\nASK {{ ?s a <{of}> ; <{property_}> {offer['term']} }}"), (
                    offer
                )
                tried += 1
    assert tried > 100


# Templates


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_laid_out_faultless_and_finds_something(
    client: FlaskClient, store: Store, name: str
) -> None:
    told = {each["name"]: each for each in client.get("/workbench/templates.json").get_json()["templates"]}
    query = told[name]["query"]
    assert formatted(query) == query
    assert [each for each in checked(client, query)["findings"] if each["severity"] != "hint"] == []
    answer = store.query(query)
    assert isinstance(answer, ox.QuerySolutions | ox.QueryTriples)
    assert next(answer, None) is not None
    assert "<id/" not in query
