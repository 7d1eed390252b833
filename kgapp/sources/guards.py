"""Reads a register's guards: words that hold a name without naming it (高齢者救急医療)."""

from __future__ import annotations

from pathlib import Path

from kgapp.errors import Message, Problem
from kgapp.model import Entry
from kgapp.sources.between import fold
from kgapp.sources.faults import Faults
from kgapp.sources.files import is_there
from kgapp.sources.spellings import check_spellings
from kgapp.sources.tables import Row, read_table

GUARDS = "guards.csv"
PHRASE, REASON = "語", "理由"


def read_guards(
    path: Path, entries: dict[str, Entry], data_root: Path
) -> tuple[tuple[str, ...], list[Problem]]:
    """The guards of a city with these entries; a missing file gives none."""
    if not is_there(path):
        return (), []
    faults = Faults(path.relative_to(data_root.parent).as_posix())
    rows = read_table(path, faults, (PHRASE, REASON))
    owners = {fold(name): entry for entry in entries.values() for name in _sought(entry)}
    seen: dict[str, int] = {}
    for row in rows:
        for column in (PHRASE, REASON):
            if not row[column]:
                faults.add(
                    row.number,
                    column,
                    Message(f"「{column}」が空です。", f"{column} is empty."),
                    Message("書き入れるか，行を消してください。", "Fill it in or delete the row."),
                )
        check_spellings(row, (PHRASE,), (), faults)
        if row[PHRASE]:
            _check_phrase(row, owners, seen, faults)
    return tuple(row[PHRASE] for row in rows if row[PHRASE]), faults.problems


def _sought(entry: Entry) -> tuple[str, ...]:
    """The names that texts are searched for: a district's with 地区, a municipality's never."""
    if entry.kind == "Municipality":
        return ()
    return tuple(name for name in entry.names if entry.kind != "District" or name.endswith("地区"))


def _check_phrase(row: Row, owners: dict[str, Entry], seen: dict[str, int], faults: Faults) -> None:
    phrase = row[PHRASE]
    owner = owners.get(fold(phrase))
    earlier = seen.setdefault(fold(phrase), row.number)
    if owner is not None:
        faults.add(
            row.number,
            PHRASE,
            Message(
                f"「{phrase}」は「{owner.label_ja}」（{owner.path}）の名前そのもので，除く語になりません。",
                f"{phrase} is itself a name of {owner.label_en} ({owner.path}), so it guards nothing.",
            ),
            Message(
                "名前を含む，より長い語を書くか，この行を消してください。名前でないなら登録簿の名前から外してください。",
                "Give a longer phrase that holds the name, or delete the row; if it is no name, take it out "
                "of the register's names.",
            ),
        )
    elif earlier != row.number:
        faults.add(
            row.number,
            PHRASE,
            Message(f"同じ語が{earlier}行目にもあります。", f"Row {earlier} has the same phrase."),
            Message("どちらかの行を消してください。", "Delete one of the two."),
        )
