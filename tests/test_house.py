"""The house keeps its plan: imports run one way, modules stay small, the README is true."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "kgapp"
MODULES = sorted(PACKAGE.rglob("*.py"))

# What each room may import of the others (DESIGN.md, "The house"): ground floor, steps, build; store … web.
GROUND = {"errors", "vocab", "model", "rights", "eras"}
ROOMS: dict[str, set[str]] = {
    "errors": set(),
    "vocab": {"errors"},
    "model": {"errors"},
    "rights": set(),
    "eras": set(),
    "home": {"errors"},
    "ntriples": set(),
    "sortedlines": set(),
    "sources": GROUND,
    "extract": GROUND,
    "annotate": GROUND,
    "triples": GROUND,
    "infer": GROUND,
    "quality": {"errors", "dataset"},
    "reach": {"quality"},
    "validate": GROUND | {"quality", "reach"},
    "publish": GROUND
    | {"sortedlines"}
    | {"dataset", "publication", "jsonld", "queryfile", "question", "results", "graphs", "store"},
    "dataset": {"errors"},
    "publication": {"errors", "dataset", "sortedlines"},
    "changes": {"dataset"},
    "build": GROUND
    | {"sources", "extract", "annotate", "triples", "infer", "validate", "dataset", "home", "ntriples"}
    | {"publish", "publication", "jsonld", "queryfile", "quality", "reach", "sortedlines"},
    "sparqltext": set(),
    "terminals": {"sparqltext"},
    "question": {"errors"},
    "results": {"errors", "vocab"},
    "jsonld": set(),
    "endpoint": {"errors", "dataset"},
    "load": {"errors", "dataset", "endpoint"},
    "excel": set(),
    "excerpt": {"question", "results"},
    "graphs": {"dataset"},
    "store": {"errors", "dataset", "excel", "excerpt", "graphs", "jsonld", "question", "results"}
    | {"sparqltext", "terminals"},
    "datafiles": {"errors", "graphs", "jsonld", "store"},
    "queryfile": {"errors", "vocab", "question"},
    "describe": {"sortedlines", "vocab", "queryfile", "question", "results"},
    "explain": {"vocab", "question", "queryfile"},
    "search": {"errors", "vocab", "question", "queryfile"},
    "emptiness": {"errors", "question", "queryfile", "results", "search", "terminals"},
    "config": {"errors"},
    "tokens": {"errors"},
    "origin": {
        "errors",
        "vocab",
        "dataset",
        "home",
        "question",
        "queryfile",
        "sources",
        "store",
        "tokens",
        "web",
    },
    "service": {"errors", "config", "dataset", "endpoint", "graphs", "jsonld", "question"}
    | {"sparqltext", "store"},
    "web": {"errors", "vocab", "rights", "config", "dataset", "home", "question", "results", "queryfile"}
    | {
        "publication",
        "changes",
        "describe",
        "excel",
        "excerpt",
        "explain",
        "quality",
        "sortedlines",
        "tokens",
    }
    | {"emptiness", "jsonld", "search", "service", "sparqltext", "terminals"},
    "launch": {
        "errors",
        "vocab",
        "config",
        "dataset",
        "datafiles",
        "home",
        "jsonld",
        "store",
        "service",
        "web",
    },
}

WEB_FLOORS = (
    {"http"},
    {"frame"},
    {"search", "trace", "vocabulary", "quality", "datasets"},
    {"connections", "matrix"},
    {"overview", "progress", "questions", "reader", "things", "why"},
    {"views", "api", "citing"},
    {"workbench"},
)
"""The rooms of the web half: each may import those of the floors below its own."""


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else module


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kgapp"):
            found.add(node.module or "")
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names if name.name.startswith("kgapp")}
    return {room(name) for name in found if name != "kgapp"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_run_one_way(path: Path) -> None:
    own = path.relative_to(PACKAGE).with_suffix("").parts[0]
    if own in ("__init__", "__main__", "cli"):
        return
    assert imported(path) - {own} <= ROOMS[own]


WEB = PACKAGE / "web"
WEB_MODULES = sorted(path for path in WEB.rglob("*.py") if path.parent != WEB)


@pytest.mark.parametrize("path", WEB_MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_the_rooms_of_the_web_half_stand_on_floors(path: Path) -> None:
    own = path.relative_to(WEB).parts[0]
    floor = next(place for place, rooms in enumerate(WEB_FLOORS) if own in rooms)
    below = set().union(*WEB_FLOORS[:floor])
    assert web_rooms(path) - {own} <= below


def web_rooms(path: Path) -> set[str]:
    """The rooms of the web half that a module imports; the web half itself is above all of them."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and re.match(r"kgapp\.web\b", node.module or ""):
            found.add((node.module or "").removeprefix("kgapp.web").strip(".").partition(".")[0])
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_modules_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "a module says its one job"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 55, node.name
            if not node.name.startswith("_") and node.name != "wrapped":
                assert ast.get_docstring(node) or isinstance_property(node), node.name


def isinstance_property(node: ast.FunctionDef) -> bool:
    """A property whose name says it all needs no more words."""
    return any(isinstance(mark, ast.Name) and mark.id == "property" for mark in node.decorator_list)


README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_files_named_in_the_readme_exist() -> None:
    named = re.findall(r"`((?:ontology|data|kgapp|queries|tests|\.ci)/[^`<> *]*)`", README)
    assert named
    for name in named:
        if name != "data/build/":
            assert (ROOT / name).exists(), name


def test_commands_named_in_the_readme_exist() -> None:
    from kgapp.cli import main

    named = set(
        re.findall(
            r"kgapp (build|check|serve|query|[a-z]+)\b",
            "\n".join(re.findall(r"```sh\n(.*?)```", README, re.S)),
        )
    )
    assert named
    assert named <= set(main.commands)
