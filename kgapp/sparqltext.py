"""The keywords of a query, told apart from its strings, IRIs and comments.

Follows the terminals of SPARQL 1.1 (Query, 19.8) on the text as sent: the engine undoes codepoint
escapes only inside strings and IRIs, so no keyword can be spelt with one. Not a parser: the engine
parses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*"""'
    r"|'''(?:[^'\\]|\\.|'{1,2}(?!'))*'''"
    r'|"(?:[^"\\\n\r]|\\.)*"'
    r"|'(?:[^'\\\n\r]|\\.)*'"
    r"|<[^<>\"{}|^`\\\x00-\x20]*>"
    r"|#[^\n\r]*"
    r"|[?$@]\w+"
    r"|[\w.\-·]*:(?:[\w.\-:·]|%[0-9A-Fa-f]{2}|\\.)*"
    r"|(?P<word>[A-Za-z]\w*)"
    r"|[^\s]",
    re.DOTALL,
)
SERVICE = re.compile("service", re.IGNORECASE)
"""Keywords need no boundary for the engine (SERVICESILENT, trueSERVICE), and it may read a comparison
where these terminals read an IRI: so the letters alone, anywhere, count as the keyword."""

OPENING, CLOSING = ("(", "{", "["), (")", "}", "]")
FORMS = frozenset(["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"])


@dataclass(frozen=True)
class Keywords:
    """The bare words of a query in upper case, and the first that says what it is."""

    UPDATES: ClassVar[frozenset[str]] = frozenset(
        ["INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"]
    )
    words: frozenset[str]
    first_form: str
    depth: int
    """How many brackets stand inside each other at most."""


def keywords(text: str) -> Keywords:
    """The keywords of a query or update, and how deeply its brackets nest."""
    words: list[str] = []
    depth = deepest = 0
    for match in TOKEN.finditer(text):
        if match["word"]:
            words.append(match["word"].upper())
        elif match.group() in OPENING:
            depth += 1
            deepest = max(deepest, depth)
        elif match.group() in CLOSING:
            depth -= 1
    if SERVICE.search(text):
        words.append("SERVICE")
    first = next((word for word in words if word in FORMS | Keywords.UPDATES), "")
    return Keywords(frozenset(words), first, deepest)
