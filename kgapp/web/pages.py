"""The landing page: what the dataset holds, and three questions with their live answers."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, make_response, render_template

from kgapp.errors import Message
from kgapp.queryfile import Parameter, QueryFile
from kgapp.rights import DATASET_RIGHTS, DISCLAIMER
from kgapp.store import Store
from kgapp.web.render import language

blueprint = Blueprint("pages", __name__)
EXAMPLES = ("cq-c01-where-is-an-actor", "cq-c07-who-responds", "cq-r02-next-issues-without-direction")
SHOWN_ROWS = 12
COUNTS = "landing-counts"
LABEL = "label-of"


@dataclass(frozen=True)
class Context:
    """What the views stand on: a store and the query files."""

    store: Store
    questions: dict[str, QueryFile]
    page_queries: dict[str, QueryFile]


@dataclass(frozen=True)
class Table:
    """An answer for a page: columns, the first rows as text, how many there are in all."""

    columns: list[str]
    rows: list[list[str]]
    total: int
    given: list[tuple[Message, str]]
    """The parameters' labels and the names of what they were given."""


@blueprint.get("/")
def landing() -> Response:
    """What this is, what it holds, and how it is asked."""
    context: Context = current_app.extensions["kgapp"]
    counts = _table(context, context.page_queries[COUNTS])
    examples = [(context.questions[name], _table(context, context.questions[name])) for name in EXAMPLES]
    lang = language()
    page = render_template(
        "landing.html",
        lang=lang,
        counts=dict(zip(counts.columns, counts.rows[0], strict=True)),
        examples=examples,
        dataset=context.store.dataset,
        rights=DATASET_RIGHTS[lang],
        disclaimer=DISCLAIMER[lang],
    )
    response = make_response(page)
    response.vary.add("Accept-Language")
    return response


def _table(context: Context, query: QueryFile) -> Table:
    results = query.run(context.store)
    assert isinstance(results, ox.QuerySolutions)
    columns = query.columns(results)
    rows = [[_text(solution[name]) for name in columns] for solution in results]
    given = [(parameter.label, _given(context, parameter)) for parameter in query.parameters]
    return Table(columns, list(islice(rows, SHOWN_ROWS)), len(rows), given)


def _given(context: Context, parameter: Parameter) -> str:
    """What a parameter was given, by name: a thing's label, else the text itself."""
    if parameter.type == "string":
        return parameter.default
    results = context.page_queries[LABEL].run(context.store, {"thing": parameter.default})
    assert isinstance(results, ox.QuerySolutions)
    return next((_text(row["label"]) for row in results), parameter.default)


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.Literal | ox.NamedNode) else ""
