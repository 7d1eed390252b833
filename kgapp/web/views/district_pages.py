"""The districts over HTTP: what reaches each, told apart by ground, and the sentences that say so."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, current_app

from kgapp.web.frame.context import Context
from kgapp.web.frame.keptpages import kept
from kgapp.web.http.render import language
from kgapp.web.matrix.matrix import INITIATIVES
from kgapp.web.matrix.tables import LinkNames
from kgapp.web.trace import words
from kgapp.web.trace.frame import asked_trace, keep_traces, trace_page
from kgapp.web.trace.marking import marked
from kgapp.web.views.districts import MODEL, DistrictReach, Reach, all_district_passages, districts_reached

blueprint = Blueprint("districts", __name__)
blueprint.record(keep_traces)
VENUES = "district-venues"


@blueprint.get("/districts")
@kept
def districts() -> Response:
    """Every district with what reaches it."""
    trace = asked_trace()
    names = LinkNames(trace, language())
    venues = _venues()
    reached = districts_reached(trace)
    every = all_district_passages(trace)
    return trace_page(
        "districts.html",
        trace=trace,
        rows=[_row(names, reach, venues.get(reach.district.iri, [])) for reach in reached],
        located=bool(venues),
        named=sum(reach.is_named for reach in reached),
        every=[_sentence(names, reach) for reach in every],
        initiatives=sum(passage.section in INITIATIVES for passage, _ in every),
        models=[
            {**_sentence(names, found), "district": names.thing(reach.district.iri), "key": _key(reach)}
            for reach in reached
            for found in (*reach.model, *reach.named)
        ],
    )


def _venues() -> dict[str, list[str]]:
    """The IRIs of the venues in each district."""
    context: Context = current_app.extensions["kgapp"]
    results = context.page_queries[VENUES].run(context.source)
    assert isinstance(results, ox.QuerySolutions)
    found: dict[str, list[str]] = {}
    for row in results:
        found.setdefault(row["district"].value, []).append(row["venue"].value)
    return found


def _key(reach: DistrictReach) -> str:
    return reach.district.path.rpartition("/")[2]


def _row(names: LinkNames, reach: DistrictReach, venues: list[str]) -> dict[str, Any]:
    thing = reach.district
    return {
        "key": _key(reach),
        "name": names.thing(thing.iri),
        "reading": thing.reading,
        "address": names.address(thing.iri),
        "named_in": [_item(names, found) for found in (*reach.model, *reach.named)],
        "by_all": len(reach.by_all),
        "cell": thing.path,
        "named": reach.is_named,
        "within": words.listed(reach.names.within, names.lang),
        "looked_for": reach.names.names,
        "venues": [(names.thing(iri), names.address(iri)) for iri in venues],
    }


def _item(names: LinkNames, found: Reach) -> dict[str, Any]:
    passage, link = found
    return {
        "name": names.passage(passage.iri),
        "address": names.address(passage.iri),
        "notation": passage.notation,
        "model": link.relation == MODEL,
        "mode": link.mode,
        "ground": words.say(words.MODES[link.mode], names.lang),
    }


def _sentence(names: LinkNames, found: Reach) -> dict[str, Any]:
    """A passage with the words that reach a district marked."""
    passage, link = found
    return {
        **_item(names, found),
        "initiative": passage.section in INITIATIVES,
        "stretches": marked(passage, link.quotes),
        "gloss": passage.gloss if names.lang == "en" else "",
        "rationale": link.rationale,
        "claim": names.address(link.claim),
    }
