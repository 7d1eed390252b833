"""Compresses what is sent where the client takes that and it pays (RFC 9110, 8.4)."""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from threading import Lock

from cachetools import LRUCache, cached

from kgapp.results import LONGEST
from kgapp.web.http.conditions import Header

FROM = 1024
"""Bytes below which compressing gains nothing."""
UP_TO = 1024 * 1024
"""Bytes above which it would hold up others."""
LEVEL = 5
SUFFIX = "-gzip"
"""What the entity tag of a compressed representation has behind its own."""
KEPT = 16 * 1024 * 1024
"""Bytes of pages that are kept compressed."""


def compress(body: bytes) -> bytes:
    """The same bytes for the same bytes."""
    return gzip.compress(body, LEVEL, mtime=0)


def pays(body: bytes) -> bool:
    """Whether compressing gains something and costs nobody else time."""
    return FROM <= len(body) <= UP_TO


@lru_cache(maxsize=256)
def takes_gzip(accept_encoding: str) -> bool:
    """Whether an Accept-Encoding header allows gzip."""
    for part in accept_encoding[:LONGEST].split(","):
        name, _, options = part.partition(";")
        if name.strip().lower() in ("gzip", "x-gzip", "*"):
            quality = options.partition("=")[2].strip()
            return quality not in ("0", "0.0", "0.00", "0.000")
    return False


def compressed_page(
    status: int, headers: list[Header], body: bytes, accept_encoding: str
) -> tuple[int, list[Header], bytes]:
    """A page as it is sent to a client; another representation has another entity tag."""
    found = {name.lower(): value for name, value in headers}
    kind = found.get("content-type", "")
    if "content-encoding" in found or kind == "application/gzip" or "content-range" in found:
        return status, headers, body
    headers = [("Vary", _with_encoding(found.get("vary", ""))), *_without(headers, "vary")]
    if not takes_gzip(accept_encoding) or not pays(body):
        return status, headers, body
    if "etag" in found:
        headers = [("ETag", found["etag"].removesuffix('"') + f'{SUFFIX}"'), *_without(headers, "etag")]
    zipped = _compressed_once(body)
    own = [("Content-Encoding", "gzip"), ("Content-Length", str(len(zipped)))]
    return status, [*own, *_without(headers, "content-length")], zipped


@cached(
    LRUCache(KEPT, getsizeof=len),
    key=lambda body: hashlib.blake2b(body, digest_size=32).digest(),
    lock=Lock(),
)
def _compressed_once(body: bytes) -> bytes:
    return compress(body)


def _with_encoding(vary: str) -> str:
    return f"{vary}, Accept-Encoding" if vary else "Accept-Encoding"


def _without(headers: list[Header], name: str) -> list[Header]:
    return [header for header in headers if header[0].lower() != name]
