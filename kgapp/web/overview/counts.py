"""What is counted of a paper, or of all papers together: plain numbers, from the rows of the queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kgapp.errors import Message
from kgapp.web.frame.context import Context
from kgapp.web.overview.asking import Row, rows

INITIATIVES = ("measure", "status", "direction")
"""Sections whose statements are initiatives (MODEL.md, "Classes")."""
INVOLVED = "involves"


@dataclass(frozen=True)
class StatementCount:
    """The statements of a section in a place: a theme's notation, or a paper's IRI."""

    place: str
    section: str
    statements: int
    named: int
    """For how many an actor or a group that is helped is recorded."""
    tied: int
    """For how many a link from issue to answer is recorded (``progress.Count.linked``)."""


@dataclass(frozen=True)
class ClaimCount:
    """The claims of a relation and a ground."""

    relation: str
    mode: str
    reasoned: bool
    """Whether a rationale is given."""
    outcome: str
    """Of another reader's reading; ``none`` where none is recorded."""
    claims: int


@dataclass(frozen=True)
class ActorCount:
    """What an actor takes part in."""

    actor: str
    statements: int
    """In which a role of its own is recorded."""
    initiatives: int
    """Of these the measures, status items and directions."""
    led: int
    """Of these those that it leads."""
    lines: int
    """Lines of the chart in which a role of its own is recorded."""
    through: int
    """Statements and lines that it is concluded to take part in, through membership."""
    themes: int
    """Themes of all these."""


@dataclass(frozen=True)
class WideActorCount:
    """What an actor takes part in, over all papers."""

    actor: str
    name: Message
    statements: int
    themes: int
    papers: int


@dataclass(frozen=True)
class Counts:
    """The numbers of a paper."""

    statements: tuple[StatementCount, ...]
    claims: tuple[ClaimCount, ...]
    actors: tuple[ActorCount, ...]
    """Those in most statements first."""


@dataclass(frozen=True)
class WideCounts:
    """The numbers of all papers; the places of statements are papers."""

    statements: tuple[StatementCount, ...]
    claims: tuple[ClaimCount, ...]
    grounds: tuple[tuple[str, str, int], ...]
    """Paper, ground, claims."""
    actors: tuple[WideActorCount, ...]


def count_paper(context: Context, edition: str) -> Counts:
    """The numbers of a paper by its IRI; raises QueryRefused."""
    given = {"edition": edition}
    return Counts(
        tuple(_statements(rows(context, "statements", given), "theme")),
        tuple(_claims(rows(context, "claims", given))),
        tuple(_actors(rows(context, "actors", given))),
    )


def count_all(context: Context) -> WideCounts:
    """The numbers of all papers; raises QueryRefused, where there are too many."""
    return WideCounts(
        tuple(_statements(rows(context, "whole-statements"), "edition")),
        tuple(_claims(rows(context, "whole-claims"))),
        tuple((row["edition"], row["mode"], int(row["claims"])) for row in rows(context, "whole-grounds")),
        tuple(_wide_actors(context)),
    )


def _statements(found: Iterable[Row], place: str) -> Iterable[StatementCount]:
    """From a row for all of a section's statements, one for the named and one for the tied."""
    numbers: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for row in found:
        numbers[row[place], row["section"]][row["kind"]] = int(row["statements"])
    for (where, section), own in numbers.items():
        yield StatementCount(where, section, own["all"], own.get("named", 0), own.get("tied", 0))


def _claims(found: Iterable[Row]) -> Iterable[ClaimCount]:
    for row in found:
        yield ClaimCount(
            row["relation"], row["mode"], row["reason"] == "yes", row["outcome"], int(row["claims"])
        )


def _wide_actors(context: Context) -> Iterable[WideActorCount]:
    """From one row for each language of an actor's name, in the order of the answer."""
    names: dict[str, dict[str, str]] = defaultdict(dict)
    first: dict[str, Row] = {}
    for found in rows(context, "whole-actors"):
        names[found["actor"]][found["language"]] = found["name"]
        first.setdefault(found["actor"], found)
    for actor, row in first.items():
        ja = names[actor].get("ja") or next(iter(names[actor].values()))
        numbers = (int(row[name]) for name in ("statements", "themes", "papers"))
        yield WideActorCount(actor, Message(ja, names[actor].get("en", ja)), *numbers)


def _actors(found: Iterable[Row]) -> Sequence[ActorCount]:
    """Each actor, from one row for each of its roles."""
    by_actor: dict[str, list[Row]] = defaultdict(list)
    for row in found:
        by_actor[row["actor"]].append(row)
    counted = [_actor(actor, own) for actor, own in by_actor.items()]
    return sorted(
        counted, key=lambda one: (-one.statements, -one.lines, -one.through, -one.themes, one.actor)
    )


def _actor(actor: str, own: Sequence[Row]) -> ActorCount:
    direct = [row for row in own if row["role"] != INVOLVED]
    passages = {row["passage"]: row.get("section", "") for row in direct}
    return ActorCount(
        actor,
        sum(bool(section) for section in passages.values()),
        sum(section in INITIATIVES for section in passages.values()),
        len({row["passage"] for row in direct if row["role"] == "hasLead" and row.get("section")}),
        sum(not section for section in passages.values()),
        len({row["passage"] for row in own} - passages.keys()),
        len({row["theme"] for row in own}),
    )
