"""Requests that the front refuses before anybody looks at what they ask, and the word for a fault of ours."""

from __future__ import annotations

from typing import Any

from kgapp.errors import KgappError, Message, QueryRefused
from kgapp.web.http.clients import is_host
from kgapp.web.http.protocol import METHODS


def require_one_host(scope: Any) -> None:
    """Raises QueryRefused (400) for a request without a Host, with several, or with one that is none
    (RFC 9112, 3.2)."""
    hosts = scope.headers.get_all("host")
    if len(hosts) != 1 and (hosts or scope.http_version == "1.1"):
        raise QueryRefused(
            Message(
                f"Hostが{len(hosts)}行あります（1行であるべき）。",
                f"There are {len(hosts)} Host lines, not one.",
            ),
            Message("Hostを一行送ってください。", "Send one Host line."),
        )
    if hosts and not is_host(hosts[0]):
        raise QueryRefused(
            Message("Hostが名前になっていません。", "The Host line names no host."),
            Message("ホストの名前とポートだけを送ってください。", "Send the name of a host and a port."),
        )


def nothing_there() -> QueryRefused:
    """The refusal of an address that begins with two slashes: it would be read as if there was one."""
    return QueryRefused(
        Message("この番地には何もありません。", "Nothing is at this address."),
        Message("斜線を一つにしてください。", "Write one slash, not two."),
        status=404,
    )


def fault() -> KgappError:
    """What a client hears of an error that nobody expected."""
    return KgappError(
        Message("こちらの不具合で答えられません。", "A fault of this program; there is no answer."),
        Message("記録に残しました。", "It has been noted."),
    )


class MethodNotAllowed(QueryRefused):
    """A method that the protocol does not know."""

    def __init__(self, method: str, allowed: tuple[str, ...] = METHODS) -> None:
        self.allowed = ", ".join(allowed)
        super().__init__(
            Message(f"{method} は使えません。", f"{method} is not allowed."),
            Message(f"使えるもの: {self.allowed}", f"Allowed: {self.allowed}"),
            status=405,
        )
