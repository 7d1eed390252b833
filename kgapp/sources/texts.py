"""Finds the editions under ``data/source/`` and reads each one's text and description.

The text is data: read byte for byte, checked against its declared checksum, never changed.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kgapp.errors import Message, Problem
from kgapp.model import Description
from kgapp.sources.tables import Faults, read_utf8
from kgapp.vocab import SEGMENT

REQUIRED = ("title", "date", "session", "source", "sha256")
OPTIONAL = ("title_en", "session_en", "source_en")
MONTH = re.compile(r"\d{4}-\d{2}")


@dataclass(frozen=True)
class EditionFiles:
    """Where one edition's files are: data/<kind>/<city>/<edition>.<suffix>."""

    data: Path
    city: str
    edition: str

    @property
    def text(self) -> Path:
        return self.data / "source" / self.city / f"{self.edition}.txt"

    @property
    def description(self) -> Path:
        return self.text.with_suffix(".toml")

    @property
    def claims(self) -> Path:
        return self.data / "claims" / self.city / f"{self.edition}.csv"

    @property
    def review(self) -> Path:
        return self.data / "claims" / self.city / f"{self.edition}-review.csv"

    @property
    def gloss(self) -> Path:
        return self.data / "gloss" / self.city / f"{self.edition}.csv"

    @property
    def register(self) -> Path:
        return self.data / "register" / self.city

    def name(self, path: Path) -> str:
        """A file's name as messages show it: from ``data/`` on."""
        return path.relative_to(self.data.parent).as_posix()


def find_editions(data: Path) -> tuple[list[EditionFiles], list[Problem]]:
    """Every edition that has a text or a description, by city and edition."""
    folder = data / "source"
    found = sorted(
        {path.with_suffix("") for suffix in ("txt", "toml") for path in folder.glob(f"*/*.{suffix}")}
    )
    problems: list[Problem] = []
    editions = []
    for stem in found:
        files = EditionFiles(data, stem.parent.name, stem.name)
        if SEGMENT.fullmatch(files.city) and SEGMENT.fullmatch(files.edition):
            editions.append(files)
        else:
            problems.append(_bad_name(files))
    if not found:
        problems.append(
            Problem(
                "data/source",
                None,
                None,
                Message("資料がひとつもありません。", "There is no edition at all."),
                Message(
                    "data/source/<市>/<版>.txt と .toml を置いてください。",
                    "Put data/source/<city>/<edition>.txt and .toml there.",
                ),
            )
        )
    return editions, problems


def _bad_name(files: EditionFiles) -> Problem:
    return Problem(
        files.name(files.text),
        None,
        None,
        Message(
            "市と版の名は英小文字・数字・ハイフンだけで付けます。",
            "City and edition are named with a–z, 0–9 and hyphens only.",
        ),
        Message("例: data/source/fujisawa/2020-02.txt", "For example data/source/fujisawa/2020-02.txt"),
    )


def read_text(files: EditionFiles) -> tuple[Description | None, str | None, list[Problem]]:
    """An edition's description and text; what is wrong with either is a problem."""
    faults = Faults(files.name(files.description))
    description = _read_description(files, faults)
    text_faults = Faults(files.name(files.text))
    text: str | None = None
    if not files.text.exists():
        text_faults.add(
            None,
            None,
            Message("本文のファイルがありません。", "The text is missing."),
            Message(
                "説明（.toml）と同じ名の .txt を置いてください。",
                "Put the .txt beside the description of the same name.",
            ),
        )
    else:
        text = _read_body(files, description, text_faults)
    return description, text, faults.problems + text_faults.problems


def _read_body(files: EditionFiles, description: Description | None, faults: Faults) -> str | None:
    data = files.text.read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        read_utf8(files.text, faults)
        return None
    if not text.strip():
        faults.add(
            None,
            None,
            Message("本文が空です。", "The text is empty."),
            Message("抽出したテキストを置いてください。", "Put the extracted text there."),
        )
    digest = hashlib.sha256(data).hexdigest()
    if description and description.sha256 != digest:
        faults.add(
            None,
            "sha256",
            Message(
                f"本文のsha256（{digest}）が説明のもの（{description.sha256}）と違います。",
                f"The text's sha256 is {digest}, its description says {description.sha256}.",
            ),
            Message(
                "本文を元に戻すか，正しい本文なら説明のsha256を直してください。",
                "Restore the text or, if the text is right, mend sha256 in the description.",
            ),
        )
    return text


def _read_description(files: EditionFiles, faults: Faults) -> Description | None:
    if not files.description.exists():
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
    content = read_utf8(files.description, faults)
    if content is None:
        return None
    try:
        table = tomllib.loads(content)
    except (ValueError, RecursionError) as error:
        faults.add(
            None,
            None,
            Message(f"TOMLとして読めません: {error}", f"This is not TOML: {error}"),
            Message("引用符と「=」を確かめてください。", "Check quotation marks and “=”."),
        )
        return None
    values = _checked(table, faults)
    if faults.problems:
        return None
    return Description(
        city=files.city,
        edition=files.edition,
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
    for key in (*REQUIRED, *OPTIONAL):
        value = table.get(key)
        if value is None or not str(value).strip():
            if key in REQUIRED:
                faults.add(
                    None,
                    key,
                    Message(f"「{key}」がありません。", f"{key} is missing."),
                    Message(f'{key} = "…" を書き足してください。', f'Add {key} = "…".'),
                )
            continue
        values[key] = str(value).strip()
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


def _is_date(value: str) -> bool:
    """2020-02 or 2020-02-14, and there is such a day."""
    try:
        date.fromisoformat(f"{value}-01" if MONTH.fullmatch(value) else value)
    except ValueError:
        return False
    return True
