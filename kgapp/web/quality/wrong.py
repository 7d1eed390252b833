"""“This is wrong”: one triple in words, what it rests on, its token, and where to say so.

Nothing is stored, and nothing is sent by opening the page.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, make_response, render_template, request

from kgapp.dataset import Dataset
from kgapp.errors import Message, QueryRefused
from kgapp.publication import VERSION_LENGTH
from kgapp.question import Term
from kgapp.rights import DISCLAIMER
from kgapp.tokens import canonical, key_of, read_token, token_of
from kgapp.web.frame.context import Context
from kgapp.web.frame.links import address_of, document_of
from kgapp.web.frame.literals import read_literal
from kgapp.web.frame.thingnames import name_of
from kgapp.web.http.render import language
from kgapp.web.quality.evidence import (
    GRAPHS,
    MODES,
    OF_REGISTER,
    OUTCOMES,
    evidence_of,
    graphs_of,
    objects_of,
)
from kgapp.web.quality.reports import Record, address_of_report, body_of, subject_of

blueprint = Blueprint("wrong", __name__)
PARAMETERS = ("s", "p", "o", "h", "lang")
LONGEST = {"s": 2000, "p": 2000, "o": 4000, "h": 16, "lang": 8}
"""Characters of each parameter."""
LONG_LITERAL = 400
"""Characters of a literal above which its address names it by the triple's key."""
KEY = re.compile(r"[0-9a-f]{16}")


def wrong_address(subject: str, predicate: str, obj: Term) -> str:
    """The path of the page that tells what a triple says and takes the report that it is wrong."""
    triple = ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), obj)
    given = {"s": subject, "p": predicate}
    if isinstance(obj, ox.NamedNode):
        given["o"] = obj.value
    elif len(str(obj)) <= LONG_LITERAL:
        given["o"] = str(obj)
    else:
        given["h"] = key_of(triple).hex()
    return f"{request.script_root}/wrong?{urlencode(given)}"


@blueprint.get("/wrong")
def wrong() -> Response:
    """What one triple says and rests on, and how to report that it is wrong."""
    context, dataset = _served()
    triple = _asked_triple(context)
    graphs = graphs_of(context, triple)
    if not graphs:
        raise _not_there()
    lang, base = language(), dataset.base
    evidence = evidence_of(context, triple, graphs)
    token = token_of(triple, dataset.digest)
    subject, predicate = triple.subject, triple.predicate
    assert isinstance(subject, ox.NamedNode)
    obj = triple.object
    assert isinstance(obj, ox.NamedNode | ox.Literal)
    record = Record(
        subject=name_of(context, subject.value, lang),
        relation=name_of(context, predicate.value, lang),
        object=name_of(context, obj.value, lang) if isinstance(obj, ox.NamedNode) else obj.value,
        iri=subject.value,
        token=str(token),
        version=dataset.digest[:VERSION_LENGTH],
    )
    title, body = subject_of(record, lang), body_of(record, evidence, lang)
    page = render_template(
        "wrong.html",
        lang=lang,
        query=_query_without_lang(),
        record=record,
        triple=canonical(triple),
        terms=(subject.value, predicate.value, obj.value),
        literal=isinstance(obj, ox.Literal),
        evidence=evidence,
        of_register=any(name in OF_REGISTER for name in graphs),
        graphs=[GRAPHS.get(name, Message(name, name)) for name in graphs],
        modes=MODES,
        outcomes=OUTCOMES,
        address=lambda iri: document_of(iri, base) or address_of(iri, base),
        name=lambda iri: name_of(context, iri, lang),
        wrong_address=wrong_address,
        title=title,
        body=body,
        report_to=context.report_to,
        report_address=address_of_report(context.report_to, title, body) if context.report_to else "",
        disclaimer=DISCLAIMER[lang],
    )
    return _answer(page)


@blueprint.get("/wrong/<token>")
def token_page(token: str) -> Response:
    """What a token says, and how those who keep the data find its triple."""
    _, dataset = _served()
    read = read_token(token)
    page = render_template(
        "wrong-token.html",
        lang=language(),
        token=str(read),
        version=read.version,
        served=dataset.digest[:VERSION_LENGTH],
        disclaimer=DISCLAIMER[language()],
    )
    return _answer(page)


def _served() -> tuple[Context, Dataset]:
    context: Context = current_app.extensions["kgapp"]
    dataset = context.dataset()
    if dataset is None:
        raise QueryRefused(
            Message(
                "ここで出しているデータは，版と根拠の記録をもちません。",
                "The data served here have no version and no record of their grounds.",
            ),
            Message(
                "そのデータを出している人に伝えてください。", "Tell those who serve the data of the mistake."
            ),
            status=404,
        )
    return context, dataset


def _answer(page: str) -> Response:
    response = make_response(page)
    response.vary.update(["Accept", "Accept-Language"])
    # A page for one reader's report: no search engine needs thousands of them.
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _query_without_lang() -> str:
    """The page's own parameters, for links to its other language."""
    return urlencode([(name, value) for name, value in request.args.items(multi=True) if name != "lang"])


def _asked_triple(context: Context) -> ox.Triple:
    """The triple that the parameters name; raises QueryRefused (400) for what names none."""
    given = {name: _one(name) for name in PARAMETERS if name in request.args}
    if not {"s", "p"} <= set(given) or ("o" in given) == ("h" in given):
        raise _bad(
            Message("主語 s，関係 p，相手 o が要ります。", "It takes a subject s, a relation p, an object o.")
        )
    subject, predicate = _iri("s", given["s"]), _iri("p", given["p"])
    if "o" in given:
        return ox.Triple(subject, predicate, _object(given["o"]))
    if not KEY.fullmatch(given["h"]):
        raise _bad(Message("h は16桁の16進数です。", "h has 16 hexadecimal digits."))
    for obj in objects_of(context, subject, predicate):
        triple = ox.Triple(subject, predicate, obj)
        if key_of(triple).hex() == given["h"]:
            return triple
    raise _not_there()


def _one(name: str) -> str:
    values = request.args.getlist(name)
    if len(values) != 1:
        raise _bad(Message(f"{name} は一つだけです。", f"There is more than one {name}."))
    if len(values[0]) > LONGEST[name]:
        raise _bad(
            Message(
                f"{name} は{LONGEST[name]}字までです。",
                f"{name} is longer than {LONGEST[name]} characters.",
            )
        )
    return values[0]


def _iri(name: str, text: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(text)
    except ValueError as error:
        raise _bad(Message(f"{name} がIRIではありません。", f"{name} is no IRI.")) from error


def _object(text: str) -> Term:
    """An IRI, or a literal as N-Triples write it: ``"…"@ja``."""
    if not text.startswith('"'):
        return _iri("o", text)
    if (found := read_literal(text)) is None:
        raise _no_literal()
    return found


def _no_literal() -> QueryRefused:
    return _bad(
        Message("o がN-Triplesの書き方の文字列ではありません。", "o is no literal as N-Triples write it.")
    )


def _bad(what: Message) -> QueryRefused:
    return QueryRefused(
        what,
        Message(
            "記述やリンクのそばにある「これは誤りだと知らせる」から開いてください。",
            "Open this page from “this is wrong” beside a statement or a link.",
        ),
    )


def _not_there() -> QueryRefused:
    return QueryRefused(
        Message(
            "その記録は，いまのデータにはありません。", "That record is not in the data that are served now."
        ),
        Message(
            "直されたか，別の版の記録かもしれません。もとの頁を開き直してください。",
            "It may have been mended, or be of another version. Open the page that you came from again.",
        ),
        status=404,
    )
