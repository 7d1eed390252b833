"""Sources that change, break or cannot be read while a build runs or before it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kgapp.build import build, check_sources, is_current
from kgapp.build.still import read_sources
from kgapp.dataset import read_dataset
from kgapp.errors import KgappError, SourceErrors
from kgapp.home import Home
from kgapp.vocab import DEFAULT_BASE
from tests.test_sources import ACTORS, CLAIMS, GLOSS, GROUPS, TEXT, replace, set_cell

ONTOLOGY = "ontology/ccr.ttl"


def folder_in_place_of(home: Home, file: str) -> None:
    (home.root / file).unlink()
    (home.root / file).mkdir()


def places(caught: SourceErrors) -> list[tuple[str, int | None]]:
    return [(problem.file, problem.row) for problem in caught.problems]


EDIT_LABEL = replace(ONTOLOGY, '"preferred namespace URI"@en', '"changed"@en')


EDITS = {
    TEXT: ("sources", replace(TEXT, "充実", "拡充")),
    CLAIMS: ("sources", replace(CLAIMS, "原文どおり", "不採用")),
    ACTORS: ("validate again", set_cell(ACTORS, "csw", "英語名", "Changed")),
    ONTOLOGY: ("validate again", EDIT_LABEL),
}
"""A file, the step of a build at whose beginning it is edited, and how."""


def test_edits_while_a_build_runs_are_not_in_it_and_each_is_seen_after_it(
    light_home: Home, built_home: Home
) -> None:
    before = {file: (light_home.root / file).read_bytes() for file in EDITS}
    left = dict(EDITS)

    def tell(_: str, begun: str) -> None:
        for file in [file for file, (step, _) in left.items() if step == begun]:
            left.pop(file)[1](light_home)

    outcome = build(light_home, DEFAULT_BASE, tell)
    assert not left
    assert outcome.dataset.digest == read_dataset(built_home.build).digest
    edited = {file: (light_home.root / file).read_bytes() for file in EDITS}
    for file, data in before.items():
        (light_home.root / file).write_bytes(data)
    assert is_current(light_home, DEFAULT_BASE)
    for file, data in edited.items():
        (light_home.root / file).write_bytes(data)
        assert not is_current(light_home, DEFAULT_BASE), file
        (light_home.root / file).write_bytes(before[file])
    assert is_current(light_home, DEFAULT_BASE)


def test_an_edited_ontology_is_read_anew_by_the_same_process(small_home: Home) -> None:
    first = build(small_home, DEFAULT_BASE).dataset
    EDIT_LABEL(small_home)
    second = build(small_home, DEFAULT_BASE).dataset
    assert is_current(small_home, DEFAULT_BASE)
    assert second.digest != first.digest
    (ontology,) = (graph for graph in second.graphs if graph.iri.endswith("/ns"))
    assert b'"changed"@en' in second.path(ontology).read_bytes()


def test_files_that_cannot_be_read_are_told_all_at_once_by_their_names(home: Home) -> None:
    for file in (TEXT, GLOSS, GROUPS):
        folder_in_place_of(home, file)
    set_cell(ACTORS, "csw", "よみ", "")(home)
    with pytest.raises(SourceErrors) as caught:
        build(home, DEFAULT_BASE)
    assert places(caught.value) == [(GLOSS, None), (GROUPS, None), (TEXT, None)]
    assert not is_current(home, DEFAULT_BASE)
    assert [problem.file for problem in check_sources(home)[1]] == [GLOSS, GROUPS, TEXT]


def test_a_file_that_cannot_be_read_hides_no_fault_elsewhere(home: Home) -> None:
    folder_in_place_of(home, GROUPS)
    replace(GLOSS, "5-direction-1,", "5-direction-99,")(home)
    with pytest.raises(SourceErrors) as caught:
        build(home, DEFAULT_BASE)
    assert {file for file, _ in places(caught.value)} == {GROUPS, GLOSS}


def test_a_folder_that_cannot_be_listed_is_told(home: Home, tmp_path: Path) -> None:
    register = home.data / "register" / "fujisawa"
    register.rename(tmp_path / "away")
    register.symlink_to(register)
    with pytest.raises(SourceErrors) as caught:
        build(home, DEFAULT_BASE)
    assert places(caught.value) == [("data/register/fujisawa", None)]


def test_what_an_editor_leaves_beside_a_table_is_no_source(home: Home) -> None:
    assert check_sources(home)[1] == []
    folder = home.data / "claims" / "fujisawa"
    (folder / ".#2020-02.csv").symlink_to("someone@somewhere.1234")
    (folder / ".~lock.2020-02.csv").write_text("x", encoding="utf-8")
    (home.data / "source" / "fujisawa" / "._2020-02.txt").write_bytes(b"\x00\x05\x16\x07")
    assert check_sources(home)[1] == []


def test_linked_folders_are_read_and_a_circle_of_links_ends(home: Home) -> None:
    register = home.data / "register"
    (register / "yamato").symlink_to(register / "fujisawa")
    (register / "circle").symlink_to(register)
    content, unreadable = read_sources(home)
    assert content["data/register/yamato/actors.csv"] == content[ACTORS]
    assert not unreadable
    assert not any("circle" in name for name in content)


@pytest.mark.parametrize(
    ("name", "line"), [("ccr.ttl", 4), ("schemes.ttl", 4), ("shapes.ttl", 4), ("advice.ttl", 4)]
)
def test_a_broken_ontology_is_told_by_file_and_line(home: Home, name: str, line: int) -> None:
    path = home.root / "ontology" / name
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text(
        "".join([*lines[: line - 1], "this is no Turtle\n", *lines[line - 1 :]]), encoding="utf-8"
    )
    (home.root / "ontology" / "advice.ttl").write_bytes(b"# \xff\n") if name != "advice.ttl" else None
    with pytest.raises(SourceErrors) as caught:
        build(home, DEFAULT_BASE)
    expected = {(f"ontology/{name}", line), ("ontology/advice.ttl", 1 if name != "advice.ttl" else line)}
    assert set(places(caught.value)) == expected
    assert "Turtle" in caught.value.problems[0].what.ja
    assert "Turtle" in caught.value.problems[0].what.en


def test_a_missing_file_of_the_ontology_is_told(home: Home) -> None:
    for name in ("schemes.ttl", "shapes.ttl"):
        (home.root / "ontology" / name).unlink()
    with pytest.raises(SourceErrors) as caught:
        build(home, DEFAULT_BASE)
    assert places(caught.value) == [("ontology/schemes.ttl", None), ("ontology/shapes.ttl", None)]


def test_shapes_that_are_none_are_told(home: Home) -> None:
    shapes = home.root / "ontology" / "shapes.ttl"
    text = shapes.read_text(encoding="utf-8")
    shapes.write_text(text.replace("sh:minCount 1", "sh:minCount true", 1), encoding="utf-8")
    assert "sh:minCount true" in shapes.read_text(encoding="utf-8")
    with pytest.raises(KgappError, match="SHACL") as caught:
        build(home, DEFAULT_BASE)
    assert "ontology/shapes.ttl" in caught.value.remedy.en


def test_a_pipe_in_a_files_place_is_told_and_never_waited_for(home: Home) -> None:
    claims = home.data / "claims" / "fujisawa" / "2020-02.csv"
    claims.unlink()
    os.mkfifo(claims)
    with pytest.raises(SourceErrors) as caught:
        build(home, DEFAULT_BASE)
    assert [problem.file for problem in caught.value.problems] == ["data/claims/fujisawa/2020-02.csv"]
    assert not is_current(home, DEFAULT_BASE)
