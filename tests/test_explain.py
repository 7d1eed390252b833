"""Why a triple holds: every conclusion of the dataset is traced to what was recorded, by rules that the
reasoner itself follows, and falls with any of its premises."""

from __future__ import annotations

import random
from collections.abc import Iterable
from itertools import pairwise

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import OWL, RDF, RDFS, BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from kgapp.build.vocabulary import load_vocabulary
from kgapp.dataset import Dataset
from kgapp.explain import Axiom, Derivation, Explainer, Explanation, Rule, explain
from kgapp.explain import search as searching
from kgapp.home import Home
from kgapp.infer.closure import entailed
from kgapp.infer.derivations import Derivations, inferred_claims
from kgapp.queryfile import read_queries
from kgapp.store import Serialized, Store
from kgapp.vocab import CCR, DEFAULT_BASE, EditionIris, Minter
from tests.conftest import ROOT
from tests.stores import Front
from tests.terms import as_iri, text_of

ID = f"{DEFAULT_BASE}id/"
FUJISAWA = f"{ID}fujisawa/"
ONTOLOGY = load_vocabulary(Home(ROOT, ROOT / "data" / "build"))[0]
QUERIES = read_queries(ROOT / "queries" / "pages")
Triple = tuple[URIRef, URIRef, URIRef]


def triple(subject: str, predicate: str, obj: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(obj))


def ours(subject: str, predicate: str, obj: str) -> ox.Triple:
    return triple(FUJISAWA + subject, str(CCR[predicate]), FUJISAWA + obj)


def of(one: ox.Triple) -> Triple:
    return URIRef(text_of(one.subject)), URIRef(one.predicate.value), URIRef(text_of(one.object))


@pytest.fixture(scope="module")
def explainer(store: Store) -> Explainer:
    return Explainer(store, QUERIES)


@pytest.fixture(scope="module")
def concluded(dataset: Dataset) -> list[ox.Triple]:
    """Every triple of every graph of conclusions."""
    graphs = [graph for graph in dataset.graphs if graph.iri.endswith("/graph/inferred")]
    assert graphs
    return [
        quad.triple
        for graph in graphs
        for quad in ox.parse(dataset.path(graph).read_bytes(), ox.RdfFormat.N_TRIPLES)
    ]


@pytest.fixture(scope="module")
def recorded(dataset: Dataset) -> set[ox.Triple]:
    """Every triple of every other graph, the ontology's among them."""
    return {
        quad.triple
        for graph in dataset.graphs
        if not graph.iri.endswith("/graph/inferred")
        for quad in ox.parse(dataset.path(graph).read_bytes(), ox.RdfFormat.N_TRIPLES)
    }


@pytest.fixture(scope="module")
def explanations(explainer: Explainer, concluded: list[ox.Triple]) -> list[Explanation]:
    return [explainer.explain(one) for one in concluded]


def test_every_conclusion_ends_in_what_was_recorded(
    explanations: list[Explanation], recorded: set[ox.Triple]
) -> None:
    assert len(explanations) > 2000
    for found in explanations:
        assert found.there and found.ways and not found.more, found.triple
        for way in found.ways:
            assert way.ground <= recorded, found.triple
            assert way.conclusion == found.triple


def test_no_conclusion_rests_on_itself(explanations: list[Explanation]) -> None:
    def _check(part: Derivation, above: frozenset[ox.Triple]) -> None:
        assert part.conclusion not in above
        assert bool(part.premises) == (part.rule is not Rule.RECORDED)
        for premise in part.premises:
            _check(premise, above | {part.conclusion})

    for found in explanations:
        for way in found.ways:
            _check(way, frozenset())


def test_axioms_are_of_the_ontology(explanations: list[Explanation]) -> None:
    """And each step that is one of OWL has one."""
    lists = {
        (subject, tuple(Collection(ONTOLOGY, head)))
        for subject, head in ONTOLOGY.subject_objects(OWL.propertyChainAxiom)
    }
    assert all(len(members) == 2 for _, members in lists), "longer chains are not followed"
    used = {axiom for found in explanations for part in found.ways[0].parts() for axiom in part.axioms}
    assert used
    for axiom in used:
        members = tuple(map(URIRef, axiom.objects))
        if axiom.property == str(OWL.propertyChainAxiom):
            assert (URIRef(axiom.subject), members) in lists
        else:
            assert (URIRef(axiom.subject), URIRef(axiom.property), members[0]) in ONTOLOGY
    for found in explanations:
        for part in found.ways[0].parts():
            assert bool(part.axioms) == part.rule.is_owl


def test_the_shortest_stands_first_and_no_ground_holds_another(explanations: list[Explanation]) -> None:
    several = 0
    for found in explanations:
        sizes = [(len(way.ground), way.steps) for way in found.ways]
        assert sizes == sorted(sizes)
        several += len(sizes) > 1
        for way in found.ways:
            assert not any(other.ground <= way.ground for other in found.ways if other is not way)
    assert several > 100


# What the reasoner says of it


def renamed(one: Triple, number: int) -> Triple:
    """The triple with things of its own for this trial, and the vocabulary as it is."""
    subject, predicate, obj = (
        URIRef(f"{term}~{number}") if str(term).startswith(ID) else term for term in one
    )
    return subject, predicate, obj


def entailed_in_trials(trials: Iterable[tuple[Iterable[Triple], Triple]], ontology: Graph) -> list[bool]:
    """Whether each conclusion follows from its premises: all in one closure. The things of one trial are
    no other's, and a rule joins triples by the things they share."""
    content, conclusions = Graph(), []
    for number, (premises, conclusion) in enumerate(trials):
        for premise in premises:
            content.add(renamed(premise, number))
        conclusions.append(renamed(conclusion, number))
    closed = content + entailed([content], ontology, DEFAULT_BASE)
    return [conclusion in closed for conclusion in conclusions]


def without_each(way: Derivation) -> Iterable[list[Triple]]:
    leaves = [of(leaf.conclusion) for leaf in way.leaves]
    return ([leaf for leaf in leaves if leaf is not left_out] for left_out in leaves)


def test_a_hundred_conclusions_follow_from_their_premises_and_from_no_fewer(
    explanations: list[Explanation],
) -> None:
    by_rules = [one for one in explanations if all(part.axioms for part in steps(one.ways[0]))]
    links = [one for one in by_rules if one.triple.predicate.value != str(RDF.type)]
    kinds = [one for one in by_rules if one.triple.predicate.value == str(RDF.type)]
    sample = random.Random(20200226).sample(links, 70) + random.Random(20200226).sample(kinds, 30)
    ways = [way for one in sample for way in (one.ways[0], one.ways[-1])]
    assert max(len(way.leaves) for way in ways) >= 3
    held = entailed_in_trials(
        [([of(leaf.conclusion) for leaf in way.leaves], of(way.conclusion)) for way in ways], ONTOLOGY
    )
    assert all(held)
    fewer = [(premises, of(way.conclusion)) for way in ways for premises in without_each(way)]
    assert len(fewer) > 250
    assert not any(entailed_in_trials(fewer, ONTOLOGY))


def steps(way: Derivation) -> list[Derivation]:
    return [part for part in way.parts() if part.rule is not Rule.RECORDED]


def graph_with(axioms: Iterable[Axiom], leaves: Iterable[Derivation]) -> tuple[Graph, Graph]:
    ontology, given_by = Graph(), Graph()
    for axiom in axioms:
        members: list[Node] = [URIRef(member) for member in axiom.objects]
        if axiom.property == str(OWL.propertyChainAxiom):
            head = BNode()
            Collection(ontology, head, members)
            ontology.add((URIRef(axiom.subject), URIRef(axiom.property), head))
        else:
            ontology.add((URIRef(axiom.subject), URIRef(axiom.property), members[0]))
    for leaf in leaves:
        given_by.add(of(leaf.conclusion))
    return ontology, given_by


def test_the_axioms_named_are_all_that_it_takes(explanations: list[Explanation]) -> None:
    """Each derivation by itself: its own axioms, its own premises, and nothing else."""
    by_rules = [one for one in explanations if all(part.axioms for part in steps(one.ways[0]))]
    for one in random.Random(7).sample(by_rules, 24):
        way = one.ways[0]
        axioms = {axiom for part in way.parts() for axiom in part.axioms}
        ontology, premises = graph_with(axioms, way.leaves)
        assert of(way.conclusion) in entailed([premises], ontology, DEFAULT_BASE)
        for axiom in axioms:
            fewer, _ = graph_with(axioms - {axiom}, ())
            assert of(way.conclusion) not in entailed([premises], fewer, DEFAULT_BASE)


def test_the_record_of_a_conclusion_is_made_again_from_its_premises(
    explanations: list[Explanation],
) -> None:
    """By the build's own step, and not without any one of them."""
    iris = EditionIris(Minter(), "fujisawa", "2020-02")
    records = [one for one in explanations if not one.ways[0].axioms]
    assert {one.ways[0].rule for one in records} == {Rule.CLAIM, Rule.CLAIM_PREMISE, Rule.CLAIM_QUOTE}
    links = Graph()
    for term in (RDFS.subPropertyOf, OWL.inverseOf, OWL.propertyChainAxiom, RDF.first, RDF.rest):
        for axiom in ONTOLOGY.triples((None, term, None)):
            links.add(axiom)

    def _made(premises: list[Triple]) -> Graph:
        given_by, claims = Graph(), Graph()
        for premise in premises:
            (claims if "/claim/" in premise[0] else given_by).add(premise)
        inferred = entailed([given_by], links, DEFAULT_BASE)
        return inferred_claims(Derivations(links, given_by, inferred), inferred, claims, iris)

    by_rule = [[one for one in records if one.ways[0].rule is rule] for rule in Rule]
    for one in [found for group in by_rule if group for found in random.Random(11).sample(group, 2)]:
        way = one.ways[0]
        assert of(one.triple) in _made([of(leaf.conclusion) for leaf in way.leaves])
        for premises in without_each(way):
            assert of(one.triple) not in _made(premises)


# Answers that a person read off the paper (MODEL.md, "Questions the graph answers": C4, C6, C7, C9)


def told(way: Derivation) -> tuple[str, list[tuple[str, str, str]]]:
    return way.rule, sorted(
        (
            text_of(leaf.conclusion.subject).removeprefix(FUJISAWA),
            leaf.conclusion.predicate.value.partition("#")[2],
            text_of(leaf.conclusion.object).removeprefix(FUJISAWA),
        )
        for leaf in way.leaves
    )


@pytest.mark.parametrize(
    ("conclusion", "rule", "grounds"),
    [
        (
            ours("2020-02/chart/theme-4/2", "involves", "actor/fujisawa-shi-ishikai"),
            Rule.CHAIN,
            [
                ("2020-02/chart/theme-4/2", "hasPartner", "actor/sanshikai"),
                ("actor/sanshikai", "hasConstituent", "actor/fujisawa-shi-ishikai"),
            ],
        ),
        (
            ours("actor/iryoteki-care-coordinate-team", "subBodyOf", "actor/shogaisha-sogo-shien-kyogikai"),
            Rule.TRANSITIVE,
            [
                ("actor/iryoteki-care-coordinate-team", "subBodyOf", "actor/judo-shogaisha-shien-bukai"),
                ("actor/judo-shogaisha-shien-bukai", "subBodyOf", "actor/shogaisha-sogo-shien-kyogikai"),
            ],
        ),
        (
            ours("2020-02/theme-5/nextIssue-2", "respondedToBy", "actor/seisansha"),
            Rule.CHAIN,
            [
                ("2020-02/theme-5/direction-2", "addresses", "2020-02/theme-5/nextIssue-2"),
                ("2020-02/theme-5/direction-2", "hasParticipant", "actor/seisansha"),
            ],
        ),
        (
            ours("2020-02/theme-3/status-7", "coversDistrict", "district/tsujido"),
            Rule.CHAIN,
            [
                ("2020-02/theme-3/status-7", "coversAllDistrictsOf", "municipality"),
                ("municipality", "hasDistrict", "district/tsujido"),
            ],
        ),
        (
            ours("2020-02/theme-1/status-1", "coversDistrict", "district/tsujido"),
            Rule.SUBPROPERTY,
            [("2020-02/theme-1/status-1", "modelDistrict", "district/tsujido")],
        ),
    ],
)
def test_what_a_person_read_off_the_paper(
    explainer: Explainer, conclusion: ox.Triple, rule: Rule, grounds: list[tuple[str, str, str]]
) -> None:
    found = explainer.explain(conclusion)
    assert not found.recorded
    assert told(found.ways[0]) == (rule, grounds)


# Other vocabularies, whatever they say


NS = "https://example.org/ns#"
PROPERTIES = [f"{NS}p{number}" for number in range(4)]
KINDS = [f"{NS}C{number}" for number in range(3)]
THINGS = [f"{ID}x/{name}" for name in "abcd"]
properties, kinds, things = st.sampled_from(PROPERTIES), st.sampled_from(KINDS), st.sampled_from(THINGS)
axioms = st.one_of(
    st.tuples(st.just(str(RDFS.subPropertyOf)), properties, properties),
    st.tuples(st.just(str(OWL.inverseOf)), properties, properties),
    st.tuples(st.just(str(OWL.equivalentProperty)), properties, properties),
    st.tuples(st.just(str(OWL.propertyChainAxiom)), properties, properties, properties),
    st.tuples(
        st.just(str(RDF.type)),
        properties,
        st.sampled_from([str(OWL.TransitiveProperty), str(OWL.SymmetricProperty)]),
    ),
    st.tuples(st.sampled_from([str(RDFS.domain), str(RDFS.range)]), properties, kinds),
    st.tuples(st.sampled_from([str(RDFS.subClassOf), str(OWL.equivalentClass)]), kinds, kinds),
).map(lambda found: Axiom(found[1], found[0], tuple(found[2:])))
contents = st.one_of(
    st.tuples(things, properties, things), st.tuples(things, st.just(str(RDF.type)), kinds)
).map(lambda found: (URIRef(found[0]), URIRef(found[1]), URIRef(found[2])))


def store_of(ontology: Graph, given_by: Graph, inferred: Graph) -> Store:
    """Graphs by the names that a dataset has for them."""
    parts = {"ns": ontology, "id/x/1/graph/asserted": given_by, "id/x/1/graph/inferred": inferred}
    return Store(
        (
            Serialized(
                name, graph.serialize(format="nt").encode(), ox.RdfFormat.N_TRIPLES, DEFAULT_BASE + name
            )
            for name, graph in parts.items()
        ),
        DEFAULT_BASE,
    )


@settings(max_examples=60)
@given(st.lists(axioms, min_size=1, max_size=7), st.lists(contents, min_size=1, max_size=6, unique=True))
def test_whatever_the_axioms_all_that_the_reasoner_concludes_is_explained(
    said: list[Axiom], content: list[Triple]
) -> None:
    ontology, given_by = graph_with(said, ())
    for one in content:
        given_by.add(one)
    inferred = entailed([given_by], ontology, DEFAULT_BASE)
    explainer = Explainer(store_of(ontology, given_by, inferred), QUERIES)
    trials, fewer = [], []
    for s, p, o in sorted(inferred):
        one = as_iri(s), as_iri(p), as_iri(o)
        found = explainer.explain(triple(*one))
        assert found.there and not found.recorded and found.ways, one
        way = found.ways[0]
        assert all(of(leaf.conclusion) in given_by for leaf in way.leaves)
        trials.append(([of(leaf.conclusion) for leaf in way.leaves], one))
        fewer += [(premises, one) for premises in without_each(way)]
    assert all(entailed_in_trials(trials[:12], ontology))
    assert not any(entailed_in_trials(fewer[:12], ontology))


def chain_of(length: int) -> tuple[Graph, Graph, list[URIRef]]:
    """A transitive property and a long line of things."""
    ontology, given_by = Graph(), Graph()
    ontology.add((URIRef(PROPERTIES[0]), RDF.type, OWL.TransitiveProperty))
    line = [URIRef(f"{ID}x/{number:03}") for number in range(length)]
    for one, other in pairwise(line):
        given_by.add((one, URIRef(PROPERTIES[0]), other))
    return ontology, given_by, line


def test_a_long_line_ends_in_all_its_links() -> None:
    ontology, given_by, line = chain_of(9)
    inferred = entailed([given_by], ontology, DEFAULT_BASE)
    found = explain(store_of(ontology, given_by, inferred), QUERIES, triple(line[0], PROPERTIES[0], line[-1]))
    assert len(found.ways) == 1 and len(found.ways[0].leaves) == 8


def test_what_is_too_far_to_trace_is_told_and_bounded() -> None:
    ontology, given_by, line = chain_of(80)
    inferred = Graph()
    for place, one in enumerate(line):
        for other in line[place + 2 :]:
            inferred.add((one, URIRef(PROPERTIES[0]), other))
    source = Front(store_of(ontology, given_by, inferred))
    found = explain(source, QUERIES, triple(line[0], PROPERTIES[0], line[-1]))
    assert found.there and found.more
    assert source.asked <= searching.MOST_QUERIES + 3


def test_a_triple_of_two_graphs_is_recorded_and_concluded() -> None:
    """As of two editions: one paper says what another lets conclude."""
    ontology, given_by = graph_with(
        [Axiom(PROPERTIES[1], str(RDFS.subPropertyOf), (PROPERTIES[0],))],
        [Derivation(triple(THINGS[0], PROPERTIES[1], THINGS[1]), ())],
    )
    both = (URIRef(THINGS[0]), URIRef(PROPERTIES[0]), URIRef(THINGS[1]))
    given_by.add(both)
    inferred = Graph()
    inferred.add(both)
    found = explain(store_of(ontology, given_by, inferred), QUERIES, triple(*both))
    assert found.recorded and [way.rule for way in found.ways] == [Rule.RECORDED, Rule.SUBPROPERTY]
    assert len(found.graphs) == 2


def test_other_data_without_graphs_are_recorded_as_they_are() -> None:
    data = b'<urn:a> <urn:p> <urn:b> , "\xe8\xaa\x9e"@ja , "1"^^<urn:t> ; <urn:q> [ <urn:p> <urn:a> ] .'
    store = Store([Serialized("x.ttl", data, ox.RdfFormat.TURTLE)], DEFAULT_BASE)
    subject, property_ = ox.NamedNode("urn:a"), ox.NamedNode("urn:p")
    for obj in (
        ox.NamedNode("urn:b"),
        ox.Literal("語", language="ja"),
        ox.Literal("1", datatype=ox.NamedNode("urn:t")),
    ):
        found = explain(store, QUERIES, ox.Triple(subject, property_, obj))
        assert found.recorded and found.graphs == () and len(found.ways) == 1
    for obj in (ox.Literal("語"), ox.Literal("語", language="en"), ox.Literal("1"), ox.NamedNode("urn:c")):
        found = explain(store, QUERIES, ox.Triple(subject, property_, obj))
        assert not found.there and found.ways == ()


def test_what_is_not_there_has_no_reason_but_neighbours(explainer: Explainer) -> None:
    """MODEL.md, C5: 三師会 does not lead 4-direction-5; the chart's line names it as partner."""
    missing = ours("2020-02/chart/theme-4/2", "hasLead", "actor/sanshikai")
    assert not explainer.explain(missing).there
    near = {of(one)[1].partition("#")[2] for one in explainer.near(missing)}
    assert near == {"hasPartner", "involvesDirectly", "involves", "involvedIn"}
    assert explainer.near(ours("2020-02/theme-4/direction-5", "hasLead", "actor/sanshikai")) == []


def test_a_conclusion_without_a_known_reason_is_told_so() -> None:
    ontology, given_by, inferred = Graph(), Graph(), Graph()
    inferred.add((URIRef(THINGS[0]), URIRef(PROPERTIES[0]), URIRef(THINGS[1])))
    found = explain(
        store_of(ontology, given_by, inferred), QUERIES, triple(THINGS[0], PROPERTIES[0], THINGS[1])
    )
    assert found.there and not found.recorded and found.ways == ()


def test_a_broken_list_of_a_chain_is_no_axiom() -> None:
    data = (
        f"<{PROPERTIES[0]}> <{OWL.propertyChainAxiom}> _:a . _:a <{RDF.first}> <{PROPERTIES[1]}> ; "
        f"<{RDF.rest}> _:a . <{PROPERTIES[2]}> <{RDFS.domain}> [] . <{PROPERTIES[2]}> <{RDFS.range}> 'x' ."
    )
    ontology = Graph().parse(data=data, format="turtle")
    inferred = Graph()
    inferred.add((URIRef(THINGS[0]), URIRef(PROPERTIES[0]), URIRef(THINGS[1])))
    store = store_of(ontology, Graph(), inferred)
    assert explain(store, QUERIES, triple(THINGS[0], PROPERTIES[0], THINGS[1])).ways == ()
