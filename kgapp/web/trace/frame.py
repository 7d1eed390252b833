"""What the pages over traces share: the traces of the application, a page's frame, a file to take away."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, make_response, render_template, request
from flask.blueprints import BlueprintSetupState

from kgapp.web.http.render import language
from kgapp.web.trace import words
from kgapp.web.trace.trace import Trace, Traces

_NAME = "kgapp-traces"
_OFFERED = 60
"""Papers that a page offers to choose from."""


def keep_traces(state: BlueprintSetupState) -> None:
    """One set of traces for the application, whichever blueprint comes first."""
    state.app.extensions.setdefault(_NAME, Traces(state.app.extensions["kgapp"]))


def current_traces() -> Traces:
    """The traces of the application that answers."""
    traces: Traces = current_app.extensions[_NAME]
    return traces


def asked_trace() -> Trace:
    """The edition that the address names, or the newest; raises QueryRefused (404)."""
    return current_traces().trace(request.args.get("edition", ""))


def offered_editions(trace: Trace, lang: str) -> list[tuple[str, str]]:
    """The papers that a page offers, as path and words: those of the same city, then others."""
    every = current_traces().editions()
    own = [edition for edition in every if edition.city == trace.edition.city]
    others = [edition for edition in every if edition.city != trace.edition.city]
    offered = [*own, *others][:_OFFERED]
    return [(edition.path, f"{edition.path}: {words.say(edition.title, lang)}") for edition in offered]


def trace_page(template: str, **values: Any) -> Response:
    """A page in the language asked for, with the words that stand on each."""
    lang = language()
    told = {"legend": words.legend(lang), "roles": words.roles_legend(lang)}
    response = make_response(render_template(template, lang=lang, **told, **values))
    response.vary.update(["Accept", "Accept-Language"])
    return response


def download(body: bytes, content_type: str, name: str) -> Response:
    """A file to keep, under a name in ASCII."""
    response = make_response(body)
    response.content_type = content_type
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.vary.add("Accept-Language")
    return response
