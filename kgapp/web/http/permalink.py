"""Permalinks: an address that itself holds a query, its graphs, the version that it was asked of and a
fingerprint of the answer it had then. Nothing is kept anywhere, so an address holds for ever, on every
server of these data.

``/q/<code>``: the code is base64url (RFC 4648, 5) without padding over

    format and flags (1 byte) · version (6, if flagged) · fingerprint (5) and size (varint) of the answer (if
    flagged) · raw DEFLATE (RFC 1951) of the graphs and the query in UTF-8 · CRC-32 of all before (3)

One flag says that every line ends in CR LF, as browsers send what was typed into a form; one that
conclusions are left out (``graphs=asserted``). DEFLATE begins with a dictionary that both sides know,
``permalink-1.txt``: prefixes, terms and the questions of the day it was frozen. It never changes;
another one would be another format.
"""

from __future__ import annotations

import re
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from dataclasses import dataclass, replace
from pathlib import Path

from kgapp.errors import Message, QueryRefused
from kgapp.web.http.fingerprint import DIGITS, Fingerprint
from kgapp.web.http.protocol import STATED

PATH = "/q"
LONGEST = 7000
"""Characters of a code: with host and path an address stays below the 8 kB that servers on the way take."""
VERSION = re.compile(r"[0-9a-f]{12}")
CODE = re.compile(r"[A-Za-z0-9_-]+")
GLUED = re.compile(r"\s+|[.,;:!?)>\]}」』）。、，]+$")
"""What mail programs and printed lines add to an address."""
_FORMAT, _HAS_VERSION, _HAS_ANSWER, _CRLF, _STATED = 1, 0x10, 0x20, 0x40, 0x80
_CHECK = 3
_DEFAULT, _NAMED = "+", "-"
_DICTIONARY = Path(__file__).with_name("permalink-1.txt").read_bytes()
_RAW = -zlib.MAX_WBITS


@dataclass(frozen=True)
class Permalink:
    """What an address holds."""

    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    version: str = ""
    """The first 12 hexadecimal digits of the dataset's digest; empty where that was not recorded."""
    answer: Fingerprint | None = None
    """Of the answer that it had then; nothing where that was not recorded."""
    stated: bool = False
    """Whether it is asked without what rules have concluded."""

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The question as the endpoint is asked it (SPARQL 1.1 Protocol, 2.1)."""
        return [
            ("query", self.text),
            *(("default-graph-uri", iri) for iri in self.default_graphs),
            *(("named-graph-uri", iri) for iri in self.named_graphs),
            *([("graphs", STATED)] if self.stated else []),
        ]


def write_code(link: Permalink) -> str:
    """The code of a permalink; raises QueryRefused (413) for one that no address can hold, and (400)
    for graphs that are no IRIs."""
    flags = _FORMAT | (_STATED if link.stated else 0)
    head = b""
    if link.version:
        flags |= _HAS_VERSION
        head += bytes.fromhex(link.version)
    if link.answer:
        flags |= _HAS_ANSWER
        head += bytes.fromhex(link.answer.digest) + _varint(link.answer.size)
    if _is_of_a_form(link.text):
        flags |= _CRLF
        link = replace(link, text=link.text.replace("\r\n", "\n"))
    packer = zlib.compressobj(9, zlib.DEFLATED, _RAW, 9, zdict=_DICTIONARY)
    packed = packer.compress(_content(link)) + packer.flush()
    body = bytes([flags]) + head + packed
    code = urlsafe_b64encode(body + _check(body)).rstrip(b"=").decode()
    if len(code) > LONGEST:
        raise _too_long(len(code))
    return code


def read_code(given: str, most: int) -> Permalink:
    """The permalink that a code holds, its query at most so many bytes long; raises QueryRefused (404)
    for a code that is damaged, (413) for a query that is longer."""
    code = tidied(given)
    if not CODE.fullmatch(code) or len(code) > LONGEST:
        raise _damaged()
    try:
        data = urlsafe_b64decode(code + "=" * (-len(code) % 4))
    except (Error, ValueError) as error:
        raise _damaged() from error
    body, check = data[:-_CHECK], data[-_CHECK:]
    # A letter at the end that says more than its bytes would give one content two addresses.
    if len(body) < 2 or _check(body) != check or urlsafe_b64encode(data).rstrip(b"=").decode() != code:
        raise _damaged()
    if body[0] & 0x0F != _FORMAT:
        raise _unknown_format()
    try:
        return _read(body, most)
    except (ValueError, IndexError, zlib.error) as error:
        raise _damaged() from error


def tidied(code: str) -> str:
    """A code without what mail programs and printed lines add to it."""
    return GLUED.sub("", code[: 2 * LONGEST])


def _read(body: bytes, most: int) -> Permalink:
    flags, rest = body[0], body[1:]
    version, answer = "", None
    if flags & _HAS_VERSION:
        version, rest = rest[:6].hex(), rest[6:]
    if flags & _HAS_ANSWER:
        digest, rest = rest[: DIGITS // 2].hex(), rest[DIGITS // 2 :]
        size, rest = _read_varint(rest)
        answer = Fingerprint(digest, size)
    unpacker = zlib.decompressobj(_RAW, zdict=_DICTIONARY)
    # The bound is on what comes out: a small code may stand for gigabytes.
    content = unpacker.decompress(rest, most + 1)
    if len(content) > most:
        raise _too_large(most)
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError("no whole stream")
    graphs, _, text = ("\n" + content.decode()).partition("\n\n")
    lines = graphs.split("\n")[1:]
    if any(line[:1] not in (_DEFAULT, _NAMED) for line in lines):
        raise ValueError("no graphs")
    default = tuple(line[1:] for line in lines if line[0] == _DEFAULT)
    named = tuple(line[1:] for line in lines if line[0] == _NAMED)
    if flags & _CRLF:
        text = text.replace("\n", "\r\n")
    return Permalink(text, default, named, version, answer, bool(flags & _STATED))


def _is_of_a_form(text: str) -> bool:
    """Whether every line ends in CR LF, and no CR stands elsewhere."""
    return "\r" in text and text.count("\r\n") == text.count("\n") == text.count("\r")


def _content(link: Permalink) -> bytes:
    lines = [_DEFAULT + iri for iri in link.default_graphs] + [_NAMED + iri for iri in link.named_graphs]
    if any("\n" in line for line in lines):
        raise QueryRefused(
            Message("グラフの名前がIRIではありません。", "The name of a graph is no IRI."),
            Message("改行を除いてください。", "Take the line break out of it."),
        )
    return ("\n".join([*lines, "\n"]) if lines else "\n").encode() + link.text.encode()


def _check(body: bytes) -> bytes:
    return zlib.crc32(body).to_bytes(4, "big")[1:]


def _varint(number: int) -> bytes:
    """Seven bits a byte, the lowest first (LEB128)."""
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*found, number])


def _read_varint(data: bytes) -> tuple[int, bytes]:
    number = 0
    for place in range(5):
        number |= (data[place] & 0x7F) << 7 * place
        if data[place] < 0x80:
            return number, data[place + 1 :]
    raise ValueError("no number")


def _damaged() -> QueryRefused:
    return QueryRefused(
        Message("この番地は途中で欠けたか，書き変わっています。", "This address is cut short or altered."),
        Message(
            "引用元からもう一度，/q/ の後ろを最後の文字まで写してください。",
            "Copy it again from where it is cited, all that follows /q/ to the last letter.",
        ),
        status=404,
    )


def _unknown_format() -> QueryRefused:
    return QueryRefused(
        Message(
            "この番地の書き方をこのプログラムは知りません。", "This address is written in a way unknown here."
        ),
        Message(
            "より新しい版のプログラムが作った番地かもしれません。",
            "A newer version of the program may have made it.",
        ),
        status=404,
    )


def _too_large(most: int) -> QueryRefused:
    size = most // 1024
    return QueryRefused(
        Message(
            f"この番地の問い合わせは長すぎます（query_length: {size} KiBまで）。",
            f"The query in this address is longer than query_length: {size} KiB.",
        ),
        Message("上限の大きいサーバーで開いてください。", "Open it at a server with a larger limit."),
        status=413,
        limit="query_length",
    )


def _too_long(length: int) -> QueryRefused:
    return QueryRefused(
        Message(
            f"この問い合わせは番地に入りません（{length:,}字になります。{LONGEST:,}字まで）。",
            f"This query fits no address: it would take {length:,} characters of at most {LONGEST:,}.",
        ),
        Message(
            "問い合わせをファイルとして論文の付録などに置き，データセットの版を添えて引用してください。"
            "実行は /sparql へのPOSTでできます。",
            "Deposit the query as a file, in a supplement for instance, and cite it with the version of the "
            "dataset; it can be run by POST at /sparql.",
        ),
        status=413,
    )
