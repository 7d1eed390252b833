"""Finds why a filter, or VALUES, keeps none of the values that the rest of the pattern gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from math import inf

import pyoxigraph as ox

from kgapp.emptiness import pattern as kinds
from kgapp.emptiness.asking import Asker
from kgapp.emptiness.core import Core
from kgapp.emptiness.expressions import COMPARED, CONTAINS, EQUAL, LANGUAGE, Tested, term_at, tests
from kgapp.emptiness.faults import Candidate, Fault, Kind, replaced
from kgapp.emptiness.inventory import Inventory
from kgapp.emptiness.nearest import CLOSE, nearest_texts
from kgapp.emptiness.pattern import Part, Query
from kgapp.emptiness.termfaults import OFFERED, TermFaults
from kgapp.emptiness.terms import Term, quoted
from kgapp.search.folding import fold, folded

LISTED_TESTS = 20
"""Tests of one filter, or values of one list, that are looked at."""
LISTED = 2000
"""Values of a variable that are looked at."""
Values = list[tuple[ox.NamedNode | ox.Literal, int]]


@dataclass(frozen=True)
class Range:
    """The least and the greatest of the values that a filter compares."""

    variable: str
    least: str
    greatest: str


class FilterFaults:
    """The filters of one query against the values that reach them."""

    def __init__(self, query: Query, inventory: Inventory, asker: Asker, terms: TermFaults) -> None:
        self._query, self._inventory, self._asker, self._terms = query, inventory, asker, terms
        self.ranges: list[Range] = []

    def of_core(self, core: Core) -> Iterator[Fault]:
        """The faults of each filter of a core, given the rest of it."""
        if len(core.parts) == 1 and core.parts[0].kind == kinds.FILTER:
            part = core.parts[0]
            yield Fault(Kind.NEVER, part, Term("expression", part.text, part.text, part.start, part.end))
            return
        for part in core.parts:
            if part.kind in (kinds.FILTER, kinds.VALUES):
                rest = [one for one in core.parts if one is not part]
                if (fault := self._contradiction(core, part)) is not None:
                    yield fault
                    continue
                for tested in islice(self._tests(part), LISTED_TESTS):
                    values = self._values(tested.variable, rest)
                    if values:
                        yield from self._fault(part, tested, values)

    def _contradiction(self, core: Core, part: Part) -> Fault | None:
        """Bounds of one variable that leave nothing between them, where every filter of the core is a
        plain conjunction; told of the filter that has the last of them."""
        filters = [one for one in core.parts if one.kind == kinds.FILTER]
        if part not in filters[-1:] or any(
            token.text in ("||", "!") or token.word in ("IF", "COALESCE", "NOT")
            for one in filters
            for token in one.expression
        ):
            return None
        for name in sorted(part.variables):
            bounds = [
                (tested.sign, float(tested.term.value), tested.term)
                for one in filters
                for tested in tests(one.expression, self._query.names)
                if tested.variable == name and not tested.function and _is_number(tested.term.datatype)
            ]
            lower = max((value for sign, value, _ in bounds if sign in (">", ">=", "=")), default=-inf)
            upper = min((value for sign, value, _ in bounds if sign in ("<", "<=", "=")), default=inf)
            strict = any(value in (lower, upper) and sign in ("<", ">") for sign, value, _ in bounds)
            if lower > upper or (lower == upper and strict):
                return Fault(Kind.CONTRADICTION, part, bounds[-1][2], (), {"variable": f"?{name}"})
        return None

    def _tests(self, part: Part) -> Iterator[Tested]:
        if part.kind == kinds.FILTER:
            yield from tests(part.expression, self._query.names)
        elif len(part.binds) == 1:
            (name,) = part.binds
            at = 0
            while at < len(part.expression):
                term, after = term_at(part.expression, at, self._query.names)
                if term is not None:
                    yield Tested(EQUAL, name, term, False)
                at = max(after, at + 1)

    def _values(self, name: str, rest: Sequence[Part]) -> Values:
        if not any(name in part.binds for part in rest):
            return []
        count = self._query.fresh("uses")
        text = self._query.listing(
            f"?{name} (COUNT(*) AS ?{count})",
            " ".join(part.text for part in rest),
            f"GROUP BY ?{name} ORDER BY DESC(?{count}) LIMIT {LISTED}",
        )
        rows = self._asker.rows(text) or []
        return [
            (row[name], int(row[count].value))
            for row in rows
            if isinstance(row[name], ox.NamedNode | ox.Literal) and isinstance(row[count], ox.Literal)
        ]

    def _fault(self, part: Part, tested: Tested, values: Values) -> Iterator[Fault]:
        texts = [(value, uses) for value, uses in values if isinstance(value, ox.Literal)]
        of_text = tested.kind == LANGUAGE or (tested.kind == CONTAINS and tested.function_inside == "")
        if of_text and not texts:
            yield Fault(Kind.TEXT, part, tested.term, (), {"variable": f"?{tested.variable}"})
        elif tested.kind == LANGUAGE:
            yield from self._language(part, tested, texts)
        elif tested.kind == CONTAINS:
            yield from self._contains(part, tested, [value.value for value, _ in values])
        elif tested.kind == EQUAL and tested.of_text:
            plain: Values = []
            for value, uses in values:
                plain.append((ox.Literal(_cased(value.value, tested.function)), uses))
            yield from self._terms.among(part, tested.term, plain)
        elif tested.kind == EQUAL and tested.function in ("", "STR"):
            yield from self._terms.among(part, tested.term, values)
        elif tested.kind == COMPARED and not tested.function:
            yield from self._compared(part, tested, texts)

    def _language(
        self, part: Part, tested: Tested, texts: Sequence[tuple[ox.Literal, int]]
    ) -> Iterator[Fault]:
        """A language that no value has."""
        uses: dict[str, int] = {}
        for value, count in texts:
            tag = value.language or ""
            uses[tag] = uses.get(tag, 0) + count
        wanted = tested.term.value.lower()
        if not texts or any(tag == wanted or tag.startswith(f"{wanted}-") for tag in uses):
            return
        order = sorted(uses, key=lambda tag: (-uses[tag], tag))
        candidates = tuple(
            Candidate(replaced(tested.term, quoted(tag)), quoted(tag), uses=uses[tag]) for tag in order
        )
        yield Fault(Kind.LANGUAGE, part, tested.term, candidates, {"tag": "yes"})

    def _contains(self, part: Part, tested: Tested, texts: Sequence[str]) -> Iterator[Fault]:
        """Letters that no value has, though it has them in another spelling."""
        wanted = folded(tested.term.value)
        if not wanted or any(tested.term.value in _cased(text, tested.function) for text in texts):
            return
        found: dict[str, int] = {}
        for text in texts:
            whole = fold(text)
            for start, end in whole.occurrences(wanted):
                found[text[start:end]] = found.get(text[start:end], 0) + 1
        if found:
            order = sorted(found, key=lambda words: (-found[words], words))
            kind = Kind.SPELLING
        else:
            near = nearest_texts(tested.term.value, [text for text in texts if len(text) <= 60])
            order = [text for _, text in near]
            kind = Kind.SPELLING if near and near[0][0] >= CLOSE else Kind.NO_VALUE
        candidates = tuple(
            Candidate(replaced(tested.term, quoted(words)), quoted(words), uses=found.get(words))
            for words in order[:OFFERED]
        )
        yield Fault(kind, part, tested.term, candidates, {"within": "yes"})

    def _compared(
        self, part: Part, tested: Tested, texts: Sequence[tuple[ox.Literal, int]]
    ) -> Iterator[Fault]:
        """A bound beyond all values, or of another datatype than they have."""
        if not texts or tested.term.kind != "literal":
            return
        types = {value.datatype.value for value, _ in texts}
        numbers = _numbers(texts)
        if tested.term.datatype not in types and not (numbers and _is_number(tested.term.datatype)):
            example = texts[0][0]
            as_theirs = ox.Literal(tested.term.value, datatype=example.datatype)
            shown = self._terms.written(as_theirs) if not example.language else quoted(tested.term.value)
            meant = Candidate(replaced(tested.term, shown), shown)
            yield Fault(Kind.DATATYPE, part, tested.term, (meant,), {"datatype": example.datatype.value})
            return
        ordered = [text for _, text in sorted(numbers)] or sorted(value.value for value, _ in texts)
        found = Range(tested.variable, ordered[0], ordered[-1])
        if found not in self.ranges:
            self.ranges.append(found)


def _cased(text: str, function: str) -> str:
    return {"LCASE": text.lower(), "UCASE": text.upper()}.get(function, text)


def _numbers(texts: Sequence[tuple[ox.Literal, int]]) -> list[tuple[float, str]]:
    found = []
    for value, _ in texts:
        if not _is_number(value.datatype.value):
            return []
        try:
            found.append((float(value.value), value.value))
        except ValueError:
            return []
    return found


def _is_number(datatype: str) -> bool:
    return datatype.rpartition("#")[2].lower().removeprefix("unsigned").removeprefix("nonnegative") in (
        "integer",
        "decimal",
        "double",
        "float",
        "int",
        "long",
        "short",
        "byte",
    )
