"""The roadmap over HTTP: years across, themes down, and what is not known of the years said plainly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, current_app

from kgapp.web.frame.context import Context
from kgapp.web.frame.keptpages import kept
from kgapp.web.http.render import language
from kgapp.web.matrix.tables import LinkNames
from kgapp.web.trace import words
from kgapp.web.trace.frame import asked_trace, keep_traces, offered_editions, trace_page
from kgapp.web.trace.trace import Passage, Trace
from kgapp.web.views.roadmap import (
    LOST,
    ChartLine,
    Row,
    ThemeRoad,
    Year,
    build_roads,
    read_period,
    read_years,
)

blueprint = Blueprint("roadmap", __name__)
blueprint.record(keep_traces)


@blueprint.get("/roadmap")
@kept
def roadmap() -> Response:
    """The chart and the statements of a paper, year by year as far as the years are known."""
    trace = asked_trace()
    names = LinkNames(trace, language())
    period = read_period(_rows("roadmap-period", trace))
    years = read_years(_rows("roadmap-years", trace), period)
    roads = build_roads(trace, _rows("roadmap-phases", trace))
    phases = [phase for road in roads for line in road.lines for phase in line.phases]
    return trace_page(
        "roadmap.html",
        trace=trace,
        editions=offered_editions(trace, names.lang),
        period=period and words.say(period.name, names.lang),
        years=[{"name": words.say(year.name, names.lang), "year": year} for year in years],
        roads=[_road(names, road, years) for road in roads],
        lines=sum(len(road.lines) for road in roads),
        phases=len(phases),
        lost=sum(phase.state == LOST for phase in phases),
    )


def _rows(name: str, trace: Trace) -> list[Row]:
    context: Context = current_app.extensions["kgapp"]
    query = context.page_queries[name]
    results = query.run(context.source, {"edition": trace.edition.iri})
    assert isinstance(results, ox.QuerySolutions)
    columns = query.columns(results)
    return [{name: row[name] for name in columns if row[name] is not None} for row in results]


def _road(names: LinkNames, road: ThemeRoad, years: Sequence[Year]) -> dict[str, Any]:
    return {
        "number": road.theme.number,
        "name": words.say(road.theme.name, names.lang),
        "address": names.address(road.theme.iri),
        "lines": [_line(names, line, years) for line in road.lines],
        "measures": [_item(names, passage) for passage in road.measures],
        "goals": [_item(names, passage) for passage in road.goals],
        "status": [_item(names, passage) for passage in road.status],
        "directions": [_item(names, passage) for passage in road.directions],
    }


def _line(names: LinkNames, line: ChartLine, years: Sequence[Year]) -> dict[str, Any]:
    """A chart line; for one whose years are known, its phases year by year."""
    told = {
        **_item(names, line.passage),
        "words": line.passage.text,
        "phases": [(phase.label, names.address(phase.iri)) for phase in line.phases],
        "lost": all(phase.state == LOST for phase in line.phases),
        "by_year": [],
    }
    if line.is_placed:
        told["by_year"] = [
            [(phase.label, names.address(phase.iri)) for phase in line.phases if phase.covers(year)]
            for year in years
        ]
    return told


def _item(names: LinkNames, passage: Passage) -> dict[str, Any]:
    return {
        "name": words.passage_name(passage, names.lang),
        "full": names.passage(passage.iri),
        "address": names.address(passage.iri),
        "text": words.passage_words(passage, names.lang),
        "ja": names.lang == "ja" or not passage.gloss,
    }
