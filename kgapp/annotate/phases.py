"""Cuts a chart line into the phases that it names, as far as its words show a boundary.

The extraction lost which years a bar spans (MODEL.md, "Evidence"); a phase has words, no dates.
A blank parts two phases unless ・ follows; a finished stage word with more text glued to it, too.
"""

from __future__ import annotations

import re
from itertools import pairwise

from kgapp.model import ChartLine, Phase, Place

BOUNDARY = re.compile(r"[ 　]+(?!・)")
LONGEST_LABEL = 40
GLUED = re.compile(
    r"(?:検証|運用開始|策定作業|構築作業|検討作業|整備作業)(?=[一-龯ァ-ヶ])(?!作業|結果|期間|方法|準備|等)"
)


def labels_of(chart: tuple[ChartLine, ...]) -> frozenset[str]:
    """Labels of several words that stand alone on a line of the chart."""
    return frozenset(line.words.text for line in chart if "・" in line.words.text)


def cut_phases(line: ChartLine, labels: frozenset[str] = frozenset()) -> list[Phase]:
    """The line's phases in the order of its words, which need not be the order of time.

    What stands alone on another line (``labels_of``) is a label of its own where it ends this one:
    民間事業者との協働｜検討 ・構築作業.
    """
    text = line.words.text
    phases: list[Phase] = []
    for start, end in _stretches(text, labels):
        place = Place(*line.words.place(start, end))
        phases.append(Phase(line.notation, len(phases) + 1, text[start:end], place))
    return phases


def _stretches(text: str, labels: frozenset[str]) -> list[tuple[int, int]]:
    cuts = [(0, 0)] + [match.span() for match in BOUNDARY.finditer(text)] + [(len(text),) * 2]
    stretches = []
    for (_, begin), (end, _) in pairwise(cuts):
        start = begin
        glued = GLUED.match(text, start, end)
        if glued and glued.end() < end:
            stretches.append((start, glued.end()))
            start = glued.end()
        at = _glued_label(text, start, end, labels)
        stretches += [(start, at), (at, end)]
    return [(start, end) for start, end in stretches if start < end]


def _glued_label(text: str, start: int, end: int, labels: frozenset[str]) -> int:
    """Where the longest label glued to this stretch's end begins; the end where there is none."""
    for at in range(max(start + 1, end - LONGEST_LABEL), end):
        if text[at:end] in labels and text[at - 1] not in "・、，のとや":
            return at
    return end
