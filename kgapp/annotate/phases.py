"""Cuts a chart line into the phases that it names, as far as its words show a boundary.

The extraction lost which years a bar spans (MODEL.md, "Evidence"); a phase has words, no dates.
A blank parts two phases unless ・ follows; a finished stage word with more text glued to it, too.
"""

from __future__ import annotations

import re
from itertools import pairwise

from kgapp.model import ChartLine, Phase, Place

BOUNDARY = re.compile(r"[ 　]+(?!・)")
GLUED = re.compile(
    r"(?:検証|運用開始|策定作業|構築作業|検討作業|整備作業)(?=[一-龯ァ-ヶ])(?!作業|結果|期間|方法|準備|等)"
)


def cut_phases(line: ChartLine, chart: tuple[ChartLine, ...] = ()) -> list[Phase]:
    """The line's phases in the order of its words, which need not be the order of time.

    ``chart`` are all lines of the paper: what stands alone on one of them is a label of its own
    where it ends another (民間事業者との協働｜検討 ・構築作業).
    """
    text = line.words.text
    labels = [other.words.text for other in chart if other is not line]
    phases: list[Phase] = []
    for start, end in _stretches(text, labels):
        place = Place(*line.words.place(start, end))
        phases.append(Phase(line.notation, len(phases) + 1, text[start:end], place))
    return phases


def _stretches(text: str, labels: list[str]) -> list[tuple[int, int]]:
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


def _glued_label(text: str, start: int, end: int, labels: list[str]) -> int:
    """Where a label of several words, which stands alone elsewhere, is glued to this stretch's
    end; the stretch's end where none is."""
    for label in sorted(labels, key=len, reverse=True):
        at = end - len(label)
        if "・" in label and at > start and text.startswith(label, at) and text[at - 1] not in "・、，のとや":
            return at
    return end
