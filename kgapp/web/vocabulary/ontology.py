"""The documents of the vocabulary and its shapes: the bytes that people wrote, RDF in every form,
each parsed once for as long as its content stays. What they say is told by ``terms`` and ``shapes``.
"""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox
from rdflib import OWL, RDFS, Graph, URIRef
from rdflib.namespace import DCTERMS, VANN, Namespace

from kgapp.errors import DatasetMissing, KgappError, Message
from kgapp.results import TURTLE, MediaType
from kgapp.vocab import DEFAULT_BASE, ONTOLOGY
from kgapp.web.frame.documents import serialized
from kgapp.web.vocabulary.terms import in_both

CONTEXT = "context.jsonld"
FILES = {
    "ns": ("ccr.ttl", "schemes.ttl"),
    "shapes": ("shapes.ttl",),
    "shapes/advice": ("advice.ttl",),
}
"""What each document is made of, by its path below the vocabulary's base."""


class NoDocument(KgappError):
    """There is no document of this name here."""

    status = 404


@dataclass(frozen=True)
class Document:
    """A document of the vocabulary in Turtle, as people wrote it."""

    path: str
    content: bytes

    @property
    def iri(self) -> str:
        """The IRI of the ontology that it holds."""
        return f"{DEFAULT_BASE}{self.path}"

    @property
    def graph(self) -> Graph:
        """What it says; not to be changed."""
        return _graph(self.content)

    @property
    def quads(self) -> frozenset[ox.Quad]:
        """What it says, its blank nodes named by what is said of them (RDFC-1.0), so that two
        documents say the same where these are equal."""
        return frozenset(_canonical_quads(self.content))

    def in_form(self, form: MediaType, context: bytes) -> bytes:
        """Its content in a form: Turtle as written, any other by the engine, with a JSON-LD context."""
        return self.content if form is TURTLE else _serialized(self.content, form, context)


@dataclass(frozen=True)
class Header:
    """What a document says of itself, for catalogues and people."""

    iri: str
    path: str
    title: Message
    abstract: Message
    facts: tuple[tuple[Message, str, Message], ...]
    """What it is called, the IRI that is its value (empty where it is a text), the text."""
    rights: Message | None
    citation: Message | None
    prefixes: tuple[tuple[str, str], ...]


BIBO = Namespace("http://purl.org/ontology/bibo/")
HEADER = {
    OWL.versionInfo: Message("版", "Version"),
    OWL.versionIRI: Message("この版の名前", "Name of this version"),
    BIBO.status: Message("状態", "Status"),
    VANN.preferredNamespaceUri: Message("名前空間", "Namespace"),
    VANN.preferredNamespacePrefix: Message("接頭辞", "Prefix"),
    DCTERMS.creator: Message("作成者", "Creator"),
    DCTERMS.publisher: Message("公開者", "Publisher"),
    DCTERMS.created: Message("作成日", "Created"),
    DCTERMS.issued: Message("発行日", "Issued"),
    DCTERMS.modified: Message("更新日", "Modified"),
    DCTERMS.license: Message("ライセンス", "Licence"),
}
"""What of a header is told, in this order."""


def read_header(written: Document) -> Header:
    """The header of a document."""
    graph, iri = written.graph, URIRef(written.iri)
    facts = []
    for predicate, words in HEADER.items():
        for value in sorted(graph.objects(iri, predicate), key=str):
            address = str(value) if isinstance(value, URIRef) else ""
            facts.append((words, address, Message(str(value), str(value))))
    title = in_both(graph, iri, DCTERMS.title, RDFS.label)
    abstract = in_both(graph, iri, DCTERMS.description, DCTERMS.abstract, RDFS.comment)
    return Header(
        iri=written.iri,
        path=written.path,
        title=title or Message(written.iri, written.iri),
        abstract=abstract or Message("", ""),
        facts=tuple(facts),
        rights=in_both(graph, iri, DCTERMS.rights),
        citation=in_both(graph, iri, DCTERMS.bibliographicCitation),
        prefixes=tuple(sorted((prefix, str(name)) for prefix, name in graph.namespaces())),
    )


def version_of(graph: Graph) -> str:
    """The version that the vocabulary's version IRI names (OWL 2, 3.1): ``0.1.0``."""
    return str(graph.value(ONTOLOGY, OWL.versionIRI)).removeprefix(f"{ONTOLOGY}/")


def read_document(folder: Path, path: str) -> Document:
    """The document ``ns``, ``shapes`` or ``shapes/advice`` of a folder of ontology files."""
    return Document(path, b"\n".join(_read(folder / name) for name in FILES[path]))


def read_context(folder: Path) -> bytes:
    """The JSON-LD context of a folder of ontology files, as it was written."""
    return _read(folder / CONTEXT)


def canonical(quads: list[ox.Quad]) -> list[ox.Quad]:
    """Quads with blank nodes named by RDFC-1.0, in a stable order."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(dataset, key=str)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes().removeprefix(codecs.BOM_UTF8)
    except OSError as error:
        raise _unusable(path.name, error.strerror) from error


@lru_cache(maxsize=8)
def _graph(content: bytes) -> Graph:
    graph = Graph(bind_namespaces="none")
    try:
        return graph.parse(data=content, format="turtle")
    except SyntaxError as error:
        raise _unusable("Turtle", error) from error


@lru_cache(maxsize=8)
def _canonical_quads(content: bytes) -> tuple[ox.Quad, ...]:
    try:
        return tuple(canonical(list(ox.parse(content, ox.RdfFormat.TURTLE))))
    except SyntaxError as error:
        raise _unusable("Turtle", error) from error


def _unusable(what: str, why: object) -> DatasetMissing:
    return DatasetMissing(
        Message(
            f"語彙のファイルが使えません（{what}: {why}）。",
            f"The vocabulary's files cannot be used ({what}: {why}).",
        ),
        Message("元のファイルに戻してください。", "Restore the files."),
    )


@lru_cache(maxsize=32)
def _serialized(content: bytes, form: MediaType, context: bytes) -> bytes:
    return serialized(_canonical_quads(content), form, json.loads(context))
