"""Runs the application in Flask for one request (RSGI scope), and finds whether its answer is a file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.http import parse_content_range_header
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wsgi import FileWrapper

from kgapp.web.http.compression import UP_TO, compressed_page
from kgapp.web.http.conditions import Header, is_not_modified, not_modified, set_aside, with_validator

TEXTS = ("text/css", "text/javascript", "image/svg+xml")
"""Small files that are sent like pages, compressed."""
CLIENT = "kgapp.client"
"""Where a page finds who asks, by the name that limits are counted under."""


@dataclass(frozen=True)
class Page:
    """An answer: its body, or the file that holds it and from where to where."""

    status: int
    headers: list[Header]
    body: bytes
    file: str = ""
    start: int = 0
    end: int = 0

    def send(self, exchange: Any, head: bool = False) -> int:
        """Sends it, only its ``head`` if that was asked for, and tells its size. A file is read by the
        server itself, as fast as the client takes it; a stream would be queued whole for a slow one."""
        if head or not self.file:
            body = b"" if head else self.body
            exchange.response_bytes(self.status, self.headers, body)
            return len(body)
        if self.status == 206:
            exchange.response_file_range(self.status, self.headers, self.file, self.start, self.end)
        else:
            exchange.response_file(self.status, self.headers, self.file)
        return self.end - self.start


def run_page(
    app: Flask, scope: Any, path: str, body: bytes, base_url: str, given: Mapping[str, Any] | None = None
) -> Page:
    """The application's answer to a request for a path on this server, compressed where the client
    takes that; a file that it sends is not read. ``given`` is put into the page's environment. Raises
    QueryRefused (412)."""
    environ = _environ(scope, path, body, base_url) | dict(given or {})
    conditions = set_aside(environ)
    files: list[BinaryIO] = []

    def wrapped(file: BinaryIO, size: int = 8192) -> FileWrapper:
        files.append(file)
        return FileWrapper(file, size)

    environ["wsgi.file_wrapper"] = wrapped
    content, status, headers = run_wsgi_app(app.wsgi_app, environ)
    accepted = ",".join(scope.headers.get_all("accept-encoding"))
    try:
        page = _page(int(status.split()[0]), headers, content, files, accepted)
    finally:
        if close := getattr(content, "close", None):
            close()
    if (
        page.status == 200
        and environ["REQUEST_METHOD"] == "GET"
        and is_not_modified(page.headers, conditions)
    ):
        return Page(304, not_modified(page.headers), b"")
    return page


def _environ(scope: Any, path: str, body: bytes, base_url: str) -> dict[str, Any]:
    """What a request says (PEP 3333). HEAD is answered as GET is, only not sent (RFC 9110, 9.3.2)."""
    head = scope.method == "HEAD"
    builder = EnvironBuilder(
        query_string=scope.query_string,
        method="GET" if head else scope.method,
        headers=[(name, value) for name, value in scope.headers.items() if name != "host"],
        data=body or None,
        base_url=base_url,
    )
    environ: dict[str, Any] = builder.get_environ()
    # The path is decoded already: read as an address, %2563 or %3F in it would become another's.
    environ["PATH_INFO"] = path.encode().decode("latin-1")
    if head:
        environ.pop("HTTP_RANGE", None)  # defined for GET alone: RFC 9110, 14.2
    return environ


def _page(
    status: int, headers: Headers, content: Iterable[bytes], files: list[BinaryIO], accepted: str
) -> Page:
    listed = list(headers.items())
    if files and status in (200, 206):
        part = parse_content_range_header(headers.get("Content-Range"))
        start, end = (part.start, part.stop) if part else (0, headers.get("Content-Length", type=int))
        kind = headers.get("Content-Type", "").partition(";")[0]
        if status != 200 or end is None or end > UP_TO or kind not in TEXTS:
            return Page(status, listed, b"", os.fspath(files[0].name), start or 0, end or 0)
    body = b"".join(content)
    if status == 200:
        listed = with_validator(listed, body)
    return Page(*compressed_page(status, listed, body, accepted))
