"""The competency questions as forms: what may be chosen for their parameters, and their answers cell
by cell with the things that the values name. A pure function of query files, answers and a trace.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import pyoxigraph as ox

from kgapp.errors import Message, QueryRefused
from kgapp.queryfile import Parameter, QueryFile
from kgapp.web.matrix.matrix import ISSUES, ROW_KINDS
from kgapp.web.trace import words
from kgapp.web.trace.trace import CHART, Passage, Thing, Trace

LONGEST_WORD = 100
LISTED = "、"
"""Between several values in one cell of an answer."""
_KINDS = {
    "actor": (*ROW_KINDS["actors"], *ROW_KINDS["groups"]),
    "place": ROW_KINDS["facilities"],
    "facility": ROW_KINDS["facilities"],
    "district": ROW_KINDS["districts"],
    "plan": ROW_KINDS["programmes"],
    "group": ROW_KINDS["groups"],
}
"""The classes of the things that a parameter takes, by its name."""
_LOCAL = {
    "role": words.ROLES,
    "relation": words.ROLES | words.RELATIONS,
    "mode": words.MODES,
    "section": words.SECTIONS,
}
"""Columns whose values are local names of the vocabulary, with the words for them."""
_FROM_THE_DATA = ("theme", "relation", "statement", "issue")
"""Parameters whose values are no things, but stand in the data or the vocabulary."""
_NOTATION = re.compile(r"[0-9]+-[A-Za-z]+-[0-9]+|chart-[0-9]+-[0-9]+")


@dataclass(frozen=True)
class Picker:
    """A field of a question's form: what it is set to, and the values offered, in groups."""

    parameter: Parameter
    chosen: str
    groups: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    """Heading (empty where there is but one group), then value and words; none where words are typed."""


@dataclass(frozen=True)
class Piece:
    """A value, and the thing or passage of the paper that it names."""

    text: str
    thing: Thing | None = None
    passage: Passage | None = None


Cell = tuple[Piece, ...]


@dataclass(frozen=True)
class Answer:
    """An answer: its truth (None for a table), or its columns and rows."""

    holds: bool | None
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def is_empty(self) -> bool:
        """A table without a row."""
        return self.holds is None and not self.rows


class Reader:
    """Reads values as names of an edition's things, in a language."""

    def __init__(self, trace: Trace, lang: str, alone: bool) -> None:
        """``alone``: no other edition answers, so a notation names one passage."""
        self._trace, self._lang, self._alone = trace, lang, alone

    @cached_property
    def _named(self) -> dict[str, Thing]:
        """Things by Japanese label; a label of two things names neither."""
        found: dict[str, Thing] = {}
        twice = set()
        for thing in self._trace.things.values():
            twice |= {thing.label.ja} & set(found)
            found[thing.label.ja] = thing
        return {label: thing for label, thing in found.items() if label not in twice}

    def answer(self, query: QueryFile, results: ox.QuerySolutions | ox.QueryBoolean) -> Answer:
        """A question's results, read."""
        if isinstance(results, ox.QueryBoolean):
            return Answer(bool(results), (), ())
        columns = tuple(query.columns(results))
        rows = tuple(tuple(self._cell(name, _text(row[name])) for name in columns) for row in results)
        return Answer(None, columns, rows)

    def _cell(self, column: str, value: str) -> Cell:
        """A value, or those that a list of notations or theme numbers holds."""
        parts = value.split(LISTED)
        if len(parts) > 1 and (column == "themes" or all(map(_NOTATION.fullmatch, parts))):
            return tuple(self._piece(column, part) for part in parts)
        return (self._piece(column, value),) if value else ()

    def _piece(self, column: str, value: str) -> Piece:
        if told := _LOCAL.get(column, {}).get(value):
            return Piece(words.say(told, self._lang))
        if _NOTATION.fullmatch(value):
            passage = self._trace.by_notation.get(value) if self._alone else None
            return Piece(value, passage=passage)
        if thing := self._named.get(value):
            return Piece(words.say(thing.label, self._lang), thing)
        return Piece(value)


def read_values(query: QueryFile, trace: Trace, given: Mapping[str, str]) -> dict[str, str]:
    """The values of a question's parameters; raises QueryRefused (400) for one that none offers."""
    return {parameter.name: _value(parameter, trace, given) for parameter in query.parameters}


def pickers(query: QueryFile, trace: Trace, values: Mapping[str, str], lang: str) -> tuple[Picker, ...]:
    """The fields of a question's form."""
    return tuple(
        Picker(parameter, values[parameter.name], tuple(offered(parameter, trace, lang)))
        for parameter in query.parameters
    )


def thing_of(query: QueryFile, trace: Trace, values: Mapping[str, str]) -> Thing | None:
    """The thing that a question was asked about, where it was about one."""
    paths = {thing.path: thing for thing in trace.things.values()}
    asked = (values[parameter.name] for parameter in query.parameters if parameter.name in _KINDS)
    return next((paths[value] for value in asked if value in paths), None)


def takes(parameter: Parameter, thing: Thing) -> bool:
    """Whether a thing is among the values offered for a parameter."""
    return thing.kind in _KINDS.get(parameter.name, ())


def takes_words(parameter: Parameter) -> bool:
    """Whether a parameter takes any words, rather than values that the data have."""
    return parameter.name not in (*_KINDS, *_FROM_THE_DATA)


def _value(parameter: Parameter, trace: Trace, given: Mapping[str, str]) -> str:
    value = given.get(parameter.name, "").strip() or parameter.default
    known = {value for _, options in offered(parameter, trace, "ja") for value, _ in options}
    if not takes_words(parameter) and value not in known:
        if not given.get(parameter.name):  # the example of the query file is another city's
            return min(known, default=parameter.default)
        raise QueryRefused(
            Message(
                f"{parameter.label.ja}に「{value[:50]}」という値はありません。",
                f"{value[:50]!r} is no value for {parameter.label.en}.",
            ),
            Message(
                "問いのページの一覧から選んでください。", "Choose it from the list on the question's page."
            ),
        )
    if len(value) > LONGEST_WORD:
        raise QueryRefused(
            Message("言葉が長すぎます。", "The words are too long."),
            Message(f"{LONGEST_WORD}字までです。", f"At most {LONGEST_WORD} characters."),
        )
    return value


def offered(
    parameter: Parameter, trace: Trace, lang: str
) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    """What is offered for a parameter, in groups, each value with its words: nothing where words are
    typed."""
    if kinds := _KINDS.get(parameter.name):
        things = [thing for thing in trace.things.values() if thing.kind in kinds]
        things.sort(key=lambda thing: (thing.reading, thing.path) if lang == "ja" else (thing.label.en, ""))
        if things:
            yield "", tuple((thing.path, words.say(thing.label, lang)) for thing in things)
    elif parameter.name == "theme":
        yield "", tuple((theme.number, words.theme_name(trace, theme.number, lang)) for theme in trace.themes)
    elif parameter.name == "relation":
        yield "", tuple((f"ccr:{name}", words.say(told, lang)) for name, told in _LOCAL["relation"].items())
    elif parameter.name in ("statement", "issue"):
        yield from _passages(_fitting(parameter.name, trace), trace, lang)


def _fitting(name: str, trace: Trace) -> list[Passage]:
    passages = (passage for passage in trace.passages.values() if passage.section != CHART)
    return [passage for passage in passages if name == "statement" or passage.section in ISSUES]


def _passages(
    passages: Sequence[Passage], trace: Trace, lang: str
) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    length = {"ja": 18, "en": 40}[lang]
    for number, own in groupby(passages, lambda passage: passage.theme):
        yield (
            words.theme_name(trace, number, lang),
            tuple(
                (
                    passage.notation,
                    f"{words.passage_name(passage, lang)}: {words.passage_words(passage, lang, length)}",
                )
                for passage in own
            ),
        )


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.Literal | ox.NamedNode) else ""
