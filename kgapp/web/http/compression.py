"""Compresses what is sent where the client takes that and it pays (RFC 9110, 8.4)."""

from __future__ import annotations

import gzip
from functools import lru_cache

from kgapp.results import LONGEST

FROM = 1024
"""Bytes below which compressing gains nothing."""
UP_TO = 1024 * 1024
"""Bytes above which it would hold up others."""
LEVEL = 5
SUFFIX = "-gzip"
"""What the entity tag of a compressed representation has behind its own."""
Header = tuple[str, str]


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


def plain_tags(if_none_match: str) -> str:
    """An If-None-Match header with the tags of the uncompressed representations, for a page that
    knows of no compression."""
    return if_none_match.replace(f'{SUFFIX}"', '"')


def compressed_page(
    status: int, headers: list[Header], body: bytes, accept_encoding: str
) -> tuple[int, list[Header], bytes]:
    """A page as it is sent to a client; another representation has another entity tag."""
    found = {name.lower(): value for name, value in headers}
    kind = found.get("content-type", "")
    if "content-encoding" in found or kind == "application/gzip" or "content-range" in found:
        return status, headers, body
    headers = [("Vary", _with_encoding(found.get("vary", ""))), *_without(headers, "vary")]
    if not takes_gzip(accept_encoding) or not (status == 304 or pays(body)):
        return status, headers, body
    if "etag" in found:
        headers = [("ETag", found["etag"].removesuffix('"') + f'{SUFFIX}"'), *_without(headers, "etag")]
    if status == 304:
        return status, headers, body
    zipped = compress(body)
    own = [("Content-Encoding", "gzip"), ("Content-Length", str(len(zipped)))]
    return status, [*own, *_without(headers, "content-length")], zipped


def _with_encoding(vary: str) -> str:
    return f"{vary}, Accept-Encoding" if vary else "Accept-Encoding"


def _without(headers: list[Header], name: str) -> list[Header]:
    return [header for header in headers if header[0].lower() != name]
