"""The build: same bytes for same sources, reuse, one replacement, whole or nothing."""

from __future__ import annotations

import json
import multiprocessing
import os
import pickle
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from rdflib import RDF, BNode, Graph, Literal

from kgapp.build import build, is_current, keys
from kgapp.dataset import MANIFEST, READINGS, Dataset, read_dataset, read_graphs, sha256_of
from kgapp.errors import (
    DatasetMissing,
    Inconsistent,
    KgappError,
    Message,
    Problem,
    QueryRefused,
    SeveralErrors,
    SourceErrors,
)
from kgapp.home import PACKAGE, Home
from kgapp.quality import Result, Severity
from kgapp.store import open_dataset
from kgapp.validate import Invalid
from kgapp.vocab import CCR, DEFAULT_BASE, OA, ONTOLOGY
from tests.conftest import ROOT
from tests.homes import add_small_edition, add_text, files
from tests.terms import as_rows
from tests.test_sources import CLAIMS, add_row, remove


def test_two_builds_are_the_same_bytes_however_their_processes_hash(built_home: Home, home: Home) -> None:
    code = "from kgapp.build import build; from kgapp.home import find_home; import sys; build(find_home(), sys.argv[1])"
    subprocess.run(
        [sys.executable, "-c", code, DEFAULT_BASE],
        env={
            **os.environ,
            "KGAPP_HOME": str(home.root),
            "PYTHONPATH": str(ROOT),
            "PYTHONHASHSEED": "20200214",
        },
        check=True,
    )
    assert files(home) == files(built_home)


def test_what_has_not_changed_is_not_built_again(small_home: Home) -> None:
    first = build(small_home, DEFAULT_BASE)
    before = files(small_home)
    second = build(small_home, DEFAULT_BASE)
    assert (first.built, second.built) == (("yamato/2020-03",), ())
    assert files(small_home) == before
    assert is_current(small_home, DEFAULT_BASE)


def test_a_misspelt_table_is_told_where_nothing_else_has_changed(built_copy: Home) -> None:
    assert is_current(built_copy, DEFAULT_BASE)
    (built_copy.data / "claims" / "fujisawa" / "2020-2.csv").write_text("", encoding="utf-8")
    assert not is_current(built_copy, DEFAULT_BASE)
    with pytest.raises(SourceErrors) as caught:
        build(built_copy, DEFAULT_BASE)
    assert [problem.file for problem in caught.value.problems] == ["data/claims/fujisawa/2020-2.csv"]


def test_an_edition_beside_the_first_leaves_the_first_alone(small_copy: Home) -> None:
    first = build(small_copy, DEFAULT_BASE).dataset
    add_small_edition(small_copy, "2019-03")
    assert not is_current(small_copy, DEFAULT_BASE)
    outcome = build(small_copy, DEFAULT_BASE)
    assert outcome.built == ("yamato/2019-03",)
    own = {graph for graph in first.graphs if "/2020-03/" in graph.iri}
    assert own and own <= set(outcome.dataset.graphs)


def test_papers_of_two_years_and_cities_stand_side_by_side(built_home: Home, family_home: Home) -> None:
    first, family = read_dataset(built_home.build), read_dataset(family_home.build)
    assert {graph for graph in first.graphs if "/2020-02/" in graph.iri} <= set(family.graphs)
    store = open_dataset(family)
    asked = "SELECT ?doc (COUNT(?s) AS ?n) { ?s a ccr:Statement ; dcterms:isPartOf ?doc } GROUP BY ?doc ORDER BY ?doc"
    prefixes = f"PREFIX ccr: <{CCR}> PREFIX dcterms: <http://purl.org/dc/terms/> "
    counted = [row["n"].value for row in as_rows(store.query(prefixes + asked))]
    assert counted == ["149", "158", "81"]


def test_another_city_without_a_register(family_home: Home) -> None:
    summary = next(e for e in read_dataset(family_home.build).editions if e.city == "yamato")
    assert summary.counts["statements"] == 81
    assert summary.counts["links"] == 0
    report = json.loads((family_home.build / summary.report).read_text(encoding="utf-8"))
    assert {"no-register", "no-claims", "no-gloss"} <= {finding["kind"] for finding in report["findings"]}


def test_the_paper_without_a_register_is_all_statements_and_findings(home: Home) -> None:
    shutil.rmtree(home.data / "register")
    for name in (CLAIMS, "data/claims/fujisawa/2020-02-review.csv"):
        remove(name)(home)
    outcome = build(home, DEFAULT_BASE)
    (edition,) = outcome.dataset.editions
    assert (edition.counts["statements"], edition.counts["links"]) == (158, 0)
    report = json.loads((home.build / edition.report).read_text(encoding="utf-8"))
    assert {"no-register", "districts-undecided"} <= {finding["kind"] for finding in report["findings"]}


def test_a_chart_without_years_builds_with_a_finding(built_copy: Home) -> None:
    text = (built_copy.data / "source/fujisawa/2020-02.txt").read_text(encoding="utf-8")
    text = re.sub(r"２０[１２].年度\n|（(?:平成|令和).{1,2}年度）\n", "\n", text)
    add_text(built_copy, "fujisawa", "2021-02", text.encode())
    outcome = build(built_copy, DEFAULT_BASE)
    assert [edition.counts["statements"] for edition in outcome.dataset.editions] == [158, 158]


def test_every_failing_edition_is_told(small_home: Home) -> None:
    add_small_edition(small_home, "2019-03")
    ontology = small_home.root / "ontology" / "ccr.ttl"
    broken = ontology.read_text(encoding="utf-8") + "\nccr:inTheme rdfs:domain ccr:Actor .\n"
    ontology.write_text(broken, encoding="utf-8")
    with pytest.raises(SeveralErrors) as caught:
        build(small_home, DEFAULT_BASE)
    assert len(caught.value.errors) == 2
    assert all("両立しません" in error.what.ja for error in caught.value.errors)


@pytest.mark.parametrize(
    "error",
    [
        Inconsistent([Message("矛盾", "clash")]),
        SourceErrors([Problem("f", 1, "c", Message("何", "what"), Message("直", "mend"))]),
        Invalid([Result(Severity.VIOLATION, "shape", "focus", "", "ja", "en")]),
        QueryRefused(Message("否", "no"), Message("直", "mend"), status=413),
    ],
)
def test_an_error_crosses_processes_whole(error: KgappError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert again.__dict__ == error.__dict__
    assert str(again) == str(error)


@pytest.mark.parametrize("name", ["claims.nt", "summary.json", "report.json"])
def test_a_damaged_unit_is_built_again_and_never_adopted(small_copy: Home, name: str) -> None:
    first = build(small_copy, DEFAULT_BASE).dataset
    unit = (small_copy.build / first.editions[0].report).parent
    data = (unit / name).read_bytes()
    (unit / name).write_bytes(data[: len(data) // 2])
    if name.endswith(".nt"):
        with pytest.raises(DatasetMissing):
            open_dataset(read_dataset(small_copy.build))
    again = build(small_copy, DEFAULT_BASE)
    assert again.built == ("yamato/2020-03",)
    assert again.dataset.digest == first.digest
    assert (unit / name).read_bytes() == data


def test_pages_and_commands_are_no_reason_to_build_again() -> None:
    rooms = {path.relative_to(PACKAGE).with_suffix("").parts[0] for path in PACKAGE.rglob("*.py")}
    assert set(keys.WEB_HALF) <= rooms


def test_another_base_names_everything_anew(small_home: Home) -> None:
    dataset = build(small_home, "https://data.example.org/roadmap/").dataset
    ours = [graph.iri for graph in dataset.graphs if "/id/" in graph.iri]
    assert all(iri.startswith("https://data.example.org/roadmap/id/") for iri in ours)
    assert not any(b"care-roadmap/id/" in dataset.path(graph).read_bytes() for graph in dataset.graphs)


@pytest.mark.parametrize("base", ["ftp://x/", "https://x", "https://x/<y>/", ""])
def test_a_base_that_cannot_be_one_is_refused(home: Home, base: str) -> None:
    with pytest.raises(KgappError, match="基底IRI"):
        build(home, base)


def test_broken_sources_leave_the_dataset_in_place(built_copy: Home) -> None:
    build(built_copy, DEFAULT_BASE)
    before = files(built_copy)
    add_row(CLAIMS, "5-direction-1", "hasLead", "actor/nobody", "原文どおり", "充実")(built_copy)
    with pytest.raises(SourceErrors):
        build(built_copy, DEFAULT_BASE)
    assert files(built_copy) == before
    assert len(open_dataset(read_dataset(built_copy.build))) == read_dataset(built_copy.build).triples


def test_a_contradiction_is_named_in_words(light_home: Home) -> None:
    remove(CLAIMS)(light_home)
    remove("data/claims/fujisawa/2020-02-review.csv")(light_home)
    ontology = light_home.root / "ontology" / "ccr.ttl"
    ontology.write_text(
        ontology.read_text(encoding="utf-8") + "\nccr:hasLead rdfs:range ccr:Theme .\n", encoding="utf-8"
    )
    with pytest.raises(KgappError) as caught:
        build(light_home, DEFAULT_BASE)
    assert "fujisawa/actor/shi-shakyo が" in caught.value.what.ja
    assert "両立しません" in caught.value.what.ja
    assert not (light_home.build / MANIFEST).exists()


def _build_for_ever(folder: str) -> None:
    home = Home(Path(folder), Path(folder) / "data" / "build")
    build(home, DEFAULT_BASE)


@pytest.mark.parametrize("damage", ["{", "{}", '{"format": 99}', ""])
def test_a_damaged_manifest_is_no_dataset(home: Home, damage: str) -> None:
    home.build.mkdir(parents=True)
    (home.build / MANIFEST).write_text(damage, encoding="utf-8")
    with pytest.raises(DatasetMissing):
        read_dataset(home.build)
    assert not is_current(home, DEFAULT_BASE)


def test_a_damaged_graph_is_told(built_home: Home, tmp_path: Path) -> None:
    copy = tmp_path / "build"
    shutil.copytree(built_home.build, copy)
    dataset = read_dataset(copy)
    graph = dataset.path(dataset.graphs[0])
    graph.write_bytes(graph.read_bytes()[:-200])
    with pytest.raises(DatasetMissing, match="壊れています"):
        open_dataset(read_dataset(copy))


def replaced_while_read(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch, *changes: Callable[[], object]
) -> None:
    """Makes each change when the dataset's first graph is about to be read once more."""
    left, first = list(changes), dataset.graphs[0].file
    read = Path.read_bytes

    def reading(path: Path) -> bytes:
        if left and path.as_posix().endswith(first):
            left.pop(0)()
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", reading)


@pytest.mark.parametrize("how", ["vanished", "other bytes"])
def test_graphs_that_a_build_replaces_while_they_are_read_are_read_anew(
    built_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    copy = tmp_path / "build"
    shutil.copytree(built_home.build, copy)
    before = read_dataset(copy)
    graph = before.graphs[0]
    moved = replace(graph, file="units/moved.nt")

    def rebuild() -> None:
        data = before.path(graph).read_bytes()
        (copy / moved.file).write_bytes(data)
        replace(before, graphs=(moved, *before.graphs[1:])).write_manifest()
        if how == "vanished":
            before.path(graph).unlink()
        else:
            before.path(graph).write_bytes(data[:100])

    replaced_while_read(before, monkeypatch, rebuild)
    after, content = read_graphs(before)
    assert after.graphs[0].file == moved.file
    assert {one.iri: sha256_of(content[one.iri]) for one in before.graphs} == {
        one.iri: one.sha256 for one in before.graphs
    }
    assert len(open_dataset(before)) == before.triples


def test_a_dataset_that_never_holds_still_is_given_up(
    built_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "build"
    shutil.copytree(built_home.build, copy)
    dataset = read_dataset(copy)
    dataset.path(dataset.graphs[0]).unlink()
    counted = count()

    def other() -> None:
        graph = replace(dataset.graphs[0], triples=next(counted))
        replace(dataset, graphs=(graph, *dataset.graphs[1:])).write_manifest()

    replaced_while_read(dataset, monkeypatch, *[other] * 100)
    with pytest.raises(DatasetMissing, match="壊れています") as caught:
        read_graphs(dataset)
    assert next(counted) == READINGS
    assert str(tmp_path) not in str(caught.value)


def test_the_text_is_rebuilt_from_the_graph_without_loss(built_home: Home) -> None:
    dataset = read_dataset(built_home.build)
    source = Graph()
    source.parse(next(dataset.path(g) for g in dataset.graphs if g.iri.endswith("/2020-02/graph/source")))
    spans = sorted(
        (int(str(source.value(span, OA.start))), str(source.value(span, OA.exact)))
        for span in source.subjects(RDF.type, CCR.Span)
    )
    text = (ROOT / "data/source/fujisawa/2020-02.txt").read_bytes().decode()
    assert "".join(words for _, words in spans) == text


def test_the_trace_accounts_for_every_character(built_home: Home) -> None:
    dataset = read_dataset(built_home.build)
    trace = (built_home.build / dataset.editions[0].report).with_name("trace.tsv")
    rows = [line.split("\t") for line in trace.read_text(encoding="utf-8").splitlines()[1:]]
    text = (ROOT / "data/source/fujisawa/2020-02.txt").read_bytes().decode()
    assert "".join(json.loads(row[4]) for row in rows) == text
    assert sum(row[2] == "statement" for row in rows) == 158
    assert sum(row[2] == "chart" for row in rows) == 27


def test_graphs_are_named_as_the_model_says(built_home: Home) -> None:
    names = {graph.iri.removeprefix(f"{DEFAULT_BASE}id/") for graph in read_dataset(built_home.build).graphs}
    edition = {f"fujisawa/2020-02/graph/{name}" for name in ("asserted", "claims", "source", "inferred")}
    city = {"fujisawa/graph/register", "fujisawa/graph/external"}
    assert names == edition | city | {"graph/dataset", "https://w3id.org/care-roadmap/ns"}


def test_no_blank_nodes_in_data_and_literals_any_engine_takes(built_home: Home) -> None:
    dataset = read_dataset(built_home.build)
    with_blanks = set()
    for graph in dataset.graphs:
        parsed = Graph()
        parsed.parse(data=dataset.path(graph).read_text(encoding="utf-8"), format="nt")
        assert len(parsed) == graph.triples
        terms = [term for triple in parsed for term in triple]
        if any(isinstance(term, BNode) for term in terms):
            with_blanks.add(graph.iri)
        assert not any(term.ill_typed for term in terms if isinstance(term, Literal))
    assert with_blanks == {str(ONTOLOGY)}, "only OWL's lists and restrictions are blank (MODEL.md)"


def test_two_builds_at_once_take_turns(small_home: Home) -> None:
    context = multiprocessing.get_context("spawn")
    runs = [context.Process(target=_build_for_ever, args=(str(small_home.root),)) for _ in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert [run.exitcode for run in runs] == [0, 0]
    assert is_current(small_home, DEFAULT_BASE)


def test_a_disk_that_takes_no_more_leaves_the_dataset_in_place(small_copy: Home) -> None:
    import resource

    build(small_copy, DEFAULT_BASE)
    before = files(small_copy)
    add_small_edition(small_copy, "2019-03")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    previous = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            build(small_copy, DEFAULT_BASE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, previous)
    left = files(small_copy)
    assert {name: left[name] for name in before} == before
    assert set(left) == set(before)


def test_a_copied_home_stands_alone(built_home: Home) -> None:
    assert not any(str(built_home.root).encode() in data for data in files(built_home).values())
