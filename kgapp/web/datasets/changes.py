"""The versions of the dataset, and what differs between two of them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, make_response, render_template, request, url_for

from kgapp.errors import Message
from kgapp.publication import WHOLE, Version
from kgapp.results import MediaType, not_acceptable, preferred
from kgapp.rights import DATASET_RIGHTS, DISCLAIMER, LICENSE
from kgapp.web.datasets.changelist import Difference, Differences, as_json, as_patch, differences
from kgapp.web.datasets.naming import language_of, local, name_of
from kgapp.web.frame.documents import HTML
from kgapp.web.frame.links import document_of
from kgapp.web.frame.published import Published, not_found, published
from kgapp.web.http.answers import FRESH
from kgapp.web.http.render import language

blueprint = Blueprint("changes", __name__)
PAIR = re.compile(r"(?P<older>[0-9a-z]+)\.\.(?P<newer>[0-9a-z]+)(?:\.(?P<extension>html|json|rdfp))?")
JSON = MediaType("json", ("application/json",), None)
PATCH = MediaType("patch", ("application/rdf-patch", "text/plain"), None)
FORMS = (HTML, JSON, PATCH)
EXTENSIONS = {"html": HTML, "json": JSON, "rdfp": PATCH}
ON_A_PAGE = 50
"""Subjects of whose changes a page tells."""
LONGEST = 300
"""Characters of a value that a page shows."""
Words = tuple[str, str]
"""Words for a page, and their language where it is to be told."""
Named = Callable[[str], Words]
GRAPHS = {
    "asserted": ("資料から記したもの", "recorded from the paper"),
    "claims": ("根拠付き主張と引用", "claims and quotes"),
    "source": ("資料の文字と断片", "the text and its spans"),
    "inferred": ("推論", "inferred"),
    "register": ("登録簿", "register"),
    "external": ("資料の外の事実", "facts from outside the paper"),
    "dataset": ("データセットの説明", "description of the dataset"),
    "ns": ("語彙", "vocabulary"),
}


@blueprint.get("/changes")
def versions() -> Response:
    """The versions that are kept, the newest first."""
    known = published()
    lang = language()
    page = render_template(
        "changes.html", lang=lang, versions=known.versions(WHOLE), disclaimer=DISCLAIMER[lang]
    )
    return _answer(page, HTML)


@blueprint.get("/changes/<pair>")
def between(pair: str) -> Response:
    """What differs between two versions: in words, as JSON, or as RDF Patch."""
    known = published()
    found = PAIR.fullmatch(pair)
    if found is None:
        raise not_found(
            Message(f"「{pair}」は版の組ではありません。", f"{pair!r} is no pair of versions."),
            Message("/changes/古い版..新しい版 と書きます。", "Write /changes/<older>..<newer>."),
        )
    form = _form(found["extension"] or "")
    older, newer = (_kept(known, found[name]) for name in ("older", "newer"))
    changes = differences(older, newer)
    base = known.dataset.base
    if form is HTML:
        return _answer(_page(known, changes), HTML, pair_of(changes))
    body = as_json(changes, base) if form is JSON else "".join(as_patch(changes, base))
    return _answer(body, form, pair_of(changes))


def pair_of(changes: Differences) -> str:
    """The address of a list of changes, without a form."""
    return url_for("changes.between", pair=f"{changes.older}..{changes.newer}")


def _form(extension: str) -> MediaType:
    if extension:
        return EXTENSIONS[extension]
    best = preferred(request.headers.get("Accept", ""), FORMS)
    if best is None:
        raise not_acceptable(FORMS)
    return best


def _kept(known: Published, name: str) -> Version:
    """The version, where its files are kept; raises QueryRefused (404) with those that are."""
    found = known.version(name)
    if found is not None:
        return found
    kept = ", ".join(release.version for release in known.versions(WHOLE))
    raise not_found(
        Message(
            f"版「{name}」のファイルはここにありません。",
            f"The files of version {name!r} are not kept here.",
        ),
        Message(f"ある版: {kept}（一覧は /changes）", f"Versions that are kept: {kept} (listed at /changes)"),
    )


def _page(known: Published, changes: Differences) -> str:
    lang, base = language(), known.dataset.base
    subjects = changes.by_subject()
    pages = max(1, -(-len(subjects) // ON_A_PAGE))
    page = min(max(request.args.get("page", 1, int), 1), pages)
    shown = subjects[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    named = partial(_named, changes, lang, base)
    return render_template(
        "changelist.html",
        lang=lang,
        changes=changes,
        total=len(subjects),
        subjects=[_about(subject, group, named, base) for subject, group in shown],
        page=page,
        pages=pages,
        address=pair_of(changes),
        disclaimer=DISCLAIMER[lang],
        rights=DATASET_RIGHTS[lang],
    )


def _named(changes: Differences, lang: str, base: str, iri: str) -> Words:
    """A thing's name, and its language where that is not the page's."""
    told = language_of(iri, changes.names, lang)
    return name_of(iri, changes.names, lang, base), told if told != lang else ""


def _about(subject: str, group: list[Difference], named: Named, base: str) -> dict[str, Any]:
    return {
        "name": named(subject),
        "iri": subject,
        "address": document_of(subject, base),
        "changes": [
            {
                "added": change.added,
                "property": named(change.quad.predicate.value),
                "value": _value(change.quad.object, named),
                "address": _address(change.quad.object, base),
                "graph": _graph(change.quad.graph_name),
            }
            for change in group
        ],
    }


def _value(term: Any, named: Named) -> Words:
    if isinstance(term, ox.NamedNode):
        return named(term.value)
    text: str = term.value
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…", getattr(term, "language", None) or ""


def _address(term: Any, base: str) -> str | None:
    return document_of(term.value, base) if isinstance(term, ox.NamedNode) else None


def _graph(term: Any) -> str:
    last = local(getattr(term, "value", "")).rpartition("/")[2]
    return GRAPHS[last][0 if language() == "ja" else 1] if last in GRAPHS else last


def _answer(body: str | bytes, form: MediaType, address: str = "") -> Response:
    """An answer with its validator, its licence and its other forms where it has an address for them."""
    response = make_response(body)
    response.content_type = form.content_type
    links = [f'<{LICENSE}>; rel="license"', f'<{url_for("catalogue.catalogue")}>; rel="collection"']
    if address:
        links.append(f'<{address}>; rel="canonical"')
        links += [
            f'<{address}.{extension}>; rel="alternate"; type="{other.types[0]}"'
            for extension, other in EXTENSIONS.items()
            if other is not form
        ]
    response.headers["Link"] = ", ".join(links)
    response.vary.update(["Accept", "Accept-Language"] if form is HTML else ["Accept"])
    response.headers["Cache-Control"] = FRESH
    response.set_etag(hashlib.blake2b(response.get_data(), digest_size=16).hexdigest())
    response.make_conditional(request)
    return response
