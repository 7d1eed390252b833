"""Folders that are written once and then only read: appearing whole under their name, or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HASHES = "hashes.json"


@dataclass(frozen=True)
class Unit:
    """A folder of files, of which these must be there."""

    folder: Path
    names: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Every file is there as it was written (its hashes are written last)."""
        try:
            hashes = json.loads((self.folder / HASHES).read_bytes())
            good = all(hash_of(self.folder / name) == hashes[name] for name in hashes)
        except (OSError, ValueError, TypeError):
            return False
        return good and set(self.names) <= set(hashes)

    def write(self, content: Mapping[str, bytes]) -> None:
        """Writes the unit from what its files hold."""
        with self.draft() as draft:
            for name, data in content.items():
                (draft / name).write_bytes(data)

    @contextmanager
    def draft(self) -> Iterator[Path]:
        """An empty folder to write into, which becomes the unit when all is written."""
        folder = self.folder
        draft = folder.with_name(f".{folder.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        try:
            yield draft
            hashes = {path.name: hash_of(path) for path in sorted(draft.iterdir())}
            (draft / HASHES).write_bytes(to_json(hashes))
            for path in draft.iterdir():
                with path.open("rb") as file:
                    os.fsync(file.fileno())
            shutil.rmtree(folder, ignore_errors=True)
            draft.replace(folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def to_json(content: object) -> bytes:
    """The same bytes for the same content."""
    return (json.dumps(content, sort_keys=True) + "\n").encode()


def prune(tops: Iterable[Path], kept: set[Path]) -> None:
    """Removes every folder and file below ``tops`` that is neither of the kept folders, nor in one, nor
    around one."""
    around = {parent for folder in kept for parent in (folder, *folder.parents)}
    for top in tops:
        for path in sorted(top.rglob("*")):
            inside = path.parent in kept
            if path not in around and not inside and path.exists():
                _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def hash_of(path: Path) -> str:
    """A file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
