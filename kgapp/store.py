"""The embedded store: Oxigraph in memory, loaded from a dataset or from files, read-only.

A query without a dataset of its own sees the union of all graphs; FROM and FROM NAMED choose
among the graphs that are there, and nothing is ever fetched (SPARQL 1.1 Query, 13.2).
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from kgapp.dataset import Dataset, read_graphs
from kgapp.errors import Message, QueryRefused
from kgapp.excel import for_spreadsheets
from kgapp.excerpt import excerpt_of_graph, excerpt_of_table, excerpt_of_truth
from kgapp.graphs import Graphs, Serialized
from kgapp.jsonld import Context, compact
from kgapp.question import Answer, Part, Question, Results, Term
from kgapp.results import (
    BOOLEAN,
    BY_NAME,
    EXCEL,
    EXCERPT,
    GRAPH,
    JSON,
    JSON_LD,
    OFFERED,
    PREFIXES,
    TABLE,
    TURTLE,
    MediaType,
    not_acceptable,
)
from kgapp.sparqltext import Keywords, keywords, may_name_graphs
from kgapp.terminals import dataset_clauses

MAX_DEPTH = 100
"""Brackets inside each other that are parsed: the engine dies of thousands (DESIGN.md, "Measured")."""
_ALL: Mapping[str, Any] = {"use_default_graph_as_union": True}
_STATED: Mapping[str, Any] = {"default_graph": ox.DefaultGraph()}

UNKNOWN_FUNCTION = re.compile(r"custom function <([^>]*)> is not supported")


class Store:
    """What queries are asked of. Several threads may ask at once."""

    generation = 0
    """What is loaded never changes."""

    def __init__(
        self,
        content: Iterable[Serialized],
        base: str,
        max_depth: int = MAX_DEPTH,
        context: Context | None = None,
    ) -> None:
        """Loads everything; ``base`` is that of the data's own names, ``context`` that of answers in
        JSON-LD. Raises DatasetMissing where something cannot be read."""
        self.base = base
        self._context = context
        self._max_depth = max_depth
        self._graphs = Graphs(content)

    def query(
        self,
        text: str,
        substitutions: Mapping[str, Term] | None = None,
        default_graphs: Iterable[str] = (),
        named_graphs: Iterable[str] = (),
        stated: bool = False,
    ) -> Results:
        """The answer to a query, its variables in ``substitutions`` bound beforehand.

        ``default_graphs`` and ``named_graphs`` are the protocol's dataset; they overrule FROM. With
        ``stated`` it is that of all graphs but those of conclusions. Relative IRIs are below the
        data's base.
        Raises QueryRefused for SERVICE, updates and syntax errors.
        """
        _refuse_early(text, self._max_depth)
        if stated and not self._graphs.stated:
            raise no_choice()
        default, named = [*map(_graph, default_graphs)], [*map(_graph, named_graphs)]
        if not (default or named) and may_name_graphs(text):
            default, named = self._named_in(text)
            if stated:
                default = named = self._graphs.stated
        try:
            engine, how = self._dataset(text, default, named, stated)
            if substitutions:
                bound = {ox.Variable(name): term for name, term in substitutions.items()}
                how = {**how, "substitutions": bound}
            return engine.query(text, base_iri=self.base, **how)
        except (SyntaxError, ValueError, RuntimeError, OSError) as error:
            raise _refusal(text, error) from error

    def _dataset(
        self, text: str, default: Sequence[ox.NamedNode], named: Sequence[ox.NamedNode], stated: bool
    ) -> tuple[ox.Store, Mapping[str, Any]]:
        """What a query is put to, and how: the graphs chosen, or else all."""
        if len(set(default)) > 1:
            merge = self._graphs.merge_of(frozenset(default), frozenset(named))
            return merge, {"default_graph": ox.DefaultGraph(), "named_graphs": [*set(named)]}
        if default or named:
            return self._graphs.by_name, {"default_graph": [*set(default)], "named_graphs": [*set(named)]}
        if may_name_graphs(text):
            return self._graphs.by_name, {}
        return self._graphs.merged, _STATED if stated else _ALL

    def _named_in(self, text: str) -> tuple[list[ox.NamedNode], list[ox.NamedNode]]:
        """The default graphs and the named ones that a query names, where it names more than one default
        graph; otherwise none, for then the engine's reading of FROM is right. The engine reads the IRIs."""
        if text.lower().count("from") < 2:  # as in most queries: reading them all would cost much
            return [], []
        clauses = dataset_clauses(text)
        if len(clauses.default) < 2:
            return [], []
        try:
            return self._read(clauses.prologue, clauses.default), self._read(clauses.prologue, clauses.named)
        except (SyntaxError, ValueError):
            return [], []

    def _read(self, prologue: str, written: Iterable[str]) -> list[ox.NamedNode]:
        """The IRIs that are written under a prologue."""
        text = f"{prologue} SELECT ?graph {{ VALUES ?graph {{ {' '.join(written)} }} }}"
        found = self._graphs.merged.query(text, base_iri=self.base)
        assert isinstance(found, ox.QuerySolutions)
        return [row["graph"] for row in found]

    def parse(self, text: str) -> None:
        """Reads a query as ``query`` does and evaluates nothing; raises QueryRefused as it does."""
        _refuse_early(text, self._max_depth)
        try:
            how: dict[str, Any] = {"default_graph": _after_parsing()}
            self._graphs.merged.query(text, base_iri=self.base, **how)
        except _Parsed:
            return
        except (SyntaxError, ValueError, RuntimeError, OSError) as error:
            raise _refusal(text, error) from error

    def answer(self, question: Question, max_bytes: int) -> Answer:
        """The whole answer in the form that the question wants for its kind.

        Raises QueryRefused where the query is refused or fails, where no form is acceptable (406)
        and past ``max_bytes`` (413).
        """
        if question.only_parsed:
            self.parse(question.text)
            return Answer(JSON.name, b"")
        began = time.perf_counter()
        results = self.query(
            question.text,
            {variable.value: term for variable, term in question.substitutions().items()},
            question.default_graphs,
            question.named_graphs,
            question.stated,
        )
        return answered(results, question, max_bytes, self._context, began)

    def knows(self, term: Term) -> bool:
        """Whether anything is said with a term; a text is no thing, and always known."""
        if isinstance(term, ox.Literal):
            return True
        found = [
            self._graphs.merged.quads_for_pattern(term, None, None),
            self._graphs.merged.quads_for_pattern(None, term, None),
            self._graphs.merged.quads_for_pattern(None, None, term),
        ]
        return any(next(quads, None) is not None for quads in found)

    def __len__(self) -> int:
        return len(self._graphs)


def open_dataset(dataset: Dataset, max_depth: int = MAX_DEPTH, context: Context | None = None) -> Store:
    """A store with all graphs of a built dataset, or of a newer one where a build has just
    replaced it; raises DatasetMissing where a file is missing or not as written."""
    found, graphs = read_graphs(dataset)
    parts = (
        Serialized(graph.file, graphs.pop(graph.iri), ox.RdfFormat.N_TRIPLES, graph.iri)
        for graph in found.graphs
    )
    return Store(parts, found.base, max_depth, context)


def answered(
    results: Results | Iterable[ox.Triple],
    question: Question,
    max_bytes: int,
    context: Context | None,
    began: float,
) -> Answer:
    """Results in the form that a question wants for their kind; raises QueryRefused (406, 413).
    ``began`` is when the evaluation did, as ``time.perf_counter`` tells."""
    kind = kind_of(results)
    if question.part is not None:
        body = serialize(results, TURTLE if kind == GRAPH else JSON, max_bytes)
        return _excerpt(kind, body, question.part, time.perf_counter() - began)
    if not question.forms.get(kind):
        raise not_acceptable(OFFERED[kind])
    form = BY_NAME[question.forms[kind]]
    body = serialize(results, form, max_bytes)
    if form is JSON_LD and context is not None:
        body = compact(body, context)
    elif form is EXCEL:
        body = for_spreadsheets(body)
    return Answer(form.name, body)


def _excerpt(kind: str, body: bytes, part: Part, seconds: float) -> Answer:
    """What a page shows of an answer as a program would get it."""
    if kind == TABLE:
        found = excerpt_of_table(body, part, seconds)
    elif kind == GRAPH:
        found = excerpt_of_graph(body, part, seconds)
    else:
        found = excerpt_of_truth(body, seconds)
    return Answer(EXCERPT.name, found.write())


def kind_of(results: Results | Iterable[ox.Triple]) -> str:
    """``table``, ``boolean`` or ``graph``."""
    if isinstance(results, ox.QuerySolutions):
        return TABLE
    return BOOLEAN if isinstance(results, ox.QueryBoolean) else GRAPH


def serialize(results: Results | Iterable[ox.Triple], form: MediaType, max_bytes: int) -> bytes:
    """The whole answer; where it cannot be completed, an error and never half an answer."""
    output = _Bounded(max_bytes)
    try:
        if isinstance(results, ox.QuerySolutions | ox.QueryBoolean):
            assert isinstance(form.format, ox.QueryResultsFormat)
            results.serialize(output, form.format)
        else:
            assert isinstance(form.format, ox.RdfFormat)
            ox.serialize(results, output, form.format, prefixes=PREFIXES)
    except _TooLarge as error:
        raise too_large(max_bytes) from error
    except (OSError, RuntimeError, ValueError) as error:
        raise _failed(error) from error
    return output.getvalue()


class _TooLarge(Exception):
    """The answer is past its bound."""


class _Bounded(io.BytesIO):
    """A file in memory that takes so many bytes and no more."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size

    def write(self, data: Any) -> int:
        """Adds bytes; raises _TooLarge past the bound."""
        if self.tell() + len(data) > self._size:
            raise _TooLarge
        return super().write(data)


class _Parsed(Exception):
    """The engine has read a query."""


def _after_parsing() -> Iterator[Any]:
    """A dataset that ends the asking: the engine, which has no call that only parses, looks at the
    dataset of a query when it has parsed the text and before it plans or evaluates anything."""
    raise _Parsed
    yield


def _graph(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise QueryRefused(
            Message(f"「{iri}」はグラフのIRIではありません。", f"{iri!r} is no IRI of a graph."),
            Message("グラフの一覧は最初のページにあります。", "The first page lists the graphs."),
        ) from error


def _refuse_early(text: str, max_depth: int) -> None:
    """What must not reach the engine; the words are read only where there is cause."""
    deep = text.count("(") + text.count("{") + text.count("[") > max_depth
    if not deep and "service" not in text.lower():
        return
    found = keywords(text)
    if found.depth > max_depth:
        raise too_deep(found.depth, max_depth)
    if found.calls_service:
        raise no_service()


def _refusal(text: str, error: Exception) -> QueryRefused:
    if not isinstance(error, SyntaxError) and "service" in text.lower():
        return no_service()
    if keywords(text).first_form in Keywords.UPDATES:
        return no_updates()
    if function := UNKNOWN_FUNCTION.search(str(error)):
        return unknown_function(function[1])
    return QueryRefused(
        Message(f"SPARQLとして読めません: {error}", f"This is not SPARQL: {error}"),
        Message("示された場所を直してください。", "Mend it at the place named."),
    )


def unknown_function(name: str) -> QueryRefused:
    """The refusal of a function that is neither SPARQL's nor the engine's."""
    return QueryRefused(
        Message(f"関数 {name} はここにはありません。", f"There is no function {name} here."),
        Message(
            "SPARQL 1.1の関数とxsdの変換だけが使えます。",
            "Those of SPARQL 1.1 and casts to xsd types can be used.",
        ),
    )


def too_deep(depth: int, max_depth: int) -> QueryRefused:
    """The refusal of brackets inside each other beyond query_nesting."""
    return QueryRefused(
        Message(
            f"括弧が{depth}段に重なっています（query_nesting: {max_depth}段まで）。",
            f"Brackets nest {depth} deep; query_nesting is {max_depth}.",
        ),
        Message("問い合わせを簡単にしてください。", "Make the query simpler."),
        limit="query_nesting",
    )


def no_choice() -> QueryRefused:
    """The refusal to leave conclusions out of data that do not tell which these are."""
    return QueryRefused(
        Message("このデータは，推論した部分を分けていません。", "These data do not keep conclusions apart."),
        Message("graphsを外してください。", "Leave graphs out."),
    )


def no_updates() -> QueryRefused:
    """The refusal of what would change data."""
    return QueryRefused(
        Message("更新は受け付けません。", "Updates are refused; this dataset is read-only."),
        Message(
            "SELECT, ASK, CONSTRUCT, DESCRIBE で問い合わせてください。",
            "Use SELECT, ASK, CONSTRUCT or DESCRIBE.",
        ),
    )


def no_service() -> QueryRefused:
    """The refusal of a query that would ask elsewhere."""
    return QueryRefused(
        Message("SERVICEは使えません。", "SERVICE is not allowed here."),
        Message("このデータセットだけに問い合わせてください。", "Ask this dataset only."),
    )


def _failed(error: Exception) -> QueryRefused:
    return QueryRefused(
        Message(f"問い合わせの途中で止まりました: {error}", f"The query failed while it ran: {error}"),
        Message("問い合わせを見直してください。", "Look at the query again."),
    )


def too_large(max_bytes: int) -> QueryRefused:
    """The refusal of an answer beyond result_size."""
    size = max_bytes // (1024 * 1024)
    return QueryRefused(
        Message(
            f"答えが大きすぎます（result_size: {size} MiBまで）。",
            f"The answer is past result_size: {size} MiB.",
        ),
        Message(
            "LIMITを付けるか，グラフごとに問い合わせてください。"
            "全部が要るなら /catalogue の配布ファイルを使ってください。",
            "Add a LIMIT, or ask graph by graph. For all of it, download a file listed at /catalogue.",
        ),
        status=413,
        limit="result_size",
    )
