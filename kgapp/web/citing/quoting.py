"""Texts as literals of the languages that snippets are written in: whatever a text holds, the literal
stands for it to the last character, and nothing of it is read as code.

Line breaks stay line breaks, so that a query can be read and changed where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]")
"""What an editor, a terminal or a language's own reading of line breaks would change."""


def shell(text: str) -> str:
    """A word of the POSIX shell. It holds every character but NUL, which no argument can have."""
    return "'" + text.replace("'", "'\\''") + "'"


def python(text: str) -> str:
    """A string of Python (Language Reference, 2.4.1), in three quotes where it has several lines."""
    escaped = _CONTROL.sub(_unicode_escape, text.replace("\\", "\\\\"))
    if "\n" not in escaped:
        return '"' + escaped.replace('"', '\\"') + '"'
    # Bare is only a quote behind which neither another nor the end stands.
    return '"""' + re.sub(r'"(?="|\Z)', r'\\"', escaped) + '"""'


def javascript(text: str) -> str:
    """A template literal of JavaScript (ECMA-262, 12.9.6)."""
    escaped = text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
    return "`" + _CONTROL.sub(_unicode_escape, escaped) + "`"


def r(text: str) -> str:
    """A string of R. NUL has no place in one."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + _CONTROL.sub(_unicode_escape, escaped) + '"'


def power_query(text: str) -> str:
    """A text of the Power Query M language (Lexical structure, Text literals)."""
    escaped = re.sub(r"#(?=\()", "#(#)", text).replace('"', '""')
    return (
        '"'
        + re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]", lambda found: f"#({ord(found[0]):04X})", escaped)
        + '"'
    )


def _unicode_escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


Quote = Callable[[str], str]
