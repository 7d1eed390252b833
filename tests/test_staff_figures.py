"""Every number that the pages of staff say, read off the pages with its meaning and counted again:
by rdflib over the graphs as they lie on disk, or by a person over the paper (MODEL.md, tests/answers).
What a home's themes and the connections count, test_home_page and test_connections count again.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import RDF, Graph, URIRef
from rdflib.namespace import SKOS, Namespace
from rdflib.term import Node

from kgapp.config import Settings
from kgapp.dataset import Dataset
from kgapp.home import Home
from kgapp.store import Store
from kgapp.vocab import DEFAULT_BASE
from kgapp.web import create_app
from tests.conftest import ROOT

CCR = Namespace("https://w3id.org/care-roadmap/ns#")
ID = f"{DEFAULT_BASE}id/"
ROLES = {
    "中心": CCR.hasLead,
    "連携先": CCR.hasPartner,
    "扱う主体": CCR.hasSubject,
    "参加者": CCR.hasParticipant,
    "構成団体として": CCR.involves,
}
DIRECT = set(ROLES.values()) - {CCR.involves}
KINDS = (CCR.Body, CCR.Collective, CCR.ActorType, CCR.Post)
INITIATIVES = (CCR.Measure, CCR.StatusItem, CCR.Direction)
POINTING = {
    "中心として書かれている記載": CCR.hasLead,
    "連携先として書かれている記載": CCR.hasPartner,
    "扱う主体として書かれている記載": CCR.hasSubject,
    "参加者として書かれている記載": CCR.hasParticipant,
    "関わる主体として入る記載": CCR.involves,
    "直接関わる主体として入る記載": CCR.involvesDirectly,
    "これが応じる課題": CCR.respondedToBy,
}


class Counted:
    """The graphs, and what is counted in them."""

    def __init__(self, dataset: Dataset) -> None:
        self.graph = Graph()
        for part in dataset.graphs:
            self.graph.parse(dataset.path(part), format="nt")
        self.claims = {
            (self._one(claim, RDF.subject), self._one(claim, RDF.predicate), self._one(claim, RDF.object))
            for claim in self.graph.subjects(RDF.type, CCR.Claim)
        }

    def _one(self, subject: Node, predicate: URIRef) -> Node:
        (value,) = self.graph.objects(subject, predicate)
        return value

    def of_kind(self, *kinds: URIRef) -> set[Node]:
        return {
            one for kind in kinds for one in self.graph.subjects(RDF.type, kind) if str(one).startswith(ID)
        }

    def theme(self, passage: Node) -> str:
        return str(self._one(self._one(passage, CCR.inTheme), SKOS.notation)).removeprefix("theme-")

    def path(self, thing: Node) -> str:
        return str(thing).removeprefix(ID)


@pytest.fixture(scope="module")
def counted(dataset: Dataset) -> Counted:
    return Counted(dataset)


@pytest.fixture(scope="module")
def app(store: Store, dataset: Dataset, built_home: Home) -> Flask:
    return create_app(store, lambda: dataset, built_home, Settings())


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def words(html: str) -> str:
    """What stands on a page, without tags."""
    return unescape(re.sub("<[^>]+>", "", html))


def page(client: FlaskClient, address: str) -> str:
    asked = f"{address}{'&' if '?' in address else '?'}lang=ja"
    text = client.get(asked, headers={"Accept": "text/html"}).text
    return text[text.index("<main") : text.index("</main>")]


def counts_of_headings(html: str) -> dict[str, int]:
    """The figure in brackets at the end of each heading, by the heading's words."""
    found = (re.fullmatch(r"(.*?)\s*\((\d+)(?:件)?\)", words(one).strip()) for one in headings(html))
    return {match[1]: int(match[2]) for match in found if match}


def headings(html: str) -> list[str]:
    return re.findall(r"<h[23][^>]*>(.*?)</h[23]>", html, re.S)


def answers(name: str) -> int:
    """Rows of an answer that a person read off the paper."""
    lines = (ROOT / "tests" / "answers" / f"{name}.csv").read_text(encoding="utf-8-sig").splitlines()
    return len(lines) - 1


def test_what_the_first_page_says_it_holds(client: FlaskClient, counted: Counted) -> None:
    told = dict(re.findall(r"<dt>([^<]*)</dt><dd>(\d+)</dd>", page(client, "/")))
    with_a_role = {one for _, relation, one in counted.claims if relation in DIRECT}
    read = [
        one
        for mode in (CCR.stated, CCR.interpreted)
        for one in counted.graph.subjects(CCR.mode, mode)
        if (one, RDF.type, CCR.Claim) in counted.graph
    ]
    assert {name: int(number) for name, number in told.items()} == {
        "記述": 158,
        "重点テーマ": 6,
        "役割のある団体・職・人々": len(with_a_role),
        "根拠の言葉があるつながり": len(read),
        "地区": 13,
        "資料": 1,
    }


def test_the_matrix_says_how_many_links_and_gaps(client: FlaskClient, counted: Counted) -> None:
    html = page(client, "/matrix")
    things = counted.of_kind(*KINDS)
    cells: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for passage, relation, thing in counted.claims:
        for role, own in ROLES.items():
            if relation == own and thing in things:
                cells[counted.path(thing)][counted.theme(passage), role] += 1
    links = sum(sum(own.values()) for own in cells.values())
    assert (
        f"団体・職など{len(things)}のうち表に{len(things)}行，関わり（根拠のあるつながり）{links}件，"
        f"記録のない行{len(things) - len(cells)}，記録のない列0。"
    ) in words(html)
    shown: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for theme, cell in filled_cells(html):
        for role, number in re.findall(r"([^\d・]+) (\d+)", "・".join(re.findall("<b>(.*?)</b>", cell))):
            shown[theme[0]][theme[1], role] += int(number)
    assert shown == cells
    rows = re.findall(r'href="/matrix/cell\?thing=([^"&]*)[^"]*" aria-label="[^"]*">(\d+)件</a>', html)
    assert {path: int(number) for path, number in rows} == {
        path: sum(own.values()) for path, own in cells.items()
    }


def filled_cells(html: str) -> list[tuple[tuple[str, str], str]]:
    """Each filled cell by the thing of its row and the theme of its column."""
    found = re.findall(r'<td><a href="/matrix/cell\?(thing=[^"]*)">(.*?)</a></td>', html, re.S)
    asked = [(dict(pair.split("=") for pair in unescape(query).split("&")), cell) for query, cell in found]
    return [((query["thing"], query["column"].removeprefix("theme-")), cell) for query, cell in asked]


def test_the_pages_of_actors_count_what_leads_to_them(client: FlaskClient, counted: Counted) -> None:
    actors = sorted(counted.of_kind(*KINDS), key=str)
    assert len(actors) > 50
    for actor in actors:
        told = counts_of_headings(page(client, f"/doc/{counted.path(actor)}"))
        for heading, relation in POINTING.items():
            passages = set(counted.graph.subjects(relation, actor))
            assert told.get(heading, 0) == len(passages), (actor, heading)
        own = {passage for passage, relation, one in counted.claims if one == actor and relation in DIRECT}
        beside = {one for passage, relation, one in counted.claims if passage in own and relation in DIRECT}
        assert told["同じ記載に現れる主体"] == len(beside - {actor}), actor
        assert told["ここを指すもの"] == len(set(counted.graph.subject_predicates(actor))), actor


def test_the_answers_say_how_many_have_a_record(client: FlaskClient) -> None:
    lists = counts_of_headings(page(client, "/answers"))
    assert lists == {
        "対応する方向性の記録がない，次年度に向けた課題": answers("cq-r02-next-issues-without-direction"),
        "対応する方向性の記録がない課題": answers("cq-s02-standing-issues-without-direction"),
        "継続元の記録がない方向性": answers("cq-s03-directions-with-nothing-recorded") + 1,
        "引継ぎの記録がない取組状況": answers("cq-s04-status-not-continued"),
    }  # 2-direction-2 continues nothing, but takes up an issue
    by_theme: Counter[str] = Counter()
    for theme in range(1, 7):
        html = page(client, f"/answers?theme={theme}")
        by_theme.update(counts_of_headings(html))
        for heading, number in counts_of_headings(html).items():
            (section,) = re.findall(
                rf'<section aria-labelledby="[^"]*">\s*<h2[^>]*>{heading} .*?</section>', html, re.S
            )
            assert section.count("<li>") == number
    assert by_theme == lists


def test_the_districts_say_how_many_reach_them(client: FlaskClient, counted: Counted) -> None:
    html = page(client, "/districts")
    every = {passage for passage, relation, _ in counted.claims if relation == CCR.coversAllDistrictsOf}
    initiatives = every & counted.of_kind(*INITIATIVES)
    assert "13地区のうち，この資料に地区名が出てくるのは2地区です。" in words(html)
    assert f"の記載{len(every)}件は，すべての地区に及びます。" in words(html)
    assert f"({len(every)}件，うち取組{len(initiatives)}件)" in words(html)
    assert re.findall(r">(\d+)件</a>", html) == [str(len(every))] * 13
    assert html.count("記載なし</span>") == 11  # all but 湘南大庭 and 辻堂
    for district in counted.of_kind(CCR.District):
        reached = set(counted.graph.subjects(CCR.coversDistrict, district))
        told = page(client, f"/matrix/cell?rows=districts&columns=passages&thing={counted.path(district)}")
        assert len(re.findall('<section class="sentence"', told)) == len(reached), district


def test_the_roadmap_says_how_many_lines_and_phases(client: FlaskClient, counted: Counted) -> None:
    html = page(client, "/roadmap")
    lines, phases = counted.of_kind(CCR.ChartText), counted.of_kind(CCR.Phase)
    assert len(lines) == 27  # MODEL.md, "Classes"
    lost = set(counted.graph.subjects(CCR.spanStatus, CCR.lostInExtraction))
    assert lost == phases
    assert f"工程表の27行から切り分けた段階は{len(phases)}あり，そのすべてがこれに当たります。" in words(html)
    assert html.count('<q class="verbatim"') == 27


@pytest.mark.parametrize(
    "answer", sorted((ROOT / "tests" / "answers").glob("*.csv")), ids=lambda path: path.stem
)
def test_a_question_says_how_many_rows_its_answer_has(client: FlaskClient, answer: Path) -> None:
    html = page(client, f"/questions/{answer.stem}")
    if "<table" in html:
        assert f"答え ({answers(answer.stem)}件)" in words(html)
