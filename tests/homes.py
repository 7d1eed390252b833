"""Homes that tests build in: the project's own, smaller ones, and further papers to put beside them."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from filelock import FileLock
from pytest import TempPathFactory

from kgapp.home import Home

ROOT = Path(__file__).resolve().parent.parent
PAPERS = ROOT / "tests" / "papers"


def home_at(root: Path) -> Home:
    """The home in a folder, with its dataset where ``kgapp build`` puts it."""
    return Home(root, root / "data" / "build")


def copy_of(home: Home, root: Path) -> Home:
    """A home and its dataset once more, in another folder."""
    shutil.copytree(home.root, root)
    return home_at(root)


def made_once(factory: TempPathFactory, name: str, make: Callable[[Path], object]) -> Home:
    """A home that the first of xdist's workers makes and every other one finds; not to be changed."""
    base = factory.getbasetemp()
    root = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    made = root.with_suffix(".made")
    with FileLock(root.with_suffix(".lock")):
        if not made.exists():
            shutil.rmtree(root, ignore_errors=True)
            make(root)
            made.touch()
    return home_at(root)


def copy_home(folder: Path) -> Home:
    """A home of its own with the project's ontology, data and queries, nothing built."""
    for name in ("ontology", "queries"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copytree(ROOT / "data", folder / "data", ignore=shutil.ignore_patterns("build"))
    return home_at(folder)


def with_fewer_shapes(home: Home) -> Home:
    """The home without its shapes, which take most of a build's time: for tests of how builds run."""
    for name in ("shapes.ttl", "advice.ttl"):
        path = home.ontology / name
        header, end, _ = path.read_text(encoding="utf-8").partition("\n.\n")
        path.write_text(header + end, encoding="utf-8")
    return home


def make_small_home(folder: Path) -> Home:
    """A home whose one edition is small, and that builds in little time."""
    made = with_fewer_shapes(copy_home(folder))
    for kind in ("source", "register", "claims", "gloss"):
        shutil.rmtree(made.data / kind / "fujisawa")
    add_small_edition(made, "2020-03")
    return made


def add_small_edition(home: Home, edition: str) -> None:
    """An edition of a city without a register: the first theme of a paper, 18 statements."""
    text = (PAPERS / "yamato-2020-03.txt").read_text(encoding="utf-8")
    add_text(home, "yamato", edition, text[: text.index("②")].encode())


def add_edition(home: Home, city: str, edition: str, paper: str) -> None:
    """A whole paper of ``tests/papers`` as an edition of a city."""
    add_text(home, city, edition, (PAPERS / f"{paper}.txt").read_bytes())


def add_text(home: Home, city: str, edition: str, text: bytes) -> None:
    """A text as an edition of a city, with its description."""
    folder = home.data / "source" / city
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{edition}.txt").write_bytes(text)
    (folder / f"{edition}.toml").write_text(
        f'title = "試験"\ndate = "{edition}"\nsession = "試験"\nsource = "試験"\n'
        f'sha256 = "{hashlib.sha256(text).hexdigest()}"\n',
        encoding="utf-8",
    )


def set_gloss(home: Home, rows: Mapping[str, str], city: str = "yamato", edition: str = "2020-03") -> None:
    """The glosses of an edition, by default of the small one: the English of each notation."""
    folder = home.data / "gloss" / city
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["番号,参考訳", *(f"{notation},{text}" for notation, text in rows.items())]
    (folder / f"{edition}.csv").write_text("\r\n".join([*lines, ""]), encoding="utf-8-sig", newline="")


def files(home: Home) -> dict[str, bytes]:
    """Everything under data/build/ but the cache, which may vary."""
    return {
        path.relative_to(home.build).as_posix(): path.read_bytes()
        for path in sorted(home.build.rglob("*"))
        if path.is_file() and path.relative_to(home.build).parts[0] != "cache"
    }
