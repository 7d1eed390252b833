"""In whose company an actor stands: who else is named in the same passages, which places those speak
of, and which issues it responds to. A pure function of an edition's links. To stand in one passage
is not yet to work together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kgapp.web.matrix.matrix import ISSUES, REACH, RESPONSE
from kgapp.web.trace.trace import Link, Passage, Thing, Trace
from kgapp.web.views.districts import ALL

DIRECT = ("hasLead", "hasPartner", "hasSubject", "hasParticipant")
PLACES = ("usesFacility", "heldAt", *REACH)
"""Relations of a passage to a venue or a district."""


@dataclass(frozen=True)
class Company:
    """What stands in the passages in which an actor has a role: things, each with those passages."""

    others: tuple[tuple[Thing, tuple[Passage, ...]], ...]
    places: tuple[tuple[Thing, tuple[Passage, ...]], ...]
    """Venues, and districts that are named."""
    everywhere: tuple[Passage, ...]
    """Passages that speak of all districts."""
    issues: tuple[Passage, ...]
    """Issues to which it is concluded to respond."""


def company_of(trace: Trace, thing: Thing) -> Company:
    """The company of an actor in a paper, in the order of readings and of the paper."""
    own = {link.passage for link in trace.links if link.object == thing.iri and link.relation in DIRECT}
    there = [link for link in trace.links if link.passage in own and link.object != thing.iri]
    whole = {link.passage for link in there if link.relation == ALL}
    answered = {link.passage for link in trace.links if (link.relation, link.object) == (RESPONSE, thing.iri)}
    return Company(
        _grouped(trace, (link for link in there if link.relation in DIRECT)),
        _grouped(trace, (link for link in there if link.relation in PLACES and not _by_all(link))),
        tuple(passage for iri, passage in trace.passages.items() if iri in whole),
        tuple(p for iri, p in trace.passages.items() if iri in answered and p.section in ISSUES),
    )


def _by_all(link: Link) -> bool:
    """Whether a district is reached only because all are."""
    return any(source.relation == ALL for source in link.sources)


def _grouped(trace: Trace, links: Iterable[Link]) -> tuple[tuple[Thing, tuple[Passage, ...]], ...]:
    """The links' objects, each with its passages in the paper's order."""
    found: dict[str, set[str]] = {}
    for link in links:
        if link.object in trace.things:
            found.setdefault(link.object, set()).add(link.passage)
    things = sorted((trace.things[iri] for iri in found), key=lambda thing: (thing.reading, thing.path))
    return tuple(
        (thing, tuple(p for iri, p in trace.passages.items() if iri in found[thing.iri])) for thing in things
    )
