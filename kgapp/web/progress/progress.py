"""From issue to answer, as a pure function of an edition's links: what each direction continues and
addresses, who responds, and what has no such link recorded. Not recorded is never told as none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kgapp.errors import Message, QueryRefused
from kgapp.web.trace.trace import Link, Passage, Trace

ROLES = ("hasLead", "hasPartner", "hasSubject", "hasParticipant", "involves")
SECTIONS = ("issue", "status", "nextIssue", "direction")
"""The way from an issue to its answer."""


@dataclass(frozen=True)
class Thread:
    """A direction with what it takes up, each by its link, and those whom it involves."""

    direction: Passage
    issues: tuple[tuple[Passage, Link], ...]
    statuses: tuple[tuple[Passage, Link], ...]
    next_issues: tuple[tuple[Passage, Link], ...]
    actors: tuple[Link, ...]

    @property
    def taken_up(self) -> tuple[tuple[Passage, Link], ...]:
        """All that it takes up."""
        return (*self.issues, *self.statuses, *self.next_issues)


@dataclass(frozen=True)
class Count:
    """How many passages of a section there are, and for how many of them a link is recorded."""

    all: int
    linked: int

    @property
    def unrecorded(self) -> int:
        return self.all - self.linked


@dataclass(frozen=True)
class Progress:
    """A theme's way from its issues to its answers (a theme's number; empty for the whole paper)."""

    theme: str
    sections: Mapping[str, tuple[Passage, ...]]
    """The passages of ``SECTIONS``, in the paper's order."""
    threads: tuple[Thread, ...]
    """The theme's directions, then those of other themes that take up something of it."""
    responders: Mapping[str, tuple[Link, ...]]
    """By issue: the concluded links to those who respond."""

    @cached_property
    def linked(self) -> frozenset[str]:
        """Issues that are addressed, status items that are continued: by IRI."""
        return frozenset(passage.iri for thread in self.threads for passage, _ in thread.taken_up)

    @cached_property
    def continuing(self) -> frozenset[str]:
        """Directions that continue something: by IRI."""
        return frozenset(thread.direction.iri for thread in self.threads if thread.statuses)

    @cached_property
    def addressing(self) -> frozenset[str]:
        """Directions that address an issue of either kind: by IRI."""
        return frozenset(
            thread.direction.iri for thread in self.threads if thread.issues or thread.next_issues
        )

    @cached_property
    def taking_up_nothing(self) -> tuple[Passage, ...]:
        """Directions that are recorded neither as continuing nor as addressing anything."""
        linked = self.continuing | self.addressing
        return tuple(passage for passage in self.sections["direction"] if passage.iri not in linked)

    def unrecorded(self, section: str) -> tuple[Passage, ...]:
        """Issues that no direction is recorded as addressing, status items that none continues,
        directions that are recorded as continuing nothing."""
        linked = self.continuing if section == "direction" else self.linked
        return tuple(passage for passage in self.sections[section] if passage.iri not in linked)

    def count(self, section: str) -> Count:
        """Of issues those addressed, of status items those continued, of directions those that
        continue something."""
        passages = self.sections[section]
        return Count(len(passages), len(passages) - len(self.unrecorded(section)))


def build_progress(trace: Trace, theme: str = "") -> Progress:
    """The way from issue to answer in a theme, or in the whole paper."""
    by_direction: dict[str, list[Link]] = defaultdict(list)
    responders: dict[str, list[Link]] = defaultdict(list)
    for link in trace.links:
        if link.relation == "respondedToBy":
            responders[link.passage].append(link)
        else:
            by_direction[link.passage].append(link)
    threads = []
    for passage in trace.passages.values():
        if passage.section == "direction":
            thread = _thread(trace, passage, by_direction[passage.iri], theme)
            if theme in ("", passage.theme) or thread.taken_up:
                threads.append(thread)
    threads.sort(key=lambda thread: theme not in ("", thread.direction.theme))
    own = [passage for passage in trace.passages.values() if theme in ("", passage.theme)]
    sections = {
        section: tuple(passage for passage in own if passage.section == section) for section in SECTIONS
    }
    return Progress(theme, sections, tuple(threads), {iri: tuple(links) for iri, links in responders.items()})


def read_theme(trace: Trace, given: str) -> str:
    """The theme that an address names; raises QueryRefused (404) where there is no such theme."""
    numbers = [theme.number for theme in trace.themes]
    if given and given not in numbers:
        raise QueryRefused(
            Message(f"重点テーマ「{given[:50]}」はありません。", f"There is no theme {given[:50]!r}."),
            Message(f"ある番号: {', '.join(numbers)}", f"Numbers: {', '.join(numbers)}"),
            status=404,
        )
    return given


def _thread(trace: Trace, direction: Passage, links: Sequence[Link], theme: str) -> Thread:
    """What a direction of the theme takes up; of another theme's direction, only what is the theme's."""
    found: dict[str, list[tuple[Passage, Link]]] = defaultdict(list)
    for link in links:
        if link.relation in ("continues", "addresses"):
            other = trace.passages[link.object]
            if theme in ("", direction.theme, other.theme):
                found[other.section].append((other, link))
    for pairs in found.values():
        pairs.sort(key=lambda pair: (pair[0].theme, pair[0].ordinal))
    actors = [link for link in links if link.relation in ROLES]
    actors.sort(key=lambda link: ROLES.index(link.relation))
    issues, statuses, next_issues = (tuple(found[section]) for section in ("issue", "status", "nextIssue"))
    return Thread(direction, issues, statuses, next_issues, tuple(actors))
