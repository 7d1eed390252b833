"""Why there is nothing: not stated (no name of a thing stands in the words that were looked through)
is told apart from not recorded (a name stands there, and no link was read); neither is a no
(MODEL.md, "Evidence").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kgapp.web.trace.trace import Passage, Thing, Trace, folded


@dataclass(frozen=True)
class Absence:
    """Why a thing, or a passage, has no link here."""

    searched: int
    """Passages whose words were looked through."""
    names: tuple[str, ...]
    """The names that were looked for."""
    naming: tuple[str, ...] = ()
    """Notations of the passages in which one of the names stands."""
    within: tuple[str, ...] = ()
    """Notations of those in which it stands only as a part of a longer name: 医師会 in 歯科医師会."""
    elsewhere: int = 0
    """Links in the same passages that a choice of role or ground leaves out."""

    @property
    def kind(self) -> str:
        """``unsearched``, ``filtered``, ``unrecorded``, ``within`` or ``unstated``."""
        if not self.searched:
            return "unsearched"
        if self.elsewhere:
            return "filtered"
        if self.naming:
            return "unrecorded"
        return "within" if self.within else "unstated"


def absence_of_thing(thing: Thing, trace: Trace, passages: Sequence[Passage], elsewhere: int) -> Absence:
    """Why a thing has no link in these passages."""
    wanted = [folded(name) for name in thing.names]
    near = [passage for passage in passages if any(name in folded(passage.text) for name in wanted)]
    if not near:
        return Absence(len(passages), thing.names, elsewhere=elsewhere)
    longer = [name for name in trace.spellings.difference(wanted) if any(part in name for part in wanted)]
    longer.sort(key=len, reverse=True)
    naming = [passage for passage in near if _names_outside(passage, wanted, longer)]
    within = [passage.notation for passage in near if passage not in naming]
    return Absence(
        len(passages),
        thing.names,
        tuple(passage.notation for passage in naming),
        tuple(within),
        elsewhere,
    )


def absence_of_passages(passages: Sequence[Passage], things: Sequence[Thing], elsewhere: int) -> Absence:
    """Why none of these things has a link in these passages: ``naming`` has, in place of notations,
    the names of things that stand there."""
    text = "\n".join(folded(passage.text) for passage in passages)
    found = (name for thing in things for name in thing.names if folded(name) in text)
    return Absence(len(passages), (), tuple(dict.fromkeys(found)), (), elsewhere)


def _names_outside(passage: Passage, wanted: Sequence[str], longer: Sequence[str]) -> bool:
    """Whether one of the names stands in the words, outside of any longer name."""
    text = folded(passage.text)
    for name in longer:
        text = text.replace(name, "\n")
    return any(name in text for name in wanted)
