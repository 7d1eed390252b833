"""Checks a register's rows against each other: identifiers, names, what they are to each other.

Each row for itself is checked where it is read (``kgapp.sources.register``).
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from kgapp.errors import Message, Problem
from kgapp.model import Entry
from kgapp.sources.faults import TOLD, Faults
from kgapp.sources.relations import MEMBERSHIPS
from kgapp.sources.tables import Row

ID, LABEL, CODE = "識別子", "名称", "団体コード"
ALIASES, ABBREVIATIONS = "別名", "略称"
MEMBERSHIP_COLUMNS = {
    "構成団体": "hasConstituent",
    "上位組織": "subBodyOf",
    "兼務": "alsoServesAs",
    "所在": "locatedIn",
}
KIND_WORDS = {
    "Body": "団体",
    "Collective": "連合体",
    "ActorType": "主体種別",
    "Post": "職",
    "PeopleGroup": "集団",
    "Facility": "施設",
    "FacilityType": "施設種別",
}
"""The kinds that memberships join, as the tables call them."""
COLUMN_OF = {prop: column for column, prop in MEMBERSHIP_COLUMNS.items()}
WITHOUT_CIRCLES = ("hasConstituent", "subBodyOf", "locatedIn")
CITY_WORDS = ("actor", "group", "facility", "programme", "district", "graph", "register")
"""What stands behind the city in an IRI or a folder of a build: no edition and no municipality
may have such a name."""
MUNICIPALITY = "municipality"
"""A municipality's usual identifier, so no edition has this name either."""


@dataclass(frozen=True)
class Placed:
    """An entry with the row that it was read from."""

    entry: Entry
    row: Row
    faults: Faults

    def problem(self, column: str | None, what: Message, remedy: Message) -> Problem:
        """A problem of this row."""
        return self.faults.problem(self.row.number, column, what, remedy)


Things = dict[str, Placed]
"""What was read, by path."""


def fold(name: str) -> str:
    """A name with width and case folded: ＣＳＷ, CSW and csw are one."""
    return unicodedata.normalize("NFKC", name).casefold()


def check_between(things: Things) -> list[Problem]:
    """Every fault between rows. An entry without a kind comes from a row that has a fault of
    its own, and is told nothing else."""
    return [
        *_identifiers(things),
        *_names(things),
        *_memberships(things),
        *_circles(things),
        *_municipality(things),
    ]


def doubled_id(path: str) -> tuple[Message, Message]:
    """What to say of an identifier that is there twice."""
    return (
        Message(f"識別子「{path}」が二度あります。", f"The identifier {path} is there twice."),
        Message("どちらかの識別子を変えてください。", "Change one of the two."),
    )


def _identifiers(things: Things) -> Iterator[Problem]:
    """No identifier stands in two tables: a claim's IRI ends in it (MODEL.md, "IRIs")."""
    owners: dict[str, str] = {}
    for path, thing in things.items():
        owner = owners.setdefault(thing.row[ID], path)
        if owner != path and thing.entry.kind:
            yield thing.problem(ID, *doubled_id(f"{owner}, {path}"))


def _names(things: Things) -> Iterator[Problem]:
    """No two things may have the same name: a mention could not tell them apart."""
    owners: dict[str, str] = {}
    for path, thing in things.items():
        entry = thing.entry
        if entry.kind == "Municipality":
            continue
        for name in filter(None, entry.names):
            owner = owners.setdefault(fold(name), path)
            if owner != path:
                other = things[owner].entry
                yield thing.problem(
                    _column_of(entry, name),
                    Message(
                        f"名前「{name}」を「{other.label_ja}」（{owner}）も使っています。",
                        f"The name {name} is also that of {other.label_en} ({owner}).",
                    ),
                    Message("どちらか一方の名前から外してください。", "Take it away from one of the two."),
                )


def _column_of(entry: Entry, name: str) -> str:
    if name == entry.label_ja:
        return LABEL
    return ALIASES if name in entry.aliases else ABBREVIATIONS


def _memberships(things: Things) -> Iterator[Problem]:
    """Memberships lead, once each, from things of the right kind to such things."""
    for thing in things.values():
        entry = thing.entry
        for prop in dict.fromkeys(prop for prop, _ in entry.relations):
            targets = [target for name, target in entry.relations if name == prop]
            subjects = MEMBERSHIPS[prop].subjects
            if entry.kind and entry.kind not in subjects:
                yield thing.problem(
                    COLUMN_OF[prop],
                    Message(
                        f"「{entry.path}」（{_word(entry.kind)}）に{COLUMN_OF[prop]}は書けません。",
                        f"{entry.path} is a {entry.kind} and has no {prop}.",
                    ),
                    Message(
                        "セルを空にするか，種別を直してください"
                        f"（書けるもの: {'・'.join(map(_word, subjects))}）。",
                        f"Empty the cell, or mend the row's kind (it is for {', '.join(subjects)}).",
                    ),
                )
                continue
            yield from _doubled(thing, prop, targets)
            for target in dict.fromkeys(targets):
                yield from _misfit(thing, prop, target, things.get(target))
        constituents = [target for prop, target in entry.relations if prop == "hasConstituent"]
        if entry.kind == "Collective" and len(constituents) < 2:
            yield thing.problem(
                "構成団体",
                Message(
                    f"連合体「{entry.label_ja}」の構成団体が二つに足りません。",
                    f"The collective {entry.label_en} has fewer than two constituents.",
                ),
                Message(
                    "構成団体を | で区切って書くか，種別を団体にしてください。",
                    "List its constituents separated by |, or make it a 団体.",
                ),
            )


def _doubled(thing: Placed, prop: str, targets: list[str]) -> Iterator[Problem]:
    doubled = sorted(target for target, count in Counter(targets).items() if count > 1)
    if doubled:
        yield thing.problem(
            COLUMN_OF[prop],
            Message(
                f"「{'」「'.join(doubled)}」が同じセルに二度あります。",
                f"{', '.join(doubled)} stands twice in the same cell.",
            ),
            Message("一つにしてください。", "Keep one."),
        )


def _misfit(thing: Placed, prop: str, target: str, found: Placed | None) -> Iterator[Problem]:
    objects = MEMBERSHIPS[prop].objects
    if found is None:
        yield thing.problem(
            COLUMN_OF[prop],
            Message(f"「{target}」は登録簿にありません。", f"{target} is not in the register."),
            Message("識別子を確かめてください。", "Check the identifier."),
        )
    elif found.entry.kind and found.entry.kind not in objects:
        kind = found.entry.kind
        yield thing.problem(
            COLUMN_OF[prop],
            Message(
                f"「{target}」（{_word(kind)}）は{COLUMN_OF[prop]}になれません。",
                f"{target} ({kind}) cannot be the object of {prop}.",
            ),
            Message(f"なれるもの: {'・'.join(map(_word, objects))}", f"It takes: {', '.join(objects)}"),
        )
    elif found is thing and prop not in WITHOUT_CIRCLES:
        yield thing.problem(
            COLUMN_OF[prop],
            Message(f"「{target}」が自分自身の{COLUMN_OF[prop]}です。", f"{target} has itself as {prop}."),
            Message(
                "別の識別子にするか，セルを空にしてください。", "Give another identifier, or empty the cell."
            ),
        )


def _word(kind: str) -> str:
    return KIND_WORDS.get(kind, kind)


def _circles(things: Things) -> Iterator[Problem]:
    """No way up, or into constituents, comes back to where it began; each circle is told once."""
    for prop in WITHOUT_CIRCLES:
        ways = {
            path: [target for name, target in thing.entry.relations if name == prop and target in things]
            for path, thing in things.items()
        }
        for circle in islice(find_circles(ways), TOLD):
            around = " → ".join([*circle, circle[0]])
            yield things[circle[-1]].problem(
                COLUMN_OF[prop],
                Message(
                    f"「{circle[-1]}」からたどると自分に戻ります（{around}）。",
                    f"Going on from {circle[-1]} comes back to itself ({around}).",
                ),
                Message(f"{COLUMN_OF[prop]}の環を切ってください。", "Break the circle."),
            )


def find_circles(ways: dict[str, list[str]]) -> Iterator[list[str]]:
    """A circle for each way that closes one, from where it is closed; each way is gone once."""
    done: set[str] = set()
    for start in ways:
        trail: list[str] = []
        standing: dict[str, Iterator[str]] = {}
        ahead: str | None = start
        while ahead is not None or trail:
            if ahead is None:
                done.add(left := trail.pop())
                del standing[left]
            elif ahead in standing:
                yield trail[trail.index(ahead) :]
            elif ahead not in done:
                trail.append(ahead)
                standing[ahead] = iter(ways[ahead])
            ahead = next(standing[trail[-1]], None) if trail else None


def _municipality(things: Things) -> Iterator[Problem]:
    """There is one, and the city as an actor has its name: that is how the two are joined."""
    found = [thing for thing in things.values() if thing.entry.kind == "Municipality"]
    for thing in found[1:]:
        yield thing.problem(
            ID,
            Message(
                f"市町村の行は一つだけです（{found[0].row.number}行目にもあります）。",
                f"There is but one municipality; row {found[0].row.number} has one already.",
            ),
            Message("この行を消してください。", "Delete this row."),
        )
    bodies = {thing.entry.label_ja for thing in things.values() if thing.entry.kind in ("Body", "")}
    if (
        found
        and bodies
        and "" not in bodies
        and found[0].entry.label_ja
        and found[0].entry.label_ja not in bodies
    ):
        label = found[0].entry.label_ja
        yield found[0].problem(
            LABEL,
            Message(
                f"「{label}」という名称の団体がactors.csvにありません。",
                f"No body of actors.csv has the name of the municipality, {label}.",
            ),
            Message(
                "行い手としての市の名称（actors.csv）とこの名称を同じにしてください。",
                "Give the city as an actor (actors.csv) the same 名称 as this row.",
            ),
        )
