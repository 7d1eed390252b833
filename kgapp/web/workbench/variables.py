"""The variables of a query as they stand: where something gives them a value, and where they are only used
(SPARQL 1.1 Query, 18.2.1, "Variable Scope", as far as the terminals tell).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from kgapp.terminals import Terminal

ALIKE = 0.85
"""How alike names must be to be taken for one another (``difflib``)."""
CLAUSES = frozenset(
    (
        "SELECT",
        "DESCRIBE",
        "CONSTRUCT",
        "FILTER",
        "BIND",
        "VALUES",
        "GROUP",
        "HAVING",
        "ORDER",
        "LIMIT",
        "OFFSET",
    )
)
"""Keywords that say what follows; others leave it a pattern."""
EXPRESSIONS = ("FILTER", "BIND", "SELECT", "GROUP", "HAVING", "ORDER")
"""Clauses whose round brackets hold an expression."""


@dataclass(frozen=True)
class Variable:
    """A variable in one place: whether something binds it there, whether it stands by itself in a SELECT
    clause, whether the answer is grouped by it."""

    name: str
    start: int
    end: int
    bound: bool = False
    selected: bool = False
    grouped: bool = False
    named: bool = False
    """Whether an expression gives it its value here (AS)."""
    leads: bool = False
    """Whether it begins its triples, and so joins them though it is written once."""

    @property
    def meant(self) -> bool:
        """Whether standing once is what it is for: a column of the answer, or a value that is named."""
        return self.selected or self.named


@dataclass
class _Frame:
    """What is inside an open bracket: a group, an expression, a pattern, values, the template of
    CONSTRUCT, or ``top`` outside of all; and the clause that is being read there."""

    kind: str
    clause: str = ""


def variables(found: Iterable[Terminal]) -> list[Variable]:
    """Every place of every variable, in order."""
    seen: list[Variable] = []
    frames = [_Frame("top")]
    before: Terminal | None = None
    for each in found:
        frame = frames[-1]
        if each.kind == "open":
            frames.append(_opened(each, frame))
        elif each.kind == "close" and len(frames) > 1:
            frames.pop()
            if each.text == "}" or frames[-1].clause in ("FILTER", "BIND"):
                frames[-1].clause = ""
        elif each.is_word("WHERE"):
            frame.clause = ""
        elif each.kind == "word" and each.text.upper() in CLAUSES:
            frame.clause = each.text.upper()
        elif each.kind == "variable":
            seen.append(_seen(each, frame, before))
        before = each
    return seen


def _opened(bracket: Terminal, outer: _Frame) -> _Frame:
    if bracket.text == "{":
        return _Frame({"VALUES": "values", "CONSTRUCT": "template"}.get(outer.clause, "group"))
    if outer.kind == "expression" or outer.clause in EXPRESSIONS:
        return _Frame("expression", outer.clause)
    if outer.kind in ("values", "template") or outer.clause == "VALUES":
        return _Frame("template" if outer.kind == "template" else "values")
    return _Frame("pattern")


def _seen(variable: Terminal, frame: _Frame, before: Terminal | None) -> Variable:
    named = before is not None and before.is_word("AS")
    pattern = frame.kind in ("values", "pattern") or (frame.kind == "group" and not frame.clause)
    return Variable(
        variable.text[1:],
        variable.start,
        variable.end,
        bound=named or pattern or frame.clause == "VALUES",
        selected=frame.clause in ("SELECT", "DESCRIBE") and frame.kind in ("top", "group"),
        grouped=frame.clause == "GROUP",
        named=named,
        leads=before is not None and before.text in ("{", "}", "."),
    )


def nearest(name: str, others: Iterable[str], alike: float = ALIKE) -> str:
    """Of other names the most alike, empty where none is; case does not matter."""
    folded = {other.casefold(): other for other in sorted(others)}
    close = get_close_matches(name.casefold()[:100], folded, 1, alike)
    return folded[close[0]] if close else ""
