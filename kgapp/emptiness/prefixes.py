"""Joins what is wrong with many names of one prefix into what is wrong with the prefix."""

from __future__ import annotations

from collections.abc import Sequence

from kgapp.emptiness.faults import Candidate, Change, Fault, Kind
from kgapp.emptiness.findings import Finding
from kgapp.emptiness.inventory import Inventory
from kgapp.emptiness.nearest import likeness, namespace
from kgapp.emptiness.pattern import Query, all_parts
from kgapp.emptiness.terms import Term

OF_NAMES = (Kind.PROPERTY, Kind.CLASS)


def joined_by_prefix(query: Query, inventory: Inventory, findings: Sequence[Finding]) -> list[Finding]:
    """The findings, those of names whose prefix is declared as a namespace that has none of them
    told once, as a fault of the prefix."""
    prefixes = {
        fault.term.text.partition(":")[0]
        for finding in findings
        for fault in finding.faults
        if fault.kind in OF_NAMES and ":" in fault.term.text and not fault.term.text.startswith("<")
    }
    kept = list(findings)
    for prefix in sorted(prefixes):
        meant = _namespace_meant(query, inventory, prefix)
        if meant and prefix in query.names.declared:
            kept = _joined(query, kept, prefix, meant)
    return kept


def _namespace_meant(query: Query, inventory: Inventory, prefix: str) -> str:
    """The namespace that has every name used with a prefix, where the declared one has none."""
    declared = query.names.prefixes[prefix]
    used = {
        term.value.removeprefix(declared)
        for part in all_parts(query.parts)
        for term in part.terms
        if term.text.startswith(f"{prefix}:")
    }
    known = {*inventory.properties, *inventory.classes}
    if not used or any(iri.startswith(declared) for iri in known):
        return ""
    places = sorted({namespace(iri) for iri in known}, key=lambda place: -likeness(place, declared))
    return next((place for place in places if all(place + name in known for name in used)), "")


def _joined(query: Query, findings: Sequence[Finding], prefix: str, meant: str) -> list[Finding]:
    start, end = query.names.declared[prefix]
    term = Term("iri", query.names.prefixes[prefix], query.text[start:end], start, end)
    candidate = Candidate((Change(start, end, f"<{meant}>"),), f"<{meant}>", meant)
    kept: list[Finding] = []
    told = False
    for finding in findings:
        theirs = [f for f in finding.faults if f.kind in OF_NAMES and f.term.text.startswith(f"{prefix}:")]
        if theirs and told and len(theirs) == len(finding.faults):
            continue
        if theirs:
            fault = Fault(Kind.PREFIX, theirs[0].part, term, (candidate,), {"prefix": prefix})
            finding.faults = [fault, *(one for one in finding.faults if one not in theirs)]
            told = True
        kept.append(finding)
    return kept
