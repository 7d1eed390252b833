"""Finds the editions under ``data/source/`` and reads each one's text and description.

The text is data: read byte for byte, checked against its declared checksum, never changed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from kgapp.errors import Message, Problem
from kgapp.model import Description
from kgapp.sources.between import CITY_WORDS, MUNICIPALITY
from kgapp.sources.descriptions import read_description
from kgapp.sources.faults import Faults
from kgapp.sources.files import STAND_IN, TAKE_OUT, UNFIT, decode, is_there, read_bytes, unfit
from kgapp.vocab import SEGMENT

LINES = 20_000
"""The most lines that a paper may have."""
TOP_WORDS = ("fy", "year", "month", "day", "graph", "dataset", "whole", "catalogue", "service")
"""What stands first in an IRI or a folder of a build: no city may have such a name."""
EDITION_WORDS = (*CITY_WORDS, MUNICIPALITY, "source", "dataset")
REVIEW, READERS = "-review", "-readers"


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
        return self.data / "claims" / self.city / f"{self.edition}{REVIEW}.csv"

    @property
    def readers(self) -> Path:
        return self.data / "claims" / self.city / f"{self.edition}{READERS}.csv"

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
        if not (SEGMENT.fullmatch(files.city) and SEGMENT.fullmatch(files.edition)):
            problems.append(_bad_name(files))
        elif files.city in TOP_WORDS:
            problems.append(_reserved(files, files.city, TOP_WORDS))
        elif files.edition in EDITION_WORDS or files.edition.endswith((REVIEW, READERS)):
            problems.append(_reserved(files, files.edition, (*EDITION_WORDS, f"…{REVIEW}", f"…{READERS}")))
        else:
            editions.append(files)
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


def _reserved(files: EditionFiles, name: str, words: tuple[str, ...]) -> Problem:
    return Problem(
        files.name(files.text if is_there(files.text) else files.description),
        None,
        None,
        Message(
            f"「{name}」は識別子やファイルの名でほかの役目に使う語で，市や版の名にできません。",
            f"{name!r} is a word that IRIs or files use otherwise; no city or edition can have that name.",
        ),
        Message(
            f"市や版のファイルの名を変えてください（使えない名: {', '.join(words)}）。",
            f"Rename the city's folder or the edition's files (not to be used: {', '.join(words)}).",
        ),
    )


def read_text(files: EditionFiles) -> tuple[Description | None, str | None, list[Problem]]:
    """An edition's description and text; what is wrong with either is a problem."""
    faults = Faults(files.name(files.description))
    description = read_description(files.description, files.city, files.edition, faults)
    text_faults = Faults(files.name(files.text))
    text: str | None = None
    if not is_there(files.text):
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
    data = read_bytes(files.text, faults)
    text = None if data is None else decode(data, files.text, faults)
    if data is None or text is None:
        return None
    if (lines := text.count("\n") + 1) > LINES:
        faults.add(
            None,
            None,
            Message(
                f"行が多すぎます（{lines:,}行，上限は{LINES:,}行）。",
                f"There are too many lines ({lines:,}; the bound is {LINES:,}).",
            ),
            Message(
                "一つの資料の本文だけを置いてください。", "Put the text of one paper there, and nothing else."
            ),
        )
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
    return _without_unfit(text, faults)


def _without_unfit(text: str, faults: Faults) -> str:
    """The text for reading on, each character that XML cannot carry replaced by a stand-in; each
    line that has one is a problem."""
    if not UNFIT.search(text):
        return text
    lines = [(row, line, unfit(line)) for row, line in enumerate(text.split("\n"), start=1)]
    found = [(row, line, what) for row, line, what in lines if what]
    pages = {row for row, line, _ in found if set(UNFIT.findall(line)) == {"\f"}}
    faults.add_alike(((row, None, what) for row, _, what in found if row not in pages), TAKE_OUT)
    faults.add_alike(((row, None, what) for row, _, what in found if row in pages), PAGE_BREAK)
    return UNFIT.sub(STAND_IN, text)


PAGE_BREAK = Message(
    "改ページの印（U+000C）です。空行に替え（pdftotextなら -nopgbrk を付けて取り出し），"
    "説明のsha256も直してください。",
    "It is a page break (U+000C). Put a blank line in its place (with pdftotext, extract with -nopgbrk), "
    "and mend sha256 in the description.",
)
