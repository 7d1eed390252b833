"""Reads what somebody typed: words that must all be there, quoted words as they stand, filters."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kgapp.search.folding import folded, is_kana

LONGEST = 200
"""Characters of a query that are read; what is longer is no search for words."""
MOST_TERMS = 8
_PART = re.compile(r'["＂“”„]([^"＂“”„]*)["＂“”„]?|([^\s"＂“”„]+)')


@dataclass(frozen=True)
class Term:
    """A word to be found: as it was typed, folded, and whether it stood in quotes, so that only the
    word itself is looked for."""

    typed: str
    words: str
    quoted: bool = False

    @property
    def kana(self) -> bool:
        """Whether it may be a reading."""
        return all(map(is_kana, self.words))


@dataclass(frozen=True)
class Query:
    """What is looked for: terms that must all be there, and whether more was typed than is read."""

    typed: str
    terms: tuple[Term, ...]
    cut: bool = False

    @property
    def whole(self) -> str:
        """All terms as one name, folded: アドバンス ケア is how some type アドバンス・ケア."""
        return folded(" ".join(term.words for term in self.terms))


def read(typed: str) -> Query:
    """The query of what somebody typed; no sign but the quotes means anything."""
    visible = "".join(char for char in typed[:LONGEST] if char.isprintable() or char.isspace())
    terms: dict[str, Term] = {}
    cut = len(typed) > LONGEST
    for quoted, plain in _PART.findall(visible):
        words = folded(quoted or plain)
        if not words:
            continue
        if len(terms) == MOST_TERMS and words not in terms:
            cut = True
            break
        terms.setdefault(words, Term((quoted or plain).strip(), words, bool(quoted)))
    return Query(visible.strip(), tuple(terms.values()), cut)


@dataclass(frozen=True)
class Filters:
    """What results are narrowed to: a kind, and the keys (``gather.key_of``) of a theme, a section,
    an actor, a district; empty where any will do."""

    kind: str = ""
    theme: str = ""
    section: str = ""
    actor: str = ""
    district: str = ""

    def links(self) -> dict[str, str]:
        """The link that each filter asks for: relation and key."""
        keys = {relation: self.key(name) for name, relation in RELATIONS.items()}
        return {relation: key for relation, key in keys.items() if key}

    def key(self, name: str) -> str:
        """What the filter of this name is set to."""
        return str(getattr(self, name))


RELATIONS = {"theme": "inTheme", "section": "inSection", "actor": "involves", "district": "coversDistrict"}
"""The property of the vocabulary by which each filter narrows."""
