"""The overview over HTTP: statistics of a paper or of all, the model as a picture, tables to take away, and
the way from each number to its query.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, redirect, request
from werkzeug.wrappers import Response as Redirect

from kgapp.errors import QueryRefused
from kgapp.rights import DISCLAIMER
from kgapp.web.frame.context import Context
from kgapp.web.frame.keptpages import kept
from kgapp.web.frame.sheets import CSV, as_csv
from kgapp.web.http.render import language
from kgapp.web.overview import words as told
from kgapp.web.overview.lists import list_query
from kgapp.web.overview.schema_view import SchemaView
from kgapp.web.overview.scope import ALL, Scope, paper_scope, wide_scope
from kgapp.web.overview.tables import Figure
from kgapp.web.trace import words
from kgapp.web.trace.frame import current_traces, download, keep_traces, offered_editions, trace_page
from kgapp.web.trace.trace import Trace

_LONGEST_NAME = 60
"""Characters by which a paper is offered to be chosen."""
blueprint = Blueprint("overview", __name__)
blueprint.record(keep_traces)


@blueprint.get("/overview")
@kept
def overview() -> Response:
    """The numbers of the paper that the address names; of all papers where it names none and there are
    several."""
    scope: Scope | None = None
    try:
        scope = _scope()
        figures = scope.figures()
    except QueryRefused as error:
        if error.status == 404:
            raise
        figures, scope = [], None
    lang = language()
    response = trace_page(
        "overview.html",
        scope=scope,
        figures=figures,
        refused=None if scope else words.say(told.REFUSED, lang),
        choices=_choices(scope.trace if scope else None),
        csv=_csv,
        here=_here,
    )
    response.status_code = 200 if scope else 503
    return response


@blueprint.get("/overview/schema")
@kept
def schema() -> Response:
    """The model as a paper and its city's register use it, as pictures and tables."""
    trace = _paper()
    view = _model(trace)
    return trace_page(
        "overview_schema.html",
        trace=trace,
        view=view,
        figures=view.figures(),
        choices=_choices(trace, wide=False),
        csv=_csv,
        here=_here,
    )


@blueprint.get("/overview/<name>.csv")
@kept
def csv(name: str) -> Response:
    """All rows of a table, with what it was made from."""
    lang = language()
    if name in SchemaView.TABLES:
        trace = _paper()
        figures, source = _model(trace).figures(), _source(trace, lang)
    else:
        scope = _scope()
        figures, source = scope.figures(), _source(scope.trace, lang)
    figure = next((figure for figure in figures if figure.name == name), None)
    if figure is None:
        raise told.no_table(name, [figure.name for figure in figures])
    rows: list[Sequence[str | int]] = [
        [line.place.label, *line.place.more, *line.values] for line in figure.lines
    ]
    note = f"{figure.title} | {source} | {DISCLAIMER[lang]}"
    end = [note, *[""] * (len(figure.heading) - 1)]
    return download(as_csv(figure.heading, [*rows, end]), CSV, f"overview-{name}.csv")


@blueprint.get("/overview/list/<name>")
def listed(name: str) -> Redirect:
    """Leads to the query behind a number, at the endpoint's page."""
    papers = [edition.path for edition in current_traces().editions()]
    text = list_query(_context(), name, request.args, papers, language())
    asked = {"query": text}
    if (spoken := request.args.get("lang", "")) in ("ja", "en"):
        asked["lang"] = spoken
    return redirect(f"{request.script_root}/sparql?{urlencode(asked)}", 303)


def _context() -> Context:
    context: Context = current_app.extensions["kgapp"]
    return context


def _paper() -> Trace:
    """The paper that the address names, or the newest."""
    asked = request.args.get("edition", "")
    return current_traces().trace("" if asked == ALL else asked)


def _scope() -> Scope:
    """What is counted; raises QueryRefused (404) where there is no such paper."""
    editions = current_traces().editions()
    asked = request.args.get("edition", "")
    if asked == ALL or (not asked and len(editions) != 1):
        return wide_scope(_context(), editions, language())
    return paper_scope(_context(), current_traces().trace(asked), language(), len(editions) > 1)


def _model(trace: Trace) -> SchemaView:
    several = len(current_traces().editions()) > 1
    return SchemaView(_context(), trace.edition.path, language(), several)


def _source(trace: Trace | None, lang: str) -> str:
    if trace is None:
        return words.say(told.ALL_PAPERS, lang)
    return f"{words.say(trace.edition.title, lang)} ({trace.edition.issued})"


def _choices(trace: Trace | None, wide: bool = True) -> list[tuple[str, str, bool]]:
    """The papers to choose from, as path, words and whether it is the one shown; none where there is one
    only."""
    traces, lang = current_traces(), language()
    if len(traces.editions()) < 2:
        return []
    offered = offered_editions(trace or traces.trace(), lang)
    found = [
        (path, text[:_LONGEST_NAME], trace is not None and path == trace.edition.path)
        for path, text in offered
    ]
    if wide:
        found.insert(0, (ALL, words.say(told.ALL_PAPERS, lang), trace is None))
    return found


def _csv(figure: Figure) -> str:
    return _here(f"/overview/{figure.name}.csv")


def _here(path: str, **asked: str) -> str:
    """A path of ours with the paper and the language of this address."""
    for name in ("edition", "lang"):
        if value := request.args.get(name, ""):
            asked.setdefault(name, value)
    return f"{request.script_root}{path}{'?' if asked else ''}{urlencode(asked, safe='/')}"
