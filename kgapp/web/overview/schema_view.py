"""The model as the data use it, for its page: pictures with the addresses of all in them, and tables."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import cached_property

from rdflib import URIRef

from kgapp.errors import Message
from kgapp.web.frame.context import Context
from kgapp.web.overview import words as told
from kgapp.web.overview.asking import graphs_of, rows
from kgapp.web.overview.lists import list_address
from kgapp.web.overview.schema import Attribute, Schema, Tally, read_schema
from kgapp.web.overview.tables import Cell, Figure, Line, Place
from kgapp.web.overview.terms import declared_terms, label_of, term_address
from kgapp.web.trace import words
from kgapp.web.vocabulary.diagram import Diagram

QUERIES = ("classes", "uses")
ANY = 1000
"""More lines than any model has: these tables stand on the page as a whole."""


class SchemaView:
    """The model of a paper in a language."""

    TABLES = ("classes", "relations", "attributes")

    def __init__(self, context: Context, paper: str, lang: str, several: bool) -> None:
        """Asks for all of it; ``several`` where there are other papers too. Raises QueryRefused."""
        self._lang = lang
        self._given = {"edition": paper} if several else {}
        self._declared = declared_terms(context)
        found = (rows(context, name, graphs_of(paper)) for name in QUERIES)
        self.schema: Schema = read_schema(self._declared, *found)

    @cached_property
    def pictures(self) -> list[tuple[str, Message, Diagram]]:
        """What is drawn: the name, what it shows, the picture."""
        return [
            ("model", told.MODEL, self.schema.model),
            ("evidence", told.EVIDENCE, self.schema.evidence),
        ]

    def say(self, message: Message) -> str:
        """The words in the language of the page."""
        return words.say(message, self._lang)

    def term(self, iri: URIRef) -> str:
        """Where a class or a property is explained."""
        return term_address(self._declared, iri)

    def links(self, iri: URIRef) -> str:
        """Where everything that a property joins is listed."""
        return list_address("links", **self._given, property=iri)

    def figures(self) -> list[Figure]:
        """The same as tables."""
        return [self._classes(), self._relations(), self._attributes()]

    def _classes(self) -> Figure:
        classes = sorted(self.schema.classes.items(), key=lambda pair: (-pair[1].total, pair[0]))
        lines = [
            Line(
                self._place(iri),
                self._tally(tally, list_address("instances", **self._given, **{"class": iri})),
            )
            for iri, tally in classes
        ]
        return self._figure("classes", [told.CLASS, told.RECORDED_NUMBER, told.INFERRED], lines)

    def _relations(self) -> Figure:
        lines = [
            Line(
                self._place(join.property, join.source, join.target),
                self._tally(join.tally, self.links(join.property)),
            )
            for join in self.schema.joins
        ]
        heads = [told.RELATION, told.FROM, told.TO, told.RECORDED_NUMBER, told.INFERRED]
        return self._figure("relations", heads, lines)

    def _attributes(self) -> Figure:
        """A line for each property and datatype: how many values the things of which class have."""
        together: dict[tuple[URIRef, URIRef], list[Attribute]] = defaultdict(list)
        for one in self.schema.attributes:
            together[one.property, one.datatype].append(one)
        comma = "，" if self._lang == "ja" else ", "
        lines = []
        for (name, datatype), own in together.items():
            classes = comma.join(f"{self._label(one.source)} {one.values}" for one in own)
            languages = sorted({language for one in own for language in one.languages})
            kind = self._label(datatype) + (f" ({', '.join(languages)})" if languages else "")
            place = replace(self._place(name), more=(classes, kind))
            lines.append(Line(place, (Cell(sum(one.values for one in own), self.links(name)),)))
        return self._figure(
            "attributes", [told.ATTRIBUTE, told.OF_CLASSES, told.DATATYPE, told.VALUES], lines
        )

    def _figure(self, name: str, heads: list[Message], lines: list[Line]) -> Figure:
        title, note = self.say(told.TITLES[name]), self.say(told.NOTES[name])
        return Figure(name, title, note, tuple(map(self.say, heads)), tuple(lines), shown=ANY)

    def _place(self, iri: URIRef, *more: URIRef | None) -> Place:
        """A term, and the classes at its ends; one that has none is told as such."""
        names = tuple(self._label(end) if end else self.say(told.NO_CLASS) for end in more)
        return Place(iri, self._label(iri), self.term(iri), more=names)

    def _label(self, iri: URIRef) -> str:
        return self.say(label_of(self._declared, iri))

    def _tally(self, tally: Tally, address: str) -> tuple[Cell, ...]:
        return tuple(Cell(number, address if number else None) for number in (tally.recorded, tally.inferred))
