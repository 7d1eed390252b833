"""The terminals of a query one by one, with their places (SPARQL 1.1 Query, 19.8): nothing is left out.

``sparqltext`` finds keywords for refusals; here every character of the text belongs to one terminal, so
that a text can be laid out anew or a place in it be told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from kgapp.sparqltext import FORMS, NAME

_LOCAL = rf"(?:[{NAME}\-:]|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?#@%])"
_TERMINAL = re.compile(
    r'(?P<string>"""(?:[^"\\]|\\.|"{1,2}(?!"))*+"""'
    r"|'''(?:[^'\\]|\\.|'{1,2}(?!'))*+'''"
    r'|"(?:[^"\\\n\r]|\\.)*+"(?!")'
    r"|'(?:[^'\\\n\r]|\\.)*+'(?!')"
    r"|\"\"(?!\")|''(?!'))"
    r"|(?P<iri><[^<>\"{}|^`\\\x00-\x20]*+>)"
    r"|(?P<comment>#[^\n\r]*+)"
    rf"|(?P<variable>[?$][{NAME}]++)"
    r"|(?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)"
    rf"|(?P<blank>_:\w(?:[{NAME}.\-]*[{NAME}\-])?)"
    rf"|(?P<name>(?:[^\W\d_](?:[{NAME}.\-]{{0,99}}+(?<!\.))?)?:(?:{_LOCAL}(?:{_LOCAL}|\.+(?={_LOCAL}))*+)?)"
    r"|(?P<number>\d*+\.\d++(?:[eE][+-]?\d++)?|\d++(?:\.\d*+)?[eE][+-]?\d++|\d++)"
    r"|(?P<word>[A-Za-z_]\w*+)"
    r"|(?P<open>[({\[])|(?P<close>[)}\]])"
    r"|(?P<sign>\^\^|&&|\|\||!=|<=|>=|<<|>>|[=<>!*/+\-|^.,;?])"
    r"|(?P<space>\s++)"
    r"|(?P<other>.)",
    re.DOTALL,
)
"""No text makes it read a stretch again and again: what may be given back is bounded (a prefix has 100
characters at most)."""
CLOSING = {"{": "}", "(": ")", "[": "]"}


class Terminal(NamedTuple):
    """A terminal: its kind, its text as written, and where it begins in code points."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def prefix(self) -> str:
        """Of a prefixed name, what stands before its colon."""
        return self.text.partition(":")[0]

    @property
    def word(self) -> str:
        """A bare word in upper case; empty for every other terminal."""
        return self.text.upper() if self.kind == "word" else ""

    def is_word(self, *words: str) -> bool:
        """Whether it is one of these keywords, in any case."""
        return self.word in words


def terminals(text: str) -> list[Terminal]:
    """All terminals of a text in order, spaces and comments too; what is none is ``other``, character by
    character."""
    return [
        Terminal(match.lastgroup or "other", match[0], match.start()) for match in _TERMINAL.finditer(text)
    ]


@dataclass(frozen=True)
class Clauses:
    """The dataset that a query names itself (SPARQL 1.1 Query, 13.2), every IRI as it is written."""

    prologue: str
    """What declares the prefixes and the base that the IRIs are read with."""
    default: tuple[str, ...]
    """Of FROM."""
    named: tuple[str, ...]
    """Of FROM NAMED."""


def dataset_clauses(text: str) -> Clauses:
    """The FROM clauses of a query: those words that stand in no bracket and have an IRI behind them."""
    spoken = [each for each in terminals(text) if each.kind not in ("space", "comment")]
    form = next((each.start for each in spoken if each.word in FORMS), 0)
    graphs: tuple[list[str], list[str]] = [], []
    depth = 0
    for at, each in enumerate(spoken):
        depth += (each.kind == "open") - (each.kind == "close")
        if depth or each.word != "FROM":
            continue
        named = at + 1 < len(spoken) and spoken[at + 1].word == "NAMED"
        behind = spoken[at + 1 + named : at + 2 + named]
        graphs[named].extend(each.text for each in behind if each.kind in ("iri", "name"))
    return Clauses(text[:form], tuple(graphs[False]), tuple(graphs[True]))


def place_of(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both from 1, the column in code points."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def offset_of(text: str, line: int, column: int) -> int:
    """The offset of a line and a column; the end of the text where there is no such place."""
    start = 0
    for _ in range(line - 1):
        found = text.find("\n", start)
        if found < 0:
            return len(text)
        start = found + 1
    return min(start + column - 1, len(text))
