"""What is marked in a source text: the choice of marks, the names of things, the words that claims rest
on, and the stretches into which they cut the text. Offsets are code points of the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from kgapp.errors import Message, QueryRefused
from kgapp.web.reader.paper import Block, Paper
from kgapp.web.trace.trace import Link, Passage, Quote, Thing, Trace, folded

SHOWS = ("all", "stated", "interpreted", "none")
LINES = ("kept", "joined")
BREAK = re.compile("[ \u3000\t]*\n[ \u3000\t\n]*")
PLACE = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")
_ANOTHER_NAME = re.compile(r"(?![内全及並又等])[一-龯ァ-ヶ]")
"""A word that goes on behind 地区 makes it part of another name: 藤沢地区保護司会."""


@dataclass(frozen=True)
class Choice:
    """What the address asks for."""

    part: str = ""
    show: str = "all"
    """Which quoted words are marked: those of every claim, of one ground, or none."""
    thing: str = ""
    """The path of the thing whose links alone are marked."""
    lines: str = "kept"
    gloss: str = ""
    """``yes`` or ``no``; empty for what the language of the page suggests."""
    at: str = ""
    """The notation of a passage to be shown."""
    quote: str = ""
    """``8424-8462``: words to be shown."""

    def parameters(self, **changes: str) -> dict[str, str]:
        """The choice as an address has it, what is usual left out."""
        changed = replace(self, **changes)
        told = {name: getattr(changed, name) for name in Choice.__dataclass_fields__}
        return {name: value for name, value in told.items() if value and value != getattr(Choice, name)}


@dataclass(frozen=True)
class Mark:
    """Quoted words and the grounds of the claims that rest on them."""

    start: int
    end: int
    modes: frozenset[str]
    whole: bool
    """Whether they are the whole wording of a passage."""


@dataclass(frozen=True)
class Name:
    """A name of a thing where it stands."""

    thing: Thing
    start: int
    end: int
    linked: bool
    """Whether a link of the passage to the thing is recorded."""


@dataclass(frozen=True)
class Stretch:
    """Characters of the source with the same marks on them."""

    start: int
    text: str
    marks: tuple[Mark, ...]
    name: Name | None
    is_break: bool
    """A line break of the slide inside a passage, with the blanks around it."""
    is_target: bool
    begins: bool
    """Whether a quote, or the target, begins here."""


def read_choice(args: Mapping[str, str], paper: Paper, trace: Trace) -> Choice:
    """What is asked for; raises QueryRefused (404 or 400) for what the paper does not have."""
    choice = Choice(**{name: args[name] for name in Choice.__dataclass_fields__ if args.get(name)})
    for name, known in (("show", SHOWS), ("lines", LINES), ("gloss", ("", "yes", "no"))):
        if getattr(choice, name) not in known:
            raise _refused(name, getattr(choice, name), known)
    if choice.thing and choice.thing not in {thing.path for thing in trace.things.values()}:
        raise QueryRefused(
            Message(
                f"「{choice.thing[:80]}」は登録簿にありません。",
                f"The register has no {choice.thing[:80]!r}.",
            ),
            Message("一覧から選んでください。", "Choose one from the list."),
            status=404,
        )
    if choice.at and choice.at not in trace.by_notation:
        raise QueryRefused(
            Message(
                f"記号「{choice.at[:40]}」の記載はありません。", f"No passage is numbered {choice.at[:40]!r}."
            ),
            Message("例: 5-direction-1", "For example 5-direction-1"),
            status=404,
        )
    if target := target_of(choice, paper, trace):
        return replace(choice, part=paper.part_at(target[0]).key)
    return replace(choice, part=choice.part or paper.parts[0].key)


def target_of(choice: Choice, paper: Paper, trace: Trace) -> tuple[int, int] | None:
    """The offsets of the words that the address asks to be shown."""
    if choice.quote:
        place = PLACE.fullmatch(choice.quote)
        start, end = map(int, place.groups()) if place else (0, 0)
        if not start < end <= len(paper.text):
            raise QueryRefused(
                Message(
                    f"「{choice.quote[:40]}」はこのテキスト（{len(paper.text)}文字）の中の位置ではありません。",
                    f"{choice.quote[:40]!r} is no place in this text of {len(paper.text)} characters.",
                ),
                Message("quote=始まり-終わり（例: 8424-8462）", "quote=start-end, for example 8424-8462"),
                status=404,
            )
        return start, end
    if choice.at:
        return extent(trace.by_notation[choice.at].quote)
    return None


def extent(quote: Quote) -> tuple[int, int]:
    """Where quoted words begin and end."""
    return quote.start, quote.start + len(quote.exact)


def quotes_of(link: Link) -> tuple[Quote, ...]:
    """All words that a claim rests on: its own, and those of the passage at its other end."""
    return link.quotes + link.object_quotes


def chosen_links(trace: Trace, choice: Choice) -> list[Link]:
    """The links whose words are marked: read off the paper, on the ground and of the thing chosen."""
    if choice.show == "none":
        return []
    wanted = SHOWS[1:3] if choice.show == "all" else (choice.show,)
    links = [link for link in trace.links if link.mode in wanted]
    if choice.thing:
        links = [link for link in links if _path(trace, link.object) == choice.thing]
    return links


def marks_of(links: Iterable[Link], passages: Iterable[Passage]) -> list[Mark]:
    """One mark for all claims that rest on the same words, in the order of the source."""
    wholes = {extent(passage.quote) for passage in passages}
    modes: dict[tuple[int, int], set[str]] = {}
    for link in links:
        for quote in quotes_of(link):
            modes.setdefault(extent(quote), set()).add(link.mode)
    return [Mark(*place, frozenset(own), place in wholes) for place, own in sorted(modes.items())]


class NameReader:
    """Finds the names of an edition's things: the longest wins, a name inside another is none."""

    def __init__(self, trace: Trace) -> None:
        self._things = {
            _one_to_one(name): thing
            for thing in trace.things.values()
            if thing.kind != "Municipality"
            for name in thing.names
            if thing.kind != "District" or name.endswith("地区")
        }
        longest_first = sorted(self._things, key=lambda name: (-len(name), name))
        self._pattern = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")
        self._links: dict[str, set[str]] = {}
        for link in trace.links:
            self._links.setdefault(link.passage, set()).add(link.object)

    def names(self, block: Block, text: str) -> Iterator[Name]:
        """The names in a block; over the line breaks of a passage, but not beyond its end."""
        if not block.passages:
            if block.kind == "footnote":
                yield from self._find(block.start, text[block.start : block.end], None)
            return
        for passage in block.passages:
            yield from self._find(passage.quote.start, passage.quote.exact, passage.iri)

    def _find(self, start: int, raw: str, passage: str | None) -> Iterator[Name]:
        offsets = [at for at in range(len(raw)) if not _in_break(raw, at)] if "\n" in raw else range(len(raw))
        words = "".join(raw[at] for at in offsets)
        for match in self._pattern.finditer(_one_to_one(words)):
            thing = self._things[match.group()]
            if thing.kind == "District" and _ANOTHER_NAME.match(words, match.end()):
                continue
            first, last = offsets[match.start()], offsets[match.end() - 1]
            linked = passage is not None and thing.iri in self._links.get(passage, ())
            yield Name(thing, start + first, start + last + 1, linked)


def stretches_of(
    block: Block, text: str, marks: Iterable[Mark], names: Iterable[Name], target: tuple[int, int] | None
) -> list[Stretch]:
    """A block cut wherever a mark, a name, a break or the target begins or ends; joined, they are its
    characters."""
    here = [mark for mark in marks if mark.start < block.end and mark.end > block.start]
    own = list(names)
    breaks = _breaks(block, text)
    aims = [target] if target else []
    ends = [(mark.start, mark.end) for mark in here] + [(name.start, name.end) for name in own]
    ends += [*breaks, *aims, *(extent(passage.quote) for passage in block.passages)]
    inside = {edge for pair in ends for edge in pair if block.start < edge < block.end}
    cuts = sorted({block.start, block.end, *inside})
    starts = {mark.start for mark in here} | {start for start, _ in aims}
    found = []
    for begin, end in pairwise(cuts):
        found.append(
            Stretch(
                begin,
                text[begin:end],
                tuple(mark for mark in here if mark.start <= begin < mark.end),
                next((name for name in own if name.start <= begin < name.end), None),
                any(first <= begin < last for first, last in breaks),
                any(first <= begin < last for first, last in aims),
                begin in starts,
            )
        )
    return found


def _breaks(block: Block, text: str) -> list[tuple[int, int]]:
    """The breaks of slide lines inside what belongs together: a passage, or a heading of the chart."""
    stretches = [(passage.quote.start, passage.quote.exact) for passage in block.passages]
    if block.kind == "frame":
        stretches = [(block.start, text[block.start : block.end].rstrip())]
    return [
        (start + found.start(), start + found.end())
        for start, words in stretches
        for found in BREAK.finditer(words)
    ]


def _in_break(raw: str, at: int) -> bool:
    return any(found.start() <= at < found.end() for found in BREAK.finditer(raw))


def _one_to_one(text: str) -> str:
    """Width and case folded character by character, so that offsets stay."""
    plain = ((char, folded(char)) for char in text)
    return "".join(new if len(new) == 1 else char for char, new in plain)


def _path(trace: Trace, iri: str) -> str:
    thing = trace.things.get(iri)
    return thing.path if thing else ""


def _refused(name: str, given: str, known: tuple[str, ...]) -> QueryRefused:
    values = ", ".join(value for value in known if value)
    return QueryRefused(
        Message(f"{name}={given[:40]} はありません。", f"There is no {name}={given[:40]}."),
        Message(f"{name} に使える値: {values}", f"Values of {name}: {values}"),
    )
