"""What was published with the dataset that is served, read anew only when another is served."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

from cachetools import LRUCache, cached
from flask import current_app

from kgapp.dataset import Dataset
from kgapp.errors import Message, QueryRefused
from kgapp.publication import (
    Publication,
    Release,
    Version,
    earlier_versions,
    manifests,
    read_publication,
)
from kgapp.web.frame.context import Context


@dataclass(frozen=True)
class Published:
    """A dataset, its publication, and the versions before it whose files are kept."""

    now: Version
    earlier: tuple[Version, ...]
    """The newest first."""

    @property
    def dataset(self) -> Dataset:
        """The dataset that is served."""
        return self.now.dataset

    @property
    def publication(self) -> Publication:
        """What was published with it."""
        return self.now.publication

    def versions(self, path: str) -> tuple[Release, ...]:
        """The releases of a dataset by its path, the newest first and each version once."""
        found: dict[str, Release] = {}
        for version in (self.now, *self.earlier):
            release = version.publication.release(path)
            if release is not None:
                found.setdefault(release.version, release)
        return tuple(found.values())

    def version(self, name: str) -> Version | None:
        """A version of the whole by its name."""
        return next((found for found in (self.now, *self.earlier) if found.version == name), None)


def _key(dataset: Dataset) -> tuple[object, ...]:
    """What changes when another dataset is served, or other versions are kept."""
    kept = tuple(path.name for path in manifests(dataset.folder))
    return dataset.folder, dataset.publication, dataset.digest, kept


@cached(LRUCache(2), key=_key, lock=Lock())
def _read(dataset: Dataset) -> Published:
    found = [version for version in earlier_versions(dataset.folder) if isinstance(version, Version)]
    earlier = [version for version in reversed(found) if version.dataset.digest != dataset.digest]
    return Published(Version(dataset, read_publication(dataset)), tuple(earlier))


def published() -> Published:
    """What is published here; raises QueryRefused (404) where other data are served, DatasetMissing
    where the publication is damaged."""
    context: Context = current_app.extensions["kgapp"]
    dataset = context.dataset()
    if dataset is None:
        raise not_found(
            Message(
                "ここでは，指定されたファイルのデータを出しています。目録や配布ファイルはありません。",
                "This serves data from files that were named: there is no catalogue and nothing to download.",
            ),
            Message("問い合わせは /sparql で受けます。", "Ask at /sparql."),
        )
    return _read(dataset)


def not_found(what: Message, remedy: Message) -> QueryRefused:
    """The refusal of an address where nothing is."""
    return QueryRefused(what, remedy, status=404)
