"""Asks the queries of the overview: rows of a page query, and the graphs that belong to a paper."""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph as ox

from kgapp.web.frame.context import Context

Row = Mapping[str, str]
"""What is bound in a row of an answer, by name: the value of a literal, or an IRI."""
OF_PAPER = ("asserted", "claims", "source", "inferred")
OF_CITY = ("register", "external")


def rows(context: Context, name: str, given: Mapping[str, str] | None = None) -> list[Row]:
    """The rows of a query of the overview; raises QueryRefused."""
    query = context.page_queries[f"overview-{name}"]
    results = query.run(context.source, given)
    assert isinstance(results, ox.QuerySolutions)
    columns = query.columns(results)
    return [{column: row[column].value for column in columns if row[column] is not None} for row in results]


def graphs_of(paper: str) -> dict[str, str]:
    """The graphs of a paper and of its city by the names of the queries' parameters, as paths
    (``fujisawa/2020-02`` → ``fujisawa/2020-02/graph/asserted`` …, MODEL.md, "IRIs")."""
    city = paper.partition("/")[0]
    return {name: f"{paper}/graph/{name}" for name in OF_PAPER} | {
        name: f"{city}/graph/{name}" for name in OF_CITY
    }
