"""Earlier versions: kept up to a bound, readable like those of today, never in the way of a build."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from kgapp.build import build, is_current
from kgapp.build.history import History, forget, read_history, retire, write_names_gone
from kgapp.build.units import Unit
from kgapp.changes import changes, compared
from kgapp.cli import main
from kgapp.dataset import MANIFEST, Dataset, GraphFile, read_dataset, sha256_of
from kgapp.errors import DatasetMissing
from kgapp.home import Home
from kgapp.publication import (
    CATALOGUE,
    GONE,
    INDEX,
    WHOLE,
    Publication,
    Release,
    faults,
    gone,
    manifests,
    version_of,
    versions,
)
from kgapp.vocab import DEFAULT_BASE
from tests.homes import set_gloss
from tests.test_command import run

ID = f"{DEFAULT_BASE}id/"
Content = Mapping[str, list[str]]
"""The things of each graph by its name."""


def write(folder: Path, content: Content, keep: int = 5) -> tuple[Dataset, History]:
    """Builds a small dataset as a build does, with graphs that say one thing of each name."""
    graphs = []
    for name, things in content.items():
        lines = sorted(f"<{ID}{thing}> <p:is> <o:here> .\n".encode() for thing in things)
        data = b"".join(lines)
        unit = Unit(folder / "units" / name / sha256_of(data)[:16], ("graph.nt",))
        unit.write({"graph.nt": data})
        file = (unit.folder / "graph.nt").relative_to(folder).as_posix()
        graphs.append(GraphFile(f"{ID}graph/{name}", file, len(lines), sha256_of(data)))
    dataset = Dataset(folder, DEFAULT_BASE, "key", tuple(graphs), ())
    history = read_history(folder, dataset.digest, keep)
    release = Release(WHOLE, version_of(graphs), dataset.triples, tuple(g.iri for g in graphs), ())
    described = sorted([ID + "dataset", *(f"{ID}dataset/{one.version}" for one in history.earlier)])
    lines = [f"<{name}> <p:is> <o:described> .\n".encode() for name in described]
    draft = folder / "draft"
    draft.mkdir(parents=True)
    (draft / CATALOGUE).write_bytes(b"".join(lines))
    problems = write_names_gone(draft / GONE, history, dataset, draft / CATALOGUE)
    files = {name: (draft / name).read_bytes() for name in (CATALOGUE, GONE)}
    shutil.rmtree(draft)
    name = f"publications/{sha256_of(repr((release, files)).encode())[:16]}"
    index = Publication(folder, f"{name}/{CATALOGUE}", (release,)).write()
    Unit(folder / name, ()).write({INDEX: index, **files})
    dataset = replace(dataset, publication=name)
    retire(history, dataset.digest, keep)
    dataset.write_manifest()
    forget(dataset, keep)
    return dataset, replace(history, problems=history.problems + problems)


def digests(folder: Path) -> list[str]:
    return [one.dataset.digest for one in versions(folder)]


A, B, C = {"x": ["a", "b"]}, {"x": ["a", "c"]}, {"x": ["a"], "y": ["d"]}


def test_versions_are_told_oldest_first_and_can_be_read(tmp_path: Path) -> None:
    made = [write(tmp_path, content)[0] for content in (A, B, C)]
    found = versions(tmp_path)
    assert [one.dataset for one in found] == made
    assert [one.version for one in found] == [one.digest[:12] for one in made]
    for one in found:
        assert all(one.dataset.path(graph).is_file() for graph in one.dataset.graphs)
        assert one.publication.release(WHOLE) is not None
    assert {path.name for path in manifests(tmp_path)} == {
        f"000001-{made[0].digest[:12]}.json",
        f"000002-{made[1].digest[:12]}.json",
    }


def test_a_build_of_the_same_makes_no_version(tmp_path: Path) -> None:
    first, _ = write(tmp_path, A)
    again, _ = write(tmp_path, A)
    assert digests(tmp_path) == [first.digest] == [again.digest]
    assert first == again


def test_a_version_that_comes_back_stands_once_and_last(tmp_path: Path) -> None:
    a, b = write(tmp_path, A)[0], write(tmp_path, B)[0]
    write(tmp_path, A)
    assert digests(tmp_path) == [b.digest, a.digest]
    write(tmp_path, B)
    assert digests(tmp_path) == [a.digest, b.digest]


@pytest.mark.parametrize("keep", [0, 1, 2, 5])
def test_so_many_are_kept_and_the_files_of_others_are_removed(tmp_path: Path, keep: int) -> None:
    made = [write(tmp_path, {"x": [f"n{n}"]}, keep)[0] for n in range(5)]
    assert digests(tmp_path) == [one.digest for one in made[max(4 - keep, 0) :]]
    units = {path.parent.name for path in (tmp_path / "units").rglob("graph.nt")}
    assert units == {one.graphs[0].sha256[:16] for one in made[max(4 - keep, 0) :]}
    assert len(list((tmp_path / "publications").iterdir())) == min(keep, 4) + 1


def test_a_smaller_bound_takes_hold_at_the_next_build(tmp_path: Path) -> None:
    made = [write(tmp_path, {"x": [f"n{n}"]})[0] for n in range(4)]
    write(tmp_path, {"x": ["n3"]}, keep=1)
    assert digests(tmp_path) == [one.digest for one in made[2:]]


def test_names_that_are_gone_tell_the_last_version_that_had_them(tmp_path: Path) -> None:
    a, b, c = (write(tmp_path, content)[0] for content in (A, B, C))
    lost = gone(c)
    assert lost.last_version(f"{ID}b") == a.digest[:12]
    assert lost.last_version(f"{ID}c") == b.digest[:12]
    for name in ("a", "d", "never", "", "b/", "bb"):
        assert lost.last_version(ID + name) is None
    back, _ = write(tmp_path, A)
    assert gone(back).last_version(f"{ID}b") is None
    assert gone(back).last_version(f"{ID}d") == c.digest[:12]


def test_a_name_that_moves_to_another_graph_is_not_gone(tmp_path: Path) -> None:
    write(tmp_path, {"x": ["a", "b"], "y": ["c", "b"]})
    after, _ = write(tmp_path, {"x": ["a"], "y": ["c", "b"]})
    assert gone(after).last_version(f"{ID}b") is None


def test_a_version_that_is_kept_no_longer_is_gone(tmp_path: Path) -> None:
    a, _ = write(tmp_path, A)
    write(tmp_path, B)
    c, _ = write(tmp_path, C, keep=1)
    assert gone(c).last_version(f"{ID}dataset/{a.digest[:12]}") is not None


HISTORY = st.lists(
    st.dictionaries(
        st.sampled_from("xyz"), st.lists(st.sampled_from([*"abcd", "a/b", "ab"]), unique=True), min_size=1
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=15, deadline=None)
@given(HISTORY)
def test_gone_is_what_was_and_is_not(
    tmp_path_factory: pytest.TempPathFactory, history: list[Content]
) -> None:
    folder = tmp_path_factory.mktemp("history")
    last: dict[str, str] = {}
    for content in history:
        dataset, _ = write(folder, content)
        last |= {name: dataset.digest[:12] for things in content.values() for name in things}
    now = {name for things in history[-1].values() for name in things}
    lost = gone(dataset)
    for name in [*"abcd", "a/b", "ab"]:
        expected = None if name in now else last.get(name)
        assert lost.last_version(ID + name) == expected


@pytest.mark.parametrize("damage", ["{", "", '{"format": 99}', "\udcff"])
def test_a_damaged_manifest_is_told_and_stops_nothing(tmp_path: Path, damage: str) -> None:
    _, b = write(tmp_path, A)[0], write(tmp_path, B)[0]
    (path,) = manifests(tmp_path)
    path.write_bytes(damage.encode(errors="surrogateescape"))
    assert digests(tmp_path) == [b.digest]
    (fault,) = faults(tmp_path)
    assert path.name in fault.en
    assert path.name in fault.ja
    assert str(tmp_path) not in fault.en
    c, history = write(tmp_path, C)
    assert history.problems == (fault,)
    assert digests(tmp_path) == [b.digest, c.digest]


@pytest.mark.parametrize("name", [INDEX, CATALOGUE])
def test_a_damaged_publication_of_before_is_told(tmp_path: Path, name: str) -> None:
    a, b = write(tmp_path, A)[0], write(tmp_path, B)[0]
    (tmp_path / a.publication / name).unlink()
    assert digests(tmp_path) == [b.digest]
    assert len(faults(tmp_path)) == 1
    assert len(write(tmp_path, C)[1].problems) == 1


def test_a_graph_of_before_that_is_missing_is_told(tmp_path: Path) -> None:
    a, _ = write(tmp_path, A)
    a.path(a.graphs[0]).unlink()
    b, history = write(tmp_path, B)
    assert len(history.problems) == 1
    assert gone(b).last_version(f"{ID}b") is None


def test_damaged_gone_names_are_no_names(tmp_path: Path) -> None:
    write(tmp_path, A)
    b, _ = write(tmp_path, B)
    path = tmp_path / b.publication / GONE
    for damage in (b"\xff\xfe\n\n\t\n", b"x", b""):
        path.write_bytes(damage)
        assert gone(b).last_version(f"{ID}b") is None
    path.unlink()
    assert gone(b).last_version(f"{ID}b") is None


def test_a_build_that_is_killed_before_it_replaces_leaves_one_version_once(tmp_path: Path) -> None:
    a, _ = write(tmp_path, A)
    history = read_history(tmp_path, "another", 5)
    retire(history, "another", 5)
    assert digests(tmp_path) == [a.digest]
    b, _ = write(tmp_path, B)
    assert digests(tmp_path) == [a.digest, b.digest]


def test_versions_of_no_dataset_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(DatasetMissing):
        versions(tmp_path)


def test_changes_between_versions_by_graph_and_subject(tmp_path: Path) -> None:
    b, c = write(tmp_path, B)[0], write(tmp_path, C)[0]
    said = "<p:is> <o:here> ."
    found = [(c.graph, c.subject, c.added, c.removed) for c in changes(b, c)]
    assert found == [
        (f"{ID}graph/x", f"<{ID}c>", (), (f"<{ID}c> {said}",)),
        (f"{ID}graph/y", f"<{ID}d>", (f"<{ID}d> {said}",), ()),
    ]
    assert list(changes(b, b)) == []


def test_changes_of_files_that_are_gone_are_an_error(tmp_path: Path) -> None:
    b, c = write(tmp_path, B)[0], write(tmp_path, C)[0]
    b.path(b.graphs[0]).unlink()
    with pytest.raises(DatasetMissing):
        list(changes(b, c))


ROWS = st.sets(
    st.tuples(
        st.sampled_from(["<a>", "<a/b>", "<b>", "_:c"]),
        st.sampled_from(["<p>", "<q>"]),
        st.sampled_from(['"1"', '"2 3"']),
    ).map(lambda row: f"{' '.join(row)} .\n".encode())
)


@given(ROWS, ROWS)
def test_added_and_removed_lines_make_the_new_from_the_old(old: set[bytes], new: set[bytes]) -> None:
    found = list(compared(sorted(old), sorted(new)))
    added = [line for _, more, _ in found for line in more]
    removed = [line for _, _, less in found for line in less]
    assert set(added) == new - old
    assert set(removed) == old - new
    assert len(added) + len(removed) == len(new ^ old)
    subjects = [subject for subject, _, _ in found]
    assert len(subjects) == len(set(subjects))
    for subject, more, less in found:
        assert all(line.startswith(subject + b" ") for line in (*more, *less))


def test_a_real_build_keeps_what_it_replaces(small_home: Home) -> None:
    set_gloss(small_home, {"theme-1": "First.", "1-direction-1": "Second."})
    first = build(small_home, DEFAULT_BASE).dataset
    before = (small_home.build / MANIFEST).read_bytes()
    set_gloss(small_home, {"theme-1": "First."})
    second = build(small_home, DEFAULT_BASE).dataset
    assert is_current(small_home, DEFAULT_BASE)
    assert digests(small_home.build) == [first.digest, second.digest]
    assert [path.read_bytes() for path in manifests(small_home.build)] == [before]
    assert faults(small_home.build) == ()
    (change,) = changes(first, second)
    assert (change.subject, change.added) == (f"<{ID}yamato/2020-03/theme-1/direction-1>", ())
    assert "#gloss>" in change.removed[0]
    older, _ = versions(small_home.build)
    for release in older.publication.releases:
        for file in release.distributions:
            data = (small_home.build / file.file).read_bytes()
            assert sha256_of(data) == file.sha256
    told = (small_home.build / versions(small_home.build)[-1].publication.catalogue).read_text(
        encoding="utf-8"
    )
    dcat = "http://www.w3.org/ns/dcat#"
    assert (
        f"<{ID}dataset/{second.digest[:12]}> <{dcat}previousVersion> <{ID}dataset/{first.digest[:12]}> ."
        in told
    )
    assert f"<{ID}dataset/{first.digest[:12]}/care-roadmap-nq-gz> <{dcat}byteSize>" in told
    assert json.loads(before)["publication"] == first.publication
    run(small_home, "build", settings={"KGAPP_KEEP": "0"})
    assert digests(small_home.build) == [second.digest]
    assert not any(
        (small_home.build / file.file).exists() for file in older.publication.releases[0].distributions
    )
    assert gone(read_dataset(small_home.build)).last_version(f"{ID}dataset/{first.digest[:12]}") is not None


@pytest.mark.parametrize("keep", ["-1", "many"])
def test_a_bound_that_is_none_is_refused(keep: str) -> None:
    for command in ("build", "query"):
        done = CliRunner().invoke(
            main, [command, "--keep", keep, *(["ASK {}"] if command == "query" else [])]
        )
        assert done.exit_code == 2
        assert "--keep" in done.output
