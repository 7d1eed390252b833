"""How parts of names are read, as far as the readings of whole names tell.

A register says that 藤沢市社会福祉協議会 is read ふじさわししゃかいふくしきょうぎかい, and so of many names.
Laid beside each other they tell how each of their characters is read where it stands: kana read
themselves, and what the other characters take is estimated by expectation-maximization over all
names (Dempster, Laird and Rubin 1977). So 社協 is read しゃきょう and 地域 ちいき, and no dictionary is
needed but the data.
"""

from __future__ import annotations

import time
import unicodedata
from collections import defaultdict
from collections.abc import Iterator

from kgapp.search.folding import folded, is_kana
from kgapp.search.gather import Role, Thing

MOST = 5000
"""Different names that are looked at: more would tell little that is new."""
LONGEST_READING = 5
"""Kana that one character is read as, at most."""
LONGEST_WORD = 8
LEARNT_FROM = 400
"""Names that readings are estimated from; the others are read by what these taught."""
ROUNDS = 5
SINO_JAPANESE = frozenset("いうつちくきん")
"""What a reading from Chinese may end in, after a mora."""
UNUSUAL = 0.05
"""How likely a reading of another form is taken to be before anything is known."""

Aligned = tuple[tuple[str, str], ...]
"""The characters of a name, each with the kana that it is read as."""


class Readings:
    """Learns from names and their readings, and tells how aliases and parts of names are read."""

    def __init__(self) -> None:
        self._pairs: dict[tuple[str, str], None] = {}
        self._aliases: list[tuple[int, str, tuple[str, str]]] = []
        self._aligned: dict[tuple[str, str], Aligned] | None = None

    def learn(self, number: int, thing: Thing) -> None:
        """Takes a thing's Japanese name with its reading; its aliases are to be read like it."""
        names = [folded(w.text) for w in thing.words if w.role is Role.NAME and w.language == "ja"]
        readings = [folded(w.text).replace(" ", "") for w in thing.words if w.role is Role.READING]
        if len(names) != 1 or len(readings) != 1:
            return
        pair = (names[0], readings[0])
        if pair in self._pairs or len(self._pairs) < MOST:
            self._pairs[pair] = None
            aliases = [folded(w.text) for w in thing.words if w.role is Role.ALIAS and w.language == "ja"]
            self._aliases += [(number, alias, pair) for alias in aliases if not alias.isascii()]

    def of_aliases(self) -> Iterator[tuple[int, str]]:
        """Each alias made of characters of its thing's name, as (thing, reading)."""
        aligned = self._align()
        for number, alias, pair in self._aliases:
            if pair in aligned and (reading := _read_within(alias, aligned[pair])):
                yield number, reading

    def of_words(self) -> Iterator[tuple[str, str]]:
        """Parts of names that are words, as (reading, word): what stands between kana, or in two names."""
        names: dict[tuple[str, str], set[str]] = defaultdict(set)
        for (name, _), aligned in self._align().items():
            for start in range(len(aligned)):
                for end in range(start + 2, min(start + LONGEST_WORD, len(aligned)) + 1):
                    part = aligned[start:end]
                    if not _is_read(part[0][0]):
                        break
                    word, reading = ("".join(side) for side in zip(*part, strict=True))
                    if not word.isascii():
                        whole = _ends(aligned, start - 1) and _ends(aligned, end)
                        names[reading, word].update([name, "itself"] if whole else [name])
        return (found for found, stood_in in names.items() if len(stood_in) > 1)

    def _align(self) -> dict[tuple[str, str], Aligned]:
        if self._aligned is None:
            model = _Model()
            pairs = [pair for pair in self._pairs if any(map(_is_read, pair[0]))]
            for _ in range(ROUNDS):
                model.improve(pairs[:LEARNT_FROM])
            self._aligned = {pair: found for pair in pairs if (found := model.best(*pair))}
        return self._aligned


class _Model:
    """How likely a character is read as some kana."""

    def __init__(self) -> None:
        self._likely: dict[str, dict[str, float]] = {}

    def _weight(self, char: str, kana: str) -> float:
        if char == kana or is_kana(char):
            return float(char == kana)
        if not _is_read(char):
            return float(len(kana) <= 1)
        if not kana:
            return 0.0
        prior = 1.0 if _is_sino_japanese(kana) else UNUSUAL
        return prior if char not in self._likely else self._likely[char].get(kana, 0.0) + 1e-6 * prior

    def _steps(self, char: str, reading: str, at: int) -> Iterator[tuple[int, float]]:
        """Where the next character's reading may begin, and how likely."""
        for end in range(at, min(at + LONGEST_READING, len(reading)) + 1):
            if weight := self._weight(char, reading[at:end]):
                yield end, weight

    def improve(self, pairs: list[tuple[str, str]]) -> None:
        """One round: counts readings over all alignments, each as likely as it is now."""
        counts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for name, reading in pairs:
            time.sleep(0)  # as in ``index.write``
            ahead = self._ahead(name, reading)
            before = {0: 1.0}
            whole = ahead[0].get(0, 0.0)
            if not whole:
                continue
            for place, char in enumerate(name):
                after: dict[int, float] = defaultdict(float)
                for at, weight in before.items():
                    for end, step in self._steps(char, reading, at):
                        rest = ahead[place + 1].get(end, 0.0)
                        if rest:
                            after[end] += weight * step
                            if _is_read(char):
                                counts[char][reading[at:end]] += weight * step * rest / whole
                before = after
        self._likely = {
            char: {kana: count / sum(found.values()) for kana, count in found.items()}
            for char, found in counts.items()
        }

    def _ahead(self, name: str, reading: str) -> list[dict[int, float]]:
        """For each place of the name, how likely the rest of it is the rest of the reading."""
        ahead: list[dict[int, float]] = [{} for _ in name] + [{len(reading): 1.0}]
        for place in range(len(name) - 1, -1, -1):
            here = ahead[place]
            for end, rest in ahead[place + 1].items():
                for at in range(max(0, end - LONGEST_READING), end + 1):
                    if weight := self._weight(name[place], reading[at:end]):
                        here[at] = here.get(at, 0.0) + weight * rest
        return ahead

    def best(self, name: str, reading: str) -> Aligned:
        """The likeliest alignment; empty where there is none."""
        paths: dict[int, tuple[float, tuple[int, ...]]] = {0: (1.0, ())}
        for char in name:
            longer: dict[int, tuple[float, tuple[int, ...]]] = {}
            for at, (weight, ends) in paths.items():
                for end, step in self._steps(char, reading, at):
                    if weight * step > longer.get(end, (0.0, ()))[0]:
                        longer[end] = weight * step, (*ends, end)
            paths = longer
        _, ends = paths.get(len(reading), (0.0, ()))
        starts = (0, *ends)
        return tuple((char, reading[at:end]) for char, at, end in zip(name, starts, ends, strict=False))


def _is_read(char: str) -> bool:
    """Whether a folded character is read as other kana than itself."""
    return not is_kana(char) and unicodedata.category(char)[0] in "LN"


def _ends(aligned: Aligned, place: int) -> bool:
    """Whether a word ends before a place: the name does, or kana stand there."""
    return not 0 <= place < len(aligned) or not _is_read(aligned[place][0])


def _is_sino_japanese(kana: str) -> bool:
    """Whether a reading has the form of one from Chinese (folded: small kana are large)."""
    mora = 2 if kana[1:2] in "やゆよ" and kana[1:2] else 1
    return len(kana) == mora or (len(kana) == mora + 1 and kana[-1] in SINO_JAPANESE)


def _read_within(alias: str, aligned: Aligned) -> str:
    """The reading of an alias whose characters stand in a name in the same order; else empty."""
    read, at = [], 0
    for char in alias:
        while at < len(aligned) and aligned[at][0] != char:
            at += 1
        if at == len(aligned):
            return ""
        read.append(aligned[at][1])
        at += 1
    return "".join(read)
