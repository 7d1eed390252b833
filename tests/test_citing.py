"""Permalinks over HTTP, against real servers: made, negotiated, cited, and asked again after another
build; the fingerprint as the documentation tells anybody to make it."""

from __future__ import annotations

import html
import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from citeproc import Citation as Cited
from citeproc import CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import parse_string

from kgapp.build import build
from kgapp.home import Home
from kgapp.queryfile import read_queries
from kgapp.vocab import DEFAULT_BASE
from kgapp.web.citing.citation import Citation, bibtex, latex
from kgapp.web.http.permalink import Permalink, write_code
from tests.conftest import ROOT
from tests.homes import add_small_edition
from tests.server import Reply, Running, serving

CCR = "PREFIX ccr: <https://w3id.org/care-roadmap/ns#>\n"
GOALS = f"# 目標の一覧\n{CCR}SELECT ?goal {{ ?goal a ccr:Goal }}"
"""The paper has fifteen goals (MODEL.md, "The source")."""
HTML = "text/html,application/xhtml+xml"
FORM = "application/x-www-form-urlencoded"


def made(server: Running, query: str, **more: str) -> str:
    """The address to which a query leads."""
    reply = server.request("POST", "/q", urlencode({"query": query, **more}).encode(), Content_Type=FORM)
    assert reply.status == 303, reply.text
    return str(reply.headers["location"])


def about(server: Running, address: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(server.get(f"{address}.about.json").text)
    return found


def test_a_query_is_led_to_an_address_that_holds_it(server: Running) -> None:
    address = made(server, GOALS)
    assert re.fullmatch(r"/q/[\w-]+", address)
    assert server.get(f"/q?{urlencode({'query': GOALS})}").headers["location"] == address
    assert server.get(f"{address}.rq").text == GOALS
    told = about(server, address)
    assert (told["query"], told["version"], told["answer"]) == (GOALS, "same", "same")
    assert told["then"] == told["now"]
    assert told["now"]["answer"]["size"] == 15


def test_lines_that_a_form_ended_its_way_stay_so_and_cost_nothing(server: Running) -> None:
    of_a_form = GOALS.replace("\n", "\r\n")
    address = made(server, of_a_form)
    assert server.get(f"{address}.rq").body == of_a_form.encode()
    assert len(address) == len(made(server, GOALS))


@pytest.mark.parametrize(
    ("accept", "content"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/*", "text/csv; charset=utf-8"),
        (HTML, "text/html; charset=utf-8"),
        ("application/x-bibtex", "application/x-bibtex; charset=utf-8"),
        ("application/vnd.citationstyles.csl+json", "application/vnd.citationstyles.csl+json; charset=utf-8"),
        ("text/x-bibliography", "text/plain; charset=utf-8"),
        ("application/sparql-query", "application/sparql-query; charset=utf-8"),
    ],
)
def test_what_an_address_gives_is_negotiated(server: Running, accept: str, content: str) -> None:
    headers = {"Accept": accept} if accept else {}
    reply = server.get(made(server, GOALS), **headers)
    assert (reply.status, reply.headers["content-type"]) == (200, content)
    assert "Accept" in reply.headers["vary"]
    assert reply.headers["etag"]
    assert server.request("HEAD", made(server, GOALS), **headers).headers["etag"] == reply.headers["etag"]


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "xml"])
def test_the_answer_is_that_of_the_endpoint(server: Running, form: str) -> None:
    """With graphs that the request chose, too: no goal stands in the graph of claims."""
    claims = "https://w3id.org/care-roadmap/id/fujisawa/2020-02/graph/claims"
    for graphs in ({}, {"default-graph-uri": claims}):
        given = {"query": f"{CCR}SELECT (COUNT(*) AS ?n) {{ ?s a ccr:Goal }}", **graphs}
        reply = server.get(f"{made(server, **given)}.{form}")
        assert reply.body == server.get(f"/sparql?{urlencode({**given, 'format': form})}").body
        assert ("15" in reply.text) is not bool(graphs)
        assert 'rel="describedby"' in reply.headers["link"]


ROLES = f"{CCR}SELECT (COUNT(*) AS ?n) {{ ?thing ccr:involves ?who }}"
"""``involves`` is what rules conclude from the roles (MODEL.md, "Properties"): no paper states it."""


def test_what_was_asked_without_conclusions_is_asked_so_again(server: Running) -> None:
    whole, without = made(server, ROLES), made(server, ROLES, graphs="asserted")
    assert whole == made(server, ROLES, graphs="all") != without
    told = about(server, without)
    assert (told["graphs"], told["version"], told["answer"]) == ("asserted", "same", "same")
    assert about(server, whole)["graphs"] == "all"
    for form in ("csv", "json"):
        asked = urlencode({"query": ROLES, "graphs": "asserted", "format": form})
        assert server.get(f"{without}.{form}").body == server.get(f"/sparql?{asked}").body
    assert server.get(f"{without}.csv").text.split()[1] == "0"
    assert server.get(f"{whole}.csv").text.split()[1] != "0"
    assert server.get(without, Accept="text/csv").text.split()[1] == "0"


def test_a_citation_says_that_conclusions_were_left_out(server: Running) -> None:
    for graphs, said in (("asserted", True), ("all", False)):
        address = made(server, GOALS, graphs=graphs)
        for lang, words in (("ja", "推論を除いて問う"), ("en", "asked without conclusions")):
            for form in ("txt", "bib", "csl.json"):
                assert (words in server.get(f"{address}.{form}?lang={lang}").text) is said, form
        (item,) = json.loads(server.get(f"{address}.csl.json").text)
        assert item["custom"].get("graphs") == ("asserted" if said else None)


def test_the_page_of_an_answer_without_conclusions_leads_to_its_address(server: Running) -> None:
    """By a link, and by a form where the query is long; the page of the address leads back."""
    long = f"{GOALS} #{'長' * 2500}"
    for query in (GOALS, long):
        asked = {"query": query, "graphs": "asserted", "lang": "en"}
        form = urlencode(asked).encode()
        page = server.request("POST", "/sparql", form, Content_Type=FORM, Accept=HTML).text
        if query is long:
            (given,) = re.findall(r'<form[^>]*action="/q">(.*?)</form>', page, re.S)
            fields = re.findall(r'name="([^"]*)">\n(.*?)</textarea>', given, re.S)
            address = made(server, **{name: html.unescape(value) for name, value in fields})
        else:
            (link,) = re.findall(r'href="(/q\?[^"]*)"', page)
            address = server.get(html.unescape(link)).headers["location"]
        assert address == made(server, query, graphs="asserted")
        cited = server.get(f"{address}?lang=en", Accept=HTML).text
        assert "graphs of conclusions are left out" in cited
        if query is GOALS:
            assert "graphs=asserted" in re.findall(r'href="(/sparql\?[^"]*)"', cited)[0]


def test_graphs_chosen_twice_by_hand_are_refused_as_at_the_endpoint(server: Running) -> None:
    for link in (
        Permalink(GOALS, ("http://a",), stated=True),
        Permalink("SELECT * FROM <http://a> { ?s ?p ?o }", stated=True),
    ):
        address = f"/q/{write_code(link)}"
        assert server.get(f"{address}.csv").status == 400
        page = server.get(f"{address}?lang=en", Accept=HTML)
        assert page.status == 200
        assert "Graphs are chosen twice" in page.text
        assert about(server, address)["answer"] == "refused"


def test_graphs_and_truth_values_have_addresses_too(server: Running) -> None:
    graph = made(server, f"{CCR}CONSTRUCT WHERE {{ ?s a ccr:Goal }}")
    assert about(server, graph)["now"]["answer"]["size"] == 15
    assert server.get(f"{graph}.nt").text.count("\n") == 15
    assert server.get(f"{graph}.csv").status == 406
    truth = made(server, f"{CCR}ASK {{ ?s a ccr:Goal }}")
    assert about(server, truth)["now"]["answer"]["size"] == 1
    assert (
        "「はい" not in server.get(f"{truth}.txt").text and "（はい，指紋" in server.get(f"{truth}.txt").text
    )


def documented() -> str:
    text = (ROOT / "kgapp" / "web" / "docs" / "citing.en.md").read_text(encoding="utf-8")
    other = (ROOT / "kgapp" / "web" / "docs" / "citing.ja.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"```sh\n(.*?)```", text, re.S)
    assert command in other
    return str(command)


@pytest.mark.parametrize(
    "query",
    [
        GOALS,
        f"{CCR}SELECT ?s ?text {{ ?s ccr:text ?text }} LIMIT 40",
        "SELECT ?a ?b { VALUES (?a ?b) { (UNDEF UNDEF) (1 'x\\ty') ('_:z, b' 2) (UNDEF UNDEF) } }",
        "SELECT ?a { VALUES ?a { UNDEF UNDEF 'a' } }",
        "SELECT ?a { VALUES ?a { } }",
        "SELECT (BNODE() AS ?b) ?n { VALUES ?n { 3 1 2 } }",
    ],
)
def test_anybody_can_make_the_fingerprint_with_common_tools(
    server: Running, tmp_path: Path, query: str
) -> None:
    (tmp_path / "query.rq").write_text(query, encoding="utf-8")
    site = {"SITE": f"http://127.0.0.1:{server.port}", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        ["sh", "-c", documented()], cwd=tmp_path, env=site, capture_output=True, text=True, check=True
    )
    told = about(server, made(server, query))
    assert told["now"]["answer"]["fingerprint"] == done.stdout.strip()
    assert told["answer"] == "same"


@pytest.mark.parametrize("query", ["SELECT (NOW() AS ?n) {}", "SELECT (RAND() AS ?n) {}"])
def test_what_changes_from_run_to_run_has_no_fingerprint(server: Running, query: str) -> None:
    told = about(server, made(server, query))
    assert (told["answer"], told["then"]["answer"]) == ("changes-from-run-to-run", None)


def test_a_name_that_holds_such_letters_changes_nothing(server: Running) -> None:
    told = about(server, made(server, f"{CCR}SELECT ?known {{ ?known ccr:timeUnknown ?uuid }} # NOW()"))
    assert told["answer"] == "same"


def test_a_query_that_is_refused_has_no_address(server: Running) -> None:
    for query, status in (
        ("SELECT * {", 400),
        ("SELECT * { SERVICE <http://a> {} }", 400),
        ("ASK {}" + " " * 300_000, 413),
    ):
        reply = server.request("POST", "/q", urlencode({"query": query}).encode(), Content_Type=FORM)
        assert reply.status == status, reply.text
        ja, en = reply.text.split("\n\n")
        assert re.search("[ぁ-ん]", ja) and not re.search("[ぁ-ん]", en)


def test_128_kb_are_asked_but_do_not_fit_an_address(server: Running) -> None:
    words = " ".join(f'"{number * 7919 % 99991:x}"' for number in range(18_500))
    query = f"SELECT ?a {{ VALUES ?a {{ {words} }} }}"
    assert len(query) > 128 * 1024
    reply = server.request("POST", "/q", urlencode({"query": query}).encode(), Content_Type=FORM)
    assert reply.status == 413
    assert "/sparql" in reply.text


@pytest.mark.parametrize(
    "path", ["/q/AAAA", "/q/a/b", "/q/..%2F..", "/q/%00", "/q/日本", "/q/" + "A" * 9000, "/q/A.exe"]
)
def test_a_damaged_address_is_told(server: Running, path: str) -> None:
    for accept in (HTML, "text/plain"):
        reply = server.get(path.replace("日本", "%E6%97%A5"), Accept=accept)
        assert reply.status == 404, path
        assert accept == HTML or "/q/" in reply.text


def test_methods_and_the_bare_address(server: Running) -> None:
    assert server.request("POST", made(server, GOALS), b"").status == 405
    assert server.request("DELETE", "/q").status == 405
    assert server.get("/q?lang=en").headers["location"] == "/docs/citing?lang=en"
    assert server.get("/q?update=CLEAR+ALL").status == 303


def test_a_page_for_each_language_stays_small(server: Running) -> None:
    long = GOALS + "".join(f"\n# {number // 50} よみもの" for number in range(6000))
    for query in (GOALS, long):
        address = made(server, query)
        for lang, word in (("ja", "同じです"), ("en", "is the same")):
            page = server.get(f"{address}?lang={lang}", Accept=HTML)
            assert page.status == 200
            assert word in page.text
            assert len(page.body) < 100_000


def test_markup_in_a_query_stays_text(server: Running) -> None:
    query = "# <script>alert(1)</script>\nSELECT ('</pre><img src=x onerror=a>' AS ?x) {}"
    for path in (made(server, query), f"/snippets?{urlencode({'query': query})}"):
        page = server.get(path, Accept=HTML).text
        assert "<script>alert" not in page and "<img" not in page
        assert "&lt;script&gt;" in page


TITLES = [
    (GOALS, "目標の一覧", "目標の一覧"),
    ("SELECT * {}", "SPARQLの問い合わせ", "Answer to a query in SPARQL"),
    (f"# {'長' * 300}\nASK {{}}", f"「{'長' * 119}…」", f"“{'長' * 119}…”"),
]


@pytest.mark.parametrize(("query", "ja", "en"), TITLES)
def test_a_citation_is_named_by_its_query(server: Running, query: str, ja: str, en: str) -> None:
    address = made(server, query)
    assert ja in server.get(f"{address}.txt?lang=ja").text
    assert en in server.get(f"{address}.txt?lang=en").text


def test_a_question_of_the_catalogue_is_named_with_its_values(server: Running) -> None:
    question = read_queries(ROOT / "queries" / "questions")["cq-c01-where-is-an-actor"]
    page = server.get("/questions/cq-c01-where-is-an-actor?actor=fujisawa/actor/kyogitai", Accept=HTML).text
    found = re.search(r'href="(/sparql\?[^"]*)"', page)
    assert found
    (asked,) = re.findall(r"query=([^&]*)", found[1])
    address = server.get(f"/q?query={asked}").headers["location"]
    assert len(address) < 80
    cited = server.get(f"{address}.txt?lang=ja").text
    assert f"「{question.title.ja}（主体: 協議体）」への答え（4行，指紋 " in cited
    assert f"{question.title.en} (actor: " in server.get(f"{address}.txt?lang=en").text


HARD = "# 50 % of {A} & B_C #1 ~ \\emph{x} $y^2$ “引用”\nASK {}"


def test_bibtex_survives_what_a_title_holds(server: Running) -> None:
    """Read by another program's parser."""
    address = made(server, HARD)
    entry = server.get(f"{address}.bib?lang=en").text
    ((key, read),) = parse_string(entry, "bibtex").entries.items()
    assert key.startswith("care-roadmap-")
    assert read.type == "misc"
    assert read.fields["url"].endswith(address)
    plain = re.sub(r"\\text(backslash|asciicircum|asciitilde)\{\}", _named, read.fields["title"])
    plain = re.sub(r"\\([$&#_%{}])", r"\1", plain.removeprefix("{").removesuffix("}"))
    assert plain == "Answer to “50 % of {A} & B_C #1 ~ \\emph{x} $y^2$ “引用””"
    assert "neither made nor endorsed by the City" in read.fields["note"]


def _named(found: re.Match[str]) -> str:
    return {"backslash": "\\", "asciicircum": "^", "asciitilde": "~"}[found[1]]


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("of {years}", r"of \{years\}"),  # what every reader of BibTeX knows
        ("} {", r"\textbraceright{} \textbraceleft{}"),  # BibTeX counts escaped ones, too
        ("{ x", r"\textbraceleft{} x"),
        ("2017--2020 <b>", r"2017-{}-2020 \textless{}b\textgreater{}"),
        ("a---b", "a-{}-{}-b"),
    ],
)
def test_signs_of_a_title_stay_what_they_are_in_latex(title: str, written: str) -> None:
    assert latex(title) == written


def test_no_title_is_markup_to_a_citation_processor(server: Running) -> None:
    address = made(server, "# <b>bold</b> x < y </I> <ccr:hasLead>\nASK {}")
    (item,) = json.loads(server.get(f"{address}.csl.json?lang=en").text)
    assert not re.search(r"</?(i|b)>", item["title"], re.IGNORECASE)
    plain = item["title"].replace("\u2060", "")
    assert plain == "Answer to “<b>bold</b> x < y </I> <ccr:hasLead>”"


def test_a_citation_in_words_is_one_line(server: Running) -> None:
    sentence = server.get(f"{made(server, GOALS)}.txt?lang=en").text
    assert sentence.endswith(")\n") and sentence.count("\n") == 1


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_bibtex_of_any_title_is_one_entry(title: str) -> None:
    cited = Citation(title, "ja", "table", None, "0123456789ab", "http://a", "http://b/q/c", date(2026, 3, 1))
    (entry,) = parse_string(bibtex(cited), "bibtex").entries.values()
    assert " ".join(entry.fields["title"].split()) == f"{{{latex(cited.whole_title)}}}"
    assert entry.fields["urldate"] == "2026-03-01"


def test_a_value_that_is_no_iri_stands_as_it_is(server: Running) -> None:
    """Only an address made by hand holds such a query: the endpoint refuses it."""
    text = read_queries(ROOT / "queries" / "questions")["cq-c01-where-is-an-actor"].text
    for value in (
        "http://a{b}",
        "urn:a",
        "",
        "https://w3id.org/care-roadmap/id/a^b",
        "https://w3id.org/care-roadmap/id/",
    ):
        link = Permalink(
            text.replace(" ?actor ;", f" <{value}> ;").replace(" ?actor\n", " \n"), version="0123456789ab"
        )
        page = server.get(f"/q/{write_code(link)}?lang=en", Accept=HTML)
        assert page.status == 200
        assert f"(actor: {value}" in html.unescape(page.text)


def test_a_citation_processor_reads_the_csl_json(server: Running) -> None:
    address = made(server, GOALS)
    (item,) = json.loads(server.get(f"{address}.csl.json?lang=en").text)
    assert item["type"] == "dataset" and "author" not in item and "issued" not in item
    source = CiteProcJSON([{name: value for name, value in item.items() if name != "custom"}])
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    listed = CitationStylesBibliography(style, source, formatter.plain)
    listed.register(Cited([CitationItem(item["id"])]))
    (rendered,) = [str(entry) for entry in listed.bibliography()]
    assert "Answer to “目標の一覧”" in rendered
    assert address in rendered


def grown(home: Home) -> None:
    add_small_edition(home, "2021-03")
    build(home, DEFAULT_BASE)


def test_after_another_build_an_address_tells_what_has_changed(small_copy: Home, tmp_path: Path) -> None:
    count = f"{CCR}SELECT (COUNT(*) AS ?n) {{ ?s a ccr:Theme }}"
    classes = f"{CCR}ASK {{ ccr:Theme ?p ?o }}"
    with serving(tmp_path, home=small_copy) as before:
        old = {query: made(before, query) for query in (count, classes)}
        stated = made(before, count, graphs="asserted")
        told = about(before, old[count])
        assert (told["version"], told["answer"]) == ("same", "same")
        first = told["now"]
    grown(small_copy)
    with serving(tmp_path, home=small_copy) as after:
        told = about(after, old[count])
        assert (told["version"], told["answer"], told["then"]) == ("earlier", "differs", first)
        assert told["now"]["version"] != told["then"]["version"]
        changes = told["changes"]
        listed = after.get(str(changes["list"]).partition(str(after.port))[2])
        assert json.loads(listed.text)["added"] == changes["added"] > 0
        assert about(after, old[classes])["answer"] == "same"
        told = about(after, stated)
        assert (told["graphs"], told["version"], told["answer"]) == ("asserted", "earlier", "differs")
        assert made(after, count, graphs="asserted") not in (stated, made(after, count))
        pages = [after.get(f"{old[query]}?lang=en", Accept=HTML).text for query in (count, classes)]
        assert "is not what it was" in pages[0] and "is the same as when" in pages[1]
        assert all(f"triples: {changes['added']:,} added" in page for page in pages)
        assert made(after, count) != old[count]
        for manifest in (small_copy.build / "versions").iterdir():
            manifest.unlink()
        told = about(after, old[count])
        assert (told["version"], told["answer"]) == ("not-kept", "differs")
        assert "cannot be told" in after.get(f"{old[count]}?lang=en", Accept=HTML).text


def test_data_of_files_have_addresses_without_a_version(tmp_path: Path, server: Running) -> None:
    data = tmp_path / "data.ttl"
    data.write_text("<http://a> <http://b> 1 .", encoding="utf-8")
    with serving(tmp_path, "--data", str(data)) as other:
        address = made(other, "SELECT * { ?s ?p ?o }")
        told = about(other, address)
        assert (told["version"], told["answer"]) == ("not-recorded", "same")
        assert told["now"] == {"version": None, "answer": told["then"]["answer"]}
        assert other.get(f"{address}.bib").status == 404
        told = about(other, made(server, GOALS))
        assert (told["version"], told["answer"]) == ("none-served", "differs")
        asked = urlencode({"query": GOALS, "graphs": "asserted"})
        refused = other.get(f"/q?{asked}")
        assert refused.status == 400 and "do not keep conclusions apart" in refused.text
        stated = made(server, GOALS, graphs="asserted")
        assert about(other, stated)["answer"] == "refused"
        for path in (address, stated, made(server, GOALS), "/docs/citing", "/snippets?query=ASK+%7B%7D"):
            page = other.get(f"{path}{'&' if '?' in path else '?'}lang=en", Accept=HTML)
            assert page.status == 200
            assert "committee paper" not in page.text or path.startswith(("/docs", "/q"))


def test_ten_clients_at_once_get_their_own(server: Running) -> None:
    queries = [f"SELECT ({number} AS ?n) {{}}" for number in range(10)]

    def whole(query: str) -> Reply:
        return server.get(f"{made(server, query)}.csv")

    with ThreadPoolExecutor(10) as clients:
        replies = list(clients.map(whole, queries))
    assert [reply.text.split()[1] for reply in replies] == [str(number) for number in range(10)]
