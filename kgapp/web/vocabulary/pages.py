"""The page of the vocabulary and that of its shapes: what their templates are given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
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
    "page-classes": (Message("クラス（ものの種類）", "Classes: kinds of things"), (Kind.CLASS,)),
    "page-properties": (
        Message(
            "プロパティ（ものの間の関係と、ものの属性）",
            "Properties: relations between things, and attributes",
        ),
        (Kind.OBJECT, Kind.DATATYPE, Kind.ANNOTATION),
    ),
    "page-schemes": (
        Message("概念体系とその概念（決まった値）", "Concept schemes and their concepts: fixed values"),
        (Kind.SCHEME, Kind.CONCEPT),
    ),
}
"""The parts of the vocabulary's page; no term has a hyphen after ``page``."""


_PAGES: LRUCache[Hashable, str] = LRUCache(16)
_SAME: LRUCache[Hashable, bool] = LRUCache(4)
_REMEMBERED = Lock()
"""Held while one of these is read or changed: pages are made in several threads."""


@dataclass(frozen=True)
class Reference:
    """A term or a shape as a page links to it."""

    address: str
    text: str
    borrowed: bool = False


def vocabulary_page(context: Context, dataset: Dataset, written: Document, shapes: Sequence[Document]) -> str:
    """The vocabulary in words: every term with its use, an example, and the shapes that check it."""
    used = _in_use(context, dataset, written)

    def values() -> dict[str, Any]:
        """What the template is given."""
        terms = terms_of(written)
        own = [term for term in terms.values() if not term.borrowed]
        return {
            "header": read_header(written),
            "parts": {
                anchor: (title, sorted((term for term in own if term.kind in kinds), key=_place))
                for anchor, (title, kinds) in GROUPS.items()
            },
            "borrowed": [term for term in terms.values() if term.borrowed],
            "used": used,
            "usage": used.by_term,
            "checks": _checks(written, *shapes),
            "diagram": draw(terms, used.by_term),
            "refer": _References(terms, "").refer,
        }

    return _page("vocabulary.html", dataset, (written, *shapes, used), values)


def shapes_page(
    context: Context, dataset: Dataset, documents: Sequence[Document], vocabulary: Document
) -> str:
    """The shapes in words: what each looks at, demands and says where it is not met."""
    used = _in_use(context, dataset, vocabulary)

    def values() -> dict[str, Any]:
        """What the template is given."""
        by_class: dict[URIRef, list[Shape]] = defaultdict(list)
        for written in documents:
            for shape in _shapes(written).values():
                for _, term in shape.targets:
                    by_class[term].append(shape)
        return {
            "groups": [(read_header(written), list(_shapes(written).values())) for written in documents],
            "by_class": dict(sorted(by_class.items())),
            "used": used,
            "usage": used.by_term,
            "refer": _References(terms_of(vocabulary), f"{request.script_root}/ns").refer,
            "signs": SIGNS,
            "shapes_namespace": SHAPES,
        }

    return _page("shapes.html", dataset, (vocabulary, *documents, used), values)


def _page(template: str, dataset: Dataset, made_of: Hashable, values: Callable[[], Mapping[str, Any]]) -> str:
    """A page, kept for as long as what it is made of and how it is asked for stay the same: a long
    one takes longer to write than its queries to answer."""
    lang = language()
    key = (lang, dataset.base, request.url_root, request.full_path, made_of)
    with _REMEMBERED:
        page = _PAGES.get(key)
    if page is None:
        page = render_template(
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
            **values(),
        )
        with _REMEMBERED:
            _PAGES[key] = page
    return page


class _References:
    """Links to terms by their names in the language of the page."""

    def __init__(self, terms: Mapping[URIRef, Term], vocabulary: str) -> None:
        """``vocabulary`` is the address of its page, empty on that page itself."""
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
            address = str(term.iri) if term.borrowed else f"{self._vocabulary}#{term.name}"
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
