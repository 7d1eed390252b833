"""What a search found, as a page and a program are shown it: addresses, names in one language, pieces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import request, url_for

from kgapp.errors import Message
from kgapp.search.found import Choice, Found, Group, Hit, Marked
from kgapp.search.gather import KIND_NAMES, Kind, Role, Words
from kgapp.search.suggesting import Suggestion
from kgapp.search.terms import RELATIONS
from kgapp.web.frame.links import document_of

SECTION = "ccr:section-"
FILTER_NAMES = {
    "theme": Message("テーマ", "Theme"),
    "section": Message("節", "Section"),
    "actor": Message("関わる主体", "Actor involved"),
    "district": Message("及ぶ地区", "District reached"),
}
Pieces = list[tuple[str, bool]]
"""Words cut where what was looked for begins and ends; those looked for are told."""


def pieces(marked: Marked) -> Pieces:
    """The words of a thing in pieces, for ``<mark>``."""
    found: Pieces = []
    text, at = marked.words.text, 0
    for start, end in marked.marks:
        if start > at:
            found.append((text[at:start], False))
        found.append((text[start:end], True))
        at = end
    if at < len(text):
        found.append((text[at:], False))
    return found


class Called(NamedTuple):
    """What a thing is called, and in which language; none where it is called by its key."""

    text: str
    language: str


@dataclass(frozen=True)
class Line:
    """Further words of a result: what they are, in which language, in pieces."""

    role: Role
    language: str
    pieces: Pieces


@dataclass(frozen=True)
class Shown:
    """A result as the page shows it: title, address, where it stands in the paper, further words."""

    title: Line
    address: str
    notation: str
    place: tuple[Called, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Given:
    """A search's results in one language, with links that keep what was asked."""

    found: Found
    base: str
    lang: str
    page: int

    def address(self, iri: str) -> str:
        """Where a thing is described; its IRI itself where that is not here."""
        return document_of(iri, self.base) or iri

    def name_of(self, names: Sequence[Words]) -> Words | None:
        """A name in the page's language, else in another."""
        own = (word for word in names if word.language == self.lang)
        return next(own, next(iter(names), None))

    def called(self, names: Sequence[Words], key: str) -> Called:
        """A name and its language, else the key of a thing that has none here."""
        name = self.name_of(names)
        return Called(name.text, name.language) if name else Called(key, "")

    def link(self, **changed: str | int) -> str:
        """The address of this search with something changed; what is empty is left out."""
        asked: dict[str, Any] = {"q": self.found.query.typed, **vars(self.found.filters)}
        asked["section"] = asked["section"].removeprefix(SECTION)
        if "lang" in request.args:
            asked["lang"] = self.lang
        asked.update(changed)
        return url_for("search.page", **{name: value for name, value in asked.items() if value})

    def also(self, hit: Hit) -> tuple[Words, list[Words]] | None:
        """A thing's name, and what else it is called in this language or Japanese; none where it has
        but one name."""
        own = [m.words for m in hit.of(Role.NAME, Role.ALIAS) if m.words.language in ("ja", self.lang)]
        name = self.name_of(own)
        others = [words for words in own if words is not name]
        return (name, others) if name and others else None

    def heading(self, kind: Kind) -> Message:
        """What a kind is called."""
        return KIND_NAMES[kind]

    def filters(self) -> Iterator[tuple[str, Message, str, Called, list[tuple[str, Called, int]]]]:
        """Each filter: its name and heading, what is chosen and how that is called, what may be."""
        for name in RELATIONS:
            chosen = self.found.filters.key(name)
            options = [
                (_short(choice.key), self.called(choice.names, choice.key), choice.count)
                for choice in _ordered(name, self.found.choices.get(name, ()))
            ]
            called = self.called(self.found.chosen[name], chosen)
            yield name, FILTER_NAMES[name], _short(chosen), called, options

    def shown(self, group: Group) -> Iterator[Shown]:
        """The results of one kind."""
        for hit in group.hits:
            yield self._shown(hit)

    def _shown(self, hit: Hit) -> Shown:
        notation = next((marked for marked in hit.of(Role.NOTATION)), None)
        title = self._title(hit, notation)
        lines = [_line(marked) for marked in hit.words if marked is not title and self._tells(hit, marked)]
        places = (self.called(names, "") for _, names in sorted(hit.link_names.items(), reverse=True))
        place = tuple(name for name in places if name.text)
        code = notation.words.text if notation else ""
        return Shown(
            _line(title),
            self.address(hit.iri),
            code,
            tuple(name for name in place if name.text),
            tuple(lines),
        )

    def _title(self, hit: Hit, notation: Marked | None) -> Marked:
        """Its own words where it is a passage, else its name in the page's language."""
        own = [*hit.of(Role.TEXT, language=self.lang), *hit.of(Role.TEXT)]
        names = [*hit.of(Role.NAME, language=self.lang), *hit.of(Role.NAME)]
        order = [*own, *names, *hit.words]
        return order[0] if order else notation or Marked(Words(Role.NAME, "", hit.key), ())

    def _tells(self, hit: Hit, marked: Marked) -> bool:
        """Whether further words are shown: what was found in them, and what helps to read the rest."""
        role, own = marked.words.role, marked.words.language == self.lang
        if role is Role.NOTATION or role is Role.TEXT or (role is Role.NAME and hit.of(Role.TEXT)):
            return False
        if role is Role.GLOSS:
            return self.lang == "en" or bool(
                marked.marks and not any(m.marks for m in hit.of(Role.TEXT, Role.NAME))
            )
        if role is Role.DEFINITION:
            return own
        return bool(marked.marks) or role is Role.READING


def _line(marked: Marked) -> Line:
    return Line(marked.words.role, marked.words.language, pieces(marked))


def _short(key: str) -> str:
    return key.removeprefix(SECTION)


def _ordered(name: str, choices: Sequence[Choice]) -> list[Choice]:
    """Themes in the paper's order; the others as they come, the most frequent first."""
    return sorted(choices, key=lambda choice: choice.key) if name == "theme" else list(choices)


def content(found: Found, base: str) -> dict[str, Any]:
    """A search's results for a program."""
    query = found.query
    return {
        "q": query.typed,
        "cut": query.cut,
        "terms": [vars(term) for term in query.terms],
        "filters": {name: value for name, value in vars(found.filters).items() if value},
        "names": [_hit(hit, base) for hit in found.names],
        "readings": found.readings,
        "total": found.total,
        "groups": [
            {
                "kind": group.kind,
                "label": vars(KIND_NAMES[group.kind]),
                "total": group.total,
                "more": group.more,
                "results": [_hit(hit, base) for hit in group.hits],
            }
            for group in found.groups
        ],
        "choices": {
            name: [
                {"key": _short(choice.key), "names": _names(choice.names), "count": choice.count}
                for choice in choices
            ]
            for name, choices in found.choices.items()
        },
    }


def suggestion(one: Suggestion, base: str) -> dict[str, Any]:
    """A suggestion for a program."""
    return {
        "thing": one.iri,
        "page": document_of(one.iri, base),
        "kind": one.kind,
        "label": vars(KIND_NAMES[one.kind]),
        "matched": one.matched,
        "names": _names(one.names),
    }


def _hit(hit: Hit, base: str) -> dict[str, Any]:
    words = [{**vars(marked.words), "marks": marked.marks} for marked in hit.words]
    links = {relation: _short(key) for relation, key in hit.links.items()}
    return {"thing": hit.iri, "page": document_of(hit.iri, base), "words": words, **links}


def _names(names: Sequence[Words]) -> dict[str, str]:
    return {word.language: word.text for word in names if word.role is Role.NAME}
