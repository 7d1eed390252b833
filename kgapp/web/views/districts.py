"""What reaches each district, and on what ground, as a pure function of an edition's links: named,
as a model district, or by words that take in all districts. Not named is told apart from not reached.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kgapp.web.matrix.matrix import ROW_KINDS
from kgapp.web.trace.absence import Absence, absence_of_thing
from kgapp.web.trace.trace import CHART, Link, Passage, Thing, Trace

MODEL, COVERS, ALL = "modelDistrict", "coversDistrict", "coversAllDistrictsOf"
Reach = tuple[Passage, Link]


@dataclass(frozen=True)
class DistrictReach:
    """A district with the passages that reach it, each by its link."""

    district: Thing
    model: tuple[Reach, ...]
    """Where it is a model district."""
    named: tuple[Reach, ...]
    """Where its name stands for a reach other than that."""
    by_all: tuple[Reach, ...]
    """Where words take in all districts."""
    names: Absence
    """Under which names it was looked for, and in which statements they stand."""

    @property
    def is_named(self) -> bool:
        """Whether one of its names stands in a statement, outside of any longer name."""
        return bool(self.names.naming)


def districts_reached(trace: Trace) -> tuple[DistrictReach, ...]:
    """Every district of the paper's city, by reading."""
    statements = [passage for passage in trace.passages.values() if passage.section != CHART]
    things = [thing for thing in trace.things.values() if thing.kind in ROW_KINDS["districts"]]
    things.sort(key=lambda thing: (thing.reading, thing.path))
    return tuple(_reach(trace, thing, statements) for thing in things)


def all_district_passages(trace: Trace) -> tuple[Reach, ...]:
    """The passages whose words take in all districts, each by the claim on those words."""
    return _ordered(trace, (link for link in trace.links if link.relation == ALL))


def _reach(trace: Trace, thing: Thing, statements: list[Passage]) -> DistrictReach:
    own = [link for link in trace.links if link.object == thing.iri]
    model = [link for link in own if link.relation == MODEL]
    covers = [link for link in own if link.relation == COVERS]
    also_model = {link.passage for link in model}
    by_all = [link for link in covers if any(source.relation == ALL for source in link.sources)]
    named = [link for link in covers if link not in by_all and link.passage not in also_model]
    return DistrictReach(
        thing,
        _ordered(trace, model),
        _ordered(trace, named),
        _ordered(trace, by_all),
        absence_of_thing(thing, trace, statements, 0),
    )


def _ordered(trace: Trace, links: Iterable[Link]) -> tuple[Reach, ...]:
    """In the paper's order, a passage once."""
    by_passage = {link.passage: link for link in links}
    return tuple((passage, by_passage[iri]) for iri, passage in trace.passages.items() if iri in by_passage)
