"""From issue to answer over HTTP: the overview, a theme's page, and the table to take away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from kgapp.rights import DISCLAIMER
from kgapp.web.frame.keptpages import kept
from kgapp.web.frame.sheets import CSV, as_csv
from kgapp.web.http.render import language
from kgapp.web.matrix.tables import LinkNames
from kgapp.web.progress import words as told
from kgapp.web.progress.progress import SECTIONS, Progress, Thread, build_progress, read_theme
from kgapp.web.trace import words
from kgapp.web.trace.frame import asked_trace, download, keep_traces, offered_editions, trace_page
from kgapp.web.trace.trace import Link, Passage

blueprint = Blueprint("progress", __name__)
blueprint.record(keep_traces)


@blueprint.get("/answers")
@kept
def answers() -> Response:
    """A theme's way from its issues to its answers, or the overview of all themes."""
    trace = asked_trace()
    theme = read_theme(trace, request.args.get("theme", ""))
    lang = language()
    names = LinkNames(trace, lang)
    progress = build_progress(trace, theme)
    shared: dict[str, Any] = {
        "trace": trace,
        "progress": progress,
        "headings": told.headings(trace, lang),
        "sentences": told.sentences(progress, trace, lang),
        "lists": _lists(names, progress),
        "not_recorded": told.NOT_RECORDED[lang],
        "csv": _address("/answers.csv", theme=theme),
        "themes": [
            (t.number, words.theme_name(trace, t.number, lang), _address("/answers", theme=t.number))
            for t in trace.themes
        ],
        "editions": [
            (text, _address("/answers", edition=path), path == trace.edition.path)
            for path, text in offered_editions(trace, lang)
        ],
        "overview": _address("/answers"),
        "matrix": _address("/matrix", columns="issues", theme=theme),
    }
    if not theme:
        counts = {t.number: build_progress(trace, t.number) for t in trace.themes}
        shared["counts"] = {
            number: [own.count(section) for section in SECTIONS] for number, own in counts.items()
        }
        return trace_page("answers.html", **shared)
    return trace_page(
        "theme_answers.html",
        name=words.theme_name(trace, theme, lang),
        threads=[_thread(names, progress, thread, theme) for thread in progress.threads],
        **shared,
    )


@blueprint.get("/answers.csv")
@kept
def csv() -> Response:
    """Every link from issue to answer, and every passage that has none recorded."""
    trace = asked_trace()
    theme = read_theme(trace, request.args.get("theme", ""))
    lang = language()
    progress = build_progress(trace, theme)
    heading, rows = told.table(LinkNames(trace, lang), progress)
    note = f"{words.say(trace.edition.title, lang)} ({trace.edition.issued}) | {DISCLAIMER[lang]}"
    return download(as_csv(heading, [*rows, [note, *[""] * (len(heading) - 1)]]), CSV, "answers.csv")


def _address(path: str, **asked: str) -> str:
    given = {name: value for name, value in asked.items() if value}
    for name in ("edition", "lang"):
        if value := request.args.get(name, ""):
            given.setdefault(name, value)
    return f"{request.script_root}{path}{'?' if given else ''}{urlencode(given, safe='/')}"


def _lists(names: LinkNames, progress: Progress) -> dict[str, list[dict[str, Any]]]:
    """By section: the passages for which no link is recorded."""
    found = {section: progress.unrecorded(section) for section in SECTIONS}
    return {
        section: [
            {**_item(names, passage), "addresses": passage.iri in progress.addressing} for passage in own
        ]
        for section, own in found.items()
    }


def _thread(names: LinkNames, progress: Progress, thread: Thread, theme: str) -> dict[str, Any]:
    """A direction's row: what it takes up in three columns, and the direction itself."""
    direction = _item(names, thread.direction)
    direction["elsewhere"] = thread.direction.theme != theme
    direction["actors"] = _actors(names, thread.actors)
    columns = (thread.issues, thread.statuses, thread.next_issues)
    return {
        "direction": direction,
        "columns": [
            [
                {
                    **_item(names, passage),
                    **_tie(names, link),
                    "responders": _actors(names, progress.responders.get(passage.iri, ())),
                }
                for passage, link in pairs
            ]
            for pairs in columns
        ],
    }


def _item(names: LinkNames, passage: Passage) -> dict[str, Any]:
    return {
        "name": words.passage_name(passage, names.lang),
        "full": names.passage(passage.iri),
        "notation": passage.notation,
        "theme": passage.theme,
        "address": names.address(passage.iri),
        "text": passage.text,
        "gloss": passage.gloss if names.lang == "en" else "",
    }


def _tie(names: LinkNames, link: Link) -> dict[str, Any]:
    """A link in words: its ground, the words at both ends, the reason."""
    return {
        "relation": link.relation,
        "mode": link.mode,
        "ground": words.say(words.MODES[link.mode], names.lang),
        "words": [quote.words for quote in link.quotes],
        "object_words": [quote.words for quote in link.object_quotes],
        "rationale": link.rationale,
        "claim": names.address(link.claim),
    }


def _actors(names: LinkNames, links: Sequence[Link]) -> list[dict[str, Any]]:
    return [
        {
            "name": names.thing(link.object),
            "address": names.address(link.object),
            "role": words.say(words.ROLES[link.relation], names.lang),
            "mode": link.mode,
            "ground": words.say(words.MODES[link.mode], names.lang),
        }
        for link in links
    ]
