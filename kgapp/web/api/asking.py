"""Reads a call of an operation: which query with which terms, in which form; and what its answer links to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app

from kgapp.errors import Message, QueryRefused
from kgapp.queryfile import Parameter
from kgapp.results import named, not_acceptable, preferred
from kgapp.rights import LICENSE
from kgapp.web.api.operations import (
    FORM_NAMES,
    MOST_ROWS,
    PAGING,
    Operation,
    operation_named,
    require_catalogue,
)
from kgapp.web.api.values import Offers, read_value
from kgapp.web.frame.context import Context
from kgapp.web.frame.examples import as_asked
from kgapp.web.http import protocol
from kgapp.web.http.operations import API, Asked, Call
from kgapp.web.trace.frame import current_traces

EXTENSION = "kgapp-operations"


@dataclass(frozen=True)
class Bound:
    """An operation with its values: its parameters as an address writes them, and the query as it runs."""

    operation: Operation
    parameters: dict[str, str]
    text: str

    def address(self, root: str, suffix: str = "", **more: str) -> str:
        """Its address under a root, with the values as they were understood."""
        asked = urlencode({**self.parameters, **more}, safe="/:")
        return f"{root}{self.operation.path}{suffix}{'?' if asked else ''}{asked}"


def operations() -> dict[str, Operation]:
    """The operations of the application that answers."""
    found: dict[str, Operation] = current_app.extensions[EXTENSION]
    return found


def reader_of(app: Flask) -> Callable[[Call], Asked]:
    """What reads calls for the front, in its threads."""

    def _read(call: Call) -> Asked:
        with app.app_context():
            return _read_call(call)

    return _read


def _read_call(call: Call) -> Asked:
    context: Context = current_app.extensions["kgapp"]
    require_catalogue(context)
    operation = operation_named(operations(), call.name)
    given = once(call.query_string, operation.parameters)
    bound = bind(operation, given)
    asked = next((given[name] for name in FORM_NAMES if name in given), "")
    form = named(asked.strip(), operation.kind) if asked else preferred(call.accept, operation.forms)
    if form is None:
        raise not_acceptable(operation.forms)
    most = context.limits.query_bytes
    question = protocol.question({"query": [bound.text], "format": [form.name]}, "", most)
    return Asked(question.write(), (("Link", _links(bound, call.root)),))


def bind(operation: Operation, given: dict[str, str]) -> Bound:
    """An operation with the values that are given, or the examples; raises QueryRefused (400)."""
    context: Context = current_app.extensions["kgapp"]
    traces, base = current_traces(), context.source.base
    offers = Offers(traces.trace())
    values = {}
    for one in operation.query.parameters:
        listed = f"{operation.path}/values/{one.name}"
        if one.name in given:
            values[one.name] = read_value(one, given[one.name], traces, base, listed)
        else:
            values[one.name] = offers.default(one) or _no_value(one, listed)
    paging = {name: str(_rows(name, given[name])) for name in PAGING if name in given}
    rows = "".join(f"{name.upper()} {number}\n" for name, number in paging.items())
    return Bound(operation, {**values, **paging}, as_asked(operation.query, base, values) + rows)


def _no_value(one: Parameter, listed: str) -> str:
    raise QueryRefused(
        Message(
            f"このデータには，{one.label.ja}（{one.name}）として選べるものがありません。",
            f"In these data there is nothing to choose for {one.name} ({one.label.en}).",
        ),
        Message(f"値の一覧は {listed} にあります。", f"What there is is listed at {listed}."),
    )


def once(query_string: str, allowed: tuple[str, ...]) -> dict[str, str]:
    """The parameters of an address, each known and given once; raises QueryRefused (400)."""
    given = protocol.parameters(query_string)
    if unknown := [name for name in given if name not in allowed]:
        raise QueryRefused(
            Message(
                f"「{unknown[0][:50]}」という引数はありません。",
                f"There is no parameter {unknown[0][:50]!r}.",
            ),
            Message(f"引数: {', '.join(allowed)}", f"Parameters: {', '.join(allowed)}"),
        )
    same = [name for name in FORM_NAMES if name in given]
    doubled = [name for name, values in given.items() if len(values) > 1] or same[1:]
    if doubled:
        raise QueryRefused(
            Message(f"「{doubled[0]}」が二度以上あります。", f"{doubled[0]} is given more than once."),
            Message("一度だけ書いてください。", "Give it once."),
        )
    language = given.get("lang", ["ja"])[0]
    if language not in ("ja", "en"):
        raise QueryRefused(
            Message(
                f"lang に「{language[:50]}」という値はありません。", f"{language[:50]!r} is no value of lang."
            ),
            Message("ja か en です。", "It is ja or en."),
        )
    return {name: values[0] for name, values in given.items()}


def _rows(name: str, given: str) -> int:
    if given.isascii() and given.isdecimal() and len(given) <= len(str(MOST_ROWS)):
        return int(given)
    raise QueryRefused(
        Message(f"{name} の「{given[:50]}」は数ではありません。", f"{given[:50]!r} is no number for {name}."),
        Message(f"0から{MOST_ROWS}までの整数です。", f"It is an integer from 0 to {MOST_ROWS}."),
    )


def _links(bound: Bound, root: str) -> str:
    """RFC 8288: the form for a person, the text of the query, the description, the licence; RFC 8631."""
    query = urlencode({name: bound.parameters[name] for name in _own(bound.operation)}, safe="/:")
    form = f"{root}/questions/{bound.operation.name}{'?' if query else ''}{query}"
    links: list[tuple[Any, str]] = [
        (bound.address(root), 'rel="canonical"'),
        (form, 'rel="alternate"; type="text/html"'),
        (bound.address(root, ".rq"), 'rel="via"; type="application/sparql-query"'),
        (f"{root}{API}/openapi.json", 'rel="service-desc"; type="application/vnd.oai.openapi+json"'),
        (f"{root}{API}#{bound.operation.name}", 'rel="service-doc"; type="text/html"'),
        (LICENSE, 'rel="license"'),
    ]
    return ", ".join(f"<{target}>; {about}" for target, about in links)


def _own(operation: Operation) -> tuple[str, ...]:
    return tuple(parameter.name for parameter in operation.query.parameters)
