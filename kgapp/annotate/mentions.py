"""Finds the register's names in a passage: the longest name wins, a name inside one is none.

Width and case are folded character by character, so offsets stay those of the joined wording.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from kgapp.model import Entry, Register

JOINT = re.compile(
    r"[」”＊*※]*(?:[（(][^（）()]{1,20}[）)])?(?:等|など)?"
    r"(?:，|、|・|や|と|及び|並びに|又は|または| |[（(])*[「“]?"
)
SUFFIX = re.compile(r"[）)」”＊*※]*(?:等|など|ら|たち)?")
INNER = re.compile(r"(?![内全及並又等])[一-龯ァ-ヶ]")
"""A word that goes on behind 地区 makes it part of another name (藤沢地区保護司会)."""
BARE_KINDS = ("Municipality",)


@dataclass(frozen=True)
class Mention:
    """A name where it stands in a passage's joined wording."""

    entry: Entry
    start: int
    end: int


@dataclass(frozen=True)
class Group:
    """Mentions in a row (A，B等と…): what follows or precedes is said of all of them."""

    mentions: tuple[Mention, ...]
    head: str
    """The wording before the first mention."""
    tail: str
    """The wording after the last mention and its 等."""
    tail_start: int
    """Where ``tail`` begins."""


def fold_width(text: str) -> str:
    """Full-width letters and digits made half-width, length kept: ＣＳＷ → csw."""
    folded = []
    for char in text:
        plain = unicodedata.normalize("NFKC", char).casefold()
        folded.append(plain if len(plain) == 1 else char)
    return "".join(folded)


class NameFinder:
    """Finds a register's names; made once for an edition."""

    def __init__(self, register: Register) -> None:
        self._entries: dict[str, Entry | None] = {fold_width(phrase): None for phrase in register.guards}
        for entry in register.entries.values():
            for name in searchable_names(entry):
                self._entries[fold_width(name)] = entry
        longest_first = sorted(self._entries, key=lambda name: (-len(name), name))
        self._pattern = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def find(self, text: str) -> list[Mention]:
        """Mentions in order; guard phrases are passed over with the names inside them."""
        found = []
        for match in self._pattern.finditer(fold_width(text)):
            entry = self._entries[match.group()]
            inside = entry and entry.kind == "District" and INNER.match(text, match.end())
            if entry is not None and not inside:
                found.append(Mention(entry, match.start(), match.end()))
        return found


def searchable_names(entry: Entry) -> list[str]:
    """The names under which a text names the thing. A district is named with 地区 behind it
    (藤沢 alone stands in a dozen proper names); a municipality is never linked by its name."""
    if entry.kind in BARE_KINDS:
        return []
    if entry.kind == "District":
        return [name for name in entry.names if name.endswith("地区")]
    return list(entry.names)


def group_mentions(text: str, mentions: list[Mention]) -> list[Group]:
    """Mentions joined by nothing but commas, と, や, 及び … belong together."""
    groups: list[list[Mention]] = []
    for mention in mentions:
        if groups and JOINT.fullmatch(text[groups[-1][-1].end : mention.start]):
            groups[-1].append(mention)
        else:
            groups.append([mention])
    made = []
    for members in groups:
        end = members[-1].end
        if match := SUFFIX.match(text, end):
            end = match.end()
        head = text[: members[0].start].rstrip("「“")
        made.append(Group(tuple(members), head, text[end:], end))
    return made
