"""The documents of the project as pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template

from kgapp.web.frame.markdown import render_markdown
from kgapp.web.http.render import language

blueprint = Blueprint("pages", __name__)
DOCS = Path(__file__).parents[1] / "docs"
DOCUMENTS = frozenset(path.name for path in DOCS.glob("*.md"))


@blueprint.get("/docs/<name>")
def document(name: str) -> Response:
    """A document of the project, in the language asked for where there are two."""
    lang = language()
    found = [DOCS / f"{name}.{lang}.md", DOCS / f"{name}.md"]
    path = next((path for path in found if path.name in DOCUMENTS), None)
    if path is None:
        abort(404)
    text = path.read_text(encoding="utf-8")
    return _localized(
        "document.html", title=text.partition("\n")[0].strip("# "), body=render_markdown(text, lang)
    )


def _localized(template: str, **values: Any) -> Response:
    response = make_response(render_template(template, lang=language(), **values))
    response.vary.update(["Accept", "Accept-Language"])
    return response
