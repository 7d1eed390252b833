"""The search page, its answer for programs, and suggestions while somebody types."""

from __future__ import annotations

import json
import logging
import threading
from typing import Any

from flask import Blueprint, Flask, Response, current_app, make_response, render_template, request

from kgapp.errors import KgappError, Message, QueryRefused
from kgapp.search.current import CurrentIndex
from kgapp.search.finding import find
from kgapp.search.found import Found
from kgapp.search.gather import Kind
from kgapp.search.index import Index
from kgapp.search.suggesting import Suggestion, nearest, suggest
from kgapp.search.terms import RELATIONS, Filters, read
from kgapp.web.frame.context import Context
from kgapp.web.http.answers import FRESH
from kgapp.web.http.render import language
from kgapp.web.search import view as searchview

blueprint = Blueprint("search", __name__)
_LOG = logging.getLogger(__name__)
EXTENSION = "kgapp-search"
FEW = 10
"""Results of a kind that are shown beside other kinds."""
MANY = 50
"""Results on a page that shows one kind."""
LAST_PAGE = 20
LOOK = 0.5
"""Seconds between two looks at whether another dataset answers."""
LONGEST_KEY = 200


def register(app: Flask) -> None:
    """Puts the pages of search into an application."""
    context: Context = app.extensions["kgapp"]

    def _graphs() -> list[str]:
        dataset = context.dataset()
        return [graph.iri for graph in dataset.graphs] if dataset else []

    app.extensions[EXTENSION] = CurrentIndex(context.source, context.page_queries, _graphs)
    app.register_blueprint(blueprint)


def keep_current(app: Flask) -> threading.Event:
    """Builds the index as soon as there is a dataset, and anew when another one answers, without
    waiting for somebody to search; ends when the event is set."""
    stop = threading.Event()
    threading.Thread(target=_keep_current, args=(app, stop), name="search", daemon=True).start()
    return stop


def _keep_current(app: Flask, stop: threading.Event) -> None:
    context: Context = app.extensions["kgapp"]
    current: CurrentIndex = app.extensions[EXTENSION]
    while not stop.is_set():
        if current.stale and context.source.generation and context.dataset() is not None:
            try:
                current.refresh()
            except KgappError as error:
                _LOG.info("the index for search is not built yet: %s", error)
        stop.wait(LOOK)


@blueprint.get("/search")
def page() -> Response:
    """Results for a person, grouped by kind, or how to search where nothing was asked."""
    found, number = _search()
    context: Context = current_app.extensions["kgapp"]
    lang = language()
    given = searchview.Given(found, context.source.base, lang, number)
    near = _nearest(found)
    body = render_template(
        "search.html",
        lang=lang,
        found=found,
        given=given,
        near=[(one, given.name_of(one.names), given.address(one.iri)) for one in near],
        page=number,
        things=_index().things,
        last=_last_page(found),
    )
    response = make_response(body)
    response.vary.update(["Accept-Language"])
    response.headers["Cache-Control"] = FRESH
    return response


@blueprint.get("/search.json")
def results() -> Response:
    """The same results for a program; marks are (start, end) in code points of the words."""
    found, number = _search()
    base = current_app.extensions["kgapp"].source.base
    content = searchview.content(found, base)
    content["page"], content["pages"] = number, _last_page(found)
    content["nearest"] = [searchview.suggestion(one, base) for one in _nearest(found)]
    return _json(content)


@blueprint.get("/suggest")
def suggestions() -> Response:
    """Things whose name, alias or reading begins with ``q``."""
    typed = request.args.get("q", "")
    base = current_app.extensions["kgapp"].source.base
    found = [searchview.suggestion(one, base) for one in suggest(_index(), typed)]
    return _json({"q": typed, "suggestions": found})


def _json(content: dict[str, Any]) -> Response:
    response = make_response(json.dumps(content, ensure_ascii=False))
    response.content_type = "application/json"
    response.headers["Cache-Control"] = FRESH
    return response


def _index() -> Index:
    context: Context = current_app.extensions["kgapp"]
    if context.dataset() is None:
        raise QueryRefused(
            Message(
                "ここでは指定されたファイルのデータを出しており，検索はありません。",
                "This serves data from files that were named; there is no search here.",
            ),
            Message("SPARQLで問うことはできます（/sparql）。", "They can be asked in SPARQL (/sparql)."),
            status=404,
        )
    current: CurrentIndex = current_app.extensions[EXTENSION]
    return current.index()


def _search() -> tuple[Found, int]:
    """What the address asks for, and which page of it."""
    query = read(request.args.get("q", ""))
    filters = _filters()
    number = _page_number()
    limit = MANY if filters.kind else FEW
    return find(_index(), query, filters, limit, (number - 1) * limit), number


def _filters() -> Filters:
    kind = request.args.get("kind", "")
    if kind and kind not in tuple(Kind):
        raise QueryRefused(
            Message("その種類はありません。", "There is no such kind."),
            Message(f"kind: {', '.join(Kind)}", f"kind: {', '.join(Kind)}"),
        )
    keys = {name: request.args.get(name, "")[:LONGEST_KEY] for name in RELATIONS}
    if keys["section"] and ":" not in keys["section"]:
        keys["section"] = f"{searchview.SECTION}{keys['section']}"
    return Filters(kind=kind, **keys)


def _page_number() -> int:
    asked = request.args.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 1
    return min(max(number, 1), LAST_PAGE) if request.args.get("kind") else 1


def _last_page(found: Found) -> int:
    """How many pages there are of the one kind that is shown."""
    if not found.filters.kind:
        return 1
    total = sum(group.total for group in found.groups if group.kind == found.filters.kind)
    return min(max(1, -(-total // MANY)), LAST_PAGE)


def _nearest(found: Found) -> tuple[Suggestion, ...]:
    """Where nothing was found, what is called something like it."""
    if found.total or not found.query.terms:
        return ()
    return nearest(_index(), found.query)
