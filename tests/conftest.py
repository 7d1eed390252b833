"""What the tests share: homes with the project's sources, datasets built once for all of xdist's workers,
and for each worker one store, one application and one server over the project's own dataset."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from rdflib import Graph

from kgapp.build import build
from kgapp.config import Settings
from kgapp.dataset import Dataset, read_dataset
from kgapp.home import Home
from kgapp.store import Store, open_dataset
from kgapp.vocab import DEFAULT_BASE
from kgapp.web import create_app
from kgapp.web.trace.frame import current_traces
from kgapp.web.trace.trace import Trace
from tests.homes import (
    PAPERS,
    ROOT,
    add_edition,
    add_small_edition,
    copy_home,
    copy_of,
    made_once,
    make_small_home,
    with_fewer_shapes,
)
from tests.server import Running, serving

__all__ = [
    "EDITION",
    "PAPERS",
    "ROOT",
    "absent",
    "add_small_edition",
    "copy_home",
    "make_small_home",
    "with_fewer_shapes",
]

# The same examples in every run, and no time limit on each: the machine may be busy.
settings.register_profile("kgapp", derandomize=True, deadline=None)
settings.load_profile("kgapp")
EDITION = "fujisawa/2020-02"


def absent(what: str) -> None:
    """Ends a test that lacks what a checkout may lack and CI may not."""
    if os.environ.get("KGAPP_FRONTEND") == "required":
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A fresh home that a test may break, nothing built."""
    return copy_home(tmp_path / "home")


@pytest.fixture
def light_home(tmp_path: Path) -> Home:
    """A fresh home with the project's sources, and next to no shapes."""
    return with_fewer_shapes(copy_home(tmp_path / "light"))


@pytest.fixture
def small_home(tmp_path: Path) -> Home:
    """A fresh home with a small edition, nothing built."""
    return make_small_home(tmp_path / "small")


@pytest.fixture(scope="session")
def built_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home whose dataset is built; not to be changed."""
    return made_once(tmp_path_factory, "built", lambda root: build(copy_home(root), DEFAULT_BASE))


@pytest.fixture(scope="session")
def built_small_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A small home whose dataset is built; not to be changed."""
    return made_once(tmp_path_factory, "small", lambda root: build(make_small_home(root), DEFAULT_BASE))


@pytest.fixture(scope="session")
def family_home(built_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The built home with two more papers built beside the first, as a city's next build does: its own of
    the year before, and another city's; not to be changed."""

    def _make(root: Path) -> None:
        home = copy_of(built_home, root)
        add_edition(home, "fujisawa", "2019-02", "fujisawa-2019-02")
        add_edition(home, "yamato", "2020-03", "yamato-2020-03")
        assert build(home, DEFAULT_BASE).built == ("fujisawa/2019-02", "yamato/2020-03")

    return made_once(tmp_path_factory, "family", _make)


@pytest.fixture
def built_copy(built_home: Home, tmp_path: Path) -> Home:
    """A home with its dataset, which a test may break."""
    return copy_of(built_home, tmp_path / "copy")


@pytest.fixture
def small_copy(built_small_home: Home, tmp_path: Path) -> Home:
    """A small home with its dataset, which a test may break."""
    return copy_of(built_small_home, tmp_path / "small-copy")


@pytest.fixture(scope="session")
def dataset(built_home: Home) -> Dataset:
    return read_dataset(built_home.build)


@pytest.fixture(scope="session")
def store(dataset: Dataset) -> Store:
    return open_dataset(dataset)


@pytest.fixture(scope="session")
def by_graph(dataset: Dataset) -> Mapping[str, Graph]:
    """Each graph of the dataset by its IRI, as another library (rdflib) reads it; not to be changed."""
    return {graph.iri: Graph().parse(dataset.path(graph), format="nt") for graph in dataset.graphs}


@pytest.fixture(scope="session")
def merged(by_graph: Mapping[str, Graph]) -> Graph:
    """All graphs of the dataset together, in the same library; not to be changed."""
    found = Graph()
    for graph in by_graph.values():
        found += graph
    return found


@pytest.fixture(scope="session")
def app(store: Store, dataset: Dataset, built_home: Home) -> Flask:
    """The pages over the dataset, without a server; not to be changed."""
    return create_app(store, lambda: dataset, built_home, Settings())


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    """A browser at these pages; its cookies are a module's own."""
    return app.test_client()


@pytest.fixture(scope="session")
def trace(app: Flask) -> Trace:
    """The links of the dataset's one paper, as the pages read them."""
    with app.app_context():
        return current_traces().trace()


@pytest.fixture(scope="session")
def server(built_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`kgapp serve` as it is without flags, for tests that ask and leave it as it was."""
    with serving(tmp_path_factory.mktemp("server"), home=built_home) as running:
        yield running
