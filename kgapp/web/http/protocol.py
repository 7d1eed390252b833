"""The query operation of the SPARQL 1.1 Protocol (2.1), read from a request: no server, no store."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs

from werkzeug.http import parse_options_header

from kgapp.errors import Message, QueryRefused
from kgapp.question import Question
from kgapp.results import GRAPH, OFFERED, named, preferred
from kgapp.service.gate import has_dataset

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"
METHODS = ("GET", "HEAD", "POST", "OPTIONS")
KNOWN_METHODS = frozenset([*METHODS, "PUT", "PATCH", "DELETE", "TRACE", "CONNECT"])
"""The methods of RFC 9110, 9 and RFC 5789. They are told apart by case (9.1): ``get`` is none."""
MAX_PARAMETERS = 1000
STATED, ALL = "asserted", "all"
"""Values of ``graphs``: everything but what rules have concluded, and everything."""

Parameters = dict[str, list[str]]


def parameters(text: str) -> Parameters:
    """The parameters of an address or a form; raises QueryRefused where they are not UTF-8."""
    try:
        return parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_PARAMETERS)
    except UnicodeDecodeError as error:
        raise _not_utf8() from error
    except ValueError as error:
        raise QueryRefused(
            Message("引数が多すぎます。", "There are too many parameters."),
            Message("引数を減らしてください。", f"Send at most {MAX_PARAMETERS}."),
        ) from error


def posted(address: Parameters, content_type: str, body: bytes) -> Parameters:
    """The parameters of a POST: those of its address and those of its body, a form (2.1.2) or the
    query itself (2.1.3). Raises QueryRefused (415, 403, 400)."""
    kind, options = parse_options_header(content_type)
    charset = options.get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise _unsupported(f"{kind}; charset={charset}")
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise _not_utf8() from error
    if kind == FORM:
        more = parameters(text)
    elif kind == DIRECT:
        more = {"query": [text]}
    elif kind == UPDATE:
        more = {"update": [text]}
    else:
        raise _unsupported(kind)
    return {name: [*address.get(name, []), *more.get(name, [])] for name in {**address, **more}}


def question(given: Mapping[str, list[str]], accept: str, max_bytes: int) -> Question:
    """The question that parameters ask; raises QueryRefused (400, 403, 413)."""
    text = _query(given)
    if len(text) > max_bytes or len(text.encode()) > max_bytes:
        raise too_long(max_bytes)
    names = named_forms(given)
    forms = {}
    for kind in OFFERED:
        form = named(names[0], kind) if names else preferred(accept, OFFERED[kind])
        forms[kind] = form.name if form else ""
    return Question(
        text,
        forms,
        tuple(given.get("default-graph-uri", ())),
        tuple(given.get("named-graph-uri", ())),
        stated=_is_stated(given, text),
    )


def description_form(given: Mapping[str, list[str]], accept: str) -> str:
    """The form in which a client wants the service description, empty where it takes none."""
    names = named_forms(given)
    form = named(names[0], GRAPH) if names else preferred(accept, OFFERED[GRAPH])
    return form.name if form else ""


def named_forms(given: Mapping[str, list[str]]) -> list[str]:
    """The forms of answer that parameters name; a field of a form that was left empty names none."""
    names = (name.strip() for key in ("format", "output") for name in given.get(key, ()))
    return [name for name in names if name]


def _is_stated(given: Mapping[str, list[str]], text: str) -> bool:
    """Whether ``graphs=asserted`` asks without what rules have concluded: a choice of ours beside the
    protocol's dataset; the last counts. Raises QueryRefused where it is no choice or another way is
    taken too."""
    chosen = next((value for value in reversed(given.get("graphs", [])) if value), ALL)
    if chosen == ALL:
        return False
    if chosen != STATED:
        raise QueryRefused(
            Message("graphsの値がどちらでもありません。", "The value of graphs is neither of the two."),
            Message(f"graphs={STATED} か graphs={ALL} です。", f"Say graphs={STATED} or graphs={ALL}."),
        )
    if given.get("default-graph-uri") or given.get("named-graph-uri") or has_dataset(text):
        raise QueryRefused(
            Message(
                f"グラフが二通りに選ばれています（graphs={STATED} と，FROMまたはdefault-graph-uri）。",
                f"Graphs are chosen twice: by graphs={STATED}, and by FROM or default-graph-uri.",
            ),
            Message("どちらか一方にしてください。", "Choose in one way."),
        )
    return True


def too_long(max_bytes: int) -> QueryRefused:
    """The refusal of a query that is longer than the limit."""
    size = max_bytes // 1024
    return QueryRefused(
        Message(
            f"問い合わせが長すぎます（query_length: {size} KiBまで）。",
            f"The query is longer than query_length: {size} KiB.",
        ),
        Message("短くするか，分けて送ってください。", "Shorten it, or send it in parts."),
        status=413,
        limit="query_length",
    )


def not_implemented(method: str) -> QueryRefused:
    """The refusal of a method that nobody here knows (RFC 9110, 9.1)."""
    name = method[:20]
    return QueryRefused(
        Message(f"「{name}」という方法は知りません。", f"There is no method {name!r} here."),
        Message("大文字の GET で求めてください。", "Ask with GET, in capitals."),
        status=501,
    )


def _query(given: Mapping[str, list[str]]) -> str:
    if "update" in given:
        raise QueryRefused(
            Message("更新は受け付けません。", "Updates are refused; this dataset is read-only."),
            Message("queryで問い合わせてください。", "Ask with query."),
            status=403,
        )
    queries = given.get("query", [])
    if len(queries) != 1:
        raise QueryRefused(
            Message(
                f"queryが{len(queries)}個あります（1個であるべき）。",
                f"There are {len(queries)} query parameters; there must be one.",
            ),
            Message("例: /sparql?query=SELECT…", "For example /sparql?query=SELECT…"),
        )
    return queries[0]


def _not_utf8() -> QueryRefused:
    return QueryRefused(
        Message("UTF-8として読めません。", "This is not UTF-8."),
        Message("問い合わせをUTF-8で送ってください。", "Send the query in UTF-8."),
    )


def _unsupported(kind: str) -> QueryRefused:
    return QueryRefused(
        Message(
            f"「{kind}」の問い合わせは読めません。", f"A query sent as {kind or 'nothing'} cannot be read."
        ),
        Message(f"{FORM} か {DIRECT} で送ってください。", f"Send it as {FORM} or {DIRECT}, in UTF-8."),
        status=415,
    )
