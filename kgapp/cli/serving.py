"""``kgapp serve`` and ``kgapp load``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from kgapp.cli.datasets import BASE, KEEP, base_of, make_current
from kgapp.cli.telling import err, out, tell_errors
from kgapp.config import LIMITS
from kgapp.home import PACKAGE, find_home

PLAIN = (
    "画面の部品が組み立てられていないため，簡素な形で出します"
    "（npmに届くところで pip install -e . をもう一度）。 / The frontend was not built: "
    "pages keep their plain form (pip install -e . again where npm can be reached)."
)


def _limit_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """A flag for every limit of a server."""
    for name, entry in reversed(LIMITS.items()):
        unit = f" {entry.metadata['unit']}" if entry.metadata["unit"] else ""
        words = f"{entry.metadata['label'].en}.  [{entry.default:g}{unit}]".capitalize()
        flag = click.option(f"--{name.replace('_', '-')}", name, type=type(entry.default), help=words)
        command = flag(command)
    return command


@click.command()
@BASE
@KEEP
@click.option("--data", "files", multiple=True, type=click.Path(path_type=Path), metavar="FILE",
              help="Serve this RDF file instead of the dataset (repeatable).")  # fmt: skip
@click.option("--config", type=click.Path(path_type=Path), envvar="KGAPP_CONFIG", help="Settings in TOML.")
@click.option("--endpoint", metavar="URL", help="Ask this SPARQL 1.1 server; “kgapp load” fills it.")
@click.option("--host", help="Where to listen.  [127.0.0.1]")
@click.option("--port", type=int, help="At which port.  [8000]")
@click.option("--access-log", help="A file, or - for standard output; no log else.")
@click.option("--public-url", metavar="URL", help="Where it is reached from outside, with a proxy's path.")
@click.option("--trusted-proxies", help="Networks whose X-Forwarded headers are believed, by commas.")
@click.option("--warm", type=click.Choice(["yes", "no"]), help="Make pages before they are asked.  [yes]")
@click.option("--report-to", metavar="ADDRESS", help="Where mistakes are reported: mailto:… or https://….")
@_limit_options
@tell_errors
def serve(base: str | None, keep: int, files: tuple[Path, ...], config: Path | None, **flags: Any) -> None:
    """Serve the dataset; it is built first where it is absent or older than its sources."""
    from kgapp.service.allocator import start_again_with_large_caches

    start_again_with_large_caches()
    from kgapp.config import read_settings
    from kgapp.launch import run_server
    from kgapp.service.supervisor import listen

    settings = read_settings(config, flags=flags)
    home = find_home()
    listener = listen(settings.host, settings.port)
    if files and settings.endpoint:
        raise click.UsageError("--data or --endpoint, not both / --data と --endpoint は一方だけです")
    if not files:
        make_current(home, base_of(home, base), keep, out)
    if not (PACKAGE / "web" / "static" / "built").is_dir():
        err.print(PLAIN, style="yellow", markup=False)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{host}:{settings.port}"
    words = f"{address}/ (SPARQL: {address}/sparql)"
    sys.exit(run_server(settings, home, listener, files, lambda: out.print(words, markup=False)))


@click.command()
@BASE
@KEEP
@click.option("--endpoint", envvar="KGAPP_ENDPOINT", required=True, metavar="URL",
              help="A SPARQL 1.1 server, for counting.")  # fmt: skip
@click.option("--graph-store", metavar="URL", help="Its graph store, where that is another address.")
@click.option("--prune", is_flag=True, help="Remove graphs of ours that the dataset no longer has.")
@tell_errors
def load(base: str | None, keep: int, endpoint: str, graph_store: str | None, prune: bool) -> None:
    """Put the dataset on another server by the Graph Store Protocol; what is there is not sent again."""
    from kgapp.config import check_address
    from kgapp.dataset import read_dataset
    from kgapp.load import Loader

    try:
        addresses = [check_address(address) for address in (endpoint, graph_store or endpoint)]
    except ValueError as error:
        raise click.BadParameter(f"URL: {error}") from None
    home = find_home()
    make_current(home, base_of(home, base), keep, out)
    dataset = read_dataset(home.build)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    total = 2 * sum(dataset.path(graph).stat().st_size for graph in dataset.graphs)
    with Progress(*columns, console=out, transient=True) as progress:
        task = progress.add_task("kgapp load", total=total)

        def _tell(graph: str, size: int, triples: int) -> None:
            progress.update(task, advance=size, description=graph)
            if triples:
                out.print(f"{graph}: {triples} triples", markup=False)

        with Loader(dataset, addresses[0], addresses[1], _tell) as loader:
            done = loader.run(prune)
    for graph in done.strange:
        word = "除きました / removed" if done.pruned else "今のデータセットにありません / not in this dataset"
        out.print(f"{graph}: {word}", style="yellow", markup=False)
    out.print(f"sent {len(done.sent)}, already there {len(done.kept)}", markup=False)
