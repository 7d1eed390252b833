"""What the page of a fiscal year tells beside its links: what a paper says for that year."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, current_app, request

from kgapp.web.frame.context import Context
from kgapp.web.http.render import language
from kgapp.web.matrix.tables import LinkNames
from kgapp.web.trace import words
from kgapp.web.trace.frame import current_traces, keep_traces
from kgapp.web.trace.trace import Passage, Trace
from kgapp.web.views.roadmap import Row, Year, build_roads, read_period, read_years
from kgapp.web.views.years import Quantity, YearTold, tell_year

blueprint = Blueprint("years", __name__)
blueprint.record(keep_traces)
SECTIONS = ("measure", "issue", "goal", "principle", "status", "nextIssue", "direction")


@blueprint.app_context_processor
def offered() -> dict[str, Callable[[str], dict[str, Any] | None]]:
    """For templates: what is said of the fiscal year of an IRI."""
    return {"fiscal_year": _fiscal_year}


def _fiscal_year(iri: str) -> dict[str, Any] | None:
    """Nothing where the IRI is no fiscal year's. The newest paper is told of."""
    context: Context = current_app.extensions["kgapp"]
    if context.dataset() is None or not iri.startswith(f"{context.source.base}id/fy/"):
        return None
    if not current_traces().editions():
        return None
    trace = current_traces().trace()
    edition = {"edition": trace.edition.iri}
    rows = (
        _rows(context, "year-statements", {**edition, "year": iri}),
        _rows(context, "year-goals", edition),
        _rows(context, "year-quantities", edition),
    )
    told = tell_year(
        trace,
        iri,
        read_years(_rows(context, "roadmap-years", edition), None),
        read_period(_rows(context, "roadmap-period", edition)),
        build_roads(trace, _rows(context, "roadmap-phases", edition)),
        rows,
    )
    return _told(LinkNames(trace, language()), trace, told) if told else None


def _told(names: LinkNames, trace: Trace, told: YearTold) -> dict[str, Any]:
    lang = names.lang
    spoken = f"?lang={lang}" if request.args.get("lang") in ("ja", "en") else ""
    by_section = [
        (
            words.say(words.SECTIONS[section], lang),
            [_item(names, passage) for passage in told.statements if passage.section == section],
        )
        for section in SECTIONS
    ]
    return {
        "paper": words.say(trace.edition.title, lang),
        "issued": trace.edition.issued,
        "told": told,
        "before": _year(names, told.before),
        "after": _year(names, told.after),
        "sections": [(name, items) for name, items in by_section if items],
        "goals": [_item(names, passage) for passage in told.goals],
        "quantities": [_quantity(names, one) for one in told.quantities],
        "undated": [_quantity(names, one) for one in told.undated],
        "phases": [
            (phase.label, names.address(phase.iri), _item(names, line)) for line, phase in told.phases
        ],
        "roadmap": f"{request.script_root}/roadmap{spoken}",
        "papers": len(current_traces().editions()),
    }


def _rows(context: Context, name: str, given: dict[str, str]) -> list[Row]:
    query = context.page_queries[name]
    results = query.run(context.source, given)
    assert isinstance(results, ox.QuerySolutions)
    columns = query.columns(results)
    return [{column: row[column] for column in columns if row[column] is not None} for row in results]


def _year(names: LinkNames, year: Year | None) -> tuple[str, str | None] | None:
    return (words.say(year.name, names.lang), names.address(year.iri)) if year else None


def _item(names: LinkNames, passage: Passage) -> dict[str, Any]:
    return {
        "name": names.passage(passage.iri),
        "address": names.address(passage.iri),
        "words": words.passage_words(passage, names.lang),
        "ja": names.lang == "ja" or not passage.gloss,
    }


def _quantity(names: LinkNames, one: Quantity) -> dict[str, Any]:
    said = dict(one.names)
    return {
        "name": said.get(names.lang) or next(iter(said.values()), one.iri),
        "address": names.address(one.iri),
        "from": _item(names, names.trace.passages[one.statement]),
    }
