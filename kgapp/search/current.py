"""Keeps the index of what is served now: built anew when another dataset answers, swapped in one step."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from kgapp.errors import KgappError, Message
from kgapp.queryfile import QueryFile, read_query
from kgapp.question import LiveSource, Source
from kgapp.search.gather import LINKS, WORDS, gather
from kgapp.search.index import Index, build

PATIENCE = 3.0
"""Seconds that a search waits for the first index, or for that of a dataset that just changed."""


def index_of(source: Source, folder: Path, graphs: Sequence[str]) -> Index:
    """The index of these graphs of a source, by the query files of a folder."""
    queries = {name: read_query(folder / f"{name}.rq") for name in (WORDS, LINKS)}
    return build(gather(source, queries, graphs), source.base)


class SearchNotReady(KgappError):
    """The first index is still being built."""

    status = 503
    retry_after = 5


class CurrentIndex:
    """The index of a source's present dataset, for several threads."""

    def __init__(
        self, source: LiveSource, queries: Mapping[str, QueryFile], graphs: Callable[[], Sequence[str]]
    ) -> None:
        """``graphs`` gives the IRIs of the graphs that are served now; ``queries`` holds the two of
        ``gather``."""
        self._source, self._queries, self._graphs = source, queries, graphs
        self._built: tuple[int, Index] | None = None
        self._building = threading.Lock()

    @property
    def stale(self) -> bool:
        """Whether there is no index, or one of a dataset that no longer answers."""
        return self._built is None or self._built[0] != self._source.generation

    def refresh(self, patience: float = -1) -> None:
        """Builds the index where it is stale; where another thread does, waits for it so many
        seconds. Raises QueryRefused where the source does not answer."""
        if not self._building.acquire(timeout=patience):
            return
        try:
            if self.stale:
                generation = self._source.generation
                things = gather(self._source, self._queries, self._graphs())
                self._built = generation, build(things, self._source.base)
        finally:
            self._building.release()

    def index(self) -> Index:
        """The index to search; that of the dataset before while a new one takes long to be built.
        Raises SearchNotReady where there is none yet."""
        if self.stale:
            self.refresh(PATIENCE)
        if self._built is None:
            raise SearchNotReady(
                Message("検索の準備をしています。", "Search is being prepared."),
                Message("数秒後にもう一度試してください。", "Try again in a few seconds."),
            )
        return self._built[1]
