"""The statistics of a paper, or of all papers together, as tables and charts in a language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from kgapp.errors import Message
from kgapp.web.overview import words as told
from kgapp.web.overview.charts import Chart, Key, stacked
from kgapp.web.overview.counts import ClaimCount, StatementCount
from kgapp.web.overview.lists import CCR, list_address
from kgapp.web.overview.tables import SHOWN, Cell, Figure, Line, Link, Place, grid
from kgapp.web.trace import words
from kgapp.web.trace.trace import SECTIONS

ANSWERED = ("nextIssue", "issue", "status", "direction")
"""The way from an issue to its answer, in the order in which staff ask for it."""
ISSUES = ("nextIssue", "issue")
SOLID, HATCHED, DOTTED, EMPTY = 0, 1, 2, 6
"""Patterns with a meaning of their own: the three grounds, and what is not recorded."""
MODES = {"stated": SOLID, "interpreted": HATCHED, "inferred": DOTTED}
Values = Callable[[Line], Sequence[int]]
"""The numbers of a line that are drawn, one for each piece of its bar."""


class Figures:
    """Makes the tables of one page: ``given`` is what the lists behind its sums are asked with, ``shown``
    how many places stand on the page."""

    def __init__(self, lang: str, given: dict[str, str], shown: int = SHOWN) -> None:
        self._lang, self._shown = lang, shown
        self._all = Place("", self._say(told.ALL), given=given)

    def statements(self, counts: Iterable[StatementCount], places: Sequence[Place], kind: str) -> Figure:
        """Statements by place and section."""
        numbers = {(count.place, count.section): count.statements for count in counts}
        sections = [section for section in SECTIONS if any(key[1] == section for key in numbers)]
        names = self._sections(sections)
        lines = grid(
            places,
            sections,
            lambda place, section: numbers.get((place.key, section), 0),
            lambda given, section: list_address("statements", **given, section=section),
            self._all,
        )
        keys = [Key(name, number) for number, name in enumerate(names)]
        head = self._say(told.PLACES[kind])
        return Figure(
            "statements",
            self._say(told.TITLES["statements"]).format(place=head),
            self._say(told.NOTES["statements"]),
            (head, *names, self._say(told.ALL)),
            lines,
            self._chart(keys, lines, lambda line: line.values[:-1], self._shown),
            self._shown,
        )

    def coverage(self, counts: Iterable[StatementCount], places: Sequence[Place], kind: str) -> Figure:
        """Statements for which nobody is recorded, by place and section, beside all statements."""
        by_place = {(count.place, count.section): count for count in counts}
        sections = [section for section in SECTIONS if any(key[1] == section for key in by_place)]
        lines = grid(
            places,
            sections,
            lambda place, section: _unnamed(by_place.get((place.key, section))),
            lambda given, section: list_address("unnamed", **given, section=section),
            self._all,
        )
        every = {
            place.key: sum(count.statements for count in by_place.values() if place.key in ("", count.place))
            for place in (*places, self._all)
        }
        lines = tuple(
            Line(line.place, (*line.cells, _statements_of(line.place, every)), line.sum) for line in lines
        )
        head = self._say(told.PLACES[kind])
        return Figure(
            "coverage",
            self._say(told.TITLES["coverage"]),
            self._say(told.NOTES["coverage"]),
            (head, *self._sections(sections), self._say(told.NOT_RECORDED_ALL), self._say(told.STATEMENTS)),
            lines,
            self._chart(
                self._recorded(),
                lines,
                lambda line: (line.values[-1] - line.values[-2], line.values[-2]),
                self._shown,
            ),
            self._shown,
        )

    def answers(
        self, counts: Iterable[StatementCount], places: Sequence[Place], kind: str, link: Link
    ) -> Figure:
        """From issue to answer: for how many passages a link is recorded, and for how many none is."""
        by_place = {(count.place, count.section): count for count in counts}
        columns = [f"{section}-{state}" for section in ANSWERED for state in ("tied", "left")]
        lines = grid(
            places,
            columns,
            lambda place, column: _tied(by_place.get((place.key, column.partition("-")[0])), column),
            link,
            self._all,
            across=False,
        )
        states = [self._say(told.RECORDED), self._say(told.NOT_RECORDED)]
        heads = [f"{self._say(words.SECTIONS[section])}: {state}" for section in ANSWERED for state in states]
        bars = [
            (f"{line.place.label} – {self._say(words.SECTIONS[section])}", line.place.japanese, pair)
            for line in _shown(lines, self._shown)
            for number, section in enumerate(ISSUES)
            if sum(pair := line.values[2 * number : 2 * number + 2])
        ]
        return Figure(
            "answers",
            self._say(told.TITLES["answers"]),
            self._say(told.NOTES["answers"]),
            (self._say(told.PLACES[kind]), *heads),
            lines,
            stacked(self._recorded(), bars),
            self._shown,
        )

    def claims(self, counts: Sequence[ClaimCount], relations: Sequence[Place]) -> Figure:
        """Claims by relation and ground, the most frequent relation first."""
        numbers: dict[tuple[str, str], int] = {}
        for count in counts:
            key = count.relation, count.mode
            numbers[key] = numbers.get(key, 0) + count.claims
        lines = grid(
            sorted(relations, key=lambda one: (-sum(numbers.get((one.key, m), 0) for m in MODES), one.key)),
            list(MODES),
            lambda place, mode: numbers.get((place.key, mode), 0),
            _claims,
            self._all,
        )
        return Figure(
            "claims",
            self._say(told.TITLES["claims"]),
            self._say(told.NOTES["claims"]),
            (self._say(told.HEADS["claims"]), *self._modes(), self._say(told.ALL)),
            lines,
            self._chart(self._mode_keys(), lines, lambda line: line.values[:-1]),
        )

    def grounds(self, counts: Sequence[ClaimCount]) -> Figure:
        """For each ground how many claims have a rationale, and what a second reading found."""
        columns = ["claims", "reasoned", *told.OUTCOMES]
        own = self._all.given
        places = [
            Place(mode, self._say(words.MODES[mode]), given={**own, "mode": CCR + mode}) for mode in MODES
        ]

        def number(place: Place, column: str) -> int:
            """Claims of a ground that have what a column counts."""
            there = (count for count in counts if count.mode == place.key)
            return sum(count.claims for count in there if _counts_in(count, column))

        lines = grid(places, columns, number, _outcomes, self._all, across=False)
        heads = [told.HEADS["claims-number"], told.RATIONALE, *told.OUTCOMES.values()]
        return Figure(
            "grounds",
            self._say(told.TITLES["grounds"]),
            self._say(told.NOTES["grounds"]),
            (self._say(told.HEADS["grounds"]), *map(self._say, heads)),
            lines,
        )

    def papers(self, counts: Iterable[tuple[str, str, int]], papers: Sequence[Place]) -> Figure:
        """Claims by paper and ground."""
        numbers = {(paper, mode): claims for paper, mode, claims in counts}
        lines = grid(
            papers,
            list(MODES),
            lambda place, mode: numbers.get((place.key, mode), 0),
            _claims,
            self._all,
        )
        return Figure(
            "papers",
            self._say(told.TITLES["papers"]),
            self._say(told.NOTES["papers"]),
            (self._say(told.PLACES["paper"]), *self._modes(), self._say(told.ALL)),
            lines,
            self._chart(self._mode_keys(), lines, lambda line: line.values[:-1], self._shown),
            self._shown,
        )

    def _say(self, message: Message) -> str:
        return words.say(message, self._lang)

    def _sections(self, sections: Iterable[str]) -> list[str]:
        return [self._say(words.SECTIONS[section]) for section in sections]

    def _modes(self) -> list[str]:
        return [self._say(words.MODES[mode]) for mode in MODES]

    def _mode_keys(self) -> list[Key]:
        return [Key(self._say(words.MODES[mode]), fill) for mode, fill in MODES.items()]

    def _recorded(self) -> list[Key]:
        return [Key(self._say(told.RECORDED), SOLID), Key(self._say(told.NOT_RECORDED), EMPTY)]

    def _chart(
        self, keys: list[Key], lines: Iterable[Line], take: Values, shown: int = SHOWN
    ) -> Chart | None:
        bars = [(line.place.label, line.place.japanese, take(line)) for line in _shown(lines, shown)]
        return stacked(keys, bars)


def _statements_of(place: Place, every: dict[str, int]) -> Cell:
    return Cell(every[place.key], list_address("statements", **place.given) if every[place.key] else None)


def _shown(lines: Iterable[Line], shown: int) -> list[Line]:
    rows = [line for line in lines if not line.sum]
    return rows[:shown]


def _unnamed(count: StatementCount | None) -> int:
    return count.statements - count.named if count else 0


def _tied(count: StatementCount | None, column: str) -> int:
    if count is None:
        return 0
    return count.tied if column.endswith("-tied") else count.statements - count.tied


def _claims(given: dict[str, str], mode: str) -> str:
    return list_address("claims", **given, mode=mode and CCR + mode)


def _outcomes(given: dict[str, str], column: str) -> str:
    if column in ("claims", "reasoned", "none"):
        return list_address("claims", **given)
    return list_address("outcomes", **given, outcome=CCR + column)


def _counts_in(count: ClaimCount, column: str) -> bool:
    """Whether claims are among those that a column counts."""
    return column == "claims" or (count.reasoned if column == "reasoned" else count.outcome == column)
