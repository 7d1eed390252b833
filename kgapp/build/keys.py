"""Fingerprints: what an edition was built from, so that what has not changed is not built again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path

from kgapp.home import PACKAGE, Home
from kgapp.sources.texts import EditionFiles

ENGINES = ("rdflib", "owlrl", "pyshacl")
WEB_HALF = frozenset(
    [
        "web",
        "service",
        "launch",
        "cli",
        "home",
        "config",
        "question",
        "store",
        "datafiles",
        "jsonld",
        "sparqltext",
        "results",
        "queryfile",
        "search",
        "__main__",
    ]
)


def fingerprint(parts: Iterable[bytes]) -> str:
    """SHA-256 over parts of any length, each hashed first so that no two lists run together."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def _files(paths: Iterable[Path], root: Path) -> list[bytes]:
    parts = []
    for path in sorted(paths):
        parts.append(path.relative_to(root).as_posix().encode())
        absent = b"no file" if path.exists() else b"absent"
        parts.append(path.read_bytes() if path.is_file() else absent)
    return parts


@cache
def code_key() -> str:
    """Fingerprint of the build half's code and of the engines that it runs."""
    rooms = {path: path.relative_to(PACKAGE).with_suffix("").parts[0] for path in PACKAGE.rglob("*.py")}
    modules = [path for path, room in rooms.items() if room not in WEB_HALF]
    engines = [f"{name} {version(name)}".encode() for name in ENGINES]
    return fingerprint([*engines, *_files(modules, PACKAGE)])


def ontology_key(home: Home) -> str:
    """Fingerprint of ontology, schemes and shapes."""
    return fingerprint(_files(home.ontology.glob("[!.]*.ttl"), home.root))


def city_key(home: Home, city: str, base: str) -> str:
    """Fingerprint of a city's register under a base."""
    folder = home.data / "register" / city
    return fingerprint([base.encode(), code_key().encode(), *_files(folder.glob("[!.]*.csv"), home.data)])


def own_files(files: EditionFiles) -> list[Path]:
    """The files that an edition alone is built from, whether they are there or not."""
    return [files.text, files.description, files.claims, files.review, files.gloss]


def edition_key(home: Home, files: EditionFiles, base: str) -> str:
    """Fingerprint of everything that an edition's graphs depend on."""
    shared = [ontology_key(home).encode(), city_key(home, files.city, base).encode()]
    return fingerprint([*shared, *_files(own_files(files), home.data)])
