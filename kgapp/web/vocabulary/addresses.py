"""The vocabulary and its shapes at the addresses of their IRIs: pages for people, RDF, the context."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, current_app, make_response, redirect, request

from kgapp.dataset import Dataset
from kgapp.errors import Message
from kgapp.results import JSON_LD
from kgapp.web.frame.context import Context
from kgapp.web.frame.documents import EXTENSIONS, HTML, Asked, asked, respond
from kgapp.web.frame.keptpages import kept_by_form
from kgapp.web.http.answers import FRESH
from kgapp.web.vocabulary.ontology import (
    Document,
    NoDocument,
    read_context,
    read_document,
    version_of,
)
from kgapp.web.vocabulary.pages import part_page, shape_page, shapes_page, vocabulary_page

blueprint = Blueprint("vocabulary", __name__)
SHAPES = ("shapes", "shapes/advice")


@blueprint.get("/ns/context.jsonld")
def context_document() -> Response:
    """The JSON-LD context as it was written (JSON-LD 1.1, 3.1)."""
    _dataset()
    response = make_response(read_context(_folder()))
    response.content_type = JSON_LD.content_type
    response.headers["Cache-Control"] = FRESH
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/ns")
@blueprint.get("/ns.<extension>")
@kept_by_form
def vocabulary(extension: str = "") -> Response:
    """The vocabulary with its concept schemes, in the form asked for."""
    return _answer("ns", _asked("ns", extension))


@blueprint.get("/ns/<version>")
@kept_by_form
def version(version: str) -> Response:
    """A version of the vocabulary (OWL 2, 3.1): the current one is the same document. Or, for people,
    a term in full."""
    dataset = _dataset()
    page = part_page(_context(), dataset, _read("ns"), [_read(name) for name in SHAPES], version)
    if page is not None:
        return _for_people(page, f"ns/{version}", "/ns")
    found, current = asked(version), version_of(_read("ns").graph)
    if found.path != current:
        raise NoDocument(
            Message(f"語彙の {found.path} 版はここにありません。", f"Version {found.path} is not here."),
            Message(
                f"ここにあるのは今の {current} 版です（/ns/{current}）。",
                f"What is here is the current version {current} (/ns/{current}).",
            ),
        )
    return _answer("ns", Asked(f"ns/{current}", found.form, found.by_address))


@blueprint.get("/shapes")
@blueprint.get("/shapes.<extension>")
@kept_by_form
def shapes(extension: str = "") -> Response:
    """The shapes that must hold, in the form asked for; its page tells those that should, too."""
    return _answer("shapes", _asked("shapes", extension))


@blueprint.get("/shapes/advice")
@blueprint.get("/shapes/advice.<extension>")
@kept_by_form
def advice(extension: str = "") -> Response:
    """The shapes that should hold, in the form asked for."""
    return _answer("shapes/advice", _asked("shapes/advice", extension))


@blueprint.get("/shapes/<name>")
@kept_by_form
def shape(name: str) -> Response:
    """A shape in full, for people."""
    page = shape_page(_context(), _dataset(), [_read(each) for each in SHAPES], _read("ns"), name)
    if page is None:
        raise NoDocument(
            Message(f"「{name}」というシェイプはありません。", f"There is no shape {name!r}."),
            Message("一覧は /shapes にあります。", "They are listed at /shapes."),
        )
    return _for_people(page, f"shapes/{name}", "/shapes")


def _for_people(page: tuple[str, bool], path: str, above: str) -> Response:
    """A page that is there for people only; RDF is that of the whole document."""
    root = request.script_root
    if asked(path).form is not HTML:
        response = make_response(redirect(f"{root}{above}", 303))
        response.headers["Cache-Control"] = FRESH
        response.vary.add("Accept")
        return response
    body, lasting = page
    found = Asked(path, HTML, True)
    return _lasting(respond(body, found, f"{root}/{path}", [HTML], links=[(f"{root}{above}", "up")]), lasting)


def _asked(path: str, extension: str) -> Asked:
    if extension and extension not in EXTENSIONS:
        forms = ", ".join(EXTENSIONS)
        raise NoDocument(
            Message(
                f"/{path} に .{extension} という形式はありません。", f"/{path} has no form .{extension}."
            ),
            Message(f"形式: {forms}", f"Forms: {forms}"),
        )
    return asked(f"{path}.{extension}" if extension else path)


def _answer(name: str, found: Asked) -> Response:
    """The document of a name, as it was asked for."""
    dataset, written = _dataset(), _read(name)
    root = request.script_root
    body: bytes | str
    lasting = True
    if found.form is not HTML:
        body = written.in_form(found.form, read_context(_folder()))
    elif name == "ns":
        body, lasting = vocabulary_page(_context(), dataset, written)
    else:
        names = SHAPES if name == "shapes" else (name,)
        body, lasting = shapes_page(_context(), dataset, [_read(each) for each in names], _read("ns"))
    links = [(f"{root}/ns/{version_of(written.graph)}", "latest-version")] if name == "ns" else []
    return _lasting(respond(body, found, f"{root}/{found.path}", links=links), lasting)


def _lasting(response: Response, lasting: bool) -> Response:
    """An answer that is asked for again where it does not tell all that it should."""
    if not lasting:
        response.headers["Cache-Control"] = "no-cache"
    return response


def _read(name: str) -> Document:
    return read_document(_folder(), name)


def _folder() -> Path:
    """The files that the served dataset was built from, as they were published with it."""
    dataset = _dataset()
    return dataset.folder / dataset.publication


def _context() -> Context:
    context: Context = current_app.extensions["kgapp"]
    return context


def _dataset() -> Dataset:
    """The dataset that is served; raises NoDocument where there is none."""
    dataset = _context().dataset()
    if dataset is None:
        raise NoDocument(
            Message("ここでは語彙を出していません。", "The vocabulary is not served here."),
            Message(
                "指定されたファイルのデータだけを出しています。入口は / です。",
                "Only data from files that were named are served here; the entrance is /.",
            ),
        )
    return dataset
