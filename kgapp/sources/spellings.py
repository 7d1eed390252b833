"""Checks how a register's names are spelt: what a spreadsheet shows and a text never matches."""

from __future__ import annotations

import unicodedata

from kgapp.errors import Message
from kgapp.sources.faults import Faults
from kgapp.sources.tables import BARS, Row

UNSEEN = ("Cc", "Cf", "Zl", "Zp")
"""Categories of characters that no name holds: line breaks, tabs, invisible signs."""


def check_spellings(row: Row, names: tuple[str, ...], links: tuple[str, ...], faults: Faults) -> None:
    """Names on one line, separated by a half-width bar, spelt so that a text can match them."""
    for column in (*names, *links):
        cell = row[column]
        unseen = sorted({char for char in cell if unicodedata.category(char) in UNSEEN})
        if unseen:
            shown = ", ".join(_SEEN.get(char, f"U+{ord(char):04X}") for char in unseen)
            faults.add(
                row.number,
                column,
                Message(
                    f"セルに改行または見えない文字があります（{shown}）。",
                    f"The cell has a line break or an invisible character ({shown}).",
                ),
                Message(
                    "一行にしてください。いくつか書くときは半角の | で区切ります。",
                    "Write it on one line; several values are separated by a half-width |.",
                ),
            )
        elif bar := next((char for char in cell if char in BARS), None):
            faults.add(
                row.number,
                column,
                Message(
                    f"全角などの縦棒「{bar}」があり，区切りになりません。",
                    f"The bar {bar} (U+{ord(bar):04X}) does not separate values.",
                ),
                Message("半角の | で区切ってください。", "Separate them by a half-width |."),
            )
    _check_width(row, faults)


_SEEN = {"\n": "LF", "\r": "CR", "\t": "TAB"}


def _check_width(row: Row, faults: Faults) -> None:
    """A name whose characters change in number when width is folded (ﾃﾞ, ㈱, か with a separate
    voicing mark) is matched as it is spelt only; its plain spelling must stand beside it."""
    names = {name for column in ("名称", "別名", "略称") for name in row.many(column)}
    for column in ("名称", "別名", "略称"):
        for name in row.many(column):
            plain = unicodedata.normalize("NFKC", name)
            if plain == _folded_singly(name) or plain in names:
                continue
            faults.add(
                row.number,
                column,
                Message(
                    f"「{name}」の半角カナや組文字は，本文の「{plain}」と合いません。",
                    f"Half-width kana or compatibility forms: {name} does not match {plain} in a text.",
                ),
                Message(
                    f"「{plain}」と書くか，別名に「{plain}」も加えてください。",
                    f"Write {plain}, or add {plain} as another alias.",
                ),
            )


def _folded_singly(name: str) -> str:
    """Width folded character by character where that keeps the length, as texts are searched."""
    folded = [unicodedata.normalize("NFKC", char) for char in name]
    return "".join(new if len(new) == 1 else char for new, char in zip(folded, name, strict=True))
