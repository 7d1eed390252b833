"""Reads how the readers of an edition agreed: counts by relation, written down when they had read.

Their own lists were not kept; what can be computed from the claims is not in this table.
"""

from __future__ import annotations

from pathlib import Path

from kgapp.errors import Message, Problem
from kgapp.model import Counted
from kgapp.sources.faults import Faults
from kgapp.sources.files import is_there
from kgapp.sources.relations import RELATIONS
from kgapp.sources.tables import Row, read_table

RELATION = "関係"
FIRST, SECOND, BOTH = "読み手A", "読み手B", "両方"
ASKED, AGREED = "第三の読み手に尋ねた数", "うち支持"
COUNTS = (FIRST, SECOND, BOTH, ASKED, AGREED)


def read_readers(path: Path, data_root: Path) -> tuple[dict[str, Counted], list[Problem]]:
    """Counts by relation's local name; a missing file gives none."""
    faults = Faults(path.relative_to(data_root.parent).as_posix())
    counted: dict[str, Counted] = {}
    for row in read_table(path, faults, (RELATION, *COUNTS)) if is_there(path) else []:
        relation = row[RELATION]
        if relation not in RELATIONS or relation in counted:
            faults.add(
                row.number,
                RELATION,
                Message(
                    f"関係「{relation}」はないか，二度あります。",
                    f"There is no relation {relation!r}, or it is there twice.",
                ),
                Message("関係の名を一度だけ書いてください。", "Name each relation once."),
            )
        elif numbers := _numbers(row, faults):
            counted[relation] = numbers
    return counted, faults.problems


def _numbers(row: Row, faults: Faults) -> Counted | None:
    """The counts of a row; each that is none, or is more than what it is part of, is a fault."""
    good = True
    for column in COUNTS:
        if not (row[column].isascii() and row[column].isdigit() and len(row[column]) < 10):
            good = False
            faults.add(
                row.number,
                column,
                Message(f"「{row[column]}」は数ではありません。", f"{row[column]!r} is no count."),
                Message("0以上の整数を半角で書いてください。", "Write a whole number from 0 up."),
            )
    if not good:
        return None
    first, second, both, asked, agreed = (int(row[column]) for column in COUNTS)
    for part, whole, column in ((both, min(first, second), BOTH), (agreed, asked, AGREED)):
        if part > whole:
            good = False
            faults.add(
                row.number,
                column,
                Message(f"{part}は全体の{whole}より多いです。", f"{part} is more than the {whole} it is of."),
                Message("数を確かめてください。", "Check the counts."),
            )
    return Counted(first, second, both, asked, agreed) if good else None
