"""What the page of an actor tells beside its links: in whose company it stands, and what may be asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, current_app, request

from kgapp.web.frame.context import Context
from kgapp.web.http.render import language
from kgapp.web.matrix.matrix import ROW_KINDS
from kgapp.web.matrix.tables import LinkNames
from kgapp.web.questions.asked import asked_about
from kgapp.web.trace import words
from kgapp.web.trace.frame import current_traces, keep_traces
from kgapp.web.trace.trace import Passage, Thing, Trace
from kgapp.web.views.company import company_of

blueprint = Blueprint("company", __name__)
blueprint.record(keep_traces)
_BEGINNING = {"ja": 40, "en": 90}
_SHOWN = 60
"""Other actors that a page lists."""


@blueprint.app_context_processor
def offered() -> dict[str, Callable[[str], dict[str, Any] | None]]:
    """For templates: the company of the thing of an IRI."""
    return {"company": _company}


def _company(iri: str) -> dict[str, Any] | None:
    """Nothing where the IRI is no actor's of a register that is loaded."""
    context: Context = current_app.extensions["kgapp"]
    path = iri.removeprefix(f"{context.source.base}id/")
    if context.dataset() is None or "/actor/" not in path:
        return None
    own = [one for one in current_traces().editions() if one.city == path.partition("/")[0]]
    if not own:
        return None
    trace = current_traces().trace(max(own, key=lambda one: (one.issued, one.path)).path)
    thing = trace.things.get(iri)
    if thing is None or thing.kind not in ROW_KINDS["actors"]:
        return None
    return _told(context, trace, thing)


def _told(context: Context, trace: Trace, thing: Thing) -> dict[str, Any]:
    lang = language()
    names = LinkNames(trace, lang)
    found = company_of(trace, thing)
    spoken = f"&lang={lang}" if request.args.get("lang") in ("ja", "en") else ""
    here = f"{request.script_root}/matrix/cell?thing={thing.path}{spoken}"
    return {
        "paper": words.say(trace.edition.title, lang),
        "issued": trace.edition.issued,
        "sentences": here,
        "others": [_with(names, *pair) for pair in found.others[:_SHOWN]],
        "more": max(0, len(found.others) - _SHOWN),
        "places": [_with(names, *pair) for pair in found.places],
        "everywhere": [_item(names, passage) for passage in found.everywhere],
        "districts": f"{request.script_root}/districts{spoken.replace('&', '?')}#all",
        "issues": [_item(names, passage) for passage in found.issues],
        "questions": [
            (told, f"{request.script_root}{path}{spoken}")
            for told, path in asked_about(thing, context.questions, lang)
        ],
    }


def _with(names: LinkNames, thing: Thing, passages: Sequence[Passage]) -> dict[str, Any]:
    return {
        "name": names.thing(thing.iri),
        "address": names.address(thing.iri),
        "passages": [_item(names, passage) for passage in passages],
    }


def _item(names: LinkNames, passage: Passage) -> dict[str, Any]:
    return {
        "name": names.passage(passage.iri),
        "address": names.address(passage.iri),
        "words": words.passage_words(passage, names.lang, _BEGINNING[names.lang]),
    }
