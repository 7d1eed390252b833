"""Puts the terms for parameters into the text of a query of ours, for servers that take only text.

The embedded engine is given terms beside the text; SPARQL 1.1 has no such thing, and a VALUES
clause behind the query is no replacement: it joins after the pattern, so a FILTER inside never
sees it, and Virtuoso 7.2 ignores it after SELECT and refuses it after ASK. So each parameter's
variable becomes its term (SEP-0007), token by token, as N-Triples writes it: whatever a value
holds, it stays one term. Only texts of the project's own are bound; strangers' queries have none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pyoxigraph as ox

from kgapp.question import Term
from kgapp.sparqltext import TOKEN

LISTING = frozenset(["SELECT", "BY"])
ENDING = frozenset(["WHERE", "FROM", "HAVING", "ORDER", "GROUP", "LIMIT", "OFFSET", "VALUES"])


def bind_text(text: str, terms: Mapping[ox.Variable, Term]) -> str:
    """The query with its parameters replaced by terms; where variables are only listed (SELECT,
    GROUP BY, ORDER BY) a parameter is left out: it is no part of the answer."""
    if not terms:
        return text
    return TOKEN.sub(_Binder({variable.value: str(term) for variable, term in terms.items()}), text)


class _Binder:
    """Replaces one token after the other, knowing whether it stands in a list of variables."""

    def __init__(self, terms: Mapping[str, str]) -> None:
        self._terms = terms
        self._listing = False
        self._depth = 0

    def __call__(self, match: re.Match[str]) -> str:
        token = match[0]
        if token[:1] in ("?", "$") and token[1:] in self._terms:
            return "" if self._listing and not self._depth else self._terms[token[1:]]
        word = "" if match["name"] else (match["word"] or "").upper()
        if word in LISTING:
            self._listing, self._depth = True, 0
        elif word in ENDING:
            self._listing = False
        bracket = match["bracket"] or ""
        if bracket and bracket in "{}":
            self._listing = False
        elif bracket:
            self._depth += 1 if bracket in "([" else -1
        return token
