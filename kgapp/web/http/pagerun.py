"""Runs the application in Flask for one request (RSGI scope), and finds whether its answer is a file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from flask import Flask
from werkzeug.http import parse_content_range_header
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wsgi import FileWrapper

from kgapp.web.http.compression import UP_TO, Header, compressed_page, plain_tags

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

    def send(self, exchange: Any) -> int:
        """Sends it, and tells its size. A file is read by the server itself, as fast as the client
        takes it; a stream would be queued whole for a slow one."""
        if not self.file:
            exchange.response_bytes(self.status, self.headers, self.body)
            return len(self.body)
        if self.status == 206:
            exchange.response_file_range(self.status, self.headers, self.file, self.start, self.end)
        else:
            exchange.response_file(self.status, self.headers, self.file)
        return self.end - self.start


def run_page(
    app: Flask, scope: Any, path: str, body: bytes, base_url: str, given: Mapping[str, Any] | None = None
) -> Page:
    """The application's answer to a request for a path on this server, compressed where the client
    takes that; a file that it sends is not read. ``given`` is put into the page's environment."""
    builder = EnvironBuilder(
        query_string=scope.query_string,
        method=scope.method,
        headers=[(name, value) for name, value in scope.headers.items() if name != "host"],
        data=body or None,
        base_url=base_url,
    )
    environ = {**builder.get_environ(), **(given or {})}
    # The path is decoded already: read as an address, %2563 or %3F in it would become another's.
    environ["PATH_INFO"] = path.encode().decode("latin-1")
    if known := environ.get("HTTP_IF_NONE_MATCH"):
        environ["HTTP_IF_NONE_MATCH"] = plain_tags(known)
    files: list[BinaryIO] = []

    def wrapped(file: BinaryIO, size: int = 8192) -> FileWrapper:
        files.append(file)
        return FileWrapper(file, size)

    environ["wsgi.file_wrapper"] = wrapped
    content, status, headers = run_wsgi_app(app.wsgi_app, environ)
    number, listed = int(status.split()[0]), list(headers.items())
    try:
        if not files or number not in (200, 206) or scope.method == "HEAD":
            accepted = scope.headers.get("accept-encoding") or ""
            return Page(*compressed_page(number, listed, b"".join(content), accepted))
        part = parse_content_range_header(headers.get("Content-Range"))
        start, end = (part.start, part.stop) if part else (0, headers.get("Content-Length", type=int))
        if (
            number == 200
            and end is not None
            and end <= UP_TO
            and headers.get("Content-Type", "").partition(";")[0] in TEXTS
        ):
            accepted = scope.headers.get("accept-encoding") or ""
            return Page(*compressed_page(number, listed, b"".join(content), accepted))
        return Page(number, listed, b"", os.fspath(files[0].name), start or 0, end or 0)
    finally:
        if close := getattr(content, "close", None):
            close()
