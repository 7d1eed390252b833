"""The diagram of the vocabulary: classes as boxes, the relations between them as arrows, laid out.

Classes that have a common root stand in one frame, indented below it. The frame that takes part in
most relations stands at the left with its neighbours at its right; then the next one with what is
left, below. So no arrow crosses another, whatever the ontology. Lengths are pixels of the picture.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from rdflib import URIRef

from kgapp.errors import Message
from kgapp.web.vocabulary.terms import NAMESPACE, Kind, Term
from kgapp.web.vocabulary.usage import UNUSED, Usage

FRAME = 270
"""Width of a frame."""
BETWEEN = 330
"""Width of the space that arrows cross."""
ROW, PAD, GAP = 26, 8, 28
INDENT = 14
LETTER = 7.0
"""Width of a Latin letter at the size of the picture's text; others take two."""


@dataclass(frozen=True)
class Box:
    """A class: where it stands in the picture."""

    term: Term
    x: int
    y: int
    width: int
    uses: int


@dataclass(frozen=True)
class Relation:
    """A property that leads from a class to a class, and its inverse where there is one."""

    term: Term
    inverse: Term | None
    source: URIRef
    target: URIRef
    concluded: bool
    """Whether a rule can conclude it."""
    amount: str = ""
    """How many links there are, where the picture tells that."""


@dataclass(frozen=True)
class Arrow:
    """A relation in the picture; ``forth`` where it points to the right, ``within`` where both ends
    stand in the frame at the left."""

    relation: Relation
    y: int
    forth: bool
    within: bool
    source: Term | None
    """The class that it starts from, where that is not the root of its frame."""
    target: Term | None

    @property
    def text(self) -> Message:
        """What stands at the arrow: its name, that of its inverse, and its ends where they need be told."""
        return Message(*(self._said(label) for label in (_ja, _en)))

    def _said(self, label: Callable[[Term], str]) -> str:
        inverse = self.relation.inverse
        said = label(self.relation.term) + (f" ⇄ {label(inverse)}" if inverse else "")
        said = f"{label(self.source)}: {said}" if self.source else said
        said = f"{said} → {label(self.target)}" if self.target else said
        amount = f" {self.relation.amount}" if self.relation.amount else ""
        return shortened(said, BETWEEN - 30 - width_of(amount)) + amount


def _ja(term: Term) -> str:
    return term.label.ja


def _en(term: Term) -> str:
    return term.label.en


@dataclass
class Diagram:
    """What is drawn; ``relations`` is the same as text."""

    width: int
    height: int
    frames: list[tuple[int, int, int]] = field(default_factory=list)
    """x, y and height of each."""
    boxes: list[Box] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)

    @property
    def left(self) -> int:
        """Where arrows begin."""
        return FRAME

    @property
    def right(self) -> int:
        """Where arrows end."""
        return FRAME + BETWEEN


def width_of(text: str) -> float:
    """About how wide a text is in the picture."""
    return sum(LETTER * (2 if unicodedata.east_asian_width(sign) in "WFA" else 1) for sign in text)


def shortened(text: str, width: float) -> str:
    """A text that fits into a width of the picture."""
    if width_of(text) <= width:
        return text
    while width_of(f"{text}…") > width:
        text = text[:-1]
    return f"{text}…"


def draw(terms: Mapping[URIRef, Term], usage: Mapping[URIRef, Usage]) -> Diagram:
    """The diagram of an ontology, with how many things of each class there are."""
    return lay_out(terms, _relations(terms, usage), {iri: used.total for iri, used in usage.items()})


def lay_out(terms: Mapping[URIRef, Term], relations: list[Relation], uses: Mapping[URIRef, int]) -> Diagram:
    """The diagram of some relations; ``terms`` are the classes that may be drawn, with those at the ends
    of every relation among them, ``uses`` how many things of each there are."""
    forest = Forest(terms)
    diagram = Diagram(2 * FRAME + BETWEEN, PAD, relations=relations)
    left = list(relations)
    while left:
        hub = forest.busiest(left)
        near = [r for r in left if hub in (forest.root(r.source), forest.root(r.target))]
        left = [r for r in left if r not in near]
        diagram.height = _band(diagram, forest, hub, near, uses) + GAP
    return diagram


class Forest:
    """Classes under their roots; where parents go in a circle, it is cut."""

    def __init__(self, terms: Mapping[URIRef, Term]) -> None:
        self.terms = terms
        self._children: dict[URIRef, list[URIRef]] = {}
        self._parent: dict[URIRef, URIRef] = {}
        for term in terms.values():
            own = [
                parent for parent in term.fact("parents") if parent.startswith(NAMESPACE) and parent in terms
            ]
            if term.kind is Kind.CLASS and own and self.root(own[0]) != term.iri:
                self._parent[term.iri] = own[0]
                self._children.setdefault(own[0], []).append(term.iri)

    def root(self, iri: URIRef) -> URIRef:
        """The class under which all of its kind stand."""
        while iri in self._parent:
            iri = self._parent[iri]
        return iri

    def common(self, classes: Iterable[URIRef]) -> URIRef:
        """The narrowest class under which some of one root all stand."""
        lines = [self._line(iri) for iri in classes]
        shared = [level[0] for level in zip(*lines, strict=False) if len(set(level)) == 1]
        return URIRef(shared[-1])

    def _line(self, iri: URIRef) -> list[URIRef]:
        """A class with all above it, the root first."""
        line = [iri]
        while line[0] in self._parent:
            line.insert(0, self._parent[line[0]])
        return line

    def below(self, iri: URIRef, depth: int = 0) -> Iterable[tuple[URIRef, int]]:
        """A class and all under it, each with its depth."""
        yield iri, depth
        for child in self._children.get(iri, []):
            yield from self.below(child, depth + 1)

    def arrow(self, relation: Relation, hub: URIRef, y: int) -> Arrow:
        """A relation drawn at a height, with the frame of ``hub`` at the left."""
        start, end = self.root(relation.source), self.root(relation.target)
        within = start == end
        return Arrow(
            relation,
            y,
            forth=start == hub,
            within=within,
            source=self.terms[relation.source] if within or start != relation.source else None,
            target=self.terms[relation.target] if within or end != relation.target else None,
        )

    def busiest(self, relations: Iterable[Relation]) -> URIRef:
        """The root that takes part in most relations; of several the first by name."""
        counted: dict[URIRef, int] = {}
        for relation in relations:
            for root in {self.root(relation.source), self.root(relation.target)}:
                counted[root] = counted.get(root, 0) + 1
        return min(counted, key=lambda root: (-counted[root], root))


def _relations(terms: Mapping[URIRef, Term], usage: Mapping[URIRef, Usage]) -> list[Relation]:
    """Every own object property with a class at both ends; of two inverse ones the more used."""
    found = []
    for term in terms.values():
        domain, range_ = term.fact("domain"), term.fact("range")
        if term.borrowed or term.kind is not Kind.OBJECT or not domain or not range_:
            continue
        pair = [term, *(terms[iri] for iri in term.fact("inverse"))]
        first = max(pair, key=lambda one: (usage.get(one.iri, UNUSED).recorded, one.iri))
        if first is term:
            concluded = bool(term.fact("rule"))
            inverse = next((one for one in pair if one is not term), None)
            found.append(Relation(term, inverse, domain[0], range_[0], concluded))
    return found


def _band(
    diagram: Diagram, forest: Forest, hub: URIRef, near: list[Relation], uses: Mapping[URIRef, int]
) -> int:
    """Draws a frame with all that it is joined to, below what is there; where it ends."""
    top = y = diagram.height
    within = [r for r in near if forest.root(r.source) == forest.root(r.target)]
    neighbours: dict[URIRef, list[Relation]] = {}
    for relation in near:
        if relation not in within:
            ends = {forest.root(relation.source), forest.root(relation.target)} - {hub}
            neighbours.setdefault(ends.pop(), []).append(relation)
    for root, relations in sorted(neighbours.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        end = _frame(diagram, forest, root, (diagram.right, y), uses, y + len(relations) * ROW + PAD)
        for number, relation in enumerate(relations, 1):
            diagram.arrows.append(forest.arrow(relation, hub, y + number * ROW))
        y = end + GAP // 2
    for number, relation in enumerate(within, 1):
        diagram.arrows.append(forest.arrow(relation, hub, y + number * ROW))
    y += len(within) * ROW + PAD
    return max(y, _frame(diagram, forest, hub, (0, top), uses, y - PAD))


def _frame(
    diagram: Diagram,
    forest: Forest,
    root: URIRef,
    corner: tuple[int, int],
    uses: Mapping[URIRef, int],
    least: int = 0,
) -> int:
    """Draws a root with its kinds below; where the frame ends, not above ``least``."""
    x, y = corner
    at = y + PAD
    for iri, depth in forest.below(root):
        indent = PAD + depth * INDENT
        width = FRAME - indent - PAD
        diagram.boxes.append(Box(forest.terms[iri], x + indent, at, width, uses.get(iri, 0)))
        at += ROW + 4
    end = max(at + PAD - 4, least)
    diagram.frames.append((x, y, end - y))
    return end
