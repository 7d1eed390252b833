"""The operations of the API: a query of the catalogue, and what the engine itself says of its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import pyoxigraph as ox

from kgapp.errors import Message, QueryRefused
from kgapp.queryfile import Parameter, QueryFile
from kgapp.results import BOOLEAN, GRAPH, OFFERED, TABLE, MediaType
from kgapp.vocab import DEFAULT_BASE
from kgapp.web.frame.context import Context
from kgapp.web.http.operations import API

PATH = f"{API}/q"
PAGING = ("limit", "offset")
"""Parameters of every operation whose answer is a table."""
MOST_ROWS = 999_999_999
FORM_NAMES = ("format", "output")
"""Either names the form of the answer, as at the endpoint."""
OWN_NAMES = (*PAGING, *FORM_NAMES, "lang")
"""Names that no parameter of a query may have."""


@dataclass(frozen=True)
class Operation:
    """A query of the catalogue as an operation: the kind of its answer, and the columns of a table."""

    query: QueryFile
    kind: str
    columns: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.query.name

    @property
    def path(self) -> str:
        """Its path below the application's root."""
        return f"{PATH}/{self.name}"

    @property
    def forms(self) -> tuple[MediaType, ...]:
        """The forms in which its answer is given, the preferred first."""
        return OFFERED[self.kind]

    @property
    def parameters(self) -> tuple[str, ...]:
        """Every parameter that it takes."""
        own = tuple(parameter.name for parameter in self.query.parameters)
        return (*own, *(PAGING if self.kind == TABLE else ()), *FORM_NAMES, "lang")

    def parameter(self, name: str) -> Parameter:
        """A parameter of the query by its name; raises QueryRefused (404)."""
        found = next((one for one in self.query.parameters if one.name == name), None)
        if found is None:
            own = ", ".join(one.name for one in self.query.parameters)
            raise QueryRefused(
                Message(
                    f"{self.name} に「{name[:50]}」という引数はありません。",
                    f"{self.name} has no parameter {name[:50]!r}.",
                ),
                Message(f"引数: {own or 'なし'}", f"Parameters: {own or 'none'}"),
                status=404,
            )
        return found


def read_operations(queries: Mapping[str, QueryFile]) -> dict[str, Operation]:
    """The queries as operations, by name; raises ValueError for one that the API cannot offer."""
    return {name: _operation(query) for name, query in queries.items()}


def _operation(query: QueryFile) -> Operation:
    """Kind and columns as the engine tells them of an answer from no data."""
    if taken := {parameter.name for parameter in query.parameters} & set(OWN_NAMES):
        raise ValueError(f"{query.name}: parameters named {sorted(taken)}")
    results = ox.Store().query(query.text, base_iri=DEFAULT_BASE)
    if isinstance(results, ox.QuerySolutions):
        return Operation(query, TABLE, tuple(query.columns(results)))
    return Operation(query, BOOLEAN if isinstance(results, ox.QueryBoolean) else GRAPH, ())


def operation_named(operations: Mapping[str, Operation], name: str) -> Operation:
    """An operation by its name; raises QueryRefused (404) with the names that are near."""
    if name in operations:
        return operations[name]
    beginning = [known for known in operations if known.startswith(name)]
    near = list(dict.fromkeys([*beginning, *get_close_matches(name[:80], operations, 3, 0.6)]))[:3]
    tell = ", ".join(near)
    raise NoSuchValue(
        Message(
            f"「{name[:80]}」という問い合わせはありません。",
            f"There is no query {name[:80]!r} in the catalogue.",
        ),
        Message(
            f"{f'近い名前: {tell}。' if near else ''}一覧は {PATH} にあります。",
            f"{f'Near: {tell}. ' if near else ''}All of them are listed at {PATH}.",
        ),
        404,
        tuple({"value": known} for known in near),
    )


class NoSuchValue(QueryRefused):
    """A name or a value that there is not, with those that are near to it."""

    def __init__(
        self, what: Message, remedy: Message, status: int = 400, near: tuple[dict[str, str], ...] = ()
    ) -> None:
        super().__init__(what, remedy, status)
        self.near = near


def require_catalogue(context: Context) -> None:
    """Raises QueryRefused (404) where other data are served: these queries ask about the roadmap, and
    would find nothing there, which would look like an answer."""
    if context.dataset() is None:
        raise QueryRefused(
            Message(
                "ここでは指定されたファイルのデータを出しています。APIの問い合わせはロードマップのデータに"
                "ついてのもので，ここでは答えられません。",
                "This serves data from files that were named. The queries of the API are about the "
                "roadmap's own data, and are not answered here.",
            ),
            Message("SPARQLで /sparql に問い合わせてください。", "Ask this data in SPARQL, at /sparql."),
            status=404,
        )
