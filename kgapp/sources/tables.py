"""Reads a CSV file that people edit in a spreadsheet: rows by heading, faults by row and column.

UTF-8 with or without a byte-order mark. What the cells mean is decided by the callers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kgapp.errors import Message, Problem


@dataclass(frozen=True)
class Row:
    """One record: its row in the spreadsheet (the heading is row 1) and its cells."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def many(self, column: str) -> tuple[str, ...]:
        """The parts of a cell that holds several values, separated by ``|``."""
        return tuple(part.strip() for part in self[column].split("|") if part.strip())


@dataclass
class Faults:
    """Collects the problems of one file."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def add(self, row: int | None, column: str | None, what: Message, remedy: Message) -> None:
        """One more problem of this file."""
        self.problems.append(Problem(self.file, row, column, what, remedy))


def read_utf8(path: Path, faults: Faults) -> str | None:
    """The file's text, or ``None`` with a problem that names the encoding it seems to have."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        guess = _guess_encoding(data)
        faults.add(
            None,
            None,
            Message(
                f"UTF-8で読めません（{error.start}バイト目）。{guess}",
                f"This is not UTF-8 (at byte {error.start}). {guess}".strip(),
            ),
            Message(
                "表計算ソフトで「CSV UTF-8（コンマ区切り）」として保存し直してください。",
                "Save it again as “CSV UTF-8 (comma delimited)”.",
            ),
        )
        return None


def _guess_encoding(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "UTF-16?"
    try:
        data.decode("cp932")
    except UnicodeDecodeError:
        return ""
    return "Shift_JIS?"


def read_table(path: Path, faults: Faults, columns: tuple[str, ...]) -> list[Row]:
    """The table's rows; ``columns`` are the headings that it must have, in any order."""
    text = read_utf8(path, faults)
    if text is None:
        return []
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        faults.add(
            None,
            None,
            Message(f"CSVとして読めません: {error}", f"This is not a CSV table: {error}"),
            Message('引用符「"」の対応を確かめてください。', "Check that quotation marks pair."),
        )
        return []
    if not records:
        faults.add(
            None,
            None,
            Message("表が空です。", "The table is empty."),
            Message(
                f"見出し行「{','.join(columns)}」を置いてください。",
                f"Begin with the heading row {','.join(columns)}.",
            ),
        )
        return []
    heading = [name.strip() for name in records[0]]
    _check_heading(heading, columns, faults)
    return list(_rows(records[1:], heading, faults))


def _check_heading(heading: list[str], columns: tuple[str, ...], faults: Faults) -> None:
    for name in columns:
        if name not in heading:
            faults.add(
                1,
                name,
                Message(f"列「{name}」がありません。", f"The column {name} is missing."),
                Message("見出し行に列を戻してください。", "Put the column back into the heading row."),
            )
    for name in sorted({name for name in heading if heading.count(name) > 1 or name not in columns}):
        faults.add(
            1,
            name,
            Message(
                f"列「{name}」は知らない列か，二度あります。",
                f"The column {name!r} is unknown or there twice.",
            ),
            Message(f"使える列: {', '.join(columns)}", f"Columns are: {', '.join(columns)}"),
        )


def _rows(records: list[list[str]], heading: list[str], faults: Faults) -> Iterator[Row]:
    for number, record in enumerate(records, start=2):
        if not any(cell.strip() for cell in record):
            continue
        if len(record) != len(heading):
            faults.add(
                number,
                None,
                Message(
                    f"セルが{len(record)}個あります（見出しは{len(heading)}列）。",
                    f"{len(record)} cells for {len(heading)} columns.",
                ),
                Message(
                    "コンマや引用符が抜けていないか確かめてください。",
                    "Look for a missing comma or quotation mark.",
                ),
            )
            continue
        yield Row(number, {name: cell.strip() for name, cell in zip(heading, record, strict=True)})
