"""Pages kept as they were sent, for as long as the same data answer, in bounded memory."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from threading import Lock

from cachetools import LRUCache
from flask import Response, current_app, request

from kgapp.web.frame.context import Context
from kgapp.web.frame.documents import HTML, asked
from kgapp.web.http.answers import FRESH, OVERHEAD
from kgapp.web.http.render import language

SIZE = 32 * 1024 * 1024
"""Bytes of pages that are kept."""
_NAME = "kgapp-kept-pages"
Key = bytes


@dataclass(frozen=True)
class KeptPage:
    """A page's body and headers, and the generation of the data that it was made from."""

    body: bytes
    headers: tuple[tuple[str, str], ...]
    generation: int

    def response(self) -> Response:
        """The page as an answer; 304 where the client has it already."""
        response = Response(self.body, headers=list(self.headers))
        response.make_conditional(request)
        return response


class KeptPages:
    """Pages by address and language, the least lately asked given up first."""

    def __init__(self, size: int = SIZE) -> None:
        self._lock = Lock()
        self._size = size
        self._kept: LRUCache[Key, KeptPage] = LRUCache(size, getsizeof=lambda page: len(page.body) + OVERHEAD)

    def get(self, key: Key, generation: int) -> KeptPage | None:
        """The page at an address, where it was made from the data that answer now."""
        with self._lock:
            page = self._kept.get(key)
        return page if page is not None and page.generation == generation else None

    def keep(self, key: Key, page: KeptPage) -> None:
        """Keeps a page where it fits."""
        if len(page.body) + OVERHEAD <= self._size:
            with self._lock:
                self._kept[key] = page


def _key(*parts: str) -> Key:
    """What is kept of an address has one size, however long it is."""
    return hashlib.blake2b("\0".join(parts).encode(errors="surrogatepass"), digest_size=32).digest()


def kept(view: Callable[..., Response]) -> Callable[..., Response]:
    """A view whose answer depends on nothing but the address (with the host that was asked), the language
    and the data: a whole answer (200) is kept, and has a validator. One that says of itself that it lasts
    no time is not."""

    @wraps(view)
    def wrapped(**names: str) -> Response:
        return _answer(view, names, "")

    return wrapped


def kept_by_form(view: Callable[..., Response]) -> Callable[..., Response]:
    """The same for a document in several forms, of which Accept or the address chooses one, and whose
    page may tell the day. Raises QueryRefused (406)."""

    @wraps(view)
    def wrapped(**names: str) -> Response:
        form = asked(request.path).form
        return _answer(view, names, f"{form.name} {datetime.now(UTC).date() if form is HTML else ''}")

    return wrapped


def _answer(view: Callable[..., Response], names: dict[str, str], variant: str) -> Response:
    context: Context = current_app.extensions["kgapp"]
    pages: KeptPages = current_app.extensions.setdefault(_NAME, KeptPages())
    dataset = context.dataset()
    publication = dataset.publication if dataset else ""
    key = _key(request.url_root, request.full_path, language(), publication, variant)
    generation = context.source.generation
    if (page := pages.get(key, generation)) is not None:
        return page.response()
    response = view(**names)
    lasting = response.headers.setdefault("Cache-Control", FRESH) == FRESH
    response.add_etag()
    if lasting and response.status_code == 200 and context.source.generation == generation:
        page = KeptPage(response.get_data(), tuple(response.headers.items()), generation)
        pages.keep(key, page)
    response.make_conditional(request)
    return response
