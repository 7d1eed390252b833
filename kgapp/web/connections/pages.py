"""How two things are connected, and what lies around one, over HTTP: pages and their JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, make_response, request
from flask.blueprints import BlueprintSetupState

from kgapp.errors import Message, QueryRefused
from kgapp.rights import DISCLAIMER
from kgapp.service.binding import bind_text
from kgapp.web.connections.ends import End, read_end
from kgapp.web.connections.network import GROUNDS, MOST_EDITIONS, WALKED, Network, Networks, Node
from kgapp.web.connections.ways import ENOUGH, LONGEST, Around, Neighbour, Way, Ways, find_around, find_ways
from kgapp.web.connections.words import TITLES, Said, Telling, grounds, relations
from kgapp.web.frame.context import Context
from kgapp.web.frame.keptpages import kept
from kgapp.web.frame.wording import CCR
from kgapp.web.http.render import language
from kgapp.web.trace.frame import current_traces, keep_traces, trace_page
from kgapp.web.trace.trace import Edition

blueprint = Blueprint("connections", __name__)
blueprint.record(keep_traces)
_NAME = "kgapp-networks"
_SHOWN = 8
"""Ways that are shown before more are asked for."""
_ALL = 40


@blueprint.record
def _keep_networks(state: BlueprintSetupState) -> None:
    context: Context = state.app.extensions["kgapp"]
    traces = state.app.extensions["kgapp-traces"]
    state.app.extensions[_NAME] = Networks(context, traces)


def around_address(thing: str) -> str | None:
    """Where the connections of a thing are shown; nothing for what has none of its own here."""
    path = thing.removeprefix(f"{_context().source.base}id/")
    if not WALKED.fullmatch(path):
        return None
    return address("/around", thing=path)


def address(path: str, **asked: str) -> str:
    """A path of this server with parameters, in the language that was chosen."""
    given = {name: value for name, value in asked.items() if value}
    if (lang := request.args.get("lang", "")) in ("ja", "en"):
        given["lang"] = lang
    return f"{request.script_root}{path}{'?' if given else ''}{urlencode(given, safe='/')}"


@blueprint.get("/between")
@kept
def between() -> Response:
    """The ways between two things as sentences, or the form that asks for the two."""
    lang, (start, end) = language(), _ends()
    shared: dict[str, Any] = {
        "ends": [
            _end_view("from", start, end, Message("始まり", "From")),
            _end_view("to", end, start, Message("終わり", "To")),
        ],
        "relations": relations(lang),
        "longest": LONGEST,
        "asked": None,
    }
    if start.node is None or end.node is None:
        return trace_page("between.html", **shared)
    network, ways = _ways(start.node, end.node)
    telling = _telling(network, lang)
    most = _ALL if request.args.get("all") == "1" else _SHOWN
    pair = {"from": start.node.path, "to": end.node.path}
    return trace_page(
        "between.html",
        **{**shared, "asked": [telling.thing(start.node), telling.thing(end.node)]},
        same=start.node == end.node,
        ways=[_way_view(telling, way) for way in ways.found[:most]] if ways else [],
        total=len(ways.found) if ways else 0,
        enough=ENOUGH,
        searched=ways.searched if ways else 0,
        cut=bool(ways and ways.cut),
        editions=network.editions,
        things=len(network.nodes),
        ties=len(network.ties),
        more=address("/between", **pair, all="1"),
        json=address("/between.json", **pair),
        around=[
            (telling.name(node.iri), address("/around", thing=node.path)) for node in (start.node, end.node)
        ],
        swapped=address("/between", **{"from": end.node.path, "to": start.node.path}),
    )


@blueprint.get("/between.json")
@kept
def between_json() -> Response:
    """The ways between two things, for a program."""
    start, end = _ends()
    if start.node is None or end.node is None:
        return _json({"from": _end_content(start), "to": _end_content(end), "ways": None})
    network, ways = _ways(start.node, end.node)
    telling = _telling(network, language())
    content = [
        {
            "things": [_thing_content(telling, node) for node in way.nodes],
            "steps": [[_tie_content(telling.said(tie)) for tie in ties] for ties in way.steps],
            "query": _query(way),
        }
        for way in (ways.found if ways else ())
    ]
    searched = {
        "steps": ways.searched if ways else 0,
        "editions": [edition.iri for edition in network.editions],
        "relations": [f"{CCR}{name}" for name in TITLES],
    }
    return _json(
        {"from": _end_content(start), "to": _end_content(end), "searched": searched, "ways": content}
    )


@blueprint.get("/around")
@kept
def around() -> Response:
    """What lies around a thing, in words and grouped by relation, or the form that asks for the thing."""
    lang, end = language(), _named_end("thing")
    steps, relation, ground = _filter()
    shared: dict[str, Any] = {
        "end": _end_view("thing", end, None, Message("もの", "Thing")),
        "steps": steps,
        "relation": relation,
        "ground": ground,
        "relations": relations(lang),
        "grounds": grounds(lang),
        "asked": None,
    }
    if end.node is None:
        return trace_page("around.html", **shared)
    network, found = _around(end.node, steps, relation, ground)
    telling = _telling(network, lang)
    given = {"thing": end.node.path, "steps": str(steps), "relation": relation, "ground": ground}
    rings = [
        (distance, list(ring)) for distance, ring in groupby(found.found, key=lambda each: each.distance)
    ]
    return trace_page(
        "around.html",
        **{**shared, "asked": telling.thing(end.node)},
        rings=[(distance, len(ring), _groups(telling, ring)) for distance, ring in rings],
        left_out=found.left_out,
        editions=network.editions,
        json=address("/around.json", **given),
        other_steps=address("/around", **{**given, "steps": "1" if steps == 2 else "2"}),
        everything=address("/around", thing=end.node.path),
        between=address("/between", **{"from": end.node.path}),
    )


@blueprint.get("/around.json")
@kept
def around_json() -> Response:
    """What lies around a thing, for a program."""
    end = _named_end("thing")
    if end.node is None:
        return _json({"thing": _end_content(end), "around": None})
    steps, relation, ground = _filter()
    network, found = _around(end.node, steps, relation, ground)
    telling = _telling(network, language())
    content = [
        {
            "thing": _thing_content(telling, each.node),
            "distance": each.distance,
            "via": each.via.iri,
            "others": each.others,
            "ties": [_tie_content(telling.said(tie)) for tie in each.ties],
        }
        for each in found.found
    ]
    editions = [edition.iri for edition in network.editions]
    return _json(
        {"thing": _end_content(end), "editions": editions, "around": content, "left_out": found.left_out}
    )


def _context() -> Context:
    context: Context = current_app.extensions["kgapp"]
    return context


def _networks() -> Networks:
    networks: Networks = current_app.extensions[_NAME]
    return networks


def _telling(network: Network, lang: str) -> Telling:
    return Telling(network, _context().source.base, lang)


def _ends() -> tuple[End, End]:
    return _named_end("from"), _named_end("to")


def _named_end(field: str) -> End:
    """The thing that a parameter means; raises QueryRefused (404) where other data are served."""
    current_traces().editions()
    return read_end(_networks(), request.args.get(field, ""))


def _filter() -> tuple[int, str, str]:
    """Steps, relation and ground of the address; raises QueryRefused for what is none."""
    chosen = []
    for name, allowed in (("steps", ("1", "2")), ("relation", tuple(TITLES)), ("ground", GROUNDS)):
        value = request.args.get(name, "")
        if value and value not in allowed:
            known = ", ".join(allowed)
            raise QueryRefused(
                Message(f"{name} の「{value[:80]}」はありません。", f"There is no {name} {value[:80]!r}."),
                Message(f"{name}: {known}", f"{name}: {known}"),
            )
        chosen.append(value)
    return int(chosen[0] or "1"), chosen[1], chosen[2]


def _editions(*nodes: Node) -> tuple[Edition, ...]:
    """The papers that these things concern: those that some of them belong to, else their city's."""
    networks = _networks()
    own = {node.edition for node in nodes if node.edition}
    every = networks.editions_of(nodes[0].path.partition("/")[0])
    return tuple(edition for edition in every if not own or edition.path in own)[:MOST_EDITIONS]


def _ways(start: Node, end: Node) -> tuple[Network, Ways | None]:
    """The ways between two things; none where they are one, or of two cities, between which no
    relation leads."""
    if start.path.partition("/")[0] != end.path.partition("/")[0]:
        networks = _networks()
        one, other = (networks.network(networks.editions_of(node.path)[:1]) for node in (start, end))
        return Network((*one.editions, *other.editions), {**one.nodes, **other.nodes}, ()), None
    network = _networks().network(_editions(start, end))
    return network, find_ways(network, start.iri, end.iri) if start != end else None


def _around(node: Node, steps: int, relation: str, ground: str) -> tuple[Network, Around]:
    network = _networks().network(_editions(node))
    return network, find_around(network, node.iri, steps, relation, ground)


def _query(way: Way) -> str:
    """The query that finds a way: the file for its number of steps, with its ends and relations."""
    query = _context().page_queries[f"connection-ways-{len(way.steps)}"]
    given = {"from": way.nodes[0].iri, "to": way.nodes[-1].iri}
    given |= {
        f"relation{number}": f"{CCR}{ties[0].relation}" for number, ties in enumerate(way.steps, start=1)
    }
    terms = query.terms(_context().source.base, given)
    return bind_text(query.text, {ox.Variable(name): term for name, term in terms.items()})


def _way_view(telling: Telling, way: Way) -> dict[str, Any]:
    return {
        "things": [telling.thing(node) for node in way.nodes],
        "steps": [[telling.said(tie) for tie in ties] for ties in way.steps],
        "query": _query(way),
    }


def _groups(telling: Telling, ring: Sequence[Neighbour]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Things of one distance by the relation of their strongest tie, the largest group first."""
    found: dict[str, list[dict[str, Any]]] = {}
    for each in ring:
        tie = each.ties[0]
        title = telling.title(tie.relation, tie.subject == each.via.iri)
        found.setdefault(title, []).append(
            {
                "thing": telling.thing(each.node),
                "via": telling.thing(each.via),
                "others": each.others,
                "said": [telling.said(tie) for tie in each.ties],
                "distance": each.distance,
            }
        )
    return sorted(found.items(), key=lambda group: -len(group[1]))


def _end_view(field: str, end: End, other: End | None, label: Message) -> dict[str, Any]:
    """A field of a form: what stands in it, and the things that it may mean, each with its address."""
    lang = language()
    path = "/between" if other else "/around"
    rest: dict[str, str] = {}
    if other is not None:
        rest = {"to" if field == "from" else "from": other.node.path if other.node else other.typed}
    else:
        rest = {name: request.args.get(name, "") for name in ("steps", "relation", "ground")}
    nodes = (*((end.node,) if end.node else ()), *end.candidates)
    tellings = [_telling(_networks().network(_networks().editions_of(node.path)[:1]), lang) for node in nodes]
    offered = [
        {**telling.thing(node), "choose": address(path, **{**rest, field: node.path})}
        for telling, node in zip(tellings, nodes, strict=True)
    ]
    own = offered[0] if end.node else None
    return {
        "field": field,
        "label": label.ja if lang == "ja" else label.en,
        "value": (own["notation"] or own["name"]) if own else end.typed,
        "typed": end.typed,
        "chosen": own,
        "candidates": offered[1:] if own else offered,
    }


def _end_content(end: End) -> dict[str, Any]:
    return {
        "asked": end.typed,
        "thing": end.node.iri if end.node else None,
        "candidates": [node.iri for node in end.candidates],
    }


def _thing_content(telling: Telling, node: Node) -> dict[str, Any]:
    told = telling.thing(node)
    return {"thing": node.iri, "page": told["address"], "name": told["name"], "kind": node.kind}


def _tie_content(said: Said) -> dict[str, Any]:
    tie = said.tie
    return {
        "subject": tie.subject,
        "relation": f"{CCR}{tie.relation}",
        "object": tie.object,
        "ground": tie.ground,
        "sentence": said.sentence,
        "words": said.words,
        "object_words": said.object_words,
        "rationale": tie.rationale,
        "claim": tie.claim or None,
    }


def _json(content: dict[str, Any]) -> Response:
    response = make_response(json.dumps({**content, "note": DISCLAIMER}, ensure_ascii=False))
    response.content_type = "application/json"
    response.vary.add("Accept-Language")
    return response
