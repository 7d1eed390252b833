"""A part of an answer for a page: a page of its rows in order, what its columns hold, its beginning
as a program gets it.

It is cut where the answer is made, in a worker, from the very bytes that a program would be sent: so
it holds to the same limits, the numbers on a page are those of the download, and the process that
speaks HTTP never reads a whole answer.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import pyoxigraph as ox

from kgapp.question import Part
from kgapp.results import BOOLEAN, GRAPH, PREFIXES, TABLE

ROWS = 100
"""Rows of a page."""
CELLS = 360
"""Cells of a page, about: wide tables have fewer rows to a page."""
FEWEST = 3
"""Rows of a page however many columns there are."""
COLUMNS = 200
"""Columns that a page shows; the rest are in what is downloaded."""
TEXT = 400
"""Characters of a value on a page of many rows."""
WHOLE = 40_000
"""Characters of all values together on the page of one row."""
LONG_IRI = 1000
"""Characters of an IRI on a page; one that is cut leads nowhere."""
BEGINNING = 48_000
"""Bytes of the answer as a program gets it."""
IRI, BLANK, LITERAL, OTHER = "iri", "blank", "literal", "other"
XSD = PREFIXES["xsd"]
NUMBERS = frozenset(
    f"{XSD}{name}"
    for name in (
        *("integer", "decimal", "double", "float", "int", "long", "short", "byte"),
        *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
        *("unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"),
    )
)
TIMES = frozenset(XSD + name for name in ("date", "dateTime", "dateTimeStamp", "gYear", "gYearMonth"))
DAY = re.compile(r"(?P<year>-?\d{4,9})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?(?:T.*|Z|[+-]\d\d:\d\d)?", re.S)
FISCAL_YEAR = re.compile(r"/fy/(\d{4})\Z")
"""How the IRI of a fiscal year ends (MODEL.md, "IRIs"): 2019 is April 2019 to March 2020."""


@dataclass(frozen=True)
class Cell:
    """A value: what kind of term, its text as far as a page shows it, and how long the whole is."""

    kind: str
    value: str
    length: int
    language: str = ""
    datatype: str = ""

    @property
    def is_cut(self) -> bool:
        return len(self.value) < self.length

    @property
    def number(self) -> float | None:
        """The value of a number; nothing for anything else, NaN and the infinite."""
        if self.datatype not in NUMBERS:
            return None
        try:
            found = float(self.value)
        except ValueError:
            return None
        return found if math.isfinite(found) else None

    @property
    def time(self) -> Time | None:
        """The time that it is: a year, a month, a day, a fiscal year; nothing for anything else."""
        if self.kind == IRI:
            year = FISCAL_YEAR.search(self.value)
            return Time(int(year[1]), 4, 1, 12, fiscal=True) if year else None
        found = DAY.fullmatch(self.value) if self.datatype in TIMES else None
        if found is None:
            return None
        month, day = int(found["month"] or 1), int(found["day"] or 1)
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return None
        months = 0 if found["day"] else 1 if found["month"] else 12
        return Time(int(found["year"]), month, day, months)


@dataclass(frozen=True)
class Time:
    """When something begins, and how many whole months it lasts; a day has none."""

    year: int
    month: int
    day: int
    months: int
    fiscal: bool = False

    @property
    def begins(self) -> float:
        """In years, so that years are equally long in a picture."""
        return self.year + (self.month - 1) / 12 + (self.day - 1) / 372

    @property
    def ends(self) -> float:
        return self.begins + (self.months / 12 if self.months else 1 / 372)


@dataclass(frozen=True)
class Column:
    """What a column holds in the whole answer: how many rows have a value, of which kinds they are,
    and between which numbers they lie."""

    name: str
    bound: int = 0
    iris: int = 0
    numbers: int = 0
    times: int = 0
    lowest: float = 0.0
    highest: float = 0.0

    @property
    def is_numeric(self) -> bool:
        return 0 < self.numbers == self.bound

    @property
    def is_time(self) -> bool:
        return 0 < self.times == self.bound

    @property
    def is_iri(self) -> bool:
        return 0 < self.iris == self.bound


Row = tuple[Cell | None, ...]


@dataclass(frozen=True)
class Excerpt:
    """A page of an answer. ``total`` counts rows, or triples each once; ``first`` is the place of the
    first row shown, from 0; ``size`` is that of the whole answer in bytes, as a program gets it."""

    kind: str
    """``results.TABLE``, ``BOOLEAN`` or ``GRAPH``."""
    seconds: float
    """What evaluating took."""
    size: int
    beginning: str
    total: int = 0
    page: int = 1
    first: int = 0
    length: int = ROWS
    """Rows to a page."""
    columns: tuple[Column, ...] = ()
    width: int = 0
    """Columns of the answer, shown or not."""
    rows: tuple[Row, ...] = ()
    holds: bool = False
    sorted_by: str = ""
    """The column that the rows are in the order of; empty for the order of the answer."""

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.length))

    def write(self) -> bytes:
        """The excerpt as bytes, for ``read_excerpt``."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":")).encode()


def read_excerpt(data: bytes) -> Excerpt:
    """The excerpt that ``write`` wrote."""
    content: dict[str, Any] = json.loads(data)
    content["columns"] = tuple(Column(**column) for column in content["columns"])
    content["rows"] = tuple(tuple(Cell(**cell) if cell else None for cell in row) for row in content["rows"])
    return Excerpt(**content)


def excerpt_of_truth(body: bytes, seconds: float) -> Excerpt:
    """Of the answer to an ASK (SPARQL 1.1 Query Results JSON Format)."""
    return Excerpt(BOOLEAN, seconds, len(body), _beginning(body), holds=json.loads(body)["boolean"])


def excerpt_of_table(body: bytes, part: Part, seconds: float) -> Excerpt:
    """Of the answer to a SELECT (SPARQL 1.1 Query Results JSON Format)."""
    names = [variable.value for variable in _solutions(body).variables]
    shown = names[:COLUMNS]
    by = part.sort if part.sort in names else ""
    columns, order = _read(body, shown, by, part.descending)
    where = _Place.of(part, len(order), max(FEWEST, min(ROWS, CELLS // max(1, len(shown)))))
    longest = max(TEXT, WHOLE // max(1, len(shown))) if part.row else TEXT
    return Excerpt(
        TABLE,
        seconds,
        len(body),
        _beginning(body),
        len(order),
        where.page,
        where.first,
        where.length,
        columns,
        len(names),
        tuple(_rows(body, order[where.first : where.end], len(shown), longest)),
        sorted_by=by,
    )


def _read(
    body: bytes, shown: Sequence[str], by: str, descending: bool
) -> tuple[tuple[Column, ...], Sequence[int]]:
    """What the columns hold, and the places of all rows in order."""
    profiles = [_Profile(name) for name in shown]
    keys: list[tuple[Any, ...]] = []
    total = 0
    for solution in _solutions(body):
        total += 1
        for place, profile in enumerate(profiles):
            profile.add(solution[place])
        if by:
            keys.append(_rank(solution[by]))
    order = sorted(range(total), key=keys.__getitem__, reverse=descending) if by else range(total)
    return tuple(profile.column() for profile in profiles), order


def excerpt_of_graph(body: bytes, part: Part, seconds: float) -> Excerpt:
    """Of the answer to a CONSTRUCT or DESCRIBE (Turtle): its triples, each once, by subject."""
    triples = {quad.triple for quad in ox.parse(body, ox.RdfFormat.TURTLE)}
    ordered = sorted(triples, key=lambda triple: [_rank(term) for term in triple])
    where = _Place.of(part, len(ordered), ROWS)
    longest = WHOLE // 3 if part.row else TEXT
    columns = [_Profile(name) for name in ("subject", "predicate", "object")]
    for triple in ordered:
        for profile, term in zip(columns, triple, strict=True):
            profile.add(term)
    return Excerpt(
        GRAPH,
        seconds,
        len(body),
        _beginning(body),
        len(ordered),
        where.page,
        where.first,
        where.length,
        tuple(profile.column() for profile in columns),
        3,
        tuple(tuple(_cell(term, longest) for term in triple) for triple in ordered[where.first : where.end]),
    )


@dataclass(frozen=True)
class _Place:
    """Where a page begins; one beyond the last is the last."""

    page: int
    length: int
    first: int
    end: int

    @classmethod
    def of(cls, part: Part, total: int, length: int) -> _Place:
        """The place of a part of so many rows, with so many to a page."""
        if part.row:
            length = 1
        page = min(part.row or part.page, max(1, -(-total // length)))
        first = (page - 1) * length
        return cls(page, length, first, min(first + length, total))


@dataclass
class _Profile:
    """A column while it is read."""

    name: str
    counts: dict[str, int] = field(default_factory=lambda: {"bound": 0, "iris": 0, "numbers": 0, "times": 0})
    lowest: float = math.inf
    highest: float = -math.inf

    def add(self, term: Any) -> None:
        """Counts the value of one row."""
        if term is None:
            return
        self.counts["bound"] += 1
        if isinstance(term, ox.NamedNode):
            self.counts["iris"] += 1
            self.counts["times"] += FISCAL_YEAR.search(term.value) is not None
        elif isinstance(term, ox.Literal) and not term.language:
            kind = term.datatype.value
            if kind in NUMBERS and (number := _literal(term, TEXT).number) is not None:
                self.counts["numbers"] += 1
                self.lowest, self.highest = min(self.lowest, number), max(self.highest, number)
            elif kind in TIMES:
                self.counts["times"] += _literal(term, TEXT).time is not None

    def column(self) -> Column:
        """What was found."""
        limits = (self.lowest, self.highest) if self.counts["numbers"] else (0.0, 0.0)
        return Column(self.name, **self.counts, lowest=limits[0], highest=limits[1])


def _solutions(body: bytes) -> ox.QuerySolutions:
    results = ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
    assert isinstance(results, ox.QuerySolutions)
    return results


def _rows(body: bytes, wanted: Sequence[int], width: int, longest: int) -> Iterator[Row]:
    """Rows of an answer by their places, in the order given."""
    places = set(wanted)
    last = max(places, default=-1)
    found: dict[int, Row] = {}
    for number, solution in enumerate(_solutions(body)):
        if number > last:
            break
        if number in places:
            found[number] = tuple(_cell(solution[place], longest) for place in range(width))
    return (found[number] for number in wanted)


def _cell(term: Any, longest: int) -> Cell | None:
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return Cell(IRI, term.value[:LONG_IRI], len(term.value))
    if isinstance(term, ox.BlankNode):
        return Cell(BLANK, term.value[:longest], len(term.value))
    if isinstance(term, ox.Literal):
        return _literal(term, longest)
    text = str(term)
    return Cell(OTHER, text[:longest], len(text))


def _literal(term: ox.Literal, longest: int) -> Cell:
    text = term.value
    return Cell(LITERAL, text[:longest], len(text), term.language or "", term.datatype.value)


def _rank(term: Any) -> tuple[Any, ...]:
    """The place of a term in an order (SPARQL 1.1 Query, 15.1): what has no value, blank nodes, IRIs,
    literals; numbers by value, and before all other literals."""
    if term is None:
        return (0,)
    if isinstance(term, ox.BlankNode):
        return (1, term.value)
    if isinstance(term, ox.NamedNode):
        return (2, term.value)
    if isinstance(term, ox.Literal):
        number = _literal(term, TEXT).number
        if number is not None:
            return (3, 0, number, term.value)
        return (3, 1, term.value, term.language or "", term.datatype.value)
    return (4, str(term))


def _beginning(body: bytes) -> str:
    return body[:BEGINNING].decode(errors="ignore")
