"""Prints what a search found on a terminal, grouped by kind, in columns of Japanese width."""

from __future__ import annotations

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from kgapp.search.finding import find
from kgapp.search.found import Found, Hit, Marked
from kgapp.search.gather import KIND_NAMES, Role
from kgapp.search.index import Index
from kgapp.search.suggesting import nearest
from kgapp.search.terms import Filters, read

SHOWN = 20
"""Results of each kind."""
FOUND = "bold yellow"


def tell_results(console: Console, index: Index, typed: str) -> None:
    """Searches and prints: first the things, each with its other names, then what the papers say."""
    found = find(index, read(typed), Filters(), SHOWN)
    for hit in found.names:
        names = [m.words.text for m in hit.of(Role.NAME, Role.ALIAS) if m.words.language == "ja"]
        if len(names) > 1:
            words = "，".join(names)
            console.print(f"ほかの呼び方でも探しました / also looked for: {words}", markup=False)
    for reading in found.readings.values():
        words = "，".join(reading)
        console.print(f"そう読む言葉も探しました / read so, also looked for: {words}", markup=False)
    for group in found.groups:
        heading = KIND_NAMES[group.kind]
        many = f"{group.total}+" if group.more else str(group.total)
        console.print(f"\n{heading.ja} / {heading.en}  {many}", style="bold", markup=False)
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for hit in group.hits:
            table.add_row(*_row(hit))
        console.print(table, soft_wrap=False)
    if not found.total:
        _tell_nothing(console, index, found)


def _tell_nothing(console: Console, index: Index, found: Found) -> None:
    words = "，".join(term.words for term in found.query.terms)
    console.print(f"見つかりませんでした / nothing found: {words}", style="yellow", markup=False)
    console.print(f"{index.things} 件の名前・読み・本文を探しました / things were searched", markup=False)
    for near in nearest(index, found.query):
        names = " / ".join(word.text for word in near.names)
        console.print(f"似た名前 / similar: {names} ({near.key})", markup=False)


def _row(hit: Hit) -> tuple[RenderableType, RenderableType]:
    """A short name, and the words: what stands in the paper, or the names with what was found."""
    notation = next((marked.words.text for marked in hit.of(Role.NOTATION)), "")
    texts = hit.of(Role.TEXT) or hit.of(Role.NAME, Role.ALIAS, Role.READING)
    others = [m for m in hit.of(Role.GLOSS, Role.DEFINITION) if m.marks and not any(t.marks for t in texts)]
    return Text(notation or hit.key), Group(*(_marked(marked) for marked in (*texts, *others)))


def _marked(marked: Marked) -> Text:
    text = Text(marked.words.text)
    for start, end in marked.marks:
        text.stylize(FOUND, start, end)
    return text
