"""The page of the vocabulary and that of its shapes: what their templates are given."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

from cachetools import LRUCache
from flask import render_template, request
from rdflib import Literal, URIRef
from rdflib.term import Node

from kgapp.dataset import Dataset
from kgapp.errors import Message, QueryRefused
from kgapp.rights import DATASET_RIGHTS, DISCLAIMER
from kgapp.vocab import local_name
from kgapp.web.frame.context import Context
from kgapp.web.frame.documents import EXTENSIONS
from kgapp.web.frame.links import document_of
from kgapp.web.http.render import language
from kgapp.web.vocabulary.checks import UNCHECKED, Checks, checks_of
from kgapp.web.vocabulary.diagram import draw
from kgapp.web.vocabulary.ontology import Document, canonical, read_header
from kgapp.web.vocabulary.shapes import SHAPES, SIGNS, Shape, read_shapes
from kgapp.web.vocabulary.terms import WORDS, Kind, Term, read_terms
from kgapp.web.vocabulary.usage import UNUSED, InUse, loaded_vocabulary, read_usage

KINDS = {
    Kind.CLASS: Message("クラス", "class"),
    Kind.OBJECT: Message("関係", "relation"),
    Kind.DATATYPE: Message("属性", "attribute"),
    Kind.ANNOTATION: Message("注記", "annotation"),
    Kind.SCHEME: Message("概念体系", "concept scheme"),
    Kind.CONCEPT: Message("概念", "concept"),
}
"""How kinds of terms are called on a page."""
GROUPS = {
    "classes": (Message("クラス（ものの種類）", "Classes: kinds of things"), (Kind.CLASS,)),
    "properties": (
        Message(
            "プロパティ（ものの間の関係と、ものの属性）",
            "Properties: relations between things, and attributes",
        ),
        (Kind.OBJECT, Kind.DATATYPE, Kind.ANNOTATION),
    ),
    "schemes": (
        Message("概念体系とその概念（決まった値）", "Concept schemes and their concepts: fixed values"),
        (Kind.SCHEME, Kind.CONCEPT),
    ),
}
"""The parts of the vocabulary."""


_SAME: LRUCache[Hashable, bool] = LRUCache(4)
_REMEMBERED = Lock()
"""Held while this is read or changed: pages are made in several threads."""


@dataclass(frozen=True)
class Reference:
    """A term or a shape as a page links to it."""

    address: str
    text: str
    borrowed: bool = False


DIAGRAM = "diagram"
PLACES = {"borrowed": "vocabulary-borrowed.html", DIAGRAM: "vocabulary-drawn.html"}
"""Pages of the vocabulary beside those of its terms, by the end of their addresses."""


def vocabulary_page(context: Context, dataset: Dataset, written: Document) -> tuple[str, bool]:
    """The vocabulary in short: what each term means, at the fragment that its IRI leads to; and whether
    that is all that is to be told (else the source did not answer, or not for this vocabulary)."""
    used = _in_use(context, dataset, written)
    own = [term for term in terms_of(written).values() if not term.borrowed]
    parts = {
        part: (title, sorted((term for term in own if term.kind in kinds), key=_place))
        for part, (title, kinds) in GROUPS.items()
    }
    values = {**_of_terms(written, used), "parts": parts}
    return _page("vocabulary.html", dataset, values), used.is_known


def part_page(
    context: Context, dataset: Dataset, written: Document, shapes: Sequence[Document], name: str
) -> tuple[str, bool] | None:
    """A term in full, with its use, an example, and the shapes that check it; or one of ``PLACES``;
    nothing where there is none of this name."""
    every = terms_of(written)
    terms = {term.name: term for term in every.values() if not term.borrowed}
    if name not in terms and name not in PLACES:
        return None
    used = _in_use(context, dataset, written)
    values = _of_terms(written, used)
    if name in terms:
        values |= {"term": terms[name], "checks": _checks(written, *shapes)}
    elif name == DIAGRAM:
        values |= {"diagram": draw(every, used.by_term)}
    else:
        values |= {"borrowed": [term for term in every.values() if term.borrowed]}
    return _page(PLACES.get(name, "vocabulary-term.html"), dataset, values), used.is_known


def shapes_page(
    context: Context, dataset: Dataset, documents: Sequence[Document], vocabulary: Document
) -> tuple[str, bool]:
    """The shapes in short: what each says where it is not met, at the fragment of its IRI."""
    used = _in_use(context, dataset, vocabulary)
    groups = [(read_header(written), list(_shapes(written).values())) for written in documents]
    values = {**_of_shapes(vocabulary, used), "groups": groups}
    return _page("shapes.html", dataset, values), used.is_known


def shape_page(
    context: Context, dataset: Dataset, documents: Sequence[Document], vocabulary: Document, name: str
) -> tuple[str, bool] | None:
    """A shape in full: what it looks at, what it demands, its query; nothing where there is none of
    this name."""
    for written in documents:
        for shape in _shapes(written).values():
            if shape.name == name:
                used = _in_use(context, dataset, vocabulary)
                own = {"header": read_header(written), "shape": shape}
                values = {**_of_shapes(vocabulary, used), **own}
                return _page("shape.html", dataset, values), used.is_known
    return None


def _of_terms(written: Document, used: InUse) -> dict[str, Any]:
    """What every page of the vocabulary is given."""
    address = f"{request.script_root}/ns"
    return {
        "header": read_header(written),
        "used": used,
        "usage": used.by_term,
        "refer": _References(terms_of(written), address).refer,
        "at": f"{address}/{{}}".format,
    }


def _of_shapes(vocabulary: Document, used: InUse) -> dict[str, Any]:
    """What every page of shapes is given."""
    return {
        "used": used,
        "usage": used.by_term,
        "refer": _References(terms_of(vocabulary), f"{request.script_root}/ns").refer,
        "signs": SIGNS,
        "shapes_namespace": SHAPES,
        "at": f"{request.script_root}/shapes/{{}}".format,
    }


def _page(template: str, dataset: Dataset, values: Mapping[str, Any]) -> str:
    lang = language()
    return render_template(
        template,
        lang=lang,
        rights=DATASET_RIGHTS[lang],
        disclaimer=DISCLAIMER[lang],
        words=WORDS,
        kinds=KINDS,
        unused=UNUSED,
        unchecked=UNCHECKED,
        extensions=EXTENSIONS,
        shapes_at=f"{request.script_root}/shapes",
        about=lambda iri: document_of(iri, dataset.base) or iri,
        **values,
    )


class _References:
    """Links to terms by their names in the language of the page."""

    def __init__(self, terms: Mapping[URIRef, Term], vocabulary: str) -> None:
        """``vocabulary`` is the address of its page."""
        self._terms, self._vocabulary = terms, vocabulary
        self._known: dict[Node, Reference] = {}
        self._lang = language()

    def refer(self, node: Node) -> Reference:
        """The link to a term, or a value as text."""
        if node not in self._known:
            self._known[node] = self._made(node)
        return self._known[node]

    def _made(self, node: Node) -> Reference:
        term = self._terms.get(node) if isinstance(node, URIRef) else None
        if term is not None:
            label = term.label.ja if self._lang == "ja" else term.label.en
            address = str(term.iri) if term.borrowed else f"{self._vocabulary}/{term.name}"
            return Reference(address, label, term.borrowed)
        if isinstance(node, Literal):
            return Reference("", str(node))
        return Reference(
            document_of(str(node), "") or str(node), local_name(URIRef(str(node))), borrowed=True
        )


@lru_cache(maxsize=4)
def terms_of(written: Document) -> dict[URIRef, Term]:
    """The terms that a document declares, read once."""
    return read_terms(written.graph)


@lru_cache(maxsize=8)
def _shapes(written: Document) -> dict[URIRef, Shape]:
    return read_shapes(written.path, written.graph)


@lru_cache(maxsize=4)
def _checks(vocabulary: Document, *documents: Document) -> dict[URIRef, Checks]:
    shapes = [shape for written in documents for shape in _shapes(written).values()]
    return checks_of(shapes, terms_of(vocabulary))


def _place(term: Term) -> tuple[URIRef, ...]:
    """Terms stand by name; concepts stand below their scheme."""
    return (*term.fact("scheme"), term.iri)


def _in_use(context: Context, dataset: Dataset, written: Document) -> InUse:
    """What the source tells; what the terms mean is told even where it does not answer."""
    try:
        usage = read_usage(context.source, context.page_queries)
        same = _says_what_is_loaded(written, dataset, context)
    except QueryRefused as error:
        return InUse(frozenset(), True, error.what)
    return InUse(frozenset(usage.items()), same)


def _says_what_is_loaded(written: Document, dataset: Dataset, context: Context) -> bool:
    """Whether the document says what the vocabulary loaded with the data says, as graphs.

    That it does is remembered of a document and a dataset. That it does not is looked at again: the
    workers may still be answering from the dataset before.
    """
    key = (written, dataset.digest)
    with _REMEMBERED:
        if _SAME.get(key):
            return True
    loaded = loaded_vocabulary(context.source, context.page_queries)
    same = frozenset(canonical(loaded)) == written.quads
    if same:
        with _REMEMBERED:
            _SAME[key] = True
    return same
