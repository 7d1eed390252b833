"""Reads a CSV file that people edit in a spreadsheet: rows by heading, faults by row and column.

UTF-8 with or without a byte-order mark. What the cells mean is decided by the callers. Where the
table as a whole is not what it should be (its separator, its heading) that is told once, in row 1
or without a row, and no row is read.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kgapp.errors import Message
from kgapp.sources.faults import NAMED, Faults, Place
from kgapp.sources.files import BOUNDS, TAKE_OUT, UNFIT, read_utf8, unfit

CELL = 131_072
"""The most characters that a cell may have."""
LINES = 100_000
"""The most lines that a table may have."""
BROKEN_RECORDS = 20
"""After so many records that are no CSV the rest of the file is not read."""
SEPARATORS = {
    ";": ("セミコロン", "semicolons"),
    "\t": ("タブ", "tabs"),
    "，": ("全角コンマ", "full-width commas"),
    "、": ("読点", "ideographic commas"),
    "|": ("縦棒", "bars"),
}
BARS = "｜￨│∣"
"""Bars that look like the one that separates the values of a cell."""
SEP_LINE = re.compile(r'"?sep=.?"?[,;\s]*', re.IGNORECASE)


@dataclass(frozen=True)
class Row:
    """One record: its row in the spreadsheet (the heading is row 1) and its cells."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def many(self, column: str) -> tuple[str, ...]:
        """The parts of a cell that holds several values, separated by ``|``. Other bars and line
        breaks part them too, so that reading goes on where the register tells of them."""
        parts = re.split(f"[|{BARS}\\r\\n]", self[column])
        return tuple(part.strip() for part in parts if part.strip())


Records = list[tuple[int, list[str]]]


def read_table(
    path: Path, faults: Faults, columns: tuple[str, ...], spoilt: list[str] | None = None
) -> list[Row]:
    """The table's rows; ``columns`` are the headings that it must have, in any order. ``spoilt``
    takes the first words of records that are told and not read: where they are identifiers, what
    names them is not at fault as well."""
    text = read_utf8(path, faults)
    if text is None:
        return []
    if (lines := text.count("\n")) > LINES:
        faults.add(None, None, *_too_many(lines))
        return []
    if text.startswith("\ufeff"):
        faults.add(
            1,
            None,
            Message("先頭にBOMが二つ以上あります。", "The file begins with more than one byte-order mark."),
            Message(
                "表計算ソフトで「CSV UTF-8（コンマ区切り）」として保存し直してください。",
                "Save it again as “CSV UTF-8 (comma delimited)”.",
            ),
        )
        return []
    spoilt = [] if spoilt is None else spoilt
    records = _records(text, faults, spoilt)
    if not any(cell.strip() for _, record in records for cell in record):
        if not faults.problems:
            faults.add(None, None, Message("表が空です。", "The table is empty."), _begin_with(columns))
        return []
    if records[0][0] != 1:
        return []
    heading = [name.strip() for name in records[0][1]]
    if what := unfit("".join(heading)):
        faults.add(1, None, what, TAKE_OUT)
        return []
    while heading and not heading[-1]:
        heading.pop()
    if not _check_heading(heading, records, columns, faults):
        return []
    return list(_rows(records[1:], heading, faults, spoilt))


def _too_many(lines: int) -> tuple[Message, Message]:
    return (
        Message(
            f"行が多すぎます（{lines:,}行，上限は{LINES:,}行）。",
            f"There are too many lines ({lines:,}; the bound is {LINES:,}).",
        ),
        Message(
            "空の行を消すか，別のファイルを置いていないか確かめてください。",
            "Delete blank lines, or see whether it is the right file.",
        ),
    )


def _begin_with(columns: tuple[str, ...]) -> Message:
    return Message(
        f"1行目に見出し行「{','.join(columns)}」を置いてください。",
        f"Begin with the heading row {','.join(columns)}.",
    )


def _records(text: str, faults: Faults, spoilt: list[str]) -> Records:
    """The records with their rows. One that is no CSV is told, and reading goes on in the line
    behind it, so that an open quotation mark does not hide the rows that follow."""
    lines = io.StringIO(text, newline="").readlines()
    records: Records = []
    broken: list[tuple[int, Message]] = []
    limit = csv.field_size_limit(BOUNDS[".csv"])
    try:
        start, row = 0, 0
        while start < len(lines) and len(broken) < BROKEN_RECORDS:
            reader = csv.reader(lines[start:], strict=True)
            done = 0
            try:
                for record in reader:
                    row += 1
                    done = reader.line_num
                    records.append((row, record))
                start = len(lines)
            except csv.Error as error:
                row += 1
                broken.append((row, _why(error, over_lines=reader.line_num > done + 1)))
                spoilt.append(lines[start + done].split(",")[0].strip())
                start += done + 1
    finally:
        csv.field_size_limit(limit)
    faults.add_alike(
        (
            (row, None, Message(f"CSVとして読めません: {why.ja}", f"This is not a CSV table: {why.en}"))
            for row, why in broken
        ),
        Message(
            'この行の引用符「"」の対応を確かめてください。', "Check that quotation marks pair in this row."
        ),
    )
    if len(broken) == BROKEN_RECORDS:
        faults.add(
            None,
            None,
            Message(
                "読めない行が多いので，続きを読みません。",
                "So many rows are no CSV that the rest is not read.",
            ),
            Message(
                "上の行を直すか，表計算ソフトで「CSV UTF-8（コンマ区切り）」として保存し直してください。",
                "Mend the rows above, or save it again as “CSV UTF-8 (comma delimited)”.",
            ),
        )
    return records


def _why(error: csv.Error, over_lines: bool) -> Message:
    """A quotation mark that stays open runs over lines, to the next one or to the file's end."""
    if over_lines or str(error) == "unexpected end of data":
        return Message("引用符が閉じていません。", "a quotation mark is not closed.")
    if "expected after" in str(error):
        return Message(
            "閉じた引用符の後にコンマがありません。", "a closing quotation mark is not followed by a comma."
        )
    return Message(str(error), str(error))


def _check_heading(heading: list[str], records: Records, columns: tuple[str, ...], faults: Faults) -> bool:
    """Whether the rows can be read by this heading; what is wrong with it is one problem."""
    missing = [name for name in columns if name not in heading]
    doubled = sorted(name for name, count in Counter(heading).items() if name and count > 1)
    unknown = [name for name in dict.fromkeys(heading) if name not in columns][:NAMED]
    if not (missing or doubled or unknown):
        return True
    if missing and (told := _not_the_heading(records, columns)):
        faults.add(1, None, *told)
        return False
    ja, en = [], []
    if missing:
        ja.append(f"列「{'」「'.join(missing)}」がありません。")
        en.append(f"Missing columns: {', '.join(missing)}.")
    if doubled:
        ja.append(f"列「{'」「'.join(doubled)}」が二度あります。")
        en.append(f"Columns that are there twice: {', '.join(doubled)}.")
    if unknown:
        shown = [name or "（見出しが空）" for name in unknown]
        ja.append(f"列「{'」「'.join(shown)}」は知らない列です。")
        en.append(f"Unknown columns: {', '.join(name or '(without a heading)' for name in unknown)}.")
    faults.add(
        1,
        (missing + doubled + unknown)[0] or None,
        Message("".join(ja), " ".join(en)),
        Message(
            f"見出し行を直してください。使える列: {', '.join(columns)}",
            f"Mend the heading row. Columns are: {', '.join(columns)}",
        ),
    )
    return not (missing or doubled)


def _not_the_heading(records: Records, columns: tuple[str, ...]) -> tuple[Message, Message] | None:
    """What to say where row 1 holds something else, or its words are separated otherwise."""
    first = records[0][1]
    if SEP_LINE.fullmatch(",".join(first)):
        return (
            Message("1行目が sep= の行です。", "Row 1 is a sep= line."),
            Message(
                "この行を消し，1行目を見出し行にしてください。", "Delete it, so that the heading is row 1."
            ),
        )
    for row, record in records[1:6]:
        if set(columns) <= {cell.strip() for cell in record}:
            blank = not any(cell.strip() for cell in first)
            return (
                Message(
                    f"{'1行目が空です。' if blank else ''}見出し行が1行目ではなく{row}行目にあります。",
                    f"{'Row 1 is blank. ' if blank else ''}The heading is in row {row}, not in row 1.",
                ),
                Message("見出し行の前の行を消してください。", "Delete what stands before the heading row."),
            )
    _, line = next((number, record) for number, record in records if any(cell.strip() for cell in record))
    for sign, (ja, en) in SEPARATORS.items():
        names = {name.strip().strip('"') for name in ",".join(line).split(sign)}
        if len(names & set(columns)) > max(1, len({cell.strip() for cell in line} & set(columns))):
            return (
                Message(
                    f"コンマではなく{ja}で区切られています。", f"Cells are separated by {en}, not by commas."
                ),
                Message(
                    "表計算ソフトで「CSV UTF-8（コンマ区切り）」として保存し直してください。",
                    "Save it again as “CSV UTF-8 (comma delimited)”.",
                ),
            )
    return None


def _rows(records: Records, heading: list[str], faults: Faults, spoilt: list[str]) -> Iterator[Row]:
    """The rows that are not blank. Empty cells behind the last column are a spreadsheet's habit."""
    misfits: list[Place] = []
    unfits: list[Place] = []
    long: list[Place] = []
    for number, cells in records:
        record = list(cells)
        while len(record) > len(heading) and not record[-1].strip():
            record.pop()
        if not any(cell.strip() for cell in record):
            continue
        if len(record) != len(heading):
            misfits.append((number, None, _misfit(record, heading)))
            spoilt.append(record[0].strip())
            continue
        row: dict[str, str] = {}
        for name, cell in zip(heading, record, strict=True):
            if len(cell) > CELL:
                long.append((number, name, _long(cell)))
            if what := unfit(cell):
                unfits.append((number, name, what))
            row[name] = UNFIT.sub("", cell).strip()
        yield Row(number, row)
    faults.add_alike(
        misfits,
        Message(
            "コンマや引用符が抜けていないか確かめてください。", "Look for a missing comma or quotation mark."
        ),
    )
    faults.add_alike(unfits, TAKE_OUT)
    faults.add_alike(
        long,
        Message(
            "引用符が抜けていないか確かめ，短くしてください。",
            "Look for a missing quotation mark; shorten it.",
        ),
    )


def _misfit(record: list[str], heading: list[str]) -> Message:
    return Message(
        f"セルが{len(record)}個あります（見出しは{len(heading)}列）。",
        f"{len(record)} cells for {len(heading)} columns.",
    )


def _long(cell: str) -> Message:
    return Message(
        f"セルが長すぎます（{len(cell):,}字，上限は{CELL:,}字）。",
        f"The cell is too long ({len(cell):,} characters; the bound is {CELL:,}).",
    )
