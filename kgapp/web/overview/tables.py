"""What a statistic is made of: lines of numbers that lead to where they come from, sums, and a chart of the
same numbers. Nothing here knows what is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kgapp.web.overview.charts import Chart

SHOWN = 40
"""Lines of a table that stand on a page; a file has all of them."""
PAPERS_SHOWN = 10
"""The same where each line is about a paper: there are as many such tables as would make a page heavy."""


@dataclass(frozen=True)
class Place:
    """What a line is about: its key in the counts, its name (which may be Japanese on an English page),
    its page, and what the lists behind its numbers are asked with."""

    key: str
    label: str
    address: str | None = None
    japanese: bool = False
    given: dict[str, str] = field(default_factory=dict)
    more: tuple[str, ...] = ()
    """What else tells of it, each under a heading of its own."""


@dataclass(frozen=True)
class Cell:
    """A number, and where it leads."""

    value: int
    address: str | None = None


@dataclass(frozen=True)
class Line:
    """A row of numbers about a place; ``sum`` where it adds up the others."""

    place: Place
    cells: tuple[Cell, ...]
    sum: bool = False

    @property
    def values(self) -> tuple[int, ...]:
        return tuple(cell.value for cell in self.cells)


@dataclass(frozen=True)
class Figure:
    """A table with its chart; ``lines`` are all of its rows."""

    name: str
    title: str
    note: str
    heading: tuple[str, ...]
    lines: tuple[Line, ...]
    chart: Chart | None = None
    shown: int = SHOWN

    @property
    def on_page(self) -> tuple[Line, ...]:
        """The rows that a page shows: the first, and the sums."""
        rows = [line for line in self.lines if not line.sum]
        return (*rows[: self.shown], *(line for line in self.lines if line.sum))

    @property
    def left_out(self) -> int:
        """How many rows stand in the file only."""
        return len(self.lines) - len(self.on_page)


Number = Callable[[Place, str], int]
Link = Callable[[dict[str, str], str], str | None]
"""From what a line's lists are asked with, and a column (empty for all of them), to an address."""


def grid(
    places: Sequence[Place],
    columns: Sequence[str],
    number: Number,
    link: Link,
    total: Place,
    across: bool = True,
) -> tuple[Line, ...]:
    """A number for each place and column with where it leads, and the sums: at the end of each line (where
    ``across``), and in a line of their own. A nought leads nowhere."""
    lines = [
        _line(place, columns, [number(place, column) for column in columns], link, across) for place in places
    ]
    added = [sum(number(place, column) for place in places) for column in columns]
    last = _line(total, columns, added, link, across)
    return (*lines, Line(last.place, last.cells, sum=True))


def _line(place: Place, columns: Sequence[str], values: Sequence[int], link: Link, across: bool) -> Line:
    named = list(zip(columns, values, strict=True)) + ([("", sum(values))] if across else [])
    cells = (Cell(value, link(place.given, column) if value else None) for column, value in named)
    return Line(place, tuple(cells))
