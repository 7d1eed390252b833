"""What was published with the dataset that is served, read anew only when another is served."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from flask import current_app

from kgapp.dataset import Dataset
from kgapp.errors import Message, QueryRefused
from kgapp.publication import Publication, Release, read_publication
from kgapp.web.pages import Context


@dataclass(frozen=True)
class Published:
    """A dataset, its publication, and the releases of earlier versions that are kept."""

    dataset: Dataset
    publication: Publication
    earlier: tuple[Release, ...]

    def versions(self, path: str) -> tuple[Release, ...]:
        """The releases of a dataset by its path, the newest first."""
        return tuple(found for found in (*self.publication.releases, *self.earlier) if found.path == path)


class _Keyed:
    """A dataset that is told apart from others by what it holds."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self._key = (dataset.folder, dataset.publication, dataset.digest)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Keyed) and self._key == other._key


@lru_cache(maxsize=2)
def _read(keyed: _Keyed) -> Published:
    return Published(keyed.dataset, read_publication(keyed.dataset), ())


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
    return _read(_Keyed(dataset))


def not_found(what: Message, remedy: Message) -> QueryRefused:
    """The refusal of an address where nothing is."""
    return QueryRefused(what, remedy, status=404)
