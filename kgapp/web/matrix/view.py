"""What the templates of the trace matrix are given: tables, cells and sentences in words and addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
from flask import request

from kgapp.web.frame.links import document_of, reading_of, why_address
from kgapp.web.frame.wording import CCR
from kgapp.web.matrix import words as told
from kgapp.web.matrix.matrix import MODES, ROW_KINDS, Block, Choice, Column, Entry, Matrix, Row
from kgapp.web.matrix.tables import LinkNames
from kgapp.web.quality.wrong import wrong_address
from kgapp.web.trace import words
from kgapp.web.trace.marking import is_inside, marked
from kgapp.web.trace.trace import Link, Trace

_BEGINNING = {"ja": 22, "en": 48}
"""Characters of a passage's wording that stand in the heading of its column."""
_PASSAGES = ("initiatives", "issues", "passages")
_OF_ACTORS = ("hasLead", "hasPartner", "hasSubject", "hasParticipant")


@dataclass(frozen=True)
class Filling:
    """What a filled cell says, and where it leads."""

    address: str
    column: str
    """What its column is called, for those who see no heading."""
    grounds: tuple[tuple[str, str, str], ...]
    """For each ground: its local name, its words, the roles that stand on it."""


def block_view(trace: Trace, choice: Choice, block: Block, lang: str) -> dict[str, Any]:
    """A table for its template: the groups of columns, their headings, the rows."""
    grouped = choice.columns in _PASSAGES
    sections = (
        [(section, len(list(own))) for section, own in groupby(block.columns, _section)] if grouped else []
    )
    columns = [_heading(trace, choice, column, lang) for column in block.columns]
    heads = [f"{column['name']} {column['more']}".rstrip() for column in columns]
    return {
        "title": words.theme_name(trace, block.theme, lang) if block.theme else "",
        "theme": block.theme,
        "address": address_with("/matrix", choice, theme=block.theme),
        "groups": [(words.say(words.SECTIONS[section], lang), count) for section, count in sections],
        "columns": columns,
        "rows": [_row(choice, block, heads, row, lang) for row in block.rows],
        "left_out": [words.say(thing.label, lang) for thing in block.left_out],
    }


def empty_columns(trace: Trace, matrix: Matrix, lang: str) -> dict[str, list[str]]:
    """Columns in which nothing is recorded, by the reason."""
    found: dict[str, list[str]] = {}
    for column in matrix.columns:
        if column.absence:
            why = told.why_no_thing(column.absence, matrix.choice, lang)
            found.setdefault(why, []).append(told.column_name(trace, column, matrix.choice.columns, lang))
    return found


def _section(column: Column) -> str:
    return column.passages[0].section


def _heading(trace: Trace, choice: Choice, column: Column, lang: str) -> dict[str, Any]:
    base = trace.edition.iri.removesuffix(f"id/{trace.edition.path}")
    name, more = told.column_name(trace, column, choice.columns, lang), ""
    iri = column.district.iri if column.district else ""
    if choice.columns in _PASSAGES:
        passage = column.passages[0]
        name, more = words.passage_name(passage, lang), words.passage_words(passage, lang, _BEGINNING[lang])
        iri = passage.iri
    elif choice.columns == "themes":
        iri = trace.theme(column.key.removeprefix("theme-")).iri
    return {
        "key": column.key,
        "name": name,
        "more": more,
        "address": document_at(iri, base) if iri else None,
        "empty": column.absence.kind if column.absence else "",
    }


def _row(choice: Choice, block: Block, heads: Sequence[str], row: Row, lang: str) -> dict[str, Any]:
    thing = row.thing
    here = [row.cells.get(column.key) for column in block.columns]
    opened = address_with("/matrix/cell", choice, thing=thing.path)
    return {
        "name": words.say(thing.label, lang),
        "address": document_at(thing.iri, thing.iri.removesuffix(f"id/{thing.path}")),
        "all": address_with("/matrix/cell", choice, thing=thing.path, theme=block.theme or choice.theme),
        "count": len({entry.link.claim for cell in here if cell for entry in cell}),
        "cells": [
            Filling(f"{opened}&column={column.key}", head, _grounds(cell, len(column.passages) > 1, lang))
            if cell
            else None
            for cell, column, head in zip(here, block.columns, heads, strict=True)
        ],
        "why": words.why_nothing(row.absence, lang) if row.absence else "",
    }


def _grounds(entries: Sequence[Entry], counted: bool, lang: str) -> tuple[tuple[str, str, str], ...]:
    """Roles by ground; with their number where several links may fill the cell."""
    found: dict[tuple[str, str], Counter[str]] = {}
    grounds: dict[tuple[str, str], str] = {}
    for entry in sorted(entries, key=lambda entry: (MODES.index(entry.mode), entry.way)):
        key = entry.mode, entry.way
        found.setdefault(key, Counter())[entry.link.relation] += 1
        grounds[key] = words.say(told.ground(entry), lang)
    comma = "・" if lang == "ja" else ", "
    return tuple(
        (
            mode,
            grounds[mode, way],
            comma.join(
                words.say(words.ROLES[role], lang) + (f" {number}" if counted else "")
                for role, number in roles.items()
            ),
        )
        for (mode, way), roles in found.items()
    )


def sentence_view(names: LinkNames, entries: list[Entry]) -> dict[str, Any]:
    """A passage of a cell: its wording with the quoted words marked, and each link's evidence."""
    passage, lang = entries[0].passage, names.lang
    links = [link for entry in entries for link in (entry.link, entry.reach) if link]
    quotes = [quote for link in links for quote in link.quotes]
    return {
        "name": names.passage(passage.iri),
        "notation": passage.notation,
        "address": names.address(passage.iri),
        "read": reading_of(passage.iri, names.base),
        "stretches": marked(passage, quotes),
        "gloss": passage.gloss if lang == "en" else "",
        "entries": [
            {
                "role": words.say(words.ROLES[link.relation], lang),
                "mode": link.mode,
                "mark": words.MARKS[link.mode],
                "ground": words.say(told.ground(entry), lang)
                if link is entry.link and entry.reach is None
                else words.say(words.MODES[link.mode], lang),
                "object": names.thing(link.object),
                "object_address": names.address(link.object),
                "words": [quote.words for quote in link.quotes],
                "outside": [quote.words for quote in link.quotes if not is_inside(passage, quote)],
                "rationale": link.rationale,
                "sources": [names.source(source) for source in link.sources],
                "address": names.address(link.claim),
                "why": _why(link, names.base),
                "wrong": wrong_address(link.passage, f"{CCR}{link.relation}", ox.NamedNode(link.object)),
            }
            for entry in entries
            for link in (entry.link, entry.reach)
            if link
        ],
        "others": _beside(names, passage.iri, {entry.link.object for entry in entries}),
    }


def _beside(names: LinkNames, passage: str, own: set[str]) -> list[dict[str, Any]]:
    """The other bodies, posts and kinds of actors that have a role in a passage, each with its roles."""
    roles: dict[str, list[str]] = {}
    for link in names.trace.links:
        if link.passage == passage and link.relation in _OF_ACTORS and link.object not in own:
            roles.setdefault(link.object, []).append(words.say(words.ROLES[link.relation], names.lang))
    things = names.trace.things
    return [
        {
            "name": names.thing(iri),
            "address": names.address(iri),
            "roles": ("・" if names.lang == "ja" else ", ").join(roles[iri]),
        }
        for iri in sorted(roles, key=lambda iri: things[iri].reading)
        if things[iri].kind in ROW_KINDS["actors"]
    ]


def _why(link: Link, base: str) -> str:
    """Where it is told why a link holds, where it is concluded."""
    if link.mode != "inferred":
        return ""
    return why_address(link.passage, f"{CCR}{link.relation}", link.object, base)


def address_with(path: str, choice: Choice, **more: str) -> str:
    """The path of one of these pages with a choice, changed where ``more`` names a field of it."""
    names = {entry.name for entry in fields(Choice)}
    changes = {name: value for name, value in more.items() if name in names}
    asked = {name: value for name, value in more.items() if name not in names} | choice.parameters(**changes)
    if (spoken := request.args.get("lang", "")) in ("ja", "en"):
        asked["lang"] = spoken
    return f"{request.script_root}{path}{'?' if asked else ''}{urlencode(asked, safe='/')}"


def document_at(iri: str, base: str) -> str | None:
    """The path of the page about one of our things."""
    return _document(iri, base, request.script_root)


@lru_cache(maxsize=1 << 14)
def _document(iri: str, base: str, _root: str) -> str | None:
    return document_of(iri, base)
