"""Other data than the built dataset: RDF files in any syntax that their names tell."""

from __future__ import annotations

import errno
import gzip
import io
import os
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from kgapp.errors import KgappError, Message
from kgapp.graphs import Serialized
from kgapp.jsonld import Context
from kgapp.store import Store

GZIP = ".gz"
PART = 16 * 1024 * 1024
"""Bytes that are unpacked at once."""


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
            data = _unzipped(path) if zipped else _content(path)
        except (OSError, EOFError, zlib.error, MemoryError) as error:
            raise KgappError(
                Message(f"{path} が読めません: {error}", f"Cannot read {path}: {error}"),
                Message("ファイルを確かめてください。", "Look at the file."),
            ) from error
        yield Serialized(str(path), data, form, base=f"file:///{path.name}")


def _content(path: Path) -> bytes:
    # A pipe or a device may never end.
    if not path.is_file():
        raise OSError(errno.EINVAL, "not a file")
    return path.read_bytes()


def _unzipped(path: Path) -> bytes:
    """What a compressed file holds; raises MemoryError where that is more than this machine has."""
    most = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    content = bytearray()
    with gzip.GzipFile(fileobj=io.BytesIO(_content(path))) as file:
        while part := file.read(PART):
            content += part
            if len(content) > most:
                raise MemoryError(f"more than {most} bytes")
    return bytes(content)
