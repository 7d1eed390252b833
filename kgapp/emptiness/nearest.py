"""The existing terms that are nearest to one that does not exist: by spelling, place and name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from kgapp.search.folding import folded

LIKE_THE_BEST = 0.06
"""How much less near than the nearest a term may be to be tried in its place."""
PLACE = 0.25
"""What the rest of an IRI weighs beside its local name."""
NEAR = 0.45
"""Likeness from which a term is offered (Ratcliff/Obershelp, 0 to 1)."""
CLOSE = 0.8
"""Likeness from which a term passes for the same, misspelt."""
LOOKED_AT = 400
"""Terms that are compared character by character, after a rougher choice."""
_LONGEST = 200
"""Characters of a text that are compared."""


def local_name(iri: str) -> str:
    """What stands behind the last ``#``, ``/`` or ``:`` of an IRI."""
    return re.split(r"[#/:]", iri.rstrip("#/"))[-1] or iri


def namespace(iri: str) -> str:
    """An IRI without its local name."""
    return iri[: len(iri.rstrip("#/")) - len(local_name(iri))]


def likeness(one: str, other: str) -> float:
    """How alike two spellings are, 1 where they are one when width, case and kana are folded."""
    one, other = folded(one[:_LONGEST]), folded(other[:_LONGEST])
    if one == other:
        return 1.0
    return 0.99 * SequenceMatcher(None, one, other, autojunk=False).ratio()


def nearest_iris(
    iri: str, candidates: Iterable[str], names: dict[str, Iterable[str]] | None = None
) -> list[tuple[float, str]]:
    """Candidates by likeness to an IRI, the nearest first: their local names count, the rest of
    the IRI decides between equals, and a name that is what was written counts like a local name."""
    own, place = local_name(iri), namespace(iri)
    places: dict[str, float] = {}
    found = []
    for candidate in _roughly(own, candidates, local_name, names):
        by_name = max((likeness(own, name) for name in (names or {}).get(candidate, ())), default=0.0)
        score = max(likeness(own, local_name(candidate)), 0.97 * by_name)
        if score >= NEAR:
            other = namespace(candidate)
            if other not in places:
                places[other] = SequenceMatcher(None, place, other, autojunk=False).ratio()
            found.append((score + PLACE * places[other], candidate))
    return sorted(found, key=lambda entry: (-entry[0], entry[1]))


def nearest_texts(text: str, candidates: Iterable[str]) -> list[tuple[float, str]]:
    """Texts by likeness to one, the nearest first."""
    rough = _roughly(text, dict.fromkeys(candidates), str, None)
    found = [(likeness(text, candidate), candidate) for candidate in rough]
    return sorted((entry for entry in found if entry[0] >= NEAR), key=lambda entry: (-entry[0], entry[1]))


def _roughly(own: str, candidates: Iterable[str], part: object, names: object) -> list[str]:
    """The candidates that have most pairs of characters in common (Dice), where there are many."""
    every = list(candidates)
    if len(every) <= LOOKED_AT or names:
        return every[: 5 * LOOKED_AT]
    assert callable(part)
    pairs = _pairs(own)
    scored = []
    for candidate in every:
        other = _pairs(part(candidate)[:_LONGEST])
        scored.append((-2 * len(pairs & other) / (len(pairs) + len(other) or 1), candidate))
    return [candidate for _, candidate in sorted(scored)[:LOOKED_AT]]


def _pairs(text: str) -> set[str]:
    text = text.lower()
    return {text[at : at + 2] for at in range(max(1, len(text) - 1))}
