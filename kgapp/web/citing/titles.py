"""What a question is called: by the catalogue where it is one of its questions, else by its own first
line where that is a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kgapp.queryfile import Parameter, QueryFile
from kgapp.service.binding import bind_text

LONGEST = 120
"""Characters of a comment that a title takes."""
READ = 20_000
"""Characters of a query beyond which it is none of the catalogue's."""
_PLACE = "urn:kgapp:parameter:"
_TERM = r'<([^<>\s]*)>|"((?:[^"\\\n]|\\.)*)"(?:@[A-Za-z-]+|\^\^<[^<>\s]*>)?'
_LINES_OF_COMMENT = re.compile(r"^[ \t]*#.*$", re.MULTILINE)
_COMMENT = re.compile(r"\s*#+(?!\+)[ \t]*([^\r\n]*)")


@dataclass(frozen=True)
class Titled:
    """A question of the catalogue, with the values of its parameters as they stand in a query: IRIs,
    or words."""

    query: QueryFile
    values: tuple[tuple[Parameter, str], ...]


class Catalogue:
    """The questions of the catalogue, by their texts."""

    def __init__(self, questions: Mapping[str, QueryFile]) -> None:
        self._patterns = [(query, _pattern(query)) for query in questions.values()]

    def find(self, text: str) -> Titled | None:
        """The question that a query's text is, with any values for its parameters."""
        wanted = _squeezed(text[:READ])
        for query, pattern in self._patterns:
            if found := pattern.fullmatch(wanted):
                return Titled(query, tuple(_values(query, found)))
        return None


def comment_title(text: str) -> str:
    """The comment with which a query begins; nothing where it begins with something else."""
    found = _COMMENT.match(text)
    words = " ".join(found[1].split()) if found else ""
    words = "".join(sign for sign in words if sign.isprintable())
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


def _pattern(query: QueryFile) -> re.Pattern[str]:
    """A query's text with any term in the place of each parameter, the same one wherever it stands; or
    with the parameters as they are."""
    places = {ox.Variable(each.name): ox.NamedNode(_PLACE + each.name) for each in query.parameters}
    bound = re.escape(_squeezed(bind_text(query.text, places)))
    for parameter in query.parameters:
        place = re.escape(f"<{_PLACE}{parameter.name}>")
        bound = bound.replace(place, f"(?P<{parameter.name}>{_TERM})", 1)
        bound = bound.replace(place, f"(?P={parameter.name})")
    return re.compile(f"{bound}|{re.escape(_squeezed(query.text))}")


def _values(query: QueryFile, found: re.Match[str]) -> Iterable[tuple[Parameter, str]]:
    for parameter in query.parameters:
        term = found[parameter.name]
        if term is not None:
            yield parameter, term[1 : term.rindex(term[0] if term[0] == '"' else ">")]


def _squeezed(text: str) -> str:
    """Without lines of comment and white space, which a form or an editor may change."""
    return " ".join(_LINES_OF_COMMENT.sub("", text).split())
