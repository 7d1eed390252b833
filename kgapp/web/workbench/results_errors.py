"""What is wrong with a query, at its place: the line, the column, and what would have been right."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kgapp.errors import KgappError, Message
from kgapp.sparqltext import TOKEN, keywords
from kgapp.web.frame.wording import NAMESPACES
from kgapp.web.workbench.results_cells import visible

PLACE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)\Z", re.DOTALL)
"""How the engine tells a place; columns count characters from 1."""
CLASS = re.compile(r"\[[^\]]*\](?:,\s*)?", re.DOTALL)
"""Kinds of characters that the engine expects: no help for a person."""
EXPECTED = re.compile(r'"(?:[^"\\]|\\.)*"|[A-Za-z][A-Za-z_ ]+')
LAST_TRIED = frozenset(
    ["CONSTRUCT", "GROUP_CONCAT", "IF", "LANGMATCHES", "LATERAL", "OPTIONAL", "SERVICE", "TZ"]
)
"""Words that the engine only names because it tries them last."""
CLOSING = {"(": ")", "{": "}", "[": "]"}
WORD = re.compile(r"[^\s<>{}()\[\],;|/^*+!=]*")
"""What may stand around a place and is one with it: a name, a keyword, the beginning of a string."""
TERM = re.compile(r"\s*[?$<\w]")
UNENDED = re.compile(r"[\w>\"')\]]\s*\Z")
"""How a line ends that could be the end of a triple and has no sign after it."""
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
    unended: int = 0
    """The line before, where a sign may be missing at its end."""


def mistake_of(error: KgappError, query: str) -> Mistake | None:
    """The place that a refusal names; nothing where it names none in this query."""
    found = PLACE.search(error.what.en)
    lines = query.splitlines() or [""]
    if found is None or not 1 <= int(found[1]) <= len(lines) + 1:
        return None
    number, column = int(found[1]), int(found[2])
    line = lines[number - 1] if number <= len(lines) else ""
    place = min(column - 1, len(line))
    remark = next((told for remark, told in KNOWN.items() if remark in found[3]), None)
    what = remark or _form(query) or _brackets(query)
    first = _start(line, place)
    last = max(place, first + len(_word(line, first)), min(first + 1, len(line)))
    start, end = max(0, first - AROUND), min(len(line), last + AROUND)
    last = min(last, end)
    return Mistake(
        number,
        first + 1,
        visible(("…" if start else "") + line[start:first]),
        visible(line[first:last]),
        visible(line[last:end] + ("…" if end < len(line) else "")),
        what,
        () if remark else _expected(found[3]),
        _declaration(line[first:last]) if remark is KNOWN["Prefix not found"] else "",
        _unended(lines, number),
    )


def _form(query: str) -> Message | None:
    """What to say of a query that does not say what it asks."""
    if keywords(query).first_form:
        return None
    return Message(
        "SELECT，ASK，CONSTRUCT，DESCRIBEのどれもありません（つづりの誤りかもしれません）。",
        "None of SELECT, ASK, CONSTRUCT and DESCRIBE stands in it: one may be misspelt.",
    )


def _brackets(query: str) -> Message | None:
    """What to say of the first bracket that has no other."""
    opened: list[tuple[str, int]] = []
    for match in TOKEN.finditer(query):
        sign = match["bracket"]
        if sign in CLOSING:
            opened.append((sign, match.end() - 1))
        elif sign and not opened:
            return _bracket(query, sign, match.end() - 1, "に対応するものがありません", "has no other")
        elif sign and CLOSING[opened[-1][0]] == sign:
            opened.pop()
        elif sign:
            break
    return _bracket(query, *opened[-1], "が閉じていません", "is not closed") if opened else None


def _bracket(query: str, sign: str, place: int, ja: str, en: str) -> Message:
    line = query.count("\n", 0, place) + 1
    column = place - query.rfind("\n", 0, place)
    return Message(
        f"{line}行目{column}字目の「{sign}」{ja}。", f"The “{sign}” at line {line}, column {column} {en}."
    )


def _start(line: str, place: int) -> int:
    """Where the word begins that a place is in, or just behind."""
    start = place
    while start and _word(line, start - 1):
        start -= 1
    return start


def _word(line: str, place: int) -> str:
    found = WORD.match(line, place)
    return found[0] if found else ""


def _unended(lines: list[str], number: int) -> int:
    """The line before one that begins with a term, where it ends without a sign; else 0."""
    if number > len(lines) or not TERM.match(lines[number - 1]):
        return 0
    for before in range(number - 2, -1, -1):
        if words := lines[before].strip():
            return (
                before + 1 if UNENDED.search(words) and not words.startswith(("#", "PREFIX", "BASE")) else 0
            )
    return 0


def _expected(told: str) -> tuple[str, ...]:
    tokens = (token.strip().strip('"') for token in EXPECTED.findall(CLASS.sub("", told)))
    return tuple(dict.fromkeys(visible(token) for token in tokens if token not in LAST_TRIED))[:MOST]


def _declaration(name: str) -> str:
    prefix, colon, _ = name.partition(":")
    return f"PREFIX {prefix}: <{NAMESPACES[prefix]}>" if colon and prefix in NAMESPACES else ""
