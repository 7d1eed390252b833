"""Collects what is wrong with one file, so that all of it is told and nothing twice.

Where many places suffer from the same thing the first few are told, and the rest in one line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kgapp.errors import Message, Problem

TOLD = 10
"""So many places of one kind of fault are told one by one."""
LETTERS = 1000
"""A message has no more letters: a cell that it shows may have swallowed half a table."""
NAMED = 20
"""So many rows are named where rows are listed in a message."""

Place = tuple[int, str | None, Message]
"""Row, column and what is wrong there."""


@dataclass
class Faults:
    """Collects the problems of one file."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def add(self, row: int | None, column: str | None, what: Message, remedy: Message) -> None:
        """One more problem of this file."""
        self.problems.append(self.problem(row, column, what, remedy))

    def problem(self, row: int | None, column: str | None, what: Message, remedy: Message) -> Problem:
        """A problem of this file that is not collected here."""
        return Problem(self.file, row, column, _brief(what), _brief(remedy))

    def add_alike(self, places: Iterable[Place], remedy: Message) -> None:
        """Places with the same fault: the first few each, then one problem of the whole file that
        names the others."""
        found = list(places)
        for row, column, what in found[:TOLD]:
            self.add(row, column, what, remedy)
        if rest := found[TOLD:]:
            self.add(None, None, also([row for row, *_ in rest]), remedy)


def _brief(message: Message) -> Message:
    ja, en = (
        text if len(text) <= LETTERS else f"{text[: LETTERS // 2]} … {text[-LETTERS // 2 :]}"
        for text in (message.ja, message.en)
    )
    return Message(ja, en)


def also(rows: list[int]) -> Message:
    """What a message on one row adds where other rows suffer from the same cause; may be empty."""
    if not rows:
        return Message("", "")
    named = sorted(set(rows))[:NAMED]
    ja, en = "・".join(map(str, named)), ", ".join(map(str, named))
    if len(set(rows)) > len(named):
        ja, en = f"{ja} …", f"{en} …"
    return Message(
        f"同じことがほかに{len(rows)}か所（{ja}行目）にあります。",
        f"The same in {len(rows)} more places (row {en}).",
    )
