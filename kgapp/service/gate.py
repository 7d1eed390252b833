"""What may be sent on to another SPARQL server: a query of this dataset, and nothing else.

The embedded store needs no such reading, because its process can open no connection whatever it
is asked (``service.confine``). Another server can, so here only reading the text helps, which is
a weaker guarantee: it is strict where a text can be read in two ways, comments are not sent on,
and the other server should itself be kept from reaching out.
"""

from __future__ import annotations

import re

from kgapp.errors import Message, QueryRefused
from kgapp.sparqltext import TOKEN, Keywords, keywords
from kgapp.store import no_service, no_updates, too_deep

ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
LOCAL = re.compile(r"<?\s*(?:bif|sql)\s*:", re.IGNORECASE)
"""Virtuoso's own functions, among them some that fetch."""
PREFIX = re.compile(r"\bPREFIX\s+([\w.\-·]+)\s*:", re.IGNORECASE)
QUOTES = ('"""', "'''", '"', "'")


def checked(text: str, max_depth: int) -> str:
    """The query as it may be sent on, without its comments.

    Raises QueryRefused for SERVICE, updates, pragmas, functions of a product's own, brackets too
    deep, strings that are not closed, and ASCII written as an escape, which would be read first
    (SPARQL 1.1 Query, 19.2).
    """
    _refuse_escapes(text)
    found = keywords(text)
    if found.depth > max_depth:
        raise too_deep(found.depth, max_depth)
    if not found.words.isdisjoint(Keywords.UPDATES):
        raise no_updates()
    if "DEFINE" in found.words:
        raise _refused("DEFINEは使えません。", "DEFINE is not allowed here.")
    return TOKEN.sub(_checked_token, text)


def _checked_token(match: re.Match[str]) -> str:
    token = match[0]
    if token.startswith("#"):
        return " "
    if token.startswith(QUOTES):
        quote = next(quote for quote in QUOTES if token.startswith(quote))
        if len(token) < 2 * len(quote) or not token.endswith(quote):
            raise _refused("文字列が閉じていません。", "A string is not closed.")
        return token
    if LOCAL.match(token):
        raise _refused("bif: と sql: は使えません。", "bif: and sql: are not allowed here.")
    if not token.startswith(("<", "?", "$", "@")) and "service" in token.lower():
        raise no_service()
    return token


def _refuse_escapes(text: str) -> None:
    for match in ESCAPE.finditer(text):
        if int(match[1] or match[2], 16) < 0x80:
            raise _refused(
                f"{match[0]} は文字そのもので書いてください。", f"Write the character itself for {match[0]}."
            )


def _refused(ja: str, en: str) -> QueryRefused:
    return QueryRefused(
        Message(ja, en),
        Message("標準のSPARQL 1.1の問い合わせにしてください。", "Ask a standard SPARQL 1.1 query."),
    )


class _Dataset:
    """Takes FROM clauses out of a query, token by token (SPARQL 1.1 Query, 13.2)."""

    def __init__(self, text: str) -> None:
        self.found = False
        self._inside = False
        self._declared = {name.lower() for name in PREFIX.findall(text)}

    def __call__(self, match: re.Match[str]) -> str:
        token, word = match[0], (match["word"] or "").upper()
        if self._inside:
            if word == "NAMED" and not match["name"]:
                return " "
            self._inside = not token
            return " " + (match["bracket"] or "")
        if word == "FROM" and not match["name"]:
            self.found = self._inside = True
            return " "
        if word.startswith("FROM") and match["name"] and match["word"].lower() not in self._declared:
            # Glued to its prefixed name: FROMx:graph.
            self.found = True
            return " " + (match["bracket"] or "")
        return token


def has_dataset(text: str) -> bool:
    """Whether a query names its dataset itself, with FROM."""
    reading = _Dataset(text)
    TOKEN.sub(reading, text)
    return reading.found


def without_dataset(text: str) -> str:
    """The query without the dataset that it names itself."""
    return TOKEN.sub(_Dataset(text), text)
