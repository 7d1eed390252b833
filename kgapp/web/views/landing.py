"""The first page: what this is, the questions that staff ask, the themes in numbers, what is new."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, make_response, render_template, request

from kgapp.publication import WHOLE
from kgapp.rights import LICENSE
from kgapp.web.frame.context import Context
from kgapp.web.frame.keptpages import kept
from kgapp.web.frame.published import published
from kgapp.web.http.render import language
from kgapp.web.matrix.tables import LinkNames
from kgapp.web.questions.asked import asked_questions
from kgapp.web.trace import words
from kgapp.web.trace.frame import asked_trace, current_traces, keep_traces, trace_page
from kgapp.web.trace.trace import Trace
from kgapp.web.views.overview import theme_numbers

blueprint = Blueprint("landing", __name__)
blueprint.record(keep_traces)
COUNTS = "landing-counts"


@blueprint.get("/")
def landing() -> Response:
    """The first page; where other data than ours are served, how they are asked."""
    context: Context = current_app.extensions["kgapp"]
    if context.dataset() is None:
        response = make_response(render_template("other.html", lang=language()))
        response.vary.update(["Accept", "Accept-Language"])
        return response
    return _of_dataset()


@kept
def _of_dataset() -> Response:
    context: Context = current_app.extensions["kgapp"]
    trace, lang = asked_trace(), language()
    versions = published().versions(WHOLE)
    response = trace_page(
        "landing.html",
        trace=trace,
        counts=_counts(context),
        themes=_themes(trace, lang),
        groups=[
            (heading, [(text, _here(path)) for text, path in questions])
            for heading, questions in asked_questions(trace, context.questions, lang)
        ],
        papers=[
            (
                words.say(edition.title, lang),
                edition.issued,
                LinkNames(trace, lang).address(edition.iri),
                _here(f"/read/{edition.path}"),
            )
            for edition in current_traces().editions()[:10]
        ],
        versions=versions,
        digest=published().dataset.digest,
        here=_here,
    )
    response.headers["Link"] = (
        f'<{request.script_root}/catalogue>; rel="describedby", <{LICENSE}>; rel="license"'
    )
    return response


def _counts(context: Context) -> dict[str, str]:
    query = context.page_queries[COUNTS]
    results = query.run(context.source)
    assert isinstance(results, ox.QuerySolutions)
    row = next(iter(results))
    return {name: row[name].value for name in query.columns(results)}


def _themes(trace: Trace, lang: str) -> list[dict[str, Any]]:
    """Each theme with its numbers, and where each number leads."""
    names = LinkNames(trace, lang)
    return [
        {
            "number": own.theme.number,
            "name": words.say(own.theme.name, lang),
            "address": names.address(own.theme.iri),
            "statements": own.statements,
            "actors": own.actors,
            "matrix": _here(f"/matrix?theme={own.theme.number}&show=filled"),
            "counts": own.counts,
            "answers": _here(f"/answers?theme={own.theme.number}"),
        }
        for own in theme_numbers(trace)
    ]


def _here(path: str) -> str:
    """A path of ours on this server, in the language that the address asks for."""
    place, mark, fragment = path.partition("#")
    if (spoken := request.args.get("lang", "")) in ("ja", "en"):
        place += f"{'&' if '?' in place else '?'}lang={spoken}"
    return f"{request.script_root}{place}{mark}{fragment}"
