"""What the terms of a query are called, for those who read about it."""

from __future__ import annotations

from kgapp.emptiness.inventory import Inventory
from kgapp.emptiness.nearest import local_name
from kgapp.errors import Message

LONGEST = 60
"""Characters of a name."""
MOST = 40
"""Things of one page whose names are asked for."""


class TermNames:
    """Names by IRI: the vocabulary's, then those of things, then the end of the IRI."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._known: dict[str, Message] = {}
        self._asked = 0

    def term(self, iri: str) -> Message:
        """A name to stand in a sentence, in both languages."""
        name = self.name(iri)
        return Message(f"「{name.ja}」", f"“{name.en}”")

    def name(self, iri: str) -> Message:
        """The name in both languages; the end of the IRI where none is recorded."""
        if iri not in self._known:
            self._known[iri] = self._found(iri) or Message(local_name(iri), local_name(iri))
        return self._known[iri]

    def recorded(self, iri: str) -> Message | None:
        """The name, where it is another than the end of the IRI."""
        name = self.name(iri)
        return None if name.ja == name.en == local_name(iri) else name

    def _found(self, iri: str) -> Message | None:
        own = self._inventory.labels.get(iri)
        if not own and self._asked < MOST:
            self._asked += 1
            own = self._inventory.names_of(iri)
        if not own:
            return None
        every = next(iter(own.values()))
        ja = own.get("ja") or own.get("") or own.get("en") or every
        en = own.get("en") or own.get("") or own.get("ja") or every
        return Message(_short(ja), _short(en))


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
