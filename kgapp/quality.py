"""What an edition's build tells of its quality: how far each shape reaches, what it found, how the
links were read. Written by the build half beside the edition's graphs, read by the web half.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from kgapp.dataset import Dataset, EditionSummary, damaged
from kgapp.errors import Message

MUST, ADVICE = "shapes", "advice"
"""The files of shapes: what must hold, and what should."""


BY_QUERY = "http://www.w3.org/ns/shacl#SPARQLConstraintComponent"


class Severity(StrEnum):
    """How much a broken shape matters (SHACL, 2.1.4): only a violation stops a build."""

    VIOLATION = "Violation"
    WARNING = "Warning"
    INFO = "Info"


class Way(StrEnum):
    """How a shape is applied to the data."""

    EACH = "each"
    """Its focus nodes are looked at one by one."""
    ONCE = "once"
    """One look at a whole class or concept, which is its only focus node (``sh:targetNode``)."""
    TEXT = "text"
    """One query for each source text, which is its focus node."""
    NESTED = "nested"
    """It has no target: it is looked at with the shape that holds it (``sh:property``), and its focus
    nodes are that shape's value nodes."""
    HELPER = "helper"
    """It has no focus nodes: other shapes ask how many values conform to it."""


class Run(StrEnum):
    """Which graphs were looked at: without what rules conclude, or with it."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, order=True)
class Result:
    """One validation result: the shape that failed, the thing, and the words for it."""

    severity: Severity
    shape: str
    focus: str
    value: str
    """The value at fault, where it is an IRI: of a query over a whole class or text the thing itself."""
    ja: str
    en: str
    component: str = ""
    """The IRI of the constraint component that was broken (SHACL, 3.6.2.5)."""
    path: str = ""
    """The property of the shape, where its path is one property."""

    @property
    def thing(self) -> str:
        """What a person has to look at."""
        return self.value if self.value and self.component == BY_QUERY else self.focus


@dataclass(frozen=True, order=True)
class Shape:
    """A shape as it was when the data were checked: its file, what it says where it is broken."""

    iri: str
    file: str
    """``shapes`` (must hold) or ``advice`` (should)."""
    severity: Severity
    ja: str
    en: str


@dataclass(frozen=True, order=True)
class Tally:
    """How far one shape reached in one run. ``targeted`` and ``failed`` count focus nodes."""

    shape: str
    run: Run
    way: Way
    targeted: int
    failed: int
    things: int
    """What was looked at: the focus nodes, or the members of the class that is the focus node."""
    faults: int
    """Results: one focus node may break a shape in several ways, a whole class in many things."""

    @property
    def passed(self) -> int:
        """Focus nodes that broke nothing; a shape that met nothing has passed nothing."""
        return 0 if self.never_matched else self.targeted - self.failed

    @property
    def never_matched(self) -> bool:
        """Nothing was there for the shape to look at: a finding about the shape, not a pass."""
        return self.things == 0 and self.way is not Way.HELPER


@dataclass(frozen=True, order=True)
class Reading:
    """How the links of one relation were read, checked, and would be made by the rules alone."""

    relation: str
    """The property's local name."""
    links: int
    stated: int
    interpreted: int
    supported: int
    not_supported: int
    contradicted: int
    unread: int
    """Links on which the third reader has not been asked."""
    by_rule: int
    """Links that the rules alone make."""
    by_rule_kept: int
    """Of these, the ones that are among the settled links."""
    first: int | None = None
    """Links of the first reader, and so on: empty where the readers' counts were not kept."""
    second: int | None = None
    both: int | None = None
    asked: int | None = None
    """Links that the third reader was first asked about."""
    agreed: int | None = None
    """Of these, the ones that he found supported at once."""

    @property
    def precision(self) -> float | None:
        """Share of the links made by rule that the settled links have; nothing where there is none."""
        return self.by_rule_kept / self.by_rule if self.by_rule else None

    @property
    def recall(self) -> float | None:
        """Share of the settled links that the rules make."""
        return self.by_rule_kept / self.links if self.by_rule and self.links else None

    @property
    def agreement(self) -> float | None:
        """F1 of the two readers: twice what both gave over what each gave."""
        if self.first is None or self.second is None or self.both is None:
            return None
        given = self.first + self.second
        return 2 * self.both / given if given else None


@dataclass(frozen=True)
class StepFinding:
    """What a step left for a person: a place, the words there, the reason."""

    place: str
    kind: str
    words: str
    why: Message
    about: str = ""


@dataclass(frozen=True)
class Quality:
    """Everything that is told of one edition's quality."""

    city: str
    edition: str
    modes: dict[str, int]
    """Claims by mode: stated, interpreted, inferred."""
    shapes: tuple[Shape, ...]
    tallies: tuple[Tally, ...]
    results: tuple[Result, ...]
    findings: tuple[StepFinding, ...]
    readings: tuple[Reading, ...]

    @property
    def name(self) -> str:
        return f"{self.city}/{self.edition}"

    def write(self) -> bytes:
        """The content of ``quality.json``, the same for the same input; for ``read_quality``."""
        return (json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def read_quality(dataset: Dataset, edition: EditionSummary) -> Quality:
    """What was recorded with an edition; raises DatasetMissing where it is not there as written."""
    try:
        return _read(json.loads((dataset.folder / edition.quality).read_bytes()))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(edition.quality, error) from error


def _read(content: dict[str, Any]) -> Quality:
    return Quality(
        city=content["city"],
        edition=content["edition"],
        modes=content["modes"],
        shapes=tuple(
            Shape(**{**about, "severity": Severity(about["severity"])}) for about in content["shapes"]
        ),
        tallies=tuple(
            Tally(**{**about, "run": Run(about["run"]), "way": Way(about["way"])})
            for about in content["tallies"]
        ),
        results=tuple(
            Result(**{**about, "severity": Severity(about["severity"])}) for about in content["results"]
        ),
        findings=tuple(
            StepFinding(**{**about, "why": Message(**about["why"])}) for about in content["findings"]
        ),
        readings=tuple(Reading(**about) for about in content["readings"]),
    )
