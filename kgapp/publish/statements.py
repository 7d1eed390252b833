"""Statements on their way into a file: lines of N-Triples without blank nodes, each once.

rdflib's graphs index what is only written: the catalogue of 1,741 editions would take minutes and all
memory.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
from rdflib import Literal, URIRef

from kgapp.errors import Message


class Statements:
    """A set of triples as lines."""

    def __init__(self) -> None:
        self._lines: set[bytes] = set()

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._lines)

    def add(self, triple: tuple[URIRef, URIRef, URIRef | Literal]) -> None:
        """States a triple."""
        subject, predicate, value = triple
        self._lines.add(f"<{subject}> <{predicate}> {_term(value)} .\n".encode())

    def say(self, subject: URIRef, predicate: URIRef, words: Message | dict[str, str]) -> None:
        """States words in Japanese and English."""
        both = words if isinstance(words, dict) else {"ja": words.ja, "en": words.en}
        for language, text in both.items():
            self.add((subject, predicate, Literal(text, lang=language)))


def _term(value: URIRef | Literal) -> str:
    if isinstance(value, URIRef):
        return f"<{value}>"
    if value.language:
        return str(ox.Literal(value, language=value.language))
    kind = ox.NamedNode(value.datatype) if value.datatype else None
    return str(ox.Literal(value, datatype=kind))
