"""What may stand as a value or a thing in a query: by what is there, and by what people call it.

Names are compared folded (``search.folding``: width, case, kana), so 社協, しゃきょう and ｼｬｷｮｳ are one where
the register says how a name is read. Every answer is bounded; where a class or property has more values
than are looked through, what the index of search finds is tried one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pyoxigraph as ox

from kgapp.question import Source, Term
from kgapp.search.folding import folded
from kgapp.search.index import Index
from kgapp.search.suggesting import Suggestion, suggest
from kgapp.web.frame.context import Context
from kgapp.web.frame.wording import NAMESPACES
from kgapp.web.workbench.completion import prefixed

VALUES, VALUES_OF_ANY = "completion-values", "completion-values-of-any"
THINGS, NAMES = "completion-things", "completion-names"
IS_VALUE, IS_VALUE_OF_ANY, IS_A = "completion-is-value", "completion-is-value-of-any", "completion-is-a"
MOST = 40
"""Values that are offered at once."""
LOOKED_THROUGH = 500
"""Values whose names are compared: one fewer than the queries give."""
TRIED = 20
"""Things of the index that are tried one by one."""
LONGEST_LITERAL = 200
LONGEST_TYPED = 100
SKOS, RDFS = NAMESPACES["skos"], NAMESPACES["rdfs"]
NAMING = (f"{SKOS}prefLabel", f"{RDFS}label", f"{NAMESPACES['dcterms']}title")
NOTATION, TEXT = f"{SKOS}notation", f"{NAMESPACES['ccr']}text"
XSD_INTEGER = f"{NAMESPACES['xsd']}integer"
SHORT = 60
"""Characters of a wording that stand for a name."""
NOT_ALIKE = 3

_folded = lru_cache(maxsize=8192)(folded)


@dataclass
class Offer:
    """A term that may stand at a place, as a query writes it, and what it is called."""

    term: str
    uses: int = 0
    names: dict[str, str] = field(default_factory=dict)
    """By language; what has a wording of its own is called by that, behind its notation."""
    words: list[str] = field(default_factory=list)
    """All that it is found by."""
    matched: str = ""

    def content(self) -> dict[str, Any]:
        """The offer as a program reads it."""
        ja, en = self.names.get("ja", ""), self.names.get("en", "")
        return {"term": self.term, "ja": ja, "en": en, "matched": self.matched, "uses": self.uses}


def values_of(context: Context, property_: str, of: str, typed: str, index: Index | None) -> list[Offer]:
    """Values that a property really has, on things of the class ``of`` where one is given, the most
    frequent first; those that are called as typed, where something is."""
    bound: dict[str, Term] = {"property": ox.NamedNode(property_)}
    if of:
        bound["class"] = ox.NamedNode(of)
    found: dict[str, Offer] = {}
    query = context.page_queries[VALUES if of else VALUES_OF_ANY]
    for row in _rows(context.source, query.text, bound):
        if written := _written(row["value"]):
            offer = Offer(written, int(row["uses"].value))
            if isinstance(row["value"], ox.Literal):
                offer.words.append(row["value"].value)
            found[written] = offer
    text = context.page_queries[NAMES].text
    _name(found, _rows(context.source, text, {"property": bound["property"]}))
    tried = context.page_queries[IS_VALUE if of else IS_VALUE_OF_ANY].text
    return _Choice(context.source, found, index).called(typed, tried, bound)


def things_of(context: Context, class_: str, typed: str, index: Index | None) -> list[Offer]:
    """Things of a class, those that are called as typed where something is."""
    bound: dict[str, Term] = {"class": ox.NamedNode(class_)}
    found: dict[str, Offer] = {}
    rows = list(_rows(context.source, context.page_queries[THINGS].text, bound))
    for row in rows:
        if written := _written(row["value"]):
            found.setdefault(written, Offer(written))
    _name(found, rows)
    return _Choice(context.source, found, index).called(typed, context.page_queries[IS_A].text, bound)


def things_called(index: Index, typed: str) -> list[Offer]:
    """Things of any class whose name, alias or reading begins as typed."""
    return [_offer(found) for found in suggest(index, typed[:LONGEST_TYPED], MOST)]


@dataclass(frozen=True)
class _Choice:
    """What was found at a place, and the index that knows more names, where there is one."""

    source: Source
    found: Mapping[str, Offer]
    index: Index | None

    def called(self, typed: str, query: str, bound: Mapping[str, Term]) -> list[Offer]:
        """What is called as typed; where not all was found, what ``query`` finds of what the index knows."""
        offered = _called(self.found.values(), typed)
        if typed and self.index is not None:
            known = {offer.term for offer in offered}
            more = self._indexed(self.index, typed, query, bound)
            offered += [offer for offer in more if offer.term not in known]
        return offered[:MOST]

    def _indexed(self, index: Index, typed: str, query: str, bound: Mapping[str, Term]) -> Iterator[Offer]:
        """What the index finds, readings of aliases among it, as far as it stands at the place."""
        whole = len(self.found) < LOOKED_THROUGH
        for suggestion in suggest(index, typed[:LONGEST_TYPED], TRIED):
            offer = self.found.get(prefixed(suggestion.iri))
            value = {"value": ox.NamedNode(suggestion.iri)}
            if offer is None and not whole and any(_rows(self.source, query, {**bound, **value})):
                offer = _offer(suggestion)
            if offer is not None:
                offer.matched = suggestion.matched
                yield offer


def _offer(found: Suggestion) -> Offer:
    names = {words.language: words.text for words in found.names}
    return Offer(prefixed(found.iri), names=names, matched=found.matched)


def _called(offers: Iterable[Offer], typed: str) -> list[Offer]:
    """Those that are called so, the most alike first; all where nothing is typed."""
    wanted = _folded(typed[:LONGEST_TYPED])
    if not wanted:
        return list(offers)
    ranked: list[tuple[int, int, int, Offer]] = []
    for offer in offers:
        alike = min(
            ((_likeness(_folded(word), wanted), word) for word in [*offer.words, offer.term]),
            key=lambda pair: pair[0],
        )
        if alike[0] < NOT_ALIKE:
            offer.matched = alike[1] if alike[1] != offer.term else ""
            ranked.append((alike[0], -offer.uses, len(ranked), offer))
    return [offer for *_, offer in sorted(ranked, key=lambda entry: entry[:3])]


def _likeness(word: str, wanted: str) -> int:
    """0 where a word is what is wanted, 1 where it begins so, 2 where it holds it, 3 where it does not."""
    if word == wanted:
        return 0
    if word.startswith(wanted):
        return 1
    return 2 if wanted in word else NOT_ALIKE


def _name(offers: Mapping[str, Offer], rows: Iterable[ox.QuerySolution]) -> None:
    """Tells offers what they are called."""
    lesser: dict[str, dict[str, str]] = {}
    for row in rows:
        name, role = row["name"], row["role"]
        offer = offers.get(_written(row["value"]))
        if offer is None or not isinstance(name, ox.Literal):
            continue
        offer.words.append(name.value)
        language = name.language or "ja"
        if role.value in NAMING:
            offer.names.setdefault(language, name.value)
        elif role.value in (NOTATION, TEXT):
            lesser.setdefault(offer.term, {})[role.value] = name.value
    for term, words in lesser.items():
        told = " ".join(words[role] for role in (NOTATION, TEXT) if role in words)
        if TEXT in words or not offers[term].names:
            offers[term].names["ja"] = told if len(told) <= SHORT else f"{told[:SHORT]}…"


def _written(term: object) -> str:
    """A term as a query writes it; empty for what has no name or is too long."""
    if isinstance(term, ox.NamedNode):
        return prefixed(term.value)
    if not isinstance(term, ox.Literal) or len(term.value) > LONGEST_LITERAL:
        return ""
    return term.value if term.datatype.value == XSD_INTEGER and term.value.isdecimal() else str(term)


def _rows(source: Source, text: str, bound: Mapping[str, Term]) -> Iterable[ox.QuerySolution]:
    results = source.query(text, bound)
    assert isinstance(results, ox.QuerySolutions)
    return results
