"""How the values of an answer look on a page: names beside IRIs, tags and types told quietly, what is
too long cut so that the page stays light.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kgapp.describe import Description
from kgapp.excerpt import BLANK, IRI, LITERAL, NUMBERS, Cell, Row
from kgapp.results import PREFIXES
from kgapp.web.frame.context import Context
from kgapp.web.frame.names import TEXT, TITLES, Names
from kgapp.web.frame.wording import NAMESPACES, TERMS

QUERY = "results-names"
NAMED = 1000
"""Things of a page whose names are looked up."""
LIGHT = 50_000
"""Bytes of the values of a page, about, with their links; beside a picture there is room for half."""
LEVELS = ((400, True), (240, True), (120, True), (120, False), (60, False), (30, False), (15, False))
"""Characters of a value, and whether an IRI stands beside its name: the first that is light enough."""
BESIDE = 60
"""Bytes that a link takes beside its address and its words."""
SHORT = 24
WORDS = 30
"""Characters of a statement's words behind its notation."""
LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_\-]*[A-Za-z0-9_])?")
CONTROLS = {number: 0x2400 + number for number in range(32) if number not in (9, 10)}
CONTROLS |= {0x7F: 0x2421, 0xFFFE: 0xFFFD, 0xFFFF: 0xFFFD}
"""Signs that no page can hold, as pictures of them."""
PLAIN = frozenset([f"{PREFIXES['xsd']}string", f"{PREFIXES['rdf']}langString"])


@dataclass(frozen=True)
class Shown:
    """A value as a page shows it."""

    text: str
    address: str = ""
    """Where it leads."""
    iri: str = ""
    """Its IRI, shortened, where the text is its name."""
    lang: str = ""
    """Of the text, where that is known."""
    note: str = ""
    """The language or the type, told quietly."""
    left_out: int = 0
    """Characters that are not shown."""
    is_number: bool = False

    @property
    def is_short(self) -> bool:
        """Whether it is a code, a date or the like, which nobody wants broken over lines."""
        return len(self.text) <= SHORT and self.text.isascii() and " " not in self.text


class Cells:
    """The values of one page, with the names of what it mentions."""

    def __init__(self, context: Context, rows: Sequence[Row], lang: str, extra: Iterable[str] = ()) -> None:
        """``extra`` are IRIs that are named beside those of the rows."""
        self._base = context.source.base
        self._lang = lang
        iris = [cell.value for row in rows for cell in row if cell and cell.kind == IRI and not cell.is_cut]
        quads = _names(context, list(dict.fromkeys([*iris, *extra]))[:NAMED])
        self._named = {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}
        told = Description("", (), {}, (), (), tuple(quads))
        self._names = Names(told, {}, self._base, lang)
        self._seen: dict[str, Shown] = {}

    def table(self, rows: Sequence[Row], whole: bool = False, light: int = LIGHT) -> list[list[Shown | None]]:
        """All values, as long as the page can bear; ``whole`` leaves them as long as they came."""
        if whole:
            return [[self._shown(cell, cell.length, True) if cell else None for cell in row] for row in rows]
        for longest, beside in LEVELS:
            table = [[self._shown(cell, longest, beside) if cell else None for cell in row] for row in rows]
            if sum(_weight(shown) for row in table for shown in row if shown) <= light:
                break
        return table

    def name(self, cell: Cell | None, longest: int = 60) -> str:
        """A value in a few words, for a picture."""
        if cell is None:
            return ""
        shown = self._shown(cell, longest, beside=False)
        return f"{shown.text}…" if shown.left_out else shown.text

    def address(self, cell: Cell) -> str:
        """Where a value leads; empty where it leads nowhere."""
        return self._shown(cell, 1, beside=False).address

    def short(self, iri: str) -> str:
        """An IRI with a prefix, below ours by its path, or whole."""
        for prefix, namespace in NAMESPACES.items():
            if iri.startswith(namespace) and LOCAL.fullmatch(iri, len(namespace)):
                return f"{prefix}:{iri.removeprefix(namespace)}"
        return iri.removeprefix(self._base) if iri.startswith(f"{self._base}id/") else iri

    def _shown(self, cell: Cell, longest: int, beside: bool) -> Shown:
        if cell.kind == IRI and not cell.is_cut:
            return self._iri(cell.value, longest, beside)
        text = visible(cell.value[:longest])
        left_out = cell.length - min(longest, len(cell.value))
        if cell.kind == BLANK:
            return Shown(f"_:{text}", left_out=left_out)
        if cell.kind != LITERAL:
            return Shown(text, left_out=left_out)
        note = f"@{cell.language}" if cell.language else ""
        if cell.datatype not in PLAIN and cell.datatype not in NUMBERS:
            note = self.short(cell.datatype)
        # A tag is what the data say; only those that a page can trust to be one are written into it.
        lang = cell.language if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}", cell.language) else ""
        return Shown(text, lang=lang, note=note, left_out=left_out, is_number=cell.number is not None)

    def _iri(self, iri: str, longest: int, beside: bool) -> Shown:
        if iri not in self._seen:
            self._seen[iri] = self._read(iri)
        whole = self._seen[iri]
        text, iri = whole.text, whole.iri if beside else ""
        return Shown(text[:longest], whole.address, iri, whole.lang, left_out=max(0, len(text) - longest))

    def _read(self, iri: str) -> Shown:
        """A thing's name with its IRI beside it; the IRI alone where it has no name."""
        link, short = self._names.link(iri), self.short(iri)
        if iri not in self._named and iri not in TERMS:
            return Shown(visible(short), link.address or "")
        text, words = link.text, self._names.one(iri, TEXT)
        if not any(self._names.values(iri, term) for term in TITLES) and (own := self._names.notation(iri)):
            text = f"{own} {words[:WORDS]}{'…' if len(words) > WORDS else ''}" if words else own
        lang = "" if link.lang == self._lang else link.lang
        return Shown(visible(text), link.address or "", visible(short), lang)


def visible(text: str) -> str:
    """A text without signs that no page can hold."""
    return text.translate(CONTROLS)


def _names(context: Context, iris: Sequence[str]) -> list[ox.Quad]:
    if not iris:
        return []
    query = context.page_queries[QUERY].among(map(ox.NamedNode, iris))
    results = query.run(context.source)
    assert isinstance(results, ox.QuerySolutions)
    return [ox.Quad(row["thing"], row["property"], row["name"]) for row in results]


def _weight(shown: Shown) -> int:
    """About how many bytes a value takes on the page, escaped."""
    text = len(shown.text.encode()) + 4 * sum(map(shown.text.count, "<>&\"'"))
    link = BESIDE + len(shown.address.encode()) if shown.address else 10
    return text + link + len(shown.iri.encode()) + (13 if shown.iri else 0) + len(shown.note) + 10
