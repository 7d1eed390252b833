"""Why a query finds nothing, and what would find something: the order of the questions.

First whether it does find nothing, and whether its pattern does; then the smallest empty parts of
the pattern; then for each what is wrong with it, or, where nothing is, what is recorded nearest to
it; at last what would have rows, each tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import islice, pairwise, product

from kgapp.emptiness.asking import COUNTED, Asker
from kgapp.emptiness.core import Core, Cores
from kgapp.emptiness.faults import Candidate, Change, Fault
from kgapp.emptiness.filterfaults import FilterFaults
from kgapp.emptiness.findings import Finding
from kgapp.emptiness.inventory import Inventory
from kgapp.emptiness.nearby import nearby
from kgapp.emptiness.nearest import LIKE_THE_BEST, NEAR
from kgapp.emptiness.pattern import Part, Query, all_parts
from kgapp.emptiness.patternfaults import PatternFaults
from kgapp.emptiness.prefixes import joined_by_prefix
from kgapp.emptiness.reader import read_under
from kgapp.emptiness.termfaults import TermFaults
from kgapp.emptiness.terms import Unreadable

MENDED = 3
"""Mended queries that are offered."""
TRIED = 9
"""Mended queries that are tried."""
NOTED = 6
"""Names that are not there, of those that need not match."""
MENDING = 30
"""Questions kept for trying them, beside those for finding the part."""


class Verdict(StrEnum):
    """What is to be said of the emptiness."""

    ROWS = "rows"
    """It is not empty."""
    CANNOT = "cannot"
    """The pattern can match nothing in these data."""
    UNRECORDED = "unrecorded"
    """The pattern is right, and nothing of the kind is recorded."""
    BEHIND = "behind"
    """The pattern matches; LIMIT, OFFSET, HAVING or the template lets nothing through."""
    UNKNOWN = "unknown"
    """It was not found out: a form that is not taken apart, or the budget ended."""


@dataclass(frozen=True)
class Mended:
    """A query that has rows, and what was changed in it."""

    text: str
    changed: tuple[tuple[str, Candidate], ...]
    """What was written, and what stands in its place."""
    rows: int
    """Solutions, counted to ``COUNTED``."""


@dataclass
class Diagnosis:
    """What was found out about one query."""

    verdict: Verdict
    query: Query | None = None
    findings: list[Finding] = field(default_factory=list)
    mended: list[Mended] = field(default_factory=list)
    behind: str = ""
    """Which part behind the pattern lets nothing through."""
    matched: int | None = None
    """How many solutions the pattern has where it is not what is empty."""
    complete: bool = True
    """Whether all that was asked was answered within the budget."""
    notes: list[Fault] = field(default_factory=list)
    """Names that are not there in parts that need not match (OPTIONAL)."""
    asked: int = 0
    """Questions that it took."""


def diagnose(text: str, inventory: Inventory, asker: Asker, graphs: str = "") -> Diagnosis:
    """Why a query finds nothing. The query is one that the source accepts; ``graphs`` are FROM clauses
    that overrule its own, as the protocol's dataset does (SPARQL 1.1 Protocol, 2.1.4)."""
    try:
        query = read_under(text, inventory.source.base, graphs)
    except Unreadable:
        return Diagnosis(Verdict.UNKNOWN)
    inventory = replace(inventory, source=asker)
    found = _Diagnosing(query, inventory, asker).run()
    if found.verdict is Verdict.CANNOT and not found.mended:
        found.mended = _mended_further(found, inventory, asker)
    found.complete = asker.complete
    found.asked = asker.asked
    return found


def _mended_further(found: Diagnosis, inventory: Inventory, asker: Asker) -> list[Mended]:
    """Where the likeliest mending finds nothing yet: what that query lacks, mended in its turn."""
    first = [options(finding)[0] for finding in found.findings if options(finding)]
    changes = [change for _, candidate in first for change in candidate.changes]
    if not first or not _apart(changes) or found.query is None:
        return []
    text = found.query.mended((change.start, change.end, change.text) for change in changes)
    try:
        query = read_under(text, inventory.source.base, found.query.given)
    except Unreadable:
        return []
    asker.extend(MENDING)
    deeper = _Diagnosing(query, inventory, asker).run()
    return [Mended(one.text, (*first, *one.changed), one.rows) for one in deeper.mended]


def answered(query: Query) -> str:
    """The pattern whose solutions are the rows of a query: for a table its own sub-select, for an
    aggregate over everything (one row, whatever there is) and for every other form its pattern."""
    where = query.text[query.where.start : query.where.end]
    if query.form == "SELECT" and not (query.aggregates and not query.grouped):
        return f"{{ {query.head} WHERE {where} {query.tail}\n}}"  # a query may end in a comment
    values = query.values.text if query.values else ""
    return f"{where} {values}"


class _Diagnosing:
    """One query while it is looked into."""

    def __init__(self, query: Query, inventory: Inventory, asker: Asker) -> None:
        self._query, self._inventory, self._asker = query, inventory, asker
        self._terms = TermFaults(query, inventory, asker)
        self._patterns = PatternFaults(query, inventory, asker)

    def run(self) -> Diagnosis:
        """What is found out, the whole first and its parts then."""
        query, asker = self._query, self._asker
        if query.described and not query.parts:
            return self._described()
        whole = asker.holds(query.asking(answered(query)))
        if whole:
            verdict, behind = Verdict.ROWS, ""
            if query.form == "CONSTRUCT":
                verdict, behind = Verdict.BEHIND, "template"
            return Diagnosis(verdict, query, behind=behind, notes=self._notes())
        where = query.text[query.where.start : query.where.end]
        values = query.values.text if query.values else ""
        if whole is None or not query.parts:
            return Diagnosis(Verdict.UNKNOWN, query)
        if query.form == "SELECT" and asker.holds(query.asking(f"{where} {values}")):
            return self._behind()
        if asker.holds(query.ask(query.parts)) is not False:
            return Diagnosis(Verdict.UNKNOWN, query)
        cores = Cores(query, asker, self._surely_matches).find(query.parts)
        findings = [self._explained(core) for core in cores]
        findings = joined_by_prefix(query, self._inventory, findings)
        found = Diagnosis(_verdict(findings), query, findings)
        asker.extend(MENDING)
        found.mended = self._mended(findings)
        return found

    def _behind(self) -> Diagnosis:
        query = self._query
        signs = {"limit": query.limit == 0, "having": query.having, "offset": bool(query.offset)}
        behind = next((name for name, there in signs.items() if there), "")
        where = query.text[query.where.start : query.where.end]
        matched = self._asker.count(query.counting(where, COUNTED))
        return Diagnosis(Verdict.BEHIND, query, behind=behind, matched=matched, notes=self._notes())

    def _described(self) -> Diagnosis:
        """What DESCRIBE names and of which nothing is said."""
        findings = []
        for term in self._query.described:
            if self._terms.exists(term.value) is False:
                part = Part("describe", f"DESCRIBE {term.text}", term.start, term.end, frozenset())
                findings.append(Finding(Core((part,), (1,)), [self._terms.thing(part, term)]))
        missing = len(findings) == len(self._query.described)
        found = Diagnosis(Verdict.CANNOT if missing else Verdict.ROWS, self._query, findings)
        self._asker.extend(MENDING)
        found.mended = self._mended(findings) if missing else []
        return found

    def _notes(self) -> list[Fault]:
        """Names that are not there, wherever they stand."""
        parts = all_parts(self._query.parts, optional=True)
        faults = (fault for part in parts if part.triple for fault in self._terms.of_part(part))
        return [fault for fault in _each_once(islice(faults, NOTED)) if fault.cannot_match]

    def _surely_matches(self, part: Part) -> bool:
        """Whether a part matches by what is known already: a property that is used, between two
        different variables, over all graphs."""
        triple = part.triple
        if triple is None or part.graph or self._query.dataset or not self._inventory.known:
            return False
        free = triple.subject.is_variable and triple.object.is_variable
        prop = triple.path.term
        used = prop is not None and (prop.is_variable or prop.value in self._inventory.properties)
        return free and used and triple.subject.value != triple.object.value

    def _explained(self, core: Core) -> Finding:
        found = Finding(core)
        found.faults += self._terms.graphs()
        for part in core.parts:
            found.faults += self._terms.of_part(part)
        filters = FilterFaults(self._query, self._inventory, self._asker, self._terms)
        if not found.faults:
            found.faults += self._patterns.unbound(core)
            found.faults += filters.of_core(core)
            found.ranges = filters.ranges
        if not any(fault.cannot_match for fault in found.faults):
            found.faults += self._joined_wrongly(core)
        if not found.faults:
            found.faults += self._patterns.other_graphs(core)
        found.faults = _each_once(found.faults)
        if not any(fault.cannot_match for fault in found.faults):
            told = {fault.term.start for fault in found.faults if fault.candidates}
            found.near = nearby(self._query, core, self._asker, self._inventory, told)
        return found

    def _joined_wrongly(self, core: Core) -> Iterable[Fault]:
        """What two parts say against each other; a property that leads both ways is not faulted for
        its direction."""
        literal = list(self._patterns.literal_subject(core))
        turned = list(self._patterns.direction(core))
        clashes = [] if turned and not literal else list(self._patterns.kinds(core))
        return [*(fault for fault in turned if fault.details["both"] == "no"), *(literal or clashes)]

    def _mended(self, findings: Sequence[Finding]) -> list[Mended]:
        """Queries with all faults mended, or with something near in the place of what is not recorded;
        only those that have rows."""
        every = [options(finding) for finding in findings]
        wanted = _choices(findings, every) or [own for own in every if own]
        found: list[Mended] = []
        tried = 0
        for chosen in islice(product(*wanted), 60) if wanted else ():
            changes = tuple(change for _, candidate in chosen for change in candidate.changes)
            if tried >= TRIED or len(found) >= MENDED or not _apart(changes):
                continue
            tried += 1
            text = self._query.mended((change.start, change.end, change.text) for change in changes)
            rows = self._rows(text)
            if rows:
                told = ((self._written(one) or old, one) for old, one in chosen)
                found.append(Mended(text, tuple(told), rows))
        return found

    def _written(self, candidate: Candidate) -> str:
        """What stands in the query where a change would begin."""
        change = candidate.changes[0]
        return self._query.text[change.start : change.end]

    def _rows(self, text: str) -> int | None:
        try:
            query = read_under(text, self._inventory.source.base, self._query.given)
        except Unreadable:
            return None
        if query.described and not query.parts:
            return sum(bool(self._terms.exists(term.value)) for term in query.described)
        return self._asker.count(query.counting(answered(query), COUNTED))


def options(finding: Finding) -> list[tuple[str, Candidate]]:
    """What was written and what may be put in its place, the likeliest first."""
    faults = [fault for fault in finding.faults if fault.candidates and fault.candidates[0].score >= NEAR]
    if faults:
        ranks = range(max(len(fault.candidates) for fault in faults))
        return [(fault.term.text, one) for rank in ranks for fault in faults for one in _likely(fault, rank)]
    near = sorted(finding.near, key=lambda one: one.role != "property")
    return [(one.term.text, one.candidate) for one in near if one.candidate is not None]


def _choices(
    findings: Sequence[Finding], options: Sequence[list[tuple[str, Candidate]]]
) -> list[list[tuple[str, Candidate]]]:
    """What has to be changed together: of every choice (UNION) one alternative is enough."""
    by_choice: dict[int, list[tuple[str, Candidate]]] = {}
    alone: list[list[tuple[str, Candidate]]] = []
    for finding, own in zip(findings, options, strict=True):
        if finding.core.choice:
            by_choice.setdefault(finding.core.choice, []).extend(own)
        elif own:
            alone.append(own)
        else:
            return []
    return [*alone, *(own for own in by_choice.values() if own)]


def _verdict(findings: Sequence[Finding]) -> Verdict:
    """The pattern can match nothing where one part cannot, or every alternative of one choice."""
    impossible: dict[int, list[bool]] = {}
    for finding in findings:
        own = any(fault.cannot_match for fault in finding.faults)
        if not finding.core.choice and own:
            return Verdict.CANNOT
        impossible.setdefault(finding.core.choice, []).append(own)
    if any(all(alternatives) for choice, alternatives in impossible.items() if choice):
        return Verdict.CANNOT
    return Verdict.UNRECORDED if findings else Verdict.UNKNOWN


def _likely(fault: Fault, rank: int) -> tuple[Candidate, ...]:
    """The candidate of a rank, where it is about as near as the first."""
    best = fault.candidates[0].score
    return tuple(one for one in fault.candidates[rank : rank + 1] if one.score >= best - LIKE_THE_BEST)


def _each_once(faults: Iterable[Fault]) -> list[Fault]:
    return list({(fault.kind, fault.term.start, fault.term.value): fault for fault in faults}.values())


def _apart(changes: Sequence[Change]) -> bool:
    """Whether no two changes touch the same stretch."""
    ordered = sorted((change.start, change.end) for change in changes)
    return all(start >= end for (_, end), (start, _) in pairwise(ordered))
