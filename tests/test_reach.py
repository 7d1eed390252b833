"""How far shapes reach: counts recomputed by other means, shapes that fail, shapes that never match."""

from __future__ import annotations

import csv
import re
import time
from collections import Counter

import pytest
from rdflib import RDF, SH, Graph, URIRef

from kgapp.build import build
from kgapp.build.vocabulary import load_vocabulary
from kgapp.dataset import Dataset
from kgapp.errors import SourceErrors
from kgapp.home import Home
from kgapp.quality import Quality, Run, Tally, Way, read_quality
from kgapp.reach import Reach
from kgapp.validate import Invalid, broken_queries, examine, validate
from kgapp.vocab import DEFAULT_BASE
from tests.conftest import ROOT
from tests.terms import as_literal

CCRSH = "https://w3id.org/care-roadmap/shapes#"
CCR = "https://w3id.org/care-roadmap/ns#"
SECTIONS = {
    # MODEL.md, "The source": statements by section.
    "Measure-section": 14,
    "StandingIssue-section": 18,
    "Goal-section": 15,
    "Principle-section": 6,
    "StatusItem-section": 48,
    "NextYearIssue-section": 22,
    "Direction-section": 35,
}
EXAMPLE = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix x: <urn:x:> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
x:Named a sh:NodeShape ; sh:targetClass x:Thing ; sh:property x:Named-name ; sh:severity sh:Violation .
x:Named-name a sh:PropertyShape ; sh:path x:name ; sh:minCount 1 ; sh:maxCount 1 ; sh:severity sh:Violation .
x:Idle a sh:PropertyShape ; sh:targetClass x:Nothing ; sh:path x:name ; sh:minCount 1 ; sh:severity sh:Warning .
x:IdleOnce a sh:NodeShape ; sh:targetNode x:Nothing ; sh:severity sh:Warning ;
  sh:sparql [ sh:select "SELECT $this ?value WHERE { ?value a <urn:x:Nothing> }" ] .
x:Once a sh:NodeShape ; sh:targetNode x:Thing ; sh:severity sh:Warning ;
  sh:sparql [ sh:select "SELECT $this ?value WHERE { ?value <urn:x:bad> true }" ] .
"""
THINGS = """
@prefix x: <urn:x:> .
x:a a x:Thing ; x:name "a" . x:b a x:Thing . x:c a x:Thing ; x:name "c" , "d" ; x:bad true .
x:d a x:Kind ; x:name "d" ; x:bad true .
"""
KINDS = "<urn:x:Kind> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <urn:x:Thing> ."


@pytest.fixture(scope="module")
def quality(dataset: Dataset) -> Quality:
    (edition,) = dataset.editions
    return read_quality(dataset, edition)


@pytest.fixture(scope="module")
def tallies(quality: Quality) -> dict[tuple[str, Run], Tally]:
    return {(tally.shape.removeprefix(CCRSH), tally.run): tally for tally in quality.tallies}


def test_statements_are_targeted_as_the_paper_has_them(tallies: dict[tuple[str, Run], Tally]) -> None:
    for run in Run:
        for shape in ("Statement-class", "Statement-text", "Statement-quote", "Statement-theme"):
            tally = tallies[shape, run]
            assert (tally.targeted, tally.passed, tally.failed) == (158, 158, 0)
        assert {shape: tallies[shape, run].targeted for shape in SECTIONS} == SECTIONS
        assert tallies["Theme", run].targeted == 6
        assert tallies["ChartText", run].targeted == 27
        assert tallies["StatementNames", run].things == 158
        assert (
            tallies["LinkToDistrict", run].targeted == tallies["ThirteenDistricts-count", run].targeted * 13
        )


def test_actors_are_targeted_as_the_register_has_them(tallies: dict[tuple[str, Run], Tally]) -> None:
    register = ROOT / "data" / "register" / "fujisawa"
    rows = {
        name: list(csv.DictReader((register / f"{name}.csv").read_text("utf-8-sig").splitlines()))
        for name in ("actors", "groups", "facilities", "programmes", "districts", "municipality")
    }
    assert len(rows["actors"]) == 54
    assert tallies["ActorNamed", Run.BEFORE].targeted == 54 + len(rows["groups"])
    named = tallies["NamedThing-label", Run.BEFORE]
    assert named.targeted == sum(map(len, rows.values()))
    assert tallies["DisjointVenues", Run.BEFORE].targeted == len(rows["facilities"])
    assert tallies["NoCircle", Run.BEFORE].things == sum(row["種別"] == "団体" for row in rows["actors"])


def test_claims_are_targeted_as_their_graphs_have_them(
    quality: Quality, tallies: dict[tuple[str, Run], Tally], dataset: Dataset
) -> None:
    line = re.compile(rf"^<(\S+)> <{CCR}mode> <{CCR}(\w+)> \.$", re.M)
    modes = Counter(
        mode
        for graph in dataset.graphs
        for _, mode in set(line.findall(dataset.path(graph).read_text(encoding="utf-8")))
    )
    assert quality.modes == modes
    told = modes["stated"] + modes["interpreted"]
    assert tallies["ClaimMode", Run.BEFORE].targeted == told
    assert tallies["ClaimMode", Run.AFTER].targeted == told + modes["inferred"]
    assert tallies["ClaimAsserted", Run.AFTER].things == told + modes["inferred"]
    assert tallies["ClaimRationale-ja", Run.BEFORE].targeted == modes["interpreted"]


def test_a_shape_that_matches_only_what_is_concluded_is_told_apart(
    tallies: dict[tuple[str, Run], Tally],
) -> None:
    before, after = tallies["ClaimInferred", Run.BEFORE], tallies["ClaimInferred", Run.AFTER]
    assert before.never_matched and before.passed == 0
    assert not after.never_matched and after.passed == after.targeted > 0
    # A check of one concept is run whether anything has it or not; it has looked at nothing then.
    assert tallies["ClaimPremise", Run.BEFORE].targeted == 1
    assert tallies["ClaimPremise", Run.BEFORE].never_matched


def test_every_shape_of_both_files_is_told_with_its_words(quality: Quality) -> None:
    for file in ("shapes", "advice"):
        graph = Graph().parse(ROOT / "ontology" / f"{file}.ttl")
        kinds = (SH.NodeShape, SH.PropertyShape)
        expected = {str(shape) for kind in kinds for shape in graph.subjects(RDF.type, kind)}
        told = [shape for shape in quality.shapes if shape.file == file]
        assert {shape.iri for shape in told} == expected
        runs = {Run.BEFORE, Run.AFTER} if file == "shapes" else {Run.BEFORE}
        assert {(tally.shape, tally.run) for tally in quality.tallies if tally.shape in expected} == {
            (shape, run) for shape in expected for run in runs
        }
        for shape in told:
            words = {
                m.language: str(m) for m in map(as_literal, graph.objects(URIRef(shape.iri), SH.message))
            }
            assert words == {"ja": shape.ja, "en": shape.en}


def test_what_failed_is_what_the_results_name(
    quality: Quality, tallies: dict[tuple[str, Run], Tally]
) -> None:
    focus: dict[str, set[str]] = {}
    for result in quality.results:
        focus.setdefault(result.shape.removeprefix(CCRSH), set()).add(result.focus)
        assert result.component.startswith(str(SH)) and result.component.endswith("ConstraintComponent")
    failed = {shape: tally.failed for (shape, _), tally in tallies.items() if tally.failed}
    assert failed == {shape: len(things) for shape, things in focus.items()}


def test_counts_of_shapes_that_fail_and_of_shapes_that_never_match() -> None:
    shapes = Graph().parse(data=EXAMPLE, format="turtle")
    data, ontology = Graph().parse(data=THINGS), Graph().parse(data=KINDS, format="nt")
    found = examine(data, shapes, ontology, Run.BEFORE)
    told = {t.shape.removeprefix("urn:x:"): t for t in found.tallies}
    # Of a, b and c two break the shape, by the part that it holds; d is of a kind that the data alone
    # do not know for a Thing, and a look at the whole class knows it by the ontology.
    assert told["Named"] == Tally("urn:x:Named", Run.BEFORE, Way.EACH, 3, 2, 3, 2)
    assert told["Named-name"] == Tally("urn:x:Named-name", Run.BEFORE, Way.NESTED, 3, 2, 3, 2)
    assert told["Once"] == Tally("urn:x:Once", Run.BEFORE, Way.ONCE, 1, 1, 4, 2)
    assert [name for name, tally in told.items() if tally.never_matched] == ["Idle", "IdleOnce"]
    assert (told["Idle"].targeted, told["IdleOnce"].targeted, told["IdleOnce"].passed) == (0, 1, 0)
    with pytest.raises(Invalid) as caught:
        found.require()
    assert {result.thing for result in caught.value.results} == {"urn:x:b", "urn:x:c"}


def test_a_part_two_levels_down_fails_the_shapes_around_it() -> None:
    shapes = Graph().parse(
        data="""@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix x: <urn:x:> .
x:Outer a sh:NodeShape ; sh:targetClass x:Thing ; sh:property x:Middle .
x:Middle a sh:PropertyShape ; sh:path x:part ; sh:property x:Inner .
x:Inner a sh:PropertyShape ; sh:path x:name ; sh:minCount 1 .""",
        format="turtle",
    )
    data = Graph().parse(
        data="@prefix x: <urn:x:> . x:a a x:Thing ; x:part x:p , x:q . x:b a x:Thing ; x:part x:q . x:q x:name 'q' ."
    )
    found = {tally.shape: tally for tally in examine(data, shapes, Graph(), Run.BEFORE).tallies}
    assert {name: (tally.targeted, tally.failed) for name, tally in found.items()} == {
        "urn:x:Outer": (2, 1),
        "urn:x:Middle": (2, 1),
        "urn:x:Inner": (2, 1),
    }


def test_counting_adds_little_to_a_build(dataset: Dataset, built_home: Home) -> None:
    ontology, shapes, advice = load_vocabulary(built_home)
    data = Graph()
    for graph in dataset.graphs:
        if "/graph/" in graph.iri and not graph.iri.endswith("/dataset"):
            data.parse(dataset.path(graph), format="nt")
    results = {name: validate(data, given) for name, given in (("s", shapes), ("a", advice))}
    began = time.process_time()
    for name, given in (("s", shapes), ("s", shapes), ("a", advice)):
        assert list(Reach(data, given, ontology, results[name]).tallies(Run.AFTER))
    assert time.process_time() - began < 0.3


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("?value ccr:targets ?object ;", "?value ccr:targets ?object ;;; } {", "TargetOnly"),
        ("?value ccr:targets ?object ;", "?value nope:targets ?object ;", "nope"),
    ],
)
def test_a_query_of_a_shape_that_is_no_sparql_is_told(home: Home, old: str, new: str, word: str) -> None:
    path = home.ontology / "advice.ttl"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(SourceErrors) as caught:
        build(home, DEFAULT_BASE)
    (problem,) = caught.value.problems
    assert (problem.file, problem.column) == ("ontology/advice.ttl", "TargetOnly")
    assert word in problem.what.en and word in problem.what.ja
    assert "SPARQL" in problem.what.ja


def test_the_queries_of_the_shapes_are_sparql() -> None:
    for file in ("shapes", "advice"):
        assert broken_queries(Graph().parse(ROOT / "ontology" / f"{file}.ttl")) == []


def test_the_readme_of_the_claims_tells_the_figures_that_are_recorded(quality: Quality) -> None:
    text = (ROOT / "data" / "claims" / "fujisawa" / "README.md").read_text(encoding="utf-8")
    row = re.compile(
        r"^\| (\w+) \| (\d+) / (\d+) \| (\d+) \| ([\d.]+) \| (\d+) of (\d+) \| (\d+) \| (?:([\d.]+) / ([\d.]+)|—) \|$",
        re.M,
    )
    readings = {reading.relation: reading for reading in quality.readings}
    rows = row.findall(text)
    assert len(rows) == 13
    for relation, first, second, both, agreement, agreed, asked, links, precision, recall in rows:
        told = readings[relation]
        assert (told.first, told.second, told.both) == (int(first), int(second), int(both))
        assert (told.agreed, told.asked, told.links) == (int(agreed), int(asked), int(links))
        assert f"{told.agreement:.2f}" == agreement
        assert (told.precision is None) == (precision == "")
        if precision:
            assert (f"{told.precision:.2f}", f"{told.recall:.2f}") == (precision, recall)


def test_outcomes_are_those_of_the_review_table(quality: Quality) -> None:
    path = ROOT / "data" / "claims" / "fujisawa" / "2020-02-review.csv"
    rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    said = Counter((row["関係"], row["判定"]) for row in rows)
    assert {
        (reading.relation, word): count
        for reading in quality.readings
        for word, count in (
            ("支持", reading.supported),
            ("不支持", reading.not_supported),
            ("矛盾", reading.contradicted),
        )
        if count
    } == said
    assert sum(reading.links for reading in quality.readings) == len(rows)
    assert all(reading.unread == 0 for reading in quality.readings)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("hasLead,1,2,x,1,1", "両方"),
        ("hasLead,1,2,2,1,1", "両方"),
        ("hasLead,1,2,1,1,2", "うち支持"),
        ("leads,1,1,1,1,1", "関係"),
        ("hasLead,1,2,-1,1,1", "両方"),
        ("hasLead,1,2,１,1,1", "両方"),
    ],
)
def test_a_fault_of_the_readers_table_is_told(home: Home, row: str, column: str) -> None:
    path = home.data / "claims" / "fujisawa" / "2020-02-readers.csv"
    heading = path.read_text(encoding="utf-8").splitlines()[0]
    path.write_text(f"{heading}\n{row}\n", encoding="utf-8")
    with pytest.raises(SourceErrors) as caught:
        build(home, DEFAULT_BASE)
    (problem,) = caught.value.problems
    assert (problem.file, problem.row, problem.column) == (
        "data/claims/fujisawa/2020-02-readers.csv",
        2,
        column,
    )
