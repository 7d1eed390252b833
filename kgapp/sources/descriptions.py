"""Reads an edition's description (``<edition>.toml``): what the text beside it is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from kgapp.errors import Message
from kgapp.model import Description
from kgapp.sources.faults import Faults
from kgapp.sources.files import UNFIT, is_there, read_utf8, unfit

REQUIRED = ("title", "date", "session", "source", "sha256")
OPTIONAL = ("title_en", "session_en", "source_en")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?")
AT_LINE = re.compile(r"\(at line ([0-9]+), column [0-9]+\)")


def read_description(path: Path, city: str, edition: str, faults: Faults) -> Description | None:
    """The description of an edition; ``None`` after its problems are noted."""
    if not is_there(path):
        faults.add(
            None,
            None,
            Message("説明のファイルがありません。", "The description is missing."),
            Message(
                f"{', '.join(REQUIRED)} を記した .toml を本文の隣に置いてください。",
                f"Put a .toml with {', '.join(REQUIRED)} beside the text.",
            ),
        )
        return None
    content = read_utf8(path, faults)
    if content is None:
        return None
    try:
        table = tomllib.loads(content)
    except (ValueError, RecursionError) as error:
        line = AT_LINE.search(str(error))
        faults.add(
            int(line[1]) if line else None,
            None,
            Message(f"TOMLとして読めません: {error}", f"This is not TOML: {error}"),
            Message("引用符と「=」を確かめてください。", "Check quotation marks and “=”."),
        )
        return None
    values = _checked(table, faults)
    if faults.problems:
        return None
    return Description(
        city=city,
        edition=edition,
        title=values["title"],
        date=values["date"],
        session=values["session"],
        origin=values["source"],
        sha256=values["sha256"].lower(),
        title_en=values.get("title_en"),
        session_en=values.get("session_en"),
        origin_en=values.get("source_en"),
        unknown_keys=tuple(sorted(set(table) - {*REQUIRED, *OPTIONAL})),
    )


def _checked(table: Mapping[str, object], faults: Faults) -> dict[str, str]:
    """The description's values as text; missing and malformed keys are problems."""
    values: dict[str, str] = {}
    for key, value in table.items():
        if what := unfit(f"{key}{value}"):
            faults.add(None, UNFIT.sub("", key), what, _NO_ESCAPES)
    for key in (*REQUIRED, *OPTIONAL):
        value = table.get(key)
        if not (value is None or isinstance(value, str) or (key == "date" and type(value) is date)):
            faults.add(None, key, *_no_text(key, value))
            continue
        if value is None or not str(value).strip():
            if key in REQUIRED:
                faults.add(
                    None,
                    key,
                    Message(f"「{key}」がありません。", f"{key} is missing."),
                    Message(f'{key} = "…" を書き足してください。', f'Add {key} = "…".'),
                )
            continue
        values[key] = UNFIT.sub("", str(value)).strip()
    if "date" in values and not _is_date(values["date"]):
        faults.add(
            None,
            "date",
            Message(
                "日付は 2020-02 または 2020-02-14 の形で書きます。",
                "A date is written 2020-02 or 2020-02-14.",
            ),
            Message("date を直してください。", "Mend date."),
        )
    if "sha256" in values and not re.fullmatch(r"[0-9a-fA-F]{64}", values["sha256"]):
        faults.add(
            None,
            "sha256",
            Message("sha256は16進64桁です。", "sha256 has 64 hexadecimal digits."),
            Message("本文のsha256を計算し直してください。", "Compute the text's sha256 again."),
        )
    return values


_NO_ESCAPES = Message(
    "この文字（\\u0000 などの書き方も）を消してください。",
    "Take these characters out, also as escapes like \\u0000.",
)
_KINDS: dict[type, tuple[str, str]] = {
    bool: ("真偽値", "a boolean"),
    int: ("整数", "an integer"),
    float: ("小数", "a float"),
    list: ("配列", "an array"),
    dict: ("表", "a table"),
}


def _no_text(key: str, value: object) -> tuple[Message, Message]:
    ja, en = _KINDS.get(type(value), ("日時", "a date or time"))
    return (
        Message(f"「{key}」が文字列ではなく{ja}です。", f"{key} is {en}, not a string."),
        Message(
            f'{key} = "…" の形で，引用符で囲んで書いてください。',
            f'Write it in quotation marks: {key} = "…".',
        ),
    )


def _is_date(value: str) -> bool:
    """2020-02 or 2020-02-14, and there is such a day."""
    if not DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value if len(value) > 7 else f"{value}-01")
    except ValueError:
        return False
    return True
