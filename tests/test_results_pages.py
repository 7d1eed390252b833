"""The answers of the endpoint as pages for people, over HTTP: every number against rdflib's own answer."""

from __future__ import annotations

import csv
import html
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode

import pytest
from rdflib import Graph

from kgapp.config import Limits
from kgapp.dataset import Dataset
from kgapp.home import Home
from tests.server import Reply, Running, serving
from tests.terms import selected

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
FORM = "application/x-www-form-urlencoded"
LIGHT = 100_000
"""Bytes of a page (DESIGN.md, "Speed")."""
PREFIX = (
    "PREFIX ccr: <https://w3id.org/care-roadmap/ns#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
)
TEXTS = PREFIX + "SELECT ?n ?t { ?s skos:notation ?n ; ccr:text ?t } ORDER BY ?n"
ROLES = PREFIX + "SELECT ?s ?role ?a { ?s ?role ?a FILTER(?role IN (ccr:hasLead, ccr:involves)) }"
THEMES = (
    PREFIX + "SELECT ?theme (COUNT(*) AS ?n) { ?s ccr:inTheme ?theme ; ccr:inSection ?x } GROUP BY ?theme"
)
HOSTILE = r"""
@prefix x: <http://example.org/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
x:a x:script "<script>alert(1)</script><img src=x onerror=alert(2)>" ; x:turn "abc\u202Edef\u2066ghi" ;
  x:control "a\u0000b\u0001\u001B[31m" ; x:formula "=1+1" , "@x" , "-5" , "+3" ; x:number -5 , 2.5 ;
  x:words "bonjour"@fr-BE , "مرحبا"@ar ; x:long "LONG" ; x:nothing "" ; x:none [ x:of [] ] ;
  x:typed "2020-01-31"^^xsd:date , "abc"^^xsd:integer , "P1D"^^xsd:duration , 1e400 , true , "v"^^x:own .
<javascript:alert(1)> x:leads <data:text/html,hi> .
""".replace("LONG", "長い<b>" * 250_000)


@pytest.fixture(scope="module")
def server(built_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("results"), "--result-size", "8", home=built_home) as running:
        yield running


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "data.ttl").write_text(HOSTILE, encoding="utf-8")
    with serving(folder, "--data", str(folder / "data.ttl")) as running:
        yield running


@pytest.fixture(scope="module")
def stated(by_graph: Mapping[str, Graph]) -> Graph:
    """All but what rules conclude."""
    found = Graph()
    for name, graph in by_graph.items():
        if not name.endswith("/inferred"):
            found += graph
    return found


@dataclass
class Seen(HTMLParser):
    """What a person finds on a page: the rows of its tables (but for those in dialogs), its buttons,
    links and pictures."""

    rows: list[list[str]] = field(default_factory=list)
    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    text: str = ""
    _cell: bool = False
    _dialog: bool = False

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._dialog = self._dialog or tag == "dialog"
        if self._dialog:
            return
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self._cell = True

    def handle_endtag(self, tag: str) -> None:
        self._cell = self._cell and tag not in ("td", "th")
        self._dialog = self._dialog and tag != "dialog"

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._cell:
            self.rows[-1][-1] += data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        found = [own for name, own in self.elements if name == tag]
        return [own for own in found if all(own.get(name) == value for name, value in wanted.items())]


def page(server: Running, query: str, language: str = "en", **more: str) -> Reply:
    address = f"/sparql?{urlencode({'query': query, **more})}"
    return server.get(address, Accept=BROWSER, Accept_Language=language)


def seen(reply: Reply) -> Seen:
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert len(reply.body) < LIGHT
    found = Seen()
    found.feed(reply.text)
    return found


def values(found: Seen) -> list[list[str]]:
    """The rows of the table of an answer, without its heading and the numbers of its rows."""
    return [row[1:] for row in found.rows[1:]]


@pytest.mark.parametrize(
    ("accept", "is_page"),
    [
        (BROWSER, True),
        ("text/html", True),
        ("application/xhtml+xml, */*;q=0.5", True),
        ("TEXT/HTML, */*;q=0.9", True),
        ("text/html;q=0.9, */*;q=0.8", True),
        ("", False),
        ("*/*", False),
        ("text/*", False),
        ("text/html", True),
        ("text/html;q=0, */*", False),
        ("text/html, text/csv", False),
        ("text/html;q=0.8, application/sparql-results+json;q=0.9", False),
        ("application/sparql-results+json, text/html;q=0.2, */*;q=0.1", False),
        ("text/html" + ", a/b" * 2000, False),
    ],
)
def test_a_page_is_for_those_who_name_and_prefer_it(server: Running, accept: str, is_page: bool) -> None:
    reply = server.get(f"/sparql?{urlencode({'query': TEXTS})}", Accept=accept)
    assert reply.status == 200
    assert reply.headers["content-type"].startswith("text/html") == is_page
    assert "accept" in reply.headers["vary"].lower().split(", ")


def test_who_names_a_form_gets_it_and_an_empty_field_names_none(server: Running) -> None:
    assert page(server, TEXTS, format="csv").headers["content-type"] == "text/csv; charset=utf-8"
    assert page(server, TEXTS, format="").headers["content-type"] == "text/html; charset=utf-8"
    assert server.ask(TEXTS, "text/csv", format="").headers["content-type"] == "text/csv; charset=utf-8"


def test_a_table_has_the_rows_of_the_answer(server: Running, merged: Graph) -> None:
    expected = [[str(n), str(t)] for n, t in selected(merged, TEXTS)]
    assert len(expected) == 158  # MODEL.md, "The source"
    found = []
    for number in ("1", "2"):
        told = seen(page(server, TEXTS, page=number))
        found += values(told)
        assert "158" in told.text
    assert sorted(found) == sorted(expected)
    assert [row[0] for row in found] == sorted(row[0] for row in expected)
    assert "@ja" in told.rows[0][2], "a tag that all values have is told once"
    names = seen(page(server, f"{PREFIX} SELECT ?o {{ ?s a ccr:Plan ; skos:prefLabel ?o }}"))
    assert {row[0].split()[-1] for row in values(names)} == {"@ja", "@en"}


def test_a_column_is_sorted_both_ways_through_the_address(server: Running, merged: Graph) -> None:
    numbers = sorted(int(n) for _, n in selected(merged, THEMES))
    up, down = seen(page(server, THEMES, sort="n")), seen(page(server, THEMES, desc="?n"))
    assert [int(row[1]) for row in values(up)] == numbers
    assert [int(row[1]) for row in values(down)] == numbers[::-1]
    assert up.all("th", **{"aria-sort": "ascending"})
    assert down.all("th", **{"aria-sort": "descending"})
    assert up.all("button", name="desc", value="n")
    assert "no column “x”" in seen(page(server, THEMES, sort="x")).text


def test_names_stand_beside_iris_and_lead_to_the_documents(server: Running) -> None:
    query = f"{PREFIX} SELECT ?a {{ ?s skos:notation '5-direction-1' ; ccr:hasLead ?a }}"
    for language, name in (("ja", "コミュニティソーシャルワーカー"), ("en", "Community social worker")):
        found = seen(page(server, query, language))
        assert name.lower() in found.rows[1][1].lower()
        assert "id/fujisawa/actor/csw" in found.rows[1][1]
        assert found.all("a", href="/doc/fujisawa/actor/csw")


def test_conclusions_are_left_out_by_a_switch(server: Running, merged: Graph, stated: Graph) -> None:
    with_them, without = len(merged.query(ROLES)), len(stated.query(ROLES))
    assert 0 < without < with_them
    told = f"With conclusions {with_them} rows, without them {without}."
    page(server, ROLES)  # where evaluating it takes long, the other way is asked only once that is known
    assert told in seen(page(server, ROLES)).text
    assert told in seen(page(server, ROLES, graphs="asserted")).text
    reply = server.ask(ROLES, graphs="asserted")
    assert len(reply.json["results"]["bindings"]) == without
    assert len(server.ask(ROLES, graphs="all").json["results"]["bindings"]) == with_them


def test_what_two_graphs_state_is_counted_once(server: Running, dataset: Dataset, stated: Graph) -> None:
    assert len(stated) < sum(g.triples for g in dataset.graphs if not g.iri.endswith("/inferred"))
    counted = server.ask("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", graphs="asserted")
    assert counted.json["results"]["bindings"][0]["n"]["value"] == str(len(stated))
    named = server.ask("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", graphs="asserted").json
    found = {row["g"]["value"] for row in named["results"]["bindings"]}
    assert found == {g.iri for g in dataset.graphs if not g.iri.endswith("/inferred")}


@pytest.mark.parametrize(
    ("query", "more"),
    [
        (TEXTS, {"graphs": "inferred"}),
        ("SELECT ?s FROM <http://x/> { ?s ?p ?o }", {"graphs": "asserted"}),
        (TEXTS, {"graphs": "asserted", "default-graph-uri": "http://x/"}),
    ],
)
def test_a_choice_of_graphs_that_is_none_is_refused(
    server: Running, query: str, more: dict[str, str]
) -> None:
    assert server.ask(query, **more).status == 400
    assert page(server, query, **more).status == 400


def test_data_that_keep_no_conclusions_apart_say_so(hostile: Running) -> None:
    assert hostile.ask("ASK { ?s ?p ?o }", graphs="asserted").status == 400
    found = seen(page(hostile, "SELECT * { ?s ?p ?o }"))
    assert not found.all("button", name="graphs")
    assert not found.all("select", name="graphs")
    assert not found.all("select", id="editor-template"), "templates are for data of our vocabulary"
    home = hostile.get("/", Accept=BROWSER, Accept_Language="en").text
    begun = home[home.index("<textarea") : home.index("</textarea>")]
    assert "ccr:" not in begun
    assert hostile.ask(begun.partition(">")[2].strip()).json["results"]["bindings"]


def test_truth_is_told_in_words(server: Running) -> None:
    led = "ASK { ?s ccr:hasLead <https://w3id.org/care-roadmap/id/fujisawa/actor/%s> }"
    yes, no = (seen(page(server, PREFIX + led % name, "ja")).text for name in ("csw", "sanshikai"))
    assert "はい" in yes
    assert "いいえ" in no
    assert "記録されていない" in no


def test_completeness_is_told(server: Running) -> None:
    whole = seen(page(server, TEXTS)).text
    assert "This is all of it." in whole
    cut = seen(page(server, f"{TEXTS} LIMIT 7 # LIMIT 158")).text
    assert "LIMIT (7) was reached" in cut
    assert "This is all of it." in seen(page(server, f"{TEXTS} LIMIT 500")).text
    inner = f"{PREFIX} SELECT ?n {{ {{ SELECT ?n {{ ?s skos:notation ?n }} LIMIT 5 }} }}"
    assert "This is all of it." in seen(page(server, inner)).text


def test_an_empty_answer_says_what_that_means(server: Running) -> None:
    """Once, above the form too; and not that nothing is recorded where the query can match nothing."""
    for query, says, means in (
        (
            "?s a ccr:Principle ; ccr:hasLead ?a",
            "当たる記録がありません",
            "「ない」という意味ではありません",
        ),
        ("?s ccr:hasLeed ?a", "このデータのどれにも当たりません", "記録があるかどうかは，直すまで"),
    ):
        reply = page(server, f"{PREFIX} SELECT ?s {{ {query} }}", "ja")
        found = seen(reply)
        assert reply.status == 200
        assert found.text.count(means) == 1
        assert says in outcome(reply)
        assert "当てはまるものは記録されていません" not in found.text
        assert "これで全部です" not in found.text
        assert not [row for row in found.rows if row]


def outcome(reply: Reply) -> str:
    """What the page says above the form."""
    told = reply.text[: reply.text.index('id="ask"')]
    return told[told.index('class="outcome') :]


def test_an_answer_that_conclusions_alone_give_is_missed_for_that_reason(
    server: Running, merged: Graph
) -> None:
    """The button of the page says graphs after the form's own empty choice: the last counts everywhere."""
    query = f"{PREFIX} SELECT ?a ?t {{ ?a ccr:activeInTheme ?t }}"
    rows = len(merged.query(query))
    address = f"/sparql?{urlencode([('query', query), ('graphs', ''), ('graphs', 'asserted')])}"
    reply = server.get(address, Accept=BROWSER, Accept_Language="ja")
    assert f"推論を含めて問うと，{rows}行あります" in seen(reply).text
    assert "推論を除いたので" in outcome(reply)
    assert "空ではありません" not in reply.text
    plan = server.get(address.replace("/sparql", "/workbench/plan"), Accept="application/json").json
    assert [step["alone"]["en"] for step in plan["steps"]] == ["0"]
    empty = server.get(address.replace("/sparql", "/workbench/empty"), Accept="application/json").json
    assert empty["verdict"] == "unrecorded"


def test_triples_stand_under_their_subjects(server: Running, merged: Graph) -> None:
    query = f"{PREFIX} CONSTRUCT WHERE {{ ?s skos:notation '5-direction-1' ; ccr:text ?t ; ccr:hasLead ?a }}"
    expected = len(merged.query(query).graph or ())
    found = seen(page(server, query))
    assert f"1 to {expected} of {expected}" in found.text
    assert sum(len(row) == 2 for row in found.rows[1:]) == expected
    assert len(found.all("th", scope="rowgroup")) == 1


def test_a_chart_is_drawn_to_scale_and_has_its_table(server: Running, merged: Graph) -> None:
    counts = [int(n) for _, n in selected(merged, THEMES)]
    found = seen(page(server, THEMES, view="chart"))
    widths = [float(bar["width"].rstrip("%")) for bar in found.all("rect")]
    assert sorted(widths) == pytest.approx(sorted(100 * n / max(counts) for n in counts), abs=0.01)
    assert sorted(int(row[1]) for row in values(found)) == sorted(counts)
    assert "style" not in {name for _, own in found.elements for name in own}


def test_numbers_below_zero_are_drawn_to_the_other_side(server: Running) -> None:
    query = "SELECT ?x ?n { VALUES (?x ?n) { ('a' -30) ('b' 10) ('c' 1e308) ('d' -1e308) ('e' UNDEF) } }"
    found = seen(page(server, query, view="chart"))
    assert len(found.all("rect")) == 4
    mild = seen(page(server, query.replace("('c' 1e308) ('d' -1e308)", ""), view="chart"))
    bars = [(float(bar["x"].rstrip("%")), float(bar["width"].rstrip("%"))) for bar in mild.all("rect")]
    assert bars == [(0, 75), (75, 25)]
    assert "1 rows of this page have no value" in mild.text


def test_a_timeline_stands_under_its_years(server: Running) -> None:
    query = """SELECT ?what ?from ?to { VALUES (?what ?from ?to) {
        ('later' '2019'^^<http://www.w3.org/2001/XMLSchema#gYear> '2020'^^<http://www.w3.org/2001/XMLSchema#gYear>)
        ('sooner' '2017-04-01'^^<http://www.w3.org/2001/XMLSchema#date> UNDEF) } }"""
    found = seen(page(server, query, view="timeline"))
    assert re.findall(r"sooner|later", found.text.partition("Timeline:")[2])[:2] == ["sooner", "later"]
    # From 2017 to 2021 are four years: 2019 and 2020 are the second half, April a quarter of a year.
    assert [(bar["x"], bar["width"]) for bar in found.all("rect")] == [("50.0%", "50.0%")]
    assert [dot["cx"] for dot in found.all("circle")] == ["6.25%"]


def test_a_network_ties_what_the_rows_tie(server: Running, merged: Graph) -> None:
    query = f"{PREFIX} SELECT ?s ?role ?a {{ ?s ?role ?a FILTER(?role = ccr:hasLead) }}"
    rows = set(selected(merged, query))
    found = seen(page(server, query, view="graph"))
    assert len(found.all("li", **{"data-among": "1"})) == len({end for s, _, a in rows for end in (s, a)})
    assert len([own for _, own in found.elements if "data-tie" in own]) == len(rows)
    assert len(values(found)) >= len(rows)


def test_only_views_that_the_columns_allow_are_offered(server: Running) -> None:
    for query, views in (
        (TEXTS, ["table", "text", "raw"]),
        (THEMES, ["table", "chart", "text", "raw"]),
        (ROLES, ["table", "graph", "text", "raw"]),
        ("SELECT ?y { BIND('2020'^^<http://www.w3.org/2001/XMLSchema#gYear> AS ?y) }", None),
        ("DESCRIBE <https://w3id.org/care-roadmap/id/fujisawa/actor/csw>", ["table", "graph", "raw"]),
        ("ASK {}", ["table", "raw"]),
    ):
        found = seen(page(server, query))
        offered = [own["value"] for own in found.all("button", name="view")]
        assert offered == (views or ["table", "timeline", "text", "raw"])
    assert "cannot be seen in that view" in seen(page(server, TEXTS, view="chart")).text


def test_plain_characters_and_the_raw_answer(server: Running) -> None:
    query = f"{TEXTS} LIMIT 2"
    text = seen(page(server, query, view="text")).text
    assert '"1-direction-1"' in text
    assert "@ja" not in text.partition("?n")[0]
    raw = seen(page(server, query, view="raw")).text
    assert server.ask(query).text in raw
    whole = seen(page(server, "SELECT * { ?s ?p ?o }", view="raw"))
    assert "Only its beginning is shown here" in whole.text


def test_every_download_is_the_whole_answer(server: Running) -> None:
    found = seen(page(server, TEXTS, page="2", desc="n"))
    links = {own["download"]: own["href"] for own in found.all("a") if "download" in own}
    assert set(links) == {f"answer.{end}" for end in ("srj", "srx", "csv", "tsv")} | {"answer-excel.csv"}
    for name, address in links.items():
        reply = server.get(address, Accept=BROWSER)
        assert reply.status == 200
        rows = {"srj": '"n":{', "srx": "<result>"}.get(name.rpartition(".")[2])
        assert (reply.text.count(rows) if rows else len(reply.text.splitlines()) - 1) == 158


def test_csv_for_excel_holds_no_formula_and_keeps_numbers(hostile: Running) -> None:
    query = "SELECT ?o { ?s ?p ?o FILTER(?p IN (<http://example.org/formula>, <http://example.org/number>)) }"
    reply = hostile.ask(query, format="excel")
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    assert reply.body.startswith("\ufeff".encode())
    rows = list(csv.reader(io.StringIO(reply.body.decode("utf-8-sig"), newline="")))
    # “-5” and “+3” are numbers for a spreadsheet whether they were text or not; no formula is.
    assert Counter(value for (value,) in rows[1:]) == Counter(["'=1+1", "'@x", "-5", "-5", "+3", "2.5"])
    assert hostile.ask("SELECT ?o { ?s ?p ?o }", "text/csv").text.count("'=1+1") == 0


@pytest.mark.parametrize(
    ("query", "line", "marked", "told"),
    [
        ("SELECT ?s\nWHERE {\n ?s foo:bar ?o }", 3, "foo:bar", "has not been declared"),
        (
            "SELECT ?s WHERE {\n ?s skos:notation ?o }",
            2,
            "skos:notation",
            "PREFIX skos: &lt;http://www.w3.org",
        ),
        ("SELECT ?s WHERE {\n ?s a ?o\n ?o a ?x }", 3, "", "missing at the end of line 2"),
        ("SELEC ?s { ?s ?p ?o }", 1, "", "one may be misspelt"),
        ("SELECT ?s { ?s ?p ?o", 1, "", "The “{” at line 1, column 11 is not closed"),
        ("SELECT ?s {\n ?s ?p ?o FILTER(?o = ')' }", 2, "", "The “(” at line 2, column 17 is not closed"),
        ("SELECT ?s { ?s ?p ?o } }", 1, "", "The “}” at line 1, column 24 has no other"),
        ("SELECT ?s WHER { ?s ?p ?o }", 1, "{", "WHERE"),
        ("SELECT ?s { ?s ?p '<script>' ", 1, "", ""),
        ("SELECT ?a ?a { ?a ?b ?c }", 1, "", "stands twice"),
        ("SELECT ?s ?p { ?s ?p ?o } GROUP BY ?p", 1, "", "neither in GROUP BY"),
        ("x" * 5000, 1, "", ""),
        ("\n\n\n", 1, "", ""),
    ],
)
def test_a_mistake_is_shown_at_its_place(
    server: Running, query: str, line: int, marked: str, told: str
) -> None:
    reply = page(server, query)
    if not query.strip():
        assert reply.status == 200  # an empty form: the page of the endpoint
        return
    assert reply.status == 400
    assert f"Line {line}, column" in reply.text
    assert f"<mark>{marked}" in reply.text
    assert told in reply.text
    assert "<script>" not in reply.text
    assert reply.headers["cache-control"] == "no-store"
    kept = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", reply.text, re.S)
    assert kept is not None
    assert kept[1].replace("&lt;", "<").replace("&gt;", ">").replace("&#39;", "'") == query


def test_a_refusal_names_its_limit_and_keeps_the_query(server: Running) -> None:
    query = "SELECT * { ?a a ?x . ?b a ?y } LIMIT 400000"
    reply = page(server, query)
    assert reply.status == 413
    found = seen(reply)
    assert "result_size" in found.text
    assert query in found.text
    deep = page(server, "SELECT * " + "{" * 200 + "}" * 200)
    assert (deep.status, "query_nesting" in deep.text) == (400, True)
    assert Limits.__dataclass_fields__.keys() >= {"result_size", "query_nesting"}


def test_forty_thousand_rows_are_a_light_page(server: Running) -> None:
    query = "SELECT ?a ?b { ?a a ?x . ?b a ?y } LIMIT 40000"
    assert "Page 400 of 400" in seen(page(server, query, desc="b", page="400")).text
    assert "40000" in seen(page(server, query)).text


@pytest.mark.parametrize("view", ["table", "text", "raw", "chart", "graph", "timeline"])
def test_whatever_the_data_hold_the_page_holds(hostile: Running, view: str) -> None:
    for query in ("SELECT ?s ?p ?o { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"):
        reply = page(hostile, query, view=view)
        assert reply.status == 200
        found = seen(reply)
        assert {own.get("src", "") for own in found.all("script")} <= {
            "/static/built/copying.js",
            "/static/built/editor.js",
            "/static/built/picture.js",
        }
        assert not found.all("img")
        assert not [own for own in found.all("a") if own["href"].startswith(("javascript", "data"))]
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", reply.text)


def test_a_value_that_was_cut_has_a_way_to_the_whole(hostile: Running) -> None:
    query = "SELECT ?o { ?s <http://example.org/long> ?o }"
    found = seen(page(hostile, query))
    assert "more characters" in found.rows[1][1]
    assert found.all("button", name="row", value="1")
    alone = page(hostile, query, row="1").text
    assert alone.count("長い") * 5 > 30_000
    assert hostile.ask(query, "text/csv").text.count("長い") == 250_000


@pytest.mark.parametrize("columns", [0, 200, 1000])
def test_any_number_of_columns(hostile: Running, columns: int) -> None:
    names = " ".join(f"?v{n}" for n in range(columns)) or "*"
    pattern = "?v0 ?v1 ?v2" if columns else ""
    body = urlencode({"query": f"SELECT {names} {{ {pattern} }}"}).encode()
    headers = {"Accept": BROWSER, "Accept_Language": "en", "Content_Type": FORM}
    reply = hostile.request("POST", "/sparql", body, **headers)
    assert reply.status == 200
    found = seen(reply)
    assert max(map(len, found.rows)) == 1 + min(columns, 200)
    assert ("no value" in found.text) == (columns > 3)


@pytest.mark.parametrize("name", ["sort", "desc", "page", "row", "view", "lang", "x"])
@pytest.mark.parametrize(
    "value", ["<script>", "-1", "0", "9" * 30, "?x' OR 1=1", "\x00", "協議体", "a" * 5000]
)
def test_hostile_parameters_change_nothing_else(server: Running, name: str, value: str) -> None:
    reply = page(server, f"{TEXTS} LIMIT 3", **{name: value})
    assert reply.status == 200
    found = seen(reply)
    assert found.rows
    assert "<script>" not in reply.text


def test_a_form_that_is_posted_is_answered_by_a_page(server: Running) -> None:
    long = f"{TEXTS} LIMIT 3 # " + "あ" * 4000
    reply = server.request(
        "POST", "/sparql", urlencode({"query": long}).encode(), Accept=BROWSER, Content_Type=FORM
    )
    assert reply.status == 200
    assert reply.headers["cache-control"] == "no-store"
    found = seen(reply)
    assert len(values(found)) == 3
    assert {own["method"] for own in found.all("form")} <= {"post", "dialog"}
    assert not [own for own in found.all("a") if "download" in own]
    assert found.all("button", name="format", value="csv")


def test_the_page_of_a_long_query_holds_it_in_few_places(server: Running) -> None:
    """In its field, in the one form of all its buttons, and in that of the permalink; buttons keep the state."""
    names = ", ".join(f"<http://example.org/{number}>" for number in range(600))
    query = f"{PREFIX}SELECT ?n {{ ?s skos:notation ?n ; ccr:text ?t FILTER(?s NOT IN ({names})) }}"
    reply = post(server, "/sparql?desc=n", query)
    assert len(query) > 15_000
    assert reply.text.count("example.org/599&gt;") == 3
    found = seen(reply)
    sent = {own["formaction"] for own in found.all("button", form="f-save") if "formaction" in own}
    assert {
        "/sparql?sort=n#answer",
        "/sparql?desc=n&view=text#answer",
        "/sparql?desc=n&page=2#answer",
    } <= sent
    turned = seen(post(server, "/sparql?desc=n&page=2", query))
    rows = [row[0] for row in values(found) + values(turned)]
    assert rows == sorted(rows, reverse=True)
    assert len(rows) == 158


def post(server: Running, address: str, query: str) -> Reply:
    return server.request(
        "POST", address, urlencode({"query": query}).encode(), Accept=BROWSER, Content_Type=FORM
    )


def test_pages_have_validators_and_programs_keep_theirs(server: Running) -> None:
    first = page(server, TEXTS)
    assert first.headers["cache-control"] == "public, max-age=60"
    address = f"/sparql?{urlencode({'query': TEXTS})}"
    again = server.get(address, Accept=BROWSER, Accept_Language="en", If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert server.ask(TEXTS).headers["etag"] != first.headers["etag"]
    changing = page(server, "SELECT ?x { BIND(RAND() AS ?x) }")
    assert changing.headers["cache-control"] == "no-store"
    assert server.get(address.replace("?", "/?"), Accept=BROWSER).status == 200
    head = server.request("HEAD", address, Accept=BROWSER)
    assert (head.status, head.body) == (200, b"")


def test_without_a_query_the_page_of_the_endpoint(server: Running) -> None:
    for address in ("/sparql", "/sparql?query=", "/sparql?view=chart", "/sparql?query=%20&lang=ja"):
        reply = server.get(address, Accept=BROWSER)
        assert reply.status == 200
        assert 'id="protocol"' in reply.text
    assert server.get("/sparql?query=", Accept="*/*").status == 400


def test_a_page_waits_behind_no_other_pages_thread(hostile: Running, tmp_path: Path) -> None:
    """A query of a person is a stranger's: it runs in the strangers' lane, and counts there."""
    before = metric(hostile, 'kgapp_requests_total{place="sparql",status="200"}')
    assert page(hostile, "SELECT ?s { ?s ?p ?o }").status == 200
    assert metric(hostile, 'kgapp_requests_total{place="sparql",status="200"}') == before + 1
    assert tmp_path.is_dir()


def metric(server: Running, name: str) -> float:
    lines = server.get("/metrics").text.splitlines()
    return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(name)), 0.0)


def whys(server: Running, query: str, row: int) -> list[str]:
    """Where the page of one row leads to for the reasons of it."""
    page = server.get(f"/sparql?{urlencode({'query': query, 'row': row, 'lang': 'en'})}", Accept=BROWSER)
    assert page.status == 200
    return [
        html.unescape(address)
        for address in re.findall(r'<li><a href="(/why\?[^"]*)" rel="nofollow">', page.text)
    ]


def test_a_row_leads_to_why_it_can_be_said(server: Running) -> None:
    """Each pattern that must match, with the row's values; its page tells the reason (C7 of MODEL.md)."""
    query = f"""{PREFIX}SELECT ?issue ?actor ?name ?n {{
      ?issue ccr:respondedToBy ?actor ; skos:notation "5-nextIssue-2" ; ccr:inTheme/skos:notation ?n .
      OPTIONAL {{ ?actor skos:prefLabel ?name FILTER(LANG(?name) = "en") }}
      FILTER NOT EXISTS {{ ?issue ccr:hasLead ?actor }}
    }} ORDER BY ?actor"""
    first, second = whys(server, query, 1)
    shown = server.get(f"/sparql?{urlencode({'query': query, 'row': 1, 'lang': 'en'})}", Accept=BROWSER)
    assert "Theme 5, next-year issue 2 is responded to by" in shown.text
    assert "p=ccr:respondedToBy" in first and "p=http://www.w3.org/2004/02/skos/core%23notation" in second
    assert [server.get(address, Accept=BROWSER).status for address in (first, second)] == [200, 200]
    assert "This is a conclusion by rule" in server.get(f"{first}&lang=en", Accept=BROWSER).text
    assert "was recorded" in server.get(f"{second}&lang=en", Accept=BROWSER).text


@pytest.mark.parametrize(
    ("pattern", "count"),
    [
        ("{ ?s ccr:hasLead ?a } UNION { ?s ccr:hasPartner ?a }", 0),
        ("?s (ccr:hasLead|ccr:hasPartner) ?a", 0),
        ("?s ?p ?a . FILTER(?p = ccr:hasLead)", 0),  # the relation is no column
        ("GRAPH ?g { ?s ccr:hasLead ?a }", 1),
        ("?s ccr:hasLead ?a . ?s ccr:hasLead ?a", 1),
        ("?a ^ccr:hasLead ?s", 1),
    ],
)
def test_only_what_every_row_must_match_is_told_as_its_ground(
    server: Running, pattern: str, count: int
) -> None:
    found = whys(server, f"{PREFIX}SELECT ?s ?a {{ {pattern} }} ORDER BY ?s ?a LIMIT 2", 2)
    assert len(found) == count
    assert all(server.get(address, Accept=BROWSER).status == 200 for address in found)
