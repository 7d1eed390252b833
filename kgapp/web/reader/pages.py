"""The paper itself over HTTP: the source text, part by part, with what is marked in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, redirect, request
from flask.blueprints import BlueprintSetupState

from kgapp.web.frame.keptpages import kept
from kgapp.web.http.render import language
from kgapp.web.matrix.tables import LinkNames
from kgapp.web.reader import words as told
from kgapp.web.reader.marked_text import marked_text
from kgapp.web.reader.paper import Block, Paper, Papers, Part
from kgapp.web.reader.reading import (
    LINES,
    SHOWS,
    Choice,
    Mark,
    NameReader,
    chosen_links,
    extent,
    marks_of,
    read_choice,
    stretches_of,
    target_of,
)
from kgapp.web.trace import words
from kgapp.web.trace.frame import current_traces, keep_traces, offered_editions, trace_page
from kgapp.web.trace.trace import CHART, Link, Passage, Quote, Trace

blueprint = Blueprint("reader", __name__)
blueprint.record(keep_traces)
_NAME = "kgapp-papers"
_SHORT = 24
"""Characters of quoted words that a link shows."""


@blueprint.record
def _set_up(state: BlueprintSetupState) -> None:
    state.app.extensions[_NAME] = Papers(state.app.extensions["kgapp"])


@blueprint.get("/read")
def newest() -> Response:
    """Leads to the newest paper."""
    given = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    path = current_traces().trace().edition.path
    response = redirect(f"{request.script_root}/read/{path}{given}", 302)
    assert isinstance(response, Response)
    return response


@blueprint.get("/read/<city>/<edition>")
@kept
def read(city: str, edition: str) -> Response:
    """A part of a paper's source text, marked as the address asks."""
    trace = current_traces().trace(f"{city}/{edition}")
    papers: Papers = current_app.extensions[_NAME]
    paper = papers.paper(trace)
    choice = read_choice(request.args, paper, trace)
    lang = language()
    part = paper.part(choice.part)
    page = _Page(trace, paper, part, choice, lang)
    at = paper.parts.index(part)
    return trace_page(
        "reader.html",
        trace=trace,
        paper=paper,
        part=part,
        choice=choice,
        title=_part_name(trace, part, lang),
        blocks=[page.block(block) for block in part.blocks],
        target=page.target_view(),
        contents=[
            (_part_name(trace, one, lang), page.address(part=one.key), one is part, *page.counts(one))
            for one in paper.parts
        ],
        editions=[
            (name, f"{request.script_root}/read/{path}")
            for path, name in offered_editions(trace, lang)
            if path != trace.edition.path
        ],
        before=_beside(page, paper, at - 1),
        after=_beside(page, paper, at + 1),
        options=_options(trace, part, choice, lang),
        marks=[
            (kind, words.say(sample, lang), words.say(means, lang)) for kind, sample, means in told.LEGEND
        ],
        names=[("nm", words.say(told.NAME_LINKED, lang)), ("nu", words.say(told.NAME_ONLY, lang))],
        lost=words.say(told.LOST, lang),
    )


class _Page:
    """Makes the views of one page's blocks."""

    def __init__(self, trace: Trace, paper: Paper, part: Part, choice: Choice, lang: str) -> None:
        self._trace, self._paper, self._part, self._choice, self._lang = trace, paper, part, choice, lang
        self._names = LinkNames(trace, lang)
        self._reader = NameReader(trace)
        self._target = target_of(choice, paper, trace)
        self._marks: Sequence[Mark] = marks_of(chosen_links(trace, choice), trace.passages.values())
        self._links: dict[str, list[Link]] = {}
        for link in trace.links:
            self._links.setdefault(link.passage, []).append(link)
        self._glossed = (choice.gloss or ("yes" if lang == "en" else "no")) == "yes"

    def address(self, **changes: str) -> str:
        """This page with another choice; what was pointed at is let go."""
        given = self._choice.parameters(**{"at": "", "quote": "", **changes})
        if (spoken := request.args.get("lang", "")) in ("ja", "en"):
            given["lang"] = spoken
        path = f"{request.script_root}/read/{self._trace.edition.path}"
        return f"{path}{'?' if given else ''}{urlencode(given, safe='/')}"

    def counts(self, part: Part) -> tuple[int, int, int]:
        """How many statements, chart lines and marks a part has."""
        chart = sum(passage.section == CHART for passage in part.passages)
        marks = sum(part.start <= mark.start < part.end for mark in self._marks)
        return len(part.passages) - chart, chart, marks

    def block(self, block: Block) -> dict[str, Any]:
        """A block's text, what it is, and what is recorded of its passages."""
        text = self._paper.text
        names = self._reader.names(block, text)
        stretches = stretches_of(block, text, self._marks, names, self._target)
        aimed = any(stretch.is_target for stretch in stretches)
        kind = told.KINDS.get(block.kind)
        blank = not text[block.start : block.end].strip()
        return {
            "kind": block.kind,
            "text": marked_text(stretches, self._names.address),
            "label": words.say(kind, self._lang) if kind and not blank else "",
            "aimed": aimed,
            "passages": [self._passage(passage) for passage in block.passages],
        }

    def target_view(self) -> dict[str, Any] | None:
        """The words that were asked for: their place, their page, where they stand here."""
        if self._target is None:
            return None
        start, end = self._target
        known = {extent(q) for link in self._trace.links for q in (*link.quotes, *link.object_quotes)}
        known |= {extent(passage.quote) for passage in self._trace.passages.values()}
        iri = f"{self._trace.edition.iri}/quote/{start}-{end}"
        return {
            "start": start,
            "end": end,
            "address": self._names.address(iri) if self._target in known else None,
            "words": self._paper.text[start:end],
        }

    def _passage(self, passage: Passage) -> dict[str, Any]:
        own = self._links.get(passage.iri, [])
        read = [link for link in own if link.mode != "inferred"]
        return {
            "notation": passage.notation,
            "name": words.passage_name(passage, self._lang),
            "address": self._names.address(passage.iri),
            "gloss": passage.gloss if self._glossed else "",
            "links": [self._link(link) for link in read],
            "inferred": len(own) - len(read),
            "chart": passage.section == CHART,
            "phases": [
                (phase.exact, self._names.address(phase.iri))
                for phase in self._paper.phases.get(passage.iri, ())
            ],
        }

    def _link(self, link: Link) -> dict[str, Any]:
        relation = words.ROLES.get(link.relation) or words.RELATIONS.get(link.relation)
        other = self._trace.passages.get(link.object)
        return {
            "relation": words.say(relation, self._lang) if relation else link.relation,
            "object": other.notation if other else self._names.thing(link.object),
            "object_address": self._names.address(link.object),
            "mode": link.mode,
            "ground": words.say(words.MODES[link.mode], self._lang),
            "address": self._names.address(link.claim),
            "quotes": [(_shortened(quote), self._names.address(quote.iri)) for quote in link.quotes],
        }


def _shortened(quote: Quote) -> str:
    return quote.words if len(quote.words) <= _SHORT else f"{quote.words[:_SHORT]}…"


def _part_name(trace: Trace, part: Part, lang: str) -> str:
    """``テーマ5 社会的孤立の防止``, with its number where a theme has several parts."""
    name = words.theme_name(trace, part.theme, lang) if part.theme else words.say(told.COVER, lang)
    return name if part.number == 1 else f"{name} ({part.number})"


def _beside(page: _Page, paper: Paper, at: int) -> tuple[str, str] | None:
    if not 0 <= at < len(paper.parts):
        return None
    return page.address(part=paper.parts[at].key), paper.parts[at].key


def _options(trace: Trace, part: Part, choice: Choice, lang: str) -> dict[str, list[tuple[str, str, bool]]]:
    """What each field of the form offers: value, words, and whether it is chosen. A part offers the
    things that it is linked to, the cover those of the whole paper."""
    here = {passage.iri for passage in part.passages}
    linked = {
        link.object
        for link in trace.links
        if link.mode != "inferred" and (link.passage in here or not part.theme)
    }
    linked |= {thing.iri for thing in trace.things.values() if thing.path == choice.thing}
    things = sorted(
        (thing for thing in trace.things.values() if thing.iri in linked),
        key=lambda thing: (thing.reading or words.say(thing.label, lang)) if lang == "ja" else thing.label.en,
    )
    gloss = choice.gloss or ("yes" if lang == "en" else "no")
    return {
        "show": [(show, words.say(told.SHOWS[show], lang), show == choice.show) for show in SHOWS],
        "thing": [("", words.say(told.EVERYTHING, lang), not choice.thing)]
        + [(thing.path, words.say(thing.label, lang), thing.path == choice.thing) for thing in things],
        "lines": [(line, words.say(told.LINES[line], lang), line == choice.lines) for line in LINES],
        "gloss": [(own, words.say(told.GLOSSES[own], lang), own == gloss) for own in told.GLOSSES],
    }
