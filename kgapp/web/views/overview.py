"""What the first page tells: each theme in numbers. A pure function of a trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kgapp.web.matrix.matrix import Choice, build_matrix
from kgapp.web.progress.progress import Count, build_progress
from kgapp.web.trace.trace import CHART, Theme, Trace


@dataclass(frozen=True)
class ThemeNumbers:
    """A theme in numbers."""

    theme: Theme
    statements: int
    actors: int
    """Rows that the theme's matrix of bodies, posts and kinds of actors fills."""
    counts: Mapping[str, Count]
    """By section (issue, status, nextIssue, direction): with and without a link recorded."""


def theme_numbers(trace: Trace) -> list[ThemeNumbers]:
    """Every theme of a paper in numbers."""
    return [_numbers(trace, theme) for theme in trace.themes]


def _numbers(trace: Trace, theme: Theme) -> ThemeNumbers:
    progress = build_progress(trace, theme.number)
    matrix = build_matrix(trace, Choice(theme=theme.number, show="filled"))
    return ThemeNumbers(
        theme,
        sum(p.theme == theme.number and p.section != CHART for p in trace.passages.values()),
        len(matrix.rows),
        {section: progress.count(section) for section in progress.sections},
    )
