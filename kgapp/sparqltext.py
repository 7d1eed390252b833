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

NAME = (
    r"\w\u00b7\u0300-\u037d\u037f-\u1fff\u200c\u200d\u203f\u2040\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff"
    r"\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
"""Characters of a name (19.8, ``PN_CHARS``) for a class of a pattern: letters, and much that Python takes for
none, as the dot in ``?開始・終了``."""
_LOCAL = rf":(?:[{NAME}.\-:]|%[0-9A-Fa-f]{{2}}|\\.)*+"
_NO_WORDS = (
    r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*+(?:"""|\Z)'
    r"|'''(?:[^'\\]|\\.|'{1,2}(?!'))*+(?:'''|\Z)"
    r'|"(?:[^"\\\n\r]|\\.)*+"?'
    r"|'(?:[^'\\\n\r]|\\.)*+'?"
    r"|<[^<>\"{}|^`\\\x00-\x20]*+>"
    r"|#[^\n\r]*+"
    rf"|[?$@][{NAME}]++"
)
"""Strings, IRIs, comments, variables and language tags, in which no keyword stands."""
TOKEN = re.compile(
    rf"{_NO_WORDS}|(?P<word>[\w.\-·]++)?(?P<name>{_LOCAL})?+(?P<bracket>[(){{}}\[\]])?", re.DOTALL
)
"""Every alternative takes what it began: no text makes it read a stretch twice."""
_WITHOUT_WORDS = re.compile(f"{_NO_WORDS}|{_LOCAL}", re.DOTALL)
_UNCLEAR = re.compile(r"<[^<>\"{}|^`\\\x00-\x20']*+'[^<>\"{}|^`\\\x00-\x20]*+>")
"""An apostrophe in an IRI, or the beginning of a string in a comparison (``?a<'x>y'``)."""
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
    """Whether FROM or GRAPH may stand in a query: their letters do, where a keyword could."""
    return _may_say(NAMING, text.lower())


def may_change_from_run_to_run(text: str) -> bool:
    """Whether NOW, RAND, UUID or STRUUID may stand in a query: their letters do, where a keyword could."""
    return _may_say(CHANGING, text.lower())


def _may_say(words: tuple[str, ...], lowered: str) -> bool:
    if not any(word in lowered for word in words):
        return False
    spoken = lowered if _UNCLEAR.search(lowered) else _WITHOUT_WORDS.sub(" ", lowered)
    return any(word in spoken for word in words)
