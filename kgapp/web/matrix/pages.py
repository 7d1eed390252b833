"""The trace matrix over HTTP: the page, a cell's sentences, and the tables to take away."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from flask import Blueprint, Response, request

from kgapp.errors import Message, QueryRefused
from kgapp.rights import DISCLAIMER
from kgapp.web.frame.keptpages import kept
from kgapp.web.frame.sheets import CSV, XLSX, as_csv, as_workbook
from kgapp.web.http.render import language
from kgapp.web.matrix import words as told
from kgapp.web.matrix.matrix import (
    COLUMN_KINDS,
    MODES,
    ROW_KINDS,
    SHOWS,
    Choice,
    absence_of_cell,
    build_matrix,
    column_at,
    entries_of,
    read_choice,
)
from kgapp.web.matrix.tables import LinkNames, links_table, matrix_table, rights_table
from kgapp.web.matrix.view import address_with, block_view, empty_columns, sentence_view
from kgapp.web.trace import words
from kgapp.web.trace.frame import asked_trace, download, keep_traces, offered_editions, trace_page
from kgapp.web.trace.trace import Trace

blueprint = Blueprint("matrix", __name__)
blueprint.record(keep_traces)


@blueprint.get("/matrix")
@kept
def matrix() -> Response:
    """Who or what stands where: rows against columns, each cell with role and ground."""
    trace, choice = _asked()
    lang = language()
    found = build_matrix(trace, choice, lang)
    return trace_page(
        "matrix.html",
        trace=trace,
        choice=choice,
        matrix=found,
        chosen=told.chosen(trace, choice, lang),
        options=_options(trace, choice, lang),
        blocks=[block_view(trace, choice, block, lang) for block in found.blocks],
        empty_columns=empty_columns(trace, found, lang),
        empty_rows=sum(row.absence is not None for row in found.rows),
        kind=words.say(words.ROWS[choice.rows], lang),
        downloads=[(name, address_with(f"/matrix.{name}", choice)) for name in ("csv", "xlsx")],
        shows=[
            (show, words.say(told.SHOWS[show], lang), address_with("/matrix", choice, show=show))
            for show in SHOWS
        ],
    )


@blueprint.get("/matrix.csv")
@kept
def csv() -> Response:
    """The matrix as it is shown, as CSV."""
    trace, choice = _asked()
    lang = language()
    table = matrix_table(trace, build_matrix(trace, choice, lang), lang)
    note = f"{_note(trace, choice, lang)} {DISCLAIMER[lang]}"
    return download(
        as_csv(table.heading, [*table.rows, [note, *[""] * (len(table.heading) - 1)]]), CSV, "matrix.csv"
    )


@blueprint.get("/matrix.xlsx")
@kept
def xlsx() -> Response:
    """The matrix as a workbook: the table, every link with its words, sources and rights."""
    trace, choice = _asked()
    lang = language()
    found = build_matrix(trace, choice, lang)
    names = LinkNames(trace, lang)
    note = _note(trace, choice, lang)
    sheets = [
        matrix_table(trace, found, lang).sheet(note),
        links_table(names, found).sheet(note),
        rights_table(trace, told.chosen(trace, choice, lang), lang).sheet(""),
    ]
    return download(as_workbook(sheets), XLSX, "matrix.xlsx")


@blueprint.get("/matrix/cell")
@kept
def cell() -> Response:
    """The sentences of a cell (or of a whole row) with the quoted words marked."""
    trace, choice = _asked()
    lang = language()
    path = request.args.get("thing", "")
    thing = next((thing for thing in trace.things.values() if thing.path == path), None)
    if thing is None:
        raise QueryRefused(
            Message(f"「{path[:80]}」は登録簿にありません。", f"The register has no {path[:80]!r}."),
            Message("表のページから選んでください。", "Choose it on the page of the matrix."),
            status=404,
        )
    key = request.args.get("column", "")
    column = column_at(trace, choice, key) if key else None
    entries = entries_of(trace, choice, thing, column)
    absence = None if entries else absence_of_cell(trace, choice, thing, column)
    names = LinkNames(trace, lang)
    return trace_page(
        "cell.html",
        trace=trace,
        choice=choice,
        thing=thing,
        label=words.say(thing.label, lang),
        column=told.column_name(trace, column, choice.columns, lang) if column else "",
        chosen=told.chosen(trace, choice, lang),
        back=address_with("/matrix", choice),
        passages=[
            sentence_view(names, list(group)) for _, group in groupby(entries, lambda e: e.passage.iri)
        ],
        meant=words.roles_legend(lang, {entry.link.relation for entry in entries}),
        absence=absence,
        why=words.why_nothing(absence, lang) if absence else "",
    )


def _asked() -> tuple[Trace, Choice]:
    trace = asked_trace()
    return trace, read_choice(request.args, trace)


def _options(trace: Trace, choice: Choice, lang: str) -> dict[str, list[tuple[str, str]]]:
    """What each field of the form offers: value and words."""
    every = [("", words.say(words.ALL, lang))]

    def _told(names: Iterable[str], table: dict[str, Message]) -> list[tuple[str, str]]:
        return [(name, words.say(table[name], lang)) for name in names]

    return {
        "edition": offered_editions(trace, lang),
        "rows": _told(ROW_KINDS, words.ROWS),
        "columns": _told(COLUMN_KINDS, told.COLUMNS),
        "theme": every
        + [(theme.number, words.theme_name(trace, theme.number, lang)) for theme in trace.themes],
        "section": every + _told(trace.sections, words.SECTIONS),
        "role": every + _told(told.ROLES_OF[choice.rows], words.ROLES),
        "mode": every + _told(MODES, words.MODES),
        "show": _told(SHOWS, told.SHOWS),
    }


def _note(trace: Trace, choice: Choice, lang: str) -> str:
    chosen = " / ".join(f"{field}: {value}" for field, value in told.chosen(trace, choice, lang))
    return f"{words.say(trace.edition.title, lang)} ({trace.edition.issued}) | {chosen}"
