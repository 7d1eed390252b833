"""Reads a source file's bytes and text: a regular file, of bearable size, in UTF-8, with no
character that an answer in XML could not carry. What the text means is decided by the callers.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from kgapp.errors import Message
from kgapp.sources.faults import Faults

UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What no document of XML 1.0 can hold (XML 1.0, 2.2); lone surrogates are no UTF-8 at all."""
STAND_IN = "\ufffd"
BOUNDS = {".txt": 2_000_000, ".toml": 100_000, ".csv": 20_000_000}
"""The most bytes that a file of each kind may have."""


def is_there(path: Path) -> bool:
    """Whether something stands under this name, be it a link that leads nowhere."""
    return os.path.lexists(path)


def read_bytes(path: Path, faults: Faults) -> bytes | None:
    """The bytes of a regular file within its bound, or ``None`` with a problem. A pipe or a
    device is not opened: reading it might never end."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            faults.add(
                None,
                None,
                Message("ふつうのファイルではありません。", "This is not a regular file."),
                Message(
                    "フォルダ・パイプ・装置などを取り除き，ファイルそのものを置いてください。",
                    "Remove the folder, pipe or device, and put the file itself there.",
                ),
            )
            return None
        bound = BOUNDS[path.suffix]
        if status.st_size > bound:
            faults.add(None, None, *_too_large(status.st_size, bound))
            return None
        return path.read_bytes()
    except OSError as error:
        faults.add(
            None,
            None,
            Message(f"読めません: {error.strerror}", f"This cannot be read: {error.strerror}"),
            Message(
                "ファイルの権限とリンクの先を確かめてください。",
                "Check the file's permissions and, for a link, where it leads.",
            ),
        )
        return None


def _too_large(size: int, bound: int) -> tuple[Message, Message]:
    return (
        Message(
            f"大きすぎます（{size:,}バイト，上限は{bound:,}バイト）。",
            f"This is too large ({size:,} bytes; the bound is {bound:,}).",
        ),
        Message(
            "別のファイルを置いていないか確かめ，分けるか余分を除いてください。",
            "See whether it is the right file; divide it or take out what is superfluous.",
        ),
    )


def read_utf8(path: Path, faults: Faults) -> str | None:
    """The file's text, or ``None`` with a problem that names the encoding it seems to have."""
    data = read_bytes(path, faults)
    return None if data is None else decode(data, path, faults, "utf-8-sig")


def decode(data: bytes, path: Path, faults: Faults, encoding: str = "utf-8") -> str | None:
    """The bytes as text; the remedy is that of the file's kind."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        guess = _guess_encoding(data)
        line = data.count(b"\n", 0, error.start) + 1
        faults.add(
            None,
            None,
            Message(
                f"UTF-8で読めません（{line}行目，{error.start}バイト目）。{guess}",
                f"This is not UTF-8 (line {line}, at byte {error.start}). {guess}".strip(),
            ),
            _SAVE_AGAIN[path.suffix],
        )
        return None


_SAVE_AGAIN = {
    ".csv": Message(
        "表計算ソフトで「CSV UTF-8（コンマ区切り）」として保存し直してください。",
        "Save it again as “CSV UTF-8 (comma delimited)”.",
    ),
    ".txt": Message(
        "テキストエディタで文字コードをUTF-8にして保存し直し，説明（.toml）のsha256も直してください。",
        "Save it again in a text editor with the encoding UTF-8, and mend sha256 in the description (.toml).",
    ),
    ".toml": Message(
        "テキストエディタで文字コードをUTF-8にして保存し直してください。",
        "Save it again in a text editor with the encoding UTF-8.",
    ),
}


def _guess_encoding(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "UTF-16?"
    try:
        data.decode("cp932")
    except UnicodeDecodeError:
        return ""
    return "Shift_JIS?"


def unfit(text: str) -> Message | None:
    """What to say of a text with characters that XML cannot carry; ``None`` where it has none."""
    found = UNFIT.findall(text)
    if not found:
        return None
    names = [f"U+{ord(char):04X}" for char in dict.fromkeys(found)]
    return Message(
        f"使えない文字があります（{'・'.join(names)}，{len(found)}字）。",
        f"There are characters that cannot be used ({', '.join(names)}; {len(found)} in all).",
    )


TAKE_OUT = Message(
    "見えない制御文字です。消してください（セルや行を打ち直すと消えます）。",
    "They are invisible control characters: take them out, for instance by typing the words again.",
)
