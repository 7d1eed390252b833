"""From text to statements: reads one edition's slides by the rules of this family of papers.

``read_paper`` is the step's one entrance. Every character of the text ends up in one span.
"""

from __future__ import annotations

import re

from kgapp.eras import era_years
from kgapp.errors import Message
from kgapp.extract.items import Item, Slide, read_slides, wording
from kgapp.extract.lines import Line, LineKind, read_lines
from kgapp.extract.sections import Placed, place_slide
from kgapp.model import (
    ChartLine,
    Description,
    Finding,
    Footnote,
    Paper,
    SectionName,
    Span,
    SpanKind,
    Statement,
    ThemeHeading,
)

SENTENCE = re.compile(r"[。．]")


def read_paper(description: Description, text: str) -> Paper:
    """An edition's statements, chart and headings, with what no rule decides as findings.

    ``text`` is the source as it stands, LF line ends; offsets count its code points.
    """
    lines = read_lines(text)
    themes: list[tuple[int, list[Slide]]] = []
    front: list[Line] = []
    stray: list[Item] = []
    findings: list[Finding] = []
    for slide in _one_theme_each(read_slides(text, lines), findings):
        headings = slide.lines(LineKind.THEME)
        number = headings[0].theme or 0 if headings else 0
        if headings and any(number == known for known, _ in themes):
            if themes[-1][0] != number:
                findings.append(_doubled_theme(number))
            next(slides for known, slides in themes if known == number).append(slide)
        elif headings:
            themes.append((number, [slide]))
        elif themes:
            themes[-1][1].append(slide)
        else:
            front += [part for part in slide.parts if isinstance(part, Line)]
            stray += slide.items
    front += _cover(themes)
    reader = _Reader(text, {(line.start, line.end) for line in front}, findings)
    for item in stray:
        reader.leave_out(item)
    for number, slides in themes:
        reader.read_theme(number, slides)
    years = _heading_years(lines)
    columns = _years_of(text, lines, "年度", LineKind.FRAME)
    return Paper(
        description=description,
        text=text,
        spans=tuple(reader.tile(lines)),
        themes=tuple(reader.themes),
        statements=tuple(reader.statements),
        chart=tuple(reader.chart),
        footnotes=tuple(reader.footnotes),
        chart_years=tuple(columns),
        calendar_years=tuple(_years_of(text, lines, "年", LineKind.SECTION)),
        reports_year=years.get(SectionName.STATUS),
        plans_year=years.get(SectionName.DIRECTION),
        findings=tuple(findings + _missing(reader, years, columns)),
    )


def _one_theme_each(slides: list[Slide], findings: list[Finding]) -> list[Slide]:
    """Slides with one theme heading at most: where page marks are missing, a slide is cut at
    each measure （１） when there are as many as theme headings, else at the theme headings."""
    single: list[Slide] = []
    for slide in slides:
        themes = len(slide.lines(LineKind.THEME))
        if themes < 2:
            single.append(slide)
            continue
        firsts = [
            part
            for part in slide.parts
            if isinstance(part, Item) and re.fullmatch(r"[（(][1１][）)]", part.marker)
        ]
        cuts: list[Item | Line] = list(firsts)
        if len(firsts) != themes:
            cuts = list(slide.lines(LineKind.THEME))
            findings.append(_no_page_marks(slide))
        for part in slide.parts:
            if part is slide.parts[0] or part in cuts[1:]:
                single.append(Slide())
            single[-1].parts.append(part)
    return single


def _years_of(text: str, lines: list[Line], unit: str, kind: LineKind) -> list[tuple[int, str]]:
    """The years that lines of this kind print; what a statement mentions is no column's year."""
    printed = "\n".join(text[line.start : line.end] for line in lines if line.kind is kind)
    return era_years(printed, unit)


def _cover(themes: list[tuple[int, list[Slide]]]) -> list[Line]:
    """The cover's lines: plain text before the first slide's first item or heading."""
    cover: list[Line] = []
    for part in themes[0][1][0].parts if themes else []:
        if not isinstance(part, Line) or part.kind is not LineKind.TEXT:
            break
        cover.append(part)
    return cover


def _heading_years(lines: list[Line]) -> dict[SectionName, int]:
    """The fiscal year that each section's headings name."""
    years: dict[SectionName, int] = {}
    for line in lines:
        if line.kind is LineKind.SECTION and line.section and line.year:
            years.setdefault(line.section, line.year)
    return years


class _Reader:
    """Gathers themes, statements and chart in document order, and the spans that they take."""

    def __init__(self, text: str, front: set[tuple[int, int]], findings: list[Finding]) -> None:
        self.text = text
        self.front = front
        self.findings = findings
        self.themes: list[ThemeHeading] = []
        self.statements: list[Statement] = []
        self.chart: list[ChartLine] = []
        self.footnotes: list[Footnote] = []
        self._taken: dict[tuple[int, int], SpanKind] = {}

    def leave_out(self, item: Item) -> None:
        """An item before the first theme: part of the front, and a person is told."""
        self._taken[item.marker_start, item.words.end] = SpanKind.FRONT
        self.findings.append(_before_first_theme(item))

    def read_theme(self, number: int, slides: list[Slide]) -> None:
        """One theme's slides: items into sections, text lines into the chart."""
        seen: dict[SectionName, int] = {}
        placed: list[Placed] = []
        chart = 0
        for heading in slides[0].lines(LineKind.THEME)[:1]:
            name = wording(self.text, [(heading.words_start, heading.end)])
            self.themes.append(ThemeHeading(number, name))
        for slide in slides:
            of_slide, findings = place_slide(
                slide, number, slide is slides[0], placed[-1] if placed else None
            )
            placed += of_slide
            self.findings += findings
            for line in slide.lines(LineKind.TEXT):
                if (line.start, line.end) in self.front:
                    continue
                chart += 1
                self._read_chart(number, chart, line)
            for line in slide.lines(LineKind.FOOTNOTE):
                words = wording(self.text, [(line.start, line.end)])
                self.footnotes.append(Footnote(number, words))
        for item in placed:
            seen[item.section] = seen.get(item.section, 0) + 1
            self._read_statement(number, seen[item.section], item)

    def _read_chart(self, theme: int, ordinal: int, line: Line) -> None:
        words = wording(self.text, [(line.start, line.end)])
        self.chart.append(ChartLine(theme, ordinal, words))
        if SENTENCE.search(words.text):
            self.findings.append(_sentence_in_chart(self.chart[-1]))

    def _read_statement(self, theme: int, ordinal: int, placed: Placed) -> None:
        heading = placed.heading
        words = placed.item.words
        self.statements.append(
            Statement(
                theme=theme,
                ordinal=ordinal,
                words=words,
                section=placed.section,
                basis=placed.basis,
                year=heading.year if heading else None,
                heading=Span(heading.start, heading.end, SpanKind.HEADING) if heading else None,
            )
        )
        self._taken[placed.item.marker_start, words.start] = SpanKind.MARKER
        self._taken[words.start, words.end] = SpanKind.STATEMENT

    def tile(self, lines: list[Line]) -> list[Span]:
        """Spans that cover the whole text; what lies between lines and items is layout."""
        headings = (LineKind.THEME, LineKind.SECTION, LineKind.FRAME)
        for line in lines:
            if (line.start, line.end) in self.front:
                self._taken[line.start, line.end] = SpanKind.FRONT
            elif line.kind in headings:
                self._taken[line.start, line.end] = SpanKind.HEADING
        for chart in self.chart:
            self._taken[chart.words.start, chart.words.end] = SpanKind.CHART
        for note in self.footnotes:
            self._taken[note.words.start, note.words.end] = SpanKind.FOOTNOTE
        spans: list[Span] = []
        at = 0
        for (start, end), kind in sorted(self._taken.items()):
            if start > at:
                spans.append(Span(at, start, SpanKind.LAYOUT))
            spans.append(Span(start, end, kind))
            at = end
        if at < len(self.text):
            spans.append(Span(at, len(self.text), SpanKind.LAYOUT))
        return spans


def _missing(reader: _Reader, years: dict[SectionName, int], columns: list[tuple[int, str]]) -> list[Finding]:
    """What such a paper has and this one does not show: a theme, a year, a section."""
    findings = []
    if not reader.themes:
        findings.append(
            _finding("", "no-theme", "", "テーマの見出し（①…）がありません。", "No theme heading (①…).")
        )
    for section, word in ((SectionName.STATUS, "取組状況"), (SectionName.DIRECTION, "方向性")):
        if section not in years:
            findings.append(
                _finding(
                    "",
                    "no-year",
                    word,
                    f"年度のある「{word}」の見出しがありません。",
                    f"No heading of the {section} section names a fiscal year.",
                )
            )
    if not columns:
        findings.append(
            _finding(
                "",
                "no-chart-years",
                "",
                "工程表の年度の欄が読み取れません。",
                "The chart's columns of fiscal years were not found.",
            )
        )
    for theme in reader.themes:
        present = {s.section for s in reader.statements if s.theme == theme.number}
        findings += [
            _finding(
                f"theme-{theme.number}",
                "empty-section",
                section,
                f"「{section}」の記述がありません。",
                f"No statement in section {section}.",
            )
            for section in SectionName
            if section not in present
        ]
    return findings


def _finding(place: str, kind: str, words: str, ja: str, en: str) -> Finding:
    return Finding(place, kind, words, Message(ja, en))


def _before_first_theme(item: Item) -> Finding:
    return _finding(
        "",
        "before-first-theme",
        item.words.text,
        "最初のテーマより前に項目があります。",
        "An item stands before the first theme.",
    )


def _no_page_marks(slide: Slide) -> Finding:
    name = str(len(slide.lines(LineKind.THEME)))
    return _finding(
        "",
        "no-page-marks",
        name,
        "頁の印がなく、テーマの境を見出しで切りました。",
        "Page marks are missing; themes were cut at their headings.",
    )


def _doubled_theme(number: int) -> Finding:
    return _finding(
        f"theme-{number}",
        "doubled-theme",
        str(number),
        "同じ番号のテーマが二度あります。",
        "Two themes have the same number.",
    )


def _sentence_in_chart(line: ChartLine) -> Finding:
    return _finding(
        line.notation,
        "sentence-in-chart",
        line.words.text,
        "工程表の行とされた文です。印の抜けた項目かもしれません。",
        "A sentence among the chart's lines: perhaps an item whose marker is lost.",
    )
