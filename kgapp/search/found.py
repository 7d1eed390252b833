"""What a search finds: hits with their words marked, grouped by kind, and how they may be narrowed."""

from __future__ import annotations

from dataclasses import dataclass

from kgapp.search.gather import Kind, Role, Words
from kgapp.search.terms import Filters, Query


@dataclass(frozen=True)
class Marked:
    """Words of a thing, and the stretches of them that were looked for, in code points."""

    words: Words
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Hit:
    """A thing that was found, with all its words marked; its key is ``gather.key_of``."""

    iri: str
    key: str
    kind: Kind
    words: tuple[Marked, ...]
    links: dict[str, str]
    """Of a passage: the keys of its theme and its section, by relation."""
    link_names: dict[str, tuple[Words, ...]]
    """What these are called."""

    def of(self, *roles: Role, language: str = "") -> tuple[Marked, ...]:
        """Its words of these roles, in a language where one is given."""
        return tuple(
            marked
            for marked in self.words
            if marked.words.role in roles and (not language or marked.words.language == language)
        )


@dataclass(frozen=True)
class Group:
    """The results of one kind: how many there are, at least so many where ``more``, and some of them."""

    kind: Kind
    total: int
    more: bool
    hits: tuple[Hit, ...]


@dataclass(frozen=True)
class Choice:
    """A value that results can be narrowed to, its name, and how many passages it would leave."""

    key: str
    names: tuple[Words, ...]
    count: int


@dataclass(frozen=True)
class Found:
    """What a search found, and under which names it looked."""

    query: Query
    filters: Filters
    groups: tuple[Group, ...]
    choices: dict[str, tuple[Choice, ...]]
    """By the name of a filter."""
    chosen: dict[str, tuple[Words, ...]]
    """What is chosen in each filter is called; empty where there is no such thing here."""
    names: tuple[Hit, ...]
    """The things whose other names were looked for too."""
    readings: dict[str, tuple[str, ...]]
    """By a term in kana, the words that it is a reading of and that were looked for too."""

    @property
    def total(self) -> int:
        return sum(group.total for group in self.groups)
