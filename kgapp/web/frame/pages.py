"""The documents of the project as pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request

from kgapp.web.frame.markdown import render_markdown
from kgapp.web.frame.notebook import addressed, as_markdown
from kgapp.web.http.render import language

blueprint = Blueprint("pages", __name__)
DOCS = Path(__file__).parents[1] / "docs"
NOTEBOOK = ".ipynb"
DOCUMENTS = frozenset(path.name for path in DOCS.iterdir() if path.suffix in (".md", NOTEBOOK))


@blueprint.get("/docs/<name>")
def document(name: str) -> Response:
    """A document of the project, in the language asked for where there are two; a notebook also as the
    file that it is."""
    lang = language()
    if name in DOCUMENTS and name.endswith(NOTEBOOK):
        return _saved(name)
    found = [DOCS / f"{name}.{lang}.md", DOCS / f"{name}.md", DOCS / f"{name}.{lang}{NOTEBOOK}"]
    path = next((path for path in found if path.name in DOCUMENTS), None)
    if path is None:
        abort(404)
    text = path.read_text(encoding="utf-8")
    file = path.name if path.suffix == NOTEBOOK else ""
    if file:
        text = as_markdown(addressed(text, request.url_root))
    title = text.partition("\n")[0].strip("# ")
    return _localized("document.html", title=title, body=render_markdown(text, lang), file=file)


def _saved(name: str) -> Response:
    """A notebook as a file, which asks the server that it comes from."""
    response = make_response(addressed((DOCS / name).read_text(encoding="utf-8"), request.url_root))
    response.content_type = "application/x-ipynb+json"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.add_etag()
    response.make_conditional(request)
    return response


def _localized(template: str, **values: Any) -> Response:
    response = make_response(render_template(template, lang=language(), **values))
    response.vary.update(["Accept", "Accept-Language"])
    return response
