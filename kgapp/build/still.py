"""The sources standing still: a build reads a copy that nobody edits while it runs.

Every key, every unit and the manifest come from this one copy, so nothing is filed under a key of
bytes that it was not built from, and an edit meanwhile is seen by the next look at the sources.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kgapp.errors import Message, Problem
from kgapp.home import Home
from kgapp.sources.faults import Faults
from kgapp.sources.files import BOUNDS, read_bytes

FOLDERS = ("ontology", "data/source", "data/register", "data/claims", "data/gloss", "queries/tables")
SUFFIXES = (".ttl", ".jsonld", ".txt", ".toml", ".csv", ".rq")


def read_sources(home: Home) -> tuple[dict[str, bytes], list[Problem]]:
    """Every file that a build reads, by its name below the home; and those that are there but
    cannot be read, a folder in a file's place among them."""
    content: dict[str, bytes] = {}
    problems: dict[str, Problem] = {}
    for path in sorted(_paths(home, problems)):
        name = path.relative_to(home.root).as_posix()
        if path.suffix in BOUNDS:
            faults = Faults(name)
            data = read_bytes(path, faults)
            if data is None:
                problems[name] = faults.problems[0]
            else:
                content[name] = data
            continue
        try:
            content[name] = path.read_bytes()
        except OSError as error:
            problems[name] = _unreadable(name, error)
    return content, [problems[name] for name in sorted(problems)]


@contextmanager
def standing_still(home: Home) -> Iterator[tuple[Home, list[Problem]]]:
    """A home with a copy of the sources, which builds into the same folder and is gone afterwards;
    and the files that cannot be read, which the copy lacks. The caller holds the build's lock."""
    root = home.build / "cache" / "sources"
    content, problems = read_sources(home)
    shutil.rmtree(root, ignore_errors=True)
    try:
        for folder in FOLDERS:
            (root / folder).mkdir(parents=True)
        for name, data in content.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(data)
        yield Home(root, home.build), problems
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _paths(home: Home, problems: dict[str, Problem]) -> Iterator[Path]:
    """Files, and folders that are named like files; folders that cannot be listed are problems.

    Names that begin with a dot are an editor's or a system's, and no sources.
    """

    def _note(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            name = Path(error.filename).relative_to(home.root).as_posix()
            problems[name] = _unreadable(name, error)

    for top in FOLDERS:
        for folder, folders, names in os.walk(home.root / top, onerror=_note, followlinks=True):
            if os.path.realpath(folder) in map(os.path.realpath, Path(folder).parents):
                folders.clear()  # a link to a folder around it: the same files again, without end
                continue
            for path in (Path(folder, name) for name in (*folders, *names) if not name.startswith(".")):
                # A link that leads nowhere may stand for a folder; reading it says what is wrong.
                if path.suffix in SUFFIXES or (path.is_symlink() and not path.exists()):
                    yield path


def _unreadable(name: str, error: OSError) -> Problem:
    why = error.strerror or type(error).__name__
    return Problem(
        name,
        None,
        None,
        Message(f"読めません（{why}）。", f"This cannot be read ({why})."),
        Message(
            "この名の，読む権限のあるファイルにしてください。",
            "Put a file of this name there that may be read.",
        ),
    )
