"""The page of the endpoint: how it is asked, and for a query its answer or what is wrong with it."""

from __future__ import annotations

import html
from dataclasses import fields
from functools import partial
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from markupsafe import Markup

from kgapp.errors import KgappError
from kgapp.excerpt import BEGINNING, Excerpt, read_excerpt
from kgapp.results import GRAPH, TABLE
from kgapp.service.gate import has_dataset
from kgapp.web.frame.context import Context
from kgapp.web.frame.examples import edit_address, grouped, to_edit
from kgapp.web.frame.links import why_address
from kgapp.web.http.answers import FRESH
from kgapp.web.http.render import language
from kgapp.web.http.resultpages import ENVIRON, Told
from kgapp.web.why.words import Speaker, capital, plain
from kgapp.web.workbench import results
from kgapp.web.workbench.charts import chart_of, draw_chart, draw_line, line_of
from kgapp.web.workbench.results_cells import LIGHT, Cells
from kgapp.web.workbench.results_errors import mistake_of
from kgapp.web.workbench.results_graph import ends_of, ties_of
from kgapp.web.workbench.row_grounds import grounds_of

blueprint = Blueprint("workbench", __name__)
BESIDE = {"chart": LIGHT // 2, "timeline": LIGHT // 2, "graph": LIGHT // 4}
"""Bytes that the values of a table may take beside a picture."""
ROWS = 9
"""Lines of a query that its field shows above an answer: the answer begins on the first screen."""


@blueprint.get("/sparql")
def endpoint() -> Response:
    """How the endpoint is asked, by hand and by program, and its limits; with a query its answer."""
    told: Told | None = request.environ.get(ENVIRON)
    context: Context = current_app.extensions["kgapp"]
    if told is not None:
        return _answer(context, told)
    limits = [
        (entry.name, entry.metadata["label"], getattr(context.limits, entry.name), entry.metadata["unit"])
        for entry in fields(context.limits)
    ]
    dataset = context.dataset()
    return _localized(
        "sparql.html",
        limits=limits,
        dataset=dataset,
        examples=grouped(context.questions) if dataset else [],
        edited=to_edit(context.questions, context.source.base, request.args) if dataset else "",
        edited_name=request.args.get("edit", ""),
        edit_address=edit_address,
    )


def _answer(context: Context, told: Told) -> Response:
    """The page of an answer, or of why there is none; its status is that of a program's answer."""
    forms = results.forms_of(told)
    values: dict[str, Any] = {
        "told": told,
        "query": told.text,
        "default_graphs": told.given.get("default-graph-uri", ()),
        "named_graphs": told.given.get("named-graph-uri", ()),
        "stated": told.stated,
        "forms": forms,
        "kept_by": results.KEPT,
        "in_language": partial(results.in_language, forms),
        "rows": max(5, min(ROWS, told.text.count("\n") + 2)),
        "can_leave_out": context.dataset() is not None and results.can_leave_out(told),
    }
    if told.refusal is not None:
        response = _localized("results.html", **values, **_refused(told.refusal, told.text))
        response.status_code = told.refusal.status
        if (seconds := getattr(told.refusal, "retry_after", None)) is not None:
            response.headers["Retry-After"] = str(seconds)
        response.headers["Cache-Control"] = "no-store"
        return response
    response = _localized("results.html", **values, **_shown(context, told, forms))
    if not told.lasting or forms.method == "post":
        response.headers["Cache-Control"] = "no-store"
        return response
    response.headers["Cache-Control"] = FRESH
    response.add_etag()
    response.make_conditional(request)
    return response


def _refused(error: KgappError, query: str) -> dict[str, Any]:
    return {"error": error, "mistake": mistake_of(error, query), "excerpt": None}


def _shown(context: Context, told: Told, forms: results.Forms) -> dict[str, Any]:
    """What the template tells of an answer in the view that was chosen."""
    excerpt = read_excerpt(told.excerpt)
    other = read_excerpt(told.other) if told.other else None
    offered = results.offered_views(excerpt)
    wanted = (told.given.get("view") or ["table"])[-1] or "table"
    view = wanted if wanted in offered else "table"
    single = bool(excerpt.total) and excerpt.length == 1 and "row" in told.given
    grounds = grounds_of(told.text, context.source.base, excerpt) if single and view == "table" else []
    cells = Cells(context, excerpt.rows if view != "raw" else (), language())
    limit = results.query_limit(told.text)
    asked_sort = forms.state.get("desc") or forms.state.get("sort") or ""
    return {
        "excerpt": excerpt,
        "found_nothing": results.found_nothing(excerpt),
        "emptied": results.emptied(told, excerpt, other),
        "other": other,
        "views": [(name, results.VIEWS[name]) for name in offered],
        "view": view,
        "not_offered": results.NOT_OFFERED.get(wanted) if wanted != view else None,
        "no_such_column": asked_sort[:60] if excerpt.sorted_by == "" and excerpt.kind == TABLE else "",
        "descending": bool(excerpt.sorted_by and forms.state.get("desc")),
        "single": single,
        "grounds": _told(context, grounds),
        "limit_reached": limit is not None and excerpt.total == limit,
        "limit": limit,
        "names_graphs": has_dataset(told.text),
        "downloads": results.downloads(excerpt.kind, forms, url_for("workbench.endpoint")),
        "error": None,
        **_view(view, excerpt, cells, single),
    }


def _told(context: Context, triples: list[ox.Triple]) -> list[tuple[str, str]]:
    """Triples as sentences, each with where it is told why it holds."""
    lang, base, dataset = language(), context.source.base, context.dataset()
    speaker = Speaker(context, lang, several=dataset is not None and len(dataset.editions) > 1)
    found = []
    for triple in triples:
        subject, obj = triple.subject, triple.object
        assert isinstance(subject, ox.NamedNode)
        written = obj.value if isinstance(obj, ox.NamedNode) else str(obj)
        said = plain(capital(speaker.pieces(triple), lang))
        found.append((said, why_address(subject.value, triple.predicate.value, written, base)))
    return found


def _view(view: str, excerpt: Excerpt, cells: Cells, single: bool) -> dict[str, Any]:
    """The values that one view needs; a picture comes with the table that says the same."""
    if view == "raw":
        # Within an element quotes are no markup: escaped, they would make the page three times as heavy.
        told = Markup(html.escape(excerpt.beginning, quote=False))  # noqa: S704
        return {"raw": told, "cut": excerpt.size > BEGINNING}
    if view == "text":
        return {"text": results.text_table(excerpt, cells)}
    rows = cells.table(excerpt.rows, whole=single, light=BESIDE.get(view, LIGHT))
    found: dict[str, Any] = {
        "table": rows,
        "tags": [results.tag_of(rows, column) for column in range(len(excerpt.columns))],
    }
    if excerpt.kind == GRAPH:
        found["subjects"] = results.grouped(excerpt, rows)
    if view == "chart" and (chart := chart_of(excerpt)):
        found["picture"] = draw_chart(excerpt, chart, cells)
    elif view == "timeline" and (line := line_of(excerpt)):
        found["picture"] = draw_line(excerpt, line, cells)
    elif view == "graph" and (ends := ends_of(excerpt)):
        found["ties"] = ties_of(excerpt, ends, cells)
    return found


def _localized(template: str, **values: Any) -> Response:
    response = make_response(render_template(template, lang=language(), **values))
    response.vary.update(["Accept", "Accept-Language"])
    return response
