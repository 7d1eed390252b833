"""A store behind a class of its own: for tests of what pages ask, and of data that are replaced."""

from __future__ import annotations

from collections.abc import Mapping

from kgapp.question import Results, Term
from kgapp.store import Store


class Front:
    """Hands on what it is asked to a store, and counts it; ``store`` and ``generation`` may be set."""

    def __init__(self, store: Store) -> None:
        self.store, self.base, self.generation, self.asked = store, store.base, 1, 0

    def query(self, text: str, substitutions: Mapping[str, Term] | None = None) -> Results:
        self.asked += 1
        return self.store.query(text, substitutions)

    def parse(self, text: str) -> None:
        self.store.parse(text)
