"""Tables to take away: CSV that a Japanese Excel opens rightly, and a spreadsheet with the choice and
the rights in it. The same table gives the same bytes; nothing in it is ever a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter

from kgapp.excel import harmless

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8; header=present"
_NO_TIME = datetime(1980, 1, 1)
"""In place of the time of making, which would make every file another."""
_WIDEST = 60
_LONGEST_TAB = 31
"""Characters in the name of a sheet (a limit of the format)."""


@dataclass(frozen=True)
class Sheet:
    """A table with its name, a note above it, its heading and its rows; ``frozen`` columns stay in
    view."""

    name: str
    note: str
    heading: Sequence[str]
    rows: Sequence[Sequence[str | int]]
    frozen: int = 1


def as_csv(heading: Sequence[str], rows: Sequence[Sequence[str | int]]) -> bytes:
    """UTF-8 with a byte order mark, lines ended by CRLF (RFC 4180)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    for row in [heading, *rows]:
        writer.writerow([harmless(value) if isinstance(value, str) else value for value in row])
    return out.getvalue().encode("utf-8-sig")


def as_workbook(sheets: Sequence[Sheet]) -> bytes:
    """A workbook: each sheet with its note, a frozen heading and a filter."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": _NO_TIME})
        wrapped = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1})
        heading.set_bg_color("#E8F1FE")
        for sheet in sheets:
            page = book.add_worksheet(sheet.name[:_LONGEST_TAB])
            page.set_landscape()
            page.set_paper(8)  # A3
            page.fit_to_pages(1, 0)
            page.write_string(0, 0, sheet.note)
            page.freeze_panes(2, sheet.frozen)
            page.repeat_rows(1)
            for place, value in enumerate(sheet.heading):
                page.write_string(1, place, value, heading)
                page.set_column(place, place, _width(sheet, place))
            for number, row in enumerate(sheet.rows, start=2):
                for place, cell in enumerate(row):
                    if isinstance(cell, int):
                        page.write_number(number, place, cell, wrapped)
                    else:
                        page.write_string(number, place, cell, wrapped)
            if sheet.rows:
                page.autofilter(1, 0, len(sheet.rows) + 1, len(sheet.heading) - 1)
    return out.getvalue()


def _width(sheet: Sheet, place: int) -> int:
    """A width in characters that most of a column's content fits."""
    texts = [sheet.heading[place], *(str(row[place]) for row in sheet.rows)]
    lengths = sorted(len(line) for text in texts for line in text.split("\n"))
    return min(_WIDEST, max(10, 2 * lengths[len(lengths) * 9 // 10]))
