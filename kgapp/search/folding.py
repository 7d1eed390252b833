"""Folds what is spelt in several ways into one spelling, and finds the way back to the original.

One are: full and half width (ＣＳＷ, CSW; ﾁｲｷ, チイキ), upper and lower case, katakana and hiragana, small
and large kana, marks of iteration and what they repeat (様々, 様様), Latin letters with and without
accents, and Japanese with or without spaces, middle dots (アドバンス・ケア) and long-vowel marks
(コーディネーター). Kanji and their readings are not one by folding: ``readings`` and the data's own names
join those. Characters are code points (Unicode 15, UAX 15; MODEL.md, "Taken from standards").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

KATAKANA = (0x30A1, 0x30F6)
TO_HIRAGANA = 0x60
LONG = "ー"
REPEATS = frozenset("々〻ゝゞ")
VOICED_REPEAT = "ゞ"
SMALL = str.maketrans("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ")
DOTS = frozenset("・·‧•")
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
VOICING = str.maketrans({"ﾞ": "\u3099", "゛": "\u3099", "ﾟ": "\u309a", "゜": "\u309a"})
VOICING_MARKS = frozenset("ﾞ゛ﾟ゜")
DROPPED = ("Cc", "Cf", "Cs", "Cn", "Mn")
"""Categories of what nobody sees or can type: controls, formats, lone surrogates, loose marks."""


@dataclass(frozen=True)
class Folded:
    """A folded text, and for each of its characters the stretch of the original that it stands for."""

    text: str
    spans: tuple[tuple[int, int], ...]

    def stretch(self, start: int, end: int) -> tuple[int, int]:
        """The stretch (start, end) of the original that folded characters stand for, not empty."""
        return self.spans[start][0], self.spans[end - 1][1]

    def occurrences(self, words: str) -> Iterator[tuple[int, int]]:
        """The stretches of the original whose folded form is ``words``, from left to right."""
        at = self.text.find(words) if words else -1
        while at >= 0:
            yield self.stretch(at, at + len(words))
            at = self.text.find(words, at + len(words))


def fold(text: str) -> Folded:
    """Folds a text and keeps the way back: what folds to nothing (a long-vowel mark, a dot) belongs
    to the character before it."""
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    space = -1
    for start, end in _clusters(text):
        for char in _plain(text[start:end]):
            if char == " ":
                space = start
                continue
            if char in DOTS or (char == LONG and characters and is_kana(characters[-1])):
                if characters and space < 0:
                    ends[-1] = end
                continue
            repeated = _repeated(char, characters)
            if space >= 0 and characters and _is_latin(characters[-1]) and _is_latin(repeated):
                characters.append(" ")
                starts.append(space)
                ends.append(start)
            space = -1
            characters.append(repeated)
            starts.append(start)
            ends.append(end)
    return Folded("".join(characters), tuple(zip(starts, ends, strict=True)))


def folded(text: str) -> str:
    """The folded text alone; folding it again changes nothing. The same as ``fold(text).text``, and
    quicker where no mark belongs to a character before it."""
    if _BELONGING.search(text) or not text.isprintable():
        return fold(text).text
    plain = _SPACES.sub(" ", text.translate(_TABLE))
    return _LONG.sub("", _LOOSE_SPACE.sub("", plain))


def is_kana(char: str) -> bool:
    """Whether a folded character is a kana."""
    return "ぁ" <= char <= "ゖ" or char == LONG


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Characters with the marks that follow and belong to them (か and ゙, ﾊ and ﾟ)."""
    start = 0
    for at in range(1, len(text)):
        char = text[at]
        if char not in VOICING_MARKS and (char < "\u0300" or not unicodedata.combining(char)):
            yield start, at
            start = at
    if text:
        yield start, len(text)


@lru_cache(maxsize=65_536)
def _plain(cluster: str) -> str:
    """A cluster in one width, case and kind of kana; spaces of every kind are one."""
    wide = unicodedata.normalize("NFKC", cluster.translate(DASHES).translate(VOICING))
    cased = unicodedata.normalize("NFKC", wide.casefold()).casefold()
    return "".join(map(_letter, cased.translate(DASHES)))


class _Table(dict[int, str]):
    """Each code point's plain form, found when it is first met."""

    def __missing__(self, code: int) -> str:
        plain = "".join(char for char in _plain(chr(code)) if char not in DOTS)
        self[code] = plain
        return plain


_TABLE = _Table()
_BELONGING = re.compile("[\u0300-\u036f\u3099\u309a々〻ゝゞヽヾﾞ゛ﾟ゜]")
_SPACES = re.compile(" +")
_LOOSE_SPACE = re.compile("(?<![a-z0-9]) | (?![a-z0-9])")
_LONG = re.compile("(?<=[ぁ-ゖ])ー+|(?<=ー)ー+")


def _letter(char: str) -> str:
    if char.isspace():
        return " "
    code = ord(char)
    if KATAKANA[0] <= code <= KATAKANA[1] or char in "ヽヾ":
        char = chr(code - TO_HIRAGANA)
    if unicodedata.category(char) in DROPPED:
        return ""
    if "ぁ" <= char <= "ゞ":
        return char.translate(SMALL)
    parts = unicodedata.normalize("NFD", char)
    base = "".join(part for part in parts if unicodedata.category(part) != "Mn")
    return base if base != parts else char


def _repeated(char: str, before: list[str]) -> str:
    """What a mark of iteration repeats; at the beginning the mark itself."""
    last = before[-1] if before else ""
    if char not in REPEATS or last.isascii() or last == LONG:
        return char
    if char == VOICED_REPEAT:
        return unicodedata.normalize("NFC", f"{last}\u3099")[0]
    return last


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()
