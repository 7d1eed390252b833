"""Reasoning: what MODEL.md's axioms conclude, on which claims it rests, and what stops a build."""

from __future__ import annotations

import pytest
from rdflib import OWL, RDF, XSD, Graph, Literal, URIRef
from rdflib.namespace import PROV, SKOS

from kgapp.build.vocabulary import load_vocabulary
from kgapp.dataset import Dataset
from kgapp.errors import Inconsistent, Message
from kgapp.home import Home
from kgapp.infer.closure import entailed
from kgapp.infer.derivations import Derivations
from kgapp.vocab import CCR, DEFAULT_BASE, EditionIris, Minter
from tests.conftest import ROOT

ONTOLOGY = load_vocabulary(Home(ROOT, ROOT / "data" / "build"))[0]
IRIS = EditionIris(Minter(), "fujisawa", "2020-02")


def graph_of(dataset: Dataset, *endings: str) -> Graph:
    graph = Graph()
    for file in dataset.graphs:
        if file.iri.endswith(endings):
            graph.parse(dataset.path(file), format="nt")
    return graph


@pytest.fixture(scope="module")
def inferred(dataset: Dataset) -> Graph:
    return graph_of(dataset, "/2020-02/graph/inferred")


def local(graph: Graph, subject: URIRef, predicate: URIRef) -> set[str]:
    return {str(obj).rsplit("/id/fujisawa/", 1)[-1] for obj in graph.objects(subject, predicate)}


def test_the_chart_involves_the_members_of_the_three_associations(inferred: Graph) -> None:
    line = IRIS.passage("chart-4-2")
    assert local(inferred, line, CCR.involves) >= {
        "actor/sanshikai",
        "actor/fujisawa-shi-ishikai",
        "actor/shika-ishikai",
        "actor/yakuzaishikai",
    }


def test_who_responds_to_the_issue_of_matching(inferred: Graph) -> None:
    assert local(inferred, IRIS.passage("5-nextIssue-2"), CCR.respondedToBy) == {
        "actor/seisansha",
        "actor/shogai-fukushi-service-jigyosho",
    }


def test_all_district_wording_reaches_each_of_the_thirteen(inferred: Graph) -> None:
    assert len(local(inferred, IRIS.passage("3-status-7"), CCR.coversDistrict)) == 13
    assert local(inferred, IRIS.passage("5-status-1"), CCR.coversDistrict) == set()


def test_a_model_district_is_covered(inferred: Graph) -> None:
    covered = local(inferred, IRIS.passage("1-status-1"), CCR.coversDistrict)
    assert covered == {"district/shonan-oba", "district/tsujido"}


def test_a_target_is_not_involved(inferred: Graph) -> None:
    assert "group/kaigosha" not in local(inferred, IRIS.passage("5-issue-3"), CCR.involves)


def test_the_team_stands_under_the_council_through_the_subcommittee(inferred: Graph) -> None:
    team = IRIS.of_city("actor/iryoteki-care-coordinate-team")
    assert local(inferred, team, CCR.subBodyOf) == {"actor/shogaisha-sogo-shien-kyogikai"}


def test_a_course_is_held_where_its_centre_stands(inferred: Graph) -> None:
    assert local(inferred, IRIS.passage("2-status-1"), CCR.heldAt) == {"facility/fujisawa-koko-atochi"}


def test_nothing_is_inferred_that_says_nothing(inferred: Graph) -> None:
    assert set(inferred.predicates()).isdisjoint({OWL.sameAs, OWL.differentFrom})
    assert OWL.Thing not in set(inferred.objects())
    ours = f"{DEFAULT_BASE}id/"
    assert all(str(subject).startswith(ours) for subject in inferred.subjects())


def test_an_inferred_claim_names_its_premises_and_their_words(inferred: Graph) -> None:
    claim = IRIS.claim(IRIS.passage("chart-4-2"), CCR.involves, IRIS.of_city("actor/fujisawa-shi-ishikai"))
    assert set(inferred.objects(claim, CCR.inferredFrom)) == {
        IRIS.claim(IRIS.passage("chart-4-2"), CCR.hasPartner, IRIS.of_city("actor/sanshikai")),
        IRIS.claim(
            IRIS.of_city("actor/sanshikai"), CCR.hasConstituent, IRIS.of_city("actor/fujisawa-shi-ishikai")
        ),
    }
    assert len(set(inferred.objects(claim, PROV.wasQuotedFrom))) == 2


def test_every_inferred_claim_rests_on_claims_of_people(dataset: Dataset, inferred: Graph) -> None:
    claims = graph_of(dataset, "/2020-02/graph/claims")
    concluded = set(inferred.subjects(RDF.type, CCR.Claim))
    assert concluded
    for claim in concluded:
        premises = set(inferred.objects(claim, CCR.inferredFrom))
        assert premises
        assert all((premise, RDF.type, CCR.Claim) in claims for premise in premises)


def test_without_a_premise_the_conclusion_falls(dataset: Dataset) -> None:
    asserted = graph_of(dataset, "/2020-02/graph/asserted")
    city = graph_of(dataset, "/graph/register", "/graph/external")
    issue, direction = IRIS.passage("5-nextIssue-2"), IRIS.passage("5-direction-2")
    asserted.remove((direction, CCR.addresses, issue))
    result = entailed([asserted, city], ONTOLOGY, DEFAULT_BASE)
    assert set(result.objects(issue, CCR.respondedToBy)) == set()


def test_support_ends_in_asserted_triples(dataset: Dataset, inferred: Graph) -> None:
    given = graph_of(dataset, "/2020-02/graph/asserted", "/graph/register", "/graph/external")
    derivations = Derivations(ONTOLOGY, given, inferred)
    for prop in (CCR.involves, CCR.respondedToBy, CCR.activeInTheme, CCR.coversDistrict):
        for triple in inferred.triples((None, prop, None)):
            support = derivations.support(triple)
            assert support, triple
            assert all(premise in given for premise in support)


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ((IRIS.of_city("actor/csw"), RDF.type, CCR.ActorType), "actor/csw が"),
        ((IRIS.passage("5-direction-1"), RDF.type, CCR.Goal), "theme-5/direction-1 が"),
        ((IRIS.of_city("facility/bunchosha"), RDF.type, CCR.FacilityType), "facility/bunchosha が"),
        (
            (IRIS.passage("5-direction-1"), CCR.hasLead, IRIS.of_city("district/tsujido")),
            "district/tsujido が",
        ),
    ],
)
def test_a_clash_stops_and_names_the_thing(
    dataset: Dataset, extra: tuple[URIRef, URIRef, URIRef], words: str
) -> None:
    given = graph_of(dataset, "/2020-02/graph/asserted", "/graph/register", "/graph/external")
    given.add(extra)
    with pytest.raises(Inconsistent) as caught:
        entailed([given], ONTOLOGY, DEFAULT_BASE)
    assert words in caught.value.what.ja
    assert caught.value.clashes[0].en


def test_themes_that_are_different_cannot_be_the_same(dataset: Dataset) -> None:
    given = graph_of(dataset, "/2020-02/graph/asserted")
    given.add((IRIS.theme(1), OWL.sameAs, IRIS.theme(2)))
    with pytest.raises(Inconsistent, match="同じものとも別のものとも"):
        entailed([given], ONTOLOGY, DEFAULT_BASE)


@pytest.mark.filterwarnings("ignore")
def test_a_value_that_is_not_of_its_datatype_stops_and_is_named() -> None:
    ontology = Graph() + ONTOLOGY
    ontology.add((CCR.stated, CCR.ordinal, Literal("2月", datatype=XSD.integer)))
    with pytest.raises(Inconsistent) as caught:
        entailed([], ontology, DEFAULT_BASE)
    assert caught.value.clashes == [
        Message("値「2月」は integer ではありません", "the value “2月” is no integer")
    ]


def test_labels_and_notes_are_not_closed(inferred: Graph) -> None:
    assert set(inferred.predicates()).isdisjoint({SKOS.prefLabel, SKOS.altLabel, CCR.text})
