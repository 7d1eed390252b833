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
        "graphs",
        "store",
        "excel",
        "excerpt",
        "datafiles",
        "jsonld",
        "sparqltext",
        "terminals",
        "results",
        "queryfile",
        "describe",
        "explain",
        "changes",
        "tokens",
        "origin",
        "search",
        "emptiness",
        "__main__",
    ]
)
PUBLISHING = frozenset(
    ["publish", "publication", "sortedlines", "jsonld", "queryfile", "question", "results", "graphs", "store"]
)
"""Rooms that make no graph, but what is published of the graphs."""
PUBLISHERS = ("pyoxigraph", "pyld")


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
    modules = [path for path, room in _rooms().items() if room not in WEB_HALF | PUBLISHING]
    return fingerprint([*_versions(ENGINES), *_files(modules, PACKAGE)])


@cache
def _publishing_key() -> str:
    """Fingerprint of the code that publishes, of all that it rests on and of its engines."""
    modules = [path for path, room in _rooms().items() if room in PUBLISHING]
    return fingerprint([code_key().encode(), *_versions(PUBLISHERS), *_files(modules, PACKAGE)])


def _rooms() -> dict[Path, str]:
    return {path: path.relative_to(PACKAGE).with_suffix("").parts[0] for path in PACKAGE.rglob("*.py")}


def _versions(names: Iterable[str]) -> list[bytes]:
    return [f"{name} {version(name)}".encode() for name in names]


def publishing_key(home: Home) -> str:
    """Fingerprint of what dumps and tables are made by."""
    files = [home.context, *home.tables.glob("[!.]*.rq")]
    return fingerprint([_publishing_key().encode(), *_files(files, home.root)])


def ontology_key(home: Home) -> str:
    """Fingerprint of ontology, schemes and shapes."""
    return fingerprint(_files(home.ontology.glob("[!.]*.ttl"), home.root))


def city_key(home: Home, city: str, base: str) -> str:
    """Fingerprint of a city's register under a base."""
    folder = home.data / "register" / city
    return fingerprint([base.encode(), code_key().encode(), *_files(folder.glob("[!.]*.csv"), home.data)])


def own_files(files: EditionFiles) -> list[Path]:
    """The files that an edition alone is built from, whether they are there or not."""
    return [files.text, files.description, files.claims, files.review, files.readers, files.gloss]


def edition_key(home: Home, files: EditionFiles, base: str) -> str:
    """Fingerprint of everything that an edition's graphs depend on."""
    shared = [ontology_key(home).encode(), city_key(home, files.city, base).encode()]
    return fingerprint([*shared, *_files(own_files(files), home.data)])
