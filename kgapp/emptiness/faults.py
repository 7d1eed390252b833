"""What can be wrong with a part that matches nothing, and what would stand there instead."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from kgapp.emptiness.pattern import Part
from kgapp.emptiness.terms import Term


class Kind(StrEnum):
    """The kinds of faults. All but the last three say that the pattern can match nothing here."""

    PROPERTY = "property"
    """No triple has this property."""
    CLASS = "class"
    """Nothing is of this class."""
    THING = "thing"
    """Nothing is said with this IRI."""
    GRAPH = "graph"
    """There is no graph of this name."""
    PREFIX = "prefix"
    """The namespace of a prefix has none of the names used with it; another has all."""
    LANGUAGE = "language"
    """The text is there with another language tag, or with one."""
    DATATYPE = "datatype"
    """The value is there with another datatype."""
    SPELLING = "spelling"
    """The text is there in another spelling."""
    TEXT = "text"
    """A text stands where only things do."""
    IRI = "iri"
    """A thing stands where only texts do."""
    DIRECTION = "direction"
    """The property leads the other way."""
    KINDS = "kinds"
    """The vocabulary keeps apart what the pattern joins."""
    LITERAL_SUBJECT = "literal-subject"
    """The values of a property are texts, and are used as things."""
    UNBOUND = "unbound"
    """A variable gets no value anywhere."""
    NEVER = "never"
    """A condition that asks nothing of the data, and does not hold."""
    CONTRADICTION = "contradiction"
    """The bounds of the filters leave nothing between them."""
    OTHER_GRAPHS = "other-graphs"
    """It is recorded, but not in the graphs that are asked, or not in one graph."""
    NO_VALUE = "value"
    """No triple has this value, and none nearly has."""
    UNUSED = "unused"
    """The vocabulary declares the term, and nothing uses it."""


RECORDED_OTHERWISE = frozenset([Kind.NO_VALUE, Kind.UNUSED, Kind.OTHER_GRAPHS])


@dataclass(frozen=True)
class Change:
    """A stretch of the query and what would stand there."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Candidate:
    """What may have been meant: the changes that would say so."""

    changes: tuple[Change, ...]
    shown: str
    """The new words as the query would write them."""
    iri: str = ""
    """The term, where it is one that has a name."""
    uses: int | None = None
    """How often it is used, where that is known."""
    score: float = 1.0
    """How near it is to what was written."""


@dataclass(frozen=True)
class Fault:
    """A fault of one part."""

    kind: Kind
    part: Part
    term: Term
    """What is wrong."""
    candidates: tuple[Candidate, ...] = ()
    details: dict[str, str] = field(default_factory=dict)
    """What the words about it name beside: classes, properties, a role."""

    @property
    def cannot_match(self) -> bool:
        """Whether no data that follow the vocabulary could match; else such data are not recorded."""
        return self.kind not in RECORDED_OTHERWISE


def replaced(term: Term, text: str) -> tuple[Change, ...]:
    """The change that writes another text for a term."""
    return (Change(term.start, term.end, text),)
