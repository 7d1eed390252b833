"""What differs between two versions of the dataset: subject by subject, in words, as JSON, as RDF Patch."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pyoxigraph as ox

from kgapp.rights import DATASET_RIGHTS, DISCLAIMER
from kgapp.web.naming import Names, name_of

A, D = "A", "D"
"""Added and deleted, as RDF Patch has them."""


@dataclass(frozen=True)
class Change:
    """A quad that came or went."""

    added: bool
    quad: ox.Quad

    @property
    def order(self) -> tuple[str, str, bool, str, str]:
        """By subject and property, what went before what came."""
        quad = self.quad
        return str(quad.subject), str(quad.predicate), self.added, str(quad.object), str(quad.graph_name)


@dataclass(frozen=True)
class Changes:
    """All that differs between two versions, in order, with the names of what is mentioned."""

    older: str
    newer: str
    changes: tuple[Change, ...]
    names: Names

    @property
    def added(self) -> int:
        return sum(change.added for change in self.changes)

    @property
    def removed(self) -> int:
        return len(self.changes) - self.added

    def by_subject(self) -> list[tuple[str, list[Change]]]:
        """The changes of each subject, which is an IRI or the label of a blank node."""
        groups = groupby(self.changes, key=lambda change: change.quad.subject)
        return [(_text(subject), list(group)) for subject, group in groups]


def mentioned(changes: Iterable[Change]) -> set[str]:
    """The IRIs that changes mention, graphs apart."""
    quads = (change.quad for change in changes)
    terms = (term for quad in quads for term in (quad.subject, quad.predicate, quad.object))
    return {term.value for term in terms if isinstance(term, ox.NamedNode)}


def as_patch(changes: Changes, base: str) -> Iterator[str]:
    """The lines of an RDF Patch that leads from the older version to the newer: a header, and one
    transaction of rows that each end in a dot (Apache Jena, RDF Patch)."""
    for name, version in (("from", changes.older), ("to", changes.newer)):
        yield f"H {name} <{base}id/dataset/{version}> .\n"
    for lang in ("ja", "en"):
        yield f"H rights {ox.Literal(f'{DISCLAIMER[lang]} {DATASET_RIGHTS[lang]}', language=lang)} .\n"
    yield "TX .\n"
    for change in sorted(changes.changes, key=lambda change: (change.added, *change.order)):
        yield f"{A if change.added else D} {change.quad} .\n"
    yield "TC .\n"


def as_json(changes: Changes, base: str) -> bytes:
    """The same as JSON, by subject, with names in both languages."""
    content: dict[str, Any] = {
        "from": changes.older,
        "to": changes.newer,
        "added": changes.added,
        "removed": changes.removed,
        "rights": {lang: f"{DISCLAIMER[lang]} {DATASET_RIGHTS[lang]}" for lang in ("ja", "en")},
        "subjects": [
            {
                "id": subject,
                "name": _names(subject, changes.names, base),
                "changes": [_as_json(change, changes.names, base) for change in group],
            }
            for subject, group in changes.by_subject()
        ],
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _as_json(change: Change, names: Names, base: str) -> dict[str, Any]:
    quad = change.quad
    return {
        "change": "added" if change.added else "removed",
        "property": quad.predicate.value,
        "propertyName": _names(quad.predicate.value, names, base),
        "value": str(quad.object),
        "graph": getattr(quad.graph_name, "value", ""),
    }


def _names(iri: str, names: Names, base: str) -> dict[str, str]:
    return {lang: name_of(iri, names, lang, base) for lang in ("ja", "en")}


def _text(term: Any) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)
