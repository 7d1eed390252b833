"""The page of a thing for people: its description sorted into what they look for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from urllib.parse import urlencode

import pyoxigraph as ox

from kgapp.describe import (
    CCR,
    GROUNDS,
    OBJECT,
    PREDICATE,
    SELECTOR,
    SUBJECT,
    TYPE,
    Description,
    iri_of,
)
from kgapp.errors import Message
from kgapp.results import PREFIXES
from kgapp.web.frame.links import reading_of, why_address
from kgapp.web.frame.names import EXACT, OA, SKOS, TEXT, Link, Names, local_name_of
from kgapp.web.frame.wording import INVERSE, LEGEND, MODES

EMPTY_LINES = re.compile(r"\n\s*\n")
PLACE = (f"{CCR}inTheme", f"{CCR}inSection", f"{CCR}forFiscalYear", PREFIXES["dcterms"] + "isPartOf")
"""Where in a paper something stands."""
INFERRED = f"{CCR}inferred"
CONCLUDED = {"inferred"}
"""The last parts of the names of the graphs that hold what is only concluded."""
QUOTED, QUOTED_OBJECT, PREMISE = GROUNDS[:3]


@dataclass(frozen=True)
class Words:
    """A quote: its words where they stand."""

    link: Link
    exact: str
    before: str
    after: str
    start: str
    end: str
    read: str | None
    """Where the source text is open at these words."""


@dataclass(frozen=True)
class ClaimView:
    """A claim as a sentence, with what it rests on."""

    link: Link
    subject: Link
    relation: Link
    object: Link
    mode: str
    ground: Message
    """In plain words."""
    words: list[Words]
    rationale: list[str]
    outcome: Link | None
    """What a reader found who saw the quote alone; none where nobody read it so."""
    premises: list[Link]
    subject_text: str
    """The wording of the statement that it is about, where it is about one."""
    subject_gloss: str
    """Our unofficial English for that wording, on an English page."""
    wrong: str
    """Where to say that it is wrong."""
    why: str
    """Where it is told why it holds, where it is concluded."""


@dataclass(frozen=True)
class Value:
    """A value in the table of all that is said: a link, or a text with its language."""

    link: Link | None
    text: str
    lang: str
    graphs: tuple[str, ...]
    """The last parts of the graphs' names that say it."""
    why: str
    """Where it is told why it holds, where it is concluded."""


@dataclass(frozen=True)
class Row:
    term: Link
    values: list[Value]


@dataclass(frozen=True)
class Group:
    """What points to the thing by one property: how many in all, and those of this page."""

    term: Link
    words: str
    total: int
    links: list[tuple[Link, str, str]]
    """Each with the wording of the statement that it is, where it is one, and where it is told why it
    points here, where that is concluded."""


@dataclass(frozen=True)
class ThingPage:
    """Everything that the template of a thing shows."""

    iri: str
    title: Link
    kinds: list[Link]
    notation: str
    text: str
    """The wording of a statement; empty for anything else."""
    gloss: str
    reading: str
    also: list[str]
    """Other spellings and abbreviations."""
    place: list[tuple[Link, Link]]
    """Where it stands: theme, section, year, paper."""
    quotes: list[Words]
    rows: list[Row]
    own_claim: ClaimView | None
    """Where the thing is a claim."""
    claims: list[ClaimView]
    """Of which it is the subject, and which were read off the paper."""
    concluded: list[tuple[Link, list[ClaimView]]]
    """Of which it is the subject, concluded by rules, by relation."""
    leading_here: list[tuple[str, list[ClaimView]]]
    """Of which it is the object, by relation and then by ground."""
    resting: list[ClaimView]
    """That rest on it, where it is a quote or a claim."""
    groups: list[Group]
    wrong: str
    read: str | None
    """Where its paper is open at it."""
    modes: list[tuple[str, Message, Message]]


class _Reader:
    """Reads one description for a page."""

    def __init__(self, description: Description, names: Names, lang: str, root: str) -> None:
        self._description, self._names, self._lang, self._root = description, names, lang, root

    def read(self) -> ThingPage:
        """All of it, sorted."""
        thing, names = self._description.thing, self._names
        claims = [self._claim(iri) for iri in self._claims()]
        of_it = [claim for claim in claims if claim.subject.iri == thing]
        concluded = [claim for claim in of_it if claim.mode == INFERRED]
        here = [claim for claim in claims if claim.object.iri == thing]
        return ThingPage(
            iri=thing,
            title=names.link(thing),
            kinds=names.kinds(thing),
            notation=names.notation(thing),
            text=names.one(thing, TEXT),
            gloss=names.one(thing, f"{CCR}gloss"),
            reading=names.one(thing, f"{CCR}reading"),
            also=[value.value for value in names.values(thing, f"{SKOS}altLabel")],
            place=[
                (names.link(term), names.link(iri_of(value)))
                for term in PLACE
                for value in names.values(thing, term)
            ],
            quotes=self._quotes(thing),
            rows=list(self._rows()),
            own_claim=self._claim(thing) if names.values(thing, PREDICATE) else None,
            claims=[claim for claim in of_it if claim.mode != INFERRED],
            concluded=[(link, list(group)) for link, group in groupby(concluded, lambda c: c.relation)],
            leading_here=[
                (self._inverse(relation.iri, relation), list(group))
                for relation, group in groupby(here, lambda claim: claim.relation)
            ],
            resting=[
                replace(claim, words=[words for words in claim.words if words.link.iri != thing])
                for claim in claims
                if thing not in (claim.subject.iri, claim.object.iri)
            ],
            groups=list(self._groups()),
            wrong="".join(self._wrong(thing, TEXT, str(text)) for text in names.values(thing, TEXT)[:1]),
            read=self._reading(thing),
            modes=[(local_name_of(iri), MODES[iri], LEGEND[iri]) for iri in MODES],
        )

    def _reading(self, thing: str) -> str | None:
        """Where the paper is read: a paper's own page, else where the thing stands in one."""
        kinds = {iri_of(term) for term in self._names.values(thing, TYPE)}
        if f"{CCR}RoadmapDocument" in kinds or f"{CCR}SourceText" in kinds:
            path = thing.removeprefix(f"{self._names.base}id/").removesuffix("/source")
            return f"{self._root}/read/{path}"
        return reading_of(thing, self._names.base)

    def _claims(self) -> list[str]:
        """The claims in the evidence that are about the thing or rest on it, sorted for reading."""
        thing = self._description.thing
        about: dict[str, set[str]] = {}
        for quad in self._description.evidence:
            about.setdefault(iri_of(quad.subject), set()).add(iri_of(quad.object))
        found = [iri for iri, objects in about.items() if thing in objects and iri != thing]
        found = [iri for iri in found if self._names.values(iri, PREDICATE)]
        return sorted(found, key=self._place)

    def _place(self, claim: str) -> tuple[bool, str, str, str]:
        one = self._names.one
        relation = one(claim, PREDICATE)
        return (
            not relation.startswith(CCR),
            relation,
            one(claim, f"{CCR}mode") + one(claim, SUBJECT),
            one(claim, OBJECT),
        )

    def _claim(self, claim: str) -> ClaimView:
        names = self._names
        subject, relation, obj = (names.one(claim, term) for term in (SUBJECT, PREDICATE, OBJECT))
        mode, outcome = names.one(claim, f"{CCR}mode"), names.one(claim, f"{CCR}readingOutcome")
        return ClaimView(
            link=names.link(claim),
            subject=names.link(subject),
            relation=names.link(relation),
            object=names.link(obj),
            mode=mode,
            ground=MODES.get(mode, Message(local_name_of(mode), local_name_of(mode))),
            words=self._quotes(claim),
            rationale=[value.value for value in names.values(claim, f"{CCR}rationale")],
            outcome=names.link(outcome) if outcome else None,
            premises=[names.link(iri_of(term)) for term in names.values(claim, PREMISE)],
            subject_text=names.one(subject, TEXT),
            subject_gloss=names.one(subject, f"{CCR}gloss") if self._lang == "en" else "",
            wrong=self._wrong(subject, relation, obj),
            why=self._why(subject, relation, obj) if mode == INFERRED else "",
        )

    def _quotes(self, thing: str) -> list[Words]:
        """The quotes that something rests on; of a quote or its selector, that quote."""
        found = [iri_of(term) for term in self._names.values(thing, QUOTED)]
        found += [iri_of(term) for term in self._names.values(thing, QUOTED_OBJECT)]
        if self._names.values(thing, SELECTOR):
            found = [thing]
        if thing == self._description.thing:
            selected = [quad for quad in self._description.references if quad.predicate.value == SELECTOR]
            found += [iri_of(quad.subject) for quad in selected]
        words = [self._words(quote) for quote in dict.fromkeys(found)]
        return sorted((one for one in words if one.exact), key=lambda one: int(one.start or 0))

    def _words(self, quote: str) -> Words:
        selectors = [iri_of(term) for term in self._names.values(quote, SELECTOR)]

        def _one(term: str) -> str:
            return next((text for one in selectors if (text := self._names.one(one, term))), "")

        before, after = (EMPTY_LINES.sub("\n", _one(f"{OA}{term}")) for term in ("prefix", "suffix"))
        start, end = _one(f"{OA}start"), _one(f"{OA}end")
        read = reading_of(quote, self._names.base)
        return Words(self._names.link(quote), _one(EXACT), before.lstrip(), after.rstrip(), start, end, read)

    def _rows(self) -> Iterator[Row]:
        """All that is said of the thing, property by property."""
        said: dict[str, dict[ox.Literal | ox.NamedNode, set[str]]] = {}
        for quad in self._description.own:
            if isinstance(quad.object, ox.Literal | ox.NamedNode):
                graphs = said.setdefault(quad.predicate.value, {}).setdefault(quad.object, set())
                graphs.add(local_name_of(iri_of(quad.graph_name)))
        for term, values in said.items():
            yield Row(
                self._names.link(term),
                sorted(
                    (self._value(term, value, graphs - {""}) for value, graphs in values.items()),
                    key=lambda value: value.lang not in ("", self._lang),
                ),
            )

    def _value(self, term: str, value: ox.Literal | ox.NamedNode, graphs: set[str]) -> Value:
        if isinstance(value, ox.Literal):
            return Value(None, value.value, value.language or "", tuple(sorted(graphs)), "")
        why = self._why(self._description.thing, term, value.value) if graphs == CONCLUDED else ""
        return Value(self._names.link(value.value), value.value, "", tuple(sorted(graphs)), why)

    def _groups(self) -> Iterator[Group]:
        pointing: dict[str, dict[str, set[str]]] = {}
        for quad in self._description.references:
            graphs = pointing.setdefault(quad.predicate.value, {}).setdefault(iri_of(quad.subject), set())
            graphs.add(local_name_of(iri_of(quad.graph_name)))
        for term, total in sorted(self._description.counts.items()):
            others = [
                (
                    self._names.link(one),
                    self._names.one(one, TEXT),
                    self._why(one, term, self._description.thing) if graphs == CONCLUDED else "",
                )
                for one, graphs in pointing.get(term, {}).items()
            ]
            link = self._names.link(term)
            # A triple that stands in two graphs counts once, where all that points here is on this page.
            told = len(others) if self._description.pages == 1 else total
            yield Group(link, self._inverse(term, link), told, others)

    def _inverse(self, term: str, link: Link) -> str:
        if words := INVERSE.get(term):
            return words.ja if self._lang == "ja" else words.en
        return f"「{link.text}」でここを指すもの" if self._lang == "ja" else f"what has it as “{link.text}”"

    def _why(self, subject: str, relation: str, obj: str) -> str:
        return why_address(subject, relation, obj, self._names.base)

    def _wrong(self, subject: str, relation: str, obj: str) -> str:
        """Where to say so: the object by its IRI, or as N-Triples writes a text."""
        return f"{self._root}/wrong?{urlencode({'s': subject, 'p': relation, 'o': obj})}"


def read_page(description: Description, names: Names, lang: str, root: str) -> ThingPage:
    """A description for the template, in a language, on a server whose pages begin at ``root``."""
    return _Reader(description, names, lang, root).read()
