"""Reads the bodies of requests, in bounded time and memory."""

from __future__ import annotations

import asyncio
from typing import Any

from kgapp.config import Limits
from kgapp.errors import Message, QueryRefused
from kgapp.service.refusals import too_many
from kgapp.web.http import protocol

PATIENCE = 16 * 1024 * 1024
"""Bytes past its bound that a body may have before the connection is cut."""
COLLECTING = 256 * 1024 * 1024
"""Bytes of bodies that may be on their way at once."""


class Bodies:
    """The bodies that are on their way."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._held = 0
        """Bytes of them that are here."""

    async def read(self, scope: Any, exchange: Any) -> bytes:
        """The whole body; raises QueryRefused past its bound (413) or its time (408), and where it ends
        before its own end (RFC 9112, 8)."""
        if scope.headers.get("content-encoding") not in (None, "", "identity"):
            raise QueryRefused(
                Message("圧縮した本文は読めません。", "A compressed body cannot be read."),
                Message("圧縮せずに送ってください。", "Send it uncompressed."),
                status=415,
            )
        try:
            return await asyncio.wait_for(self._collect(scope, exchange), self._limits.body_timeout)
        except TimeoutError as error:
            raise QueryRefused(
                Message(
                    f"送信に時間がかかりすぎました（body_timeout: {self._limits.body_timeout:g}秒）。",
                    f"Sending took longer than body_timeout: {self._limits.body_timeout:g} s.",
                ),
                Message("もう一度送ってください。", "Send it again."),
                status=408,
                limit="body_timeout",
            ) from error

    async def _collect(self, scope: Any, exchange: Any) -> bytes:
        """The body up to its bound. What is past it is read and forgotten, so that a client that is
        still sending hears why, but not without end."""
        body, size, ends = bytearray(), 0, 0
        try:
            async for part in exchange:
                size += len(part)
                # The HTTP library gives an empty part at the end, and one before it for trailers
                # (which the head should announce: RFC 9110, 6.6.2) or where nothing more comes.
                ends += not part
                if size <= self._limits.body_bytes:
                    body += part
                    self._held += len(part)
                elif size > self._limits.body_bytes + PATIENCE:
                    break
                if self._held > COLLECTING:
                    raise too_many(self._limits)
        finally:
            self._held -= len(body)
        if size > self._limits.body_bytes:
            raise protocol.too_long(self._limits.query_bytes)
        if ends > 1 and "trailer" not in scope.headers:
            raise QueryRefused(
                Message("本文が途中で終わりました。", "The body ended before it was whole."),
                Message("もう一度送ってください。", "Send it again."),
            )
        return bytes(body)
