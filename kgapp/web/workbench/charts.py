"""Bars for the numbers of an answer, and a line of time for its dates: geometry in attributes, no styles.

Widths are percentages, so that a picture fits a phone and a sheet of paper; heights are pixels. Every
picture stands beside the table that says the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from kgapp.excerpt import Cell, Column, Excerpt, Time
from kgapp.web.vocabulary.diagram import shortened, width_of
from kgapp.web.workbench.results_cells import Cells, visible

SERIES = 2
"""Columns of numbers in one chart."""
LINE, BAR, GAP = 20, 14, 10
"""Heights of a line of words, of a bar, and of the space below a row."""
WIDTH, TOLD = 345, 175
"""Pixels that the words of a row and its value have on a phone, and the value at most of them."""
TICKS = 8


@dataclass(frozen=True)
class Chart:
    """Which columns a chart shows: those of numbers, and the one that tells the rows apart."""

    label: int
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Line:
    """Which columns a line of time shows: a time, or a beginning and an end, and what tells the rows
    apart."""

    label: int
    begins: int
    ends: int


@dataclass(frozen=True)
class Bar:
    """A bar in percent of the picture's width, its height from the top, and its value in words."""

    x: float
    width: float
    y: int
    value: str
    series: int = 0


@dataclass(frozen=True)
class Entry:
    """A row of a picture: its words, what is drawn for it, what is told at its right."""

    text: str
    y: int
    told: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Picture:
    """What is drawn: rows, the line at zero or the lines of years, and the rows that have nothing."""

    height: int
    entries: tuple[Entry, ...]
    columns: tuple[str, ...]
    label: str
    zero: float = 0.0
    ticks: tuple[tuple[float, str], ...] = ()
    without: int = field(default=0)
    """Rows of this page that have no value to draw."""


def chart_of(excerpt: Excerpt) -> Chart | None:
    """The chart that the columns allow: at most two of numbers, and another column."""
    numeric = [place for place, column in enumerate(excerpt.columns) if column.is_numeric]
    label = _label(excerpt.columns, numeric) if len(excerpt.columns) > 1 else None
    if label is None and len(numeric) > 1:
        label = numeric[0]
    numbers = tuple(place for place in numeric if place != label)[:SERIES]
    return Chart(label, numbers) if numbers and label is not None else None


def line_of(excerpt: Excerpt) -> Line | None:
    """The line of time that the columns allow."""
    times = [place for place, column in enumerate(excerpt.columns) if column.is_time]
    if not times:
        return None
    label = _label(excerpt.columns, times)
    return Line(times[0] if label is None else label, times[0], times[1] if len(times) > 1 else times[0])


def draw_chart(excerpt: Excerpt, chart: Chart, cells: Cells) -> Picture:
    """Bars for the rows of a page, on the scale of the whole answer."""
    columns = [excerpt.columns[place] for place in chart.numbers]
    lowest = min(0.0, *(column.lowest for column in columns))
    highest = max(0.0, *(column.highest for column in columns))
    reach = highest - lowest
    # Numbers near the largest there are have no difference that is one.
    scale = 100 / reach if 0 < reach < math.inf else 0.0
    entries: list[Entry] = []
    y = without = 0
    for row in excerpt.rows:
        told = [(series, row[place]) for series, place in enumerate(chart.numbers)]
        numbers = [(series, cell) for series, cell in told if cell is not None and cell.number is not None]
        if not numbers:
            without += 1
            continue
        bars = tuple(
            _bar(cell, series, y + LINE + BAR * order, lowest, scale)
            for order, (series, cell) in enumerate(numbers)
        )
        entries.append(_entry(cells, row[chart.label], y, " / ".join(bar.value for bar in bars), bars))
        y += LINE + BAR * len(bars) + GAP
    names = tuple(column.name for column in columns)
    zero = _round(-lowest * scale)
    return Picture(y, tuple(entries), names, excerpt.columns[chart.label].name, zero, without=without)


def draw_line(excerpt: Excerpt, line: Line, cells: Cells) -> Picture:
    """The times of the rows of a page, the earliest first, under the years."""
    found: list[tuple[Time, Time, Cell | None, str]] = []
    for row in excerpt.rows:
        begins, ends = (cell.time if cell else None for cell in (row[line.begins], row[line.ends]))
        if (first := begins or ends) is None:
            continue
        words = [cells.name(cell) for cell in dict.fromkeys((row[line.begins], row[line.ends])) if cell]
        found.append((first, ends or first, row[line.label], " – ".join(words)))
    found.sort(key=lambda each: (each[0].begins, each[1].ends))
    year0 = math.floor(min((each[0].begins for each in found), default=0))
    year1 = math.ceil(max((max(each[0].ends, each[1].ends) for each in found), default=1))
    scale = 100 / max(1, year1 - year0)
    entries: list[Entry] = []
    y = LINE + GAP
    for begins, ends, label, told in found:
        x, end = (begins.begins - year0) * scale, (max(ends.ends, begins.ends) - year0) * scale
        bar = Bar(_round(x), _round(end - x), y + LINE, told)
        entries.append(_entry(cells, label, y, told, (bar,)))
        y += LINE + BAR + GAP
    step = max(1, math.ceil((year1 - year0) / TICKS))
    ticks = tuple((_round((year - year0) * scale), str(year)) for year in range(year0, year1 + 1, step))
    names = tuple(dict.fromkeys(excerpt.columns[place].name for place in (line.begins, line.ends)))
    without = len(excerpt.rows) - len(found)
    return Picture(y, tuple(entries), names, excerpt.columns[line.label].name, 0.0, ticks, without)


def _label(columns: Sequence[Column], but: Sequence[int]) -> int | None:
    """The column that tells rows apart best: a text before an IRI, the first of each."""
    others = [place for place in range(len(columns)) if place not in but and columns[place].bound]
    texts = [place for place in others if not columns[place].iris]
    return next(iter([*texts, *others]), None)


def _bar(cell: Cell, series: int, y: int, lowest: float, scale: float) -> Bar:
    number = cell.number or 0.0
    x = (min(0.0, number) - lowest) * scale
    return Bar(_round(x), _round(abs(number) * scale), y, visible(cell.value), series)


def _entry(cells: Cells, label: Cell | None, y: int, told: str, bars: tuple[Bar, ...]) -> Entry:
    told = shortened(told, TOLD)
    words = " ".join(cells.name(label).split())
    return Entry(shortened(words, WIDTH - width_of(told)), y, told, bars)


def _round(value: float) -> float:
    return round(value, 2)
