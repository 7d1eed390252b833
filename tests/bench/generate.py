"""Data of the dataset's form for as many municipalities as wanted: seeded, streamed, graph by graph.

The built dataset is the pattern. The first municipality is the pattern itself, whole and under its own
names, so that every query with its default parameters asks after something that is there. Each other
one is a draw from it under another name: some of its statements and chart lines, with their claims,
quotes, spans of text and conclusions, and of the register what these mention. Their words are written
with other letters, one for one, so offsets hold, a quote stays a part of its text, and no two
municipalities share a sentence.
"""

from __future__ import annotations

import random
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kgapp.dataset import Dataset, read_graphs
from kgapp.vocab import CCR, OA

SEED = 20200225
SHARE = (0.06, 0.2)
"""The least and the most of the pattern's statements that a draw takes: 3,300 triples on average."""
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
QUOTED = {"http://www.w3.org/ns/prov#wasQuotedFrom", str(CCR.objectQuotedFrom)}
UNIT = re.compile(r"[0-9-]+/(?:theme-\d+/\w+-\d+|chart/theme-\d+/\d+)")
"""What is drawn: a statement, or a line of the chart."""
OF_UNIT = (
    (re.compile(r"([0-9-]+/)(?:claim/)?(theme-\d+/\w+-\d+|chart/theme-\d+/\d+)(?:/.*)?"), r"\1\2"),
    (re.compile(r"([0-9-]+/)(?:claim/)?phase/(theme-\d+/\d+)/.*"), r"\1chart/\2"),
    (re.compile(r"([0-9-]+/)(?:claim/)?observation/(\d+)-(\w+-\d+)/.*"), r"\1theme-\2/\3"),
)
"""Names that tell to which statement or line a thing belongs, and that one's name."""
SPAN = re.compile(r"[0-9-]+/source/span/(\d+)-\d+")
QUOTE = re.compile(r"[0-9-]+/quote/(\d+)-\d+")
REGISTER = ("actor/", "group/", "facility/", "programme/")
LETTERS = {"ja": "かきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもらりるれろ", "en": "ghklmpsvw"}
"""Letters that change places, by language: no escape of N-Triples (``\\n``, ``\\u3000``) and no tag
of a language holds one of them."""


@dataclass
class _Node:
    """A thing of the pattern's city: it is in a draw that holds one of ``owners`` (or if it has none)
    and all that it needs."""

    owners: set[int] = field(default_factory=set)
    needs: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class _Line:
    subject: int
    object: int
    text: str
    language: str


@dataclass(frozen=True)
class Pattern:
    """A city's graphs, ready to be drawn from, and the graphs that belong to no city."""

    city: str
    prefix: str
    nodes: tuple[_Node, ...]
    units: tuple[int, ...]
    graphs: tuple[tuple[str, tuple[_Line, ...]], ...]
    common: tuple[tuple[str, tuple[str, ...]], ...]


def read_pattern(dataset: Dataset) -> Pattern:
    """The pattern of a built dataset's first edition; raises DatasetMissing where it cannot be read."""
    dataset, content = read_graphs(dataset)
    city = dataset.editions[0].city
    return _Reader(city, f"{dataset.base}id/{city}/").read(content)


def generate(pattern: Pattern, municipalities: int, seed: int = SEED) -> Iterator[bytes]:
    """N-Quads, a graph of a municipality at a time; the same bytes for the same pattern and seed."""
    for iri, lines in pattern.common:
        yield "".join(f"{line} <{iri}> .\n" for line in lines).encode()
    for number in range(municipalities):
        yield from _draw(pattern, number, random.Random(f"{seed}/{number}"))


def _draw(pattern: Pattern, number: int, rng: random.Random) -> Iterator[bytes]:
    chosen, prefix = set(pattern.units), pattern.prefix
    letters: dict[str, dict[int, int]] = {}
    if number:
        chosen = set(rng.sample(pattern.units, round(rng.uniform(*SHARE) * len(pattern.units))))
        prefix = pattern.prefix.replace(f"/{pattern.city}/", f"/m{number:04}/")
        letters = {language: _shuffled(alphabet, rng) for language, alphabet in LETTERS.items()}
    kept = [not node.owners or not node.owners.isdisjoint(chosen) for node in pattern.nodes]
    kept = [
        keep and all(kept[need] for need in node.needs)
        for keep, node in zip(kept, pattern.nodes, strict=True)
    ]
    kept.append(True)
    for graph, lines in pattern.graphs:
        written = []
        for line in lines:
            if kept[line.subject] and kept[line.object]:
                text = line.text
                if line.language in letters:
                    head, literal = text.split('"', 1)
                    text = f'{head}"{literal.translate(letters[line.language])}'
                written.append(f"{text} <{graph}> .\n")
        draw = "".join(written)
        if number:
            draw = draw.replace(f"<{pattern.prefix}", f"<{prefix}")
        yield draw.encode()


def _language(term: str) -> str:
    return term.rpartition("@")[2].partition("-")[0] if term.startswith('"') and term[-1] not in '">' else ""


def _shuffled(letters: str, rng: random.Random) -> dict[int, int]:
    return str.maketrans(letters, "".join(rng.sample(letters, len(letters))))


class _Reader:
    """Finds which thing of a city's graphs stands and falls with which statement."""

    def __init__(self, city: str, prefix: str) -> None:
        self._city, self._prefix = city, prefix
        self._numbers: dict[str, int] = {}
        """Of each thing, by its path below the city."""
        self._nodes: list[_Node] = []
        self._names: list[str] = []
        self._links: dict[str, list[tuple[int, int]]] = defaultdict(list)

    def read(self, content: Mapping[str, bytes]) -> Pattern:
        """The pattern of graphs in N-Triples by IRI."""
        common, graphs = [], []
        for iri, data in sorted(content.items()):
            lines = [line.removesuffix(" .") for line in data.decode().splitlines()]
            if iri.startswith(self._prefix):
                graphs.append((iri, tuple(map(self._line, lines))))
            else:
                common.append((iri, tuple(lines)))
        units = {number for name, number in self._numbers.items() if UNIT.fullmatch(name)}
        self._names = list(self._numbers)
        self._assign(units)
        return Pattern(
            self._city, self._prefix, tuple(self._nodes), tuple(sorted(units)), tuple(graphs), tuple(common)
        )

    def _line(self, line: str) -> _Line:
        subject, predicate, target = line.split(" ", 2)
        from_, to = self._node(subject), self._node(target)
        if from_ >= 0 and to >= 0:
            self._links[predicate.strip("<>")].append((from_, to))
        return _Line(from_, to, line, _language(target))

    def _node(self, term: str) -> int:
        """The number of a thing of the city; -1 for anything else, which is always there."""
        if not term.startswith(f"<{self._prefix}"):
            return -1
        name = term[1 + len(self._prefix) : -1]
        if name not in self._numbers:
            self._numbers[name] = len(self._nodes)
            self._nodes.append(_Node())
        return self._numbers[name]

    def _assign(self, units: set[int]) -> None:
        """Gives every thing its owners: by name, through claims, through quotes, by place."""
        for name, number in self._numbers.items():
            for form, owner in OF_UNIT:
                if form.fullmatch(name) and form.sub(owner, name) in self._numbers:
                    self._nodes[number].owners = {self._numbers[form.sub(owner, name)]}
        claims = dict(self._links[f"{RDF}subject"])
        targets = self._links[f"{RDF}object"]
        for claim, target in targets:
            self._nodes[claim].needs.add(target)
            if self._is_of_register(target):
                self._nodes[target].owners |= self._nodes[claim].owners
        for name, number in self._numbers.items():
            if name.startswith(REGISTER) and not self._nodes[number].owners:
                # Nobody mentions it: in a draw as often as a statement is.
                self._nodes[number].owners = {sorted(units)[number % len(units)]}
        for claim, subject in claims.items():
            self._nodes[claim].owners |= self._nodes[subject].owners
        for predicate in (*QUOTED, str(OA.hasSelector)):
            for from_, to in self._links[predicate]:
                self._nodes[to].owners |= self._nodes[from_].owners
        self._assign_spans()

    def _is_of_register(self, number: int) -> bool:
        return self._names[number].startswith(REGISTER)

    def _assign_spans(self) -> None:
        """A span of the text stands with the quote that begins last before it ends, or the first."""
        quotes = sorted(
            (int(match[1]), number)
            for name, number in self._numbers.items()
            if (match := QUOTE.fullmatch(name)) and self._nodes[number].owners
        )
        starts = [start for start, _ in quotes]
        for name, number in self._numbers.items():
            if match := SPAN.fullmatch(name):
                place = max(0, bisect_right(starts, int(match[1])) - 1)
                self._nodes[number].owners = set(self._nodes[quotes[place][1]].owners)
