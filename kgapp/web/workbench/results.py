"""What a page tells of an answer: in which views, in which forms it can be had, and what surrounds it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from kgapp.errors import Message
from kgapp.excerpt import BLANK, IRI, LITERAL, NUMBERS, Cell, Excerpt
from kgapp.results import BOOLEAN, EXCEL, GRAPH, OFFERED, TABLE
from kgapp.service.gate import has_dataset
from kgapp.sparqltext import TOKEN
from kgapp.web.http.protocol import STATED
from kgapp.web.http.resultpages import Told
from kgapp.web.workbench.charts import chart_of, line_of
from kgapp.web.workbench.results_cells import PLAIN, Cells, Shown, visible
from kgapp.web.workbench.results_graph import ends_of

VIEWS = {
    "table": Message("表", "Table"),
    "chart": Message("グラフ（棒）", "Chart"),
    "timeline": Message("年表", "Timeline"),
    "graph": Message("つながりの図", "Network"),
    "text": Message("文字だけの表", "Text"),
    "raw": Message("原文（プログラムが受け取るもの）", "Raw"),
}
NOT_OFFERED = {
    "chart": Message(
        "棒グラフには，数だけの列と，行を見分ける列が要ります。",
        "A chart needs a column of nothing but numbers, and one that tells the rows apart.",
    ),
    "timeline": Message(
        "年表には，日付か年か年度だけの列が要ります。",
        "A timeline needs a column of nothing but dates, years or fiscal years.",
    ),
    "graph": Message(
        "つながりの図には，IRIだけの列が二つ要ります（またはCONSTRUCT）。",
        "A network needs two columns of nothing but IRIs, or a CONSTRUCT.",
    ),
    "text": Message("文字だけの表は，SELECTの答えにあります。", "The text table is for answers to SELECT."),
}
LONG = 2000
"""Characters of an address up to which downloads are links: longer ones are buttons of a form."""
POSTED = 6000
"""Characters of an address beyond which forms are posted: proxies cut such addresses."""
WIDEST = 40
"""Columns of characters that a value takes in the text table."""
KEPT = {
    "f-order": ("view",),
    "f-page": ("sort", "desc", "view"),
    "f-view": ("sort", "desc", "page"),
}
"""What the buttons that sort, turn pages and choose a view keep of the state."""
STATE = ("sort", "desc", "page", "view")


@dataclass(frozen=True)
class Download:
    """A form in which the whole answer can be had."""

    form: str
    name: str
    address: str
    """Empty where the query is too long for a link."""
    file: str


@dataclass(frozen=True)
class Forms:
    """What the forms of a page send beside their own button: the query and what was chosen, so that a
    query stands in the page once for each form and not for each link; one that is posted, in one form."""

    fixed: tuple[tuple[str, str], ...]
    """The query, the language, the protocol's dataset."""
    state: Mapping[str, str]
    method: str

    def keeping(self, *names: str) -> list[tuple[str, str]]:
        """The hidden fields of a form that keeps these parts of the state."""
        return [*self.fixed, *((name, self.state[name]) for name in names if name in self.state)]

    def choosing(self, kept: Sequence[str], name: str, value: object) -> str:
        """What an address adds to a form that is posted: what is kept of the state, and one part more."""
        state = [(each, self.state[each]) for each in kept if each in self.state]
        return urlencode([*state, (name, str(value))])


def offered_views(excerpt: Excerpt) -> list[str]:
    """The views that the columns allow."""
    if excerpt.kind == BOOLEAN:
        return ["table", "raw"]
    tests = {"chart": chart_of, "timeline": line_of, "graph": ends_of}
    if excerpt.kind == GRAPH:
        tests = {"graph": ends_of}
    always = ("table", "text", "raw") if excerpt.kind == TABLE else ("table", "raw")
    there = excerpt.total > 0
    return [name for name in VIEWS if name in always or (there and name in tests and tests[name](excerpt))]


def forms_of(told: Told) -> Forms:
    """The forms of the page about an answer."""
    given = told.given
    fixed = [("query", told.text)]
    fixed += [
        (name, value) for name in ("default-graph-uri", "named-graph-uri") for value in given.get(name, ())
    ]
    if (lang := (given.get("lang") or [""])[-1]) in ("ja", "en"):
        fixed.append(("lang", lang))
    state = {name: values[-1] for name in STATE if (values := given.get(name)) and values[-1]}
    if told.stated:
        state["graphs"] = STATED
    length = len(urlencode([*fixed, *state.items()]))
    return Forms(tuple(fixed), state, "post" if length > POSTED else "get")


def in_language(forms: Forms, code: str) -> str:
    """The same page in a language; where the query is too long for a link, the page of the endpoint."""
    kept = [(name, value) for name, value in forms.keeping(*STATE, "graphs") if name != "lang"]
    address = urlencode([*kept, ("lang", code)])
    return f"?{address}" if len(address) <= POSTED else f"?{urlencode({'lang': code})}"


def downloads(kind: str, forms: Forms, endpoint: str) -> list[Download]:
    """The forms in which the whole answer can be had, CSV for Excel beside CSV."""
    names = {
        "json": ("JSON", "answer.srj"),
        "xml": ("XML", "answer.srx"),
        "csv": ("CSV", "answer.csv"),
        "tsv": ("TSV", "answer.tsv"),
        "excel": ("CSV（Excel）", "answer-excel.csv"),
        "turtle": ("Turtle", "answer.ttl"),
        "ntriples": ("N-Triples", "answer.nt"),
        "jsonld": ("JSON-LD", "answer.jsonld"),
        "rdfxml": ("RDF/XML", "answer.rdf"),
        "trig": ("TriG", "answer.trig"),
        "nquads": ("N-Quads", "answer.nq"),
    }
    given = [(name, value) for name, value in forms.keeping("graphs") if name != "lang"]
    there = [*OFFERED[kind], *([EXCEL] if kind == TABLE else [])]
    found = []
    for form in there:
        address = f"{endpoint}?{urlencode([*given, ('format', form.name)])}"
        name, file = names[form.name]
        found.append(Download(form.name, name, address if len(address) <= LONG else "", file))
    return found


def query_limit(text: str) -> int | None:
    """The LIMIT that stands last in a query, outside all brackets; nothing where there is none."""
    depth, after, found = 0, False, None
    for match in TOKEN.finditer(text):
        if bracket := match["bracket"]:
            depth += 1 if bracket in "({[" else -1
        word = match["word"] or ""
        if after and word.isdigit() and not match["name"]:
            found = int(word)
        if match[0].strip() and not match[0].startswith("#"):
            after = depth == 0 and word.upper() == "LIMIT" and not match["name"]
    return found


def found_nothing(excerpt: Excerpt) -> bool:
    """Whether an answer has found nothing: no row, no triple, a no, or one row of zeros, as counts are."""
    if excerpt.kind == BOOLEAN:
        return not excerpt.holds
    if excerpt.kind == TABLE and excerpt.total == 1:
        return all(cell is not None and cell.number == 0 for cell in excerpt.rows[0])
    return not excerpt.total


def emptied(told: Told, excerpt: Excerpt, other: Excerpt | None) -> bool:
    """Whether leaving out conclusions is what leaves an answer without anything."""
    return told.stated and other is not None and found_nothing(excerpt) and not found_nothing(other)


def can_leave_out(told: Told) -> bool:
    """Whether conclusions can be left out of what is asked: not where graphs are chosen already."""
    chosen = told.given.get("default-graph-uri") or told.given.get("named-graph-uri")
    return not chosen and not has_dataset(told.text)


def text_table(excerpt: Excerpt, cells: Cells) -> str:
    """A page of an answer as a table of plain characters, each term as SPARQL writes it, with the
    prefixes that are usual here."""
    heading = [f"?{column.name}" for column in excerpt.columns]
    rows = [[_term(cell, cells) if cell else "" for cell in row] for row in excerpt.rows]
    widths = [min(WIDEST, max(map(_width, texts))) for texts in zip(heading, *rows, strict=True)]
    lines = [_line(heading, widths), "-+-".join("-" * width for width in widths)]
    return "\n".join([*lines, *(_line(row, widths) for row in rows)])


def _line(texts: Sequence[str], widths: Sequence[int]) -> str:
    return " | ".join(_padded(text, width) for text, width in zip(texts, widths, strict=True)).rstrip()


def _padded(text: str, width: int) -> str:
    if _width(text) > width:
        while _width(text) > width - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    """Columns of a terminal: wide signs take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _term(cell: Cell, cells: Cells) -> str:
    text = visible(cell.value[:WIDEST]).replace("\n", "␤").replace("\t", "␉")
    if cell.kind == IRI:
        short = cells.short(cell.value)
        return f"<{short}>" if short == cell.value or short.startswith("id/") else short
    if cell.kind == BLANK:
        return f"_:{text}"
    if cell.kind != LITERAL or cell.datatype in NUMBERS:
        return text
    quoted = f'"{text}"'
    if cell.language:
        return f"{quoted}@{cell.language}"
    return quoted if cell.datatype in PLAIN else f"{quoted}^^{cells.short(cell.datatype)}"


def tag_of(rows: Sequence[Sequence[Shown | None]], column: int) -> str:
    """The language tag that all values of a column have, told once and not beside each; else nothing."""
    notes = {shown.note for row in rows if (shown := row[column])}
    (only,) = notes if len(notes) == 1 and len(rows) > 1 else ("",)
    return only if only.startswith("@") else ""


def grouped(excerpt: Excerpt, rows: Sequence[Any]) -> list[tuple[Any, list[Any]]]:
    """The triples of a page under their subjects: pairs of what is shown of a subject and its rows."""
    found: list[tuple[Any, list[Any]]] = []
    last: Cell | None = None
    for cells, shown in zip(excerpt.rows, rows, strict=True):
        if not found or cells[0] != last:
            found.append((shown[0], []))
        found[-1][1].append(shown)
        last = cells[0]
    return found
