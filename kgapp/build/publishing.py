"""Publishes a dataset that is built: each edition's dumps anew where they changed, the whole, the index."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from importlib.metadata import version
from os import cpu_count
from pathlib import Path

from kgapp import __version__
from kgapp.build import keys
from kgapp.build.history import History, write_names_gone
from kgapp.build.units import Unit, hash_of
from kgapp.build.workers import workers
from kgapp.dataset import Dataset, GraphFile, sha256_of
from kgapp.errors import Message, Problem, SourceErrors
from kgapp.home import Home
from kgapp.jsonld import prefixes, read_context
from kgapp.publication import CATALOGUE, GONE, INDEX, POINTING, WHOLE, Publication, Release
from kgapp.publish.catalogue import Catalogued, carried, catalogue
from kgapp.publish.dumps import RECORD, Dumped, Material, read_dumped, write_edition, write_whole
from kgapp.publish.lines import turned, write_sorted
from kgapp.publish.provenance import Input, Making
from kgapp.queryfile import BadQueryFile, read_queries, read_query
from kgapp.sortedlines import SortedLines
from kgapp.sources.texts import EditionFiles
from kgapp.vocab import ONTOLOGY

MEND_CONTEXT = Message("元のファイルに戻してください。", "Restore the file.")
NO_COLUMNS = (
    Message("表の列（columns）がありません。", "It declares no columns of its table."),
    Message(
        "見出しの columns に，変数ごとに ja と en を書いてください。",
        "Give ja and en of each variable in columns of the header.",
    ),
)
DUMPS, PUBLICATIONS = "dumps", "publications"
Tell = Callable[[str, str], None]


def publish(
    home: Home, dataset: Dataset, found: Sequence[EditionFiles], history: History, tell: Tell
) -> tuple[Dataset, tuple[Message, ...]]:
    """The dataset with its publication, every file of which is written; and what could not be told of
    the versions before."""
    if faults := publishing_problems(home):
        raise SourceErrors(faults)
    vocabulary = next(graph for graph in dataset.graphs if graph.iri == str(ONTOLOGY))
    material = Material(dataset, read_context(home.context), read_queries(home.tables), vocabulary)
    key = keys.publishing_key(home)
    editions = _editions(material, key, tell)
    whole = _whole(material, key, editions, tell)
    releases = tuple(dump.release for dump in (*editions, whole))
    draft = dataset.folder / "cache" / "publication"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    try:
        write_sorted(_catalogue(home, material, editions, whole, found, history), draft / CATALOGUE)
        with (draft / CATALOGUE).open("rb") as lines:
            write_sorted(turned(lines, f"{dataset.base}id/"), draft / POINTING)
        problems = write_names_gone(draft / GONE, history, dataset, draft / CATALOGUE)
        for path in _vocabulary_files(home):
            shutil.copyfile(path, draft / path.name)
        name = _keep(draft, dataset, releases)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return replace(dataset, publication=name), problems


def _keep(draft: Path, dataset: Dataset, releases: tuple[Release, ...]) -> str:
    """Makes the files of a draft a publication, and gives its name, which their content decides."""
    files = sorted(draft.iterdir())
    parts = [str(releases), *(f"{path.name} {hash_of(path)}" for path in files)]
    name = f"{PUBLICATIONS}/{keys.fingerprint([part.encode() for part in parts])[:16]}"
    unit = Unit(dataset.folder / name, (INDEX, *(path.name for path in files)))
    if not unit.is_complete:
        with unit.draft() as folder:
            for path in files:
                path.replace(folder / path.name)
            publication = Publication(dataset.folder, f"{name}/{CATALOGUE}", releases)
            (folder / INDEX).write_bytes(publication.write())
    return name


def publishing_problems(home: Home) -> list[Problem]:
    """What is wrong with the context of JSON-LD and the queries that make tables."""
    found = []
    try:
        prefixes(read_context(home.context))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        what = Message(f"JSON-LDの文脈として読めません（{why}）。", f"This is no context of JSON-LD ({why}).")
        found.append(_problem(home.context, home, what, MEND_CONTEXT))
    for path in sorted(home.tables.glob("[!.]*.rq")):
        try:
            query = read_query(path)
        except BadQueryFile as error:
            found.append(_problem(path, home, error.what, error.remedy))
            continue
        if not query.table:
            found.append(_problem(path, home, *NO_COLUMNS))
    return found


def _problem(path: Path, home: Home, what: Message, remedy: Message) -> Problem:
    # The home may be the copy that stands still; what is named is the file that a person edits.
    return Problem(path.relative_to(home.root).as_posix(), None, None, what, remedy)


def _catalogue(
    home: Home,
    material: Material,
    editions: list[Dumped],
    whole: Dumped,
    found: Sequence[EditionFiles],
    history: History,
) -> Iterator[bytes]:
    """The lines of the catalogue, in no order."""
    shared = [*_vocabulary_files(home), *home.tables.glob("[!.]*.rq")]
    inputs = {WHOLE: _inputs(shared, home.root)}
    for files in found:
        own = [*keys.own_files(files), *files.register.glob("[!.]*.csv")]
        inputs[f"{files.city}/{files.edition}"] = _inputs(own, home.root)
    programs = [("kgapp", __version__)]
    programs += [(name, version(name)) for name in (*keys.ENGINES, *keys.PUBLISHERS)]
    making = Making(inputs, programs)
    content = Catalogued(
        material.dataset.base, whole, editions, making, _earlier(history), prefixes(material.context)
    )
    for part in catalogue(content):
        yield from part
    for one in history.earlier:
        lines = SortedLines(one.dataset.folder / one.publication.catalogue)
        yield from carried(lines, content, one.publication)


def _vocabulary_files(home: Home) -> list[Path]:
    """Ontology, shapes and context: what a dataset's names mean belongs to it."""
    return [*home.ontology.glob("[!.]*.ttl"), home.context]


def _earlier(history: History) -> dict[str, list[str]]:
    """Versions that are kept by the path of their dataset, oldest first, each once."""
    found: dict[str, dict[str, None]] = {}
    for one in history.earlier:
        for release in one.publication.releases:
            seen = found.setdefault(release.path, {})
            seen.pop(release.version, None)
            seen[release.version] = None
    return {path: [*seen] for path, seen in found.items()}


def _inputs(paths: Iterable[Path], root: Path) -> list[Input]:
    names = {path.relative_to(root).as_posix(): path for path in paths if path.is_file()}
    return [Input(name, sha256_of(names[name].read_bytes())) for name in sorted(names)]


def _editions(material: Material, key: str, tell: Tell) -> list[Dumped]:
    dataset = material.dataset
    units: dict[str, tuple[Unit, list[GraphFile]]] = {}
    for edition in dataset.editions:
        path = f"{edition.city}/{edition.edition}"
        graphs = edition_graphs(dataset, path)
        units[path] = _unit(material, path, graphs, key), graphs
    anew = [path for path, (unit, _) in units.items() if not unit.is_complete]
    with workers(min(len(anew), cpu_count() or 1)) if len(anew) > 1 else nullcontext() as pool:
        jobs = []
        for path in anew:
            tell(path, "publish")
            if pool:
                jobs.append(pool.submit(_write, material, path, *units[path]))
            else:
                _write(material, path, *units[path])
        for job in jobs:
            job.result()
    return [read_dumped(unit.folder, dataset.folder) for unit, _ in units.values()]


def _write(material: Material, path: str, unit: Unit, graphs: list[GraphFile]) -> None:
    with unit.draft() as folder:
        write_edition(material, path, graphs, folder)


def _whole(material: Material, key: str, editions: list[Dumped], tell: Tell) -> Dumped:
    dataset = material.dataset
    unit = _unit(material, WHOLE, list(dataset.graphs), key)
    if not unit.is_complete:
        tell("all", "publish")
        with unit.draft() as folder:
            write_whole(material, editions, folder)
    return read_dumped(unit.folder, dataset.folder)


def _unit(material: Material, path: str, graphs: list[GraphFile], key: str) -> Unit:
    """The folder of a dataset's dumps, named by all that they are made from."""
    parts = [key, material.dataset.base, material.vocabulary.sha256]
    parts += [part for graph in sorted(graphs) for part in (graph.iri, graph.sha256)]
    name = keys.fingerprint([part.encode() for part in parts])[:16]
    return Unit(material.dataset.folder / DUMPS / Path(path or "all") / name, (RECORD,))


def edition_graphs(dataset: Dataset, path: str) -> list[GraphFile]:
    """The graphs that an edition's dump holds: its own and its city's."""
    names = (f"{dataset.base}id/{path}/graph/", f"{dataset.base}id/{path.partition('/')[0]}/graph/")
    return [graph for graph in dataset.graphs if graph.iri.startswith(names)]
