"""Marks quoted words inside a passage: from offsets of the source to stretches of the joined wording."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kgapp.web.trace.trace import Passage, Quote, joined


@dataclass(frozen=True)
class Stretch:
    """A piece of a passage's wording; ``marked`` where it is quoted."""

    words: str
    marked: bool


def marked(passage: Passage, quotes: Iterable[Quote]) -> list[Stretch]:
    """The wording of a passage in stretches: those that a quote covers are marked. Quotes that lie
    elsewhere in the source (a footnote) mark nothing."""
    covered = [False] * len(passage.text)
    for quote in quotes:
        if is_inside(passage, quote):
            start = len(joined(passage.quote.exact[: quote.start - passage.quote.start]))
            for place in range(start, min(start + len(quote.words), len(covered))):
                covered[place] = True
    found: list[Stretch] = []
    begin = 0
    for place in range(1, len(covered) + 1):
        if place == len(covered) or covered[place] != covered[begin]:
            found.append(Stretch(passage.text[begin:place], covered[begin]))
            begin = place
    return found


def is_inside(passage: Passage, quote: Quote) -> bool:
    """Whether a quote lies in a passage."""
    end = passage.quote.start + len(passage.quote.exact)
    return passage.quote.start <= quote.start and quote.start + len(quote.exact) <= end
