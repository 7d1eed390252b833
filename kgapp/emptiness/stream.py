"""The tokens of a query as a reader takes them: one after the other, with what they are named after."""

from __future__ import annotations

from bisect import bisect_left

from kgapp.emptiness.terms import Names, Term, Unreadable
from kgapp.terminals import Terminal

SIGNS = frozenset(["sign", "open", "close"])
"""Kinds of terminals that are told by how they look."""


class Stream:
    """Where a reader stands in a query."""

    def __init__(self, text: str, tokens: list[Terminal], names: Names, used: set[str]) -> None:
        self.text, self.names, self.used = text, names, used
        self.blanks: dict[str, Term] = {}
        self._tokens, self._at = tokens, 0
        self._starts = [token.start for token in tokens]
        self._unnamed = 0

    def peek(self, ahead: int = 0) -> Terminal | None:
        """The next token, or one behind it; none at the end."""
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else None

    def here(self) -> int:
        """Where the next token begins."""
        token = self.peek()
        return token.start if token else len(self.text)

    def before(self) -> int:
        """Where the last token ended."""
        return self._tokens[self._at - 1].end

    def word(self) -> str:
        """The next token as a bare word in upper case; empty where it is none."""
        token = self.peek()
        return token.word if token else ""

    def sign(self) -> str:
        """The next token as a sign; empty where it is none."""
        token = self.peek()
        return token.text if token and token.kind in SIGNS else ""

    def next(self, kind: str = "") -> Terminal:
        """Takes the next token; raises Unreadable where it is of another kind, or there is none."""
        token = self.peek()
        if token is None or (kind and token.kind != kind):
            raise Unreadable(kind or "end")
        self._at += 1
        return token

    def expect(self, sign: str) -> Terminal:
        """Takes the sign; raises Unreadable where another token stands there."""
        if self.sign() != sign:
            raise Unreadable(sign)
        return self.next()

    def skip_balanced(self) -> list[Terminal]:
        """Takes a bracket and all up to the one that closes it."""
        first, depth = self._at, 0
        here = self.peek()
        if here is None or here.kind != "open":
            raise Unreadable("bracket")
        while True:
            token = self.next()
            if token.kind == "open":
                depth += 1
            elif token.kind == "close":
                depth -= 1
                if depth == 0:
                    return self._tokens[first : self._at]

    def between(self, start: int, end: int) -> list[Terminal]:
        """The tokens of a stretch of the text."""
        return self._tokens[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def variable(self, token: Terminal) -> Term:
        """A variable as written."""
        return Term("variable", token.text[1:], f"?{token.text[1:]}", token.start, token.end)

    def unnamed(self) -> Term:
        """A variable for what has no name."""
        self._unnamed += 1
        while f"_{self._unnamed}" in self.used:
            self._unnamed += 1
        name = f"_{self._unnamed}"
        self.used.add(name)
        return Term("variable", name, f"?{name}")

    def blank(self, token: Terminal) -> Term:
        """The variable for a blank node's label."""
        if token.text not in self.blanks:
            self.blanks[token.text] = self.unnamed()
        return self.blanks[token.text]
