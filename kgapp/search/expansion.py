"""What else a word is called: other names of the things that it names, words that are read like it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field

from kgapp.search.terms import Query, Term

MOST_THINGS = 64
MOST_NAMES = 12
MOST_WORDS = 8
LONGEST_ABBREVIATION = 8


@dataclass(frozen=True)
class Named:
    """Things of the register that a word names, and what else they are called, folded."""

    things: tuple[int, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Expanded:
    """A query with what each of its terms, and the whole as one name, is called otherwise."""

    query: Query
    named: dict[str, Named] = field(default_factory=dict)
    """By the folded word or the whole."""
    spelt: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By a folded word in kana: the words that are read so."""

    def alternatives(self, words: str) -> tuple[str, ...]:
        """Everything that may stand for a word, the word itself first; nothing that holds another."""
        others = (*self.named.get(words, Named()).names, *self.spelt.get(words, ()))
        shortest: list[str] = [words]
        for other in sorted(set(others), key=lambda other: (len(other), other)):
            # Texts are in Japanese, and so are names, but for abbreviations.
            foreign = other.isascii() and len(other) > LONGEST_ABBREVIATION
            if not foreign and not any(shorter in other for shorter in shortest):
                shortest.append(other)
        return tuple(shortest)

    def all_words(self) -> tuple[str, ...]:
        """Everything to be marked where it stands, the longest first."""
        words = {term.words for term in self.query.terms}
        for named in self.named.values():
            words.update(named.names)
        words.update(*self.spelt.values())
        return tuple(sorted(words, key=lambda word: (-len(word), word)))

    @property
    def things(self) -> tuple[int, ...]:
        """The things that the query, or a word of it, names."""
        return tuple(dict.fromkeys(thing for named in self.named.values() for thing in named.things))


def expand(reader: sqlite3.Connection, query: Query) -> Expanded:
    """Looks up what a query's words are called otherwise. Quoted words stand for themselves."""
    named: dict[str, Named] = {}
    spelt: dict[str, tuple[str, ...]] = {}
    free = [term for term in query.terms if not term.quoted]
    for words in _distinct(free, query):
        if (found := _named(reader, words)).things:
            named[words] = found
    for term in free:
        if term.kana and (read_so := _spelt(reader, term.words)):
            spelt[term.words] = read_so
    return Expanded(query, named, spelt)


def _distinct(free: list[Term], query: Query) -> Iterable[str]:
    whole = [query.whole] if len(free) == len(query.terms) > 1 else []
    return dict.fromkeys([*(term.words for term in free), *whole])


def _named(reader: sqlite3.Connection, words: str) -> Named:
    asked = "SELECT DISTINCT thing FROM name WHERE folded = ? AND registered AND role <> 'notation' LIMIT ?"
    things = [row[0] for row in reader.execute(asked, [words, MOST_THINGS])]
    if not things:
        return Named()
    asked = (
        "SELECT folded FROM name WHERE thing IN (SELECT value FROM json_each(?)) "
        "AND role IN ('name', 'alias') AND folded <> ? "
        "GROUP BY folded ORDER BY count(*) DESC, min(rowid) LIMIT ?"
    )
    rows = reader.execute(asked, [json.dumps(things), words, MOST_NAMES])
    return Named(tuple(things), tuple(row[0] for row in rows if row[0]))


def _spelt(reader: sqlite3.Connection, words: str) -> tuple[str, ...]:
    asked = "SELECT word FROM spelling WHERE reading = ? ORDER BY length(word) DESC, word LIMIT ?"
    return tuple(row[0] for row in reader.execute(asked, [words, MOST_WORDS]))
