"""Reads a city's register: the tables of actors, groups, facilities, programmes and districts.

The tables' columns are described in ``csv-metadata.json`` beside them (CSVW). Every fault is
reported by file, row and column; a city without a register has an empty one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from kgapp.errors import Message, Problem
from kgapp.model import Entry, Register
from kgapp.sources.tables import Faults, Row, read_table
from kgapp.vocab import SEGMENT

ID, KIND, LABEL, ENGLISH, READING = "識別子", "種別", "名称", "英語名", "よみ"
ALIASES, ABBREVIATIONS, NOTE, NOTE_EN = "別名", "略称", "備考", "備考（英語）"
CODE = "団体コード"
PHRASE, REASON = "語", "理由"
GUARDS = "guards.csv"
HIRAGANA = re.compile(r"[ぁ-ゖー・ 　]+")
MEMBERSHIP_COLUMNS = {
    "構成団体": "hasConstituent",
    "上位組織": "subBodyOf",
    "兼務": "alsoServesAs",
    "所在": "locatedIn",
}


@dataclass(frozen=True)
class Table:
    """One table of the register: its file, the IRIs' path, and which kinds its rows may be."""

    file: str
    path: str
    kinds: dict[str, str]
    columns: tuple[str, ...]
    external: bool = False

    def kind_of(self, row: Row) -> str | None:
        """The class that a row's kind names; ``None`` where the table has no such kind."""
        if KIND not in self.columns:
            return next(iter(self.kinds.values()))
        return self.kinds.get(row[KIND])


NAMES = (LABEL, ENGLISH, READING, ALIASES)
NOTES = (NOTE, NOTE_EN)
TABLES = (
    Table(
        "actors.csv",
        "actor",
        {"団体": "Body", "連合体": "Collective", "主体種別": "ActorType", "職": "Post"},
        (ID, KIND, *NAMES, ABBREVIATIONS, "構成団体", "上位組織", "兼務", *NOTES),
    ),
    Table("groups.csv", "group", {"集団": "PeopleGroup"}, (ID, *NAMES, ABBREVIATIONS, *NOTES)),
    Table(
        "facilities.csv",
        "facility",
        {"施設": "Facility", "施設種別": "FacilityType"},
        (ID, KIND, *NAMES, ABBREVIATIONS, "所在", *NOTES),
    ),
    Table(
        "programmes.csv",
        "programme",
        {"事業・講座・制度": "Programme", "計画": "Plan"},
        (ID, KIND, *NAMES, ABBREVIATIONS, *NOTES),
    ),
    Table("districts.csv", "district", {"地区": "District"}, (ID, *NAMES, *NOTES), external=True),
    Table(
        "municipality.csv",
        "",
        {"市町村": "Municipality"},
        (ID, LABEL, ENGLISH, READING, CODE, *NOTES),
    ),
)
ESTAT_CODE = re.compile(r"\d{5}")


def fold(name: str) -> str:
    """A name with width and case folded: ＣＳＷ, CSW and csw are one."""
    return unicodedata.normalize("NFKC", name).casefold()


def read_register(folder: Path, city: str, data_root: Path) -> tuple[Register, list[Problem]]:
    """A city's register and every fault in its tables."""
    problems: list[Problem] = []
    entries: dict[str, Entry] = {}
    places: dict[str, tuple[Table, Row, Faults]] = {}
    for table in TABLES:
        path = folder / table.file
        if not path.exists():
            continue
        faults = Faults(path.relative_to(data_root.parent).as_posix())
        for row in read_table(path, faults, table.columns):
            entry = _entry(table, row, faults)
            if entry is None:
                continue
            if entry.path in entries:
                faults.add(row.number, ID, *_doubled_id(entry.path))
                continue
            entries[entry.path] = entry
            places[entry.path] = (table, row, faults)
        problems += faults.problems
    problems += _check_identifiers(places)
    cross = _check_names(entries, places) + _check_relations(entries, places)
    guards, guard_problems = _read_guards(folder, data_root)
    return Register(city, entries, guards), problems + cross + guard_problems


def _entry(table: Table, row: Row, faults: Faults) -> Entry | None:
    identifier = row[ID]
    named = SEGMENT.fullmatch(identifier) is not None
    if not named:
        faults.add(
            row.number,
            ID,
            Message(f"識別子「{identifier}」は使えません。", f"{identifier!r} cannot be an identifier."),
            Message(
                "英小文字・数字・ハイフンで付けます（例: csw）。", "Use a–z, 0–9 and hyphens, as in csw."
            ),
        )
    kind = table.kind_of(row)
    if kind is None:
        faults.add(
            row.number,
            KIND,
            Message(f"種別「{row[KIND]}」はこの表にありません。", f"{row[KIND]!r} is no kind of this table."),
            Message(f"使える種別: {'・'.join(table.kinds)}", f"Kinds are: {', '.join(table.kinds)}"),
        )
    _check_cells(row, faults)
    if not named or kind is None:
        return None
    return Entry(
        path=f"{table.path}/{identifier}" if table.path else identifier,
        kind=kind,
        label_ja=row[LABEL],
        label_en=row[ENGLISH],
        reading=row[READING],
        aliases=row.many(ALIASES),
        abbreviations=row.many(ABBREVIATIONS),
        relations=_relations(table, row),
        note_ja=row[NOTE],
        note_en=row[NOTE_EN],
        external=table.external,
        code=row[CODE],
    )


def _check_cells(row: Row, faults: Faults) -> None:
    """Labels and reading are there, the reading in hiragana, a code of five digits."""
    for column in (LABEL, ENGLISH, READING):
        if not row[column]:
            faults.add(
                row.number,
                column,
                Message(f"「{column}」が空です。", f"{column} is empty."),
                Message(f"{column}を書き入れてください。", f"Fill in {column}."),
            )
    if row[READING] and not HIRAGANA.fullmatch(row[READING]):
        faults.add(
            row.number,
            READING,
            Message(
                f"よみ「{row[READING]}」にひらがな以外があります。",
                f"The reading {row[READING]!r} has other characters than hiragana.",
            ),
            Message("ひらがなで書いてください。", "Write it in hiragana."),
        )
    code = row[CODE]
    if code and not ESTAT_CODE.fullmatch(code):
        faults.add(
            row.number,
            CODE,
            Message(
                f"団体コード「{code}」は5桁の数字ではありません。", f"{code!r} is not a code of five digits."
            ),
            Message("全国地方公共団体コードの上5桁を書きます。", "Give the municipality's five-digit code."),
        )


def _relations(table: Table, row: Row) -> tuple[tuple[str, str], ...]:
    return tuple(
        (prop, f"{table.path}/{target}")
        for column, prop in MEMBERSHIP_COLUMNS.items()
        if column in table.columns
        for target in row.many(column)
    )


def _doubled_id(path: str) -> tuple[Message, Message]:
    return (
        Message(f"識別子「{path}」が二度あります。", f"The identifier {path} is there twice."),
        Message("どちらかの識別子を変えてください。", "Change one of the two."),
    )


def _check_identifiers(places: dict[str, tuple[Table, Row, Faults]]) -> list[Problem]:
    """No identifier stands in two tables: a claim's IRI ends in it (MODEL.md, "IRIs")."""
    problems: list[Problem] = []
    owners: dict[str, str] = {}
    for path, (_, row, faults) in places.items():
        owner = owners.setdefault(row[ID], path)
        if owner != path:
            what, remedy = _doubled_id(f"{owner}, {path}")
            problems.append(Problem(faults.file, row.number, ID, what, remedy))
    return problems


def _check_names(entries: dict[str, Entry], places: dict[str, tuple[Table, Row, Faults]]) -> list[Problem]:
    """No two things may have the same name: a mention could not tell them apart."""
    problems: list[Problem] = []
    owners: dict[str, str] = {}
    for path, entry in entries.items():
        if entry.kind == "Municipality":
            continue
        _, row, faults = places[path]
        for name in entry.names:
            owner = owners.setdefault(fold(name), path)
            if owner != path:
                column = _column_of(entry, name)
                other = entries[owner]
                problems.append(
                    Problem(
                        faults.file,
                        row.number,
                        column,
                        Message(
                            f"名前「{name}」を「{other.label_ja}」（{owner}）も使っています。",
                            f"The name {name} is also that of {other.label_en} ({owner}).",
                        ),
                        Message(
                            "どちらか一方の名前から外してください。", "Take it away from one of the two."
                        ),
                    )
                )
    return problems


def _column_of(entry: Entry, name: str) -> str:
    if name == entry.label_ja:
        return LABEL
    return ALIASES if name in entry.aliases else ABBREVIATIONS


def _check_relations(
    entries: dict[str, Entry], places: dict[str, tuple[Table, Row, Faults]]
) -> list[Problem]:
    """Memberships lead to things that exist, and never round in a circle."""
    problems: list[Problem] = []
    columns = {prop: column for column, prop in MEMBERSHIP_COLUMNS.items()}
    for path, entry in entries.items():
        _, row, faults = places[path]
        for prop, target in entry.relations:
            if target not in entries:
                what = Message(f"「{target}」は登録簿にありません。", f"{target} is not in the register.")
                remedy = Message("識別子を確かめてください。", "Check the identifier.")
            elif prop in ("subBodyOf", "locatedIn") and _reaches(entries, prop, target, path):
                what = Message(
                    f"「{path}」から上へたどると自分に戻ります。",
                    f"Going up from {path} comes back to itself.",
                )
                remedy = Message("上位組織・所在の環を切ってください。", "Break the circle.")
            else:
                continue
            problems.append(Problem(faults.file, row.number, columns[prop], what, remedy))
        constituents = [target for prop, target in entry.relations if prop == "hasConstituent"]
        if entry.kind == "Collective" and len(constituents) < 2:
            problems.append(
                Problem(
                    faults.file,
                    row.number,
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
            )
    return problems


def _reaches(entries: dict[str, Entry], prop: str, start: str, goal: str) -> bool:
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        at = ahead.pop()
        if at == goal:
            return True
        if at in seen or at not in entries:
            continue
        seen.add(at)
        ahead += [target for name, target in entries[at].relations if name == prop]
    return False


def _read_guards(folder: Path, data_root: Path) -> tuple[tuple[str, ...], list[Problem]]:
    path = folder / GUARDS
    if not path.exists():
        return (), []
    faults = Faults(path.relative_to(data_root.parent).as_posix())
    rows = read_table(path, faults, (PHRASE, REASON))
    for row in rows:
        for column in (PHRASE, REASON):
            if not row[column]:
                faults.add(
                    row.number,
                    column,
                    Message(f"「{column}」が空です。", f"{column} is empty."),
                    Message("書き入れるか，行を消してください。", "Fill it in or delete the row."),
                )
    return tuple(row[PHRASE] for row in rows if row[PHRASE]), faults.problems
