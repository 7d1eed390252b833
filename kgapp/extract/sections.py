"""Which section each block of ○ items belongs to, and which theme each slide.

Slide text comes out of reading order (MODEL.md, "The source"), so a block may stand before its
heading, or two headings above one block. The rules, in this order: a block takes the heading
right above it; of several headings above it, the one its wording fits, else the nearest; what
is left is matched first to first; a block without any heading joins the block before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kgapp.errors import Message
from kgapp.extract.items import Item, Slide
from kgapp.extract.lines import Line, LineKind
from kgapp.model import Basis, Finding, SectionName

MARKER_SECTIONS = {"◎": SectionName.GOAL, "・": SectionName.PRINCIPLE}
BULLETED = (
    SectionName.ISSUE,
    SectionName.STATUS,
    SectionName.NEXT_ISSUE,
    SectionName.DIRECTION,
)
NEED = re.compile(
    r"(?:必要(?:がある|である|となっている|とされている)|求められている|不足している|課題である)[。．）)]*$"
)


@dataclass
class Block:
    """○ items in a row, with nothing but line ends between them."""

    items: list[Item]
    stacked: list[Line] = field(default_factory=list)
    """Section headings right above, farthest first."""

    @property
    def tells_of_need(self) -> bool:
        needs = sum(1 for item in self.items if NEED.search(item.words.text))
        return needs * 2 > len(self.items)


@dataclass(frozen=True)
class Placed:
    """An item with its section, the ground for it, and the heading that names it."""

    item: Item
    section: SectionName
    basis: Basis
    heading: Line | None


def _is_bullet(item: Item) -> bool:
    return not item.is_numbered and item.marker not in MARKER_SECTIONS


def _blocks(slide: Slide) -> tuple[list[Block], list[Line]]:
    """The slide's blocks of ○ items and its headings for such blocks, in document order."""
    blocks: list[Block] = []
    headings: list[Line] = []
    stacked: list[Line] = []
    open_block = False
    for part in slide.parts:
        if isinstance(part, Item) and _is_bullet(part):
            if open_block and not part.after_blank:
                blocks[-1].items.append(part)
            else:
                blocks.append(Block([part], stacked))
            open_block, stacked = True, []
            continue
        open_block = False
        if isinstance(part, Line) and part.section in BULLETED:
            headings.append(part)
            stacked = [*stacked, part]
        else:
            stacked = []
    return blocks, headings


def _directly_above(block: Block) -> Line | None:
    """The heading that a block stands under: the nearest, unless its wording fits another."""
    if not block.stacked:
        return None
    nearest = block.stacked[-1]
    fits = [heading for heading in block.stacked if _reads_like(block, heading.section)]
    return fits[-1] if fits and len(block.stacked) > 1 else nearest


def _stacked_runs(blocks: list[Block]) -> list[tuple[Block, Line, Basis]]:
    """Several headings in a row, then as many blocks in a row: first to first."""
    pairs: list[tuple[Block, Line, Basis]] = []
    for at, block in enumerate(blocks):
        run = [block]
        for after in blocks[at + 1 :]:
            if after.stacked:
                break
            run.append(after)
        if len(block.stacked) == len(run) > 1:
            matched = list(zip(run, block.stacked, strict=True))
            if all(_reads_like(one, heading.section) for one, heading in matched):
                pairs += [(one, heading, Basis.LAYOUT) for one, heading in matched]
    return pairs


def _reads_like(block: Block, section: SectionName | None) -> bool:
    """Whether a block's wording fits a section: it tells of needs just where issues stand."""
    issues = section in (SectionName.NEXT_ISSUE, SectionName.ISSUE)
    return issues == block.tells_of_need


def _match(blocks: list[Block], headings: list[Line]) -> tuple[list[tuple[Block, Line, Basis]], list[Block]]:
    """Pairs of block and heading, and the blocks for which no heading is left."""
    pairs = _stacked_runs(blocks)
    rest: list[Block] = []
    taken = [heading for _, heading, _ in pairs]
    left = [heading for heading in headings if heading not in taken]
    for block in blocks:
        if any(block is done for done, _, _ in pairs):
            continue
        heading = _directly_above(block)
        if heading is None:
            rest.append(block)
        else:
            left.remove(heading)
            pairs.append((block, heading, Basis.HEADING))
    unmatched: list[Block] = []
    surplus = len(rest) - len(left)
    for block in rest:
        fitting = [heading for heading in left if _reads_like(block, heading.section)]
        follows = blocks.index(block) > 0 and not block.stacked
        if not left or (surplus > 0 and follows and not fitting):
            unmatched.append(block)
            surplus -= 1
            continue
        heading = (fitting or left)[0]
        left.remove(heading)
        pairs.append((block, heading, Basis.LAYOUT))
    return pairs, unmatched


def place_slide(
    slide: Slide, theme: int, opens_theme: bool, last: Placed | None
) -> tuple[list[Placed], list[Finding]]:
    """Every item of a slide in its section; what no rule places is a finding.

    ``last`` is the item placed before this slide: a slide without headings goes on with it.
    """
    placed: list[Placed] = []
    findings: list[Finding] = []
    headings = {line.section: line for line in slide.lines(LineKind.SECTION)}
    for item in slide.items:
        if item.is_numbered:
            placed.append(Placed(item, SectionName.MEASURE, Basis.MARKER, None))
        elif section := MARKER_SECTIONS.get(item.marker):
            placed.append(Placed(item, section, Basis.MARKER, headings.get(section)))
    blocks, bulleted = _blocks(slide)
    pairs, unmatched = _match(blocks, bulleted)
    for block, heading, basis in pairs:
        assert heading.section is not None
        placed += [Placed(item, heading.section, basis, heading) for item in block.items]
    for block in unmatched:
        before = [p for p in placed if p.item.marker_start < block.items[0].marker_start]
        before = [p for p in before if _is_bullet(p.item)] or ([last] if last else [])
        if before:
            near = max(before, key=lambda p: p.item.marker_start)
            section, above = near.section, near.heading
        else:
            section, above = SectionName.ISSUE if opens_theme else SectionName.STATUS, None
        placed += [Placed(item, section, Basis.LAYOUT, above) for item in block.items]
        if not before or not _reads_like(block, section):
            findings.append(_unplaced(theme, block, section))
    return sorted(placed, key=lambda p: p.item.marker_start), findings


def _unplaced(theme: int, block: Block, section: SectionName) -> Finding:
    first = block.items[0].words
    return Finding(
        f"theme-{theme}",
        "section-undecided",
        first.text,
        Message(
            f"見出しのない項目のまとまりを「{section}」と読みました。確かめてください。",
            f"A block of items without a heading was read as “{section}”; please check.",
        ),
    )
