"""What a build publishes beside its graphs: files to download, their description, earlier versions.

Written by the build half (``publish``), read by the web half. A publication is a folder that is
written once, named by the manifest; nothing in it is part of the store that answers queries. A build
that replaces a dataset keeps its manifest, so that its files stay and can be read like those of today.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kgapp.dataset import Dataset, GraphFile, damaged, digest_of, read_dataset, read_manifest
from kgapp.errors import DatasetMissing, Message
from kgapp.sortedlines import SortedLines

INDEX = "publication.json"
CATALOGUE = "catalogue.nt"
POINTING = "catalogue-pointing.nt"
"""What the catalogue says with a thing of ours as the object, subject and object in each other's place."""
GONE = "gone.tsv"
"""Names that an earlier version had, each with the last version that had it; beside the index."""
VERSIONS = "versions"
"""The folder of earlier manifests, named by number and version, below the build folder."""
WHOLE = ""
"""The path of the dataset that holds all others."""
VERSION_LENGTH = 12
"""Hexadecimal digits of a digest that name a version."""


@dataclass(frozen=True, order=True)
class Distribution:
    """A file to download: a dataset in one form."""

    form: str
    """``turtle``, ``ntriples``, ``nquads``, ``trig``, ``jsonld`` (``results.BY_NAME``), or the name of
    a table for CSV (``statements``, ``links`` …), or ``csvw`` for the tables' metadata."""
    name: str
    """The file's name, unique within its version: ``fujisawa-2020-02.nq.gz``."""
    file: str
    """Where it is, below the build folder."""
    media_type: str
    """Of the content; a compressed file has it too, and is told by ``compressed``."""
    compressed: bool
    size: int
    sha256: str


@dataclass(frozen=True)
class Release:
    """One version of one dataset: an edition's (``path`` is ``fujisawa/2020-02``) or the whole."""

    path: str
    version: str
    """The first digits of a digest over the names and hashes of its graphs."""
    triples: int
    graphs: tuple[str, ...]
    distributions: tuple[Distribution, ...]

    def distribution(self, name: str) -> Distribution | None:
        """The file of this name."""
        return next((found for found in self.distributions if found.name == name), None)


@dataclass(frozen=True)
class Publication:
    """Everything that one build published."""

    folder: Path
    """The build folder."""
    catalogue: str
    """The catalogue in N-Triples: DCAT, VoID and PROV-O of all releases; below the build folder."""
    releases: tuple[Release, ...]

    def release(self, path: str) -> Release | None:
        """The release of a dataset by its path (``WHOLE`` for all of it)."""
        return next((found for found in self.releases if found.path == path), None)

    def write(self) -> bytes:
        """The content of ``publication.json``, for ``read_publication``."""
        content: dict[str, Any] = {
            "catalogue": self.catalogue,
            "releases": [asdict(release) for release in self.releases],
        }
        return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def version_of(graphs: Iterable[GraphFile]) -> str:
    """The version that these graphs are."""
    return digest_of(graphs)[:VERSION_LENGTH]


def read_publication(dataset: Dataset) -> Publication:
    """What was published with a dataset; raises DatasetMissing where it is not there as written."""
    path = dataset.folder / dataset.publication / INDEX
    try:
        content = json.loads(path.read_bytes())
        releases = tuple(read_release(about) for about in content["releases"])
        return Publication(dataset.folder, content["catalogue"], releases)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(f"{dataset.publication}/{INDEX}", error) from error


def files_of(dataset: Dataset) -> list[Path]:
    """Every file that was published with a dataset; raises DatasetMissing where the index is damaged."""
    publication = read_publication(dataset)
    files = [file.file for release in publication.releases for file in release.distributions]
    own = (f"{dataset.publication}/{INDEX}", publication.catalogue)
    return [dataset.folder / name for name in (*own, *files)]


def is_whole(dataset: Dataset) -> bool:
    """Whether every file is there that was published with a dataset."""
    try:
        return all(path.is_file() for path in files_of(dataset))
    except DatasetMissing:
        return False


@dataclass(frozen=True)
class Version:
    """One version of the whole, whose files are kept."""

    dataset: Dataset
    publication: Publication

    @property
    def version(self) -> str:
        return self.dataset.digest[:VERSION_LENGTH]


def versions(folder: Path) -> tuple[Version, ...]:
    """The versions of a build folder's dataset that are there to read, oldest first, the current one
    last. An earlier one that is damaged is left out (``faults`` tells of it); raises DatasetMissing
    where the current one is."""
    current = read_dataset(folder)
    found = [one for one in earlier_versions(folder) if isinstance(one, Version)]
    earlier = [one for one in found if one.dataset.digest != current.digest]
    return (*earlier, Version(current, read_publication(current)))


def faults(folder: Path) -> tuple[Message, ...]:
    """What is wrong with the earlier versions of a build folder."""
    return tuple(one for one in earlier_versions(folder) if isinstance(one, Message))


def manifests(folder: Path) -> list[Path]:
    """The manifests of earlier versions, oldest first."""
    return sorted((folder / VERSIONS).glob("[0-9]*-*.json"))


def earlier_versions(folder: Path) -> Iterator[Version | Message]:
    """Every earlier version, oldest first; in place of one that is damaged, what is wrong with it."""
    for path in manifests(folder):
        try:
            dataset = read_manifest(folder, path)
            publication = read_publication(dataset)
            if not (folder / publication.catalogue).is_file():
                raise damaged(publication.catalogue, None)
            yield Version(dataset, publication)
        except DatasetMissing as error:
            name, what = f"{VERSIONS}/{path.name}", error.what
            # Where the folder is on this machine is nobody's business but the server's.
            ja, en = (words.replace(f"{folder}/", "") for words in (what.ja, what.en))
            yield Message(
                f"前の版 {name} は読めません: {ja}", f"The earlier version {name} cannot be read: {en}"
            )


class Gone:
    """The names that earlier versions had and the current one has not: a sorted file that is searched
    where it lies, however long."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def last_version(self, name: str) -> str | None:
        """The last version that had a name; nothing for a name that never was, or still is."""
        wanted = name.encode() + b"\t"
        try:
            line = next(SortedLines(self._path).starting(wanted), b"")
        except OSError:
            return None
        version = line.removeprefix(wanted).strip()
        return version.decode() if version else None


def gone(dataset: Dataset) -> Gone:
    """The names that this dataset no longer has."""
    return Gone(dataset.folder / dataset.publication / GONE)


def read_release(about: dict[str, Any]) -> Release:
    """A release as ``asdict`` wrote it."""
    files = tuple(Distribution(**file) for file in about.pop("distributions"))
    return Release(graphs=tuple(about.pop("graphs")), distributions=files, **about)
