"""What is wrong with a query, at its place: the line, the column, and what would have been right."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kgapp.errors import KgappError, Message
from kgapp.web.frame.wording import NAMESPACES
from kgapp.web.workbench.results_cells import visible

PLACE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)\Z", re.DOTALL)
"""How the engine tells a place; columns count characters from 1."""
CLASS = re.compile(r"\[[^\]]*\](?:,\s*)?", re.DOTALL)
"""Kinds of characters that the engine expects: no help for a person."""
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[A-Za-z][A-Za-z ]+')
PREFIX = re.compile(r"([A-Za-z][\w.\-]*)?:[\w.\-%]*\Z")
AROUND = 60
"""Characters of a line on each side of the place."""
MOST = 12
"""Expected words that are told."""
KNOWN = {
    "Prefix not found": Message(
        "接頭辞が宣言されていません。", "A prefix is used that has not been declared."
    ),
    "Duplicated variable name in SELECT": Message(
        "SELECTに同じ変数が二度あります。", "A variable stands twice in SELECT."
    ),
    "The SELECT contains a variable that is unbound": Message(
        "SELECTの変数が，GROUP BYにも集約にもありません。",
        "A variable in SELECT is neither in GROUP BY nor in an aggregate.",
    ),
}
"""What the engine's own remarks mean."""


@dataclass(frozen=True)
class Mistake:
    """A place in a query: its line and column from 1, the line before and after it, what is wrong in
    words where the engine tells it, and what it expected."""

    line: int
    column: int
    before: str
    at: str
    after: str
    what: Message | None
    expected: tuple[str, ...]
    declaration: str = ""
    """The PREFIX line that is missing, where it is one of those in use here."""


def mistake_of(error: KgappError, query: str) -> Mistake | None:
    """The place that a refusal names; nothing where it names none in this query."""
    found = PLACE.search(error.what.en)
    lines = query.splitlines() or [""]
    if found is None or not 1 <= int(found[1]) <= len(lines) + 1:
        return None
    number, column = int(found[1]), int(found[2])
    line = lines[number - 1] if number <= len(lines) else ""
    place = min(column - 1, len(line))
    what = next((told for remark, told in KNOWN.items() if remark in found[3]), None)
    start, end = max(0, place - AROUND), min(len(line), place + AROUND)
    before, at = line[start:place], line[place : place + 1]
    return Mistake(
        number,
        column,
        visible(("…" if start else "") + before),
        visible(at),
        visible(line[place + 1 : end] + ("…" if end < len(line) else "")),
        what,
        () if what else _expected(found[3]),
        _declaration(line[:place]) if what is KNOWN["Prefix not found"] else "",
    )


def _expected(told: str) -> tuple[str, ...]:
    tokens = TOKEN.findall(CLASS.sub("", told))
    return tuple(dict.fromkeys(visible(token.strip().strip('"')) for token in tokens))[:MOST]


def _declaration(before: str, known: Mapping[str, str] = NAMESPACES) -> str:
    name = PREFIX.search(before.rstrip())
    prefix = (name[1] or "") if name else ""
    return f"PREFIX {prefix}: <{known[prefix]}>" if prefix in known else ""
