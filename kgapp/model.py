"""What flows between the steps, as frozen values: spans, statements, mentions, links, findings.

Offsets are 0-based code points of the source text, end excluded (Web Annotation, 4.2.4).
Nothing here reads files or knows RDF.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from kgapp.errors import Message


class SpanKind(StrEnum):
    """What a stretch of the source is (MODEL.md, "The source")."""

    STATEMENT = "statement"
    MARKER = "marker"
    HEADING = "heading"
    CHART = "chart"
    FOOTNOTE = "footnote"
    FRONT = "front"
    LAYOUT = "layout"


class SectionName(StrEnum):
    """The seven sections, in the order of MODEL.md's table."""

    MEASURE = "measure"
    ISSUE = "issue"
    GOAL = "goal"
    PRINCIPLE = "principle"
    STATUS = "status"
    NEXT_ISSUE = "nextIssue"
    DIRECTION = "direction"


class Basis(StrEnum):
    """How a statement's section is known: by its marker, the heading above it, or a reading
    of the slide's layout (MODEL.md, P4)."""

    MARKER = "marker"
    HEADING = "heading"
    LAYOUT = "layout"


class Mode(StrEnum):
    """On what ground a link stands (MODEL.md, "Evidence")."""

    STATED = "stated"
    INTERPRETED = "interpreted"


@dataclass(frozen=True)
class Description:
    """What is known of an edition beside its text (``<edition>.toml``)."""

    city: str
    edition: str
    title: str
    date: str
    session: str
    origin: str
    sha256: str
    title_en: str | None = None
    origin_en: str | None = None
    unknown_keys: tuple[str, ...] = ()
    """Keys of the description that mean nothing here: listed for a person."""
    session_en: str | None = None


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of the source text of one kind."""

    start: int
    end: int
    kind: SpanKind


@dataclass(frozen=True)
class Wording:
    """A passage's words: ``raw`` as in the source, ``text`` joined over line breaks, and
    for every character of ``text`` its offset in the source."""

    raw: str
    text: str
    offsets: tuple[int, ...] = field(repr=False)

    @property
    def start(self) -> int:
        return self.offsets[0]

    @property
    def end(self) -> int:
        return self.offsets[-1] + 1

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Source offsets of ``text[start:end]`` (not empty)."""
        return self.offsets[start], self.offsets[end - 1] + 1


@dataclass(frozen=True)
class Statement:
    """One of the paper's statements, ``5-direction-1``."""

    theme: int
    ordinal: int
    words: Wording
    section: SectionName
    basis: Basis
    year: int | None = None
    """Fiscal year that the heading names (status, direction) or calendar year (goal)."""
    heading: Span | None = None
    """The heading that names section and year, where there is one."""

    @property
    def notation(self) -> str:
        return f"{self.theme}-{self.section}-{self.ordinal}"


@dataclass(frozen=True)
class ChartLine:
    """A line of the roadmap chart, verbatim, ``chart-4-2``."""

    theme: int
    ordinal: int
    words: Wording

    @property
    def notation(self) -> str:
        return f"chart-{self.theme}-{self.ordinal}"


Passage = Statement | ChartLine
"""What a link may start from."""


@dataclass(frozen=True)
class Footnote:
    """A footnote of the chart: ``＊医師会・歯科医師会・薬剤師会``."""

    theme: int
    words: Wording


@dataclass(frozen=True)
class ThemeHeading:
    """A theme's number and name as its heading has them."""

    number: int
    name: Wording


@dataclass(frozen=True)
class Finding:
    """What no rule decides: listed for a person with the reason, never guessed."""

    place: str
    kind: str
    words: str
    why: Message
    about: str = ""
    """Path of the register's thing that it concerns, where there is one."""


@dataclass(frozen=True)
class Paper:
    """An edition as read: everything that extraction found."""

    description: Description
    text: str = field(repr=False)
    spans: tuple[Span, ...]
    themes: tuple[ThemeHeading, ...]
    statements: tuple[Statement, ...]
    chart: tuple[ChartLine, ...]
    footnotes: tuple[Footnote, ...]
    chart_years: tuple[tuple[int, str], ...]
    """Fiscal years of the chart's columns with the era's name as printed, in order."""
    calendar_years: tuple[tuple[int, str], ...]
    """Calendar years (a goal's) with the era's name as printed."""
    reports_year: int | None
    plans_year: int | None
    findings: tuple[Finding, ...]

    @property
    def passages(self) -> tuple[Passage, ...]:
        """Statements and chart lines: everything that a link may start from."""
        return (*self.statements, *self.chart)


@dataclass(frozen=True)
class Entry:
    """A row of the register: a thing that statements name."""

    path: str
    """``actor/csw``, ``district/tsujido``: the IRI's part after the city."""
    kind: str
    """Local name of the class: Body, Post, PeopleGroup, Facility, Plan, District …"""
    label_ja: str
    label_en: str
    reading: str
    aliases: tuple[str, ...] = ()
    abbreviations: tuple[str, ...] = ()
    relations: tuple[tuple[str, str], ...] = ()
    """Facts about the thing itself: (property's local name, path of the object)."""
    note_ja: str = ""
    note_en: str = ""
    external: bool = False
    """The entry's facts come from outside the paper (and go into the external graph)."""
    code: str = ""
    """A municipality's five-digit code."""

    @property
    def names(self) -> tuple[str, ...]:
        """Every Japanese or Latin spelling under which a text may name it."""
        return tuple(dict.fromkeys((self.label_ja, *self.aliases, *self.abbreviations)))


@dataclass(frozen=True)
class Register:
    """A city's register: entries by path, and wordings that hold a name without naming it."""

    city: str
    entries: dict[str, Entry]
    guards: tuple[str, ...] = ()
    """Words that contain a name but name nothing (高齢者救急医療 is not about 高齢者)."""

    def of_kind(self, *kinds: str) -> list[Entry]:
        """The entries of these kinds, in the register's order."""
        return [entry for entry in self.entries.values() if entry.kind in kinds]


@dataclass(frozen=True)
class Place:
    """A quote's offsets in the source."""

    start: int
    end: int


@dataclass(frozen=True)
class Link:
    """A claim in the making: subject, property, object, its grounds and its words.

    ``subject`` and ``obj`` are notations (``5-direction-1``, ``chart-4-2``) or register paths.
    """

    subject: str
    predicate: str
    obj: str
    mode: Mode
    quote: Place
    rationale: str = ""
    object_quote: Place | None = None
    outcome: str = ""
    """Outcome of the third reading: supported, notSupported, contradicted, or none held."""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.subject, self.predicate, self.obj


@dataclass(frozen=True)
class Quantity:
    """A number that a statement gives of a thing: 35か所 as of 2020-01."""

    statement: str
    about: str
    what: str
    """Local name of the quantity's concept: quantity-count, quantity-districts."""
    value: int
    unit: str
    place: Place
    month: str = ""
    """``2020-01`` where the words date it, else empty."""
    year: int | None = None
    """Fiscal year, where only the section's heading dates it."""
    changed_from: int | None = None
    """The earlier value that the words give without a date."""


@dataclass(frozen=True)
class Phase:
    """A stretch of a chart line, ``chart-5-1`` phase 2."""

    line: str
    ordinal: int
    words: str
    place: Place


@dataclass(frozen=True)
class Verdict:
    """What the third reader said of a link, and the words that he was shown."""

    key: tuple[str, str, str]
    outcome: str
    words: str
    object_words: str


@dataclass(frozen=True)
class Readings:
    """A person's decisions on one edition."""

    adopted: tuple[Link, ...] = ()
    rejected: tuple[tuple[str, str, str], ...] = ()
    verdicts: tuple[Verdict, ...] = ()


@dataclass(frozen=True)
class Counted:
    """How the readers of one relation agreed when its links were first listed."""

    first: int
    """Links of the first reader."""
    second: int
    both: int
    """Links that both gave."""
    asked: int
    """Links that the third reader was first asked about."""
    agreed: int
    """Of these, the ones that he found supported at once."""


@dataclass(frozen=True)
class Annotation:
    """What an edition's passages are linked to, and what a person has to look at."""

    links: tuple[Link, ...]
    quantities: tuple[Quantity, ...]
    phases: tuple[Phase, ...]
    findings: tuple[Finding, ...]
