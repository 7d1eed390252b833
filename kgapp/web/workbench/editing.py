"""What the editor of queries asks the server: terms, values by name, what is wrong, a layout, templates.

Everything that it is sent is bounded and only read; what evaluates goes through the source of pages.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Flask, Response, current_app, make_response, request

from kgapp.errors import Message, QueryRefused
from kgapp.queryfile import QueryFile
from kgapp.search.current import CurrentIndex, SearchNotReady
from kgapp.search.index import Index
from kgapp.web.frame.context import Context
from kgapp.web.frame.keptpages import kept
from kgapp.web.http.answers import FRESH
from kgapp.web.search.pages import EXTENSION as SEARCH
from kgapp.web.workbench.checking import check
from kgapp.web.workbench.completion import CurrentVocabulary, content_of, prefixed, properties_of
from kgapp.web.workbench.completion_values import LONGEST_TYPED, things_called, things_of, values_of
from kgapp.web.workbench.formatting import formatted

blueprint = Blueprint("editing", __name__, url_prefix="/workbench")
EXTENSION = "kgapp-editing"
KNOWN = "completion-known"
LONGEST_QUERY = 20_000
"""Characters of a query that is checked or laid out."""
LONGEST_IRI = 2000
MOST_HAVING = 8
"""Properties of one thing that are looked at together."""
RELATIVE = "<id/"
"""How templates name things: below the data's base."""


@dataclass(frozen=True)
class Template:
    """A query to begin with; what its VALUES clauses hold is what a person changes."""

    name: str
    title: Message
    summary: Message
    text: str


@dataclass(frozen=True)
class _Editing:
    vocabulary: CurrentVocabulary
    templates: Mapping[str, QueryFile]


def register(app: Flask, templates: Mapping[str, QueryFile]) -> None:
    """Puts what the editor asks into an application, with the templates of ``queries/templates``."""
    app.extensions[EXTENSION] = _Editing(CurrentVocabulary(), templates)
    app.jinja_env.globals["query_templates"] = query_templates
    app.register_blueprint(blueprint)


def query_templates() -> list[Template]:
    """The templates in their order, with whole names of things under the base of the data."""
    base = _context().source.base
    return [
        Template(name, query.title, query.summary, query.text.replace(RELATIVE, f"<{base}id/"))
        for name, query in _editing().templates.items()
    ]


@blueprint.get("/terms.json")
@kept
def terms() -> Response:
    """The vocabulary in use (``completion.content_of``)."""
    context = _context()
    return _json(content_of(_editing().vocabulary.of(context), context.source.base))


@blueprint.get("/properties.json")
@kept
def properties() -> Response:
    """The properties of things of a ``class`` that have those of ``with``, or of what a property leads
    to (``led``) from things of the class: ``[name, things, uses]`` each."""
    having = [_named(each).value for each in request.args.getlist("with")[:MOST_HAVING]]
    found = properties_of(_context(), _iri("class"), _iri("led"), having)
    return _json({"properties": [[prefixed(iri), *counts] for iri, counts in found.items()]})


@blueprint.get("/things.json")
def things() -> Response:
    """What may stand at a place, by what it is called (``q``): values of a ``property``, on things of
    the class ``of`` where one is given; or things of a ``class``; or things of any."""
    context, typed = _context(), request.args.get("q", "")[:LONGEST_TYPED]
    property_, of, class_ = (_iri(name) for name in ("property", "of", "class"))
    index = _index()
    if property_:
        found = values_of(context, property_, of, typed, index)
    elif class_:
        found = things_of(context, class_, typed, index)
    else:
        found = things_called(index, typed) if index is not None else []
    return _json({"q": typed, "things": [offer.content() for offer in found]})


@blueprint.get("/templates.json")
@kept
def templates() -> Response:
    """Queries to begin with; what their VALUES clauses hold is what a person changes."""
    told = [
        {
            "name": template.name,
            "title": asdict(template.title),
            "summary": asdict(template.summary),
            "query": template.text,
        }
        for template in query_templates()
    ]
    return _json({"templates": told})


@blueprint.route("/check", methods=["GET", "POST"])
def checked() -> Response:
    """What is wrong with a ``query``, and where (``checking.Checked``); nothing is evaluated."""
    text, context = _query(), _context()

    def _known(iri: str) -> bool:
        said = context.source.query(context.page_queries[KNOWN].text, {"thing": ox.NamedNode(iri)})
        return isinstance(said, ox.QuerySolutions) and any(said)

    vocabulary = _editing().vocabulary.of(context)
    outcome = check(text, context.source.parse, vocabulary, context.source.base, _known)
    return _json(outcome.content(text), fresh=False)


@blueprint.route("/format", methods=["GET", "POST"])
def laid_out() -> Response:
    """A ``query`` laid out; raises QueryRefused (400) with the place that cannot be read."""
    return _json({"query": formatted(_query())}, fresh=False)


def _query() -> str:
    """The query that is sent; raises QueryRefused where there is none or it is longer than what people
    write: reading it holds others up."""
    text = request.values.get("query")
    if text is None:
        raise QueryRefused(
            Message("queryがありません。", "There is no query."),
            Message("queryに問い合わせを書いてください。", "Send it as query."),
        )
    if len(text) > LONGEST_QUERY:
        raise QueryRefused(
            Message(
                f"{LONGEST_QUERY}文字より長い問い合わせは調べません。",
                f"Queries of more than {LONGEST_QUERY} characters are not looked at here.",
            ),
            Message("そのまま問い合わせることはできます。", "It can be asked as it is."),
            status=413,
        )
    return text.replace("\r\n", "\n")


def _iri(name: str) -> str:
    """The IRI of a parameter, empty where it is not given; raises QueryRefused where it is none."""
    given = request.args.get(name, "")
    return _named(given).value if given else ""


def _named(iri: str) -> ox.NamedNode:
    try:
        if len(iri) > LONGEST_IRI:
            raise ValueError(iri[:LONGEST_IRI])
        return ox.NamedNode(iri)
    except ValueError as error:
        raise QueryRefused(
            Message("IRIではありません。", "This is no IRI."),
            Message("http:// などで始まるIRIを指してください。", "Give a whole IRI, as http://…"),
        ) from error


def _index() -> Index | None:
    """The index of search, none where there is none or it is not there yet."""
    if _context().dataset() is None:
        return None
    current: CurrentIndex = current_app.extensions[SEARCH]
    try:
        return current.index()
    except SearchNotReady:
        return None


def _json(content: dict[str, Any], fresh: bool = True) -> Response:
    response = make_response(json.dumps(content, ensure_ascii=False, separators=(",", ":")))
    response.content_type = "application/json"
    response.headers["Cache-Control"] = FRESH if fresh else "no-store"
    return response


def _editing() -> _Editing:
    found: _Editing = current_app.extensions[EXTENSION]
    return found


def _context() -> Context:
    context: Context = current_app.extensions["kgapp"]
    return context
