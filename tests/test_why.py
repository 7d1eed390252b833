"""Why?: the page, its RDF and JSON, the command, the links that lead to it, addresses that would do harm."""

from __future__ import annotations

import csv
import doctest
import html
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, Graph, URIRef
from rdflib.namespace import DCTERMS, FOAF, PROV
from rdflib.term import Node
from werkzeug.test import TestResponse

import kgapp.explain
from kgapp.cli import main
from kgapp.config import Settings
from kgapp.dataset import Dataset
from kgapp.errors import QueryRefused
from kgapp.home import Home
from kgapp.store import Serialized, Store
from kgapp.vocab import CCR, DEFAULT_BASE
from kgapp.web import create_app
from kgapp.web.frame.links import why_parameters
from kgapp.web.why.asked import read_triple
from tests.conftest import ROOT
from tests.terms import text_of

ID = f"{DEFAULT_BASE}id/"
PAGE = {"Accept": "text/html"}
CHART = {
    "s": "fujisawa/2020-02/chart/theme-4/2",
    "p": "ccr:involves",
    "o": "fujisawa/actor/fujisawa-shi-ishikai",
}
ACTIVE = {"s": "fujisawa/actor/csw", "p": "ccr:activeInTheme", "o": "fujisawa/2020-02/theme-5"}
STATED = {"s": "fujisawa/2020-02/theme-5/direction-1", "p": "ccr:hasLead", "o": "fujisawa/actor/csw"}
EXAMPLES = 15
"""Lines of the docstring of ``explain`` that are run."""
GLOSSES = (ROOT / "data" / "gloss" / "fujisawa" / "2020-02.csv").read_text(encoding="utf-8-sig")
TEXT = (ROOT / "data" / "source" / "fujisawa" / "2020-02.txt").read_text(encoding="utf-8")
FORMS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "rdf": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
    "trig": ox.RdfFormat.TRIG,
    "nq": ox.RdfFormat.N_QUADS,
}


@pytest.fixture(scope="module")
def content(dataset: Dataset) -> dict[str, set[ox.Triple]]:
    """The triples of each kind of graph."""
    found: dict[str, set[ox.Triple]] = {}
    for graph in dataset.graphs:
        triples = {q.triple for q in ox.parse(dataset.path(graph).read_bytes(), ox.RdfFormat.N_TRIPLES)}
        found.setdefault(graph.iri.rpartition("/")[2], set()).update(triples)
    return found


def ask(
    client: FlaskClient, given_by: dict[str, str], extension: str = "", headers: dict[str, str] = PAGE
) -> TestResponse:
    return client.get(f"/why{extension}?{urlencode(given_by)}", headers=headers)


def words(page: str) -> str:
    """What is read on a page, without its marks and links."""
    return html.unescape(re.sub(r"<[^>]+>", "", page[page.index("<main") :]))


# The page


def test_the_members_of_the_three_associations_are_told_step_by_step(client: FlaskClient) -> None:
    """MODEL.md, C4: 医師会 through 三師会; the chart's footnote lists its members."""
    said = ask(client, CHART).text
    assert '<html lang="ja">' in said
    (told,) = re.findall(r'<p class="told">(.*?)</p>', said, re.S)
    assert words(f"<main>{told}") == (
        "テーマ4 工程表2は，三師会を連携先として書いている（原文どおり）。"
        "「連携先」であれば「直接関わる主体」でもある。だから，テーマ4 工程表2には，三師会が直接関わる。"
        "三師会は，藤沢市医師会を構成団体とする（読み取り）。"
        "「直接関わる主体」をたどり，続けて「構成団体」をたどった先は，「関わる主体」に当たる。"
        "よって，テーマ4 工程表2には，藤沢市医師会が関わる。"
    )
    assert "prp-spo2" in said and "prp-spo1" in said and "脚注" in said
    assert "<code>chart-4-2</code>" in said


def test_it_is_told_in_english_alike(client: FlaskClient) -> None:
    said = words(ask(client, {**ACTIVE, "lang": "en"}).text)
    assert "Theme 5, direction 1 names community social worker as lead (as stated)." in said
    assert "Therefore community social worker is active in Theme 5." in said
    # Not only 5-direction-1: C1 of MODEL.md has CSW in 5-measure-1 and 5-status-1 too.
    assert "On other grounds (2)" in said
    assert "measure 1" in said and "status 1" in said


def test_a_name_that_the_data_mention_nowhere_is_told(client: FlaskClient, built_home: Home) -> None:
    """A misspelling is no “not recorded”: no class, relation or thing of ours is called so."""
    misspelt = {**STATED, "p": "ccr:hasLeed", "lang": "en"}
    answer = ask(client, misspelt)
    assert answer.status_code == 404
    said = words(answer.text)
    assert "The data mention this nowhere" in said and f"{CCR}hasLeed" in said
    told = ask(client, misspelt, ".json").get_data(as_text=True)
    assert "check how it is spelt" in told and "hasLeed" in told
    output = run_why(
        built_home, "fujisawa/actor/cws", "ccr:involvedIn", STATED["s"], LANG="en_GB.UTF-8"
    ).output
    assert "check how it is spelt" in output and f"<{ID}fujisawa/actor/cws>" in output
    assert "involvedIn>\n" not in output
    # Both ends and the relation are in the data: nothing is misspelt.
    known = ask(client, {**STATED, "p": "ccr:hasPartner", "lang": "en"})
    assert known.status_code == 404 and "mention this nowhere" not in words(known.text)


def test_the_example_of_explain_runs(built_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the docstring has it, on the dataset that the tests built."""
    monkeypatch.setenv("KGAPP_HOME", str(built_home.root))
    assert doctest.testmod(kgapp.explain) == (0, EXAMPLES)


def test_quotes_are_glossed_for_those_who_read_no_japanese(client: FlaskClient) -> None:
    """By the gloss of the passage, marked as ours (MODEL.md, "Properties")."""
    (gloss,) = [
        row["参考訳"] for row in csv.DictReader(GLOSSES.splitlines()) if row["番号"] == "5-direction-1"
    ]
    said = words(ask(client, {**ACTIVE, "lang": "en"}).text)
    assert f"{gloss} (unofficial translation of the whole passage)" in said
    assert f"{gloss} (unofficial translation)" in said  # beside the whole wording
    assert gloss not in ask(client, {**ACTIVE, "lang": "ja"}).text


def test_no_article_stands_before_the_name_of_a_kind(client: FlaskClient) -> None:
    kind = {"s": "fujisawa/2020-02/theme-5/nextIssue-5", "p": "a", "o": "ccr:Statement", "lang": "en"}
    said = words(ask(client, kind).text)
    assert "Whatever is of the kind “next-year issue” is of the kind “issue”." in said
    assert not re.search(r"\ba “[aeiou]", said)


def test_every_quote_marks_the_words_at_its_offsets(
    client: FlaskClient, content: dict[str, set[ox.Triple]]
) -> None:
    marked = 0
    for triple in sorted(content["inferred"], key=str)[::90]:
        said = ask(client, terms(triple))
        assert said.status_code == 200, triple
        figures = re.findall(r"<figure(.*?)</figure>", said.text, re.S)
        for figure in figures:
            place = re.search(r"文字 (\d+) から (\d+) の前まで", figure)
            assert place
            start, end = map(int, place.groups())
            joined = re.sub(r"[ 　\t]*\n[ 　\t\n]*", "", TEXT[start:end])
            for mark in re.findall(r"<mark>(.*?)</mark>", figure, re.S):
                assert html.unescape(mark) == joined
                marked += 1
    assert marked > 15


def terms(triple: ox.Triple) -> dict[str, str]:
    obj = triple.object
    return {
        "s": text_of(triple.subject),
        "p": triple.predicate.value,
        "o": obj.value if isinstance(obj, ox.NamedNode) else str(obj),
    }


def test_every_kind_of_record_is_told_so(client: FlaskClient, content: dict[str, set[ox.Triple]]) -> None:
    """Literals with languages and datatypes among them."""
    tried = 0
    for kind, triples in content.items():
        named = [one for one in triples if isinstance(one.subject, ox.NamedNode)]
        named = [one for one in named if not isinstance(one.object, ox.BlankNode)]
        short = sorted((one for one in named if len(str(one.object)) <= 300), key=str)
        for triple in short[:: max(1, len(short) // 10)]:
            said = ask(client, terms(triple))
            assert said.status_code == 200, triple
            assert ("結論ではなく" in said.text) == (kind != "inferred"), triple
            tried += 1
    assert tried > 70


def test_a_recorded_link_is_told_with_its_words(client: FlaskClient) -> None:
    said = ask(client, STATED).text
    assert "結論ではなく" in said and "続けて言うと" not in said
    assert "<mark>コミュニティソーシャルワーカーによる</mark>" in said
    assert "/read/fujisawa/2020-02?quote=" in said


def test_another_way_has_an_address_of_its_own(client: FlaskClient) -> None:
    first, second = (ask(client, {**ACTIVE, "way": way}).text for way in ("1", "2"))
    assert first != second
    links = [html.unescape(link) for link in re.findall(r'<li><a href="(/why\?[^"]*way=\d)"', first)]
    assert len(links) == 2
    for link in links:
        assert client.get(link, headers=PAGE).status_code == 200
    for way in ("0", "4", "-1", "x", "999", "1000", "１"):
        assert ask(client, {**ACTIVE, "way": way}).status_code == 404


def test_one_triple_has_one_document_however_it_is_written(client: FlaskClient) -> None:
    whole = {"s": ID + CHART["s"], "p": str(CCR.involves), "o": ID + CHART["o"]}
    spelled = [CHART, whole, {**CHART, "p": "involves"}, {**CHART, "s": f"id/{CHART['s']}"}]
    answers = [ask(client, one, ".ttl", {}) for one in spelled]
    assert {answer.data for answer in answers} == {answers[0].data}
    assert {answer.headers["ETag"] for answer in answers} == {answers[0].headers["ETag"]}
    again = ask(client, CHART, ".ttl", {"If-None-Match": answers[0].headers["ETag"]})
    assert again.status_code == 304


# As data


@pytest.mark.parametrize("asked", [CHART, ACTIVE, STATED], ids=["chain", "several", "recorded"])
def test_every_form_says_the_same(client: FlaskClient, asked: dict[str, str]) -> None:
    graphs = []
    for extension, form in FORMS.items():
        answer = ask(client, asked, f".{extension}", {})
        assert answer.status_code == 200
        graph = ox.Dataset(ox.parse(answer.data, form))
        graph.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        graphs.append(graph)
    assert len(graphs[0]) > 10 and all(graph == graphs[0] for graph in graphs)
    by_accept = client.get(f"/why?{urlencode(asked)}", headers={"Accept": "text/turtle"})
    assert by_accept.data == ask(client, asked, ".ttl", {}).data
    assert by_accept.headers["Content-Location"].startswith("/why.ttl?s=")
    assert "Accept" in by_accept.headers["Vary"]


def statements(graph: Graph) -> dict[URIRef, ox.Triple]:
    """The reified statements of a document, but those of axioms."""
    found = {}
    for node in graph.subjects(RDF.type, RDF.Statement):
        parts = [graph.value(node, term) for term in (RDF.subject, RDF.predicate, RDF.object)]
        if not str(node).rpartition("#")[2].startswith("axiom"):
            assert isinstance(node, URIRef)
            found[node] = ox.Triple(*(ox.NamedNode(str(part)) for part in parts))
    return found


def test_the_document_leads_from_its_topic_to_claims_and_quotes_of_the_dataset(
    client: FlaskClient, content: dict[str, set[ox.Triple]]
) -> None:
    recorded = set().union(*(triples for kind, triples in content.items() if kind != "inferred"))
    claims = {text_of(triple.subject) for triple in content["claims"]}
    derived = 0
    for triple in sorted(content["inferred"], key=str)[::140]:
        graph = Graph().parse(data=ask(client, terms(triple), ".ttl", {}).data, format="turtle")
        found = statements(graph)
        (topic,) = graph.objects(None, FOAF.primaryTopic)
        assert found[URIRef(str(topic))] == triple
        for node, said in found.items():
            sources = set(graph.objects(node, PROV.wasDerivedFrom))
            if (step := graph.value(node, PROV.wasGeneratedBy)) is None:
                assert said in recorded
                assert {str(source) for source in sources} <= claims
                assert {str(quote) for quote in graph.objects(node, PROV.wasQuotedFrom)} <= claims
            else:
                derived += 1
                assert set(graph.objects(step, PROV.used)) == sources
                assert graph.value(step, DCTERMS.identifier)
        assert reaches_no_circle(graph)
    assert derived > 20


def reaches_no_circle(graph: Graph) -> bool:
    def _below(node: Node, above: tuple[Node, ...]) -> bool:
        return node not in above and all(
            _below(source, (*above, node)) for source in graph.objects(node, PROV.wasDerivedFrom)
        )

    return all(_below(topic, ()) for topic in graph.objects(None, FOAF.primaryTopic))


def test_json_is_the_same_argument_as_a_tree(client: FlaskClient) -> None:
    answer = ask(client, ACTIVE, ".json", {})
    assert answer.content_type == "application/json"
    tree = json.loads(answer.data)
    assert (tree["recorded"], tree["ways"], tree["more"], tree["way"]) == (False, 3, False, 1)

    def _leaves(branch: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if branch["rule"] is None:
            yield branch
        for premise in branch.get("premises", ()):
            yield from _leaves(premise)

    leaves = {leaf["predicate"]: leaf for leaf in _leaves(tree["derivation"])}
    assert set(leaves) == {str(CCR.hasLead), str(CCR.inTheme)}
    (claim,) = leaves[str(CCR.hasLead)]["claims"]
    (quote,) = claim["quotes"]
    assert TEXT[quote["start"] : quote["end"]] == quote["words"] == "コミュニティソーシャルワーカーによる"
    assert tree["statement"]["words"]["ja"].startswith("コミュニティソーシャルワーカーは，")


# What is not there


def test_what_is_not_recorded_is_told_with_what_is(client: FlaskClient) -> None:
    """MODEL.md, C5: 三師会 leads nothing; the chart names it as partner."""
    missing = {"s": CHART["s"], "p": "ccr:hasLead", "o": "fujisawa/actor/sanshikai"}
    answer = ask(client, missing)
    assert answer.status_code == 404
    said = words(answer.text)
    assert "とは記録されていません" in said and "三師会を連携先として書いている" in said
    turned = ask(client, {"s": STATED["o"], "p": STATED["p"], "o": STATED["s"], "lang": "en"})
    assert turned.status_code == 404
    assert "Theme 5, direction 1 names community social worker as lead" in words(turned.text)
    for link in re.findall(r'<li><a href="(/why\?[^"]+)"', answer.text + turned.text):
        assert client.get(html.unescape(link), headers=PAGE).status_code == 200
    for extension in (".ttl", ".json"):
        told = ask(client, missing, extension, {})
        assert told.status_code == 404 and "連携先として書いている" in told.text


def test_a_form_that_is_not_offered(client: FlaskClient) -> None:
    assert ask(client, CHART, ".exe").status_code == 404
    assert ask(client, CHART, ".html").status_code == 200
    assert ask(client, CHART, "", {"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize(
    "given_by",
    [
        {},
        {"s": CHART["s"]},
        {**CHART, "s": ""},
        {**CHART, "s": "_:b0"},
        {**CHART, "o": "_:b0"},
        {**CHART, "o": '"open'},
        {**CHART, "o": '"a"@ja . <urn:x> <urn:y> <urn:z>'},
        {**CHART, "o": '"a"@ja . # more'},
        {**CHART, "o": '"a"\n'},
        {**CHART, "s": "a b"},
        {**CHART, "p": "http://[x"},
        {**CHART, "s": f"{ID}x> <urn:y"},
        {**CHART, "s": "http://x/\r\nSet-Cookie: a=b"},
        {**CHART, "s": "x" * 2001},
        {**CHART, "o": '"' + "x" * 500 + '"'},
    ],
)
def test_what_names_no_triple_is_refused(client: FlaskClient, given_by: dict[str, str]) -> None:
    for extension in ("", ".ttl", ".json"):
        answer = ask(client, given_by, extension)
        assert answer.status_code == 400
        assert "Set-Cookie" not in answer.headers and "s=fujisawa/" in answer.text


def test_an_address_at_its_longest_makes_no_page_or_header_heavy(built_home: Home) -> None:
    words, iri, longer = "語" * 295, f"urn:{'語' * 130}", f"urn:{'語' * 400}"
    data = f'<{iri}> <urn:p> "{words}"@ja , <{iri}> , <{longer}> .'.encode()
    store = Store([Serialized("x.ttl", data, ox.RdfFormat.TURTLE)], DEFAULT_BASE)
    client = create_app(store, lambda: None, built_home, Settings()).test_client()
    for extension in ("", ".ttl"):
        for obj in (f'"{words}"@ja', iri):
            answer = ask(client, {"s": iri, "p": "urn:p", "o": obj}, extension)
            assert answer.status_code == 200
            assert sum(len(value) for _, value in answer.headers) < 9_000
            assert len(answer.data) < 50_000
        assert ask(client, {"s": iri, "p": "urn:p", "o": longer}, extension).status_code == 400


def test_a_parameter_given_twice_is_refused(client: FlaskClient) -> None:
    assert client.get(f"/why?{urlencode([*CHART.items(), ('o', 'x')])}").status_code == 400


@pytest.mark.parametrize(
    "hostile",
    ["javascript:alert(1)", "fujisawa/<script>alert(1)</script>", '"<script>alert(1)</script>"', "../../etc"],
)
def test_hostile_names_are_told_as_text(client: FlaskClient, hostile: str) -> None:
    answer = ask(client, {**CHART, "o": hostile})
    assert answer.status_code in (400, 404)
    assert "<script>alert" not in answer.text and 'href="javascript' not in answer.text


iris = st.one_of(
    st.text(alphabet="abz/:.~-_#?%あ", max_size=12).map(lambda text: ID + text),
    st.text(alphabet="abz/:.~-_#あ", max_size=12).map(lambda text: f"https://example.org/{text}"),
    st.text(alphabet="abz-_.9", min_size=1, max_size=8).map(lambda text: str(CCR.involves)[:-8] + text),
    st.sampled_from(["urn:x:y", "mailto:a@b", ID, str(RDF.type), "tag:a,2020:b"]),
)
literals = st.builds(
    lambda text, language: ox.Literal(text, language=language) if language else ox.Literal(text),
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30),
    st.sampled_from(["", "ja", "en-GB"]),
)


@given(iris, iris, iris.map(lambda iri: iri) | literals)
def test_an_address_is_read_back_as_the_triple_that_it_is_of(
    subject: str, predicate: str, obj: str | ox.Literal
) -> None:
    try:
        node = obj if isinstance(obj, ox.Literal) else ox.NamedNode(obj)
        triple = ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), node)
    except ValueError:
        return
    text = str(node) if isinstance(node, ox.Literal) else node.value
    given_by = dict(parse_qsl(why_parameters(subject, predicate, text, DEFAULT_BASE), keep_blank_values=True))
    assert read_triple(given_by, DEFAULT_BASE) == triple


@given(st.dictionaries(st.sampled_from("spo"), st.text(max_size=40)))
def test_whatever_is_asked_is_a_triple_or_refused(given_by: dict[str, str]) -> None:
    try:
        assert isinstance(read_triple(given_by, DEFAULT_BASE), ox.Triple)
    except QueryRefused as error:
        assert error.status == 400 and error.what.ja and error.remedy.en


# The links that lead here


@pytest.mark.parametrize(
    ("page", "least"),
    [
        ("/doc/fujisawa/2020-02/theme-5/nextIssue-2", 4),
        ("/doc/fujisawa/actor/fujisawa-shi-ishikai", 4),
        ("/doc/fujisawa/2020-02/theme-5", 10),
        ("/matrix/cell?thing=fujisawa/actor/fujisawa-shi-ishikai", 1),
        ("/between?from=fujisawa/actor/fujisawa-shi-ishikai&to=fujisawa/2020-02/chart/theme-4/2", 1),
    ],
)
def test_what_is_concluded_leads_to_its_reason(client: FlaskClient, page: str, least: int) -> None:
    for lang in ("ja", "en"):
        said = client.get(page, headers={**PAGE, "Accept-Language": lang}).text
        links = {html.unescape(link) for link in re.findall(r'href="(/why\?[^"]+)"', said)}
        assert len(links) >= least
        for link in links:
            answer = client.get(link, headers={**PAGE, "Accept-Language": lang})
            assert answer.status_code == 200
            assert ("規則による結論" if lang == "ja" else "a conclusion by rule") in answer.text


def test_every_value_marked_as_concluded_has_its_reason_beside_it(
    client: FlaskClient, content: dict[str, set[ox.Triple]]
) -> None:
    path = "fujisawa/2020-02/theme-5/nextIssue-2"
    said = client.get(f"/doc/{path}", headers=PAGE).text
    links = re.findall(r'href="/why\?([^"]+)"', said)
    told = {read_triple(dict(parse_qsl(html.unescape(link))), DEFAULT_BASE) for link in links}
    subject = ID + path
    node = ox.NamedNode(subject)
    expected = {one for one in content["inferred"] if node in (one.subject, one.object)}
    recorded = set().union(*(triples for kind, triples in content.items() if kind != "inferred"))
    assert told >= {one for one in expected - recorded if "/claim/" not in text_of(one.subject)}


# Other data, and the command


def test_other_data_are_explained_as_far_as_they_go(built_home: Home) -> None:
    data = '<urn:a> <urn:p> <urn:b> , "語"@ja ; a <urn:C> . <urn:C> <urn:q> [] .'.encode()
    store = Store([Serialized("x.ttl", data, ox.RdfFormat.TURTLE)], DEFAULT_BASE)
    client = create_app(store, lambda: None, built_home, Settings()).test_client()
    for given_by in (
        {"s": "urn:a", "p": "urn:p", "o": "urn:b"},
        {"s": "urn:a", "p": "urn:p", "o": '"語"@ja'},
        {"s": "urn:a", "p": "a", "o": "urn:C"},
    ):
        answer = ask(client, given_by)
        assert answer.status_code == 200 and "結論ではなく" in answer.text
        assert 'href="/doc/' not in answer.text and 'href="/wrong' not in answer.text
        told = ask(client, given_by, ".ttl", {})
        assert told.status_code == 200
        assert "creativecommons" not in told.text + told.headers["Link"] + answer.headers["Link"]
    assert ask(client, {"s": "urn:b", "p": "urn:p", "o": "urn:a"}).status_code == 404


def run_why(home: Home, *parts: str, **environment: str) -> Result:
    spoken = {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "", **environment}
    return CliRunner().invoke(main, ["why", *parts], env={"KGAPP_HOME": str(home.root), **spoken})


def test_the_command_tells_it_in_the_language_of_the_locale(built_home: Home) -> None:
    for locale in ({}, {"LANG": "en_GB.UTF-8", "LC_ALL": "ja_JP.UTF-8"}, {"LANG": "C.UTF-8"}):
        japanese = run_why(built_home, *CHART.values(), **locale)
        assert japanese.exit_code == 0
        assert "よって，テーマ4 工程表2には，藤沢市医師会が関わる。" in japanese.output
        assert "【三師会＊及び在宅医療支援センター等との推進】" in japanese.output
    english = run_why(built_home, *ACTIVE.values(), LANG="en_GB.UTF-8")
    assert "Therefore community social worker is active in Theme 5." in english.output
    assert "Other grounds: 2" in english.output


def test_the_command_fails_for_what_is_not_there(built_home: Home) -> None:
    missing = run_why(built_home, CHART["s"], "hasLead", "fujisawa/actor/sanshikai", "--lang", "en")
    assert missing.exit_code == 1
    assert "is not recorded" in missing.output and "as partner" in missing.output
    assert run_why(built_home, "_:x", "a", "b").exit_code == 1
