"""The competency questions over HTTP: all of them, one as a form with its answer, and its table."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, request

from kgapp.queryfile import QueryFile
from kgapp.rights import DISCLAIMER
from kgapp.web.frame.context import Context
from kgapp.web.frame.examples import TAGS, as_asked, counted_tags, edit_address, grouped, no_question, tagged
from kgapp.web.frame.keptpages import kept
from kgapp.web.frame.sheets import CSV, as_csv
from kgapp.web.http.render import language
from kgapp.web.matrix.tables import LinkNames
from kgapp.web.questions.asked import plain_words
from kgapp.web.questions.forms import LISTED, Answer, Cell, Piece, Reader, pickers, read_values, thing_of
from kgapp.web.questions.words import COLUMNS, VALUES
from kgapp.web.trace import words
from kgapp.web.trace.absence import absence_of_thing
from kgapp.web.trace.frame import asked_trace, current_traces, download, keep_traces, trace_page
from kgapp.web.trace.trace import Trace

blueprint = Blueprint("questions", __name__)
blueprint.record(keep_traces)
_LONG = 40
"""Rows from which on a table has the beginning of each passage's wording, not all of it."""
_BEGINNING = {"ja": 40, "en": 90}
"""Characters of that beginning."""


@blueprint.get("/questions")
@kept
def questions() -> Response:
    """Every question by what it is about, or those with a tag; each as a form, in the API, in SPARQL."""
    context: Context = current_app.extensions["kgapp"]
    trace, tag, lang = asked_trace(), request.args.get("tag", ""), language()
    named = context.questions.items()
    return trace_page(
        "questions.html",
        trace=trace,
        groups=grouped(tagged(context.questions, tag)),
        asked={name: plain_words(trace, query, _examples(query), lang) for name, query in named},
        tag=tag,
        tags=TAGS,
        counts=counted_tags(context.questions.values()),
        edit_address=edit_address,
    )


@blueprint.get("/questions/<name>")
@kept
def question(name: str) -> Response:
    """A question as a form, with its answer now; its table where the name ends in ``.csv``."""
    context: Context = current_app.extensions["kgapp"]
    query = context.questions.get(name.removesuffix(".csv"))
    if query is None:
        raise no_question(name)
    trace = asked_trace()
    values = read_values(query, trace, request.args)
    results = query.run(context.source, values)
    assert isinstance(results, ox.QuerySolutions | ox.QueryBoolean)
    alone = len(current_traces().editions()) == 1
    answer = Reader(trace, language(), alone).answer(query, results)
    if name.endswith(".csv"):
        return _table(query, trace, answer)
    return _page(context, query, trace, values, answer)


def _examples(query: QueryFile) -> dict[str, str]:
    return {parameter.name: parameter.default for parameter in query.parameters}


def _page(
    context: Context, query: QueryFile, trace: Trace, values: dict[str, str], answer: Answer
) -> Response:
    lang = language()
    names = LinkNames(trace, lang)
    thing = thing_of(query, trace, values)
    elsewhere = sum(link.object == thing.iri for link in trace.links) if thing else 0
    length = _BEGINNING[lang] if len(answer.rows) > _LONG else 0
    text = as_asked(query, context.source.base, values)
    spoken = {"lang": request.args["lang"]} if request.args.get("lang") in ("ja", "en") else {}
    return trace_page(
        "question.html",
        trace=trace,
        query=query,
        heading=plain_words(trace, query, values, lang),
        tags=TAGS,
        pickers=pickers(query, trace, values, lang),
        answer=answer,
        columns=[_heading(column, lang) for column in answer.columns],
        rows=[
            [
                [_shown(names, column, piece, length) for piece in cell]
                for column, cell in zip(answer.columns, row, strict=True)
            ]
            for row in answer.rows
        ],
        thing=thing and {"name": names.thing(thing.iri), "address": names.address(thing.iri)},
        elsewhere=elsewhere,
        why=words.why_nothing(absence_of_thing(thing, trace, list(trace.passages.values()), 0), lang)
        if thing and answer.is_empty and not elsewhere
        else "",
        csv=f"{request.script_root}/questions/{query.name}.csv?{urlencode({**values, **spoken}, safe='/')}",
        text=text,
        ask=f"{request.script_root}/sparql?{urlencode({'query': text, 'format': 'csv'})}",
        edit=f"{request.script_root}{edit_address(query, {**values, **spoken})}",
        asked=f"?{urlencode(values, safe='/:')}" if values else "",
    )


def _table(query: QueryFile, trace: Trace, answer: Answer) -> Response:
    """The answer as CSV: names as they are called in the language, notations as they are."""
    lang = language()
    if answer.holds is None:
        passages = _passage_columns(answer)
        heading = [head for column in answer.columns for head in _headings(column, column in passages, lang)]
        rows = [
            [
                value
                for column, cell in zip(answer.columns, row, strict=True)
                for value in _values(column, cell, column in passages, lang)
            ]
            for row in answer.rows
        ]
    else:
        heading = ["答え" if lang == "ja" else "answer"]
        rows = [[_truth(answer.holds, lang)]]
    note = f"{words.say(query.title, lang)} | {words.say(trace.edition.title, lang)} | {DISCLAIMER[lang]}"
    filling = [""] * (len(heading) - 1)
    return download(as_csv(heading, [*rows, [note, *filling]]), CSV, f"{query.name}.csv")


def _passage_columns(answer: Answer) -> set[str]:
    """The columns that name one passage of the paper in each row."""
    return {
        column
        for place, column in enumerate(answer.columns)
        if all(len(row[place]) < 2 and all(piece.passage for piece in row[place]) for row in answer.rows)
        and any(row[place] for row in answer.rows)
    }


def _headings(column: str, has_wording: bool, lang: str) -> list[str]:
    told = _heading(column, lang)
    return [told, f"{told}の本文" if lang == "ja" else f"{told}: wording"] if has_wording else [told]


def _values(column: str, cell: Cell, has_wording: bool, lang: str) -> list[str]:
    """A cell of the table; beside the name of a passage its wording, that a table can be handed round."""
    told = LISTED.join(_told(column, piece, lang) for piece in cell)
    if not has_wording:
        return [told]
    return [told, "".join(words.passage_words(piece.passage, lang) for piece in cell if piece.passage)]


def _truth(holds: bool, lang: str) -> str:
    if lang == "ja":
        return "そう記録されている" if holds else "そうは記録されていない"
    return "recorded so" if holds else "not recorded so"


def _heading(column: str, lang: str) -> str:
    return words.say(COLUMNS[column], lang) if column in COLUMNS else column


def _told(column: str, piece: Piece, lang: str) -> str:
    known = VALUES.get(column, {}).get(piece.text)
    return words.say(known, lang) if known else piece.text


def _shown(names: LinkNames, column: str, piece: Piece, length: int) -> dict[str, Any]:
    """A value for the page: its words, where it leads, and a passage's wording, cut to a length (0: all)."""
    if piece.passage:
        return {
            "text": names.passage(piece.passage.iri),
            "address": names.address(piece.passage.iri),
            "notation": piece.text,
            "more": words.passage_words(piece.passage, names.lang, length),
        }
    told = _told(column, piece, names.lang)
    return {
        "text": told,
        "address": names.address(piece.thing.iri) if piece.thing else None,
        "ja": told == piece.text and not told.isascii() and not piece.thing,
    }
