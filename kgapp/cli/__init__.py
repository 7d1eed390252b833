"""The command ``kgapp``: renders errors and progress; decides nothing."""

from __future__ import annotations

import io
import sys

import click

from kgapp import __version__
from kgapp.cli.asking import query, search, why, wrong
from kgapp.cli.building import build, check
from kgapp.cli.serving import load, serve


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kgapp")
def main() -> None:
    """Builds and serves the knowledge graph of a city's community-care roadmap."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that has no Japanese gets escapes, and the English, instead of a traceback.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


for command in (build, check, serve, load, query, search, wrong, why):
    main.add_command(command)
