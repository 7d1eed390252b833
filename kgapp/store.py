"""The store that answers queries: an embedded Oxigraph, loaded from a dataset, read-only.

A query without a dataset of its own sees the union of all graphs; FROM and FROM NAMED choose
among the graphs that are there, and nothing is ever fetched (SPARQL 1.1 Query, 13.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from kgapp.dataset import Dataset, damaged, read_graphs
from kgapp.errors import Message, QueryRefused
from kgapp.sparqltext import Keywords, keywords

MAX_DEPTH = 100
"""Brackets inside each other that are parsed: the engine dies of thousands (DESIGN.md, "Measured")."""

Term = ox.NamedNode | ox.Literal
Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


class Store:
    """A dataset in memory. Several threads may ask at once."""

    def __init__(self, dataset: Dataset) -> None:
        """Loads every graph, of a newer dataset where a build has just replaced this one; raises
        DatasetMissing where a file is missing or not as written."""
        self.dataset, graphs = read_graphs(dataset)
        self._store = ox.Store()
        for graph in self.dataset.graphs:
            try:
                self._store.bulk_load(
                    graphs.pop(graph.iri), ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(graph.iri)
                )
            except (SyntaxError, ValueError) as error:
                raise damaged(graph.file, error) from error

    def query(
        self,
        text: str,
        substitutions: Mapping[str, Term] | None = None,
        default_graphs: Iterable[str] = (),
        named_graphs: Iterable[str] = (),
    ) -> Results:
        """The answer to a query, its variables in ``substitutions`` bound beforehand.

        ``default_graphs`` and ``named_graphs`` are the protocol's dataset; they overrule FROM.
        Raises QueryRefused for SERVICE, updates and syntax errors.
        """
        found = keywords(text)
        _refuse(found)
        defaults: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [*map(_graph, default_graphs)]
        named: list[ox.NamedNode | ox.BlankNode] = [*map(_graph, named_graphs)]
        chosen = bool(defaults or named)
        bound: dict[ox.Variable, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple] = {
            ox.Variable(name): term for name, term in (substitutions or {}).items()
        }
        try:
            return self._store.query(
                text,
                use_default_graph_as_union=not chosen and "FROM" not in found.words,
                default_graph=defaults if chosen else None,
                named_graphs=named if chosen else None,
                substitutions=bound,
            )
        except (SyntaxError, ValueError, RuntimeError) as error:
            raise _not_sparql(error) from error

    def __len__(self) -> int:
        return len(self._store)


def _graph(iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError as error:
        raise QueryRefused(
            Message(f"「{iri}」はグラフのIRIではありません。", f"{iri!r} is no IRI of a graph."),
            Message("グラフの一覧は最初のページにあります。", "The first page lists the graphs."),
        ) from error


def _refuse(found: Keywords) -> None:
    if found.depth > MAX_DEPTH:
        raise QueryRefused(
            Message(
                f"括弧が{found.depth}段に重なっています（{MAX_DEPTH}段まで）。",
                f"Brackets nest {found.depth} deep; at most {MAX_DEPTH} are answered.",
            ),
            Message("問い合わせを簡単にしてください。", "Make the query simpler."),
        )
    if "SERVICE" in found.words:
        raise QueryRefused(
            Message("SERVICEは使えません。", "SERVICE is not allowed here."),
            Message("このデータセットだけに問い合わせてください。", "Ask this dataset only."),
        )
    if found.first_form in Keywords.UPDATES:
        raise QueryRefused(
            Message("更新は受け付けません。", "Updates are refused; this dataset is read-only."),
            Message(
                "SELECT, ASK, CONSTRUCT, DESCRIBE で問い合わせてください。",
                "Use SELECT, ASK, CONSTRUCT or DESCRIBE.",
            ),
        )


def _not_sparql(error: Exception) -> QueryRefused:
    return QueryRefused(
        Message(f"SPARQLとして読めません: {error}", f"This is not SPARQL: {error}"),
        Message("示された場所を直してください。", "Mend it at the place named."),
    )
