"""Validators and preconditions of what is sent: they are those of the representation that was selected,
compressed or not (RFC 9110, 8.8 and 13).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, MutableMapping
from typing import Any

from werkzeug.http import parse_date

from kgapp.errors import Message, QueryRefused
from kgapp.results import LONGEST

Header = tuple[str, str]
CONDITIONS = ("HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
ASIDE = "kgapp.conditions"
"""Where an environ (PEP 3333) keeps the conditions that the application is not to evaluate."""
_OF_CONTENT = ("content-type", "content-length", "content-encoding", "last-modified")
"""What a 304 does not repeat (RFC 9110, 15.4.5)."""


def set_aside(environ: MutableMapping[str, Any]) -> dict[str, str]:
    """Takes the conditions out of an environ: the representation that they are about is not made yet."""
    environ[ASIDE] = {name: environ.pop(name) for name in CONDITIONS if name in environ}
    return dict(environ[ASIDE])


def claim(environ: MutableMapping[str, Any]) -> None:
    """Puts them back, for a view that evaluates them itself: its bytes are never compressed, and ranges
    come after conditions (RFC 9110, 13.2.2)."""
    environ.update(environ.pop(ASIDE, {}))


def with_validator(headers: list[Header], body: bytes) -> list[Header]:
    """The headers of a whole answer, with an entity tag out of its bytes where it has none; it is to be
    asked for again unless it says how long it lasts."""
    names = {name.lower(): value for name, value in headers}
    if "etag" in names or "no-store" in names.get("cache-control", ""):
        return headers
    added = [("ETag", f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"')]
    if "cache-control" not in names:
        added.append(("Cache-Control", "no-cache"))
    return [*headers, *added]


def is_not_modified(headers: list[Header], conditions: Mapping[str, str]) -> bool:
    """Whether a client has the representation that these headers are of; raises QueryRefused (412) where
    it asked for another one only (13.2.2, in this order)."""
    found = {name.lower(): value for name, value in headers}
    tag = found.get("etag", "")
    wanted = conditions.get("HTTP_IF_MATCH", "")
    if wanted and tag and not {"*", tag} & set(_tags(wanted)):
        raise _another(tag)
    if known := conditions.get("HTTP_IF_NONE_MATCH"):
        return is_known(headers, known)
    since = parse_date(conditions.get("HTTP_IF_MODIFIED_SINCE"))
    changed = parse_date(found.get("last-modified"))
    return since is not None and changed is not None and changed <= since


def is_known(headers: list[Header], if_none_match: str) -> bool:
    """Whether a client that sent this If-None-Match has the representation with these headers
    (13.1.2)."""
    tag = next((value for name, value in headers if name.lower() == "etag"), "")
    given = {known.removeprefix("W/") for known in _tags(if_none_match)}
    return "*" in given or tag.removeprefix("W/") in given


def not_modified(headers: list[Header]) -> list[Header]:
    """The headers of a 304: those of the 200 without those of its content."""
    return [header for header in headers if header[0].lower() not in _OF_CONTENT]


def _tags(text: str) -> list[str]:
    return [tag.strip() for tag in text[:LONGEST].split(",")]


def _another(tag: str) -> QueryRefused:
    return QueryRefused(
        Message("If-Matchの印のものではありません。", "This is not what If-Match names."),
        Message(f"今の印は {tag} です。", f"Its tag is {tag}."),
        status=412,
    )
