"""What differs between two versions of the dataset: subject by subject, in words, as JSON, as RDF Patch."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from threading import Lock
from typing import Any

import pyoxigraph as ox
from cachetools import LRUCache, cached

from kgapp.changes import changes
from kgapp.errors import Message, QueryRefused
from kgapp.publication import Version
from kgapp.rights import DATASET_RIGHTS, DISCLAIMER
from kgapp.web.datasets.naming import Names, name_of, read_names

MOST = 200_000
"""Differences that are told; more are held by nobody's memory."""
A, D = "A", "D"
"""Added and deleted, as RDF Patch has them."""


@dataclass(frozen=True)
class Difference:
    """A quad that came or went."""

    added: bool
    quad: ox.Quad

    @property
    def order(self) -> tuple[str, str, bool, str, str]:
        """By subject and property, what went before what came."""
        quad = self.quad
        return str(quad.subject), str(quad.predicate), self.added, str(quad.object), str(quad.graph_name)


@dataclass(frozen=True)
class Differences:
    """All that differs between two versions, in order, with the names of what is mentioned."""

    older: str
    newer: str
    differences: tuple[Difference, ...]
    names: Names

    @property
    def added(self) -> int:
        return sum(difference.added for difference in self.differences)

    @property
    def removed(self) -> int:
        return len(self.differences) - self.added

    def by_subject(self) -> list[tuple[str, list[Difference]]]:
        """The changes of each subject, which is an IRI or the label of a blank node."""
        groups = groupby(self.differences, key=lambda difference: difference.quad.subject)
        return [(_text(subject), list(group)) for subject, group in groups]


@cached(
    LRUCache(4), key=lambda older, newer: (older.dataset.publication, newer.dataset.publication), lock=Lock()
)
def differences(older: Version, newer: Version) -> Differences:
    """What leads from one version to another. Raises QueryRefused (413) where it is too much to tell,
    DatasetMissing where a file cannot be read."""
    found: list[Difference] = []
    for change in changes(older.dataset, newer.dataset):
        graph = ox.NamedNode(change.graph)
        for added, lines in ((False, change.removed), (True, change.added)):
            quads = ox.parse("\n".join(lines), format=ox.RdfFormat.N_TRIPLES)
            found += [
                Difference(added, ox.Quad(quad.subject, quad.predicate, quad.object, graph)) for quad in quads
            ]
        if len(found) > MOST:
            raise _too_many()
    found.sort(key=lambda difference: difference.order)
    files = dict.fromkeys(one.dataset.path(graph) for one in (newer, older) for graph in one.dataset.graphs)
    names = read_names(files, _mentioned(found))
    return Differences(older.version, newer.version, tuple(found), names)


def _mentioned(found: Iterable[Difference]) -> set[str]:
    """The IRIs that changes mention, graphs apart."""
    terms = (term for difference in found for term in difference.quad.triple)
    return {term.value for term in terms if isinstance(term, ox.NamedNode)}


def _too_many() -> QueryRefused:
    return QueryRefused(
        Message(
            f"二つの版のちがいが多すぎます（{MOST}件より多い）。",
            f"The two versions differ in more than {MOST} statements.",
        ),
        Message(
            "両方の版のファイルを /catalogue から受け取って比べてください。",
            "Download both versions from /catalogue and compare them.",
        ),
        status=413,
    )


def as_patch(found: Differences, base: str) -> Iterator[str]:
    """The lines of an RDF Patch that leads from the older version to the newer: a header, and one
    transaction of rows that each end in a dot (Apache Jena, RDF Patch)."""
    for name, version in (("from", found.older), ("to", found.newer)):
        yield f"H {name} <{base}id/dataset/{version}> .\n"
    for lang in ("ja", "en"):
        yield f"H rights {ox.Literal(f'{DISCLAIMER[lang]} {DATASET_RIGHTS[lang]}', language=lang)} .\n"
    yield "TX .\n"
    for difference in sorted(found.differences, key=lambda difference: (difference.added, *difference.order)):
        yield f"{A if difference.added else D} {difference.quad} .\n"
    yield "TC .\n"


def as_json(found: Differences, base: str) -> bytes:
    """The same as JSON, by subject, with names in both languages."""
    content: dict[str, Any] = {
        "from": found.older,
        "to": found.newer,
        "added": found.added,
        "removed": found.removed,
        "rights": {lang: f"{DISCLAIMER[lang]} {DATASET_RIGHTS[lang]}" for lang in ("ja", "en")},
        "subjects": [
            {
                "id": subject,
                "name": _names(subject, found.names, base),
                "changes": [_as_json(difference, found.names, base) for difference in group],
            }
            for subject, group in found.by_subject()
        ],
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _as_json(difference: Difference, names: Names, base: str) -> dict[str, Any]:
    quad = difference.quad
    return {
        "change": "added" if difference.added else "removed",
        "property": quad.predicate.value,
        "propertyName": _names(quad.predicate.value, names, base),
        "value": str(quad.object),
        "graph": getattr(quad.graph_name, "value", ""),
    }


def _names(iri: str, names: Names, base: str) -> dict[str, str]:
    return {lang: name_of(iri, names, lang, base) for lang in ("ja", "en")}


def _text(term: Any) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)
