"""Builds the dataset: every edition through the steps, reuse of what has not changed, one
replacement at the end. A build completes or leaves the dataset before it in place.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock
from rdflib import Graph, URIRef

from kgapp.build import keys
from kgapp.build.editions import (
    Edition,
    build_edition,
    counts,
    modes,
    read_city,
    read_edition,
)
from kgapp.build.history import KEEP, forget, read_history, retire
from kgapp.build.publishing import publish, publishing_problems
from kgapp.build.quality import quality_of
from kgapp.build.report import report, trace
from kgapp.build.still import read_sources, standing_still
from kgapp.build.units import Unit, to_json
from kgapp.build.vocabulary import load_vocabulary
from kgapp.build.workers import workers
from kgapp.dataset import (
    Dataset,
    EditionSummary,
    GraphFile,
    graph_files_present,
    read_dataset,
    sha256_of,
)
from kgapp.errors import DatasetMissing, KgappError, Message, Problem, SeveralErrors, SourceErrors
from kgapp.home import Home
from kgapp.model import Register
from kgapp.ntriples import sorted_ntriples
from kgapp.publication import is_whole
from kgapp.sources.register import GUARDS, TABLES
from kgapp.sources.texts import EditionFiles, find_editions
from kgapp.triples.dataset import describe_dataset
from kgapp.triples.register import describe_register
from kgapp.vocab import ONTOLOGY, EditionIris, Minter

EDITION_GRAPHS = ("asserted", "claims", "source", "inferred")
CITY_GRAPHS = ("register", "external")
Tell = Callable[[str, str], None]
"""Told an edition's name and the step that begins."""


@dataclass(frozen=True)
class Outcome:
    """A build's result: the dataset, which editions were built anew, seconds per step, and which
    earlier versions could not be read."""

    dataset: Dataset
    built: tuple[str, ...]
    seconds: dict[str, float]
    problems: tuple[Message, ...] = ()


def check_sources(home: Home, unreadable: list[Problem] | None = None) -> tuple[list[Edition], list[Problem]]:
    """Every edition's sources, read without writing anything, and every problem found.

    What rests on a file that cannot be read is not looked at: its faults would not be its own.
    """
    blocked = read_sources(home)[1] if unreadable is None else unreadable
    found, problems = _editions(home)
    problems += blocked
    if not any(_blocks(problem, "ontology") for problem in blocked):
        problems += _vocabulary_problems(home)
    problems += [
        fault
        for fault in publishing_problems(home)
        if not any(_blocks(problem, fault.file) for problem in blocked)
    ]
    registers, whole = {}, {}
    for city in sorted({files.city for files in found}):
        if any(_blocks(problem, f"data/register/{city}") for problem in blocked):
            registers[city], whole[city] = Register(city, {}), False
            continue
        registers[city], faults = read_city(home, city)
        # Where a table could not be read, every claim on its things would be a fault of its own.
        whole[city] = all(fault.row is not None and fault.row > 1 for fault in faults)
        problems += faults
    editions = []
    for files in found:
        own = [files.name(path) for path in keys.own_files(files)]
        if any(_blocks(problem, name) for problem in blocked for name in own):
            continue
        edition, faults = read_edition(files, registers[files.city], with_claims=whole[files.city])
        problems += faults
        if edition:
            editions.append(edition)
    return editions, problems + _unread_files(home, found)


def _editions(home: Home) -> tuple[list[EditionFiles], list[Problem]]:
    """The editions; a file that an editor or a system left (``._2020-02.txt``) is no source."""
    found, problems = find_editions(home.data)
    return found, [problem for problem in problems if not Path(problem.file).name.startswith(".")]


def _blocks(problem: Problem, name: str) -> bool:
    """Whether a file or folder that cannot be read is this one, within it, or around it."""
    one, other = f"{problem.file}/", f"{name}/"
    return one.startswith(other) or other.startswith(one)


def _vocabulary_problems(home: Home) -> list[Problem]:
    try:
        load_vocabulary(home)
    except SourceErrors as error:
        return error.problems
    return []


def _unread_files(home: Home, found: list[EditionFiles]) -> list[Problem]:
    """Tables that nothing reads: a misspelt name would be silence."""
    read = {path for files in found for path in (files.claims, files.review, files.readers, files.gloss)}
    tables = {table.file for table in TABLES} | {GUARDS}
    made = [path for kind in ("claims", "gloss") for path in (home.data / kind).rglob("[!.]*.csv")]
    left = [path for path in made if path not in read]
    left += [path for path in (home.data / "register").rglob("[!.]*.csv") if path.name not in tables]
    return [
        Problem(
            path.relative_to(home.root).as_posix(),
            None,
            None,
            Message("このファイルはどの資料からも読まれません。", "No edition reads this file."),
            Message("名前を直すか，取り除いてください。", "Mend its name or remove it."),
        )
        for path in sorted(left)
    ]


def is_current(home: Home, base: str) -> bool:
    """Whether the built dataset is there and younger than none of its sources."""
    try:
        dataset = read_dataset(home.build)
    except DatasetMissing:
        return False
    files, problems = _editions(home)
    try:
        key = _whole_key(home, files, base)
    except OSError:  # a source that cannot be read: a build tells which, and why
        return False
    whole = not problems and not _unread_files(home, files)
    return whole and dataset.key == key and graph_files_present(dataset) and is_whole(dataset)


def build(home: Home, base: str, tell: Tell = lambda edition, step: None, keep: int = KEEP) -> Outcome:
    """Builds what has changed and replaces the dataset, of which ``keep`` earlier versions stay; raises
    before it writes anything final.

    Raises SourceErrors with every problem of every edition, Inconsistent, Invalid, or OSError
    where the disk does not take the files.
    """
    minter = Minter(base)
    home.build.mkdir(parents=True, exist_ok=True)
    (home.build / "cache").mkdir(exist_ok=True)
    with FileLock(home.build / "cache" / "build.lock"), standing_still(home) as (still, unreadable):
        found, problems = _editions(still)
        key = _whole_key(still, found, base)
        units = {files: _edition_unit(still, files, base) for files in found}
        anew = [files for files, unit in units.items() if not unit.is_complete]
        if problems or unreadable or anew or _unread_files(still, found):
            _, faults = check_sources(still, unreadable)
            if faults:
                raise SourceErrors(faults)
        seconds = _build_editions(still, anew, units, base, tell)
        graphs = [
            graph for files, unit in units.items() for graph in _edition_files(still, files, unit, minter)
        ]
        for city in sorted({files.city for files in found}):
            graphs += _build_city(still, city, minter)
        graphs += _build_whole(still, found, minter)
        dataset = Dataset(
            folder=home.build,
            base=base,
            key=key,
            graphs=tuple(sorted(graphs)),
            editions=tuple(_summary(still, files, unit) for files, unit in units.items()),
        )
        begun = time.perf_counter()
        history = read_history(home.build, dataset.digest, keep)
        dataset, unread = publish(still, dataset, found, history, tell)
        seconds["publish"] = time.perf_counter() - begun
        retire(history, dataset.digest, keep)
        dataset.write_manifest()
        forget(dataset, keep)
    names = tuple(_name(files) for files in anew)
    return Outcome(dataset, names, seconds, history.problems + unread)


def _name(files: EditionFiles) -> str:
    return f"{files.city}/{files.edition}"


def _whole_key(home: Home, found: list[EditionFiles], base: str) -> str:
    parts = [keys.edition_key(home, files, base).encode() for files in found]
    return keys.fingerprint([base.encode(), keys.publishing_key(home).encode(), *parts])


def _edition_unit(home: Home, files: EditionFiles, base: str) -> Unit:
    key = keys.edition_key(home, files, base)[:16]
    folder = home.build / "units" / files.city / files.edition / key
    return Unit(folder, _files(EDITION_GRAPHS))


def _build_editions(
    home: Home, anew: list[EditionFiles], units: dict[EditionFiles, Unit], base: str, tell: Tell
) -> dict[str, float]:
    """Builds these editions, several at a time where there are several; adds up the seconds."""
    runs: list[dict[str, float]] = []
    failed: list[KgappError] = []
    count = min(len(anew), os.cpu_count() or 1)
    with workers(count) if len(anew) > 1 else nullcontext() as pool:
        jobs = {
            files: pool.submit(_build_one, home, files, units[files], base) if pool else None
            for files in anew
        }
        for files, job in jobs.items():
            try:
                runs.append(job.result() if job else _build_one(home, files, units[files], base, tell))
            except KgappError as error:
                failed.append(error)
            tell(_name(files), "done")
    if failed:
        raise failed[0] if len(failed) == 1 else SeveralErrors(failed)
    total: dict[str, float] = {}
    for seconds in runs:
        for step, spent in seconds.items():
            total[step] = total.get(step, 0.0) + spent
    return total


def _build_one(
    home: Home, files: EditionFiles, unit: Unit, base: str, tell: Tell = lambda edition, step: None
) -> dict[str, float]:
    built = build_edition(home, files, base, lambda step: tell(_name(files), step))
    content = {f"{name}.nt": sorted_ntriples(graph) for name, graph in built.graphs.items()}
    content["report.json"] = report(built)
    content["quality.json"] = quality_of(built).write()
    content["trace.tsv"] = trace(built.edition.paper)
    content["summary.json"] = _summary_of(counts(built), modes(built))
    unit.write(content)
    return built.seconds


def _graph_file(home: Home, iri: URIRef, path: Path) -> GraphFile:
    data = path.read_bytes()
    name = path.relative_to(home.build).as_posix()
    return GraphFile(str(iri), name, data.count(b"\n"), sha256_of(data))


def _edition_files(home: Home, files: EditionFiles, unit: Unit, minter: Minter) -> list[GraphFile]:
    iris = EditionIris(minter, files.city, files.edition)
    return [_graph_file(home, iris.graph(name), unit.folder / f"{name}.nt") for name in EDITION_GRAPHS]


def _files(graphs: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{name}.nt" for name in graphs)


def _build_city(home: Home, city: str, minter: Minter) -> list[GraphFile]:
    key = keys.city_key(home, city, minter.base)[:16]
    unit = Unit(home.build / "units" / city / "register" / key, _files(CITY_GRAPHS))
    if not unit.is_complete:
        register, problems = read_city(home, city)
        if problems:
            raise SourceErrors(problems)
        graphs = describe_register(register, minter)
        unit.write({f"{name}.nt": sorted_ntriples(graphs[name]) for name in CITY_GRAPHS})
    return [
        _graph_file(home, minter.id(city, "graph", name), unit.folder / f"{name}.nt") for name in CITY_GRAPHS
    ]


def _build_whole(home: Home, found: list[EditionFiles], minter: Minter) -> list[GraphFile]:
    """The graphs of the whole: the ontology with its schemes, and the dataset's description."""
    documents = [EditionIris(minter, files.city, files.edition).document for files in found]
    key = keys.fingerprint(
        [keys.ontology_key(home).encode(), keys.code_key().encode(), *(str(d).encode() for d in documents)]
    )[:16]
    unit = Unit(home.build / "units" / "whole" / key, _files(("ontology", "dataset")))
    if not unit.is_complete:
        ontology: Graph = load_vocabulary(home)[0]
        content = {"ontology": ontology, "dataset": describe_dataset(minter, documents)}
        unit.write({f"{name}.nt": sorted_ntriples(graph) for name, graph in content.items()})
    return [
        _graph_file(home, ONTOLOGY, unit.folder / "ontology.nt"),
        _graph_file(home, minter.id("graph", "dataset"), unit.folder / "dataset.nt"),
    ]


def _summary_of(counted: dict[str, int], by_mode: dict[str, int]) -> bytes:
    return to_json({"counts": counted, "modes": by_mode})


def _summary(home: Home, files: EditionFiles, unit: Unit) -> EditionSummary:
    content = json.loads((unit.folder / "summary.json").read_bytes())
    report, quality = (
        (unit.folder / name).relative_to(home.build).as_posix() for name in ("report.json", "quality.json")
    )
    return EditionSummary(files.city, files.edition, content["counts"], content["modes"], report, quality)
