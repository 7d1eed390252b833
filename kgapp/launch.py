"""Puts a server together: settings, the data to load, the front; and runs it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from kgapp.config import Limits, Settings
from kgapp.datafiles import files_version, open_files
from kgapp.dataset import MANIFEST, read_dataset
from kgapp.home import Home
from kgapp.jsonld import Context, read_context
from kgapp.service.supervisor import Parts, Supervisor
from kgapp.store import Store, open_dataset
from kgapp.vocab import DEFAULT_BASE
from kgapp.web.server import Serving

READERS = 2
"""Workers that read queries for the editor where another server evaluates them: by nothing but the engine's
own parser, which a text can bring down, and so in processes of their own."""


def run_server(
    settings: Settings,
    home: Home,
    listener: socket.socket,
    files: Sequence[Path],
    announce: Callable[[], None],
) -> int:
    """Serves the built dataset of ``home``, or ``files`` where some are given, until it is told to
    stop; the exit status."""
    limits = settings.limits
    context = read_context(home.ontology / "context.jsonld")
    if files:
        load = partial(open_files, files, DEFAULT_BASE, limits.query_nesting, context)
        front = Serving(settings, home, None)
        parts = Parts(load, limits, partial(files_version, files), front.run)
    else:
        front = Serving(settings, home, read_dataset(home.build))
        version = partial(files_version, [home.build / MANIFEST])
        if settings.endpoint:
            few = replace(limits, workers=READERS)
            parts = Parts(partial(_open_nothing, home, limits), few, version, front.run)
        else:
            parts = Parts(partial(_open, home, limits, context), limits, version, front.run)
    return Supervisor(settings, listener, parts).run(announce)


def _open_nothing(home: Home, limits: Limits) -> Store:
    """A store for workers that only read queries, below the base of the data."""
    return Store((), read_dataset(home.build).base, limits.query_nesting)


def _open(home: Home, limits: Limits, context: Context) -> Store:
    return open_dataset(read_dataset(home.build), limits.query_nesting, context)
