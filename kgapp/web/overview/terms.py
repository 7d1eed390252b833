"""What the terms of the served vocabulary are called, and where each is explained."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request
from rdflib import URIRef

from kgapp.errors import Message
from kgapp.vocab import ONTOLOGY, local_name
from kgapp.web.frame.context import Context
from kgapp.web.frame.wording import TERMS
from kgapp.web.vocabulary.ontology import read_document
from kgapp.web.vocabulary.pages import terms_of
from kgapp.web.vocabulary.terms import Term

Terms = Mapping[URIRef, Term]


def declared_terms(context: Context) -> Terms:
    """The terms of the vocabulary that was published with the served dataset; none where other data are
    served."""
    dataset = context.dataset()
    if dataset is None:
        return {}
    return terms_of(read_document(dataset.folder / dataset.publication, "ns"))


def label_of(declared: Terms, iri: URIRef) -> Message:
    """What a term is called: by the vocabulary, for borrowed terms by the pages, else by its IRI."""
    term = declared.get(iri)
    if term is not None and not term.borrowed:
        return term.label
    return TERMS.get(str(iri)) or (term.label if term else Message(local_name(iri), local_name(iri)))


def term_address(declared: Terms, iri: URIRef) -> str:
    """Where a term is explained: on the vocabulary's page, or at its own address."""
    if iri in declared and not declared[iri].borrowed:
        return f"{request.script_root}/ns#{local_name(iri)}"
    return str(iri) if not iri.startswith(f"{ONTOLOGY}#") else f"{request.script_root}/ns"
