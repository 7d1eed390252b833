"""Help for an empty answer, and the measures of a query's parts, as pages and JSON."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from cachetools import LRUCache
from flask import Blueprint, Response, current_app, jsonify, make_response, render_template, request
from flask.blueprints import BlueprintSetupState

from kgapp.emptiness.asking import Asker
from kgapp.emptiness.diagnosis import Verdict, diagnose
from kgapp.emptiness.inventory import Inventory, take_inventory
from kgapp.emptiness.measures import measure
from kgapp.emptiness.reader import LONGEST, read_under
from kgapp.emptiness.terms import Unreadable
from kgapp.errors import Message, QueryRefused
from kgapp.question import LiveSource, Parser, Source
from kgapp.web.frame.context import Context
from kgapp.web.http.answers import FRESH
from kgapp.web.http.pagerun import CLIENT
from kgapp.web.http.protocol import STATED, too_long
from kgapp.web.http.render import language
from kgapp.web.http.source import for_visitor
from kgapp.web.workbench import emptiness_words as words
from kgapp.web.workbench.emptiness_names import TermNames
from kgapp.web.workbench.emptiness_view import EmptyHelp, view_of

blueprint = Blueprint("emptiness", __name__)
_NAME = "kgapp-emptiness"
SECONDS = 3.0
"""Seconds that one explanation may take of the workers."""
BRIEF = 1.0
"""The same for one that stands in another page."""
MEASURES = 41
"""Questions that the measures of one query may take."""
REFUSED = (400, 403, 413)
"""Statuses of what is wrong with a query; others tell of the moment."""
AGAIN = 60.0
"""Seconds after which data that did not tell what they have are asked again."""
KEPT = 128
"""Explanations that are kept."""
EXAMPLE = """PREFIX ccr: <https://w3id.org/care-roadmap/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?statement WHERE {
  ?statement ccr:hasLead ?actor .
  ?actor skos:altLabel "CSW" .
}"""
DATASET = {"default-graph-uri": "FROM", "named-graph-uri": "FROM NAMED"}
"""The protocol's dataset, and the words for it in a query."""
MEASURED = EXAMPLE.replace('"CSW"', '"CSW"@ja')


@dataclass(frozen=True)
class _Asked:
    """A query and the protocol's dataset as FROM clauses."""

    text: str
    graphs: str


class Explaining:
    """Explains over one source; keeps the inventory of the data that answer, and what it explained."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._inventory: tuple[int, float, Inventory] | None = None
        self._kept: LRUCache[tuple[_Asked, int], EmptyHelp] = LRUCache(KEPT)
        self._lock = Lock()

    def help(self, asked: _Asked, client: str, seconds: float) -> EmptyHelp:
        """Why a query finds nothing; raises QueryRefused for what the source refuses as wrong."""
        key = asked, self._context.source.generation
        with self._lock:
            kept = self._kept.get(key)
        if kept is None:
            kept = self._explain(asked, client, seconds)
            if kept.complete:
                with self._lock:
                    self._kept[key] = kept
        return kept

    def _explain(self, asked: _Asked, client: str, seconds: float) -> EmptyHelp:
        known = is_query(asked.text, self._context.source)
        source, inventory = self.visit(client, seconds)
        found = diagnose(asked.text, inventory, Asker(source, seconds=seconds), asked.graphs)
        if not known and found.verdict is Verdict.UNKNOWN:
            require_readable(asked.text, source)
        return view_of(asked.text, found, TermNames(inventory))

    def visit(self, client: str, seconds: float) -> tuple[Source, Inventory]:
        """The source for a visitor's own questions, and the inventory that asks through it."""
        source = self._context.source
        own = for_visitor(source, client, seconds)
        return own, replace(self._current_inventory(source), source=own)

    def _current_inventory(self, source: LiveSource) -> Inventory:
        """What the data have now; where they did not tell, they are asked again after a while."""
        now, kept = time.monotonic(), self._inventory
        if kept is None or kept[0] != source.generation or (not kept[2].known and now - kept[1] > AGAIN):
            kept = source.generation, now, take_inventory(source, self._context.page_queries)
            self._inventory = kept
        return kept[2]


def is_query(text: str, source: Parser) -> bool:
    """Whether a text is known to be a query; raises QueryRefused where the source would refuse it whatever
    the data: a text may come in parts that are right and be none (``SELECT ?x {} GROUP BY ?y``)."""
    try:
        source.parse(text)
    except QueryRefused as refusal:
        if refusal.status in REFUSED:
            raise
        return False
    return True


def require_readable(text: str, source: Source) -> None:
    """Raises QueryRefused where the source, which may only be asked, cannot read a query at all."""
    try:
        source.query(text)
    except QueryRefused as refusal:
        if refusal.status == 400:
            raise


def _keep(state: BlueprintSetupState) -> None:
    state.app.extensions[_NAME] = Explaining(state.app.extensions["kgapp"])


blueprint.record(_keep)


@blueprint.route("/workbench/empty", methods=["GET", "POST"])
def empty() -> Response:
    """Why a query finds nothing, for a person or a program."""
    asked = _asked()
    explaining: Explaining = current_app.extensions[_NAME]
    found = explaining.help(asked, _client(), SECONDS) if asked.text.strip() else None
    if _wants_json():
        if found is None:
            raise _nothing_asked()
        return _finished(jsonify(found.as_json()), found.complete)
    values = {"help": found, "query": asked.text or EXAMPLE, "given": asked.text}
    return _finished(_page("empty.html", **values), found is None or found.complete)


@blueprint.route("/workbench/plan", methods=["GET", "POST"])
def plan() -> Response:
    """The parts of a query with how much each matches, for a person or a program."""
    asked = _asked()
    explaining: Explaining = current_app.extensions[_NAME]
    if not asked.text.strip():
        if _wants_json():
            raise _nothing_asked()
        return _finished(_page("plan.html", steps=None, query=MEASURED, given=""), True)
    context: Context = current_app.extensions["kgapp"]
    known = is_query(asked.text, context.source)
    source, inventory = explaining.visit(_client(), SECONDS)
    try:
        query = read_under(asked.text, source.base, asked.graphs)
    except Unreadable as error:
        if not known:
            require_readable(asked.text, source)
        raise _not_taken_apart() from error
    asker = Asker(source, MEASURES, SECONDS)
    began = time.perf_counter()
    steps = measure(query, asker)
    if not known and steps and all(step.together is None for step in steps):
        require_readable(asked.text, source)
    names = TermNames(inventory)
    told = [
        {
            "text": " ".join(step.part.text.split())[:LONGEST],
            "words": words.part(step.part, names),
            "alone": words.measured(step.alone, step.needed),
            "together": words.measured(step.together, ()),
            "fewest": len(steps) > 1 and step.alone is not None and step.alone == _least(steps),
        }
        for step in steps
    ]
    values: dict[str, Any] = {
        "steps": told,
        "complete": asker.complete,
        "left_out": len(query.parts) - len(steps),
    }
    if _wants_json():
        return _finished(jsonify(_plan_json(values)), False)
    seconds = time.perf_counter() - began
    return _finished(_page("plan.html", query=asked.text, given=asked.text, seconds=seconds, **values), False)


@blueprint.app_context_processor
def _offer() -> dict[str, Any]:
    """``explain_empty(query)`` and ``asking(query)`` for the templates of other pages."""
    return {"explain_empty": _brief, "asking": _asking, "asking_graphs": _asking_graphs}


def _brief(text: str) -> EmptyHelp | None:
    """The explanation for another page, where it can be had quickly; none where it cannot."""
    explaining: Explaining = current_app.extensions[_NAME]
    if len(text) > LONGEST:
        return None
    try:
        return explaining.help(_Asked(text, _graphs()), _client(), BRIEF)
    except QueryRefused:
        return None


def _asked() -> _Asked:
    """The query of an address or a form; raises QueryRefused where it is too long or not one."""
    given = request.values.getlist("query")
    if len(given) > 1:
        raise QueryRefused(
            Message(
                f"queryが{len(given)}個あります（1個であるべき）。",
                f"There are {len(given)} queries, not one.",
            ),
            Message("queryを一つ送ってください。", "Send one query."),
        )
    text = (given[0] if given else "").replace("\r\n", "\n")
    context: Context = current_app.extensions["kgapp"]
    if len(text.encode(errors="replace")) > context.limits.query_bytes:
        raise too_long(context.limits.query_bytes)
    return _Asked(text, _graphs())


def _graphs() -> str:
    """The protocol's dataset, or all but what rules conclude where ``graphs`` says so, as FROM clauses;
    raises QueryRefused for what is no IRI."""
    asked = {name: request.values.getlist(name) for name in DATASET}
    context: Context = current_app.extensions["kgapp"]
    dataset = context.dataset()
    if _is_stated() and dataset is not None:
        stated = [graph.iri for graph in dataset.graphs if not graph.iri.endswith("/inferred")]
        asked = dict.fromkeys(DATASET, stated)
    return " ".join(f"{word} {words.iri(iri)}" for name, word in DATASET.items() for iri in asked[name])


def _is_stated() -> bool:
    """Whether the last choice of ``graphs`` leaves conclusions out, as for the endpoint: a button's stands
    behind that of the form's own field."""
    chosen = [value for value in request.values.getlist("graphs") if value]
    return chosen[-1:] == [STATED]


def _asking_graphs() -> list[tuple[str, str]]:
    """The parameters that choose what is asked."""
    if _is_stated():
        return [("graphs", STATED)]
    return [(name, iri) for name in DATASET for iri in request.values.getlist(name)]


def _asking(query: str) -> str:
    """What an address holds that asks another query of the same graphs and in the same language."""
    kept = _asking_graphs()
    if (lang := request.values.get("lang", "")) in ("ja", "en"):
        kept.append(("lang", lang))
    return urlencode([("query", query), *kept])


def _client() -> str:
    """For whom is asked; one name for all where the server does not tell."""
    return str(request.environ.get(CLIENT, "workbench"))


def _wants_json() -> bool:
    if "format" in request.values:
        return request.values["format"] == "json"
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def _page(template: str, **values: Any) -> Response:
    return make_response(
        render_template(template, lang=language(), longest=LONGEST, order=words.ORDER, **values)
    )


def _finished(response: Response, lasting: bool) -> Response:
    response.vary.update(["Accept", "Accept-Language"])
    if not lasting or request.method == "POST":
        response.headers["Cache-Control"] = "no-store"
        return response
    response.headers["Cache-Control"] = FRESH
    response.add_etag()
    response.make_conditional(request)
    return response


def _least(steps: list[Any]) -> int | None:
    return min((step.alone for step in steps if step.alone is not None), default=None)


def _plan_json(values: dict[str, Any]) -> dict[str, Any]:
    both = [
        {
            key: {"ja": value.ja, "en": value.en} if isinstance(value, Message) else value
            for key, value in step.items()
        }
        for step in values["steps"]
    ]
    return {**values, "steps": both, "order": {"ja": words.ORDER.ja, "en": words.ORDER.en}}


def _nothing_asked() -> QueryRefused:
    return QueryRefused(
        Message("queryがありません。", "There is no query."),
        Message("例: ?query=SELECT…", "For example ?query=SELECT…"),
    )


def _not_taken_apart() -> QueryRefused:
    return QueryRefused(
        Message("この問い合わせは部分に分けられません。", "This query cannot be taken apart here."),
        Message(
            f"SPARQL 1.1で{LONGEST:,}字までの問い合わせを送ってください。",
            f"Send a query in SPARQL 1.1 of at most {LONGEST:,} characters.",
        ),
    )
