"""A built dataset on disk: its manifest, its graphs' files, its digest.

The manifest (``dataset.json``) is the one thing that is replaced when a build completes; the
folders that it names are written before and never changed. Web and commands read it here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kgapp.errors import DatasetMissing, Message

MANIFEST = "dataset.json"
FORMAT = 2
READINGS = 3
"""How often graphs are read from a manifest anew before a dataset that builds replace is given up."""


@dataclass(frozen=True, order=True)
class GraphFile:
    """A named graph: its IRI, its N-Triples file below the build folder, its size and hash."""

    iri: str
    file: str
    triples: int
    sha256: str


@dataclass(frozen=True)
class EditionSummary:
    """What a build tells of one edition: counts by name, links by mode, open findings."""

    city: str
    edition: str
    counts: dict[str, int]
    modes: dict[str, int]
    report: str
    """The report's file below the build folder: findings, spans, warnings."""
    quality: str
    """The file of its quality (``kgapp.quality``), below the build folder."""


@dataclass(frozen=True)
class Dataset:
    """A whole dataset as its manifest describes it."""

    folder: Path
    base: str
    key: str
    """Fingerprint of everything that it was built from."""
    graphs: tuple[GraphFile, ...]
    editions: tuple[EditionSummary, ...]
    publication: str = ""
    """The folder of what is published with it, below the build folder (``publication``)."""

    @property
    def digest(self) -> str:
        """SHA-256 over the graphs' names and hashes: the same for the same triples."""
        return digest_of(self.graphs)

    @property
    def triples(self) -> int:
        return sum(graph.triples for graph in self.graphs)

    def path(self, graph: GraphFile) -> Path:
        """Where a graph's file is."""
        return self.folder / graph.file

    def write_manifest(self) -> None:
        """Makes this the dataset of its folder, in one step."""
        write_atomically(self.folder / MANIFEST, self.manifest())

    def manifest(self) -> bytes:
        """The content of a manifest, for ``read_manifest``."""
        content: dict[str, Any] = {
            "format": FORMAT,
            "digest": self.digest,
            "base": self.base,
            "key": self.key,
            "graphs": [asdict(graph) for graph in sorted(self.graphs)],
            "editions": [asdict(edition) for edition in self.editions],
            "publication": self.publication,
        }
        return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def digest_of(graphs: Iterable[GraphFile]) -> str:
    """SHA-256 over names and hashes of graphs."""
    lines = sorted(f"{graph.iri} {graph.sha256}\n" for graph in graphs)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def write_atomically(path: Path, data: bytes) -> None:
    """The file appears whole under its name, or not at all."""
    draft = path.with_name(f".{path.name}.new")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def read_dataset(folder: Path) -> Dataset:
    """The dataset of a build folder; raises DatasetMissing where there is none to trust."""
    return read_manifest(folder, folder / MANIFEST)


def read_manifest(folder: Path, path: Path) -> Dataset:
    """The dataset that a manifest describes, its files below ``folder``; raises DatasetMissing."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise _missing(f"{path}: format {content['format']}")
        dataset = Dataset(
            folder=folder,
            base=content["base"],
            key=content["key"],
            graphs=tuple(GraphFile(**graph) for graph in content["graphs"]),
            editions=tuple(EditionSummary(**edition) for edition in content["editions"]),
            publication=content["publication"],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _missing(f"{path}: {type(error).__name__}") from error
    if dataset.digest != content["digest"]:
        raise _missing(f"{path}: digest")
    return dataset


def read_graphs(dataset: Dataset) -> tuple[Dataset, dict[str, bytes]]:
    """Every graph's N-Triples by its IRI, each as the manifest has it, and the dataset they are of.

    A build may replace the manifest and remove the folders of the one before while they are read;
    then they are read anew from the manifest that is there now. Raises DatasetMissing where a file
    is missing or damaged and the manifest has not changed since.
    """
    for _ in range(READINGS - 1):
        try:
            return dataset, _graphs(dataset)
        except DatasetMissing:
            now = read_dataset(dataset.folder)
            if now.graphs == dataset.graphs:
                raise
            dataset = now
    return dataset, _graphs(dataset)


def _graphs(dataset: Dataset) -> dict[str, bytes]:
    content = {}
    for graph in dataset.graphs:
        try:
            data = dataset.path(graph).read_bytes()
        except OSError as error:
            raise damaged(graph.file, error) from error
        if sha256_of(data) != graph.sha256:
            raise damaged(graph.file, None)
        content[graph.iri] = data
    return content


def damaged(what: str, error: Exception | None) -> DatasetMissing:
    """The error for a file of the dataset, named below its folder, that is not as it was written."""
    # An OSError's own words hold the whole path, which is nobody's business but the server's.
    why = error.strerror if isinstance(error, OSError) else error
    detail = f"{what}: {why}" if why else what
    return DatasetMissing(
        Message(f"データセットが壊れています（{detail}）。", f"The dataset is damaged ({detail})."),
        Message("「kgapp build」で作り直してください。", "Make it again with “kgapp build”."),
    )


def graph_files_present(dataset: Dataset) -> bool:
    """Whether every file that the manifest names is there."""
    return all(dataset.path(graph).is_file() for graph in dataset.graphs)


def sha256_of(data: bytes) -> str:
    """The hexadecimal SHA-256 of a file's content."""
    return hashlib.sha256(data).hexdigest()


def _missing(detail: str) -> DatasetMissing:
    return DatasetMissing(
        Message(f"使えるデータセットがありません（{detail}）。", f"There is no dataset to use ({detail})."),
        Message("「kgapp build」で作ってください。", "Make it with “kgapp build”."),
    )
