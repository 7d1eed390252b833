"""The dataset that a command works on: its base, and that it is there and current."""

from __future__ import annotations

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from kgapp.cli.telling import err, out, print_error
from kgapp.errors import DatasetMissing, KgappError
from kgapp.home import Home
from kgapp.vocab import DEFAULT_BASE

BASE = click.option(
    "--base", envvar="KGAPP_BASE", help=f"Base of the data's IRIs (as built before, else {DEFAULT_BASE})."
)
KEEP = click.option(
    "--keep", type=click.IntRange(min=0), default=5, envvar="KGAPP_KEEP", show_default=True,
    help="How many earlier versions of the dataset stay to be read.",
)  # fmt: skip


def base_of(home: Home, given: str | None) -> str:
    """The base that was given, else that of the dataset that is there, else the default."""
    from kgapp.dataset import read_dataset

    if given:
        return given
    try:
        return read_dataset(home.build).base
    except DatasetMissing:
        return DEFAULT_BASE


def make_current(home: Home, base: str, keep: int, console: Console) -> None:
    """Builds where the dataset is absent or older than its sources. Where that fails, the problems
    are told and the dataset on disk stays in use; without one, the build's error is the end."""
    from kgapp.build import is_current
    from kgapp.dataset import graph_files_present, read_dataset

    if is_current(home, base):
        return
    try:
        run_build(home, base, trace=False, keep=keep, console=console)
    except (KgappError, OSError) as error:
        try:
            left = read_dataset(home.build)
        except DatasetMissing:
            raise error from None
        if left.base != base or not graph_files_present(left):
            raise
        print_error(error)
        err.print("ディスク上のデータセットは入力より古いものです。これで続けます。", style="bold yellow")
        err.print("The dataset on disk is older than its sources; going on with it.", style="yellow")


def run_build(home: Home, base: str, trace: bool, keep: int, console: Console = out) -> None:
    """Builds, and tells steps, counts, seconds and the digest."""
    from kgapp.build import build as run

    spinner = SpinnerColumn("dots" if console.encoding.startswith("utf") else "line")
    columns = (spinner, TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("kgapp build")

        def _tell(edition: str, step: str) -> None:
            if console.is_terminal:
                progress.update(task, description=f"{edition}: {step}")
            else:
                console.print(f"{edition}: {step}", markup=False)

        outcome = run(home, base, _tell, keep)
    for problem in outcome.problems:
        err.print(f"{problem.ja} / {problem.en}", style="yellow", markup=False)
    dataset = outcome.dataset
    table = Table(box=None, padding=(0, 1, 0, 0))
    for heading in (
        "edition",
        "statements",
        "actors",
        "links",
        "stated",
        "interpreted",
        "inferred",
        "findings",
    ):
        table.add_column(heading, justify="left" if heading == "edition" else "right")
    for edition in dataset.editions:
        counts, modes = edition.counts, edition.modes
        table.add_row(
            f"{edition.city}/{edition.edition}",
            *(str(counts[name]) for name in ("statements", "actors", "links")),
            *(str(modes[name]) for name in ("stated", "interpreted", "inferred")),
            str(counts["findings"]),
        )
    console.print(table)
    steps = ", ".join(f"{step} {seconds:.1f}" for step, seconds in outcome.seconds.items())
    console.print(f"built anew: {len(outcome.built)} of {len(dataset.editions)}", markup=False)
    if steps:
        console.print(f"seconds: {steps}", markup=False)
    console.print(f"{dataset.triples} triples in {len(dataset.graphs)} graphs", markup=False)
    console.print(f"digest {dataset.digest}", markup=False)
    for edition in dataset.editions:
        report = home.build / edition.report
        console.print(f"report {report}", markup=False)
        if trace:
            console.print(report.with_name("trace.tsv").read_text(encoding="utf-8"), markup=False)
