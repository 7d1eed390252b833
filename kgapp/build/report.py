"""The report beside an edition's graphs: every span with its kind, and what a person must see."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import Any

from kgapp.build.editions import Built, counts, modes
from kgapp.model import Paper, SpanKind


def report(built: Built) -> bytes:
    """JSON with counts, findings, advice and the trace of the text; the same for the same input."""
    paper = built.edition.paper
    content: dict[str, Any] = {
        "city": paper.description.city,
        "edition": paper.description.edition,
        "counts": counts(built),
        "modes": modes(built),
        "spans": dict(sorted(Counter(str(span.kind) for span in paper.spans).items())),
        "findings": [asdict(finding) for finding in built.findings],
        "advice": [asdict(result) for result in built.advice],
    }
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def trace(paper: Paper) -> bytes:
    """The whole text as a table: start, end, kind, notation, words; the words of all rows, in
    order and with their escapes undone, are the text."""
    names = {passage.words.start: passage.notation for passage in paper.passages}
    lines = ["start\tend\tkind\tnotation\twords"]
    for span in paper.spans:
        passage = span.kind in (SpanKind.STATEMENT, SpanKind.CHART)
        name = names.get(span.start, "") if passage else ""
        words = json.dumps(paper.text[span.start : span.end], ensure_ascii=False)
        lines.append(f"{span.start}\t{span.end}\t{span.kind}\t{name}\t{words}")
    return ("\n".join(lines) + "\n").encode()
