"""Tables of an edition as CSV that a spreadsheet opens rightly, each made by an annotated query file,
with their description (CSV on the Web: Metadata Vocabulary for Tabular Data).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from kgapp.errors import Message
from kgapp.queryfile import BadQueryFile, QueryFile
from kgapp.question import Source
from kgapp.rights import DATASET_RIGHTS, DISCLAIMER, LICENSE

METADATA = "csv-metadata.json"
"""Where a reader of CSVW looks for it beside any table (Tabular Data Model, 5.4)."""
BOM = "\ufeff"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet takes for a formula; a Japanese one takes the wide signs too."""
GUARD = "'"
GUARD_NOTE = {
    "ja": "表計算ソフトが数式と読む文字（=, +, -, @ など）で始まるセルには，前に ' を付けてある。",
    "en": "A cell that a spreadsheet would take for a formula (=, +, -, @ …) has a ' before it.",
}


def table(query: QueryFile, source: Source) -> bytes:
    """A query's answer as CSV: in UTF-8 with a mark of it, lines ended by CRLF, Japanese headings.
    Raises BadQueryFile where it does not answer with the columns that it declares."""
    results = query.run(source)
    names = [column.name for column in query.table]
    if not isinstance(results, ox.QuerySolutions) or query.columns(results) != names:
        raise BadQueryFile(
            Message(
                f"{query.name}.rq の列が，答えの変数と合いません。",
                f"The columns of {query.name}.rq are not the variables of its answer.",
            ),
            Message("columns と SELECT をそろえてください。", "Make columns and SELECT agree."),
        )
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(column.label.ja for column in query.table)
    for row in results:
        writer.writerow(_cell(row[column.name]) for column in query.table)
    return (BOM + text.getvalue()).encode()


def metadata(tables: Mapping[str, QueryFile], title: Mapping[str, str]) -> bytes:
    """What the tables are and what their columns mean; ``tables`` by their files' names."""
    rights = {lang: f"{DATASET_RIGHTS[lang]} {DISCLAIMER[lang]} {GUARD_NOTE[lang]}" for lang in title}
    content = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "ja"}],
        "dc:title": _in_languages(title),
        "dc:rights": _in_languages(rights),
        "dc:license": {"@id": str(LICENSE)},
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\r\n", "\n"]},
        "tables": [_table(name, query) for name, query in tables.items()],
    }
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def _table(name: str, query: QueryFile) -> dict[str, Any]:
    return {
        "url": name,
        "dc:title": _in_languages({"ja": query.title.ja, "en": query.title.en}),
        "dc:description": _in_languages({"ja": query.summary.ja, "en": query.summary.en}),
        "tableSchema": {
            "columns": [
                {
                    "name": column.name,
                    "titles": [column.label.ja, column.label.en],
                    "datatype": column.datatype,
                }
                for column in query.table
            ]
        },
    }


def _in_languages(words: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@value": text, "@language": language} for language, text in words.items()]


def _cell(term: Any) -> str:
    if term is None:
        return ""
    if isinstance(term, ox.Literal) and _is_number(term):
        return term.value
    text: str = term.value
    return GUARD + text if text.startswith(FORMULA) else text


def _is_number(term: ox.Literal) -> bool:
    return term.datatype.value.rpartition("#")[2] in ("integer", "decimal", "double")
