"""Makes pages beforehand, after a start and after every change of the data, so that nobody is the first.

What is kept of them: templates compiled, papers and vocabulary read, the answers of the pages' own queries.
It runs beside what visitors ask: in a thread of its own, a page at a time and half of the time at most, and
asks of the workers in the lane of pages, never in that of strangers' queries.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from functools import partial
from itertools import product

from flask import Flask

from kgapp.web.frame.context import Context

PAGES = (
    "/",
    "/overview/schema",
    "/workbench/terms.json",
    "/quality",
    "/ns",
    "/shapes",
    "/overview",
    "/matrix",
    "/answers",
    "/roadmap",
    "/districts",
    "/questions",
    "/sparql",
    "/search",
    "/catalogue",
    "/between",
    "/api",
)
"""Where people begin, and what takes long to make."""
LANGUAGES = ("ja", "en")
FIRST = 2.0
"""Seconds after the start in which nothing is made beforehand: whoever waits for the server comes first."""
LOOK = 0.5
"""Seconds between two looks at whether other data answer."""
_LOG = logging.getLogger(__name__)


def keep_warm(app: Flask, base_url: str) -> threading.Event:
    """Makes the pages of an application from now on, for readers at an address, whenever a dataset has
    begun to answer; ends when the event is set. Other data than a dataset have none of these pages."""
    stop = threading.Event()
    thread = threading.Thread(target=_keep_warm, args=(app, base_url, stop), name="warming", daemon=True)
    thread.start()
    return stop


def _keep_warm(app: Flask, base_url: str, stop: threading.Event) -> None:
    context: Context = app.extensions["kgapp"]
    made = 0
    stop.wait(FIRST)
    while not stop.is_set():
        generation = context.source.generation
        if generation != made and context.dataset() is not None:
            made = generation
            try:
                _tell(list(warm(app, base_url, stop)))
            except Exception:  # the boundary of the thread: visitors then meet cold pages, and nothing worse
                _LOG.exception("pages could not be made beforehand")
        stop.wait(LOOK)


def warm(app: Flask, base_url: str, stop: threading.Event) -> Iterator[tuple[str, int]]:
    """Makes every page of ``PAGES`` in each language and compiles what templates are left, each followed by
    a pause as long as it took, until the event is set or other data answer; gives the pages that failed,
    with their status: these are not tried in the other language."""
    source = app.extensions["kgapp"].source
    generation = source.generation
    client = app.test_client(use_cookies=False)

    def _page(path: str, lang: str) -> int:
        headers = {"Accept": "text/html", "Accept-Language": lang}
        return client.get(path, base_url=base_url, headers=headers).status_code

    def _template(name: str) -> int:
        app.jinja_env.get_template(name)
        return 200

    pages = [(path, partial(_page, path, lang)) for path, lang in product(PAGES, LANGUAGES)]
    templates = [(name, partial(_template, name)) for name in app.jinja_env.list_templates(["html"])]
    failed = set()
    for name, make in [*pages, *templates]:
        if stop.is_set() or source.generation != generation:
            return
        if name in failed:
            continue
        began = time.perf_counter()
        if (status := make()) != 200:
            failed.add(name)
            yield name, status
        stop.wait(time.perf_counter() - began)


def _tell(failed: list[tuple[str, int]]) -> None:
    if failed:
        (path, status), count = failed[0], len(failed)
        _LOG.warning("%d pages could not be made beforehand, %s (%d) the first", count, path, status)
