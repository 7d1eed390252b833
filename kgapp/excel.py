"""CSV as a spreadsheet opens it rightly: UTF-8 with a byte order mark, and nothing in it a formula."""

from __future__ import annotations

import codecs
import csv
import io
import re

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""With these a spreadsheet may take text in a CSV file for a formula."""
NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def for_spreadsheets(body: bytes) -> bytes:
    """The CSV of an answer (SPARQL 1.1 Query Results CSV) for a spreadsheet; numbers stay numbers."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    csv.field_size_limit(max(len(body), csv.field_size_limit()))
    for row in csv.reader(io.StringIO(body.decode(), newline="")):
        writer.writerow([value if NUMBER.fullmatch(value) else harmless(value) for value in row])
    # Where answers are made no file can be opened, and so no codec be loaded.
    return codecs.BOM_UTF8 + out.getvalue().encode()
