"""Who stands in most statements, as a table and a chart."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kgapp.web.overview import words as told
from kgapp.web.overview.charts import Key, stacked
from kgapp.web.overview.counts import ActorCount, WideActorCount
from kgapp.web.overview.lists import list_address
from kgapp.web.overview.tables import Cell, Figure, Line, Place
from kgapp.web.trace import words

SHOWN = 20
"""Actors on a page; the file has all of them."""
Named = Callable[[str], Place]
"""From an actor's IRI to its name and page."""


def actors_figure(counts: Sequence[ActorCount], named: Named, lang: str) -> Figure:
    """The actors of a paper."""
    lines = []
    for count in counts:
        place = named(count.actor)
        values = (count.statements, count.initiatives, count.led, count.lines, count.through, count.themes)
        lines.append(_line(place, values))
    bars = [
        (line.place.label, line.place.japanese, (line.values[1], line.values[0] - line.values[1]))
        for line in lines[:SHOWN]
    ]
    keys = [Key(words.say(told.INITIATIVES, lang), 0), Key(words.say(told.OTHERS, lang), 1)]
    return Figure(
        "actors",
        words.say(told.TITLES["actors"], lang),
        words.say(told.NOTES["actors"], lang),
        (words.say(told.HEADS["actors"], lang), *(words.say(head, lang) for head in told.ACTORS)),
        tuple(lines),
        stacked(keys, bars),
        SHOWN,
    )


def wide_actors_figure(
    counts: Sequence[WideActorCount], named: Callable[[WideActorCount], Place], lang: str
) -> Figure:
    """The actors of all papers."""
    lines = [_line(named(count), (count.statements, count.themes, count.papers)) for count in counts]
    bars = [(line.place.label, line.place.japanese, line.values[:1]) for line in lines[:SHOWN]]
    return Figure(
        "actors",
        words.say(told.TITLES["actors"], lang),
        words.say(told.NOTES["actors-wide"], lang),
        (words.say(told.HEADS["actors"], lang), *(words.say(head, lang) for head in told.WIDE_ACTORS)),
        tuple(lines),
        stacked([Key(words.say(told.WIDE_ACTORS[0], lang), 0)], bars),
        SHOWN,
    )


def _line(place: Place, values: Sequence[int]) -> Line:
    """Every number of an actor leads to the list of all that it takes part in."""
    address = list_address("involvement", **place.given)
    return Line(place, tuple(Cell(value, address if value else None) for value in values))
