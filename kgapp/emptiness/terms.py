"""The terms of a query as written, and as the data hold them (SPARQL 1.1 Query, 4.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urljoin

import pyoxigraph as ox

from kgapp.results import PREFIXES
from kgapp.terminals import Terminal

XSD, RDF = PREFIXES["xsd"], PREFIXES["rdf"]
TYPE = f"{RDF}type"
STRING, LANG_STRING = f"{XSD}string", f"{RDF}langString"
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_CONTROL = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


class Unreadable(Exception):
    """A text that is not read as SPARQL here; the engine may read it all the same."""


@dataclass(frozen=True)
class Term:
    """A term with the stretch of the query that wrote it (``start`` −1: nobody wrote it)."""

    kind: str
    """``iri``, ``literal`` or ``variable``; a blank node is a variable that nobody can name."""
    value: str
    text: str
    start: int = -1
    end: int = -1
    language: str = ""
    datatype: str = ""

    @property
    def is_variable(self) -> bool:
        return self.kind == "variable"

    @property
    def written(self) -> bool:
        return self.start >= 0

    def rdf(self) -> ox.NamedNode | ox.Literal:
        """The term as the data hold it; raises ValueError for what is no term of theirs."""
        if self.kind == "iri":
            return ox.NamedNode(self.value)
        if self.language:
            return ox.Literal(self.value, language=self.language)
        return ox.Literal(self.value, datatype=ox.NamedNode(self.datatype))


@dataclass
class Names:
    """The prologue: prefixes, and what relative IRIs are relative to."""

    base: str
    prefixes: dict[str, str] = field(default_factory=dict)
    declared: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Where the IRI of each prefix is written."""

    def iri(self, token: Terminal) -> Term:
        """An IRI or a prefixed name; raises Unreadable for a prefix that is not declared."""
        if token.kind == "iri":
            value = self.resolved(unescaped(token.text[1:-1]))
        else:
            prefix, _, local = token.text.partition(":")
            if prefix not in self.prefixes:
                raise Unreadable(f"prefix {prefix}:")
            value = self.prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)
        return Term("iri", value, token.text, token.start, token.end)

    def resolved(self, reference: str) -> str:
        """An IRI reference under the base (RFC 3986, 5)."""
        if re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:", reference):
            return reference
        return urljoin(self.base, reference)

    def shown(self, iri: str) -> str:
        """An IRI as this query would write it."""
        best = max(
            (name for name, start in self.prefixes.items() if iri.startswith(start) and start),
            key=lambda name: len(self.prefixes[name]),
            default=None,
        )
        if best is not None:
            local = iri[len(self.prefixes[best]) :]
            if re.fullmatch(r"[A-Za-z0-9_](?:[\w\-.]*[\w\-])?", local):
                return f"{best}:{local}"
        return f"<{iri}>"


def unescaped(text: str) -> str:
    """Without the escapes of strings and IRIs (19.2, 19.7)."""

    def _plain(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        if code is None:
            return _CONTROL.get(match[3], match[3])
        number = int(code, 16)
        if number > 0x10FFFF:
            raise Unreadable("code point")
        return chr(number)

    return _ESCAPE.sub(_plain, text) if "\\" in text else text


def quoted(value: str) -> str:
    """A string as SPARQL writes it."""
    return str(ox.Literal(value))


def string_of(token: Terminal) -> str:
    """The value of a string token."""
    marks = 3 if token.text[:3] in ('"""', "'''") and len(token.text) >= 6 else 1
    return unescaped(token.text[marks:-marks])


def number_of(sign: str, token: Terminal, start: int) -> Term:
    """A number with its sign; its datatype by its form (19.8, [146])."""
    kind = "double" if "e" in token.text.lower() else "decimal" if "." in token.text else "integer"
    text = f"{sign}{token.text}"
    return Term("literal", text, text, start, token.end, "", f"{XSD}{kind}")
