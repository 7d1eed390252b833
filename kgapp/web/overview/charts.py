"""Bars of stacked pieces: how long each piece is and what stands in it. Lengths are percent of the longest
bar, so that a chart fits any width while its text keeps its size; nothing here knows what is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

NARROWEST = 3.0
"""Percent of the longest bar below which a piece bears no number; the table beside the chart does."""
FILLS = 7
"""Patterns that tell pieces apart; see ``overview_fills.html``."""


@dataclass(frozen=True)
class Key:
    """What a piece of every bar of a chart stands for, and the number of its pattern."""

    label: str
    fill: int


@dataclass(frozen=True)
class Piece:
    """A piece of a bar: where it begins and how long it is, in percent of the longest bar."""

    fill: int
    value: int
    x: float
    width: float

    @property
    def middle(self) -> float:
        """Where its number stands."""
        return round(self.x + self.width / 2, 2)

    @property
    def text(self) -> str:
        """Its number, where there is room."""
        return str(self.value) if self.width >= NARROWEST else ""


@dataclass(frozen=True)
class Bar:
    """A bar with its name, which may be Japanese on an English page."""

    label: str
    japanese: bool
    pieces: tuple[Piece, ...]

    @property
    def total(self) -> int:
        return sum(piece.value for piece in self.pieces)


@dataclass(frozen=True)
class Chart:
    """Bars of the same pieces."""

    keys: tuple[Key, ...]
    bars: tuple[Bar, ...]


def stacked(keys: Sequence[Key], counted: Sequence[tuple[str, bool, Sequence[int]]]) -> Chart | None:
    """A chart of bars, each from its name, whether that is Japanese on an English page, and a number for
    every key; nothing where there is nothing to draw."""
    longest = max((sum(values) for _, _, values in counted), default=0)
    if not longest:
        return None
    bars = []
    for label, japanese, values in counted:
        pieces, before = [], 0
        for key, value in zip(keys, values, strict=True):
            if value:
                x, width = before * 100 / longest, value * 100 / longest
                pieces.append(Piece(key.fill, value, round(x, 2), round(width, 2)))
            before += value
        bars.append(Bar(label, japanese, tuple(pieces)))
    return Chart(tuple(keys), tuple(bars))
