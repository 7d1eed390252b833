"""An edition as it is traced: its passages, the register's things, and the links between them with
their grounds and words. Read by a few queries over the whole edition, then kept while the same data
answer; nothing here knows of pages.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from threading import Lock

import pyoxigraph as ox
from cachetools import LRUCache

from kgapp.errors import Message, QueryRefused
from kgapp.results import PREFIXES
from kgapp.vocab import ONTOLOGY
from kgapp.web.frame.context import Context
from kgapp.web.trace.calling import Calling

CCR = f"{ONTOLOGY}#"
CHART = "chart"
"""Stands for a section where a passage is a line of the chart."""
SECTIONS = ("measure", "issue", "goal", "principle", "status", "nextIssue", "direction", CHART)
"""In the order of MODEL.md's table, then the chart."""
KEPT = 32
"""Editions that are kept."""
_BREAK = re.compile("[ \u3000\t]*\n[ \u3000\t\n]*")
_LABEL, _READING = PREFIXES["skos"] + "prefLabel", f"{CCR}reading"


@dataclass(frozen=True)
class Edition:
    """A paper: its title, and the names of the years that it reports on and plans for."""

    iri: str
    path: str
    """``fujisawa/2020-02``"""
    issued: str
    title: Message
    reported: Message
    planned: Message

    @property
    def city(self) -> str:
        return self.path.partition("/")[0]


@dataclass(frozen=True)
class Theme:
    """A theme by its number, with its name and our unofficial English for it."""

    iri: str
    number: str
    name: Message


@dataclass(frozen=True)
class Quote:
    """Words of the source, raw, and the offset at which they begin there."""

    iri: str
    exact: str
    start: int

    @property
    def words(self) -> str:
        """The words without the line breaks of the slide."""
        return joined(self.exact)


@dataclass(frozen=True)
class Passage:
    """A statement, or a line of the chart (whose section is ``CHART``)."""

    iri: str
    notation: str
    theme: str
    section: str
    ordinal: int
    text: str
    gloss: str
    """Our unofficial English; empty where there is none."""
    quote: Quote


@dataclass(frozen=True)
class Thing:
    """A thing of the register, under every name that was looked for."""

    iri: str
    path: str
    """``fujisawa/actor/csw``"""
    kind: str
    """The local name of its class."""
    label: Message
    names: tuple[str, ...]
    reading: str


@dataclass(frozen=True)
class Source:
    """A claim that a concluded link follows from."""

    subject: str
    relation: str
    object: str


@dataclass(frozen=True)
class Link:
    """A claim whose subject is a passage. ``relation`` and ``mode`` are local names."""

    claim: str
    passage: str
    relation: str
    object: str
    mode: str
    rationale: str
    quotes: tuple[Quote, ...]
    object_quotes: tuple[Quote, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Trace:
    """Everything of one edition that is traced, by IRI and in the paper's order."""

    edition: Edition
    themes: tuple[Theme, ...]
    passages: Mapping[str, Passage]
    things: Mapping[str, Thing]
    links: tuple[Link, ...] = field(repr=False)

    @cached_property
    def sections(self) -> tuple[str, ...]:
        """The sections that have a passage, in the paper's order."""
        there = {passage.section for passage in self.passages.values()}
        return tuple(section for section in SECTIONS if section in there)

    @cached_property
    def spellings(self) -> frozenset[str]:
        """Every name of every thing, folded."""
        return frozenset(folded(name) for thing in self.things.values() for name in thing.names)

    @cached_property
    def calling(self) -> Calling:
        """Finds things by what people call them."""
        return Calling(self.things.values())

    @cached_property
    def by_notation(self) -> dict[str, Passage]:
        """Every passage by its notation."""
        return {passage.notation: passage for passage in self.passages.values()}

    def theme(self, number: str) -> Theme:
        """The theme of a number that is there."""
        return next(theme for theme in self.themes if theme.number == number)


class Traces:
    """The editions of the data that answer now, each read once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._lock = Lock()
        self._kept: LRUCache[str, Trace] = LRUCache(KEPT)
        self._editions: tuple[Edition, ...] | None = None
        self._generation = -1

    def editions(self) -> tuple[Edition, ...]:
        """Every edition by path; raises QueryRefused (404) where other data are served."""
        _require_dataset(self._context)
        generation = self._renewed()
        with self._lock:
            kept = self._editions
        if kept is not None:
            return kept
        found = tuple(_editions(self._rows("trace-editions"), self._context.source.base))
        with self._lock:
            if self._generation == generation == self._context.source.generation:
                self._editions = found
        return found

    def trace(self, path: str = "") -> Trace:
        """An edition by its path, or the newest; raises QueryRefused (404) where there is none."""
        editions = self.editions()
        if not path and editions:
            path = max(editions, key=lambda edition: (edition.issued, edition.path)).path
        edition = next((edition for edition in editions if edition.path == path), None)
        if edition is None:
            known = ", ".join(edition.path for edition in editions[:20])
            raise QueryRefused(
                Message(f"資料「{path}」はありません。", f"There is no paper {path!r}."),
                Message(f"ある資料: {known or 'なし'}", f"Papers: {known or 'none'}"),
                status=404,
            )
        generation = self._renewed()
        with self._lock:
            kept = self._kept.get(path)
        if kept is None:
            kept = self._read(edition)
            with self._lock:
                if self._generation == generation == self._context.source.generation:
                    self._kept[path] = kept
        return kept

    def _renewed(self) -> int:
        """What answers now; what was kept of other data is forgotten."""
        generation = self._context.source.generation
        with self._lock:
            if generation != self._generation:
                self._kept.clear()
                self._editions, self._generation = None, generation
        return generation

    def _read(self, edition: Edition) -> Trace:
        given = {"edition": edition.iri}
        graphs = f"{self._context.source.base}id/{edition.city}/graph/"
        registered = {name: graphs + name for name in ("register", "external")}
        return Trace(
            edition,
            tuple(sorted(_themes(self._rows("trace-themes", given)), key=lambda theme: _order(theme.number))),
            _passages(self._rows("trace-passages", given)),
            _things(self._rows("trace-things", registered), self._context.source.base),
            tuple(
                _links(
                    self._rows("trace-links", given),
                    self._rows("trace-quotes", given),
                    self._rows("trace-derivations", given),
                )
            ),
        )

    def _rows(self, name: str, given: Mapping[str, str] | None = None) -> list[dict[str, ox.Literal]]:
        """A page query's rows: what is bound, by name."""
        query = self._context.page_queries[name]
        results = query.run(self._context.source, given)
        assert isinstance(results, ox.QuerySolutions)
        columns = query.columns(results)
        return [{name: row[name] for name in columns if row[name] is not None} for row in results]


@lru_cache(maxsize=1 << 16)
def folded(text: str) -> str:
    """Text in which width and case make no difference (NFKC)."""
    return unicodedata.normalize("NFKC", text).casefold()


def joined(raw: str) -> str:
    """Raw words of the source without the slide's line breaks, as ``ccr:text`` has them."""
    return _BREAK.sub("", raw)


def _require_dataset(context: Context) -> None:
    if context.dataset() is None:
        raise QueryRefused(
            Message(
                "ここでは指定されたファイルのデータを出していて，このページはありません。",
                "This serves data from files that were named; this page is not there.",
            ),
            Message("問い合わせは /sparql で受けます。", "Ask at /sparql."),
            status=404,
        )


def _value(row: Mapping[str, ox.Literal], name: str) -> str:
    return row[name].value if name in row else ""


def _local(iri: str) -> str:
    return iri.rpartition("#")[2]


def _editions(rows: list[dict[str, ox.Literal]], base: str) -> Iterator[Edition]:
    """Rows are one for each name; what is named in one language only has that name in both."""
    issued: dict[str, str] = {}
    names: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in rows:
        iri = row["edition"].value
        issued[iri] = _value(row, "issued")
        names[iri, row["what"].value][row["name"].language or ""] = row["name"].value
    for iri, month in issued.items():
        title, reported, planned = (_both(names[iri, what]) for what in ("title", "reported", "planned"))
        yield Edition(iri, iri.removeprefix(f"{base}id/"), month, title, reported, planned)


def _both(said: Mapping[str, str]) -> Message:
    known = said.get("ja") or said.get("en") or next(iter(said.values()), "")
    return Message(said.get("ja") or known, said.get("en") or known)


def _themes(rows: list[dict[str, ox.Literal]]) -> Iterator[Theme]:
    for row in rows:
        name = _value(row, "name")
        number = _value(row, "notation").removeprefix("theme-")
        yield Theme(row["theme"].value, number, Message(name, _value(row, "gloss") or name))


def _passages(rows: list[dict[str, ox.Literal]]) -> dict[str, Passage]:
    found = []
    for row in rows:
        notation = _value(row, "notation")
        ordinal = _value(row, "ordinal") or notation.rpartition("-")[2]
        found.append(
            Passage(
                row["passage"].value,
                notation,
                _value(row, "theme").removeprefix("theme-"),
                _value(row, "section") or CHART,
                int(ordinal),
                _value(row, "text") or _value(row, "label"),
                _value(row, "gloss"),
                Quote("", _value(row, "exact"), int(_value(row, "start"))),
            )
        )
    found.sort(key=lambda passage: (_order(passage.theme), SECTIONS.index(passage.section), passage.ordinal))
    return {passage.iri: passage for passage in found}


def _order(number: str) -> tuple[int, str]:
    """2 before 10."""
    return len(number), number


def _things(rows: list[dict[str, ox.Literal]], base: str) -> dict[str, Thing]:
    kinds: dict[str, str] = {}
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    names: dict[str, dict[str, None]] = defaultdict(dict)
    readings: dict[str, str] = {}
    for row in rows:
        iri, naming, name = row["thing"].value, row["naming"].value, row["name"]
        kinds[iri] = _local(row["kind"].value)
        if naming == _READING:
            readings[iri] = name.value
            continue
        if naming == _LABEL:
            labels[iri][name.language or ""] = name.value
        if (name.language or "").partition("-")[0] == "ja":
            names[iri][name.value] = None
    found: dict[str, Thing] = {}
    for iri, kind in kinds.items():
        path = iri.removeprefix(f"{base}id/")
        ja = labels[iri].get("ja", path)
        label = Message(ja, labels[iri].get("en", ja))
        every = tuple(dict.fromkeys((ja, *names[iri])))
        found[iri] = Thing(iri, path, kind, label, every, readings.get(iri, ""))
    return found


def _links(
    rows: list[dict[str, ox.Literal]],
    quotes: list[dict[str, ox.Literal]],
    derivations: list[dict[str, ox.Literal]],
) -> Iterator[Link]:
    words: dict[tuple[str, str], list[Quote]] = defaultdict(list)
    for row in quotes:
        quote = Quote(row["quote"].value, row["exact"].value, int(row["start"].value))
        words[row["claim"].value, _local(row["side"].value)].append(quote)
    sources: dict[str, list[Source]] = defaultdict(list)
    for row in derivations:
        source = Source(row["subject"].value, _local(row["relation"].value), row["object"].value)
        sources[row["claim"].value].append(source)
    for row in rows:
        claim = row["claim"].value
        yield Link(
            claim,
            row["passage"].value,
            _local(row["relation"].value),
            row["object"].value,
            _local(row["mode"].value),
            _value(row, "rationale"),
            tuple(words[claim, "wasQuotedFrom"]),
            tuple(words[claim, "objectQuotedFrom"]),
            tuple(sources[claim]),
        )
