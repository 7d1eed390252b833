"""Tokens that name one triple of one version of the dataset: short, the same every time, checked.

A token is 24 signs of Crockford's base 32 in groups of four: six bytes of the dataset's digest, eight
of the SHA-256 of the triple's canonical N-Triples, one that tells a slip of the pen.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

import pyoxigraph as ox

from kgapp.errors import KgappError, Message

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""No i, l, o and u: they are read as other signs, or spell words."""
READ_AS = str.maketrans({"i": "1", "l": "1", "o": "0", "-": None, " ": None, "\u3000": None})
VERSION, TRIPLE, CHECK = 6, 8, 1
"""Bytes of each part."""
SIGNS = (VERSION + TRIPLE + CHECK) * 8 // 5
GROUP = 4
LONGEST = 200
"""Characters of a text that is read as a token."""


class BadToken(KgappError):
    """What was given is no token, or was copied with a mistake."""

    status = 400

    def __init__(self) -> None:
        super().__init__(
            Message(
                "これは記録の照会番号ではありません。写し間違いがあるかもしれません。",
                "This is no token of a record. It may have been copied with a mistake.",
            ),
            Message(
                f"英数字{SIGNS}字（4字ずつ-で区切る）です。もう一度写してください。",
                f"It has {SIGNS} letters and digits, in fours with hyphens between. Copy it again.",
            ),
        )


@dataclass(frozen=True)
class Token:
    """What a token says: the first hexadecimal digits of a dataset's digest, and a triple's key."""

    version: str
    triple: bytes

    def __str__(self) -> str:
        payload = bytes.fromhex(self.version) + self.triple
        number = int.from_bytes(payload + _check(payload), "big")
        signs = "".join(ALPHABET[number >> shift & 31] for shift in range(5 * SIGNS - 5, -1, -5))
        return "-".join(signs[start : start + GROUP] for start in range(0, SIGNS, GROUP))


def canonical(triple: ox.Triple) -> str:
    """A triple's line in canonical N-Triples (RDF 1.2 N-Triples, 4), without the line's end."""
    return f"{triple} ."


def key_of(triple: ox.Triple) -> bytes:
    """What a token holds of a triple."""
    return hashlib.sha256(canonical(triple).encode()).digest()[:TRIPLE]


def token_of(triple: ox.Triple, digest: str) -> Token:
    """The token of a triple in the dataset with this digest."""
    return Token(digest[: 2 * VERSION], key_of(triple))


def read_token(text: str) -> Token:
    """The token that a person gives, in any case, with or without hyphens; raises BadToken."""
    signs = text[:LONGEST].strip().lower().translate(READ_AS)
    if not re.fullmatch(f"[{ALPHABET}]{{{SIGNS}}}", signs):
        raise BadToken
    number = 0
    for sign in signs:
        number = number << 5 | ALPHABET.index(sign)
    data = number.to_bytes(VERSION + TRIPLE + CHECK, "big")
    payload = data[:-CHECK]
    if data[-CHECK:] != _check(payload):
        raise BadToken
    return Token(payload[:VERSION].hex(), payload[VERSION:])


def _check(payload: bytes) -> bytes:
    return hashlib.sha256(payload).digest()[:CHECK]
