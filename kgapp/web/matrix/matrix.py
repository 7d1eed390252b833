"""The trace matrix: things of the register against what the paper says, as a pure function of an
edition's links and a choice. Every cell keeps the links that fill it; what is empty says why.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, fields, replace
from functools import cached_property
from itertools import groupby

from kgapp.errors import Message, QueryRefused
from kgapp.web.trace.absence import Absence, absence_of_passages, absence_of_thing
from kgapp.web.trace.trace import SECTIONS, Link, Passage, Thing, Trace

ROW_KINDS: dict[str, tuple[str, ...]] = {
    "actors": ("Body", "Collective", "ActorType", "Post"),
    "groups": ("PeopleGroup",),
    "facilities": ("Facility", "FacilityType"),
    "programmes": ("Programme", "Plan"),
    "districts": ("District",),
}
"""What may stand in the rows, with the classes of each."""
COLUMN_KINDS = ("themes", "sections", "initiatives", "issues", "passages", "districts")
INITIATIVES = ("measure", "status", "direction")
ISSUES = ("issue", "nextIssue")
_IN_COLUMNS = {"initiatives": INITIATIVES, "issues": ISSUES}
REACH = ("modelDistrict", "coversDistrict")
RESPONSE = "respondedToBy"
"""An issue's: it stands in no passage's words, so it counts only where issues are the columns."""
ROLES = (
    *("hasLead", "hasPartner", "hasSubject", "hasParticipant", "involves", "targets"),
    *("usesFacility", "heldAt", "basedOn", "usesProgramme"),
    *(*REACH, RESPONSE),
)
MODES = ("stated", "interpreted", "inferred")
"""From the strongest ground to the weakest."""
SHOWS = ("all", "filled", "empty")
LONGEST_NAME = 100


@dataclass(frozen=True)
class Choice:
    """What is asked of the matrix: each field is a parameter of its address; empty means all."""

    rows: str = "actors"
    columns: str = "themes"
    theme: str = ""
    section: str = ""
    role: str = ""
    mode: str = ""
    show: str = "all"
    name: str = ""
    edition: str = ""

    def parameters(self, **changes: str) -> dict[str, str]:
        """The parameters of an address that differ from the defaults, with changes."""
        asked = replace(self, **changes)
        return {
            entry.name: getattr(asked, entry.name)
            for entry in fields(Choice)
            if getattr(asked, entry.name) != entry.default
        }


@dataclass(frozen=True)
class Entry:
    """What fills a cell: a link and, where districts are the columns, the link by which its passage
    reaches the district."""

    link: Link
    passage: Passage
    reach: Link | None = None

    @property
    def mode(self) -> str:
        """The weaker ground of the two."""
        links = [self.link] if self.reach is None else [self.link, self.reach]
        return max((link.mode for link in links), key=MODES.index)

    @property
    def way(self) -> str:
        """``direct``, ``membership`` (through a collective) or ``rule``."""
        if self.mode != "inferred":
            return "direct"
        relations = {source.relation for source in self.link.sources}
        return "membership" if "hasConstituent" in relations else "rule"


@dataclass(frozen=True)
class Column:
    """A column: its key in addresses, and the passages that it stands for."""

    key: str
    passages: tuple[Passage, ...]
    district: Thing | None = None
    absence: Absence | None = None


@dataclass(frozen=True)
class Row:
    """A thing with its cells by column; ``absence`` says why all of them are empty."""

    thing: Thing
    cells: Mapping[str, tuple[Entry, ...]]
    absence: Absence | None


@dataclass(frozen=True)
class Block:
    """A table of its own: the columns of a theme, or all of them."""

    theme: str
    """Its number; empty where the block is the whole."""
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    left_out: tuple[Thing, ...]
    """Things whose row would be empty in this block only."""


@dataclass(frozen=True)
class Matrix:
    """Rows and columns as they are shown: filled rows first, by reading, then the others."""

    choice: Choice
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    things: int
    """Things of the kind that the name, if one is given, leaves."""

    @cached_property
    def links(self) -> int:
        """How many different links fill the cells."""
        return len({entry.link.claim for row in self.rows for cell in row.cells.values() for entry in cell})

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """One table, or one for each theme where the columns are passages of several. The tables of
        themes have filled rows and columns only, so that each fits a page."""
        themes = {passage.theme for column in self.columns for passage in column.passages}
        if self.choice.columns not in ("initiatives", "issues", "passages") or len(themes) < 2:
            return (Block("", self.columns, self.rows, ()),)
        return tuple(
            self._block(theme, tuple(columns))
            for theme, columns in groupby(self.columns, lambda column: column.passages[0].theme)
        )

    def _block(self, theme: str, columns: tuple[Column, ...]) -> Block:
        keys = {column.key for column in columns}
        there = [row for row in self.rows if not keys.isdisjoint(row.cells)]
        absent = [row.thing for row in self.rows if keys.isdisjoint(row.cells)]
        filled = tuple(column for column in columns if not column.absence)
        return Block(theme, filled, tuple(there), tuple(absent))


def read_choice(given: Mapping[str, str], trace: Trace) -> Choice:
    """The choice that an address makes; raises QueryRefused (400) for a value that is none."""
    allowed = {
        "rows": tuple(ROW_KINDS),
        "columns": COLUMN_KINDS,
        "theme": ("", *(theme.number for theme in trace.themes)),
        "section": ("", *SECTIONS),
        "role": ("", *ROLES),
        "mode": ("", *MODES),
        "show": SHOWS,
    }
    choice = Choice()
    values = {name: given.get(name, "") or getattr(choice, name) for name in allowed}
    for name, value in values.items():
        if value not in allowed[name]:
            known = ", ".join(word for word in allowed[name] if word)
            raise QueryRefused(
                Message(
                    f"{name} に「{value[:50]}」という値はありません。", f"{name} has no value {value[:50]!r}."
                ),
                Message(f"選べる値: {known}", f"Values: {known}"),
            )
    name = given.get("name", "").strip()
    if len(name) > LONGEST_NAME:
        raise QueryRefused(
            Message("名前が長すぎます。", "The name is too long."),
            Message(f"{LONGEST_NAME}字までです。", f"At most {LONGEST_NAME} characters."),
        )
    return Choice(**values, name=name, edition=given.get("edition", ""))


def build_matrix(trace: Trace, choice: Choice, lang: str = "ja") -> Matrix:
    """The matrix of a choice, its rows in the order of an index in the language."""
    things = _things(trace, choice, lang)
    columns = tuple(_columns(trace, choice))
    passages = _distinct(columns)
    cells = _cells(trace, columns, {thing.iri for thing in things}, choice)
    of_thing, of_passage = _counts(trace, choice, things, passages)
    rows = []
    for thing in things:
        own = cells.get(thing.iri, {})
        why = None if own else absence_of_thing(thing, trace, passages, of_thing[thing.iri])
        rows.append(Row(thing, own, why))
    filled = {key for own in cells.values() for key in own}
    named = []
    for column in columns:
        why = None
        if things and column.key not in filled:
            elsewhere = sum(of_passage[passage.iri] for passage in column.passages)
            why = absence_of_passages(column.passages, things, elsewhere)
        named.append(replace(column, absence=why))
    rows.sort(key=lambda row: not row.cells)
    if choice.show == "filled":
        rows = [row for row in rows if row.cells]
        named = [column for column in named if column.key in filled]
    elif choice.show == "empty":
        rows = [row for row in rows if not row.cells]
    return Matrix(choice, tuple(rows), tuple(named), len(things))


def entries_of(trace: Trace, choice: Choice, thing: Thing, column: Column | None) -> tuple[Entry, ...]:
    """What fills a thing's cell, or its whole row: in the paper's order."""
    columns = (column,) if column else tuple(_columns(trace, choice))
    own = _cells(trace, columns, {thing.iri}, choice).get(thing.iri, {})
    order = {iri: number for number, iri in enumerate(trace.passages)}
    found = dict.fromkeys(entry for cell in own.values() for entry in cell)
    return tuple(sorted(found, key=lambda entry: order[entry.passage.iri]))


def absence_of_cell(trace: Trace, choice: Choice, thing: Thing, column: Column | None) -> Absence:
    """Why a thing's cell, or its whole row, is empty."""
    columns = (column,) if column else tuple(_columns(trace, choice))
    passages = _distinct(columns)
    elsewhere = _counts(trace, choice, [thing], passages)[0][thing.iri]
    return absence_of_thing(thing, trace, passages, elsewhere)


def column_at(trace: Trace, choice: Choice, key: str) -> Column:
    """The column of a key; raises QueryRefused (404) where there is none."""
    found = next((column for column in _columns(trace, choice) if column.key == key), None)
    if found is None:
        raise QueryRefused(
            Message(f"列「{key[:50]}」はありません。", f"There is no column {key[:50]!r}."),
            Message("表のページから選んでください。", "Choose it on the page of the matrix."),
            status=404,
        )
    return found


def _things(trace: Trace, choice: Choice, lang: str) -> list[Thing]:
    """The rows' things: by reading, as a Japanese index has them, or by their English names."""
    meant = trace.calling.meant(choice.name) if choice.name else trace.things.keys()
    found = [
        thing
        for thing in trace.things.values()
        if thing.kind in ROW_KINDS[choice.rows] and thing.iri in meant
    ]
    if lang == "en":
        return sorted(found, key=lambda thing: (thing.label.en.casefold(), thing.path))
    return sorted(found, key=lambda thing: (thing.reading, thing.path))


def _columns(trace: Trace, choice: Choice) -> Iterator[Column]:
    passages = [
        passage
        for passage in trace.passages.values()
        if choice.theme in ("", passage.theme)
        and choice.section in ("", passage.section)
        and passage.section in _IN_COLUMNS.get(choice.columns, SECTIONS)
    ]
    if choice.columns == "themes":
        for theme in trace.themes:
            if choice.theme in ("", theme.number):
                own = tuple(passage for passage in passages if passage.theme == theme.number)
                yield Column(f"theme-{theme.number}", own)
    elif choice.columns == "sections":
        for section in trace.sections:
            if choice.section in ("", section):
                yield Column(section, tuple(passage for passage in passages if passage.section == section))
    elif choice.columns == "districts":
        yield from _districts(trace, passages)
    else:
        for passage in passages:
            yield Column(passage.notation, (passage,))


def _districts(trace: Trace, passages: Sequence[Passage]) -> Iterator[Column]:
    there = {passage.iri: passage for passage in passages}
    reached: dict[str, list[Passage]] = defaultdict(list)
    for link in trace.links:
        if link.relation in REACH and link.passage in there:
            reached[link.object].append(there[link.passage])
    districts = [thing for thing in trace.things.values() if thing.kind == "District"]
    for thing in sorted(districts, key=lambda thing: thing.reading):
        yield Column(thing.path.rpartition("/")[2], tuple(reached[thing.iri]), thing)


def _scope(trace: Trace, choice: Choice) -> Iterator[Link]:
    """The links of the roles that fit rows and columns, before role and ground are chosen."""
    for link in trace.links:
        if link.relation in ROLES and (
            link.relation != RESPONSE or choice.role == RESPONSE or choice.columns == "issues"
        ):
            yield link


def _cells(
    trace: Trace, columns: Sequence[Column], things: Set[str], choice: Choice
) -> dict[str, dict[str, tuple[Entry, ...]]]:
    """By thing, then by column; only what is filled."""
    by_passage: dict[str, list[Link]] = defaultdict(list)
    for link in _scope(trace, choice):
        if link.object in things and choice.role in ("", link.relation):
            by_passage[link.passage].append(link)
    reach = {(link.object, link.passage): link for link in trace.links if link.relation in REACH}
    found: dict[str, dict[str, tuple[Entry, ...]]] = defaultdict(dict)
    for column in columns:
        entries: dict[str, list[Entry]] = defaultdict(list)
        for passage in column.passages:
            through = reach[column.district.iri, passage.iri] if column.district else None
            for link in by_passage.get(passage.iri, ()):
                entry = Entry(link, passage, through)
                if choice.mode in ("", entry.mode):
                    entries[link.object].append(entry)
        for thing, own in entries.items():
            own.sort(key=lambda entry: ROLES.index(entry.link.relation))
            found[thing][column.key] = tuple(own)
    return found


def _counts(
    trace: Trace, choice: Choice, things: Sequence[Thing], passages: Sequence[Passage]
) -> tuple[Counter[str], Counter[str]]:
    """How many links there are whatever their role and ground, by thing and by passage. Where a row
    is empty, these are what the choice leaves out."""
    ours, here = {thing.iri for thing in things}, {passage.iri for passage in passages}
    links = [link for link in _scope(trace, choice) if link.object in ours and link.passage in here]
    return Counter(link.object for link in links), Counter(link.passage for link in links)


def _distinct(columns: Sequence[Column]) -> tuple[Passage, ...]:
    return tuple({passage.iri: passage for column in columns for passage in column.passages}.values())
