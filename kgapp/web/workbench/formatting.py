"""Lays a query out: a clause to a line, groups indented. Only spaces between terminals change, and the
case of keywords, which has no meaning (SPARQL 1.1 Query, 19.8); comments and line breaks stay.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kgapp.errors import Message, QueryRefused
from kgapp.terminals import CLOSING, Terminal, place_of, terminals

STEP = "  "
DEEPEST = 20
"""Steps of indentation at most, so that what nests is not laid out at the square of its length."""
SHORT = 70
"""Characters of a group that may stay on one line."""
FEW = 2 * SHORT
"""Terminals up to which a group may be short: so what nests is not read again for every bracket."""
BEGINNING = frozenset(
    (
        "BASE",
        "PREFIX",
        "SELECT",
        "ASK",
        "CONSTRUCT",
        "DESCRIBE",
        "FROM",
        "WHERE",
        "GROUP",
        "HAVING",
        "ORDER",
        "LIMIT",
        "OFFSET",
        "VALUES",
        "OPTIONAL",
        "FILTER",
        "BIND",
        "MINUS",
        "GRAPH",
        "SERVICE",
    )
)
"""Keywords that begin a line, where they stand in a group or outside of all brackets."""
WORDS = BEGINNING | frozenset(
    (
        "DISTINCT",
        "REDUCED",
        "NAMED",
        "BY",
        "ASC",
        "DESC",
        "AS",
        "UNION",
        "NOT",
        "IN",
        "EXISTS",
        "UNDEF",
        "SILENT",
        "SEPARATOR",
        "COUNT",
        "SUM",
        "MIN",
        "MAX",
        "AVG",
        "SAMPLE",
        "GROUP_CONCAT",
    )
)
"""Keywords that are written in capitals; functions stay as they are."""


def formatted(text: str) -> str:
    """A query laid out, ending in one line break; the same again where it is laid out already.
    Raises QueryRefused where a string is not closed or a character is no part of the language."""
    found = terminals(text)
    strange = next((each for each in found if each.kind == "other"), None)
    if strange is not None:
        line, column = place_of(text, strange.start)
        raise QueryRefused(
            Message(
                f"{line}行{column}文字目の「{strange.text}」がSPARQLとして読めません。",
                f"Line {line}, column {column}: {strange.text!r} cannot be read as SPARQL.",
            ),
            Message(
                "文字列が閉じているかを見て，直してから整えてください。",
                "See whether a string is not closed; mend it first, then format.",
            ),
        )
    layout = _Layout(_short_groups(found))
    for terminal in found:
        if terminal.kind == "space":
            layout.space(terminal.text.count("\n") or terminal.text.count("\r"))
        else:
            layout.put(terminal)
    return layout.text()


def _short_groups(found: list[Terminal]) -> frozenset[int]:
    """Where groups begin that stay on one line: short ones inside another, written so, of one statement."""
    short: set[int] = set()
    opened: list[int] = []
    groups = 0
    for place, terminal in enumerate(found):
        if terminal.kind == "open":
            opened.append(place)
            groups += terminal.text == "{"
        elif terminal.kind == "close" and opened:
            start = opened.pop()
            if CLOSING[found[start].text] != terminal.text:
                break
            groups -= terminal.text == "}"
            inside = groups and terminal.text == "}" and place - start <= FEW
            if inside and _is_short(found[start + 1 : place]):
                short.add(found[start].start)
    return frozenset(short)


def _is_short(inside: list[Terminal]) -> bool:
    if any("\n" in each.text or "\r" in each.text or each.kind == "comment" for each in inside):
        return False
    said = [each for each in inside if each.kind != "space"]
    if any(each.text in (".", ";") or each.is_word("SELECT", "UNION", "OPTIONAL", "VALUES") for each in said):
        return False
    return len(" ".join(each.text for each in said)) <= SHORT


@dataclass
class _Layout:
    """The lines so far, and what the next terminal must know of those before it."""

    short: frozenset[int]
    """Where groups begin that stay on one line."""
    lines: list[str] = field(default_factory=list)
    line: str = ""
    brackets: list[str] = field(default_factory=list)
    """What is open, the outermost first; ``[`` also for a brace whose content stays on its line."""
    groups: int = 0
    """How many of these are groups."""
    before: Terminal | None = None
    spaced: bool = False
    """Whether space stood before this terminal."""
    breaks: int = 0
    """Line breaks since the last terminal."""
    ended: bool = True
    """Whether the statement on this line is over, so that the next is not indented further."""
    values: bool = False
    """Whether VALUES was said and its block is still to come."""

    def space(self, breaks: int) -> None:
        """Space stood here, with so many line breaks."""
        self.spaced = True
        self.breaks += breaks

    def put(self, terminal: Terminal) -> None:
        """Adds a terminal where it belongs."""
        if self._begins(terminal):
            self._break(terminal)
        elif self.line and (self._apart(terminal) or (self.spaced and terminal.text != ")")):
            self.line += " "
        if not self.line:
            self.line = self._indent(terminal)
        self.line += terminal.text.upper() if terminal.is_word(*WORDS) else terminal.text
        self._remember(terminal)

    def text(self) -> str:
        """Everything, in lines."""
        self._end_line()
        return "\n".join(self.lines).strip("\n") + "\n"

    @property
    def _in_group(self) -> bool:
        """Whether statements stand here: in a group, or outside of all brackets."""
        return not self.brackets or self.brackets[-1] == "{"

    def _begins(self, terminal: Terminal) -> bool:
        """Whether a terminal begins a line: it did so already, or the layout wants it."""
        before = self.before
        if before is None:
            return False
        if self.breaks or before.kind == "comment":
            return True
        if terminal.kind == "comment":
            return False
        if before.text == "{" and self._in_group:
            return True
        if terminal.text == "}" and self._in_group:
            return True
        if before.text in (".", ";") and before.kind == "sign" and self._in_group:
            return True
        if before.text == "}" and self._in_group and not self._follows_group(terminal):
            return True
        return self._in_group and terminal.is_word(*BEGINNING) and not before.is_word("NOT")

    @staticmethod
    def _follows_group(terminal: Terminal) -> bool:
        """Whether a terminal stays on the line of the group before it."""
        return terminal.is_word("UNION") or terminal.text in (".", "&&", "||", ",")

    def _break(self, terminal: Terminal) -> None:
        """Ends the line, and keeps one blank line where there were some."""
        opened = self.before is not None and self.before.text == "{"
        self._end_line()
        if self.breaks > 1 and not opened and terminal.kind != "close":
            self.lines.append("")

    def _end_line(self) -> None:
        if self.line.strip():
            self.lines.append(self.line.rstrip())
        self.line = ""

    def _indent(self, terminal: Terminal) -> str:
        # Brackets within a statement are one step together, however many are open.
        closes = terminal.kind == "close"
        innermost = self.brackets[-2:-1] if closes else self.brackets[-1:]
        closed = closes and self.brackets[-1:] == ["{"]
        depth = self.groups - closed + (bool(innermost) and innermost != ["{"])
        if closes:
            return STEP * min(depth, DEEPEST)
        if not self.ended and self._in_group and not terminal.is_word(*BEGINNING) and terminal.text != "{":
            depth += 1
        return STEP * min(depth, DEEPEST)

    def _apart(self, terminal: Terminal) -> bool:
        """Whether a space is put where none stood: around braces, and before what ends a statement."""
        before = self.before
        assert before is not None
        if terminal.kind == "comment" or terminal.text in ("{", "}") or before.text == "{":
            return True
        if before.text == "}":
            return terminal.text not in (")", ",")
        return terminal.kind == "sign" and terminal.text in (".", ";") and self._in_group

    def _remember(self, terminal: Terminal) -> None:
        if terminal.kind == "open":
            inline = terminal.text == "{" and (self.values or terminal.start in self.short)
            self.brackets.append("[" if inline else terminal.text)
            self.groups += self.brackets[-1] == "{"
        elif terminal.kind == "close" and self.brackets:
            self.groups -= self.brackets.pop() == "{"
        if terminal.text == "{":
            self.values = False
        elif terminal.is_word("VALUES"):
            self.values = True
        if terminal.kind != "comment":
            sign = terminal.text if terminal.kind in ("sign", "open", "close") else ""
            self.ended = sign in ("{", "}", ".")
        self.before, self.spaced, self.breaks = terminal, False, 0
