"""How much each part of a pattern matches: by itself, and together with the parts before it as written.

The order in which the engine joins them is its own; it tells nothing of it here, and nothing is
guessed. What is counted is what anybody could count by asking the parts.
"""

from __future__ import annotations

from dataclasses import dataclass

from kgapp.emptiness import pattern as kinds
from kgapp.emptiness.asking import Asker
from kgapp.emptiness.core import active_parts, needs
from kgapp.emptiness.pattern import Part, Query

COUNTED = 100_001
"""Solutions up to which is counted."""
MOST = 20
"""Parts that are measured."""


@dataclass(frozen=True)
class Step:
    """A part of the pattern and its counts; none where it is not known or makes no sense."""

    part: Part
    alone: int | None
    together: int | None
    needed: tuple[str, ...]
    """The variables that it takes from other parts, where it is asked only with these."""


def measure(query: Query, asker: Asker) -> list[Step]:
    """The parts of a query's pattern in the order in which they are written, with their counts."""
    parts = query.parts
    found: list[Step] = []
    for number, part in enumerate(parts[:MOST]):
        dependent = part.kind in (kinds.FILTER, kinds.EXISTS, kinds.BIND, kinds.OPTIONAL, kinds.MINUS)
        alone = None if dependent else _count(query, asker, [part])
        before = active_parts(parts[: number + 1], parts)
        together = _count(query, asker, before) if part in before else None
        needed = tuple(sorted(needs(part, parts))) if dependent else ()
        found.append(Step(part, alone, together, needed))
    return found


def _count(query: Query, asker: Asker, parts: list[Part]) -> int | None:
    return asker.count(query.counting(" ".join(part.text for part in parts), COUNTED))
