"""The landing page, with three questions and their live answers, and the page of the endpoint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from itertools import islice
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, abort, current_app, make_response, render_template, request

from kgapp.config import Limits
from kgapp.dataset import Dataset
from kgapp.errors import Message
from kgapp.jsonld import Context as Terms
from kgapp.queryfile import Parameter, QueryFile
from kgapp.question import Source
from kgapp.rights import DATASET_RIGHTS, DISCLAIMER, LICENSE
from kgapp.web.markdown import render_markdown
from kgapp.web.render import language

blueprint = Blueprint("pages", __name__)
EXAMPLES = ("cq-c01-where-is-an-actor", "cq-c07-who-responds", "cq-r02-next-issues-without-direction")
SHOWN_ROWS = 12
COUNTS = "landing-counts"
LABEL = "label-of"
DOCS = Path(__file__).parent / "docs"
DOCUMENTS = frozenset(path.name for path in DOCS.glob("*.md"))


@dataclass(frozen=True)
class Context:
    """What the views stand on: a source of answers, the dataset, the limits, the query files."""

    source: Source
    dataset: Callable[[], Dataset | None]
    limits: Limits
    questions: dict[str, QueryFile]
    page_queries: dict[str, QueryFile]
    terms: Terms
    """The project's JSON-LD context."""
    checks: dict[str, QueryFile]
    """Queries whose rows are faults."""
    report_to: str
    """Where a mistake is reported (``Settings.report_to``)."""


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
    dataset = context.dataset()
    if dataset is None:
        return _localized("other.html")
    counts = _table(context, context.page_queries[COUNTS])
    examples = [(context.questions[name], _table(context, context.questions[name])) for name in EXAMPLES]
    lang = language()
    response = _localized(
        "landing.html",
        counts=dict(zip(counts.columns, counts.rows[0], strict=True)),
        examples=examples,
        dataset=dataset,
        rights=DATASET_RIGHTS[lang],
        disclaimer=DISCLAIMER[lang],
    )
    response.headers["Link"] = (
        f'<{request.script_root}/catalogue>; rel="describedby", <{LICENSE}>; rel="license"'
    )
    return response


@blueprint.get("/sparql")
def endpoint() -> Response:
    """How the endpoint is asked, by hand and by program, and its limits."""
    context: Context = current_app.extensions["kgapp"]
    limits = [
        (entry.name, entry.metadata["label"], getattr(context.limits, entry.name), entry.metadata["unit"])
        for entry in fields(context.limits)
    ]
    return _localized("sparql.html", limits=limits, catalogued=context.dataset() is not None)


@blueprint.get("/docs/<name>")
def document(name: str) -> Response:
    """A document of the project, in the language asked for where there are two."""
    lang = language()
    found = [DOCS / f"{name}.{lang}.md", DOCS / f"{name}.md"]
    path = next((path for path in found if path.name in DOCUMENTS), None)
    if path is None:
        abort(404)
    text = path.read_text(encoding="utf-8")
    return _localized(
        "document.html", title=text.partition("\n")[0].strip("# "), body=render_markdown(text, lang)
    )


def _localized(template: str, **values: Any) -> Response:
    response = make_response(render_template(template, lang=language(), **values))
    response.vary.update(["Accept", "Accept-Language"])
    return response


def _table(context: Context, query: QueryFile) -> Table:
    results = query.run(context.source)
    assert isinstance(results, ox.QuerySolutions)
    columns = query.columns(results)
    rows = [[_text(solution[name]) for name in columns] for solution in results]
    given = [(parameter.label, _given(context, parameter)) for parameter in query.parameters]
    return Table(columns, list(islice(rows, SHOWN_ROWS)), len(rows), given)


def _given(context: Context, parameter: Parameter) -> str:
    """What a parameter was given, by name: a thing's label, else the text itself."""
    if parameter.type == "string":
        return parameter.default
    results = context.page_queries[LABEL].run(context.source, {"thing": parameter.default})
    assert isinstance(results, ox.QuerySolutions)
    return next((_text(row["label"]) for row in results), parameter.default)


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.Literal | ox.NamedNode) else ""
