"""The tokens of a query with their places in it (SPARQL 1.1 Query, 19.8); no grammar.

Every alternative of the pattern takes what it began, so that a text is read once, whatever it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kgapp.sparqltext import NAME

_TOKEN = re.compile(
    r"(?P<space>[\x00-\x20]++|#[^\n\r]*+)"
    r'|(?P<string>"""(?:[^"\\]|\\.|"{1,2}(?!"))*+"""|\'\'\'(?:[^\'\\]|\\.|\'{1,2}(?!\'))*+\'\'\''
    r"|\"(?:[^\"\\\n\r]|\\.)*+\"|'(?:[^'\\\n\r]|\\.)*+')"
    r"|(?P<iri><[^<>\"{}|^`\\\x00-\x20]*+>)"
    rf"|(?P<variable>[?$][{NAME}]++)"
    rf"|(?P<blank>_:[\w](?:[{NAME}.\-]*+(?<=[{NAME}\-]))?)"
    r"|(?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)"
    r"|(?P<number>(?:[0-9]++(?:\.[0-9]++)?|\.[0-9]++)(?:[eE][+\-]?[0-9]++)?+(?![\w:]))"
    rf"|(?P<name>(?:[^\W\d_](?:[{NAME}.\-]{{0,200}}+(?<=[{NAME}\-]))?)?:"
    rf"(?:(?:[{NAME}:\-.]|%[0-9A-Fa-f]{{2}}|\\.)*(?<!\.))?)"
    r"|(?P<word>[^\W\d]\w*+)"
    r"|(?P<sign>\^\^|&&|\|\||!=|<=|>=|[{}()\[\].;,^/|?*+!=<>\-])",
    re.DOTALL,
)


class Unreadable(Exception):
    """A text that is not read as SPARQL here; the engine may read it all the same."""


@dataclass(frozen=True)
class Token:
    """A stretch of the query: its kind is a group of the pattern."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def word(self) -> str:
        """A bare word in upper case; empty for every other token."""
        return self.text.upper() if self.kind == "word" else ""


def tokenize(text: str) -> list[Token]:
    """All tokens but spaces and comments; raises Unreadable where none begins."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise Unreadable(f"character {at}")
        if match.lastgroup != "space":
            found.append(Token(match.lastgroup or "", match[0], at))
        at = match.end()
    return found
