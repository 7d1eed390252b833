"""What is asked of a store and what it answers: plain values that cross processes as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

import pyoxigraph as ox

from kgapp.errors import KgappError, Message, QueryRefused

Term = ox.NamedNode | ox.Literal
Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


class Source(Protocol):
    """What answers the project's own queries: a store, or the workers of a server."""

    @property
    def base(self) -> str:
        """The base of the data's names."""
        ...

    def query(self, text: str, substitutions: Mapping[str, Term] | None = None) -> Results:
        """The answer to a query with terms for some of its variables; raises QueryRefused."""
        ...


class LiveSource(Source, Protocol):
    """A source whose data may be replaced while it is asked."""

    @property
    def generation(self) -> int:
        """Goes up whenever other data may answer."""
        ...


class Parser(LiveSource, Protocol):
    """A source that also reads queries without answering them."""

    def parse(self, text: str) -> None:
        """Reads a query and evaluates nothing; raises QueryRefused where it would be refused."""
        ...


@dataclass(frozen=True)
class Part:
    """Which part of an answer a page shows: of its rows in the order of a column (of the answer
    itself where none is named), a page or, where ``row`` is given, that row; both counted from 1."""

    sort: str = ""
    descending: bool = False
    page: int = 1
    row: int = 0


@dataclass(frozen=True)
class Question:
    """A query, the protocol's dataset, terms for some of its variables, and for each kind of
    answer (table, boolean, graph) the name of the form wanted, empty where none is acceptable."""

    text: str
    forms: Mapping[str, str]
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    bound: tuple[tuple[str, ...], ...] = field(default=())
    """Name, value, and for a literal its language and datatype; see ``bind``."""
    part: Part | None = None
    """For a page: what is shown of the answer (``kgapp.excerpt``)."""
    stated: bool = False
    """Whether nothing is asked of the graphs that rules have concluded."""
    only_parsed: bool = False
    """Whether it is to be read and not evaluated: its answer is empty, or the refusal."""

    def substitutions(self) -> dict[ox.Variable, Term]:
        """The bound terms for the engine."""
        return {ox.Variable(name): _term(value, kind) for name, value, *kind in self.bound}

    def write(self) -> bytes:
        """The question as bytes, the same for the same question; for ``read``."""
        return json.dumps(vars(self), ensure_ascii=False, default=vars).encode()

    @classmethod
    def read(cls, data: bytes) -> Question:
        """The question that ``write`` wrote."""
        content: dict[str, Any] = json.loads(data)
        for name in ("default_graphs", "named_graphs"):
            content[name] = tuple(content[name])
        content["bound"] = tuple(tuple(entry) for entry in content["bound"])
        content["part"] = Part(**content["part"]) if content["part"] else None
        return cls(**content)


@dataclass(frozen=True)
class Answer:
    """A whole answer: the name of its form (``results.BY_NAME``) and its bytes."""

    form: str
    body: bytes


def bind(terms: Mapping[str, Term]) -> tuple[tuple[str, ...], ...]:
    """Terms for variables, as ``Question.bound`` holds them."""
    return tuple((name, *_parts(term)) for name, term in sorted(terms.items()))


def write_answer(answer: Answer | KgappError) -> tuple[bytes, bytes]:
    """An answer or a refusal as a head (one line) and a body, for ``read_answer``."""
    if isinstance(answer, Answer):
        return answer.form.encode() + b"\n", answer.body
    about = {
        "what": asdict(answer.what),
        "remedy": asdict(answer.remedy),
        "status": answer.status,
        "limit": getattr(answer, "limit", ""),
    }
    return b"!\n", json.dumps(about, ensure_ascii=False).encode()


def read_answer(data: bytes, start: int = 0) -> Answer:
    """The answer that ``write_answer`` wrote, from a place on; raises QueryRefused where it was a refusal."""
    end = data.index(b"\n", start)
    if data[start:end] != b"!":
        return Answer(data[start:end].decode(), data[end + 1 :])
    about = json.loads(data[end + 1 :])
    raise QueryRefused(Message(**about["what"]), Message(**about["remedy"]), about["status"], about["limit"])


def _parts(term: Term) -> Iterable[str]:
    if isinstance(term, ox.NamedNode):
        return (term.value,)
    return (term.value, term.language or "", term.datatype.value)


def _term(value: str, kind: list[str]) -> Term:
    if not kind:
        return ox.NamedNode(value)
    language, datatype = kind
    return (
        ox.Literal(value, language=language)
        if language
        else ox.Literal(value, datatype=ox.NamedNode(datatype))
    )
