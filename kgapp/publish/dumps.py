"""The files that are published of one dataset: an edition, or the whole.

An edition's dump stands alone: it holds its own four graphs and its city's register and external
facts. The vocabulary is no part of it (it has a name and an address of its own); the whole holds it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pyoxigraph as ox

from kgapp.dataset import Dataset, GraphFile
from kgapp.graphs import Serialized
from kgapp.jsonld import Context, prefixes
from kgapp.publication import WHOLE, Distribution, Release, read_release, version_of
from kgapp.publish import tables
from kgapp.publish.about import About, about
from kgapp.publish.forms import (
    GZIP,
    compress,
    form_of,
    jsonld_node,
    jsonld_nodes,
    write_jsonld,
    write_quads,
    write_triples,
)
from kgapp.publish.lines import merged
from kgapp.publish.statistics import Counting, Counts
from kgapp.queryfile import QueryFile
from kgapp.results import CSV
from kgapp.rights import DATASET_RIGHTS, DISCLAIMER, LICENSE, TITLE
from kgapp.store import Store

RECORD = "release.json"
"""Which release a folder of dumps is, with its counts; beside the dumps."""
WHOLE_STEM = "care-roadmap"
CSVW_FORM, CSVW_TYPE = "csvw", "application/csvm+json"
LANGUAGES = ("ja", "en")


@dataclass(frozen=True)
class Material:
    """What dumps are made from: the built graphs, the context of JSON-LD, the queries that make
    tables, and the graph whose words the tables show."""

    dataset: Dataset
    context: Context
    queries: Mapping[str, QueryFile]
    vocabulary: GraphFile


@dataclass(frozen=True)
class Dumped:
    """A release with what is counted in it and in each of its graphs, by name, and for an edition what
    its paper says of itself."""

    release: Release
    counts: Counts
    graphs: dict[str, Counts]
    about: About | None


def write_edition(material: Material, path: str, graphs: Sequence[GraphFile], folder: Path) -> None:
    """Writes an edition's dumps, tables and record into an empty folder."""
    graphs = sorted(graphs)
    dataset, stem = material.dataset, path.replace("/", "-")
    nodes = (jsonld_node((graph.iri, dataset.path(graph)), material.context) for graph in graphs)
    counts = _write_forms(material, path, graphs, folder, nodes)
    parts = (
        Serialized(graph.file, dataset.path(graph).read_bytes(), ox.RdfFormat.N_TRIPLES)
        for graph in (*graphs, material.vocabulary)
    )
    store = Store(parts, dataset.base)
    named = {f"{stem}-{name}.csv": query for name, query in material.queries.items()}
    for name, query in named.items():
        (folder / name).write_bytes(tables.table(query, store))
    title = {language: f"{TITLE[language]}: {path}" for language in LANGUAGES}
    if named:
        (folder / tables.METADATA).write_bytes(tables.metadata(named, title))
    told = about(path, dataset.base, [dataset.path(graph) for graph in graphs])
    _record(material, path, graphs, folder, counts, told)


def write_whole(material: Material, editions: Iterable[Dumped], folder: Path) -> None:
    """Writes the dumps of all graphs, of which the editions' dumps are made already."""
    graphs = sorted(material.dataset.graphs)
    counts = _write_forms(material, WHOLE, graphs, folder, _all_nodes(material, editions))
    _record(material, WHOLE, graphs, folder, counts, None)


def read_dumped(folder: Path, build: Path) -> Dumped:
    """What the record of a folder of dumps says; its files are named below the build folder."""
    content = json.loads((folder / RECORD).read_bytes())
    release = read_release(content["release"])
    below = folder.relative_to(build).as_posix()
    files = tuple(replace(file, file=f"{below}/{file.name}") for file in release.distributions)
    graphs = {iri: Counts(**about) for iri, about in content["graphs"].items()}
    told = About(**content["about"]) if content["about"] else None
    return Dumped(replace(release, distributions=files), Counts(**content["counts"]), graphs, told)


def heading(path: str, version: str) -> list[str]:
    """What stands at the head of every dump: what it is, whose the words are, on which terms."""
    name = path or WHOLE_STEM
    lines = [f"{TITLE[language]}: {name} ({version})" for language in LANGUAGES]
    lines += [words[language] for words in (DISCLAIMER, DATASET_RIGHTS) for language in LANGUAGES]
    return [*lines, str(LICENSE)]


def _write_forms(
    material: Material, path: str, graphs: Sequence[GraphFile], folder: Path, nodes: Iterable[bytes]
) -> Counts:
    stem = path.replace("/", "-") or WHOLE_STEM
    head = heading(path, version_of(graphs))
    files = [material.dataset.path(graph) for graph in graphs]
    counting, terms = Counting(), prefixes(material.context)
    write_triples(folder, stem, head, counting.through(merged(files)), terms)
    write_quads(folder, stem, head, [(graph.iri, material.dataset.path(graph)) for graph in graphs], terms)
    write_jsonld(folder / f"{stem}.jsonld", head, material.context, nodes)
    return counting.result()


def _all_nodes(material: Material, editions: Iterable[Dumped]) -> Iterator[bytes]:
    """Every graph of the dataset as JSON-LD, out of the editions' documents where one has it."""
    dataset, seen = material.dataset, set[str]()
    for edition in editions:
        document = next(f for f in edition.release.distributions if f.form == "jsonld" and not f.compressed)
        nodes = jsonld_nodes(dataset.folder / document.file)
        for iri, node in zip(edition.release.graphs, nodes, strict=True):
            if iri not in seen:
                seen.add(iri)
                yield node
    for graph in sorted(dataset.graphs):
        if graph.iri not in seen:
            yield jsonld_node((graph.iri, dataset.path(graph)), material.context)


def _record(
    material: Material,
    path: str,
    graphs: Sequence[GraphFile],
    folder: Path,
    counts: Counts,
    told: About | None,
) -> None:
    for plain in sorted(folder.iterdir()):
        if plain.name != tables.METADATA:
            compress(plain)
    files = sorted(_distribution(path, made) for made in folder.iterdir())
    names = tuple(graph.iri for graph in graphs)
    release = Release(path, version_of(graphs), counts.triples, names, tuple(files))
    by_graph = {graph.iri: asdict(_counted(material, graph)) for graph in graphs}
    content = {
        "release": asdict(release),
        "counts": asdict(counts),
        "graphs": by_graph,
        "about": asdict(told) if told else None,
    }
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (folder / RECORD).write_text(text, encoding="utf-8")


def _counted(material: Material, graph: GraphFile) -> Counts:
    counting = Counting()
    for _ in counting.through(merged([material.dataset.path(graph)])):
        pass
    return counting.result()


def _distribution(path: str, made: Path) -> Distribution:
    form = form_of(made.name)
    if form is not None:
        name, media_type = form.name, form.types[0]
    elif made.name == tables.METADATA:
        name, media_type = CSVW_FORM, CSVW_TYPE
    else:
        stem = f"{path.replace('/', '-')}-"
        name = made.name.removesuffix(GZIP).removesuffix(".csv").removeprefix(stem)
        media_type = CSV.types[0]
    with made.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    compressed = made.name.endswith(GZIP)
    return Distribution(name, made.name, made.name, media_type, compressed, made.stat().st_size, digest)
