"""Asks a source within a budget: so many questions, so many seconds, and no more."""

from __future__ import annotations

import time
from collections.abc import Mapping

import pyoxigraph as ox

from kgapp.errors import Message, QueryRefused
from kgapp.question import Results, Source
from kgapp.question import Term as Value

MOST_ASKED = 40
"""Questions that one explanation may put."""
MOST_SECONDS = 4.0
"""Seconds after which no further question is put."""
LOOKED_UP = 40
"""Lists of terms (values, things, names) that one explanation may ask for beside these."""
COUNTED = 1001
"""Solutions up to which is counted: one more than is told exactly."""


class Asker:
    """A source and what is left of the budget. What is refused or no longer asked is unknown."""

    def __init__(self, source: Source, most: int = MOST_ASKED, seconds: float = MOST_SECONDS) -> None:
        self._source, self._most = source, most
        self._end = time.monotonic() + seconds
        self._known: dict[str, bool | None] = {}
        self._looked_up = 0
        self.asked = 0
        self.refused = 0
        self.spent = False
        """Whether something was not asked because the budget had ended."""

    @property
    def base(self) -> str:
        """The base of the data's names."""
        return self._source.base

    def query(self, text: str, substitutions: Mapping[str, Value] | None = None) -> Results:
        """As a ``question.Source`` for looking up terms: the answer to a query of the project's own.
        Raises QueryRefused where the source refuses, and past the budget."""
        self._looked_up += 1
        if self._looked_up > LOOKED_UP or time.monotonic() >= self._end:
            self.spent = True
            raise QueryRefused(
                Message("調べる上限に達しました。", "The budget has ended."),
                Message("問い合わせを小さくしてください。", "Make the query smaller."),
                status=503,
            )
        return self._source.query(text, substitutions)

    def extend(self, most: int) -> None:
        """Allows so many questions more; the time stays."""
        self._most = self.asked + most

    @property
    def complete(self) -> bool:
        """Whether everything that was to be known was answered."""
        return not self.spent and not self.refused

    def holds(self, text: str) -> bool | None:
        """The answer to an ASK; none where it is not known."""
        if text not in self._known:
            answer = self._answer(text)
            self._known[text] = None if answer is None else bool(answer)
        return self._known[text]

    def rows(self, text: str, terms: Mapping[str, Value] | None = None) -> list[ox.QuerySolution] | None:
        """The rows of a SELECT; none where they are not known."""
        answer = self._answer(text, terms)
        return list(answer) if isinstance(answer, ox.QuerySolutions) else None

    def count(self, text: str) -> int | None:
        """The one number of a SELECT; none where it is not known."""
        rows = self.rows(text)
        if not rows:
            return None
        number = rows[0][0]
        return int(number.value) if isinstance(number, ox.Literal) else None

    def _answer(self, text: str, terms: Mapping[str, Value] | None = None) -> object:
        if self.asked >= self._most or time.monotonic() >= self._end:
            self.spent = True
            return None
        self.asked += 1
        try:
            return self._source.query(text, terms)
        except QueryRefused:
            self.refused += 1
            return None
