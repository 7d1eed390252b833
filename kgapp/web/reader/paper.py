"""The source text as it is served: its spans in their order, put together and cut into lines, blocks
and parts. Every character stands in one block of one part; nothing here knows of marks or pages.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import pyoxigraph as ox
from cachetools import LRUCache

from kgapp.errors import Message, QueryRefused
from kgapp.web.frame.context import Context
from kgapp.web.trace.trace import CHART, Passage, Trace

KEPT = 16
"""Source texts that are kept."""
COVER = "0"
"""The part before the first theme."""
LARGEST = 34
"""Passages in a part: a longer theme is cut at its page marks, and where these do not do, anywhere."""
_OWN_LINES = ("heading", "footnote", "front")


@dataclass(frozen=True)
class Span:
    """A stretch of the source of one kind (``ccr:spanKind``); offsets are code points, end excluded."""

    start: int
    end: int
    kind: str
    exact: str


@dataclass(frozen=True)
class Phase:
    """A segment of a chart line, read from it; which years it spans is ``lostInExtraction`` or known."""

    iri: str
    exact: str
    start: int
    status: str


@dataclass(frozen=True)
class Block:
    """Whole lines of the source that belong together, with the blank lines behind them."""

    start: int
    end: int
    kind: str
    """``statement``, ``chart``, ``heading``, ``frame`` (a heading of several lines), ``footnote``,
    ``front`` or ``layout``."""
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True)
class Part:
    """A stretch of the source that is read on one page."""

    key: str
    """``0`` for the cover, ``5`` for a theme, ``5.2`` for its second part."""
    theme: str
    """Empty for the cover."""
    number: int
    """1 for the first part of its theme."""
    blocks: tuple[Block, ...]

    @property
    def start(self) -> int:
        return self.blocks[0].start

    @property
    def end(self) -> int:
        return self.blocks[-1].end

    @property
    def passages(self) -> list[Passage]:
        return [passage for block in self.blocks for passage in block.passages]


@dataclass(frozen=True)
class Paper:
    """A source text in parts."""

    text: str
    sha256: str
    """As the data declare it."""
    spans: tuple[Span, ...]
    parts: tuple[Part, ...]
    phases: Mapping[str, tuple[Phase, ...]]
    """By the chart line that they were cut from."""

    @cached_property
    def is_whole(self) -> bool:
        """Whether the text put together is the one whose fingerprint the data declare."""
        return hashlib.sha256(self.text.encode()).hexdigest() == self.sha256

    def part(self, key: str) -> Part:
        """A part by its key; raises QueryRefused (404)."""
        for part in self.parts:
            if part.key == key:
                return part
        known = ", ".join(part.key for part in self.parts)
        raise QueryRefused(
            Message(
                f"この資料に「{key[:20]}」という部分はありません。", f"The paper has no part {key[:20]!r}."
            ),
            Message(f"ある部分: {known}", f"Parts: {known}"),
            status=404,
        )

    def part_at(self, offset: int) -> Part:
        """The part in which a character stands."""
        return self.parts[bisect_right([part.start for part in self.parts], offset) - 1]


class Papers:
    """The source texts of the data that answer now, each read once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._lock = Lock()
        self._kept: LRUCache[tuple[int, str], Paper] = LRUCache(KEPT)

    def paper(self, trace: Trace) -> Paper:
        """The source text of an edition; raises QueryRefused (404) where none is served."""
        key = self._context.source.generation, trace.edition.iri
        with self._lock:
            kept = self._kept.get(key)
        if kept is None:
            kept = make_paper(self._rows("reader-spans", trace), self._rows("reader-phases", trace), trace)
            with self._lock:
                if key[0] == self._context.source.generation:
                    self._kept[key] = kept
        return kept

    def _rows(self, name: str, trace: Trace) -> list[ox.QuerySolution]:
        results = self._context.page_queries[name].run(self._context.source, {"edition": trace.edition.iri})
        assert isinstance(results, ox.QuerySolutions)
        return list(results)


def make_paper(spans: Sequence[ox.QuerySolution], phases: Sequence[ox.QuerySolution], trace: Trace) -> Paper:
    """The rows of ``reader-spans`` and ``reader-phases`` as a text in parts; raises QueryRefused (404)
    where there are none."""
    if not spans:
        raise QueryRefused(
            Message(
                f"「{trace.edition.path}」の抽出テキストは収められていません。",
                f"No source text of {trace.edition.path!r} is kept here.",
            ),
            Message("記述は /matrix と /answers にあります。", "Its statements are at /matrix and /answers."),
            status=404,
        )
    tiles = tuple(
        Span(int(_text(row["start"])), int(_text(row["end"])), _text(row["kind"]), _text(row["exact"]))
        for row in spans
    )
    cut: dict[str, tuple[Phase, ...]] = {}
    for row in phases:
        phase = Phase(
            _text(row["phase"]), _text(row["exact"]), int(_text(row["start"])), _text(row["status"])
        )
        cut[_text(row["line"])] = (*cut.get(_text(row["line"]), ()), phase)
    text = "".join(span.exact for span in tiles)
    parts = tuple(parts_of(text, tiles, sorted(trace.passages.values(), key=_start)))
    return Paper(text, _text(spans[0]["sha256"]), tiles, parts, cut)


def parts_of(text: str, spans: Sequence[Span], passages: Sequence[Passage]) -> Iterator[Part]:
    """The text in parts: the cover, then a part or more for each theme, in the order of the source."""
    blocks = blocks_of(text, spans, passages)
    bounds = {theme: text.rfind("\n", 0, at) + 1 for theme, at in _theme_starts(spans, passages)}
    groups: list[tuple[str, list[Block]]] = [("", [])]
    opened: set[str] = set()
    for block in blocks:
        for theme, start in bounds.items():
            if theme not in opened and block.start >= start:
                opened.add(theme)
                groups.append((theme, []))
        groups[-1][1].append(block)
    for theme, own in groups:
        for number, piece in enumerate(_pieces(own), 1):
            key = (theme or COVER) if number == 1 else f"{theme or COVER}.{number}"
            yield Part(key, theme, number, tuple(piece))


def blocks_of(text: str, spans: Sequence[Span], passages: Sequence[Passage]) -> list[Block]:
    """Lines put together: those of a passage, those of a heading; blank lines go with what is before."""
    starts = [span.start for span in spans]
    waiting = list(passages)
    found: list[Block] = []
    begin = 0
    while begin < len(text):
        end = text.find("\n", begin) + 1 or len(text)
        own: list[Passage] = []
        while waiting and waiting[0].quote.start < end:
            own.append(waiting.pop(0))
            reached = own[-1].quote.start + len(own[-1].quote.exact)
            if reached > end:
                end = text.find("\n", reached) + 1 or len(text)
        if own:
            kind = "chart" if all(passage.section == CHART for passage in own) else "statement"
            found.append(Block(begin, end, kind, tuple(own)))
        elif found and not text[begin:end].strip():
            last = found[-1]
            found[-1] = Block(last.start, end, last.kind, last.passages)
        else:
            _add_line(found, Block(begin, end, _kind(spans, starts, begin, end)), text)
        begin = end
    return found


def _add_line(found: list[Block], line: Block, text: str) -> None:
    """A heading that goes on in the next line (the chart's frame) is one block."""
    last = found[-1] if found else None
    goes_on = last is not None and not text[last.start : last.end].endswith("\n\n")
    if last and goes_on and line.kind == "heading" and last.kind in ("heading", "frame"):
        found[-1] = Block(last.start, line.end, "frame")
    else:
        found.append(line)


def _kind(spans: Sequence[Span], starts: Sequence[int], begin: int, end: int) -> str:
    """What a line is that no passage stands in."""
    at = bisect_right(starts, begin) - 1
    while at < len(spans) and spans[at].start < end:
        if spans[at].kind in _OWN_LINES:
            return spans[at].kind
        at += 1
    return "layout"


def _theme_starts(spans: Sequence[Span], passages: Sequence[Passage]) -> Iterator[tuple[str, int]]:
    """Where each theme begins: behind the page mark that is last before its first passage, else at
    the first words behind the theme before."""
    reached = 0
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for passage in passages:
        first.setdefault(passage.theme, passage.quote.start)
        last[passage.theme] = passage.quote.start + len(passage.quote.exact)
    for theme, start in sorted(first.items(), key=lambda pair: pair[1]):
        gap = [span for span in spans if reached <= span.start < start]
        marks = [span for span in gap if span.kind == "layout" and span.exact.strip()]
        words = [span for span in gap if span.kind not in ("layout", "front")]
        if marks:
            yield theme, marks[-1].start + len(marks[-1].exact.rstrip()) + 1
        else:
            yield theme, words[0].start if words else start
        reached = last[theme]


def _pieces(blocks: list[Block]) -> Iterator[list[Block]]:
    """Blocks in stretches of at most ``LARGEST`` passages, where it may be whole slides."""
    if _held(blocks) <= LARGEST or len(blocks) == 1:
        if blocks:
            yield blocks
        return
    ends = [at for at, block in enumerate(blocks[:-1], 1) if block.kind == "layout" and _held(blocks[at:])]
    best = min(ends, key=lambda at: abs(_held(blocks[:at]) - _held(blocks[at:])), default=0)
    if not _held(blocks[:best]):
        whole = range(1, len(blocks))
        best = next((at for at in whole if _held(blocks[:at]) >= LARGEST), len(blocks) - 1)
    yield from _pieces(blocks[:best])
    yield from _pieces(blocks[best:])


def _held(blocks: list[Block]) -> int:
    return sum(len(block.passages) for block in blocks)


def _start(passage: Passage) -> int:
    return passage.quote.start


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.Literal | ox.NamedNode) else ""
