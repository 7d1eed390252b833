"""Pages are made before they are asked for: beside visitors, again with every change, harmless where it fails."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from kgapp.config import Settings
from kgapp.dataset import Dataset, read_dataset
from kgapp.errors import Message, QueryRefused
from kgapp.home import Home
from kgapp.question import Answer, Question
from kgapp.service.answerer import PAGE, QUERY
from kgapp.store import Store, open_dataset
from kgapp.web import create_app, warming
from kgapp.web.http.source import PageSource
from kgapp.web.warming import PAGES, keep_warm, warm
from tests.server import serving
from tests.waiting import until

HERE, THERE = "http://here.example/", "http://there.example/"


class Counting:
    """A store that answers, and remembers in which lanes it was asked."""

    ready, size, busy, waiting, generation = True, 2, 0, 0, 1

    def __init__(self, store: Store) -> None:
        self._store = store
        self.lanes: list[str] = []
        self.refusal: Exception | None = None

    async def ask(
        self,
        question: bytes,
        client: str,  # noqa: ARG002 (as every Answerer)
        lane: str = QUERY,
        gone: Callable[[], Any] | None = None,  # noqa: ARG002
    ) -> Answer:
        """The store's answer, or the refusal that the test has set."""
        self.lanes.append(lane)
        if self.refusal:
            raise self.refusal
        return self._store.answer(Question.read(question), 10**8)


@pytest.fixture(scope="module")
def small_store(built_small_home: Home) -> Store:
    return open_dataset(read_dataset(built_small_home.build))


@contextmanager
def pages_over(
    store: Store, home: Home, dataset: Callable[[], Dataset | None] | None = None
) -> Iterator[tuple[Flask, Counting]]:
    """The pages of a server, with what answers them."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    answerer, found = Counting(store), read_dataset(home.build)

    async def make() -> PageSource:
        return PageSource(answerer, lambda: store.base)

    source = asyncio.run_coroutine_threadsafe(make(), loop).result()
    try:
        yield create_app(source, dataset or (lambda: found), home, Settings()), answerer
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warming, "FIRST", 0.0)
    monkeypatch.setattr(warming, "LOOK", 0.01)


def test_afterwards_no_page_asks_the_workers_anything(small_store: Store, built_small_home: Home) -> None:
    """At whatever host; and nothing was asked in the lane of strangers' queries."""
    with pages_over(small_store, built_small_home) as (app, answerer):
        assert list(warm(app, HERE, threading.Event())) == []
        assert set(answerer.lanes) == {PAGE}
        answerer.lanes.clear()
        client = app.test_client()
        for host in (HERE, THERE):
            for path in PAGES:
                for lang in ("ja", "en"):
                    headers = {"Accept": "text/html", "Accept-Language": lang}
                    page = client.get(path, base_url=host, headers=headers)
                    assert page.status_code == 200, path
                    assert answerer.lanes == [], (path, host)
        assert app.jinja_env.cache is not None
        compiled = {key[1] for key in app.jinja_env.cache}
        assert compiled >= set(app.jinja_env.list_templates(["html"]))


def test_it_stops_when_it_is_told_and_when_other_data_answer(
    small_store: Store, built_small_home: Home
) -> None:
    with pages_over(small_store, built_small_home) as (app, answerer):
        stop = threading.Event()
        stop.set()
        assert list(warm(app, HERE, stop)) == []
        assert answerer.lanes == []
        answerer.refusal = QueryRefused(Message("", ""), Message("", ""), status=503)
        failed = [path for path, status in warm(app, HERE, threading.Event()) if status == 503]
        assert len(failed) == len(set(failed)) > 3, "once, and not in the other language too"
        failing = warm(app, HERE, threading.Event())
        next(failing)
        answerer.generation += 1
        assert list(failing) == []


@pytest.mark.usefixtures("at_once")
def test_pages_are_made_again_when_other_data_answer(
    small_store: Store, built_small_home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    """A change in which nothing can be made is logged in a line, and the next is as if it had not been."""
    with pages_over(small_store, built_small_home) as (app, answerer):
        stop = keep_warm(app, HERE)
        client = app.test_client()

        def is_warm() -> bool:
            before = len(answerer.lanes)
            headers = {"Accept": "text/html", "Accept-Language": "en"}
            return client.get(PAGES[-1], base_url=HERE, headers=headers).status_code == 200 and (
                len(answerer.lanes) == before > 0
            )

        until(is_warm)
        answerer.refusal = QueryRefused(Message("", ""), Message("", ""), status=503)
        with caplog.at_level(logging.WARNING):
            answerer.generation += 1
            until(lambda: "could not be made beforehand" in caplog.text)
        asked, answerer.refusal = len(answerer.lanes), None
        answerer.generation += 1
        until(lambda: len(answerer.lanes) > asked)
        until(is_warm)
        stop.set()


@pytest.mark.usefixtures("at_once")
def test_other_data_than_a_dataset_have_no_such_pages(small_store: Store, built_small_home: Home) -> None:
    with pages_over(small_store, built_small_home, lambda: None) as (app, answerer):
        stop = keep_warm(app, HERE)
        looked = threading.Event()
        looked.wait(0.2)
        stop.set()
        assert answerer.lanes == []


def test_a_server_makes_them_and_lives_on_where_it_cannot(small_copy: Home, tmp_path: Path) -> None:
    """One query file is damaged: its page fails, is told of once, and all else is as before."""
    query = small_copy.queries / "pages" / "overview-statements.rq"
    query.write_text(query.read_text(encoding="utf-8").replace("GROUP BY", "GROUP"), encoding="utf-8")
    with serving(tmp_path, home=small_copy, KGAPP_WARM="yes") as running:
        assert running.get("/", Accept="text/html").status == 200
        until(lambda: "could not be made beforehand" in running.log.read_text(encoding="utf-8"))
        assert running.get("/ns", Accept="text/html").status == 200
        assert running.ask("ASK {}").status == 200
    assert running.log.read_text(encoding="utf-8").count("beforehand") == 1


@pytest.mark.parametrize("given", ["", "maybe", "YES "])
def test_whether_is_yes_or_no(given: str) -> None:
    from kgapp.config import check_choice

    assert check_choice("no") == "no"
    with pytest.raises(ValueError, match=r"yes \| no"):
        check_choice(given)
