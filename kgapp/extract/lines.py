"""What one line of slide text is: a heading, an item's first line, a chart column, plain text.

Decided by the line's own wording alone, by the rules of this family of papers (MODEL.md, "The
source"); what depends on neighbouring lines is decided in ``items`` and ``sections``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum, auto

from kgapp.eras import ERA, ERA_YEAR, PLAIN_ERA_YEAR, western_year
from kgapp.model import SectionName


class LineKind(Enum):
    BLANK = auto()
    PAGE_MARK = auto()
    THEME = auto()
    SECTION = auto()
    FRAME = auto()
    """The chart's frame: slide title, chart heading, year columns, track labels."""
    ITEM = auto()
    FOOTNOTE = auto()
    TEXT = auto()


@dataclass(frozen=True)
class Line:
    """One line with its place; ``start`` and ``end`` leave out the blanks at both ends."""

    start: int
    end: int
    indent: int
    kind: LineKind
    marker: str = ""
    words_start: int = 0
    """Where an item's or theme's words begin, after marker and blank."""
    section: SectionName | None = None
    year: int | None = None
    theme: int | None = None


BLANKS = " \u3000\t\r\ufeff"
BULLETS = "○〇◯●"
MARKER = re.compile(rf"([{BULLETS}◎・]|[（(][0-9０-９]+[）)])[{BLANKS}]*")
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"

FISCAL = rf"(?:(?P<west>\d{{4}})年度|{ERA_YEAR}度)(?:\((?:\d{{4}}|{ERA}(?:元|\d+))年度?\))?"
OPEN, CLOSE = r"[<【\[〈《]?", r"[>】\]〉》]?"

SECTION_HEADINGS = (
    (SectionName.STATUS, re.compile(rf"{OPEN}{FISCAL}の(?:主な)?取組(?:状況|実績)等?{CLOSE}")),
    (SectionName.DIRECTION, re.compile(rf"{OPEN}{FISCAL}の取組の?方向性等?{CLOSE}")),
    (SectionName.NEXT_ISSUE, re.compile(rf"{OPEN}次年度(?:に向けた|への|の)課題等?{CLOSE}")),
    (
        SectionName.GOAL,
        re.compile(rf"[<〈《](?:(?P<west>\d{{4}})年|{ERA_YEAR})(?!度).*目標[>〉》]"),
    ),
    (SectionName.ISSUE, re.compile(r"[<〈《].*(?:に関する|における|の)課題等?[>〉》]")),
    (SectionName.PRINCIPLE, re.compile(rf"{OPEN}大切なこと{CLOSE}")),
)
FRAME = re.compile(
    rf"[<〈《].*ロードマップ.*[>〉》]|.*目標に向けたロードマップ|"
    rf"\d{{4}}年度(?:\({PLAIN_ERA_YEAR}度\))?|\({PLAIN_ERA_YEAR}度\)|"
    r"(?:行政|市民|地域|民間|住民|事業者)(?:主体)?の取組"
)
PAGE_MARK = re.compile(r"[A-Z]|[-‐–]?\s*\d{1,3}\s*[-‐–]?")
FOOTNOTE = re.compile(r"[*※]")


def _classify(text: str, start: int, end: int, indent: int) -> Line:
    raw = text[start:end]
    if raw[0] in CIRCLED:
        name = raw[1:].lstrip(BLANKS)
        if name:
            number = CIRCLED.index(raw[0]) + 1
            return Line(start, end, indent, LineKind.THEME, raw[0], end - len(name), theme=number)
    folded = unicodedata.normalize("NFKC", raw)
    for section, pattern in SECTION_HEADINGS:
        if match := pattern.fullmatch(folded):
            year = western_year(match)
            return Line(start, end, indent, LineKind.SECTION, section=section, year=year)
    if FRAME.fullmatch(folded):
        return Line(start, end, indent, LineKind.FRAME)
    if PAGE_MARK.fullmatch(folded):
        return Line(start, end, indent, LineKind.PAGE_MARK)
    if FOOTNOTE.match(folded):
        return Line(start, end, indent, LineKind.FOOTNOTE, raw[0], start + 1)
    if (match := MARKER.match(raw)) and match.end() < len(raw):
        words = start + match.end()
        return Line(start, end, indent, LineKind.ITEM, match.group(1), words)
    return Line(start, end, indent, LineKind.TEXT)


def read_lines(text: str) -> list[Line]:
    """Every line of the text, classified; vertical labels (one character a line) are frame."""
    lines: list[Line] = []
    for match in re.finditer(r"\f|[^\n\f]+|(?<=\n)(?=\n)|\A(?=\n)", text):
        raw, offset = match.group(), match.start()
        body = raw.strip(BLANKS)
        if raw == "\f":
            lines.append(Line(offset, offset, 0, LineKind.PAGE_MARK))
        elif not body:
            lines.append(Line(offset, offset, 0, LineKind.BLANK))
        else:
            indent = len(raw) - len(raw.lstrip(BLANKS))
            start = offset + indent
            lines.append(_classify(text, start, start + len(body), indent))
    return _mark_vertical_labels(lines)


def _mark_vertical_labels(lines: list[Line]) -> list[Line]:
    """Three or more characters, one a line, are a track's vertical label (行政主体の取組)."""
    marked = list(lines)
    run: list[int] = []
    for number, line in enumerate([*lines, Line(0, 0, 0, LineKind.BLANK)]):
        single = line.kind in (LineKind.TEXT, LineKind.ITEM) and line.end - line.start == 1
        if single:
            run.append(number)
            continue
        if len(run) >= 3:
            for at in run:
                marked[at] = Line(lines[at].start, lines[at].end, 0, LineKind.FRAME)
        run = []
    return marked
