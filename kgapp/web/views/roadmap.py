"""The roadmap by theme: chart lines with the phases cut from them, and the statements of the years that
the paper reports on and plans for. A phase stands in a year only where its years are recorded; where the
extraction lost them it stands beside all years, never in one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kgapp.errors import Message
from kgapp.web.trace.trace import CHART, Passage, Theme, Trace

LOST = "lostInExtraction"
Row = Mapping[str, ox.Literal | ox.NamedNode]


@dataclass(frozen=True)
class Year:
    """A fiscal year of the chart, and whether the paper reports on it or plans for it."""

    iri: str
    name: Message
    era: str
    """The Japanese era's name for it: 令和元年度."""
    begins: str
    reports: bool
    plans: bool


@dataclass(frozen=True)
class Period:
    """The period of the chart, by its first and last day."""

    iri: str
    name: Message
    begins: str
    ends: str


@dataclass(frozen=True)
class Phase:
    """A piece cut from a chart line. ``begins`` and ``ends`` are empty where they are not known."""

    iri: str
    label: str
    state: str
    """The local name of its span's state; empty where none is recorded."""
    begins: str
    ends: str

    def covers(self, year: Year) -> bool:
        """Whether it is known to be under way in the year."""
        return bool(self.begins and self.ends) and self.begins <= year.begins < self.ends


@dataclass(frozen=True)
class ChartLine:
    """A line of the chart, verbatim, and its phases in the order of their words."""

    passage: Passage
    phases: tuple[Phase, ...]

    @property
    def is_placed(self) -> bool:
        """Whether the years of one of its phases at least are known."""
        return any(phase.begins and phase.ends for phase in self.phases)


@dataclass(frozen=True)
class ThemeRoad:
    """A theme's part of the roadmap."""

    theme: Theme
    lines: tuple[ChartLine, ...]
    measures: tuple[Passage, ...]
    goals: tuple[Passage, ...]
    status: tuple[Passage, ...]
    """Of the year that is reported."""
    directions: tuple[Passage, ...]
    """For the year that is planned."""


def read_years(rows: Iterable[Row], period: Period | None) -> tuple[Year, ...]:
    """The fiscal years that begin within the period (all of them where it is not recorded), from one
    row for each name of a year."""
    names: dict[str, list[ox.Literal]] = defaultdict(list)
    first: dict[str, Row] = {}
    for row in rows:
        iri, name = row["year"].value, row["name"]
        first.setdefault(iri, row)
        if isinstance(name, ox.Literal):
            names[iri].append(name)
    found = [_year(iri, row, names[iri]) for iri, row in first.items()]
    if period:
        found = [year for year in found if period.begins <= year.begins <= period.ends]
    return tuple(sorted(found, key=lambda year: year.begins))


def read_period(rows: Iterable[Row]) -> Period | None:
    """The period of the chart, from one row for each of its names; nothing where none is recorded or
    where there are several."""
    said: dict[str, dict[str, str]] = defaultdict(dict)
    bounds: dict[str, tuple[str, str]] = {}
    for row in rows:
        name = row["name"]
        if isinstance(name, ox.Literal):
            said[row["period"].value][name.language or ""] = name.value
        bounds[row["period"].value] = row["begins"].value, row["ends"].value
    if len(bounds) != 1:
        return None
    iri, (begins, ends) = next(iter(bounds.items()))
    known = next(iter(said[iri].values()), "")
    return Period(iri, Message(said[iri].get("ja", known), said[iri].get("en", known)), begins, ends)


def build_roads(trace: Trace, rows: Iterable[Row]) -> tuple[ThemeRoad, ...]:
    """Every theme's roadmap, from one row for each phase."""
    phases: dict[str, list[Phase]] = defaultdict(list)
    for row in rows:
        phases[row["line"].value].append(_phase(row))
    return tuple(_road(trace, theme, phases) for theme in trace.themes)


def _road(trace: Trace, theme: Theme, phases: Mapping[str, list[Phase]]) -> ThemeRoad:
    own: dict[str, list[Passage]] = defaultdict(list)
    for passage in trace.passages.values():
        if passage.theme == theme.number:
            own[passage.section].append(passage)
    lines = tuple(ChartLine(line, tuple(phases.get(line.iri, ()))) for line in own[CHART])
    measures, goals, status, directions = (
        tuple(own[section]) for section in ("measure", "goal", "status", "direction")
    )
    return ThemeRoad(theme, lines, measures, goals, status, directions)


def _phase(row: Row) -> Phase:
    state, begins, ends = (row[name].value if name in row else "" for name in ("state", "begins", "ends"))
    return Phase(row["phase"].value, row["label"].value, state.rpartition("#")[2], begins, ends)


def _year(iri: str, row: Row, names: list[ox.Literal]) -> Year:
    """Its name is the one in Western digits and the English label; the era's, the shortest other."""
    begins = row["begins"].value
    ja = [name.value for name in names if name.language == "ja"]
    en = [name.value for name in names if name.language == "en"]
    western = next((name for name in ja if name.startswith(begins[:4])), begins[:4])
    era = next((name for name in ja if name != western and not name.isascii()), "")
    english = next((name for name in en if begins[:4] in name and " " in name), western)
    return Year(
        iri,
        Message(western, english),
        era,
        begins,
        row["reports"].value == "yes",
        row["plans"].value == "yes",
    )
