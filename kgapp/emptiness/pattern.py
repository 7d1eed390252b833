"""A query taken apart: its group patterns as parts that can be left out, each with its own words.

A part's ``text`` stands by itself in any group of the same query; blank nodes are variables in it,
which says the same and can be split (SPARQL 1.1 Query, 4.1.4, 18.2.2).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kgapp.emptiness.terms import Names, Term
from kgapp.terminals import Terminal

TRIPLE, FILTER, BIND, VALUES = "triple", "filter", "bind", "values"
OPTIONAL, MINUS, UNION, GRAPH, GROUP, SELECT = "optional", "minus", "union", "graph", "group", "select"
EXISTS = "exists"


@dataclass(frozen=True)
class Path:
    """What stands between subject and object: a variable, one IRI, or more than that."""

    text: str
    term: Term | None
    """The variable or the IRI where it is no more than that."""
    terms: tuple[Term, ...]
    """Every IRI in it."""


@dataclass(frozen=True)
class Triple:
    """A triple pattern, or one step of a path."""

    subject: Term
    path: Path
    object: Term
    turned: bool = False
    """Whether it was written with ``^``: what is the subject here is written as the object."""
    whole: bool = True
    """Whether it is a pattern by itself, and not a step of a longer path."""

    @property
    def ends(self) -> tuple[Term, Term]:
        return self.subject, self.object

    def text(self) -> str:
        """The pattern as it stands in a group."""
        return f"{self.subject.text} {self.path.text} {self.object.text} ."


@dataclass(frozen=True)
class Part:
    """What a group joins, keeps or takes away."""

    kind: str
    text: str
    start: int
    end: int
    variables: frozenset[str]
    binds: frozenset[str] = frozenset()
    """Variables that it can give a value to."""
    terms: tuple[Term, ...] = ()
    """IRIs and literals that it asks for; none of what stands under a negation."""
    triple: Triple | None = None
    branches: tuple[Group, ...] = ()
    expression: tuple[Terminal, ...] = ()
    """The tokens of a filter."""
    graph: str = ""
    """The term behind GRAPH as written, where it stands in one."""
    counts: bool = False
    """Whether it is a sub-select whose rows are not those of its pattern (aggregates, HAVING, LIMIT)."""

    @property
    def removes(self) -> bool:
        """Whether it only takes answers away."""
        return self.kind in (FILTER, EXISTS, MINUS)


@dataclass(frozen=True)
class Group:
    """The parts between two braces in their order, and the words around it where it stands alone."""

    parts: tuple[Part, ...]
    start: int
    end: int

    @property
    def binds(self) -> frozenset[str]:
        return frozenset().union(*(part.binds for part in self.parts))


@dataclass
class Query:
    """A query with its prologue, dataset, pattern and what stands behind."""

    text: str
    names: Names
    prologue: str
    form: str
    dataset: str
    """The FROM clauses as written."""
    graphs: tuple[Term, ...]
    where: Group
    tail: str
    """Everything behind the pattern."""
    described: tuple[Term, ...] = ()
    """What DESCRIBE names."""
    projected: tuple[Term, ...] = ()
    """Variables that are selected as they are."""
    head: str = ""
    """Everything between prologue and pattern, with the dataset left out."""
    aggregates: bool = False
    grouped: bool = False
    having: bool = False
    limit: int | None = None
    offset: int = 0
    values: Part | None = None
    given: str = ""
    """FROM clauses that came beside the query, and overrule its own."""
    used: set[str] = field(default_factory=set)

    def fresh(self, name: str) -> str:
        """A variable that the query does not use."""
        number = 0
        while f"{name}{number or ''}" in self.used:
            number += 1
        self.used.add(f"{name}{number or ''}")
        return f"{name}{number or ''}"

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts of the pattern, with VALUES that stand behind the query."""
        return (*self.where.parts, *([self.values] if self.values else ()))

    def ask(self, parts: Iterable[Part]) -> str:
        """Whether parts of it match anything, as a query."""
        return self.asking(" ".join(part.text for part in parts))

    def asking(self, pattern: str) -> str:
        """Whether a pattern matches anything, under this query's names and dataset."""
        return f"{self.prologue}\nASK {self.dataset} {{ {pattern} }}"

    def counting(self, pattern: str, most: int) -> str:
        """How many solutions a pattern has, counted to ``most``."""
        return (
            f"{self.prologue}\nSELECT (COUNT(*) AS ?{self.fresh('count')}) {self.dataset} "
            f"WHERE {{ SELECT * WHERE {{ {pattern} }} LIMIT {most} }}"
        )

    def listing(self, names: str, pattern: str, tail: str) -> str:
        """A table of a pattern."""
        return f"{self.prologue}\nSELECT {names} {self.dataset} WHERE {{ {pattern} }} {tail}"

    def mended(self, changes: Iterable[tuple[int, int, str]]) -> str:
        """The query's text with stretches of it replaced."""
        text = self.text
        for start, end, new in sorted(changes, reverse=True):
            text = text[:start] + new + text[end:]
        return text


def all_parts(parts: Iterable[Part], optional: bool = False) -> Iterable[Part]:
    """Parts and those inside them; what stands under MINUS never, and what is optional only where that
    is asked for: neither can empty an answer by matching nothing."""
    for part in parts:
        yield part
        if part.kind == MINUS or (part.kind == OPTIONAL and not optional):
            continue
        for branch in part.branches:
            yield from all_parts(branch.parts, optional)
