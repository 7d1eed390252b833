"""How two things are connected: ways read off the paper, and against an enumeration of its own."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from kgapp.config import Settings
from kgapp.dataset import Dataset, read_graphs
from kgapp.home import Home
from kgapp.question import Results, Term
from kgapp.store import Serialized, Store
from kgapp.web import create_app
from kgapp.web.connections.network import ENDS_ONLY, WALKED, Network, Networks
from kgapp.web.connections.ways import ENOUGH, Way, find_around, find_ways
from kgapp.web.trace.trace import Traces
from tests.stores import Front

CCR = "https://w3id.org/care-roadmap/ns#"
OWN = "https://w3id.org/care-roadmap/id/fujisawa/"
PAPER = f"{OWN}2020-02/"
CSW = "actor/csw"
TIED = """PREFIX ccr: <https://w3id.org/care-roadmap/ns#>
SELECT DISTINCT ?one ?relation ?other ?graph WHERE {
  GRAPH ?graph { ?one ?relation ?other }
  FILTER(?relation IN (
    ccr:hasLead, ccr:hasPartner, ccr:hasSubject, ccr:hasParticipant, ccr:targets, ccr:hasConstituent,
    ccr:subBodyOf, ccr:alsoServesAs, ccr:continues, ccr:addresses, ccr:basedOn, ccr:usesProgramme,
    ccr:usesFacility, ccr:locatedIn, ccr:heldAt, ccr:modelDistrict, ccr:coversAllDistrictsOf, ccr:inTheme,
    ccr:governs, ccr:hasDistrict))
}"""
CONCLUDED = """PREFIX ccr: <https://w3id.org/care-roadmap/ns#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT DISTINCT ?one ?relation ?other WHERE {
  GRAPH ?graph { ?claim ccr:mode ccr:inferred ; rdf:subject ?one ; rdf:predicate ?relation ; rdf:object ?other }
}"""


@pytest.fixture(scope="module")
def network(app: Flask) -> Network:
    context = app.extensions["kgapp"]
    traces = Traces(context)
    return Networks(context, traces).network(traces.editions())


def shown(way: Way) -> str:
    """``actor/csw <hasLead 2020-02/theme-5/direction-1``: what each step is, by its strongest tie."""
    words = [way.nodes[0].path.removeprefix("fujisawa/")]
    for node, (tie, *_) in zip(way.nodes[1:], way.steps, strict=True):
        words.append((">" if tie.object == node.iri else "<") + tie.relation)
        words.append(node.path.removeprefix("fujisawa/").removeprefix("2020-02/"))
    return " ".join(words)


def ways(network: Network, one: str, other: str) -> list[str]:
    return [shown(way) for way in find_ways(network, OWN + one, OWN + other).found]


def test_csw_also_serves_as_coordinator(network: Network) -> None:
    """5-status-1: 生活支援コーディネーターの役割も併せ持ち."""
    (first, *_) = find_ways(network, OWN + CSW, f"{OWN}actor/seikatsu-shien-coordinator").found
    assert shown(first) == "actor/csw >alsoServesAs actor/seikatsu-shien-coordinator"
    (tie,) = first.steps[0]
    assert tie.ground == "stated"
    assert any("生活支援コーディネーターの役割も併せ持" in quote.words for quote in tie.quotes)


def test_the_three_associations_reach_the_direction_through_their_member_only(network: Network) -> None:
    """4-direction-5 is led by 藤沢市医師会, which the chart's footnote lists under 三師会; the words do
    not say that 三師会 leads it (MODEL.md, C5)."""
    direct = "actor/fujisawa-shi-ishikai <hasLead theme-4/direction-5"
    assert ways(network, "actor/fujisawa-shi-ishikai", "2020-02/theme-4/direction-5")[0] == direct
    found = ways(network, "actor/sanshikai", "2020-02/theme-4/direction-5")
    assert found[0] == f"actor/sanshikai >hasConstituent {direct}"
    assert all(len(way.split()) > 3 for way in found)


def test_who_responds_to_an_issue_is_told_with_the_direction_between(network: Network) -> None:
    """MODEL.md, C7."""
    found = ways(network, "actor/seisansha", "2020-02/theme-5/nextIssue-2")
    assert found[0] == "actor/seisansha <respondedToBy theme-5/nextIssue-2"
    assert "actor/seisansha <hasParticipant theme-5/direction-2 >addresses theme-5/nextIssue-2" in found


def test_what_reaches_a_district_is_told_by_all_district_wording(network: Network) -> None:
    """MODEL.md, C1 and C9: not by 5-status-1, whose eleven districts are not named."""
    two = {way.split()[2] for way in ways(network, CSW, "district/tsujido") if len(way.split()) == 5}
    assert {"theme-1/direction-4", "theme-5/measure-1", "theme-5/direction-1"} <= two
    assert "theme-5/status-1" not in two


def test_organizations_and_places_are_followed_upwards(network: Network) -> None:
    """MODEL.md, C6 and C8."""
    team, council = "actor/iryoteki-care-coordinate-team", "actor/shogaisha-sogo-shien-kyogikai"
    assert ways(network, team, council)[0].split()[1::2][:2] == [">subBodyOf", ">subBodyOf"]
    found = ways(network, "facility/chiiki-fukushi-plaza", "facility/kosei-hogo-support-center")
    two = "facility/chiiki-fukushi-plaza >locatedIn facility/bunchosha <locatedIn"
    assert f"{two} facility/kosei-hogo-support-center" in found


def test_ways_are_ranked_by_length_then_ground(network: Network) -> None:
    found = find_ways(network, f"{PAPER}theme-1", f"{PAPER}theme-5").found
    assert shown(found[0]) == (
        "2020-02/theme-1 <inTheme theme-1/direction-4 >continues theme-5/status-1 >inTheme theme-5"
    )
    keys = [
        (
            len(way.steps),
            sum(ties[0].ground == "inferred" for ties in way.steps),
            sum(ties[0].ground in ("interpreted", "known") for ties in way.steps),
        )
        for way in found
    ]
    assert keys == sorted(keys)
    assert len(keys) > 5


class Enumerated:
    """Every way by walking everywhere, over triples that a query of its own found."""

    def __init__(self, store: Store) -> None:
        self.ties: dict[str, set[str]] = defaultdict(set)
        self.firm: set[frozenset[str]] = set()
        for query, firm in ((TIED, True), (CONCLUDED, False)):
            found = store.query(query)
            assert isinstance(found, ox.QuerySolutions)
            for row in found:
                one, other = row["one"].value, row["other"].value
                if not (self._walked(one) and self._walked(other)) or one == other:
                    continue
                concluded = firm and row["graph"].value.endswith("/inferred")
                if concluded:
                    continue  # told again by its claim, or closed over transitively without one
                self.ties[one].add(other)
                self.ties[other].add(one)
                if firm:
                    self.firm.add(frozenset((one, other)))

    def ways(self, start: str, end: str) -> Iterator[tuple[str, ...]]:
        """Without detours, and not through what everything lies in."""
        for way in self._from((start,), end):
            firm = (
                frozenset((one, other)) in self.firm
                for place, one in enumerate(way)
                for other in way[place + 2 :]
                if (one, other) != (start, end)
            )
            if not any(firm):
                yield way

    def _from(self, way: tuple[str, ...], end: str) -> Iterator[tuple[str, ...]]:
        for near in self.ties[way[-1]]:
            if near == end:
                yield (*way, near)
            elif len(way) < 4 and near not in way and not self._everywhere(near):
                yield from self._from((*way, near), end)

    @staticmethod
    def _walked(iri: str) -> bool:
        return WALKED.fullmatch(iri.removeprefix("https://w3id.org/care-roadmap/id/")) is not None

    @staticmethod
    def _everywhere(iri: str) -> bool:
        return (
            "/district/" in iri
            or iri.endswith("/municipality")
            or (iri[len(PAPER) :].count("/") == 0 and (iri.startswith(f"{PAPER}theme-")))
        )


@pytest.fixture(scope="module")
def enumerated(store: Store) -> Enumerated:
    return Enumerated(store)


@given(data=st.data())
@settings(max_examples=60)
def test_the_ways_are_all_the_ways(network: Network, enumerated: Enumerated, data: st.DataObject) -> None:
    """Where none are left out for their number."""
    names = sorted(network.nodes)
    start, end = data.draw(st.lists(st.sampled_from(names), min_size=2, max_size=2, unique=True))
    found = find_ways(network, start, end)
    expected = {way for way in enumerated.ways(start, end) if len(way) <= found.searched + 1}
    told = {tuple(node.iri for node in way.nodes) for way in found.found}
    if found.cut or len(found.found) == ENOUGH:
        assert told <= expected
    else:
        assert told == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (CSW, "district/tsujido"),
        ("2020-02/theme-1", "2020-02/theme-5"),
        ("actor/sanshikai", "2020-02/theme-4/direction-5"),
        ("actor/seisansha", "2020-02/theme-5/nextIssue-2"),
        (CSW, "municipality"),
    ],
)
def test_the_query_of_a_way_finds_it(client: FlaskClient, store: Store, one: str, other: str) -> None:
    """As the page shows it, run as it stands."""
    asked = urlencode({"from": f"fujisawa/{one}", "to": f"fujisawa/{other}"})
    told = client.get(f"/between.json?{asked}").json
    assert told
    assert told["ways"]
    for way in told["ways"]:
        results = store.query(way["query"])
        assert isinstance(results, ox.QuerySolutions)
        columns = [variable.value for variable in results.variables]
        between = [name for name in columns if name.startswith("thing")]
        directions = [name for name in columns if name.startswith("direction")]
        rows = {
            (tuple(row[name].value for name in between), tuple(row[name].value for name in directions))
            for row in results
        }
        things = [thing["thing"] for thing in way["things"]]
        arrows = tuple(
            "→" if ties[0]["object"] == after else "←"
            for ties, after in zip(way["steps"], things[1:], strict=True)
        )
        assert (tuple(things[1:-1]), arrows) in rows


def test_where_no_way_is_recorded_the_page_says_what_was_searched(
    client: FlaskClient, enumerated: Enumerated
) -> None:
    assert not list(enumerated.ways(f"{OWN}group/kaigosha", f"{OWN}group/shogaisha"))
    page = client.get("/between?from=fujisawa/group/kaigosha&to=fujisawa/group/shogaisha&lang=ja").text
    assert "4段までの道は記録されていません" in page
    assert "つながりがないという意味ではありません" in page
    assert "同じ資料，同じ節，同じ年度" in page


def test_a_name_is_enough(client: FlaskClient) -> None:
    """Abbreviation, width and notation; what may be several is asked back."""
    page = client.get("/between?from=csw&to=５-direction-1&lang=ja").text
    assert "テーマ5 方向性1</a>は，" in page
    assert "を中心として書いている。" in page
    asked = client.get("/between?from=協議&to=CSW&lang=ja").text
    assert "「協議」はどれですか" in asked
    assert 'href="/between?to=fujisawa/actor/csw&amp;from=fujisawa/actor/kyogitai&amp;lang=ja"' in asked
    assert "に当たるものは見つかりません" in client.get("/around?thing=ヌヌヌヌ&lang=ja").text


def test_the_neighbourhood_is_what_an_independent_query_finds(
    client: FlaskClient, enumerated: Enumerated
) -> None:
    told = client.get("/around.json?thing=fujisawa/actor/csw").json
    assert told
    assert {each["thing"]["thing"] for each in told["around"]} == enumerated.ties[OWN + CSW]
    two = client.get("/around.json?thing=fujisawa/actor/csw&steps=2").json
    assert two
    expected = {
        far
        for near in enumerated.ties[OWN + CSW]
        if not Enumerated._everywhere(near)
        for far in enumerated.ties[near]
    } | enumerated.ties[OWN + CSW]
    assert {each["thing"]["thing"] for each in two["around"]} == expected - {OWN + CSW}


def test_the_neighbourhood_is_filtered_by_relation_and_ground(network: Network) -> None:
    led = find_around(network, OWN + CSW, 1, relation="hasLead")
    assert [each.node.path for each in led.found] == ["fujisawa/2020-02/theme-5/direction-1"]
    concluded = find_around(network, OWN + CSW, 2, ground="inferred")
    assert {tie.ground for each in concluded.found for tie in each.ties} == {"inferred"}
    district = find_around(network, f"{OWN}district/tsujido", 1, ground="stated")
    assert [each.node.path for each in district.found] == ["fujisawa/2020-02/theme-1/status-1"]


def test_the_page_of_a_thing_leads_here(client: FlaskClient) -> None:
    html = {"Accept": "text/html"}
    page = client.get("/doc/fujisawa/2020-02/theme-5/direction-1?lang=ja", headers=html).text
    assert 'href="/around?thing=fujisawa/2020-02/theme-5/direction-1&amp;lang=ja">つながりを見る' in page
    assert "つながりを見る" not in client.get("/doc/fujisawa/2020-02/source?lang=ja", headers=html).text


@given(
    st.dictionaries(
        st.sampled_from(["from", "to", "thing", "steps", "relation", "ground", "all", "lang"]),
        st.one_of(
            st.text(max_size=40),
            st.sampled_from(
                [
                    "<script>alert(1)</script>",
                    "fujisawa/actor/csw",
                    "../x",
                    "fujisawa//csw",
                    "fujisawa/",
                    "a/b c",
                ]
            ),
        ),
    ),
    st.sampled_from(["/between", "/around", "/between.json", "/around.json"]),
)
@settings(max_examples=150)
def test_hostile_parameters_are_text(client: FlaskClient, asked: dict[str, str], path: str) -> None:
    answer = client.get(f"{path}?{urlencode(asked)}", headers={"Accept": "text/html"})
    assert answer.status_code in (200, 400, 404)
    if answer.content_type.startswith("text/html"):
        assert "<script>alert" not in answer.text
    elif answer.status_code == 200:
        assert json.loads(answer.text)["note"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/between?from=fujisawa/actor/nobody&to=CSW", 404),
        ("/around?thing=fujisawa/2020-02", 404),
        ("/around?thing=fujisawa/actor/csw&steps=9", 400),
        ("/around?thing=fujisawa/actor/csw&relation=type", 400),
        ("/around?thing=fujisawa/actor/csw&ground=sure", 400),
        (f"/around?thing={'x' * 5000}", 200),
    ],
)
def test_what_is_not_there_is_told(client: FlaskClient, address: str, status: int) -> None:
    assert client.get(address, headers={"Accept": "text/html"}).status_code == status


def test_other_data_have_no_connections(store: Store, built_home: Home) -> None:
    other = create_app(store, lambda: None, built_home, Settings()).test_client()
    for address in ("/between", "/between?from=CSW", "/around?thing=fujisawa/actor/csw", "/around.json"):
        assert other.get(address).status_code == 404


class Watched(Front):
    """A store that remembers which papers it was asked about."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.papers: set[str] = set()

    def query(self, text: str, substitutions: Mapping[str, Term] | None = None) -> Results:
        if substitutions and "edition" in substitutions:
            self.papers.add(substitutions["edition"].value)
        return super().query(text, substitutions)


@pytest.fixture(scope="module")
def cities(store: Store, dataset: Dataset) -> Watched:
    """The city twice more under other names."""
    content = []
    for graph, data in read_graphs(dataset)[1].items():
        own = "id/fujisawa/" in graph
        for city in ("fujisawa", "b-city", "c-city") if own else ("fujisawa",):
            name = graph.replace("id/fujisawa/", f"id/{city}/")
            renamed = data.replace(b"id/fujisawa/", f"id/{city}/".encode())
            content.append(Serialized(name, renamed, ox.RdfFormat.N_TRIPLES, graph=name))
    return Watched(Store(content, store.base))


def test_only_the_papers_concerned_are_read_and_once(
    cities: Watched, dataset: Dataset, built_home: Home
) -> None:
    client = create_app(cities, lambda: dataset, built_home, Settings()).test_client()
    asked = "/between?from=b-city/actor/csw&to=b-city/district/tsujido&lang=ja"
    assert "12本の道" in client.get(asked).text
    assert cities.papers == {"https://w3id.org/care-roadmap/id/b-city/2020-02"}
    before = cities.asked
    assert client.get(asked.replace("tsujido", "zengyo")).status_code == 200
    assert cities.asked == before
    cities.generation = 2
    assert client.get(asked).status_code == 200
    assert cities.asked > before
    apart = client.get("/between?from=b-city/actor/csw&to=c-city/actor/csw&lang=ja").text
    assert "別の市町村のものです" in apart


def test_ends_only_are_never_passed(network: Network) -> None:
    found = find_ways(network, f"{OWN}district/tsujido", f"{OWN}district/zengyo").found
    assert found
    assert {node.kind for way in found for node in way.nodes[1:-1]} & set(ENDS_ONLY) == set()
