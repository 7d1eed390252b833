"""What the tests share: one home with the project's sources, one dataset built from it, one store."""

from __future__ import annotations

import hashlib
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
PAPERS = ROOT / "tests" / "papers"


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


def with_fewer_shapes(home: Home) -> Home:
    """The home without its shapes, which take most of a build's time: for tests of how builds run."""
    for name in ("shapes.ttl", "advice.ttl"):
        path = home.ontology / name
        header, end, _ = path.read_text(encoding="utf-8").partition("\n.\n")
        path.write_text(header + end, encoding="utf-8")
    return home


def add_small_edition(home: Home, edition: str) -> None:
    """An edition of a city without a register: the first theme of a paper, 18 statements."""
    text = (PAPERS / "yamato-2020-03.txt").read_text(encoding="utf-8")
    text = text[: text.index("②")]
    folder = home.data / "source" / "yamato"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{edition}.txt").write_bytes(text.encode())
    (folder / f"{edition}.toml").write_text(
        f'title = "試験"\ndate = "{edition}"\nsession = "試験"\nsource = "試験"\n'
        f'sha256 = "{hashlib.sha256(text.encode()).hexdigest()}"\n',
        encoding="utf-8",
    )


def make_small_home(folder: Path) -> Home:
    """A home whose one edition is small, and that builds in little time."""
    made = with_fewer_shapes(copy_home(folder))
    for kind in ("source", "register", "claims", "gloss"):
        shutil.rmtree(made.data / kind / "fujisawa")
    add_small_edition(made, "2020-03")
    return made


@pytest.fixture
def light_home(tmp_path: Path) -> Home:
    """A fresh home with the project's sources, and next to no shapes."""
    return with_fewer_shapes(copy_home(tmp_path / "light"))


@pytest.fixture
def small_home(tmp_path: Path) -> Home:
    """A fresh home with a small edition, nothing built."""
    return make_small_home(tmp_path / "small")


@pytest.fixture(scope="session")
def built_small_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A small home whose dataset is built; not to be changed."""
    made = make_small_home(tmp_path_factory.mktemp("small") / "home")
    build(made, DEFAULT_BASE)
    return made


@pytest.fixture
def small_copy(built_small_home: Home, tmp_path: Path) -> Home:
    """A small home with its dataset, which a test may break."""
    root = tmp_path / "small-copy"
    shutil.copytree(built_small_home.root, root)
    return Home(root, root / "data" / "build")


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
