"""Which lines belong together: items over several lines, chart lines, headings, by slide.

Works on classified lines (``lines``); knows nothing of sections, which ``sections`` assigns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kgapp.extract.lines import Line, LineKind
from kgapp.model import Wording

COMPLETE = re.compile(r"[。．]([）)」』][。．]?)?$|。（.*）$|。\(.*\)$")

TAIL = 3
"""Lines of an open item that are looked at for its full stop."""


@dataclass(frozen=True)
class Item:
    """An item with its marker, e.g. ○ and a sentence over two lines."""

    marker: str
    marker_start: int
    words: Wording
    after_blank: bool
    """A blank line or the slide's begin stands above it."""

    @property
    def is_numbered(self) -> bool:
        return self.marker[0] in "（("


@dataclass
class Slide:
    """One slide's content in document order: items, headings and text lines."""

    parts: list[Item | Line] = field(default_factory=list)

    @property
    def items(self) -> list[Item]:
        return [part for part in self.parts if isinstance(part, Item)]

    def lines(self, kind: LineKind) -> list[Line]:
        """The slide's lines of one kind."""
        return [part for part in self.parts if isinstance(part, Line) and part.kind is kind]

    @property
    def is_empty(self) -> bool:
        return not self.parts


def wording(text: str, pieces: list[tuple[int, int]]) -> Wording:
    """The words of these stretches, joined without a blank where a line was broken."""
    offsets = tuple(at for start, end in pieces for at in range(start, end))
    joined = "".join(text[at] for at in offsets)
    return Wording(text[offsets[0] : offsets[-1] + 1], joined, offsets)


def _continues(text: str, pieces: list[tuple[int, int]], marker: str, line: Line, gap: bool) -> bool:
    """Whether a text line carries on the open item; ``gap``: blank lines lie between."""
    so_far = "".join(text[start:end] for start, end in pieces[-TAIL:])
    complete = COMPLETE.search(so_far) is not None
    indented = line.indent > 0
    if marker == "・":
        # A principle may go on after blank lines; a label of the chart is never a sentence.
        return not complete or COMPLETE.search(text[line.start : line.end]) is not None
    if gap:
        return not complete and indented and marker[0] not in "（("
    return indented or not complete


def _item(text: str, lines: list[Line], at: int) -> tuple[Item, int]:
    """The item that begins at line ``at``, and the number of the line after it."""
    first = lines[at]
    pieces = [(first.words_start, first.end)]
    after = at + 1
    look = after
    while look < len(lines):
        line = lines[look]
        if line.kind is LineKind.BLANK:
            look += 1
            continue
        gap = look > after
        if line.kind is not LineKind.TEXT or not _continues(text, pieces, first.marker, line, gap):
            break
        pieces.append((line.start, line.end))
        look += 1
        after = look
    above = lines[at - 1].kind if at else LineKind.BLANK
    blank_above = above in (LineKind.BLANK, LineKind.PAGE_MARK)
    return Item(first.marker, first.start, wording(text, pieces), blank_above), after


def read_slides(text: str, lines: list[Line]) -> list[Slide]:
    """The text cut at its page marks, each slide's lines gathered into items.

    A ・ line that never comes to a full stop is a label of the chart, not an item.
    """
    slides = [Slide()]
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.kind is LineKind.PAGE_MARK:
            slides.append(Slide())
        elif line.kind is LineKind.ITEM:
            item, after = _item(text, lines, at)
            if item.marker != "・" or COMPLETE.search(item.words.text):
                slides[-1].parts.append(item)
                at = after
                continue
            slides[-1].parts.append(Line(line.start, line.end, line.indent, LineKind.TEXT))
        elif line.kind is not LineKind.BLANK:
            slides[-1].parts.append(line)
        at += 1
    return [slide for slide in slides if not slide.is_empty]
