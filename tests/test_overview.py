"""The overview: every number against the paper or a count of its own over the graphs, and every number
against the query that it leads to."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SKOS, Namespace
from rdflib.term import Node

from kgapp.build import build
from kgapp.config import Settings
from kgapp.dataset import read_dataset
from kgapp.home import Home
from kgapp.store import Store, open_dataset
from kgapp.vocab import DEFAULT_BASE
from kgapp.web import create_app
from kgapp.web.overview.charts import Key, stacked
from kgapp.web.overview.lists import LISTS
from kgapp.web.overview.schema_view import SchemaView
from kgapp.web.progress.progress import SECTIONS, build_progress
from kgapp.web.trace.frame import current_traces
from tests.conftest import add_small_edition, make_small_home
from tests.terms import as_iri

LIGHT = 100_000
"""Bytes of a page before compression."""
CCR = Namespace("https://w3id.org/care-roadmap/ns#")
HTML = {"Accept": "text/html"}
PAPER = {
    "主な取組": (2, 2, 3, 3, 2, 2),
    "課題": (3, 3, 3, 3, 3, 3),
    "目標": (2, 3, 2, 3, 2, 3),
    "大切なこと": (1, 1, 1, 1, 1, 1),
    "取組状況": (6, 7, 8, 10, 11, 6),
    "次年度の課題": (3, 2, 3, 6, 6, 2),
    "方向性": (4, 5, 8, 5, 9, 4),
}
"""Statements by section and theme, counted in the paper (MODEL.md, "The source")."""
ROLES = (CCR.hasLead, CCR.hasPartner, CCR.hasSubject, CCR.hasParticipant)
Table = dict[str, list[int]]


def rows_of(client: FlaskClient, name: str, **asked: str) -> list[list[str]]:
    """The rows of a table's file, without its last line, which tells of the source."""
    answer = client.get(f"/overview/{name}.csv", query_string={"lang": "ja", **asked})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))[:-1]


def table(client: FlaskClient, name: str, **asked: str) -> tuple[list[str], Table]:
    heading, *rows = rows_of(client, name, **asked)
    return heading[1:], {row[0]: [int(value) for value in row[1:]] for row in rows}


def linked_numbers(page: str) -> Iterator[tuple[str, int]]:
    """Every number of a table that leads somewhere: the address and the number."""
    for address, number in re.findall(r'<td><a href="([^"]+)">(\d+)</a>', page):
        yield unescape(address), int(number)


def query_behind(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 303, address
    where = urlsplit(answer.headers["Location"])
    assert where.path == "/sparql"
    return parse_qs(where.query)["query"][0]


# Against the paper.


def test_statements_are_those_of_the_paper(client: FlaskClient) -> None:
    heading, counted = table(client, "statements")
    assert heading == [*PAPER, "計"]
    *themes, total = counted.values()
    assert [list(section) for section in zip(*themes, strict=True)][:-1] == [list(PAPER[s]) for s in PAPER]
    assert [theme[-1] for theme in themes] == [21, 23, 28, 31, 34, 21]
    assert total == [*(sum(numbers) for numbers in PAPER.values()), 158]


def test_an_actor_is_counted_as_a_person_counts_it(client: FlaskClient) -> None:
    """CSW: 1-direction-4, 5-measure-1, 5-direction-1, 5-status-1 (MODEL.md, C1); 協議体: C2."""
    heading, actors = table(client, "actors")
    assert heading == ["記述", "うち取組", "うち中心", "工程表の行", "構成団体として（推論）", "テーマ"]
    csw, kyogitai = (
        next(own for name, own in actors.items() if name.startswith(label))
        for label in ("コミュニティソーシャルワーカー", "協議体")
    )
    assert csw[:2] == [4, 4]
    assert csw[-1] == 2
    assert kyogitai == [4, 3, 1, 0, 0, 2]
    # 三師会 stands in the chart only, and its members through it.
    assert next(own for name, own in actors.items() if name == "三師会") == [0, 0, 0, 1, 0, 1]
    assert next(own for name, own in actors.items() if "歯科医師会" in name)[4] == 1


# Against a count of its own.


def test_claims_are_those_of_the_graphs(client: FlaskClient, merged: Graph) -> None:
    counted: Counter[tuple[URIRef, str]] = Counter()
    for claim, mode in merged.subject_objects(CCR.mode):
        counted[as_iri(merged.value(claim, RDF.predicate)), str(mode).partition("#")[2]] += 1
    _, claims = table(client, "claims")
    modes = ("stated", "interpreted", "inferred")
    assert claims.pop("計") == [
        *(sum(n for (_, m), n in counted.items() if m == mode) for mode in modes),
        581,
    ]
    expected = {tuple(counted[relation, mode] for mode in modes) for relation in {key[0] for key in counted}}
    assert {tuple(own[:-1]) for own in claims.values()} == expected
    assert len(claims) == len({key[0] for key in counted})
    lead = [counted[CCR.hasLead, mode] for mode in modes]
    assert claims["中心"] == [*lead, sum(lead)]


def test_rationales_and_second_readings_are_those_of_the_graphs(client: FlaskClient, merged: Graph) -> None:
    heading, grounds = table(client, "grounds")
    assert heading[:2] == ["主張", "理由あり"]
    for mode, own in zip((CCR.stated, CCR.interpreted, CCR.inferred), grounds.values(), strict=False):
        claims = set(merged.subjects(CCR.mode, mode))
        reasoned = claims & set(merged.subjects(CCR.rationale))
        outcomes = [
            claims & set(merged.subjects(CCR.readingOutcome, outcome))
            for outcome in (CCR.supported, CCR.notSupported, CCR.contradicted)
        ]
        unread = claims - set().union(*outcomes)
        assert own == [len(claims), len(reasoned), *map(len, outcomes), len(unread)]
    # An interpreted claim has a rationale (MODEL.md, "Shapes").
    assert grounds["読み取り"][0] == grounds["読み取り"][1] > 0


def test_who_is_named_nowhere_is_counted_in_the_graphs(client: FlaskClient, merged: Graph) -> None:
    heading, counted = table(client, "coverage")
    named = {s for role in (*ROLES, CCR.targets) for s in merged.subjects(role)}
    expected: Counter[tuple[str, str]] = Counter()
    for statement, section in merged.subject_objects(CCR.inSection):
        theme = str(merged.value(merged.value(statement, CCR.inTheme), SKOS.notation))
        if statement not in named:
            expected[theme.removeprefix("theme-"), str(merged.value(section, SKOS.notation))] += 1
    sections = ("measure", "issue", "goal", "principle", "status", "nextIssue", "direction")
    for label, own in counted.items():
        number = label[len("テーマ")] if label.startswith("テーマ") else ""
        here = [
            sum(n for (theme, section), n in expected.items() if section == one and number in ("", theme))
            for one in sections
        ]
        assert own[:-1] == [*here, sum(here)]
        assert own[-1] == (158 if not number else 21 + {"2": 2, "3": 7, "4": 10, "5": 13}.get(number, 0))
    # A measure that names nobody is the answer to cq-s15.
    assert len(heading) == len(sections) + 2


def test_the_actors_are_those_of_the_graphs(client: FlaskClient, merged: Graph) -> None:
    initiatives = {*merged.subjects(RDF.type, CCR.Initiative)}
    statements = {*merged.subjects(CCR.inSection)}
    expected: Counter[tuple[int, ...]] = Counter()
    for actor in {o for role in (*ROLES, CCR.involves) for o in merged.objects(None, role)}:
        direct = {s for role in ROLES for s in merged.subjects(role, actor)}
        every = direct | {*merged.subjects(CCR.involves, actor)}
        own = direct & statements
        led = {*merged.subjects(CCR.hasLead, actor)} & statements
        themes = {merged.value(passage, CCR.inTheme) for passage in every}
        numbers = len(own), len(own & initiatives), len(led), len(direct - own), len(every - direct)
        expected[(*numbers, len(themes))] += 1
    rows = rows_of(client, "actors")[1:]
    assert Counter(tuple(map(int, row[1:])) for row in rows) == expected
    assert [int(row[1]) for row in rows] == sorted((int(row[1]) for row in rows), reverse=True)


def test_answers_are_those_of_the_page_of_answers(app: Flask, client: FlaskClient) -> None:
    heading, counted = table(client, "answers")
    with app.app_context():
        trace = current_traces().trace()
    order = ("nextIssue", "issue", "status", "direction")
    assert set(order) == set(SECTIONS)
    for label, own in counted.items():
        progress = build_progress(trace, label[len("テーマ")] if label.startswith("テーマ") else "")
        counts = [progress.count(section) for section in order]
        assert own == [number for count in counts for number in (count.linked, count.unrecorded)]
    assert heading[0] == "次年度の課題: 記録あり"
    page = client.get("/answers?lang=ja").text
    for section, place in (("nextIssue", 1), ("issue", 3), ("status", 5), ("direction", 7)):
        told = re.search(rf'<h2 id="none-{section}">[^<]*\((\d+)\)', page)
        assert told is not None
        assert int(told[1]) == counted["計"][place]


# Every number and what it leads to.


def test_every_number_leads_to_what_makes_it(client: FlaskClient, store: Store) -> None:
    page = client.get("/overview", headers=HTML).text
    asked: Counter[str] = Counter()
    for address, number in linked_numbers(page):
        if address.startswith("/answers"):
            path, _, fragment = address.partition("#")
            answer = client.get(path).text
            assert not fragment or f'id="{fragment}"' in answer
            continue
        kind = address.removeprefix("/overview/list/").partition("?")[0]
        asked[kind] += 1
        if kind in ("statements", "unnamed", "outcomes"):
            results = store.query(query_behind(client, address))
            assert isinstance(results, ox.QuerySolutions)
            assert len(list(results)) == number, address
        elif kind == "claims":
            results = store.query(query_behind(client, address))
            assert isinstance(results, ox.QuerySolutions)
            found = [row["claim"] for row in results]
            assert len(found) == len(set(found)) >= number
    assert set(asked) == set(LISTS) - {"instances", "links"}
    assert asked["statements"] > 50


def test_numbers_of_claims_lead_to_as_many(client: FlaskClient, store: Store) -> None:
    page = client.get("/overview", headers=HTML).text
    section = page.partition('<h2 id="claims">')[2].partition("</section>")[0]
    numbers = list(linked_numbers(section))
    assert len(numbers) > 30
    for address, number in numbers:
        results = store.query(query_behind(client, address))
        assert isinstance(results, ox.QuerySolutions)
        assert len(list(results)) == number, address


def test_every_number_of_the_model_leads_to_what_makes_it(client: FlaskClient, store: Store) -> None:
    page = client.get("/overview/schema", headers=HTML).text
    classes = page.partition('<h2 id="classes">')[2].partition("</section>")[0]
    for address, number in linked_numbers(classes):
        results = store.query(query_behind(client, address))
        assert isinstance(results, ox.QuerySolutions)
        grounds = Counter(row["ground"].value for row in results)
        assert number in grounds.values(), address
    arrows = re.findall(r'<a href="(/overview/list/links[^"]+)"><text[^>]*>([^<]+)', page)
    assert len(arrows) > 40
    for address, text in arrows:
        results = store.query(query_behind(client, unescape(address)))
        assert isinstance(results, ox.QuerySolutions)
        grounds = Counter(row["ground"].value for row in results)
        told = re.search(r"(?: (\d+))?(?: ∴(\d+))?$", text)
        assert told is not None
        assert int(told[1] or 0) <= grounds["recorded"], text
        assert int(told[2] or 0) <= grounds["inferred"], text
        assert told[1] or told[2]


# The model.


def test_the_model_is_the_one_of_the_graphs(app: Flask, merged: Graph, by_graph: Mapping[str, Graph]) -> None:
    """Every relation told is there between things of these classes, as often; and none is left out."""
    with app.test_request_context():
        view = SchemaView(app.extensions["kgapp"], "fujisawa/2020-02", "ja", several=False)
    kinds: dict[Node, set[Node]] = defaultdict(set)
    for thing, kind in merged.subject_objects(RDF.type):
        kinds[thing].add(kind)
    told: Counter[tuple[URIRef, str]] = Counter()
    links = {
        ground: [
            triple
            for name, graph in by_graph.items()
            if "/id/fujisawa/" in name and name.endswith("/graph/inferred") == (ground == "inferred")
            for triple in graph
            if isinstance(triple[2], URIRef) and triple[1] != RDF.type
        ]
        for ground in ("recorded", "inferred")
    }
    for join in view.schema.joins:
        for ground, triples in links.items():
            number = getattr(join.tally, ground)
            told[join.property, ground] += number
            there = sum(
                name == join.property and join.source in kinds[subject] and join.target in kinds[obj]
                for subject, name, obj in triples
            )
            # A period that is a fiscal year is told as one: their classes have no root in common.
            if join.source and join.target:
                borrowed = not all(end.startswith(CCR) for end in (join.source, join.target))
                assert number <= there if borrowed else number == there, join
    assert +told == Counter((name, ground) for ground, triples in links.items() for _, name, _ in triples)
    values = {(one.property, one.source): one.values for one in view.schema.attributes}
    assert values[CCR.text, CCR.Statement] == 158
    assert values[CCR.rationale, CCR.Claim] == len({*merged.subjects(CCR.rationale)})
    vocabulary = next(graph for name, graph in by_graph.items() if name.endswith("/ns"))
    for name, tally in view.schema.classes.items():
        things = {thing for thing, own in kinds.items() if name in own}
        ours = {
            thing for thing in things if name.startswith(CCR) or (thing, RDF.type, name) not in vocabulary
        }
        assert tally.total == len(ours), name


def test_relations_stand_between_the_narrowest_classes(app: Flask) -> None:
    with app.test_request_context():
        view = SchemaView(app.extensions["kgapp"], "fujisawa/2020-02", "ja", several=False)
    ends = {(join.property, join.source, join.target) for join in view.schema.joins}
    assert (CCR.hasLead, CCR.Statement, CCR.Actor) in ends  # no line of the chart names a lead
    assert (CCR.hasPartner, CCR.Passage, CCR.Actor) in ends  # but one names partners: 三師会
    assert (CCR.continues, CCR.Direction, CCR.StatusItem) in ends
    assert (CCR.forFiscalYear, CCR.Initiative, CCR.FiscalYear) in ends
    assert (CCR.targets, CCR.Statement, CCR.PeopleGroup) in ends


def test_the_picture_and_the_table_tell_the_same(client: FlaskClient) -> None:
    for lang in ("ja", "en"):
        page = client.get(f"/overview/schema?lang={lang}", headers=HTML).text
        picture = page.partition('id="picture-model"')[2].partition("</figure>")[0]
        names = set(re.findall(r"property=(ccr:[A-Za-z]+)", picture))
        rows = page.partition('<h2 id="relations">')[2].partition("</section>")[0]
        tabled = set(re.findall(r"property=(ccr:[A-Za-z]+)", rows))
        assert {"ccr:hasLead", "ccr:targets", "ccr:addresses"} <= names <= tabled
        for address in re.findall(r'<a href="(/ns#[^"]+)"><rect', picture):
            assert address in page.partition('<h2 id="classes">')[2]


# Forms.


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("path", ["/overview", "/overview?edition=all", "/overview/schema"])
def test_pages_are_light_and_whole(client: FlaskClient, path: str, lang: str) -> None:
    answer = client.get(f"{path}{'&' if '?' in path else '?'}lang={lang}", headers=HTML)
    assert answer.status_code == 200
    assert len(answer.data) < LIGHT
    assert "Accept-Language" in answer.headers["Vary"]
    assert "style=" not in answer.text
    ids = re.findall(r'\bid="([^"]+)"', answer.text)
    assert len(ids) == len(set(ids))
    inside = set(re.findall(r'href="#([^"]+)"', answer.text)) | set(
        re.findall(r"url\(#([^)]+)\)", answer.text)
    )
    assert inside <= set(ids)


def test_the_page_is_found_at_the_foot_of_every_page(client: FlaskClient) -> None:
    assert '<a href="/overview">数で見る</a>' in client.get("/questions?lang=ja", headers=HTML).text


def test_without_a_dataset_it_says_so(store: Store, built_home: Home) -> None:
    client = create_app(store, lambda: None, built_home, Settings()).test_client()
    for path in ("/overview", "/overview/schema", "/overview/statements.csv", "/overview/list/links"):
        answer = client.get(f"{path}?lang=ja", headers=HTML)
        assert answer.status_code == 404
        assert "指定されたファイルのデータを出していて" in answer.text
    assert "/overview" not in client.get("/", headers=HTML).text


@pytest.mark.parametrize(
    "path",
    [
        "/overview?edition=fujisawa/1999-01",
        "/overview/schema?edition=x",
        "/overview/nothing.csv",
        "/overview/list/nothing",
        "/overview/list/links?edition=fujisawa/graph",
        "/overview/list/links?property=http://a%3E%20%7D%20INSERT",
        f"/overview/list/statements?theme={'x' * 400}",
    ],
)
def test_what_is_not_there_is_told(client: FlaskClient, path: str) -> None:
    assert client.get(path, headers=HTML).status_code == 404


@given(st.text(max_size=60))
def test_what_an_address_gives_stays_one_term(client: FlaskClient, store: Store, value: str) -> None:
    for name, key in (("statements", "theme"), ("statements", "section"), ("links", "property")):
        answer = client.get(f"/overview/list/{name}", query_string={key: value})
        if answer.status_code == 303:
            text = parse_qs(urlsplit(answer.headers["Location"]).query)["query"][0]
            results = store.query(text)
            assert isinstance(results, ox.QuerySolutions)
            if value and key != "property":
                assert list(results) == [] or value in ("direction", "theme-5")
        else:
            assert answer.status_code == 404


# Charts.


@given(st.lists(st.lists(st.integers(0, 500), min_size=3, max_size=3), max_size=8))
def test_bars_are_as_long_as_their_numbers(numbers: list[list[int]]) -> None:
    keys = [Key(str(place), place) for place in range(3)]
    chart = stacked(keys, [("a", False, own) for own in numbers])
    longest = max((sum(own) for own in numbers), default=0)
    if not longest:
        assert chart is None
        return
    assert chart is not None
    for bar, own in zip(chart.bars, numbers, strict=True):
        assert [piece.value for piece in bar.pieces] == [value for value in own if value]
        assert bar.total == sum(own)
        end = 0.0
        for piece in bar.pieces:
            assert piece.x == pytest.approx(end, abs=0.02)
            assert piece.width == pytest.approx(piece.value * 100 / longest, abs=0.01)
            end = piece.x + piece.width
        assert end <= 100.05


# Several papers.


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """The pages over two small papers of a city that has no register."""
    home = make_small_home(tmp_path_factory.mktemp("two") / "home")
    add_small_edition(home, "2021-03")
    build(home, DEFAULT_BASE)
    dataset = read_dataset(home.build)
    return create_app(open_dataset(dataset), lambda: dataset, home, Settings()).test_client()


def test_the_whole_is_the_sum_of_the_papers(two: FlaskClient) -> None:
    _, whole = table(two, "statements")
    assert list(whole) == ["yamato/2021-03", "yamato/2020-03", "計"]
    assert [own[-1] for own in whole.values()] == [18, 18, 36]
    for name in ("statements", "answers", "coverage", "papers"):
        _, counted = table(two, name)
        total = counted.pop("計")
        assert total == [sum(column) for column in zip(*counted.values(), strict=True)]
        if name != "papers":
            for paper, own in counted.items():
                assert table(two, name, edition=paper)[1]["計"] == own, (name, paper)
    for paper in ("yamato/2020-03", "yamato/2021-03"):
        claims = table(two, "claims", edition=paper)[1]["計"]
        assert table(two, "papers")[1][paper] == claims


def test_a_paper_is_chosen_and_its_numbers_lead_to_its_own_lists(two: FlaskClient) -> None:
    page = two.get("/overview?edition=yamato/2020-03&lang=en", headers=HTML).text
    assert len(page.encode()) < LIGHT
    addresses = [address for address, _ in linked_numbers(page)]
    assert addresses
    assert all("edition=yamato/2020-03" in address for address in addresses)
    assert "lang=en" in addresses[0]
    whole = two.get("/overview", headers=HTML).text
    assert '<option value="yamato/2021-03">' in whole
    assert '<option value="all" selected>' in whole
    assert 'href="/overview?edition=yamato/2021-03"' in whole
    schema = two.get("/overview/schema?edition=yamato/2020-03", headers=HTML).text
    assert "edition=yamato/2020-03&amp;property=ccr:inTheme" in schema
    statements = re.search(r"記述</text><text[^>]*>(\d+)", schema)
    assert statements is not None
    assert statements[1] == "18"
