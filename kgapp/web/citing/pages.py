"""Permalinks over HTTP: made for a query, told of, cited; and the snippets of a query.

What was asked and answered comes with the request (``http.cited``): the front asks it within the limits
of strangers, before a page takes a thread.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState

from kgapp.errors import Message, QueryRefused
from kgapp.publication import VERSION_LENGTH
from kgapp.results import TABLE
from kgapp.rights import DISCLAIMER, TITLE
from kgapp.web.citing.citation import Citation, bibtex, csl_json, plain, size_words
from kgapp.web.citing.snippets import Question, snippets
from kgapp.web.citing.standing import Same, Standing, Version, changes_from_run_to_run, standing
from kgapp.web.citing.titles import Catalogue, comment_title
from kgapp.web.frame.context import Context
from kgapp.web.frame.published import Published, published
from kgapp.web.frame.thingnames import name_of
from kgapp.web.http import protocol
from kgapp.web.http.answers import FRESH
from kgapp.web.http.cited import ABOUT, BIBTEX, CSL, ENVIRON, HTML, PAGES, PLAIN, QUERY, Asked, wanted
from kgapp.web.http.fingerprint import Fingerprint, fingerprint
from kgapp.web.http.permalink import PATH, Permalink, write_code
from kgapp.web.http.render import language

blueprint = Blueprint("citing", __name__)
ENDPOINT = "sparql"
SHOWN = 20_000
"""Characters of a query that a page shows; all of it is behind ``.rq``."""
OPENED = 6000
"""Characters of an address with a query in it that a page links to."""
IRI = re.compile(r"[^\x00-\x20<>\"{}|^`\\]+")
"""What SPARQL takes for an IRI (Query, 19.8, IRIREF)."""
_CATALOGUE = "kgapp-catalogue"
TYPES = {name: types[0] if types else "application/json" for name, types in PAGES.items()}
TYPES[PLAIN] = "text/plain"


def register(state: BlueprintSetupState) -> None:
    """What templates of other pages call: the snippets of their query."""
    state.app.extensions[_CATALOGUE] = Catalogue(state.app.extensions["kgapp"].questions)
    state.app.jinja_env.globals["snippets_of"] = snippets_of


blueprint.record(register)


@blueprint.route("/q", methods=["GET", "POST"])
def make() -> Response:
    """Leads a query, given as at the endpoint, to its permalink; without one, to how that is done."""
    asked: Asked | None = request.environ.get(ENVIRON)
    if asked is None:
        return _away(_in_language(url_for("pages.document", name="citing")))
    code = write_code(_recorded(asked))
    return _away(_in_language(url_for("citing.permalink", name=code)))


@blueprint.get("/q/<name>")
def permalink(name: str) -> Response:
    """What a permalink holds and how that stands today, as a page, as JSON, as a citation; or the query."""
    context: Context = current_app.extensions["kgapp"]
    want = wanted(f"{PATH}/{name}", request.headers.get("Accept", ""), context.limits.query_bytes)
    asked: Asked = request.environ.get(ENVIRON) or Asked(want.link, context.source.generation)
    if want.page == QUERY:
        return _answer(want.link.text, f"{TYPES[QUERY]}; charset=utf-8", want.code)
    stands = standing(asked, _published())
    if want.page in (BIBTEX, CSL, PLAIN):
        cited = _citation(stands, want.code)
        if cited is None:
            raise _nothing_to_cite()
        body = {BIBTEX: bibtex, CSL: csl_json, PLAIN: plain}[want.page](cited)
        return _answer(body, f"{TYPES[want.page]}; charset=utf-8", want.code)
    if want.page == ABOUT:
        return _answer(_about(stands, want.code), TYPES[ABOUT], want.code)
    page = render_template("permalink.html", lang=language(), **_page(stands, want.code))
    return _answer(page, "text/html; charset=utf-8", want.code)


@blueprint.get("/snippets")
def snippets_page() -> Response:
    """A query, given as at the endpoint, as code in each language."""
    context: Context = current_app.extensions["kgapp"]
    given = protocol.parameters(request.query_string.decode("latin-1"))
    asked = protocol.question(given, "", context.limits.query_bytes)
    link = Permalink(asked.text, asked.default_graphs, asked.named_graphs, stated=asked.stated)
    page = render_template("snippets.html", lang=language(), link=link, ask=_ask(link), shown=SHOWN)
    return _answer(page, "text/html; charset=utf-8")


def snippets_of(
    text: str, default_graphs: Iterable[str] = (), named_graphs: Iterable[str] = (), stated: bool = False
) -> dict[str, Any]:
    """What ``cite_query.html`` says of a query, ``stated`` where it is asked without conclusions: its
    snippets, where it is made a permalink, and whether the code reads it from a file."""
    link = Permalink(text, tuple(default_graphs), tuple(named_graphs), stated=stated)
    try:
        short = url_for("citing.permalink", name=write_code(link), _external=True)
    except QueryRefused:
        short = ""
    asked = Question(
        text,
        f"{request.url_root}{ENDPOINT}",
        link.default_graphs,
        link.named_graphs,
        f"{short}.csv" if short else "",
        stated,
    )
    given = urlencode(link.parameters)
    fits = len(given) <= OPENED
    return {
        "snippets": snippets(asked),
        "table": asked.kind == TABLE,
        "file": "" if asked.in_code else f"{short}.rq" if short else "query.rq",
        "make": f"{url_for('citing.make')}?{given}" if fits else "",
        "parameters": link.parameters,
        "short": short,
    }


def _recorded(asked: Asked) -> Permalink:
    """The permalink of an answer: with the version that is served and the fingerprint of the answer."""
    context: Context = current_app.extensions["kgapp"]
    if context.source.generation != asked.generation:
        raise QueryRefused(
            Message("ちょうどデータが入れ替わりました。", "The data were being replaced just now."),
            Message("もう一度開いてください。", "Open it once more."),
            status=503,
            retry_after=1,
        )
    dataset = context.dataset()
    lasting = not changes_from_run_to_run(asked.link.text)
    found = fingerprint(asked.answer) if asked.answer and lasting else None
    version = dataset.digest[:VERSION_LENGTH] if dataset else ""
    return replace(asked.link, version=version, answer=found)


def _published() -> Published | None:
    context: Context = current_app.extensions["kgapp"]
    return published() if context.dataset() is not None else None


def _title(text: str, lang: str) -> str:
    """What a query is called: a question of the catalogue with its values, a comment; empty where
    it has no name."""
    catalogue: Catalogue = current_app.extensions[_CATALOGUE]
    found = catalogue.find(text)
    if found is None:
        return comment_title(text)
    title: str = getattr(found.query.title, lang)
    told = [f"{getattr(parameter.label, lang)}: {_value(value, lang)}" for parameter, value in found.values]
    if not told:
        return title
    return f"{title}（{'，'.join(told)}）" if lang == "ja" else f"{title} ({', '.join(told)})"


def _value(value: str, lang: str) -> str:
    """What a value in a query is called: the name of one of our things, else the value as it stands."""
    context: Context = current_app.extensions["kgapp"]
    base = context.source.base
    ours = value.startswith(f"{base}id/") and IRI.fullmatch(value)
    return (name_of(context, value, lang) if ours else "") or value


def _citation(stands: Standing, code: str) -> Citation | None:
    """The citation of the answer that a permalink recorded; nothing where it recorded no version."""
    context: Context = current_app.extensions["kgapp"]
    link, lang = stands.link, language()
    if not link.version:
        return None
    return Citation(
        title=_title(link.text, lang),
        lang=lang,
        kind=stands.kind,
        stated=link.stated,
        answer=link.answer,
        version=link.version,
        version_iri=f"{context.source.base}id/dataset/{link.version}",
        permalink=url_for("citing.permalink", name=code, _external=True),
        accessed=datetime.now(UTC).date(),
    )


def _page(stands: Standing, code: str) -> dict[str, Any]:
    link, lang = stands.link, language()
    cited = _citation(stands, code)
    return {
        "link": link,
        "code": code,
        "stands": stands,
        "states": {"version": Version, "answer": Same},
        "title": _title(link.text, lang),
        "size": partial(size_words, stands.kind, lang=lang),
        "citation": {"plain": plain(cited).rstrip(), "bibtex": bibtex(cited), "csl": csl_json(cited)}
        if cited
        else None,
        "address": url_for("citing.permalink", name=code, _external=True),
        "form": partial(_form, code),
        "forms": _forms(stands.kind),
        "ask": _ask(link),
        "shown": SHOWN,
        "site": TITLE[lang],
        "disclaimer": DISCLAIMER[lang],
    }


def _forms(kind: str) -> tuple[tuple[str, str], ...]:
    """The forms of an answer that a page offers, by extension."""
    table = (("csv", "CSV"), ("tsv", "TSV"), ("json", "JSON"), ("xml", "XML"))
    graph = (("ttl", "Turtle"), ("jsonld", "JSON-LD"), ("nt", "N-Triples"), ("rdf", "RDF/XML"))
    return {"table": table, "boolean": table[2:], "graph": graph}[kind]


def _form(code: str, extension: str) -> str:
    """The address of a permalink in a form."""
    return url_for("citing.permalink", name=f"{code}.{extension}")


def _ask(link: Permalink) -> str:
    """Where a browser shows the answer, with the query to work on; empty where it fits no address."""
    given = urlencode(link.parameters)
    return f"{request.script_root}/{ENDPOINT}?{given}" if len(given) <= OPENED else ""


def _about(stands: Standing, code: str) -> str:
    """The same as JSON, for a program that watches an answer."""
    link, changes = stands.link, stands.changes

    content: dict[str, Any] = {
        "permalink": url_for("citing.permalink", name=code, _external=True),
        "query": link.text,
        "defaultGraphs": link.default_graphs,
        "namedGraphs": link.named_graphs,
        "graphs": protocol.STATED if link.stated else protocol.ALL,
        "then": _recorded_as(link.version, link.answer),
        "now": _recorded_as(stands.served, stands.now),
        "version": stands.version.value,
        "answer": stands.answer.value,
        "changes": None,
    }
    if stands.version is Version.EARLIER:
        pair = f"{link.version}..{stands.served}"
        content["changes"] = {
            "list": url_for("changes.between", pair=f"{pair}.json", _external=True),
            "added": changes.added if changes else None,
            "removed": changes.removed if changes else None,
        }
    if stands.refusal:
        content["refusal"] = {"ja": stands.refusal.what.ja, "en": stands.refusal.what.en}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _recorded_as(version: str, answer: Fingerprint | None) -> dict[str, Any]:
    found = {"size": answer.size, "fingerprint": answer.digest} if answer else None
    return {"version": version or None, "answer": found}


def _answer(body: str, content_type: str, code: str = "") -> Response:
    response = make_response(body)
    response.content_type = content_type
    response.vary.update(["Accept", "Accept-Language"])
    response.headers["Cache-Control"] = FRESH
    if code:
        address = url_for("citing.permalink", name=code)
        others = [
            f'<{address}.{name}>; rel="alternate"; type="{TYPES[name]}"' for name in (HTML, BIBTEX, CSL)
        ]
        response.headers["Link"] = ", ".join([f'<{address}>; rel="cite-as"', *others])
    response.add_etag()
    response.make_conditional(request)
    return response


def _away(address: str) -> Response:
    response = make_response(redirect(address, 303))
    response.headers["Cache-Control"] = "no-store"
    return response


def _in_language(address: str) -> str:
    """An address in the language that the present one chooses."""
    chosen = request.args.get("lang", "")
    return f"{address}?lang={chosen}" if chosen in ("ja", "en") else address


def _nothing_to_cite() -> QueryRefused:
    return QueryRefused(
        Message(
            "この番地には版が書かれていないので，引用できる答えがありません。",
            "This address holds no version: there is no answer to cite.",
        ),
        Message(
            "ページを開き，「今の答えの番地を作る」から作り直してください。",
            "Open it as a page and make one of the answer as it is now.",
        ),
        status=404,
    )
