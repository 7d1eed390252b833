"""Earlier versions of the dataset: kept when they are replaced, up to a bound, and told where damaged.

Nothing here ends a build: a version that cannot be read is a problem to tell, not to fail by.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from kgapp.build.units import prune
from kgapp.dataset import Dataset, read_dataset, write_atomically
from kgapp.errors import DatasetMissing, Message
from kgapp.publication import (
    GONE,
    VERSION_LENGTH,
    VERSIONS,
    Version,
    earlier_versions,
    files_of,
    manifests,
    read_publication,
)
from kgapp.publish.gone import gone_names, names_in, write_gone

KEEP = 5
"""How many earlier versions are kept if nobody says otherwise."""
NUMBERED = re.compile(r"(\d+)-([0-9a-f]+)\.json")


@dataclass(frozen=True)
class History:
    """What was there before the dataset that is being built."""

    former: Version | None
    """What it replaces; of another digest or of the same."""
    earlier: tuple[Version, ...]
    """Versions of another digest that will still be kept, oldest first."""
    problems: tuple[Message, ...]


def read_history(folder: Path, digest: str, keep: int) -> History:
    """The versions before one of this digest, of which ``keep`` will be kept."""
    found, problems = [], []
    for one in earlier_versions(folder):
        if isinstance(one, Version):
            found.append(one)
        else:
            problems.append(one)
    former = _current(folder)
    if former is not None:
        found.append(former)
    latest = {one.dataset.digest: number for number, one in enumerate(found)}
    earlier = [found[number] for number in sorted(latest.values()) if found[number].dataset.digest != digest]
    return History(former, tuple(earlier[-keep:] if keep else ()), tuple(problems))


def _current(folder: Path) -> Version | None:
    try:
        dataset = read_dataset(folder)
        return Version(dataset, read_publication(dataset))
    except DatasetMissing:
        return None


def retire(history: History, digest: str, keep: int) -> None:
    """Keeps the manifest of what is about to be replaced by a dataset of this digest."""
    former = history.former
    if former is None or former.dataset.digest == digest or not keep:
        return
    folder = former.dataset.folder
    there = manifests(folder)
    (folder / VERSIONS).mkdir(exist_ok=True)
    number = max((_number(path) for path in there), default=0) + 1
    name = f"{number:06}-{former.version}.json"
    write_atomically(folder / VERSIONS / name, former.dataset.manifest())
    for path in there:
        if path.stem.endswith(former.version):
            path.unlink()


def forget(dataset: Dataset, keep: int) -> None:
    """Removes the manifests beyond the bound, and every folder that no manifest names any more."""
    folder = dataset.folder
    there = []
    for path in manifests(folder):
        if path.stem.endswith(dataset.digest[:VERSION_LENGTH]):
            path.unlink()
        else:
            there.append(path)
    for path in there[: max(len(there) - keep, 0)]:
        path.unlink()
    named = [one.dataset for one in earlier_versions(folder) if isinstance(one, Version)]
    kept: set[Path] = set()
    for one in (*named, dataset):
        kept |= {one.path(graph).parent for graph in one.graphs}
        kept |= {path.parent for path in files_of(one)}
    prune([folder / name for name in ("units", "dumps", "publications")], kept)


def write_names_gone(path: Path, history: History, dataset: Dataset, catalogue: Path) -> tuple[Message, ...]:
    """Writes which names the dataset and its catalogue lack that a version before had; where that
    cannot be read, its names are told as missing from the list."""
    former = history.former
    if former is None:
        path.write_bytes(b"")
        return ()
    within = f"{dataset.base}id/"
    old, new = ({(graph.iri, graph.sha256): one.path(graph) for graph in one.graphs}
                for one in (former.dataset, dataset))  # fmt: skip
    arrived = [catalogue, *(new[graph] for graph in new.keys() - old.keys())]
    back = {name for file in arrived for name in names_in(file, within)}
    left = [former.dataset.folder / former.publication.catalogue]
    left += [old[graph] for graph in old.keys() - new.keys()]
    stayed = [new[graph] for graph in sorted(new.keys() & old.keys())]
    added: dict[bytes, bytes] = {}
    problems = []
    try:
        added = gone_names(left, arrived, stayed, within, former.version)
    except (OSError, ValueError) as error:
        problems.append(_unread(former, error))
    before = former.dataset.folder / former.dataset.publication / GONE
    write_gone(path, before if before.is_file() else None, added, back)
    return tuple(problems)


def _unread(former: Version, error: Exception) -> Message:
    why = getattr(error, "strerror", None) or type(error).__name__
    return Message(
        f"前の版 {former.version} が読めず（{why}），なくなった名前を記録できません。",
        f"The version before ({former.version}) cannot be read ({why}); names that are gone stay unrecorded.",
    )


def _number(path: Path) -> int:
    match = NUMBERED.fullmatch(path.name)
    return int(match[1]) if match else 0
