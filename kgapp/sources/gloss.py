"""Reads an edition's unofficial English: a gloss for each theme and statement."""

from __future__ import annotations

from pathlib import Path

from kgapp.errors import Message, Problem
from kgapp.model import Paper
from kgapp.sources.faults import Faults, Place
from kgapp.sources.files import is_there
from kgapp.sources.tables import read_table

NOTATION, GLOSS = "番号", "参考訳"


def read_gloss(path: Path, paper: Paper, data_root: Path) -> tuple[dict[str, str], list[Problem]]:
    """Glosses by notation (``5-direction-1``, ``theme-5``); a missing file gives none."""
    faults = Faults(path.relative_to(data_root.parent).as_posix())
    known = {s.notation for s in paper.statements} | {f"theme-{t.number}" for t in paper.themes}
    glosses: dict[str, str] = {}
    misplaced: list[Place] = []
    for row in read_table(path, faults, (NOTATION, GLOSS)) if is_there(path) else []:
        notation = row[NOTATION]
        if notation not in known or notation in glosses:
            what = Message(
                f"「{notation}」は資料にないか，二度あります。",
                f"{notation!r} is not in the paper, or is there twice.",
            )
            misplaced.append((row.number, NOTATION, what))
        elif not row[GLOSS]:
            faults.add(
                row.number,
                GLOSS,
                Message("参考訳が空です。", "The gloss is empty."),
                Message("訳すか，行を消してください。", "Translate it or delete the row."),
            )
        else:
            glosses[notation] = row[GLOSS]
    faults.add_alike(
        misplaced,
        Message(
            "記述の番号（例: 5-direction-1）を書いてください。",
            "Give a statement's notation such as 5-direction-1.",
        ),
    )
    return glosses, faults.problems
