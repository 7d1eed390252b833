"""The ontology as scanners of pitfalls look at it: FOOPS! (FAIR) and OOPS! (modelling), by their numbers.

What asks a registry (FIND2, FIND3) or an issued DOI is no matter of these files. What must answer over
HTTP (URI1, VER2, CN1, DOC1, RDF1) is in ``test_vocabulary_page``.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise, product

import pytest
from rdflib import OWL, RDF, RDFS, SH, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, SKOS, VANN, XSD, Namespace

from kgapp.home import Home
from kgapp.queryfile import read_queries
from kgapp.rights import LICENSE
from kgapp.store import Store
from kgapp.vocab import ONTOLOGY, local_name
from kgapp.web.vocabulary.usage import read_usage
from tests.conftest import ROOT
from tests.terms import as_iri, as_literal

NS = f"{ONTOLOGY}#"
BIBO = Namespace("http://purl.org/ontology/bibo/")
SHAPES = URIRef("https://w3id.org/care-roadmap/shapes")
ADVICE = URIRef("https://w3id.org/care-roadmap/shapes/advice")
PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
BUILT_IN = tuple(map(str, (RDF, RDFS, OWL, XSD, SH)))

UNUSED = {
    # "Recorded only where a person has read it so": nobody has read the original chart yet.
    "inTrack": "a reading that is still to be made",
    "track-citizens": "inTrack",
    "track-government": "inTrack",
    # The answers that a reader may give; where it is none, nobody gave it.
    "contradicted": "an answer that no reader gave",
}
"""Terms that the data of this edition do not use, each with the reason."""


def read(*names: str) -> Graph:
    graph = Graph()
    for name in names:
        graph.parse(ROOT / "ontology" / name)
    return graph


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return read("ccr.ttl", "schemes.ttl")


@pytest.fixture(scope="module")
def documents(ontology: Graph) -> dict[URIRef, Graph]:
    return {ONTOLOGY: ontology, SHAPES: read("shapes.ttl"), ADVICE: read("advice.ttl")}


def own(graph: Graph, *kinds: URIRef) -> list[URIRef]:
    found = {s for kind in kinds for s in graph.subjects(RDF.type, kind) if str(s).startswith(NS)}
    return sorted(s for s in found if isinstance(s, URIRef))


def above(graph: Graph, term: URIRef, by: URIRef = RDFS.subClassOf) -> set[URIRef]:
    """A term and all that it is below."""
    return {found for found in graph.transitive_objects(term, by) if isinstance(found, URIRef)}


def disjoint(graph: Graph) -> set[frozenset[URIRef]]:
    pairs = {frozenset(map(as_iri, pair)) for pair in graph.subject_objects(OWL.disjointWith)}
    for head in graph.objects(None, OWL.members):
        classes = list(map(as_iri, Collection(graph, head)))
        pairs |= {frozenset({a, b}) for a, b in product(classes, classes) if a != b}
    return pairs


@pytest.mark.parametrize("name", [ONTOLOGY, SHAPES, ADVICE])
def test_its_iri_is_persistent_and_it_is_its_own_ontology(
    name: URIRef, documents: dict[URIRef, Graph]
) -> None:
    """FOOPS! PURL1, HTTP1, URI2; OOPS! P36 (no file extension), P38 (one owl:Ontology)."""
    assert list(documents[name].subjects(RDF.type, OWL.Ontology)) == [name]
    assert name.startswith("https://w3id.org/")
    assert not re.search(r"\.(owl|rdf|ttl|n3|xml)$", name)


@pytest.mark.parametrize("name", [ONTOLOGY, SHAPES, ADVICE])
def test_it_says_who_made_it_when_and_how_it_may_be_used(
    name: URIRef, documents: dict[URIRef, Graph]
) -> None:
    """FOOPS! OM1, OM2, OM4.1, OM5.1, OM5.2, FIND1; OOPS! P41."""
    graph = documents[name]
    for predicate in (
        DCTERMS.creator, DCTERMS.publisher, DCTERMS.created, DCTERMS.modified, OWL.versionInfo,
        VANN.preferredNamespacePrefix, VANN.preferredNamespaceUri,
    ):  # fmt: skip
        assert graph.value(name, predicate) is not None, predicate
    assert graph.value(name, DCTERMS.license) == LICENSE
    assert as_literal(graph.value(name, DCTERMS.created)) <= as_literal(graph.value(name, DCTERMS.modified))
    for predicate in (DCTERMS.title, RDFS.label, RDFS.comment):
        assert {as_literal(text).language for text in graph.objects(name, predicate)} == {"ja", "en"}, (
            predicate
        )


def test_the_vocabulary_has_a_version_a_citation_and_a_status(ontology: Graph) -> None:
    """FOOPS! VER1, OM2, OM3."""
    version = ontology.value(ONTOLOGY, OWL.versionIRI)
    assert version != ONTOLOGY
    assert version == URIRef(f"{ONTOLOGY}/{ontology.value(ONTOLOGY, OWL.versionInfo)}")
    assert str(ontology.value(ONTOLOGY, VANN.preferredNamespaceUri)) == NS
    for predicate in (BIBO.status, DCTERMS.issued, DCTERMS.source, DCTERMS.rights, DCTERMS.description):
        assert ontology.value(ONTOLOGY, predicate) is not None, predicate
    for citation in ontology.objects(ONTOLOGY, DCTERMS.bibliographicCitation):
        assert str(version) in str(citation)


def test_every_term_is_labelled_and_defined_in_both_languages(ontology: Graph) -> None:
    """FOOPS! VOC3, VOC4; OOPS! P08. A definition that repeats the label defines nothing (P20)."""
    terms = own(ontology, OWL.Class, *PROPERTIES, SKOS.Concept, SKOS.ConceptScheme)
    assert len(terms) > 100
    for term in terms:
        label = RDFS.label if not list(ontology.objects(term, SKOS.prefLabel)) else SKOS.prefLabel
        labels = {text.language: str(text) for text in map(as_literal, ontology.objects(term, label))}
        texts = {
            text.language: str(text) for text in map(as_literal, ontology.objects(term, SKOS.definition))
        }
        assert set(labels) == set(texts) == {"ja", "en"}, term
        assert all(len(texts[lang]) > len(labels[lang]) for lang in texts), term
        assert list(ontology.objects(term, RDFS.isDefinedBy)) == [ONTOLOGY]


def test_labels_are_unique_within_a_kind(ontology: Graph) -> None:
    """OOPS! P32; concepts within their scheme."""
    groups = [own(ontology, OWL.Class), own(ontology, *PROPERTIES), own(ontology, SKOS.ConceptScheme)]
    schemes = own(ontology, SKOS.ConceptScheme)
    groups += [list(map(as_iri, ontology.subjects(SKOS.inScheme, scheme))) for scheme in schemes]
    for group in groups:
        labels = [
            label
            for term in group
            for p in (RDFS.label, SKOS.prefLabel)
            for label in ontology.objects(term, p)
        ]
        assert [label for label, count in Counter(labels).items() if count > 1] == []


def test_names_follow_one_convention(ontology: Graph) -> None:
    """OOPS! P22."""
    for term in own(ontology, OWL.Class):
        assert re.fullmatch(r"[A-Z][A-Za-z]+", local_name(term))
    for term in own(ontology, *PROPERTIES, SKOS.ConceptScheme):
        assert re.fullmatch(r"[a-z][A-Za-z]+", local_name(term))
    for term in own(ontology, SKOS.Concept):
        assert re.fullmatch(r"([a-z]+-)?[a-z][A-Za-z]+", local_name(term))


def test_every_term_used_is_declared(ontology: Graph) -> None:
    """OOPS! P34, P35, P37: predicates, and what stands where a class or a property must."""
    declared = {s for kind in (OWL.Class, *PROPERTIES) for s in ontology.subjects(RDF.type, kind)}
    used = set(ontology.predicates()) | set(ontology.objects(None, RDF.type))
    for predicate in (
        RDFS.subClassOf,
        RDFS.subPropertyOf,
        RDFS.domain,
        RDFS.range,
        OWL.inverseOf,
        OWL.disjointWith,
    ):
        used |= set(ontology.objects(None, predicate))
    for predicate in (OWL.members, OWL.propertyChainAxiom):
        used |= {item for head in ontology.objects(None, predicate) for item in Collection(ontology, head)}
    assert {term for term in used - declared if not str(term).startswith(BUILT_IN)} == set()
    named = {o for o in ontology.objects() if isinstance(o, URIRef) and o.startswith(NS)}
    assert named - set(ontology.subjects()) == set()


def test_every_term_that_shapes_name_is_declared(ontology: Graph, documents: dict[URIRef, Graph]) -> None:
    known = {str(s) for s in ontology.subjects()}
    for name in (SHAPES, ADVICE):
        graph = documents[name]
        named = {str(o) for o in graph.objects() if str(o).startswith(NS)}
        for query in graph.objects(None, SH.select):
            named |= {NS + found for found in re.findall(r"\bccr:([\w-]+)", str(query))}
        assert named - known - {NS} == set()


def test_borrowed_terms_are_only_declared(ontology: Graph) -> None:
    """OOPS! P40 (namespace hijacking): what they mean is for their own vocabularies to say."""
    about = {RDF.type, RDFS.label, RDFS.isDefinedBy}
    for kind in (OWL.Class, *PROPERTIES):
        for term in ontology.subjects(RDF.type, kind):
            if not str(term).startswith(NS):
                assert set(ontology.predicates(term)) == about, term
                home = str(ontology.value(term, RDFS.isDefinedBy))
                assert str(term).startswith(home), term


def test_hierarchies_have_no_circle(ontology: Graph) -> None:
    """OOPS! P06."""
    for by in (RDFS.subClassOf, RDFS.subPropertyOf):
        for term in set(ontology.subjects(by, None)):
            parents = ontology.objects(term, by)
            assert all(term not in above(ontology, as_iri(parent), by) for parent in parents), term


def test_no_class_is_below_two_that_are_disjoint(ontology: Graph) -> None:
    apart = disjoint(ontology)
    assert apart  # OOPS! P10
    for term in own(ontology, OWL.Class):
        lineage = above(ontology, term)
        assert not [pair for pair in apart if pair <= lineage], term


def test_a_property_has_one_domain_and_one_range_or_says_why_not(ontology: Graph) -> None:
    """OOPS! P11, P19. Annotation properties have neither (OWL 2 Syntax, 10.2: theirs say nothing)."""
    for term in own(ontology, OWL.ObjectProperty, OWL.DatatypeProperty):
        notes = " ".join(map(str, ontology.objects(term, RDFS.comment)))
        for predicate, why in ((RDFS.domain, "No domain"), (RDFS.range, "No range")):
            count = len(list(ontology.objects(term, predicate)))
            assert count == (0 if why in notes else 1), (term, predicate)


def test_inverses_mirror_each_other(ontology: Graph) -> None:
    """OOPS! P05, P25: each pair says the same from both ends, in its axioms and in its words."""
    pairs = list(ontology.subject_objects(OWL.inverseOf))
    assert pairs
    for one, other in pairs:
        assert one != other
        assert ontology.value(one, RDFS.domain) == ontology.value(other, RDFS.range)
        assert ontology.value(one, RDFS.range) == ontology.value(other, RDFS.domain)
        for definition in ontology.objects(one, SKOS.definition):
            assert f"ccr:{local_name(as_iri(other))}" in str(definition)


def test_subproperties_narrow_what_they_are_below(ontology: Graph) -> None:
    for term, parent in ontology.subject_objects(RDFS.subPropertyOf):
        for predicate in (RDFS.domain, RDFS.range):
            wide, narrow = ontology.value(parent, predicate), ontology.value(term, predicate)
            if wide is not None:
                assert wide in above(ontology, as_iri(narrow)), (term, parent)


def test_transitive_properties_lead_to_where_they_start(ontology: Graph) -> None:
    """OOPS! P29."""
    for term in own(ontology, OWL.TransitiveProperty):
        domain, target = ontology.value(term, RDFS.domain), ontology.value(term, RDFS.range)
        assert domain in above(ontology, as_iri(target))


def test_chains_hold_together(ontology: Graph) -> None:
    """A chain can only conclude anything where each step ends in what the next one starts from."""
    chains = list(ontology.subject_objects(OWL.propertyChainAxiom))
    assert chains
    apart = disjoint(ontology)
    for concluded, head in chains:
        steps = list(Collection(ontology, head))
        ends = [(ontology.value(concluded, RDFS.domain), ontology.value(steps[0], RDFS.domain))]
        ends += [(ontology.value(a, RDFS.range), ontology.value(b, RDFS.domain)) for a, b in pairwise(steps)]
        ends += [(ontology.value(concluded, RDFS.range), ontology.value(steps[-1], RDFS.range))]
        for one, other in ends:
            lineage = above(ontology, as_iri(one)) | above(ontology, as_iri(other))
            assert not [pair for pair in apart if pair <= lineage], (concluded, one, other)


def test_no_term_stands_alone(ontology: Graph) -> None:
    """OOPS! P04."""
    joined = (
        RDFS.subClassOf,
        RDFS.subPropertyOf,
        RDFS.domain,
        RDFS.range,
        OWL.inverseOf,
        OWL.propertyChainAxiom,
        SKOS.inScheme,
    )
    for term in own(ontology, OWL.Class, *PROPERTIES, SKOS.Concept, SKOS.ConceptScheme):
        links = [p for p in joined if (term, p, None) in ontology or (None, p, term) in ontology]
        says_why = "No domain" in " ".join(map(str, ontology.objects(term, RDFS.comment)))
        assert links or says_why, term


def test_every_term_is_used_or_its_disuse_has_a_reason(
    ontology: Graph, store: Store, built_home: Home
) -> None:
    usage = read_usage(store, read_queries(built_home.queries / "pages"))
    terms = own(ontology, OWL.Class, *PROPERTIES, SKOS.Concept)
    assert {local_name(term) for term in terms if term not in usage} == set(UNUSED)


def test_every_text_of_the_header_is_in_a_language_that_it_declares(ontology: Graph) -> None:
    declared = {str(language) for language in ontology.objects(ONTOLOGY, DCTERMS.language)}
    found = {o.language for o in ontology.objects() if isinstance(o, Literal) and o.language}
    assert found == declared == {"ja", "en"}
