"""The keywords of a query, told apart from its strings, IRIs and comments.

Follows the terminals of SPARQL 1.1 (Query, 19.8) on the text as sent. It serves clear refusals
and the choice of a plan, never safety: the engine needs no boundary around a keyword
(``SERVICEx:``) and may read a comparison where these terminals read an IRI, so what must not
happen is made impossible by the process in which the engine runs (``service.confine``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*+(?:"""|\Z)'
    r"|'''(?:[^'\\]|\\.|'{1,2}(?!'))*+(?:'''|\Z)"
    r'|"(?:[^"\\\n\r]|\\.)*+"?'
    r"|'(?:[^'\\\n\r]|\\.)*+'?"
    r"|<[^<>\"{}|^`\\\x00-\x20]*+>"
    r"|#[^\n\r]*+"
    r"|[?$@]\w++"
    r"|(?P<word>[\w.\-·]++)?(?P<name>:(?:[\w.\-:·]|%[0-9A-Fa-f]{2}|\\.)*+)?+"
    r"(?P<bracket>[(){}\[\]])?",
    re.DOTALL,
)
"""Every alternative takes what it began: no text makes it read a stretch twice."""
NAMING = ("from", "graph")
CHANGING = ("now", "rand", "uuid")
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

    @property
    def calls_service(self) -> bool:
        """Whether SERVICE stands among the bare words, glued to another or not."""
        return any("SERVICE" in word for word in self.words)


def keywords(text: str) -> Keywords:
    """The keywords of a query or update, and how deeply its brackets nest."""
    words: list[str] = []
    depth = deepest = 0
    declared: set[str] = set()
    glued: set[str] = set()
    for match in TOKEN.finditer(text):
        word = match["word"]
        if word and not match["name"]:
            words.append(word.upper())
        elif word and words and words[-1] == "PREFIX" and match["name"] == ":":
            declared.add(word)
        elif word and word.upper().startswith("SERVICE"):
            glued.add(word)
        if bracket := match["bracket"]:
            depth += 1 if bracket in "({[" else -1
            deepest = max(deepest, depth)
    if glued - declared:
        words.append("SERVICE")
    first = next((word for word in words if word in FORMS | Keywords.UPDATES), "")
    return Keywords(frozenset(words), first, deepest)


def may_name_graphs(text: str) -> bool:
    """Whether FROM or GRAPH may stand in a query: their letters do, anywhere."""
    lowered = text.lower()
    return any(word in lowered for word in NAMING)


def may_change_from_run_to_run(text: str) -> bool:
    """Whether NOW, RAND, UUID or STRUUID may stand in a query: their letters do, anywhere."""
    lowered = text.lower()
    return any(word in lowered for word in CHANGING)
