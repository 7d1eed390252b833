"""Reads annotated query files: a ``#+`` header in YAML, then SPARQL.

A parameter is a variable of the query, bound to an RDF term before it runs; nothing is ever
pasted into the text. A header that does not hold is an error, never an empty one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import yaml

from kgapp.errors import KgappError, Message
from kgapp.question import Results, Source, Term
from kgapp.vocab import ONTOLOGY, Minter

HEADER = "#+"
REQUIRED = ("title", "summary", "tags")
OPTIONAL = ("answers", "params", "columns")
TYPES = ("iri", "string")
FIRST_ROW = "OFFSET 0"
LIST = "VALUES ?thing {"


class BadQueryFile(KgappError):
    """A query file whose header does not hold."""


@dataclass(frozen=True)
class Parameter:
    """A typed parameter: an ``iri`` is a path below ``id/`` or a ``ccr:`` name."""

    name: str
    type: str
    default: str
    label: Message

    def term(self, minter: Minter, value: str | None = None) -> Term:
        """The RDF term of a value (the default where none is given) under a base."""
        given = self.default if value is None else value
        if self.type == "string":
            return ox.Literal(given)
        if given.startswith("ccr:"):
            return ox.NamedNode(f"{ONTOLOGY}#{given.removeprefix('ccr:')}")
        whole = given.startswith(("http://", "https://"))
        try:
            return ox.NamedNode(given if whole else str(minter.id(*given.split("/"))))
        except ValueError as error:
            raise BadQueryFile(
                Message(
                    f"引数「{self.name}」の「{given}」はIRIではありません。",
                    f"{given!r} is no IRI for {self.name}.",
                ),
                Message(f"例: {self.default}", f"For example {self.default}"),
            ) from error


@dataclass(frozen=True)
class Column:
    """A column of a table that is published: its variable, its heading, its datatype (CSVW)."""

    name: str
    label: Message
    datatype: str


@dataclass(frozen=True)
class QueryFile:
    """A query with its question in both languages, its tags and its parameters."""

    name: str
    title: Message
    summary: Message
    tags: tuple[str, ...]
    answers: str
    parameters: tuple[Parameter, ...]
    text: str
    table: tuple[Column, ...] = ()
    """For a query that makes a table: its columns in order."""

    def columns(self, results: ox.QuerySolutions) -> list[str]:
        """The answer's columns. Parameters stand in the projection too, because the engine binds
        only what stands there (SEP-0007); they are no part of the answer."""
        given = {parameter.name for parameter in self.parameters}
        return [variable.value for variable in results.variables if variable.value not in given]

    def terms(self, base: str, values: Mapping[str, str] | None = None) -> dict[str, Term]:
        """The terms of its parameters under a base, given by name as text or left at their
        defaults; raises BadQueryFile for a name that is none."""
        given = values or {}
        unknown = set(given) - {parameter.name for parameter in self.parameters}
        if unknown:
            known = ", ".join(parameter.name for parameter in self.parameters)
            raise BadQueryFile(
                Message(
                    f"「{self.name}」に {', '.join(sorted(unknown))} という引数はありません。",
                    f"{self.name} has no parameter {', '.join(sorted(unknown))}.",
                ),
                Message(f"引数: {known or 'なし'}", f"Parameters: {known or 'none'}"),
            )
        minter = Minter(base)
        return {p.name: p.term(minter, given.get(p.name)) for p in self.parameters}

    def from_row(self, number: int) -> QueryFile:
        """The same query, its answer from a later row on; its text says ``OFFSET 0``."""
        assert FIRST_ROW in self.text
        return replace(self, text=self.text.replace(FIRST_ROW, f"OFFSET {number:d}"))

    def among(self, things: Iterable[ox.NamedNode]) -> QueryFile:
        """The same query about a list of things; its text has one in their place. Each is written as
        the engine writes a term, so that it stays one whatever it holds."""
        before, opening, rest = self.text.partition(LIST)
        assert opening
        listed = " ".join(map(str, things))
        return replace(self, text=f"{before}{LIST} {listed} {rest[rest.index('}') :]}")

    def run(self, source: Source, values: Mapping[str, str] | None = None) -> Results:
        """Its answer from a source, with parameters as for ``terms``."""
        return source.query(self.text, self.terms(source.base, values))


def read_text(path: Path) -> str:
    """A query file's text; raises BadQueryFile where it is not there or not in UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadQueryFile(
            Message(f"{path} が読めません。", f"{path} cannot be read."),
            Message("UTF-8の問い合わせファイルを指してください。", "Name a query file in UTF-8."),
        ) from error


def has_header(text: str) -> bool:
    """Whether a query has the annotations of ours."""
    return any(line.startswith(HEADER) for line in text.splitlines())


def read_query(path: Path) -> QueryFile:
    """A query file; raises BadQueryFile with the name and what is wrong."""
    lines = read_text(path).splitlines()
    header = [line.removeprefix(HEADER).removeprefix(" ") for line in lines if line.startswith(HEADER)]
    try:
        content = yaml.safe_load("\n".join(header)) if header else None
        if not isinstance(content, dict):
            raise ValueError("no header")
        unknown = set(content) - {*REQUIRED, *OPTIONAL}
        if unknown:
            raise ValueError(f"unknown keys {sorted(unknown)}")
        return QueryFile(
            name=path.stem,
            title=Message(**content["title"]),
            summary=Message(**content["summary"]),
            tags=tuple(content["tags"]),
            answers=content.get("answers", ""),
            parameters=tuple(_parameter(name, about) for name, about in content.get("params", {}).items()),
            text="\n".join(line for line in lines if not line.startswith(HEADER)).strip() + "\n",
            table=tuple(_column(name, about) for name, about in content.get("columns", {}).items()),
        )
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise BadQueryFile(
            Message(
                f"{path.name} の見出しが読めません: {error}",
                f"The header of {path.name} does not hold: {error}",
            ),
            Message(
                "title, summary, tags を ja と en で書いてください。",
                "Give title and summary in ja and en, and tags.",
            ),
        ) from error


def _parameter(name: str, about: dict[str, Any]) -> Parameter:
    if about["type"] not in TYPES:
        raise ValueError(f"type {about['type']}")
    return Parameter(name, about["type"], str(about["default"]), Message(**about["label"]))


def _column(name: str, about: dict[str, str]) -> Column:
    return Column(name, Message(about["ja"], about["en"]), about.get("datatype", "string"))


def read_queries(folder: Path) -> dict[str, QueryFile]:
    """Every query file of a folder by name, in order."""
    return {path.stem: read_query(path) for path in sorted(folder.glob("*.rq"))}
