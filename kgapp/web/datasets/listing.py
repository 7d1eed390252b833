"""The editions of a catalogue page by page, and how its pages lead to each other (Hydra; RFC 8288)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kgapp.errors import Message
from kgapp.results import PREFIXES
from kgapp.web.frame.published import not_found

ON_A_PAGE = 10
"""Editions of which a page tells: about 14,000 triples."""
HYDRA = "http://www.w3.org/ns/hydra/core#"
TYPE = PREFIXES["rdf"] + "type"


@dataclass(frozen=True)
class Pages:
    """The editions of a catalogue, page by page, and which page was asked for."""

    paths: tuple[str, ...]
    number: int

    def __post_init__(self) -> None:
        """Raises QueryRefused (404) where there is no such page."""
        if self.number > self.total:
            raise not_found(
                Message(
                    f"目録に {self.number} ページ目はありません。",
                    f"The catalogue has no page {self.number}.",
                ),
                Message(f"1〜{self.total} のページがあります。", f"It has the pages 1 to {self.total}."),
            )

    @property
    def total(self) -> int:
        """How many pages there are."""
        return max(1, -(-len(self.paths) // ON_A_PAGE))

    @property
    def shown(self) -> tuple[str, ...]:
        """The editions of this page."""
        return self.paths[(self.number - 1) * ON_A_PAGE : self.number * ON_A_PAGE]

    def others(self) -> dict[str, int]:
        """The other pages by their relation to this one; none where this is all."""
        if self.total == 1:
            return {}
        near = {"first": 1, "previous": self.number - 1, "next": self.number + 1, "last": self.total}
        return {relation: page for relation, page in near.items() if 1 <= page <= self.total}

    def links(self, address: str) -> list[tuple[str, str]]:
        """The same for Link (RFC 8288)."""
        names = {"previous": "prev"}
        return [(f"{address}?page={page}", names.get(name, name)) for name, page in self.others().items()]

    def view(self, document: str) -> Iterator[ox.Quad]:
        """The same as RDF (Hydra, PartialCollectionView)."""
        view = ox.NamedNode(f"{document}?page={self.number}")
        if self.total > 1:
            yield ox.Quad(ox.NamedNode(document), ox.NamedNode(f"{HYDRA}view"), view)
            yield ox.Quad(view, ox.NamedNode(TYPE), ox.NamedNode(f"{HYDRA}PartialCollectionView"))
        for relation, page in self.others().items():
            yield ox.Quad(view, ox.NamedNode(HYDRA + relation), ox.NamedNode(f"{document}?page={page}"))
