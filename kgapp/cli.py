"""The command ``kgapp``: build, check, serve, query. Renders errors and progress; decides nothing."""

from __future__ import annotations

import io
import os
import socket
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from kgapp import __version__
from kgapp.errors import DatasetMissing, KgappError, Message, Problem, SeveralErrors, SourceErrors
from kgapp.home import Home, find_home
from kgapp.vocab import DEFAULT_BASE

if TYPE_CHECKING:
    from kgapp.store import Results, Store

# A message is one line; a terminal breaks it where it ends, a pipe or a log does not.
out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)
INTERRUPTED = 130
"""Exit status after Ctrl-C: 128 and the signal's number, as shells have it."""
BASE = click.option(
    "--base", envvar="KGAPP_BASE", help=f"Base of the data's IRIs (as built before, else {DEFAULT_BASE})."
)


def _tell_errors(command: Callable[..., Any]) -> Callable[..., Any]:
    """Errors of ours and Ctrl-C end in a message in both languages; exit status 1, or 130."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except (KgappError, OSError) as error:
            _print_error(error)
        except KeyboardInterrupt:
            err.print("中断しました。前のデータセットがあれば，そのまま残っています。", style="bold red")
            err.print("Interrupted. The dataset before, if there is one, is still in place.", style="red")
            sys.exit(INTERRUPTED)
        sys.exit(1)

    return wrapped


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kgapp")
def main() -> None:
    """Builds and serves the knowledge graph of a city's community-care roadmap."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that has no Japanese gets escapes, and the English, instead of a traceback.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@main.command()
@BASE
@click.option("--trace", is_flag=True, help="Show to which kind each stretch of each text belongs.")
@_tell_errors
def build(base: str | None, trace: bool) -> None:
    """Build the dataset from the sources; what has not changed is not built again."""
    home = find_home()
    _build(home, _base(home, base), trace)


@main.command()
@BASE
@_tell_errors
def check(base: str | None) -> None:
    """Check the sources without writing anything, and tell all problems at once."""
    from kgapp.build import check_sources
    from kgapp.build.editions import build_edition

    home = find_home()
    editions, problems = check_sources(home)
    if problems:
        raise SourceErrors(problems)
    failed: list[KgappError] = []
    for edition in editions:
        name = f"{edition.files.city}/{edition.files.edition}"
        try:
            built = build_edition(home, edition.files, _base(home, base), lambda step: None)
        except KgappError as error:
            failed.append(error)
            continue
        out.print(f"{name}: 問題ありません / no problems", style="green", markup=False)
        for finding in built.findings:
            out.print(f"  {finding.place} {finding.words}: {finding.why.ja} / {finding.why.en}", markup=False)
    if failed:
        raise SeveralErrors(failed)


@main.command()
@BASE
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@_tell_errors
def serve(base: str | None, host: str, port: int) -> None:
    """Serve the dataset; it is built first where it is absent or older than its sources."""
    home = find_home()
    _require_free(host, port)
    _make_current(home, _base(home, base), out)
    os.environ["KGAPP_BUILD"] = str(home.build)
    _run_server(host, port)


@main.command()
@BASE
@click.argument("text_or_file")
@click.option("--format", "form", help="json, xml, csv, tsv; turtle, ntriples, jsonld, rdfxml.")
@click.option("--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of a query file.")
@_tell_errors
def query(base: str | None, text_or_file: str, form: str | None, params: tuple[str, ...]) -> None:
    """Ask the dataset: the name of a file (.rq) or the text of a query."""
    from kgapp.dataset import read_dataset
    from kgapp.results import by_name, offered, serialize
    from kgapp.store import Store

    home = find_home()
    _make_current(home, _base(home, base), err)
    store = Store(read_dataset(home.build))
    given = dict(_pair(_as_typed(param)) for param in params)
    path = Path(text_or_file)
    if text_or_file.endswith(".rq") or _is_file(path):
        results = _ask_file(path, store, given)
    elif given:
        raise click.UsageError("--param is for query files (.rq) / --param は問い合わせファイル用です")
    else:
        results = store.query(_as_typed(text_or_file))
    media = by_name(results, form) if form else _readable(offered(results))
    sys.stdout.buffer.write(serialize(results, media))


def _ask_file(path: Path, store: Store, given: dict[str, str]) -> Results:
    """A query file of ours with its parameters, or a plain one without a header."""
    from kgapp.queryfile import has_header, read_query, read_text

    text = read_text(path)
    return read_query(path).run(store, given) if has_header(text) else store.query(text)


def _base(home: Home, given: str | None) -> str:
    """The base that was given, else that of the dataset that is there, else the default."""
    from kgapp.dataset import read_dataset

    if given:
        return given
    try:
        return read_dataset(home.build).base
    except DatasetMissing:
        return DEFAULT_BASE


def _make_current(home: Home, base: str, console: Console) -> None:
    """Builds where the dataset is absent or older than its sources. Where that fails, the problems
    are told and the dataset on disk stays in use; without one, the build's error is the end."""
    from kgapp.build import is_current
    from kgapp.dataset import graph_files_present, read_dataset

    if is_current(home, base):
        return
    try:
        _build(home, base, trace=False, console=console)
    except (KgappError, OSError) as error:
        try:
            left = read_dataset(home.build)
        except DatasetMissing:
            raise error from None
        if left.base != base or not graph_files_present(left):
            raise
        _print_error(error)
        err.print("ディスク上のデータセットは入力より古いものです。これで続けます。", style="bold yellow")
        err.print("The dataset on disk is older than its sources; going on with it.", style="yellow")


def _require_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise KgappError(
                Message(
                    f"{host}:{port} では待ち受けられません（{error.strerror}）。",
                    f"Cannot listen at {host}:{port} ({error.strerror}).",
                ),
                Message("--port で別の番号を選んでください。", "Choose another port with --port."),
            ) from error


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _as_typed(argument: str) -> str:
    """An argument in UTF-8, whatever the locale took its bytes for."""
    try:
        return os.fsencode(argument).decode("utf-8")
    except UnicodeError:
        return argument


def _readable(forms: tuple[Any, ...]) -> Any:
    return next((form for form in forms if form.name == "csv"), forms[0])


def _pair(param: str) -> tuple[str, str]:
    name, separator, value = param.partition("=")
    if not separator:
        raise click.BadParameter(f"{param}: NAME=VALUE")
    return name, value


def _run_server(host: str, port: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces

    server = Granian(
        "kgapp.web:serving_app",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        blocking_threads=16,
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=0.5,
    )
    out.print(f"http://{host}:{port}/ (SPARQL: http://{host}:{port}/sparql)", markup=False)
    server.serve()


def _build(home: Home, base: str, trace: bool, console: Console = out) -> None:
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

        outcome = run(home, base, _tell)
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


def _print_error(error: KgappError | OSError) -> None:
    if isinstance(error, OSError):
        where = f" {error.filename}" if error.filename else ""
        err.print(f"読み書きできません:{where} {error.strerror}", style="bold red", markup=False)
        err.print(f"Cannot read or write:{where} {error.strerror}", style="red", markup=False)
        return
    err.print(error.what.ja, style="bold red", markup=False)
    err.print(error.what.en, style="red", markup=False)
    err.print(f"{error.remedy.ja} / {error.remedy.en}", markup=False)
    for one in getattr(error, "errors", []):
        _print_error(one)
    for problem in getattr(error, "problems", []):
        _print_problem(problem)
    for result in getattr(error, "results", []):
        err.print(f"- {result.thing}\n  {result.ja}\n  {result.en}\n  ({result.shape})", markup=False)


def _print_problem(problem: Problem) -> None:
    err.print(f"- {problem.place}", style="bold", markup=False)
    err.print(f"  {problem.what.ja} {problem.remedy.ja}", markup=False)
    err.print(f"  {problem.what.en} {problem.remedy.en}", markup=False)
