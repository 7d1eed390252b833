"""Writes stretches of the source as HTML: every character in its order, marks and links around it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby

from markupsafe import Markup, escape

from kgapp.web.reader.reading import Name, Stretch


def marked_text(stretches: Iterable[Stretch], address: Callable[[str], str | None]) -> Markup:
    """The characters of the stretches and nothing else, apart from elements; ``address`` gives the
    page of a thing."""
    pieces = []
    for name, group in groupby(stretches, lambda stretch: stretch.name):
        inner = Markup().join(_marked(stretch) for stretch in group)
        pieces.append(_linked(inner, name, address) if name else inner)
    return Markup().join(pieces)


def _linked(inner: Markup, name: Name, address: Callable[[str], str | None]) -> Markup:
    where = address(name.thing.iri)
    kind = "nm" if name.linked else "nu"
    return Markup('<a class="{}" href="{}">{}</a>').format(kind, where, inner) if where else inner


def _marked(stretch: Stretch) -> Markup:
    """Escaped characters; a break of the slide's line can be hidden, a mark tells its grounds."""
    text = escape(stretch.text)
    if stretch.is_break:
        text = Markup('<span class="br">{}</span>').format(text)
    anchor = Markup(' id="c{}"').format(stretch.start) if stretch.begins else ""
    if classes := mark_classes(stretch):
        return Markup('<mark class="{}"{}>{}</mark>').format(classes, anchor, text)
    return text


def mark_classes(stretch: Stretch) -> str:
    """``s`` stated, ``i`` read from the text, ``o`` where quotes overlap, ``w`` where a whole passage
    is quoted, ``aim`` for the words that were asked for."""
    parts = [mark for mark in stretch.marks if not mark.whole]
    modes = frozenset[str]().union(*(mark.modes for mark in parts))
    told = {
        "s": "stated" in modes,
        "i": "interpreted" in modes,
        "o": len(parts) > 1,
        "w": len(parts) < len(stretch.marks),
        "aim": stretch.is_target,
    }
    return " ".join(name for name, holds in told.items() if holds)
