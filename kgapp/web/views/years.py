"""What a paper says of a fiscal year, as a pure function of rows: statements, goals that fall due,
quantities, phases of the chart. Dates are days in ISO 8601, the last one included; what has none stands
in no year.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kgapp.web.trace.trace import Passage, Trace
from kgapp.web.views.roadmap import LOST, Period, Phase, Row, ThemeRoad, Year


@dataclass(frozen=True)
class Quantity:
    """A value that a statement gives, and as of when; days are empty where the paper does not say."""

    iri: str
    names: tuple[tuple[str, str], ...]
    """By language."""
    statement: str
    begins: str
    ends: str


@dataclass(frozen=True)
class YearTold:
    """A fiscal year in a paper."""

    year: Year
    before: Year | None
    after: Year | None
    ends: str
    """Its last day."""
    statements: tuple[Passage, ...]
    goals: tuple[Passage, ...]
    """Due in a calendar year of which a part lies in this fiscal year."""
    quantities: tuple[Quantity, ...]
    """As of a time within it."""
    undated: tuple[Quantity, ...]
    """As of a time that the paper does not say: they may be of any year."""
    phases: tuple[tuple[Passage, Phase], ...]
    """Known to be under way, each with its chart line."""
    lost: int
    """Phases that may reach it: they lie in a period that it is part of, but their years were lost."""
    in_period: bool
    """Whether it is one of the years of the chart."""


def tell_year(
    trace: Trace,
    iri: str,
    years: Sequence[Year],
    period: Period | None,
    roads: Iterable[ThemeRoad],
    found: tuple[Sequence[Row], Sequence[Row], Sequence[Row]],
) -> YearTold | None:
    """A fiscal year from all fiscal years and the rows of ``year-statements``, ``year-goals`` and
    ``year-quantities``; nothing where the IRI is no fiscal year's."""
    place = next((number for number, year in enumerate(years) if year.iri == iri), None)
    if place is None:
        return None
    year = years[place]
    after = years[place + 1] if place + 1 < len(years) else None
    begins, ends = year.begins, _last_day(year.begins)
    statements, goals, quantities = found
    about = {row["statement"].value for row in statements}
    due = {row["goal"].value for row in goals if _meet(row["begins"].value, row["ends"].value, begins, ends)}
    values = _quantities(quantities)
    in_period = bool(period and period.begins <= begins and ends <= period.ends)
    pairs = [(line.passage, phase) for road in roads for line in road.lines for phase in line.phases]
    return YearTold(
        year,
        years[place - 1] if place else None,
        after,
        ends,
        tuple(passage for passage in trace.passages.values() if passage.iri in about),
        tuple(passage for passage in trace.passages.values() if passage.iri in due),
        tuple(one for one in values if one.begins and begins <= one.begins and one.ends <= ends),
        tuple(one for one in values if not one.begins),
        tuple(pair for pair in pairs if pair[1].covers(year)),
        sum(phase.state == LOST for _, phase in pairs) if in_period else 0,
        in_period,
    )


def _last_day(begins: str) -> str:
    """Of a fiscal year that begins on 1 April (MODEL.md, "Evidence")."""
    return f"{int(begins[:4]) + 1:04d}-03-31"


def _meet(begins: str, ends: str, others_begin: str, others_end: str) -> bool:
    return begins <= others_end and others_begin <= ends


def _quantities(found: Sequence[Row]) -> list[Quantity]:
    """From one row for each language of a name."""
    own: dict[str, list[Row]] = {}
    for row in found:
        own.setdefault(row["observation"].value, []).append(row)
    return [
        Quantity(
            iri,
            tuple((row["language"].value, row["name"].value) for row in rows),
            rows[0]["statement"].value,
            *(rows[0][name].value if name in rows[0] else "" for name in ("begins", "ends")),
        )
        for iri, rows in own.items()
    ]
