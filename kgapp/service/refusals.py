"""What a visitor is told when a query meets a limit, by the limit's name (``config.Limits``)."""

from __future__ import annotations

from kgapp.config import Limits
from kgapp.errors import Message, QueryRefused

OWN_FAULT = (6, 11)
"""SIGABRT and SIGSEGV: what the engine dies of when a query is too deep for it."""
_SMALLER = Message(
    "問い合わせを小さく分けてください。", "The query is too complex for the engine: ask in parts."
)
_LATER = Message("しばらく待ってからもう一度送ってください。", "Wait a little and send it again.")


def no_turn(limits: Limits) -> QueryRefused:
    """The refusal of a query that waited as long as it may."""
    return QueryRefused(
        Message(
            f"順番が来ませんでした（queue_timeout: {limits.queue_timeout:g}秒）。",
            f"No turn came within queue_timeout: {limits.queue_timeout:g} s.",
        ),
        _LATER,
        status=503,
        limit="queue_timeout",
        retry_after=max(1, round(limits.query_timeout)),
    )


def too_many(limits: Limits) -> QueryRefused:
    """The refusal of a query while as many wait as may."""
    return QueryRefused(
        Message(
            f"待っている問い合わせが多すぎます（queue: {limits.queue}件）。",
            f"Too many queries are waiting (queue: {limits.queue}).",
        ),
        _LATER,
        status=503,
        limit="queue",
        retry_after=max(1, round(limits.query_timeout)),
    )


def too_many_of_one(limits: Limits) -> QueryRefused:
    """The refusal of a query of a client that has as many at once as it may."""
    return QueryRefused(
        Message(
            f"同じ接続元からの問い合わせが多すぎます（client_queue: {limits.client_queue}件）。",
            f"Too many queries at once from one client (client_queue: {limits.client_queue}).",
        ),
        _LATER,
        status=429,
        limit="client_queue",
        retry_after=1,
    )


def out_of_time(limits: Limits) -> QueryRefused:
    """The refusal of a query at its deadline."""
    return QueryRefused(
        Message(
            f"時間の上限で止めました（query_timeout: {limits.query_timeout:g}秒）。",
            f"The query was stopped at query_timeout: {limits.query_timeout:g} s.",
        ),
        Message("絞り込むか，LIMITを付けてください。", "Narrow the query, or add a LIMIT."),
        status=503,
        limit="query_timeout",
    )


def ended_early(signal: int) -> QueryRefused:
    """The refusal of a query with which a worker ended: the engine's death of it, or another's deed."""
    own = signal in OWN_FAULT
    return QueryRefused(
        Message("評価が答えの前に終わりました。", "The evaluation ended before its answer."),
        _SMALLER if own else _LATER,
        status=400 if own else 503,
        limit="complexity" if own else "",
        retry_after=None if own else 1,
    )


def out_of_memory(limits: Limits) -> QueryRefused:
    """The refusal of a query that needs more memory than it may have."""
    return QueryRefused(
        Message(
            f"記憶量の上限に達しました（query_memory: {limits.query_memory} MiB）。",
            f"The query met query_memory: {limits.query_memory} MiB.",
        ),
        Message("絞り込むか，分けて問い合わせてください。", "Narrow the query, or ask in parts."),
        status=503,
        limit="query_memory",
    )


def out_of_memory_together(limits: Limits) -> QueryRefused:
    """The refusal of the query that had grown most when all together met their bound."""
    return QueryRefused(
        Message(
            f"全部の問い合わせの記憶量が上限に達しました（workers_memory: {limits.workers_memory} MiB）。",
            f"All queries together met workers_memory: {limits.workers_memory} MiB.",
        ),
        Message(
            "絞り込むか，しばらく待ってからもう一度送ってください。",
            "Narrow the query, or wait a little and send it again.",
        ),
        status=503,
        limit="workers_memory",
        retry_after=1,
    )
