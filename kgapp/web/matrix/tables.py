"""The matrix as tables to take away: as it is shown, link by link, and what it was made from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kgapp.errors import Message
from kgapp.rights import DATASET_RIGHTS, DISCLAIMER, LICENSE, SOURCE_RIGHTS
from kgapp.web.frame.links import document_of
from kgapp.web.frame.sheets import Sheet
from kgapp.web.matrix import words as told
from kgapp.web.matrix.matrix import Entry, Matrix
from kgapp.web.trace import words
from kgapp.web.trace.trace import Link, Source, Trace


class Table(NamedTuple):
    """A heading and rows under a name."""

    heading: Sequence[str]
    rows: Sequence[Sequence[str | int]]
    name: str = ""

    def sheet(self, note: str) -> Sheet:
        """The table as a sheet of a workbook."""
        return Sheet(self.name, note, self.heading, self.rows)


class LinkNames:
    """What the things of an edition are called in a language, and where their pages are."""

    def __init__(self, trace: Trace, lang: str) -> None:
        self.trace, self.lang = trace, lang
        self.base = trace.edition.iri.removesuffix(f"id/{trace.edition.path}")

    def thing(self, iri: str) -> str:
        """A passage's or a thing's name; the end of its IRI where it has none here."""
        if found := self.trace.things.get(iri):
            return words.say(found.label, self.lang)
        return self.passage(iri) if iri in self.trace.passages else iri.rpartition("/")[2]

    def passage(self, iri: str) -> str:
        """``テーマ5 方向性1``"""
        passage = self.trace.passages[iri]
        theme = f"テーマ{passage.theme} " if self.lang == "ja" else f"Theme {passage.theme}, "
        return theme + words.passage_name(passage, self.lang)

    def address(self, iri: str) -> str | None:
        """The path of the page about a thing of ours."""
        return document_of(iri, self.base)

    def source(self, source: Source) -> str:
        """A claim that a conclusion follows from, in words."""
        relation = words.RELATIONS.get(source.relation) or words.ROLES.get(source.relation)
        told = words.say(relation, self.lang) if relation else source.relation
        subject, obj = self.thing(source.subject), self.thing(source.object)
        return f"{subject}（{told}: {obj}）" if self.lang == "ja" else f"{subject} ({told}: {obj})"


def matrix_table(trace: Trace, matrix: Matrix, lang: str) -> Table:
    """The matrix as it is shown: one row a thing, one column a column, and why a row is empty."""
    japanese = lang == "ja"
    own = ["名前", "よみ", "件数"] if japanese else ["name", "reading", "links"]
    columns = [told.column_name(trace, column, matrix.choice.columns, lang) for column in matrix.columns]
    if matrix.choice.columns in ("initiatives", "issues", "passages"):
        columns = [
            f"{name} {words.passage_words(column.passages[0], lang)}"
            for name, column in zip(columns, matrix.columns, strict=True)
        ]
    rows: list[Sequence[str | int]] = []
    for row in matrix.rows:
        cells = [_told(row.cells.get(column.key, ()), lang) for column in matrix.columns]
        count = len({entry.link.claim for cell in row.cells.values() for entry in cell})
        why = words.why_nothing(row.absence, lang) if row.absence else ""
        rows.append([words.say(row.thing.label, lang), row.thing.reading, count, *cells, why])
    why_columns = [
        told.why_no_thing(column.absence, matrix.choice, lang) if column.absence else ""
        for column in matrix.columns
    ]
    if any(why_columns):
        rows.append(["記録のない列" if japanese else "empty columns", "", "", *why_columns, ""])
    heading = [*own, *columns, "記録がないわけ" if japanese else "why it is empty"]
    return Table(heading, rows, "表" if japanese else "matrix")


def links_table(names: LinkNames, matrix: Matrix) -> Table:
    """Every link that fills a cell, once, with its words and ground."""
    trace, lang = names.trace, names.lang
    heading = {
        "ja": ["名前", "役割", "根拠", "記載", "テーマ", "本文", "根拠の言葉", "理由", "推論のもと", "主張"],
        "en": [
            *("name", "role", "ground", "passage", "theme", "wording"),
            *("words it rests on", "reason", "follows from", "claim"),
        ],
    }[lang]
    rows: list[Sequence[str | int]] = []
    entries: dict[str, Entry] = {}
    for row in matrix.rows:
        for cell in row.cells.values():
            entries.update((entry.link.claim, entry) for entry in cell)
    for entry in entries.values():
        link, passage = entry.link, entry.passage
        rows.append(
            [
                names.thing(link.object),
                words.say(words.ROLES[link.relation], lang),
                words.say(_own_ground(link, entry), lang),
                passage.notation,
                words.theme_name(trace, passage.theme, lang),
                passage.text,
                " … ".join(quote.words for quote in link.quotes),
                link.rationale,
                "; ".join(names.source(source) for source in link.sources),
                link.claim,
            ]
        )
    return Table(heading, rows, "つながり" if lang == "ja" else "links")


def rights_table(trace: Trace, chosen: Sequence[tuple[str, str]], lang: str) -> Table:
    """What the tables were made from, under which filter, and who has which rights."""
    edition = trace.edition
    japanese = lang == "ja"
    rows = [
        ["資料" if japanese else "paper", words.say(edition.title, lang)],
        ["発行" if japanese else "issued", edition.issued],
        ["資料のIRI" if japanese else "IRI of the paper", edition.iri],
        *([field, value] for field, value in chosen),
        ["作成" if japanese else "made by", DISCLAIMER[lang]],
        ["資料の文言" if japanese else "the wording", SOURCE_RIGHTS[lang]],
        ["データ" if japanese else "the data", f"{DATASET_RIGHTS[lang]} {LICENSE}"],
        *([term, meaning] for _, term, meaning in words.legend(lang)),
    ]
    heading = ["項目", "内容"] if japanese else ["item", "content"]
    return Table(heading, rows, "出典と権利" if japanese else "source and rights")


def _told(entries: Sequence[Entry], lang: str) -> str:
    """A cell in words, a line for each role and ground."""
    lines: dict[str, int] = {}
    for entry in entries:
        role, ground = words.say(words.ROLES[entry.link.relation], lang), words.say(told.ground(entry), lang)
        line = f"{role}（{ground}）" if lang == "ja" else f"{role} ({ground})"
        lines[line] = lines.get(line, 0) + 1
    return "\n".join(line if number == 1 else f"{line} {number}" for line, number in lines.items())


def _own_ground(link: Link, entry: Entry) -> Message:
    return told.ground(entry) if entry.reach is None else words.MODES[link.mode]
