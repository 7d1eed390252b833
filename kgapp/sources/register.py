"""Reads a city's register: the tables of actors, groups, facilities, programmes and districts.

The tables' columns are described in ``csv-metadata.json`` beside them (CSVW). Every fault is
reported by file, row and column; a city without a register has an empty one. What rows are to each
other is checked in ``kgapp.sources.between``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from kgapp.errors import Message, Problem
from kgapp.model import Entry, Register
from kgapp.sources.between import (
    ABBREVIATIONS,
    ALIASES,
    CITY_WORDS,
    CODE,
    ID,
    LABEL,
    MEMBERSHIP_COLUMNS,
    MUNICIPALITY,
    Placed,
    Things,
    check_between,
    doubled_id,
)
from kgapp.sources.faults import Faults
from kgapp.sources.files import is_there
from kgapp.sources.guards import GUARDS, read_guards
from kgapp.sources.spellings import check_spellings
from kgapp.sources.tables import Row, read_table
from kgapp.vocab import SEGMENT

__all__ = ["GUARDS", "TABLES", "Table", "read_register"]

KIND, ENGLISH, READING = "種別", "英語名", "よみ"
NOTE, NOTE_EN = "備考", "備考（英語）"
HIRAGANA = re.compile(r"[ぁ-ゖー・ 　]+")
DISTRICTS = {"14205": 13}
"""How many districts a municipality has, by its code (shapes.ttl, ccrsh:ThirteenDistricts)."""


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
ESTAT_CODE = re.compile(r"[0-9]{5}")


def read_register(folder: Path, city: str, data_root: Path) -> tuple[Register, list[Problem]]:
    """A city's register and every fault in its tables."""
    problems: list[Problem] = []
    things: Things = {}
    for table in TABLES:
        path = folder / table.file
        if not is_there(path):
            continue
        faults = Faults(path.relative_to(data_root.parent).as_posix())
        spoilt: list[str] = []
        rows = read_table(path, faults, table.columns, spoilt)
        for row in rows:
            entry = _entry(table, row, faults)
            if entry is None:
                continue
            if entry.path in things:
                faults.add(row.number, ID, *doubled_id(entry.path))
            else:
                things[entry.path] = Placed(entry, row, faults)
        for identifier in filter(SEGMENT.fullmatch, spoilt):
            entry = Entry(_path(table, identifier), "", "", "", "")
            things.setdefault(entry.path, Placed(entry, Row(0, {ID: identifier}), faults))
        if table.path == "":
            _check_city_words(rows, faults, data_root / "source" / city)
        problems += faults.problems
    problems += check_between(things)
    problems += _check_districts(folder, things, problems, data_root)
    entries = {path: thing.entry for path, thing in things.items()}
    guards, guard_problems = read_guards(folder / GUARDS, entries, data_root)
    return Register(city, entries, guards), problems + guard_problems


def _path(table: Table, identifier: str) -> str:
    return f"{table.path}/{identifier}" if table.path else identifier


def _entry(table: Table, row: Row, faults: Faults) -> Entry | None:
    """A row as an entry; one with an unknown kind is kept without, so that what names it is not
    at fault as well."""
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
    check_spellings(row, (*NAMES, ABBREVIATIONS), tuple(MEMBERSHIP_COLUMNS), faults)
    if not named:
        return None
    return Entry(
        path=_path(table, identifier),
        kind=kind or "",
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
        (prop, _path(table, target))
        for column, prop in MEMBERSHIP_COLUMNS.items()
        if column in table.columns
        for target in row.many(column)
    )


def _check_city_words(rows: list[Row], faults: Faults, editions: Path) -> None:
    """A municipality's identifier stands right behind the city's, as its editions do."""
    for row in rows:
        identifier = row[ID]
        if identifier == MUNICIPALITY or not SEGMENT.fullmatch(identifier):
            continue
        files = [editions / f"{identifier}.{suffix}" for suffix in ("txt", "toml")]
        if identifier in CITY_WORDS or any(map(is_there, files)):
            faults.add(
                row.number,
                ID,
                Message(
                    f"識別子「{identifier}」は版の名か，ほかの役目に使う語と重なります。",
                    f"{identifier} is the name of an edition, or a word that is used otherwise.",
                ),
                Message(
                    "別の識別子（例: municipality）にしてください。",
                    "Choose another identifier, such as municipality.",
                ),
            )


def _check_districts(folder: Path, things: Things, told: list[Problem], data_root: Path) -> list[Problem]:
    """A municipality whose districts are known in number has so many; told in the last row.
    Where the table has rows with faults of their own, those are told instead."""
    path = folder / "districts.csv"
    name = path.relative_to(data_root.parent).as_posix()
    codes = {thing.entry.code for thing in things.values()} & set(DISTRICTS)
    if not codes or any(problem.file == name for problem in told):
        return []
    rows = [thing.row.number for thing in things.values() if thing.entry.kind == "District"]
    (code, *_) = codes
    if len(rows) == DISTRICTS[code]:
        return []
    what = Message(
        f"団体コード{code}の市の地区は{DISTRICTS[code]}ですが，{len(rows)}行あります。",
        f"Municipality {code} has {DISTRICTS[code]} districts, but there are {len(rows)} rows.",
    )
    remedy = Message(
        "欠けた行を戻すか，余分な行を消してください。", "Put the missing row back, or delete the surplus one."
    )
    return [Problem(name, max(rows, default=None), ID if rows else None, what, remedy)]
