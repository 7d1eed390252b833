"""Other data than the built dataset: RDF files in any syntax that their names tell."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from kgapp.errors import KgappError, Message
from kgapp.jsonld import Context
from kgapp.store import Serialized, Store

GZIP = ".gz"


def open_files(paths: Iterable[Path], base: str, max_depth: int, context: Context) -> Store:
    """A store with what the files hold; raises KgappError where one cannot be read."""
    return Store(_read(paths), base, max_depth, context)


def files_version(paths: Iterable[Path]) -> str:
    """Changes when one of the files does; empty while one of them is not there."""
    try:
        return " ".join(f"{path.stat().st_mtime_ns}.{path.stat().st_size}" for path in paths)
    except OSError:
        return ""


def _read(paths: Iterable[Path]) -> Iterator[Serialized]:
    for path in paths:
        zipped = path.suffix == GZIP
        form = ox.RdfFormat.from_extension(
            (path.with_suffix("") if zipped else path).suffix.removeprefix(".")
        )
        if form is None:
            raise KgappError(
                Message(f"{path}: 拡張子から形式が分かりません。", f"{path}: its suffix tells no RDF."),
                Message(
                    ".ttl .nt .nq .trig .rdf .jsonld（.gzも可）のどれかにしてください。",
                    "Use .ttl, .nt, .nq, .trig, .rdf or .jsonld, .gz too.",
                ),
            )
        try:
            data = path.read_bytes()
            data = gzip.decompress(data) if zipped else data
        except (OSError, EOFError) as error:
            raise KgappError(
                Message(f"{path} が読めません: {error}", f"Cannot read {path}: {error}"),
                Message("ファイルを確かめてください。", "Look at the file."),
            ) from error
        yield Serialized(str(path), data, form, base=f"file:///{path.name}")
