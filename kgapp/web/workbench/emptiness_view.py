"""What a page and JSON tell of an empty answer, made from what was found out: words and links' parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kgapp.emptiness.diagnosis import Diagnosis, Mended
from kgapp.emptiness.faults import Candidate, Fault
from kgapp.emptiness.findings import Finding
from kgapp.emptiness.nearby import Nearby
from kgapp.emptiness.nearest import NEAR
from kgapp.errors import Message
from kgapp.web.workbench import emptiness_words as words
from kgapp.web.workbench.emptiness_names import TermNames

CANDIDATES = 3
"""Terms that are offered in the place of one."""
LONGEST = 400
"""Characters of a part or a term that are shown."""
FINDINGS = 6


@dataclass(frozen=True)
class PartView:
    """A part of the pattern: as written, in words, and how much the others match without it."""

    text: str
    words: Message
    without: Message | None


@dataclass(frozen=True)
class TermView:
    """A term that is offered: as the query would write it, its name, how often it is used."""

    text: str
    name: Message | None
    uses: int | None


@dataclass(frozen=True)
class FaultView:
    """What is wrong, and what may have been meant."""

    kind: str
    term: str
    says: Message
    offered: tuple[TermView, ...]
    near: bool
    """Whether what is offered is near to what was written, and no mere example."""


@dataclass(frozen=True)
class NearView:
    """What is recorded with another term in one place."""

    role: Message
    term: str
    offered: tuple[TermView, ...]


@dataclass(frozen=True)
class FindingView:
    """A smallest empty part."""

    branch: str
    minimal: bool
    parts: tuple[PartView, ...]
    faults: tuple[FaultView, ...]
    near: tuple[NearView, ...]
    ranges: tuple[Message, ...]


@dataclass(frozen=True)
class MendedView:
    """A query that has rows: what was changed, and how many rows."""

    query: str
    changed: tuple[tuple[str, str, Message | None], ...]
    """What was written, what stands in its place, and the name of that."""
    rows: Message


@dataclass(frozen=True)
class EmptyHelp:
    """All that is told of one query."""

    query: str
    verdict: str
    says: Message
    means: Message
    findings: tuple[FindingView, ...]
    mended: tuple[MendedView, ...]
    notes: tuple[FaultView, ...]
    complete: bool
    asked: int

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        return {
            "query": self.query,
            "verdict": self.verdict,
            "says": _both(self.says),
            "means": _both(self.means),
            "complete": self.complete,
            "asked": self.asked,
            "parts": [_finding_json(finding) for finding in self.findings],
            "notes": [_fault_json(note) for note in self.notes],
            "mended": [
                {
                    "query": one.query,
                    "rows": _both(one.rows),
                    "changed": [{"from": old, "to": new} for old, new, _ in one.changed],
                }
                for one in self.mended
            ],
        }


def view_of(text: str, found: Diagnosis, names: TermNames) -> EmptyHelp:
    """The words for what was found out about a query."""
    says, means = words.verdict(found)
    return EmptyHelp(
        text,
        found.verdict.value,
        says,
        means,
        tuple(_finding(one, names) for one in found.findings[:FINDINGS]),
        tuple(_mended(one, names) for one in found.mended),
        tuple(_fault(one, names) for one in found.notes),
        found.complete,
        found.asked,
    )


def _finding(found: Finding, names: TermNames) -> FindingView:
    core = found.core
    alone = len(core.parts) == 1
    parts = tuple(
        PartView(_cut(part.text), words.part(part, names), None if alone else words.count(without))
        for part, without in zip(core.parts, core.without, strict=True)
    )
    return FindingView(
        core.branch,
        core.minimal,
        parts,
        tuple(_fault(fault, names) for fault in found.faults),
        tuple(_near(found.near, names)),
        tuple(
            Message(
                f"?{one.variable}の値は{one.least}から{one.greatest}までです。",
                f"The values of ?{one.variable} are from {one.least} to {one.greatest}.",
            )
            for one in found.ranges
        ),
    )


def _fault(found: Fault, names: TermNames) -> FaultView:
    offered = tuple(_candidate(one, names) for one in found.candidates[:CANDIDATES])
    near = bool(found.candidates) and found.candidates[0].score >= NEAR
    return FaultView(found.kind.value, _cut(found.term.text), words.fault(found, names), offered, near)


def _candidate(one: Candidate, names: TermNames) -> TermView:
    return TermView(_cut(one.shown), names.recorded(one.iri) if one.iri else None, one.uses)


def _near(found: Sequence[Nearby], names: TermNames) -> list[NearView]:
    """What is near, joined by the place in which it stands."""
    places: dict[tuple[int, str], list[Nearby]] = {}
    for one in found:
        places.setdefault((id(one.part), one.role), []).append(one)
    return [
        NearView(
            words.ROLES[own[0].role], _cut(own[0].term.text), tuple(_near_term(one, names) for one in own)
        )
        for own in places.values()
    ]


def _near_term(one: Nearby, names: TermNames) -> TermView:
    text = one.candidate.shown if one.candidate else str(one.value)
    is_iri = isinstance(one.value, ox.NamedNode)
    return TermView(_cut(text), names.recorded(one.value.value) if is_iri else None, one.rows)


def _mended(one: Mended, names: TermNames) -> MendedView:
    """A change of what was changed before is told from its beginning."""
    changed: dict[str, tuple[str, Candidate]] = {}
    for old, new in one.changed:
        first = next((begun for begun, (_, last) in changed.items() if last.shown == old), old)
        changed[first] = (first, new)
    told = tuple(
        (_cut(old), _cut(new.shown), names.recorded(new.iri) if new.iri else None)
        for old, new in changed.values()
    )
    return MendedView(one.text, told, words.count(one.rows))


def _finding_json(found: FindingView) -> dict[str, Any]:
    return {
        "branch": found.branch,
        "minimal": found.minimal,
        "patterns": [{"text": part.text, "words": _both(part.words)} for part in found.parts],
        "faults": [_fault_json(fault) for fault in found.faults],
        "near": [
            {"role": near.role.en, "term": near.term, "recorded": [_term_json(term) for term in near.offered]}
            for near in found.near
        ],
        "values": [_both(one) for one in found.ranges],
    }


def _fault_json(fault: FaultView) -> dict[str, Any]:
    return {
        "kind": fault.kind,
        "term": fault.term,
        "says": _both(fault.says),
        "nearest" if fault.near else "recorded": [_term_json(term) for term in fault.offered],
    }


def _term_json(term: TermView) -> dict[str, Any]:
    return {"text": term.text, "name": _both(term.name) if term.name else None, "count": term.uses}


def _both(message: Message) -> dict[str, str]:
    return {"ja": message.ja, "en": message.en}


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
