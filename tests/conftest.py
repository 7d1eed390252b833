"""What the tests share: one home with the project's sources, one dataset built from it, one store."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from kgapp.build import build
from kgapp.dataset import Dataset
from kgapp.home import Home
from kgapp.store import Store, open_dataset
from kgapp.vocab import DEFAULT_BASE

# The same examples in every run, and no time limit on each: the machine may be busy.
settings.register_profile("kgapp", derandomize=True, deadline=None)
settings.load_profile("kgapp")
ROOT = Path(__file__).resolve().parent.parent
EDITION = "fujisawa/2020-02"


def absent(what: str) -> None:
    """Ends a test that lacks what a checkout may lack and CI may not."""
    if os.environ.get("KGAPP_FRONTEND") == "required":
        pytest.fail(what)
    pytest.skip(what)


def copy_home(folder: Path) -> Home:
    """A home of its own with the project's ontology, data and queries, nothing built."""
    for name in ("ontology", "queries"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copytree(ROOT / "data", folder / "data", ignore=shutil.ignore_patterns("build"))
    return Home(folder, folder / "data" / "build")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A fresh home that a test may break."""
    return copy_home(tmp_path / "home")


@pytest.fixture(scope="session")
def built_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home whose dataset is built; not to be changed."""
    made = copy_home(tmp_path_factory.mktemp("built") / "home")
    build(made, DEFAULT_BASE)
    return made


@pytest.fixture
def built_copy(built_home: Home, tmp_path: Path) -> Home:
    """A home with its dataset, which a test may break."""
    root = tmp_path / "copy"
    shutil.copytree(built_home.root, root)
    return Home(root, root / "data" / "build")


@pytest.fixture(scope="session")
def dataset(built_home: Home) -> Dataset:
    from kgapp.dataset import read_dataset

    return read_dataset(built_home.build)


@pytest.fixture(scope="session")
def store(dataset: Dataset) -> Store:
    return open_dataset(dataset)
